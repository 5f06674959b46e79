/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-outbox.h"

#include <glib/gstdio.h>

#include "baton-error.h"
#include "baton-test.h"

static BatonActivity *
add (BatonOutbox *outbox,
     const char  *text,
     gint64       epoch)
{
  g_autoptr (GError) error = NULL;
  BatonActivity *activity = baton_outbox_add (outbox, text, epoch, &error);

  g_assert_no_error (error);
  return activity;
}

static void
test_outbox_add (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (BatonOutbox) outbox = baton_outbox_new (folder, "conv-1", "rita");
  g_autoptr (BatonActivity) activity = add (outbox, "Hello \"you\"\n", 3);
  const char *client_id = baton_activity_get_client_id (activity);
  g_autofree char *name = g_strdup_printf ("000001-%s.json", client_id);
  g_autofree char *path = g_build_filename (folder, "conv-1", name, NULL);
  GStatBuf status;

  g_assert_true (g_uuid_string_is_valid (client_id));
  g_assert_cmpstr (baton_activity_get_text (activity), ==, "Hello \"you\"\n");
  g_assert_true (baton_activity_is_shown (activity));
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  baton_outbox_remove (outbox, "unknown");
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  baton_outbox_remove (outbox, client_id);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* A console that was killed finds its replies again, in order, with ids and epochs. */
static void
test_outbox_restart (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (GPtrArray) left = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BatonOutbox) again = baton_outbox_new (folder, "conv-1", "rita");
  g_autoptr (BatonActivity) next = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (BatonOutbox) before = baton_outbox_new (folder, "conv-1", "rita");

  for (int i = 0; i < 12; i++) {
    g_autofree char *text = g_strdup_printf ("%d", i);

    g_ptr_array_add (left, add (before, text, i));
  }

  found = baton_outbox_list (again);
  g_assert_cmpuint (found->len, ==, 12);
  for (guint i = 0; i < found->len; i++) {
    BatonOutboxEntry *entry = g_ptr_array_index (found, i);

    g_assert_cmpint (entry->epoch, ==, i);
    g_assert_cmpstr (baton_activity_get_client_id (entry->activity), ==,
                     baton_activity_get_client_id (g_ptr_array_index (left, i)));
  }

  next = add (again, "after", 12);
  g_clear_pointer (&found, g_ptr_array_unref);
  found = baton_outbox_list (again);
  g_assert_cmpuint (found->len, ==, 13);
  g_assert_cmpstr (baton_activity_get_text (((BatonOutboxEntry *) g_ptr_array_index (found, 12))->activity), ==, "after");

  baton_outbox_clear (again);
  g_clear_pointer (&found, g_ptr_array_unref);
  found = baton_outbox_list (again);
  g_assert_cmpuint (found->len, ==, 0);
}

/* Two agents who share an account on one machine never send each other's words. */
static void
test_outbox_other_agent (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (BatonOutbox) rita = baton_outbox_new (folder, "conv-1", "rita");
  g_autoptr (BatonOutbox) sam = baton_outbox_new (folder, "conv-1", "sam");
  g_autoptr (BatonActivity) activity = add (rita, "Hers", 3);
  g_autoptr (GPtrArray) found = baton_outbox_list (sam);

  g_assert_cmpuint (found->len, ==, 0);
  baton_outbox_clear (sam);
  g_clear_pointer (&found, g_ptr_array_unref);
  found = baton_outbox_list (rita);
  g_assert_cmpuint (found->len, ==, 1);
}

static void
test_outbox_broken_files (void)
{
  static const char *const contents[] = {
    "", "{", "[]", "{\"agent\":\"rita\",\"epoch\":1}", "{\"agent\":\"rita\",\"epoch\":\"x\",\"activity\":{\"type\":\"message\"}}",
    "{\"agent\":\"rita\",\"epoch\":1,\"activity\":{\"type\":\"message\",\"text\":\"no id\"}}",
  };
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *inner = g_build_filename (folder, "conv-1", NULL);
  g_autoptr (BatonOutbox) outbox = baton_outbox_new (folder, "conv-1", "rita");
  g_autoptr (BatonActivity) activity = NULL;
  g_autoptr (GPtrArray) found = NULL;

  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++) {
    g_autofree char *name = g_strdup_printf ("%06d-x.json", (int) i);
    g_autofree char *path = g_build_filename (inner, name, NULL);

    g_assert_true (g_file_set_contents (path, contents[i], -1, NULL));
  }
  found = baton_outbox_list (outbox);
  g_assert_cmpuint (found->len, ==, 0);

  activity = add (outbox, "good", 1);
  g_clear_pointer (&found, g_ptr_array_unref);
  found = baton_outbox_list (outbox);
  g_assert_cmpuint (found->len, ==, 1);
}

/* An id is foreign text: it never leads out of the folder. */
static void
test_outbox_hostile_id (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *inside = g_build_filename (folder, "outbox", NULL);
  g_autofree char *outside = g_build_filename (folder, "evil", NULL);
  g_autoptr (BatonOutbox) outbox = baton_outbox_new (inside, "../evil", "rita");
  g_autoptr (BatonActivity) activity = add (outbox, "x", 1);
  g_autoptr (GPtrArray) found = baton_outbox_list (outbox);

  g_assert_cmpuint (found->len, ==, 1);
  g_assert_false (g_file_test (outside, G_FILE_TEST_EXISTS));
}

static void
test_outbox_no_room (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autoptr (BatonOutbox) outbox = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *huge = g_strnfill (300 * 1024, 'x');

  g_assert_true (g_file_set_contents (file, "in the way", -1, NULL));
  outbox = baton_outbox_new (file, "conv-1", "rita");
  g_assert_null (baton_outbox_add (outbox, "x", 1, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);

  g_clear_error (&error);
  g_assert_null (baton_outbox_add (outbox, huge, 1, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_TOO_BIG);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/console/outbox/add", test_outbox_add);
  g_test_add_func ("/console/outbox/restart", test_outbox_restart);
  g_test_add_func ("/console/outbox/other-agent", test_outbox_other_agent);
  g_test_add_func ("/console/outbox/broken-files", test_outbox_broken_files);
  g_test_add_func ("/console/outbox/hostile-id", test_outbox_hostile_id);
  g_test_add_func ("/console/outbox/no-room", test_outbox_no_room);
  return g_test_run ();
}
