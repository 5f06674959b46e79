/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "baton-pace.h"

/**
 * BatonRetry:
 *
 * When to connect again: a timer with a growing random wait, cut short when the network comes back. One per connection
 * that is to be kept; nothing runs while the connection holds.
 */
typedef struct _BatonRetry BatonRetry;

/**
 * BatonRetryFunc:
 *
 * Called when it is time; the retry is then idle again.
 */
typedef void (*BatonRetryFunc) (gpointer user_data);

BatonRetry *baton_retry_new       (const BatonPace *pace,
                                   BatonRetryFunc   func,
                                   gpointer         user_data);
void        baton_retry_free      (BatonRetry      *self);
void        baton_retry_set_pace  (BatonRetry      *self,
                                   const BatonPace *pace);
void        baton_retry_connected (BatonRetry      *self);
void        baton_retry_schedule  (BatonRetry      *self,
                                   guint            at_least_ms);
void        baton_retry_hurry     (BatonRetry      *self);
void        baton_retry_cancel    (BatonRetry      *self);
void        baton_retry_stop      (BatonRetry      *self);
gint64      baton_retry_get_at    (BatonRetry      *self);   /* monotonic µs; 0: not waiting */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonRetry, baton_retry_free)
