/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/**
 * BatonDlEnclosure:
 *
 * A file that is to be uploaded: bytes in memory, or where to read them.
 */
typedef struct {
  char   *name;           /* as the others are to see it */
  char   *content_type;   /* MIME; %NULL for a file on disk: as its name and contents suggest */
  GBytes *bytes;          /* %NULL: not read yet */
  GFile  *source;         /* where to read them; %NULL: given as bytes */
} BatonDlEnclosure;

BatonDlEnclosure *baton_dl_enclosure_new_for_bytes (const char              *name,
                                                    const char              *content_type,
                                                    GBytes                  *bytes);
BatonDlEnclosure *baton_dl_enclosure_new           (GFile                   *source);
BatonDlEnclosure *baton_dl_enclosure_copy          (const BatonDlEnclosure  *self);
void              baton_dl_enclosure_free          (BatonDlEnclosure        *self);
void              baton_dl_enclosure_read_async    (BatonDlEnclosure        *self,
                                                    gsize                    limit,
                                                    GCancellable            *cancellable,
                                                    GAsyncReadyCallback      callback,
                                                    gpointer                 user_data);
gboolean          baton_dl_enclosure_read_finish   (GAsyncResult            *result,
                                                    GError                 **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlEnclosure, baton_dl_enclosure_free)
