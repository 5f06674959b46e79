/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Points in time are gint64 microseconds since 1970, UTC; BATON_TIME_UNKNOWN where there is none. */
#define BATON_TIME_UNKNOWN G_MININT64

gint64  baton_time_parse  (const char *text);
char   *baton_time_format (gint64      usec);
