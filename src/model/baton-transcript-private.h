/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-transcript.h"

/* What a transcript does with its items; nobody else changes one. */

struct _BatonTranscriptItem {
  GObject         parent_instance;

  BatonItemKind   kind;
  BatonActivity  *activity;   /* NULL of a hand-off mark */
  BatonHandoff   *handoff;    /* only of a hand-off mark */
  gint64          time;
  guint64         serial;     /* order of arrival: settles ties */
  BatonDelivery   delivery;
  char           *client_id;  /* only of our own messages */
  gboolean        pending;    /* ours, and the relay has not echoed it: stands last */
  gboolean        attached;   /* came with a hand-off; the relay has not sent a record of its own */
  GSequenceIter  *iter;       /* its place; NULL while it has none */
};

BatonTranscriptItem *baton_transcript_item_new          (BatonItemKind        kind,
                                                         BatonActivity       *activity,
                                                         BatonHandoff        *handoff,
                                                         gint64               time);
void                 baton_transcript_item_set_activity (BatonTranscriptItem *self,
                                                         BatonActivity       *activity);
void                 baton_transcript_item_set_delivery (BatonTranscriptItem *self,
                                                         BatonDelivery        delivery);
