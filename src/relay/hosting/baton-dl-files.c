/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-files.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "baton-error.h"
#include "baton-secret.h"

#define KEY_SIZE  16     /* bytes of randomness */
#define MARK      "baton file 1"
#define MAX_HEAD  1024   /* our lines before a file's own bytes are shorter */

struct _BatonDlFiles {
  char    *folder;
  gint64   life;    /* seconds */
  guint64  room;    /* bytes that all files together may take */

  GMutex   lock;    /* of what follows */
  guint64  taken;   /* bytes */
};

/* --- One file --- */

/**
 * baton_dl_file_new:
 * @name: clean
 * @type: clean
 */
BatonDlFile *
baton_dl_file_new (const char *name,
                   const char *type,
                   GBytes     *bytes)
{
  BatonDlFile *self = g_new0 (BatonDlFile, 1);

  self->name = g_strdup (name);
  self->type = g_strdup (type);
  self->bytes = g_bytes_ref (bytes);
  return self;
}

void
baton_dl_file_free (BatonDlFile *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->name);
  g_free (self->type);
  g_free (self->key);
  g_free (self);
}

/* Clean names and types hold no line ends. */
static char *
format_head (const BatonDlFile *file)
{
  return g_strconcat (MARK, "\n", file->type, "\n", file->name, "\n", NULL);
}

/* Splits what lies on disk; @all goes on living in the file's bytes. */
static BatonDlFile *
parse (GBytes *all)
{
  gsize size;
  const char *data = g_bytes_get_data (all, &size);
  g_autofree char *head = g_strndup (data, MIN (size, MAX_HEAD));
  g_auto (GStrv) lines = g_strsplit (head, "\n", 4);
  g_autoptr (GBytes) bytes = NULL;
  gsize length;

  if (g_strv_length (lines) < 4 || strcmp (lines[0], MARK) != 0)
    return NULL;

  length = strlen (lines[0]) + strlen (lines[1]) + strlen (lines[2]) + 3;
  bytes = g_bytes_new_from_bytes (all, length, size - length);
  return baton_dl_file_new (lines[2], lines[1], bytes);
}

/* --- Disk --- */

static char *
build_path (BatonDlFiles *self,
            const char   *key)
{
  return g_build_filename (self->folder, key, NULL);
}

static gboolean
is_key (const char *text)
{
  return strlen (text) == 2 * KEY_SIZE && text[strspn (text, "0123456789abcdef")] == '\0';
}

static gboolean
is_lapsed (BatonDlFiles   *self,
           const GStatBuf *info)
{
  return g_get_real_time () / G_TIME_SPAN_SECOND - info->st_mtime >= self->life;
}

static gboolean
fail (GError     **error,
      const char  *what)
{
  g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "%s: %s", what, g_strerror (errno));
  return FALSE;
}

static gboolean
write_all (int         fd,
           const char *data,
           gsize       length)
{
  while (length > 0) {
    gssize n = write (fd, data, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    data += n;
    length -= (gsize) n;
  }
  return TRUE;
}

static gboolean
fill (int                fd,
      const BatonDlFile *file)
{
  g_autofree char *head = format_head (file);
  gsize size;
  const char *data = g_bytes_get_data (file->bytes, &size);

  return write_all (fd, head, strlen (head)) && write_all (fd, data, size) && fsync (fd) == 0;
}

/* Nobody knows the name before the file is there as a whole, so it needs no other one meanwhile. */
static gboolean
write_file (BatonDlFiles  *self,
            BatonDlFile   *file,
            GError       **error)
{
  g_autofree char *key = baton_secret_new (KEY_SIZE);
  g_autofree char *path = build_path (self, key);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  gboolean filled;

  if (fd < 0)
    return fail (error, "a file cannot be made");

  filled = fill (fd, file);
  if (!filled) {
    fail (error, "a file cannot be written");
    g_unlink (path);
  }
  close (fd);
  if (filled)
    file->key = g_steal_pointer (&key);
  return filled;
}

/* Makes the names of new files as durable as what is in them. */
static gboolean
sync_folder (BatonDlFiles  *self,
             GError       **error)
{
  int fd = g_open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (!synced)
    fail (error, "the folder of files cannot be synchronised");
  if (fd >= 0)
    close (fd);
  return synced;
}

/* --- Room --- */

/* As large as it is on disk. */
static gsize
measure (const BatonDlFile *file)
{
  return strlen (MARK) + strlen (file->type) + strlen (file->name) + 3 + g_bytes_get_size (file->bytes);
}

static gsize
measure_all (GPtrArray *files)
{
  gsize size = 0;

  for (guint i = 0; i < files->len; i++)
    size += measure (g_ptr_array_index (files, i));
  return size;
}

static gboolean
reserve (BatonDlFiles *self,
         gsize         size)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->taken + size > self->room)
    return FALSE;
  self->taken += size;
  return TRUE;
}

static void
give_back (BatonDlFiles *self,
           gsize         size)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->taken -= MIN (size, self->taken);
}

/* --- The folder --- */

static void
clear (gpointer data)
{
  BatonDlFiles *self = data;

  g_free (self->folder);
  g_mutex_clear (&self->lock);
}

BatonDlFiles *
baton_dl_files_ref (BatonDlFiles *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
baton_dl_files_unref (BatonDlFiles *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, clear);
}

/* Calls @visit for each file there is. */
static void
walk (BatonDlFiles *self,
      void        (*visit) (BatonDlFiles *self, const char *path, const GStatBuf *info))
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = build_path (self, name);
    GStatBuf info;

    if (is_key (name) && g_lstat (path, &info) == 0 && S_ISREG (info.st_mode))
      visit (self, path, &info);
  }
}

static void
count (BatonDlFiles   *self,
       const char     *path,
       const GStatBuf *info)
{
  self->taken += (guint64) info->st_size;
}

/**
 * baton_dl_files_open:
 * @folder: made, for its owner alone, if it is not there
 * @hours: how long a file is kept
 * @room: bytes that all files together may take
 * @error: return location for a [error@Error]
 *
 * Drops what has had its time meanwhile.
 *
 * Returns: (transfer full): the files, or %NULL with @error set
 */
BatonDlFiles *
baton_dl_files_open (const char  *folder,
                     guint        hours,
                     guint64      room,
                     GError     **error)
{
  g_autoptr (BatonDlFiles) self = g_atomic_rc_box_new0 (BatonDlFiles);

  self->folder = g_strdup (folder);
  self->life = (gint64) hours * 3600;
  self->room = room;
  g_mutex_init (&self->lock);
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    fail (error, "the folder of files cannot be made");
    return NULL;
  }

  walk (self, count);
  baton_dl_files_sweep (self);
  return g_steal_pointer (&self);
}

/**
 * baton_dl_files_write:
 * @files: (element-type BatonDlFile): get their keys
 * @error: return location for a [error@Error]
 *
 * Keeps all of them, or none: once it returns %TRUE they outlive a power cut.
 *
 * Returns: %FALSE with @error set: %BATON_ERROR_BUSY where there is no room for now, else %BATON_ERROR_FAILED
 */
gboolean
baton_dl_files_write (BatonDlFiles  *self,
                      GPtrArray     *files,
                      GError       **error)
{
  gboolean written;

  if (!reserve (self, measure_all (files))) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_BUSY, "no room for more files");
    return FALSE;
  }

  written = TRUE;
  for (guint i = 0; written && i < files->len; i++)
    written = write_file (self, g_ptr_array_index (files, i), error);
  written = written && sync_folder (self, error);
  if (!written)
    baton_dl_files_remove (self, files);
  return written;
}

/* The system reads a mapped file when it is first looked at; that is to happen here and not in the main loop. */
static void
touch (GBytes *bytes)
{
  gsize size;
  const volatile guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize i = 0; i < size; i += 4096)
    (void) data[i];
}

/**
 * baton_dl_files_read:
 * @key: what somebody says is one
 * @error: return location for a [error@Error]
 *
 * The bytes of the file are mapped, so slow readers of large files cost no memory.
 *
 * Returns: (transfer full): the file, or %NULL with @error set: %BATON_ERROR_GONE if there is none (any more)
 */
BatonDlFile *
baton_dl_files_read (BatonDlFiles  *self,
                     const char    *key,
                     GError       **error)
{
  g_autofree char *path = is_key (key) ? build_path (self, key) : NULL;
  g_autoptr (GMappedFile) mapped = NULL;
  g_autoptr (GBytes) all = NULL;
  BatonDlFile *file = NULL;
  GStatBuf info;

  if (path != NULL && g_lstat (path, &info) == 0 && !is_lapsed (self, &info))
    mapped = g_mapped_file_new (path, FALSE, NULL);
  if (mapped != NULL) {
    all = g_mapped_file_get_bytes (mapped);
    touch (all);
    file = parse (all);
  }

  if (file == NULL)
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_GONE, "no such file");
  else
    file->key = g_strdup (key);
  return file;
}

/**
 * baton_dl_files_remove:
 * @files: (element-type BatonDlFile): given to baton_dl_files_write() before
 */
void
baton_dl_files_remove (BatonDlFiles *self,
                       GPtrArray    *files)
{
  for (guint i = 0; i < files->len; i++) {
    BatonDlFile *file = g_ptr_array_index (files, i);
    g_autofree char *path = file->key != NULL ? build_path (self, file->key) : NULL;

    if (path != NULL)
      g_unlink (path);
    g_clear_pointer (&file->key, g_free);
  }
  give_back (self, measure_all (files));
}

static void
drop_lapsed (BatonDlFiles   *self,
             const char     *path,
             const GStatBuf *info)
{
  if (is_lapsed (self, info) && g_unlink (path) == 0)
    give_back (self, (gsize) info->st_size);
}

/**
 * baton_dl_files_sweep:
 *
 * Drops all files that have had their time.
 */
void
baton_dl_files_sweep (BatonDlFiles *self)
{
  walk (self, drop_lapsed);
}

/**
 * baton_dl_files_is_empty:
 *
 * Returns: whether there is no file; does not look at the disk
 */
gboolean
baton_dl_files_is_empty (BatonDlFiles *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->taken == 0;
}
