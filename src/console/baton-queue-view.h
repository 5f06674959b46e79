/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "baton-case.h"
#include "baton-queue-row.h"
#include "baton-queue.h"

/**
 * BatonQueueView:
 *
 * The list of conversations in its sections, with a search. Re-sorts on events and never because time passes.
 *
 * Signals: `selected` (BatonEscalation *): the one to show; `opened` (): the one shown was activated, by Enter or a
 * click; `counts-changed` ().
 */
#define BATON_TYPE_QUEUE_VIEW (baton_queue_view_get_type ())
G_DECLARE_FINAL_TYPE (BatonQueueView, baton_queue_view, BATON, QUEUE_VIEW, GtkWidget)

GtkWidget       *baton_queue_view_new            (void);
void             baton_queue_view_set_queue      (BatonQueueView *self,
                                                  BatonQueue     *queue,
                                                  const char     *me);
void             baton_queue_view_set_loaded     (BatonQueueView *self,
                                                  gboolean        loaded);
void             baton_queue_view_set_case       (BatonQueueView *self,
                                                  const char     *escalation_id,
                                                  BatonCase      *opened);
GtkSearchBar    *baton_queue_view_get_search_bar (BatonQueueView *self);
guint            baton_queue_view_get_count      (BatonQueueView *self,
                                                  BatonSection    section);
BatonEscalation *baton_queue_view_get_first      (BatonQueueView *self,
                                                  BatonSection    section);
BatonEscalation *baton_queue_view_get_selected   (BatonQueueView *self);
gboolean         baton_queue_view_select         (BatonQueueView *self,
                                                  const char     *escalation_id);
gboolean         baton_queue_view_move           (BatonQueueView *self,
                                                  int             step,
                                                  gboolean        mine_only);
void             baton_queue_view_find           (BatonQueueView *self);
gboolean         baton_queue_view_stop_finding   (BatonQueueView *self);
void             baton_queue_view_focus          (BatonQueueView *self);
