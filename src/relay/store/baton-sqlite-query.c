/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include "baton-error.h"
#include "baton-time.h"

/* SQLite as the rest of the back end sees it: one call prepares (once), binds and steps; errors are ours. */

/* What we wrote ourselves has been checked once; stamps have made it larger since. */
static const BatonJsonLimits STORED = { .size = G_MAXINT32, .depth = 1024, .values = G_MAXUINT };

/* Codes only: SQLite's own messages may quote the statement. */
static void
set_error (GError **error,
           int      code)
{
  int primary = code & 0xff;

  g_set_error (error, BATON_ERROR,
               primary == SQLITE_BUSY || primary == SQLITE_LOCKED ? BATON_ERROR_BUSY : BATON_ERROR_FAILED,
               "database: %s (%d)", sqlite3_errstr (code), code);
}

static sqlite3_stmt *
prepare (BatonSqliteStore  *self,
         const char        *sql,
         GError           **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);
  int code;

  if (statement != NULL)
    return statement;

  code = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (code != SQLITE_OK) {
    set_error (error, code);
    return NULL;
  }
  g_hash_table_insert (self->statements, (gpointer) sql, statement);
  return statement;
}

static int
bind_bytes (sqlite3_stmt *statement,
            int           position,
            GBytes       *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return sqlite3_bind_text64 (statement, position, data, size, SQLITE_STATIC, SQLITE_UTF8);
}

static int
bind_time (sqlite3_stmt *statement,
           int           position,
           gint64        usec)
{
  return usec != BATON_TIME_UNKNOWN ? sqlite3_bind_int64 (statement, position, usec)
                                    : sqlite3_bind_null (statement, position);
}

static int
bind_all (sqlite3_stmt *statement,
          const char   *types,
          va_list       values)
{
  int code = SQLITE_OK;

  for (int i = 0; types[i] != '\0' && code == SQLITE_OK; i++) {
    switch (types[i]) {
    case 'i':
      code = sqlite3_bind_int64 (statement, i + 1, va_arg (values, gint64));
      break;
    case 'f':
      code = sqlite3_bind_int (statement, i + 1, va_arg (values, gboolean));
      break;
    case 'T':
      code = bind_time (statement, i + 1, va_arg (values, gint64));
      break;
    case 't':
      code = sqlite3_bind_text (statement, i + 1, va_arg (values, const char *), -1, SQLITE_STATIC);
      break;
    case 'b':
      code = bind_bytes (statement, i + 1, va_arg (values, GBytes *));
      break;
    default:
      g_assert_not_reached ();
    }
  }
  return code;
}

static BatonSqliteQuery *
bind_valist (BatonSqliteStore  *self,
             GError           **error,
             const char        *sql,
             const char        *types,
             va_list            values)
{
  g_autoptr (BatonSqliteQuery) query = prepare (self, sql, error);
  int code;

  if (query == NULL)
    return NULL;

  g_assert (!sqlite3_stmt_busy (query));
  code = bind_all (query, types, values);
  if (code != SQLITE_OK) {
    set_error (error, code);
    return NULL;
  }
  return g_steal_pointer (&query);
}

/* What a call writes lies in a savepoint, so that it can be undone alone. Calls that only read need none. */
static gboolean
guard (BatonSqliteStore  *self,
       BatonSqliteQuery  *query,
       GError           **error)
{
  if (!self->is_in_call || self->has_savepoint || sqlite3_stmt_readonly (query))
    return TRUE;

  /* Whoever said that its write was the only one has to keep to it. */
  g_assert (!self->has_written);
  self->has_savepoint = baton_sqlite_run (self, error, "savepoint one_call", "");
  return self->has_savepoint;
}

static BatonSqliteQuery *
query_valist (BatonSqliteStore  *self,
              GError           **error,
              const char        *sql,
              const char        *types,
              va_list            values)
{
  g_autoptr (BatonSqliteQuery) query = bind_valist (self, error, sql, types, values);

  return query != NULL && guard (self, query, error) ? g_steal_pointer (&query) : NULL;
}

/**
 * baton_sqlite_query:
 * @self: the store
 * @error: return location for a [error@Error]
 * @sql: a string literal: its address is the key of the cache
 * @types: a letter for each `?`: `i` gint64, `f` gboolean, `T` gint64 that is a time or
 *   %BATON_TIME_UNKNOWN, `t` text or %NULL, `b` #GBytes holding text
 * @...: the values; borrowed until the query ends
 *
 * Returns: (nullable): the query, before its first row
 */
BatonSqliteQuery *
baton_sqlite_query (BatonSqliteStore  *self,
                    GError           **error,
                    const char        *sql,
                    const char        *types,
                    ...)
{
  BatonSqliteQuery *query;
  va_list values;

  va_start (values, types);
  query = query_valist (self, error, sql, types, values);
  va_end (values);
  return query;
}

BatonSqliteGot
baton_sqlite_query_next (BatonSqliteQuery  *query,
                         GError           **error)
{
  int code = sqlite3_step (query);

  if (code == SQLITE_ROW)
    return BATON_SQLITE_ROW;
  if (code == SQLITE_DONE)
    return BATON_SQLITE_END;

  set_error (error, code);
  return BATON_SQLITE_FAILED;
}

void
baton_sqlite_query_end (BatonSqliteQuery *query)
{
  sqlite3_reset (query);
  sqlite3_clear_bindings (query);
}

gint64
baton_sqlite_get_int (BatonSqliteQuery *query,
                      int               column)
{
  return sqlite3_column_int64 (query, column);
}

/* Lent until the next row. */
const char *
baton_sqlite_peek_text (BatonSqliteQuery *query,
                        int               column)
{
  return (const char *) sqlite3_column_text (query, column);
}

char *
baton_sqlite_dup_text (BatonSqliteQuery *query,
                       int               column)
{
  return g_strdup (baton_sqlite_peek_text (query, column));
}

/**
 * baton_sqlite_parse:
 * @text: JSON of our own, as it lies in the database
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): the document, or %NULL with @error set: the file is damaged
 */
BatonJson *
baton_sqlite_parse (const char  *text,
                    GError     **error)
{
  return baton_json_parse_text (text, -1, &STORED, error);
}

/**
 * baton_sqlite_run:
 * @self: the store
 * @error: return location for a [error@Error]
 * @sql: a string literal
 * @types: as for baton_sqlite_query()
 * @...: the values
 *
 * Runs a statement whose rows nobody wants.
 *
 * Returns: whether it succeeded
 */
gboolean
baton_sqlite_run (BatonSqliteStore  *self,
                  GError           **error,
                  const char        *sql,
                  const char        *types,
                  ...)
{
  g_autoptr (BatonSqliteQuery) query = NULL;
  va_list values;

  va_start (values, types);
  query = query_valist (self, error, sql, types, values);
  va_end (values);
  return query != NULL && baton_sqlite_query_next (query, error) != BATON_SQLITE_FAILED;
}

/**
 * baton_sqlite_run_only:
 * @self: the store
 * @error: return location for a [error@Error]
 * @sql: a string literal
 * @types: as for baton_sqlite_query()
 * @...: the values
 *
 * As baton_sqlite_run(), for the only write of a call, after which nothing can fail. A statement is done or not done as a
 * whole, so it needs no savepoint.
 *
 * Returns: whether it succeeded
 */
gboolean
baton_sqlite_run_only (BatonSqliteStore  *self,
                       GError           **error,
                       const char        *sql,
                       const char        *types,
                       ...)
{
  g_autoptr (BatonSqliteQuery) query = NULL;
  gboolean done;
  va_list values;

  g_assert (!self->has_savepoint && !self->has_written);

  va_start (values, types);
  query = bind_valist (self, error, sql, types, values);
  va_end (values);
  done = query != NULL && baton_sqlite_query_next (query, error) != BATON_SQLITE_FAILED;
  self->has_written = done && sqlite3_changes (self->db) > 0;
  return done;
}

/**
 * baton_sqlite_find_int:
 * @self: the store
 * @value: (out): the first column of the first row, if there is one
 * @error: return location for a [error@Error]
 * @sql: a string literal
 * @types: as for baton_sqlite_query()
 * @...: the values
 *
 * Returns: whether there is a row
 */
BatonSqliteGot
baton_sqlite_find_int (BatonSqliteStore  *self,
                       gint64            *value,
                       GError           **error,
                       const char        *sql,
                       const char        *types,
                       ...)
{
  g_autoptr (BatonSqliteQuery) query = NULL;
  BatonSqliteGot got;
  va_list values;

  va_start (values, types);
  query = query_valist (self, error, sql, types, values);
  va_end (values);
  if (query == NULL)
    return BATON_SQLITE_FAILED;

  got = baton_sqlite_query_next (query, error);
  if (got == BATON_SQLITE_ROW)
    *value = sqlite3_column_int64 (query, 0);
  return got;
}

/**
 * baton_sqlite_exec:
 * @db: a connection
 * @sql: statements without values, such as those of a migration
 * @error: return location for a [error@Error]
 *
 * Returns: whether all succeeded
 */
gboolean
baton_sqlite_exec (sqlite3     *db,
                   const char  *sql,
                   GError     **error)
{
  int code = sqlite3_exec (db, sql, NULL, NULL, NULL);

  if (code == SQLITE_OK)
    return TRUE;

  set_error (error, code);
  return FALSE;
}
