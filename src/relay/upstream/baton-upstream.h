/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "baton-store.h"

/**
 * BatonUpstream:
 *
 * A bot behind the relay. The relay asks `run` with the activities the bot has not read yet, one call at a time per
 * conversation, and stores what comes back. Bots that speak later, on their own wire, emit `spoke` (const BatonBotTurn
 * *turn) for that, and for all they have to remember; `bot_read` is then -1, and `epoch` that in which they were last told
 * something. Turns that are spoken have to be stored in order, and none may be left out: each covers what came before.
 * Bots that want to hear what became of what they say emit `submitted` (const BatonBotTurn *turn, GTask *outcome) instead,
 * which baton_upstream_submit() does.
 */
#define BATON_TYPE_UPSTREAM (baton_upstream_get_type ())
G_DECLARE_INTERFACE (BatonUpstream, baton_upstream, BATON, UPSTREAM, GObject)

/**
 * BatonUpstreamTurn:
 *
 * An answer that owns its parts. What it lacks of a #BatonBotTurn is known to whoever asked.
 */
typedef struct {
  GPtrArray *items;           /* of BatonBotItem */
  char      *bot_state;       /* or %NULL */
  char      *bot_watermark;   /* or %NULL */
  gboolean   wants_transcript;   /* not to be stored: to be run again, with the transcript */
  gboolean   wants_storing;      /* not to be stored: to be run again once all that was spoken is stored */
  gboolean   has_failed;         /* the bot was told, and did not answer; to ask it again could be to ask it twice */
} BatonUpstreamTurn;

struct _BatonUpstreamInterface {
  GTypeInterface parent_iface;

  void               (*run_async)    (BatonUpstream           *self,
                                      const BatonConversation *conversation,
                                      GPtrArray               *unread,
                                      GPtrArray               *transcript,
                                      GCancellable            *cancellable,
                                      GAsyncReadyCallback      callback,
                                      gpointer                 user_data);
  BatonUpstreamTurn *(*run_finish)   (BatonUpstream           *self,
                                      GAsyncResult            *result,
                                      GError                 **error);
  const char        *(*get_bot_id)   (BatonUpstream           *self);
  const char        *(*get_bot_name) (BatonUpstream           *self);
  void               (*resume)       (BatonUpstream           *self,
                                      const BatonConversation *conversation);   /* these four may be %NULL */
  gboolean           (*greets)       (BatonUpstream           *self,
                                      const BatonConversation *conversation);
  void               (*follow)       (BatonUpstream           *self,
                                      const BatonConversation *conversation);
  void               (*tell)         (BatonUpstream           *self,
                                      const BatonConversation *conversation,
                                      const char              *status);
};

void               baton_upstream_run_async    (BatonUpstream           *self,
                                                const BatonConversation *conversation,
                                                GPtrArray               *unread,
                                                GPtrArray               *transcript,
                                                GCancellable            *cancellable,
                                                GAsyncReadyCallback      callback,
                                                gpointer                 user_data);
BatonUpstreamTurn *baton_upstream_run_finish   (BatonUpstream           *self,
                                                GAsyncResult            *result,
                                                GError                 **error);
const char        *baton_upstream_get_bot_id   (BatonUpstream           *self);
const char        *baton_upstream_get_bot_name (BatonUpstream           *self);
void               baton_upstream_resume       (BatonUpstream           *self,
                                                const BatonConversation *conversation);
gboolean           baton_upstream_greets       (BatonUpstream           *self,
                                                const BatonConversation *conversation);
void               baton_upstream_follow       (BatonUpstream           *self,
                                                const BatonConversation *conversation);
void               baton_upstream_tell         (BatonUpstream           *self,
                                                const BatonConversation *conversation,
                                                const char              *status);
void               baton_upstream_submit       (BatonUpstream           *self,
                                                const BatonBotTurn      *turn,
                                                GTask                   *outcome);
BatonUpstreamTurn *baton_upstream_turn_new     (void);
void               baton_upstream_turn_add     (BatonUpstreamTurn       *self,
                                                BatonActivity           *activity,
                                                const char              *upstream_id,
                                                BatonHandoff            *handoff);
void               baton_upstream_turn_free    (BatonUpstreamTurn       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonUpstreamTurn, baton_upstream_turn_free)
