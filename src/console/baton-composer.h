/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "baton-case.h"

/**
 * BatonComposer:
 *
 * Where the reply is written. Enter sends and Shift+Enter breaks the line, unless an input method is composing. What was
 * not sent stays with its case.
 *
 * Signal: `sent` (): a reply is on its way.
 */
#define BATON_TYPE_COMPOSER (baton_composer_get_type ())
G_DECLARE_FINAL_TYPE (BatonComposer, baton_composer, BATON, COMPOSER, AdwBin)

GtkWidget *baton_composer_new         (void);
void       baton_composer_set_case    (BatonComposer *self,
                                       BatonCase     *item);
void       baton_composer_send        (BatonComposer *self);
gboolean   baton_composer_focus_text  (BatonComposer *self);
