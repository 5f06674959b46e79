/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Foreign text made fit for a label. What is cut or broken here is for the eye only: copying gives the original. */

char *baton_text_for_bubble (const char *text,
                             gboolean   *is_cut);
char *baton_text_spell_out  (const char *text);
