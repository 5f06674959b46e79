/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench-process.h"

#include <string.h>

/* The number after @field in the file DIRECTORY/NAME; with no field, the one it begins with. */
static gint64
read_number (const char *directory,
             const char *name,
             const char *field)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *text = NULL;
  const char *at;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  at = field != NULL ? strstr (text, field) : text;
  return at != NULL ? g_ascii_strtoll (at + (field != NULL ? strlen (field) : 0), NULL, 10) : 0;
}

gboolean
bench_process_read (int           pid,
                    BenchProcess *process)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d", pid);
  g_autofree char *tasks = g_build_filename (path, "task", NULL);
  g_autoptr (GDir) directory = g_dir_open (tasks, 0, NULL);
  const char *task;

  *process = (BenchProcess) { 0 };
  if (directory == NULL)
    return FALSE;

  while ((task = g_dir_read_name (directory)) != NULL) {
    g_autofree char *thread = g_build_filename (tasks, task, NULL);

    process->cpu_ns += read_number (thread, "schedstat", NULL);
    process->switches += read_number (thread, "status", "\nvoluntary_ctxt_switches:");
  }
  process->kib = read_number (path, "status", "\nRssAnon:");
  return TRUE;
}
