/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-poller.h"

#include <errno.h>
#include <unistd.h>

/* Descriptors served per turn of the main loop, so that what else it has to do gets its turn. */
#define EVENTS_AT_ONCE 64

struct _BatonPoller {
  GSource                *source;
  const BatonPollerFuncs *funcs;
  gpointer                user_data;
  int                     epoll;
  gpointer                tag;        /* of `epoll` in `source` */
  BatonWheel             *wheel;
  gint64                  wake_at;    /* as told to the main loop; -1: never */

  struct epoll_event      ready[EVENTS_AT_ONCE];
  guint                   n_ready;
  guint                   at;         /* the one being served */
};

typedef struct {
  GSource      source;
  BatonPoller *poller;
} Source;

static void
schedule (BatonPoller *self)
{
  gint64 next = baton_wheel_get_next (self->wheel);

  if (next == self->wake_at)
    return;

  self->wake_at = next;
  g_source_set_ready_time (self->source, next);
}

static gboolean
source_prepare (GSource *source,
                int     *timeout)
{
  BatonPoller *self = ((Source *) source)->poller;

  self->funcs->settle (self->user_data);
  *timeout = -1;
  return FALSE;
}

static gboolean
source_check (GSource *source)
{
  return g_source_query_unix_fd (source, ((Source *) source)->poller->tag) != 0;
}

static void
serve_ready (BatonPoller *self)
{
  int n = epoll_wait (self->epoll, self->ready, EVENTS_AT_ONCE, 0);

  self->n_ready = (guint) MAX (n, 0);
  for (self->at = 0; self->at < self->n_ready; self->at++) {
    BatonWatch *watch = self->ready[self->at].data.ptr;

    /* NULL: removed by one served before it. */
    if (watch != NULL)
      watch->ready (watch, self->ready[self->at].events);
  }
  self->n_ready = 0;
}

static void
serve_due (BatonPoller *self)
{
  gint64 now = g_get_monotonic_time ();
  BatonDeadline *timer;

  if (self->wake_at < 0 || self->wake_at > now)
    return;

  while ((timer = baton_wheel_take_due (self->wheel, now)) != NULL)
    self->funcs->due (timer, self->user_data);
  schedule (self);
}

static gboolean
source_dispatch (GSource     *source,
                 GSourceFunc  callback,
                 gpointer     user_data)
{
  BatonPoller *self = ((Source *) source)->poller;

  /* Not from within itself: whoever is being served would be served again. */
  if (self->n_ready == 0) {
    serve_ready (self);
    serve_due (self);
  }
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = {
  .prepare = source_prepare,
  .check = source_check,
  .dispatch = source_dispatch,
};

/**
 * baton_poller_new:
 * @funcs: lent
 *
 * Runs on the caller's default main context.
 *
 * Returns: (transfer full): a poller without watches
 */
BatonPoller *
baton_poller_new (const BatonPollerFuncs *funcs,
                  gpointer                user_data)
{
  BatonPoller *self = g_new0 (BatonPoller, 1);

  self->funcs = funcs;
  self->user_data = user_data;
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll < 0)
    g_error ("no epoll set: %s", g_strerror (errno));
  self->wheel = baton_wheel_new ();
  self->wake_at = -1;

  self->source = g_source_new (&source_funcs, sizeof (Source));
  ((Source *) self->source)->poller = self;
  g_source_set_static_name (self->source, "[baton] connections");
  self->tag = g_source_add_unix_fd (self->source, self->epoll, G_IO_IN);
  /* One that cannot is taken out of the poll set and put back each time it is dispatched, which wakes the loop once more. */
  g_source_set_can_recurse (self->source, TRUE);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

/**
 * baton_poller_free:
 *
 * Not from within a call of its functions; all watches must have been removed, all timers stopped.
 */
void
baton_poller_free (BatonPoller *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  close (self->epoll);
  baton_wheel_free (self->wheel);
  g_free (self);
}

static gboolean
control (BatonPoller *self,
         int          operation,
         BatonWatch  *watch,
         guint32      events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  watch->events = events;
  return epoll_ctl (self->epoll, operation, watch->fd, &event) == 0;
}

/**
 * baton_poller_add:
 * @watch: with `fd` and `ready` filled in; stays where it is until removed
 *
 * Returns: %FALSE if the system has no room for it
 */
gboolean
baton_poller_add (BatonPoller *self,
                  BatonWatch  *watch,
                  guint32      events)
{
  return control (self, EPOLL_CTL_ADD, watch, events);
}

/**
 * baton_poller_change:
 *
 * Waits for other events. Costs nothing if they are the same.
 */
void
baton_poller_change (BatonPoller *self,
                     BatonWatch  *watch,
                     guint32      events)
{
  if (events != watch->events)
    control (self, EPOLL_CTL_MOD, watch, events);
}

/**
 * baton_poller_remove:
 *
 * Call it before the descriptor is closed. @watch is not served any more, also not for what has come already.
 */
void
baton_poller_remove (BatonPoller *self,
                     BatonWatch  *watch)
{
  control (self, EPOLL_CTL_DEL, watch, 0);
  for (guint i = self->at; i < self->n_ready; i++)
    if (self->ready[i].data.ptr == watch)
      self->ready[i].data.ptr = NULL;
}

/**
 * baton_poller_set_timer:
 *
 * See baton_wheel_set().
 */
void
baton_poller_set_timer (BatonPoller   *self,
                        BatonDeadline *timer,
                        gint64         deadline,
                        gint64         now)
{
  baton_wheel_set (self->wheel, timer, deadline, now);
  if (self->wake_at < 0 || timer->looked_at < self->wake_at)
    schedule (self);
}

void
baton_poller_stop_timer (BatonPoller   *self,
                         BatonDeadline *timer)
{
  baton_wheel_stop (self->wheel, timer);
}
