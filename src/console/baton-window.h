/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "baton-session.h"

/**
 * BatonWindow:
 *
 * An agent's desk: the queue, one conversation, its details; or the sign-in page. Whatever a key or a menu does is an
 * action `win.…` of this class, so that assistive tools can do it as well.
 */
#define BATON_TYPE_WINDOW (baton_window_get_type ())
G_DECLARE_FINAL_TYPE (BatonWindow, baton_window, BATON, WINDOW, AdwApplicationWindow)

GtkWidget *baton_window_new   (GtkApplication *application,
                               BatonSession   *session);
void       baton_window_start (BatonWindow    *self,
                               const char     *url,
                               const char     *agent_id,
                               const char     *password);
void       baton_window_open  (BatonWindow    *self,
                               const char     *escalation_id);
