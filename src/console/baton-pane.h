/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/**
 * BatonPane:
 *
 * Holds one child, a list, and makes it one stop of the Tab key: Tab enters it, the next Tab leaves it. (Lists of
 * GTK 4.8 make every row a stop.) Property: `child`.
 */
#define BATON_TYPE_PANE (baton_pane_get_type ())
G_DECLARE_FINAL_TYPE (BatonPane, baton_pane, BATON, PANE, GtkWidget)

GtkWidget *baton_pane_new       (GtkWidget *child);
void       baton_pane_set_child (BatonPane *self,
                                 GtkWidget *child);
