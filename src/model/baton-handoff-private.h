/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-handoff.h"

/* What the files that make a hand-off share: baton-handoff-parse.c reads an activity, baton-handoff-transcript.c the
 * transcript in it, baton-handoff.c our own JSON form. Once made, a hand-off never changes. */

struct _BatonHandoff {
  GObject           parent_instance;

  char             *key;                /* NULL in one that was read from a row */
  char             *activity_id;
  gint64            time;
  BatonTrigger      trigger;
  char             *scope;
  char             *last_topic;
  char            **topics;
  char             *last_phrase;
  char            **phrases;
  char             *conversation_id;
  BatonPrivateText *agent_message;
  char             *bot_id;
  char             *bot_name;
  char             *language;
  char             *skill;
  char             *customer_id;
  char             *customer_name;
  GArray           *variables;          /* of BatonVariable; the names are ours */
  GHashTable       *variables_by_name;  /* name, lent by the variable → its position + 1 */
  GPtrArray        *transcript;         /* of BatonActivity */
  char             *transcript_url;
  gboolean          truncated;
  BatonJsonNode     value;              /* the activity's `value` as it came */
  GPtrArray        *documents;          /* of BatonJson: those that @variables and @value lie in */
};

/* For text inside a text. Shallower than the gate of a whole activity (64): what is found in there is wrapped again, in
 * the detail of an escalation and in a frame of the hub, and must pass that gate on the other side. */
extern const BatonJsonLimits baton_handoff_inner_limits;

void          baton_handoff_keep_document   (BatonHandoff   *self,
                                             BatonJsonNode   node);
BatonJson    *baton_handoff_parse_text      (BatonHandoff   *self,
                                             const char     *text,
                                             gssize          length);
gboolean      baton_handoff_is_too_deep     (BatonJsonNode   node);
void          baton_handoff_set_variable    (BatonHandoff   *self,
                                             const char     *name,
                                             BatonJsonNode   value);
void          baton_handoff_read_transcript (BatonHandoff   *self,
                                             BatonJsonNode   activity);
void          baton_handoff_take_messages   (BatonHandoff   *self,
                                             BatonJsonNode   items);
BatonJsonNode baton_handoff_find_tags       (BatonJsonNode   activity,
                                             BatonJson     **document);
BatonJsonNode baton_handoff_find_action     (BatonJsonNode   activity,
                                             gboolean        ignore_case);
