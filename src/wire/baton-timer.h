/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/**
 * BatonTimer:
 *
 * Calls once, after a while; may be started again and again. A main context looks at each of its sources whenever it
 * turns, so thousands of idle ones make everything slow: all these timers together are one source. To be used from the
 * main thread.
 */
typedef struct _BatonTimer BatonTimer;

/**
 * BatonTimerFunc:
 *
 * The timer does not run any more; it may be started again, or freed.
 */
typedef void (*BatonTimerFunc) (gpointer user_data);

BatonTimer *baton_timer_new        (BatonTimerFunc  func,
                                    gpointer        user_data);   /* does not run yet */
void        baton_timer_free       (BatonTimer     *self);
void        baton_timer_start      (BatonTimer     *self,
                                    guint           milliseconds);
void        baton_timer_stop       (BatonTimer     *self);
gboolean    baton_timer_is_running (BatonTimer     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTimer, baton_timer_free)
