/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Languages by their BCP 47 tags, as a person reads them. */
char *baton_language_dup_name  (const char *tag);   /* “English (US)”; the tag where unknown; %NULL for no tag */
char *baton_language_dup_short (const char *tag);   /* “EN”; “–” where unknown */
