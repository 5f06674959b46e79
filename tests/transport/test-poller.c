/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-poller.h"

#include <sys/socket.h>
#include <unistd.h>

#include "baton-test.h"

#define N 100

typedef struct {
  BatonWatch   watch;     /* first */
  int          other;
  guint        served;
  guint        quiet;     /* index of one that is removed when this is served; itself: none */
} Line;

static BatonPoller *poller;
static Line lines[N];
static guint settled;
static GPtrArray *due;

static void
settle_cb (gpointer user_data)
{
  settled++;
}

static void
due_cb (BatonDeadline *timer,
        gpointer       user_data)
{
  g_ptr_array_add (due, timer);
}

static const BatonPollerFuncs funcs = { settle_cb, due_cb };

static void
ready_cb (BatonWatch *watch,
          guint32     events)
{
  Line *line = (Line *) watch;
  char byte;

  g_assert_cmpuint (events, ==, EPOLLIN);
  g_assert_cmpint (read (watch->fd, &byte, 1), ==, 1);
  line->served++;
  if (line->quiet < N && &lines[line->quiet] != line)
    baton_poller_remove (poller, &lines[line->quiet].watch);
}

static void
set_up (void)
{
  poller = baton_poller_new (&funcs, NULL);
  due = g_ptr_array_new ();
  for (guint i = 0; i < N; i++) {
    int ends[2];

    g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), ==, 0);
    lines[i] = (Line) { .watch = { .fd = ends[0], .ready = ready_cb }, .other = ends[1], .quiet = N };
    g_assert_true (baton_poller_add (poller, &lines[i].watch, EPOLLIN));
  }
}

static void
tear_down (void)
{
  for (guint i = 0; i < N; i++) {
    baton_poller_remove (poller, &lines[i].watch);
    close (lines[i].watch.fd);
    close (lines[i].other);
  }
  baton_poller_free (poller);
  g_ptr_array_unref (due);
}

static void
speak (guint i)
{
  g_assert_cmpint (write (lines[i].other, "x", 1), ==, 1);
}

static void
test_poller_serve (void)
{
  set_up ();
  for (guint i = 0; i < N; i++)
    speak (i);
  baton_test_wait (lines[N - 1].served == 1);
  for (guint i = 0; i < N; i++)
    g_assert_cmpuint (lines[i].served, ==, 1);
  g_assert_cmpuint (settled, >, 0);

  baton_poller_change (poller, &lines[0].watch, 0);
  speak (0);
  speak (1);
  baton_test_wait (lines[1].served == 2);
  g_assert_cmpuint (lines[0].served, ==, 1);
  baton_poller_change (poller, &lines[0].watch, EPOLLIN);
  baton_test_wait (lines[0].served == 2);
  tear_down ();
}

/* Two that are ready at once: whoever is served first removes the other, which then is not served, whatever came. */
static void
test_poller_remove (void)
{
  set_up ();
  lines[0].quiet = 1;
  lines[1].quiet = 0;
  speak (0);
  speak (1);
  speak (2);
  baton_test_wait (lines[2].served == 1);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (lines[0].served + lines[1].served, ==, 1);
  tear_down ();
}

static void
test_poller_timers (void)
{
  BatonDeadline timers[3] = { { NULL } };
  gint64 now = g_get_monotonic_time ();
  guint before;

  set_up ();
  baton_poller_set_timer (poller, &timers[0], now + 600 * G_TIME_SPAN_MILLISECOND, now);
  baton_poller_set_timer (poller, &timers[1], now + 10 * G_TIME_SPAN_MILLISECOND, now);
  baton_poller_set_timer (poller, &timers[2], now + 300 * G_TIME_SPAN_MILLISECOND, now);
  baton_poller_stop_timer (poller, &timers[2]);
  before = settled;
  baton_test_wait (due->len == 2);
  g_assert_true (g_ptr_array_index (due, 0) == &timers[1]);
  g_assert_true (g_ptr_array_index (due, 1) == &timers[0]);
  g_assert_cmpint (g_get_monotonic_time () - now, >=, 600 * G_TIME_SPAN_MILLISECOND);
  /* It sleeps in between. */
  g_assert_cmpuint (settled - before, <, 12);
  tear_down ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/poller/serve", test_poller_serve);
  g_test_add_func ("/transport/poller/remove", test_poller_remove);
  g_test_add_func ("/transport/poller/timers", test_poller_timers);

  return g_test_run ();
}
