/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-roster.h"
#include "baton-store.h"

/**
 * BatonSessions:
 *
 * Who is signed in. A session is 32 random bytes that only the console has; the store keeps their SHA-256, its beginning
 * and its last use, so sessions outlive a restart and a copied database signs nobody in.
 */
#define BATON_TYPE_SESSIONS (baton_sessions_get_type ())
G_DECLARE_FINAL_TYPE (BatonSessions, baton_sessions, BATON, SESSIONS, GObject)

BatonSessions *baton_sessions_new          (BatonStore           *store,
                                            BatonRoster          *roster,
                                            gint64                life,
                                            gint64                idle);
char          *baton_sessions_hash         (const char           *token);
void           baton_sessions_begin_async  (BatonSessions        *self,
                                            const char           *agent_id,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
char          *baton_sessions_begin_finish (BatonSessions        *self,
                                            GAsyncResult         *result,
                                            GError              **error);   /* the token */
void           baton_sessions_check_async  (BatonSessions        *self,
                                            const char           *hash,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
BatonAgent    *baton_sessions_check_finish (BatonSessions        *self,
                                            GAsyncResult         *result,
                                            gint64               *ends_at,
                                            GError              **error);
void           baton_sessions_end          (BatonSessions        *self,
                                            const char           *hash);
