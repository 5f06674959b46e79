/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-test.h"
#include "baton-transport.h"
#include "raw-client.h"

typedef struct {
  BatonTransport *transport;
  RawClient      *client;
  BatonStream    *stream;
  GString        *messages;   /* each followed by a slash */
  guint           drained;
  guint           closed;
} Fixture;

static void
message_cb (BatonStream *stream,
            GBytes      *text,
            gpointer     user_data)
{
  Fixture *fixture = user_data;

  g_string_append_len (fixture->messages, g_bytes_get_data (text, NULL), (gssize) g_bytes_get_size (text));
  g_string_append_c (fixture->messages, '/');
}

static void
drained_cb (BatonStream *stream,
            gpointer     user_data)
{
  ((Fixture *) user_data)->drained++;
}

static void
closed_cb (BatonStream *stream,
           gpointer     user_data)
{
  ((Fixture *) user_data)->closed++;
}

static void
stream_cb (BatonStream *stream,
           gpointer     user_data)
{
  static const BatonStreamEvents events = { message_cb, drained_cb, closed_cb };
  Fixture *fixture = user_data;

  fixture->stream = g_object_ref (stream);
  baton_stream_listen (stream, &events, fixture);
}

static void
handler_cb (BatonExchange     *exchange,
            const char *const *tail,
            gpointer           user_data)
{
  if (baton_exchange_wants_stream (exchange))
    baton_exchange_upgrade (exchange, stream_cb, user_data);
  else
    baton_exchange_reply (exchange, 400, NULL, NULL);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  g_autoptr (GError) error = NULL;

  limits.ping_seconds = 1;
  limits.silence_seconds = 3;
  limits.frame_size = 1000;
  fixture->messages = g_string_new (NULL);
  fixture->transport = baton_transport_new (&limits);
  baton_transport_add_handler (fixture->transport, "/", handler_cb, fixture);
  baton_transport_listen (fixture->transport, "127.0.0.1", 0, &error);
  g_assert_no_error (error);
  fixture->client = raw_client_new (baton_transport_get_url (fixture->transport));
  raw_client_upgrade (fixture->client, "/", data != NULL ? data : "");
  raw_client_expect (fixture->client, "HTTP/1.1 101");
  raw_client_expect (fixture->client, "\r\n\r\n");
  baton_test_wait (fixture->stream != NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  raw_client_free (fixture->client);
  g_assert_finalize_object (fixture->transport);
  while (fixture->closed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->closed, ==, 1);
  g_assert_finalize_object (fixture->stream);
  g_string_free (fixture->messages, TRUE);
}

static void
send_text (Fixture    *fixture,
           const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  g_assert_true (baton_stream_send (fixture->stream, bytes));
}

static void
test_stream_both_ways (Fixture       *fixture,
                       gconstpointer  data)
{
  send_text (fixture, "down");
  raw_client_expect (fixture->client, "\x81\x04" "down");
  raw_client_send_frame (fixture->client, 0x81, "up", 2);
  raw_client_send_frame (fixture->client, 0x01, "a", 1);
  raw_client_send_frame (fixture->client, 0x00, "b", 1);
  raw_client_send_frame (fixture->client, 0x89, "p", 1);
  raw_client_send_frame (fixture->client, 0x80, "c", 1);
  raw_client_expect (fixture->client, "\x8a\x01p");
  baton_test_wait (strcmp (fixture->messages->str, "up/abc/") == 0);
}

/* S29: what is empty or binary does not disturb. */
static void
test_stream_ignores (Fixture       *fixture,
                     gconstpointer  data)
{
  raw_client_send_frame (fixture->client, 0x81, "", 0);
  raw_client_send_frame (fixture->client, 0x82, "\xff\x00", 2);
  raw_client_send_frame (fixture->client, 0x8a, "unasked", 7);
  raw_client_send_frame (fixture->client, 0x81, "then", 4);
  baton_test_wait (strcmp (fixture->messages->str, "then/") == 0);
  g_assert_cmpuint (fixture->closed, ==, 0);
}

/* S29: an empty text frame for scripts, a ping for the rest. */
static void
test_stream_keeps_alive (Fixture       *fixture,
                         gconstpointer  data)
{
  for (guint i = 0; i < 4; i++) {
    raw_client_expect (fixture->client, i == 0 ? "\x81" : "\x89");
    raw_client_send_frame (fixture->client, 0x8a, "", 0);
  }
  g_assert_cmpuint (fixture->closed, ==, 0);
}

static void
test_stream_silence (Fixture       *fixture,
                     gconstpointer  data)
{
  gint64 began = g_get_monotonic_time ();

  raw_client_expect_closed (fixture->client);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 2 * G_TIME_SPAN_SECOND);
  baton_test_wait (fixture->closed == 1);
}

static void
test_stream_close_by_server (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("late", 4);

  send_text (fixture, "last");
  baton_stream_close (fixture->stream, 1008, "expired");
  g_assert_false (baton_stream_send (fixture->stream, text));
  raw_client_expect (fixture->client, "\x81\x04last\x88\x09\x03\xf0" "expired");
  raw_client_send_frame (fixture->client, 0x81, "unheard", 7);
  raw_client_send_frame (fixture->client, 0x88, "\x03\xf0", 2);
  raw_client_expect_closed (fixture->client);
  baton_test_wait (fixture->closed == 1);
  g_assert_cmpstr (fixture->messages->str, ==, "");
  baton_stream_close (fixture->stream, 1000, NULL);
}

static void
test_stream_close_unanswered (Fixture       *fixture,
                              gconstpointer  data)
{
  baton_stream_close (fixture->stream, 1001, NULL);
  raw_client_expect_closed (fixture->client);
}

static void
test_stream_close_by_client (Fixture       *fixture,
                             gconstpointer  data)
{
  raw_client_send_frame (fixture->client, 0x88, "\x03\xe8", 2);
  raw_client_expect (fixture->client, "\x88\x02\x03\xe8");
  raw_client_expect_closed (fixture->client);
  baton_test_wait (fixture->closed == 1);
}

static void
test_stream_client_drops (Fixture       *fixture,
                          gconstpointer  data)
{
  raw_client_free (fixture->client);
  baton_test_wait (fixture->closed == 1);
  fixture->client = raw_client_new (baton_transport_get_url (fixture->transport));
}

static void
test_stream_too_big (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *text = g_strnfill (1001, 'x');

  raw_client_send_frame (fixture->client, 0x81, text, 1001);
  raw_client_expect (fixture->client, "\x88\x02\x03\xf1");
  raw_client_expect_closed (fixture->client);
}

static void
test_stream_endless_fragments (Fixture       *fixture,
                               gconstpointer  data)
{
  g_autofree char *piece = g_strnfill (100, 'x');

  for (guint i = 0; i <= 10; i++)
    raw_client_send_frame (fixture->client, i == 0 ? 0x01 : 0x00, piece, 100);
  raw_client_expect (fixture->client, "\x88\x02\x03\xf1");
  raw_client_expect_closed (fixture->client);
  g_assert_cmpstr (fixture->messages->str, ==, "");
}

static void
test_stream_small_frame_flood (Fixture       *fixture,
                               gconstpointer  data)
{
  g_autoptr (GString) flood = g_string_new (NULL);

  for (guint i = 0; i < 5000; i++)
    g_string_append_len (flood, "\x89\x80\0\0\0\0", 6);
  raw_client_send (fixture->client, flood->str, (gssize) flood->len);
  raw_client_expect (fixture->client, "\x88\x02\x03\xf0");
  raw_client_expect_closed (fixture->client);
}

static void
fill (Fixture *fixture,
      gsize    upto)
{
  g_autofree char *text = g_strnfill (50000, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new (text, 50000);

  while (baton_stream_get_backlog (fixture->stream) < upto && baton_stream_send (fixture->stream, bytes))
    while (g_main_context_iteration (NULL, FALSE));
}

static void
test_stream_unread_is_cut (Fixture       *fixture,
                           gconstpointer  data)
{
  raw_client_stop_reading (fixture->client);
  fill (fixture, BATON_TRANSPORT_LIMITS_DEFAULT.backlog);
  baton_test_wait (fixture->closed == 1);
  g_assert_cmpuint (baton_stream_get_backlog (fixture->stream), ==, 0);
}

static void
test_stream_drains (Fixture       *fixture,
                    gconstpointer  data)
{
  raw_client_stop_reading (fixture->client);
  fill (fixture, 60000);
  g_assert_cmpuint (fixture->drained, ==, 0);
  raw_client_resume_reading (fixture->client);
  baton_test_wait (fixture->drained == 1);
  g_assert_cmpuint (baton_stream_get_backlog (fixture->stream), ==, 0);
  g_assert_cmpuint (fixture->closed, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  /* S26: what browsers offer is neither needed nor taken. */
  static const char offer[] = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
                              "Origin: https://shop.example\r\n";

  g_test_init (&argc, &argv, NULL);

#define ADD(path, function, data) g_test_add ("/transport/stream/" path, Fixture, data, set_up, function, tear_down)
  ADD ("both-ways", test_stream_both_ways, NULL);
  ADD ("deflate-offered", test_stream_both_ways, offer);
  ADD ("ignores", test_stream_ignores, NULL);
  ADD ("keeps-alive", test_stream_keeps_alive, NULL);
  ADD ("silence", test_stream_silence, NULL);
  ADD ("close-by-server", test_stream_close_by_server, NULL);
  ADD ("close-unanswered", test_stream_close_unanswered, NULL);
  ADD ("close-by-client", test_stream_close_by_client, NULL);
  ADD ("client-drops", test_stream_client_drops, NULL);
  ADD ("too-big", test_stream_too_big, NULL);
  ADD ("endless-fragments", test_stream_endless_fragments, NULL);
  ADD ("small-frame-flood", test_stream_small_frame_flood, NULL);
  ADD ("unread-is-cut", test_stream_unread_is_cut, NULL);
  ADD ("drains", test_stream_drains, NULL);
#undef ADD

  return g_test_run ();
}
