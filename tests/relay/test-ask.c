/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-ask.h"
#include "baton-test.h"

static const struct {
  const char *url;
  const char *host;
} hosts[] = {
  { "https://europe.directline.botframework.com/v3/directline", "europe.directline.botframework.com" },
  { "https://bot.example:443/x", "bot.example" },
  { "http://bot.example:443/x", "bot.example:443" },
  { "http://127.0.0.1:3000", "127.0.0.1:3000" },
  { "http://[::1]:3000/x", "[::1]:3000" },
  { "https://ines:secret@bot.example/", "bot.example" },
  { "what is this", "what is this" },
};

static void
test_ask_host (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_autofree char *host = baton_ask_dup_host (hosts[i].url);

    g_assert_cmpstr (host, ==, hosts[i].host);
  }
}

static void
answer_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  static const char body[] = "{\"error\":{\"code\":\"RegionNotAllowed\",\"message\":\"x\"}}";
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  g_assert_cmpstr (soup_message_headers_get_one (headers, "Authorization"), ==, "Bearer t");
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "7");
  soup_server_message_set_status (message, 403, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, body, strlen (body));
}

static char *
listen_anywhere (SoupServer *server)
{
  GSList *uris;
  char *url;

  g_assert_true (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (server);
  url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return url;
}

static void
test_ask_answer (void)
{
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  baton_test_forgive_server ();
  g_autofree char *url = listen_anywhere (server);
  g_autoptr (BatonReply) reply = NULL;

  soup_server_add_handler (server, NULL, answer_cb, NULL, NULL);
  reply = baton_ask (&(BatonHttpRequest) { .method = SOUP_METHOD_GET, .url = url, .bearer = "t" }, 10);
  g_assert_no_error (reply->error);
  g_assert_cmpuint (reply->status, ==, 403);
  g_assert_false (baton_reply_is_good (reply));
  g_assert_cmpstr (reply->code, ==, "RegionNotAllowed");
  g_assert_cmpuint (reply->retry_after, ==, 7);
  g_assert_false (reply->is_page);
  g_assert_true (reply->has_date);
  g_assert_cmpint (ABS (reply->skew), <=, 2);
  g_assert_cmpint (baton_json_node_get_kind (baton_reply_get (reply, "error")), ==, BATON_JSON_OBJECT);
  g_assert_cmpint (baton_json_node_get_kind (baton_reply_get (reply, "token")), ==, BATON_JSON_ABSENT);
}

/* The connection stands, and nobody says anything. */
static void
test_ask_silence (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", port);
  gint64 begun_at = g_get_monotonic_time ();
  g_autoptr (BatonReply) reply = baton_ask (&(BatonHttpRequest) { .method = SOUP_METHOD_GET, .url = url }, 1);

  g_assert_cmpuint (reply->status, ==, 0);
  g_assert_error (reply->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - begun_at, <, 10 * G_USEC_PER_SEC);
}

static void
test_ask_no_address (void)
{
  g_autoptr (BatonReply) reply = baton_ask (&(BatonHttpRequest) { .method = SOUP_METHOD_GET, .url = "file:///etc/passwd" }, 1);

  g_assert_cmpuint (reply->status, ==, 0);
  g_assert_nonnull (reply->error);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/ask/host", test_ask_host);
  g_test_add_func ("/relay/ask/answer", test_ask_answer);
  g_test_add_func ("/relay/ask/silence", test_ask_silence);
  g_test_add_func ("/relay/ask/no-address", test_ask_no_address);
  return g_test_run ();
}
