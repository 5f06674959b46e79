/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-config.h"
#include "baton-store.h"
#include "baton-upstream.h"

/**
 * BatonRelay:
 *
 * A whole relay: store, transport, Direct Line server, desk, bots, canvas page, joined.
 */
#define BATON_TYPE_RELAY (baton_relay_get_type ())
G_DECLARE_FINAL_TYPE (BatonRelay, baton_relay, BATON, RELAY, GObject)

BatonRelay *baton_relay_open        (BatonConfig          *config,
                                     GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void        baton_relay_set_bot     (BatonRelay           *self,
                                     const char           *name,
                                     BatonUpstream        *bot);
gboolean    baton_relay_start       (BatonRelay           *self,
                                     GError              **error);
const char *baton_relay_get_url     (BatonRelay           *self);
BatonStore *baton_relay_get_store   (BatonRelay           *self);
void        baton_relay_stop_async  (BatonRelay           *self,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean    baton_relay_stop_finish (BatonRelay           *self,
                                     GAsyncResult         *result,
                                     GError              **error);
