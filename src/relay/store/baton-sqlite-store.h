/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-store.h"

/* The embedded back end. Other folders see only this constructor, and a look at what it keeps; SQLite stays inside. */
BatonStore *baton_sqlite_store_open  (const char  *path,
                                      GError     **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean    baton_sqlite_store_check (const char  *path,
                                      guint        seconds,
                                      gboolean    *is_current,
                                      gboolean    *is_complete,
                                      GError     **error);
