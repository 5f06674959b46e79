/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "desk-house.h"

/* Rows of about 9 KiB: enough of them are far more than the kernel takes for a reader that sleeps. */
#define N_EVENTS 900

/* A console that speaks WebSocket by hand, so that it can stop reading. */
typedef struct {
  GSocketConnection *connection;
  GByteArray        *bytes;
} Sleeper;

static void
sleeper_free (Sleeper *self)
{
  g_object_unref (self->connection);
  g_byte_array_unref (self->bytes);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sleeper, sleeper_free)

static Sleeper *
sleeper_new (DeskHouse  *house,
             const char *token,
             gint64      after)
{
  g_autoptr (GUri) uri = g_uri_parse (baton_transport_get_url (house->transport), G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autofree char *request = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Sleeper *self = g_new0 (Sleeper, 1);

  request = g_strdup_printf ("GET /hub/v1/stream?after=%" G_GINT64_FORMAT " HTTP/1.1\r\nHost: desk\r\n"
                             "Authorization: Bearer %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                             after, token);
  g_socket_client_connect_to_host_async (client, "127.0.0.1", (guint16) g_uri_get_port (uri), NULL, baton_test_ready_cb,
                                         &result);
  self->connection = g_socket_client_connect_to_host_finish (client, baton_test_await (&result), &error);
  g_assert_no_error (error);
  self->bytes = g_byte_array_new ();
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (self->connection)), request,
                                            strlen (request), NULL, NULL, &error));
  return self;
}

static void
sleeper_read (Sleeper *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)), 256 * 1024, 0, NULL,
                                   baton_test_ready_cb, &result);
  bytes = g_input_stream_read_bytes_finish (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)),
                                            baton_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 0);   /* it was not closed */
  g_byte_array_append (self->bytes, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
}

/* Numbers of the events, in the order in which they came; they stand nowhere else in these rows. */
static GArray *
find_seqs (Sleeper *self)
{
  GArray *seqs = g_array_new (FALSE, FALSE, sizeof (gint64));
  const char *at = (const char *) self->bytes->data, *end = at + self->bytes->len;

  while (at != NULL && (at = memmem (at, (gsize) (end - at), "{\"seq\":", 7)) != NULL && end - at > 40) {
    gint64 seq = g_ascii_strtoll (at + 7, NULL, 10);

    at += 7;
    g_array_append_val (seqs, seq);
  }
  return seqs;
}

static gboolean
has_all (Sleeper *self,
         gint64   last)
{
  g_autoptr (GArray) seqs = find_seqs (self);

  return seqs->len > 0 && g_array_index (seqs, gint64, seqs->len - 1) == last;
}

static char *
make_value (void)
{
  g_autofree char *topic = g_strnfill (390, 't');
  GString *value = g_string_new ("{\"va_Topics\":[\"first\"");

  for (guint i = 0; i < 20; i++)
    g_string_append_printf (value, ",\"%s\"", topic);
  g_string_append (value, "]}");
  return g_string_free (value, FALSE);
}

/* A console that sleeps costs a number, and no memory; when it wakes it gets everything, in order. */
static void
test_stream_slow (void)
{
  g_autoptr (DeskHouse) house = desk_house_new ();
  g_autofree char *value = make_value ();
  g_autofree char *token = NULL;
  g_autoptr (Sleeper) sleeper = NULL;
  g_autoptr (DeskListener) awake = NULL;
  g_autoptr (GArray) seqs = NULL;
  gint64 first, last;

  desk_house_open (house);
  token = desk_house_sign_in (house, "ana");
  first = desk_house_get_seq (house);
  sleeper = sleeper_new (house, token, first);
  baton_test_wait (baton_transport_get_n_streams (house->transport) == 1);
  for (guint i = 0; i < N_EVENTS; i++)
    g_free (desk_house_escalate_with (house, value));
  last = desk_house_get_seq (house);
  g_assert_cmpuint (baton_transport_get_n_streams (house->transport), ==, 1);

  /* Others are served meanwhile. */
  awake = desk_listener_new (house, token, "?after=0");
  desk_listener_open (awake);
  baton_test_wait (desk_listener_last (awake) == last);

  while (!has_all (sleeper, last))
    sleeper_read (sleeper);
  seqs = find_seqs (sleeper);
  g_assert_cmpuint (sleeper->bytes->len, >, 6 * 1024 * 1024);
  g_assert_cmpuint (seqs->len, ==, last - first + 1);   /* with that of the hello */
  for (guint i = 1; i < seqs->len; i++)
    g_assert_cmpint (g_array_index (seqs, gint64, i), ==, first + i);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/stream/slow", test_stream_slow);
  return g_test_run ();
}
