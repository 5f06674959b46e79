/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-rates.h"

static void
test_rates_take (void)
{
  g_autoptr (BatonRates) rates = baton_rates_new (2, 3);
  gint64 now = G_TIME_SPAN_HOUR;
  gint64 wait;

  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (baton_rates_take (rates, "a", now), ==, 0);
  wait = baton_rates_take (rates, "a", now);
  g_assert_cmpint (wait, >, 0);
  g_assert_cmpint (wait, <=, G_TIME_SPAN_SECOND / 2 + 1);
  g_assert_cmpint (baton_rates_take (rates, "b", now), ==, 0);
  g_assert_cmpint (baton_rates_take (rates, "a", now + wait), ==, 0);
  g_assert_cmpint (baton_rates_take (rates, "a", now + wait), >, 0);
}

static void
test_rates_none (void)
{
  g_autoptr (BatonRates) rates = baton_rates_new (0, 0);

  for (guint i = 0; i < 1000; i++)
    g_assert_cmpint (baton_rates_take (rates, "a", G_TIME_SPAN_HOUR), ==, 0);
  g_assert_cmpuint (baton_rates_size (rates), ==, 0);
}

/* Whoever is silent for a while is forgotten; who is at their limit is not. */
static void
test_rates_forget (void)
{
  g_autoptr (BatonRates) rates = baton_rates_new (1, 10);
  gint64 now = G_TIME_SPAN_HOUR;

  for (guint i = 0; i < 10 * 1000; i++) {
    g_autofree char *who = g_strdup_printf ("%u", i);

    baton_rates_take (rates, who, now);
    baton_rates_take (rates, "greedy", now);
    now += G_TIME_SPAN_MILLISECOND * 50;
  }
  g_assert_cmpuint (baton_rates_size (rates), <=, 4096);
  baton_rates_take (rates, "greedy", now);
  g_assert_cmpint (baton_rates_take (rates, "greedy", now), >, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dl/S38/rates/take", test_rates_take);
  g_test_add_func ("/dl/S38/rates/none", test_rates_none);
  g_test_add_func ("/dl/S38/rates/forget", test_rates_forget);
  return g_test_run ();
}
