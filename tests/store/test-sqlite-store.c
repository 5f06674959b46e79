/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "baton-error.h"
#include "baton-sqlite-private.h"
#include "store-fixture.h"

#define MANY 2000
#define AHEAD 16     /* posts under way at once */
#define KILLS 20

static void
assert_private (const char *path)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

/* Nobody else reads what customers said: not in the database, not in its log. */
static void
test_sqlite_store_file (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);

  assert_private (fixture->path);
  assert_private (log);

  /* Also one that was readable once. */
  g_assert_cmpint (g_chmod (fixture->path, 0644), ==, 0);
  store_fixture_reopen (fixture);
  assert_private (fixture->path);
}

/* What makes an acknowledged write survive a power cut (reliability 4). */
static void
test_sqlite_store_pragmas (void)
{
  static const struct {
    const char *sql;
    const char *value;
  } pragmas[] = {
    { "pragma journal_mode", "wal" }, { "pragma synchronous", "2" }, { "pragma foreign_keys", "1" },
    { "pragma trusted_schema", "0" }, { "pragma busy_timeout", "5000" },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  sqlite3 *db = BATON_SQLITE_STORE (fixture->store)->db;

  for (gsize i = 0; i < G_N_ELEMENTS (pragmas); i++) {
    sqlite3_stmt *statement = NULL;

    g_assert_cmpint (sqlite3_prepare_v2 (db, pragmas[i].sql, -1, &statement, NULL), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
    g_assert_cmpstr ((const char *) sqlite3_column_text (statement, 0), ==, pragmas[i].value);
    sqlite3_finalize (statement);
  }
}

static void
test_sqlite_store_refuses (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "text.db", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "no", "such", "folder", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "a text, and a long one, but no database at all, whoever asks", -1, NULL));
  g_assert_null (baton_sqlite_store_open (path, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_clear_error (&error);

  g_assert_null (baton_sqlite_store_open (nowhere, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_clear_error (&error);

  /* No write-ahead log in memory: nothing would be durable. */
  g_chdir (folder);
  g_assert_null (baton_sqlite_store_open (":memory:", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
}

typedef struct {
  BatonStore *store;
  const char *conversation_id;
  gint64      n_started;
  gint64      n_wanted;
  gint64      n_done;
  gboolean    prints;      /* the id of each that was acknowledged */
} Stream;

static void start_post (Stream *stream);

static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Stream *stream = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonPosted) posted = baton_store_post_finish (BATON_STORE (source), result, &error);

  g_assert_no_error (error);
  stream->n_done++;
  if (stream->prints) {
    g_print ("%s\n", baton_activity_get_id (posted->activity));
    fflush (stdout);
  }
  if (stream->n_started < stream->n_wanted)
    start_post (stream);
}

static void
start_post (Stream *stream)
{
  g_autoptr (BatonActivity) activity = parse_activity ("{\"type\":\"message\",\"text\":\"a question\"}");

  stream->n_started++;
  baton_store_post_async (stream->store, &(BatonPost) {
    .conversation_id = stream->conversation_id,
    .activity = activity,
    .party = BATON_PARTY_CUSTOMER,
    .from_id = "dl_1",
  }, NULL, posted_cb, stream);
}

static int
count_commit (gpointer n_commits)
{
  ++*(guint *) n_commits;
  return 0;
}

static void
test_sqlite_store_group_commit (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  Stream stream = { .store = fixture->store, .conversation_id = "c1", .n_wanted = MANY };
  g_autoptr (BatonPage) page = NULL;
  guint n_commits = 0;

  sqlite3_commit_hook (BATON_SQLITE_STORE (fixture->store)->db, count_commit, &n_commits);
  for (guint i = 0; i < AHEAD; i++)
    start_post (&stream);
  baton_test_wait (stream.n_done == MANY);
  g_test_message ("%d posts in %u commits", MANY, n_commits);
  g_assert_cmpuint (n_commits, <, MANY / 2);

  store_fixture_reopen (fixture);
  page = list_activities (fixture->store, "c1", -1, 0, FALSE);
  g_assert_cmpuint (page->activities->len, ==, MANY);
  g_assert_cmpint (page->last_index, ==, MANY - 1);
}

/* The child: posts until it is killed. */
static int
run_child (const char *path)
{
  g_autoptr (GError) error = NULL;
  Stream stream = { .conversation_id = "c1", .n_wanted = G_MAXINT64, .prints = TRUE };

  stream.store = baton_sqlite_store_open (path, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < AHEAD; i++)
    start_post (&stream);
  while (stream.n_done < stream.n_wanted)
    g_main_context_iteration (NULL, TRUE);
  return 0;
}

/* Lets the child acknowledge some posts, kills it, and gives all it had acknowledged. */
static GPtrArray *
kill_in_the_middle (const char *path,
                    gint        after)
{
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *acknowledged = g_ptr_array_new_with_free_func (g_free);
  char *line;

  child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe", "--child", path, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)) != NULL) {
    g_ptr_array_add (acknowledged, line);
    if ((gint) acknowledged->len == after)
      g_subprocess_force_exit (child);
  }
  g_subprocess_wait (child, NULL, NULL);
  g_assert_true (g_subprocess_get_if_signaled (child));

  /* The kill may have cut the last line. */
  line = g_ptr_array_index (acknowledged, acknowledged->len - 1);
  if (strlen (line) != strlen ("c1|0000000"))
    g_ptr_array_set_size (acknowledged, (gint) acknowledged->len - 1);
  return acknowledged;
}

/* Rule 1 of reliability: answered means committed. Says nothing about power cuts: the kernel lives on. */
static void
test_sqlite_store_kill (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (GHashTable) acknowledged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (BatonPage) page = NULL;
  guint n_found = 0;

  for (gint i = 0; i < KILLS; i++) {
    g_autoptr (GPtrArray) ids = kill_in_the_middle (fixture->path, g_random_int_range (1, 150));

    for (guint j = 0; j < ids->len; j++)
      g_assert_true (g_hash_table_add (acknowledged, g_strdup (g_ptr_array_index (ids, j))));
  }

  store_fixture_reopen (fixture);
  page = list_activities (fixture->store, "c1", -1, 0, FALSE);
  for (guint i = 0; i < page->activities->len; i++) {
    BatonActivity *activity = g_ptr_array_index (page->activities, i);
    g_autofree char *id = baton_activity_format_id ("c1", i);

    g_assert_cmpstr (baton_activity_get_id (activity), ==, id);
    n_found += g_hash_table_contains (acknowledged, id);
  }
  g_test_message ("%d kills, %u acknowledged, %u stored", KILLS, g_hash_table_size (acknowledged),
                  page->activities->len);
  g_assert_cmpuint (n_found, ==, g_hash_table_size (acknowledged));
  g_assert_cmpint (store_fixture_ask (fixture, "select integrity_check = 'ok' from pragma_integrity_check"), ==, 1);
}

static int
refuse_commit (gpointer unused)
{
  return 1;
}

/* Nobody is told of what did not reach the disk, and a repeat of it is stored as if for the first time. */
static void
test_sqlite_store_failed_commit (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  sqlite3 *db = BATON_SQLITE_STORE (fixture->store)->db;
  g_autoptr (BatonPosted) posted = NULL;
  g_autofree char *told = NULL;
  g_autoptr (GError) error = NULL;

  sqlite3_commit_hook (db, refuse_commit, NULL);
  g_assert_null (post_json (fixture->store, "{\"type\":\"message\",\"channelData\":{\"clientActivityID\":\"m1\"}}",
                            &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "");

  sqlite3_commit_hook (db, NULL, NULL);
  posted = say (fixture->store, "c1", "m1", "again");
  g_assert_false (posted->repeated);
  g_assert_cmpint (posted->index, ==, 0);
}

/* An error in the middle of a batch that ends the whole transaction: what follows in the batch must not be kept by a
 * transaction of its own, since all of it is reported as lost. */
static void
test_sqlite_store_full (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  BatonStoreClass *klass = BATON_STORE_GET_CLASS (fixture->store);
  g_autoptr (GError) error = NULL;
  sqlite3 *db;

  /* Without the thread: these are its steps, with a disk that fills up in between. */
  baton_store_close (fixture->store);
  db = BATON_SQLITE_STORE (fixture->store)->db;
  g_assert_true (klass->begin (fixture->store, NULL));
  g_assert_true (klass->save (fixture->store, NULL));
  g_assert_true (baton_sqlite_exec (db, "update conversation set locale = 'x'; rollback", NULL));
  klass->undo (fixture->store);
  g_assert_false (klass->save (fixture->store, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_assert_false (klass->commit (fixture->store, NULL));
  klass->rollback (fixture->store);
  g_assert_true (sqlite3_get_autocommit (db));
  g_assert_cmpint (store_fixture_ask (fixture, "select count (*) from conversation where locale = 'x'"), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--child"))
    return run_child (argv[2]);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/sqlite/file", test_sqlite_store_file);
  g_test_add_func ("/store/sqlite/pragmas", test_sqlite_store_pragmas);
  g_test_add_func ("/store/sqlite/refuses", test_sqlite_store_refuses);
  g_test_add_func ("/store/sqlite/group-commit", test_sqlite_store_group_commit);
  g_test_add_func ("/store/sqlite/kill", test_sqlite_store_kill);
  g_test_add_func ("/store/sqlite/failed-commit", test_sqlite_store_failed_commit);
  g_test_add_func ("/store/sqlite/full", test_sqlite_store_full);
  return g_test_run ();
}
