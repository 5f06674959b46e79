/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-error.h"
#include "baton-upstream.h"

/**
 * MockUpstream:
 *
 * A bot that writes down what it is shown, and answers each text with "You said: …"; "agent" hands over, with a private
 * message and a variable. It can be told to think until it may speak, to fail, and to speak by itself; that it
 * numbers, with one watermark for each text, and when resumed it repeats what came after the watermark.
 */
#define MOCK_TYPE_UPSTREAM (mock_upstream_get_type ())
G_DECLARE_FINAL_TYPE (MockUpstream, mock_upstream, MOCK, UPSTREAM, GObject)

#define MOCK_PRIVATE  "Confidential-Cat-4711"
#define MOCK_VARIABLE "Secret-Order-0815"

/* What it speaks of itself first, and answers only once that is stored. */
#define MOCK_STORES   "Mock-Stores"

/* Texts it hands over for as well: on its own wire, the run failing with BATON_ERROR_BUSY; only with the transcript. */
#define MOCK_BUSY     "Mock-Busy"
#define MOCK_WANTS    "Mock-Wants-Transcript"

MockUpstream *mock_upstream_new          (void);
void          mock_upstream_hold         (MockUpstream *self);   /* answers wait for mock_upstream_release() */
void          mock_upstream_release      (MockUpstream *self);
guint         mock_upstream_n_held       (MockUpstream *self);
void          mock_upstream_fail         (MockUpstream *self,
                                          BatonError    code,
                                          guint         times);
void          mock_upstream_speak        (MockUpstream *self,
                                          const char   *conversation_id,
                                          gint64        epoch,
                                          const char   *text);
const char   *mock_upstream_get_heard    (MockUpstream *self);   /* all texts it was shown: "a|b|" */
guint         mock_upstream_n_runs       (MockUpstream *self);
guint         mock_upstream_n_transcript (MockUpstream *self);   /* its length in the last run; 0: there was none */
guint         mock_upstream_n_resumed    (MockUpstream *self);
guint         mock_upstream_most_at_once (MockUpstream *self);   /* of one conversation */
