/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-config.h"
#include "baton-dl-server.h"
#include "baton-upstream.h"

/**
 * BatonConnectors:
 *
 * The Bot Framework bots of a relay: the server they post to, and the key with which the relay shows who it is.
 */
typedef struct _BatonConnectors BatonConnectors;

BatonConnectors *baton_connectors_open      (const BatonConfig        *config,
                                             BatonStore               *store,
                                             BatonTransport           *transport,
                                             BatonDlFiles             *files,
                                             BatonDlServer            *direct_line,
                                             GError                  **error) G_GNUC_WARN_UNUSED_RESULT;
BatonUpstream   *baton_connectors_add       (BatonConnectors          *self,
                                             const BatonConfigBot     *bot,
                                             GError                  **error) G_GNUC_WARN_UNUSED_RESULT;
void             baton_connectors_start     (BatonConnectors          *self,
                                             const char               *own_url);
void             baton_connectors_free      (BatonConnectors          *self);
