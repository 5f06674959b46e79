/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-bot.h"
#include "baton-phrases.h"
#include "baton-topic.h"
#include "baton-value.h"

struct _BatonBot {
  GObject     parent_instance;

  char       *id;            /* schema name */
  char       *name;
  char       *language;
  GPtrArray  *topics;        /* of BatonTopic, in the order of their ids */
  GHashTable *by_id;         /* id in lower case → BatonTopic, borrowed */
  GHashTable *entities;      /* id in lower case → BatonYaml */
  GHashTable *globals;       /* name → BatonValue: defaults of global variables */
  GHashTable *phrases;       /* language as in BatonTopic.translations → BatonPhrases; "" → those of the bot's own */
};

BatonTopic   *baton_bot_find_topic  (BatonBot        *self,
                                     const char      *id);
BatonTopic   *baton_bot_find_start  (BatonBot        *self,
                                     BatonTopicStart  start);
BatonPhrases *baton_bot_get_phrases (BatonBot        *self,
                                     const char      *locale);
