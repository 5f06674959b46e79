/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-guard-stream.h"

#include <sys/socket.h>

#include "baton-test.h"

typedef struct {
  GSocket          *far;
  BatonGuardStream *guard;
  guint             closed;
  guint             woken;
} Pair;

static void
closed_cb (BatonGuardStream *guard,
           Pair             *pair)
{
  pair->closed++;
}

static void
pair_open (Pair  *pair,
           gsize  rate,
           gsize  burst)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) near = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  near = g_socket_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  pair->far = g_socket_new_from_fd (fds[1], &error);
  g_assert_no_error (error);
  connection = g_socket_connection_factory_create_connection (near);
  pair->guard = baton_guard_stream_new (G_IO_STREAM (connection), rate, burst);
  g_signal_connect (pair->guard, "closed", G_CALLBACK (closed_cb), pair);
}

static void
pair_close (Pair *pair)
{
  g_socket_close (pair->far, NULL);
  g_clear_object (&pair->far);
  g_assert_finalize_object (pair->guard);
}

static GPollableInputStream *
get_input (Pair *pair)
{
  return G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (G_IO_STREAM (pair->guard)));
}

static gboolean
woken_cb (GObject  *stream,
          gpointer  user_data)
{
  ((Pair *) user_data)->woken++;
  return G_SOURCE_REMOVE;
}

static void
wait_readable (Pair *pair)
{
  g_autoptr (GSource) source = g_pollable_input_stream_create_source (get_input (pair), NULL);
  guint before = pair->woken;

  g_source_set_callback (source, G_SOURCE_FUNC (woken_cb), pair, NULL);
  g_source_attach (source, NULL);
  baton_test_wait (pair->woken > before);
}

static void
test_guard_stream_rate (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = g_strnfill (30000, 'x');
  char buffer[30000];
  gint64 began = g_get_monotonic_time ();
  Pair pair = { 0 };
  gsize got = 10000;

  pair_open (&pair, 100000, 10000);
  g_assert_cmpint (g_socket_send (pair.far, data, 30000, NULL, NULL), ==, 30000);
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (get_input (&pair), buffer, sizeof buffer, NULL, &error), ==, 10000);
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (get_input (&pair), buffer, sizeof buffer, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_false (g_pollable_input_stream_is_readable (get_input (&pair)));

  while (got < 30000) {
    gssize n;

    wait_readable (&pair);
    n = g_pollable_input_stream_read_nonblocking (get_input (&pair), buffer, sizeof buffer, NULL, NULL);
    g_assert_cmpint (n, >, 0);
    got += (gsize) n;
  }
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 190 * 1000);
  g_assert_cmpuint (pair.woken, <, 100);
  pair_close (&pair);
  g_assert_cmpuint (pair.closed, ==, 1);
}

static void
test_guard_stream_close (void)
{
  g_autoptr (GError) error = NULL;
  Pair pair = { 0 };
  char buffer[8];

  pair_open (&pair, 1000, 1000);
  g_assert_true (g_io_stream_close (G_IO_STREAM (pair.guard), NULL, NULL));
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (get_input (&pair), buffer, sizeof buffer, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpuint (pair.closed, ==, 1);
  g_assert_cmpint (g_socket_receive (pair.far, buffer, sizeof buffer, NULL, NULL), ==, 0);
  pair_close (&pair);
  g_assert_cmpuint (pair.closed, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/guard-stream/rate", test_guard_stream_rate);
  g_test_add_func ("/transport/guard-stream/close", test_guard_stream_close);

  return g_test_run ();
}
