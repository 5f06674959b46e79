/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-session.h"
#include "mock-direct-line.h"
#include "mock-hub.h"

/* A relay with a queue of eight for the session and the window: hub and Direct Line on loopback. Rita's password is
 * "pw"; e1 and e2 are hers. */

typedef struct {
  MockHub        *hub;
  MockDirectLine *line;
  const char     *conversation_id;   /* what all escalations lead to */
  GPtrArray      *escalations;       /* of BatonEscalation */
} ShellDesk;

ShellDesk *shell_desk_new     (void);
void       shell_desk_free    (ShellDesk    *self);
void       shell_desk_happen  (ShellDesk    *self,
                               BatonSession *session,
                               const char   *kind,
                               const char   *id,
                               BatonState    state,
                               const char   *agent_id);     /* as an event on the stream; waits for it */
void       shell_desk_say     (ShellDesk    *self,
                               const char   *party,
                               const char   *text);
void       shell_desk_sign_in (ShellDesk    *self,
                               BatonSession *session);      /* and waits for the queue */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShellDesk, shell_desk_free)
