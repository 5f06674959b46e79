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

  g_assert_cmpint (store_fixture_ask (fixture, "pragma user_version"), ==, 1);
  store_fixture_reopen (fixture);
  g_assert_cmpint (store_fixture_ask (fixture, "pragma user_version"), ==, 1);
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
  g_test_add_func ("/store/schema/newer", test_schema_newer);
  g_test_add_func ("/store/schema/rolls-back", test_schema_rolls_back);
  g_test_add_func ("/store/schema/private-apart", test_schema_private_apart);
  return g_test_run ();
}
