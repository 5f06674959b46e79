/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "baton-sqlite-private.h"
#include "fault-vfs.h"
#include "store-fixture.h"

/* What gathers before it is written is written before anybody relies on it. */

static void
assert_whole (StoreFixture *fixture)
{
  g_assert_cmpint (store_fixture_ask (fixture, "select integrity_check = 'ok' from pragma_integrity_check"), ==, 1);
}

/* Another program, which opens the files by itself, sees each commit as soon as it is answered. */
static void
test_vfs_seen_by_others (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");

  for (int i = 0; i < 50; i++) {
    g_autofree char *id = g_strdup_printf ("m%d", i);

    baton_posted_free (say (fixture->store, "c1", id, "hello"));
    g_assert_cmpint (store_fixture_ask (fixture, "select count (*) from activity"), ==, i + 1);
  }
}

/* A transaction larger than the cache goes into the log before it is committed, and is read back from there. */
static void
test_vfs_spill (void)
{
  static const char *const ends[] = { "commit", "rollback" };
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "spill.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, baton_sqlite_get_vfs ()), ==,
                   SQLITE_OK);
  g_assert_true (baton_sqlite_configure (db, NULL));
  g_assert_true (baton_sqlite_exec (db, "pragma cache_size = 10; create table t (n integer primary key, text)", NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++) {
    sqlite3_stmt *statement = NULL;

    g_assert_true (baton_sqlite_exec (db, "begin; with recursive c (x) as (select 1 union all select x + 1 from c"
                                      " limit 3000) insert into t (text) select hex (randomblob (500)) from c", NULL));
    g_assert_cmpint (sqlite3_prepare_v2 (db, "select count (*), sum (length (text)) from t", -1, &statement, NULL), ==,
                     SQLITE_OK);
    g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
    g_assert_cmpint (sqlite3_column_int (statement, 0), ==, 3000 * ((int) i + 1));
    g_assert_cmpint (sqlite3_column_int (statement, 1), ==, 3000000 * ((int) i + 1));
    sqlite3_finalize (statement);
    g_assert_true (baton_sqlite_exec (db, ends[i], NULL));
  }
  sqlite3_close (db);

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_true (baton_sqlite_exec (db, "create temp table s (n check (n = 3000)); insert into s select count (*) from t",
                                    NULL));
  sqlite3_close (db);
}

static const struct {
  FaultKind kind;
  int       code;
} faults[] = {
  { FAULT_WRITE, SQLITE_FULL },
  { FAULT_WRITE, SQLITE_IOERR_WRITE },
  { FAULT_SYNC, SQLITE_IOERR_FSYNC },
};

/* One post of each with the disk in trouble: it is reported as lost, nobody is told, and its repeat is new. */
static void
test_vfs_faults (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");

  for (gsize i = 0; i < 10 * G_N_ELEMENTS (faults); i++) {
    g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"channelData\":{\"clientActivityID\":\"m%d\"}}", (int) i);
    g_autofree char *told = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonPosted) posted = NULL;

    g_test_message ("fault %d", (int) (i % G_N_ELEMENTS (faults)));
    fault_vfs_fail (faults[i % G_N_ELEMENTS (faults)].kind, SQLITE_OPEN_WAL, 0, faults[i % G_N_ELEMENTS (faults)].code);
    g_assert_null (post_json (fixture->store, json, &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
    g_clear_error (&error);
    told = store_fixture_take_told (fixture);
    g_assert_cmpstr (told, ==, "");

    fault_vfs_fail (FAULT_WRITE, 0, 0, SQLITE_OK);
    posted = post_json (fixture->store, json, &error);
    g_assert_no_error (error);
    g_assert_false (posted->repeated);
    g_assert_cmpint (posted->index, ==, i);
    if (i % 7 == 0)
      store_fixture_reopen (fixture);
    g_free (store_fixture_take_told (fixture));
  }
  assert_whole (fixture);
}

typedef struct {
  guint n_done;
  guint n_failed;
} Answers;

static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Answers *answers = data;
  g_autoptr (BatonPosted) posted = baton_store_post_finish (BATON_STORE (source), result, NULL);

  answers->n_done++;
  answers->n_failed += posted == NULL;
}

/* Trouble that begins at any write of a busy store: what was answered is there afterwards, and only that. */
static void
test_vfs_faults_while_busy (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autofree char *text = g_strnfill (20000, 'x');
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"text\":\"%s\"}", text);
  g_autoptr (BatonActivity) activity = parse_activity (json);
  guint n_stored = 0, n_failed = 0;

  for (int n = 0; n < 20; n++) {
    Answers answers = { 0 };

    fault_vfs_fail (FAULT_WRITE, SQLITE_OPEN_WAL, n, n % 2 == 0 ? SQLITE_FULL : SQLITE_IOERR_WRITE);
    for (guint i = 0; i < 40; i++)
      baton_store_post_async (fixture->store, &(BatonPost) {
        .conversation_id = "c1", .activity = activity, .from_id = "dl_1",
      }, NULL, posted_cb, &answers);
    baton_test_wait (answers.n_done == 40);
    fault_vfs_fail (FAULT_WRITE, 0, 0, SQLITE_OK);
    n_stored += 40 - answers.n_failed;
    n_failed += answers.n_failed;

    g_assert_cmpint (store_fixture_ask (fixture, "select count (*) from activity"), ==, n_stored);
    g_assert_cmpint (store_fixture_ask (fixture, "select ifnull (max (idx), -1) from activity"), ==, (gint64) n_stored - 1);
  }
  g_test_message ("%u stored, %u failed", n_stored, n_failed);
  g_assert_cmpuint (n_failed, >, 0);
  store_fixture_reopen (fixture);
  g_assert_cmpint (store_fixture_ask (fixture, "select count (*) from activity"), ==, n_stored);
  assert_whole (fixture);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_install ();
  g_test_add_func ("/store/vfs/seen-by-others", test_vfs_seen_by_others);
  g_test_add_func ("/store/vfs/spill", test_vfs_spill);
  g_test_add_func ("/store/vfs/faults", test_vfs_faults);
  g_test_add_func ("/store/vfs/faults-while-busy", test_vfs_faults_while_busy);
  return g_test_run ();
}
