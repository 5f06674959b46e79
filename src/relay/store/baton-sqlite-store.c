/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "baton-error.h"

/* What is in use of the indexes, so that a long history costs a post no reading; in KiB, taken as it fills. */
#define CACHE_SIZE "-16384"

/* 16 MB. */
#define LOG_FRAMES 4096

G_DEFINE_FINAL_TYPE (BatonSqliteStore, baton_sqlite_store, BATON_TYPE_STORE)

/* Counts the commits to the file, as far as this connection has seen them. */
static guint
read_version (BatonSqliteStore *self)
{
  guint version = 0;

  sqlite3_file_control (self->db, "main", SQLITE_FCNTL_DATA_VERSION, &version);
  return version;
}

static gboolean
baton_sqlite_store_begin (BatonStore  *store,
                          GError     **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);

  if (!baton_sqlite_run (self, error, "begin immediate", ""))
    return FALSE;

  /* Somebody else has written, such as a command of the administrator. */
  if (read_version (self) != self->version)
    baton_sqlite_live_forget_all (self->live);
  return TRUE;
}

static gboolean
baton_sqlite_store_commit (BatonStore  *store,
                           GError     **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);

  if (!baton_sqlite_run (self, error, "commit", ""))
    return FALSE;

  self->version = read_version (self);
  return TRUE;
}

static void
baton_sqlite_store_rollback (BatonStore *store)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);

  baton_sqlite_live_forget_all (self->live);
  /* After some errors SQLite has rolled back by itself. */
  if (!sqlite3_get_autocommit (self->db))
    baton_sqlite_run (self, NULL, "rollback", "");
}

static gboolean
baton_sqlite_store_save (BatonStore  *store,
                         GError     **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);

  /* A full disk ends the whole transaction. A savepoint would then begin one of its own, and keep what is about to be
   * reported as lost. */
  if (sqlite3_get_autocommit (self->db)) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_FAILED, "database: the transaction is over");
    return FALSE;
  }
  self->is_in_call = TRUE;
  self->has_savepoint = self->has_written = FALSE;
  baton_sqlite_live_begin_call (self->live);
  return TRUE;
}

static gboolean
baton_sqlite_store_release (BatonStore  *store,
                            GError     **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);

  self->is_in_call = FALSE;
  return !self->has_savepoint || baton_sqlite_run (self, error, "release one_call", "");
}

static void
baton_sqlite_store_undo (BatonStore *store)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);
  gboolean undone;

  self->is_in_call = FALSE;
  baton_sqlite_live_forget_call (self->live);
  if (sqlite3_get_autocommit (self->db))
    return;

  undone = self->has_savepoint ? baton_sqlite_run (self, NULL, "rollback to one_call", "")
                                 && baton_sqlite_run (self, NULL, "release one_call", "")
                               : !self->has_written;
  /* If even this fails nothing of the batch may stay. */
  if (!undone)
    baton_sqlite_store_rollback (store);
}

/* Called for each row that this connection changes. */
static void
changed_cb (void          *data,
            int            what,
            const char    *database,
            const char    *table,
            sqlite3_int64  key)
{
  BatonSqliteStore *self = data;

  if (strcmp (table, "conversation") == 0)
    baton_sqlite_live_outdate (self->live, key);
}

static int
committed_cb (void       *data,
              sqlite3    *db,
              const char *database,
              int         n_frames)
{
  baton_sqlite_checkpoint_committed (((BatonSqliteStore *) data)->checkpoint, db, n_frames);
  return SQLITE_OK;
}

static void
baton_sqlite_store_finalize (GObject *object)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (object);

  g_clear_pointer (&self->statements, g_hash_table_unref);
  g_clear_pointer (&self->live, baton_sqlite_live_free);
  g_clear_pointer (&self->checkpoint, baton_sqlite_checkpoint_free);
  g_clear_pointer (&self->db, sqlite3_close);

  G_OBJECT_CLASS (baton_sqlite_store_parent_class)->finalize (object);
}

static void
baton_sqlite_store_class_init (BatonSqliteStoreClass *klass)
{
  BatonStoreClass *store_class = BATON_STORE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = baton_sqlite_store_finalize;

  store_class->begin = baton_sqlite_store_begin;
  store_class->commit = baton_sqlite_store_commit;
  store_class->rollback = baton_sqlite_store_rollback;
  store_class->save = baton_sqlite_store_save;
  store_class->release = baton_sqlite_store_release;
  store_class->undo = baton_sqlite_store_undo;
  store_class->start_conversation = baton_sqlite_start_conversation;
  store_class->get_conversation = baton_sqlite_get_conversation;
  store_class->list_unread = baton_sqlite_list_unread;
  store_class->list_resumable = baton_sqlite_list_resumable;
  store_class->post = baton_sqlite_post;
  store_class->post_bot_turn = baton_sqlite_post_bot_turn;
  store_class->amend = baton_sqlite_amend;
  store_class->list_activities = baton_sqlite_list_activities;
  store_class->step = baton_sqlite_step;
  store_class->note_once = baton_sqlite_note_once;
  store_class->get_escalation = baton_sqlite_get_escalation;
  store_class->list_escalations = baton_sqlite_list_escalations;
  store_class->snapshot = baton_sqlite_snapshot;
  store_class->list_events = baton_sqlite_list_events;
  store_class->set_presence = baton_sqlite_set_presence;
  store_class->add_session = baton_sqlite_add_session;
  store_class->touch_session = baton_sqlite_touch_session;
  store_class->delete_session = baton_sqlite_delete_session;
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static void
baton_sqlite_store_init (BatonSqliteStore *self)
{
  self->statements = g_hash_table_new_full (NULL, NULL, NULL, finalize_statement);
  self->live = baton_sqlite_live_new ();
}

/* SQLite would make the file with the umask's rights. A file that exists is never opened here: closing it again would
 * drop the locks of every connection this process has to it. */
static gboolean
make_private (const char  *path,
              GError     **error)
{
  int fd = open (path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  gboolean made = fd >= 0 ? close (fd) == 0 : errno == EEXIST && chmod (path, 0600) == 0;

  if (!made)
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "cannot make the database file: %s", g_strerror (errno));
  return made;
}

/* Sets a pragma and looks whether it took: what cannot be kept is not promised. */
static gboolean
set_pragma (sqlite3     *db,
            const char  *name,
            const char  *value,
            const char  *expected,
            GError     **error)
{
  g_autofree char *set = g_strdup_printf ("pragma %s = %s", name, value);
  g_autofree char *get = g_strdup_printf ("pragma %s", name);
  sqlite3_stmt *statement = NULL;
  gboolean taken;

  if (!baton_sqlite_exec (db, set, error))
    return FALSE;

  taken = sqlite3_prepare_v2 (db, get, -1, &statement, NULL) == SQLITE_OK && sqlite3_step (statement) == SQLITE_ROW
          && g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), expected) == 0;
  sqlite3_finalize (statement);
  if (!taken)
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "database: could not set %s to %s", name, value);
  return taken;
}

/**
 * baton_sqlite_configure:
 * @db: a connection that has just been opened
 * @error: return location for a [error@Error]
 *
 * Returns: whether an acknowledged write survives a power cut here (write-ahead log, synchronous full)
 */
gboolean
baton_sqlite_configure (sqlite3  *db,
                        GError  **error)
{
  sqlite3_busy_timeout (db, 5000);
  return set_pragma (db, "journal_mode", "wal", "wal", error)
         && set_pragma (db, "synchronous", "full", "2", error)
         && set_pragma (db, "foreign_keys", "on", "1", error)
         && set_pragma (db, "trusted_schema", "off", "0", error);
}

/**
 * baton_sqlite_store_open:
 * @path: the database file; made with mode 0600 if there is none
 * @error: return location for a [error@Error]
 *
 * Opens the embedded store, and brings an older database to the shape this program knows. Blocks. Refuses a file on
 * which an acknowledged write would not survive a power cut (write-ahead log, synchronous full).
 *
 * Returns: (transfer full): the store, or %NULL with @error set: %BATON_ERROR_REFUSED for a database of a newer
 *   program, %BATON_ERROR_BUSY if another program holds it, else %BATON_ERROR_FAILED
 */
BatonStore *
baton_sqlite_store_open (const char  *path,
                         GError     **error)
{
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  g_autoptr (BatonSqliteStore) self = NULL;
  int code;

  g_return_val_if_fail (path != NULL, NULL);

  if (!make_private (path, error))
    return NULL;

  self = g_object_new (BATON_TYPE_SQLITE_STORE, NULL);
  code = sqlite3_open_v2 (path, &self->db, flags, baton_sqlite_get_vfs ());
  if (code != SQLITE_OK) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "cannot open the database: %s", sqlite3_errstr (code));
    return NULL;
  }
  if (!baton_sqlite_configure (self->db, error) || !baton_sqlite_migrate (self->db, error))
    return NULL;
  if (!baton_sqlite_exec (self->db, "pragma cache_size = " CACHE_SIZE, error))
    return NULL;
  self->checkpoint = baton_sqlite_checkpoint_new (path, LOG_FRAMES, error);
  if (self->checkpoint == NULL)
    return NULL;
  sqlite3_update_hook (self->db, changed_cb, self);
  sqlite3_wal_hook (self->db, committed_cb, self);
  return BATON_STORE (g_steal_pointer (&self));
}
