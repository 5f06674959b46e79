/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-config.h"
#include "baton-findings.h"

/* Each of these looks at one part of an installation and adds what it finds: nothing of the relay has to run, what runs
 * is not disturbed, nothing is made or changed, and everything ends within a bounded time. What asks a server runs the
 * default main context meanwhile. */

void  baton_check_server (const BatonConfig    *config,
                          GPtrArray            *findings);   /* listen, public-url, origins, descriptors, clock */
void  baton_check_data   (const BatonConfig    *config,
                          GPtrArray            *findings);   /* folder, lock, disk, database, agents, chat page */
void  baton_check_tokens (const BatonConfig    *config,
                          GPtrArray            *findings);   /* secrets and the key */
void  baton_check_bot    (const BatonConfigBot *bot,
                          GPtrArray            *findings);

void  baton_check_connector (const BatonConfigBot *bot,
                             const char           *subject,
                             GPtrArray            *findings);   /* of baton_check_bot() */

/* --- what more than one of them needs --- */

char *baton_check_secret (const char           *subject,
                          const char           *key,
                          const char           *path,
                          GPtrArray            *findings);   /* (transfer full): the secret, or %NULL */
void  baton_check_skew   (const char           *subject,
                          const char           *host,
                          gint64                skew,
                          GPtrArray            *findings);
