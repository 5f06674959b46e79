/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-escalation.h"

/* A hub on loopback, in this process: says what a test tells it to. */

typedef struct {
  SoupServer *server;
  char       *url;
  char       *token;           /* the one good session */
  GPtrArray  *streams;         /* of SoupWebsocketConnection, every one ever opened */

  GQueue      answers;         /* to commands: status and body in turn; an empty queue answers 200 {} */
  char       *hello;           /* first frame of each stream, or %NULL */
  char       *snapshot;        /* second frame where no `after` was asked for */

  GPtrArray  *commands;        /* of char *: "METHOD path body" */
  GPtrArray  *afters;          /* of char *: `after` of each stream, "" without */
  guint       sign_outs;
} MockHub;

MockHub    *mock_hub_new           (void);
void        mock_hub_free          (MockHub    *self);
void        mock_hub_answer        (MockHub    *self,
                                    guint       status,
                                    const char *body);
void        mock_hub_send          (MockHub    *self,
                                    const char *frame);     /* on the newest stream */
void        mock_hub_drop          (MockHub    *self);
const char *mock_hub_last_command  (MockHub    *self);
char       *mock_hub_make_row      (const char *id,
                                    BatonState  state,
                                    gint64      epoch,
                                    const char *agent_id);
char       *mock_hub_make_event    (gint64      seq,
                                    const char *kind,
                                    const char *row);
char       *mock_hub_make_snapshot (gint64      seq,
                                    const char *rows,
                                    gboolean    more);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockHub, mock_hub_free)
