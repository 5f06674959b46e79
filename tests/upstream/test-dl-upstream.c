/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-dl-upstream.h"
#include "baton-error.h"
#include "baton-test.h"
#include "mock-direct-line.h"

static const BatonPace quick = {
  .step = 10, .limit = 50, .steady = 60000, .network_up = 10, .silence = 10000, .poll = 20, .patience = 1000,
  .stream_again = 1800000, .echo = 300, .token_life = 1800000, .idle = 1800000,
};

#define SAYS(text) "{\"type\":\"message\",\"from\":{\"id\":\"bot\",\"role\":\"bot\"},\"text\":\"" text "\"}"
#define HANDOFF "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"from\":{\"id\":\"bot\",\"role\":\"bot\"}," \
                "\"value\":{\"va_LastTopic\":\"Returns\"}}"

typedef struct {
  MockDirectLine    *server;
  BatonUpstream     *bot;
  BatonConversation *conversation;   /* as the relay would have stored it */
  GPtrArray         *items;          /* of BatonBotItem: all that was spoken */
  GArray            *epochs;         /* of gint64: for each of @items that of its turn */
  guint              turns;
  guint              early_posts;    /* before the stream was open */
  GPtrArray         *unread;         /* of BatonActivity: of the last run */
  GCancellable      *cancellable;    /* of the last run; or %NULL */
  char              *state;          /* what was stored when the bot was last told something */
  char              *watermark;
} Fixture;

static void
set_text (char       **field,
          const char  *text)
{
  if (text == NULL)
    return;
  g_free (*field);
  *field = g_strdup (text);
}

static void
spoke_cb (BatonUpstream      *bot,
          const BatonBotTurn *turn,
          gpointer            user_data)
{
  Fixture *f = user_data;

  g_assert_cmpstr (turn->conversation_id, ==, f->conversation->id);
  g_assert_cmpint (turn->bot_read, ==, -1);
  f->turns++;
  for (guint i = 0; i < turn->items->len; i++) {
    const BatonBotItem *item = g_ptr_array_index (turn->items, i);
    BatonBotItem *copy = g_new0 (BatonBotItem, 1);

    copy->activity = g_object_ref (item->activity);
    copy->upstream_id = g_strdup (item->upstream_id);
    copy->handoff = item->handoff ? g_object_ref (item->handoff) : NULL;
    g_ptr_array_add (f->items, copy);
    g_array_append_val (f->epochs, turn->epoch);
  }
  set_text (&f->conversation->bot_state, turn->bot_state);
  set_text (&f->conversation->bot_watermark, turn->bot_watermark);
}

static void
make_bot (Fixture    *f,
          const char *secret,
          const char *token_url,
          const char *base)
{
  f->bot = baton_dl_upstream_new ("shop", base, secret, token_url, NULL);
  baton_dl_upstream_set_pace (BATON_DL_UPSTREAM (f->bot), &quick);
  g_signal_connect (f->bot, "spoke", G_CALLBACK (spoke_cb), f);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->server = mock_direct_line_new ();
  f->items = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_bot_item_free);
  f->epochs = g_array_new (FALSE, FALSE, sizeof (gint64));
  f->conversation = g_new0 (BatonConversation, 1);
  f->conversation->id = g_strdup ("c1");
  f->conversation->bot = g_strdup ("shop");
  f->conversation->user_id = g_strdup ("dl_7f3a");
  f->conversation->locale = g_strdup ("pt-PT");
  f->conversation->bot_read = -1;
  f->conversation->epoch = 1;
  make_bot (f, "the-secret", NULL, f->server->base);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_assert_finalize_object (f->bot);
  baton_conversation_free (f->conversation);
  g_ptr_array_unref (f->items);
  g_array_unref (f->epochs);
  g_clear_pointer (&f->unread, g_ptr_array_unref);
  g_free (f->state);
  g_free (f->watermark);
  mock_direct_line_free (f->server);
}

static BatonActivity *
new_activity (guint       index,
              const char *json_rest)
{
  g_autofree char *json = g_strdup_printf ("{\"id\":\"c1|%07u\",\"from\":{\"id\":\"dl_7f3a\"},%s}", index, json_rest);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  BatonActivity *activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);

  g_assert_nonnull (activity);
  return activity;
}

static void
start_run (Fixture       *f,
           guint          from,
           guint          n,
           GCancellable  *cancellable,
           GAsyncResult **slot)
{
  g_clear_pointer (&f->unread, g_ptr_array_unref);
  f->unread = g_ptr_array_new_with_free_func (g_object_unref);
  f->cancellable = cancellable;
  for (guint i = from; i < from + n; i++)
    g_ptr_array_add (f->unread, new_activity (i, "\"type\":\"message\",\"text\":\"hello\""));
  baton_upstream_run_async (f->bot, f->conversation, f->unread, NULL, cancellable, baton_test_ready_cb, slot);
}

static gboolean
finish_run (Fixture       *f,
            GAsyncResult **slot,
            GError       **error)
{
  g_autoptr (BatonUpstreamTurn) turn = baton_upstream_run_finish (f->bot, baton_test_await (slot), error);

  if (turn == NULL)
    return FALSE;
  /* What is said, and what is to be remembered of the wire, comes as `spoke`, in one order. */
  g_assert_cmpuint (turn->items->len, ==, 0);
  g_assert_null (turn->bot_state);
  if (!turn->wants_storing)
    return TRUE;

  /* It is stored: spoke_cb() has done so. */
  g_clear_object (slot);
  baton_upstream_run_async (f->bot, f->conversation, f->unread, NULL, f->cancellable, baton_test_ready_cb, slot);
  return finish_run (f, slot, error);
}

static void
run (Fixture *f,
     guint    from,
     guint    n)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  start_run (f, from, n, NULL, &result);
  finish_run (f, &result, &error);
  g_assert_no_error (error);
}

static void
bot_says (Fixture    *f,
          const char *json)
{
  g_autofree char *id = g_strdup_printf ("mock%u-eu", f->server->begun - 1);

  g_free (mock_direct_line_say (f->server, id, json));
}

static const char *
text_at (Fixture *f,
         guint    position)
{
  const BatonBotItem *item = g_ptr_array_index (f->items, position);

  return baton_activity_get_text (item->activity);
}

static gint64
epoch_at (Fixture *f,
          guint    position)
{
  return g_array_index (f->epochs, gint64, position);
}

static void
restart (Fixture *f)
{
  g_assert_finalize_object (f->bot);
  make_bot (f, "the-secret", NULL, f->server->base);
}

static guint
count_posts (Fixture    *f,
             const char *part)
{
  guint n = 0;

  for (guint i = 0; i < f->server->posts->len; i++)
    n += strstr (g_ptr_array_index (f->server->posts, i), part) != NULL;
  return n;
}

static void
note_early_cb (MockDirectLine *server,
               const char     *conversation_id,
               BatonActivity  *activity,
               gpointer        user_data)
{
  Fixture *f = user_data;

  f->early_posts += mock_direct_line_count_streams (server, conversation_id) == 0;
  if (baton_activity_is (activity, "event"))
    bot_says (f, SAYS ("Welcome"));
}

static void
test_start_once (Fixture       *f,
                 gconstpointer  data)
{
  f->server->posted = note_early_cb;
  f->server->user_data = f;
  run (f, 0, 1);
  baton_test_wait (f->items->len == 1);

  g_assert_cmpuint (f->early_posts, ==, 0);
  g_assert_cmpuint (f->server->posts->len, ==, 2);
  g_assert_nonnull (strstr (g_ptr_array_index (f->server->posts, 0), "\"name\":\"startConversation\""));
  g_assert_nonnull (strstr (g_ptr_array_index (f->server->posts, 0), "\"locale\":\"pt-PT\""));
  g_assert_nonnull (strstr (g_ptr_array_index (f->server->posts, 1), "\"clientActivityID\":\"c1|0000000\""));
  g_assert_cmpstr (text_at (f, 0), ==, "Welcome");

  mock_direct_line_drop_streams (f->server, 1012);
  baton_test_wait (f->server->calls[MOCK_STREAM] == 2);
  run (f, 1, 1);
  g_assert_cmpuint (count_posts (f, "startConversation"), ==, 1);
  g_assert_cmpuint (f->server->posts->len, ==, 3);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
}

static void
test_canvas_start (Fixture       *f,
                   gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  f->unread = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (f->unread, new_activity (0, "\"type\":\"event\",\"name\":\"startConversation\""));
  baton_upstream_run_async (f->bot, f->conversation, f->unread, NULL, NULL, baton_test_ready_cb, &result);
  g_assert_true (finish_run (f, &result, NULL));
  g_assert_cmpuint (f->server->posts->len, ==, 1);
}

/* Every activity of a set, before and after the hand-off, in order (S003-36); echoes and `typing` are not words. */
static void
test_words (Fixture       *f,
            gconstpointer  data)
{
  const BatonBotItem *item;

  run (f, 0, 1);
  f->conversation->epoch = 7;
  run (f, 1, 1);
  mock_direct_line_send_raw (f->server, "mock0-eu",
                             "{\"activities\":[{\"type\":\"typing\",\"from\":{\"id\":\"bot\",\"role\":\"bot\"}},"
                             "{\"id\":\"a|1\",\"type\":\"message\",\"text\":\"One moment\"},"
                             "{\"id\":\"a|2\",\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":{\"va_LastTopic\":\"Returns\"}},"
                             "{\"id\":\"a|3\",\"type\":\"message\",\"text\":\"Somebody will be here soon\"}],\"watermark\":\"77\"}");
  baton_test_wait (f->items->len == 3);

  g_assert_cmpstr (text_at (f, 0), ==, "One moment");
  item = g_ptr_array_index (f->items, 1);
  g_assert_nonnull (item->handoff);
  g_assert_cmpstr (baton_handoff_get_last_topic (item->handoff), ==, "Returns");
  g_assert_cmpstr (item->upstream_id, ==, "a|2");
  g_assert_cmpstr (text_at (f, 2), ==, "Somebody will be here soon");
  g_assert_cmpstr (f->conversation->bot_watermark, ==, "77");
  g_assert_cmpint (epoch_at (f, 0), ==, 7);
}

static void
test_echo (Fixture       *f,
           gconstpointer  from_id)
{
  f->server->echo_from_id = from_id;
  run (f, 0, 3);
  bot_says (f, SAYS ("done"));
  baton_test_wait (f->items->len > 0);
  g_assert_cmpuint (f->items->len, ==, 1);
  g_assert_cmpstr (text_at (f, 0), ==, "done");
}

static void
hand_off_cb (MockDirectLine *server,
             const char     *conversation_id,
             BatonActivity  *activity,
             gpointer        user_data)
{
  if (baton_activity_is (activity, "message"))
    bot_says (user_data, HANDOFF);
}

/* While the first message is answered with a hand-off, the rest is the agent's to read. The run does not say that the
 * bot has it: should the store know the hand-off already, the bot goes on. */
static void
test_handoff_stops (Fixture       *f,
                    gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  f->server->posted = hand_off_cb;
  f->server->user_data = f;
  start_run (f, 0, 3, NULL, &result);
  g_assert_false (finish_run (f, &result, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
  g_assert_cmpuint (f->items->len, ==, 1);
  g_assert_cmpuint (count_posts (f, "hello"), ==, 1);
}

/* S43: between the moment a hand-off comes and the moment it is stored the conversation still looks like the bot's. */
static void
test_handoff_not_stored_yet (Fixture       *f,
                             gconstpointer  data)
{
  gboolean told = FALSE;

  f->server->posted = hand_off_cb;
  f->server->user_data = f;
  run (f, 0, 1);
  baton_test_wait (f->items->len == 1);
  f->server->posted = NULL;

  for (guint tries = 0; !told; tries++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    start_run (f, 1, 1, NULL, &result);
    told = finish_run (f, &result, &error);
    g_assert_true (tries > 0 || g_error_matches (error, BATON_ERROR, BATON_ERROR_BUSY));
    g_assert_cmpuint (count_posts (f, "c1|0000001"), ==, told);
  }
}

/* ---- what may have arrived ---- */

static void
test_uncertain_echo (Fixture       *f,
                     gconstpointer  data)
{
  run (f, 0, 1);
  mock_direct_line_fail_next (f->server, MOCK_POST, 502, "", NULL, TRUE);
  run (f, 1, 1);
  g_assert_cmpuint (count_posts (f, "c1|0000001"), ==, 1);
}

static void
test_uncertain_lost (Fixture       *f,
                     gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  run (f, 0, 1);
  mock_direct_line_fail_next (f->server, MOCK_POST, 504, "", NULL, FALSE);
  start_run (f, 1, 1, NULL, &result);
  g_assert_false (finish_run (f, &result, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_UNCERTAIN);

  run (f, 1, 1);
  g_assert_cmpuint (count_posts (f, "c1|0000001"), ==, 2);
}

/* The relay was killed after the bot had answered and before the run was stored. */
static void
test_crash (Fixture       *f,
            gconstpointer  data)
{
  run (f, 0, 2);
  baton_test_wait (strstr (f->conversation->bot_state, "\"posted\":1") != NULL && g_strcmp0 (f->conversation->bot_watermark, "2") == 0);
  restart (f);

  run (f, 0, 3);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
  g_assert_cmpuint (count_posts (f, "startConversation"), ==, 1);
  g_assert_cmpuint (count_posts (f, "c1|0000001"), ==, 1);
  g_assert_cmpuint (count_posts (f, "c1|0000002"), ==, 1);
}

static void
note_stored_cb (MockDirectLine *server,
                const char     *conversation_id,
                BatonActivity  *activity,
                gpointer        user_data)
{
  Fixture *f = user_data;

  set_text (&f->state, f->conversation->bot_state);
  set_text (&f->watermark, f->conversation->bot_watermark);
}

/* The relay has lost all that was not stored when the bot was told something. */
static void
restart_from_stored (Fixture *f)
{
  set_text (&f->conversation->bot_state, f->state);
  set_text (&f->conversation->bot_watermark, f->watermark);
  restart (f);
}

/* The relay was killed after the bot had been told, and before it heard so: the bot is not told twice, and its answer is
 * one of now, in which order so ever it comes. */
static void
test_crash_unheard (Fixture       *f,
                    gconstpointer  data)
{
  run (f, 0, 1);
  baton_test_wait (g_strcmp0 (f->conversation->bot_watermark, "1") == 0);
  bot_says (f, SAYS ("too late"));
  baton_test_wait (f->items->len == 1);
  f->conversation->bot_read = 0;
  f->conversation->epoch = 4;
  f->server->without_echo = GPOINTER_TO_INT (data);
  f->server->posted = note_stored_cb;
  f->server->user_data = f;
  run (f, 1, 1);
  f->server->posted = NULL;
  bot_says (f, SAYS ("an answer"));
  baton_test_wait (f->items->len == 2);

  /* Counted as read, but not remembered as told: these are two steps. */
  f->conversation->bot_read = 1;
  restart_from_stored (f);
  baton_upstream_resume (f->bot, f->conversation);
  baton_test_wait (f->items->len == 3);
  g_assert_cmpuint (count_posts (f, "c1|0000001"), ==, 1);
  g_assert_cmpuint (count_posts (f, "startConversation"), ==, 1);
  g_assert_cmpint (epoch_at (f, 0), ==, 1);   /* S43: held */
  g_assert_cmpint (epoch_at (f, 2), ==, 4);   /* an answer of now: shown */
}

/* The conversation over there is known before anything is said in it. */
static void
test_crash_new (Fixture       *f,
                gconstpointer  data)
{
  f->server->posted = note_stored_cb;
  f->server->user_data = f;
  run (f, 0, 1);
  g_assert_nonnull (f->state);
  restart_from_stored (f);

  run (f, 0, 2);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
  g_assert_cmpuint (count_posts (f, "startConversation"), ==, 1);
  g_assert_cmpuint (count_posts (f, "c1|0000000"), ==, 1);
  g_assert_cmpuint (count_posts (f, "c1|0000001"), ==, 1);
}

/* S43: what the bot said in an earlier epoch while nobody listened is told as of that epoch, whenever it is read. */
static void
test_late_words (Fixture       *f,
                 gconstpointer  resumed)
{
  run (f, 0, 1);
  baton_test_wait (g_strcmp0 (f->conversation->bot_watermark, "1") == 0);
  restart (f);
  bot_says (f, SAYS ("too late"));

  f->conversation->epoch = 4;
  f->conversation->bot_read = 0;
  if (resumed)
    baton_upstream_resume (f->bot, f->conversation);
  run (f, 1, 1);
  bot_says (f, SAYS ("an answer"));
  baton_test_wait (f->items->len == 2);
  g_assert_cmpstr (text_at (f, 0), ==, "too late");
  g_assert_cmpint (epoch_at (f, 0), ==, 1);
  g_assert_cmpstr (text_at (f, 1), ==, "an answer");
  g_assert_cmpint (epoch_at (f, 1), ==, 4);
}

/* The bot was told nothing since an agent gave the conversation back; what it says is still of before. */
static void
test_late_words_live (Fixture       *f,
                      gconstpointer  data)
{
  run (f, 0, 1);
  f->conversation->epoch = 4;
  baton_upstream_resume (f->bot, f->conversation);
  bot_says (f, SAYS ("too late"));
  baton_test_wait (f->items->len == 1);
  g_assert_cmpint (epoch_at (f, 0), ==, 1);
}

static void
test_resume (Fixture       *f,
             gconstpointer  data)
{
  run (f, 0, 1);
  bot_says (f, SAYS ("before"));
  baton_test_wait (f->items->len == 1);
  g_assert_finalize_object (f->bot);
  bot_says (f, SAYS ("meanwhile"));

  make_bot (f, "the-secret", NULL, f->server->base);
  baton_upstream_resume (f->bot, f->conversation);
  baton_test_wait (f->items->len == 2);
  g_assert_cmpstr (text_at (f, 1), ==, "meanwhile");
  g_assert_cmpuint (f->server->posts->len, ==, 2);
}

/* What was said could not be stored: a wire that is open begins again where it was stored last. */
static void
test_resume_live (Fixture       *f,
                  gconstpointer  data)
{
  g_autoptr (BatonConversation) stored = NULL;

  run (f, 0, 1);
  bot_says (f, SAYS ("before"));
  baton_test_wait (f->items->len == 1);
  stored = baton_conversation_copy (f->conversation);
  bot_says (f, SAYS ("lost"));
  baton_test_wait (f->items->len == 2);

  baton_upstream_resume (f->bot, stored);
  bot_says (f, SAYS ("after"));
  baton_test_wait (f->items->len == 4);
  g_assert_cmpstr (text_at (f, 2), ==, "lost");
  g_assert_cmpstr (text_at (f, 3), ==, "after");
  g_assert_cmpuint (f->server->posts->len, ==, 2);
}

static void
test_gone (Fixture       *f,
           gconstpointer  data)
{
  run (f, 0, 1);
  mock_direct_line_drop_streams (f->server, 1001);
  mock_direct_line_forget (f->server);
  run (f, 1, 1);

  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 2);
  g_assert_cmpuint (count_posts (f, "startConversation"), ==, 2);
  g_assert_cmpuint (count_posts (f, "c1|0000001"), ==, 1);
  g_assert_nonnull (strstr (f->conversation->bot_state, "mock1-eu"));
}

static void
test_refused (Fixture       *f,
              gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_finalize_object (f->bot);
  make_bot (f, "a-wrong-secret", NULL, f->server->base);
  start_run (f, 0, 1, NULL, &result);
  g_assert_false (finish_run (f, &result, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_REFUSED);
}

/* Local servers ask for nothing (protocol 1.17). */
static void
test_open_server (Fixture       *f,
                  gconstpointer  data)
{
  f->server->lets_everybody_in = TRUE;
  g_assert_finalize_object (f->bot);
  make_bot (f, NULL, NULL, f->server->base);
  run (f, 0, 1);
  g_assert_cmpuint (f->server->posts->len, ==, 2);
}

static void
test_cancelled (Fixture       *f,
                gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mock_direct_line_stop (f->server);
  start_run (f, 0, 1, cancellable, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (finish_run (f, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_disposed (Fixture       *f,
               gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  start_run (f, 0, 1, NULL, &result);
  g_object_run_dispose (G_OBJECT (f->bot));
  g_assert_false (finish_run (f, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_idle (Fixture       *f,
           gconstpointer  data)
{
  BatonPace pace = quick;

  pace.idle = 100;
  baton_dl_upstream_set_pace (BATON_DL_UPSTREAM (f->bot), &pace);
  run (f, 0, 1);
  baton_test_wait (mock_direct_line_count_streams (f->server, "mock0-eu") == 0);
  bot_says (f, SAYS ("meanwhile"));
  run (f, 1, 1);
  baton_test_wait (f->items->len == 1);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
  g_assert_cmpuint (count_posts (f, "startConversation"), ==, 1);
}

/* ---- tokens ---- */

static void
platform_cb (SoupServer        *server,
             SoupServerMessage *message,
             const char        *path,
             GHashTable        *query,
             gpointer           user_data)
{
  Fixture *f = user_data;
  g_autofree char *root = g_strndup (f->server->base, strlen (f->server->base) - strlen ("/v3/directline"));
  g_autofree char *body = NULL;

  g_assert_cmpstr (g_hash_table_lookup (query, "api-version"), ==, "2022-03-01-preview");
  if (g_str_has_suffix (path, "/regionalchannelsettings"))
    body = g_strdup_printf ("{\"channelUrlsById\":{\"directline\":\"%s/\"}}", root);
  else
    body = g_strdup_printf ("{\"token\":\"%s\",\"expires_in\":3600}", f->server->token);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body, strlen (body));
}

static void
test_region (Fixture       *f,
             gconstpointer  data)
{
  g_autoptr (SoupServer) platform = soup_server_new (NULL, NULL);
  baton_test_forgive_server ();
  g_autofree char *url = NULL;
  g_autofree char *token_url = NULL;
  GSList *uris;

  soup_server_add_handler (platform, "/powervirtualagents", platform_cb, f, NULL);
  g_assert_true (soup_server_listen_local (platform, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (platform);
  url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  token_url = g_strconcat (url, "powervirtualagents/botsbyschema/x/directline/token?api-version=2022-03-01-preview", NULL);

  g_assert_finalize_object (f->bot);
  make_bot (f, NULL, token_url, NULL);
  run (f, 0, 1);
  g_assert_cmpuint (f->server->posts->len, ==, 2);
  g_assert_nonnull (strstr (f->conversation->bot_state, "\"token\":\"token-1\""));

  /* The token is all that opens the conversation again; once it has expired a new one is begun. */
  g_assert_finalize_object (f->bot);
  make_bot (f, NULL, token_url, NULL);
  run (f, 1, 1);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
  g_assert_finalize_object (f->bot);
  g_free (f->server->token);
  f->server->token = g_strdup ("token-2");
  make_bot (f, NULL, token_url, NULL);
  run (f, 2, 1);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 2);
  soup_server_disconnect (platform);
}

static void
test_names (Fixture       *f,
            gconstpointer  data)
{
  g_assert_cmpstr (baton_upstream_get_bot_id (f->bot), ==, "shop");
  g_assert_cmpstr (baton_upstream_get_bot_name (f->bot), ==, "shop");
}

#define ADD(path, data, test) g_test_add ("/dl-upstream/" path, Fixture, data, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("names", NULL, test_names);
  ADD ("K20/start-once", NULL, test_start_once);
  ADD ("K20/not-twice", NULL, test_canvas_start);
  ADD ("words", NULL, test_words);
  ADD ("K21/echo", NULL, test_echo);
  ADD ("K21/echo-other-id", "0b9a5f4c-uuid", test_echo);
  ADD ("handoff-stops", NULL, test_handoff_stops);
  ADD ("S43/handoff-not-stored-yet", NULL, test_handoff_not_stored_yet);
  ADD ("S43/late-words", GINT_TO_POINTER (FALSE), test_late_words);
  ADD ("S43/late-words-resumed", GINT_TO_POINTER (TRUE), test_late_words);
  ADD ("S43/late-words-live", NULL, test_late_words_live);
  ADD ("uncertain/echo", NULL, test_uncertain_echo);
  ADD ("uncertain/lost", NULL, test_uncertain_lost);
  ADD ("crash/heard", NULL, test_crash);
  ADD ("crash/unheard", GINT_TO_POINTER (FALSE), test_crash_unheard);
  ADD ("crash/unheard-echo-behind", GINT_TO_POINTER (TRUE), test_crash_unheard);
  ADD ("crash/new", NULL, test_crash_new);
  ADD ("resume", NULL, test_resume);
  ADD ("resume-live", NULL, test_resume_live);
  ADD ("gone", NULL, test_gone);
  ADD ("refused", NULL, test_refused);
  ADD ("open-server", NULL, test_open_server);
  ADD ("cancelled", NULL, test_cancelled);
  ADD ("disposed", NULL, test_disposed);
  ADD ("idle", NULL, test_idle);
  ADD ("K22/region", NULL, test_region);

  return g_test_run ();
}
