/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "mock-direct-line.h"

#include <string.h>

#include "baton-json-writer.h"
#include "baton-test.h"
#include "baton-time.h"

#define EXPIRED "{\"error\":{\"code\":\"TokenExpired\",\"message\":\"Token has expired\"}}"
#define UNKNOWN "{\"error\":{\"code\":\"BadArgument\",\"message\":\"Unknown conversation\"}}"
#define ROOT "/v3/directline"

typedef struct {
  char      *id;
  GPtrArray *log;       /* of char *: activities, the index is the watermark */
  GPtrArray *streams;   /* of SoupWebsocketConnection */
} Conversation;

typedef struct {
  MockCall  call;
  guint     status;
  char     *body;
  char     *retry_after;
  gboolean  accept;
} Fault;

static void
conversation_free (Conversation *conversation)
{
  g_free (conversation->id);
  g_ptr_array_unref (conversation->log);
  g_ptr_array_unref (conversation->streams);
  g_free (conversation);
}

static void
fault_free (Fault *fault)
{
  g_free (fault->body);
  g_free (fault->retry_after);
  g_free (fault);
}

static Conversation *
add_conversation (MockDirectLine *self)
{
  Conversation *conversation = g_new0 (Conversation, 1);

  conversation->id = g_strdup_printf ("mock%u-eu", self->begun++);
  conversation->log = g_ptr_array_new_with_free_func (g_free);
  conversation->streams = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_insert (self->conversations, conversation->id, conversation);
  return conversation;
}

/* ---- activities ---- */

static char *
format_set (Conversation *conversation,
            guint         from)
{
  GString *set = g_string_new ("{\"activities\":[");

  for (guint i = from; i < conversation->log->len; i++)
    g_string_append_printf (set, "%s%s", i > from ? "," : "", (char *) g_ptr_array_index (conversation->log, i));
  g_string_append (set, "]");
  if (conversation->log->len > 0)
    g_string_append_printf (set, ",\"watermark\":\"%u\"", conversation->log->len - 1);
  g_string_append_c (set, '}');
  return g_string_free (set, FALSE);
}

static guint
index_after (const char *watermark)
{
  guint64 index;

  if (watermark == NULL || !g_ascii_string_to_unsigned (watermark, 10, 0, G_MAXUINT32, &index, NULL))
    return 0;
  return (guint) index + 1;
}

static void
write_owned (BatonJsonWriter *writer,
             BatonActivity   *activity,
             Conversation    *conversation,
             const char      *id)
{
  g_autofree char *now = baton_time_format (g_get_real_time ());
  BatonJsonNode timestamp = baton_json_node_get_member (baton_activity_get_root (activity), "timestamp");

  baton_json_writer_add_string (writer, "id", id);
  if (baton_json_node_get_kind (timestamp) == BATON_JSON_ABSENT)
    baton_json_writer_add_string (writer, "timestamp", now);
  baton_json_writer_name (writer, "conversation");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", conversation->id);
  baton_json_writer_end_object (writer);
}

static void
write_from (BatonJsonWriter *writer,
            BatonJsonNode    from,
            const char      *from_id)
{
  baton_json_writer_name (writer, "from");
  if (from_id == NULL) {
    baton_json_writer_node (writer, from);
    return;
  }
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", from_id);
  baton_json_writer_end_object (writer);
}

static char *
stamp (BatonActivity *activity,
       Conversation  *conversation,
       const char    *id,
       const char    *from_id)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  BatonJsonNode name, value;
  BatonJsonIter iter;

  baton_json_writer_begin_object (writer);
  write_owned (writer, activity, conversation, id);
  baton_json_iter_init (&iter, baton_activity_get_root (activity));
  while (baton_json_iter_next (&iter, &name, &value)) {
    g_autofree char *key = baton_json_node_dup_string (name);

    if (strcmp (key, "from") == 0)
      write_from (writer, value, from_id);
    else if (strcmp (key, "id") != 0 && strcmp (key, "conversation") != 0)
      baton_json_writer_add_node (writer, key, value);
  }
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish_text (writer);
}

static void
send_to_streams (Conversation *conversation,
                 const char   *text)
{
  for (guint i = 0; i < conversation->streams->len; i++) {
    SoupWebsocketConnection *stream = g_ptr_array_index (conversation->streams, i);

    if (soup_websocket_connection_get_state (stream) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_send_text (stream, text);
  }
}

static char *
append (MockDirectLine *self,
        Conversation   *conversation,
        BatonActivity  *activity,
        const char     *from_id)
{
  g_autofree char *fresh = baton_activity_format_id (conversation->id, conversation->log->len);
  char *id = g_strdup (baton_activity_get_id (activity) ? baton_activity_get_id (activity) : fresh);
  g_autofree char *set = NULL;

  g_ptr_array_add (conversation->log, stamp (activity, conversation, id, from_id));
  set = format_set (conversation, conversation->log->len - 1);
  if (!self->mute_streams)
    send_to_streams (conversation, set);
  return id;
}

/* ---- answers ---- */

static void
answer (SoupServerMessage *message,
        guint              status,
        const char        *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body, strlen (body));
}

static void
answer_conversation (MockDirectLine    *self,
                     SoupServerMessage *message,
                     guint              status,
                     Conversation      *conversation,
                     const char        *watermark)
{
  g_autofree char *host = g_strdup (strstr (self->base, "://") + 3);
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *url = NULL;
  g_autofree char *body = NULL;

  url = g_strdup_printf ("ws://%s/conversations/%s/stream?watermark=%s&t=ticket", host, conversation->id,
                         watermark && *watermark ? watermark : "-");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "conversationId", conversation->id);
  baton_json_writer_add_string (writer, "token", self->token);
  if (self->expires_in > 0)
    baton_json_writer_add_int (writer, "expires_in", self->expires_in);
  if (!self->without_stream_url)
    baton_json_writer_add_string (writer, "streamUrl", self->with_empty_stream_url ? "" : url);
  baton_json_writer_end_object (writer);
  body = baton_json_writer_finish_text (writer);
  answer (message, status, body);
}

static Fault *
take_fault (MockDirectLine *self,
            MockCall        call)
{
  for (GList *link = self->faults.head; link != NULL; link = link->next) {
    Fault *fault = link->data;

    if (fault->call == call) {
      g_queue_delete_link (&self->faults, link);
      return fault;
    }
  }
  return NULL;
}

static void
answer_fault (SoupServerMessage *message,
              Fault             *fault)
{
  if (fault->retry_after != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", fault->retry_after);
  answer (message, fault->status, fault->body);
}

static void
accept_post (MockDirectLine    *self,
             SoupServerMessage *message,
             Conversation      *conversation,
             const char        *body,
             Fault             *fault)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);
  g_autofree char *id = NULL;
  g_autofree char *json = NULL;

  if (activity == NULL) {
    answer (message, 400, "{\"error\":{\"code\":\"BadArgument\",\"message\":\"Invalid activity\"}}");
    return;
  }
  id = self->without_echo ? g_strdup ("unheard")
                          : append (self, conversation, activity, self->echo_from_id);
  json = g_strdup_printf ("{\"id\":\"%s\"}", id);
  if (fault == NULL)
    answer (message, 200, json);
  if (self->posted != NULL)
    self->posted (self, conversation->id, activity, self->user_data);
}

static void
answer_post (MockDirectLine    *self,
             SoupServerMessage *message,
             Conversation      *conversation)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  char *text = g_strndup (body->data, (gsize) body->length);
  Fault *fault = take_fault (self, MOCK_POST);

  g_ptr_array_add (self->posts, text);
  if (fault == NULL || fault->accept)
    accept_post (self, message, conversation, text, fault);
  if (fault != NULL)
    answer_fault (message, fault);
  g_clear_pointer (&fault, fault_free);
}

static void
note_part (MockDirectLine     *self,
           const char         *user_id,
           SoupMessageHeaders *headers,
           GBytes             *body)
{
  g_autoptr (GHashTable) params = NULL;
  g_autofree char *disposition = NULL;
  const char *name = NULL, *filename = NULL;

  if (soup_message_headers_get_content_disposition (headers, &disposition, &params)) {
    name = g_hash_table_lookup (params, "name");
    filename = g_hash_table_lookup (params, "filename");
  }
  g_ptr_array_add (self->uploads, g_strdup_printf ("%s|%s|%s|%s|%" G_GSIZE_FORMAT, user_id ? user_id : "",
                                                   name ? name : "", filename ? filename : "",
                                                   soup_message_headers_get_content_type (headers, NULL),
                                                   g_bytes_get_size (body)));
}

/* Returns: (transfer full): the activity that wraps the files */
static char *
note_parts (MockDirectLine    *self,
            SoupServerMessage *message,
            const char        *user_id)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  SoupMultipart *parts = soup_multipart_new_from_message (headers, body);
  char *activity = g_strdup ("{\"type\":\"message\"}");

  if (parts == NULL) {
    note_part (self, user_id, headers, body);
    return activity;
  }
  for (int i = 0; i < soup_multipart_get_length (parts); i++) {
    SoupMessageHeaders *part_headers;
    GBytes *part;

    soup_multipart_get_part (parts, i, &part_headers, &part);
    note_part (self, user_id, part_headers, part);
    if (g_strcmp0 (soup_message_headers_get_content_type (part_headers, NULL),
                   "application/vnd.microsoft.activity") == 0) {
      g_free (activity);
      activity = g_strndup (g_bytes_get_data (part, NULL), g_bytes_get_size (part));
    }
  }
  soup_multipart_free (parts);
  return activity;
}

static void
answer_upload (MockDirectLine    *self,
               SoupServerMessage *message,
               Conversation      *conversation,
               GHashTable        *query)
{
  const char *user_id = query ? g_hash_table_lookup (query, "userId") : NULL;
  g_autofree char *activity = note_parts (self, message, user_id);
  Fault *fault = take_fault (self, MOCK_UPLOAD);

  if (fault == NULL || fault->accept)
    accept_post (self, message, conversation, activity, fault);
  if (fault != NULL)
    answer_fault (message, fault);
  g_clear_pointer (&fault, fault_free);
}

static gboolean
is_authorized (MockDirectLine    *self,
               SoupServerMessage *message)
{
  const char *header = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");

  if (self->lets_everybody_in)
    return TRUE;
  if (header == NULL || !g_str_has_prefix (header, "Bearer ")) {
    self->unauthorized++;
    answer (message, 401, "{\"error\":{\"code\":\"BadArgument\",\"message\":\"Missing token or secret\"}}");
    return FALSE;
  }
  header += strlen ("Bearer ");
  if (strcmp (header, self->token) == 0 || strcmp (header, self->secret) == 0)
    return TRUE;
  answer (message, 403, EXPIRED);
  return FALSE;
}

static void
answer_start (MockDirectLine    *self,
              SoupServerMessage *message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  g_free (self->last_start);
  self->last_start = g_strndup (body->data, (gsize) body->length);
  answer_conversation (self, message, self->start_status, add_conversation (self), NULL);
}

static MockCall
which_call (const char        *method,
            char             **path)
{
  guint depth = g_strv_length (path);

  if (depth == 2 && strcmp (path[0], "tokens") == 0)
    return MOCK_REFRESH;
  if (depth == 1)
    return MOCK_START;
  if (depth == 2)
    return MOCK_RECONNECT;
  if (strcmp (path[depth - 1], "upload") == 0)
    return MOCK_UPLOAD;
  return strcmp (method, "POST") == 0 ? MOCK_POST : MOCK_POLL;
}

static void
note (MockDirectLine    *self,
      SoupServerMessage *message,
      GHashTable        *query)
{
  const char *watermark = query ? g_hash_table_lookup (query, "watermark") : NULL;
  GSocket *socket = soup_server_message_get_socket (message);

  if (watermark != NULL) {
    g_free (self->last_watermark);
    self->last_watermark = g_strdup (watermark);
  }
  if (g_object_get_data (G_OBJECT (socket), "mock-seen") == NULL) {
    g_object_set_data (G_OBJECT (socket), "mock-seen", self);
    self->connections++;
  }
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  MockDirectLine *self = user_data;
  g_auto (GStrv) parts = g_strsplit (path + strlen (ROOT) + 1, "/", -1);
  const char *watermark = query ? g_hash_table_lookup (query, "watermark") : NULL;
  MockCall call = which_call (soup_server_message_get_method (message), parts);
  Conversation *conversation = g_strv_length (parts) > 1 ? g_hash_table_lookup (self->conversations, parts[1]) : NULL;
  g_autofree char *set = NULL;
  g_autofree char *json = NULL;
  Fault *fault;

  if (g_str_has_suffix (path, "/stream"))
    return;   /* libsoup asks here first, and goes on to stream_cb() */
  self->calls[call]++;
  note (self, message, query);
  if (!is_authorized (self, message))
    return;
  fault = call != MOCK_POST && call != MOCK_UPLOAD ? take_fault (self, call) : NULL;
  if (fault != NULL) {
    answer_fault (message, fault);
    fault_free (fault);
  } else if (call == MOCK_START) {
    answer_start (self, message);
  } else if (call == MOCK_REFRESH) {
    json = g_strdup_printf ("{\"conversationId\":\"c\",\"token\":\"%s\",\"expires_in\":%d}", self->token, (int) self->expires_in);
    answer (message, 200, json);
  } else if (conversation == NULL) {
    answer (message, 404, UNKNOWN);
  } else if (call == MOCK_RECONNECT) {
    answer_conversation (self, message, 200, conversation, watermark);
  } else if (call == MOCK_POLL) {
    set = format_set (conversation, index_after (watermark));
    answer (message, 200, set);
  } else if (call == MOCK_UPLOAD) {
    answer_upload (self, message, conversation, query);
  } else {
    answer_post (self, message, conversation);
  }
}

static void
stream_cb (SoupServer              *server,
           SoupServerMessage       *message,
           const char              *path,
           SoupWebsocketConnection *connection,
           gpointer                 user_data)
{
  MockDirectLine *self = user_data;
  g_auto (GStrv) parts = g_strsplit (path + strlen (ROOT) + 1, "/", -1);
  g_autoptr (GHashTable) query = soup_form_decode (g_uri_get_query (soup_server_message_get_uri (message)));
  Conversation *conversation = g_hash_table_lookup (self->conversations, parts[1]);
  guint from = index_after (g_hash_table_lookup (query, "watermark"));
  g_autofree char *set = NULL;

  self->calls[MOCK_STREAM]++;
  if (soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization") != NULL)
    self->stream_bearers++;
  g_ptr_array_add (conversation->streams, g_object_ref (connection));
  if (from < conversation->log->len && !self->mute_streams) {
    set = format_set (conversation, from);
    soup_websocket_connection_send_text (connection, set);
  }
}

/* ---- the object ---- */

MockDirectLine *
mock_direct_line_new (void)
{
  MockDirectLine *self = g_new0 (MockDirectLine, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *root = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  baton_test_forgive_server ();
  self->secret = g_strdup ("the-secret");
  self->token = g_strdup ("token-1");
  self->start_status = 201;
  self->conversations = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) conversation_free);
  self->posts = g_ptr_array_new_with_free_func (g_free);
  self->uploads = g_ptr_array_new_with_free_func (g_free);
  g_queue_init (&self->faults);

  soup_server_remove_websocket_extension (self->server, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_server_add_handler (self->server, ROOT, request_cb, self, NULL);
  soup_server_add_websocket_handler (self->server, ROOT "/conversations", NULL, NULL, stream_cb, self, NULL);
  soup_server_add_handler (self->server, ROOT "/conversations", request_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);

  uris = soup_server_get_uris (self->server);
  root = g_uri_to_string (uris->data);
  self->base = g_strconcat (g_str_has_suffix (root, "/") ? (root[strlen (root) - 1] = '\0', root) : root, ROOT, NULL);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

void
mock_direct_line_stop (MockDirectLine *self)
{
  soup_server_disconnect (self->server);
}

void
mock_direct_line_free (MockDirectLine *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_hash_table_unref (self->conversations);
  g_ptr_array_unref (self->posts);
  g_ptr_array_unref (self->uploads);
  g_queue_clear_full (&self->faults, (GDestroyNotify) fault_free);
  g_free (self->base);
  g_free (self->secret);
  g_free (self->token);
  g_free (self->last_watermark);
  g_free (self->last_start);
  g_free (self);
}

const char *
mock_direct_line_add (MockDirectLine *self)
{
  return add_conversation (self)->id;
}

char *
mock_direct_line_say (MockDirectLine *self,
                      const char     *conversation_id,
                      const char     *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, &error);

  g_assert_no_error (error);
  return append (self, g_hash_table_lookup (self->conversations, conversation_id), activity, NULL);
}

void
mock_direct_line_send_raw (MockDirectLine *self,
                           const char     *conversation_id,
                           const char     *text)
{
  send_to_streams (g_hash_table_lookup (self->conversations, conversation_id), text);
}

void
mock_direct_line_forget (MockDirectLine *self)
{
  g_hash_table_remove_all (self->conversations);
}

guint
mock_direct_line_count_streams (MockDirectLine *self,
                                const char     *conversation_id)
{
  Conversation *conversation = g_hash_table_lookup (self->conversations, conversation_id);
  guint n = 0;

  for (guint i = 0; i < conversation->streams->len; i++)
    n += soup_websocket_connection_get_state (g_ptr_array_index (conversation->streams, i)) == SOUP_WEBSOCKET_STATE_OPEN;
  return n;
}

void
mock_direct_line_drop_streams (MockDirectLine *self,
                               guint           code)
{
  GHashTableIter iter;
  Conversation *conversation;

  g_hash_table_iter_init (&iter, self->conversations);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &conversation)) {
    for (guint i = 0; i < conversation->streams->len; i++) {
      SoupWebsocketConnection *stream = g_ptr_array_index (conversation->streams, i);

      if (code == 0)
        g_io_stream_close (soup_websocket_connection_get_io_stream (stream), NULL, NULL);
      else if (soup_websocket_connection_get_state (stream) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (stream, (gushort) code, NULL);
    }
  }
}

void
mock_direct_line_fail_next (MockDirectLine *self,
                            MockCall        call,
                            guint           status,
                            const char     *body,
                            const char     *retry_after,
                            gboolean        accept)
{
  Fault *fault = g_new0 (Fault, 1);

  *fault = (Fault) { call, status, g_strdup (body), g_strdup (retry_after), accept };
  g_queue_push_tail (&self->faults, fault);
}
