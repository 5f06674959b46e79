/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-transcript.h"

/**
 * BatonSpeaker:
 *
 * Whose side of the transcript a line is on, and how it looks. Left is the customer, right is us.
 */
typedef enum {
  BATON_SPEAKER_CUSTOMER,
  BATON_SPEAKER_BOT,
  BATON_SPEAKER_ME,
  BATON_SPEAKER_COLLEAGUE,
} BatonSpeaker;

/**
 * BatonCast:
 *
 * Who is who in a transcript.
 */
typedef struct {
  char  *agent_id;        /* me */
  char  *customer_name;   /* as it may be shown */
  gint64 claimed_at;      /* when I took the conversation, or BATON_TIME_UNKNOWN */
} BatonCast;

/**
 * BatonPlace:
 *
 * How a line of a transcript is to be shown: its own state, and what its neighbours decide, which is day marks, names
 * above runs and states below. Two equal places look the same. Plain functions over the model, no widgets.
 */
typedef struct {
  gpointer      activity;     /* which one it shows, to tell when that changed; not owned */
  BatonDelivery delivery;
  gint64        time;         /* microseconds since 1970, or BATON_TIME_UNKNOWN */
  BatonSpeaker  speaker;      /* of a message; of a system line: me or a colleague */
  char         *name;         /* of the speaker of a message, as it may be shown */
  gboolean      starts_day;
  gboolean      starts_run;   /* the first of several by the same speaker */
  gboolean      ends_run;
  char         *answer;       /* what the customer said next, which may be one of the suggestions */
} BatonPlace;

void     baton_place_init     (BatonPlace           *self,
                               GListModel           *transcript,
                               guint                 position,
                               const BatonCast      *cast);
void     baton_place_clear    (BatonPlace           *self);
gboolean baton_place_equal    (const BatonPlace     *a,
                               const BatonPlace     *b);
char    *baton_place_dup_day  (gint64                time,
                               gint64                now);
char    *baton_place_dup_time (gint64                time);
gint64   baton_place_get_time (BatonTranscriptItem  *item);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BatonPlace, baton_place_clear)
