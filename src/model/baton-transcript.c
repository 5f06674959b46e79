/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-transcript-private.h"

#include <string.h>

#include "baton-time.h"

/* How far apart the clocks of bot and relay may stamp the same message (protocol H10). */
#define SAME_MESSAGE_USEC (2 * G_USEC_PER_SEC)

struct _BatonTranscript {
  GObject              parent_instance;

  GSequence           *items;         /* of BatonTranscriptItem, in order */
  GHashTable          *by_id;         /* id, ours or the bot's → item; NULL: seen, not shown */
  GHashTable          *by_client_id;  /* `clientActivityID` of an agent's message → item */
  GHashTable          *marks;         /* key of a hand-off → item */
  GHashTable          *attached;      /* what was said → GPtrArray of the attached items that say it */
  guint64              next_serial;
  BatonTranscriptItem *last_mark;
};

/* Neighbours that were put in one after the other and not announced yet. */
typedef struct {
  guint start;
  guint length;
} Run;

static void
baton_transcript_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonTranscript, baton_transcript, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, baton_transcript_list_model_init))

static GType
baton_transcript_get_item_type (GListModel *model)
{
  return BATON_TYPE_TRANSCRIPT_ITEM;
}

static guint
baton_transcript_get_n_items (GListModel *model)
{
  return (guint) g_sequence_get_length (BATON_TRANSCRIPT (model)->items);
}

static gpointer
baton_transcript_get_item (GListModel *model,
                           guint       position)
{
  BatonTranscript *self = BATON_TRANSCRIPT (model);

  if (position >= baton_transcript_get_n_items (model))
    return NULL;
  return g_object_ref (g_sequence_get (g_sequence_get_iter_at_pos (self->items, (int) position)));
}

static void
baton_transcript_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = baton_transcript_get_item_type;
  iface->get_n_items = baton_transcript_get_n_items;
  iface->get_item = baton_transcript_get_item;
}

static void
baton_transcript_finalize (GObject *object)
{
  BatonTranscript *self = BATON_TRANSCRIPT (object);

  g_clear_pointer (&self->attached, g_hash_table_unref);
  g_clear_pointer (&self->marks, g_hash_table_unref);
  g_clear_pointer (&self->by_client_id, g_hash_table_unref);
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->items, g_sequence_free);

  G_OBJECT_CLASS (baton_transcript_parent_class)->finalize (object);
}

static void
baton_transcript_class_init (BatonTranscriptClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_transcript_finalize;
}

static GHashTable *
new_words_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

static void
baton_transcript_init (BatonTranscript *self)
{
  self->items = g_sequence_new (g_object_unref);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->by_client_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->marks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->attached = new_words_table ();
}

BatonTranscript *
baton_transcript_new (void)
{
  return g_object_new (BATON_TYPE_TRANSCRIPT, NULL);
}

static int
compare_items (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  const BatonTranscriptItem *first = a, *second = b;

  if (first->pending != second->pending)
    return first->pending ? 1 : -1;
  if (first->time != second->time)
    return first->time < second->time ? -1 : 1;
  return first->serial < second->serial ? -1 : first->serial > second->serial;
}

static void
announce (BatonTranscript *self,
          Run             *run)
{
  const Run done = *run;

  if (done.length == 0)
    return;

  *run = (Run) { 0, 0 };
  g_list_model_items_changed (G_LIST_MODEL (self), done.start, 0, done.length);
}

static GSequenceIter *
find_place (BatonTranscript     *self,
            BatonTranscriptItem *item)
{
  GSequenceIter *end = g_sequence_get_end_iter (self->items);

  /* Nearly all come last. */
  if (g_sequence_is_empty (self->items) || compare_items (g_sequence_get (g_sequence_iter_prev (end)), item, NULL) < 0)
    return end;
  return g_sequence_search (self->items, item, compare_items, NULL);
}

/* Takes over the reference to @item. */
static void
insert (BatonTranscript     *self,
        BatonTranscriptItem *item,
        Run                 *run)
{
  GSequenceIter *place = find_place (self, item);
  const guint position = (guint) g_sequence_iter_get_position (place);

  if (position != run->start + run->length)
    announce (self, run);
  item->iter = g_sequence_insert_before (place, item);
  if (run->length == 0)
    run->start = position;
  run->length++;
}

static void
take_out (BatonTranscript     *self,
          BatonTranscriptItem *item)
{
  const guint position = (guint) g_sequence_iter_get_position (item->iter);

  g_sequence_remove (g_steal_pointer (&item->iter));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static gboolean
stands_in_order (BatonTranscriptItem *item)
{
  GSequenceIter *before = g_sequence_iter_prev (item->iter), *after = g_sequence_iter_next (item->iter);

  if (before != item->iter && compare_items (g_sequence_get (before), item, NULL) > 0)
    return FALSE;
  return g_sequence_iter_is_end (after) || compare_items (item, g_sequence_get (after), NULL) < 0;
}

static void
put_in_order (BatonTranscript     *self,
              BatonTranscriptItem *item,
              Run                 *run)
{
  if (stands_in_order (item))
    return;

  g_object_ref (item);
  take_out (self, item);
  insert (self, item, run);
  announce (self, run);
}

/* Of what has no time we only know that it came after the rest. */
static gint64
last_time (BatonTranscript *self)
{
  GSequenceIter *iter = g_sequence_get_end_iter (self->items);

  while (!g_sequence_iter_is_begin (iter)) {
    BatonTranscriptItem *item = g_sequence_get (iter = g_sequence_iter_prev (iter));

    if (!item->pending)
      return item->time;
  }
  return 0;
}

static gint64
time_of (BatonActivity *activity,
         gint64         otherwise)
{
  const gint64 time = baton_activity_get_timestamp (activity);

  return time != BATON_TIME_UNKNOWN ? time : otherwise;
}

/* The relay stamps `channelData.baton` itself; on a wire without relay anybody could claim to be the system. */
static gboolean
is_system_line (BatonActivity *activity)
{
  return baton_activity_get_system_kind (activity) != NULL && baton_activity_get_party (activity) == BATON_PARTY_SYSTEM;
}

/* Other words for a message that keeps its place; whether a Direct Line passes them on is not known (protocol 2.2). Ours
 * does so as the message itself. A `messageDelete` is no line, and so takes away the one whose id it has. */
static gboolean
is_update (BatonActivity *activity)
{
  return baton_activity_is (activity, "messageUpdate") && baton_activity_has_content (activity);
}

static gboolean
is_line (BatonActivity *activity)
{
  return baton_activity_is_shown (activity) || is_update (activity) || is_system_line (activity);
}

static void
remember_id (GHashTable          *table,
             const char          *id,
             BatonTranscriptItem *item)
{
  if (id != NULL && *id != '\0')
    g_hash_table_insert (table, g_strdup (id), item);
}

/* @item is %NULL for what is not shown. */
static void
remember (BatonTranscript     *self,
          BatonActivity       *activity,
          BatonTranscriptItem *item)
{
  remember_id (self->by_id, baton_activity_get_id (activity), item);
  remember_id (self->by_id, baton_activity_get_upstream_id (activity), item);
}

static char *
dup_words (BatonActivity *activity)
{
  const char *text = baton_activity_get_text (activity);

  return text != NULL ? g_strdup_printf ("%d:%s", (int) baton_activity_get_party (activity), text) : NULL;
}

static void
file_words (GHashTable          *table,
            BatonTranscriptItem *item)
{
  g_autofree char *words = dup_words (item->activity);
  GPtrArray *list;

  if (words == NULL)
    return;

  list = g_hash_table_lookup (table, words);
  if (list == NULL) {
    list = g_ptr_array_new ();
    g_hash_table_insert (table, g_steal_pointer (&words), list);
  }
  g_ptr_array_add (list, item);
}

static void
unfile_words (GHashTable          *table,
              BatonTranscriptItem *item)
{
  g_autofree char *words = dup_words (item->activity);
  GPtrArray *list = words != NULL ? g_hash_table_lookup (table, words) : NULL;

  if (list != NULL && g_ptr_array_remove (list, item) && list->len == 0)
    g_hash_table_remove (table, words);
}

/* Two ids of one conversation that differ name two messages, whatever they say. */
static gboolean
are_rival_ids (const char *a,
               const char *b)
{
  const char *bar = a != NULL ? strchr (a, '|') : NULL;

  return bar != NULL && b != NULL && strncmp (a, b, (gsize) (bar - a) + 1) == 0 && strcmp (a, b) != 0;
}

/* The item in @table that is the same message as @activity although its id is another: same party, same words, nearly
 * the same time (protocol 3.1 note 3, H10). */
static BatonTranscriptItem *
find_by_words (GHashTable    *table,
               BatonActivity *activity)
{
  const gint64 time = baton_activity_get_timestamp (activity);
  g_autofree char *words = NULL;
  GPtrArray *list;

  if (g_hash_table_size (table) == 0 || time == BATON_TIME_UNKNOWN)
    return NULL;

  words = dup_words (activity);
  list = words != NULL ? g_hash_table_lookup (table, words) : NULL;
  for (guint i = 0; list != NULL && i < list->len; i++) {
    BatonTranscriptItem *item = g_ptr_array_index (list, i);
    const char *id = baton_activity_get_id (item->activity);

    if (ABS (item->time - time) <= SAME_MESSAGE_USEC
        && !are_rival_ids (id, baton_activity_get_id (activity))
        && !are_rival_ids (id, baton_activity_get_upstream_id (activity)))
      return item;
  }
  return NULL;
}

static gboolean
find_by_id (BatonTranscript      *self,
            const char           *id,
            BatonTranscriptItem **item)
{
  return id != NULL && g_hash_table_lookup_extended (self->by_id, id, NULL, (gpointer *) item);
}

/* Whether @activity is here already; @item stays %NULL if it is not shown. */
static gboolean
find_same (BatonTranscript      *self,
           BatonActivity        *activity,
           BatonTranscriptItem **item)
{
  const char *client_id = baton_activity_get_client_id (activity);
  BatonTranscriptItem *own = client_id != NULL ? g_hash_table_lookup (self->by_client_id, client_id) : NULL;

  if (find_by_id (self, baton_activity_get_id (activity), item)
      || find_by_id (self, baton_activity_get_upstream_id (activity), item))
    return TRUE;

  *item = own != NULL && own->pending ? own : find_by_words (self->attached, activity);
  return *item != NULL;
}

static gboolean
have_same_bytes (BatonActivity *a,
                 BatonActivity *b)
{
  g_autoptr (GBytes) first = baton_activity_get_bytes (a);
  g_autoptr (GBytes) second = baton_activity_get_bytes (b);

  return g_bytes_equal (first, second);
}

static void
forget_values (GHashTable          *table,
               BatonTranscriptItem *item,
               gboolean             keep_key)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (value == item && keep_key)
      g_hash_table_iter_replace (&iter, NULL);
    else if (value == item)
      g_hash_table_iter_remove (&iter);
  }
}

/* What was a line is none any more: its text was taken back. Rare, so the tables are simply searched. */
static void
withdraw (BatonTranscript     *self,
          BatonTranscriptItem *item)
{
  forget_values (self->by_id, item, TRUE);
  forget_values (self->by_client_id, item, FALSE);
  take_out (self, item);
}

static gboolean
replace (BatonTranscript     *self,
         BatonTranscriptItem *item,
         BatonActivity       *activity,
         Run                 *run)
{
  if (!item->pending && !item->attached && have_same_bytes (item->activity, activity))
    return FALSE;

  announce (self, run);
  if (item->attached)
    unfile_words (self->attached, item);
  item->attached = FALSE;
  remember (self, activity, item);
  if (!is_line (activity)) {
    withdraw (self, item);
    return TRUE;
  }

  if (!is_update (activity))
    item->time = time_of (activity, item->time);
  if (item->pending) {
    item->pending = FALSE;
    baton_transcript_item_set_delivery (item, BATON_DELIVERY_SENT);
  }
  baton_transcript_item_set_activity (item, activity);
  put_in_order (self, item, run);
  return TRUE;
}

static gboolean
take (BatonTranscript *self,
      BatonActivity   *activity,
      Run             *run)
{
  BatonTranscriptItem *item = NULL;

  if (find_same (self, activity, &item) && item != NULL)
    return replace (self, item, activity, run);
  if (!is_line (activity)) {
    remember (self, activity, NULL);
    return FALSE;
  }

  item = baton_transcript_item_new (is_system_line (activity) ? BATON_ITEM_SYSTEM : BATON_ITEM_MESSAGE, activity, NULL,
                                    time_of (activity, last_time (self)));
  item->serial = self->next_serial++;
  remember (self, activity, item);
  if (baton_activity_get_party (activity) == BATON_PARTY_AGENT) {
    item->client_id = g_strdup (baton_activity_get_client_id (activity));
    remember_id (self->by_client_id, item->client_id, item);
  }
  insert (self, item, run);
  return TRUE;
}

/**
 * baton_transcript_add:
 * @self: a transcript
 * @activity: one of the conversation's activities, from wherever it came, as often as it comes
 *
 * Returns: whether the transcript changed
 */
gboolean
baton_transcript_add (BatonTranscript *self,
                      BatonActivity   *activity)
{
  Run run = { 0, 0 };
  gboolean changed;

  g_return_val_if_fail (BATON_IS_TRANSCRIPT (self), FALSE);
  g_return_val_if_fail (BATON_IS_ACTIVITY (activity), FALSE);

  changed = take (self, activity, &run);
  announce (self, &run);
  return changed;
}

/**
 * baton_transcript_add_all:
 * @self: a transcript
 * @activities: (element-type BatonActivity): activities
 *
 * As baton_transcript_add() for each; neighbours are announced together.
 */
void
baton_transcript_add_all (BatonTranscript *self,
                          GPtrArray       *activities)
{
  Run run = { 0, 0 };

  g_return_if_fail (BATON_IS_TRANSCRIPT (self));
  g_return_if_fail (activities != NULL);

  for (guint i = 0; i < activities->len; i++)
    take (self, g_ptr_array_index (activities, i), &run);
  announce (self, &run);
}

/* The messages that came with @handoff and whose ids are new here, as items without a place. */
static GPtrArray *
make_attached (BatonTranscript *self,
               BatonHandoff    *handoff,
               gint64           at)
{
  GPtrArray *messages = baton_handoff_get_transcript (handoff);
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 before = at;

  for (guint i = 0; i < messages->len; i++) {
    BatonActivity *message = g_ptr_array_index (messages, i);
    BatonTranscriptItem *item = NULL;

    if (!is_line (message) || find_by_id (self, baton_activity_get_id (message), &item))
      continue;
    before = time_of (message, before);
    item = baton_transcript_item_new (BATON_ITEM_MESSAGE, message, NULL, before);
    item->attached = TRUE;
    g_ptr_array_add (items, item);
  }
  return items;
}

/* Of the items without a place, those that are here under another id are the same: the record that is here stays. */
static void
drop_known (BatonTranscript *self,
            GPtrArray       *items)
{
  g_autoptr (GHashTable) words = new_words_table ();

  for (guint i = 0; i < items->len; i++)
    file_words (words, g_ptr_array_index (items, i));

  for (GSequenceIter *iter = g_sequence_get_begin_iter (self->items);
       g_hash_table_size (words) > 0 && !g_sequence_iter_is_end (iter);
       iter = g_sequence_iter_next (iter)) {
    BatonTranscriptItem *here = g_sequence_get (iter);
    BatonTranscriptItem *same = here->activity != NULL ? find_by_words (words, here->activity) : NULL;

    if (same == NULL)
      continue;
    unfile_words (words, same);
    same->attached = FALSE;
    remember (self, same->activity, here);
  }
}

static void
add_attached (BatonTranscript *self,
              BatonHandoff    *handoff,
              gint64           at,
              Run             *run)
{
  g_autoptr (GPtrArray) items = make_attached (self, handoff, at);

  drop_known (self, items);
  for (guint i = 0; i < items->len; i++) {
    BatonTranscriptItem *item = g_ptr_array_index (items, i);

    if (!item->attached)
      continue;
    item->serial = self->next_serial++;
    remember (self, item->activity, item);
    file_words (self->attached, item);
    insert (self, g_object_ref (item), run);
  }
}

/**
 * baton_transcript_add_handoff:
 * @self: a transcript
 * @handoff: a hand-off in this conversation
 * @at: when, microseconds UTC; %BATON_TIME_UNKNOWN: as the bot says
 *
 * Puts in the messages the bot attached that are not here yet, then the mark. A hand-off known already is left alone.
 */
void
baton_transcript_add_handoff (BatonTranscript *self,
                              BatonHandoff    *handoff,
                              gint64           at)
{
  g_autofree char *key = NULL;
  BatonTranscriptItem *mark;
  Run run = { 0, 0 };

  g_return_if_fail (BATON_IS_TRANSCRIPT (self));
  g_return_if_fail (BATON_IS_HANDOFF (handoff));

  key = baton_handoff_dup_key (handoff);
  if (key != NULL && g_hash_table_contains (self->marks, key))
    return;
  if (at == BATON_TIME_UNKNOWN)
    at = baton_handoff_get_time (handoff);
  if (at == BATON_TIME_UNKNOWN)
    at = last_time (self);

  add_attached (self, handoff, at, &run);
  mark = baton_transcript_item_new (BATON_ITEM_HANDOFF, NULL, handoff, at);
  mark->serial = self->next_serial++;
  remember_id (self->marks, key, mark);
  insert (self, mark, &run);
  if (self->last_mark == NULL || compare_items (self->last_mark, mark, NULL) < 0)
    self->last_mark = mark;
  announce (self, &run);
}

/**
 * baton_transcript_add_pending:
 * @self: a transcript
 * @activity: a message of our own, with a `clientActivityID`
 *
 * Shows it as pending, behind everything else, until its echo comes. One that is here already, pending or echoed, stays
 * as it is.
 *
 * Returns: (transfer none): its item
 */
BatonTranscriptItem *
baton_transcript_add_pending (BatonTranscript *self,
                              BatonActivity   *activity)
{
  const char *client_id;
  BatonTranscriptItem *item;
  Run run = { 0, 0 };

  g_return_val_if_fail (BATON_IS_TRANSCRIPT (self), NULL);
  g_return_val_if_fail (BATON_IS_ACTIVITY (activity), NULL);

  client_id = baton_activity_get_client_id (activity);
  g_return_val_if_fail (client_id != NULL && *client_id != '\0', NULL);

  item = g_hash_table_lookup (self->by_client_id, client_id);
  if (item != NULL)
    return item;

  item = baton_transcript_item_new (BATON_ITEM_MESSAGE, activity, NULL, time_of (activity, g_get_real_time ()));
  item->serial = self->next_serial++;
  item->client_id = g_strdup (client_id);
  item->delivery = BATON_DELIVERY_PENDING;
  item->pending = TRUE;
  remember_id (self->by_client_id, client_id, item);
  insert (self, item, &run);
  announce (self, &run);
  return item;
}

/**
 * baton_transcript_set_delivery:
 * @self: a transcript
 * @client_id: `clientActivityID` of a message of our own
 * @delivery: what became of it
 *
 * An echo is final: what has been seen in the conversation cannot fail any more (protocol K10).
 */
void
baton_transcript_set_delivery (BatonTranscript *self,
                               const char      *client_id,
                               BatonDelivery    delivery)
{
  BatonTranscriptItem *item = baton_transcript_find_by_client_id (self, client_id);

  if (item != NULL && item->pending)
    baton_transcript_item_set_delivery (item, delivery);
}

/**
 * baton_transcript_find_by_client_id:
 * @self: a transcript
 * @client_id: `clientActivityID` of an agent's message
 *
 * Returns: (transfer none) (nullable): its item
 */
BatonTranscriptItem *
baton_transcript_find_by_client_id (BatonTranscript *self,
                                    const char      *client_id)
{
  g_return_val_if_fail (BATON_IS_TRANSCRIPT (self), NULL);
  g_return_val_if_fail (client_id != NULL, NULL);

  return g_hash_table_lookup (self->by_client_id, client_id);
}

/**
 * baton_transcript_find_handoff:
 * @self: a transcript
 *
 * Returns: position of the last hand-off mark, or %G_MAXUINT if there is none
 */
guint
baton_transcript_find_handoff (BatonTranscript *self)
{
  g_return_val_if_fail (BATON_IS_TRANSCRIPT (self), G_MAXUINT);

  return self->last_mark != NULL ? (guint) g_sequence_iter_get_position (self->last_mark->iter) : G_MAXUINT;
}
