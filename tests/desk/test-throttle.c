/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-throttle.h"

#define SECOND G_USEC_PER_SEC

static void
test_throttle_limit (void)
{
  g_autoptr (BatonThrottle) throttle = baton_throttle_new (3, 60 * SECOND);

  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (baton_throttle_take (throttle, "a", i * SECOND), ==, 0);
  g_assert_cmpuint (baton_throttle_take (throttle, "a", 10 * SECOND), ==, 51);
  g_assert_cmpuint (baton_throttle_take (throttle, "b", 10 * SECOND), ==, 0);

  /* Refused tries do not lengthen the wait. */
  g_assert_cmpuint (baton_throttle_take (throttle, "a", 60 * SECOND - 1), >, 0);
  g_assert_cmpuint (baton_throttle_take (throttle, "a", 60 * SECOND), ==, 0);
}

static void
test_throttle_forget (void)
{
  g_autoptr (BatonThrottle) throttle = baton_throttle_new (1, 60 * SECOND);

  g_assert_cmpuint (baton_throttle_take (throttle, "a", 0), ==, 0);
  g_assert_cmpuint (baton_throttle_take (throttle, "a", 0), >, 0);
  baton_throttle_forget (throttle, "a");
  g_assert_cmpuint (baton_throttle_take (throttle, "a", 0), ==, 0);
}

/* Whoever makes up keys fills a table of a fixed size, and it empties by itself. */
static void
test_throttle_bounded (void)
{
  g_autoptr (BatonThrottle) throttle = baton_throttle_new (5, 60 * SECOND);
  guint n_refused = 0;

  for (guint i = 0; i < 17000; i++) {
    g_autofree char *key = g_strdup_printf ("%u", i);

    n_refused += baton_throttle_take (throttle, key, SECOND) > 0;
  }
  g_assert_cmpuint (n_refused, ==, 17000 - 16384);
  g_assert_cmpuint (baton_throttle_take (throttle, "0", SECOND), ==, 0);
  g_assert_cmpuint (baton_throttle_take (throttle, "new", 61 * SECOND), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/throttle/limit", test_throttle_limit);
  g_test_add_func ("/desk/throttle/forget", test_throttle_forget);
  g_test_add_func ("/desk/throttle/bounded", test_throttle_bounded);
  return g_test_run ();
}
