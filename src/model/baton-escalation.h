/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-conversation.h"
#include "baton-handoff.h"

/**
 * BatonEscalation:
 *
 * A conversation the bot gave up and a person has to take: the record of a hand-off and what became of it. The console's
 * queue holds these; only baton_escalation_update() changes one, and notifies `revision` once per update.
 *
 * Two shapes travel: the *row* (what a queue shows; long texts cut) and the *detail* (row plus the whole context).
 */
#define BATON_TYPE_ESCALATION (baton_escalation_get_type ())
G_DECLARE_FINAL_TYPE (BatonEscalation, baton_escalation, BATON, ESCALATION, GObject)

BatonEscalation *baton_escalation_new                 (const char              *id,
                                                       const BatonConversation *conversation,
                                                       BatonHandoff            *handoff,
                                                       gint64                   queued_at);
BatonEscalation *baton_escalation_new_from_json       (BatonJsonNode            node,
                                                       GError                 **error);
void             baton_escalation_write_row           (BatonEscalation         *self,
                                                       BatonJsonWriter         *writer);
void             baton_escalation_write_detail        (BatonEscalation         *self,
                                                       BatonJsonWriter         *writer);
gboolean         baton_escalation_update              (BatonEscalation         *self,
                                                       BatonEscalation         *newer);
BatonEscalation *baton_escalation_copy                (BatonEscalation         *self);
void             baton_escalation_set_state           (BatonEscalation         *self,
                                                       BatonState               state,
                                                       gint64                   epoch,
                                                       const char              *agent_id,
                                                       const char              *agent_name,
                                                       gint64                   at);

const char      *baton_escalation_get_id              (BatonEscalation         *self);
const char      *baton_escalation_get_conversation_id (BatonEscalation         *self);   /* ours, not va_ConversationId */
BatonState       baton_escalation_get_state           (BatonEscalation         *self);
gint64           baton_escalation_get_epoch           (BatonEscalation         *self);
gboolean         baton_escalation_is_open             (BatonEscalation         *self);   /* queued, offered or with_agent */
const char      *baton_escalation_get_agent_id        (BatonEscalation         *self);
const char      *baton_escalation_get_agent_name      (BatonEscalation         *self);
gint64           baton_escalation_get_queued_at       (BatonEscalation         *self);
gint64           baton_escalation_get_claimed_at      (BatonEscalation         *self);   /* or BATON_TIME_UNKNOWN */
gint64           baton_escalation_get_closed_at       (BatonEscalation         *self);   /* or BATON_TIME_UNKNOWN */
const char      *baton_escalation_get_customer_id     (BatonEscalation         *self);
const char      *baton_escalation_get_customer_name   (BatonEscalation         *self);   /* or %NULL: say “Guest” */
BatonHandoff    *baton_escalation_get_handoff         (BatonEscalation         *self);   /* of a row: without variables and transcript */
gboolean         baton_escalation_is_detailed         (BatonEscalation         *self);
