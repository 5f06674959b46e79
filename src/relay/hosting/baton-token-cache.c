/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-token-cache.h"

/* Two generations: once the younger one is full it becomes the older one, whose texts are then forgotten unless they are
 * found again. What is in use stays; nothing has to be sorted by age. */
struct _BatonTokenCache {
  guint       size;    /* of a generation */
  GHashTable *young;   /* text → BatonToken */
  GHashTable *old;
};

static GHashTable *
new_generation (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) baton_token_unref);
}

/**
 * baton_token_cache_new:
 * @size: how many tokens are remembered at least, of those that came last; at most twice as many
 */
BatonTokenCache *
baton_token_cache_new (guint size)
{
  BatonTokenCache *self = g_new0 (BatonTokenCache, 1);

  self->size = size;
  self->young = new_generation ();
  self->old = new_generation ();
  return self;
}

void
baton_token_cache_free (BatonTokenCache *self)
{
  g_hash_table_unref (self->young);
  g_hash_table_unref (self->old);
  g_free (self);
}

/**
 * baton_token_cache_find:
 * @text: what somebody presents as a token
 * @now_seconds: since 1970
 *
 * Returns: (transfer full) (nullable): its claims, if it is known to be good and is so still; %NULL says nothing
 */
BatonToken *
baton_token_cache_find (BatonTokenCache *self,
                        const char      *text,
                        gint64           now_seconds)
{
  BatonToken *token = g_hash_table_lookup (self->young, text);

  if (token == NULL) {
    token = g_hash_table_lookup (self->old, text);
    if (token != NULL)
      baton_token_cache_add (self, text, token);
  }
  return token != NULL && now_seconds < token->expires_at ? baton_token_ref (token) : NULL;
}

/**
 * baton_token_cache_add:
 * @token: its claims, which were verified
 */
void
baton_token_cache_add (BatonTokenCache *self,
                       const char      *text,
                       BatonToken      *token)
{
  g_autoptr (BatonToken) alive = baton_token_ref (token);

  if (g_hash_table_size (self->young) >= self->size) {
    g_hash_table_unref (self->old);
    self->old = g_steal_pointer (&self->young);
    self->young = new_generation ();
  }
  g_hash_table_replace (self->young, g_strdup (text), g_steal_pointer (&alive));
}
