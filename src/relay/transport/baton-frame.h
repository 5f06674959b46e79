/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* WebSocket frames (RFC 6455, version 13, no extensions) as the server's end reads and writes them. No I/O. */

/* Of what a server sends. */
#define BATON_FRAME_HEAD_MAX 10

/* Close codes. */
#define BATON_CLOSE_NORMAL     1000
#define BATON_CLOSE_GOING_AWAY 1001
#define BATON_CLOSE_PROTOCOL   1002
#define BATON_CLOSE_NONE       1005   /* never on the wire: the peer gave none */
#define BATON_CLOSE_BAD_DATA   1007
#define BATON_CLOSE_POLICY     1008
#define BATON_CLOSE_TOO_BIG    1009

/* The values are the opcodes on the wire where there is one. */
typedef enum {
  BATON_FRAME_TEXT   = 0x1,
  BATON_FRAME_BINARY = 0x2,
  BATON_FRAME_CLOSE  = 0x8,
  BATON_FRAME_PING   = 0x9,
  BATON_FRAME_PONG   = 0xa,
  BATON_FRAME_MORE   = 0x10,   /* nothing whole has come yet */
  BATON_FRAME_BROKEN,          /* the peer breaks the rules: close with the given code, feed no more */
} BatonFrameKind;

/**
 * BatonFrameReader:
 *
 * Makes whole messages out of a client's bytes. Holds at most one message and what was fed but not yet taken.
 */
typedef struct _BatonFrameReader BatonFrameReader;

BatonFrameReader *baton_frame_reader_new  (gsize             max_message);
void              baton_frame_reader_free (BatonFrameReader *self);
void              baton_frame_reader_feed (BatonFrameReader *self,
                                           const guint8     *data,
                                           gsize             length);
BatonFrameKind    baton_frame_reader_next (BatonFrameReader *self,
                                           GBytes          **payload,
                                           guint            *code);
gboolean          baton_frame_reader_is_empty (BatonFrameReader *self);   /* nothing of a message or frame is waiting in it */
gsize             baton_frame_write_head  (guint8            head[BATON_FRAME_HEAD_MAX],
                                           BatonFrameKind    kind,
                                           gsize             length);
GBytes           *baton_frame_make_close  (guint             code,
                                           const char       *reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonFrameReader, baton_frame_reader_free)
