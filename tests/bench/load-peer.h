/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The client's end of many connections on one epoll set: HTTP requests one after another, or a WebSocket. It knows
 * neither GObject nor a main context, so that it costs less than the server it loads. */

typedef struct _LoadLoop LoadLoop;
typedef struct _LoadPeer LoadPeer;

/* @status is 0 if the connection broke before the answer was there, 101 once a stream is open. */
typedef void (*LoadAnswer) (LoadPeer   *peer,
                            guint       status,
                            const char *body,
                            gsize       length);
typedef void (*LoadText)   (LoadPeer   *peer,
                            const char *text,
                            gsize       length);

/**
 * LoadPeer:
 *
 * One connection at a time; the next request dials again where it has to.
 */
struct _LoadPeer {
  LoadLoop   *loop;
  LoadAnswer  answer;
  LoadText    text;       /* a message on its stream; may be %NULL */
  gpointer    owner;

  int         fd;         /* -1: not connected */
  gboolean    is_stream;
  gboolean    is_asking;  /* for an answer or for a handshake */
  gboolean    is_writing; /* what is in `out` waits for the socket */
  GByteArray *in;
  GByteArray *out;
};

void      load_fail         (const char *format,
                             ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;   /* ends the program */
LoadLoop *load_loop_new     (const char *url,           /* must be a loopback address, else %NULL with @error */
                             gint64      seconds,       /* after these the program ends with an error */
                             GError    **error);
void      load_loop_turn    (LoadLoop   *self,
                             int         timeout_ms);
void      load_loop_await   (LoadLoop   *self);         /* serves its connections until a line comes on standard input */
void      load_loop_free    (LoadLoop   *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoadLoop, load_loop_free)

LoadPeer *load_peer_new     (LoadLoop   *loop,
                             LoadAnswer  answer,
                             LoadText    text,
                             gpointer    owner);
void      load_peer_request (LoadPeer   *self,
                             const char *method,
                             const char *path,          /* below the URL of the loop */
                             const char *token,         /* or %NULL */
                             const char *body,          /* or %NULL */
                             gsize       length);
void      load_peer_upgrade (LoadPeer   *self,
                             const char *stream_url,
                             gboolean    offer_deflate);
void      load_peer_close   (LoadPeer   *self);
void      load_peer_free    (LoadPeer   *self);
