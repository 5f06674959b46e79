/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-pace.h"

/* random (0, min (30 s, 0.5 s * 2^n)), drawn anew each time */
static void
test_draw (void)
{
  static const struct {
    guint failures;
    guint most;
  } cases[] = { { 0, 500 }, { 1, 1000 }, { 5, 16000 }, { 6, 30000 }, { 31, 30000 }, { 32, 30000 }, { G_MAXUINT, 30000 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    guint highest = 0, lowest = G_MAXUINT;

    for (guint n = 0; n < 2000; n++) {
      guint wait = baton_pace_draw (&BATON_PACE_DEFAULT, cases[i].failures);

      g_assert_cmpuint (wait, <=, cases[i].most);
      highest = MAX (highest, wait);
      lowest = MIN (lowest, wait);
    }
    g_assert_cmpuint (highest, >, cases[i].most * 9 / 10);
    g_assert_cmpuint (lowest, <, cases[i].most / 10);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pace/draw", test_draw);

  return g_test_run ();
}
