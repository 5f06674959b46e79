/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-house.h"

#include <string.h>

#include "baton-error.h"
#include "baton-sqlite-store.h"

/* --- the house --- */

static void
grant (BatonEscalation     *escalation,
       BatonAgent          *agent,
       gint64               epoch,
       BatonExchange       *exchange,
       GAsyncReadyCallback  callback,
       gpointer             callback_data,
       gpointer             user_data)
{
  DeskHouse *self = user_data;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, callback_data);

  if (self->grants_nothing)
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_BUSY, "as asked");
  else
    g_task_return_pointer (task, g_strdup_printf ("{\"base\":\"b\",\"conversationId\":\"%s\",\"token\":\"%s %"
                                                  G_GINT64_FORMAT "\",\"expires_in\":60}",
                                                  baton_escalation_get_conversation_id (escalation),
                                                  baton_agent_get_id (agent), epoch), g_free);
}

static char *
granted (GAsyncResult  *result,
         GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static char *
line (const char              *kind,
      const BatonConversation *conversation,
      BatonAgent              *agent,
      gpointer                 user_data)
{
  return g_strdup_printf ("%s %s: %s", conversation->locale, kind, baton_agent_get_name (agent));
}

/* Writes down what is asked, and finds every conversation but "gone" and "unreachable"; "again" was found before. */
static void
begin (const BatonDeskWatch *wanted,
       GAsyncReadyCallback   callback,
       gpointer              callback_data,
       gpointer              user_data)
{
  DeskHouse *self = user_data;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, callback_data);
  BatonConversation *conversation;

  g_free (self->wanted);
  self->wanted = g_strdup_printf ("%s|%s|%s|%s|%s|%s", wanted->bot, wanted->conversation_id, wanted->watermark,
                                  wanted->user_id, wanted->user_name, wanted->locale);
  if (g_str_equal (wanted->conversation_id, "gone")) {
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_GONE, "there is no such conversation");
  } else if (g_str_equal (wanted->conversation_id, "unreachable")) {
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_UNCERTAIN, "nobody there");
  } else {
    g_task_set_task_data (task, GINT_TO_POINTER (!g_str_equal (wanted->conversation_id, "again")), NULL);
    conversation = g_new0 (BatonConversation, 1);
    conversation->id = g_strdup ("w-1");
    conversation->bot = g_strdup (wanted->bot);
    g_task_return_pointer (task, conversation, (GDestroyNotify) baton_conversation_free);
  }
}

static BatonConversation *
begun (GAsyncResult  *result,
       gboolean      *created,
       GError       **error)
{
  *created = GPOINTER_TO_INT (g_task_get_task_data (G_TASK (result)));
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
knows_secret (const char *bearer,
              gpointer    user_data)
{
  return g_str_equal (bearer, DESK_SECRET);
}

static void
add_agent (DeskHouse  *self,
           const char *id,
           const char *name,
           const char *password)
{
  g_autoptr (BatonAgent) agent = baton_agent_new (id, name, NULL, NULL);
  g_autoptr (GError) error = NULL;

  baton_roster_add (self->roster, agent, password, &error);
  g_assert_no_error (error);
}

DeskHouse *
desk_house_new (void)
{
  DeskHouse *self = g_new0 (DeskHouse, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *agents = NULL;
  g_autofree char *database = NULL;

  self->folder = baton_test_make_folder ();
  agents = g_build_filename (self->folder, "agents.conf", NULL);
  database = g_build_filename (self->folder, "relay.db", NULL);
  self->roster = baton_roster_open (agents, &error);
  g_assert_no_error (error);
  self->store = baton_sqlite_store_open (database, &error);
  g_assert_no_error (error);
  add_agent (self, "ana", "Ana Sousa", "ana’s password");
  add_agent (self, "bo", "Bo", "bo’s password");

  self->http = soup_session_new_with_options ("max-conns", 32, "max-conns-per-host", 32, NULL);
  self->config = (BatonDeskConfig) {
    .session_hours = 12, .idle_minutes = 30, .max_behind = 5000, .offline_seconds = 30, .recheck_seconds = 5,
    .grant = grant, .granted = granted, .line = line, .begin = begin, .begun = begun, .knows_secret = knows_secret,
    .user_data = self,
  };
  return self;
}

void
desk_house_open (DeskHouse *self)
{
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  g_autoptr (GError) error = NULL;

  self->transport = baton_transport_new (&limits);
  self->desk = baton_desk_new (&self->config, self->store, self->transport, self->roster);
  baton_transport_listen (self->transport, "127.0.0.1", 0, &error);
  g_assert_no_error (error);
}

void
desk_house_close (DeskHouse *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  baton_transport_stop_async (self->transport, NULL, baton_test_ready_cb, &result);
  baton_transport_stop_finish (self->transport, baton_test_await (&result), &error);
  g_assert_no_error (error);
  g_clear_object (&self->transport);
  g_clear_object (&self->desk);
}

void
desk_house_free (DeskHouse *self)
{
  if (self->transport != NULL)
    desk_house_close (self);
  soup_session_abort (self->http);
  g_clear_object (&self->http);
  baton_store_close (self->store);
  g_clear_object (&self->store);
  g_clear_object (&self->roster);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_free (self->folder);
  g_free (self->wanted);
  g_free (self);
}

static void
start_conversation (DeskHouse  *self,
                    const char *id)
{
  const BatonConversation wanted = { .id = (char *) id, .bot = (char *) "bot", .user_id = (char *) "dl_mei",
                                     .user_name = (char *) "Mei", .locale = (char *) "pt-PT" };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonConversation) conversation = NULL;
  g_autoptr (GError) error = NULL;
  gboolean created;

  baton_store_start_conversation_async (self->store, &wanted, NULL, baton_test_ready_cb, &result);
  conversation = baton_store_start_conversation_finish (self->store, baton_test_await (&result), &created, &error);
  g_assert_no_error (error);
}

static BatonActivity *
make_handoff (guint       number,
              const char *value)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"event\",\"name\":\"handoff.initiate\",\"id\":\"h%u\","
                                           "\"from\":{\"id\":\"b\",\"role\":\"bot\"},\"value\":%s}", number, value);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  BatonActivity *activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, &error);

  g_assert_no_error (error);
  return activity;
}

static char *
find_escalation_id (DeskHouse  *self,
                    const char *conversation_id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonConversation) conversation = NULL;
  g_autoptr (GError) error = NULL;

  baton_store_get_conversation_async (self->store, conversation_id, NULL, baton_test_ready_cb, &result);
  conversation = baton_store_get_conversation_finish (self->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return g_strdup (conversation->escalation_id);
}

char *
desk_house_escalate (DeskHouse  *self,
                     const char *topic)
{
  g_autofree char *value = g_strdup_printf ("{\"va_LastTopic\":\"%s\",\"va_AgentMessage\":\"Mind the cat.\","
                                            "\"Order\":\"4711\"}", topic);

  return desk_house_escalate_with (self, value);
}

char *
desk_house_escalate_with (DeskHouse  *self,
                          const char *value)
{
  g_autofree char *id = g_strdup_printf ("c%u", ++self->n_made);
  g_autoptr (BatonActivity) activity = make_handoff (self->n_made, value);
  g_autoptr (BatonHandoff) handoff = baton_handoff_new_from_activity (activity);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BatonBotItem item = { activity, NULL, handoff };
  BatonBotTurn turn = { .conversation_id = id, .bot_id = "b", .bot_name = "Bot", .items = items, .bot_read = -1 };

  start_conversation (self, id);
  g_ptr_array_add (items, &item);
  baton_store_post_bot_turn_async (self->store, &turn, NULL, baton_test_ready_cb, &result);
  baton_store_post_bot_turn_finish (self->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return find_escalation_id (self, id);
}

static BatonSnapshot *
take_snapshot (DeskHouse *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BatonSnapshot *snapshot;

  baton_store_snapshot_async (self->store, NULL, baton_test_ready_cb, &result);
  snapshot = baton_store_snapshot_finish (self->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return snapshot;
}

gint64
desk_house_get_seq (DeskHouse *self)
{
  g_autoptr (BatonSnapshot) snapshot = take_snapshot (self);

  return snapshot->seq;
}

BatonPresence
desk_house_get_presence (DeskHouse  *self,
                         const char *agent)
{
  g_autoptr (BatonSnapshot) snapshot = take_snapshot (self);

  for (guint i = 0; i < snapshot->presences->len; i++) {
    BatonAgent *known = g_ptr_array_index (snapshot->presences, i);

    if (g_str_equal (baton_agent_get_id (known), agent))
      return baton_agent_get_presence (known);
  }
  return BATON_PRESENCE_OFFLINE;
}

/* --- HTTP --- */

void
desk_reply_free (DeskReply *self)
{
  g_clear_pointer (&self->json, baton_json_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->allow);
  g_free (self->authenticate);
  g_free (self->retry_after);
  g_free (self);
}

static void
replied_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  DeskReply *reply = user_data;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  g_autoptr (GError) error = NULL;

  reply->body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  if (g_bytes_get_size (reply->body) > 0)
    reply->json = baton_json_parse (reply->body, &BATON_JSON_LIMITS_BOT, NULL);
  reply->allow = g_strdup (soup_message_headers_get_one (headers, "Allow"));
  reply->authenticate = g_strdup (soup_message_headers_get_one (headers, "WWW-Authenticate"));
  reply->retry_after = g_strdup (soup_message_headers_get_one (headers, "Retry-After"));
  reply->status = soup_message_get_status (message);
}

DeskReply *
desk_house_send (DeskHouse  *self,
                 const char *method,
                 const char *path,
                 const char *token,
                 const char *body,
                 const char *origin)
{
  g_autofree char *url = g_strconcat (baton_transport_get_url (self->transport), "/hub/v1", path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autofree char *bearer = token == NULL ? NULL : g_strconcat ("Bearer ", token, NULL);
  DeskReply *reply = g_new0 (DeskReply, 1);

  if (bearer != NULL)
    soup_message_headers_append (headers, "Authorization", bearer);
  if (origin != NULL)
    soup_message_headers_append (headers, "Origin", origin);
  if (body != NULL) {
    g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

    soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  }
  soup_session_send_and_read_async (self->http, message, G_PRIORITY_DEFAULT, NULL, replied_cb, reply);
  return reply;
}

DeskReply *
desk_house_ask (DeskHouse  *self,
                const char *method,
                const char *path,
                const char *token,
                const char *body)
{
  DeskReply *reply = desk_house_send (self, method, path, token, body, NULL);

  baton_test_wait (reply->status != 0);
  return reply;
}

char *
desk_reply_text (DeskReply  *self,
                 const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, ".", -1);
  BatonJsonNode node;

  if (self->json == NULL)
    return NULL;
  node = baton_json_get_root (self->json);
  for (gsize i = 0; names[i] != NULL; i++)
    node = baton_json_node_get_member (node, names[i]);
  return baton_json_node_get_kind (node) == BATON_JSON_STRING ? baton_json_node_dup_string (node)
                                                              : baton_json_node_dup_raw (node);
}

char *
desk_house_sign_in (DeskHouse  *self,
                    const char *agent)
{
  g_autofree char *body = g_strdup_printf ("{\"agent\":\"%s\",\"password\":\"%s’s password\"}", agent, agent);
  g_autoptr (DeskReply) reply = desk_house_ask (self, "POST", "/session", NULL, body);

  g_assert_cmpuint (reply->status, ==, 201);
  return desk_reply_text (reply, "token");
}

/* --- streams --- */

static void
take_snapshot_frame (DeskListener  *self,
                     BatonJsonNode  snapshot)
{
  self->n_rows += baton_json_node_get_size (baton_json_node_get_member (snapshot, "escalations"));
  self->n_agents += baton_json_node_get_size (baton_json_node_get_member (snapshot, "agents"));
  g_assert_true (baton_json_node_get_int (baton_json_node_get_member (snapshot, "seq"), &self->snapshot_seq));
  if (!baton_json_node_is_true (baton_json_node_get_member (snapshot, "more")))
    self->n_snapshots++;
}

static void
take_events_frame (DeskListener  *self,
                   BatonJsonNode  events)
{
  BatonJsonIter iter;
  BatonJsonNode event;
  gint64 seq;

  baton_json_iter_init (&iter, events);
  while (baton_json_iter_next (&iter, NULL, &event)) {
    g_assert_true (baton_json_node_get_int (baton_json_node_get_member (event, "seq"), &seq));
    g_array_append_val (self->seqs, seq);
  }
}

static void
message_cb (SoupWebsocketConnection *socket,
            int                      type,
            GBytes                  *bytes,
            gpointer                 user_data)
{
  DeskListener *self = user_data;
  g_autoptr (GError) error = NULL;
  BatonJsonNode root;
  BatonJson *json;

  if (g_bytes_get_size (bytes) == 0)
    return;

  self->longest = MAX (self->longest, g_bytes_get_size (bytes));
  json = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, &error);
  g_assert_no_error (error);
  g_ptr_array_add (self->frames, json);
  root = baton_json_get_root (json);
  if (baton_json_node_get_kind (baton_json_node_get_member (root, "hello")) == BATON_JSON_OBJECT)
    self->n_hellos++;
  if (baton_json_node_get_kind (baton_json_node_get_member (root, "snapshot")) == BATON_JSON_OBJECT)
    take_snapshot_frame (self, baton_json_node_get_member (root, "snapshot"));
  take_events_frame (self, baton_json_node_get_member (root, "events"));
}

static void
closed_cb (SoupWebsocketConnection *socket,
           gpointer                 user_data)
{
  DeskListener *self = user_data;

  self->close_code = soup_websocket_connection_get_close_code (socket);
  self->is_closed = TRUE;
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  DeskListener *self = user_data;

  self->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);
  self->is_refused = self->socket == NULL;
  if (self->socket == NULL)
    return;
  soup_websocket_connection_set_max_incoming_payload_size (self->socket, 1024 * 1024);
  g_signal_connect (self->socket, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->socket, "closed", G_CALLBACK (closed_cb), self);
}

DeskListener *
desk_listener_new (DeskHouse  *house,
                   const char *token,
                   const char *query)
{
  DeskListener *self = g_new0 (DeskListener, 1);
  g_autofree char *url = g_strconcat (baton_transport_get_url (house->transport), "/hub/v1/stream", query, NULL);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  g_autoptr (SoupMessage) message = NULL;

  memcpy (url, "ws://", 5);   /* "http://…" is two longer */
  memmove (url + 5, url + 7, strlen (url + 7) + 1);
  message = soup_message_new ("GET", url);
  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);

  self->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_json_unref);
  self->seqs = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->snapshot_seq = -1;
  soup_session_websocket_connect_async (house->http, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL, connected_cb, self);
  return self;
}

void
desk_listener_open (DeskListener *self)
{
  baton_test_wait (self->socket != NULL || self->is_refused);
  g_assert_nonnull (self->socket);
}

void
desk_listener_free (DeskListener *self)
{
  if (self->socket != NULL) {
    g_signal_handlers_disconnect_by_data (self->socket, self);
    if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_close (self->socket, 1000, NULL);
    g_object_unref (self->socket);
  }
  g_ptr_array_unref (self->frames);
  g_array_unref (self->seqs);
  g_free (self);
}

gint64
desk_listener_last (DeskListener *self)
{
  return self->seqs->len == 0 ? self->snapshot_seq : g_array_index (self->seqs, gint64, self->seqs->len - 1);
}

void
desk_assert_whole (DeskListener *self,
                   gint64        first,
                   gint64        last)
{
  g_assert_cmpint (self->seqs->len, ==, last - first + 1);
  for (guint i = 0; i < self->seqs->len; i++)
    g_assert_cmpint (g_array_index (self->seqs, gint64, i), ==, first + i);
}
