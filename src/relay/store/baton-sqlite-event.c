/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include <string.h>

/* The log of hub events, and presence, which lives by it. */

/* The number comes from the counter that `autoincrement` keeps: no gap, since a rollback takes it back, and none used
 * twice, even if old events are deleted one day. */
static BatonSqliteGot
find_newest_seq (BatonSqliteStore  *self,
                 gint64            *seq,
                 GError           **error)
{
  *seq = 0;
  return baton_sqlite_find_int (self, seq, error, "select seq from sqlite_sequence where name = 'event'", "");
}

/**
 * baton_sqlite_add_event:
 * @self: the store
 * @kind: one of the `BATON_EVENT_` names
 * @escalation: (nullable): what it is about
 * @agent: (nullable): whom it is about
 * @error: return location for a [error@Error]
 *
 * Writes an event under the next number and announces it.
 *
 * Returns: whether it succeeded
 */
gboolean
baton_sqlite_add_event (BatonSqliteStore  *self,
                        const char        *kind,
                        BatonEscalation   *escalation,
                        BatonAgent        *agent,
                        GError           **error)
{
  gint64 now = g_get_real_time ();
  g_autoptr (BatonEvent) event = NULL;
  gint64 seq;

  if (find_newest_seq (self, &seq, error) == BATON_SQLITE_FAILED)
    return FALSE;

  event = baton_event_new (seq + 1, now, kind, escalation, agent);
  if (!baton_sqlite_run (self, error, "insert into event (seq, at, kind, json) values (?, ?, ?, ?)", "iitb", seq + 1,
                         now, kind, baton_event_get_bytes (event)))
    return FALSE;

  baton_store_announce_event (BATON_STORE (self), event);
  return TRUE;
}

static BatonEvent *
read_event (BatonSqliteQuery  *query,
            GError           **error)
{
  const char *text = baton_sqlite_peek_text (query, 0);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return baton_event_new_from_bytes (bytes, error);
}

GPtrArray *
baton_sqlite_list_events (BatonStore  *store,
                          gint64       after,
                          guint        limit,
                          GError     **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BatonSqliteQuery) query = NULL;
  BatonSqliteGot got = BATON_SQLITE_FAILED;

  query = baton_sqlite_query (BATON_SQLITE_STORE (store), error,
                              "select json from event where seq > ? order by seq limit ?", "ii", after,
                              limit > 0 ? (gint64) limit : (gint64) -1);
  while (query != NULL && (got = baton_sqlite_query_next (query, error)) == BATON_SQLITE_ROW) {
    BatonEvent *event = read_event (query, error);

    if (event == NULL)
      return NULL;
    g_ptr_array_add (events, event);
  }
  return got == BATON_SQLITE_END ? g_steal_pointer (&events) : NULL;
}

static GPtrArray *
list_presences (BatonSqliteStore  *self,
                GError           **error)
{
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BatonSqliteQuery) query = NULL;
  BatonSqliteGot got = BATON_SQLITE_FAILED;

  query = baton_sqlite_query (self, error, "select json from presence order by agent_id", "");
  while (query != NULL && (got = baton_sqlite_query_next (query, error)) == BATON_SQLITE_ROW) {
    g_autoptr (BatonJson) json = baton_sqlite_parse (baton_sqlite_peek_text (query, 0), error);
    BatonAgent *agent = json != NULL ? baton_agent_new_from_json (baton_json_get_root (json), error) : NULL;

    if (agent == NULL)
      return NULL;
    g_ptr_array_add (agents, agent);
  }
  return got == BATON_SQLITE_END ? g_steal_pointer (&agents) : NULL;
}

BatonSnapshot *
baton_sqlite_snapshot (BatonStore  *store,
                       GError     **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);
  g_autoptr (BatonSnapshot) snapshot = g_new0 (BatonSnapshot, 1);

  snapshot->escalations = baton_sqlite_list_escalations (store, TRUE, 0, error);
  if (snapshot->escalations == NULL)
    return NULL;
  snapshot->presences = list_presences (self, error);
  if (snapshot->presences == NULL || find_newest_seq (self, &snapshot->seq, error) == BATON_SQLITE_FAILED)
    return NULL;
  return g_steal_pointer (&snapshot);
}

/* Returns %BATON_SQLITE_ROW if @json is what is kept already. */
static BatonSqliteGot
find_same (BatonSqliteStore  *self,
           const char        *agent_id,
           const char        *json,
           GError           **error)
{
  gint64 at;

  return baton_sqlite_find_int (self, &at, error, "select at from presence where agent_id = ? and json = ?", "tt",
                                agent_id, json);
}

static gboolean
keep_presence (BatonSqliteStore  *self,
               BatonAgent        *agent,
               GError           **error)
{
  const char *id = baton_agent_get_id (agent);
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *json = NULL;
  BatonSqliteGot got;

  baton_agent_write (agent, writer);
  json = baton_json_writer_finish_text (writer);
  got = find_same (self, id, json, error);
  if (got != BATON_SQLITE_END)
    return got == BATON_SQLITE_ROW;

  return baton_sqlite_run (self, error, "insert or replace into presence (agent_id, at, json) values (?, ?, ?)", "tit",
                           id, g_get_real_time (), json)
         && baton_sqlite_add_event (self, BATON_EVENT_PRESENCE, NULL, agent, error);
}

gboolean
baton_sqlite_set_presence (BatonStore  *store,
                           BatonAgent  *agent,
                           const char  *request_id,
                           GError     **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);
  const char *id = baton_agent_get_id (agent);
  gboolean done;

  switch (baton_sqlite_find_answer (self, id, request_id, "presence", &done, error)) {
  case BATON_SQLITE_ROW:
    return TRUE;
  case BATON_SQLITE_END:
    return keep_presence (self, agent, error)
           && baton_sqlite_keep_answer (self, id, request_id, "presence", TRUE, error);
  case BATON_SQLITE_FAILED:
  default:
    return FALSE;
  }
}
