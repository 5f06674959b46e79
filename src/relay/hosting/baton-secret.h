/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Unguessable texts, and comparing them without telling by the time it takes how much of a guess was right. */

char     *baton_secret_new   (gsize       n_bytes);
char     *baton_secret_hash  (const char *text);
gboolean  baton_secret_equal (const char *a,
                              const char *b);
