/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "baton-hub-client.h"

/**
 * BatonStatusLine:
 *
 * The foot of the queue: whether the relay is reached, and how much work is on this desk.
 */
#define BATON_TYPE_STATUS_LINE (baton_status_line_get_type ())
G_DECLARE_FINAL_TYPE (BatonStatusLine, baton_status_line, BATON, STATUS_LINE, GtkWidget)

GtkWidget *baton_status_line_new       (void);
void       baton_status_line_set_state (BatonStatusLine *self,
                                        BatonHubState    state);
void       baton_status_line_set_load  (BatonStatusLine *self,
                                        guint            conversations);
