/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include "baton-error.h"

/* Activities: each gets its index, id and time here, inside the transaction that stores it. */

/* Two activities of a conversation are at least this far apart, so that whoever sorts by time keeps the order even
 * where times are read in milliseconds (protocol S19). */
#define STEP_USEC G_TIME_SPAN_MILLISECOND

/* Who system lines are from. On the side of the bot, or a canvas would draw them as the customer's own. */
#define SYSTEM_ID   "baton"
#define SYSTEM_ROLE "bot"

/* Returns %BATON_SQLITE_END if the sender has used the client id before. */
static BatonSqliteGot
insert (BatonSqliteStore         *self,
        BatonSqliteConversation  *conversation,
        const BatonSqliteEntry   *entry,
        BatonActivity            *stamped,
        gint64                    newest_at,
        GError                  **error)
{
  gboolean (*run) (BatonSqliteStore *, GError **, const char *, const char *, ...) =
    entry->is_only ? baton_sqlite_run_only : baton_sqlite_run;
  g_autoptr (GBytes) json = baton_activity_get_bytes (stamped);

  if (!run (self, error,
            "insert into activity (conversation, idx, sender, client_id, upstream_id, party, shown, json, target,"
            " newest_at) values (?, ?, ?, ?, ?, ?, ?, ?, iif (?, ?, null), ?)"
            " on conflict (conversation, sender, client_id) where client_id is not null do nothing", "iittttfbfii",
            conversation->key, conversation->record->next_index, baton_activity_get_from_id (stamped),
            entry->client_id, entry->stamp.upstream_id, baton_party_to_string (entry->stamp.party), !!entry->shown,
            json, entry->is_amendment, entry->amends, newest_at))
    return BATON_SQLITE_FAILED;
  return sqlite3_changes (self->db) > 0 ? BATON_SQLITE_ROW : BATON_SQLITE_END;
}

static BatonSqliteGot
append (BatonSqliteStore         *self,
        BatonSqliteConversation  *conversation,
        const BatonSqliteEntry   *entry,
        BatonActivity           **activity,
        GError                  **error)
{
  BatonConversation *record = conversation->record;
  gint64 next_at = MAX (entry->at != 0 ? entry->at : g_get_real_time (), conversation->newest_at + STEP_USEC);
  gint64 at = entry->is_amendment ? entry->at : next_at;
  gint64 newest_at = MAX (conversation->newest_at, at);
  g_autofree char *id = baton_activity_format_id (record->id, record->next_index);
  g_autoptr (BatonActivity) stamped = NULL;
  BatonActivityStamp stamp = entry->stamp;
  BatonSqliteGot got;

  if (!entry->is_amendment)
    stamp.id = id;
  stamp.timestamp = at;
  stamp.conversation_id = record->id;
  stamped = baton_activity_stamp (entry->activity, &stamp);
  got = insert (self, conversation, entry, stamped, newest_at, error);
  if (got != BATON_SQLITE_ROW)
    return got;

  baton_store_announce_activity (BATON_STORE (self), record, stamped, record->next_index, entry->shown);
  record->next_index++;
  conversation->newest_at = newest_at;
  *activity = g_steal_pointer (&stamped);
  return got;
}

/**
 * baton_sqlite_append:
 * @self: the store
 * @conversation: where it goes; its counters move on
 * @entry: what; it has no client id
 * @error: return location for a [error@Error]
 *
 * Stamps an activity, stores it at the end and announces it.
 *
 * Returns: (transfer full): the activity as stored, or %NULL with @error set
 */
BatonActivity *
baton_sqlite_append (BatonSqliteStore         *self,
                     BatonSqliteConversation  *conversation,
                     const BatonSqliteEntry   *entry,
                     GError                  **error)
{
  BatonActivity *stamped = NULL;

  g_assert (entry->client_id == NULL);

  append (self, conversation, entry, &stamped, error);
  return stamped;
}

/**
 * baton_sqlite_append_line:
 * @self: the store
 * @conversation: where it goes
 * @line: (nullable): what the customer is told; %NULL: nothing
 * @kind: (nullable): `channelData.baton.kind`
 * @error: return location for a [error@Error]
 *
 * Returns: whether it succeeded
 */
gboolean
baton_sqlite_append_line (BatonSqliteStore         *self,
                          BatonSqliteConversation  *conversation,
                          const char               *line,
                          const char               *kind,
                          GError                  **error)
{
  g_autoptr (BatonActivity) message = NULL;
  g_autoptr (BatonActivity) stamped = NULL;

  if (line == NULL)
    return TRUE;

  message = baton_activity_new_message (line, conversation->record->locale);
  stamped = baton_sqlite_append (self, conversation, &(BatonSqliteEntry) {
    .activity = message,
    .stamp = { .from_id = SYSTEM_ID, .from_role = SYSTEM_ROLE, .party = BATON_PARTY_SYSTEM, .system_kind = kind },
    .shown = TRUE,
  }, error);
  return stamped != NULL;
}

/* Fills @posted from what was stored the first time. */
static BatonSqliteGot
find_first (BatonSqliteStore         *self,
            BatonSqliteConversation  *conversation,
            const BatonPost          *post,
            BatonPosted              *posted,
            GError                  **error)
{
  const char *sender = post->from_id != NULL ? post->from_id : baton_activity_get_from_id (post->activity);
  const char *client_id = baton_activity_get_client_id (post->activity);
  g_autoptr (BatonSqliteQuery) query = NULL;
  g_autoptr (BatonJson) json = NULL;
  BatonSqliteGot got;

  if (client_id == NULL)
    return BATON_SQLITE_END;

  query = baton_sqlite_query (self, error,
                              "select idx, json from activity where conversation = ? and sender = ? and client_id = ?",
                              "itt", conversation->key, sender, client_id);
  got = query != NULL ? baton_sqlite_query_next (query, error) : BATON_SQLITE_FAILED;
  if (got != BATON_SQLITE_ROW)
    return got;

  json = baton_sqlite_parse (baton_sqlite_peek_text (query, 1), error);
  if (json == NULL)
    return BATON_SQLITE_FAILED;
  posted->index = baton_sqlite_get_int (query, 0);
  posted->activity = baton_activity_new_from_node (baton_json_get_root (json));
  posted->repeated = TRUE;
  return got;
}

static gboolean
may_post (const BatonConversation  *record,
          const BatonPost          *post,
          GError                  **error)
{
  if (record->state == BATON_STATE_ENDED) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_GONE, "conversation ended");
    return FALSE;
  }
  if (post->agent_id != NULL
      && (record->state != BATON_STATE_WITH_AGENT || record->epoch != post->epoch
          || g_strcmp0 (record->agent_id, post->agent_id) != 0)) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_CONFLICT, "no longer yours");
    return FALSE;
  }
  return TRUE;
}

/* Either side may end the conversation (protocol 1.13): the customer, the agent who owns it, and the bot while it is the
 * bot's. */
static gboolean
may_end (const BatonConversation *record,
         const BatonPost         *post)
{
  return post->party == BATON_PARTY_CUSTOMER || post->party == BATON_PARTY_AGENT ||
         (post->party == BATON_PARTY_BOT && record->state == BATON_STATE_BOT);
}

/* Returns %BATON_SQLITE_END if it is a repeat. */
static BatonSqliteGot
store_post (BatonSqliteStore         *self,
            BatonSqliteConversation  *conversation,
            const BatonPost          *post,
            BatonPosted              *posted,
            GError                  **error)
{
  const gboolean is_end = baton_activity_is (post->activity, "endOfConversation");
  const gboolean ends = is_end && !post->hidden && may_end (conversation->record, post);
  const gboolean shown = !post->hidden && baton_activity_is_for_customer (post->activity) && ends == is_end;
  BatonSqliteGot got;

  posted->index = conversation->record->next_index;
  got = append (self, conversation, &(BatonSqliteEntry) {
    .activity = post->activity,
    .stamp = {
      .from_id = post->from_id,
      .from_name = post->from_name,
      .from_role = post->from_role,
      .party = post->party,
    },
    .client_id = baton_activity_get_client_id (post->activity),
    .shown = shown,
    .is_only = !ends,
  }, &posted->activity, error);
  if (got == BATON_SQLITE_ROW && ends && !baton_sqlite_end_conversation (self, conversation, error))
    return BATON_SQLITE_FAILED;
  return got;
}

/* A repeat is answered as the first time even if the sender may not post any more: the first answer may be lost. */
static gboolean
store_or_find (BatonSqliteStore         *self,
               BatonSqliteConversation  *conversation,
               const BatonPost          *post,
               BatonPosted              *posted,
               GError                  **error)
{
  g_autoptr (GError) refusal = NULL;
  BatonSqliteGot got = BATON_SQLITE_END;

  if (may_post (conversation->record, post, &refusal))
    got = store_post (self, conversation, post, posted, error);
  if (got == BATON_SQLITE_END)
    got = find_first (self, conversation, post, posted, error);
  if (got == BATON_SQLITE_END)
    g_propagate_error (error, g_steal_pointer (&refusal));
  return got == BATON_SQLITE_ROW;
}

BatonPosted *
baton_sqlite_post (BatonStore       *store,
                   const BatonPost  *post,
                   GError          **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);
  g_autoptr (BatonPosted) posted = g_new0 (BatonPosted, 1);
  g_autoptr (BatonSqliteConversation) conversation = NULL;

  conversation = baton_sqlite_load_conversation (self, post->conversation_id, error);
  if (conversation == NULL || !store_or_find (self, conversation, post, posted, error))
    return NULL;

  posted->conversation = baton_conversation_copy (conversation->record);
  return g_steal_pointer (&posted);
}

static gboolean
read_page (BatonSqliteQuery  *query,
           BatonPage         *page,
           GError           **error)
{
  BatonSqliteGot got = BATON_SQLITE_FAILED;

  while (query != NULL && (got = baton_sqlite_query_next (query, error)) == BATON_SQLITE_ROW) {
    g_autoptr (BatonJson) json = baton_sqlite_parse (baton_sqlite_peek_text (query, 1), error);

    if (json == NULL)
      return FALSE;
    page->last_index = baton_sqlite_get_int (query, 0);
    g_array_append_val (page->indexes, page->last_index);
    g_ptr_array_add (page->activities, baton_activity_new_from_node (baton_json_get_root (json)));
  }
  return got == BATON_SQLITE_END;
}

BatonPage *
baton_sqlite_list_activities (BatonStore  *store,
                              const char  *conversation_id,
                              gint64       after,
                              guint        limit,
                              gboolean     hidden_too,
                              GError     **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);
  g_autoptr (BatonSqliteConversation) conversation = baton_sqlite_load_conversation (self, conversation_id, error);
  g_autoptr (BatonSqliteQuery) query = NULL;
  g_autoptr (BatonPage) page = NULL;

  if (conversation == NULL)
    return NULL;

  page = g_new0 (BatonPage, 1);
  page->activities = g_ptr_array_new_with_free_func (g_object_unref);
  page->indexes = g_array_new (FALSE, FALSE, sizeof (gint64));
  query = baton_sqlite_query (self, error,
                              "select idx, json from activity where conversation = ? and idx > ? and (shown or ?)"
                              " order by idx limit ?", "iifi", conversation->key, after, !!hidden_too,
                              limit > 0 ? (gint64) limit : (gint64) -1);
  if (!read_page (query, page, error))
    return NULL;

  /* A page that is not full has seen everything, also what it left out. */
  if (limit == 0 || page->activities->len < limit)
    page->last_index = conversation->record->next_index - 1;
  return g_steal_pointer (&page);
}
