/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-throttle.h"

/* Keys come from outside, so their number has to end somewhere. Past this many that are still counting, new keys are
 * refused: whoever fills the table locks out newcomers for one window, and never memory. */
#define MAX_KEYS 16384

struct _BatonThrottle {
  guint       tries;
  gint64      window;
  GHashTable *counts;   /* char * → Count */
};

typedef struct {
  gint64 since;
  guint  taken;
} Count;

/**
 * baton_throttle_new:
 * @tries: allowed within a window
 * @window: microseconds; it begins with the first try
 */
BatonThrottle *
baton_throttle_new (guint  tries,
                    gint64 window)
{
  BatonThrottle *self = g_new0 (BatonThrottle, 1);

  self->tries = tries;
  self->window = window;
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
baton_throttle_free (BatonThrottle *self)
{
  g_hash_table_unref (self->counts);
  g_free (self);
}

static void
drop_lapsed (BatonThrottle *self,
             gint64         now)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->counts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (now - ((Count *) value)->since >= self->window)
      g_hash_table_iter_remove (&iter);
}

static Count *
find_or_add (BatonThrottle *self,
             const char    *key,
             gint64         now)
{
  Count *count = g_hash_table_lookup (self->counts, key);

  if (count != NULL)
    return count;
  if (g_hash_table_size (self->counts) >= MAX_KEYS)
    drop_lapsed (self, now);
  if (g_hash_table_size (self->counts) >= MAX_KEYS)
    return NULL;

  count = g_new0 (Count, 1);
  count->since = now;
  g_hash_table_insert (self->counts, g_strdup (key), count);
  return count;
}

/**
 * baton_throttle_take:
 * @now: monotonic time
 *
 * Counts a try.
 *
 * Returns: 0 if it is allowed, else the seconds until one will be
 */
guint
baton_throttle_take (BatonThrottle *self,
                     const char    *key,
                     gint64         now)
{
  Count *count = find_or_add (self, key, now);

  if (count == NULL)
    return (guint) (self->window / G_USEC_PER_SEC) + 1;

  if (now - count->since >= self->window) {
    count->since = now;
    count->taken = 0;
  }
  if (count->taken >= self->tries)
    return (guint) ((count->since + self->window - now) / G_USEC_PER_SEC) + 1;

  count->taken++;
  return 0;
}

/**
 * baton_throttle_forget:
 *
 * Clears what was counted for @key: it has shown that it is no guesser.
 */
void
baton_throttle_forget (BatonThrottle *self,
                       const char    *key)
{
  g_hash_table_remove (self->counts, key);
}
