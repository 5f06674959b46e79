/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include "baton-error.h"

/* Copying the write-ahead log into the database is for a thread and a connection of its own, so that commits need not
 * wait for it. But the log can only begin anew when nothing is left in it, and while commits come in without a pause
 * something always is: the last part of the way, once it is short, is gone by the writer itself, right after a commit.
 * Nothing of this decides what is durable: the log is synced by each commit. */

struct _BatonSqliteCheckpoint {
  int       n_start;    /* length of the log, in frames, from which on it is copied */
  sqlite3  *db;         /* of the thread alone */
  GThread  *thread;
  GMutex    lock;
  GCond     changed;
  gboolean  is_wanted;
  gboolean  is_ending;
  int       n_frames;   /* how long the log was last */
  guint     log;        /* counts how often it has begun anew */
  int       n_copied;   /* frames of this one that are in the database; 0: the thread has copied none since it was asked */
};

/* Somebody who reads may be in the way: then it is for the next time. */
static int
copy (sqlite3 *db)
{
  int n_copied = 0;
  int code = sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, &n_copied);

  if (code == SQLITE_OK)
    return n_copied;

  g_debug ("the log could not be copied into the database: %s (%d)", sqlite3_errstr (code), code);
  return 0;
}

static gpointer
run_thread (gpointer data)
{
  BatonSqliteCheckpoint *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  for (;;) {
    guint log;
    int n_copied;

    while (!self->is_wanted && !self->is_ending)
      g_cond_wait (&self->changed, &self->lock);
    if (self->is_ending)
      return NULL;

    log = self->log;
    g_mutex_unlock (&self->lock);
    n_copied = copy (self->db);
    g_mutex_lock (&self->lock);
    self->n_copied = log == self->log ? n_copied : 0;
    self->is_wanted = FALSE;
    g_cond_signal (&self->changed);
  }
}

/**
 * baton_sqlite_checkpoint_new:
 * @path: a database file whose write-ahead log is on
 * @n_start: how long the log may be, in frames of a page each, before it is copied; the longer, the less often is a page
 *   copied that is written again and again. Up to a quarter of it the writer copies itself, and from four times as much
 *   on it waits
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): what keeps its log short, or %NULL with @error set
 */
BatonSqliteCheckpoint *
baton_sqlite_checkpoint_new (const char  *path,
                             int          n_start,
                             GError     **error)
{
  BatonSqliteCheckpoint *self = g_new0 (BatonSqliteCheckpoint, 1);
  int code = sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                              NULL);

  if (code != SQLITE_OK || !baton_sqlite_configure (self->db, error)) {
    if (code != SQLITE_OK)
      g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "cannot open the database: %s", sqlite3_errstr (code));
    sqlite3_close (self->db);
    g_free (self);
    return NULL;
  }

  self->n_start = n_start;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->thread = g_thread_new ("baton-log", run_thread, self);
  return self;
}

void
baton_sqlite_checkpoint_free (BatonSqliteCheckpoint *self)
{
  g_mutex_lock (&self->lock);
  self->is_ending = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);

  sqlite3_close (self->db);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

static void
note_length (BatonSqliteCheckpoint *self,
             int                    n_frames)
{
  if (n_frames < self->n_frames) {
    self->log++;
    self->n_copied = 0;
  }
  self->n_frames = n_frames;
}

/* Whether the writer has to go the rest of the way; else wakes the thread if it is time. */
static gboolean
is_for_writer (BatonSqliteCheckpoint *self,
               int                    n_frames)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const gboolean is_full = n_frames >= 4 * self->n_start;
  int n_copied;

  note_length (self, n_frames);
  while (self->is_wanted && is_full)
    g_cond_wait (&self->changed, &self->lock);
  if (self->is_wanted || n_frames < self->n_start)
    return FALSE;

  n_copied = self->n_copied;
  self->n_copied = 0;
  if (n_copied > 0 && (n_frames - n_copied <= self->n_start / 4 || is_full))
    return TRUE;

  self->is_wanted = TRUE;
  g_cond_signal (&self->changed);
  return FALSE;
}

/**
 * baton_sqlite_checkpoint_committed:
 * @self: what keeps the log short
 * @db: the connection of the writer, which has just committed
 * @n_frames: how long the log is now
 *
 * To be called after each commit.
 */
void
baton_sqlite_checkpoint_committed (BatonSqliteCheckpoint *self,
                                   sqlite3               *db,
                                   int                    n_frames)
{
  if (is_for_writer (self, n_frames))
    copy (db);
}
