/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "baton-case.h"
#include "baton-format.h"

/* The parts of the queue, in their order. */
typedef enum {
  BATON_SECTION_MINE,
  BATON_SECTION_WAITING,
  BATON_SECTION_OTHERS,
  BATON_N_SECTIONS,
} BatonSection;

const char *baton_section_get_title (BatonSection section);

/**
 * BatonQueueRow:
 *
 * One conversation of the queue in three lines: who and how long, what about and why, the words that matter.
 * Action: `conversation.open` selects and activates it, for assistive tools.
 */
#define BATON_TYPE_QUEUE_ROW (baton_queue_row_get_type ())
G_DECLARE_FINAL_TYPE (BatonQueueRow, baton_queue_row, BATON, QUEUE_ROW, GtkListBoxRow)

GtkWidget       *baton_queue_row_new            (BatonEscalation *escalation,
                                                 const char      *me);
BatonEscalation *baton_queue_row_get_escalation (BatonQueueRow   *self);
void             baton_queue_row_set_escalation (BatonQueueRow   *self,
                                                 BatonEscalation *escalation);
void             baton_queue_row_set_case       (BatonQueueRow   *self,
                                                 BatonCase       *opened);
BatonSection     baton_queue_row_get_section    (BatonQueueRow   *self);
gint64           baton_queue_row_get_since      (BatonQueueRow   *self);
void             baton_queue_row_tick           (BatonQueueRow   *self,
                                                 gint64           now);
gboolean         baton_queue_row_matches        (BatonQueueRow   *self,
                                                 const char      *folded);
int              baton_queue_row_compare        (BatonQueueRow   *one,
                                                 BatonQueueRow   *other);
