/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include "baton-error.h"

/* Looking at a database without keeping anything in it, also while a relay works with it. */

#define STEPS_BETWEEN_LOOKS 10000   /* of SQLite's machine, well below a millisecond */

typedef struct sqlite3 Database;

static void
database_close (Database *db)
{
  sqlite3_close (db);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Database, database_close)

static int
is_time_up_cb (gpointer user_data)
{
  const gint64 *deadline = user_data;

  return g_get_monotonic_time () >= *deadline;
}

/* The first line is `ok`, or what is wrong: pages and names of tables, never what is in them. */
static gboolean
look_through (sqlite3   *db,
              gboolean  *is_complete,
              GError   **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (db, "pragma quick_check(1)", -1, &statement, NULL);
  g_autofree char *found = NULL;

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    found = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);

  *is_complete = code != SQLITE_INTERRUPT;
  if (!*is_complete || g_strcmp0 (found, "ok") == 0)
    return TRUE;
  g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "the database is damaged: %s",
               found != NULL ? found : sqlite3_errstr (code));
  return FALSE;
}

static sqlite3 *
open_existing (const char  *path,
               GError     **error)
{
  g_autoptr (Database) db = NULL;
  int code = sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

  if (code != SQLITE_OK) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "cannot open the database: %s", sqlite3_errstr (code));
    return NULL;
  }
  if (sqlite3_db_readonly (db, "main") == 1) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_FAILED, "the database file cannot be written");
    return NULL;
  }
  return g_steal_pointer (&db);
}

/**
 * baton_sqlite_store_check:
 * @path: a database file that exists
 * @seconds: how long looking through it may take
 * @is_current: (out): whether it has the shape this program knows; if not, the next open will bring it there
 * @is_complete: (out): whether all of it was looked through in that time
 * @error: return location for a [error@Error]
 *
 * Whether the store could be opened, would keep its promises there, and is whole. Blocks; changes nothing, and lets a
 * relay that has it open go on.
 *
 * Returns: %FALSE with @error set for anything that is wrong: %BATON_ERROR_REFUSED for a database of a newer program,
 *   %BATON_ERROR_BUSY if another program holds it, else %BATON_ERROR_FAILED
 */
gboolean
baton_sqlite_store_check (const char  *path,
                          guint        seconds,
                          gboolean    *is_current,
                          gboolean    *is_complete,
                          GError     **error)
{
  g_autoptr (Database) db = open_existing (path, error);
  gint64 deadline = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;

  *is_current = *is_complete = FALSE;
  if (db == NULL || !baton_sqlite_configure (db, error) || !baton_sqlite_is_current (db, is_current, error))
    return FALSE;

  sqlite3_progress_handler (db, STEPS_BETWEEN_LOOKS, is_time_up_cb, &deadline);
  return look_through (db, is_complete, error);
}
