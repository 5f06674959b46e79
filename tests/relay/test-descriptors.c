/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <sys/resource.h>

#include "baton-descriptors.h"

static void
test_descriptors_count (void)
{
  g_autoptr (BatonConfig) config = baton_config_new ();
  guint64 before;

  config->limits.connections = 1000;
  before = baton_descriptors_count (config);
  g_assert_cmpuint (before, >=, 1000);
  config->limits.connections = 3000;
  g_assert_cmpuint (baton_descriptors_count (config), ==, before + 2000);

  /* A stream to the bot for each. */
  ((BatonConfigBot *) g_ptr_array_index (config->bots, 0))->kind = BATON_CONFIG_DIRECT_LINE;
  g_assert_cmpuint (baton_descriptors_count (config), ==, before + 5000);
}

static void
test_descriptors_raise (void)
{
  struct rlimit limit;
  guint64 most = baton_descriptors_get_most ();

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (most, ==, limit.rlim_max);
  limit.rlim_cur = 64;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);

  g_assert_cmpuint (baton_descriptors_raise (100), ==, 100);
  g_assert_cmpuint (baton_descriptors_raise (50), ==, 100);
  g_assert_cmpuint (baton_descriptors_raise (G_MAXUINT64), ==, most);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, most);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/descriptors/count", test_descriptors_count);
  g_test_add_func ("/relay/descriptors/raise", test_descriptors_raise);
  return g_test_run ();
}
