/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A Direct Line server as one writes it first in C: libsoup's server and json-glib, nothing stored, no tokens. It parses
 * what is posted, stamps it, writes it once and sends it to the streams of its conversation. */

#include "config.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define BASE "/v3/directline/conversations"

typedef struct {
  char      *id;
  GPtrArray *streams;   /* of SoupWebsocketConnection */
  guint64    n_posts;
} Conversation;

static GHashTable *conversations;
static char *stream_base;

static void
answer (SoupServerMessage *message,
        guint              status,
        const char        *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body, strlen (body));
}

static void
answer_conversation (SoupServerMessage  *message,
                     guint               status,
                     const Conversation *conversation)
{
  g_autofree char *body = g_strdup_printf ("{\"conversationId\":\"%s\",\"token\":\"t\",\"expires_in\":1800,"
                                           "\"streamUrl\":\"%s/%s\"}", conversation->id, stream_base, conversation->id);

  answer (message, status, body);
}

static void
start (SoupServerMessage *message)
{
  Conversation *conversation = g_new0 (Conversation, 1);

  conversation->id = g_strdup_printf ("c%u", g_hash_table_size (conversations));
  conversation->streams = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_insert (conversations, conversation->id, conversation);
  answer_conversation (message, 201, conversation);
}

/* The activity set for the streams, or %NULL if @body is no object. */
static char *
stamp (Conversation    *conversation,
       const char      *id,
       SoupMessageBody *body)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  g_autofree char *watermark = g_strdup_printf ("%" G_GUINT64_FORMAT, conversation->n_posts);
  JsonObject *activity, *place, *set;
  JsonArray *activities;
  JsonNode *posted;

  if (!json_parser_load_from_data (parser, body->data, (gssize) body->length, NULL))
    return NULL;
  posted = json_parser_steal_root (parser);
  activity = json_node_get_object (posted);
  json_object_set_string_member (activity, "id", id);
  json_object_set_string_member (activity, "timestamp", time);
  place = json_object_new ();
  json_object_set_string_member (place, "id", conversation->id);
  json_object_set_object_member (activity, "conversation", place);
  activities = json_array_new ();
  json_array_add_element (activities, posted);
  set = json_object_new ();
  json_object_set_array_member (set, "activities", activities);
  json_object_set_string_member (set, "watermark", watermark);
  json_node_take_object (root, set);
  json_generator_set_root (generator, root);
  return json_generator_to_data (generator, NULL);
}

static void
post (SoupServerMessage *message,
      Conversation      *conversation)
{
  g_autofree char *id = g_strdup_printf ("%s|%07" G_GUINT64_FORMAT, conversation->id, conversation->n_posts);
  g_autofree char *set = stamp (conversation, id, soup_server_message_get_request_body (message));
  g_autofree char *body = g_strdup_printf ("{\"id\":\"%s\"}", id);
  g_autoptr (GBytes) text = NULL;

  if (set == NULL) {
    answer (message, 400, "{}");
    return;
  }
  conversation->n_posts++;
  text = g_bytes_new_take (g_steal_pointer (&set), strlen (set));
  for (guint i = 0; i < conversation->streams->len; i++)
    soup_websocket_connection_send_message (g_ptr_array_index (conversation->streams, i), SOUP_WEBSOCKET_DATA_TEXT, text);
  answer (message, 200, body);
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  g_auto (GStrv) parts = g_strsplit (path + strlen (BASE), "/", -1);   /* "", id, "activities" */
  gboolean is_post = soup_server_message_get_method (message) == SOUP_METHOD_POST;
  Conversation *conversation = parts[0] != NULL && parts[1] != NULL ? g_hash_table_lookup (conversations, parts[1]) : NULL;

  if (parts[0] == NULL || parts[1] == NULL)
    start (message);
  else if (conversation == NULL)
    answer (message, 404, "{}");
  else if (is_post && parts[2] != NULL)
    post (message, conversation);
  else
    answer_conversation (message, 200, conversation);
}

static void
closed_cb (SoupWebsocketConnection *stream,
           gpointer                 user_data)
{
  Conversation *conversation = user_data;

  g_ptr_array_remove_fast (conversation->streams, stream);
}

static void
stream_cb (SoupServer              *server,
           SoupServerMessage       *message,
           const char              *path,
           SoupWebsocketConnection *stream,
           gpointer                 user_data)
{
  Conversation *conversation = g_hash_table_lookup (conversations, path + strlen ("/stream/"));

  if (conversation == NULL)
    return;
  g_ptr_array_add (conversation->streams, g_object_ref (stream));
  g_signal_connect (stream, "closed", G_CALLBACK (closed_cb), conversation);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit limit;
  GSList *uris;
  int port;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  conversations = g_hash_table_new (g_str_hash, g_str_equal);
  soup_server_add_handler (server, BASE, request_cb, NULL, NULL);
  soup_server_add_websocket_handler (server, "/stream", NULL, NULL, stream_cb, NULL, NULL);
  if (!soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error)) {
    g_printerr ("bench-soup: %s\n", error->message);
    return 1;
  }
  uris = soup_server_get_uris (server);
  port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  stream_base = g_strdup_printf ("ws://127.0.0.1:%d/stream", port);
  printf ("bench-soup ready at http://127.0.0.1:%d\n", port);
  fflush (stdout);
  g_main_loop_run (loop);
  return 0;
}
