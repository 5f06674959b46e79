/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-wheel.h"

#define TICK  BATON_WHEEL_TICK_USEC
#define BEGIN (1000 * TICK + 7)

static guint
take_all (BatonWheel *wheel,
          gint64      now)
{
  BatonDeadline *timer;
  guint n = 0;

  while ((timer = baton_wheel_take_due (wheel, now)) != NULL) {
    g_assert_cmpint (timer->deadline, <=, now);
    n++;
  }
  return n;
}

static void
test_wheel_due (void)
{
  static const gint64 waits[] = { 0, 1, TICK - 1, TICK, TICK + 1, 40 * TICK, 255 * TICK, 256 * TICK, 257 * TICK, 2000 * TICK };

  for (gsize i = 0; i < G_N_ELEMENTS (waits); i++) {
    g_autoptr (BatonWheel) wheel = baton_wheel_new ();
    BatonDeadline timer = { NULL };
    gint64 deadline = BEGIN + waits[i];
    gint64 at = BEGIN;

    baton_wheel_set (wheel, &timer, deadline, BEGIN);
    while (take_all (wheel, at) == 0) {
      gint64 next = baton_wheel_get_next (wheel);

      g_assert_cmpint (next, >, at);
      at = next;
    }
    g_assert_cmpint (at, >=, deadline);
    g_assert_cmpint (at, <=, deadline + TICK);
    g_assert_cmpint (baton_wheel_get_next (wheel), ==, -1);
  }
}

static void
test_wheel_change (void)
{
  g_autoptr (BatonWheel) wheel = baton_wheel_new ();
  BatonDeadline timer = { NULL };
  gint64 looked_at;

  baton_wheel_set (wheel, &timer, BEGIN + 10 * TICK, BEGIN);
  looked_at = timer.looked_at;

  /* Later: nothing moves, but it is not taken for due. */
  baton_wheel_set (wheel, &timer, BEGIN + 100 * TICK, BEGIN);
  g_assert_cmpint (timer.looked_at, ==, looked_at);
  g_assert_cmpuint (take_all (wheel, BEGIN + 99 * TICK), ==, 0);
  g_assert_cmpuint (take_all (wheel, BEGIN + 101 * TICK), ==, 1);

  /* Earlier. */
  baton_wheel_set (wheel, &timer, BEGIN + 200 * TICK, BEGIN + 101 * TICK);
  baton_wheel_set (wheel, &timer, BEGIN + 110 * TICK, BEGIN + 101 * TICK);
  g_assert_cmpuint (take_all (wheel, BEGIN + 109 * TICK), ==, 0);
  g_assert_cmpuint (take_all (wheel, BEGIN + 111 * TICK), ==, 1);

  baton_wheel_set (wheel, &timer, BEGIN + 120 * TICK, BEGIN + 111 * TICK);
  baton_wheel_stop (wheel, &timer);
  baton_wheel_stop (wheel, &timer);
  g_assert_cmpuint (take_all (wheel, BEGIN + 130 * TICK), ==, 0);
}

/* Against a plain list, with clocks that jump. */
static void
test_wheel_random (void)
{
  g_autoptr (BatonWheel) wheel = baton_wheel_new ();
  BatonDeadline timers[200] = { { NULL } };
  gint64 deadlines[200] = { 0 };   /* 0: not set */
  gint64 now = BEGIN;

  for (guint round = 0; round < 20000; round++) {
    BatonDeadline *timer;
    guint i = (guint) g_test_rand_int_range (0, 200);

    if (g_test_rand_int_range (0, 4) == 0) {
      baton_wheel_stop (wheel, &timers[i]);
      deadlines[i] = 0;
    } else {
      deadlines[i] = now + g_test_rand_int_range (1, 300 * (int) TICK);
      baton_wheel_set (wheel, &timers[i], deadlines[i], now);
    }

    now += g_test_rand_int_range (0, g_test_rand_int_range (0, 50) == 0 ? 400 * (int) TICK : (int) TICK);
    while ((timer = baton_wheel_take_due (wheel, now)) != NULL) {
      g_assert_cmpint (deadlines[timer - timers], !=, 0);
      g_assert_cmpint (deadlines[timer - timers], <=, now);
      deadlines[timer - timers] = 0;
    }
    for (i = 0; i < G_N_ELEMENTS (deadlines); i++)
      g_assert_true (deadlines[i] == 0 || deadlines[i] > now - TICK);
  }
  for (guint i = 0; i < G_N_ELEMENTS (timers); i++)
    baton_wheel_stop (wheel, &timers[i]);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/wheel/due", test_wheel_due);
  g_test_add_func ("/transport/wheel/change", test_wheel_change);
  g_test_add_func ("/transport/wheel/random", test_wheel_random);

  return g_test_run ();
}
