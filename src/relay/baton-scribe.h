/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-notices.h"
#include "baton-store.h"
#include "baton-upstream.h"

/**
 * BatonScribe:
 *
 * Writes down what bots say by themselves. Each turn covers all that came before it on the bot's wire, so the turns of
 * a conversation are stored in the order in which they were spoken, and none is passed over: one that cannot be stored
 * is tried again until it can, and the others wait behind it. Only what somebody waits to hear of is tried once.
 */
#define BATON_TYPE_SCRIBE (baton_scribe_get_type ())
G_DECLARE_FINAL_TYPE (BatonScribe, baton_scribe, BATON, SCRIBE, GObject)

BatonScribe *baton_scribe_new         (BatonStore           *store,
                                       const BatonNotices   *notices);
void         baton_scribe_write       (BatonScribe          *self,
                                       BatonUpstream        *bot,
                                       const BatonBotTurn   *turn);
void         baton_scribe_submit      (BatonScribe          *self,
                                       BatonUpstream        *bot,
                                       const BatonBotTurn   *turn,
                                       GTask                *outcome);
gboolean     baton_scribe_is_writing  (BatonScribe          *self,
                                       const char           *conversation_id);
void         baton_scribe_stop_async  (BatonScribe          *self,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
gboolean     baton_scribe_stop_finish (BatonScribe          *self,
                                       GAsyncResult         *result,
                                       GError              **error);
