/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-http.h"
#include "baton-socket.h"
#include "baton-test.h"

typedef struct {
  SoupServer              *server;
  char                    *url;
  SoupWebsocketConnection *theirs;
  char                    *authorization;
  guint                    refuse;      /* with this status; 0: let in */

  SoupSession             *session;
  BatonSocket             *socket;
  guint                    n_opened;
  guint                    n_closed;
  int                      why;
  GPtrArray               *messages;    /* of GBytes */
  guint                    n_pongs;
} Fixture;

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  Fixture *f = user_data;

  if (f->refuse != 0)
    soup_server_message_set_status (message, f->refuse, NULL);
}

static void
stream_cb (SoupServer              *server,
           SoupServerMessage       *message,
           const char              *path,
           SoupWebsocketConnection *connection,
           gpointer                 user_data)
{
  Fixture *f = user_data;

  f->authorization = g_strdup (soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization"));
  f->theirs = g_object_ref (connection);
  soup_websocket_connection_send_text (connection, "first");   /* may come along with the handshake */
}

static void
opened_cb (BatonSocket *socket,
           gpointer     user_data)
{
  ((Fixture *) user_data)->n_opened++;
}

static void
message_cb (BatonSocket *socket,
            GBytes      *text,
            gpointer     user_data)
{
  g_ptr_array_add (((Fixture *) user_data)->messages, g_bytes_ref (text));
}

static void
closed_cb (BatonSocket  *socket,
           const GError *why,
           gpointer      user_data)
{
  Fixture *f = user_data;

  g_assert_true (why->domain == BATON_ERROR);
  f->n_closed++;
  f->why = why->code;
}

static void
make_socket (Fixture *f,
             guint    silence_ms)
{
  f->socket = baton_socket_new (silence_ms);
  g_signal_connect (f->socket, "opened", G_CALLBACK (opened_cb), f);
  g_signal_connect (f->socket, "message", G_CALLBACK (message_cb), f);
  g_signal_connect (f->socket, "closed", G_CALLBACK (closed_cb), f);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  GSList *uris;

  f->server = soup_server_new (NULL, NULL);
  baton_test_forgive_server ();
  soup_server_add_handler (f->server, "/s", request_cb, f, NULL);
  soup_server_add_websocket_handler (f->server, "/s", NULL, NULL, stream_cb, f, NULL);
  g_assert_true (soup_server_listen_local (f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (f->server);
  f->url = g_strdup_printf ("ws://127.0.0.1:%d/s", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  f->session = baton_http_dup_session ();
  f->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  f->why = -1;
  make_socket (f, 10000);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  BatonSocket *gone = f->socket;

  baton_socket_close (f->socket);
  g_object_add_weak_pointer (G_OBJECT (gone), (gpointer *) &gone);
  g_object_unref (f->socket);
  baton_test_wait (gone == NULL);   /* at once, or when a handshake under way has been cancelled */
  g_ptr_array_unref (f->messages);
  soup_server_disconnect (f->server);
  g_object_unref (f->server);
  g_clear_object (&f->theirs);
  g_object_unref (f->session);
  g_free (f->url);
  g_free (f->authorization);
}

static void
test_open (Fixture       *f,
           gconstpointer  data)
{
  baton_socket_open (f->socket, f->url, "t1");
  baton_test_wait (f->messages->len == 1);
  g_assert_cmpuint (f->n_opened, ==, 1);
  g_assert_cmpstr (f->authorization, ==, "Bearer t1");
  g_assert_true (baton_socket_has_worked (f->socket));

  soup_websocket_connection_send_text (f->theirs, "");
  soup_websocket_connection_send_binary (f->theirs, "x", 1);
  soup_websocket_connection_send_text (f->theirs, "second");
  baton_test_wait (f->messages->len == 2);
  soup_websocket_connection_close (f->theirs, 1000, NULL);
  baton_test_wait (f->n_closed == 1);
}

static void
test_refused (Fixture       *f,
              gconstpointer  data)
{
  static const struct {
    guint status;
    int   code;
  } cases[] = { { 401, BATON_ERROR_UNAUTHENTICATED }, { 403, BATON_ERROR_REFUSED }, { 404, BATON_ERROR_GONE }, { 503, BATON_ERROR_BUSY } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    f->refuse = cases[i].status;
    baton_socket_open (f->socket, f->url, NULL);
    baton_test_wait (f->n_closed == i + 1);
    g_assert_cmpint (f->why, ==, cases[i].code);
    g_assert_finalize_object (f->socket);
    make_socket (f, 10000);
  }
  g_assert_cmpuint (f->n_opened, ==, 0);
}

static void
test_not_reached (Fixture       *f,
                  gconstpointer  data)
{
  soup_server_disconnect (f->server);
  baton_socket_open (f->socket, f->url, NULL);
  baton_test_wait (f->n_closed == 1);
  g_assert_cmpint (f->why, ==, BATON_ERROR_BUSY);
}

static void
test_no_address (Fixture       *f,
                 gconstpointer  data)
{
  baton_socket_open (f->socket, "gopher://x", NULL);
  g_assert_cmpuint (f->n_closed, ==, 1);
  g_assert_cmpint (f->why, ==, BATON_ERROR_INVALID);
}

static void
test_silence (Fixture       *f,
              gconstpointer  data)
{
  gint64 began = g_get_monotonic_time ();

  g_assert_finalize_object (f->socket);
  make_socket (f, 500);
  baton_socket_open (f->socket, f->url, NULL);
  baton_test_wait (f->messages->len == 1);
  while (g_get_monotonic_time () - began < 800 * 1000) {
    soup_websocket_connection_send_text (f->theirs, "");
    g_main_context_iteration (NULL, FALSE);
    g_usleep (1000);
  }
  g_assert_cmpuint (f->n_closed, ==, 0);
  baton_test_wait (f->n_closed == 1);
  g_assert_cmpint (f->why, ==, BATON_ERROR_BUSY);
}

/* A handshake nobody answers falls under the same watch. */
static void
test_silent_handshake (Fixture       *f,
                       gconstpointer  data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u/", port);

  g_assert_finalize_object (f->socket);
  make_socket (f, 50);
  baton_socket_open (f->socket, url, NULL);
  baton_test_wait (f->n_closed == 1);
  g_assert_cmpuint (f->n_opened, ==, 0);
}

static void
test_size (Fixture       *f,
           gconstpointer  limit)
{
  const gsize most = GPOINTER_TO_SIZE (limit) ? GPOINTER_TO_SIZE (limit) : 2 * 1024 * 1024;
  g_autofree char *text = g_strnfill (most, 'x');
  g_autofree char *longer = g_strnfill (most + 1, 'x');

  if (limit != NULL)
    baton_socket_set_message_limit (f->socket, most);
  baton_socket_open (f->socket, f->url, NULL);
  baton_test_wait (f->messages->len == 1);
  soup_websocket_connection_send_text (f->theirs, text);
  baton_test_wait (f->messages->len == 2);
  g_assert_cmpuint (g_bytes_get_size (g_ptr_array_index (f->messages, 1)), ==, most);
  soup_websocket_connection_send_text (f->theirs, longer);
  baton_test_wait (f->n_closed == 1);
  g_assert_cmpuint (f->messages->len, ==, 2);
}

static void
test_close (Fixture       *f,
            gconstpointer  data)
{
  for (guint steps = 0; steps < 30; steps++) {
    baton_socket_open (f->socket, f->url, NULL);
    for (guint i = 0; i < steps; i++)
      g_main_context_iteration (NULL, FALSE);
    baton_socket_close (f->socket);
    g_object_unref (f->socket);   /* a handshake under way holds the last reference */
    make_socket (f, 10000);
    g_clear_object (&f->theirs);
    g_clear_pointer (&f->authorization, g_free);
  }
  g_assert_cmpuint (f->n_closed, ==, 0);
}

static void
pong_cb (SoupWebsocketConnection *connection,
         GBytes                  *message,
         gpointer                 user_data)
{
  ((Fixture *) user_data)->n_pongs++;
}

/* The other end looks whether we are there. */
static void
test_ping (Fixture       *f,
           gconstpointer  data)
{
  baton_socket_open (f->socket, f->url, NULL);
  baton_test_wait (f->messages->len == 1);
  g_signal_connect (f->theirs, "pong", G_CALLBACK (pong_cb), f);
  soup_websocket_connection_set_keepalive_interval (f->theirs, 1);
  baton_test_wait (f->n_pongs >= 2);
  g_assert_cmpuint (f->n_closed, ==, 0);
}

/* It asked to end, and is told that we have heard. */
static void
test_closed (Fixture       *f,
             gconstpointer  data)
{
  baton_socket_open (f->socket, f->url, NULL);
  baton_test_wait (f->messages->len == 1);
  soup_websocket_connection_close (f->theirs, 1001, "restart");
  baton_test_wait (f->n_closed == 1
                   && soup_websocket_connection_get_state (f->theirs) == SOUP_WEBSOCKET_STATE_CLOSED);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (f->theirs), ==, 1001);
}

#ifndef __SANITIZE_ADDRESS__
/* ---- over TLS ---- */

static void
serve_securely (Fixture *f)
{
  g_autofree char *path = baton_test_fixture ("loopback-only.pem");
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);
  GSList *uris;

  g_assert_no_error (error);
  soup_server_disconnect (f->server);
  soup_server_set_tls_certificate (f->server, certificate);
  soup_server_listen_local (f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | SOUP_SERVER_LISTEN_HTTPS, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (f->server);
  g_free (f->url);
  f->url = g_strdup_printf ("wss://127.0.0.1:%d/s", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
trust (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = path ? g_tls_file_database_new (path, &error) : NULL;

  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}

/* What has been decrypted already no poll tells of. */
static void
test_tls (Fixture       *f,
          gconstpointer  data)
{
  g_autofree char *path = baton_test_fixture ("loopback-only.pem");
  g_autofree char *text = g_strnfill (300 * 1024, 'x');

  serve_securely (f);
  trust (path);
  baton_socket_open (f->socket, f->url, "t1");
  baton_test_wait (f->messages->len == 1);
  for (guint i = 0; i < 20; i++)
    soup_websocket_connection_send_text (f->theirs, i % 2 == 0 ? "short" : text);
  baton_test_wait (f->messages->len == 21);
  g_assert_cmpuint (g_bytes_get_size (g_ptr_array_index (f->messages, 20)), ==, 300 * 1024);
  g_assert_cmpstr (f->authorization, ==, "Bearer t1");
  soup_websocket_connection_close (f->theirs, 1000, NULL);
  baton_test_wait (f->n_closed == 1);
  trust (NULL);
}

static void
test_tls_unknown (Fixture       *f,
                  gconstpointer  data)
{
  serve_securely (f);
  baton_socket_open (f->socket, f->url, "t1");
  baton_test_wait (f->n_closed == 1);
  g_assert_cmpint (f->why, ==, BATON_ERROR_REFUSED);
  g_assert_cmpuint (f->n_opened, ==, 0);
}

#endif

#define ADD(path, test) g_test_add ("/socket/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* libsoup's server warns of whoever is gone before it looked who it was. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  ADD ("open", test_open);
  ADD ("refused", test_refused);
  ADD ("not-reached", test_not_reached);
  ADD ("no-address", test_no_address);
  ADD ("K13/silence", test_silence);
  ADD ("silent-handshake", test_silent_handshake);
  g_test_add ("/socket/K8/size", Fixture, NULL, set_up, test_size, tear_down);
  g_test_add ("/socket/K8/set-size", Fixture, GSIZE_TO_POINTER (16 * 1024 * 1024), set_up, test_size, tear_down);
  ADD ("close", test_close);
  ADD ("closed", test_closed);
  ADD ("ping", test_ping);
#ifndef __SANITIZE_ADDRESS__   /* the leak checker now and then falls over the threads of the TLS module */
  ADD ("tls", test_tls);
  ADD ("tls/unknown", test_tls_unknown);
#endif

  return g_test_run ();
}
