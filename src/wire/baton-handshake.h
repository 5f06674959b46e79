/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/**
 * BatonHandshake:
 *
 * How a WebSocket is asked for (RFC 6455, 4): what goes out, and whether what comes back agrees.
 */
typedef struct _BatonHandshake BatonHandshake;

BatonHandshake *baton_handshake_new       (const char      *url,
                                           const char      *bearer,
                                           GError         **error);
void            baton_handshake_free      (BatonHandshake  *self);
const char     *baton_handshake_get_url   (BatonHandshake  *self);   /* http or https, where to connect to */
gboolean        baton_handshake_is_secure (BatonHandshake  *self);
const char     *baton_handshake_get_text  (BatonHandshake  *self);   /* the request */
gssize          baton_handshake_read      (BatonHandshake  *self,
                                           const char      *answer,
                                           gsize            size,
                                           GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonHandshake, baton_handshake_free)
