/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-connector-speech.h"
#include "baton-connector-wire.h"

/**
 * BatonConnectorTalk:
 *
 * One conversation with the bot: what it has been told, one activity at a time, and when.
 */
typedef struct _BatonConnectorTalk BatonConnectorTalk;

BatonConnectorTalk *baton_connector_talk_new       (BatonConnectorWire        *wire,
                                                    const BatonConnectorTerms *terms,
                                                    const BatonConversation   *conversation);
void                baton_connector_talk_free      (BatonConnectorTalk        *self);
void                baton_connector_talk_run       (BatonConnectorTalk        *self,
                                                    const BatonConversation   *conversation,
                                                    GPtrArray                 *unread,
                                                    GTask                     *task);
void                baton_connector_talk_tell      (BatonConnectorTalk        *self,
                                                    const BatonConversation   *conversation,
                                                    const char                *state);
void                baton_connector_talk_note_said (BatonConnectorTalk        *self,
                                                    gboolean                   has_handed_over);
char               *baton_connector_talk_dup_state (BatonConnectorTalk        *self);
gint64              baton_connector_talk_get_epoch (BatonConnectorTalk        *self);   /* when it was last told; -1: never */
gboolean            baton_connector_talk_is_known  (BatonConnectorTalk        *self);   /* to the bot */
gboolean            baton_connector_talk_is_idle   (BatonConnectorTalk        *self,
                                                    gint64                     since);  /* monotonic µs */

/* The same of a conversation that is not talked with now. */
gint64              baton_connector_talk_read_epoch (const char               *bot_state);
