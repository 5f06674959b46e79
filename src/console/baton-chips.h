/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/**
 * BatonChips:
 *
 * Small widgets side by side, in as many lines as they need; each line begins where the reader begins, or ends where the
 * reader ends.
 */
#define BATON_TYPE_CHIPS (baton_chips_get_type ())
G_DECLARE_FINAL_TYPE (BatonChips, baton_chips, BATON, CHIPS, GtkWidget)

GtkWidget *baton_chips_new (gboolean    align_end);
void       baton_chips_add (BatonChips *self,
                            GtkWidget  *chip);
