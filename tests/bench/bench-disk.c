/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What it costs on this disk to keep a post of 1 KB, as a line of JSON: bench-disk sync FILE N appends blocks of 4 KiB and
 * waits for each; bench-disk group FILE N WAITING has SQLite alone commit rows for which so many wait at a time. */

#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench-anchor.h"

#define BLOCK_SIZE    4096
#define CONVERSATIONS 100

static BenchResult *
write_blocks (const char *path,
              gint64      n)
{
  GArray *usec = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 since = g_get_monotonic_time (), used = bench_used_usec ();
  char block[BLOCK_SIZE];
  int fd = open (path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

  memset (block, 'x', sizeof block);
  for (gint64 i = 0; i < n; i++) {
    gint64 before = g_get_monotonic_time (), took;

    if (write (fd, block, sizeof block) != sizeof block || fdatasync (fd) != 0) {
      g_printerr ("bench-disk: cannot write %s\n", path);
      exit (1);
    }
    took = g_get_monotonic_time () - before;
    g_array_append_val (usec, took);
  }
  close (fd);
  return bench_result_new (usec, since, used);
}

int
main (int    argc,
      char **argv)
{
  gint64 n = argc > 3 ? g_ascii_strtoll (argv[3], NULL, 10) : 0;
  gint64 n_waiting = argc > 4 ? g_ascii_strtoll (argv[4], NULL, 10) : 0;
  g_autoptr (BenchResult) result = NULL;

  if (n > 0 && argc == 4 && g_str_equal (argv[1], "sync"))
    result = write_blocks (argv[2], n);
  else if (n_waiting > 0 && argc == 5 && g_str_equal (argv[1], "group"))
    result = bench_anchor_run (argv[2], n, n_waiting, CONVERSATIONS);
  if (result == NULL) {
    g_printerr ("usage: bench-disk sync FILE N | group FILE N WAITING\n");
    return 2;
  }

  g_print ("{\"rows_s\":%.1f,\"p50\":%" G_GINT64_FORMAT ",\"p99\":%" G_GINT64_FORMAT ",\"cpu_us\":%.2f}\n",
           bench_result_per_second (result), g_array_index (result->usec, gint64, result->usec->len / 2),
           g_array_index (result->usec, gint64, (guint64) result->usec->len * 99 / 100), result->cpu_usec);
  return 0;
}
