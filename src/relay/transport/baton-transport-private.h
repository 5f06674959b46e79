/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-guard-stream.h"
#include "baton-transport.h"

/* How long a refused peer may take to read why, and a closed stream to say goodbye. */
#define BATON_LINGER_USEC (2 * G_TIME_SPAN_SECOND)

/**
 * BatonPhase:
 *
 * What a connection is at; each has its deadline.
 */
typedef enum {
  BATON_PHASE_HEAD,      /* the head of a request is due */
  BATON_PHASE_BODY,      /* its body is due */
  BATON_PHASE_ANSWER,    /* our answer is due */
  BATON_PHASE_WRITING,   /* the peer has to take the answer */
  BATON_PHASE_IDLE,      /* kept alive between requests */
  BATON_PHASE_STREAM,    /* a WebSocket: keeps its own time */
  BATON_PHASE_LINGER,    /* refused; waits until the peer has read why */
} BatonPhase;

/**
 * BatonPeer:
 *
 * One accepted connection, from accept to close.
 */
typedef struct {
  GList             link;          /* in the transport's list */
  BatonTransport   *transport;     /* not owned; outlives its peers */
  GSocket          *socket;
  GSocketAddress   *address;       /* libsoup hands this very object back with each message: the key to find the peer */
  char             *source;        /* what connections are counted by */
  BatonGuardStream *guard;
  BatonPhase        phase;
  gint64            deadline;
  gsize             body_size;     /* came in so far */
  gboolean          too_big;       /* the body is over the limit and thrown away */
  BatonExchange    *exchange;      /* not answered yet, or NULL */
  BatonStream      *stream;        /* or NULL */
} BatonPeer;

BatonPeer     *baton_peer_new           (BatonTransport             *transport,
                                         GSocket                    *socket,
                                         GSocketAddress             *address,
                                         const char                 *source);
void           baton_peer_free          (BatonPeer                  *self);
void           baton_peer_set_phase     (BatonPeer                  *self,
                                         BatonPhase                  phase);
void           baton_peer_begin         (BatonPeer                  *self,
                                         SoupServerMessage          *message);
void           baton_peer_check_head    (BatonPeer                  *self,
                                         SoupServerMessage          *message);
void           baton_peer_count_body    (BatonPeer                  *self,
                                         SoupServerMessage          *message,
                                         gsize                       length);
void           baton_peer_cut           (BatonPeer                  *self);
void           baton_peer_sweep         (BatonPeer                  *self,
                                         gint64                      now);

/* In the transport. */
const BatonTransportLimits *
               baton_transport_get_limits    (BatonTransport        *self);
const char    *baton_transport_get_public_url (BatonTransport       *self);
gboolean       baton_transport_is_stopping   (BatonTransport        *self);

/* The exchange as its peer sees it. */
BatonExchange *baton_exchange_new       (BatonPeer                  *peer,
                                         SoupServerMessage          *message);
void           baton_exchange_refuse    (BatonExchange              *self,
                                         guint                       status,
                                         const char                 *code,
                                         const char                 *text);
void           baton_exchange_abandon   (BatonExchange              *self);
char          *baton_exchange_format_error (const char              *code,
                                            const char              *text);

/* The stream as its peer sees it. */
BatonStream   *baton_stream_new         (BatonPeer                  *peer,
                                         GIOStream                  *io,
                                         const BatonTransportLimits *limits);
void           baton_stream_sweep       (BatonStream                *self,
                                         gint64                      now);
void           baton_stream_abandon     (BatonStream                *self);
