/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "baton-case.h"

/**
 * BatonClaimBar:
 *
 * Stands in for the composer while the conversation is not ours: who waits or who has it, and the way to take it.
 */
#define BATON_TYPE_CLAIM_BAR (baton_claim_bar_get_type ())
G_DECLARE_FINAL_TYPE (BatonClaimBar, baton_claim_bar, BATON, CLAIM_BAR, AdwBin)

GtkWidget *baton_claim_bar_new          (void);
void       baton_claim_bar_set_case     (BatonClaimBar *self,
                                         BatonCase     *item);
gboolean   baton_claim_bar_focus_button (BatonClaimBar *self);
