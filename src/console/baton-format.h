/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-escalation.h"

/**
 * BatonUrgency:
 *
 * How long somebody has waited, in the three steps a person acts on.
 */
typedef enum {
  BATON_URGENCY_NONE,
  BATON_URGENCY_SOON,   /* 3 minutes */
  BATON_URGENCY_LATE,   /* 10 minutes */
} BatonUrgency;

/* How things are said in the window: plain functions, no widgets. Results are in the user's language. */
char         *baton_format_waiting      (gint64            usec);
BatonUrgency  baton_format_urgency      (gint64            usec);
const char   *baton_format_urgency_word (BatonUrgency      urgency);   /* or %NULL */
char         *baton_format_clean        (const char       *foreign);   /* one line, no bidi controls, for names */
char         *baton_format_isolate      (const char       *foreign);   /* cleaned, safe to set into a sentence */
char         *baton_format_customer     (BatonEscalation  *escalation);
char         *baton_format_topic        (BatonHandoff     *handoff);   /* or %NULL: no topic */
const char   *baton_format_trigger      (BatonHandoff     *handoff);
char         *baton_format_reason       (BatonHandoff     *handoff);   /* “Return item · Transfer step” */
char         *baton_format_quoted       (const char       *foreign);   /* “…” */
char         *baton_format_line         (const char *const *parts);   /* one line in the direction of the interface */
