/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-notices.h"
#include "baton-scribe.h"
#include "baton-store.h"
#include "baton-upstream.h"

/* One round of a conversation with its bot: read what the bot has not read, ask it, store what it says. The gate is here
 * and in the store: a conversation that is not with the bot is not shown to it, and what it says too late is held back. */

typedef struct {
  BatonStore         *store;
  const BatonNotices *notices;
  BatonScribe        *scribe;          /* of what bots say by themselves */
  GHashTable         *bots;            /* name → BatonUpstream */
  guint               turn_seconds;    /* for the bot to answer: 60 */
  guint               turn_tries;      /* before the customer is told that it does not: 3 */
  guint               retry_seconds;   /* before the second try; doubles with each: 2 */
  guint               escalate_after;  /* so often in a row told that the bot does not answer; 0: never */
} BatonRoundContext;

void     baton_round_run_async  (const BatonRoundContext  *context,
                                 const char               *conversation_id,
                                 GCancellable             *cancellable,
                                 GAsyncReadyCallback       callback,
                                 gpointer                  user_data);
gboolean baton_round_run_finish (GAsyncResult             *result,
                                 GError                  **error);
