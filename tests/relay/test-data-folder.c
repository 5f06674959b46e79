/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "baton-data-folder.h"
#include "baton-error.h"
#include "baton-test.h"

static void
assert_mode (const char *path,
             guint       mode)
{
  struct stat info;

  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, mode);
}

static void
test_data_folder_make (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a", "b", NULL);
  g_autofree char *blocked = g_build_filename (folder, "file", "b", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (baton_data_folder_make (path, &error));
  g_assert_true (baton_data_folder_make (path, &error));
  assert_mode (path, 0700);

  g_file_set_contents (file, "", -1, NULL);
  g_assert_false (baton_data_folder_make (blocked, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
}

static void
test_data_folder_lock (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (GError) error = NULL;
  int lock = baton_data_folder_lock (folder, &error);

  g_assert_cmpint (lock, >=, 0);
  g_assert_cmpint (baton_data_folder_lock (folder, &error), ==, -1);
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, folder));

  close (lock);
  g_clear_error (&error);
  lock = baton_data_folder_lock (folder, &error);
  g_assert_no_error (error);
  close (lock);
}

static void
test_data_folder_secret (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "secret", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *made = NULL, *again = NULL, *given = NULL;

  g_assert_null (baton_data_folder_load_secret (path, FALSE, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_clear_error (&error);

  made = baton_data_folder_load_secret (path, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (made), >=, 40);
  assert_mode (path, 0600);
  again = baton_data_folder_load_secret (path, TRUE, &error);
  g_assert_cmpstr (made, ==, again);

  g_file_set_contents (path, "  0123456789abcdef \r\nsecond line\n", -1, NULL);
  given = baton_data_folder_load_secret (path, FALSE, &error);
  g_assert_cmpstr (given, ==, "0123456789abcdef");
}

/* The error names the file and nothing that stands in it (S46). */
static void
test_data_folder_short_secret (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "secret", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "hunter2\n", -1, NULL);
  g_assert_null (baton_data_folder_load_secret (path, TRUE, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  g_assert_null (strstr (error->message, "hunter2"));
}

static const struct {
  const char *text;
  guint       secrets;   /* 0: refused */
} files[] = {
  { "0123456789abcdef", 1 },
  { "\n  0123456789abcdef \r\n\r\n", 1 },
  { "0123456789abcdef\nfedcba9876543210\n", 2 },
  { "\r\n0123456789abcdef\r\n\r\nfedcba9876543210", 2 },
  { "0123456789abcdef\nfedcba9876543210\n0123456789abcdef\n", 0 },
  { "0123456789abcdef\nhunter2\n", 0 },
  { "\n\n", 0 },
  { "", 0 },
};

/* Two at once while one takes the place of the other (S46: errors never hold them). */
static void
test_data_folder_secrets (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "secret", NULL);
  g_auto (GStrv) made = baton_data_folder_load_secrets (path, TRUE, NULL);

  g_assert_cmpuint (g_strv_length (made), ==, 1);
  assert_mode (path, 0600);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GError) error = NULL;
    g_auto (GStrv) secrets = NULL;

    g_file_set_contents (path, files[i].text, -1, NULL);
    secrets = baton_data_folder_load_secrets (path, FALSE, &error);
    if (files[i].secrets == 0) {
      g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
      g_assert_null (strstr (error->message, "hunter2"));
      g_assert_null (strstr (error->message, "0123456789abcdef"));
      continue;
    }
    g_assert_no_error (error);
    g_assert_cmpuint (g_strv_length (secrets), ==, files[i].secrets);
    g_assert_cmpstr (secrets[0], ==, "0123456789abcdef");
    if (files[i].secrets == 2)
      g_assert_cmpstr (secrets[1], ==, "fedcba9876543210");
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/data-folder/make", test_data_folder_make);
  g_test_add_func ("/relay/data-folder/lock", test_data_folder_lock);
  g_test_add_func ("/relay/data-folder/secret", test_data_folder_secret);
  g_test_add_func ("/relay/data-folder/short-secret", test_data_folder_short_secret);
  g_test_add_func ("/relay/data-folder/secrets", test_data_folder_secrets);
  return g_test_run ();
}
