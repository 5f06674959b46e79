/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-test.h"
#include "baton-timer.h"

typedef struct {
  BatonTimer *timers[3];
  GString    *order;
  guint       rounds;
} Fixture;

static void
first_cb (gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_false (baton_timer_is_running (f->timers[0]));
  g_string_append_c (f->order, 'a');
}

static void
second_cb (gpointer user_data)
{
  g_string_append_c (((Fixture *) user_data)->order, 'b');
}

static void
third_cb (gpointer user_data)
{
  g_string_append_c (((Fixture *) user_data)->order, 'c');
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->order = g_string_new (NULL);
  f->timers[0] = baton_timer_new (first_cb, f);
  f->timers[1] = baton_timer_new (second_cb, f);
  f->timers[2] = baton_timer_new (third_cb, f);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (f->timers); i++)
    baton_timer_free (f->timers[i]);
  g_string_free (f->order, TRUE);
}

static void
test_order (Fixture       *f,
            gconstpointer  data)
{
  gint64 began = g_get_monotonic_time ();

  baton_timer_start (f->timers[0], 60);
  baton_timer_start (f->timers[1], 20);
  baton_timer_start (f->timers[2], 40);
  baton_test_wait (f->order->len == 3);
  g_assert_cmpstr (f->order->str, ==, "bca");
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 60 * 1000);
}

static void
test_restart (Fixture       *f,
              gconstpointer  data)
{
  baton_timer_start (f->timers[0], 10);
  baton_timer_start (f->timers[1], 20);
  baton_timer_start (f->timers[0], 40);
  baton_timer_start (f->timers[2], 0);
  g_assert_true (baton_timer_is_running (f->timers[2]));
  baton_timer_stop (f->timers[2]);
  g_assert_false (baton_timer_is_running (f->timers[2]));
  baton_test_wait (f->order->len == 2);
  g_assert_cmpstr (f->order->str, ==, "ba");
}

static void
again_cb (gpointer user_data)
{
  Fixture *f = user_data;

  if (++f->rounds == 1) {
    /* What is due at the same moment may go. */
    baton_timer_free (f->timers[1]);
    f->timers[1] = baton_timer_new (second_cb, f);
  }
  if (f->rounds < 5)
    baton_timer_start (f->timers[0], 0);
}

static void
test_within (Fixture       *f,
             gconstpointer  data)
{
  baton_timer_free (f->timers[0]);
  f->timers[0] = baton_timer_new (again_cb, f);
  baton_timer_start (f->timers[0], 10);
  baton_timer_start (f->timers[1], 10);
  baton_timer_start (f->timers[2], 50);
  baton_test_wait (f->order->len > 0);
  g_assert_cmpuint (f->rounds, ==, 5);
  g_assert_cmpstr (f->order->str, ==, "c");
}

#define ADD(path, test) g_test_add ("/timer/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("order", test_order);
  ADD ("restart", test_restart);
  ADD ("within", test_within);

  return g_test_run ();
}
