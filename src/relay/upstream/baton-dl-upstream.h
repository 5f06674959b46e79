/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-pace.h"
#include "baton-upstream.h"

/**
 * BatonDlUpstream:
 *
 * A bot behind a Direct Line of its own: Power Virtual Agents, Copilot Studio, or any Bot Framework bot. Each hosted
 * conversation gets one over there; what the bot says comes on its stream, whenever it says it, as `spoke`.
 */
#define BATON_TYPE_DL_UPSTREAM (baton_dl_upstream_get_type ())
G_DECLARE_FINAL_TYPE (BatonDlUpstream, baton_dl_upstream, BATON, DL_UPSTREAM, GObject)

BatonUpstream *baton_dl_upstream_new      (const char              *name,
                                           const char              *base,
                                           const char              *secret,
                                           const char              *token_url,
                                           const BatonHandoffRules *rules);
void           baton_dl_upstream_set_new_after_return (BatonDlUpstream *self,
                                                       gboolean         new_after_return);
void           baton_dl_upstream_set_context (BatonDlUpstream         *self,
                                              const char *const       *variables);
void           baton_dl_upstream_set_pace (BatonDlUpstream         *self,
                                           const BatonPace         *pace);
