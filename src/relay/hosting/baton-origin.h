/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Whose page it is, as browsers say it in `Origin`. */

char *baton_origin_normalise (const char *text);
