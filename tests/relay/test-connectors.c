/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "mock-bot.h"
#include "relay-house.h"

/* The whole way: a customer on a canvas, the real relay, and a Bot Framework bot that is posted to and posts back. */

typedef struct {
  MockBot    *bot;
  RelayHouse *house;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  g_autofree char *groups = NULL;

  f->bot = mock_bot_new ();
  groups = g_strdup_printf ("[gate]\nturn-tries=1\n[bot shop]\nkind=connector\nurl=%s\n%s", f->bot->url,
                            data != NULL ? (const char *) data : "");
  f->house = relay_house_new_with (groups);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  mock_bot_release (f->bot);
  relay_house_free (f->house);
  mock_bot_free (f->bot);
}

static void
wait_for (RelayCustomer *customer,
          const char    *text)
{
  guint deadline = baton_test_start_deadline (text);

  while (!relay_customer_saw (customer, text))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

static void
assert_heard (Fixture    *f,
              const char *expected)
{
  g_autofree char *heard = mock_bot_list_heard (f->bot);

  g_assert_cmpstr (heard, ==, expected);
}

/* "hello|You said: hello|": what a canvas that comes now is shown. */
static char *
read_all (RelayCustomer *customer)
{
  g_autofree char *text = relay_customer_reload (customer);
  g_autoptr (BatonJson) json = baton_json_parse_text (text, -1, &BATON_JSON_LIMITS_BOT, NULL);
  GString *words = g_string_new (NULL);
  BatonJsonNode activity;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, baton_json_node_get_member (baton_json_get_root (json), "activities"));
  while (baton_json_iter_next (&iter, NULL, &activity)) {
    g_autofree char *said = baton_json_node_dup_member (activity, "text");

    g_string_append_printf (words, "%s|", said);
  }
  return g_string_free (words, FALSE);
}

static void
assert_all (RelayCustomer *customer,
            const char    *expected)
{
  g_autofree char *words = read_all (customer);

  g_assert_cmpstr (words, ==, expected);
}

static guint
call_in (Fixture       *f,
         const char    *method,
         const char    *conversation_id,
         const char    *rest,
         const char    *body,
         BatonJson    **answer)
{
  g_autofree char *path = g_strdup_printf ("/v3/conversations/%s/%s", conversation_id, rest);

  return mock_bot_call (f->bot, method, path, body, answer);
}

static void
assert_error (Fixture    *f,
              const char *method,
              const char *conversation_id,
              const char *rest,
              const char *body,
              guint       status,
              const char *code)
{
  g_autoptr (BatonJson) answer = NULL;
  g_autofree char *found = NULL;

  g_test_message ("%s %s %s", method, conversation_id, rest);
  g_assert_cmpuint (call_in (f, method, conversation_id, rest, body, &answer), ==, status);
  found = relay_json_text (answer, "error.code");
  g_assert_cmpstr (found, ==, code);
}

/* --- the exchange that is published as a sample --- */

static BatonJsonNode
get_step (BatonJson *sample,
          guint      position)
{
  return baton_json_node_get_member (baton_json_node_get_element (baton_json_get_root (sample), position), "body");
}

/* Everything the sample says is said by us; ids, times and addresses are our own. */
static void
assert_like_sample (BatonJsonNode ours,
                    BatonJsonNode sample)
{
  static const char *const local[] = { "id", "timestamp", "serviceUrl", "membersAdded", NULL };
  BatonJsonNode name, value;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, sample);
  while (baton_json_iter_next (&iter, &name, &value)) {
    g_autofree char *key = baton_json_node_dup_string (name);
    BatonJsonNode own = baton_json_node_get_member (ours, key);
    g_autofree char *expected = baton_json_node_dup_text (value);
    g_autofree char *found = baton_json_node_dup_text (own);

    g_test_message ("%s", key);
    if (g_str_equal (key, "name") || g_str_equal (key, "locale"))
      continue;   /* ours has none, or another */
    g_assert_cmpint (baton_json_node_get_kind (own), ==, baton_json_node_get_kind (value));
    if (baton_json_node_get_kind (value) == BATON_JSON_OBJECT)
      assert_like_sample (own, value);
    else if (!g_strv_contains (local, key))
      g_assert_cmpstr (found, ==, expected);
  }
}

static void
test_connectors_sample (Fixture       *f,
                        gconstpointer  data)
{
  g_autofree char *path = baton_test_fixture ("made-connector-exchange.json");
  g_autoptr (GBytes) bytes = baton_test_read (path);
  g_autoptr (BatonJson) sample = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL);
  g_autoptr (RelayCustomer) customer = relay_customer_new (f->house);
  g_autofree char *reply = baton_json_node_dup_raw (get_step (sample, 3));
  g_autofree char *rest = NULL, *id = NULL, *expected = NULL;
  g_autoptr (BatonJson) answer = NULL;

  f->bot->is_mute = TRUE;
  relay_customer_post (customer, "{\"type\":\"message\",\"from\":{\"id\":\"me\"},\"text\":\"hello\",\"textFormat\":\"plain\"}");
  baton_test_wait (f->bot->heard->len == 3);
  for (guint i = 0; i < 3; i++)
    assert_like_sample (baton_activity_get_root (g_ptr_array_index (f->bot->heard, i)), get_step (sample, i));

  rest = g_strdup_printf ("activities/%s%%7C0000000", customer->conversation_id);
  g_assert_cmpuint (call_in (f, "POST", customer->conversation_id, rest, reply, &answer), ==, 200);
  id = relay_json_text (answer, "id");
  expected = g_strconcat (customer->conversation_id, "|0000001", NULL);
  g_assert_cmpstr (id, ==, expected);
  wait_for (customer, "Hi Ines");
  assert_all (customer, "hello|Hi Ines|");
  g_assert_false (relay_customer_saw (customer, "8080"));   /* the bot's serviceUrl is nobody's business */
  for (guint i = 0; i < f->bot->bearers->len; i++)
    g_assert_cmpstr (g_ptr_array_index (f->bot->bearers, i), ==, "");
}

/* --- turns --- */

/* The bot hears of a conversation as soon as there is one, and greets before anybody has said anything; once. */
static void
test_connectors_greets (Fixture       *f,
                        gconstpointer  data)
{
  g_autoptr (RelayCustomer) customer = NULL;

  f->bot->greets = TRUE;
  customer = relay_customer_new (f->house);
  wait_for (customer, "Welcome");
  relay_customer_say (customer, "hello");
  wait_for (customer, "You said: hello");
  assert_all (customer, "Welcome|hello|You said: hello|");
  assert_heard (f, "conversationUpdate conversationUpdate hello ");
}

/* A bot that is not there cannot greet, and nobody is told so who has not asked anything. */
static void
test_connectors_not_there (void)
{
  g_autoptr (RelayHouse) house = relay_house_new_with ("[gate]\nturn-tries=1\n[bot shop]\nkind=connector\n"
                                                       "url=http://127.0.0.1:1/api/messages\n");
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);

  relay_customer_say (customer, "hello");
  wait_for (customer, "Lamentamos");
  assert_all (customer, "hello|Lamentamos, o assistente virtual não está a responder neste momento. Tente novamente daqui a"
              " pouco.|");
}

static void
test_connectors_turns (Fixture       *f,
                       gconstpointer  data)
{
  g_autoptr (RelayCustomer) customer = relay_customer_new (f->house);

  for (guint i = 0; i < 5; i++) {
    g_autofree char *text = g_strdup_printf ("m%u", i);

    relay_customer_say (customer, text);
  }
  wait_for (customer, "You said: m4");
  assert_heard (f, "conversationUpdate conversationUpdate m0 m1 m2 m3 m4 ");
  g_assert_cmpuint (f->bot->most_at_once, ==, 1);
}

/* Whenever it likes, and as much at once as it likes: each is answered with an id of its own, and all are shown. */
static void
test_connectors_proactive (Fixture       *f,
                           gconstpointer  data)
{
  g_autoptr (RelayCustomer) customer = relay_customer_new (f->house);
  g_autofree char *id = NULL;
  g_auto (GStrv) answers = NULL;

  relay_customer_say (customer, MOCK_BOT_LATER);
  wait_for (customer, "Much later");
  relay_customer_say (customer, MOCK_BOT_BOTH);
  wait_for (customer, "The one");
  wait_for (customer, "The other");
  id = mock_bot_say (f->bot, customer->conversation_id, "Your parcel is here");
  wait_for (customer, "Your parcel is here");
  g_assert_true (g_str_has_suffix (id, "|0000005"));

  baton_test_wait (f->bot->n_sending == 0);
  answers = g_strsplit (f->bot->answers->str, "\n", -1);
  g_assert_cmpuint (g_strv_length (answers), ==, 4);   /* the last is empty */
  for (guint i = 0; i < 3; i++)
    g_assert_true (g_str_has_prefix (answers[i], "200 "));
  g_assert_cmpstr (answers[1], !=, answers[2]);
}

/* --- S44: what it says, changes and takes back --- */

static void
test_connectors_amend (Fixture       *f,
                       gconstpointer  data)
{
  g_autoptr (RelayCustomer) customer = relay_customer_new (f->house);
  const char *cid = customer->conversation_id;
  g_autofree char *first = g_strconcat ("activities/", cid, "%7C0000001", NULL);
  g_autofree char *own = g_strconcat ("activities/", cid, "%7C0000000", NULL);
  g_autofree char *none = g_strconcat ("activities/", cid, "%7C0000009", NULL);
  g_autofree char *same_id = g_strdup_printf ("{\"type\":\"message\",\"id\":\"%s|0000001\",\"text\":\"Corrected\"}", cid);
  g_autoptr (BatonJson) answer = NULL;
  g_autofree char *id = NULL;

  relay_customer_say (customer, "hello");
  wait_for (customer, "You said: hello");
  assert_error (f, "PUT", cid, first, "{\"type\":\"message\",\"id\":\"other\",\"text\":\"x\"}", 400, "BadArgument");
  assert_error (f, "PUT", cid, first, "{\"type\":\"message\",\"id\":null,\"text\":\"x\"}", 400, "BadArgument");
  assert_error (f, "PUT", cid, own, "{\"type\":\"message\",\"text\":\"x\"}", 403, "BadArgument");
  assert_error (f, "PUT", cid, none, "{\"type\":\"message\",\"text\":\"x\"}", 404, "BadArgument");
  assert_error (f, "DELETE", cid, own, NULL, 403, "BadArgument");
  assert_all (customer, "hello|You said: hello|");

  g_assert_cmpuint (call_in (f, "PUT", cid, first, same_id, &answer), ==, 200);
  id = relay_json_text (answer, "id");
  g_assert_true (g_str_has_suffix (id, "|0000001"));
  wait_for (customer, "Corrected");
  assert_all (customer, "hello|Corrected|");
  g_assert_cmpuint (call_in (f, "PUT", cid, first, "{\"type\":\"message\",\"text\":\"Again\"}", NULL), ==, 200);
  assert_all (customer, "hello|Again|");
  g_assert_cmpuint (call_in (f, "DELETE", cid, first, NULL, NULL), ==, 200);
  assert_all (customer, "hello||");
  g_assert_cmpuint (call_in (f, "DELETE", cid, first, NULL, NULL), ==, 200);
  assert_error (f, "PUT", cid, first, "{\"type\":\"message\",\"text\":\"x\"}", 404, "BadArgument");
}

static const struct {
  const char *method;
  const char *conversation;   /* %NULL: the customer's */
  const char *rest;
  const char *body;
  guint       status;
} refused[] = {
  { "POST", NULL, "activities", "", 400 },
  { "POST", NULL, "activities", "x", 400 },
  { "POST", NULL, "activities", "[]", 400 },
  { "POST", NULL, "activities", "{}", 400 },
  { "POST", NULL, "activities", "{\"type\":\"\"}", 400 },
  { "POST", NULL, "activities", "{\"type\":\"message\",\"text\":\"\\ud800\"}", 400 },
  { "POST", NULL, "activities/history", "{\"type\":\"message\"}", 400 },
  { "GET", NULL, "activities", NULL, 405 },
  { "PUT", NULL, "members", "{}", 405 },
  { "POST", NULL, "activities/a/b/c", "{\"type\":\"message\"}", 404 },
  { "POST", NULL, "nothing", "{\"type\":\"message\"}", 404 },
  { "POST", "c0000000000000000000000", "activities", "{\"type\":\"message\"}", 404 },
  { "POST", "c%7C1", "activities", "{\"type\":\"message\"}", 404 },
  { "GET", "c0000000000000000000000", "members", NULL, 404 },
};

static void
test_connectors_refused (Fixture       *f,
                         gconstpointer  data)
{
  g_autoptr (RelayCustomer) customer = relay_customer_new (f->house);

  relay_customer_say (customer, MOCK_BOT_SILENT);
  baton_test_wait (f->bot->heard->len == 3);
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    assert_error (f, refused[i].method, refused[i].conversation != NULL ? refused[i].conversation : customer->conversation_id,
                  refused[i].rest, refused[i].body, refused[i].status, "BadArgument");
  g_assert_cmpuint (mock_bot_call (f->bot, "GET", "/v3/botstate/emulator/users/me", NULL, NULL), ==, 404);
  g_assert_cmpuint (mock_bot_call (f->bot, "POST", "/v3/botstate/emulator/users/me", "{}", NULL), ==, 404);
  assert_all (customer, MOCK_BOT_SILENT "|");

  /* S45 */
  relay_customer_post (customer, "{\"type\":\"endOfConversation\",\"from\":{\"id\":\"me\"}}");
  assert_error (f, "POST", customer->conversation_id, "activities", "{\"type\":\"message\",\"text\":\"x\"}", 404, "BadArgument");
}

/* --- what it may ask --- */

static void
test_connectors_members (Fixture       *f,
                         gconstpointer  data)
{
  g_autoptr (RelayCustomer) customer = relay_customer_new (f->house);
  const char *cid = customer->conversation_id;
  g_autoptr (BatonJson) all = NULL, of_one = NULL, paged = NULL, member = NULL;
  g_autofree char *list = NULL, *same = NULL, *in_page = NULL, *role = NULL;

  relay_customer_say (customer, MOCK_BOT_SILENT);
  baton_test_wait (f->bot->heard->len == 3);
  g_assert_cmpuint (call_in (f, "GET", cid, "members", NULL, &all), ==, 200);
  g_assert_cmpuint (call_in (f, "GET", cid, "activities/x%7C1/members", NULL, &of_one), ==, 200);
  g_assert_cmpuint (call_in (f, "GET", cid, "pagedmembers?pageSize=10", NULL, &paged), ==, 200);
  g_assert_cmpuint (call_in (f, "GET", cid, "members/shop", NULL, &member), ==, 200);
  g_assert_cmpuint (call_in (f, "GET", cid, "members/nobody", NULL, NULL), ==, 404);
  list = baton_json_node_dup_raw (baton_json_get_root (all));
  same = baton_json_node_dup_raw (baton_json_get_root (of_one));
  in_page = relay_json_text (paged, "members");
  role = relay_json_text (member, "role");
  g_assert_cmpstr (list, ==, same);
  g_assert_cmpstr (list, ==, in_page);
  g_assert_cmpstr (role, ==, "bot");
  g_assert_nonnull (strstr (list, "\"role\":\"user\""));
  g_assert_nonnull (strstr (list, "{\"id\":\"shop\",\"name\":\"shop\",\"role\":\"bot\"}"));
}

static void
test_connectors_history (Fixture       *f,
                         gconstpointer  data)
{
  g_autoptr (RelayCustomer) customer = relay_customer_new (f->house);
  g_autoptr (BatonJson) answer = NULL, none = NULL;
  g_autofree char *id = NULL, *no_id = NULL;

  relay_customer_say (customer, MOCK_BOT_SILENT);
  baton_test_wait (f->bot->heard->len == 3);
  g_assert_cmpuint (call_in (f, "POST", customer->conversation_id, "activities/history",
                             "{\"activities\":[{\"type\":\"message\",\"text\":\"one\",\"from\":{\"role\":\"bot\"}},"
                             "{\"type\":\"message\",\"text\":\"mine\",\"from\":{\"role\":\"user\"}},7,"
                             "{\"type\":\"message\",\"text\":\"two\"}]}", &answer), ==, 200);
  id = relay_json_text (answer, "id");
  g_assert_true (g_str_has_suffix (id, "|0000002"));
  assert_all (customer, MOCK_BOT_SILENT "|one|two|");
  g_assert_cmpuint (call_in (f, "POST", customer->conversation_id, "activities/history", "{\"activities\":[]}", &none), ==, 200);
  no_id = relay_json_text (none, "id");
  g_assert_cmpstr (no_id, ==, customer->conversation_id);
}

static void
test_connectors_attachments (Fixture       *f,
                             gconstpointer  data)
{
  g_autoptr (RelayCustomer) customer = relay_customer_new (f->house);
  const char *cid = customer->conversation_id;
  g_autoptr (BatonJson) kept = NULL, info = NULL;
  g_autofree char *id = NULL, *path = NULL, *view = NULL, *thumbnail = NULL, *name = NULL, *views = NULL;

  relay_customer_say (customer, MOCK_BOT_SILENT);
  baton_test_wait (f->bot->heard->len == 3);
  g_assert_cmpuint (call_in (f, "POST", cid, "attachments",
                             "{\"name\":\"../note.txt\",\"type\":\"text/plain\",\"originalBase64\":\"aGVsbG8=\"}", &kept), ==, 200);
  id = relay_json_text (kept, "id");
  path = g_strconcat ("/v3/attachments/", id, NULL);
  view = g_strconcat (path, "/views/original", NULL);
  thumbnail = g_strconcat (path, "/views/thumbnail", NULL);
  g_assert_cmpuint (mock_bot_call (f->bot, "GET", path, NULL, &info), ==, 200);
  name = relay_json_text (info, "name");
  views = relay_json_text (info, "views");
  g_assert_null (strchr (name, '/'));
  g_assert_cmpstr (views, ==, "[{\"viewId\":\"original\",\"size\":5}]");
  g_assert_cmpuint (mock_bot_call (f->bot, "GET", view, NULL, NULL), ==, 200);
  g_assert_cmpuint (mock_bot_call (f->bot, "GET", thumbnail, NULL, NULL), ==, 404);
  g_assert_cmpuint (mock_bot_call (f->bot, "GET", "/v3/attachments/none", NULL, NULL), ==, 404);
  assert_error (f, "POST", cid, "attachments", "{\"originalBase64\":\"a\"}", 400, "BadArgument");
  assert_error (f, "POST", cid, "attachments", "{\"originalBase64\":\"a b=\"}", 400, "BadArgument");
  assert_error (f, "POST", cid, "attachments", "{}", 400, "BadArgument");
}

/* --- what passes by --- */

static void
test_connectors_typing (Fixture       *f,
                        gconstpointer  data)
{
  g_autoptr (RelayCustomer) customer = relay_customer_new (f->house);
  g_autoptr (BatonJson) answer = NULL;
  g_autofree char *id = NULL;

  relay_customer_say (customer, MOCK_BOT_SILENT);
  baton_test_wait (f->bot->heard->len == 3);
  g_assert_cmpuint (call_in (f, "POST", customer->conversation_id, "activities", "{\"type\":\"typing\"}", &answer), ==, 200);
  id = relay_json_text (answer, "id");
  g_assert_nonnull (id);
  wait_for (customer, "\"type\":\"typing\"");
  assert_all (customer, MOCK_BOT_SILENT "|");
}

/* --- F14: when it fails --- */

static void
test_connectors_fails (Fixture       *f,
                       gconstpointer  data)
{
  g_autofree char *hub_token = relay_house_sign_in (f->house);
  g_autoptr (RelayConsole) console = relay_console_new (f->house, hub_token);
  g_autoptr (RelayCustomer) customer = relay_customer_new (f->house);
  g_autofree char *escalation = NULL, *path = NULL, *trigger = NULL, *words = NULL;
  g_autoptr (BatonJson) detail = NULL;

  for (guint i = 0; i < 3; i++) {
    relay_customer_say (customer, MOCK_BOT_FAILS);
    baton_test_wait (f->bot->heard->len == 3 + i);
    if (i < 2)
      wait_for (customer, i == 0 ? "|0000001" : "|0000003");
  }
  escalation = relay_console_await_escalation (console);
  path = g_strconcat ("/hub/v1/escalations/", escalation, NULL);
  g_assert_cmpuint (relay_house_call (f->house, "GET", path, hub_token, NULL, &detail), ==, 200);
  trigger = relay_json_text (detail, "escalation.trigger");
  g_assert_cmpstr (trigger, ==, "error");
  wait_for (customer, "|0000005");
  words = read_all (customer);
  g_assert_nonnull (strstr (words, "Lamentamos"));
  g_assert_nonnull (strstr (words, "Vou passar a conversa"));
  /* Each was told once: to ask again could be to ask twice. */
  assert_heard (f, "conversationUpdate conversationUpdate fail fail fail ");
}

/* --- hand-off --- */

static char *
claim (Fixture    *f,
       const char *hub_token,
       const char *escalation,
       char      **epoch)
{
  g_autofree char *path = g_strdup_printf ("/hub/v1/escalations/%s/claim", escalation);
  g_autoptr (BatonJson) answer = NULL;

  g_assert_cmpuint (relay_house_call (f->house, "POST", path, hub_token, "{\"requestId\":\"claim\"}", &answer), ==, 200);
  *epoch = relay_json_text (answer, "escalation.epoch");
  return relay_json_text (answer, "directLine.token");
}

static void
return_to_bot (Fixture    *f,
               const char *hub_token,
               const char *escalation,
               const char *epoch)
{
  g_autofree char *path = g_strdup_printf ("/hub/v1/escalations/%s/close", escalation);
  g_autofree char *body = g_strdup_printf ("{\"requestId\":\"close\",\"epoch\":%s,\"after\":\"bot\"}", epoch);

  g_assert_cmpuint (relay_house_call (f->house, "POST", path, hub_token, body, NULL), ==, 200);
}

/* S43: the bot hands over and is silent; what it says then, or changes, the customer does not see. */
static void
test_connectors_handoff (Fixture       *f,
                         gconstpointer  data)
{
  g_autofree char *hub_token = relay_house_sign_in (f->house);
  g_autoptr (RelayConsole) console = relay_console_new (f->house, hub_token);
  g_autoptr (RelayCustomer) customer = relay_customer_new (f->house);
  const char *cid = customer->conversation_id;
  g_autofree char *escalation = NULL, *token = NULL, *epoch = NULL, *said = NULL, *changed = NULL, *history = NULL;

  relay_customer_say (customer, MOCK_BOT_AGENT);
  escalation = relay_console_await_escalation (console);
  wait_for (customer, "Transferring you");   /* within the time of grace */
  token = claim (f, hub_token, escalation, &epoch);
  relay_customer_say (customer, "only for people");
  g_free (mock_bot_say (f->bot, cid, "The bot interrupts"));
  said = g_strconcat ("activities/", cid, "%7C0000001", NULL);
  changed = g_strdup ("{\"type\":\"message\",\"text\":\"The bot rewrites\"}");
  g_assert_cmpuint (call_in (f, "PUT", cid, said, changed, NULL), ==, 200);
  g_assert_cmpuint (call_in (f, "POST", cid, "activities", "{\"type\":\"typing\"}", NULL), ==, 200);
  return_to_bot (f, hub_token, escalation, epoch);
  g_free (mock_bot_say (f->bot, cid, "Still in the old epoch"));

  relay_customer_say (customer, "back again");
  wait_for (customer, "You said: back again");
  g_free (mock_bot_say (f->bot, cid, "And one more thing"));
  wait_for (customer, "And one more thing");
  history = relay_customer_reload (customer);
  g_assert_false (relay_customer_saw (customer, "The bot"));
  g_assert_false (relay_customer_saw (customer, "Still in the old epoch"));
  g_assert_false (relay_customer_saw (customer, "Confidential-Cat-4711"));
  g_assert_false (relay_customer_saw (customer, "handoff.initiate"));
  g_assert_false (relay_customer_saw (customer, "\"type\":\"typing\""));
  assert_heard (f, "conversationUpdate conversationUpdate agent back again ");
}

/* --- a relay that starts anew --- */

/* S40: the bot is not told twice who is there, and what it says late is of the epoch in which it was told. */
static void
test_connectors_restart (Fixture       *f,
                         gconstpointer  data)
{
  g_autoptr (RelayCustomer) customer = relay_customer_new (f->house);
  g_autofree char *port = NULL;
  g_autofree char *id = NULL;

  relay_customer_say (customer, "hello");
  wait_for (customer, "You said: hello");
  relay_house_close (f->house);
  relay_house_open (f->house);
  relay_customer_say (customer, "me again");
  baton_test_wait (f->bot->answers->len > 0 && f->bot->heard->len == 4 && f->bot->n_sending == 0);
  assert_heard (f, "conversationUpdate conversationUpdate hello me again ");
  id = mock_bot_say (f->bot, customer->conversation_id, "by the way");
  g_assert_true (g_str_has_suffix (id, "|0000004"));
  assert_all (customer, "hello|You said: hello|me again|You said: me again|by the way|");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/relay/connectors/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("S44/sample", test_connectors_sample);
  ADD ("turns", test_connectors_turns);
  ADD ("greets", test_connectors_greets);
  g_test_add_func ("/relay/connectors/F14/not-there", test_connectors_not_there);
  ADD ("proactive", test_connectors_proactive);
  ADD ("S44/amend", test_connectors_amend);
  ADD ("S44/refused", test_connectors_refused);
  ADD ("members", test_connectors_members);
  ADD ("history", test_connectors_history);
  ADD ("attachments", test_connectors_attachments);
  ADD ("typing", test_connectors_typing);
  ADD ("fails/F14", test_connectors_fails);
  ADD ("S43/handoff", test_connectors_handoff);
  ADD ("S40/restart", test_connectors_restart);
#undef ADD

  return g_test_run ();
}
