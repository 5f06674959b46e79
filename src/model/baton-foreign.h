/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-activity.h"

/* Activities on a Direct Line that is not our relay's. Nobody there says for sure whose words they are: of the bot's the
 * service vouches with `from.role`, which it drops from all else (protocol 1.16); an agent's carry a mark of ours, and
 * what has neither is the customer's. Pure. */

BatonParty     baton_foreign_get_party (BatonActivity *activity);
BatonActivity *baton_foreign_read      (BatonActivity *activity);
BatonActivity *baton_foreign_sign      (BatonActivity *activity,
                                        const char    *from_id,
                                        const char    *from_name);
gboolean       baton_foreign_is_id     (const char    *conversation_id);   /* one that can be told, kept and watched */
