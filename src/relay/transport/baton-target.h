/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What a request names: the path, taken apart before it is decoded so that nothing can be smuggled past the separators,
 * and the query. */

char       **baton_target_split_path    (const char *path);
const char *const *
             baton_target_below         (const char *const *segments,
                                         const char *const *prefix);
GHashTable  *baton_target_parse_query   (const char *query);
gboolean     baton_target_host_is_valid (const char *host);
