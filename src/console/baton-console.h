/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* What must be known before the first widget is made: resources, icons, styles, words. */
#define BATON_CONSOLE_RESOURCES "/io/github/batondesk/Baton/"

void baton_console_init_words (void);
void baton_console_init       (GdkDisplay *display);
