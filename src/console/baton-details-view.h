/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "baton-case.h"

/**
 * BatonDetailsView:
 *
 * What the bot handed over and what is known of the customer, as names and values. Enter copies a value.
 */
#define BATON_TYPE_DETAILS_VIEW (baton_details_view_get_type ())
G_DECLARE_FINAL_TYPE (BatonDetailsView, baton_details_view, BATON, DETAILS_VIEW, AdwBin)

GtkWidget *baton_details_view_new      (void);
void       baton_details_view_set_case (BatonDetailsView *self,
                                        BatonCase        *item);
