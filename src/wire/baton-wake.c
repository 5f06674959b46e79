/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-wake.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define SHORTEST_SLEEP_USEC (10 * G_USEC_PER_SEC)   /* what is shorter, watchdogs and time-outs outlast */
#define NEVER ((time_t) 1 << 33)                    /* the year 2242 */

struct _BatonWake {
  BatonWakeFunc  func;
  gpointer       user_data;
  guint          round;       /* the last it was told of, or was too late for */
  GList          link;
};

/* One for the process, while there is anybody to tell. */
static GQueue watches = G_QUEUE_INIT;   /* of BatonWake */
static int timer = -1;
static guint source_id;
static guint round_now;
static gint64 wall_ahead;               /* of the monotonic clock, in µs, when we last looked */

static gint64
get_wall_ahead (void)
{
  return g_get_real_time () - g_get_monotonic_time ();
}

/* The kernel cancels such a timer when the wall clock jumps, as it does when a machine wakes; nothing has to run until
 * then. */
static void
arm (void)
{
  const struct itimerspec never = { .it_value = { .tv_sec = NEVER } };

  wall_ahead = get_wall_ahead ();
  if (timerfd_settime (timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0 && errno != ECANCELED)
    g_warning ("jumps of the clock go unnoticed: %s", g_strerror (errno));
}

/* From the front to the back, where whoever has been told goes: each may free any, and add new ones. */
static void
tell_all (void)
{
  round_now++;
  while (!g_queue_is_empty (&watches)) {
    BatonWake *watch = g_queue_peek_head (&watches);

    if (watch->round == round_now)
      break;
    watch->round = round_now;
    g_queue_unlink (&watches, &watch->link);
    g_queue_push_tail_link (&watches, &watch->link);
    watch->func (watch->user_data);
  }
}

/* The wall clock may just have been set; only what set it forward by far is taken for a sleep. */
static gboolean
jumped_cb (int          fd,
           GIOCondition condition,
           gpointer     user_data)
{
  gint64 slept = get_wall_ahead () - wall_ahead;
  guint64 expirations;

  if (read (fd, &expirations, sizeof expirations) < 0 && errno != ECANCELED && errno != EAGAIN)
    g_warning ("jumps of the clock cannot be read: %s", g_strerror (errno));
  arm ();
  if (slept >= SHORTEST_SLEEP_USEC) {
    g_debug ("slept for %" G_GINT64_FORMAT " s", slept / G_USEC_PER_SEC);
    tell_all ();
  }
  return G_SOURCE_CONTINUE;
}

static void
start (void)
{
  timer = timerfd_create (CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (timer < 0) {
    g_warning ("jumps of the clock go unnoticed: %s", g_strerror (errno));
    return;
  }
  arm ();
  source_id = g_unix_fd_add (timer, G_IO_IN, jumped_cb, NULL);
}

static void
stop (void)
{
  g_clear_handle_id (&source_id, g_source_remove);
  if (timer >= 0)
    close (timer);
  timer = -1;
}

/**
 * baton_wake_new:
 * @func: called each time the machine wakes
 * @user_data: for @func
 *
 * Returns: (transfer full): a watch; lasts until it is freed
 */
BatonWake *
baton_wake_new (BatonWakeFunc func,
                gpointer      user_data)
{
  BatonWake *self = g_new0 (BatonWake, 1);

  self->func = func;
  self->user_data = user_data;
  self->round = round_now;
  self->link.data = self;
  if (g_queue_is_empty (&watches))
    start ();
  g_queue_push_tail_link (&watches, &self->link);
  return self;
}

void
baton_wake_free (BatonWake *self)
{
  g_queue_unlink (&watches, &self->link);
  g_free (self);
  if (g_queue_is_empty (&watches))
    stop ();
}
