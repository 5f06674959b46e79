/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-yaml.h"

/* What starts a topic. */
typedef enum {
  BATON_STARTS_NEVER,              /* a trigger of the cloud's models, of telephony, or one we do not know */
  BATON_STARTS_BY_PHRASE,
  BATON_STARTS_BY_REDIRECT,
  BATON_STARTS_ON_ESCALATE,
  BATON_STARTS_ON_CONVERSATION,
  BATON_STARTS_ON_UNKNOWN,
  BATON_STARTS_ON_ERROR,
} BatonTopicStart;

typedef enum {
  BATON_NODE_SKIP,                 /* disabled, outside of this bot's reach, or unknown */
  BATON_NODE_SEND,
  BATON_NODE_SET,
  BATON_NODE_SET_TEXT,
  BATON_NODE_CONDITIONS,
  BATON_NODE_QUESTION,
  BATON_NODE_BEGIN,
  BATON_NODE_REPLACE,
  BATON_NODE_END_TOPIC,
  BATON_NODE_CANCEL_ALL,
  BATON_NODE_GOTO,
  BATON_NODE_END_CONVERSATION,
  BATON_NODE_CLEAR_VARIABLES,
  BATON_NODE_TRANSFER,
} BatonNodeKind;

/* Position behind the last node. */
#define BATON_NODE_NONE (-1)

typedef struct {
  const char *condition;           /* %NULL: always true, as an else branch */
  int         first;
} BatonBranch;

/**
 * BatonNode:
 *
 * A step of a topic. The tree of the file is laid out flat: each node knows which one follows.
 */
typedef struct {
  BatonNodeKind  kind;
  char          *id;               /* unique in the topic; made up where the file has none */
  BatonYaml     *yaml;             /* its fields; borrowed from the topic */
  int            next;
  GArray        *branches;         /* of BatonBranch, of conditions only, else %NULL */
} BatonNode;

/**
 * BatonTopic:
 *
 * A topic file, understood. Plain data, never changed once loaded.
 */
typedef struct {
  char            *id;             /* schema name: shop.topic.Returns */
  char            *name;           /* as people see it */
  BatonYaml       *root;
  BatonYaml       *trigger;        /* borrowed: `beginDialog` */
  BatonTopicStart  start;
  gboolean         cancels_others;
  gboolean         has_transfer;
  double           priority;
  GPtrArray       *nodes;          /* of BatonNode */
  GHashTable      *positions;      /* id → position + 1 */
  int              first;
  GHashTable      *translations;   /* language tag or primary subtag, in lower case → BatonTopic */
} BatonTopic;

BatonTopic      *baton_topic_new             (const char  *id,
                                              const char  *name,
                                              BatonYaml   *root,
                                              const char  *file,
                                              GPtrArray   *warnings,
                                              GError     **error);
void             baton_topic_free            (BatonTopic  *self);
void             baton_topic_add_translation (BatonTopic  *self,
                                              const char  *language,
                                              BatonYaml   *over,
                                              const char  *file,
                                              GPtrArray   *warnings);
BatonTopic      *baton_topic_in_language     (BatonTopic  *self,
                                              const char  *locale);
gboolean         baton_topic_has_language    (BatonTopic  *self,
                                              const char  *locale);
int              baton_topic_find            (BatonTopic  *self,
                                              const char  *node_id);
const BatonNode *baton_topic_get_node        (BatonTopic  *self,
                                              int          position);
BatonYaml       *baton_topic_get_phrases     (BatonTopic  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTopic, baton_topic_free)
