/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/**
 * BatonSocket:
 *
 * A WebSocket, the client's end: one attempt to open it, one life. Signals: `opened`; `heard`: the first frame of any
 * kind; `message` (GBytes *text): a non-empty text frame; `closed` (GError *why): emitted once, whether it never opened,
 * ended, fell silent or was slept through; @why tells what the handshake was refused with. After baton_socket_close() none
 * is emitted.
 */
#define BATON_TYPE_SOCKET (baton_socket_get_type ())
G_DECLARE_FINAL_TYPE (BatonSocket, baton_socket, BATON, SOCKET, GObject)

BatonSocket *baton_socket_new               (guint        silence_ms);
void         baton_socket_set_message_limit (BatonSocket *self,
                                             gsize        bytes);
void         baton_socket_open              (BatonSocket *self,
                                             const char  *url,
                                             const char  *bearer);
void         baton_socket_close             (BatonSocket *self);
gboolean     baton_socket_has_worked        (BatonSocket *self);
