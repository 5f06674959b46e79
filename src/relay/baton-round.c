/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-round.h"

#include "baton-error.h"

#define PAGE 500

/* Between two looks at whether the scribe has finished. A customer's first message waits for that once. */
#define WRITING_MS 10

/* Until a bot that is busy is asked again: longer than one waits for its hand-off to be stored. */
#define BUSY_MS 1500

typedef struct {
  const BatonRoundContext *context;
  char                    *conversation_id;
  BatonConversation       *conversation;   /* as it was when this try began */
  BatonUpstream           *bot;
  GPtrArray               *unread;         /* of BatonActivity: what the customer sent */
  GPtrArray               *transcript;     /* of BatonActivity; %NULL while nobody wants it */
  gint64                   at;             /* index of the last activity that was read, of either */
  gint64                   read_to;        /* of the last that was read of @unread */
  guint                    tries;
  gboolean                 was_busy;

  GCancellable            *turn;           /* of the running turn: cancelled when it takes too long */
  gulong                   turn_id;
  guint                    deadline;
} Round;

static void look (GTask *task);

static void
end_turn (Round        *round,
          GCancellable *cancellable)
{
  g_clear_handle_id (&round->deadline, g_source_remove);
  /* Not g_cancellable_disconnect(): it waits for the cancelling to end, and that may be what brought us here. */
  if (round->turn_id != 0)
    g_signal_handler_disconnect (cancellable, round->turn_id);
  round->turn_id = 0;
  g_clear_object (&round->turn);
}

static void
forget_look (Round *round)
{
  g_clear_pointer (&round->conversation, baton_conversation_free);
  g_clear_pointer (&round->transcript, g_ptr_array_unref);
  g_clear_pointer (&round->unread, g_ptr_array_unref);
}

static void
round_free (gpointer data)
{
  Round *round = data;

  forget_look (round);
  g_free (round->conversation_id);
  g_free (round);
}

/* --- storing --- */

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (baton_store_post_bot_turn_finish (BATON_STORE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
store_turn (GTask                   *task,
            const BatonUpstreamTurn *said)
{
  Round *round = g_task_get_task_data (task);
  const BatonNotices *notices = round->context->notices;
  const BatonConversation *conversation = round->conversation;
  g_autofree char *queued_line = baton_notices_format (notices, "queued", conversation->locale, NULL);
  g_autofree char *failed_line = baton_notices_format (notices, "failed", conversation->locale, NULL);
  BatonBotTurn turn = { 0 };

  turn.conversation_id = conversation->id;
  turn.epoch = conversation->epoch;
  turn.bot_id = baton_upstream_get_bot_id (round->bot);
  turn.bot_name = baton_upstream_get_bot_name (round->bot);
  turn.items = said->items;
  turn.bot_read = round->read_to;
  turn.bot_state = said->bot_state;
  turn.bot_watermark = said->bot_watermark;
  turn.queued_line = queued_line;
  turn.has_failed = said->has_failed;
  turn.escalate_after = round->context->escalate_after;
  turn.failed_line = failed_line;

  /* Not cancellable: the bot has spoken, and a relay that stops still writes down what it heard. */
  baton_store_post_bot_turn_async (round->context->store, &turn, NULL, stored_cb, task);
}

/* --- a bot that does not answer --- */

/* Says so, in the transaction that also marks the message as read: it is told once, and the bot not asked for ever. */
static void
give_up (GTask *task)
{
  g_autoptr (BatonUpstreamTurn) turn = baton_upstream_turn_new ();

  turn->has_failed = TRUE;
  store_turn (task, turn);
}

static gboolean
retry_cb (gpointer user_data)
{
  look (G_TASK (user_data));
  return G_SOURCE_REMOVE;
}

/* Waits, but not for longer than until the relay stops. */
static void
look_after (GTask *task,
            guint  ms)
{
  g_autoptr (GSource) timer = g_timeout_source_new (ms);
  g_autoptr (GSource) stop = g_cancellable_source_new (g_task_get_cancellable (task));

  g_source_set_dummy_callback (stop);
  g_source_add_child_source (timer, stop);
  g_source_set_callback (timer, retry_cb, task, NULL);
  g_source_attach (timer, g_task_get_context (task));
}

/* A bot that is busy may just be handing over: then the next look finds that the conversation is not with it any more.
 * One that is busy even then cannot be reached, and that the customer has to be told some time. */
static void
try_again (GTask        *task,
           const GError *cause)
{
  Round *round = g_task_get_task_data (task);

  if (g_error_matches (cause, BATON_ERROR, BATON_ERROR_BUSY) && !round->was_busy) {
    round->was_busy = TRUE;
    look_after (task, BUSY_MS);
    return;
  }

  round->tries++;
  g_message ("conversation %s: the bot did not answer (try %u): %s", round->conversation_id, round->tries,
             cause->message);
  if (round->tries >= round->context->turn_tries)
    give_up (task);
  else
    look_after (task, 1000 * (round->context->retry_seconds << MIN (round->tries - 1, 8)));
}

/* --- asking --- */

static void read_on (GTask *task);

/* Takes the task over. */
static void
read_transcript (GTask *task)
{
  Round *round = g_task_get_task_data (task);

  round->transcript = g_ptr_array_new_with_free_func (g_object_unref);
  round->at = -1;
  read_on (task);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GTask *task = user_data;
  Round *round = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (BatonUpstreamTurn) turn = NULL;
  g_autoptr (GError) error = NULL;

  turn = baton_upstream_run_finish (BATON_UPSTREAM (source), result, &error);
  if (turn == NULL && g_cancellable_is_cancelled (round->turn)) {
    g_clear_error (&error);
    g_set_error_literal (&error, BATON_ERROR, BATON_ERROR_UNCERTAIN, "too slow");
  }
  end_turn (round, cancellable);

  if (turn != NULL && turn->wants_transcript && round->transcript == NULL) {
    read_transcript (task);
  } else if (turn != NULL && turn->wants_storing) {
    look (task);
  } else if (turn != NULL) {
    store_turn (task, turn);
  } else if (g_task_return_error_if_cancelled (task)) {
    g_object_unref (task);
  } else if (round->unread->len == 0) {
    /* It was only to greet: nobody waits for it, and the first message will tell how it is. */
    g_task_return_boolean (task, FALSE);
    g_object_unref (task);
  } else {
    try_again (task, error);
  }
}

static gboolean
deadline_cb (gpointer user_data)
{
  Round *round = user_data;

  round->deadline = 0;
  g_cancellable_cancel (round->turn);
  return G_SOURCE_REMOVE;
}

static void
pass_on_cb (GCancellable *cancellable,
            gpointer      user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

static void
ask (GTask *task)
{
  Round *round = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  round->turn = g_cancellable_new ();
  if (cancellable != NULL)
    round->turn_id = g_cancellable_connect (cancellable, G_CALLBACK (pass_on_cb), g_object_ref (round->turn),
                                            g_object_unref);
  round->deadline = g_timeout_add_seconds (round->context->turn_seconds, deadline_cb, round);
  baton_upstream_run_async (round->bot, round->conversation, round->unread, round->transcript, round->turn,
                            answered_cb, task);
}

/* --- reading --- */

static void
take_page (Round           *round,
           const BatonPage *page)
{
  for (guint i = 0; i < page->activities->len; i++) {
    BatonActivity *activity = g_ptr_array_index (page->activities, i);

    if (round->transcript != NULL)
      g_ptr_array_add (round->transcript, g_object_ref (activity));
    else if (baton_activity_get_party (activity) == BATON_PARTY_CUSTOMER)
      g_ptr_array_add (round->unread, g_object_ref (activity));
  }
}

/* All that was wanted is read. Takes the task over. */
static void
go_on (GTask *task)
{
  Round *round = g_task_get_task_data (task);

  if (round->transcript == NULL)
    round->read_to = round->at;
  if (round->unread->len > 0 || baton_upstream_greets (round->bot, round->conversation)) {
    ask (task);
  } else {
    g_task_return_boolean (task, FALSE);
    g_object_unref (task);
  }
}

static void
page_read_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Round *round = g_task_get_task_data (task);
  g_autoptr (BatonPage) page = NULL;
  GError *error = NULL;
  gint64 end;
  gboolean is_last;

  page = baton_store_list_activities_finish (BATON_STORE (source), result, &error);
  if (page == NULL) {
    g_task_return_error (task, error);
    return;
  }

  take_page (round, page);
  end = round->transcript != NULL ? round->read_to : round->conversation->next_index - 1;
  is_last = page->last_index <= round->at || page->last_index >= end;
  round->at = MAX (round->at, page->last_index);
  if (is_last)
    go_on (g_steal_pointer (&task));
  else
    read_on (g_steal_pointer (&task));
}

static void
read_on (GTask *task)
{
  Round *round = g_task_get_task_data (task);

  baton_store_list_activities_async (round->context->store, round->conversation_id, round->at, PAGE, FALSE,
                                     g_task_get_cancellable (task), page_read_cb, task);
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Round *round = g_task_get_task_data (task);
  GError *error = NULL;

  round->conversation = baton_store_get_conversation_finish (BATON_STORE (source), result, &error);
  if (round->conversation == NULL) {
    g_task_return_error (task, error);
    return;
  }

  /* The gate. */
  if (round->conversation->state != BATON_STATE_BOT) {
    g_task_return_boolean (task, FALSE);
    return;
  }

  round->bot = g_hash_table_lookup (round->context->bots, round->conversation->bot);
  if (round->bot == NULL) {
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_GONE, "its bot is not configured any more");
    return;
  }
  round->at = round->conversation->bot_read;
  read_on (g_steal_pointer (&task));
}

/* Begins each try anew: while the last one failed, an agent may have taken over. What the bot has said by itself is to
 * be stored first: it may have handed over. Takes the task over. */
static void
look (GTask *task)
{
  Round *round = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task)) {
    g_object_unref (task);
    return;
  }
  if (baton_scribe_is_writing (round->context->scribe, round->conversation_id)) {
    look_after (task, WRITING_MS);
    return;
  }

  forget_look (round);
  round->unread = g_ptr_array_new_with_free_func (g_object_unref);
  baton_store_get_conversation_async (round->context->store, round->conversation_id, g_task_get_cancellable (task),
                                      found_cb, task);
}

/**
 * baton_round_run_async:
 * @context: has to stay as it is until the round is over
 * @cancellable: (nullable): stops waiting for the bot; what it has said by then is stored
 *
 * Asks the bot once about all it has not read.
 */
void
baton_round_run_async (const BatonRoundContext *context,
                       const char              *conversation_id,
                       GCancellable            *cancellable,
                       GAsyncReadyCallback      callback,
                       gpointer                 user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Round *round = g_new0 (Round, 1);

  g_task_set_source_tag (task, baton_round_run_async);
  g_task_set_check_cancellable (task, FALSE);
  round->context = context;
  round->conversation_id = g_strdup (conversation_id);
  g_task_set_task_data (task, round, round_free);
  look (task);
}

/**
 * baton_round_run_finish:
 *
 * Returns: %TRUE if the bot was asked and its answer (or that there is none) stored; %FALSE without @error set if it had
 *   nothing to read, with @error set if it could not be asked
 */
gboolean
baton_round_run_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
