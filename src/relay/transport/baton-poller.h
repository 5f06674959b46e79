/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/epoll.h>

#include "baton-wheel.h"

/**
 * BatonWatch:
 *
 * A file descriptor that somebody waits for, part of whoever does.
 */
typedef struct _BatonWatch BatonWatch;

/**
 * BatonWatchFunc:
 * @events: of epoll; level-triggered
 */
typedef void (*BatonWatchFunc) (BatonWatch *watch,
                                guint32     events);

struct _BatonWatch {
  int            fd;       /* -1: none */
  guint32        events;   /* waited for */
  BatonWatchFunc ready;
};

/**
 * BatonPoller:
 *
 * Many file descriptors behind one source of the main loop. The loop itself looks at every descriptor it has on each
 * turn, so that one event costs more the more connections are open; an epoll set looks at those that are ready. Deadlines
 * of connections wait in a wheel of its own.
 */
typedef struct _BatonPoller BatonPoller;

/**
 * BatonPollerFuncs:
 * @settle: called before the main loop sleeps: whatever was put off to the end of its turn is due
 * @due: the timer's deadline is over
 */
typedef struct {
  void (*settle) (gpointer user_data);
  void (*due)    (BatonDeadline *timer,
                  gpointer       user_data);
} BatonPollerFuncs;

BatonPoller *baton_poller_new       (const BatonPollerFuncs *funcs,
                                     gpointer                user_data);
void         baton_poller_free      (BatonPoller            *self);
gboolean     baton_poller_add       (BatonPoller            *self,
                                     BatonWatch             *watch,
                                     guint32                 events);
void         baton_poller_change    (BatonPoller            *self,
                                     BatonWatch             *watch,
                                     guint32                 events);
void         baton_poller_remove    (BatonPoller            *self,
                                     BatonWatch             *watch);
void         baton_poller_set_timer (BatonPoller            *self,
                                     BatonDeadline          *timer,
                                     gint64                  deadline,
                                     gint64                  now);
void         baton_poller_stop_timer (BatonPoller           *self,
                                     BatonDeadline          *timer);
