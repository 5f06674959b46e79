/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include <string.h>

/* SQLite hands a commit to the system in two writes per page: a frame's head and the page. Here they gather, and go
 * together when there are some or when the log is synced. With `synchronous = full`, and only with that, each commit is,
 * before its index is written and anybody can look for it in the log. Whatever else is done with the log, what has
 * gathered goes first. All other files, and all that is not about files, are the system's own. */

/* SQLite's own file system takes less than 128 KiB at once. */
#define BUFFER_SIZE (64 * 1024)

typedef struct {
  sqlite3_file   base;
  guint8        *buffer;   /* made by the first write */
  gsize          held;     /* bytes in it ... */
  sqlite3_int64  at;       /* ... and where they belong */
  sqlite3_file   file[];   /* the system's */
} LogFile;

static sqlite3_vfs *below;

static int
flush (LogFile *self)
{
  int n = (int) self->held;

  /* Whatever comes of it: if it fails, so does the transaction, and these bytes are of no use to anybody. */
  self->held = 0;
  return n > 0 ? self->file->pMethods->xWrite (self->file, self->buffer, n, self->at) : SQLITE_OK;
}

static int
log_close (sqlite3_file *file)
{
  LogFile *self = (LogFile *) file;
  int code = flush (self);
  int closed = self->file->pMethods->xClose (self->file);

  g_clear_pointer (&self->buffer, g_free);
  return code != SQLITE_OK ? code : closed;
}

static int
log_read (sqlite3_file  *file,
          void          *to,
          int            n,
          sqlite3_int64  at)
{
  LogFile *self = (LogFile *) file;
  int code = flush (self);

  return code != SQLITE_OK ? code : self->file->pMethods->xRead (self->file, to, n, at);
}

static int
log_write (sqlite3_file  *file,
           const void    *from,
           int            n,
           sqlite3_int64  at)
{
  LogFile *self = (LogFile *) file;
  int code = SQLITE_OK;

  if (at != self->at + (sqlite3_int64) self->held || self->held + (gsize) n > BUFFER_SIZE)
    code = flush (self);
  if (code != SQLITE_OK || n > BUFFER_SIZE)
    return code != SQLITE_OK ? code : self->file->pMethods->xWrite (self->file, from, n, at);

  if (self->buffer == NULL)
    self->buffer = g_malloc (BUFFER_SIZE);
  if (self->held == 0)
    self->at = at;
  memcpy (self->buffer + self->held, from, (gsize) n);
  self->held += (gsize) n;
  return SQLITE_OK;
}

static int
log_truncate (sqlite3_file  *file,
              sqlite3_int64  size)
{
  LogFile *self = (LogFile *) file;
  int code = flush (self);

  return code != SQLITE_OK ? code : self->file->pMethods->xTruncate (self->file, size);
}

static int
log_sync (sqlite3_file *file,
          int           flags)
{
  LogFile *self = (LogFile *) file;
  int code = flush (self);

  return code != SQLITE_OK ? code : self->file->pMethods->xSync (self->file, flags);
}

static int
log_size (sqlite3_file  *file,
          sqlite3_int64 *size)
{
  LogFile *self = (LogFile *) file;
  int code = flush (self);

  return code != SQLITE_OK ? code : self->file->pMethods->xFileSize (self->file, size);
}

static int
log_lock (sqlite3_file *file,
          int           level)
{
  LogFile *self = (LogFile *) file;

  return self->file->pMethods->xLock (self->file, level);
}

static int
log_unlock (sqlite3_file *file,
            int           level)
{
  LogFile *self = (LogFile *) file;

  return self->file->pMethods->xUnlock (self->file, level);
}

static int
log_check_lock (sqlite3_file *file,
                int          *reserved)
{
  LogFile *self = (LogFile *) file;

  return self->file->pMethods->xCheckReservedLock (self->file, reserved);
}

static int
log_control (sqlite3_file *file,
             int           what,
             void         *data)
{
  LogFile *self = (LogFile *) file;

  return self->file->pMethods->xFileControl (self->file, what, data);
}

static int
log_sector_size (sqlite3_file *file)
{
  LogFile *self = (LogFile *) file;

  return self->file->pMethods->xSectorSize (self->file);
}

static int
log_characteristics (sqlite3_file *file)
{
  LogFile *self = (LogFile *) file;

  return self->file->pMethods->xDeviceCharacteristics (self->file);
}

/* Version 1: nothing of a log is mapped or shared. */
static const sqlite3_io_methods log_methods = {
  1, log_close, log_read, log_write, log_truncate, log_sync, log_size, log_lock, log_unlock, log_check_lock, log_control,
  log_sector_size, log_characteristics, NULL, NULL, NULL, NULL, NULL, NULL,
};

static int
open_file (sqlite3_vfs  *vfs,
           const char   *name,
           sqlite3_file *file,
           int           flags,
           int          *got_flags)
{
  LogFile *self = (LogFile *) file;
  int code;

  if (!(flags & SQLITE_OPEN_WAL))
    return below->xOpen (below, name, file, flags, got_flags);

  memset (self, 0, sizeof *self);
  code = below->xOpen (below, name, self->file, flags, got_flags);
  if (code == SQLITE_OK)
    self->base.pMethods = &log_methods;
  else if (self->file->pMethods != NULL)
    self->file->pMethods->xClose (self->file);
  return code;
}

/**
 * baton_sqlite_get_vfs:
 *
 * Returns: (transfer none): the name of the file system to open a connection with that writes; baton_sqlite_configure()
 *   makes sure that it syncs
 */
const char *
baton_sqlite_get_vfs (void)
{
  static sqlite3_vfs vfs;
  static gsize once;

  if (g_once_init_enter (&once)) {
    below = sqlite3_vfs_find (NULL);
    vfs = *below;
    vfs.zName = "baton";
    vfs.pNext = NULL;
    vfs.szOsFile = (int) sizeof (LogFile) + below->szOsFile;
    vfs.xOpen = open_file;
    sqlite3_vfs_register (&vfs, FALSE);
    g_once_init_leave (&once, 1);
  }
  return vfs.zName;
}
