/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-transcript.h"

/**
 * BatonSummary:
 *
 * What a queue row needs to know of a transcript.
 */
typedef struct {
  char     *last_text;    /* what was said last, or %NULL */
  gint64    unanswered;   /* time of the customer's oldest words since an agent last spoke, or BATON_TIME_UNKNOWN */
  guint     unread;       /* how many of those came after what was read */
  gboolean  is_answered;  /* an agent has spoken since the hand-off */
} BatonSummary;

void   baton_summary_init      (BatonSummary    *self,
                                BatonTranscript *transcript,
                                gint64           queued_at,
                                gint64           read_until);
void   baton_summary_clear     (BatonSummary    *self);
gint64 baton_summary_read_time (BatonTranscript *transcript);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BatonSummary, baton_summary_clear)
