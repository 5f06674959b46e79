/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-hub-client.h"
#include "baton-transcript.h"

/**
 * BatonCase:
 *
 * One escalation on this agent's desk: its context, its transcript read along live, who owns it, and the replies.
 * No widgets.
 *
 * Properties, readable, notified on change: `escalation`; `handoff` (of the detail once it is here); `mine`;
 * `claiming`; `writable`; `online` (%FALSE from the loss of the stream until it is back); `typing` (the customer is);
 * `unread`; `last-text`; `waiting-since`; `notice`.
 * Signals: `changed` (): state, owner or context of the escalation changed; `failed` (const char *sentence): something
 * the agent asked for did not happen, said in the user's language.
 */
#define BATON_TYPE_CASE (baton_case_get_type ())
G_DECLARE_FINAL_TYPE (BatonCase, baton_case, BATON, CASE, GObject)

BatonCase       *baton_case_new               (BatonHubClient   *hub,
                                               BatonEscalation  *escalation);
void             baton_case_claim             (BatonCase        *self);
void             baton_case_end               (BatonCase        *self);
void             baton_case_return            (BatonCase        *self);
gboolean         baton_case_send              (BatonCase        *self,
                                               const char       *text);
void             baton_case_retry             (BatonCase        *self,
                                               const char       *client_id);
void             baton_case_tell_typing       (BatonCase        *self);
void             baton_case_set_active        (BatonCase        *self,
                                               gboolean          active);
void             baton_case_set_draft         (BatonCase        *self,
                                               const char       *draft);

BatonEscalation *baton_case_get_escalation    (BatonCase        *self);
BatonHandoff    *baton_case_get_handoff       (BatonCase        *self);
BatonTranscript *baton_case_get_transcript    (BatonCase        *self);
const char      *baton_case_get_agent_id      (BatonCase        *self);   /* mine */
const char      *baton_case_get_draft         (BatonCase        *self);
const char      *baton_case_get_notice        (BatonCase        *self);   /* what just happened to the ownership, or %NULL */
const char      *baton_case_get_timezone      (BatonCase        *self);   /* the customer's, or %NULL */
const char      *baton_case_get_channel       (BatonCase        *self);   /* `channelId` of the customer's words, or %NULL */
const char      *baton_case_get_last_text     (BatonCase        *self);
gint64           baton_case_get_waiting_since (BatonCase        *self);
guint            baton_case_get_unread        (BatonCase        *self);
gboolean         baton_case_is_mine           (BatonCase        *self);
gboolean         baton_case_is_claiming       (BatonCase        *self);
gboolean         baton_case_is_writable       (BatonCase        *self);
gboolean         baton_case_is_online         (BatonCase        *self);
gboolean         baton_case_is_typing         (BatonCase        *self);
