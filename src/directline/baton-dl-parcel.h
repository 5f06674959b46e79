/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-activity.h"
#include "baton-dl-enclosure.h"

/**
 * BatonDlParcel:
 *
 * An upload as it goes over the wire (protocol 1.12): one file as it is, or several parts.
 */
typedef struct {
  GBytes *body;
  char   *content_type;
  char   *disposition;   /* %NULL: none */
} BatonDlParcel;

void           baton_dl_parcel_free        (BatonDlParcel        *self);
BatonDlParcel *baton_dl_parcel_new         (BatonActivity        *activity,
                                            GPtrArray            *files);
void           baton_dl_parcel_read_async  (BatonActivity        *activity,
                                            GPtrArray            *files,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
BatonDlParcel *baton_dl_parcel_read_finish (GAsyncResult         *result,
                                            GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlParcel, baton_dl_parcel_free)
