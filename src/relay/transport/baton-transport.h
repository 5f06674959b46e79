/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* HTTP and WebSocket as the relay needs them, and nothing else: what stands behind is known to this folder
 * alone. The limits of a public server live here: bodies, headers, time, connections per address, back-log of
 * slow readers. */

/**
 * BatonTransportLimits:
 *
 * All configurable; none may be 0.
 */
typedef struct {
  gsize  body_size;                /* bytes of a request body: 256 KiB */
  gsize  frame_size;               /* bytes of a WebSocket message from a client: 64 KiB */
  guint  header_seconds;           /* for the head of a request: 5 */
  guint  body_seconds;             /* for its body: 20 */
  guint  idle_seconds;             /* a keep-alive connection without a request: 60 */
  guint  connections;              /* in all: 4096 */
  guint  connections_per_address;  /* 256; a desk behind one router is one address */
  gsize  backlog;                  /* bytes a stream's reader may be behind: 256 KiB */
  gsize  rate;                     /* bytes a second from one connection: 512 KiB */
  gsize  rate_burst;               /* 1 MiB */
  gsize  least_rate;               /* bytes a second, on the whole, at which a body has to come and an answer to go: 16 KiB */
  guint  ping_seconds;             /* empty text frame and ping to each stream: 20 */
  guint  silence_seconds;          /* a stream without any frame or pong is closed: 45 */
  guint  answer_seconds;           /* for a handler; then the peer is told 503 (S20): 15 */
  guint  frame_rate;               /* frames a second from one stream: 20 */
  guint  frame_burst;              /* 100 */
} BatonTransportLimits;

extern const BatonTransportLimits BATON_TRANSPORT_LIMITS_DEFAULT;

#define BATON_TYPE_TRANSPORT (baton_transport_get_type ())
G_DECLARE_FINAL_TYPE (BatonTransport, baton_transport, BATON, TRANSPORT, GObject)

/**
 * BatonExchange:
 *
 * One request and its answer. Alive until answered; answering is allowed once, now or later. A peer that left, or that
 * had to be told 503 because nobody answered in time, is found out by its `cancellable`; an answer then is ignored.
 */
#define BATON_TYPE_EXCHANGE (baton_exchange_get_type ())
G_DECLARE_FINAL_TYPE (BatonExchange, baton_exchange, BATON, EXCHANGE, GObject)

/**
 * BatonStream:
 *
 * A WebSocket after its handshake, the server's end.
 */
#define BATON_TYPE_STREAM (baton_stream_get_type ())
G_DECLARE_FINAL_TYPE (BatonStream, baton_stream, BATON, STREAM, GObject)

/**
 * BatonStreamEvents:
 * @message: a non-empty text frame came, valid UTF-8
 * @drained: all that was sent has left this machine, after some of it had to wait: time for the next page of a long replay
 * @closed: it is gone, for whatever reason; called once
 *
 * What happens to a stream; each may be %NULL. Never called from inside a call of yours. Not signals: there are very many
 * streams, each with one listener, and most of the time nothing happens to them.
 */
typedef struct {
  void (*message) (BatonStream *stream,
                   GBytes      *text,
                   gpointer     user_data);
  void (*drained) (BatonStream *stream,
                   gpointer     user_data);
  void (*closed)  (BatonStream *stream,
                   gpointer     user_data);
} BatonStreamEvents;

/**
 * BatonHandler:
 * @exchange: the request; the handler answers it, at once or later (keep a reference)
 * @tail: path segments below the prefix the handler was added for, percent-decoded each, no empty ones
 */
typedef void (*BatonHandler) (BatonExchange      *exchange,
                              const char *const  *tail,
                              gpointer            user_data);
/**
 * BatonBodyLimit:
 * @exchange: whose head is there; not to be answered yet
 *
 * Returns: how many bytes its body may have; 0: the limit that holds for all
 */
typedef gsize (*BatonBodyLimit) (BatonExchange     *exchange,
                                 const char *const *tail,
                                 gpointer           user_data);
/**
 * BatonStreamHandler:
 *
 * Called when the handshake of an exchange that was upgraded is complete; keep a reference to @stream.
 */
typedef void (*BatonStreamHandler) (BatonStream *stream,
                                    gpointer     user_data);

BatonTransport *baton_transport_new              (const BatonTransportLimits *limits);
void            baton_transport_add_handler      (BatonTransport             *self,
                                                  const char                 *prefix,
                                                  BatonHandler                handler,
                                                  gpointer                    user_data);
void            baton_transport_add_handler_full (BatonTransport             *self,
                                                  const char                 *prefix,
                                                  BatonHandler                handler,
                                                  BatonBodyLimit              limit,
                                                  gpointer                    user_data);
gboolean        baton_transport_listen           (BatonTransport             *self,
                                                  const char                 *address,
                                                  guint16                     port,
                                                  GError                    **error);
const char     *baton_transport_get_url          (BatonTransport             *self);   /* "http://127.0.0.1:8377", no slash at the end */
void            baton_transport_set_public_url   (BatonTransport             *self,
                                                  const char                 *url);
guint           baton_transport_get_n_streams    (BatonTransport             *self);
void            baton_transport_stop_async       (BatonTransport             *self,
                                                  GCancellable               *cancellable,
                                                  GAsyncReadyCallback         callback,
                                                  gpointer                    user_data);
gboolean        baton_transport_stop_finish      (BatonTransport             *self,
                                                  GAsyncResult               *result,
                                                  GError                    **error);

const char     *baton_exchange_get_method        (BatonExchange              *self);
const char     *baton_exchange_get_query         (BatonExchange              *self,
                                                  const char                 *name);   /* decoded; "" for a bare name; %NULL if absent */
const char     *baton_exchange_get_header        (BatonExchange              *self,
                                                  const char                 *name);
const char     *baton_exchange_get_bearer        (BatonExchange              *self);   /* token of `Authorization: Bearer`, or %NULL */
const char     *baton_exchange_get_address       (BatonExchange              *self);   /* of the peer, without port */
char           *baton_exchange_dup_url           (BatonExchange              *self);   /* of the server as this peer reaches it, no slash at the end */
GBytes         *baton_exchange_get_body          (BatonExchange              *self);
GCancellable   *baton_exchange_get_cancellable   (BatonExchange              *self);
gboolean        baton_exchange_wants_stream      (BatonExchange              *self);   /* a well-formed WebSocket handshake */
void            baton_exchange_set_header        (BatonExchange              *self,
                                                  const char                 *name,
                                                  const char                 *value);
void            baton_exchange_reply             (BatonExchange              *self,
                                                  guint                       status,
                                                  const char                 *content_type,
                                                  GBytes                     *body);
void            baton_exchange_reply_json        (BatonExchange              *self,
                                                  guint                       status,
                                                  GBytes                     *json);
void            baton_exchange_upgrade           (BatonExchange              *self,
                                                  BatonStreamHandler          handler,
                                                  gpointer                    user_data);
void            baton_exchange_upgrade_full      (BatonExchange              *self,
                                                  BatonStreamHandler          handler,
                                                  gpointer                    user_data,
                                                  GDestroyNotify              destroy);   /* of @user_data: after the handler, or without it if the peer is gone */

void            baton_stream_listen              (BatonStream                *self,
                                                  const BatonStreamEvents    *events,
                                                  gpointer                    user_data);
gboolean        baton_stream_send                (BatonStream                *self,
                                                  GBytes                     *text);   /* %FALSE: closed, or its reader was too slow and it is being closed */
gsize           baton_stream_get_backlog         (BatonStream                *self);
void            baton_stream_close               (BatonStream                *self,
                                                  guint                       code,
                                                  const char                 *reason);
