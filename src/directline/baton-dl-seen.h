/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-activity.h"

/**
 * BatonDlSeen:
 *
 * Which activities of a conversation have come already. Streams, GETs and reconnects overlap; what they repeat is not new.
 */
typedef struct _BatonDlSeen BatonDlSeen;

BatonDlSeen *baton_dl_seen_new  (guint          window);
void         baton_dl_seen_free (BatonDlSeen   *self);
gboolean     baton_dl_seen_add  (BatonDlSeen   *self,
                                 BatonActivity *activity);   /* %TRUE: new, or known by id but changed */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlSeen, baton_dl_seen_free)
