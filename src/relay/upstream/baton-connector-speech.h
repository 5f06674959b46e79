/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-conversation.h"
#include "baton-handoff.h"

/* What goes to a bot over the Bot Connector protocol, and what is kept of what comes back (protocol 5). Pure. */

/**
 * BatonConnectorTerms:
 *
 * What both sides have agreed on.
 */
typedef struct {
  const char              *bot_id;
  const char              *bot_name;
  const char              *channel_id;    /* "emulator" for a bot that is not asked who it is, else "directline" */
  const char              *service_url;   /* where it answers */
  const BatonHandoffRules *rules;         /* what counts as a hand-off; or %NULL */
} BatonConnectorTerms;

GBytes        *baton_connector_speech_make_bot_joined  (const BatonConnectorTerms *terms,
                                                        const BatonConversation   *conversation);
GBytes        *baton_connector_speech_make_user_joined (const BatonConnectorTerms *terms,
                                                        const BatonConversation   *conversation);
GBytes        *baton_connector_speech_make_status      (const BatonConnectorTerms *terms,
                                                        const BatonConversation   *conversation,
                                                        const char                *state);
GBytes        *baton_connector_speech_translate        (const BatonConnectorTerms *terms,
                                                        const BatonConversation   *conversation,
                                                        BatonActivity             *activity);
BatonActivity *baton_connector_speech_hear             (const BatonConnectorTerms *terms,
                                                        BatonActivity             *activity);
BatonHandoff  *baton_connector_speech_take_handoff     (const BatonConnectorTerms *terms,
                                                        BatonActivity            **activity);
gboolean       baton_connector_speech_is_for_bot       (BatonActivity             *activity);
gboolean       baton_connector_speech_wants_replies    (BatonActivity             *activity);
