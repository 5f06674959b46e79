/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include "baton-error.h"

/* Conversations: the rows the gate reads. */

/* As read_row() takes them. */
#define COLUMNS \
  "id, bot, user_id, user_name, locale, state, agent_id, epoch," \
  " max (next_index, ifnull ((select max (idx) + 1 from activity where activity.conversation = conversation.key), 0))," \
  " escalation_id, bot_read, bot_state, bot_watermark, created_at, key," \
  " max (newest_at, ifnull ((select activity.newest_at from activity where activity.conversation = conversation.key" \
  " order by idx desc limit 1), 0)) newest, handed_off_at, bot_failures"

BatonSqliteConversation *
baton_sqlite_conversation_ref (BatonSqliteConversation *conversation)
{
  return g_rc_box_acquire (conversation);
}

static void
clear (gpointer data)
{
  BatonSqliteConversation *conversation = data;

  g_clear_pointer (&conversation->record, baton_conversation_free);
}

void
baton_sqlite_conversation_unref (BatonSqliteConversation *conversation)
{
  if (conversation != NULL)
    g_rc_box_release_full (conversation, clear);
}

static BatonSqliteConversation *
read_row (BatonSqliteQuery  *query,
          GError           **error)
{
  g_autoptr (BatonSqliteConversation) conversation = g_rc_box_new0 (BatonSqliteConversation);
  BatonConversation *record = conversation->record = g_new0 (BatonConversation, 1);

  record->id = baton_sqlite_dup_text (query, 0);
  record->bot = baton_sqlite_dup_text (query, 1);
  record->user_id = baton_sqlite_dup_text (query, 2);
  record->user_name = baton_sqlite_dup_text (query, 3);
  record->locale = baton_sqlite_dup_text (query, 4);
  record->agent_id = baton_sqlite_dup_text (query, 6);
  record->epoch = baton_sqlite_get_int (query, 7);
  record->next_index = baton_sqlite_get_int (query, 8);
  record->escalation_id = baton_sqlite_dup_text (query, 9);
  record->bot_read = baton_sqlite_get_int (query, 10);
  record->bot_state = baton_sqlite_dup_text (query, 11);
  record->bot_watermark = baton_sqlite_dup_text (query, 12);
  record->created_at = baton_sqlite_get_int (query, 13);
  conversation->key = baton_sqlite_get_int (query, 14);
  conversation->newest_at = baton_sqlite_get_int (query, 15);
  conversation->handed_off_at = baton_sqlite_get_int (query, 16);
  conversation->bot_failures = (guint) baton_sqlite_get_int (query, 17);
  if (!baton_state_from_string (baton_sqlite_peek_text (query, 5), &record->state)) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_FAILED, "database: a conversation in an unknown state");
    return NULL;
  }
  return g_steal_pointer (&conversation);
}

static BatonSqliteConversation *
read_one (BatonSqliteStore  *self,
          const char        *id,
          BatonSqliteGot    *got,
          GError           **error)
{
  g_autoptr (BatonSqliteQuery) query =
    baton_sqlite_query (self, error, "select " COLUMNS " from conversation where id = ?", "t", id);

  *got = query != NULL ? baton_sqlite_query_next (query, error) : BATON_SQLITE_FAILED;
  return *got == BATON_SQLITE_ROW ? read_row (query, error) : NULL;
}

static BatonSqliteConversation *
find (BatonSqliteStore  *self,
      const char        *id,
      BatonSqliteGot    *got,
      GError           **error)
{
  BatonSqliteConversation *conversation = baton_sqlite_live_find (self->live, id);

  *got = BATON_SQLITE_ROW;
  if (conversation == NULL) {
    conversation = read_one (self, id, got, error);
    if (conversation != NULL)
      baton_sqlite_live_add (self->live, conversation);
  } else if (conversation->is_outdated && !baton_sqlite_reload_conversation (self, conversation, error)) {
    *got = BATON_SQLITE_FAILED;
    g_clear_pointer (&conversation, baton_sqlite_conversation_unref);
  }
  return conversation;
}

/**
 * baton_sqlite_load_conversation:
 * @self: the store
 * @id: id of a conversation
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): its row, or %NULL with @error set: %BATON_ERROR_GONE if there is none
 */
BatonSqliteConversation *
baton_sqlite_load_conversation (BatonSqliteStore  *self,
                                const char        *id,
                                GError           **error)
{
  BatonSqliteGot got;
  BatonSqliteConversation *conversation = find (self, id, &got, error);

  if (got == BATON_SQLITE_END)
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_GONE, "no such conversation");
  return conversation;
}

/* Reads @conversation again, after an update of its row. */
gboolean
baton_sqlite_reload_conversation (BatonSqliteStore         *self,
                                  BatonSqliteConversation  *conversation,
                                  GError                  **error)
{
  BatonSqliteGot got;
  g_autoptr (BatonSqliteConversation) now = read_one (self, conversation->record->id, &got, error);

  if (got == BATON_SQLITE_END)
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_GONE, "no such conversation");
  if (now == NULL)
    return FALSE;

  baton_conversation_free (conversation->record);
  conversation->record = g_steal_pointer (&now->record);
  conversation->newest_at = now->newest_at;
  conversation->handed_off_at = now->handed_off_at;
  conversation->bot_failures = now->bot_failures;
  conversation->is_outdated = FALSE;
  return TRUE;
}

/**
 * baton_sqlite_end_conversation:
 * @self: the store
 * @conversation: one that has not ended
 * @error: return location for a [error@Error]
 *
 * Ends a conversation, whoever has it; an open escalation is closed with it.
 *
 * Returns: whether it succeeded
 */
gboolean
baton_sqlite_end_conversation (BatonSqliteStore         *self,
                               BatonSqliteConversation  *conversation,
                               GError                  **error)
{
  g_autofree char *escalation_id = g_strdup (conversation->record->escalation_id);
  g_autoptr (BatonEscalation) escalation = NULL;

  if (!baton_sqlite_run (self, error,
                         "update conversation set state = 'ended', agent_id = null, epoch = epoch + 1,"
                         " escalation_id = null where key = ?", "i", conversation->key)
      || !baton_sqlite_reload_conversation (self, conversation, error))
    return FALSE;

  baton_store_announce_moved (BATON_STORE (self), conversation->record);
  if (escalation_id == NULL)
    return TRUE;

  escalation = baton_sqlite_load_escalation (self, escalation_id, error);
  return escalation != NULL
         && baton_sqlite_follow (self, escalation, conversation->record, baton_escalation_get_agent_id (escalation),
                                 baton_escalation_get_agent_name (escalation), error);
}

BatonConversation *
baton_sqlite_start_conversation (BatonStore               *store,
                                 const BatonConversation  *wanted,
                                 gboolean                 *created,
                                 GError                  **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);
  g_autoptr (BatonSqliteConversation) conversation = NULL;
  BatonSqliteGot got;

  conversation = find (self, wanted->id, &got, error);
  *created = got == BATON_SQLITE_END;
  if (*created) {
    if (!baton_sqlite_run (self, error,
                           "insert into conversation (id, bot, user_id, user_name, locale, state, bot_state,"
                           " bot_watermark, created_at) values (?, ?, ?, ?, ?, 'bot', ?, ?, ?)", "ttttttti", wanted->id,
                           wanted->bot, wanted->user_id, wanted->user_name, wanted->locale, wanted->bot_state,
                           wanted->bot_watermark,
                           wanted->created_at != 0 ? wanted->created_at : g_get_real_time ()))
      return NULL;
    conversation = find (self, wanted->id, &got, error);
    if (conversation != NULL)
      baton_store_announce_begun (store, conversation->record);
  }
  return conversation != NULL ? baton_conversation_copy (conversation->record) : NULL;
}

BatonConversation *
baton_sqlite_get_conversation (BatonStore  *store,
                               const char  *id,
                               GError     **error)
{
  g_autoptr (BatonSqliteConversation) conversation =
    baton_sqlite_load_conversation (BATON_SQLITE_STORE (store), id, error);

  return conversation != NULL ? baton_conversation_copy (conversation->record) : NULL;
}

GPtrArray *
baton_sqlite_list_unread (BatonStore  *store,
                          GError     **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BatonSqliteQuery) query = NULL;
  BatonSqliteGot got = BATON_SQLITE_FAILED;

  query = baton_sqlite_query (BATON_SQLITE_STORE (store), error,
                              "select id from conversation where state = 'bot' and exists (select 1 from activity"
                              " where activity.conversation = conversation.key and idx > bot_read"
                              " and party = 'customer' and shown) order by key", "");
  while (query != NULL && (got = baton_sqlite_query_next (query, error)) == BATON_SQLITE_ROW)
    g_ptr_array_add (ids, baton_sqlite_dup_text (query, 0));
  return got == BATON_SQLITE_END ? g_steal_pointer (&ids) : NULL;
}

GPtrArray *
baton_sqlite_list_resumable (BatonStore  *store,
                             gint64       since,
                             GError     **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_conversation_free);
  g_autoptr (BatonSqliteQuery) query = NULL;
  BatonSqliteGot got = BATON_SQLITE_FAILED;

  query = baton_sqlite_query (BATON_SQLITE_STORE (store), error,
                              "select * from (select " COLUMNS " from conversation where state <> 'ended'"
                              " and bot_state is not null) where max (newest, created_at) >= ?"
                              " or escalation_id is not null order by newest desc", "i", since);
  while (query != NULL && (got = baton_sqlite_query_next (query, error)) == BATON_SQLITE_ROW) {
    g_autoptr (BatonSqliteConversation) conversation = read_row (query, error);

    if (conversation == NULL)
      return NULL;
    g_ptr_array_add (found, g_steal_pointer (&conversation->record));
  }
  return got == BATON_SQLITE_END ? g_steal_pointer (&found) : NULL;
}
