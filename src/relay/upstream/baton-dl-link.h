/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-dl-access.h"
#include "baton-pace.h"
#include "baton-upstream.h"

/**
 * BatonDlLink:
 *
 * One hosted conversation and the bot's side of it: the conversation over there, its stream, and how far the bot was
 * told what the customer said.
 */
typedef struct _BatonDlLink BatonDlLink;

/**
 * BatonDlLinkFuncs:
 * @spoke: something is to be stored: what the bot said, in the epoch of the conversation in which it was last told
 *   something; what is to be remembered of it; and how far its wire was read
 * @idle: nothing has happened for long; the link may be freed in this call
 */
typedef struct {
  void (*spoke) (const BatonConversation *conversation,
                 gint64                   epoch,
                 const BatonUpstreamTurn *turn,
                 gpointer                 user_data);
  void (*idle)  (const BatonConversation *conversation,
                 gpointer                 user_data);
} BatonDlLinkFuncs;

/**
 * BatonDlLinkConfig:
 *
 * What it points to has to stay.
 */
typedef struct {
  BatonDlAccess           *access;
  const BatonHandoffRules *rules;      /* or %NULL */
  BatonPace                pace;
  gboolean                 new_after_return;   /* a bot that gets its conversation back gets a new one over there */
  char                    *context;            /* JSON object: variables the bot has before it greets; or %NULL */
} BatonDlLinkConfig;

BatonDlLink *baton_dl_link_new    (const BatonDlLinkConfig *config,
                                   const BatonConversation *conversation,
                                   const BatonDlLinkFuncs  *funcs,
                                   gpointer                 user_data);
void         baton_dl_link_free   (BatonDlLink             *self);
void         baton_dl_link_watch  (BatonDlLink             *self);
void         baton_dl_link_tell   (BatonDlLink             *self,
                                   const BatonConversation *conversation,
                                   const char              *status);
void         baton_dl_link_run    (BatonDlLink             *self,
                                   const BatonConversation *conversation,
                                   GPtrArray               *unread,
                                   GTask                   *task);
