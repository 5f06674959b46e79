/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "baton-time.h"
#include "dl-fixture.h"

typedef struct {
  DlFixture dl;
  DlChat    chat;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  dl_fixture_open (&fixture->dl, NULL);
  dl_start (&fixture->dl, DL_SECRET, NULL, &fixture->chat);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  dl_chat_clear (&fixture->chat);
  dl_fixture_close (&fixture->dl);
}

static DlAnswer *
post (Fixture    *fixture,
      const char *activity)
{
  return dl_post (&fixture->dl, fixture->chat.id, fixture->chat.token, activity);
}

/* The activity that was stored last. */
static BatonJsonNode
get_last (DlAnswer *all)
{
  BatonJsonNode activities = baton_json_node_get_member (dl_answer_root (all), "activities");

  return baton_json_node_get_element (activities, baton_json_node_get_size (activities) - 1);
}

static void
assert_member (BatonJsonNode  node,
               const char    *path,
               const char    *expected)
{
  g_auto (GStrv) names = g_strsplit (path, ".", -1);
  g_autofree char *text = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    node = baton_json_node_get_member (node, names[i]);
  text = baton_json_node_dup_string (node);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_post_bound_user (Fixture       *fixture,
                      gconstpointer  data)
{
  g_auto (DlChat) chat = { 0 };
  g_autoptr (DlAnswer) token = dl_call (&fixture->dl, "POST", "tokens/generate", DL_SECRET,
                                        "{\"user\":{\"id\":\"dl_7f3a\",\"name\":\"Ines\"}}");
  g_autofree char *text = dl_answer_get (token, "token");
  g_autoptr (DlAnswer) posted = NULL;
  g_autoptr (DlAnswer) all = NULL;

  dl_start (&fixture->dl, text, NULL, &chat);
  posted = dl_post (&fixture->dl, chat.id, text,
                    "{\"type\":\"message\",\"from\":{\"id\":\"agent:anna\",\"name\":\"Anna\",\"role\":\"bot\",\"x\":1},\"text\":\"hi\","
                    "\"channelData\":{\"baton\":{\"party\":\"agent\"}}}");
  g_assert_cmpuint (posted->status, ==, 200);
  all = dl_get (&fixture->dl, &chat, "");
  assert_member (get_last (all), "from.id", "dl_7f3a");
  assert_member (get_last (all), "from.name", "Ines");
  assert_member (get_last (all), "from.role", "user");
  assert_member (get_last (all), "channelData.baton.party", "customer");
}

static const struct {
  const char *from;
  const char *id;   /* NULL: made for the conversation */
} senders[] = {
  { "{\"id\":\"u1\",\"role\":\"bot\"}", "u1" },
  { "{\"id\":\"\"}", NULL },
  { "{\"id\":7}", NULL },
  { "{\"id\":\"agent:anna\"}", NULL },
  { "{}", NULL },
  { "null", NULL },
  { "\"anna\"", NULL },
};

static void
test_post_unbound_user (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autofree char *made = g_strconcat ("dl_", fixture->chat.id, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (senders); i++) {
    g_autofree char *activity = g_strdup_printf ("{\"type\":\"message\",\"from\":%s,\"text\":\"hi\"}", senders[i].from);
    g_autoptr (DlAnswer) posted = post (fixture, activity);
    g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

    g_test_message ("from %s", senders[i].from);
    g_assert_cmpuint (posted->status, ==, 200);
    assert_member (get_last (all), "from.id", senders[i].id != NULL ? senders[i].id : made);
    assert_member (get_last (all), "from.role", "user");
  }
}

static void
test_post_ids (Fixture       *fixture,
               gconstpointer  data)
{
  for (guint i = 0; i < 12; i++) {
    g_autofree char *expected = g_strdup_printf ("%s|%07u", fixture->chat.id, i);
    g_autofree char *id = dl_say (&fixture->dl, &fixture->chat, "x");

    g_assert_cmpstr (id, ==, expected);
  }
}

static void
test_post_kept_and_stamped (Fixture       *fixture,
                            gconstpointer  data)
{
  static const char kept[] = "\"text\":\"h\\u00e9\\/\",\"unknown\":{\"deep\":[1.50,1e2,0.1,12345678901234567]},\"value\":null";
  g_autofree char *activity = g_strdup_printf ("{\"id\":\"mine\",\"timestamp\":\"1999-01-01T00:00:00Z\",\"conversation\":{\"id\":\"other\"},"
                                               "\"channelId\":\"webchat\",\"type\":\"message\",%s}", kept);
  g_autoptr (DlAnswer) posted = post (fixture, activity);
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");
  g_autofree char *id = dl_answer_get (posted, "id");
  g_autofree char *timestamp = NULL;

  g_assert_cmpuint (posted->status, ==, 200);
  g_assert_nonnull (strstr (all->body, kept));
  assert_member (get_last (all), "id", id);
  assert_member (get_last (all), "conversation.id", fixture->chat.id);
  assert_member (get_last (all), "channelId", "directline");
  timestamp = baton_json_node_dup_member (get_last (all), "timestamp");
  g_assert_true (g_str_has_suffix (timestamp, "Z"));
  g_assert_cmpint (ABS (baton_time_parse (timestamp) - g_get_real_time ()), <, G_TIME_SPAN_MINUTE);
}

static void
test_post_timestamps_increase (Fixture       *fixture,
                               gconstpointer  data)
{
  g_autoptr (DlAnswer) all = NULL;
  BatonJsonNode activities, activity;
  BatonJsonIter iter;
  gint64 before = 0;

  for (guint i = 0; i < 20; i++)
    g_free (dl_say (&fixture->dl, &fixture->chat, "x"));
  all = dl_get (&fixture->dl, &fixture->chat, "");
  activities = baton_json_node_get_member (dl_answer_root (all), "activities");
  g_assert_cmpuint (baton_json_node_get_size (activities), ==, 20);
  baton_json_iter_init (&iter, activities);
  while (baton_json_iter_next (&iter, NULL, &activity)) {
    g_autofree char *timestamp = baton_json_node_dup_member (activity, "timestamp");

    g_assert_cmpint (baton_time_parse (timestamp), >, before);
    before = baton_time_parse (timestamp);
  }
}

static const char *const broken[] = {
  "", " ", "x", "[]", "{}", "null", "\"message\"", "{\"type\":", "{\"type\":null}", "{\"type\":7}", "{\"type\":\"\"}",
  "{\"type\":\"message\",}", "{'type':'message'}", "{\"type\":\"message\"} x", "{\"type\":\"message\",\"text\":\"\\ud800\"}",
  "{\"type\":\"message\",\"text\":\"\\u0000\"}", "{\"type\":\"message\",\"value\":1e999}", "{\"type\":\"message\",\"text\":\"\xff\"}",
  "{\"type\":\"message\",\"text\":\"a\nb\"}",
};

static void
test_post_broken (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *brackets = g_strnfill (100 * 1000, '[');
  g_autofree char *many = g_strnfill (160 * 1024, '[');
  g_autoptr (DlAnswer) deep = post (fixture, brackets);
  g_autoptr (DlAnswer) deeper = post (fixture, many);
  g_autoptr (DlAnswer) all = NULL;

  dl_answer_assert_error (deep, 400, "BadArgument");
  dl_answer_assert_error (deeper, 400, "BadArgument");
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autoptr (DlAnswer) answer = post (fixture, broken[i]);
    g_autofree char *printable = g_strescape (broken[i], NULL);

    g_test_message ("%s", printable);
    dl_answer_assert_error (answer, 400, "BadArgument");
  }
  all = dl_get (&fixture->dl, &fixture->chat, "");
  g_assert_cmpuint (baton_json_node_get_size (baton_json_node_get_member (dl_answer_root (all), "activities")), ==, 0);
}

static void
test_post_too_big (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *text = g_strnfill (256 * 1024, 'x');
  g_autofree char *activity = g_strdup_printf ("{\"type\":\"message\",\"text\":\"%s\"}", text);
  g_autofree char *path = g_strdup_printf ("/v3/directline/conversations/%s/activities", fixture->chat.id);
  g_autoptr (RawClient) client = raw_client_new (baton_transport_get_url (fixture->dl.transport));
  g_autofree char *head = NULL;
  g_autofree char *next = NULL;

  head = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                          path, fixture->chat.token, strlen (activity));
  raw_client_send (client, head, -1);
  raw_client_send (client, activity, -1);
  raw_client_expect (client, "HTTP/1.1 413");
  raw_client_expect (client, "MessageSizeTooBig");
  next = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", path, fixture->chat.token);
  raw_client_send (client, next, -1);
  raw_client_expect (client, "HTTP/1.1 200");
}

/* As large as may be, there and back. */
static void
test_post_large (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *text = g_strnfill (250 * 1024, 'x');
  g_autofree char *id = dl_say (&fixture->dl, &fixture->chat, text);
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_nonnull (id);
  g_assert_nonnull (strstr (all->body, text));
}

/* What is accepted is configuration. */
static void
test_post_limits (void)
{
  BatonDlServerConfig config = DL_CONFIG;
  Fixture fixture = { 0 };

  config.json.depth = 3;
  dl_fixture_open (&fixture.dl, &config);
  {
    g_auto (DlChat) chat = { 0 };
    g_autoptr (DlAnswer) flat = NULL;
    g_autoptr (DlAnswer) deep = NULL;

    dl_start (&fixture.dl, DL_SECRET, NULL, &chat);
    flat = dl_post (&fixture.dl, chat.id, chat.token, "{\"type\":\"message\",\"value\":[[1]]}");
    g_assert_cmpuint (flat->status, ==, 200);
    deep = dl_post (&fixture.dl, chat.id, chat.token, "{\"type\":\"message\",\"value\":[[[1]]]}");
    dl_answer_assert_error (deep, 400, "BadArgument");
  }
  dl_fixture_close (&fixture.dl);
}

static void
test_post_rate (void)
{
  BatonDlServerConfig config = DL_CONFIG;
  Fixture fixture = { 0 };

  config.rate = 1;
  config.rate_burst = 5;
  dl_fixture_open (&fixture.dl, &config);
  {
    g_auto (DlChat) chat = { 0 };
    g_auto (DlChat) other = { 0 };
    g_autoptr (DlAnswer) throttled = NULL;
    g_autofree char *id = NULL;
    guint n = 0;

    dl_start (&fixture.dl, DL_SECRET, NULL, &chat);
    dl_start (&fixture.dl, DL_SECRET, NULL, &other);
    do {
      g_clear_pointer (&throttled, dl_answer_free);
      throttled = dl_post (&fixture.dl, chat.id, chat.token, "{\"type\":\"message\",\"text\":\"x\"}");
      n++;
    } while (throttled->status == 200 && n < 50);
    g_assert_cmpuint (n, >, 5);
    dl_answer_assert_error (throttled, 429, "ThrottledError");
    g_assert_nonnull (strstr (throttled->head, "\r\nRetry-After: 1\r\n"));
    id = dl_say (&fixture.dl, &other, "not me");
  }
  dl_fixture_close (&fixture.dl);
}

static void
test_post_repeated (Fixture       *fixture,
                    gconstpointer  data)
{
  static const char activity[] = "{\"type\":\"message\",\"from\":{\"id\":\"u1\"},\"text\":\"once\",\"channelData\":{\"clientActivityID\":\"c1\"}}";
  g_autoptr (DlAnswer) first = post (fixture, activity);
  g_autofree char *between = dl_say (&fixture->dl, &fixture->chat, "between");
  g_autoptr (DlAnswer) second = post (fixture, activity);
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (second->status, ==, 200);
  g_assert_cmpstr (first->body, ==, second->body);
  g_assert_cmpuint (baton_json_node_get_size (baton_json_node_get_member (dl_answer_root (all), "activities")), ==, 2);
}

static const char *const internal[] = {
  "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":{\"va_AgentMessage\":\"planted\"}}",
  "{\"type\":\"event\",\"name\":\"Handoff.Status\",\"value\":{\"state\":\"accepted\"}}",
  "{\"type\":\"trace\",\"name\":\"t\",\"value\":1}",
  "{\"type\":\"conversationUpdate\",\"membersAdded\":[{\"id\":\"x\"}]}",
  "{\"type\":\"handoff\"}",
};

static void
test_post_internal (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) escalations = NULL;
  g_autoptr (DlAnswer) all = NULL;
  g_autofree char *watermark = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (internal); i++) {
    g_autoptr (DlAnswer) answer = post (fixture, internal[i]);
    g_autofree char *id = dl_answer_get (answer, "id");

    g_assert_cmpuint (answer->status, ==, 200);
    g_assert_nonnull (id);
  }
  all = dl_get (&fixture->dl, &fixture->chat, "");
  watermark = dl_answer_get (all, "watermark");
  g_assert_cmpuint (baton_json_node_get_size (baton_json_node_get_member (dl_answer_root (all), "activities")), ==, 0);
  g_assert_cmpstr (watermark, ==, "4");

  baton_store_list_escalations_async (fixture->dl.store, FALSE, 0, NULL, baton_test_ready_cb, &result);
  escalations = baton_store_list_escalations_finish (fixture->dl.store, baton_test_await (&result), NULL);
  g_assert_cmpuint (escalations->len, ==, 0);
}

static void
test_post_unknown_types (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (DlAnswer) event = post (fixture, "{\"type\":\"event\",\"name\":\"webchat/join\"}");
  g_autoptr (DlAnswer) novel = post (fixture, "{\"type\":\"hologram\",\"x\":1}");
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (baton_json_node_get_size (baton_json_node_get_member (dl_answer_root (all), "activities")), ==, 2);
  g_assert_cmpuint (event->status, ==, 200);
  g_assert_cmpuint (novel->status, ==, 200);
}

static void
test_post_ended (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (DlAnswer) end = post (fixture, "{\"type\":\"endOfConversation\"}");
  g_autoptr (DlAnswer) late = post (fixture, "{\"type\":\"message\",\"text\":\"late\"}");
  g_autoptr (DlAnswer) typing = post (fixture, "{\"type\":\"typing\"}");
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (end->status, ==, 200);
  dl_answer_assert_error (late, 404, "BadArgument");
  g_assert_nonnull (strstr (late->body, "conversation ended"));
  dl_answer_assert_error (typing, 404, "BadArgument");
  g_assert_cmpuint (all->status, ==, 200);
}

/* Protocol 1.13: the other side may end it, too. */
static void
test_post_ended_by_owner (Fixture       *fixture,
                          gconstpointer  data)
{
  gint64 epoch = dl_claim (&fixture->dl, fixture->chat.id, "anna");
  g_autofree char *token = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, "anna", "Anna", epoch, NULL);
  g_autoptr (DlAnswer) end = dl_post (&fixture->dl, fixture->chat.id, token, "{\"type\":\"endOfConversation\"}");
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");
  g_autoptr (DlAnswer) late = post (fixture, "{\"type\":\"message\",\"text\":\"late\"}");

  g_assert_cmpuint (end->status, ==, 200);
  assert_member (get_last (all), "type", "endOfConversation");
  dl_answer_assert_error (late, 404, "BadArgument");
}

/* A bot that has handed over has nothing to end any more, and nobody is told that it tried. */
static void
test_post_ended_by_bot (Fixture       *fixture,
                        gconstpointer  data)
{
  static const char end[] = "{\"type\":\"endOfConversation\",\"from\":{\"id\":\"b\",\"role\":\"bot\"}}";
  g_auto (DlChat) other = { 0 };
  g_autoptr (DlAnswer) ended = NULL;
  g_autoptr (DlAnswer) gone = NULL;
  g_autoptr (DlAnswer) tried = NULL;
  g_autoptr (DlAnswer) all = NULL;

  dl_claim (&fixture->dl, fixture->chat.id, "anna");
  tried = dl_post (&fixture->dl, fixture->chat.id, DL_SECRET, end);
  g_assert_cmpuint (tried->status, ==, 200);
  g_free (dl_say (&fixture->dl, &fixture->chat, "still here"));
  all = dl_get (&fixture->dl, &fixture->chat, "");
  g_assert_null (strstr (all->body, "endOfConversation"));

  dl_start (&fixture->dl, DL_SECRET, NULL, &other);
  ended = dl_post (&fixture->dl, other.id, DL_SECRET, end);
  gone = dl_post (&fixture->dl, other.id, other.token, "{\"type\":\"message\",\"text\":\"late\"}");
  g_assert_cmpuint (ended->status, ==, 200);
  dl_answer_assert_error (gone, 404, "BadArgument");
}

/* Protocol 2.2: these name what they change by their id, and ids are ours (S17). So nobody changes what another said. */
static void
test_post_changes (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char *const kinds[] = { "messageUpdate", "messageDelete" };
  g_autofree char *id = dl_say (&fixture->dl, &fixture->chat, "said");

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *change = g_strdup_printf ("{\"type\":\"%s\",\"id\":\"%s\",\"text\":\"never said\"}", kinds[i], id);
    g_autoptr (DlAnswer) answer = post (fixture, change);
    g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");
    BatonJsonNode first = baton_json_node_get_element (baton_json_node_get_member (dl_answer_root (all), "activities"), 0);
    g_autofree char *other = dl_answer_get (answer, "id");

    g_assert_cmpuint (answer->status, ==, 200);
    g_assert_cmpstr (other, !=, id);
    assert_member (get_last (all), "id", other);
    assert_member (first, "id", id);
    assert_member (first, "text", "said");
  }
}

/* S24: nor does the bot's own side of things reach the customer. */
static void
test_post_internal_by_bot (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (RawClient) stream = dl_stream_open (&fixture->dl, fixture->chat.stream_url);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) activities = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonJson) set = NULL;
  g_autofree char *live = NULL;
  g_autoptr (DlAnswer) all = NULL;

  for (gsize i = 0; i <= G_N_ELEMENTS (internal); i++) {
    const char *json = i < G_N_ELEMENTS (internal) ? internal[i] : "{\"type\":\"message\",\"text\":\"for you\"}";
    g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));
    BatonBotItem *item = g_new0 (BatonBotItem, 1);

    item->activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, NULL);
    g_ptr_array_add (activities, item->activity);
    g_ptr_array_add (items, item);
  }
  baton_store_post_bot_turn_async (fixture->dl.store, &(BatonBotTurn) {
    .conversation_id = fixture->chat.id, .bot_id = "bot", .bot_name = "Bot", .items = items, .bot_read = -1,
  }, NULL, baton_test_ready_cb, &result);
  baton_store_post_bot_turn_finish (fixture->dl.store, baton_test_await (&result), &error);
  g_assert_no_error (error);

  set = dl_stream_next (stream);
  live = baton_json_node_dup_raw (baton_json_get_root (set));
  all = dl_get (&fixture->dl, &fixture->chat, "");
  g_assert_nonnull (strstr (live, "for you"));
  for (guint i = 0; i < 2; i++) {
    const char *seen = i == 0 ? live : all->body;

    g_assert_null (strcasestr (seen, "handoff"));
    g_assert_null (strstr (seen, "trace"));
    g_assert_null (strstr (seen, "conversationUpdate"));
  }
  g_assert_cmpuint (baton_json_node_get_size (baton_json_node_get_member (dl_answer_root (all), "activities")), ==, 1);
}

/* S39: the same client id of another sender is another activity. */
static void
test_post_same_id_of_another (Fixture       *fixture,
                              gconstpointer  data)
{
  static const char by_one[] = "{\"type\":\"message\",\"from\":{\"id\":\"u1\"},\"text\":\"1\",\"channelData\":{\"clientActivityID\":\"c1\"}}";
  static const char by_two[] = "{\"type\":\"message\",\"from\":{\"id\":\"u2\"},\"text\":\"2\",\"channelData\":{\"clientActivityID\":\"c1\"}}";
  g_autoptr (DlAnswer) first = post (fixture, by_one);
  g_autoptr (DlAnswer) second = post (fixture, by_two);

  g_assert_cmpuint (second->status, ==, 200);
  g_assert_cmpstr (first->body, !=, second->body);
}

static void
test_post_not_started (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (DlAnswer) answer = dl_post (&fixture->dl, "cNobodyEverStarted", DL_SECRET, "{\"type\":\"message\"}");

  dl_answer_assert_error (answer, 404, "BadArgument");
  g_assert_nonnull (strstr (answer->body, "Unknown conversation"));
}

static void
test_post_console_not_owner (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autofree char *owner = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, "anna", "Anna", 1, NULL);
  g_autofree char *reader = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, "anna", "Anna", -1, NULL);
  g_autoptr (DlAnswer) not_owner = dl_post (&fixture->dl, fixture->chat.id, owner, "{\"type\":\"message\",\"text\":\"x\"}");
  g_autoptr (DlAnswer) typing = dl_post (&fixture->dl, fixture->chat.id, owner, "{\"type\":\"typing\"}");
  g_autoptr (DlAnswer) read_only = dl_post (&fixture->dl, fixture->chat.id, reader, "{\"type\":\"message\",\"text\":\"x\"}");
  g_autofree char *path = g_strdup_printf ("conversations/%s/activities", fixture->chat.id);
  g_autoptr (DlAnswer) read = dl_call (&fixture->dl, "GET", path, reader, NULL);

  dl_answer_assert_error (not_owner, 409, "NotOwner");
  g_assert_nonnull (strstr (not_owner->body, "This conversation is with somebody else now"));
  dl_answer_assert_error (typing, 409, "NotOwner");
  dl_answer_assert_error (read_only, 403, "BadArgument");
  g_assert_cmpuint (read->status, ==, 200);
}

static void
test_post_console_owner (Fixture       *fixture,
                         gconstpointer  data)
{
  gint64 epoch = dl_claim (&fixture->dl, fixture->chat.id, "anna");
  g_autofree char *token = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, "anna", "Anna", epoch, NULL);
  g_autofree char *stale = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, "anna", "Anna", epoch - 1, NULL);
  g_autofree char *other = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, "ben", "Ben", epoch, NULL);
  g_autoptr (DlAnswer) posted = dl_post (&fixture->dl, fixture->chat.id, token,
                                         "{\"type\":\"message\",\"from\":{\"id\":\"x\",\"role\":\"user\"},\"text\":\"How can I help?\"}");
  g_autoptr (DlAnswer) typing = dl_post (&fixture->dl, fixture->chat.id, token, "{\"type\":\"typing\"}");
  g_autoptr (DlAnswer) too_late = dl_post (&fixture->dl, fixture->chat.id, stale, "{\"type\":\"message\",\"text\":\"x\"}");
  g_autoptr (DlAnswer) not_his = dl_post (&fixture->dl, fixture->chat.id, other, "{\"type\":\"message\",\"text\":\"x\"}");
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (posted->status, ==, 200);
  g_assert_cmpuint (typing->status, ==, 200);
  dl_answer_assert_error (too_late, 409, "NotOwner");
  dl_answer_assert_error (not_his, 409, "NotOwner");
  assert_member (get_last (all), "text", "How can I help?");
  assert_member (get_last (all), "from.id", "agent:anna");
  assert_member (get_last (all), "from.name", "Anna");
  assert_member (get_last (all), "from.role", "bot");
  assert_member (get_last (all), "channelData.baton.party", "agent");
}

static void
test_post_by_secret (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (DlAnswer) as_bot = dl_post (&fixture->dl, fixture->chat.id, DL_SECRET,
                                         "{\"type\":\"message\",\"from\":{\"id\":\"b\",\"role\":\"bot\"},\"text\":\"x\"}");
  g_autoptr (DlAnswer) all = dl_get (&fixture->dl, &fixture->chat, "");
  g_autoptr (DlAnswer) as_user = dl_post (&fixture->dl, fixture->chat.id, DL_SECRET,
                                          "{\"type\":\"message\",\"from\":{\"id\":\"u\"},\"text\":\"x\"}");
  g_autoptr (DlAnswer) more = dl_get (&fixture->dl, &fixture->chat, "");

  g_assert_cmpuint (as_bot->status, ==, 200);
  assert_member (get_last (all), "from.role", "bot");
  assert_member (get_last (all), "channelData.baton.party", "bot");
  g_assert_cmpuint (as_user->status, ==, 200);
  assert_member (get_last (more), "from.role", "user");
  assert_member (get_last (more), "channelData.baton.party", "customer");
}

/* 2 MB: reading stops, and everybody else is served meanwhile. */
static void
test_post_huge (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (RawClient) client = raw_client_new (baton_transport_get_url (fixture->dl.transport));
  g_autofree char *piece = g_strnfill (64 * 1024, ' ');
  g_autofree char *head = g_strdup_printf ("POST /v3/directline/conversations/%s/activities HTTP/1.1\r\nHost: x\r\n"
                                           "Authorization: Bearer %s\r\nContent-Length: 2000000\r\n\r\n",
                                           fixture->chat.id, fixture->chat.token);
  g_autofree char *id = NULL;

  raw_client_send (client, head, -1);
  raw_client_send (client, piece, 64 * 1024);
  id = dl_say (&fixture->dl, &fixture->chat, "meanwhile");
  raw_client_expect (client, "HTTP/1.1 413");
  raw_client_expect (client, "MessageSizeTooBig");
  raw_client_expect_closed (client);
  g_assert_cmpstr (id, !=, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/dl/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("S4/bound-user", test_post_bound_user);
  ADD ("S4/unbound-user", test_post_unbound_user);
  ADD ("S15/ids", test_post_ids);
  ADD ("S16/S17/kept-and-stamped", test_post_kept_and_stamped);
  ADD ("S19/timestamps-increase", test_post_timestamps_increase);
  ADD ("S21/broken", test_post_broken);
  ADD ("S22/too-big", test_post_too_big);
  ADD ("S22/large", test_post_large);
  ADD ("S22/huge", test_post_huge);
  ADD ("S24/S42/internal", test_post_internal);
  ADD ("S25/unknown-types", test_post_unknown_types);
  g_test_add_func ("/dl/S21/limits", test_post_limits);
  g_test_add_func ("/dl/S38/rate", test_post_rate);
  ADD ("S39/repeated", test_post_repeated);
  ADD ("S45/ended", test_post_ended);
  ADD ("S45/ended-by-owner", test_post_ended_by_owner);
  ADD ("S45/ended-by-bot", test_post_ended_by_bot);
  ADD ("S17/changes", test_post_changes);
  ADD ("S24/internal-by-bot", test_post_internal_by_bot);
  ADD ("S39/same-id-of-another", test_post_same_id_of_another);
  ADD ("not-started", test_post_not_started);
  ADD ("console/not-owner", test_post_console_not_owner);
  ADD ("console/owner", test_post_console_owner);
  ADD ("by-secret", test_post_by_secret);
#undef ADD

  return g_test_run ();
}
