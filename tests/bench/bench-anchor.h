/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What the store is held against: SQLite alone, one table and its unique index, one thread that commits whatever its
 * clients wait for, nothing else. */

/**
 * BenchResult:
 *
 * What making a number of rows durable took.
 */
typedef struct {
  double  seconds;
  double  cpu_usec;   /* of the whole process, per row */
  GArray *usec;       /* of gint64: from asking for a row to its commit; sorted */
} BenchResult;

BenchResult *bench_anchor_run     (const char  *path,
                                   gint64       n_rows,
                                   gint64       n_ahead,
                                   gint64       n_conversations);
gint64       bench_used_usec      (void);                          /* CPU time of this process so far */
BenchResult *bench_result_new     (GArray      *usec,
                                   gint64       since,
                                   gint64       used);             /* what bench_used_usec() said at @since */
void         bench_result_free    (BenchResult *self);
void         bench_result_print   (BenchResult *self,
                                   const char  *name);
double       bench_result_per_second (BenchResult *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchResult, bench_result_free)
