/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-case.h"
#include "baton-hub-client.h"

/**
 * BatonSession:
 *
 * An agent's working day at one relay: who is signed in, and the cases that are open. Mine are always open, so that
 * their unread counts are true; of the others only the one on screen.
 *
 * Properties that notify: `hub` (%NULL until the first sign-in), `state` (of the hub), `signing-in`, `presence`.
 * Signals: `sign-in-failed` (GError *), `presence-refused` (), `case-opened` (BatonCase *),
 * `case-closed` (char *escalation_id), `event` (BatonEvent *) and `synced` () as the hub's.
 */
#define BATON_TYPE_SESSION (baton_session_get_type ())
G_DECLARE_FINAL_TYPE (BatonSession, baton_session, BATON, SESSION, GObject)

BatonSession    *baton_session_new            (void);
void             baton_session_use_hub        (BatonSession    *self,
                                               BatonHubClient  *hub,
                                               const char      *agent_id);
void             baton_session_sign_in        (BatonSession    *self,
                                               const char      *url,
                                               const char      *agent_id,
                                               const char      *password);
void             baton_session_sign_out       (BatonSession    *self);
BatonHubClient  *baton_session_get_hub        (BatonSession    *self);   /* or %NULL */
BatonQueue      *baton_session_get_queue      (BatonSession    *self);   /* or %NULL */
const char      *baton_session_get_agent_id   (BatonSession    *self);   /* or %NULL */
BatonHubState    baton_session_get_state      (BatonSession    *self);
gboolean         baton_session_is_signing_in  (BatonSession    *self);
BatonPresence    baton_session_get_presence   (BatonSession    *self);   /* offline unless connected */
void             baton_session_set_presence   (BatonSession    *self,
                                               BatonPresence    presence);
BatonCase       *baton_session_find_case      (BatonSession    *self,
                                               const char      *escalation_id);
BatonCase       *baton_session_show           (BatonSession    *self,
                                               BatonEscalation *escalation);
