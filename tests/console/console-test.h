/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-escalation.h"
#include "baton-queue.h"
#include "baton-test.h"

/* Made-up escalations for the queue and the shell. */

/**
 * ConsoleCase:
 *
 * What an escalation is made of; %NULL leaves out.
 */
typedef struct {
  const char *id;
  const char *name;
  const char *language;
  const char *topic;
  const char *trigger;      /* "implicit", "explicit" or %NULL */
  const char *message;      /* the private one */
  const char *phrase;
  gint64      waited;       /* seconds before now */
  const char *agent_id;     /* %NULL: waiting */
  const char *agent_name;
} ConsoleCase;

GPtrArray       *console_test_new_all        (void);                       /* eight, e1 to e8; I am "rita" */
BatonHandoff    *console_test_new_handoff    (const ConsoleCase *made);
BatonEscalation *console_test_new_escalation (const ConsoleCase *made);
void             console_test_fill           (BatonQueue        *queue);   /* with all */
