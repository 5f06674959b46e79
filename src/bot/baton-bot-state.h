/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-value.h"

/**
 * BatonSlot:
 *
 * A variable and when it was set, on the conversation's own clock.
 */
typedef struct {
  BatonValue *value;
  gint64      set_at;        /* 0: a default, older than everything that was set */
} BatonSlot;

/**
 * BatonFrame:
 *
 * A topic that is running: the topmost has the word, each below waits for the one above.
 */
typedef struct {
  char       *topic;         /* its id */
  char       *node;          /* id of the node to go on with; %NULL: at its end */
  gboolean    implicit;      /* it is here because the bot gave up or the customer asked for a person */
  gboolean    asking;        /* @node is a question that waits for its answer */
  guint       wrong;         /* wrong answers to it so far */
  GHashTable *variables;     /* name → BatonSlot */
  GHashTable *asked;         /* ids of questions that were reached: a set */
  GHashTable *outputs;       /* name → variable of the caller that gets it in the end */
} BatonFrame;

typedef struct {
  char     *topic;
  gboolean  implicit;
} BatonQueued;

/**
 * BatonBotState:
 *
 * What a bot remembers of a conversation between turns.
 */
typedef struct {
  gint64      clock;         /* counts what is set */
  guint       spoken;        /* counts choices among variations of a text */
  guint       unknown;       /* messages in a row that no topic understood */
  gboolean    greeted;
  GPtrArray  *topics;        /* of char *: names of topics started by an utterance, oldest first */
  GPtrArray  *phrases;       /* of char *: the utterances */
  GHashTable *globals;       /* name → BatonSlot */
  GHashTable *gathered;      /* name → BatonSlot: the latest of each topic variable, over all topics */
  GPtrArray  *stack;         /* of BatonFrame */
  GPtrArray  *queue;         /* of BatonQueued: topics to run when the stack is empty */
} BatonBotState;

BatonBotState *baton_bot_state_new     (void);
BatonBotState *baton_bot_state_parse   (const char          *text);
char          *baton_bot_state_format  (const BatonBotState *self);
void           baton_bot_state_free    (BatonBotState       *self);
void           baton_bot_state_enqueue (BatonBotState       *self,
                                        const char          *topic,
                                        gboolean             implicit);
BatonFrame    *baton_bot_state_push    (BatonBotState       *self,
                                        const char          *topic);
BatonFrame    *baton_bot_state_top     (const BatonBotState *self);
void           baton_bot_state_note    (BatonBotState       *self,
                                        const char          *topic,
                                        const char          *phrase);

void           baton_slots_set         (GHashTable          *slots,
                                        const char          *name,
                                        BatonValue          *value,
                                        gint64               set_at);
BatonValue    *baton_slots_get         (GHashTable          *slots,
                                        const char          *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonBotState, baton_bot_state_free)
