/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bucket.h"

void
baton_bucket_init (BatonBucket *self,
                   double       rate,
                   double       burst,
                   gint64       now)
{
  self->rate = rate;
  self->burst = burst;
  self->level = burst;
  self->at = now;
}

/**
 * baton_bucket_fill:
 *
 * Adds what was gained since the last look.
 *
 * Returns: what can be taken now
 */
double
baton_bucket_fill (BatonBucket *self,
                   gint64       now)
{
  if (now > self->at) {
    self->level = MIN (self->burst, self->level + self->rate * (double) (now - self->at) / G_TIME_SPAN_SECOND);
    self->at = now;
  }
  return self->level;
}

/**
 * baton_bucket_take:
 *
 * Returns: %TRUE if @amount was there and is taken; otherwise nothing was taken
 */
gboolean
baton_bucket_take (BatonBucket *self,
                   double       amount,
                   gint64       now)
{
  if (baton_bucket_fill (self, now) < amount)
    return FALSE;

  self->level -= amount;
  return TRUE;
}

/**
 * baton_bucket_wait:
 * @amount: at most the burst
 *
 * Returns: microseconds from the last look until @amount is there
 */
gint64
baton_bucket_wait (BatonBucket *self,
                   double       amount)
{
  if (self->level >= amount)
    return 0;
  return 1 + (gint64) ((amount - self->level) * G_TIME_SPAN_SECOND / self->rate);
}
