/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-courier.h"

#include "baton-error.h"
#include "baton-round.h"

struct _BatonCourier {
  GObject            parent_instance;

  BatonRoundContext  context;
  GHashTable        *rounds;        /* conversation id → GINT_TO_POINTER (whether another one has to follow) */
  guint              n_errands;     /* rounds on their way */
  GTask             *stopping;
  GCancellable      *cancellable;
  gulong             activity_id;
  gulong             moved_id;
  gulong             begun_id;
};

G_DEFINE_FINAL_TYPE (BatonCourier, baton_courier, G_TYPE_OBJECT)

static void
scribe_stopped_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (baton_scribe_stop_finish (BATON_SCRIBE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Everything that still has to come back, so that stopping can wait for it. */
static BatonCourier *
hold (BatonCourier *self)
{
  self->n_errands++;
  return g_object_ref (self);
}

/* The scribe is the last to stop: a bot that is being asked may still say something. */
static void
let_go (BatonCourier *self)
{
  if (--self->n_errands == 0 && self->stopping != NULL)
    baton_scribe_stop_async (self->context.scribe, scribe_stopped_cb, g_steal_pointer (&self->stopping));
  g_object_unref (self);
}

/* --- rounds --- */

typedef struct {
  BatonCourier *courier;
  char         *conversation_id;
} Errand;

static Errand *
errand_new (BatonCourier *self,
            const char   *conversation_id)
{
  Errand *errand = g_new (Errand, 1);

  errand->courier = hold (self);
  errand->conversation_id = g_strdup (conversation_id);
  return errand;
}

static void
errand_free (Errand *errand)
{
  g_free (errand->conversation_id);
  let_go (errand->courier);
  g_free (errand);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Errand, errand_free)

static void run (BatonCourier *self,
                 const char   *conversation_id);

static void
round_over_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Errand) errand = user_data;
  BatonCourier *self = errand->courier;
  g_autoptr (GError) error = NULL;
  gboolean again;

  /* What could not be asked or stored stays unread: the next message, or the next start, tries again. */
  if (!baton_round_run_finish (result, &error) && error != NULL &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("conversation %s: the bot could not be asked: %s", errand->conversation_id, error->message);

  again = GPOINTER_TO_INT (g_hash_table_lookup (self->rounds, errand->conversation_id));
  g_hash_table_remove (self->rounds, errand->conversation_id);
  if (again)
    run (self, errand->conversation_id);
}

/* One at a time: a bot answers in order, and its state goes from one turn to the next. */
static void
run (BatonCourier *self,
     const char   *conversation_id)
{
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (g_hash_table_contains (self->rounds, conversation_id)) {
    g_hash_table_replace (self->rounds, g_strdup (conversation_id), GINT_TO_POINTER (TRUE));
    return;
  }

  g_hash_table_insert (self->rounds, g_strdup (conversation_id), GINT_TO_POINTER (FALSE));
  baton_round_run_async (&self->context, conversation_id, self->cancellable, round_over_cb,
                         errand_new (self, conversation_id));
}

/* What is said while a person has the conversation is nothing to the bot; the store is not asked about it. */
static void
activity_cb (BatonStore        *store,
             const BatonStored *stored,
             gpointer           user_data)
{
  if (stored->state == BATON_STATE_BOT && baton_activity_get_party (stored->activity) == BATON_PARTY_CUSTOMER)
    run (BATON_COURIER (user_data), stored->conversation_id);
}

static void
unread_listed_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (BatonCourier) self = user_data;
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GError) error = NULL;

  ids = baton_store_list_unread_finish (BATON_STORE (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (ids == NULL) {
    g_message ("the conversations that wait for their bot could not be listed: %s", error->message);
    return;
  }
  for (guint i = 0; i < ids->len; i++)
    run (self, g_ptr_array_index (ids, i));
}

/* --- bots that speak by themselves --- */

static void
resumable_listed_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (BatonCourier) self = user_data;
  g_autoptr (GPtrArray) conversations = NULL;
  g_autoptr (GError) error = NULL;

  conversations = baton_store_list_resumable_finish (BATON_STORE (source), result, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (conversations == NULL) {
    g_message ("the conversations in which a bot may have spoken could not be listed: %s", error->message);
    return;
  }
  for (guint i = 0; i < conversations->len; i++) {
    const BatonConversation *conversation = g_ptr_array_index (conversations, i);
    BatonUpstream *bot = g_hash_table_lookup (self->context.bots, conversation->bot);

    if (bot != NULL)
      baton_upstream_resume (bot, conversation);
  }
}

static void
spoke_cb (BatonUpstream      *bot,
          const BatonBotTurn *turn,
          gpointer            user_data)
{
  baton_scribe_write (BATON_COURIER (user_data)->context.scribe, bot, turn);
}

static void
moved_cb (BatonStore              *store,
          const BatonConversation *conversation,
          gpointer                 user_data)
{
  BatonUpstream *bot = baton_courier_find_bot (BATON_COURIER (user_data), conversation->bot);

  if (bot != NULL)
    baton_upstream_follow (bot, conversation);
}

static gboolean
submitted_cb (BatonUpstream      *bot,
              const BatonBotTurn *turn,
              GTask              *outcome,
              gpointer            user_data)
{
  baton_scribe_submit (BATON_COURIER (user_data)->context.scribe, bot, turn, outcome);
  return TRUE;
}

static void
begun_cb (BatonStore              *store,
          const BatonConversation *conversation,
          gpointer                 user_data)
{
  BatonUpstream *bot = baton_courier_find_bot (BATON_COURIER (user_data), conversation->bot);

  if (bot != NULL && baton_upstream_greets (bot, conversation))
    run (BATON_COURIER (user_data), conversation->id);
}

/* --- life --- */

static void
stop (BatonCourier *self)
{
  if (self->activity_id != 0)
    g_signal_handler_disconnect (self->context.store, self->activity_id);
  if (self->moved_id != 0)
    g_signal_handler_disconnect (self->context.store, self->moved_id);
  if (self->begun_id != 0)
    g_signal_handler_disconnect (self->context.store, self->begun_id);
  self->activity_id = self->moved_id = self->begun_id = 0;
  g_cancellable_cancel (self->cancellable);
}

static void
baton_courier_dispose (GObject *object)
{
  BatonCourier *self = BATON_COURIER (object);
  GHashTableIter iter;
  gpointer bot;

  stop (self);
  g_hash_table_iter_init (&iter, self->context.bots);
  while (g_hash_table_iter_next (&iter, NULL, &bot))
    g_signal_handlers_disconnect_by_data (bot, self);
  g_hash_table_remove_all (self->context.bots);
  if (self->context.scribe != NULL)
    baton_scribe_stop_async (self->context.scribe, NULL, NULL);
  g_clear_object (&self->context.scribe);

  G_OBJECT_CLASS (baton_courier_parent_class)->dispose (object);
}

static void
baton_courier_finalize (GObject *object)
{
  BatonCourier *self = BATON_COURIER (object);

  g_clear_object (&self->context.store);
  g_hash_table_unref (self->context.bots);
  g_hash_table_unref (self->rounds);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (baton_courier_parent_class)->finalize (object);
}

static void
baton_courier_class_init (BatonCourierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = baton_courier_dispose;
  object_class->finalize = baton_courier_finalize;
}

static void
baton_courier_init (BatonCourier *self)
{
  self->context.bots = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->rounds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
}

/**
 * baton_courier_new:
 * @notices: has to outlive the courier
 * @turn_seconds: a bot has for an answer
 * @turn_tries: before the customer is told that it does not answer
 * @retry_seconds: before the second try; doubles with each
 * @escalate_after: so often in a row told, the customer gets a person instead (F14); 0: never
 */
BatonCourier *
baton_courier_new (BatonStore         *store,
                   const BatonNotices *notices,
                   guint               turn_seconds,
                   guint               turn_tries,
                   guint               retry_seconds,
                   guint               escalate_after)
{
  BatonCourier *self = g_object_new (BATON_TYPE_COURIER, NULL);

  self->context.store = g_object_ref (store);
  self->context.notices = notices;
  self->context.scribe = baton_scribe_new (store, notices);
  self->context.turn_seconds = turn_seconds;
  self->context.turn_tries = turn_tries;
  self->context.retry_seconds = retry_seconds;
  self->context.escalate_after = escalate_after;
  return self;
}

/**
 * baton_courier_add_bot:
 * @name: as conversations have it
 */
void
baton_courier_add_bot (BatonCourier  *self,
                       const char    *name,
                       BatonUpstream *bot)
{
  g_return_if_fail (BATON_IS_COURIER (self));
  g_return_if_fail (BATON_IS_UPSTREAM (bot));

  g_hash_table_replace (self->context.bots, g_strdup (name), g_object_ref (bot));
  g_signal_connect (bot, "spoke", G_CALLBACK (spoke_cb), self);
  g_signal_connect (bot, "submitted", G_CALLBACK (submitted_cb), self);
}

/**
 * baton_courier_find_bot:
 *
 * Returns: (transfer none) (nullable): the bot of that name
 */
BatonUpstream *
baton_courier_find_bot (BatonCourier *self,
                        const char   *name)
{
  g_return_val_if_fail (BATON_IS_COURIER (self), NULL);

  return g_hash_table_lookup (self->context.bots, name);
}

/**
 * baton_courier_start:
 *
 * Begins to listen, asks the bots what they still owed when the relay ended last time, and hears what they have said by
 * themselves since.
 */
void
baton_courier_start (BatonCourier *self)
{
  g_return_if_fail (BATON_IS_COURIER (self));
  g_return_if_fail (self->activity_id == 0);

  self->activity_id = g_signal_connect (self->context.store, "activity", G_CALLBACK (activity_cb), self);
  self->moved_id = g_signal_connect (self->context.store, "moved", G_CALLBACK (moved_cb), self);
  self->begun_id = g_signal_connect (self->context.store, "begun", G_CALLBACK (begun_cb), self);
  baton_store_list_unread_async (self->context.store, self->cancellable, unread_listed_cb, g_object_ref (self));
  baton_store_list_resumable_async (self->context.store, g_get_real_time () - G_TIME_SPAN_DAY, self->cancellable,
                                    resumable_listed_cb, g_object_ref (self));
}

/**
 * baton_courier_stop_async:
 *
 * Begins no further round and stops waiting for bots; what they have not answered they are asked after the next start.
 * Completes when all that was on its way has come back and is stored. To be called once.
 */
void
baton_courier_stop_async (BatonCourier        *self,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (BATON_IS_COURIER (self));
  g_return_if_fail (self->stopping == NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_courier_stop_async);
  stop (self);
  self->stopping = g_steal_pointer (&task);
  let_go (hold (self));
}

gboolean
baton_courier_stop_finish (BatonCourier  *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
