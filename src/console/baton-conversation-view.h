/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "baton-case.h"

/**
 * BatonConversationView:
 *
 * The middle pane: header bar, topic path, transcript with the private message pinned above it, and below it the composer
 * or the claim bar.
 *
 * Actions: `conversation.send`, `conversation.jump-handoff`, `conversation.retry` (string: `clientActivityID`). The
 * header's buttons use `win.end` and `win.details`.
 */
#define BATON_TYPE_CONVERSATION_VIEW (baton_conversation_view_get_type ())
G_DECLARE_FINAL_TYPE (BatonConversationView, baton_conversation_view, BATON, CONVERSATION_VIEW, AdwBin)

GtkWidget *baton_conversation_view_new              (void);
void       baton_conversation_view_set_case         (BatonConversationView *self,
                                                     BatonCase             *item);
void       baton_conversation_view_set_outermost    (BatonConversationView *self,
                                                     gboolean               outermost);
void       baton_conversation_view_set_banner       (BatonConversationView *self,
                                                     GtkWidget             *banner);
void       baton_conversation_view_focus_composer   (BatonConversationView *self);
void       baton_conversation_view_focus_transcript (BatonConversationView *self);
void       baton_conversation_view_send             (BatonConversationView *self);
void       baton_conversation_view_jump_to_handoff  (BatonConversationView *self);
