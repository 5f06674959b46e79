/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

typedef enum {
  BATON_SOCKET_CONTINUATION = 0x0,
  BATON_SOCKET_TEXT = 0x1,
  BATON_SOCKET_BINARY = 0x2,
  BATON_SOCKET_CLOSE = 0x8,
  BATON_SOCKET_PING = 0x9,
  BATON_SOCKET_PONG = 0xa,
} BatonSocketOpcode;

/**
 * BatonSocketReader:
 *
 * Puts the messages of a WebSocket together, as a server sends them to a client (RFC 6455), out of bytes that come in
 * whatever pieces. Holds no memory between messages.
 */
typedef struct _BatonSocketReader BatonSocketReader;

BatonSocketReader *baton_socket_reader_new     (gsize               limit);
void               baton_socket_reader_free    (BatonSocketReader  *self);
gboolean           baton_socket_reader_is_amid (BatonSocketReader  *self);   /* in a message that is not whole yet */
gssize             baton_socket_reader_take    (BatonSocketReader  *self,
                                                const guint8       *data,
                                                gsize               size,
                                                BatonSocketOpcode  *opcode,
                                                GBytes            **message,
                                                GError            **error);

void               baton_socket_write_frame    (GByteArray         *out,
                                                BatonSocketOpcode   opcode,
                                                const guint8       *data,
                                                gsize               size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonSocketReader, baton_socket_reader_free)
