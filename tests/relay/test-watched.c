/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-dl-client.h"
#include "baton-foreign.h"
#include "mock-direct-line.h"
#include "relay-house.h"

/* The whole way of a conversation that lives on another Direct Line: page, bot and cloud there, the relay watching, and
 * an agent who joins it there. */

#define BOT "\"from\":{\"id\":\"bot\",\"role\":\"bot\"}"

/* --- the cloud, with a bot that mutes itself --- */

typedef struct {
  MockDirectLine *line;
  gboolean        is_muted;
  GString        *statuses;
} Cloud;

static void
note_status (Cloud         *self,
             BatonActivity *activity)
{
  BatonJsonNode value = baton_json_node_get_member (baton_activity_get_root (activity), "value");
  g_autofree char *state = baton_json_node_dup_member (value, "state");

  g_string_append_printf (self->statuses, "%s ", state);
  self->is_muted = g_str_equal (state, "accepted");
}

static void
bot_answers_cb (MockDirectLine *line,
                const char     *conversation_id,
                BatonActivity  *activity,
                gpointer        user_data)
{
  Cloud *self = user_data;
  const char *text = baton_activity_get_text (activity);
  g_autofree char *answer = NULL;

  if (g_strcmp0 (baton_activity_get_name (activity), "handoff.status") == 0)
    note_status (self, activity);
  if (text == NULL || self->is_muted)
    return;
  if (g_str_equal (text, "agent"))
    answer = g_strdup ("{\"type\":\"event\",\"name\":\"handoff.initiate\"," BOT ",\"value\":{\"va_LastTopic\":\"Returns\","
                       "\"va_AgentMessage\":\"" MOCK_PRIVATE "\",\"Order\":\"" MOCK_VARIABLE "\"}}");
  else
    answer = g_strdup_printf ("{\"type\":\"message\",\"text\":\"You said: %s\"," BOT "}", text);
  g_free (mock_direct_line_say (line, conversation_id, answer));
}

static Cloud *
cloud_new (void)
{
  Cloud *self = g_new0 (Cloud, 1);

  self->line = mock_direct_line_new ();
  g_free (self->line->secret);
  self->line->secret = g_strdup (RELAY_HOUSE_SECRET);
  self->line->posted = bot_answers_cb;
  self->line->user_data = self;
  self->statuses = g_string_new (NULL);
  return self;
}

static void
cloud_free (Cloud *self)
{
  mock_direct_line_free (self->line);
  g_string_free (self->statuses, TRUE);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Cloud, cloud_free)

static guint
count_posts (Cloud      *self,
             const char *part)
{
  guint n = 0;

  for (guint i = 0; i < self->line->posts->len; i++)
    n += strstr (g_ptr_array_index (self->line->posts, i), part) != NULL;
  return n;
}

/* --- the operator's page: a customer in the cloud --- */

typedef struct {
  BatonDlClient *client;
  GString       *seen;
} Page;

static void
activities_cb (Page      *self,
               GPtrArray *activities)
{
  for (guint i = 0; i < activities->len; i++) {
    g_autoptr (GBytes) bytes = baton_activity_get_bytes (g_ptr_array_index (activities, i));

    g_string_append_len (self->seen, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  }
}

static Page *
page_new (Cloud *cloud)
{
  Page *self = g_new0 (Page, 1);

  self->seen = g_string_new (NULL);
  self->client = baton_dl_client_new (cloud->line->base, cloud->line->token);
  g_signal_connect_swapped (self->client, "activities", G_CALLBACK (activities_cb), self);
  baton_dl_client_open (self->client);
  baton_test_wait (baton_dl_client_get_state (self->client) == BATON_DL_ONLINE);
  return self;
}

static const char *
page_id (Page *self)
{
  return baton_dl_client_get_conversation_id (self->client);
}

static gboolean
page_saw (Page       *self,
          const char *text)
{
  return strstr (self->seen->str, text) != NULL;
}

static void
post (BatonDlClient *client,
      BatonActivity *activity)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  baton_dl_client_post_async (client, activity, NULL, baton_test_ready_cb, &result);
  id = baton_dl_client_post_finish (client, baton_test_await (&result), &error);
  g_assert_no_error (error);
}

/* As the service does, the mock drops no role; so none is sent. */
static void
page_say (Page       *self,
          const char *text)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"from\":{\"id\":\"dl_1\"},\"text\":\"%s\"}", text);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);

  post (self->client, activity);
}

static void
page_leave (Page *self)
{
  static const char json[] = "{\"type\":\"endOfConversation\",\"from\":{\"id\":\"dl_1\"}}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);

  post (self->client, activity);
}

static void
page_free (Page *self)
{
  g_signal_handlers_disconnect_by_data (self->client, self);
  baton_dl_client_close (self->client);
  g_object_unref (self->client);
  g_string_free (self->seen, TRUE);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, page_free)

/* --- the relay --- */

static char *
format_site (const char *name,
             Cloud      *cloud)
{
  return g_strdup_printf ("[bot %s]\nkind=watched\nbase-url=%s\nsecret-file=secret\nhandoff-status=true\n", name,
                          cloud->line->base);
}

static RelayHouse *
open_house (Cloud *cloud)
{
  g_autofree char *site = format_site ("shop", cloud);

  return relay_house_new_with (site);
}

static char *
read_secret (RelayHouse *house)
{
  g_autofree char *path = g_build_filename (house->folder, "direct-line-secret", NULL);
  g_autoptr (GBytes) bytes = baton_test_read (path);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  return g_strdup (g_strstrip (text));
}

/* Gives the status; @id gets ours. */
static guint
watch (RelayHouse  *house,
       const char  *site,
       const char  *foreign_id,
       char       **id)
{
  g_autofree char *secret = read_secret (house);
  g_autofree char *body = g_strdup_printf ("{\"bot\":\"%s\",\"conversationId\":\"%s\",\"locale\":\"pt-PT\","
                                           "\"user\":{\"id\":\"dl_1\",\"name\":\"Ines\"}}", site, foreign_id);
  g_autoptr (BatonJson) answer = NULL;
  guint status = relay_house_call (house, "POST", "/hub/v1/watch", secret, body, &answer);

  if (id != NULL)
    *id = relay_json_text (answer, "conversationId");
  return status;
}

/* What the relay has of a conversation: "customer: hello|bot: You said: hello|". */
static char *
read_record (RelayHouse *house,
             const char *id)
{
  g_autofree char *secret = read_secret (house);
  g_autofree char *path = g_strdup_printf ("/v3/directline/conversations/%s/activities", id);
  g_autoptr (BatonJson) answer = NULL;
  g_autoptr (GPtrArray) set = NULL;
  GString *record = g_string_new (NULL);

  g_assert_cmpuint (relay_house_call (house, "GET", path, secret, NULL, &answer), ==, 200);
  set = baton_activity_set_parse (baton_json_get_bytes (answer), &BATON_JSON_LIMITS_BOT, NULL, NULL);
  for (guint i = 0; i < set->len; i++) {
    BatonActivity *activity = g_ptr_array_index (set, i);

    g_string_append_printf (record, "%s: %s|", baton_party_to_string (baton_activity_get_party (activity)),
                            baton_activity_get_text (activity));
  }
  return g_string_free (record, FALSE);
}

static gboolean
has_record (RelayHouse *house,
            const char *id,
            const char *wanted)
{
  g_autofree char *record = read_record (house, id);

  if (g_str_equal (record, wanted))
    return TRUE;
  g_assert_cmpuint (strlen (record), <=, strlen (wanted));   /* too much, or in another order, it stays */
  return FALSE;
}

static gboolean
look_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;   /* only wakes the loop */
}

static void
await_record (RelayHouse *house,
              const char *id,
              const char *wanted)
{
  guint look_id = g_timeout_add (5, look_cb, NULL);

  g_test_message ("until %s", wanted);
  baton_test_wait (has_record (house, id, wanted));
  g_source_remove (look_id);
}

/* --- the agent --- */

typedef struct {
  char          *id;
  char          *epoch;
  char          *base;
  char          *user_id;
  char          *user_name;
  BatonDlClient *client;   /* in the cloud, with the token that came with the claim */
} Case;

static void
case_clear (Case *self)
{
  if (self->client != NULL)
    baton_dl_client_close (self->client);
  g_clear_object (&self->client);
  g_free (self->id);
  g_free (self->epoch);
  g_free (self->base);
  g_free (self->user_id);
  g_free (self->user_name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

static BatonJson *
act (RelayHouse *house,
     const char *token,
     const Case *mine,
     const char *verb,
     const char *request_id)
{
  g_autofree char *path = g_strdup_printf ("/hub/v1/escalations/%s/%s", mine->id, verb);
  g_autofree char *body = g_strdup_printf ("{\"requestId\":\"%s\",\"epoch\":%s}", request_id, mine->epoch ? mine->epoch : "0");
  BatonJson *answer = NULL;

  g_assert_cmpuint (relay_house_call (house, "POST", path, token, body, &answer), ==, 200);
  return answer;
}

static void
claim (RelayHouse *house,
       const char *token,
       Case       *mine,
       const char *request_id)
{
  g_autoptr (BatonJson) answer = act (house, token, mine, "claim", request_id);
  g_autofree char *access = relay_json_text (answer, "directLine.token");
  g_autofree char *conversation_id = relay_json_text (answer, "directLine.conversationId");

  mine->epoch = relay_json_text (answer, "escalation.epoch");
  mine->base = relay_json_text (answer, "directLine.base");
  mine->user_id = relay_json_text (answer, "directLine.user.id");
  mine->user_name = relay_json_text (answer, "directLine.user.name");
  g_assert_cmpstr (access, !=, RELAY_HOUSE_SECRET);
  mine->client = baton_dl_client_new (mine->base, access);
  baton_dl_client_set_conversation_id (mine->client, conversation_id);
  baton_dl_client_open (mine->client);
  baton_test_wait (baton_dl_client_get_state (mine->client) == BATON_DL_ONLINE);
}

static void
answer_as_agent (Case       *mine,
                 const char *text)
{
  g_autoptr (BatonActivity) message = baton_activity_new_message (text, NULL);
  g_autoptr (BatonActivity) signed_one = baton_foreign_sign (message, mine->user_id, mine->user_name);

  post (mine->client, signed_one);
}

/* --- tests --- */

static void
test_watched_story (void)
{
  g_autoptr (Cloud) cloud = cloud_new ();
  g_autoptr (RelayHouse) house = open_house (cloud);
  g_autofree char *token = relay_house_sign_in (house);
  g_autoptr (RelayConsole) console = relay_console_new (house, token);
  g_autoptr (Page) page = page_new (cloud);
  g_autoptr (BatonJson) done = NULL;
  g_autofree char *id = NULL;
  g_auto (Case) mine = { NULL };

  page_say (page, "hello");
  g_assert_cmpuint (watch (house, "shop", page_id (page), &id), ==, 201);
  page_say (page, "agent");
  mine.id = relay_console_await_escalation (console);
  page_say (page, "waiting");
  claim (house, token, &mine, "r1");
  g_assert_cmpstr (mine.base, ==, cloud->line->base);
  g_assert_cmpstr (mine.user_id, ==, "baton-ana");
  baton_test_wait (cloud->is_muted);

  answer_as_agent (&mine, "Here is Ana.");
  baton_test_wait (page_saw (page, "Here is Ana."));
  g_assert_true (page_saw (page, "\"name\":\"Ana Sousa\""));
  page_say (page, "only for people");
  await_record (house, id, "customer: hello|bot: You said: hello|customer: agent|customer: waiting|"
                           "bot: You said: waiting|agent: Here is Ana.|customer: only for people|");

  done = act (house, token, &mine, "close", "r2");
  baton_test_wait (!cloud->is_muted);
  page_say (page, "back again");
  await_record (house, id, "customer: hello|bot: You said: hello|customer: agent|customer: waiting|"
                           "bot: You said: waiting|agent: Here is Ana.|customer: only for people|"
                           "customer: back again|bot: You said: back again|");

  /* H12. And but for that, only people have posted, each thing once; what is private has not left the hub. */
  g_assert_cmpstr (cloud->statuses->str, ==, "accepted completed ");
  g_assert_cmpuint (cloud->line->posts->len, ==, 8);
  g_assert_cmpuint (count_posts (cloud, MOCK_PRIVATE), ==, 0);
  g_assert_cmpuint (count_posts (cloud, MOCK_VARIABLE), ==, 0);
}

/* Whoever only looks, and whoever gave it away, reads our record and cannot post in the cloud. */
static void
test_watched_access (void)
{
  g_autoptr (Cloud) cloud = cloud_new ();
  g_autoptr (RelayHouse) house = open_house (cloud);
  g_autofree char *token = relay_house_sign_in (house);
  g_autoptr (RelayConsole) console = relay_console_new (house, token);
  g_autoptr (Page) page = page_new (cloud);
  g_autoptr (BatonJson) looking = NULL, again = NULL, refreshed = NULL, released = NULL;
  g_autofree char *id = NULL, *path = NULL, *seen = NULL, *fresh = NULL, *later = NULL, *last = NULL, *record = NULL;
  g_auto (Case) mine = { NULL };

  g_assert_cmpuint (watch (house, "shop", page_id (page), &id), ==, 201);
  page_say (page, "agent");
  mine.id = relay_console_await_escalation (console);
  path = g_strdup_printf ("/hub/v1/escalations/%s", mine.id);
  relay_house_call (house, "GET", path, token, NULL, &looking);
  seen = relay_json_text (looking, "directLine.conversationId");
  g_assert_cmpstr (seen, ==, id);
  record = relay_json_text (looking, "directLine.record");
  g_assert_cmpstr (record, ==, "true");

  claim (house, token, &mine, "r1");
  g_free (cloud->line->token);
  cloud->line->token = g_strdup ("token-2");
  again = act (house, token, &mine, "claim", "r1");
  fresh = relay_json_text (again, "directLine.token");
  g_assert_cmpstr (fresh, ==, "token-2");
  relay_house_call (house, "GET", path, token, NULL, &refreshed);
  later = relay_json_text (refreshed, "directLine.token");
  g_assert_cmpstr (later, ==, "token-2");

  released = act (house, token, &mine, "release", "r2");
  last = relay_json_text (released, "directLine.conversationId");
  g_assert_cmpstr (last, ==, id);
}

static char *
find_only_id (const char *rows)
{
  const char *id = strstr (rows, "\"id\":\"");

  g_assert_nonnull (id);
  g_assert_null (strstr (strstr (id, "\"epoch\":") + 1, "\"epoch\":"));
  return g_strndup (id + 6, strcspn (id + 6, "\""));
}

/* The relay is restarted in the middle: nothing is lost, nothing doubled, and the hand-off counts once. */
static void
test_watched_restart (void)
{
  g_autoptr (Cloud) cloud = cloud_new ();
  g_autoptr (RelayHouse) house = open_house (cloud);
  g_autofree char *token = relay_house_sign_in (house);
  g_autoptr (RelayConsole) console = relay_console_new (house, token);
  g_autoptr (Page) page = page_new (cloud);
  g_autoptr (BatonJson) list = NULL;
  g_autofree char *id = NULL, *rows = NULL;
  g_auto (Case) mine = { NULL };

  g_assert_cmpuint (watch (house, "shop", page_id (page), &id), ==, 201);
  page_say (page, "hello");
  await_record (house, id, "customer: hello|bot: You said: hello|");
  relay_house_close (house);
  page_say (page, "agent");
  page_say (page, "anybody?");
  relay_house_open (house);
  await_record (house, id, "customer: hello|bot: You said: hello|customer: agent|customer: anybody?|"
                           "bot: You said: anybody?|");

  relay_house_call (house, "GET", "/hub/v1/escalations", token, NULL, &list);
  rows = relay_json_text (list, "escalations");
  mine.id = find_only_id (rows);
  claim (house, token, &mine, "r1");
  baton_test_wait (cloud->is_muted);
  relay_house_close (house);
  answer_as_agent (&mine, "Here is Ana.");
  relay_house_open (house);
  await_record (house, id, "customer: hello|bot: You said: hello|customer: agent|customer: anybody?|"
                           "bot: You said: anybody?|agent: Here is Ana.|");
  g_assert_cmpstr (cloud->statuses->str, ==, "accepted ");
}

/* H12: "accepted" once for each hand-off, whoever takes it how often; "failed" if nobody did. */
static void
test_watched_status (void)
{
  g_autoptr (Cloud) cloud = cloud_new ();
  g_autoptr (RelayHouse) house = open_house (cloud);
  g_autofree char *token = relay_house_sign_in (house);
  g_autoptr (RelayConsole) console = relay_console_new (house, token);
  g_autoptr (Page) page = page_new (cloud);
  g_autoptr (BatonJson) released = NULL, returned = NULL;
  g_autofree char *id = NULL;
  g_auto (Case) first = { NULL };
  g_auto (Case) second = { NULL };

  g_assert_cmpuint (watch (house, "shop", page_id (page), NULL), ==, 201);
  page_say (page, "agent");
  first.id = relay_console_await_escalation (console);
  second.id = g_strdup (first.id);
  claim (house, token, &first, "r1");
  released = act (house, token, &first, "release", "r2");
  claim (house, token, &second, "r3");
  returned = act (house, token, &second, "return", "r4");
  baton_test_wait (g_str_equal (cloud->statuses->str, "accepted completed "));

  g_string_truncate (console->bytes, 0);
  page_say (page, "agent");
  id = relay_console_await_escalation (console);
  g_assert_cmpstr (id, !=, first.id);
  page_leave (page);
  baton_test_wait (g_str_equal (cloud->statuses->str, "accepted completed failed "));
}

/* Only who wants to know is told. */
static void
test_watched_no_status (void)
{
  g_autoptr (Cloud) cloud = cloud_new ();
  g_autofree char *groups = g_strdup_printf ("[bot shop]\nkind=watched\nbase-url=%s\nsecret-file=secret\n",
                                             cloud->line->base);
  g_autoptr (RelayHouse) house = relay_house_new_with (groups);
  g_autofree char *token = relay_house_sign_in (house);
  g_autoptr (RelayConsole) console = relay_console_new (house, token);
  g_autoptr (Page) page = page_new (cloud);
  g_autoptr (BatonJson) returned = NULL;
  g_autofree char *id = NULL;
  g_auto (Case) mine = { NULL };

  g_assert_cmpuint (watch (house, "shop", page_id (page), &id), ==, 201);
  page_say (page, "agent");
  mine.id = relay_console_await_escalation (console);
  claim (house, token, &mine, "r1");
  returned = act (house, token, &mine, "return", "r2");
  page_say (page, "hello");
  await_record (house, id, "customer: agent|customer: hello|bot: You said: hello|");
  g_assert_cmpstr (cloud->statuses->str, ==, "");
}

static void
test_watched_twice (void)
{
  g_autoptr (Cloud) cloud = cloud_new ();
  g_autoptr (RelayHouse) house = open_house (cloud);
  g_autoptr (Page) page = page_new (cloud);
  g_autofree char *first = NULL, *second = NULL;

  g_assert_cmpuint (watch (house, "shop", page_id (page), &first), ==, 201);
  g_assert_cmpuint (watch (house, "shop", page_id (page), &second), ==, 200);
  g_assert_cmpstr (first, ==, second);
  baton_test_wait (mock_direct_line_count_streams (cloud->line, page_id (page)) == 2);   /* one is the page's */
  page_say (page, "hello");
  await_record (house, first, "customer: hello|bot: You said: hello|");
  g_assert_cmpuint (mock_direct_line_count_streams (cloud->line, page_id (page)), ==, 2);
}

static void
test_watched_refused (void)
{
  g_autoptr (Cloud) cloud = cloud_new ();
  g_autoptr (RelayHouse) house = open_house (cloud);
  g_autoptr (Page) page = page_new (cloud);

  g_assert_cmpuint (watch (house, "shop", "unknown", NULL), ==, 404);
  g_assert_cmpuint (watch (house, "embedded", page_id (page), NULL), ==, 400);
  g_assert_cmpuint (watch (house, "nowhere", page_id (page), NULL), ==, 400);
  g_free (cloud->line->secret);
  cloud->line->secret = g_strdup ("another secret");
  g_assert_cmpuint (watch (house, "shop", page_id (page), NULL), ==, 502);
  mock_direct_line_stop (cloud->line);
  g_assert_cmpuint (watch (house, "shop", page_id (page), NULL), ==, 502);
}

/* The conversation is no more over there: who waits for nobody is not left in the queue. */
static void
test_watched_gone (void)
{
  g_autoptr (Cloud) cloud = cloud_new ();
  g_autoptr (RelayHouse) house = open_house (cloud);
  g_autofree char *token = relay_house_sign_in (house);
  g_autoptr (RelayConsole) console = relay_console_new (house, token);
  g_autoptr (Page) page = page_new (cloud);
  g_autofree char *id = NULL;

  g_assert_cmpuint (watch (house, "shop", page_id (page), NULL), ==, 201);
  page_say (page, "agent");
  id = relay_console_await_escalation (console);
  mock_direct_line_drop_streams (cloud->line, 1001);
  mock_direct_line_forget (cloud->line);
  baton_test_wait (strstr (console->bytes->str, "\"kind\":\"escalation.ended\"") != NULL);
}

/* Two sites may have conversations of the same id; nothing of one is heard in the other. */
static void
test_watched_two_sites (void)
{
  g_autoptr (Cloud) here = cloud_new ();
  g_autoptr (Cloud) there = cloud_new ();
  g_autofree char *one = format_site ("one", here);
  g_autofree char *two = format_site ("two", there);
  g_autofree char *groups = g_strconcat (one, two, NULL);
  g_autoptr (RelayHouse) house = relay_house_new_with (groups);
  g_autofree char *token = relay_house_sign_in (house);
  g_autoptr (RelayConsole) console = relay_console_new (house, token);
  g_autoptr (Page) first = page_new (here);
  g_autoptr (Page) second = page_new (there);
  g_autofree char *first_id = NULL, *second_id = NULL;
  g_auto (Case) mine = { NULL };

  g_assert_cmpstr (page_id (first), ==, page_id (second));
  g_assert_cmpuint (watch (house, "one", page_id (first), &first_id), ==, 201);
  g_assert_cmpuint (watch (house, "two", page_id (second), &second_id), ==, 201);
  page_say (first, "from one");
  page_say (second, "agent");
  mine.id = relay_console_await_escalation (console);
  claim (house, token, &mine, "r1");
  g_assert_cmpstr (mine.base, ==, there->line->base);
  answer_as_agent (&mine, "for two");

  await_record (house, first_id, "customer: from one|bot: You said: from one|");
  await_record (house, second_id, "customer: agent|agent: for two|");
  g_assert_false (page_saw (first, "for two"));
  baton_test_wait (there->statuses->len > 0);
  g_assert_cmpuint (here->statuses->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/watched/story", test_watched_story);
  g_test_add_func ("/relay/watched/access", test_watched_access);
  g_test_add_func ("/relay/watched/restart", test_watched_restart);
  g_test_add_func ("/relay/watched/H12/status", test_watched_status);
  g_test_add_func ("/relay/watched/H12/no-status", test_watched_no_status);
  g_test_add_func ("/relay/watched/twice", test_watched_twice);
  g_test_add_func ("/relay/watched/refused", test_watched_refused);
  g_test_add_func ("/relay/watched/gone", test_watched_gone);
  g_test_add_func ("/relay/watched/two-sites", test_watched_two_sites);
  return g_test_run ();
}
