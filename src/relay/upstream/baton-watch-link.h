/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-pace.h"
#include "baton-upstream.h"

/**
 * BatonWatchLink:
 *
 * Reads along in one conversation on another Direct Line, with the site's secret. It posts nothing.
 */
typedef struct _BatonWatchLink BatonWatchLink;

/**
 * BatonWatchLinkConfig:
 *
 * Has to stay as it is.
 */
typedef struct {
  const char              *base;
  const char              *secret;
  const BatonPace         *pace;
  const BatonHandoffRules *rules;   /* or %NULL */
} BatonWatchLinkConfig;

/**
 * BatonWatchLinkFuncs:
 * @heard: what was said, with how far the wire was read; @gone: nothing more comes, the conversation does not exist
 *   any more over there. The link may be freed in this call
 * @idle: nothing was said for long; the link may be freed in this call
 */
typedef struct {
  void (*heard) (const char              *conversation_id,
                 const BatonUpstreamTurn *turn,
                 gboolean                 gone,
                 gpointer                 user_data);
  void (*idle)  (const char              *conversation_id,
                 gpointer                 user_data);
} BatonWatchLinkFuncs;

BatonWatchLink *baton_watch_link_new    (const BatonWatchLinkConfig *config,
                                         const BatonConversation    *conversation,
                                         const BatonWatchLinkFuncs  *funcs,
                                         gpointer                    user_data);
void            baton_watch_link_free   (BatonWatchLink             *self);
void            baton_watch_link_follow (BatonWatchLink             *self,
                                         const BatonConversation    *conversation);
