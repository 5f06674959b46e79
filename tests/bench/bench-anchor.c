/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench-anchor.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>

#define ROW_SIZE 1024

static const char schema[] =
  "pragma journal_mode = wal;"
  "pragma synchronous = full;"
  "create table activity (conversation integer not null, idx integer not null, id text, at integer, sender text,"
  " json text, unique (conversation, idx))";

typedef struct {
  GMutex lock;
  GCond  wanted;
  GCond  done;
  gint64 n_wanted;
  gint64 n_committed;
  gint64 n_rows;
  gint64 n_clients;
  GArray *usec;
} Group;

static void
check (int code)
{
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
    return;

  g_printerr ("anchor: %s\n", sqlite3_errstr (code));
  exit (1);
}

static sqlite3_stmt *
prepare (sqlite3    *db,
         const char *sql)
{
  sqlite3_stmt *statement;

  check (sqlite3_prepare_v3 (db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
  return statement;
}

static void
step (sqlite3_stmt *statement)
{
  check (sqlite3_step (statement));
  sqlite3_reset (statement);
}

/* One of those who wait, each for one row at a time. */
static gpointer
client (gpointer data)
{
  Group *group = data;
  g_autoptr (GArray) usec = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (gint64 i = 0; i < group->n_rows / group->n_clients; i++) {
    gint64 since = g_get_monotonic_time ();
    gint64 mine, took;

    g_mutex_lock (&group->lock);
    mine = ++group->n_wanted;
    g_cond_signal (&group->wanted);
    while (group->n_committed < mine)
      g_cond_wait (&group->done, &group->lock);
    g_mutex_unlock (&group->lock);
    took = g_get_monotonic_time () - since;
    g_array_append_val (usec, took);
  }

  g_mutex_lock (&group->lock);
  g_array_append_vals (group->usec, usec->data, usec->len);
  g_mutex_unlock (&group->lock);
  return NULL;
}

static void
insert (sqlite3_stmt *statement,
        const char   *json,
        gint64        i,
        gint64        n_conversations)
{
  char id[48];

  g_snprintf (id, sizeof id, "c%d|%07d", (int) (i % n_conversations), (int) (i / n_conversations));
  sqlite3_bind_int64 (statement, 1, i % n_conversations);
  sqlite3_bind_int64 (statement, 2, i / n_conversations);
  sqlite3_bind_text (statement, 3, id, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 4, i);
  sqlite3_bind_text (statement, 5, json, ROW_SIZE, SQLITE_STATIC);
  step (statement);
}

static void
commit_rows (Group   *group,
             sqlite3 *db,
             gint64   n_conversations)
{
  sqlite3_stmt *begin = prepare (db, "begin immediate");
  sqlite3_stmt *commit = prepare (db, "commit");
  sqlite3_stmt *row = prepare (db, "insert into activity values (?, ?, ?, ?, 'dl_1', ?)");
  g_autofree char *json = g_strnfill (ROW_SIZE, 'x');
  gint64 from = 0, to;

  while (from < group->n_rows) {
    g_mutex_lock (&group->lock);
    while (group->n_wanted == from)
      g_cond_wait (&group->wanted, &group->lock);
    to = group->n_wanted;
    g_mutex_unlock (&group->lock);

    step (begin);
    for (gint64 i = from; i < to; i++)
      insert (row, json, i, n_conversations);
    step (commit);

    g_mutex_lock (&group->lock);
    group->n_committed = from = to;
    g_cond_broadcast (&group->done);
    g_mutex_unlock (&group->lock);
  }
  sqlite3_finalize (begin);
  sqlite3_finalize (commit);
  sqlite3_finalize (row);
}

BenchResult *
bench_anchor_run (const char *path,
                  gint64      n_rows,
                  gint64      n_ahead,
                  gint64      n_conversations)
{
  Group group = { .n_rows = n_rows - n_rows % n_ahead, .n_clients = n_ahead,
                  .usec = g_array_new (FALSE, FALSE, sizeof (gint64)) };
  g_autofree GThread **clients = g_new (GThread *, (gsize) n_ahead);
  gint64 since, used;
  sqlite3 *db;

  check (sqlite3_open (path, &db));
  check (sqlite3_exec (db, schema, NULL, NULL, NULL));
  since = g_get_monotonic_time ();
  used = bench_used_usec ();
  for (gint64 i = 0; i < n_ahead; i++)
    clients[i] = g_thread_new ("client", client, &group);
  commit_rows (&group, db, n_conversations);
  for (gint64 i = 0; i < n_ahead; i++)
    g_thread_join (clients[i]);
  sqlite3_close (db);
  return bench_result_new (group.usec, since, used);
}

gint64
bench_used_usec (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC
         + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return (*(const gint64 *) a > *(const gint64 *) b) - (*(const gint64 *) a < *(const gint64 *) b);
}

BenchResult *
bench_result_new (GArray *usec,
                  gint64  since,
                  gint64  used)
{
  BenchResult *self = g_new0 (BenchResult, 1);

  self->seconds = (double) (g_get_monotonic_time () - since) / G_USEC_PER_SEC;
  self->cpu_usec = (double) (bench_used_usec () - used) / usec->len;
  self->usec = usec;
  g_array_sort (usec, compare);
  return self;
}

void
bench_result_free (BenchResult *self)
{
  g_array_unref (self->usec);
  g_free (self);
}

double
bench_result_per_second (BenchResult *self)
{
  return self->usec->len / self->seconds;
}

void
bench_result_print (BenchResult *self,
                    const char  *name)
{
  g_print ("%-7s %7.0f/s, p50 %5d us, p99 %6d us, CPU %5.1f us each\n", name, bench_result_per_second (self),
           (int) g_array_index (self->usec, gint64, self->usec->len / 2),
           (int) g_array_index (self->usec, gint64, (guint64) self->usec->len * 99 / 100), self->cpu_usec);
}
