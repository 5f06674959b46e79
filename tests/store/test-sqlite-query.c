/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "baton-sqlite-private.h"
#include "baton-time.h"
#include "store-fixture.h"

/* The store's thread is ended first: these tests use its connection themselves. */
static BatonSqliteStore *
borrow (StoreFixture *fixture)
{
  baton_store_close (fixture->store);
  return BATON_SQLITE_STORE (fixture->store);
}

static void
test_query_types (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  BatonSqliteStore *store = borrow (fixture);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("{}rest", 2);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSqliteQuery) query = NULL;
  g_autofree char *copy = NULL;

  query = baton_sqlite_query (store, &error, "select ?, ?, ?, ?, ?, ?, ?", "iftbTTt", G_MAXINT64, TRUE, "it's", bytes,
                              (gint64) 7, BATON_TIME_UNKNOWN, NULL);
  g_assert_no_error (error);
  g_assert_cmpint (baton_sqlite_query_next (query, &error), ==, BATON_SQLITE_ROW);
  g_assert_cmpint (baton_sqlite_get_int (query, 0), ==, G_MAXINT64);
  g_assert_cmpint (baton_sqlite_get_int (query, 1), ==, 1);
  g_assert_cmpstr (baton_sqlite_peek_text (query, 2), ==, "it's");
  copy = baton_sqlite_dup_text (query, 3);
  g_assert_cmpstr (copy, ==, "{}");
  g_assert_cmpint (baton_sqlite_get_int (query, 4), ==, 7);
  g_assert_null (baton_sqlite_peek_text (query, 5));
  g_assert_null (baton_sqlite_peek_text (query, 6));
  g_assert_cmpint (baton_sqlite_query_next (query, &error), ==, BATON_SQLITE_END);
}

/* A statement left in the middle can be used again: the end of its scope puts it back. */
static void
test_query_reuse (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  BatonSqliteStore *store = borrow (fixture);
  g_autoptr (GError) error = NULL;

  for (gint64 i = 0; i < 3; i++) {
    g_autoptr (BatonSqliteQuery) query = baton_sqlite_query (store, &error, "select ? union all select 9", "i", i);

    g_assert_cmpint (baton_sqlite_query_next (query, &error), ==, BATON_SQLITE_ROW);
    g_assert_cmpint (baton_sqlite_get_int (query, 0), ==, i);
  }
  g_assert_cmpuint (g_hash_table_size (store->statements), ==, 1);
}

static void
test_query_find_int (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  BatonSqliteStore *store = borrow (fixture);
  g_autoptr (GError) error = NULL;
  gint64 value = -1;

  g_assert_cmpint (baton_sqlite_find_int (store, &value, &error, "select 5 where ?", "f", FALSE), ==, BATON_SQLITE_END);
  g_assert_cmpint (value, ==, -1);
  g_assert_cmpint (baton_sqlite_find_int (store, &value, &error, "select 6 where ?", "f", TRUE), ==, BATON_SQLITE_ROW);
  g_assert_cmpint (value, ==, 6);
  g_assert_no_error (error);
}

/* Errors are of our domain, and quote neither the statement nor its values. */
static void
test_query_errors (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  BatonSqliteStore *store = borrow (fixture);
  g_autoptr (GError) error = NULL;
  gint64 value;

  g_assert_null (baton_sqlite_query (store, &error, "select secret_column from nowhere", ""));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_assert_null (strstr (error->message, "secret"));
  g_clear_error (&error);

  g_assert_true (baton_sqlite_run (store, &error, "insert into session values (?, 'a', 1, 1)", "t", "secret"));
  g_assert_false (baton_sqlite_run (store, &error, "insert into session values (?, 'a', 1, 1)", "t", "secret"));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_assert_null (strstr (error->message, "secret"));
  g_clear_error (&error);

  g_assert_cmpint (baton_sqlite_find_int (store, &value, &error, "select broken", ""), ==, BATON_SQLITE_FAILED);
  g_clear_error (&error);
  g_assert_false (baton_sqlite_exec (store->db, "create broken", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (baton_sqlite_parse ("{", &error));
  g_assert_nonnull (error);
}

/* A file that somebody else writes to is busy, not broken. */
static void
test_query_busy (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  BatonSqliteStore *store = borrow (fixture);
  g_autoptr (GError) error = NULL;
  sqlite3 *other = NULL;

  g_assert_cmpint (sqlite3_open (fixture->path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "begin immediate", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_busy_timeout (store->db, 0);
  g_assert_false (baton_sqlite_run (store, &error, "begin immediate", ""));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
  sqlite3_close (other);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/query/types", test_query_types);
  g_test_add_func ("/store/query/reuse", test_query_reuse);
  g_test_add_func ("/store/query/find-int", test_query_find_int);
  g_test_add_func ("/store/query/errors", test_query_errors);
  g_test_add_func ("/store/query/busy", test_query_busy);
  return g_test_run ();
}
