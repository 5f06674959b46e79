/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-dl-files.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include "baton-error.h"
#include "baton-test.h"

typedef struct {
  char         *folder;
  BatonDlFiles *files;
} Fixture;

static BatonDlFiles *
open_files (const char *folder,
            guint64     room)
{
  g_autoptr (GError) error = NULL;
  BatonDlFiles *files = baton_dl_files_open (folder, 24, room, &error);

  g_assert_no_error (error);
  return files;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *parent = baton_test_make_folder ();

  fixture->folder = g_build_filename (parent, "files", NULL);
  fixture->files = open_files (fixture->folder, 10000);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  baton_dl_files_unref (fixture->files);
  g_free (fixture->folder);
}

static GPtrArray *
make (const char *name,
      gsize       size)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_dl_file_free);
  g_autofree char *text = g_strnfill (size, '\n');
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);

  g_ptr_array_add (files, baton_dl_file_new (name, "image/png", bytes));
  return files;
}

static BatonDlFile *
first (GPtrArray *files)
{
  return g_ptr_array_index (files, 0);
}

static guint
count (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* As if it had been written @hours ago. */
static void
age (Fixture    *fixture,
     const char *key,
     guint       hours)
{
  g_autofree char *path = g_build_filename (fixture->folder, key, NULL);
  time_t then = time (NULL) - (time_t) hours * 3600;

  g_assert_cmpint (utime (path, &(struct utimbuf) { then, then }), ==, 0);
}

static void
test_files_kept (Fixture       *fixture,
                 gconstpointer  data)
{
  static const gsize sizes[] = { 0, 1, 5000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GPtrArray) files = make ("ü 1.png", sizes[i]);
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonDlFile) found = NULL;

    baton_dl_files_write (fixture->files, files, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (strlen (first (files)->key), ==, 32);
    found = baton_dl_files_read (fixture->files, first (files)->key, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (found->name, ==, "ü 1.png");
    g_assert_cmpstr (found->type, ==, "image/png");
    g_assert_true (g_bytes_equal (found->bytes, first (files)->bytes));
  }
  g_assert_false (baton_dl_files_is_empty (fixture->files));
}

/* For nobody but us, and not under the name its sender gave it. */
static void
test_files_private (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GPtrArray) files = make ("evil.html", 10);
  g_autofree char *path = NULL;
  GStatBuf info;

  g_assert_true (baton_dl_files_write (fixture->files, files, NULL));
  path = g_build_filename (fixture->folder, first (files)->key, NULL);
  g_assert_cmpint (g_stat (fixture->folder, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0700);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_null (strstr (path, "evil"));
}

static const char *const strangers[] = {
  "", "x", "../lock", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789ABCDEF",
};

static void
test_files_unknown (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "11111111111111111111111111111111", NULL);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (strangers); i++) {
    g_autoptr (GError) gone = NULL;

    g_assert_null (baton_dl_files_read (fixture->files, strangers[i], &gone));
    g_assert_error (gone, BATON_ERROR, BATON_ERROR_GONE);
  }

  /* Cut short by a crash: nobody ever learnt its name, but still. */
  g_assert_true (g_file_set_contents (path, "baton file 1\nimage/png\n", -1, NULL));
  g_assert_null (baton_dl_files_read (fixture->files, "11111111111111111111111111111111", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

static void
test_files_lapse (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GPtrArray) old = make ("old", 10);
  g_autoptr (GPtrArray) young = make ("young", 10);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDlFile) found = NULL;

  g_assert_true (baton_dl_files_write (fixture->files, old, NULL));
  g_assert_true (baton_dl_files_write (fixture->files, young, NULL));
  age (fixture, first (old)->key, 24);
  age (fixture, first (young)->key, 23);

  g_assert_null (baton_dl_files_read (fixture->files, first (old)->key, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
  found = baton_dl_files_read (fixture->files, first (young)->key, NULL);
  g_assert_nonnull (found);

  baton_dl_files_sweep (fixture->files);
  g_assert_cmpuint (count (fixture), ==, 1);
  age (fixture, first (young)->key, 25);
  baton_dl_files_sweep (fixture->files);
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_true (baton_dl_files_is_empty (fixture->files));
}

/* Also those whose time came while nothing ran. */
static void
test_files_survive_restart (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr (GPtrArray) old = make ("old", 10);
  g_autoptr (GPtrArray) young = make ("young", 10);
  g_autoptr (BatonDlFile) found = NULL;

  g_assert_true (baton_dl_files_write (fixture->files, old, NULL));
  g_assert_true (baton_dl_files_write (fixture->files, young, NULL));
  age (fixture, first (old)->key, 30);
  baton_dl_files_unref (fixture->files);
  fixture->files = open_files (fixture->folder, 10000);

  g_assert_cmpuint (count (fixture), ==, 1);
  found = baton_dl_files_read (fixture->files, first (young)->key, NULL);
  g_assert_nonnull (found);
}

static void
test_files_room (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GPtrArray) large = make ("large", 6000);
  g_autoptr (GPtrArray) second = make ("second", 6000);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;

  g_assert_true (baton_dl_files_write (fixture->files, large, NULL));
  g_assert_false (baton_dl_files_write (fixture->files, second, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
  g_assert_cmpuint (count (fixture), ==, 1);

  /* What is there already counts after a restart, too. */
  baton_dl_files_unref (fixture->files);
  fixture->files = open_files (fixture->folder, 10000);
  g_assert_false (baton_dl_files_write (fixture->files, second, &again));
  g_assert_error (again, BATON_ERROR, BATON_ERROR_BUSY);

  baton_dl_files_remove (fixture->files, large);
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_true (baton_dl_files_is_empty (fixture->files));
  g_assert_true (baton_dl_files_write (fixture->files, second, NULL));
}

/* All or none; and what could not be written takes no room. */
static void
test_files_disk_fails (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GPtrArray) files = make ("a", 6000);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_assert_false (baton_dl_files_write (fixture->files, files, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_assert_null (strstr (error->message, fixture->folder));
  g_assert_true (baton_dl_files_is_empty (fixture->files));

  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_true (baton_dl_files_write (fixture->files, files, NULL));
}

static void
test_files_no_folder (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (baton_dl_files_open ("/proc/nowhere", 24, 10000, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/dl/files/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("kept", test_files_kept);
  ADD ("private", test_files_private);
  ADD ("unknown", test_files_unknown);
  ADD ("lapse", test_files_lapse);
  ADD ("survive-restart", test_files_survive_restart);
  ADD ("room", test_files_room);
  ADD ("disk-fails", test_files_disk_fails);
  ADD ("no-folder", test_files_no_folder);
#undef ADD

  return g_test_run ();
}
