/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/**
 * BatonGuardStream:
 *
 * Stands between a peer's stream and whoever reads it, and lets no more through than a rate allows. Signal `closed`:
 * somebody closed it, and with it the stream below; emitted once.
 */
#define BATON_TYPE_GUARD_STREAM (baton_guard_stream_get_type ())
G_DECLARE_FINAL_TYPE (BatonGuardStream, baton_guard_stream, BATON, GUARD_STREAM, GIOStream)

BatonGuardStream *baton_guard_stream_new (GIOStream *base,
                                          gsize      rate,
                                          gsize      burst);
