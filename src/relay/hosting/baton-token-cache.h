/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-token.h"

/**
 * BatonTokenCache:
 *
 * Remembers which tokens were found good, since the same one comes with each request of a client and checking it costs
 * as much as all else that the request does. Bounded, whatever is presented.
 */
typedef struct _BatonTokenCache BatonTokenCache;

BatonTokenCache *baton_token_cache_new  (guint            size);
void             baton_token_cache_free (BatonTokenCache *self);
BatonToken      *baton_token_cache_find (BatonTokenCache *self,
                                         const char      *text,
                                         gint64           now_seconds);
void             baton_token_cache_add  (BatonTokenCache *self,
                                         const char      *text,
                                         BatonToken      *token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTokenCache, baton_token_cache_free)
