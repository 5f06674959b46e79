/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-test.h"

#include <string.h>

#include <glib/gstdio.h>

#define DEADLINE_SECONDS 20

static gboolean
deadline_cb (gpointer what)
{
  g_error ("waited %d s in vain for: %s", DEADLINE_SECONDS, (const char *) what);
  return G_SOURCE_REMOVE;
}

guint
baton_test_start_deadline (const char *what)
{
  return g_timeout_add_seconds (DEADLINE_SECONDS, deadline_cb, (gpointer) what);
}

void
baton_test_ready_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      slot)
{
  GAsyncResult **place = slot;

  g_assert_null (*place);
  *place = g_object_ref (result);
}

GAsyncResult *
baton_test_await (GAsyncResult **slot)
{
  baton_test_wait (*slot != NULL);
  return *slot;
}

static gboolean
is_forgiven (const char *message)
{
  return strstr (message, "remote address") != NULL;
}

static gboolean
is_fatal_cb (const char     *domain,
             GLogLevelFlags  level,
             const char     *message,
             gpointer        unused)
{
  return g_strcmp0 (domain, "libsoup") != 0 || !is_forgiven (message);
}

/* The handler of tests would call it the end of the test, even where it is not fatal. */
static void
libsoup_cb (const char     *domain,
            GLogLevelFlags  level,
            const char     *message,
            gpointer        unused)
{
  if (!is_forgiven (message))
    g_log_default_handler (domain, level, message, NULL);
}

/**
 * baton_test_forgive_server:
 *
 * Lets libsoup's server warn of a client that was gone before it looked who it was ("could not get remote address"): on a
 * busy machine that happens to any client that leaves at once. To be called in each test case that has such a server.
 */
void
baton_test_forgive_server (void)
{
  static guint handler;

  if (handler == 0)
    handler = g_log_set_handler ("libsoup", G_LOG_LEVEL_WARNING | G_LOG_FLAG_FATAL, libsoup_cb, NULL);
  g_test_log_set_fatal_handler (is_fatal_cb, NULL);
}

char *
baton_test_fixture (const char *name)
{
  return g_build_filename (g_getenv ("BATON_FIXTURES") ? g_getenv ("BATON_FIXTURES") : "tests/fixtures", name, NULL);
}

char *
baton_test_sample (const char *name)
{
  const char *folder = g_getenv ("BATON_SAMPLES");

  if (folder == NULL || *folder == '\0')
    return NULL;
  return g_build_filename (folder, name, NULL);
}

GBytes *
baton_test_read (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  gsize length = 0;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, length);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) folder = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_remove (path);
}

static GPtrArray *made;

static void
remove_made (void)
{
  for (guint i = 0; i < made->len; i++)
    remove_tree (g_ptr_array_index (made, i));
  g_ptr_array_unref (made);
}

char *
baton_test_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("baton-test-XXXXXX", &error);

  g_assert_no_error (error);
  if (made == NULL) {
    made = g_ptr_array_new_with_free_func (g_free);
    atexit (remove_made);
  }
  g_ptr_array_add (made, g_strdup (path));
  return path;
}
