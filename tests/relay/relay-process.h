/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* The real program in a process of its own. */

typedef struct {
  int   status;   /* exit code */
  char *out;
  char *err;
} RelayOutcome;

void          relay_outcome_free (RelayOutcome *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RelayOutcome, relay_outcome_free)

RelayOutcome *relay_run          (const char   *input,
                                  const char   *first_argument,
                                  ...) G_GNUC_NULL_TERMINATED;   /* waits until it has ended */

RelayOutcome *relay_run_line     (const char   *folder,
                                  const char   *line);            /* of a shell, in @folder, as somebody would type it */

typedef struct {
  GSubprocess *process;
  char        *url;
  char        *port;
  char        *log;      /* path of what it writes to standard error, debug messages included */
} RelayProcess;

RelayProcess *relay_process_new  (const char   *folder,
                                  const char   *port);          /* waits until it is ready */
RelayProcess *relay_process_new_line (const char *folder,
                                      const char *line);           /* likewise, one that serves; on any free port */
int           relay_process_stop (RelayProcess *self,
                                  int           signal);        /* waits; returns the exit code, or -1 if it was killed */
void          relay_process_free (RelayProcess *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RelayProcess, relay_process_free)
