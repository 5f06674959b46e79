/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-check.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "baton-bots.h"
#include "baton-data-folder.h"
#include "baton-roster.h"
#include "baton-sqlite-store.h"

#define LITTLE_SPACE (G_GUINT64_CONSTANT (1000) * 1000 * 1000)
#define NO_SPACE (LITTLE_SPACE / 10)
#define FEW_FILES 100

#define WRITES 5
#define WRITE_SIZE 4096
#define SLOW_WRITE_USEC (50 * 1000)

#define LOOK_SECONDS 10

/* --- the folder --- */

/* The nearest folder above @path that is there. */
static char *
find_parent (const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);

  while (!g_file_test (parent, G_FILE_TEST_EXISTS)) {
    g_autofree char *child = g_steal_pointer (&parent);

    parent = g_path_get_dirname (child);
  }
  return g_steal_pointer (&parent);
}

static void
check_absent_folder (const char *path,
                     GPtrArray  *findings)
{
  g_autofree char *parent = find_parent (path);

  if (g_access (parent, W_OK | X_OK) == 0)
    baton_findings_add (findings, BATON_GRADE_OK, "data folder", NULL, "the first start makes %s", path);
  else
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "data folder",
                        "Make it for the user that runs the relay, or name another in data",
                        "%s is not there, and cannot be made in %s", path, parent);
}

static void
check_rights (const char     *path,
              const GStatBuf *info,
              GPtrArray      *findings)
{
  g_autofree char *advice = g_strdup_printf ("Say chmod 700 %s", path);

  if (info->st_uid != geteuid ())
    baton_findings_add (findings, BATON_GRADE_WARNING, "data folder", "Run this check as that user: it then sees what the relay sees",
                        "%s belongs to user %u, and this check runs as user %u", path, (guint) info->st_uid,
                        (guint) geteuid ());
  if ((info->st_mode & (S_IRWXG | S_IRWXO)) != 0)
    baton_findings_add (findings, BATON_GRADE_WARNING, "data folder", advice,
                        "others than its owner can look into %s, where conversations are kept", path);
}

/* Returns whether there is a folder to look into. */
static gboolean
check_folder (const char *path,
              GPtrArray  *findings)
{
  static const char advice[] = "Give it to the user that runs the relay, with chown";
  guint before = findings->len;
  GStatBuf info;

  if (g_stat (path, &info) != 0 && errno == ENOENT) {
    check_absent_folder (path, findings);
    return FALSE;
  }
  if (g_stat (path, &info) != 0) {
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "data folder", advice, "%s cannot be seen: %s", path, g_strerror (errno));
    return FALSE;
  }
  if (!S_ISDIR (info.st_mode)) {
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "data folder", "Name a folder in data", "%s is not a folder", path);
    return FALSE;
  }
  if (g_access (path, R_OK | W_OK | X_OK) != 0) {
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "data folder", advice, "%s cannot be used: %s", path, g_strerror (errno));
    return FALSE;
  }

  check_rights (path, &info, findings);
  if (findings->len == before)
    baton_findings_add (findings, BATON_GRADE_OK, "data folder", NULL, "%s is there, for its owner alone", path);
  return TRUE;
}

static void
check_lock (const char *path,
            GPtrArray  *findings)
{
  if (baton_data_folder_is_in_use (path))
    baton_findings_add (findings, BATON_GRADE_OK, "relay", NULL, "one is running in the data folder");
  else
    baton_findings_add (findings, BATON_GRADE_OK, "relay", NULL, "none is running in the data folder");
}

/* --- the disk --- */

/* @uploads: what files of customers may take */
static void
check_space (const char *path,
             guint64     uploads,
             GPtrArray  *findings)
{
  static const char advice[] = "Make room before it is full: what cannot be kept is refused";
  g_autofree char *share = g_format_size (uploads);
  struct statvfs info;
  g_autofree char *size = NULL;
  guint64 room;

  if (statvfs (path, &info) != 0) {
    baton_findings_add (findings, BATON_GRADE_WARNING, "disk", "Look at it with df", "its room is unknown: %s", g_strerror (errno));
    return;
  }

  room = (guint64) info.f_bavail * info.f_frsize;
  size = g_format_size (room);
  if (room < NO_SPACE)
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "disk", advice, "only %s are free", size);
  else if (room < LITTLE_SPACE)
    baton_findings_add (findings, BATON_GRADE_WARNING, "disk", advice, "only %s are free", size);
  else if (room < uploads)
    baton_findings_add (findings, BATON_GRADE_WARNING, "disk", "Make room, or lower upload-room",
                        "only %s are free, and the files that are sent may take %s", size, share);
  else if (info.f_files > 0 && info.f_favail < FEW_FILES)
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "disk", advice, "only %" G_GUINT64_FORMAT " files more can be made",
                        (guint64) info.f_favail);
  else
    baton_findings_add (findings, BATON_GRADE_OK, "disk", NULL, "%s are free", size);
}

static void
check_kind (const char *path,
            GPtrArray  *findings)
{
  struct statfs info;

  if (statfs (path, &info) != 0)
    return;
  if (info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC)
    baton_findings_add (findings, BATON_GRADE_WARNING, "disk", "Name a folder on a disk in data",
                        "%s lies in memory: when the machine restarts, all is gone", path);
  else if (info.f_type == NFS_SUPER_MAGIC || info.f_type == SMB_SUPER_MAGIC || info.f_type == SMB2_SUPER_MAGIC
           || info.f_type == CIFS_SUPER_MAGIC)
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "disk", "Name a folder on a disk of this machine in data",
                        "%s lies on another machine, where neither locks nor SQLite's log can be relied on", path);
}

/* A file without a name, so that nothing is left behind however this ends. */
static int
open_nameless (const char *folder)
{
  int fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  g_autofree char *path = NULL;

  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
    return fd;
  path = g_build_filename (folder, "check-XXXXXX", NULL);
  fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    g_unlink (path);
  return fd;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return (first > second) - (first < second);
}

/* Writes as the store does: a page, then wait until it is safe. Returns the median in µs, or -1 with errno set. */
static gint64
time_writes (int fd)
{
  char page[WRITE_SIZE] = { 0 };
  gint64 times[WRITES];

  for (guint i = 0; i < WRITES; i++) {
    gint64 begun_at = g_get_monotonic_time ();

    if (write (fd, page, sizeof page) != sizeof page || fdatasync (fd) != 0)
      return -1;
    times[i] = g_get_monotonic_time () - begun_at;
  }
  qsort (times, WRITES, sizeof times[0], compare_times);
  return times[WRITES / 2];
}

static void
check_writing (const char *path,
               GPtrArray  *findings)
{
  int fd = open_nameless (path);
  gint64 usec = fd < 0 ? -1 : time_writes (fd);
  int cause = errno;

  if (fd >= 0)
    close (fd);
  if (usec < 0)
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "writing", "Look at the disk, and at the log of the system for its errors",
                        "a file in %s could not be written: %s", path, g_strerror (cause));
  else if (usec > SLOW_WRITE_USEC)
    baton_findings_add (findings, BATON_GRADE_WARNING, "writing", "Every answer waits for this: a faster disk serves more customers",
                        "it takes %.1f ms until a page is safe on the disk", (double) usec / 1000);
  else
    baton_findings_add (findings, BATON_GRADE_OK, "writing", NULL, "it takes %.1f ms until a page is safe on the disk",
                        (double) usec / 1000);
}

/* --- what is kept --- */

static void
check_database (const char *folder,
                GPtrArray  *findings)
{
  g_autofree char *path = g_build_filename (folder, BATON_DATA_DATABASE, NULL);
  gboolean is_current, is_complete;
  g_autoptr (GError) error = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    baton_findings_add (findings, BATON_GRADE_OK, "database", NULL, "the first start makes it, in %s", path);
  else if (!baton_sqlite_store_check (path, LOOK_SECONDS, &is_current, &is_complete, &error))
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "database",
                        "Keep a copy of the folder as it is, and go back to a backup or to the program that wrote it",
                        "%s: %s", path, error->message);
  else if (!is_complete)
    baton_findings_add (findings, BATON_GRADE_WARNING, "database", "Say sqlite3 relay.db 'pragma quick_check' when there is time",
                        "it opens, but is too large to be looked through within %d s", LOOK_SECONDS);
  else
    baton_findings_add (findings, BATON_GRADE_OK, "database", NULL, "it is whole, and what is acknowledged survives a power cut%s",
                        is_current ? "" : "; the next start brings it to the shape of this version");
}

static void
check_agents (const char *folder,
              GPtrArray  *findings)
{
  g_autofree char *path = g_build_filename (folder, BATON_DATA_AGENTS, NULL);
  g_autoptr (GPtrArray) agents = NULL;
  g_autoptr (BatonRoster) roster = NULL;
  g_autoptr (GError) error = NULL;

  roster = baton_roster_open (path, &error);
  if (roster == NULL) {
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "agents", "Correct the file, or go back to a backup", "%s", error->message);
    return;
  }

  agents = baton_roster_list (roster);
  if (agents->len == 0)
    baton_findings_add (findings, BATON_GRADE_WARNING, "agents", "Say baton-relay agent add ID --name NAME",
                        "nobody can sign in, so whoever asks for a person waits");
  else
    baton_findings_add (findings, BATON_GRADE_OK, "agents", NULL, "%u can sign in", agents->len);
}

static void
check_canvas (GPtrArray *findings)
{
  g_autofree char *folder = baton_bots_dup_data_path ("canvas");
  g_autofree char *page = g_build_filename (folder, "index.html", NULL);

  if (g_access (page, R_OK) == 0)
    baton_findings_add (findings, BATON_GRADE_OK, "chat page", NULL, "it is in %s", folder);
  else
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "chat page", "Install the program again, or set BATON_DATA_DIR to where it is",
                        "%s cannot be read: %s", page, g_strerror (errno));
}

/**
 * baton_check_data:
 *
 * What is kept on disk, and what comes with the program.
 */
void
baton_check_data (const BatonConfig *config,
                  GPtrArray         *findings)
{
  const char *folder = config->data;
  g_autofree char *there = NULL;

  if (check_folder (folder, findings)) {
    check_lock (folder, findings);
    there = g_strdup (folder);
  } else {
    there = find_parent (folder);
  }
  check_space (there, config->upload_room, findings);
  check_kind (there, findings);
  if (g_str_equal (there, folder)) {
    check_writing (folder, findings);
    check_database (folder, findings);
    check_agents (folder, findings);
  }
  check_canvas (findings);
}
