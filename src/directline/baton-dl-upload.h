/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-activity.h"
#include "baton-dl-file.h"

/**
 * BatonDlUpload:
 *
 * An upload as it goes over the wire (protocol 1.12): one file as it is, or several parts.
 */
typedef struct {
  GBytes *body;
  char   *content_type;
  char   *disposition;   /* %NULL: none */
} BatonDlUpload;

void           baton_dl_upload_free         (BatonDlUpload        *self);
BatonDlUpload *baton_dl_upload_new          (BatonActivity        *activity,
                                             GPtrArray            *files);
void           baton_dl_upload_read_async   (BatonActivity        *activity,
                                             GPtrArray            *files,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
BatonDlUpload *baton_dl_upload_read_finish  (GAsyncResult         *result,
                                             GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlUpload, baton_dl_upload_free)
