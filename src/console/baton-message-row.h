/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "baton-place.h"

/**
 * BatonMessageRow:
 *
 * A message of a transcript: name and time above the first of a run, the bubble, suggestions and attachments as text,
 * and what became of it if it is ours. Few widgets, stacked by a layout of its own: a transcript keeps some two hundred
 * of these alive, and aligned wrapping labels cost four times as much to measure in a box.
 *
 * Actions, without parameter: `message.copy`, `message.retry`, `message.show-all`.
 */
#define BATON_TYPE_MESSAGE_ROW (baton_message_row_get_type ())
G_DECLARE_FINAL_TYPE (BatonMessageRow, baton_message_row, BATON, MESSAGE_ROW, GtkWidget)

GtkWidget *baton_message_row_new             (BatonTranscriptItem  *item,
                                              const BatonPlace     *place);
char      *baton_message_row_dup_name        (BatonTranscriptItem  *item,
                                              const BatonPlace     *place);
char      *baton_message_row_dup_description (BatonTranscriptItem  *item,
                                              const BatonPlace     *place);
