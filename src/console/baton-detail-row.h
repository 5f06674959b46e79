/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/**
 * BatonDetailRow:
 *
 * A name and its value in the details pane. Action, without parameter: `detail.copy`.
 */
#define BATON_TYPE_DETAIL_ROW (baton_detail_row_get_type ())
G_DECLARE_FINAL_TYPE (BatonDetailRow, baton_detail_row, BATON, DETAIL_ROW, GtkListBoxRow)

GtkWidget  *baton_detail_row_new       (const char     *key,
                                        const char     *raw_name,
                                        GtkSizeGroup   *keys,
                                        gboolean        is_variable);
void        baton_detail_row_set_value (BatonDetailRow *self,
                                        const char     *shown,
                                        const char     *whole);
const char *baton_detail_row_get_key   (BatonDetailRow *self);
