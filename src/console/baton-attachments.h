/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-activity.h"

/* What a message carries besides its text, in words. Nothing is ever fetched for it. */

GPtrArray *baton_attachments_list        (BatonActivity *activity);   /* of char *: a name or title each */
GPtrArray *baton_attachments_suggestions (BatonActivity *activity);   /* of char *: titles of the suggested actions */
int        baton_attachments_find_chosen (BatonActivity *activity,
                                          const char    *answer);     /* position of the suggestion, or -1 */
