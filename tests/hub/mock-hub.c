/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "mock-hub.h"

#include <string.h>

#include "baton-json-writer.h"
#include "baton-test.h"

typedef struct {
  guint  status;
  char  *body;
} Answer;

static void
answer_free (Answer *answer)
{
  g_free (answer->body);
  g_free (answer);
}

static void
reply (SoupServerMessage *message,
       guint              status,
       const char        *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body, strlen (body));
}

static gboolean
is_signed_in (MockHub           *self,
              SoupServerMessage *message)
{
  const char *header = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");
  g_autofree char *expected = g_strconcat ("Bearer ", self->token, NULL);

  return g_strcmp0 (header, expected) == 0;
}

static void
reply_session (MockHub           *self,
               SoupServerMessage *message,
               const char        *body)
{
  g_autofree char *json = g_strdup_printf ("{\"token\":\"%s\",\"agent\":{\"id\":\"rita\",\"name\":\"Rita\"},\"expiresIn\":43200}",
                                           self->token);

  if (strstr (body, "\"agent\":\"rita\"") != NULL && strstr (body, "\"password\":\"pw\"") != NULL)
    reply (message, 201, json);
  else
    reply (message, 401, "{\"error\":{\"code\":\"Unauthenticated\",\"message\":\"no\"}}");
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  MockHub *self = user_data;
  const char *method = soup_server_message_get_method (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autofree char *text = g_strndup (body->data ? body->data : "", (gsize) body->length);
  gboolean is_session = strcmp (path, "/hub/v1/session") == 0;
  Answer *answer;

  if (is_session && strcmp (method, "POST") == 0) {
    reply_session (self, message, text);
  } else if (!is_signed_in (self, message)) {
    reply (message, 401, "");
  } else if (strcmp (path, "/hub/v1/stream") == 0) {
    return;   /* libsoup asks here first, and goes on to stream_cb() */
  } else if (is_session) {
    self->sign_outs++;
    reply (message, 204, "");
  } else {
    g_ptr_array_add (self->commands, g_strdup_printf ("%s %s %s", method, path, text));
    answer = g_queue_pop_head (&self->answers);
    reply (message, answer ? answer->status : 200, answer ? answer->body : "{}");
    g_clear_pointer (&answer, answer_free);
  }
}

static void
stream_cb (SoupServer              *server,
           SoupServerMessage       *message,
           const char              *path,
           SoupWebsocketConnection *connection,
           gpointer                 user_data)
{
  MockHub *self = user_data;
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));

  g_ptr_array_add (self->streams, g_object_ref (connection));
  g_ptr_array_add (self->afters, g_strdup (query ? query : ""));
  if (self->hello != NULL)
    soup_websocket_connection_send_text (connection, self->hello);
  if (self->snapshot != NULL && query == NULL)
    soup_websocket_connection_send_text (connection, self->snapshot);
}

MockHub *
mock_hub_new (void)
{
  MockHub *self = g_new0 (MockHub, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  baton_test_forgive_server ();
  self->token = g_strdup ("session-1");
  self->streams = g_ptr_array_new_with_free_func (g_object_unref);
  self->commands = g_ptr_array_new_with_free_func (g_free);
  self->afters = g_ptr_array_new_with_free_func (g_free);
  g_queue_init (&self->answers);
  self->hello = g_strdup ("{\"hello\":{\"seq\":10,\"agent\":{\"id\":\"rita\",\"name\":\"Rita\",\"presence\":\"available\"}}}");
  self->snapshot = mock_hub_make_snapshot (10, "", FALSE);

  soup_server_add_handler (self->server, "/hub", request_cb, self, NULL);
  soup_server_add_handler (self->server, "/hub/v1/stream", request_cb, self, NULL);
  soup_server_add_websocket_handler (self->server, "/hub/v1/stream", NULL, NULL, stream_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

void
mock_hub_free (MockHub *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_ptr_array_unref (self->streams);
  g_ptr_array_unref (self->commands);
  g_ptr_array_unref (self->afters);
  g_queue_clear_full (&self->answers, (GDestroyNotify) answer_free);
  g_free (self->url);
  g_free (self->token);
  g_free (self->hello);
  g_free (self->snapshot);
  g_free (self);
}

void
mock_hub_answer (MockHub    *self,
                 guint       status,
                 const char *body)
{
  Answer *answer = g_new (Answer, 1);

  *answer = (Answer) { status, g_strdup (body) };
  g_queue_push_tail (&self->answers, answer);
}

void
mock_hub_send (MockHub    *self,
               const char *frame)
{
  soup_websocket_connection_send_text (g_ptr_array_index (self->streams, self->streams->len - 1), frame);
}

void
mock_hub_drop (MockHub *self)
{
  soup_websocket_connection_close (g_ptr_array_index (self->streams, self->streams->len - 1), 1012, NULL);
}

const char *
mock_hub_last_command (MockHub *self)
{
  g_assert_cmpuint (self->commands->len, >, 0);
  return g_ptr_array_index (self->commands, self->commands->len - 1);
}

char *
mock_hub_make_row (const char *id,
                   BatonState  state,
                   gint64      epoch,
                   const char *agent_id)
{
  static const char json[] = "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"id\":\"h\",\"value\":{\"va_Topics\":[\"Returns\"]}}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, NULL);
  g_autoptr (BatonHandoff) handoff = baton_handoff_new_from_activity (activity);
  g_autofree char *conversation_id = g_strconcat ("conversation-", id, NULL);
  const BatonConversation conversation = {
    .id = conversation_id, .bot = (char *) "bot", .user_id = (char *) "u1", .state = state, .epoch = epoch,
  };
  g_autoptr (BatonEscalation) escalation = baton_escalation_new (id, &conversation, handoff, G_USEC_PER_SEC);
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_escalation_set_state (escalation, state, epoch, agent_id, agent_id, 2 * G_USEC_PER_SEC);
  baton_escalation_write_row (escalation, writer);
  return baton_json_writer_finish_text (writer);
}

char *
mock_hub_make_event (gint64      seq,
                     const char *kind,
                     const char *row)
{
  return g_strdup_printf ("{\"events\":[{\"seq\":%d,\"at\":\"2026-03-02T10:15:31.907Z\",\"kind\":\"%s\",\"escalation\":%s}]}",
                          (int) seq, kind, row);
}

char *
mock_hub_make_snapshot (gint64      seq,
                        const char *rows,
                        gboolean    more)
{
  return g_strdup_printf ("{\"snapshot\":{\"seq\":%d,\"escalations\":[%s],\"agents\":[]%s}}",
                          (int) seq, rows, more ? ",\"more\":true" : "");
}
