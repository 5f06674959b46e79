/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "mock-bot.h"

#include <string.h>

#include "baton-test.h"

#define AS_JSON "{\"type\":\"message\",\"from\":{\"id\":\"me\",\"name\":\"Contoso\",\"role\":\"bot\"},\"text\":\"%s\"}"
#define HANDOFF "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"from\":{\"id\":\"dl_7f3a\",\"role\":\"user\"}," \
                "\"value\":{\"va_LastTopic\":\"Returns\",\"va_AgentMessage\":\"Confidential-Cat-4711\"}}"

/* A post to it that is being answered: first everything it says, one after the other, then the answer itself. */
typedef struct {
  MockBot           *bot;
  SoupServerMessage *message;   /* %NULL: answered already */
  char              *url;       /* to which it replies */
  GPtrArray         *replies;   /* of char * */
  guint              next;
  gboolean           holds;     /* the answer */
} Turn;

static void
turn_free (Turn *self)
{
  g_clear_object (&self->message);
  g_free (self->url);
  g_ptr_array_unref (self->replies);
  g_free (self);
}

/* --- what it sends --- */

static SoupMessage *
make_message (MockBot    *self,
              const char *method,
              const char *url,
              const char *body)
{
  SoupMessage *message = soup_message_new (method, url);
  g_autofree char *bearer = g_strconcat ("Bearer ", self->secret, NULL);

  g_assert_nonnull (message);
  if (self->secret != NULL)
    soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
  if (self->header != NULL)
    soup_message_headers_append (soup_message_get_request_headers (message), self->header, self->value);
  if (body != NULL) {
    g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

    soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  }
  return message;
}

static void
note_answer (MockBot     *self,
             SoupMessage *message,
             GBytes      *body)
{
  g_autoptr (BatonJson) json = body != NULL ? baton_json_parse (body, &BATON_JSON_LIMITS_BOT, NULL) : NULL;
  g_autofree char *id = json != NULL ? baton_json_node_dup_member (baton_json_get_root (json), "id") : NULL;

  g_string_append_printf (self->answers, "%u %s\n", soup_message_get_status (message), id != NULL ? id : "-");
}

/* --- its turn --- */

static void
end_message (MockBot           *self,
             SoupServerMessage *message)
{
  gboolean is_down = self->fails_after > 0 && self->heard->len > self->fails_after;

  soup_server_message_set_status (message, is_down ? 503 : self->status, NULL);
  if (self->body != NULL)
    soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, self->body, strlen (self->body));
  soup_server_message_unpause (message);
}

static void go_on (Turn *turn);

static void
replied_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Turn *turn = user_data;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);

  turn->bot->n_sending--;
  note_answer (turn->bot, message, body);
  go_on (turn);
}

static void
go_on (Turn *turn)
{
  MockBot *self = turn->bot;

  if (turn->next < turn->replies->len) {
    g_autoptr (SoupMessage) message = make_message (self, "POST", turn->url, g_ptr_array_index (turn->replies, turn->next++));

    self->n_sending++;
    soup_session_send_and_read_async (self->http, message, G_PRIORITY_DEFAULT, NULL, replied_cb, turn);
    return;
  }
  if (turn->message != NULL && turn->holds)
    g_ptr_array_add (self->held, g_object_ref (turn->message));
  else if (turn->message != NULL)
    end_message (self, turn->message);
  turn_free (turn);
}

static void
add_text (Turn       *turn,
          const char *text)
{
  g_ptr_array_add (turn->replies, g_strdup_printf (AS_JSON, text));
}

static char *
make_reply_url (BatonActivity *activity)
{
  BatonJsonNode root = baton_activity_get_root (activity);
  g_autofree char *base = baton_json_node_dup_member (root, "serviceUrl");
  g_autofree char *conversation = baton_json_node_dup_member (baton_json_node_get_member (root, "conversation"), "id");
  g_autofree char *escaped = g_uri_escape_string (baton_activity_get_id (activity), NULL, FALSE);

  return g_strdup_printf ("%s/v3/conversations/%s/activities/%s", base, conversation, escaped);
}

static Turn *
turn_new (MockBot           *self,
          SoupServerMessage *message,
          BatonActivity     *activity)
{
  Turn *turn = g_new0 (Turn, 1);

  turn->bot = self;
  turn->message = message != NULL ? g_object_ref (message) : NULL;
  turn->url = make_reply_url (activity);
  turn->replies = g_ptr_array_new_with_free_func (g_free);
  return turn;
}

static void
speak_beside (MockBot       *self,
              BatonActivity *activity,
              const char    *text)
{
  Turn *turn = turn_new (self, NULL, activity);

  add_text (turn, text);
  go_on (turn);
}

/* A bot is added to a conversation, too, but does not greet itself. */
static gboolean
has_customer (BatonActivity *activity)
{
  BatonJsonNode root = baton_activity_get_root (activity);
  BatonJsonNode added = baton_json_node_get_element (baton_json_node_get_member (root, "membersAdded"), 0);
  g_autofree char *bot = baton_json_node_dup_member (baton_json_node_get_member (root, "recipient"), "id");

  return !baton_json_node_is (baton_json_node_get_member (added, "id"), bot);
}

static void
take_turn (MockBot           *self,
           SoupServerMessage *message,
           BatonActivity     *activity)
{
  Turn *turn = turn_new (self, message, activity);
  const char *text = baton_activity_get_text (activity);
  g_autofree char *echo = g_strconcat ("You said: ", text, NULL);

  if (self->greets && baton_activity_is (activity, "conversationUpdate") && has_customer (activity))
    add_text (turn, "Welcome");
  if (self->is_mute || text == NULL || g_str_equal (text, MOCK_BOT_SILENT)) {
    /* just answers */
  } else if (g_str_equal (text, MOCK_BOT_FAILS)) {
    soup_server_message_set_status (message, 500, NULL);
    soup_server_message_unpause (message);
    g_clear_object (&turn->message);
  } else if (g_str_equal (text, MOCK_BOT_HANGS)) {
    turn->holds = TRUE;
  } else if (g_str_equal (text, MOCK_BOT_SLOW)) {
    add_text (turn, "Let me see");
    turn->holds = TRUE;
  } else if (g_str_equal (text, MOCK_BOT_LATER)) {
    speak_beside (self, activity, "Much later");
  } else if (g_str_equal (text, MOCK_BOT_BOTH)) {
    speak_beside (self, activity, "The one");
    speak_beside (self, activity, "The other");
  } else if (g_str_equal (text, MOCK_BOT_AGENT)) {
    add_text (turn, "One moment");
    g_ptr_array_add (turn->replies, g_strdup (HANDOFF));
    add_text (turn, "Transferring you");
  } else {
    add_text (turn, echo);
  }
  go_on (turn);
}

/* --- what it is posted --- */

static void
assert_text (BatonJsonNode  object,
             const char    *name)
{
  g_autofree char *text = baton_json_node_dup_member (object, name);

  g_assert_nonnull (text);
  g_assert_cmpstr (text, !=, "");
}

/* Protocol 5: libraries throw where one of these is missing. */
static void
assert_complete (BatonActivity *activity)
{
  static const char *const parties[] = { "conversation", "from", "recipient" };
  static const char *const texts[] = { "type", "id", "timestamp", "channelId", "serviceUrl" };
  BatonJsonNode root = baton_activity_get_root (activity);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_text (root, texts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (parties); i++)
    assert_text (baton_json_node_get_member (root, parties[i]), "id");
}

static void
finished_cb (SoupServerMessage *message,
             guint             *n_open)
{
  (*n_open)--;
}

static void
messages_cb (SoupServer        *server,
             SoupServerMessage *message,
             const char        *path,
             GHashTable        *query,
             gpointer           user_data)
{
  MockBot *self = user_data;
  const char *authorization = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autoptr (GError) error = NULL;
  BatonActivity *activity = baton_activity_new (body, &BATON_JSON_LIMITS_BOT, &error);
  static guint n_open;

  if (!g_str_equal (soup_server_message_get_method (message), "POST")) {
    soup_server_message_set_status (message, 405, NULL);
    g_clear_object (&activity);
    return;
  }
  g_assert_no_error (error);
  assert_complete (activity);
  n_open++;
  self->most_at_once = MAX (self->most_at_once, n_open);
  g_signal_connect (message, "finished", G_CALLBACK (finished_cb), &n_open);
  g_ptr_array_add (self->heard, activity);
  g_ptr_array_add (self->bearers, g_strdup (authorization != NULL ? authorization : ""));
  soup_server_message_pause (message);
  take_turn (self, message, activity);
}

/* --- the bot --- */

MockBot *
mock_bot_new (void)
{
  MockBot *self = g_new0 (MockBot, 1);
  g_autoslist (GUri) uris = NULL;
  g_autoptr (GError) error = NULL;

  self->server = soup_server_new (NULL, NULL);
  baton_test_forgive_server ();
  self->http = soup_session_new ();
  self->heard = g_ptr_array_new_with_free_func (g_object_unref);
  self->bearers = g_ptr_array_new_with_free_func (g_free);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->answers = g_string_new (NULL);
  self->status = 200;
  soup_server_add_handler (self->server, "/api/messages", messages_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->url = g_strdup_printf ("http://127.0.0.1:%d/api/messages", g_uri_get_port (uris->data));
  return self;
}

void
mock_bot_release (MockBot *self)
{
  for (guint i = 0; i < self->held->len; i++)
    end_message (self, g_ptr_array_index (self->held, i));
  g_ptr_array_set_size (self->held, 0);
}

void
mock_bot_free (MockBot *self)
{
  mock_bot_release (self);
  baton_test_wait (self->n_sending == 0);
  g_clear_object (&self->server);
  soup_session_abort (self->http);
  g_clear_object (&self->http);
  g_ptr_array_unref (self->heard);
  g_ptr_array_unref (self->bearers);
  g_ptr_array_unref (self->held);
  g_string_free (self->answers, TRUE);
  g_free (self->url);
  g_free (self->service_url);
  g_free (self);
}

static BatonActivity *
get_last (MockBot *self)
{
  g_assert_cmpuint (self->heard->len, >, 0);
  return g_ptr_array_index (self->heard, self->heard->len - 1);
}

const char *
mock_bot_last_id (MockBot *self)
{
  return baton_activity_get_id (get_last (self));
}

guint
mock_bot_call (MockBot     *self,
               const char  *method,
               const char  *path,
               const char  *body,
               BatonJson  **answer)
{
  g_autofree char *base = self->service_url != NULL
                          ? g_strdup (self->service_url)
                          : baton_json_node_dup_member (baton_activity_get_root (get_last (self)), "serviceUrl");
  g_autofree char *url = g_strconcat (base, path, NULL);
  g_autoptr (SoupMessage) message = make_message (self, method, url, body);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  soup_session_send_and_read_async (self->http, message, G_PRIORITY_DEFAULT, NULL, baton_test_ready_cb, &result);
  bytes = soup_session_send_and_read_finish (self->http, baton_test_await (&result), &error);
  g_assert_no_error (error);
  if (answer != NULL)
    *answer = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL);
  return soup_message_get_status (message);
}

char *
mock_bot_say (MockBot    *self,
              const char *conversation_id,
              const char *text)
{
  g_autofree char *path = g_strdup_printf ("/v3/conversations/%s/activities", conversation_id);
  g_autofree char *body = g_strdup_printf (AS_JSON, text);
  g_autoptr (BatonJson) answer = NULL;

  g_assert_cmpuint (mock_bot_call (self, "POST", path, body, &answer), ==, 200);
  return baton_json_node_dup_member (baton_json_get_root (answer), "id");
}

char *
mock_bot_list_heard (MockBot *self)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < self->heard->len; i++) {
    BatonActivity *activity = g_ptr_array_index (self->heard, i);
    const char *text = baton_activity_get_text (activity);

    g_string_append_printf (list, "%s ", text != NULL ? text : baton_activity_get_kind (activity));
  }
  return g_string_free (list, FALSE);
}
