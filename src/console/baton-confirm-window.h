/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

/**
 * BatonConfirmWindow:
 *
 * Asks before something that cannot be taken back. The safe answer has the focus; Esc gives it. Signal: `confirmed` ().
 */
#define BATON_TYPE_CONFIRM_WINDOW (baton_confirm_window_get_type ())
G_DECLARE_FINAL_TYPE (BatonConfirmWindow, baton_confirm_window, BATON, CONFIRM_WINDOW, AdwWindow)

GtkWidget *baton_confirm_window_new (GtkWindow  *parent,
                                     const char *heading,
                                     const char *body,
                                     const char *keep,
                                     const char *confirm);
