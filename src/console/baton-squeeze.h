/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/**
 * BatonSqueeze:
 *
 * Lets a window become narrower than its content: it asks for less width than the child needs, gives the child what it
 * needs all the same (clipped for one frame), and then emits `narrowed` (int width, in pixels) so that somebody may
 * rearrange the content. Emitted, outside of the layout, whenever the width has changed.
 */
#define BATON_TYPE_SQUEEZE (baton_squeeze_get_type ())
G_DECLARE_FINAL_TYPE (BatonSqueeze, baton_squeeze, BATON, SQUEEZE, GtkWidget)

void baton_squeeze_set_child (BatonSqueeze *self,
                              GtkWidget    *child);
