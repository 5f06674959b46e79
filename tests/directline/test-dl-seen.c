/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-dl-seen.h"

static gboolean
add (BatonDlSeen *seen,
     const char  *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, NULL);

  return baton_dl_seen_add (seen, activity);
}

static void
test_repeats (void)
{
  g_autoptr (BatonDlSeen) seen = baton_dl_seen_new (10);

  g_assert_true (add (seen, "{\"type\":\"message\",\"id\":\"a\",\"text\":\"x\"}"));
  g_assert_false (add (seen, "{\"type\":\"message\",\"id\":\"a\",\"text\":\"x\"}"));
  g_assert_true (add (seen, "{\"type\":\"message\",\"id\":\"a\",\"text\":\"y\"}"));   /* edited */
  g_assert_false (add (seen, "{\"type\":\"message\",\"id\":\"a\",\"text\":\"y\"}"));
  g_assert_true (add (seen, "{\"type\":\"messageDelete\",\"id\":\"a\"}"));
  g_assert_true (add (seen, "{\"type\":\"typing\"}"));
  g_assert_true (add (seen, "{\"type\":\"typing\"}"));

  /* A replay of all of it, as after a reconnect without a watermark: the old words do not come back (6.2). */
  g_assert_false (add (seen, "{\"type\":\"message\",\"id\":\"a\",\"text\":\"x\"}"));
  g_assert_false (add (seen, "{\"type\":\"message\",\"id\":\"a\",\"text\":\"y\"}"));
  g_assert_false (add (seen, "{\"type\":\"messageDelete\",\"id\":\"a\"}"));
}

static void
test_window (void)
{
  g_autoptr (BatonDlSeen) seen = baton_dl_seen_new (10);

  for (guint i = 0; i < 25; i++) {
    g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"id\":\"%u\"}", i);

    g_assert_true (add (seen, json));
  }
  for (guint i = 15; i < 25; i++) {
    g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"id\":\"%u\"}", i);

    g_assert_false (add (seen, json));
  }
  g_assert_true (add (seen, "{\"type\":\"message\",\"id\":\"14\"}"));   /* forgotten */
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dl-seen/K5/repeats", test_repeats);
  g_test_add_func ("/dl-seen/window", test_window);

  return g_test_run ();
}
