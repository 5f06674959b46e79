/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

/* What tests of widgets need: a window, waiting until it has come to rest, pictures of it, and its names. */

void       scene_init          (int         *argc,
                                char      ***argv);
GtkWidget *scene_show          (GtkWidget   *content,
                                int          width,
                                int          height);
void       scene_settle        (GtkWidget   *window);
void       scene_save          (GtkWidget   *widget,
                                const char  *name);      /* below $BATON_PICTURES, if that is set */
guint      scene_count_unnamed (GtkWidget   *widget);
GtkWidget *scene_find          (GtkWidget   *widget,
                                GType        type,
                                const char  *label);     /* with that accessible name; %NULL: any */
