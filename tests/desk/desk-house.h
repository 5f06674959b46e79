/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-desk.h"
#include "baton-test.h"

/* A desk in a house of its own: a new store, a transport on loopback, two agents, and clients that speak HTTP. The
 * agents are "ana" and "bo"; their passwords are "ana’s password" and "bo’s password". */

#define DESK_SECRET "the relay’s secret"

typedef struct {
  char            *folder;
  gboolean         grants_nothing;   /* there is no access to be had */
  char            *wanted;           /* to be watched, the last */
  BatonDeskConfig  config;
  BatonStore      *store;
  BatonTransport  *transport;
  BatonRoster     *roster;
  BatonDesk       *desk;
  SoupSession     *http;
  guint            n_made;
} DeskHouse;

DeskHouse *desk_house_new       (void);
void       desk_house_open      (DeskHouse   *self);   /* again, with `config`, over the same store */
void       desk_house_close     (DeskHouse   *self);   /* the transport, as when a relay stops */
void       desk_house_free      (DeskHouse   *self);
char      *desk_house_escalate  (DeskHouse   *self,
                                 const char  *topic);   /* a conversation with a hand-off; returns the escalation's id */
char      *desk_house_escalate_with (DeskHouse *self,
                                     const char *value);   /* the hand-off's, as JSON */
gint64     desk_house_get_seq   (DeskHouse   *self);    /* newest event */
char      *desk_house_sign_in   (DeskHouse   *self,
                                 const char  *agent);   /* → token */
BatonPresence desk_house_get_presence (DeskHouse *self,
                                       const char *agent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskHouse, desk_house_free)

/* --- HTTP --- */

typedef struct {
  guint      status;   /* 0: still on its way */
  BatonJson *json;     /* %NULL: no JSON */
  GBytes    *body;
  char      *allow, *authenticate, *retry_after;
} DeskReply;

void       desk_reply_free      (DeskReply   *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskReply, desk_reply_free)

DeskReply *desk_house_send      (DeskHouse   *self,     /* completes later: `status` */
                                 const char  *method,
                                 const char  *path,
                                 const char  *token,
                                 const char  *body,
                                 const char  *origin);
DeskReply *desk_house_ask       (DeskHouse   *self,
                                 const char  *method,
                                 const char  *path,
                                 const char  *token,
                                 const char  *body);
char      *desk_reply_text      (DeskReply   *self,
                                 const char  *path);    /* such as "error.code"; numbers as written */

/* --- streams --- */

typedef struct {
  SoupWebsocketConnection *socket;     /* %NULL until open */
  gboolean                 is_refused;
  gboolean                 is_closed;
  gushort                  close_code;
  GPtrArray               *frames;     /* of BatonJson, the empty ones left out */
  gsize                    longest;    /* bytes */
  GArray                  *seqs;       /* of gint64: the events', in order of arrival */
  guint                    n_hellos, n_snapshots, n_rows, n_agents;
  gint64                   snapshot_seq;
} DeskListener;

DeskListener *desk_listener_new  (DeskHouse    *house,
                                  const char   *token,
                                  const char   *query);   /* such as "?after=3" */
void          desk_listener_open (DeskListener *self);    /* waits until it is */
void          desk_listener_free (DeskListener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskListener, desk_listener_free)

gint64        desk_listener_last (DeskListener *self);    /* event it has, or the snapshot's, or -1 */
void          desk_assert_whole  (DeskListener *self,
                                  gint64        first,
                                  gint64        last);    /* each once, in order */
