/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-memory.h"

static void
test_round_trip (void)
{
  static const char text[] = "{\"conversationId\":\"c\",\"token\":\"t\",\"started\":true,\"posted\":7,\"epoch\":3}";
  g_autofree char *written = NULL;
  g_autofree char *empty = NULL;
  BatonDlMemory memory;

  baton_dl_memory_read (&memory, text);
  g_assert_cmpstr (memory.conversation_id, ==, "c");
  g_assert_cmpstr (memory.token, ==, "t");
  g_assert_true (memory.has_started);
  g_assert_cmpint (memory.posted, ==, 7);
  g_assert_cmpint (memory.epoch, ==, 3);
  written = baton_dl_memory_write (&memory);
  g_assert_cmpstr (written, ==, text);

  baton_dl_memory_clear (&memory);
  empty = baton_dl_memory_write (&memory);
  g_assert_cmpstr (empty, ==, "{\"started\":false,\"posted\":-1,\"epoch\":-1}");
}

static void
test_nothing (void)
{
  static const char *const texts[] = { NULL, "", "not JSON", "[]", "{\"posted\":\"7\",\"started\":\"yes\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    BatonDlMemory memory;

    baton_dl_memory_read (&memory, texts[i]);
    g_assert_null (memory.conversation_id);
    g_assert_false (memory.has_started);
    g_assert_cmpint (memory.posted, ==, -1);
    g_assert_cmpint (memory.epoch, ==, -1);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dl-memory/round-trip", test_round_trip);
  g_test_add_func ("/dl-memory/nothing", test_nothing);

  return g_test_run ();
}
