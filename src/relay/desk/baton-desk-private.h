/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-attendance.h"
#include "baton-desk.h"
#include "baton-sessions.h"

typedef struct _BatonDeskFeed BatonDeskFeed;

struct _BatonDesk {
  GObject          parent_instance;

  BatonDeskConfig  config;
  BatonStore      *store;
  BatonRoster     *roster;
  BatonSessions   *sessions;
  BatonAttendance *attendance;
  BatonDeskFeed   *feed;
  GCancellable    *cancellable;   /* of what the desk itself asks the store */
  guint            sweep;
};

/**
 * BatonDeskRequest:
 *
 * A request on its way through the store and back. Freed unanswered it is answered with an error.
 */
typedef struct {
  BatonDesk     *desk;
  BatonExchange *exchange;
  BatonJson     *body;        /* %NULL for methods without one */
  BatonAgent    *agent;       /* who asks; %NULL while signing in */
  char          *session;     /* hash of the token */
  gint64         ends_at;     /* of the session */
  char          *id;          /* the first `*` of the route's path */
  char          *verb;        /* the second */
} BatonDeskRequest;

void     baton_desk_request_free       (BatonDeskRequest *self);
void     baton_desk_reply              (BatonDeskRequest *request,
                                        guint             status,
                                        BatonJsonWriter  *writer);
void     baton_desk_refuse             (BatonDeskRequest *request,
                                        const GError     *error);
char    *baton_desk_dup_request_id     (BatonDeskRequest *request,
                                        GError          **error);
void     baton_desk_write_agent        (BatonDesk        *self,
                                        BatonAgent       *agent,
                                        BatonJsonWriter  *writer);
void     baton_desk_tell_presence      (BatonDesk        *self,
                                        const char       *agent_id);

/* A route's handler takes over the request. */
void     baton_desk_list_escalations   (BatonDeskRequest *request);
void     baton_desk_show_escalation    (BatonDeskRequest *request);
void     baton_desk_step_escalation    (BatonDeskRequest *request);
void     baton_desk_open_stream        (BatonDeskRequest *request);
void     baton_desk_begin_watch        (BatonDeskRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDeskRequest, baton_desk_request_free)

/* The streams of events: baton-desk-feed.c for all of them, baton-desk-stream.c for each. */
BatonDeskFeed *baton_desk_feed_new     (BatonDesk        *desk);
void           baton_desk_feed_free    (BatonDeskFeed    *self);
void           baton_desk_feed_sweep   (BatonDeskFeed    *self);
void           baton_desk_feed_end     (BatonDeskFeed    *self,
                                        const char       *session);
