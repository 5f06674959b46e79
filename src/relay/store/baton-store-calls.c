/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-store-private.h"

/* The typed face of the store. Each call is three functions: `run_` hands it to the back end on the store thread,
 * `_async` copies the arguments and sends it there, `_finish` gives the answer. Callbacks run after the commit, in the
 * main context of the thread that opened the store. Cancelling gives up waiting; what was asked may still be committed.
 * Beside what each says, a call fails with %BATON_ERROR_FAILED if the disk or the database did, and with
 * %BATON_ERROR_BUSY once the store is closed. */

/* The plain arguments of a call; each uses those it needs. */
typedef struct {
  const char *id;
  const char *other;
  gint64      number;
  guint       limit;
  gboolean    flag;
  BatonAgent *agent;
} Plain;

static Plain *
plain_copy (Plain plain)
{
  plain.id = g_strdup (plain.id);
  plain.other = g_strdup (plain.other);
  return g_memdup2 (&plain, sizeof plain);
}

static void
plain_free (gpointer data)
{
  Plain *plain = data;

  g_free ((char *) plain->id);
  g_free ((char *) plain->other);
  g_clear_object (&plain->agent);
  g_free (plain);
}

static gpointer
finish (BatonStore    *self,
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
  Started *started = finish (self, result, baton_store_start_conversation_async, error);
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
  return finish (self, result, baton_store_get_conversation_async, error);
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
  return finish (self, result, baton_store_list_unread_async, error);
}

static gpointer
run_list_resumable (BatonStore  *self,
                    gpointer     argument,
                    GError     **error)
{
  Plain *plain = argument;

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
    .argument = plain_copy ((Plain) { .number = since }),
    .argument_free = plain_free,
    .result_free = (GDestroyNotify) g_ptr_array_unref,
  }, cancellable, callback, user_data);
}

GPtrArray *
baton_store_list_resumable_finish (BatonStore    *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  return finish (self, result, baton_store_list_resumable_async, error);
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
  return finish (self, result, baton_store_post_async, error);
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
  return finish (self, result, baton_store_post_bot_turn_async, error);
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
  return GPOINTER_TO_INT (finish (self, result, baton_store_amend_async, error));
}

static gpointer
run_list_activities (BatonStore  *self,
                     gpointer     argument,
                     GError     **error)
{
  Plain *plain = argument;

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
    .argument = plain_copy ((Plain) { .id = conversation_id, .number = after, .limit = limit, .flag = hidden_too }),
    .argument_free = plain_free,
    .result_free = (GDestroyNotify) baton_page_free,
  }, cancellable, callback, user_data);
}

BatonPage *
baton_store_list_activities_finish (BatonStore    *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  return finish (self, result, baton_store_list_activities_async, error);
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
  return finish (self, result, baton_store_step_async, error);
}

static gpointer
run_note_once (BatonStore  *self,
               gpointer     argument,
               GError     **error)
{
  gboolean first;

  if (!BATON_STORE_GET_CLASS (self)->note_once (self, argument, &first, error))
    return NULL;
  return GINT_TO_POINTER (first ? 2 : 1);
}

/**
 * baton_store_note_once_async:
 * @self: a store
 * @what: something that must not happen twice
 *
 * Writes down that it happens, for whoever then does it: at most once, also over a crash.
 *
 * Finishing returns: %TRUE with @first set: whether it is to be done now; or %FALSE with @error set
 */
void
baton_store_note_once_async (BatonStore          *self,
                             const char          *what,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (what != NULL);

  baton_store_submit (self, baton_store_note_once_async, &(BatonStoreCall) {
    .run = run_note_once,
    .argument = g_strdup (what),
    .argument_free = g_free,
  }, cancellable, callback, user_data);
}

gboolean
baton_store_note_once_finish (BatonStore    *self,
                              GAsyncResult  *result,
                              gboolean      *first,
                              GError       **error)
{
  int answer = GPOINTER_TO_INT (finish (self, result, baton_store_note_once_async, error));

  *first = answer == 2;
  return answer != 0;
}

static gpointer
run_get_escalation (BatonStore  *self,
                    gpointer     argument,
                    GError     **error)
{
  return BATON_STORE_GET_CLASS (self)->get_escalation (self, argument, error);
}

/**
 * baton_store_get_escalation_async:
 * @self: a store
 * @id: id of an escalation
 *
 * Reads an escalation with its whole context.
 *
 * Finishing returns: (transfer full): the detail, or %NULL with @error set: %BATON_ERROR_GONE if there is none
 */
void
baton_store_get_escalation_async (BatonStore          *self,
                                  const char          *id,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (id != NULL);

  baton_store_submit (self, baton_store_get_escalation_async, &(BatonStoreCall) {
    .run = run_get_escalation,
    .argument = g_strdup (id),
    .argument_free = g_free,
    .result_free = g_object_unref,
  }, cancellable, callback, user_data);
}

BatonEscalation *
baton_store_get_escalation_finish (BatonStore    *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  return finish (self, result, baton_store_get_escalation_async, error);
}

static gpointer
run_list_escalations (BatonStore  *self,
                      gpointer     argument,
                      GError     **error)
{
  Plain *plain = argument;

  return BATON_STORE_GET_CLASS (self)->list_escalations (self, plain->flag, plain->limit, error);
}

/**
 * baton_store_list_escalations_async:
 * @self: a store
 * @open_only: %TRUE: those that are open, oldest first; %FALSE: all, newest first
 * @limit: most to give; 0: all
 *
 * Reads rows of escalations.
 *
 * Finishing returns: (transfer full) (element-type BatonEscalation): the rows, or %NULL with @error set
 */
void
baton_store_list_escalations_async (BatonStore          *self,
                                    gboolean             open_only,
                                    guint                limit,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));

  baton_store_submit (self, baton_store_list_escalations_async, &(BatonStoreCall) {
    .run = run_list_escalations,
    .argument = plain_copy ((Plain) { .flag = open_only, .limit = limit }),
    .argument_free = plain_free,
    .result_free = (GDestroyNotify) g_ptr_array_unref,
  }, cancellable, callback, user_data);
}

GPtrArray *
baton_store_list_escalations_finish (BatonStore    *self,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  return finish (self, result, baton_store_list_escalations_async, error);
}

static gpointer
run_snapshot (BatonStore  *self,
              gpointer     argument,
              GError     **error)
{
  return BATON_STORE_GET_CLASS (self)->snapshot (self, error);
}

/**
 * baton_store_snapshot_async:
 * @self: a store
 *
 * Reads what a hub client starts from: all of it as of one sequence number.
 *
 * Finishing returns: (transfer full): the snapshot, or %NULL with @error set
 */
void
baton_store_snapshot_async (BatonStore          *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));

  baton_store_submit (self, baton_store_snapshot_async, &(BatonStoreCall) {
    .run = run_snapshot,
    .result_free = (GDestroyNotify) baton_snapshot_free,
  }, cancellable, callback, user_data);
}

BatonSnapshot *
baton_store_snapshot_finish (BatonStore    *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return finish (self, result, baton_store_snapshot_async, error);
}

static gpointer
run_list_events (BatonStore  *self,
                 gpointer     argument,
                 GError     **error)
{
  Plain *plain = argument;

  return BATON_STORE_GET_CLASS (self)->list_events (self, plain->number, plain->limit, error);
}

/**
 * baton_store_list_events_async:
 * @self: a store
 * @after: the last sequence number the reader has
 * @limit: most to give; 0: all
 *
 * Reads on in the log of hub events.
 *
 * Finishing returns: (transfer full) (element-type BatonEvent): the events in order, or %NULL with @error set
 */
void
baton_store_list_events_async (BatonStore          *self,
                               gint64               after,
                               guint                limit,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));

  baton_store_submit (self, baton_store_list_events_async, &(BatonStoreCall) {
    .run = run_list_events,
    .argument = plain_copy ((Plain) { .number = after, .limit = limit }),
    .argument_free = plain_free,
    .result_free = (GDestroyNotify) g_ptr_array_unref,
  }, cancellable, callback, user_data);
}

GPtrArray *
baton_store_list_events_finish (BatonStore    *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return finish (self, result, baton_store_list_events_async, error);
}

static BatonAgent *
agent_copy (BatonAgent *agent)
{
  BatonAgent *copy = baton_agent_new (baton_agent_get_id (agent), baton_agent_get_name (agent),
                                      baton_agent_get_skills (agent), baton_agent_get_languages (agent));

  baton_agent_set_presence (copy, baton_agent_get_presence (agent));
  return copy;
}

static gpointer
run_set_presence (BatonStore  *self,
                  gpointer     argument,
                  GError     **error)
{
  Plain *plain = argument;

  return GINT_TO_POINTER (BATON_STORE_GET_CLASS (self)->set_presence (self, plain->agent, plain->id, error));
}

/**
 * baton_store_set_presence_async:
 * @self: a store
 * @agent: an agent with the presence to keep; copied
 * @request_id: (nullable): made by the sender; %NULL: repeats need not be known
 *
 * Keeps the presence of an agent, with an event if it is another than before.
 *
 * Finishing returns: %TRUE, or %FALSE with @error set
 */
void
baton_store_set_presence_async (BatonStore          *self,
                                BatonAgent          *agent,
                                const char          *request_id,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (BATON_IS_AGENT (agent));

  baton_store_submit (self, baton_store_set_presence_async, &(BatonStoreCall) {
    .run = run_set_presence,
    .argument = plain_copy ((Plain) { .agent = agent_copy (agent), .id = request_id }),
    .argument_free = plain_free,
  }, cancellable, callback, user_data);
}

gboolean
baton_store_set_presence_finish (BatonStore    *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return GPOINTER_TO_INT (finish (self, result, baton_store_set_presence_async, error));
}

static gpointer
run_add_session (BatonStore  *self,
                 gpointer     argument,
                 GError     **error)
{
  Plain *plain = argument;

  return GINT_TO_POINTER (BATON_STORE_GET_CLASS (self)->add_session (self, plain->id, plain->other, error));
}

/**
 * baton_store_add_session_async:
 * @self: a store
 * @token_hash: SHA-256 of the token, in hexadecimal; the token itself never comes here
 * @agent_id: whose it is
 *
 * Keeps a session of a signed-in agent.
 *
 * Finishing returns: %TRUE, or %FALSE with @error set
 */
void
baton_store_add_session_async (BatonStore          *self,
                               const char          *token_hash,
                               const char          *agent_id,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (token_hash != NULL && agent_id != NULL);

  baton_store_submit (self, baton_store_add_session_async, &(BatonStoreCall) {
    .run = run_add_session,
    .argument = plain_copy ((Plain) { .id = token_hash, .other = agent_id }),
    .argument_free = plain_free,
  }, cancellable, callback, user_data);
}

gboolean
baton_store_add_session_finish (BatonStore    *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return GPOINTER_TO_INT (finish (self, result, baton_store_add_session_async, error));
}

static gpointer
run_touch_session (BatonStore  *self,
                   gpointer     argument,
                   GError     **error)
{
  return BATON_STORE_GET_CLASS (self)->touch_session (self, argument, error);
}

/**
 * baton_store_touch_session_async:
 * @self: a store
 * @token_hash: SHA-256 of a token, in hexadecimal
 *
 * Finds a session and notes that it was used.
 *
 * Finishing returns: (transfer full): the session, with the time of its use *before* this one, so that the caller can
 *   tell an idle one; or %NULL with @error set: %BATON_ERROR_UNAUTHENTICATED if it is unknown
 */
void
baton_store_touch_session_async (BatonStore          *self,
                                 const char          *token_hash,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (token_hash != NULL);

  baton_store_submit (self, baton_store_touch_session_async, &(BatonStoreCall) {
    .run = run_touch_session,
    .argument = g_strdup (token_hash),
    .argument_free = g_free,
    .result_free = (GDestroyNotify) baton_session_free,
  }, cancellable, callback, user_data);
}

BatonSession *
baton_store_touch_session_finish (BatonStore    *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  return finish (self, result, baton_store_touch_session_async, error);
}

static gpointer
run_delete_session (BatonStore  *self,
                    gpointer     argument,
                    GError     **error)
{
  return GINT_TO_POINTER (BATON_STORE_GET_CLASS (self)->delete_session (self, argument, error));
}

/**
 * baton_store_delete_session_async:
 * @self: a store
 * @token_hash: SHA-256 of a token, in hexadecimal
 *
 * Ends a session; one that is unknown has ended already.
 *
 * Finishing returns: %TRUE, or %FALSE with @error set
 */
void
baton_store_delete_session_async (BatonStore          *self,
                                  const char          *token_hash,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (token_hash != NULL);

  baton_store_submit (self, baton_store_delete_session_async, &(BatonStoreCall) {
    .run = run_delete_session,
    .argument = g_strdup (token_hash),
    .argument_free = g_free,
  }, cancellable, callback, user_data);
}

gboolean
baton_store_delete_session_finish (BatonStore    *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  return GPOINTER_TO_INT (finish (self, result, baton_store_delete_session_async, error));
}
