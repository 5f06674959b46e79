/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-queue.h"

#include <string.h>

struct _BatonQueue {
  GObject     parent_instance;

  GSequence  *items;   /* of BatonEscalation, in order */
  GHashTable *by_id;   /* id, lent by the escalation → its GSequenceIter */
};

static void
baton_queue_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonQueue, baton_queue, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, baton_queue_list_model_init))

static GType
baton_queue_get_item_type (GListModel *model)
{
  return BATON_TYPE_ESCALATION;
}

static guint
baton_queue_get_n_items (GListModel *model)
{
  return (guint) g_sequence_get_length (BATON_QUEUE (model)->items);
}

static gpointer
baton_queue_get_item (GListModel *model,
                      guint       position)
{
  BatonQueue *self = BATON_QUEUE (model);

  if (position >= baton_queue_get_n_items (model))
    return NULL;
  return g_object_ref (g_sequence_get (g_sequence_get_iter_at_pos (self->items, (int) position)));
}

static void
baton_queue_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = baton_queue_get_item_type;
  iface->get_n_items = baton_queue_get_n_items;
  iface->get_item = baton_queue_get_item;
}

static void
baton_queue_finalize (GObject *object)
{
  BatonQueue *self = BATON_QUEUE (object);

  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->items, g_sequence_free);

  G_OBJECT_CLASS (baton_queue_parent_class)->finalize (object);
}

static void
baton_queue_class_init (BatonQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_queue_finalize;
}

static void
baton_queue_init (BatonQueue *self)
{
  self->items = g_sequence_new (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
}

BatonQueue *
baton_queue_new (void)
{
  return g_object_new (BATON_TYPE_QUEUE, NULL);
}

static int
compare_waiting (gconstpointer a,
                 gconstpointer b,
                 gpointer      user_data)
{
  BatonEscalation *first = (BatonEscalation *) a, *second = (BatonEscalation *) b;
  const gint64 x = baton_escalation_get_queued_at (first), y = baton_escalation_get_queued_at (second);

  if (x != y)
    return x < y ? -1 : 1;
  return strcmp (baton_escalation_get_id (first), baton_escalation_get_id (second));
}

/* Takes over the reference to @escalation. */
static guint
insert (BatonQueue      *self,
        BatonEscalation *escalation)
{
  GSequenceIter *iter = g_sequence_insert_sorted (self->items, escalation, compare_waiting, NULL);

  g_hash_table_insert (self->by_id, (gpointer) baton_escalation_get_id (escalation), iter);
  return (guint) g_sequence_iter_get_position (iter);
}

static guint
take_out (BatonQueue    *self,
          GSequenceIter *iter)
{
  const guint position = (guint) g_sequence_iter_get_position (iter);

  g_hash_table_remove (self->by_id, baton_escalation_get_id (g_sequence_get (iter)));
  g_sequence_remove (iter);
  return position;
}

static gboolean
stands_in_order (GSequenceIter *iter)
{
  GSequenceIter *before = g_sequence_iter_prev (iter), *after = g_sequence_iter_next (iter);

  if (before != iter && compare_waiting (g_sequence_get (before), g_sequence_get (iter), NULL) > 0)
    return FALSE;
  return g_sequence_iter_is_end (after) || compare_waiting (g_sequence_get (iter), g_sequence_get (after), NULL) < 0;
}

static void
refresh (BatonQueue    *self,
         GSequenceIter *iter)
{
  g_autoptr (BatonEscalation) escalation = g_object_ref (g_sequence_get (iter));
  const gboolean stays = baton_escalation_is_open (escalation);
  guint position;

  if (stays && stands_in_order (iter)) {
    g_list_model_items_changed (G_LIST_MODEL (self), (guint) g_sequence_iter_get_position (iter), 1, 1);
    return;
  }

  position = take_out (self, iter);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  if (stays) {
    position = insert (self, g_steal_pointer (&escalation));
    g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  }
}

/**
 * baton_queue_reset:
 * @self: the queue
 * @escalations: (element-type BatonEscalation): a snapshot; the queue keeps and from then on changes its objects
 *
 * Makes the queue hold those of @escalations that are open. Who was in it before stays the same object, so that a
 * window that shows it goes on doing so.
 */
void
baton_queue_reset (BatonQueue *self,
                   GPtrArray  *escalations)
{
  g_autoptr (GSequence) before = NULL;
  g_autoptr (GHashTable) known = NULL;

  g_return_if_fail (BATON_IS_QUEUE (self));
  g_return_if_fail (escalations != NULL);

  before = self->items;
  known = self->by_id;
  self->items = g_sequence_new (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < escalations->len; i++) {
    BatonEscalation *newer = g_ptr_array_index (escalations, i);
    GSequenceIter *old = g_hash_table_lookup (known, baton_escalation_get_id (newer));
    BatonEscalation *kept = old != NULL ? g_sequence_get (old) : newer;

    baton_escalation_update (kept, newer);
    if (baton_escalation_is_open (kept) && baton_queue_find (self, baton_escalation_get_id (kept)) == NULL)
      insert (self, g_object_ref (kept));
  }
  g_list_model_items_changed (G_LIST_MODEL (self), 0, (guint) g_sequence_get_length (before),
                              (guint) g_sequence_get_length (self->items));
}

/**
 * baton_queue_apply:
 * @self: the queue
 * @event: what happened; events must come in the order of their numbers
 *
 * Returns: whether the queue changed
 */
gboolean
baton_queue_apply (BatonQueue *self,
                   BatonEvent *event)
{
  BatonEscalation *newer;
  GSequenceIter *iter;

  g_return_val_if_fail (BATON_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (BATON_IS_EVENT (event), FALSE);

  newer = baton_event_get_escalation (event);
  if (newer == NULL)
    return FALSE;

  iter = g_hash_table_lookup (self->by_id, baton_escalation_get_id (newer));
  if (iter != NULL) {
    if (!baton_escalation_update (g_sequence_get (iter), newer))
      return FALSE;
    refresh (self, iter);
  } else {
    if (!baton_escalation_is_open (newer))
      return FALSE;
    g_list_model_items_changed (G_LIST_MODEL (self), insert (self, baton_escalation_copy (newer)), 0, 1);
  }
  return TRUE;
}

/**
 * baton_queue_find:
 * @self: the queue
 * @escalation_id: an id
 *
 * Returns: (transfer none) (nullable): the escalation in it, or %NULL
 */
BatonEscalation *
baton_queue_find (BatonQueue *self,
                  const char *escalation_id)
{
  GSequenceIter *iter;

  g_return_val_if_fail (BATON_IS_QUEUE (self), NULL);

  iter = g_hash_table_lookup (self->by_id, escalation_id);
  return iter != NULL ? g_sequence_get (iter) : NULL;
}
