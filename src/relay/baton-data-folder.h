/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The folder in which a relay keeps everything, and the files in it. */

#define BATON_DATA_DATABASE "relay.db"
#define BATON_DATA_AGENTS   "agents.conf"
#define BATON_DATA_SECRET   "direct-line-secret"
#define BATON_DATA_SIGNING_KEY "connector-key.pem"
#define BATON_DATA_KEY      "token-key"
#define BATON_DATA_FILES    "files"

gboolean baton_data_folder_make        (const char  *path,
                                        GError     **error);
int      baton_data_folder_lock        (const char  *path,
                                        GError     **error);
gboolean baton_data_folder_is_in_use   (const char  *path);
char    *baton_data_folder_load_secret (const char  *path,
                                        gboolean     may_make,
                                        GError     **error);
char   **baton_data_folder_load_secrets (const char *path,
                                        gboolean     may_make,
                                        GError     **error);
