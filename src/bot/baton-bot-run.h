/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-bot-private.h"
#include "baton-bot-state.h"
#include "baton-formula.h"

/**
 * BatonBotRun:
 *
 * One turn: an activity and a state, on their way to activities and a new state.
 */
typedef struct {
  BatonBot              *bot;
  const BatonBotRequest *request;
  BatonBotState         *state;
  GPtrArray             *activities;      /* of BatonActivity: what the bot says */
  const char            *text;            /* what the customer wrote; never NULL */
  const char            *locale;          /* the conversation's */
  BatonTopic            *topic;           /* whose node is running, in the conversation's language */
  guint                  nodes;           /* how many have run */
  gboolean               waiting;         /* a question was asked */
  gboolean               spoken;          /* a message was sent */
  const char            *raised;          /* code of what just went wrong, or NULL */
  const char            *error;           /* code of what the error topic is running for, or NULL */
} BatonBotRun;

/* baton-bot-run.c: which topic has the word */
void        baton_bot_run_turn         (BatonBotRun      *self);
GArray     *baton_bot_run_dup_hits     (BatonBotRun      *self);
void        baton_bot_run_start        (BatonBotRun      *self,
                                        BatonTopic       *topic,
                                        gboolean          implicit);
void        baton_bot_run_start_by     (BatonBotRun      *self,
                                        BatonTopic       *topic);
void        baton_bot_run_escalate     (BatonBotRun      *self);
void        baton_bot_run_finish_topic (BatonBotRun      *self);
void        baton_bot_run_cancel_all   (BatonBotRun      *self);
void        baton_bot_run_raise        (BatonBotRun      *self,
                                        const char       *code);
void        baton_bot_run_move         (BatonBotRun      *self,
                                        int               position);

/* baton-bot-nodes.c: what each node does */
void        baton_bot_run_node         (BatonBotRun      *self,
                                        const BatonNode  *node);

/* baton-bot-question.c: asking, and reading the answer */
void        baton_bot_run_ask          (BatonBotRun      *self,
                                        const BatonNode  *node);
void        baton_bot_run_answer       (BatonBotRun      *self);

/* baton-bot-variables.c: what formulas see and nodes set */
BatonValue *baton_bot_run_evaluate     (BatonBotRun      *self,
                                        const char       *formula);
BatonValue *baton_bot_run_compute      (BatonBotRun      *self,
                                        const BatonYaml  *field);
gboolean    baton_bot_run_is_true      (BatonBotRun      *self,
                                        const char       *condition);
char       *baton_bot_run_render       (BatonBotRun      *self,
                                        const char       *text);
BatonValue *baton_bot_run_get          (BatonBotRun      *self,
                                        const char       *variable);
void        baton_bot_run_set          (BatonBotRun      *self,
                                        const char       *variable,
                                        BatonValue       *value);
gboolean    baton_bot_run_validates    (BatonBotRun      *self,
                                        const char       *variable,
                                        BatonValue       *value,
                                        const char       *condition);
void        baton_bot_run_clear        (BatonBotRun      *self);

/* baton-bot-speech.c: messages */
char       *baton_bot_run_choose_text  (BatonBotRun      *self,
                                        BatonYaml        *message);
void        baton_bot_run_say          (BatonBotRun      *self,
                                        BatonYaml        *message,
                                        GPtrArray        *buttons,
                                        gboolean          expecting);
void        baton_bot_run_say_text     (BatonBotRun      *self,
                                        const char       *text,
                                        GPtrArray        *buttons,
                                        gboolean          expecting);
void        baton_bot_run_add          (BatonBotRun      *self,
                                        BatonJsonWriter  *writer);
void        baton_bot_run_begin_activity (BatonBotRun     *self,
                                        BatonJsonWriter  *writer,
                                        const char       *kind);

/* baton-bot-transfer.c: handing over */
void        baton_bot_run_transfer     (BatonBotRun      *self,
                                        BatonYaml        *node);
