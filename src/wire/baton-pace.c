/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-pace.h"

/* A desk has to be back at once after a restart of its relay, so the first wait is short; what keeps a crowd apart is
 * that every wait is drawn at random. */
const BatonPace BATON_PACE_DEFAULT = {
  .step = 500,
  .limit = 30 * 1000,
  .steady = 60 * 1000,
  .network_up = 2 * 1000,
  .silence = 45 * 1000,
  .poll = 1000,
  .stream_again = 5 * 60 * 1000,
  .echo = 30 * 1000,
  .patience = 20 * 1000,
  .token_life = 30 * 60 * 1000,
  .idle = 30 * 60 * 1000,
};

/**
 * baton_pace_draw:
 * @self: the pace
 * @failures: how often in a row it went wrong before this time; 0 for the first
 *
 * Returns: milliseconds to wait: random (0, min (limit, step * 2^failures)), drawn anew on each call
 */
guint
baton_pace_draw (const BatonPace *self,
                 guint            failures)
{
  guint64 most = (guint64) self->step << MIN (failures, 31);

  return (guint) g_random_int_range (0, (gint32) MIN (most, self->limit) + 1);
}
