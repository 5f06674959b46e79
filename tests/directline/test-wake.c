/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-test.h"
#include "baton-wake.h"
#include "sleep.h"

typedef struct {
  BatonWake *watches[3];
  guint      calls[3];
} Fixture;

static void
count_cb (gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_sleep (void)
{
  guint calls = 0;
  BatonWake *wake = baton_wake_new (count_cb, &calls);

  test_sleep_for (60);
  baton_test_wait (calls == 1);
  test_sleep_for (3600);
  baton_test_wait (calls == 2);
  baton_wake_free (wake);
  wake = baton_wake_new (count_cb, &calls);   /* what was slept before is no news */
  test_sleep_for (60);
  baton_test_wait (calls == 3);
  baton_wake_free (wake);
}

/* A clock that is corrected by a second, or set back, is no sleep; what comes after is. */
static void
test_clock_set (void)
{
  guint calls = 0;
  BatonWake *wake = baton_wake_new (count_cb, &calls);

  test_sleep_for (1);
  test_sleep_for (-7200);
  test_sleep_for (60);
  baton_test_wait (calls > 0);
  g_assert_cmpuint (calls, ==, 1);
  baton_wake_free (wake);
}

static void
first_cb (gpointer user_data)
{
  Fixture *f = user_data;

  f->calls[0]++;
  baton_wake_free (f->watches[0]);
  baton_wake_free (f->watches[1]);
  f->watches[0] = baton_wake_new (count_cb, &f->calls[2]);
  f->watches[1] = baton_wake_new (count_cb, &f->calls[2]);
}

/* Who is told may free himself and others, and watch anew; nobody is told twice. */
static void
test_free_while_told (void)
{
  Fixture f = { { NULL } };

  f.watches[0] = baton_wake_new (first_cb, &f);
  f.watches[1] = baton_wake_new (count_cb, &f.calls[1]);
  f.watches[2] = baton_wake_new (count_cb, &f.calls[1]);
  test_sleep_for (60);
  baton_test_wait (f.calls[0] == 1);
  g_assert_cmpuint (f.calls[1], ==, 1);
  g_assert_cmpuint (f.calls[2], ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (f.watches); i++)
    baton_wake_free (f.watches[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wake/sleep", test_sleep);
  g_test_add_func ("/wake/clock-set", test_clock_set);
  g_test_add_func ("/wake/free-while-told", test_free_while_told);

  return g_test_run ();
}
