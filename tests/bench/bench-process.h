/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What another process has used so far, as procfs tells it. */

typedef struct {
  gint64 cpu_ns;     /* on a core, all threads, user and system: from the scheduler, finer than clock ticks */
  gint64 switches;   /* times a thread of it went to sleep of its own will: as many wake-ups */
  gint64 kib;        /* of memory it has written itself */
} BenchProcess;

gboolean bench_process_read (int           pid,
                             BenchProcess *process);   /* %FALSE: gone */
