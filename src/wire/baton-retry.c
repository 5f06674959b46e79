/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-retry.h"

#include "baton-timer.h"

struct _BatonRetry {
  BatonPace        pace;
  BatonRetryFunc   func;
  gpointer         user_data;

  guint            failures;       /* in a row */
  gint64           connected_at;   /* monotonic µs; 0: not since the last loss */
  gint64           at;
  BatonTimer      *timer;
  GNetworkMonitor *network;
  gulong           network_id;
};

static void
unschedule (BatonRetry *self)
{
  baton_timer_stop (self->timer);
  g_clear_signal_handler (&self->network_id, self->network);
  self->at = 0;
}

static void
due_cb (gpointer user_data)
{
  BatonRetry *self = user_data;

  unschedule (self);
  self->func (self->user_data);
}

static void
start_timer (BatonRetry *self,
             guint       wait_ms)
{
  self->at = g_get_monotonic_time () + (gint64) wait_ms * 1000;
  baton_timer_start (self->timer, wait_ms);
}

static void
network_changed_cb (GNetworkMonitor *network,
                    gboolean         available,
                    gpointer         user_data)
{
  BatonRetry *self = user_data;
  guint wait_ms = (guint) g_random_int_range (0, (gint32) self->pace.network_up + 1);

  if (available && g_get_monotonic_time () + (gint64) wait_ms * 1000 < self->at)
    start_timer (self, wait_ms);
}

/**
 * baton_retry_new:
 * @pace: (transfer none): copied
 * @func: what to do when it is time
 * @user_data: for @func; has to live as long as the retry
 *
 * Returns: (transfer full): an idle retry
 */
BatonRetry *
baton_retry_new (const BatonPace *pace,
                 BatonRetryFunc   func,
                 gpointer         user_data)
{
  BatonRetry *self = g_new0 (BatonRetry, 1);

  self->pace = *pace;
  self->func = func;
  self->user_data = user_data;
  self->timer = baton_timer_new (due_cb, self);
  self->network = g_object_ref (g_network_monitor_get_default ());
  return self;
}

void
baton_retry_free (BatonRetry *self)
{
  unschedule (self);
  baton_timer_free (self->timer);
  g_object_unref (self->network);
  g_free (self);
}

void
baton_retry_set_pace (BatonRetry      *self,
                      const BatonPace *pace)
{
  self->pace = *pace;
}

/**
 * baton_retry_connected:
 * @self: a retry
 *
 * The connection stands. Waits stay long until it has held for a while: a server that takes everybody in only to fall
 * over again must not be hammered.
 */
void
baton_retry_connected (BatonRetry *self)
{
  unschedule (self);
  self->connected_at = g_get_monotonic_time ();
}

/**
 * baton_retry_schedule:
 * @self: a retry
 * @at_least_ms: what the server asked for (`Retry-After`), or 0
 *
 * The connection was lost, or could not be made.
 */
void
baton_retry_schedule (BatonRetry *self,
                      guint       at_least_ms)
{
  gboolean was_steady = self->connected_at != 0
                        && g_get_monotonic_time () - self->connected_at >= (gint64) self->pace.steady * 1000;
  guint drawn_ms;

  if (was_steady)
    self->failures = 0;
  self->connected_at = 0;

  unschedule (self);
  drawn_ms = baton_pace_draw (&self->pace, self->failures);
  start_timer (self, MAX (drawn_ms, at_least_ms));
  self->network_id = g_signal_connect (self->network, "network-changed", G_CALLBACK (network_changed_cb), self);
  self->failures++;
}

/**
 * baton_retry_hurry:
 * @self: a retry
 *
 * Somebody asked for it: wait no longer. Nothing happens while it is idle.
 */
void
baton_retry_hurry (BatonRetry *self)
{
  if (self->at != 0)
    start_timer (self, 0);
}

/**
 * baton_retry_cancel:
 * @self: a retry
 *
 * Makes it idle; what went wrong before still counts.
 */
void
baton_retry_cancel (BatonRetry *self)
{
  unschedule (self);
}

/**
 * baton_retry_stop:
 * @self: a retry
 *
 * Makes it idle, and forgets what went wrong before.
 */
void
baton_retry_stop (BatonRetry *self)
{
  unschedule (self);
  self->failures = 0;
  self->connected_at = 0;
}

gint64
baton_retry_get_at (BatonRetry *self)
{
  return self->at;
}
