/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-dl-client.h"
#include "baton-dl-link.h"
#include "baton-dl-memory.h"
#include "baton-timer.h"

/* A link is two files: baton-dl-link.c has the way to the bot's side, baton-dl-link-run.c what goes there and comes back. */

/* In place of an index. */
#define CONTEXT -3   /* the event that sets variables of the bot */
#define START -2     /* the event that makes the bot greet */
#define NONE -1

struct _BatonDlLink {
  BatonDlAccess           *access;
  const BatonHandoffRules *rules;
  BatonPace                pace;
  gboolean                 new_after_return;
  const char              *context;        /* JSON, or %NULL */
  const BatonDlLinkFuncs  *funcs;
  gpointer                 user_data;

  BatonConversation       *conversation;   /* as it was at the last run */
  BatonDlMemory            memory;
  BatonDlMemory            stored;         /* the memory as the store had it when the last run began */
  char                    *told;           /* the memory as it was last given away to be stored; or %NULL */
  GHashTable              *own_ids;        /* over there, of posts whose echo has not come yet */
  GCancellable            *asking;         /* for the access; %NULL: not */
  BatonDlClient           *client;         /* %NULL: not open */
  gboolean                 is_new;         /* the conversation over there has not been online yet */
  gboolean                 has_context;    /* it was told @context; told again after a crash it does no harm */
  gint64                   under_way;      /* index of what is being posted, CONTEXT, START or NONE */
  GQueue                   statuses;       /* of BatonActivity: to be told once @client is there */

  GTask                   *task;           /* the run; %NULL: none */
  GSource                 *cancel;
  GPtrArray               *unread;
  guint                    next;           /* of @unread */
  gboolean                 handed_over;    /* in this run, or just before it */
  gboolean                 began_anew;     /* in this run, or in the one that it continues */
  gboolean                 is_halfway;     /* the last run asked for another one */

  gint64                   handed_over_at; /* monotonic µs; 0: never */
  BatonTimer              *idle;
  gint64                   used_at;        /* monotonic µs */
};

/* The way. */
void     baton_dl_link_open       (BatonDlLink       *self);
void     baton_dl_link_close      (BatonDlLink       *self);
gboolean baton_dl_link_begin_anew (BatonDlLink       *self);

/* What goes and comes. */
void     baton_dl_link_advance    (BatonDlLink       *self);
void     baton_dl_link_fail_run   (BatonDlLink       *self,
                                   const GError      *why);
void     baton_dl_link_remember   (BatonDlLink       *self,
                                   BatonUpstreamTurn *turn,
                                   const char        *watermark);
void     baton_dl_link_hear       (BatonDlClient     *client,
                                   GPtrArray         *activities,
                                   gpointer           user_data);
