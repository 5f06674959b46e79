/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-upstream.h"

/**
 * BatonEmbeddedUpstream:
 *
 * The bot that comes with the relay: topic files, run in this process, without a network.
 */
#define BATON_TYPE_EMBEDDED_UPSTREAM (baton_embedded_upstream_get_type ())
G_DECLARE_FINAL_TYPE (BatonEmbeddedUpstream, baton_embedded_upstream, BATON, EMBEDDED_UPSTREAM, GObject)

BatonUpstream *baton_embedded_upstream_new (const char  *folder,
                                            GPtrArray  **warnings,
                                            GError     **error) G_GNUC_WARN_UNUSED_RESULT;
