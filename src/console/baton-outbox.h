/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-activity.h"

/**
 * BatonOutbox:
 *
 * Replies of one agent in one conversation that nobody has acknowledged yet, on disk: what Enter promised survives a
 * crash of the console. One file per reply, `<folder>/<conversation>/<n>-<uuid>.json`, mode 0600.
 */
typedef struct _BatonOutbox BatonOutbox;

/**
 * BatonOutboxEntry:
 * @activity: a message that carries its `clientActivityID`
 * @epoch: of the agent's ownership when it was written; in another one it must not go out by itself
 */
typedef struct {
  BatonActivity *activity;
  gint64         epoch;
} BatonOutboxEntry;

BatonOutbox   *baton_outbox_new    (const char   *folder,
                                    const char   *conversation_id,
                                    const char   *agent_id);
void           baton_outbox_free   (BatonOutbox  *self);
BatonActivity *baton_outbox_add    (BatonOutbox  *self,
                                    const char   *text,
                                    gint64        epoch,
                                    GError      **error) G_GNUC_WARN_UNUSED_RESULT;
void           baton_outbox_remove (BatonOutbox  *self,
                                    const char   *client_id);
void           baton_outbox_clear  (BatonOutbox  *self);
GPtrArray     *baton_outbox_list   (BatonOutbox  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonOutbox, baton_outbox_free)
