/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* What a screen reader is told where GTK does not tell it by itself. */
void baton_a11y_set_label       (GtkWidget  *widget,
                                 const char *label);
void baton_a11y_set_description (GtkWidget  *widget,
                                 const char *description);
void baton_a11y_follow_stack    (GtkStack   *stack);
void baton_a11y_follow_revealer (GtkRevealer *revealer);
