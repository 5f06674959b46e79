/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "baton-session.h"

/**
 * BatonApplication:
 *
 * The program: one session, one window, the keys, the notifications. Actions: `app.quit`, and `app.open-escalation`
 * with an id, which is what a notification does.
 */
#define BATON_TYPE_APPLICATION (baton_application_get_type ())
G_DECLARE_FINAL_TYPE (BatonApplication, baton_application, BATON, APPLICATION, AdwApplication)

BatonApplication *baton_application_new         (GApplicationFlags  flags);
BatonSession     *baton_application_get_session (BatonApplication  *self);
void              baton_application_start_with  (BatonApplication  *self,
                                                 const char        *url,
                                                 const char        *agent_id,
                                                 const char        *password);
