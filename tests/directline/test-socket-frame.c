/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-socket-frame.h"

#define LIMIT 1000

/* Feeds @bytes in pieces of @piece and notes what comes out as "opcode:text ". */
static char *
feed (const char  *bytes,
      gsize        size,
      gsize        piece,
      GError     **error)
{
  g_autoptr (BatonSocketReader) reader = baton_socket_reader_new (LIMIT);
  g_autoptr (GString) log = g_string_new (NULL);

  for (gsize at = 0; at < size;) {
    g_autoptr (GBytes) message = NULL;
    BatonSocketOpcode opcode;
    gssize taken = baton_socket_reader_take (reader, (const guint8 *) bytes + at, MIN (piece, size - at), &opcode,
                                             &message, error);

    if (taken < 0)
      return NULL;
    g_assert_cmpint (taken, >, 0);
    at += (gsize) taken;
    if (message != NULL)
      g_string_append_printf (log, "%x:%.*s ", (guint) opcode, (int) g_bytes_get_size (message),
                              g_bytes_get_size (message) ? (const char *) g_bytes_get_data (message, NULL) : "");
  }
  return g_strdup (log->str);
}

#define FEED(bytes, piece, error) feed (bytes, sizeof bytes - 1, piece, error)

/* However they are cut, and with a ping between the parts of a message. */
static void
test_messages (void)
{
  static const char bytes[] = "\x81\x05hello" "\x81\x00" "\x82\x02\x01\x02"
                              "\x01\x03one" "\x89\x02hi" "\x00\x00" "\x80\x03two" "\x8a\x00" "\x88\x02\x03\xe8";

  for (gsize piece = 1; piece < sizeof bytes; piece++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *log = FEED (bytes, piece, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (log, ==, "1:hello 1: 2:\x01\x02 9:hi 1:onetwo a: 8:\x03\xe8 ");
  }
}

static void
test_lengths (void)
{
  static const gsize sizes[] = { 125, 126, 127, 500, LIMIT };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    for (guint wide = 0; wide < 2; wide++) {
      g_autoptr (GByteArray) frame = g_byte_array_new ();
      g_autofree char *text = g_strnfill (sizes[i], 'x');
      g_autofree char *log = NULL;
      g_autoptr (GError) error = NULL;
      const guint8 shortest[] = { 0x81, 126, (guint8) (sizes[i] >> 8), (guint8) sizes[i] };
      const guint8 longest[] = { 0x81, 127, 0, 0, 0, 0, 0, 0, (guint8) (sizes[i] >> 8), (guint8) sizes[i] };

      g_byte_array_append (frame, wide ? longest : shortest, wide ? sizeof longest : sizeof shortest);
      g_byte_array_append (frame, (const guint8 *) text, (guint) sizes[i]);
      log = feed ((const char *) frame->data, frame->len, 7, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (strlen (log), ==, sizes[i] + 3);
    }
  }
}

/* K8: neither one frame nor many make a message longer than the limit, and what a head claims is believed at once. */
static void
test_too_big (void)
{
  static const char claim[] = "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xf6";
  static const char just[] = "\x81\x7e\x03\xe9";
  g_autoptr (GByteArray) parts = g_byte_array_new ();
  g_autofree char *hundred = g_strnfill (100, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_null (FEED (claim, 100, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_TOO_BIG);
  g_clear_error (&error);
  g_assert_null (FEED (just, 100, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_TOO_BIG);
  g_clear_error (&error);

  for (guint i = 0; i < 11; i++) {
    g_byte_array_append (parts, (const guint8 *) (i == 0 ? "\x01\x64" : "\x00\x64"), 2);
    g_byte_array_append (parts, (const guint8 *) hundred, 100);
  }
  g_assert_null (feed ((const char *) parts->data, parts->len, 64, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_TOO_BIG);
}

static void
test_refused (void)
{
  static const struct {
    const char *bytes;
    gsize       size;
  } cases[] = {
    { "\xc1\x00", 2 },              /* compressed: was not agreed on */
    { "\x81\x80\x00\x00\x00\x00", 6 },   /* masked */
    { "\x83\x00", 2 }, { "\x8b\x00", 2 },   /* no such kind */
    { "\x80\x00", 2 },              /* goes on with nothing */
    { "\x01\x00\x01\x00", 4 },      /* begins within another */
    { "\x09\x00", 2 },              /* a ping in parts */
    { "\x89\x7e\x00\x7e", 4 },      /* a ping too long */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("case %u", i);
    g_assert_null (feed (cases[i].bytes, cases[i].size, 1, &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  }
}

static void
test_noise (void)
{
  for (guint i = 0; i < 20000; i++) {
    char noise[64];
    g_autoptr (GError) error = NULL;
    g_autofree char *log = NULL;

    for (guint j = 0; j < sizeof noise; j++)
      noise[j] = (char) g_test_rand_int ();
    noise[0] &= (char) 0x8f;
    noise[1] &= 0x7f;
    log = feed (noise, sizeof noise, 1 + i % sizeof noise, &error);
    g_assert_true ((log == NULL) == (error != NULL));
  }
}

static void
test_write (void)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();

  baton_socket_write_frame (out, BATON_SOCKET_PONG, (const guint8 *) "hello", 5);
  g_assert_cmpuint (out->len, ==, 11);
  g_assert_cmpuint (out->data[0], ==, 0x8a);
  g_assert_cmpuint (out->data[1], ==, 0x85);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (out->data[6 + i] ^ out->data[2 + i % 4], ==, "hello"[i]);
  baton_socket_write_frame (out, BATON_SOCKET_PING, NULL, 0);
  g_assert_cmpuint (out->len, ==, 17);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/socket-frame/messages", test_messages);
  g_test_add_func ("/socket-frame/lengths", test_lengths);
  g_test_add_func ("/socket-frame/K8/too-big", test_too_big);
  g_test_add_func ("/socket-frame/refused", test_refused);
  g_test_add_func ("/socket-frame/noise", test_noise);
  g_test_add_func ("/socket-frame/write", test_write);

  return g_test_run ();
}
