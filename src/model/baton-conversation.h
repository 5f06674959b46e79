/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

/**
 * BatonState:
 *
 * Who a conversation is with. The same five words everywhere: store, wire, window.
 */
typedef enum {
  BATON_STATE_BOT,
  BATON_STATE_QUEUED,
  BATON_STATE_OFFERED,
  BATON_STATE_WITH_AGENT,
  BATON_STATE_ENDED,
} BatonState;

const char *baton_state_to_string   (BatonState  state);
gboolean    baton_state_from_string (const char *text,
                                     BatonState *state);

/**
 * BatonConversation:
 *
 * A hosted conversation as the store has it at one moment. A plain record; copy it to keep it.
 */
typedef struct {
  char       *id;
  char       *bot;             /* name of the upstream in the configuration */
  char       *user_id;
  char       *user_name;       /* or %NULL */
  char       *locale;          /* the customer's, or %NULL */
  BatonState  state;
  char       *agent_id;        /* its owner while with_agent, else %NULL */
  gint64      epoch;           /* fences every owner: grows by one with each change of state or owner */
  gint64      next_index;      /* index the next activity gets; the first is 0 (protocol: watermark "0" = the first one seen) */
  char       *escalation_id;   /* the open one, or %NULL */
  gint64      bot_read;        /* the bot has answered every activity up to this index; -1: none yet */
  char       *bot_state;       /* what the upstream keeps between turns: opaque text, or %NULL */
  char       *bot_watermark;   /* watermark on the upstream's own Direct Line, or %NULL */
  gint64      created_at;
} BatonConversation;

BatonConversation *baton_conversation_copy        (const BatonConversation *self);
void               baton_conversation_free        (BatonConversation       *self);
char              *baton_conversation_new_id      (void);
gboolean           baton_conversation_id_is_valid (const char              *id);   /* [A-Za-z0-9_-]{1,64} */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonConversation, baton_conversation_free)
