/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-retry.h"
#include "baton-test.h"

static const BatonPace slow = { .step = 1000 * 1000, .limit = 1000 * 1000, .steady = 50, .network_up = 5 };
static const BatonPace quick = { .step = 1, .limit = 1000 * 1000, .steady = 50, .network_up = 5 };

static void
due (gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_due (void)
{
  guint n = 0;
  g_autoptr (BatonRetry) retry = baton_retry_new (&quick, due, &n);

  g_assert_cmpint (baton_retry_get_at (retry), ==, 0);
  baton_retry_schedule (retry, 0);
  g_assert_cmpint (baton_retry_get_at (retry), >, 0);
  baton_test_wait (n == 1);
  g_assert_cmpint (baton_retry_get_at (retry), ==, 0);
}

static void
test_at_least (void)
{
  guint n = 0;
  g_autoptr (BatonRetry) retry = baton_retry_new (&quick, due, &n);
  gint64 began = g_get_monotonic_time ();

  baton_retry_schedule (retry, 100);
  baton_test_wait (n == 1);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 100 * 1000);
}

static void
test_hurry (void)
{
  guint n = 0;
  g_autoptr (BatonRetry) retry = baton_retry_new (&slow, due, &n);

  baton_retry_hurry (retry);   /* idle: nothing to hurry */
  g_assert_cmpint (baton_retry_get_at (retry), ==, 0);
  baton_retry_schedule (retry, 1000 * 1000);
  baton_retry_hurry (retry);
  baton_test_wait (n == 1);
}

static void
test_stop (void)
{
  guint n = 0;
  BatonRetry *retry = baton_retry_new (&quick, due, &n);

  baton_retry_schedule (retry, 0);
  baton_retry_stop (retry);
  g_assert_cmpint (baton_retry_get_at (retry), ==, 0);
  baton_retry_schedule (retry, 0);
  baton_retry_free (retry);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (n, ==, 0);
}

/* The network is back: the rest of a long wait is not waited for. */
static void
test_network_up (void)
{
  guint n = 0;
  g_autoptr (BatonRetry) retry = baton_retry_new (&slow, due, &n);

  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", TRUE);
  baton_retry_schedule (retry, 1000 * 1000);
  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", FALSE);
  g_assert_cmpint (baton_retry_get_at (retry) - g_get_monotonic_time (), >, G_USEC_PER_SEC);
  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", TRUE);
  baton_test_wait (n == 1);
}

static gint64
longest_of_many (BatonRetry *retry,
                 gboolean    steady)
{
  gint64 longest = 0;

  for (guint i = 0; i < 20; i++) {
    gint64 now = g_get_monotonic_time ();

    baton_retry_schedule (retry, 0);
    longest = MAX (longest, baton_retry_get_at (retry) - now);
    baton_retry_connected (retry);
    while (steady && g_get_monotonic_time () - now < 60 * 1000)
      g_usleep (1000);
  }
  return longest;
}

/* Only a connection that has held makes waits short again. */
static void
test_steady (void)
{
  guint n = 0;
  g_autoptr (BatonRetry) retry = baton_retry_new (&quick, due, &n);

  g_assert_cmpint (longest_of_many (retry, FALSE), >, G_USEC_PER_SEC);
  baton_retry_stop (retry);
  g_assert_cmpint (longest_of_many (retry, TRUE), <, G_USEC_PER_SEC);
  g_assert_cmpuint (n, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/retry/due", test_due);
  g_test_add_func ("/retry/at-least", test_at_least);
  g_test_add_func ("/retry/hurry", test_hurry);
  g_test_add_func ("/retry/stop", test_stop);
  g_test_add_func ("/retry/network-up", test_network_up);
  g_test_add_func ("/retry/steady", test_steady);

  return g_test_run ();
}
