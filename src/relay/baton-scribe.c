/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-scribe.h"

#include "baton-error.h"

/* The first wait is short: a hand-off may be what could not be stored. */
#define FIRST_WAIT_MS 100
#define LONGEST_WAIT_MS 30000

/* Of one conversation. What a bot says beyond that, while nothing can be stored, it is better asked for again. */
#define MAX_WAITING 100

struct _BatonScribe {
  GObject             parent_instance;

  BatonStore         *store;
  const BatonNotices *notices;
  GHashTable         *queues;        /* conversation id → Queue, as long as there is something to write */
  gboolean            is_stopping;
  GTask              *stopping;
};

G_DEFINE_FINAL_TYPE (BatonScribe, baton_scribe, G_TYPE_OBJECT)

/* What is to be written in one conversation. Always either on its way to the store and back or waiting for a timer. */
typedef struct {
  BatonScribe   *scribe;
  char          *conversation_id;
  BatonUpstream *bot;
  GQueue         entries;        /* of Entry */
  gboolean       is_cut_off;     /* more was said than fits: to be asked for once these are stored */
  guint          failures;       /* in a row */
  guint          timer_id;
} Queue;

typedef struct {
  BatonBotTurn *turn;
  GTask        *outcome;   /* for one who waits to hear of it; %NULL: nobody does */
} Entry;

static void look (Queue *queue);

static BatonBotTurn *
turn_copy (const BatonBotTurn *turn)
{
  BatonBotTurn *copy = g_new (BatonBotTurn, 1);

  *copy = *turn;
  copy->conversation_id = g_strdup (turn->conversation_id);
  copy->bot_id = g_strdup (turn->bot_id);
  copy->bot_name = g_strdup (turn->bot_name);
  copy->items = g_ptr_array_ref (turn->items);
  copy->bot_state = g_strdup (turn->bot_state);
  copy->bot_watermark = g_strdup (turn->bot_watermark);
  copy->queued_line = NULL;   /* in the customer's language: known once the conversation was read */
  return copy;
}

static void
turn_free (BatonBotTurn *turn)
{
  g_free ((char *) turn->conversation_id);
  g_free ((char *) turn->bot_id);
  g_free ((char *) turn->bot_name);
  g_ptr_array_unref (turn->items);
  g_free ((char *) turn->bot_state);
  g_free ((char *) turn->bot_watermark);
  g_free (turn);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  if (entry->outcome != NULL)
    g_task_return_new_error (entry->outcome, BATON_ERROR, BATON_ERROR_BUSY, "not stored any more");
  g_clear_object (&entry->outcome);
  turn_free (entry->turn);
  g_free (entry);
}

static void
queue_push (Queue              *queue,
            const BatonBotTurn *turn,
            GTask              *outcome)
{
  Entry *entry = g_new (Entry, 1);

  entry->turn = turn_copy (turn);
  entry->outcome = outcome != NULL ? g_object_ref (outcome) : NULL;
  g_queue_push_tail (&queue->entries, entry);
}

static Queue *
queue_new (BatonScribe   *self,
           const char    *conversation_id,
           BatonUpstream *bot)
{
  Queue *queue = g_new0 (Queue, 1);

  queue->scribe = g_object_ref (self);
  queue->conversation_id = g_strdup (conversation_id);
  queue->bot = g_object_ref (bot);
  g_queue_init (&queue->entries);
  return queue;
}

static void
queue_free (gpointer data)
{
  Queue *queue = data;

  g_clear_handle_id (&queue->timer_id, g_source_remove);
  g_queue_clear_full (&queue->entries, entry_free);
  g_object_unref (queue->bot);
  g_free (queue->conversation_id);
  g_object_unref (queue->scribe);
  g_free (queue);
}

static void
tell_stopped (BatonScribe *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->stopping == NULL || g_hash_table_size (self->queues) > 0)
    return;

  task = g_steal_pointer (&self->stopping);
  g_task_return_boolean (task, TRUE);
}

/* There is nothing more to write. Frees the queue. */
static void
end (Queue *queue)
{
  g_autoptr (BatonScribe) self = g_object_ref (queue->scribe);

  g_hash_table_remove (self->queues, queue->conversation_id);
  tell_stopped (self);
}

static void
go_on (Queue *queue)
{
  if (queue->entries.length > 0 || queue->is_cut_off)
    look (queue);
  else
    end (queue);
}

/* --- what cannot be stored --- */

static gboolean
timer_cb (gpointer user_data)
{
  Queue *queue = user_data;

  queue->timer_id = 0;
  look (queue);
  return G_SOURCE_REMOVE;
}

/* Nothing is lost of what one who waits is told is not stored. */
static void
refuse (Queue        *queue,
        const GError *why)
{
  Entry *entry = g_queue_pop_head (&queue->entries);

  g_task_return_error (entry->outcome, g_error_copy (why));
  g_clear_object (&entry->outcome);
  entry_free (entry);
  go_on (queue);
}

/* Only a conversation that does not exist is given up. Nothing is lost of what the relay has to leave behind when it
 * stops: no watermark past it was stored, so it comes again when the bots are resumed at the next start. */
static void
fail (Queue        *queue,
      const GError *why)
{
  const Entry *entry = g_queue_peek_head (&queue->entries);
  guint wait = MIN (FIRST_WAIT_MS << MIN (queue->failures, 16), LONGEST_WAIT_MS);
  gboolean is_over = queue->scribe->is_stopping || g_error_matches (why, BATON_ERROR, BATON_ERROR_GONE);

  if (entry != NULL && entry->outcome != NULL) {
    refuse (queue, why);
    return;
  }

  queue->failures++;
  g_message ("conversation %s: what the bot said could not be stored (try %u, %s): %s", queue->conversation_id,
             queue->failures, is_over ? "the last" : "not the last", why->message);
  if (is_over)
    end (queue);
  else
    queue->timer_id = g_timeout_add (wait, timer_cb, queue);
}

/* All that fitted is stored. What did not comes behind that watermark. */
static void
ask_for_rest (Queue                   *queue,
              const BatonConversation *conversation)
{
  g_autoptr (BatonUpstream) bot = g_object_ref (queue->bot);
  gboolean is_stopping = queue->scribe->is_stopping;

  end (queue);   /* beforehand: the bot may speak at once */
  if (!is_stopping)
    baton_upstream_resume (bot, conversation);
}

/* --- storing --- */

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Queue *queue = user_data;
  Entry *entry;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = baton_store_post_bot_turn_finish_ids (BATON_STORE (source), result, &error);

  if (ids == NULL) {
    fail (queue, error);
    return;
  }

  queue->failures = 0;
  entry = g_queue_pop_head (&queue->entries);
  if (entry->outcome != NULL)
    g_task_return_pointer (entry->outcome, g_steal_pointer (&ids), (GDestroyNotify) g_strfreev);
  g_clear_object (&entry->outcome);
  entry_free (entry);
  go_on (queue);
}

static void
store_first (Queue                   *queue,
             const BatonConversation *conversation)
{
  BatonBotTurn turn = *((const Entry *) g_queue_peek_head (&queue->entries))->turn;
  g_autofree char *queued_line = NULL;

  queued_line = baton_notices_format (queue->scribe->notices, "queued", conversation->locale, NULL);
  turn.queued_line = queued_line;
  baton_store_post_bot_turn_async (queue->scribe->store, &turn, NULL, stored_cb, queue);
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Queue *queue = user_data;
  g_autoptr (BatonConversation) conversation = NULL;
  g_autoptr (GError) error = NULL;

  conversation = baton_store_get_conversation_finish (BATON_STORE (source), result, &error);
  if (conversation == NULL)
    fail (queue, error);
  else if (queue->entries.length > 0)
    store_first (queue, conversation);
  else
    ask_for_rest (queue, conversation);
}

/* Not cancellable, as storing is: a relay that stops still writes down what it heard. */
static void
look (Queue *queue)
{
  baton_store_get_conversation_async (queue->scribe->store, queue->conversation_id, NULL, found_cb, queue);
}

/* --- the scribe --- */

static void
baton_scribe_finalize (GObject *object)
{
  BatonScribe *self = BATON_SCRIBE (object);

  g_hash_table_unref (self->queues);
  g_object_unref (self->store);

  G_OBJECT_CLASS (baton_scribe_parent_class)->finalize (object);
}

static void
baton_scribe_class_init (BatonScribeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_scribe_finalize;
}

static void
baton_scribe_init (BatonScribe *self)
{
  self->queues = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, queue_free);   /* a key is part of its queue */
}

/**
 * baton_scribe_new:
 * @notices: has to outlive the scribe
 *
 * A scribe lives on until it is told to stop, as long as there is something to write.
 */
BatonScribe *
baton_scribe_new (BatonStore         *store,
                  const BatonNotices *notices)
{
  BatonScribe *self = g_object_new (BATON_TYPE_SCRIBE, NULL);

  self->store = g_object_ref (store);
  self->notices = notices;
  return self;
}

/* Returns: %FALSE if there is no room for it */
static gboolean
take (BatonScribe        *self,
      BatonUpstream      *bot,
      const BatonBotTurn *turn,
      GTask              *outcome)
{
  Queue *queue = g_hash_table_lookup (self->queues, turn->conversation_id);

  if (queue == NULL) {
    queue = queue_new (self, turn->conversation_id, bot);
    g_hash_table_insert (self->queues, queue->conversation_id, queue);
    queue_push (queue, turn, outcome);
    look (queue);
    return TRUE;
  }
  if (queue->entries.length >= MAX_WAITING || queue->is_cut_off)
    return FALSE;
  queue_push (queue, turn, outcome);
  return TRUE;
}

/**
 * baton_scribe_write:
 * @bot: who said it; if it says too much that cannot be stored, baton_upstream_resume() asks it for the rest afterwards
 * @turn: what was said; copied
 */
void
baton_scribe_write (BatonScribe        *self,
                    BatonUpstream      *bot,
                    const BatonBotTurn *turn)
{
  g_return_if_fail (BATON_IS_SCRIBE (self));

  if (!take (self, bot, turn, NULL))
    ((Queue *) g_hash_table_lookup (self->queues, turn->conversation_id))->is_cut_off = TRUE;
}

/**
 * baton_scribe_submit:
 * @bot: who said it
 * @turn: what was said; copied
 * @outcome: returns the ids of its items (GStrv) once it is stored; or an error, and then it is not tried again
 *
 * For a bot that waits to hear of it, and says it again if it likes.
 */
void
baton_scribe_submit (BatonScribe        *self,
                     BatonUpstream      *bot,
                     const BatonBotTurn *turn,
                     GTask              *outcome)
{
  g_return_if_fail (BATON_IS_SCRIBE (self));

  if (self->is_stopping || !take (self, bot, turn, outcome))
    g_task_return_new_error (outcome, BATON_ERROR, BATON_ERROR_BUSY, "too much waits to be stored");
}

/**
 * baton_scribe_is_writing:
 *
 * Returns: whether something was said in the conversation that is not stored yet
 */
gboolean
baton_scribe_is_writing (BatonScribe *self,
                         const char  *conversation_id)
{
  g_return_val_if_fail (BATON_IS_SCRIBE (self), FALSE);

  return g_hash_table_contains (self->queues, conversation_id);
}

/**
 * baton_scribe_stop_async:
 * @callback: (nullable): called once nothing is on its way into the store any more
 *
 * From now on nothing is tried again. What can be stored at once is.
 */
void
baton_scribe_stop_async (BatonScribe         *self,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GHashTableIter iter;
  gpointer queue;

  g_return_if_fail (BATON_IS_SCRIBE (self));
  g_return_if_fail (self->stopping == NULL);

  self->stopping = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->stopping, baton_scribe_stop_async);
  self->is_stopping = TRUE;
  g_hash_table_iter_init (&iter, self->queues);
  while (g_hash_table_iter_next (&iter, NULL, &queue)) {
    if (((Queue *) queue)->timer_id != 0)
      g_hash_table_iter_remove (&iter);
  }
  tell_stopped (self);
}

gboolean
baton_scribe_stop_finish (BatonScribe   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
