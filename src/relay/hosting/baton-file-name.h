/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What strangers call their files and say these are, made harmless: it ends up in addresses, headers and windows. */

char *baton_file_name_clean  (const char *name);
char *baton_file_name_unique (const char *name,
                              GHashTable *taken);
char *baton_file_type_clean  (const char *type);
