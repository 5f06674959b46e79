/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-connector-upstream.h"
#include "baton-error.h"
#include "baton-jwt.h"
#include "baton-test.h"
#include "mock-bot.h"

/* The way to the bot. What the bot says by itself is said here in its place: nobody serves its address. */

#define PATIENCE_MS 200

typedef struct {
  MockBot           *bot;
  BatonUpstream     *upstream;
  BatonConversation *conversation;   /* as the relay would have stored it */
  GString           *said;           /* "text@epoch " for each that was submitted */
} Fixture;

static gboolean
submitted_cb (BatonUpstream      *upstream,
              const BatonBotTurn *turn,
              GTask              *outcome,
              gpointer            user_data)
{
  Fixture *f = user_data;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  for (guint i = 0; i < turn->items->len; i++) {
    const BatonBotItem *item = g_ptr_array_index (turn->items, i);
    const char *text = item->handoff != NULL ? "handoff" : baton_activity_get_text (item->activity);

    g_string_append_printf (f->said, "%s@%d ", text, (int) turn->epoch);
    g_strv_builder_add (ids, item->handoff != NULL ? baton_activity_get_id (item->activity) : text);
  }
  g_task_return_pointer (outcome, g_strv_builder_end (ids), (GDestroyNotify) g_strfreev);
  return TRUE;
}

static void
open_upstream (Fixture                    *f,
               const BatonConnectorAccess *access)
{
  BatonConnectorAccess with_url = access != NULL ? *access : (BatonConnectorAccess) { NULL };

  with_url.url = f->bot->url;
  f->upstream = baton_connector_upstream_new ("shop", &with_url, NULL);
  baton_connector_upstream_set_patience (BATON_CONNECTOR_UPSTREAM (f->upstream), PATIENCE_MS);
  baton_connector_upstream_set_service_url (BATON_CONNECTOR_UPSTREAM (f->upstream), "http://127.0.0.1:9/connector/shop");
  g_signal_connect (f->upstream, "submitted", G_CALLBACK (submitted_cb), f);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->bot = mock_bot_new ();
  f->bot->is_mute = TRUE;
  f->said = g_string_new (NULL);
  f->conversation = g_new0 (BatonConversation, 1);
  f->conversation->id = g_strdup ("c1");
  f->conversation->bot = g_strdup ("shop");
  f->conversation->user_id = g_strdup ("dl_7f3a");
  f->conversation->user_name = g_strdup ("Ines");
  f->conversation->locale = g_strdup ("pt-PT");
  f->conversation->bot_read = -1;
  f->conversation->epoch = 1;
  open_upstream (f, NULL);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  mock_bot_release (f->bot);
  g_assert_finalize_object (f->upstream);
  mock_bot_free (f->bot);
  baton_conversation_free (f->conversation);
  g_string_free (f->said, TRUE);
}

static BatonActivity *
new_activity (guint       index,
              const char *members)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"id\":\"c1|%07u\",\"timestamp\":\"2026-03-02T10:15:30Z\","
                                           "\"from\":{\"id\":\"me\"},%s}", index, members);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  BatonActivity *activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);

  g_assert_nonnull (activity);
  return activity;
}

static void
start_run (Fixture       *f,
           guint          index,
           const char    *members,
           GCancellable  *cancellable,
           GAsyncResult **slot)
{
  g_autoptr (GPtrArray) unread = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (unread, new_activity (index, members));
  baton_upstream_run_async (f->upstream, f->conversation, unread, NULL, cancellable, baton_test_ready_cb, slot);
}

/* As the relay does: what is to be remembered is stored. */
static BatonUpstreamTurn *
finish_run (Fixture       *f,
            GAsyncResult **slot,
            GError       **error)
{
  BatonUpstreamTurn *turn = baton_upstream_run_finish (f->upstream, baton_test_await (slot), error);

  if (turn != NULL) {
    g_free (f->conversation->bot_state);
    f->conversation->bot_state = g_strdup (turn->bot_state);
  }
  return turn;
}

static BatonUpstreamTurn *
run (Fixture    *f,
     guint       index,
     const char *members)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BatonUpstreamTurn *turn;

  start_run (f, index, members, NULL, &result);
  turn = finish_run (f, &result, &error);
  g_assert_no_error (error);
  return turn;
}

static void
run_well (Fixture    *f,
          guint       index,
          const char *members)
{
  g_autoptr (BatonUpstreamTurn) turn = run (f, index, members);

  g_assert_false (turn->has_failed);
}

static char *
say (Fixture    *f,
     const char *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, NULL);
  g_autoptr (GPtrArray) said = g_ptr_array_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = NULL;

  g_ptr_array_add (said, activity);
  baton_connector_upstream_say_async (BATON_CONNECTOR_UPSTREAM (f->upstream), f->conversation, said, NULL,
                                      baton_test_ready_cb, &result);
  ids = baton_connector_upstream_say_finish (BATON_CONNECTOR_UPSTREAM (f->upstream), baton_test_await (&result), &error);
  g_assert_no_error (error);
  return g_strdup (ids[0]);
}

static void
assert_heard (Fixture    *f,
              const char *expected)
{
  g_autofree char *heard = mock_bot_list_heard (f->bot);

  g_assert_cmpstr (heard, ==, expected);
}

static void
expect_failure (void)
{
  g_test_expect_message ("baton-upstream", G_LOG_LEVEL_MESSAGE, "*the bot did not answer*");
}

/* --- what it is told --- */

static void
test_connector_told (Fixture       *f,
                     gconstpointer  data)
{
  g_autofree char *last = NULL;
  g_autoptr (GBytes) bytes = NULL;

  run_well (f, 0, "\"text\":\"hello\",\"x\":0.10,\"channelId\":\"webchat\",\"recipient\":null,\"conversation\":{},"
            "\"channelData\":{\"clientActivityID\":\"a\",\"baton\":{\"party\":\"customer\"}}");
  assert_heard (f, "conversationUpdate conversationUpdate hello ");
  bytes = baton_activity_get_bytes (g_ptr_array_index (f->bot->heard, 2));
  last = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_nonnull (strstr (last, "\"channelId\":\"emulator\""));
  g_assert_nonnull (strstr (last, "\"x\":0.10"));
  g_assert_nonnull (strstr (last, "\"conversation\":{\"id\":\"c1\"}"));
  g_assert_nonnull (strstr (last, "\"from\":{\"id\":\"dl_7f3a\",\"name\":\"Ines\",\"role\":\"user\"}"));
  g_assert_nonnull (strstr (last, "\"serviceUrl\":\"http://127.0.0.1:9/connector/shop\""));
  g_assert_nonnull (strstr (last, "\"locale\":\"pt-PT\""));
  g_assert_nonnull (strstr (last, "\"channelData\":{\"clientActivityID\":\"a\"}"));
  g_assert_cmpstr (mock_bot_last_id (f->bot), ==, "c1|0000000");

  run_well (f, 1, "\"text\":\"again\"");
  assert_heard (f, "conversationUpdate conversationUpdate hello again ");
  f->bot->status = 201;
  run_well (f, 2, "\"text\":\"created\"");
  f->bot->status = 202;
  run_well (f, 3, "\"text\":\"accepted\"");

  /* After a restart it is not told again what it knows. */
  g_assert_finalize_object (f->upstream);
  open_upstream (f, NULL);
  run_well (f, 3, "\"text\":\"accepted\"");
  run_well (f, 4, "\"text\":\"new\"");
  assert_heard (f, "conversationUpdate conversationUpdate hello again created accepted new ");
}

static void
test_connector_replies (Fixture       *f,
                        gconstpointer  data)
{
  g_autoptr (BatonUpstreamTurn) turn = NULL;
  g_autoptr (BatonUpstreamTurn) unasked = NULL;
  const BatonBotItem *item;

  f->bot->body = "{\"activities\":[{\"type\":\"message\",\"text\":\"one\"},7,{\"type\":\"typing\"},"
                 "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":{\"va_LastTopic\":\"Returns\"}},"
                 "{\"type\":\"message\",\"text\":\"two\",\"from\":{\"id\":\"dl_7f3a\",\"role\":\"user\"}}]}";
  turn = run (f, 0, "\"text\":\"hello\",\"deliveryMode\":\"expectReplies\"");
  g_assert_cmpuint (turn->items->len, ==, 3);
  item = g_ptr_array_index (turn->items, 1);
  g_assert_cmpstr (baton_handoff_get_last_topic (item->handoff), ==, "Returns");
  g_assert_nonnull (baton_activity_get_id (item->activity));
  item = g_ptr_array_index (turn->items, 2);
  g_assert_cmpstr (baton_activity_get_text (item->activity), ==, "two");
  g_assert_cmpstr (baton_activity_get_from_id (item->activity), ==, "shop");
  unasked = run (f, 1, "\"text\":\"hello\"");
  g_assert_cmpuint (unasked->items->len, ==, 0);
}

/* What is in an answer is not lost if the next message cannot be told, nor if it hands over. */
static void
test_connector_replies_kept (Fixture       *f,
                             gconstpointer  data)
{
  g_autoptr (GPtrArray) unread = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) first = NULL, second = NULL;
  g_autoptr (BatonUpstreamTurn) turn = NULL;
  g_autoptr (GError) error = NULL;

  f->bot->body = "{\"activities\":[{\"type\":\"message\",\"text\":\"one\"}]}";
  f->bot->fails_after = 3;
  g_ptr_array_add (unread, new_activity (0, "\"text\":\"a\",\"deliveryMode\":\"expectReplies\""));
  g_ptr_array_add (unread, new_activity (1, "\"text\":\"b\",\"deliveryMode\":\"expectReplies\""));
  baton_upstream_run_async (f->upstream, f->conversation, unread, NULL, NULL, baton_test_ready_cb, &first);
  g_assert_null (finish_run (f, &first, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
  f->bot->fails_after = 0;
  f->bot->body = "{\"activities\":[{\"type\":\"event\",\"name\":\"handoff.initiate\"}]}";
  g_ptr_array_add (unread, new_activity (2, "\"text\":\"for people\""));
  baton_upstream_run_async (f->upstream, f->conversation, unread, NULL, NULL, baton_test_ready_cb, &second);
  turn = finish_run (f, &second, NULL);
  g_assert_nonnull (turn);
  g_assert_cmpuint (turn->items->len, ==, 2);
  g_assert_nonnull (((BatonBotItem *) g_ptr_array_index (turn->items, 1))->handoff);
  assert_heard (f, "conversationUpdate conversationUpdate a b b ");
}

/* --- F14: what went wrong, and what must not be told twice --- */

static void
test_connector_slow (Fixture       *f,
                     gconstpointer  data)
{
  g_autoptr (BatonUpstreamTurn) turn = NULL;
  g_autofree char *id = NULL;

  run_well (f, 0, "\"text\":\"hello\"");
  f->bot->is_mute = FALSE;
  expect_failure ();
  turn = run (f, 1, "\"text\":\"" MOCK_BOT_HANGS "\"");
  g_test_assert_expected_messages ();
  g_assert_true (turn->has_failed);

  id = say (f, "{\"type\":\"message\",\"text\":\"late\"}");   /* is heard all the same */
  g_assert_cmpstr (f->said->str, ==, "late@1 ");
  f->bot->is_mute = TRUE;
  run_well (f, 1, "\"text\":\"" MOCK_BOT_HANGS "\"");
  run_well (f, 2, "\"text\":\"next\"");
  assert_heard (f, "conversationUpdate conversationUpdate hello " MOCK_BOT_HANGS " next ");
}

/* Whoever speaks is alive, however long the rest takes. */
static void
test_connector_slow_but_speaks (Fixture       *f,
                                gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonUpstreamTurn) turn = NULL;
  g_autofree char *id = NULL;

  run_well (f, 0, "\"text\":\"hello\"");
  f->bot->is_mute = FALSE;
  start_run (f, 1, "\"text\":\"" MOCK_BOT_HANGS "\"", NULL, &result);
  baton_test_wait (f->bot->held->len == 1);
  id = say (f, "{\"type\":\"message\",\"text\":\"wait\"}");
  turn = finish_run (f, &result, NULL);
  g_assert_false (turn->has_failed);
}

static const struct {
  guint    status;
  gboolean again;    /* is told again, by whoever runs it */
} answers[] = {
  { 400, FALSE },
  { 401, FALSE },
  { 403, FALSE },
  { 404, FALSE },
  { 429, TRUE },
  { 500, FALSE },
  { 502, FALSE },
  { 503, TRUE },
};

static void
test_connector_errors (Fixture       *f,
                       gconstpointer  data)
{
  run_well (f, 0, "\"text\":\"hello\"");
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (BatonUpstreamTurn) turn = NULL;
    g_autoptr (GError) error = NULL;
    guint n_heard = f->bot->heard->len;

    g_test_message ("%u", answers[i].status);
    f->bot->status = answers[i].status;
    if (!answers[i].again)
      expect_failure ();
    start_run (f, i + 1, "\"text\":\"x\"", NULL, &result);
    turn = finish_run (f, &result, &error);
    g_test_assert_expected_messages ();
    g_assert_true (answers[i].again ? g_error_matches (error, BATON_ERROR, BATON_ERROR_BUSY)
                                    : turn != NULL && turn->has_failed);
    f->bot->status = 200;
    run_well (f, i + 1, "\"text\":\"x\"");
    g_assert_cmpuint (f->bot->heard->len, ==, n_heard + (answers[i].again ? 2 : 1));
  }
}

/* It may not be there at all yet; then it is told as soon as it is. */
static void
test_connector_unreachable (Fixture       *f,
                            gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_finalize_object (f->upstream);
  g_free (f->bot->url);
  f->bot->url = g_strdup ("http://127.0.0.1:1/api/messages");
  open_upstream (f, NULL);
  start_run (f, 0, "\"text\":\"hello\"", NULL, &result);
  g_assert_null (finish_run (f, &result, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
}

/* How an `invoke` went is no news of the bot's health. */
static void
test_connector_invoke (Fixture       *f,
                       gconstpointer  data)
{
  g_autoptr (GPtrArray) unread = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonUpstreamTurn) turn = NULL;
  const char *json = "{\"type\":\"invoke\",\"name\":\"x\",\"id\":\"c1|0000000\",\"timestamp\":\"2026-03-02T10:15:30Z\"}";
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));

  f->bot->status = 501;
  g_ptr_array_add (unread, baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL));
  baton_upstream_run_async (f->upstream, f->conversation, unread, NULL, NULL, baton_test_ready_cb, &result);
  turn = finish_run (f, &result, NULL);
  g_assert_false (turn->has_failed);
}

/* One post at a time, also after a run that was given up. */
static void
test_connector_cancel (Fixture       *f,
                       gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  run_well (f, 0, "\"text\":\"hello\"");
  f->bot->is_mute = FALSE;
  start_run (f, 1, "\"text\":\"" MOCK_BOT_HANGS "\"", cancellable, &result);
  baton_test_wait (f->bot->held->len == 1);
  g_cancellable_cancel (cancellable);
  g_assert_null (finish_run (f, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  f->bot->is_mute = TRUE;
  expect_failure ();
  run_well (f, 2, "\"text\":\"next\"");
  g_test_assert_expected_messages ();
  assert_heard (f, "conversationUpdate conversationUpdate hello " MOCK_BOT_HANGS " next ");
}

/* --- what it says --- */

/* Of the epoch in which it was last told something, also after a restart. */
static void
test_connector_epoch (Fixture       *f,
                      gconstpointer  data)
{
  g_free (say (f, "{\"type\":\"message\",\"text\":\"early\"}"));
  run_well (f, 0, "\"text\":\"hello\"");
  f->conversation->epoch = 4;
  g_free (say (f, "{\"type\":\"message\",\"text\":\"late\"}"));
  g_assert_finalize_object (f->upstream);
  open_upstream (f, NULL);
  g_free (say (f, "{\"type\":\"message\",\"text\":\"later\"}"));
  run_well (f, 1, "\"text\":\"back\"");
  g_free (say (f, "{\"type\":\"message\",\"text\":\"now\"}"));
  g_assert_cmpstr (f->said->str, ==, "early@1 late@1 later@1 now@4 ");
}

/* Each hand-off is known by its id; one without any gets one, since two that say the same may both be meant. */
static void
test_connector_handoff (Fixture       *f,
                        gconstpointer  data)
{
  g_autofree char *named = say (f, "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"id\":\"h1\",\"value\":{}}");
  g_autofree char *first = say (f, "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":{}}");
  g_autofree char *second = say (f, "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":{}}");

  g_assert_cmpstr (f->said->str, ==, "handoff@1 handoff@1 handoff@1 ");
  g_assert_cmpstr (named, ==, "h1");
  g_assert_cmpstr (first, !=, second);
}

/* S43: while the first message is answered with a hand-off, the rest is the agent's to read. */
static void
test_connector_handoff_stops (Fixture       *f,
                              gconstpointer  data)
{
  g_autoptr (GPtrArray) unread = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  run_well (f, 0, "\"text\":\"hello\"");
  f->bot->is_mute = FALSE;
  g_ptr_array_add (unread, new_activity (1, "\"text\":\"" MOCK_BOT_HANGS "\""));
  g_ptr_array_add (unread, new_activity (2, "\"text\":\"for people\""));
  baton_upstream_run_async (f->upstream, f->conversation, unread, NULL, NULL, baton_test_ready_cb, &result);
  baton_test_wait (f->bot->held->len == 1);
  g_free (say (f, "{\"type\":\"event\",\"name\":\"handoff.initiate\"}"));
  mock_bot_release (f->bot);
  g_assert_null (finish_run (f, &result, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
  assert_heard (f, "conversationUpdate conversationUpdate hello " MOCK_BOT_HANGS " ");
}

static void
test_connector_status (Fixture       *f,
                       gconstpointer  data)
{
  BatonActivity *told;
  g_autofree char *value = NULL;

  run_well (f, 0, "\"text\":\"hello\"");
  f->conversation->epoch = 2;
  baton_upstream_tell (f->upstream, f->conversation, "accepted");
  baton_test_wait (f->bot->heard->len == 4);
  told = g_ptr_array_index (f->bot->heard, 3);
  value = baton_json_node_dup_raw (baton_json_node_get_member (baton_activity_get_root (told), "value"));
  g_assert_cmpstr (baton_activity_get_name (told), ==, "handoff.status");
  g_assert_cmpstr (value, ==, "{\"state\":\"accepted\"}");
}

/* --- who is who --- */

static void
test_connector_secret (Fixture       *f,
                       gconstpointer  data)
{
  BatonJsonNode root;

  g_assert_finalize_object (f->upstream);
  open_upstream (f, &(BatonConnectorAccess) { .secret = "the shared secret" });
  run_well (f, 0, "\"text\":\"hello\"");
  g_assert_cmpstr (g_ptr_array_index (f->bot->bearers, 0), ==, "Bearer the shared secret");
  root = baton_activity_get_root (g_ptr_array_index (f->bot->heard, 2));
  g_assert_true (baton_json_node_is (baton_json_node_get_member (root, "channelId"), "directline"));
}

static void
test_connector_token (Fixture       *f,
                      gconstpointer  data)
{
  g_autoptr (BatonSigningKey) key = baton_signing_key_new ();
  BatonJsonWriter *writer = baton_json_writer_new ();
  const BatonJwtRules rules = { "http://127.0.0.1:9/connector/shop", "app-1", 0 };
  g_autofree char *set = NULL;
  g_autoptr (BatonJson) json = NULL, claims = NULL;
  g_autoptr (BatonJwks) keys = NULL;
  g_autoptr (GError) error = NULL;
  const char *bearer;

  g_assert_finalize_object (f->upstream);
  open_upstream (f, &(BatonConnectorAccess) { .app_id = "app-1", .key = key, .secret = "not shown" });
  run_well (f, 0, "\"text\":\"hello\"");
  bearer = g_ptr_array_index (f->bot->bearers, 2);
  g_assert_true (g_str_has_prefix (bearer, "Bearer ey"));
  g_assert_cmpstr (bearer, ==, g_ptr_array_index (f->bot->bearers, 0));   /* not signed for each */

  baton_signing_key_write_set (key, writer);
  set = baton_json_writer_finish_text (writer);
  json = baton_json_parse_text (set, -1, &BATON_JSON_LIMITS_BOT, NULL);
  keys = baton_jwks_new (baton_json_get_root (json), &error);
  g_assert_no_error (error);
  claims = baton_jwt_verify (bearer + strlen ("Bearer "), keys, &rules, g_get_real_time () / G_USEC_PER_SEC, &error);
  g_assert_no_error (error);
  g_assert_true (baton_json_node_is (baton_json_node_get_member (baton_json_get_root (claims), "serviceurl"), rules.issuer));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/upstream/connector/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("told", test_connector_told);
  ADD ("replies", test_connector_replies);
  ADD ("replies-kept", test_connector_replies_kept);
  ADD ("F14/slow", test_connector_slow);
  ADD ("F14/slow-but-speaks", test_connector_slow_but_speaks);
  ADD ("F14/errors", test_connector_errors);
  ADD ("unreachable", test_connector_unreachable);
  ADD ("invoke", test_connector_invoke);
  ADD ("cancel", test_connector_cancel);
  ADD ("epoch", test_connector_epoch);
  ADD ("handoff", test_connector_handoff);
  ADD ("S43/handoff-stops", test_connector_handoff_stops);
  ADD ("status", test_connector_status);
  ADD ("secret", test_connector_secret);
  ADD ("token", test_connector_token);
#undef ADD

  return g_test_run ();
}
