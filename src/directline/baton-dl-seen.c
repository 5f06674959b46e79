/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-seen.h"

/* What an id stood for when it came last. The same id with other content is an edit (protocol 1.11: an activity with a
 * known id replaces the shown one) or the deletion of a message, and has to get through. */
typedef struct {
  char  *id;
  gsize  size;
  guint  hash;
} Mark;

struct _BatonDlSeen {
  guint       window;
  GHashTable *marks;   /* id → Mark, owned */
  GQueue      order;   /* of Mark, oldest first */
};

static void
mark_free (Mark *mark)
{
  g_free (mark->id);
  g_free (mark);
}

/**
 * baton_dl_seen_new:
 * @window: how many ids are remembered; the oldest are forgotten
 *
 * Returns: (transfer full): an empty memory
 */
BatonDlSeen *
baton_dl_seen_new (guint window)
{
  BatonDlSeen *self = g_new0 (BatonDlSeen, 1);

  self->window = window;
  self->marks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) mark_free);
  g_queue_init (&self->order);
  return self;
}

void
baton_dl_seen_free (BatonDlSeen *self)
{
  g_queue_clear (&self->order);
  g_hash_table_unref (self->marks);
  g_free (self);
}

static void
remember (BatonDlSeen *self,
          const char  *id,
          gsize        size,
          guint        hash)
{
  Mark *mark = g_new (Mark, 1);

  *mark = (Mark) { g_strdup (id), size, hash };
  g_hash_table_insert (self->marks, mark->id, mark);
  g_queue_push_tail (&self->order, mark);

  if (g_queue_get_length (&self->order) > self->window) {
    Mark *oldest = g_queue_pop_head (&self->order);

    g_hash_table_remove (self->marks, oldest->id);
  }
}

/**
 * baton_dl_seen_add:
 * @self: a memory
 * @activity: what has come
 *
 * Returns: %FALSE for a repeat. Activities without an id (`typing`) are always new.
 */
gboolean
baton_dl_seen_add (BatonDlSeen   *self,
                   BatonActivity *activity)
{
  const char *id = baton_activity_get_id (activity);
  g_autoptr (GBytes) bytes = baton_activity_get_bytes (activity);
  gsize size = g_bytes_get_size (bytes);
  guint hash = g_bytes_hash (bytes);
  Mark *known;

  if (id == NULL)
    return TRUE;

  known = g_hash_table_lookup (self->marks, id);
  if (known == NULL) {
    remember (self, id, size, hash);
    return TRUE;
  }
  if (known->size == size && known->hash == hash)
    return FALSE;
  known->size = size;
  known->hash = hash;
  return TRUE;
}
