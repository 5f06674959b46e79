/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-store-private.h"

/* The typed face of the store, as baton-store-calls.c: what the desk asks of it, about escalations, events, presence and
 * sessions. */

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
  int answer = GPOINTER_TO_INT (baton_store_finish (self, result, baton_store_note_once_async, error));

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
  return baton_store_finish (self, result, baton_store_get_escalation_async, error);
}

static gpointer
run_list_escalations (BatonStore  *self,
                      gpointer     argument,
                      GError     **error)
{
  BatonStorePlain *plain = argument;

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
    .argument = baton_store_plain_copy ((BatonStorePlain) { .flag = open_only, .limit = limit }),
    .argument_free = baton_store_plain_free,
    .result_free = (GDestroyNotify) g_ptr_array_unref,
  }, cancellable, callback, user_data);
}

GPtrArray *
baton_store_list_escalations_finish (BatonStore    *self,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  return baton_store_finish (self, result, baton_store_list_escalations_async, error);
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
  return baton_store_finish (self, result, baton_store_snapshot_async, error);
}

static gpointer
run_list_events (BatonStore  *self,
                 gpointer     argument,
                 GError     **error)
{
  BatonStorePlain *plain = argument;

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
    .argument = baton_store_plain_copy ((BatonStorePlain) { .number = after, .limit = limit }),
    .argument_free = baton_store_plain_free,
    .result_free = (GDestroyNotify) g_ptr_array_unref,
  }, cancellable, callback, user_data);
}

GPtrArray *
baton_store_list_events_finish (BatonStore    *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return baton_store_finish (self, result, baton_store_list_events_async, error);
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
  BatonStorePlain *plain = argument;

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
    .argument = baton_store_plain_copy ((BatonStorePlain) { .agent = agent_copy (agent), .id = request_id }),
    .argument_free = baton_store_plain_free,
  }, cancellable, callback, user_data);
}

gboolean
baton_store_set_presence_finish (BatonStore    *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return GPOINTER_TO_INT (baton_store_finish (self, result, baton_store_set_presence_async, error));
}

static gpointer
run_add_session (BatonStore  *self,
                 gpointer     argument,
                 GError     **error)
{
  BatonStorePlain *plain = argument;

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
    .argument = baton_store_plain_copy ((BatonStorePlain) { .id = token_hash, .other = agent_id }),
    .argument_free = baton_store_plain_free,
  }, cancellable, callback, user_data);
}

gboolean
baton_store_add_session_finish (BatonStore    *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return GPOINTER_TO_INT (baton_store_finish (self, result, baton_store_add_session_async, error));
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
  return baton_store_finish (self, result, baton_store_touch_session_async, error);
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
  return GPOINTER_TO_INT (baton_store_finish (self, result, baton_store_delete_session_async, error));
}
