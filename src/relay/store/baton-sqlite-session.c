/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include "baton-error.h"

/* Sessions of agents, under the hash of their token: who reads the database cannot sign in with it. */

gboolean
baton_sqlite_add_session (BatonStore  *store,
                          const char  *token_hash,
                          const char  *agent_id,
                          GError     **error)
{
  gint64 now = g_get_real_time ();

  return baton_sqlite_run (BATON_SQLITE_STORE (store), error,
                           "insert into session (token_hash, agent_id, created_at, last_seen_at) values (?, ?, ?, ?)",
                           "ttii", token_hash, agent_id, now, now);
}

static BatonSession *
find_session (BatonSqliteStore  *self,
              const char        *token_hash,
              GError           **error)
{
  g_autoptr (BatonSqliteQuery) query = NULL;
  g_autoptr (BatonSession) session = NULL;
  BatonSqliteGot got;

  query = baton_sqlite_query (self, error,
                              "select agent_id, created_at, last_seen_at from session where token_hash = ?", "t",
                              token_hash);
  got = query != NULL ? baton_sqlite_query_next (query, error) : BATON_SQLITE_FAILED;
  if (got == BATON_SQLITE_END)
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED, "no such session");
  if (got != BATON_SQLITE_ROW)
    return NULL;

  session = g_new0 (BatonSession, 1);
  session->agent_id = baton_sqlite_dup_text (query, 0);
  session->created_at = baton_sqlite_get_int (query, 1);
  session->last_seen_at = baton_sqlite_get_int (query, 2);
  return g_steal_pointer (&session);
}

BatonSession *
baton_sqlite_touch_session (BatonStore  *store,
                            const char  *token_hash,
                            GError     **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);
  g_autoptr (BatonSession) session = find_session (self, token_hash, error);

  if (session == NULL)
    return NULL;
  if (!baton_sqlite_run (self, error, "update session set last_seen_at = ? where token_hash = ?", "it",
                         g_get_real_time (), token_hash))
    return NULL;
  return g_steal_pointer (&session);
}

gboolean
baton_sqlite_delete_session (BatonStore  *store,
                             const char  *token_hash,
                             GError     **error)
{
  return baton_sqlite_run (BATON_SQLITE_STORE (store), error, "delete from session where token_hash = ?", "t",
                           token_hash);
}
