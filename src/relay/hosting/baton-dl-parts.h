/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-activity.h"
#include "baton-dl-files.h"

/**
 * BatonDlPartsLimits:
 *
 * What an upload may be; more is refused as a whole.
 */
typedef struct {
  gsize           size;    /* bytes of all files together */
  guint           files;
  BatonJsonLimits json;    /* of the activity that comes with them */
} BatonDlPartsLimits;

/**
 * BatonDlParts:
 *
 * The body of an upload, taken apart (protocol 1.12).
 */
typedef struct {
  GPtrArray     *files;     /* of BatonDlFile, in order; no two of one name */
  BatonActivity *wrapper;   /* the message they belong to, as it was sent; or %NULL */
} BatonDlParts;

BatonDlParts *baton_dl_parts_read (const char                *content_type,
                                   const char                *disposition,
                                   GBytes                    *body,
                                   const BatonDlPartsLimits  *limits,
                                   GError                   **error) G_GNUC_WARN_UNUSED_RESULT;
void          baton_dl_parts_free (BatonDlParts              *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlParts, baton_dl_parts_free)
