/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-activity.h"
#include "baton-conversation.h"

/* What goes to a bot on its own Direct Line, and what of all that comes back is the bot's. Pure. */

char          *baton_dl_speech_make_start_id (const BatonConversation *conversation);
BatonActivity *baton_dl_speech_make_start    (const BatonConversation *conversation);
char          *baton_dl_speech_make_context_id (const BatonConversation *conversation);
BatonActivity *baton_dl_speech_make_context  (const BatonConversation *conversation,
                                              const char              *value);
BatonActivity *baton_dl_speech_translate     (const BatonConversation *conversation,
                                              BatonActivity           *activity);
BatonActivity *baton_dl_speech_make_status   (const BatonConversation *conversation,
                                              const char              *status);
gboolean       baton_dl_speech_is_ours       (const BatonConversation *conversation,
                                              BatonActivity           *activity);
gboolean       baton_dl_speech_is_for_bot    (BatonActivity           *activity);
gboolean       baton_dl_speech_is_context    (BatonActivity           *activity);
gboolean       baton_dl_speech_is_echo       (const BatonConversation *conversation,
                                              BatonActivity           *activity);
GPtrArray     *baton_dl_speech_sort       (GPtrArray               *activities);
gint64         baton_dl_speech_get_index     (const BatonConversation *conversation,
                                              const char              *id);   /* -1: not of this conversation */
