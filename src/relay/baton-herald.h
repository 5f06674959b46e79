/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-store.h"
#include "baton-upstream.h"

/**
 * BatonHerald:
 *
 * Tells bots what became of their hand-offs (`handoff.status`, protocol 3.2), those whose operator wants that: "accepted"
 * when an agent takes it for the first time, then "completed"; or "failed" if nobody did. Each at most once (H12).
 */
#define BATON_TYPE_HERALD (baton_herald_get_type ())
G_DECLARE_FINAL_TYPE (BatonHerald, baton_herald, BATON, HERALD, GObject)

BatonHerald *baton_herald_new     (BatonStore    *store);
void         baton_herald_add_bot (BatonHerald   *self,
                                   const char    *name,
                                   BatonUpstream *bot);
