/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "relay-house.h"

#include <string.h>

#include "baton-roster.h"

/* --- the house --- */

static void
add_agent (RelayHouse *self)
{
  g_autofree char *path = g_build_filename (self->folder, "agents.conf", NULL);
  g_autoptr (BatonAgent) agent = baton_agent_new ("ana", "Ana Sousa", NULL, NULL);
  g_autoptr (BatonRoster) roster = NULL;
  g_autoptr (GError) error = NULL;

  roster = baton_roster_open (path, &error);
  g_assert_no_error (error);
  baton_roster_add (roster, agent, "ana’s password", &error);
  g_assert_no_error (error);
}

static RelayHouse *
make (void)
{
  RelayHouse *self = g_new0 (RelayHouse, 1);
  g_autofree char *data = g_build_filename (g_getenv ("BATON_SOURCE"), "data", NULL);

  g_setenv ("BATON_DATA_DIR", data, TRUE);
  self->folder = baton_test_make_folder ();
  self->http = soup_session_new ();
  add_agent (self);
  return self;
}

RelayHouse *
relay_house_new (gboolean with_mock)
{
  RelayHouse *self = make ();

  self->bot = with_mock ? mock_upstream_new () : NULL;
  relay_house_open (self);
  return self;
}

static void
write_file (RelayHouse *self,
            const char *name,
            const char *text)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

RelayHouse *
relay_house_new_with (const char *groups)
{
  RelayHouse *self = make ();

  self->groups = g_strdup (groups);
  write_file (self, "secret", RELAY_HOUSE_SECRET "\n");
  write_file (self, "relay.conf", groups);
  relay_house_open (self);
  return self;
}

static BatonConfig *
load (RelayHouse *self)
{
  g_autofree char *path = g_build_filename (self->folder, "relay.conf", NULL);
  g_autoptr (GError) error = NULL;
  BatonConfig *config = baton_config_load (path, &error);

  g_assert_no_error (error);
  return config;
}

void
relay_house_open (RelayHouse *self)
{
  BatonConfig *config = self->groups != NULL ? load (self) : baton_config_new ();
  g_autoptr (GError) error = NULL;

  g_free (config->data);
  config->data = g_strdup (self->folder);
  g_free (config->listen);
  config->listen = g_strdup ("127.0.0.1:0");
  self->relay = baton_relay_open (config, &error);
  g_assert_no_error (error);
  if (self->bot != NULL)
    baton_relay_set_bot (self->relay, "embedded", BATON_UPSTREAM (self->bot));
  baton_relay_start (self->relay, &error);
  g_assert_no_error (error);
  g_free (self->url);
  self->url = g_strdup (baton_relay_get_url (self->relay));
}

RelayHouse *
relay_house_visit (const char *url)
{
  RelayHouse *self = g_new0 (RelayHouse, 1);

  self->url = g_strdup (url);
  self->http = soup_session_new ();
  return self;
}

void
relay_house_close (RelayHouse *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  baton_relay_stop_async (self->relay, NULL, baton_test_ready_cb, &result);
  baton_relay_stop_finish (self->relay, baton_test_await (&result), &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&self->relay));
}

void
relay_house_free (RelayHouse *self)
{
  if (self->relay != NULL)
    relay_house_close (self);
  soup_session_abort (self->http);
  g_clear_object (&self->http);
  g_clear_object (&self->bot);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_free (self->folder);
  g_free (self->groups);
  g_free (self->url);
  g_free (self);
}

/* --- requests --- */

static void
append_bytes (GString *text,
              GBytes  *bytes)
{
  g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
}

static GBytes *
send_and_wait (RelayHouse  *self,
               SoupMessage *message)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *body;

  soup_session_send_and_read_async (self->http, message, G_PRIORITY_DEFAULT, NULL, baton_test_ready_cb, &result);
  body = soup_session_send_and_read_finish (self->http, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return body;
}

static GBytes *
request (RelayHouse *self,
         const char *method,
         const char *path,
         const char *token,
         const char *body,
         guint      *status)
{
  g_autofree char *url = strstr (path, "://") != NULL ? g_strdup (path) : g_strconcat (self->url, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  GBytes *answer;

  if (token != NULL)
    soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
  if (body != NULL) {
    g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

    soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  }
  answer = send_and_wait (self, message);
  *status = soup_message_get_status (message);
  return answer;
}

guint
relay_house_call (RelayHouse  *self,
                  const char  *method,
                  const char  *path,
                  const char  *token,
                  const char  *body,
                  BatonJson  **answer)
{
  guint status;
  g_autoptr (GBytes) bytes = request (self, method, path, token, body, &status);

  if (answer != NULL)
    *answer = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL);
  return status;
}

char *
relay_json_text (BatonJson  *json,
                 const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, ".", -1);
  BatonJsonNode node;

  if (json == NULL)
    return NULL;
  node = baton_json_get_root (json);
  for (gsize i = 0; names[i] != NULL; i++)
    node = baton_json_node_get_member (node, names[i]);
  return baton_json_node_get_kind (node) == BATON_JSON_STRING ? baton_json_node_dup_string (node)
                                                              : baton_json_node_dup_raw (node);
}

char *
relay_house_sign_in (RelayHouse *self)
{
  g_autoptr (BatonJson) answer = NULL;
  guint status = relay_house_call (self, "POST", "/hub/v1/session", NULL,
                                   "{\"agent\":\"ana\",\"password\":\"ana’s password\"}", &answer);

  g_assert_cmpuint (status, ==, 201);
  return relay_json_text (answer, "token");
}

/* --- streams --- */

static void
message_cb (SoupWebsocketConnection *socket,
            int                      type,
            GBytes                  *bytes,
            gpointer                 user_data)
{
  append_bytes (user_data, bytes);
}

static SoupWebsocketConnection *
connect_stream (RelayHouse *self,
                const char *url,
                const char *token,
                GString    *bytes)
{
  g_autofree char *address = g_str_has_prefix (url, "http") ? g_strconcat ("ws", url + 4, NULL) : g_strdup (url);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", address);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *socket;

  if (token != NULL)
    soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
  soup_session_websocket_connect_async (self->http, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL, baton_test_ready_cb,
                                        &result);
  socket = soup_session_websocket_connect_finish (self->http, baton_test_await (&result), &error);
  g_assert_no_error (error);
  g_signal_connect (socket, "message", G_CALLBACK (message_cb), bytes);
  return socket;
}

static void
disconnect (SoupWebsocketConnection *socket,
            gpointer                 data)
{
  g_signal_handlers_disconnect_by_data (socket, data);
  if (soup_websocket_connection_get_state (socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (socket, 1000, NULL);
  g_object_unref (socket);
}

/* --- the customer --- */

static void
start (RelayCustomer *self)
{
  g_autoptr (BatonJson) token = NULL, started = NULL;
  g_autofree char *stream = NULL;

  g_assert_cmpuint (relay_house_call (self->house, "POST", "/canvas/token", NULL, "{\"locale\":\"pt-PT\"}", &token), ==, 200);
  self->conversation_id = relay_json_text (token, "conversationId");
  self->token = relay_json_text (token, "token");
  g_assert_cmpuint (relay_house_call (self->house, "POST", "/v3/directline/conversations", self->token,
                                      "{\"user\":{},\"locale\":\"pt-PT\"}", &started), ==, 201);
  stream = relay_json_text (started, "streamUrl");
  self->socket = connect_stream (self->house, stream, NULL, self->bytes);
}

RelayCustomer *
relay_customer_new (RelayHouse *house)
{
  RelayCustomer *self = g_new0 (RelayCustomer, 1);

  self->house = house;
  self->bytes = g_string_new (NULL);
  start (self);
  return self;
}

guint
relay_customer_post (RelayCustomer *self,
                     const char    *activity)
{
  g_autofree char *path = g_strdup_printf ("/v3/directline/conversations/%s/activities", self->conversation_id);
  guint status;
  g_autoptr (GBytes) answer = request (self->house, "POST", path, self->token, activity, &status);

  append_bytes (self->bytes, answer);
  return status;
}

void
relay_customer_say (RelayCustomer *self,
                    const char    *text)
{
  g_autofree char *activity = g_strdup_printf ("{\"type\":\"message\",\"from\":{\"id\":\"me\"},\"text\":\"%s\"}", text);

  g_assert_cmpuint (relay_customer_post (self, activity), ==, 200);
}

char *
relay_customer_reload (RelayCustomer *self)
{
  g_autofree char *path = g_strdup_printf ("/v3/directline/conversations/%s/activities", self->conversation_id);
  guint status;
  g_autoptr (GBytes) answer = request (self->house, "GET", path, self->token, NULL, &status);

  g_assert_cmpuint (status, ==, 200);
  append_bytes (self->bytes, answer);
  return g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
}

gboolean
relay_customer_saw (RelayCustomer *self,
                    const char    *text)
{
  return strstr (self->bytes->str, text) != NULL;
}

void
relay_customer_free (RelayCustomer *self)
{
  disconnect (self->socket, self->bytes);
  g_string_free (self->bytes, TRUE);
  g_free (self->conversation_id);
  g_free (self->token);
  g_free (self);
}

/* --- the console --- */

RelayConsole *
relay_console_new (RelayHouse *house,
                   const char *token)
{
  RelayConsole *self = g_new0 (RelayConsole, 1);
  g_autofree char *url = g_strconcat (house->url, "/hub/v1/stream", NULL);

  self->bytes = g_string_new (NULL);
  self->socket = connect_stream (house, url, token, self->bytes);
  return self;
}

static char *
find_queued (const char *text)
{
  const char *event = strstr (text, "\"kind\":\"escalation.queued\"");
  const char *id = event == NULL ? NULL : strstr (event, "\"id\":\"");

  return id == NULL ? NULL : g_strndup (id + 6, strcspn (id + 6, "\""));
}

char *
relay_console_await_escalation (RelayConsole *self)
{
  char *id = NULL;

  baton_test_wait ((id = find_queued (self->bytes->str)) != NULL);
  return id;
}

void
relay_console_free (RelayConsole *self)
{
  disconnect (self->socket, self->bytes);
  g_string_free (self->bytes, TRUE);
  g_free (self);
}
