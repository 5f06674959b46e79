/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "baton-event.h"

/**
 * BatonQueue:
 *
 * The open escalations as a #GListModel of #BatonEscalation, oldest first, kept true by hub events. Look-up by id is
 * O(1). An escalation that is no longer open leaves the list; a changed one stays the same object
 * (`items-changed (i, 1, 1)` is emitted so that sorted views move it).
 */
#define BATON_TYPE_QUEUE (baton_queue_get_type ())
G_DECLARE_FINAL_TYPE (BatonQueue, baton_queue, BATON, QUEUE, GObject)

BatonQueue      *baton_queue_new     (void);
void             baton_queue_reset   (BatonQueue       *self,
                                      GPtrArray        *escalations);
gboolean         baton_queue_apply   (BatonQueue       *self,
                                      BatonEvent       *event);
BatonEscalation *baton_queue_find    (BatonQueue       *self,
                                      const char       *escalation_id);
