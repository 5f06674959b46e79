/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-config.h"
#include "baton-upstream.h"

/* Where the canvas page and the topics that come with the relay are: $BATON_DATA_DIR, else where they were installed. */
char          *baton_bots_dup_data_path (const char               *name);
BatonUpstream *baton_bots_open          (const BatonConfigBot     *config,
                                         const BatonHandoffRules  *rules,
                                         GError                  **error) G_GNUC_WARN_UNUSED_RESULT;
