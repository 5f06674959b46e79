/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/**
 * BatonDlFile:
 *
 * A file that is to be uploaded: bytes in memory, or where to read them.
 */
typedef struct {
  char   *name;           /* as the others are to see it */
  char   *content_type;   /* MIME; %NULL for a file on disk: as its name and contents suggest */
  GBytes *bytes;          /* %NULL: not read yet */
  GFile  *source;         /* where to read them; %NULL: given as bytes */
} BatonDlFile;

BatonDlFile *baton_dl_file_new_for_bytes (const char           *name,
                                          const char           *content_type,
                                          GBytes               *bytes);
BatonDlFile *baton_dl_file_new           (GFile                *source);
BatonDlFile *baton_dl_file_copy          (const BatonDlFile    *self);
void         baton_dl_file_free          (BatonDlFile          *self);
void         baton_dl_file_read_async    (BatonDlFile          *self,
                                          gsize                 limit,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
gboolean     baton_dl_file_read_finish   (GAsyncResult         *result,
                                          GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlFile, baton_dl_file_free)
