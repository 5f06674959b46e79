/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "baton-activity.h"
#include "baton-handoff.h"

typedef enum {
  BATON_DELIVERY_NONE,      /* not ours, or nothing to say */
  BATON_DELIVERY_PENDING,   /* written down, on its way */
  BATON_DELIVERY_SENT,      /* the relay has it on disk */
  BATON_DELIVERY_FAILED,    /* refused or given up; can be tried again */
} BatonDelivery;

#define BATON_TYPE_DELIVERY (baton_delivery_get_type ())
GType baton_delivery_get_type (void);

typedef enum {
  BATON_ITEM_MESSAGE,
  BATON_ITEM_SYSTEM,        /* a system line: queued, joined, left, ended */
  BATON_ITEM_HANDOFF,       /* the mark where the bot handed over, with the private message */
  BATON_ITEM_DAY,           /* reserved for day marks between items */
} BatonItemKind;

/**
 * BatonTranscriptItem:
 *
 * A line of a transcript. Changed in place (its row stays): `delivery` and `activity` are properties and notify.
 */
#define BATON_TYPE_TRANSCRIPT_ITEM (baton_transcript_item_get_type ())
G_DECLARE_FINAL_TYPE (BatonTranscriptItem, baton_transcript_item, BATON, TRANSCRIPT_ITEM, GObject)

BatonItemKind  baton_transcript_item_get_kind      (BatonTranscriptItem *self);
BatonActivity *baton_transcript_item_get_activity  (BatonTranscriptItem *self);   /* %NULL for a hand-off mark */
BatonHandoff  *baton_transcript_item_get_handoff   (BatonTranscriptItem *self);   /* only of a hand-off mark */
gint64         baton_transcript_item_get_time      (BatonTranscriptItem *self);
BatonDelivery  baton_transcript_item_get_delivery  (BatonTranscriptItem *self);
const char    *baton_transcript_item_get_client_id (BatonTranscriptItem *self);   /* of our own messages, else %NULL */

/**
 * BatonTranscript:
 *
 * A conversation as a #GListModel of #BatonTranscriptItem, in the order of time, ties in the order of arrival; pending
 * messages of our own stand last. An activity with a known id replaces the one shown; our own echo, known by its
 * `clientActivityID`, turns the pending item into a sent one. Adding at the end is O(1), elsewhere O(log n) to find and
 * one move; built for 100,000 items.
 */
#define BATON_TYPE_TRANSCRIPT (baton_transcript_get_type ())
G_DECLARE_FINAL_TYPE (BatonTranscript, baton_transcript, BATON, TRANSCRIPT, GObject)

BatonTranscript     *baton_transcript_new           (void);
gboolean             baton_transcript_add           (BatonTranscript *self,
                                                     BatonActivity   *activity);
void                 baton_transcript_add_all       (BatonTranscript *self,
                                                     GPtrArray       *activities);
void                 baton_transcript_add_handoff   (BatonTranscript *self,
                                                     BatonHandoff    *handoff,
                                                     gint64           at);
BatonTranscriptItem *baton_transcript_add_pending   (BatonTranscript *self,
                                                     BatonActivity   *activity);
void                 baton_transcript_set_delivery  (BatonTranscript *self,
                                                     const char      *client_id,
                                                     BatonDelivery    delivery);
BatonTranscriptItem *baton_transcript_find_by_client_id (BatonTranscript *self,
                                                     const char      *client_id);
guint                baton_transcript_find_handoff  (BatonTranscript *self);   /* position of the last mark, or G_MAXUINT */
