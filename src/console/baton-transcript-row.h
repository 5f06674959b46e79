/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "baton-place.h"

/**
 * BatonTranscriptRow:
 *
 * A line of a transcript in a list: perhaps a day mark, then a message, a system line or a hand-off. Gives the list item
 * around it its accessible name.
 */
#define BATON_TYPE_TRANSCRIPT_ROW (baton_transcript_row_get_type ())
G_DECLARE_FINAL_TYPE (BatonTranscriptRow, baton_transcript_row, BATON, TRANSCRIPT_ROW, GtkWidget)

GtkWidget           *baton_transcript_row_new      (BatonTranscriptItem *item);
void                 baton_transcript_row_place    (BatonTranscriptRow  *self,
                                                    BatonPlace          *place);
BatonTranscriptItem *baton_transcript_row_get_item (BatonTranscriptRow  *self);
gboolean             baton_transcript_row_activate (BatonTranscriptRow  *self,
                                                    const char          *action);
