/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/**
 * BatonBucket:
 *
 * A token bucket: holds up to `burst`, gains `rate` a second, starts full. Plain data; times are monotonic microseconds.
 */
typedef struct {
  double rate;
  double burst;
  double level;
  gint64 at;
} BatonBucket;

void     baton_bucket_init (BatonBucket *self,
                            double       rate,
                            double       burst,
                            gint64       now);
double   baton_bucket_fill (BatonBucket *self,
                            gint64       now);
gboolean baton_bucket_take (BatonBucket *self,
                            double       amount,
                            gint64       now);
gint64   baton_bucket_wait (BatonBucket *self,
                            double       amount);
