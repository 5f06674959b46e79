/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "baton-sqlite-private.h"
#include "baton-test.h"

#define START 64
#define MANY  5000

typedef struct {
  char                  *path;
  sqlite3               *db;
  BatonSqliteCheckpoint *checkpoint;
  int                    longest;
  int                    latest;
} Writer;

static int
committed_cb (void       *data,
              sqlite3    *db,
              const char *database,
              int         n_frames)
{
  Writer *writer = data;

  writer->latest = n_frames;
  writer->longest = MAX (writer->longest, n_frames);
  baton_sqlite_checkpoint_committed (writer->checkpoint, db, n_frames);
  return SQLITE_OK;
}

static void
run (Writer     *writer,
     const char *sql)
{
  g_assert_cmpint (sqlite3_exec (writer->db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
}

static void
writer_init (Writer *writer)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (GError) error = NULL;

  *writer = (Writer) { .path = g_build_filename (folder, "log.db", NULL) };
  g_assert_cmpint (sqlite3_open (writer->path, &writer->db), ==, SQLITE_OK);
  g_assert_true (baton_sqlite_configure (writer->db, &error));
  run (writer, "create table t (n integer primary key, text)");
  /* Not what this is about, and many times as fast. */
  run (writer, "pragma synchronous = off");
  writer->checkpoint = baton_sqlite_checkpoint_new (writer->path, START, &error);
  g_assert_no_error (error);
  sqlite3_wal_hook (writer->db, committed_cb, writer);
}

static void
writer_clear (Writer *writer)
{
  baton_sqlite_checkpoint_free (writer->checkpoint);
  sqlite3_close (writer->db);
  g_free (writer->path);
}

static gint64
get_size (Writer *writer)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (writer->path, &status), ==, 0);
  return status.st_size;
}

/* However fast commits come in, the log is begun anew, and what is in it gets into the database. */
static void
test_checkpoint_bounded (void)
{
  Writer writer;

  writer_init (&writer);
  for (guint i = 0; i < MANY; i++)
    run (&writer, "insert into t (text) values (hex (randomblob (1000)))");

  g_test_message ("longest log: %d frames", writer.longest);
  g_assert_cmpint (writer.longest, >=, START);
  g_assert_cmpint (writer.longest, <=, 4 * START + 8);
  g_assert_cmpint (get_size (&writer), >, MANY * 2000 / 2);
  writer_clear (&writer);
}

/* A reader that stays keeps the log from beginning anew; nobody waits for it, and once it has gone the log does. */
static void
test_checkpoint_reader_in_the_way (void)
{
  sqlite3 *reader = NULL;
  Writer writer;

  writer_init (&writer);
  g_assert_cmpint (sqlite3_open (writer.path, &reader), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (reader, "begin; select count (*) from t", NULL, NULL, NULL), ==, SQLITE_OK);
  for (guint i = 0; i < 10 * START; i++)
    run (&writer, "insert into t (text) values (hex (randomblob (1000)))");
  g_assert_cmpint (writer.latest, >=, 10 * START);

  g_assert_cmpint (sqlite3_exec (reader, "commit", NULL, NULL, NULL), ==, SQLITE_OK);
  for (guint i = 0; i < 10 * START && writer.latest >= START; i++)
    run (&writer, "insert into t (text) values (hex (randomblob (1000)))");
  g_assert_cmpint (writer.latest, <, START);
  sqlite3_close (reader);
  writer_clear (&writer);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/checkpoint/bounded", test_checkpoint_bounded);
  g_test_add_func ("/store/checkpoint/reader-in-the-way", test_checkpoint_reader_in_the_way);
  return g_test_run ();
}
