/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-seen.h"

#include <string.h>

/* An id with one of the contents it has stood for. The same id with other content is an edit (protocol 1.11: an activity
 * with a known id replaces the shown one) or the deletion of a message, and has to get through; a replay brings the old
 * content again before the new, and that must not. */
typedef struct {
  char  *id;
  gsize  size;
  guint  hash;
} Mark;

struct _BatonDlSeen {
  guint       window;
  GHashTable *marks;   /* of Mark, owned */
  GQueue      order;   /* of Mark, oldest first */
};

static void
mark_free (Mark *mark)
{
  g_free (mark->id);
  g_free (mark);
}

static guint
mark_hash (gconstpointer data)
{
  const Mark *mark = data;

  return g_str_hash (mark->id) ^ mark->hash;
}

static gboolean
mark_equal (gconstpointer a,
            gconstpointer b)
{
  const Mark *one = a, *other = b;

  return one->size == other->size && one->hash == other->hash && strcmp (one->id, other->id) == 0;
}

/**
 * baton_dl_seen_new:
 * @window: how many are remembered; the oldest are forgotten
 *
 * Returns: (transfer full): an empty memory
 */
BatonDlSeen *
baton_dl_seen_new (guint window)
{
  BatonDlSeen *self = g_new0 (BatonDlSeen, 1);

  self->window = window;
  self->marks = g_hash_table_new_full (mark_hash, mark_equal, (GDestroyNotify) mark_free, NULL);
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

/**
 * baton_dl_seen_add:
 * @self: a memory
 * @activity: what has come
 *
 * Returns: %FALSE for a repeat. Activities without an id are always new, and so is `typing`: it is never replayed.
 */
gboolean
baton_dl_seen_add (BatonDlSeen   *self,
                   BatonActivity *activity)
{
  g_autoptr (GBytes) bytes = baton_activity_get_bytes (activity);
  Mark mark = { (char *) baton_activity_get_id (activity), g_bytes_get_size (bytes), 0 };
  Mark *kept;

  if (mark.id == NULL || baton_activity_is (activity, "typing"))
    return TRUE;

  mark.hash = g_bytes_hash (bytes);
  if (g_hash_table_contains (self->marks, &mark))
    return FALSE;

  kept = g_memdup2 (&mark, sizeof mark);
  kept->id = g_strdup (mark.id);
  g_hash_table_add (self->marks, kept);
  g_queue_push_tail (&self->order, kept);
  if (g_queue_get_length (&self->order) > self->window)
    g_hash_table_remove (self->marks, g_queue_pop_head (&self->order));
  return TRUE;
}
