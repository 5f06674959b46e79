/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-bot.h"
#include "baton-handoff.h"

/**
 * Chat:
 *
 * A customer who talks to a bot: keeps what a relay would keep between turns.
 */
typedef struct {
  BatonBot      *bot;
  GPtrArray     *warnings;     /* of char *: from loading the bot */
  const char    *locale;
  char          *state;
  guint          n_posted;
  GPtrArray     *transcript;   /* of BatonActivity */
  GPtrArray     *turn;         /* of BatonActivity: what the bot said last */
  GPtrArray     *texts;        /* of char *: its messages among those */
  BatonActivity *event;        /* the hand-off event, or NULL */
  BatonHandoff  *handoff;      /* what was understood of it */
} Chat;

Chat          *chat_new          (const char *folder);
Chat          *chat_new_made_bot (void);
Chat          *chat_new_shop     (void);
Chat          *chat_new_of       (const char *file,
                                  ...) G_GNUC_NULL_TERMINATED;
void           chat_free         (Chat       *self);
void           chat_open         (Chat       *self);
void           chat_say          (Chat       *self,
                                  const char *text);
void           chat_send_event   (Chat       *self,
                                  const char *name);
void           chat_assert_texts (Chat       *self,
                                  ...) G_GNUC_NULL_TERMINATED;
BatonJsonNode  chat_get_value    (Chat       *self,
                                  const char *name);
char          *chat_dup_raw_turn (Chat       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Chat, chat_free)
