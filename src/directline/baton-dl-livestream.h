/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-activity.h"

/**
 * BatonDlLivestream:
 *
 * How far the answers have come that a bot lets its readers see while it writes them (protocol 2.5): chunks, as `typing`
 * activities, until a final `message` says all of it. Chunks come in any order, and some only when it is over.
 */
typedef struct _BatonDlLivestream BatonDlLivestream;

BatonDlLivestream *baton_dl_livestream_new  (guint              window);
void               baton_dl_livestream_free (BatonDlLivestream *self);
gboolean           baton_dl_livestream_add  (BatonDlLivestream *self,
                                             BatonActivity     *activity);   /* %FALSE: a chunk that is no news any more */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlLivestream, baton_dl_livestream_free)
