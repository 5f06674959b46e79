/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

/**
 * BatonShortcutsWindow:
 *
 * The key map as a person reads it, made from the same table the keys come from.
 */
#define BATON_TYPE_SHORTCUTS_WINDOW (baton_shortcuts_window_get_type ())
G_DECLARE_FINAL_TYPE (BatonShortcutsWindow, baton_shortcuts_window, BATON, SHORTCUTS_WINDOW, AdwWindow)

GtkWidget *baton_shortcuts_window_new (GtkWindow *parent);
