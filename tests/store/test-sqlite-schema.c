/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <sqlite3.h>

#include "baton-error.h"
#include "baton-sqlite-private.h"
#include "store-fixture.h"

static void
test_schema_version (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  g_assert_cmpint (store_fixture_ask (fixture, "pragma user_version"), ==, 3);
  store_fixture_reopen (fixture);
  g_assert_cmpint (store_fixture_ask (fixture, "pragma user_version"), ==, 3);
}

/* A database of an earlier version is brought up to date, with all that is in it. */
static void
test_schema_older (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "old.db", NULL);
  g_autofree char *fixture = baton_test_fixture ("store-1.sql");
  g_autofree char *sql = NULL;
  g_autoptr (BatonStore) store = NULL;
  g_autoptr (BatonConversation) conversation = NULL;
  g_autoptr (BatonPage) page = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db = NULL;

  g_assert_true (g_file_get_contents (fixture, &sql, NULL, NULL));
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);

  store = baton_sqlite_store_open (path, &error);
  g_assert_no_error (error);
  conversation = get_conversation (store, "cOld1");
  g_assert_cmpint (conversation->state, ==, BATON_STATE_QUEUED);
  g_assert_cmpstr (conversation->user_id, ==, "dl_old");
  page = list_activities (store, "cOld1", -1, 0, TRUE);
  g_assert_cmpuint (page->activities->len, ==, conversation->next_index);
  baton_store_close (store);
}

/* A database of a newer program is left alone, with a message that says what to do. */
static void
test_schema_newer (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GError) error = NULL;

  store_fixture_change (fixture, "pragma user_version = 99");
  g_assert_null (baton_sqlite_store_open (fixture->path, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "version 99, written by a newer program"));
  g_assert_cmpint (store_fixture_ask (fixture, "pragma user_version"), ==, 99);
}

/* All or nothing: a migration that fails leaves the database as it was. */
static void
test_schema_rolls_back (void)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "create table session (other text)", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_false (baton_sqlite_migrate (db, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_assert_true (sqlite3_get_autocommit (db));
  g_assert_cmpint (sqlite3_prepare_v2 (db, "select count (*) from sqlite_schema", -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  g_assert_cmpint (sqlite3_column_int (statement, 0), ==, 1);
  sqlite3_finalize (statement);
  sqlite3_close (db);
}

/* Private and public lie in different tables (S000-35). */
static void
test_schema_private_apart (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  g_assert_cmpint (store_fixture_ask (fixture, "select count (*) from pragma_table_info ('handoff')"
                                      " where name = 'context'"), ==, 1);
  g_assert_cmpint (store_fixture_ask (fixture, "select count (*) from pragma_table_info ('activity')"
                                      " where name in ('context', 'handoff', 'agent_message')"), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/schema/version", test_schema_version);
  g_test_add_func ("/store/schema/older", test_schema_older);
  g_test_add_func ("/store/schema/newer", test_schema_newer);
  g_test_add_func ("/store/schema/rolls-back", test_schema_rolls_back);
  g_test_add_func ("/store/schema/private-apart", test_schema_private_apart);
  return g_test_run ();
}
