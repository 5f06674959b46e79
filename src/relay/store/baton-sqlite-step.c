/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include "baton-error.h"

/* Steps of an escalation. Who may take one is decided by one conditional update of the conversation's row, the same row
 * that every post asks. */

static const struct {
  const char *name;
  BatonState  from;
  BatonState  to;
} kinds[] = {
  [BATON_STEP_CLAIM] = { "claim", BATON_STATE_QUEUED, BATON_STATE_WITH_AGENT },
  [BATON_STEP_RELEASE] = { "release", BATON_STATE_WITH_AGENT, BATON_STATE_QUEUED },
  [BATON_STEP_RETURN] = { "return", BATON_STATE_WITH_AGENT, BATON_STATE_BOT },
  [BATON_STEP_END] = { "end", BATON_STATE_WITH_AGENT, BATON_STATE_ENDED },
};

/**
 * baton_sqlite_find_answer:
 * @self: the store
 * @agent_id: whose request it is; ids of others never meet it
 * @request_id: (nullable): its id
 * @what: what is asked
 * @done: (out): the first answer, if there was one
 * @error: return location for a [error@Error]
 *
 * Returns: whether the request was answered before; failed with %BATON_ERROR_INVALID if it asked for something else
 */
BatonSqliteGot
baton_sqlite_find_answer (BatonSqliteStore  *self,
                          const char        *agent_id,
                          const char        *request_id,
                          const char        *what,
                          gboolean          *done,
                          GError           **error)
{
  g_autoptr (BatonSqliteQuery) query = NULL;
  BatonSqliteGot got;

  if (request_id == NULL)
    return BATON_SQLITE_END;

  query = baton_sqlite_query (self, error, "select done, what from request where agent_id = ? and id = ?", "tt",
                              agent_id, request_id);
  got = query != NULL ? baton_sqlite_query_next (query, error) : BATON_SQLITE_FAILED;
  if (got != BATON_SQLITE_ROW)
    return got;

  if (g_strcmp0 (baton_sqlite_peek_text (query, 1), what) != 0) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "this request id was used for something else");
    return BATON_SQLITE_FAILED;
  }
  *done = baton_sqlite_get_int (query, 0) != 0;
  return got;
}

gboolean
baton_sqlite_keep_answer (BatonSqliteStore  *self,
                          const char        *agent_id,
                          const char        *request_id,
                          const char        *what,
                          gboolean           done,
                          GError           **error)
{
  if (request_id == NULL)
    return TRUE;
  return baton_sqlite_run (self, error, "insert into request (agent_id, id, what, done, at) values (?, ?, ?, ?, ?)",
                           "tttfi", agent_id, request_id, what, done, g_get_real_time ());
}

/* Kept with the answers to requests, under a name no agent can have. */
gboolean
baton_sqlite_note_once (BatonStore  *store,
                        const char  *what,
                        gboolean    *first,
                        GError     **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);
  gboolean done;
  BatonSqliteGot got = baton_sqlite_find_answer (self, "", what, what, &done, error);

  *first = got == BATON_SQLITE_END;
  return got != BATON_SQLITE_FAILED && (!*first || baton_sqlite_keep_answer (self, "", what, what, TRUE, error));
}

/* The gate. Returns %BATON_SQLITE_ROW if the conversation has changed hands. */
static BatonSqliteGot
move_conversation (BatonSqliteStore  *self,
                   const BatonStep   *step,
                   GError           **error)
{
  const gboolean claims = step->kind == BATON_STEP_CLAIM;
  const gboolean closes = step->kind == BATON_STEP_RETURN || step->kind == BATON_STEP_END;
  gint64 key;

  return baton_sqlite_find_int (self, &key, error,
                                "update conversation set state = ?, agent_id = ?, epoch = epoch + 1,"
                                " escalation_id = iif (?, null, escalation_id)"
                                " where escalation_id = ? and state = ? and (? or (agent_id = ? and epoch = ?))"
                                " returning key", "ttfttfti",
                                baton_state_to_string (kinds[step->kind].to), claims ? step->agent_id : NULL, closes,
                                step->escalation_id, baton_state_to_string (kinds[step->kind].from), claims,
                                step->agent_id, step->epoch);
}

/* What the agent has handled the bot need not answer any more. */
static gboolean
skip_for_bot (BatonSqliteStore         *self,
              BatonSqliteConversation  *conversation,
              GError                  **error)
{
  return baton_sqlite_run (self, error, "update conversation set bot_read = ? where key = ?", "ii",
                           conversation->record->next_index - 1, conversation->key)
         && baton_sqlite_reload_conversation (self, conversation, error);
}

static gboolean
follow_move (BatonSqliteStore  *self,
             const BatonStep   *step,
             BatonEscalation   *escalation,
             GError           **error)
{
  const gboolean owned = step->kind != BATON_STEP_RELEASE;
  g_autoptr (BatonSqliteConversation) conversation = NULL;

  conversation = baton_sqlite_load_conversation (self, baton_escalation_get_conversation_id (escalation), error);
  if (conversation == NULL || (step->kind == BATON_STEP_RETURN && !skip_for_bot (self, conversation, error)))
    return FALSE;

  baton_store_announce_moved (BATON_STORE (self), conversation->record);
  return baton_sqlite_append_line (self, conversation, step->line, step->line_kind, error)
         && baton_sqlite_follow (self, escalation, conversation->record, owned ? step->agent_id : NULL,
                                 owned ? step->agent_name : NULL, error);
}

/* Claiming what one has already is no loss: the first answer may not have arrived. */
static gboolean
is_owned_already (const BatonStep *step,
                  BatonEscalation *escalation)
{
  return step->kind == BATON_STEP_CLAIM && baton_escalation_get_state (escalation) == BATON_STATE_WITH_AGENT
         && g_strcmp0 (baton_escalation_get_agent_id (escalation), step->agent_id) == 0;
}

static gboolean
take_step (BatonSqliteStore  *self,
           const BatonStep   *step,
           BatonStepResult   *result,
           GError           **error)
{
  switch (move_conversation (self, step, error)) {
  case BATON_SQLITE_ROW:
    result->done = TRUE;
    return follow_move (self, step, result->escalation, error);
  case BATON_SQLITE_END:
    result->done = result->repeated = is_owned_already (step, result->escalation);
    return TRUE;
  case BATON_SQLITE_FAILED:
  default:
    return FALSE;
  }
}

BatonStepResult *
baton_sqlite_step (BatonStore       *store,
                   const BatonStep  *step,
                   GError          **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);
  g_autofree char *what = g_strdup_printf ("%s %s", kinds[step->kind].name, step->escalation_id);
  g_autoptr (BatonStepResult) result = g_new0 (BatonStepResult, 1);
  BatonSqliteGot got;

  result->escalation = baton_sqlite_load_escalation (self, step->escalation_id, error);
  if (result->escalation == NULL)
    return NULL;

  got = baton_sqlite_find_answer (self, step->agent_id, step->request_id, what, &result->done, error);
  result->repeated = got == BATON_SQLITE_ROW;
  if (got == BATON_SQLITE_FAILED)
    return NULL;
  if (got == BATON_SQLITE_END
      && (!take_step (self, step, result, error)
          || !baton_sqlite_keep_answer (self, step->agent_id, step->request_id, what, result->done, error)))
    return NULL;
  return g_steal_pointer (&result);
}
