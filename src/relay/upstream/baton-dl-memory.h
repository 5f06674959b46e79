/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/**
 * BatonDlMemory:
 *
 * What has to be remembered of a conversation on the bot's side: a conversation's `bot_state`.
 */
typedef struct {
  char     *conversation_id;   /* over there; %NULL: none yet */
  char     *token;             /* for it, where no secret opens it; or %NULL */
  gboolean  has_started;       /* the bot was told to greet */
  gint64    posted;            /* index of the last activity the bot has; -1: none */
  gint64    epoch;             /* of the hosted conversation when the bot was last told something; -1: never */
} BatonDlMemory;

void  baton_dl_memory_read  (BatonDlMemory       *self,
                             const char          *text);   /* %NULL, or nothing of ours: nothing is remembered */
char *baton_dl_memory_write (const BatonDlMemory *self);
void  baton_dl_memory_clear (BatonDlMemory       *self);
