/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-activity.h"
#include "baton-json-writer.h"
#include "baton-private-text.h"

/**
 * BatonTrigger:
 *
 * The two ways to a person: the bot (or the customer) escalated, or the bot's author placed a transfer step. The third is
 * no bot's choice: it failed, and the relay handed over in its place.
 */
typedef enum {
  BATON_TRIGGER_UNKNOWN,
  BATON_TRIGGER_IMPLICIT,
  BATON_TRIGGER_EXPLICIT,
  BATON_TRIGGER_ERROR,
} BatonTrigger;

const char   *baton_trigger_to_string   (BatonTrigger  trigger);
BatonTrigger  baton_trigger_from_string (const char   *text);

/**
 * BatonVariable:
 *
 * A user-defined topic variable of the bot: any JSON value under its name. Valid as long as the hand-off.
 */
typedef struct {
  const char    *name;
  BatonJsonNode  value;
} BatonVariable;

/**
 * BatonHandoffRules:
 *
 * Which activities of the upstream bot count as a hand-off. `handoff.initiate` of type `event`, compared exactly, always
 * does; the rest are an operator's choice. A %NULL pointer to rules means just the exact form.
 */
typedef struct {
  gboolean           ignore_case;    /* `Event`, `Handoff.Initiate` */
  gboolean           legacy_type;    /* activity type `handoff` */
  gboolean           tags;           /* `channelData.tags` of type `Escalate` */
  gboolean           action;         /* `channelData.action.name` of `TRANSFER` */
  const char *const *event_names;    /* further event names, or %NULL */
} BatonHandoffRules;

extern const BatonHandoffRules BATON_HANDOFF_RULES_TOLERANT;   /* everything on, no further names */

/**
 * BatonHandoff:
 *
 * What the bot knew when it gave up: the context of one `handoff.initiate`. Immutable; may be shared between threads.
 */
#define BATON_TYPE_HANDOFF (baton_handoff_get_type ())
G_DECLARE_FINAL_TYPE (BatonHandoff, baton_handoff, BATON, HANDOFF, GObject)

gboolean                baton_handoff_is_handoff            (BatonActivity           *activity,
                                                             const BatonHandoffRules *rules);
BatonHandoff           *baton_handoff_new_from_activity     (BatonActivity           *activity);
BatonHandoff           *baton_handoff_new_for_failure       (const char              *key,
                                                             const char              *locale);
BatonHandoff           *baton_handoff_new_from_json         (BatonJsonNode            node);
void                    baton_handoff_write                 (BatonHandoff            *self,
                                                             BatonJsonWriter         *writer);
BatonHandoff           *baton_handoff_merge                 (BatonHandoff            *older,
                                                             BatonHandoff            *newer);
char                   *baton_handoff_dup_key               (BatonHandoff            *self);

/* Getters lend; strings are %NULL where unknown, lists may be empty but are never %NULL. */
const char             *baton_handoff_get_activity_id       (BatonHandoff            *self);
gint64                  baton_handoff_get_time              (BatonHandoff            *self);
BatonTrigger            baton_handoff_get_trigger           (BatonHandoff            *self);
const char             *baton_handoff_get_scope             (BatonHandoff            *self);
const char             *baton_handoff_get_last_topic        (BatonHandoff            *self);
const char *const      *baton_handoff_get_topics            (BatonHandoff            *self);
const char             *baton_handoff_get_last_phrase       (BatonHandoff            *self);
const char *const      *baton_handoff_get_phrases           (BatonHandoff            *self);
const char             *baton_handoff_get_conversation_id   (BatonHandoff            *self);   /* va_ConversationId */
const BatonPrivateText *baton_handoff_get_agent_message     (BatonHandoff            *self);
const char             *baton_handoff_get_bot_id            (BatonHandoff            *self);
const char             *baton_handoff_get_bot_name          (BatonHandoff            *self);
const char             *baton_handoff_get_language          (BatonHandoff            *self);
const char             *baton_handoff_get_skill             (BatonHandoff            *self);
const char             *baton_handoff_get_customer_id       (BatonHandoff            *self);
const char             *baton_handoff_get_customer_name     (BatonHandoff            *self);
guint                   baton_handoff_get_n_variables       (BatonHandoff            *self);
const BatonVariable    *baton_handoff_get_variable          (BatonHandoff            *self,
                                                             guint                    position);
GPtrArray              *baton_handoff_get_transcript        (BatonHandoff            *self);   /* of BatonActivity: messages, oldest first */
const char             *baton_handoff_get_transcript_url    (BatonHandoff            *self);
gboolean                baton_handoff_get_truncated         (BatonHandoff            *self);

char                   *baton_language_normalize            (const char              *tag);

/* What `baton-relay inspect` prints. */
char                   *baton_inspect                       (GBytes                  *bytes,
                                                             const BatonHandoffRules *rules,
                                                             gboolean                *is_error);
