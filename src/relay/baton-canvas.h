/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-token.h"
#include "baton-transport.h"

/**
 * BatonCanvas:
 *
 * The relay's own page for customers, at `/`, and what gives it a token: `POST /canvas/token` {locale, name} → 200
 * {"conversationId":…,"token":…,"expires_in":…}, a Direct Line token for one new conversation. Also `GET /healthz`.
 *
 * The files are read once, at the start: what is asked for is looked up in a table and is never a path.
 */
#define BATON_TYPE_CANVAS (baton_canvas_get_type ())
G_DECLARE_FINAL_TYPE (BatonCanvas, baton_canvas, BATON, CANVAS, GObject)

BatonCanvas *baton_canvas_new (const char      *folder,
                               guint            token_seconds,
                               guint            tokens_per_minute,
                               BatonTokenKey   *key,
                               BatonTransport  *transport,
                               GError         **error) G_GNUC_WARN_UNUSED_RESULT;
