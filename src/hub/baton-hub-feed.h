/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-queue.h"

/**
 * BatonHubFeed:
 *
 * What the hub's stream says, frame by frame, and the number it has come to. Keeps a queue true; no I/O.
 */
typedef struct _BatonHubFeed BatonHubFeed;

typedef struct {
  void (*hello)  (BatonAgent *me,
                  gpointer    user_data);
  void (*synced) (gpointer    user_data);   /* a snapshot has replaced the queue */
  void (*event)  (BatonEvent *event,
                  gpointer    user_data);   /* the queue has taken it in */
} BatonHubFeedFuncs;

BatonHubFeed *baton_hub_feed_new     (BatonQueue              *queue,
                                      const BatonHubFeedFuncs *funcs,
                                      gpointer                 user_data);
void          baton_hub_feed_free    (BatonHubFeed            *self);
gboolean      baton_hub_feed_take    (BatonHubFeed            *self,
                                      GBytes                  *frame,
                                      GError                 **error);
gint64        baton_hub_feed_get_seq (BatonHubFeed            *self);   /* newest event taken in; -1: nothing is known */
void          baton_hub_feed_restart (BatonHubFeed            *self);
void          baton_hub_feed_forget  (BatonHubFeed            *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonHubFeed, baton_hub_feed_free)
