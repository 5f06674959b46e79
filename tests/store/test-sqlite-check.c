/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdio.h>
#include <string.h>

#include "baton-error.h"
#include "baton-sqlite-store.h"
#include "store-fixture.h"

/* Also while the store is open, which goes on afterwards. */
static void
test_check_good (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  gboolean is_current, is_complete;
  g_autoptr (GError) error = NULL;

  g_assert_true (baton_sqlite_store_check (fixture->path, 10, &is_current, &is_complete, &error));
  g_assert_no_error (error);
  g_assert_true (is_current && is_complete);
  g_clear_pointer (&conversation, baton_conversation_free);
  conversation = start_conversation (fixture->store, "c2");

  store_fixture_change (fixture, "pragma user_version = 0");
  g_assert_true (baton_sqlite_store_check (fixture->path, 10, &is_current, &is_complete, &error));
  g_assert_false (is_current);
}

static void
test_check_newer (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  gboolean is_current, is_complete;
  g_autoptr (GError) error = NULL;

  store_fixture_change (fixture, "pragma user_version = 99");
  g_assert_false (baton_sqlite_store_check (fixture->path, 10, &is_current, &is_complete, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_REFUSED);
}

static void
fill (StoreFixture *fixture)
{
  store_fixture_change (fixture, "insert into event (at, kind, json) with recursive n (i) as (select 1 union all "
                        "select i + 1 from n where i < 100000) select i, 'test', 'some text of an event' from n");
  store_fixture_change (fixture, "pragma wal_checkpoint(truncate)");
}

static void
test_check_long (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  gboolean is_current, is_complete;
  g_autoptr (GError) error = NULL;

  fill (fixture);
  g_assert_true (baton_sqlite_store_check (fixture->path, 0, &is_current, &is_complete, &error));
  g_assert_no_error (error);
  g_assert_true (is_current);
  g_assert_false (is_complete);
}

static void
test_check_damaged (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  char garbage[64 * 1024];
  gboolean is_current, is_complete;
  g_autoptr (GError) error = NULL;
  FILE *file;

  fill (fixture);
  memset (garbage, 'x', sizeof garbage);
  file = fopen (fixture->path, "r+");
  g_assert_cmpint (fseek (file, 1024 * 1024, SEEK_SET), ==, 0);
  g_assert_cmpuint (fwrite (garbage, sizeof garbage, 1, file), ==, 1);
  fclose (file);

  g_assert_false (baton_sqlite_store_check (fixture->path, 10, &is_current, &is_complete, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "the database is damaged: "));
}

static void
test_check_not_ours (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "relay.db", NULL);
  gboolean is_current, is_complete;
  g_autoptr (GError) error = NULL;

  g_assert_false (baton_sqlite_store_check (path, 10, &is_current, &is_complete, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_clear_error (&error);

  g_file_set_contents (path, "this is a letter to my aunt, and no database at all", -1, NULL);
  g_assert_false (baton_sqlite_store_check (path, 10, &is_current, &is_complete, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/check/good", test_check_good);
  g_test_add_func ("/store/check/newer", test_check_newer);
  g_test_add_func ("/store/check/long", test_check_long);
  g_test_add_func ("/store/check/damaged", test_check_damaged);
  g_test_add_func ("/store/check/not-ours", test_check_not_ours);
  return g_test_run ();
}
