/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-case.h"
#include "baton-dl-client.h"
#include "baton-sender.h"

/* A case is three files: baton-case.c knows what the hub says of it, baton-case-line.c reads and writes the conversation,
 * wherever that is, and baton-case-owner.c says whose it is. */

struct _BatonCase {
  GObject          parent_instance;

  BatonHubClient  *hub;
  BatonEscalation *escalation;
  BatonHandoff    *handoff;        /* of the detail, else of the row */
  BatonTranscript *transcript;
  BatonDlClient   *client;         /* NULL until there is access */
  BatonSender     *sender;         /* as long as @client */
  char            *base;           /* where @client is */
  gboolean         is_foreign;     /* @client is on a Direct Line that is not the relay's */
  gboolean         is_record;      /* @client reads what the relay has recorded; the conversation itself is elsewhere */
  GCancellable    *cancellable;
  GCancellable    *loading;        /* of a request for the detail under way, else NULL */
  guint            retry_id;
  guint            typing_id;
  char            *marked;         /* key of the last hand-off that has its mark in the transcript */

  gboolean         is_active;
  gboolean         is_mine;
  gboolean         is_claiming;
  gboolean         is_leaving;     /* this agent gave it away: no need to say that it is gone */
  gboolean         is_lost;        /* the stream */

  guint            unread;
  gint64           read_until;     /* time of the newest item the agent has seen */
  gint64           waiting_since;
  char            *last_text;
  char            *notice;
  char            *draft;
  char            *timezone;
  char            *channel;
};

typedef enum {
  BATON_CASE_PROP_ESCALATION = 1,
  BATON_CASE_PROP_HANDOFF,
  BATON_CASE_PROP_MINE,
  BATON_CASE_PROP_CLAIMING,
  BATON_CASE_PROP_WRITABLE,
  BATON_CASE_PROP_ONLINE,
  BATON_CASE_PROP_TYPING,
  BATON_CASE_PROP_UNREAD,
  BATON_CASE_PROP_LAST_TEXT,
  BATON_CASE_PROP_WAITING_SINCE,
  BATON_CASE_PROP_NOTICE,
  BATON_CASE_N_PROPS,
} BatonCaseProp;

void baton_case_notify           (BatonCase             *self,
                                  BatonCaseProp          prop);
void baton_case_set_text         (BatonCase             *self,
                                  char                 **text,
                                  const char            *value,
                                  BatonCaseProp          prop);
void baton_case_fail             (BatonCase             *self,
                                  const char            *sentence);
void baton_case_tell_changed     (BatonCase             *self);
void baton_case_update_summary   (BatonCase             *self);
void baton_case_load             (BatonCase             *self);
void baton_case_load_later       (BatonCase             *self);
void baton_case_take_news        (BatonCase             *self,
                                  BatonEscalation       *newer);
void baton_case_take_access      (BatonCase             *self,
                                  const BatonHubAccess  *access);
void baton_case_update_writable  (BatonCase             *self);
void baton_case_update_ownership (BatonCase             *self);
