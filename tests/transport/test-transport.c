/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-transport.h"

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "raw-client.h"

typedef struct {
  BatonTransport *transport;
  BatonExchange  *waiting;
  BatonStream    *stream;
} Fixture;

#define HELLO "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

static void
stream_cb (BatonStream *stream,
           gpointer     user_data)
{
  g_set_object (&((Fixture *) user_data)->stream, stream);
}

static void
handler_cb (BatonExchange     *exchange,
            const char *const *tail,
            gpointer           user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GBytes) hello = g_bytes_new_static ("hello", 5);

  if (g_strcmp0 (tail[0], "wait") == 0)
    g_set_object (&fixture->waiting, exchange);
  else if (g_strcmp0 (tail[0], "stream") == 0)
    baton_exchange_upgrade (exchange, stream_cb, fixture);
  else
    baton_exchange_reply (exchange, 200, "text/plain", hello);
}

static void
fixture_open (Fixture                    *fixture,
              const BatonTransportLimits *limits)
{
  g_autoptr (GError) error = NULL;

  fixture->transport = baton_transport_new (limits);
  baton_transport_add_handler (fixture->transport, "/", handler_cb, fixture);
  baton_transport_listen (fixture->transport, "127.0.0.1", 0, &error);
  g_assert_no_error (error);
}

static void
fixture_close (Fixture *fixture)
{
  g_assert_finalize_object (fixture->transport);
  g_clear_object (&fixture->waiting);
  g_clear_object (&fixture->stream);
}

/* Another client is answered at once, whatever somebody else is doing. */
static void
assert_serves (Fixture *fixture)
{
  g_autoptr (RawClient) other = raw_client_new (baton_transport_get_url (fixture->transport));
  gint64 began = g_get_monotonic_time ();

  raw_client_send (other, HELLO, -1);
  raw_client_expect (other, "hello");
  g_assert_cmpint (g_get_monotonic_time () - began, <, G_TIME_SPAN_SECOND);
}

static void
test_transport_listen (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) taken = NULL;
  g_autoptr (GUri) uri = NULL;

  fixture_open (&fixture, &BATON_TRANSPORT_LIMITS_DEFAULT);
  g_assert_true (g_str_has_prefix (baton_transport_get_url (fixture.transport), "http://127.0.0.1:"));
  uri = g_uri_parse (baton_transport_get_url (fixture.transport), G_URI_FLAGS_NONE, NULL);
  g_assert_cmpint (g_uri_get_port (uri), >, 0);
  assert_serves (&fixture);

  g_assert_false (baton_transport_listen (fixture.transport, "localhost.example", 0, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  g_assert_false (baton_transport_listen (fixture.transport, "127.0.0.1", (guint16) g_uri_get_port (uri), &taken));
  g_assert_error (taken, BATON_ERROR, BATON_ERROR_FAILED);
  fixture_close (&fixture);
}

static void
test_transport_listen_ipv6 (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  fixture.transport = baton_transport_new (&BATON_TRANSPORT_LIMITS_DEFAULT);
  baton_transport_add_handler (fixture.transport, "/", handler_cb, &fixture);
  if (baton_transport_listen (fixture.transport, "[::1]", 0, &error)) {
    g_assert_true (g_str_has_prefix (baton_transport_get_url (fixture.transport), "http://[::1]:"));
    assert_serves (&fixture);
  } else {
    g_test_skip ("no IPv6 here");
  }
  fixture_close (&fixture);
}

/* What two readers could understand differently, or would make us read without end, is answered and cut off. */
static const struct {
  const char *name;
  const char *request;
  const char *status;
} refused[] = {
  { "second host", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400" },
  { "length and encoding", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400" },
  { "two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", "400" },
  { "no length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\nabc", "400" },
  { "two encodings", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "400" },
  { "too long", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\nabc", "413" },
  { "far too long", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551617\r\n\r\nabc", "400" },
  { "expects to be asked", "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n", "413" },
};

static void
assert_refused (Fixture    *fixture,
                const char *request,
                const char *status)
{
  g_autoptr (RawClient) client = raw_client_new (baton_transport_get_url (fixture->transport));
  g_autofree char *line = g_strconcat ("HTTP/1.1 ", status, NULL);

  raw_client_send (client, request, -1);
  raw_client_expect (client, line);
  raw_client_expect_closed (client);
  g_assert_null (strstr (client->received->str, "HTTP/1.1 "));
}

static void
test_transport_refused (void)
{
  Fixture fixture = { 0 };

  fixture_open (&fixture, &BATON_TRANSPORT_LIMITS_DEFAULT);
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_test_message ("%s", refused[i].name);
    assert_refused (&fixture, refused[i].request, refused[i].status);
  }
  assert_serves (&fixture);
  fixture_close (&fixture);
}

static void
test_transport_other_encodings (void)
{
  Fixture fixture = { 0 };

  fixture_open (&fixture, &BATON_TRANSPORT_LIMITS_DEFAULT);
  assert_refused (&fixture, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nabc", "501");
  assert_refused (&fixture, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\nabc", "501");
  fixture_close (&fixture);
}

/* 2 MB without a length: no more than a few socket buffers of it are ever taken. */
static void
test_transport_endless_body (void)
{
  Fixture fixture = { 0 };
  g_autoptr (RawClient) client = NULL;
  g_autofree char *piece = g_strnfill (0x4000, 'x');
  gsize sent = 0;

  fixture_open (&fixture, &BATON_TRANSPORT_LIMITS_DEFAULT);
  client = raw_client_new (baton_transport_get_url (fixture.transport));
  raw_client_send (client, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", -1);
  while (strstr (client->received->str, "413") == NULL) {
    if (raw_client_send (client, "4000\r\n", -1) && raw_client_send (client, piece, 0x4000))
      raw_client_send (client, "\r\n", -1);
    sent += 0x4000;
    g_assert_cmpuint (sent, <, 100 * 1000 * 1000);
    g_main_context_iteration (NULL, FALSE);
  }
  assert_serves (&fixture);
  raw_client_expect_closed (client);
  fixture_close (&fixture);
}

static void
test_transport_head_deadline (void)
{
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  Fixture fixture = { 0 };
  g_autoptr (RawClient) silent = NULL;
  g_autoptr (RawClient) slow = NULL;
  gint64 began = g_get_monotonic_time ();

  limits.header_seconds = 1;
  fixture_open (&fixture, &limits);
  silent = raw_client_new (baton_transport_get_url (fixture.transport));
  slow = raw_client_new (baton_transport_get_url (fixture.transport));
  raw_client_send (slow, "GET / HTTP/1.1\r\nX-Endless: ", -1);
  while (!slow->closed) {
    raw_client_send (slow, "x", 1);
    g_main_context_iteration (NULL, TRUE);
  }
  raw_client_expect_closed (silent);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, G_TIME_SPAN_SECOND);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 5 * G_TIME_SPAN_SECOND);
  assert_serves (&fixture);
  fixture_close (&fixture);
}

static void
test_transport_body_deadline (void)
{
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  Fixture fixture = { 0 };
  g_autoptr (RawClient) client = NULL;

  limits.body_seconds = 1;
  fixture_open (&fixture, &limits);
  client = raw_client_new (baton_transport_get_url (fixture.transport));
  raw_client_send (client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", -1);
  raw_client_expect_closed (client);
  assert_serves (&fixture);
  fixture_close (&fixture);
}

/* More than the rate allows is read later; nobody else waits for that. */
static void
test_transport_rate (void)
{
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  Fixture fixture = { 0 };
  g_autoptr (RawClient) client = NULL;
  g_autofree char *body = g_strnfill (30000, 'x');
  gint64 began = g_get_monotonic_time ();

  limits.rate = 20000;
  limits.rate_burst = 10000;
  fixture_open (&fixture, &limits);
  client = raw_client_new (baton_transport_get_url (fixture.transport));
  raw_client_send (client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30000\r\n\r\n", -1);
  raw_client_send (client, body, -1);
  assert_serves (&fixture);
  raw_client_expect (client, "hello");
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 700 * G_TIME_SPAN_MILLISECOND);
  fixture_close (&fixture);
}

static GBytes *
make_large (void)
{
  return g_bytes_new_take (g_strnfill (20 * 1000 * 1000, 'x'), 20 * 1000 * 1000);
}

static RawClient *
ask_for_large (Fixture    *fixture,
               const char *more,
               GBytes     *large)
{
  RawClient *client = raw_client_new (baton_transport_get_url (fixture->transport));
  g_autofree char *request = g_strconcat ("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n", more, NULL);

  raw_client_stop_reading (client);
  raw_client_send (client, request, -1);
  baton_test_wait (fixture->waiting != NULL);
  baton_exchange_reply (fixture->waiting, 200, "text/plain", large);
  return client;
}

static void
test_transport_slow_reader (void)
{
  Fixture fixture = { 0 };
  g_autoptr (RawClient) client = NULL;
  g_autoptr (GBytes) large = make_large ();

  fixture_open (&fixture, &BATON_TRANSPORT_LIMITS_DEFAULT);
  client = ask_for_large (&fixture, HELLO, large);
  assert_serves (&fixture);
  raw_client_resume_reading (client);
  baton_test_wait (client->received->len > g_bytes_get_size (large));
  raw_client_expect (client, "hello");
  fixture_close (&fixture);
}

static gboolean
over_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static gsize
limit_cb (BatonExchange     *exchange,
          const char *const *tail,
          gpointer           user_data)
{
  return 10 * 1000 * 1000;
}

/* Who may send more than others may also send it at once; what follows is under the rate again. */
static void
test_transport_rate_of_long (void)
{
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  Fixture fixture = { 0 };
  g_autoptr (RawClient) client = NULL;
  g_autofree char *body = g_strnfill (1000 * 1000, 'x');
  gint64 began = g_get_monotonic_time ();

  limits.rate = 1000;
  limits.rate_burst = 2000;
  fixture_open (&fixture, &limits);
  baton_transport_add_handler_full (fixture.transport, "/long", handler_cb, limit_cb, &fixture);
  client = raw_client_new (baton_transport_get_url (fixture.transport));
  raw_client_send (client, "POST /long HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", -1);
  for (gsize sent = 0; sent < 1000 * 1000; sent += 10000) {
    g_assert_true (raw_client_send (client, body, 10000));
    while (g_main_context_iteration (NULL, FALSE));
  }
  raw_client_expect (client, "hello");
  raw_client_send (client, HELLO, -1);
  raw_client_expect (client, "hello");
  g_assert_cmpint (g_get_monotonic_time () - began, <, 20 * G_TIME_SPAN_SECOND);
  fixture_close (&fixture);
}

/* An answer that is not read waits as long as a slow line would take for it, and then goes with its connection. */
static void
test_transport_unread_answer (void)
{
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  Fixture fixture = { 0 };
  g_autoptr (RawClient) client = NULL;
  g_autoptr (GBytes) large = make_large ();
  gboolean is_over = FALSE;

  limits.body_seconds = 1;
  limits.least_rate = 1000 * 1000 * 1000;
  fixture_open (&fixture, &limits);
  client = ask_for_large (&fixture, "", large);
  g_timeout_add (2000, over_cb, &is_over);
  baton_test_wait (is_over);
  raw_client_resume_reading (client);
  raw_client_expect_closed (client);
  g_assert_cmpuint (client->received->len, <, g_bytes_get_size (large));
  assert_serves (&fixture);
  fixture_close (&fixture);
}

static void
test_transport_idle_deadline (void)
{
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  Fixture fixture = { 0 };
  g_autoptr (RawClient) client = NULL;

  limits.idle_seconds = 1;
  fixture_open (&fixture, &limits);
  client = raw_client_new (baton_transport_get_url (fixture.transport));
  raw_client_send (client, HELLO, -1);
  raw_client_expect (client, "hello");
  raw_client_send (client, HELLO, -1);
  raw_client_expect (client, "hello");
  raw_client_expect_closed (client);
  fixture_close (&fixture);
}

static void
test_transport_long_head (void)
{
  Fixture fixture = { 0 };
  g_autoptr (RawClient) client = NULL;
  g_autofree char *piece = g_strnfill (4096, 'x');

  fixture_open (&fixture, &BATON_TRANSPORT_LIMITS_DEFAULT);
  client = raw_client_new (baton_transport_get_url (fixture.transport));
  raw_client_send (client, "GET / HTTP/1.1\r\nHost: x\r\nX-Long: ", -1);
  for (guint i = 0; i < 1024 && !client->closed; i++) {
    raw_client_send (client, piece, 4096);
    while (g_main_context_iteration (NULL, FALSE));
  }
  raw_client_expect_closed (client);
  assert_serves (&fixture);
  fixture_close (&fixture);
}

static void
test_transport_connections_per_address (void)
{
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_client_free);
  Fixture fixture = { 0 };
  guint open = 0;

  limits.connections_per_address = 20;
  fixture_open (&fixture, &limits);
  for (guint i = 0; i < 300; i++)
    g_ptr_array_add (clients, raw_client_new (baton_transport_get_url (fixture.transport)));
  for (guint i = 20; i < clients->len; i++)
    raw_client_expect_closed (g_ptr_array_index (clients, i));
  for (guint i = 0; i < clients->len; i++)
    open += !((RawClient *) g_ptr_array_index (clients, i))->closed;
  g_assert_cmpuint (open, ==, 20);

  raw_client_send (g_ptr_array_index (clients, 0), HELLO, -1);
  raw_client_expect (g_ptr_array_index (clients, 0), "hello");

  /* Who leaves makes room. */
  raw_client_send (g_ptr_array_index (clients, 1), "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", -1);
  raw_client_expect_closed (g_ptr_array_index (clients, 1));
  assert_serves (&fixture);
  fixture_close (&fixture);
}

static void
test_transport_connections (void)
{
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  g_autoptr (RawClient) first = NULL;
  g_autoptr (RawClient) second = NULL;
  Fixture fixture = { 0 };

  limits.connections = 1;
  fixture_open (&fixture, &limits);
  first = raw_client_new (baton_transport_get_url (fixture.transport));
  second = raw_client_new (baton_transport_get_url (fixture.transport));
  raw_client_expect_closed (second);
  raw_client_send (first, HELLO, -1);
  raw_client_expect (first, "hello");
  fixture_close (&fixture);
}

static void
test_transport_stop (void)
{
  Fixture fixture = { 0 };
  g_autoptr (RawClient) idle = NULL;
  g_autoptr (RawClient) busy = NULL;
  g_autoptr (RawClient) stream = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) late = g_bytes_new_static ("late", 4);
  gint64 began;

  fixture_open (&fixture, &BATON_TRANSPORT_LIMITS_DEFAULT);
  idle = raw_client_new (baton_transport_get_url (fixture.transport));
  raw_client_send (idle, HELLO, -1);
  raw_client_expect (idle, "hello");
  busy = raw_client_new (baton_transport_get_url (fixture.transport));
  raw_client_send (busy, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  stream = raw_client_new (baton_transport_get_url (fixture.transport));
  raw_client_upgrade (stream, "/stream", "");
  baton_test_wait (fixture.waiting != NULL && fixture.stream != NULL);
  g_assert_cmpuint (baton_transport_get_n_streams (fixture.transport), ==, 1);

  began = g_get_monotonic_time ();
  baton_transport_stop_async (fixture.transport, NULL, baton_test_ready_cb, &result);
  raw_client_expect_closed (idle);
  raw_client_expect (stream, "\x88\x02\x03\xe9");
  raw_client_send_frame (stream, 0x88, "\x03\xe9", 2);
  raw_client_expect_closed (stream);
  g_assert_null (result);

  baton_exchange_reply (fixture.waiting, 200, "text/plain", late);
  raw_client_expect (busy, "Connection: close");
  raw_client_expect (busy, "late");
  raw_client_expect_closed (busy);
  baton_test_await (&result);
  g_assert_true (baton_transport_stop_finish (fixture.transport, result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 3 * G_TIME_SPAN_SECOND);
  g_clear_object (&result);
  fixture_close (&fixture);
}

/* A request that never gets its answer holds the end up for 5 s, not for ever. */
static void
test_transport_stop_by_force (void)
{
  Fixture fixture = { 0 };
  g_autoptr (RawClient) busy = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  fixture_open (&fixture, &BATON_TRANSPORT_LIMITS_DEFAULT);
  busy = raw_client_new (baton_transport_get_url (fixture.transport));
  raw_client_send (busy, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  baton_test_wait (fixture.waiting != NULL);
  baton_transport_stop_async (fixture.transport, NULL, baton_test_ready_cb, &result);
  baton_test_await (&result);
  g_assert_true (g_cancellable_is_cancelled (baton_exchange_get_cancellable (fixture.waiting)));
  g_clear_object (&result);
  fixture_close (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/listen", test_transport_listen);
  g_test_add_func ("/transport/listen-ipv6", test_transport_listen_ipv6);
  g_test_add_func ("/transport/abuse/refused", test_transport_refused);
  g_test_add_func ("/transport/abuse/other-encodings", test_transport_other_encodings);
  g_test_add_func ("/transport/abuse/endless-body", test_transport_endless_body);
  g_test_add_func ("/transport/abuse/head-deadline", test_transport_head_deadline);
  g_test_add_func ("/transport/abuse/body-deadline", test_transport_body_deadline);
  g_test_add_func ("/transport/abuse/rate", test_transport_rate);
  g_test_add_func ("/transport/abuse/rate-of-long", test_transport_rate_of_long);
  g_test_add_func ("/transport/abuse/slow-reader", test_transport_slow_reader);
  g_test_add_func ("/transport/abuse/unread-answer", test_transport_unread_answer);
  g_test_add_func ("/transport/abuse/idle-deadline", test_transport_idle_deadline);
  g_test_add_func ("/transport/abuse/long-head", test_transport_long_head);
  g_test_add_func ("/transport/abuse/connections-per-address", test_transport_connections_per_address);
  g_test_add_func ("/transport/abuse/connections", test_transport_connections);
  g_test_add_func ("/transport/stop", test_transport_stop);
  g_test_add_func ("/transport/stop-by-force", test_transport_stop_by_force);

  return g_test_run ();
}
