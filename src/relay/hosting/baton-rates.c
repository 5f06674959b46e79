/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-rates.h"

#include "baton-bucket.h"

/* Buckets are kept until they are full again; looking for those costs a walk, so not below this many. */
#define FORGET_AT 1024

struct _BatonRates {
  guint       per_second;
  guint       at_once;
  GHashTable *buckets;     /* who → BatonBucket */
  guint       forget_at;   /* size of `buckets` at which those that are full again are dropped */
};

/**
 * baton_rates_new:
 * @per_second: for each; 0: as often as they like
 * @at_once: for each
 */
BatonRates *
baton_rates_new (guint per_second,
                 guint at_once)
{
  BatonRates *self = g_new0 (BatonRates, 1);

  self->per_second = per_second;
  self->at_once = at_once;
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->forget_at = FORGET_AT;
  return self;
}

void
baton_rates_free (BatonRates *self)
{
  g_hash_table_unref (self->buckets);
  g_free (self);
}

static gboolean
is_full_again (gpointer key,
               gpointer value,
               gpointer user_data)
{
  BatonBucket *bucket = value;

  return baton_bucket_fill (bucket, *(gint64 *) user_data) >= bucket->burst;
}

static BatonBucket *
find (BatonRates *self,
      const char *who,
      gint64      now)
{
  BatonBucket *bucket = g_hash_table_lookup (self->buckets, who);

  if (bucket != NULL)
    return bucket;

  if (g_hash_table_size (self->buckets) >= self->forget_at) {
    g_hash_table_foreach_remove (self->buckets, is_full_again, &now);
    self->forget_at = MAX (FORGET_AT, 2 * g_hash_table_size (self->buckets));
  }
  bucket = g_new0 (BatonBucket, 1);
  baton_bucket_init (bucket, self->per_second, self->at_once, now);
  g_hash_table_insert (self->buckets, g_strdup (who), bucket);
  return bucket;
}

/**
 * baton_rates_take:
 *
 * Returns: 0 if @who may do it now, which is counted, else the microseconds until then
 */
gint64
baton_rates_take (BatonRates *self,
                  const char *who,
                  gint64      now)
{
  BatonBucket *bucket;

  if (self->per_second == 0)
    return 0;
  bucket = find (self, who, now);
  return baton_bucket_take (bucket, 1, now) ? 0 : MAX (baton_bucket_wait (bucket, 1), 1);
}

guint
baton_rates_size (BatonRates *self)
{
  return g_hash_table_size (self->buckets);
}
