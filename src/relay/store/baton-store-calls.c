/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-store-private.h"

/* The typed face of the store; here conversations and what is said in them. Each call is three functions: `run_` hands it
 * to the back end on the store thread, `_async` copies the arguments and sends it there, `_finish` gives the answer.
 * Callbacks run after the commit, in the main context of the thread that opened the store. Cancelling gives up waiting;
 * what was asked may still be committed. Beside what each says, a call fails with %BATON_ERROR_FAILED if the disk or the
 * database did, and with %BATON_ERROR_BUSY once the store is closed. */

BatonStorePlain *
baton_store_plain_copy (BatonStorePlain plain)
{
  plain.id = g_strdup (plain.id);
  plain.other = g_strdup (plain.other);
  return g_memdup2 (&plain, sizeof plain);
}

void
baton_store_plain_free (gpointer data)
{
  BatonStorePlain *plain = data;

  g_free ((char *) plain->id);
  g_free ((char *) plain->other);
  g_clear_object (&plain->agent);
  g_free (plain);
}

/* What the call that @tag began has given. */
gpointer
baton_store_finish (BatonStore    *self,
                    GAsyncResult  *result,
                    gpointer       tag,
                    GError       **error)
{
  g_return_val_if_fail (BATON_IS_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct {
  BatonConversation *conversation;
  gboolean           created;
} Started;

static void
started_free (gpointer data)
{
  Started *started = data;

  g_clear_pointer (&started->conversation, baton_conversation_free);
  g_free (started);
}

static gpointer
run_start_conversation (BatonStore  *self,
                        gpointer     argument,
                        GError     **error)
{
  Started started = { NULL };

  started.conversation = BATON_STORE_GET_CLASS (self)->start_conversation (self, argument, &started.created, error);
  return started.conversation != NULL ? g_memdup2 (&started, sizeof started) : NULL;
}

/**
 * baton_store_start_conversation_async:
 * @self: a store
 * @wanted: the new conversation, with what its upstream remembers already, if anything; its state, numbers and, if
 *   zero, its time are set here
 *
 * Creates a conversation that begins with the bot, or finds the one that has this id already.
 *
 * Finishing returns: (transfer full): the conversation, or %NULL with @error set
 */
void
baton_store_start_conversation_async (BatonStore              *self,
                                      const BatonConversation *wanted,
                                      GCancellable            *cancellable,
                                      GAsyncReadyCallback      callback,
                                      gpointer                 user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (wanted != NULL && wanted->id != NULL);

  baton_store_submit (self, baton_store_start_conversation_async, &(BatonStoreCall) {
    .run = run_start_conversation,
    .argument = baton_conversation_copy (wanted),
    .argument_free = (GDestroyNotify) baton_conversation_free,
    .result_free = started_free,
  }, cancellable, callback, user_data);
}

BatonConversation *
baton_store_start_conversation_finish (BatonStore    *self,
                                       GAsyncResult  *result,
                                       gboolean      *created,
                                       GError       **error)
{
  Started *started = baton_store_finish (self, result, baton_store_start_conversation_async, error);
  BatonConversation *conversation;

  if (started == NULL)
    return NULL;

  if (created != NULL)
    *created = started->created;
  conversation = g_steal_pointer (&started->conversation);
  started_free (started);
  return conversation;
}

static gpointer
run_get_conversation (BatonStore  *self,
                      gpointer     argument,
                      GError     **error)
{
  return BATON_STORE_GET_CLASS (self)->get_conversation (self, argument, error);
}

/**
 * baton_store_get_conversation_async:
 * @self: a store
 * @id: id of a conversation
 *
 * Reads a conversation.
 *
 * Finishing returns: (transfer full): it as of now, or %NULL with @error set: %BATON_ERROR_GONE if there is none
 */
void
baton_store_get_conversation_async (BatonStore          *self,
                                    const char          *id,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (id != NULL);

  baton_store_submit (self, baton_store_get_conversation_async, &(BatonStoreCall) {
    .run = run_get_conversation,
    .argument = g_strdup (id),
    .argument_free = g_free,
    .result_free = (GDestroyNotify) baton_conversation_free,
  }, cancellable, callback, user_data);
}

BatonConversation *
baton_store_get_conversation_finish (BatonStore    *self,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  return baton_store_finish (self, result, baton_store_get_conversation_async, error);
}

static gpointer
run_list_unread (BatonStore  *self,
                 gpointer     argument,
                 GError     **error)
{
  return BATON_STORE_GET_CLASS (self)->list_unread (self, error);
}

/**
 * baton_store_list_unread_async:
 * @self: a store
 *
 * Finds the conversations whose bot owes an answer, as after a restart: they are with the bot, and the customer said
 * something after what the bot has answered.
 *
 * Finishing returns: (transfer full) (element-type utf8): their ids, oldest first, or %NULL with @error set
 */
void
baton_store_list_unread_async (BatonStore          *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));

  baton_store_submit (self, baton_store_list_unread_async, &(BatonStoreCall) {
    .run = run_list_unread,
    .result_free = (GDestroyNotify) g_ptr_array_unref,
  }, cancellable, callback, user_data);
}

GPtrArray *
baton_store_list_unread_finish (BatonStore    *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return baton_store_finish (self, result, baton_store_list_unread_async, error);
}

static gpointer
run_list_resumable (BatonStore  *self,
                    gpointer     argument,
                    GError     **error)
{
  BatonStorePlain *plain = argument;

  return BATON_STORE_GET_CLASS (self)->list_resumable (self, plain->number, error);
}

/**
 * baton_store_list_resumable_async:
 * @self: a store
 * @since: UTC, microseconds: those are left out that began before and in which nothing was said from then on, unless
 *   they are escalated
 *
 * Finds the conversations in which something may have been said on a bot's own wire while the relay was not running: its
 * upstream remembers them, and they have not ended.
 *
 * Finishing returns: (transfer full) (element-type BatonConversation): them, the last used first, or %NULL with @error
 *   set
 */
void
baton_store_list_resumable_async (BatonStore          *self,
                                  gint64               since,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));

  baton_store_submit (self, baton_store_list_resumable_async, &(BatonStoreCall) {
    .run = run_list_resumable,
    .argument = baton_store_plain_copy ((BatonStorePlain) { .number = since }),
    .argument_free = baton_store_plain_free,
    .result_free = (GDestroyNotify) g_ptr_array_unref,
  }, cancellable, callback, user_data);
}

GPtrArray *
baton_store_list_resumable_finish (BatonStore    *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  return baton_store_finish (self, result, baton_store_list_resumable_async, error);
}

static gpointer
run_post (BatonStore  *self,
          gpointer     argument,
          GError     **error)
{
  return BATON_STORE_GET_CLASS (self)->post (self, argument, error);
}

/**
 * baton_store_post_async:
 * @self: a store
 * @post: an activity and where it goes
 *
 * Puts an activity at the end of a conversation.
 *
 * Finishing returns: (transfer full): what became of it, or %NULL with @error set: %BATON_ERROR_GONE if the
 *   conversation is unknown or has ended, %BATON_ERROR_CONFLICT if the agent does not own it in that epoch
 */
void
baton_store_post_async (BatonStore          *self,
                        const BatonPost     *post,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (post != NULL && post->conversation_id != NULL);
  g_return_if_fail (BATON_IS_ACTIVITY (post->activity));

  baton_store_submit (self, baton_store_post_async, &(BatonStoreCall) {
    .run = run_post,
    .argument = baton_post_copy (post),
    .argument_free = (GDestroyNotify) baton_post_free,
    .result_free = (GDestroyNotify) baton_posted_free,
  }, cancellable, callback, user_data);
}

BatonPosted *
baton_store_post_finish (BatonStore    *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  return baton_store_finish (self, result, baton_store_post_async, error);
}

static gpointer
run_post_bot_turn (BatonStore  *self,
                   gpointer     argument,
                   GError     **error)
{
  return BATON_STORE_GET_CLASS (self)->post_bot_turn (self, argument, error);
}

/**
 * baton_store_post_bot_turn_async:
 * @self: a store
 * @turn: what the bot said and what to remember
 *
 * Stores a turn of the bot in one transaction. Repeating a turn changes nothing.
 *
 * Finishing returns: %TRUE, or %FALSE with @error set: %BATON_ERROR_GONE if the conversation is unknown
 */
void
baton_store_post_bot_turn_async (BatonStore          *self,
                                 const BatonBotTurn  *turn,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (turn != NULL && turn->conversation_id != NULL && turn->items != NULL);

  baton_store_submit (self, baton_store_post_bot_turn_async, &(BatonStoreCall) {
    .run = run_post_bot_turn,
    .argument = baton_bot_turn_copy (turn),
    .argument_free = (GDestroyNotify) baton_bot_turn_free,
    .result_free = (GDestroyNotify) g_strfreev,
  }, cancellable, callback, user_data);
}

gboolean
baton_store_post_bot_turn_finish (BatonStore    *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_auto (GStrv) ids = baton_store_post_bot_turn_finish_ids (self, result, error);

  return ids != NULL;
}

/**
 * baton_store_post_bot_turn_finish_ids:
 * @self: a store
 * @result: of baton_store_post_bot_turn_async()
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): for each item of the turn the id under which it is part of the conversation, also if it was
 *   so before; for a hand-off its key. None at all if the whole turn was a repeat; %NULL with @error set
 */
GStrv
baton_store_post_bot_turn_finish_ids (BatonStore    *self,
                                      GAsyncResult  *result,
                                      GError       **error)
{
  return baton_store_finish (self, result, baton_store_post_bot_turn_async, error);
}

static gpointer
run_amend (BatonStore  *self,
           gpointer     argument,
           GError     **error)
{
  return GINT_TO_POINTER (BATON_STORE_GET_CLASS (self)->amend (self, argument, error));
}

/**
 * baton_store_amend_async:
 * @self: a store
 * @amendment: what the bot wants changed
 *
 * Puts something else, or nothing, in the place of what a bot has said.
 *
 * Finishing returns: %TRUE, or %FALSE with @error set: %BATON_ERROR_GONE if there is no such activity (any more),
 * %BATON_ERROR_REFUSED if it is not the bot's
 */
void
baton_store_amend_async (BatonStore            *self,
                         const BatonAmendment  *amendment,
                         GCancellable          *cancellable,
                         GAsyncReadyCallback    callback,
                         gpointer               user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (amendment != NULL && amendment->conversation_id != NULL && amendment->activity_id != NULL);

  baton_store_submit (self, baton_store_amend_async, &(BatonStoreCall) {
    .run = run_amend,
    .argument = baton_amendment_copy (amendment),
    .argument_free = (GDestroyNotify) baton_amendment_free,
  }, cancellable, callback, user_data);
}

gboolean
baton_store_amend_finish (BatonStore    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return GPOINTER_TO_INT (baton_store_finish (self, result, baton_store_amend_async, error));
}

static gpointer
run_list_activities (BatonStore  *self,
                     gpointer     argument,
                     GError     **error)
{
  BatonStorePlain *plain = argument;

  return BATON_STORE_GET_CLASS (self)->list_activities (self, plain->id, plain->number, plain->limit, plain->flag,
                                                        error);
}

/**
 * baton_store_list_activities_async:
 * @self: a store
 * @conversation_id: a conversation
 * @after: the last index the reader has; -1: none
 * @limit: most activities to give; 0: all
 * @hidden_too: also what the customer may not see
 *
 * Reads on in a conversation.
 *
 * Finishing returns: (transfer full): a page, or %NULL with @error set: %BATON_ERROR_GONE if the conversation is
 *   unknown
 */
void
baton_store_list_activities_async (BatonStore          *self,
                                   const char          *conversation_id,
                                   gint64               after,
                                   guint                limit,
                                   gboolean             hidden_too,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (conversation_id != NULL);

  baton_store_submit (self, baton_store_list_activities_async, &(BatonStoreCall) {
    .run = run_list_activities,
    .argument = baton_store_plain_copy ((BatonStorePlain) {
      .id = conversation_id,
      .number = after,
      .limit = limit,
      .flag = hidden_too,
    }),
    .argument_free = baton_store_plain_free,
    .result_free = (GDestroyNotify) baton_page_free,
  }, cancellable, callback, user_data);
}

BatonPage *
baton_store_list_activities_finish (BatonStore    *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  return baton_store_finish (self, result, baton_store_list_activities_async, error);
}

static gpointer
run_step (BatonStore  *self,
          gpointer     argument,
          GError     **error)
{
  return BATON_STORE_GET_CLASS (self)->step (self, argument, error);
}

/**
 * baton_store_step_async:
 * @self: a store
 * @step: who does what
 *
 * Takes an escalation one step further, if the agent may.
 *
 * Finishing returns: (transfer full): whether it was done and how the escalation is now, or %NULL with @error set:
 *   %BATON_ERROR_GONE if there is no such escalation
 */
void
baton_store_step_async (BatonStore          *self,
                        const BatonStep     *step,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (step != NULL && step->escalation_id != NULL);
  g_return_if_fail (step->request_id != NULL && step->agent_id != NULL);

  baton_store_submit (self, baton_store_step_async, &(BatonStoreCall) {
    .run = run_step,
    .argument = baton_step_copy (step),
    .argument_free = (GDestroyNotify) baton_step_free,
    .result_free = (GDestroyNotify) baton_step_result_free,
  }, cancellable, callback, user_data);
}

BatonStepResult *
baton_store_step_finish (BatonStore    *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  return baton_store_finish (self, result, baton_store_step_async, error);
}
