/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* How late a timer may be. */
#define BATON_WHEEL_TICK_USEC (250 * G_TIME_SPAN_MILLISECOND)

/**
 * BatonDeadline:
 *
 * A timer, part of whatever has a deadline. Setting it later, which is what happens to almost all deadlines, only writes the
 * new one down. All times are monotonic microseconds.
 */
typedef struct _BatonDeadline BatonDeadline;

struct _BatonDeadline {
  BatonDeadline *previous;    /* %NULL: not set */
  BatonDeadline *next;
  gint64         deadline;
  gint64         looked_at;   /* start of the tick at which the wheel comes by */
};

/**
 * BatonWheel:
 *
 * A timer wheel: any number of timers, each set and stopped in constant time, and none looked at before it may be due.
 */
typedef struct _BatonWheel BatonWheel;

BatonWheel    *baton_wheel_new      (void);
void           baton_wheel_free     (BatonWheel    *self);   /* all timers must have been stopped */
void           baton_wheel_set      (BatonWheel    *self,
                                     BatonDeadline *timer,
                                     gint64         deadline,
                                     gint64         now);
void           baton_wheel_stop     (BatonWheel    *self,
                                     BatonDeadline *timer);
BatonDeadline *baton_wheel_take_due (BatonWheel    *self,
                                     gint64         now);
gint64         baton_wheel_get_next (BatonWheel    *self);   /* -1: no timer is set */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonWheel, baton_wheel_free)
