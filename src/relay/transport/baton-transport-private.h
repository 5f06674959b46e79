/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-bucket.h"
#include "baton-outgoing.h"
#include "baton-poller.h"
#include "baton-request.h"
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
 * One accepted connection, from accept to close. There may be very many of them that do nothing: what only a request
 * needs is in the request.
 */
typedef struct {
  BatonWatch       watch;        /* first: what the poller hands back */
  BatonDeadline    timer;
  GList            link;         /* in the transport's list */
  BatonTransport  *transport;    /* not owned; outlives its peers */
  char            *source;       /* what connections are counted by; a #GRefString, like the next */
  char            *address;      /* without port */
  guint            refs;
  BatonPhase       phase;
  gint64           deadline;     /* of the phase */
  BatonBucket      bucket;       /* of bytes that come in */
  gint64           resumes_at;   /* when it may be read from again; 0: now */
  gboolean         ends;         /* after the answer */
  gboolean         is_unhurried; /* its body may be longer than others', and come as fast as it likes */
  BatonRequest    *request;      /* being read, or NULL */
  GByteArray      *ahead;        /* came in while a request was being answered, or NULL */
  BatonOutgoing    outgoing;
  BatonExchange   *exchange;     /* from the head of a request to its answer, or NULL */
  BatonStream     *stream;       /* or NULL */
} BatonPeer;

BatonPeer     *baton_peer_open           (BatonTransport             *transport,
                                          int                         fd,
                                          const char                 *source,
                                          const char                 *address);
BatonPeer     *baton_peer_ref            (BatonPeer                  *self);
void           baton_peer_unref          (BatonPeer                  *self);
gboolean       baton_peer_is_closed      (BatonPeer                  *self);
void           baton_peer_cut            (BatonPeer                  *self);
void           baton_peer_due            (BatonPeer                  *self,
                                          gint64                      now);
void           baton_peer_set_timer      (BatonPeer                  *self,
                                          gint64                      deadline);
void           baton_peer_set_blocked    (BatonPeer                  *self,
                                          gboolean                    is_blocked);
void           baton_peer_answer         (BatonPeer                  *self,
                                          const char                 *head,
                                          gsize                       head_size,
                                          GBytes                     *body,
                                          gboolean                    keeps_alive);
void           baton_peer_upgrade        (BatonPeer                  *self,
                                          const char                 *head,
                                          gsize                       head_size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonPeer, baton_peer_unref)

/* In the transport. */
const BatonTransportLimits *
               baton_transport_get_limits    (BatonTransport         *self);
const char    *baton_transport_get_public_url (BatonTransport        *self);
gboolean       baton_transport_is_stopping   (BatonTransport         *self);
BatonPoller   *baton_transport_get_poller    (BatonTransport         *self);
const char    *baton_transport_get_date      (BatonTransport         *self);
void           baton_transport_remove_peer   (BatonTransport         *self,
                                              BatonPeer              *peer);
void           baton_transport_add_stream    (BatonTransport         *self);
void           baton_transport_add_dirty     (BatonTransport         *self,
                                              BatonStream            *stream);
gsize          baton_transport_find_limit    (BatonTransport         *self,
                                              BatonExchange          *exchange);
void           baton_transport_dispatch      (BatonTransport         *self,
                                              BatonExchange          *exchange);

/* The exchange as its peer sees it. */
BatonExchange *baton_exchange_new       (BatonPeer                  *peer,
                                         BatonRequest               *request);
BatonRequest  *baton_exchange_get_request (BatonExchange            *self);
const char *const *
               baton_exchange_get_segments (BatonExchange           *self);
void           baton_exchange_take_body (BatonExchange              *self);
void           baton_exchange_refuse    (BatonExchange              *self,
                                         guint                       status,
                                         const char                 *code,
                                         const char                 *text);
void           baton_exchange_abandon   (BatonExchange              *self);
char          *baton_exchange_format_error (const char              *code,
                                            const char              *text);
const char    *baton_exchange_get_phrase (guint                      status);

/* The stream as its peer sees it. */
BatonStream   *baton_stream_new         (BatonPeer                  *peer);
void           baton_stream_take        (BatonStream                *self,
                                         const guint8               *data,
                                         gsize                       length);
void           baton_stream_flush       (BatonStream                *self);
void           baton_stream_due         (BatonStream                *self,
                                         gint64                      now);
void           baton_stream_abandon     (BatonStream                *self);
