/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-activity.h"

/**
 * BatonBot:
 *
 * A bot made of topic files (the YAML form of Copilot Studio, formerly Power Virtual Agents). Pure: an activity and the
 * state of the conversation in, activities and the new state out; no network, no clock but the one given, no memory
 * between turns. Immutable once loaded; may be shared between threads.
 */
#define BATON_TYPE_BOT (baton_bot_get_type ())
G_DECLARE_FINAL_TYPE (BatonBot, baton_bot, BATON, BOT, GObject)

/**
 * BatonBotRequest:
 *
 * One activity for the bot, with what it may need to know about the conversation.
 */
typedef struct {
  const char    *conversation_id;
  const char    *user_id;
  const char    *user_name;        /* or %NULL */
  const char    *locale;           /* or %NULL: the bot's own */
  BatonActivity *activity;         /* a message, or an event such as `startConversation` */
  const char    *state;            /* from the last turn; %NULL in a new conversation */
  GPtrArray     *transcript;       /* of BatonActivity, oldest first: what a hand-off attaches; or %NULL */
} BatonBotRequest;

/**
 * BatonBotResponse:
 *
 * What the bot says: messages, and at most one `handoff.initiate` event, in order.
 */
typedef struct {
  GPtrArray *activities;           /* of BatonActivity */
  char      *state;                /* JSON text; opaque to callers */
} BatonBotResponse;

BatonBot         *baton_bot_load            (const char             *folder,
                                             GPtrArray             **warnings,
                                             GError                **error) G_GNUC_WARN_UNUSED_RESULT;
const char       *baton_bot_get_id          (BatonBot               *self);   /* schema name */
const char       *baton_bot_get_name        (BatonBot               *self);
const char       *baton_bot_get_language    (BatonBot               *self);
BatonBotResponse *baton_bot_respond         (BatonBot               *self,
                                             const BatonBotRequest  *request);
void              baton_bot_response_free   (BatonBotResponse       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonBotResponse, baton_bot_response_free)
