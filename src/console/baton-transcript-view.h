/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "baton-transcript.h"

/**
 * BatonTranscriptView:
 *
 * A transcript as a list that stays at its end while the reader is there and is never moved while the reader looks back.
 * One stop of the Tab key, entered at the last line.
 *
 * Property that notifies: `past-handoff`: the last hand-off lies above what is in view.
 */
#define BATON_TYPE_TRANSCRIPT_VIEW (baton_transcript_view_get_type ())
G_DECLARE_FINAL_TYPE (BatonTranscriptView, baton_transcript_view, BATON, TRANSCRIPT_VIEW, AdwBin)

GtkWidget *baton_transcript_view_new             (void);
void       baton_transcript_view_set_transcript  (BatonTranscriptView *self,
                                                  BatonTranscript     *transcript,
                                                  const char          *agent_id,
                                                  const char          *customer_name);
void       baton_transcript_view_set_claimed_at (BatonTranscriptView *self,
                                                  gint64               time);
void       baton_transcript_view_set_width       (BatonTranscriptView *self,
                                                  int                  width);
void       baton_transcript_view_go_to_end       (BatonTranscriptView *self);
void       baton_transcript_view_go_to_handoff   (BatonTranscriptView *self);
gboolean   baton_transcript_view_focus_last      (BatonTranscriptView *self);
gboolean   baton_transcript_view_is_past_handoff (BatonTranscriptView *self);
gboolean   baton_transcript_view_is_at_end       (BatonTranscriptView *self);
