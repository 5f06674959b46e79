/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/**
 * BatonRates:
 *
 * How often each of many may do something: a bucket for everybody who did it lately. Points in time are given by the
 * caller, monotonic microseconds, so a test needs no waiting.
 */
typedef struct _BatonRates BatonRates;

BatonRates *baton_rates_new  (guint       per_second,
                              guint       at_once);
void        baton_rates_free (BatonRates *self);
gint64      baton_rates_take (BatonRates *self,
                              const char *who,
                              gint64      now);
guint       baton_rates_size (BatonRates *self);   /* of whom it keeps account */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonRates, baton_rates_free)
