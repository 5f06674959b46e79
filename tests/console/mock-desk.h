/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-hub-client.h"
#include "mock-direct-line.h"
#include "mock-hub.h"

/* A relay of one conversation for the console's tests: hub and Direct Line on loopback, and Rita signed in. */

#define MOCK_DESK_ID      "e1"
#define MOCK_DESK_QUEUED  (G_GINT64_CONSTANT (1760536920) * G_USEC_PER_SEC)   /* 2025-10-15 14:02 UTC */
#define MOCK_DESK_CLAIMED (MOCK_DESK_QUEUED + 2 * 60 * G_USEC_PER_SEC)

typedef struct {
  MockHub         *hub;
  MockDirectLine  *line;
  const char      *conversation_id;
  BatonHubClient  *client;
  BatonEscalation *escalation;    /* the queue's */
  char            *handoff;       /* JSON of the hand-off activity */
} MockDesk;

MockDesk *mock_desk_new        (const char *handoff,
                                BatonState  state,
                                gint64      epoch,
                                const char *agent_id);   /* @handoff: JSON, or %NULL for Amira's */
void      mock_desk_free       (MockDesk   *self);
char     *mock_desk_format     (MockDesk   *self,
                                gboolean    detail,
                                BatonState  state,
                                gint64      epoch,
                                const char *agent_id);
void      mock_desk_answer     (MockDesk   *self,
                                guint       status,
                                gboolean    detail,
                                BatonState  state,
                                gint64      epoch,
                                const char *agent_id);   /* to the next command */
void      mock_desk_happen     (MockDesk   *self,
                                const char *kind,
                                BatonState  state,
                                gint64      epoch,
                                const char *agent_id);   /* as an event on the stream */
void      mock_desk_say        (MockDesk   *self,
                                const char *party,
                                const char *text,
                                int         minutes);    /* after the hand-off */
void      mock_desk_say_json   (MockDesk   *self,
                                const char *party,
                                const char *members,
                                int         minutes);    /* with more members, a text among them */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockDesk, mock_desk_free)
