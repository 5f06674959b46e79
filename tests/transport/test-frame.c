/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-frame.h"

#include <string.h>

#define LIMIT 200

static const struct {
  const char     *name;
  const char     *bytes;
  gsize           length;
  BatonFrameKind  kind;
  const char     *payload;
  guint           code;
} frames[] = {
#define FRAME(name, bytes, kind, payload, code) { name, bytes, sizeof (bytes) - 1, kind, payload, code }
  FRAME ("text", "\x81\x82\0\0\0\0hi", BATON_FRAME_TEXT, "hi", 0),
  FRAME ("masked text", "\x81\x82\x01\x01\x01\x01ih", BATON_FRAME_TEXT, "hi", 0),
  FRAME ("empty text", "\x81\x80\0\0\0\0", BATON_FRAME_TEXT, "", 0),
  FRAME ("binary", "\x82\x81\0\0\0\0\xff", BATON_FRAME_BINARY, "\xff", 0),
  FRAME ("fragments", "\x01\x81\0\0\0\0h\x80\x81\0\0\0\0i", BATON_FRAME_TEXT, "hi", 0),
  FRAME ("ping", "\x89\x81\0\0\0\0p", BATON_FRAME_PING, "p", 0),
  FRAME ("pong", "\x8a\x80\0\0\0\0", BATON_FRAME_PONG, "", 0),
  FRAME ("close", "\x88\x82\0\0\0\0\x03\xe9", BATON_FRAME_CLOSE, "\x03\xe9", 1001),
  FRAME ("close without code", "\x88\x80\0\0\0\0", BATON_FRAME_CLOSE, "", BATON_CLOSE_NONE),
  FRAME ("close with half a code", "\x88\x81\0\0\0\0\x03", BATON_FRAME_CLOSE, "\x03", BATON_CLOSE_NONE),
  FRAME ("half a head", "\x81\x82\0\0", BATON_FRAME_MORE, NULL, 0),
  FRAME ("half a length", "\x81\xfe\0", BATON_FRAME_MORE, NULL, 0),
  FRAME ("half a payload", "\x81\x82\0\0\0\0h", BATON_FRAME_MORE, NULL, 0),
  FRAME ("half a message", "\x01\x81\0\0\0\0h", BATON_FRAME_MORE, NULL, 0),
  FRAME ("not masked", "\x81\x02hi", BATON_FRAME_BROKEN, NULL, BATON_CLOSE_PROTOCOL),
  FRAME ("reserved bit", "\xc1\x80\0\0\0\0", BATON_FRAME_BROKEN, NULL, BATON_CLOSE_PROTOCOL),
  FRAME ("unknown opcode", "\x83\x80\0\0\0\0", BATON_FRAME_BROKEN, NULL, BATON_CLOSE_PROTOCOL),
  FRAME ("unknown control", "\x8b\x80\0\0\0\0", BATON_FRAME_BROKEN, NULL, BATON_CLOSE_PROTOCOL),
  FRAME ("continues nothing", "\x80\x80\0\0\0\0", BATON_FRAME_BROKEN, NULL, BATON_CLOSE_PROTOCOL),
  FRAME ("begins twice", "\x01\x80\0\0\0\0\x81\x80\0\0\0\0", BATON_FRAME_BROKEN, NULL, BATON_CLOSE_PROTOCOL),
  FRAME ("fragmented ping", "\x09\x80\0\0\0\0", BATON_FRAME_BROKEN, NULL, BATON_CLOSE_PROTOCOL),
  FRAME ("long ping", "\x89\xfe\0\x7e\0\0\0\0", BATON_FRAME_BROKEN, NULL, BATON_CLOSE_PROTOCOL),
  FRAME ("not UTF-8", "\x81\x81\0\0\0\0\xff", BATON_FRAME_BROKEN, NULL, BATON_CLOSE_BAD_DATA),
  FRAME ("cut UTF-8", "\x81\x82\0\0\0\0\xe2\x82", BATON_FRAME_BROKEN, NULL, BATON_CLOSE_BAD_DATA),
  FRAME ("over the limit", "\x81\xfe\0\xc9\0\0\0\0", BATON_FRAME_BROKEN, NULL, BATON_CLOSE_TOO_BIG),
  FRAME ("2^64-10", "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xf6\0\0\0\0", BATON_FRAME_BROKEN, NULL, BATON_CLOSE_TOO_BIG),
#undef FRAME
};

static void
check_frame (gsize i,
             gsize step)
{
  g_autoptr (BatonFrameReader) reader = baton_frame_reader_new (LIMIT);
  g_autoptr (GBytes) payload = NULL;
  BatonFrameKind kind = BATON_FRAME_MORE;
  guint code = 0;

  for (gsize at = 0; at < frames[i].length && kind == BATON_FRAME_MORE; at += step) {
    baton_frame_reader_feed (reader, (const guint8 *) frames[i].bytes + at, MIN (step, frames[i].length - at));
    kind = baton_frame_reader_next (reader, &payload, &code);
  }

  g_assert_cmpint (kind, ==, frames[i].kind);
  g_assert_cmpuint (code, ==, frames[i].code);
  if (frames[i].payload != NULL)
    g_assert_cmpmem (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload),
                     frames[i].payload, strlen (frames[i].payload));
  else
    g_assert_null (payload);
}

static void
test_frame_read (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (frames); i++) {
    g_test_message ("%s", frames[i].name);
    check_frame (i, frames[i].length);
    check_frame (i, 1);
    check_frame (i, 3);
  }
}

/* A control frame may stand between the fragments of a message; what follows is not lost. */
static void
test_frame_read_several (void)
{
  static const char bytes[] = "\x01\x81\0\0\0\0h" "\x89\x80\0\0\0\0" "\x80\x81\0\0\0\0i" "\x81\x81\0\0\0\0!";
  static const BatonFrameKind expected[] = { BATON_FRAME_PING, BATON_FRAME_TEXT, BATON_FRAME_TEXT, BATON_FRAME_MORE };
  g_autoptr (BatonFrameReader) reader = baton_frame_reader_new (LIMIT);
  guint code = 0;

  baton_frame_reader_feed (reader, (const guint8 *) bytes, sizeof bytes - 1);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autoptr (GBytes) payload = NULL;

    g_assert_cmpint (baton_frame_reader_next (reader, &payload, &code), ==, expected[i]);
  }
}

static void
test_frame_read_endless_fragments (void)
{
  g_autoptr (BatonFrameReader) reader = baton_frame_reader_new (LIMIT);
  g_autoptr (GBytes) payload = NULL;
  BatonFrameKind kind = BATON_FRAME_MORE;
  guint code = 0;
  guint n = 0;

  for (; n <= LIMIT && kind == BATON_FRAME_MORE; n++) {
    baton_frame_reader_feed (reader, (const guint8 *) (n == 0 ? "\x01" : "\x00"), 1);
    baton_frame_reader_feed (reader, (const guint8 *) "\x81\0\0\0\0x", 6);
    kind = baton_frame_reader_next (reader, &payload, &code);
  }
  g_assert_cmpint (kind, ==, BATON_FRAME_BROKEN);
  g_assert_cmpuint (code, ==, BATON_CLOSE_TOO_BIG);
  g_assert_cmpuint (n, ==, LIMIT + 1);
}

static void
test_frame_head (void)
{
  static const struct { gsize length; gsize size; const char *bytes; } heads[] = {
    { 0, 2, "\x81\x00" },
    { 125, 2, "\x81\x7d" },
    { 126, 4, "\x81\x7e\x00\x7e" },
    { 65535, 4, "\x81\x7e\xff\xff" },
    { 65536, 10, "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++) {
    guint8 head[BATON_FRAME_HEAD_MAX];
    gsize size = baton_frame_write_head (head, BATON_FRAME_TEXT, heads[i].length);

    g_assert_cmpmem (head, size, heads[i].bytes, heads[i].size);
  }
}

static void
test_frame_close (void)
{
  g_autofree char *reason = g_strnfill (200, 'r');
  g_autoptr (GBytes) none = baton_frame_make_close (BATON_CLOSE_NONE, NULL);
  g_autoptr (GBytes) bare = baton_frame_make_close (1001, NULL);
  g_autoptr (GBytes) full = baton_frame_make_close (1008, reason);

  g_assert_cmpuint (g_bytes_get_size (none), ==, 0);
  g_assert_cmpmem (g_bytes_get_data (bare, NULL), g_bytes_get_size (bare), "\x03\xe9", 2);
  g_assert_cmpuint (g_bytes_get_size (full), ==, 125);
}

/* What waits in a reader is what would be lost with it. */
static void
test_frame_empty (void)
{
  static const char bytes[] = "\x01\x81\0\0\0\0h" "\x80\x81\0\0\0\0i";
  g_autoptr (BatonFrameReader) reader = baton_frame_reader_new (LIMIT);
  guint code = 0;

  for (gsize i = 0; i < sizeof bytes - 1; i++) {
    g_autoptr (GBytes) payload = NULL;

    g_assert_true (i == 0 || !baton_frame_reader_is_empty (reader));
    baton_frame_reader_feed (reader, (const guint8 *) bytes + i, 1);
    baton_frame_reader_next (reader, &payload, &code);
  }
  g_assert_true (baton_frame_reader_is_empty (reader));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/frame/read", test_frame_read);
  g_test_add_func ("/transport/frame/read-several", test_frame_read_several);
  g_test_add_func ("/transport/frame/read-endless-fragments", test_frame_read_endless_fragments);
  g_test_add_func ("/transport/frame/head", test_frame_head);
  g_test_add_func ("/transport/frame/close", test_frame_close);
  g_test_add_func ("/transport/frame/empty", test_frame_empty);

  return g_test_run ();
}
