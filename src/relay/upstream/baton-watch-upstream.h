/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-pace.h"
#include "baton-upstream.h"

/**
 * BatonWatchUpstream:
 *
 * Conversations of a site that live on another Direct Line: the operator's page started them there, a bot answers them
 * there, and an agent will join them there. This only reads along, with the site's secret, and reports all that is said
 * as watched turns. It never posts anything of a customer's or an agent's.
 */
#define BATON_TYPE_WATCH_UPSTREAM (baton_watch_upstream_get_type ())
G_DECLARE_FINAL_TYPE (BatonWatchUpstream, baton_watch_upstream, BATON, WATCH_UPSTREAM, GObject)

/**
 * BatonWatchWanted:
 *
 * A conversation somebody wants to be watched.
 */
typedef struct {
  const char *conversation_id;   /* over there */
  const char *watermark;         /* what came up to here is not wanted; or %NULL */
  const char *user_id;           /* the customer's over there, or %NULL */
  const char *user_name;         /* or %NULL */
  const char *locale;            /* or %NULL */
} BatonWatchWanted;

BatonUpstream     *baton_watch_upstream_new          (const char              *name,
                                                      const char              *base,
                                                      const char              *secret,
                                                      const BatonHandoffRules *rules);
void               baton_watch_upstream_set_pace     (BatonWatchUpstream      *self,
                                                      const BatonPace         *pace);
const char        *baton_watch_upstream_get_base     (BatonWatchUpstream      *self);   /* ".../v3/directline" */
BatonConversation *baton_watch_upstream_make         (BatonWatchUpstream      *self,
                                                      const BatonWatchWanted  *wanted);
void               baton_watch_upstream_watch        (BatonWatchUpstream      *self,
                                                      const BatonConversation *conversation);
char              *baton_watch_upstream_dup_id       (const BatonConversation *conversation);
void               baton_watch_upstream_reach_async  (BatonWatchUpstream      *self,
                                                      const BatonConversation *conversation,
                                                      GAsyncReadyCallback      callback,
                                                      gpointer                 user_data);
char              *baton_watch_upstream_reach_finish (BatonWatchUpstream      *self,
                                                      GAsyncResult            *result,
                                                      guint                   *expires_in,
                                                      GError                 **error);
