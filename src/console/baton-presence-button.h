/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "baton-agent.h"

/**
 * BatonPresenceButton:
 *
 * Shows what the agent is to the relay, and lets it be changed. Shows what is true: a choice is told by `chosen`
 * (BatonPresence, as int) and shown once somebody sets it. Insensitive while offline.
 */
#define BATON_TYPE_PRESENCE_BUTTON (baton_presence_button_get_type ())
G_DECLARE_FINAL_TYPE (BatonPresenceButton, baton_presence_button, BATON, PRESENCE_BUTTON, GtkWidget)

GtkWidget *baton_presence_button_new          (void);
void       baton_presence_button_set_presence (BatonPresenceButton *self,
                                               BatonPresence        presence);
void       baton_presence_button_popup        (BatonPresenceButton *self);
