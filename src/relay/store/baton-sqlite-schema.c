/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include "baton-error.h"

/* The shape of the database. `pragma user_version` counts the migrations that were applied; one is never changed once
 * it was released, the next is added below it.
 *
 * Rows lie in order of arrival (`key`, `seq`), which is what makes writing cheap; unique indexes give the other orders.
 * All times are microseconds since 1970, UTC. What no customer may ever see, the context of a hand-off, has a table of
 * its own (`handoff`) that nothing reads on behalf of a canvas. */

static const char *const migrations[] = {
  /* 1 */
  "create table conversation ("
  "  key integer primary key,"
  "  id text not null unique,"
  "  bot text not null,"
  "  user_id text not null,"
  "  user_name text,"
  "  locale text,"
  "  state text not null,"
  "  agent_id text,"
  "  epoch integer not null default 0,"
  "  next_index integer not null default 0,"
  "  escalation_id text,"
  "  bot_read integer not null default -1,"
  "  bot_state text,"
  "  bot_watermark text,"
  "  created_at integer not null,"
  "  newest_at integer not null default 0,"
  "  handed_off_at integer not null default 0"
  ") strict;"
  "create unique index conversation_escalation on conversation (escalation_id) where escalation_id is not null;"
  ""
  "create table activity ("
  "  key integer primary key,"
  "  conversation integer not null references conversation (key),"
  "  idx integer not null,"
  "  sender text,"
  "  client_id text,"
  "  upstream_id text,"
  "  party text not null,"
  "  shown integer not null,"
  "  json text not null"
  ") strict;"
  "create unique index activity_index on activity (conversation, idx);"
  "create unique index activity_client on activity (conversation, sender, client_id) where client_id is not null;"
  "create unique index activity_upstream on activity (conversation, upstream_id) where upstream_id is not null;"
  ""
  "create table escalation ("
  "  key integer primary key,"
  "  id text not null unique,"
  "  conversation integer not null references conversation (key),"
  "  state text not null,"
  "  agent_id text,"
  "  agent_name text,"
  "  epoch integer not null,"
  "  queued_at integer not null,"
  "  claimed_at integer,"
  "  closed_at integer,"
  "  customer_id text,"
  "  customer_name text,"
  "  trigger text not null,"
  "  row text not null"
  ") strict;"
  "create index escalation_open on escalation (queued_at, key) where closed_at is null;"
  ""
  "create table handoff ("
  "  key integer primary key,"
  "  conversation integer not null references conversation (key),"
  "  escalation integer not null references escalation (key),"
  "  handoff_key text not null,"
  "  at integer not null,"
  "  context text not null,"
  "  activity text not null,"
  "  unique (conversation, handoff_key)"
  ") strict;"
  "create index handoff_escalation on handoff (escalation);"
  ""
  "create table event ("
  "  seq integer primary key autoincrement,"
  "  at integer not null,"
  "  kind text not null,"
  "  json text not null"
  ") strict;"
  ""
  "create table request ("
  "  agent_id text not null,"
  "  id text not null,"
  "  what text not null,"
  "  done integer not null,"
  "  at integer not null,"
  "  primary key (agent_id, id)"
  ") strict, without rowid;"
  ""
  "create table presence ("
  "  agent_id text primary key,"
  "  at integer not null,"
  "  json text not null"
  ") strict, without rowid;"
  ""
  "create table session ("
  "  token_hash text primary key,"
  "  agent_id text not null,"
  "  created_at integer not null,"
  "  last_seen_at integer not null"
  ") strict, without rowid;",

  /* 2: how often in a row the bot has failed (F14), and which activity another one stands in for */
  "alter table conversation add column bot_failures integer not null default 0;"
  "alter table activity add column target integer;"
  "create index activity_target on activity (conversation, target) where target is not null;",

  /* 3: the newest time in its conversation up to an activity, as its index is the newest up to it. So a post changes no
   * row of `conversation`: `next_index` and `newest_at` there are from before, and the least that they can be. */
  "alter table activity add column newest_at integer not null default 0;",
};

static gboolean
read_version (sqlite3  *db,
              int      *version,
              GError  **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean found = sqlite3_prepare_v2 (db, "pragma user_version", -1, &statement, NULL) == SQLITE_OK
                   && sqlite3_step (statement) == SQLITE_ROW;

  if (found)
    *version = sqlite3_column_int (statement, 0);
  else
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_FAILED, "this file is not a database");
  sqlite3_finalize (statement);
  return found;
}

static gboolean
migrate_from (sqlite3  *db,
              int       version,
              GError  **error)
{
  g_autofree char *mark = g_strdup_printf ("pragma user_version = %d", (int) G_N_ELEMENTS (migrations));

  for (int i = version; i < (int) G_N_ELEMENTS (migrations); i++) {
    if (!baton_sqlite_exec (db, migrations[i], error))
      return FALSE;
  }
  return baton_sqlite_exec (db, mark, error);
}

static gboolean
read_known_version (sqlite3  *db,
                    int      *version,
                    GError  **error)
{
  if (!read_version (db, version, error))
    return FALSE;
  if (*version <= (int) G_N_ELEMENTS (migrations))
    return TRUE;

  g_set_error (error, BATON_ERROR, BATON_ERROR_REFUSED,
               "the database has version %d, written by a newer program; this one knows versions up to %d",
               *version, (int) G_N_ELEMENTS (migrations));
  return FALSE;
}

/**
 * baton_sqlite_is_current:
 * @is_current: (out): whether nothing is left for baton_sqlite_migrate() to do
 *
 * Returns: %FALSE with @error set as baton_sqlite_migrate() would
 */
gboolean
baton_sqlite_is_current (sqlite3   *db,
                         gboolean  *is_current,
                         GError   **error)
{
  int version;

  if (!read_known_version (db, &version, error))
    return FALSE;
  *is_current = version == (int) G_N_ELEMENTS (migrations);
  return TRUE;
}

/* With the write lock held, so that two programs that open a new file at once do not both make the tables. */
static gboolean
migrate_locked (sqlite3  *db,
                GError  **error)
{
  int version;

  return read_known_version (db, &version, error) && migrate_from (db, version, error);
}

/**
 * baton_sqlite_migrate:
 * @db: a connection
 * @error: return location for a [error@Error]
 *
 * Brings the database to the shape this program knows, all or nothing.
 *
 * Returns: whether it has it now; else @error is %BATON_ERROR_REFUSED for a database of a newer program
 */
gboolean
baton_sqlite_migrate (sqlite3  *db,
                      GError  **error)
{
  if (!baton_sqlite_exec (db, "begin immediate", error))
    return FALSE;
  if (migrate_locked (db, error) && baton_sqlite_exec (db, "commit", error))
    return TRUE;

  sqlite3_exec (db, "rollback", NULL, NULL, NULL);
  return FALSE;
}
