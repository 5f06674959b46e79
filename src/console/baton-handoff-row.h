/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "baton-handoff.h"

/**
 * BatonHandoffRow:
 *
 * Where the bot handed over: a rule with the time, and the yellow card with the private message to agents. Yellow with a
 * lock means "never leaves this house".
 */
#define BATON_TYPE_HANDOFF_ROW (baton_handoff_row_get_type ())
G_DECLARE_FINAL_TYPE (BatonHandoffRow, baton_handoff_row, BATON, HANDOFF_ROW, GtkWidget)

GtkWidget *baton_handoff_row_new             (BatonHandoff *handoff,
                                              gint64        time);
char      *baton_handoff_row_dup_name        (BatonHandoff *handoff,
                                              gint64        time);
char      *baton_handoff_row_dup_description (BatonHandoff *handoff);
