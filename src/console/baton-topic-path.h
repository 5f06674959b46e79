/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "baton-handoff.h"

/**
 * BatonTopicPath:
 *
 * The bot's topics on the way to the hand-off, oldest first, in one line that scrolls sideways by itself.
 */
#define BATON_TYPE_TOPIC_PATH (baton_topic_path_get_type ())
G_DECLARE_FINAL_TYPE (BatonTopicPath, baton_topic_path, BATON, TOPIC_PATH, AdwBin)

GtkWidget *baton_topic_path_new         (void);
void       baton_topic_path_set_handoff (BatonTopicPath *self,
                                         BatonHandoff   *handoff);
