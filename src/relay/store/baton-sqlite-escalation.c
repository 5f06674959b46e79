/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include <string.h>

#include "baton-error.h"
#include "baton-time.h"

/* Escalations. The row a queue shows is in `escalation`; all the bot told is in `handoff`, a snapshot per hand-off. */

static BatonEscalation *
read_row (BatonSqliteQuery  *query,
          GError           **error)
{
  g_autoptr (BatonJson) json = baton_sqlite_parse (baton_sqlite_peek_text (query, 0), error);

  return json != NULL ? baton_escalation_new_from_json (baton_json_get_root (json), error) : NULL;
}

static BatonEscalation *
read_only_row (BatonSqliteQuery  *query,
               BatonEscalation *(*read) (BatonSqliteQuery *, GError **),
               GError           **error)
{
  switch (query != NULL ? baton_sqlite_query_next (query, error) : BATON_SQLITE_FAILED) {
  case BATON_SQLITE_ROW:
    return read (query, error);
  case BATON_SQLITE_END:
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_GONE, "no such escalation");
    return NULL;
  case BATON_SQLITE_FAILED:
  default:
    return NULL;
  }
}

/**
 * baton_sqlite_load_escalation:
 * @self: the store
 * @id: id of an escalation
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): its row, or %NULL with @error set: %BATON_ERROR_GONE if there is none
 */
BatonEscalation *
baton_sqlite_load_escalation (BatonSqliteStore  *self,
                              const char        *id,
                              GError           **error)
{
  g_autoptr (BatonSqliteQuery) query =
    baton_sqlite_query (self, error, "select row from escalation where id = ?", "t", id);

  return read_only_row (query, read_row, error);
}

/* A detail is the row with one more member; both texts are our own, so they are joined as texts. */
static BatonEscalation *
read_detail (BatonSqliteQuery  *query,
             GError           **error)
{
  const char *row = baton_sqlite_peek_text (query, 0);
  const char *context = baton_sqlite_peek_text (query, 1);
  g_autofree char *detail = g_strdup_printf ("%.*s,\"handoff\":%s}", (int) strlen (row) - 1, row, context);
  g_autoptr (BatonJson) json = baton_sqlite_parse (detail, error);

  return json != NULL ? baton_escalation_new_from_json (baton_json_get_root (json), error) : NULL;
}

BatonEscalation *
baton_sqlite_get_escalation (BatonStore  *store,
                             const char  *id,
                             GError     **error)
{
  g_autoptr (BatonSqliteQuery) query = NULL;

  query = baton_sqlite_query (BATON_SQLITE_STORE (store), error,
                              "select row, context from escalation join handoff on handoff.escalation = escalation.key"
                              " where escalation.id = ? order by handoff.key desc limit 1", "t", id);
  return read_only_row (query, read_detail, error);
}

static GBytes *
format_row (BatonEscalation *escalation)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_escalation_write_row (escalation, writer);
  return baton_json_writer_finish (writer);
}

static GBytes *
format_context (BatonHandoff *handoff)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_handoff_write (handoff, writer);
  return baton_json_writer_finish (writer);
}

static gboolean
insert_escalation (BatonSqliteStore         *self,
                   BatonSqliteConversation  *conversation,
                   BatonEscalation          *escalation,
                   GError                  **error)
{
  BatonTrigger trigger = baton_handoff_get_trigger (baton_escalation_get_handoff (escalation));
  g_autoptr (GBytes) row = format_row (escalation);

  return baton_sqlite_run (self, error,
                           "insert into escalation (id, conversation, state, epoch, queued_at, customer_id,"
                           " customer_name, trigger, row) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", "titiitttb",
                           baton_escalation_get_id (escalation), conversation->key,
                           baton_state_to_string (baton_escalation_get_state (escalation)),
                           baton_escalation_get_epoch (escalation), baton_escalation_get_queued_at (escalation),
                           baton_escalation_get_customer_id (escalation),
                           baton_escalation_get_customer_name (escalation),
                           baton_trigger_to_string (trigger), row);
}

static gboolean
update_escalation (BatonSqliteStore  *self,
                   BatonEscalation   *escalation,
                   GError           **error)
{
  g_autoptr (GBytes) row = format_row (escalation);

  return baton_sqlite_run (self, error,
                           "update escalation set state = ?, agent_id = ?, agent_name = ?, epoch = ?, claimed_at = ?,"
                           " closed_at = ?, row = ? where id = ?", "tttiTTbt",
                           baton_state_to_string (baton_escalation_get_state (escalation)),
                           baton_escalation_get_agent_id (escalation), baton_escalation_get_agent_name (escalation),
                           baton_escalation_get_epoch (escalation), baton_escalation_get_claimed_at (escalation),
                           baton_escalation_get_closed_at (escalation), row, baton_escalation_get_id (escalation));
}

static gboolean
insert_handoff (BatonSqliteStore         *self,
                BatonSqliteConversation  *conversation,
                BatonHandoff             *handoff,
                BatonActivity            *activity,
                const char               *key,
                GError                  **error)
{
  g_autoptr (GBytes) context = format_context (handoff);
  g_autoptr (GBytes) original = baton_activity_get_bytes (activity);

  return baton_sqlite_run (self, error,
                           "insert into handoff (conversation, escalation, handoff_key, at, context, activity)"
                           " values (?, (select key from escalation where id = ?), ?, ?, ?, ?)", "ittibb",
                           conversation->key, conversation->record->escalation_id, key, g_get_real_time (), context,
                           original);
}

/* bot → queued. */
static gboolean
queue (BatonSqliteStore         *self,
       BatonSqliteConversation  *conversation,
       const BatonBotItem       *item,
       const char               *key,
       const char               *line,
       GError                  **error)
{
  g_autofree char *id = g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());
  g_autoptr (BatonEscalation) escalation = NULL;
  gint64 now = g_get_real_time ();
  /* Times of a conversation run ahead of the clock when much is said in a millisecond; the hand-off has to stand behind
   * what led to it, and before the line that follows. */
  gint64 at = MAX (now, conversation->newest_at + 1);

  if (!baton_sqlite_run (self, error,
                         "update conversation set state = 'queued', epoch = epoch + 1, escalation_id = ?,"
                         " handed_off_at = ? where key = ? and state = 'bot'", "tii", id, now, conversation->key)
      || !baton_sqlite_reload_conversation (self, conversation, error))
    return FALSE;

  escalation = baton_escalation_new (id, conversation->record, item->handoff, at);
  baton_store_announce_moved (BATON_STORE (self), conversation->record);
  return insert_escalation (self, conversation, escalation, error)
         && insert_handoff (self, conversation, item->handoff, item->activity, key, error)
         && baton_sqlite_add_event (self, BATON_EVENT_QUEUED, escalation, NULL, error)
         && baton_sqlite_append_line (self, conversation, line, "queued", error);
}

/* The same escalation with another context; how far it has come stays. */
static BatonEscalation *
renew (BatonEscalation         *old,
       const BatonConversation *record,
       BatonHandoff            *handoff)
{
  BatonEscalation *escalation = baton_escalation_new (baton_escalation_get_id (old), record, handoff,
                                                      baton_escalation_get_queued_at (old));
  gint64 epoch = baton_escalation_get_epoch (old);
  gint64 claimed_at = baton_escalation_get_claimed_at (old);

  if (claimed_at != BATON_TIME_UNKNOWN)
    baton_escalation_set_state (escalation, BATON_STATE_WITH_AGENT, epoch, NULL, NULL, claimed_at);
  baton_escalation_set_state (escalation, baton_escalation_get_state (old), epoch, baton_escalation_get_agent_id (old),
                              baton_escalation_get_agent_name (old), claimed_at);
  return escalation;
}

/* A second hand-off while one is open: what it says is added to what is known. Each row of `handoff` is what was known
 * then, so the first snapshot stays as it was (protocol H6). */
static gboolean
add_context (BatonSqliteStore         *self,
             BatonSqliteConversation  *conversation,
             const BatonBotItem       *item,
             const char               *key,
             GError                  **error)
{
  g_autoptr (BatonEscalation) old = NULL;
  g_autoptr (BatonHandoff) merged = NULL;
  g_autoptr (BatonEscalation) escalation = NULL;

  old = baton_sqlite_get_escalation (BATON_STORE (self), conversation->record->escalation_id, error);
  if (old == NULL)
    return FALSE;

  merged = baton_handoff_merge (baton_escalation_get_handoff (old), item->handoff);
  escalation = renew (old, conversation->record, merged);
  return update_escalation (self, escalation, error)
         && insert_handoff (self, conversation, merged, item->activity, key, error)
         && baton_sqlite_add_event (self, BATON_EVENT_UPDATED, escalation, NULL, error);
}

/**
 * baton_sqlite_hand_off:
 * @self: the store
 * @conversation: where the bot gave up
 * @turn: the turn in which it did
 * @item: its hand-off
 * @error: return location for a [error@Error]
 *
 * A hand-off that is known is a replay: nothing happens (protocol H4). Only who owns a conversation can give it away: one
 * that comes when it is with the bot again, but was asked for before, is void. One that comes when the conversation is
 * neither with the bot nor escalated has nobody to go to.
 *
 * Returns: whether it succeeded
 */
gboolean
baton_sqlite_hand_off (BatonSqliteStore         *self,
                       BatonSqliteConversation  *conversation,
                       const BatonBotTurn       *turn,
                       const BatonBotItem       *item,
                       GError                  **error)
{
  const BatonConversation *record = conversation->record;
  g_autofree char *key = baton_handoff_dup_key (item->handoff);
  BatonSqliteGot got;
  gint64 known;

  got = baton_sqlite_find_int (self, &known, error,
                               "select key from handoff where conversation = ? and handoff_key = ?", "it",
                               conversation->key, key);
  if (got != BATON_SQLITE_END)
    return got == BATON_SQLITE_ROW;

  if (record->state == BATON_STATE_BOT && (turn->watched || record->epoch == turn->epoch))
    return queue (self, conversation, item, key, turn->watched ? NULL : turn->queued_line, error);
  if (record->escalation_id != NULL)
    return add_context (self, conversation, item, key, error);

  g_debug ("hand-off of conversation %.8s comes too late", record->id);
  return TRUE;
}

/**
 * baton_sqlite_hand_off_failed:
 * @self: the store
 * @conversation: one that is with the bot
 * @turn: the failure that was one too many
 * @error: return location for a [error@Error]
 *
 * Queues the conversation in the bot's place (F14), so that an agent sees that the bot failed.
 *
 * Returns: whether it succeeded
 */
gboolean
baton_sqlite_hand_off_failed (BatonSqliteStore         *self,
                              BatonSqliteConversation  *conversation,
                              const BatonBotTurn       *turn,
                              GError                  **error)
{
  const BatonConversation *record = conversation->record;
  /* Queueing begins another epoch: no second failure of this conversation has this key. */
  g_autofree char *key = g_strdup_printf ("error %" G_GINT64_FORMAT, record->epoch);
  g_autoptr (BatonActivity) activity = baton_activity_new_event ("handoff.initiate", record->locale);
  g_autoptr (BatonHandoff) handoff = baton_handoff_new_for_failure (key, record->locale);
  const BatonBotItem item = { .activity = activity, .handoff = handoff };

  return queue (self, conversation, &item, key, turn->queued_line, error);
}

static const char *
event_for (BatonState state)
{
  switch (state) {
  case BATON_STATE_QUEUED:
    return BATON_EVENT_QUEUED;
  case BATON_STATE_WITH_AGENT:
    return BATON_EVENT_CLAIMED;
  case BATON_STATE_BOT:
    return BATON_EVENT_RETURNED;
  case BATON_STATE_ENDED:
    return BATON_EVENT_ENDED;
  case BATON_STATE_OFFERED:
  default:
    g_assert_not_reached ();
  }
}

/**
 * baton_sqlite_follow:
 * @self: the store
 * @escalation: an open escalation
 * @moved: its conversation, which has just changed hands
 * @agent_id: (nullable): whose name the escalation bears now
 * @agent_name: (nullable): that name
 * @error: return location for a [error@Error]
 *
 * Lets the escalation follow its conversation, with the event that says so.
 *
 * Returns: whether it succeeded
 */
gboolean
baton_sqlite_follow (BatonSqliteStore         *self,
                     BatonEscalation          *escalation,
                     const BatonConversation  *moved,
                     const char               *agent_id,
                     const char               *agent_name,
                     GError                  **error)
{
  g_autofree char *id = g_strdup (agent_id);       /* may be the escalation's own */
  g_autofree char *name = g_strdup (agent_name);

  baton_escalation_set_state (escalation, moved->state, moved->epoch, id, name, g_get_real_time ());
  return update_escalation (self, escalation, error)
         && baton_sqlite_add_event (self, event_for (moved->state), escalation, NULL, error);
}

static GPtrArray *
read_rows (BatonSqliteQuery  *query,
           GError           **error)
{
  g_autoptr (GPtrArray) escalations = g_ptr_array_new_with_free_func (g_object_unref);
  BatonSqliteGot got = BATON_SQLITE_FAILED;

  while (query != NULL && (got = baton_sqlite_query_next (query, error)) == BATON_SQLITE_ROW) {
    BatonEscalation *escalation = read_row (query, error);

    if (escalation == NULL)
      return NULL;
    g_ptr_array_add (escalations, escalation);
  }
  return got == BATON_SQLITE_END ? g_steal_pointer (&escalations) : NULL;
}

GPtrArray *
baton_sqlite_list_escalations (BatonStore  *store,
                               gboolean     open_only,
                               guint        limit,
                               GError     **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);
  gint64 most = limit > 0 ? (gint64) limit : -1;
  g_autoptr (BatonSqliteQuery) query = NULL;

  if (open_only)
    query = baton_sqlite_query (self, error,
                                "select row from escalation where closed_at is null order by queued_at, key limit ?",
                                "i", most);
  else
    query = baton_sqlite_query (self, error, "select row from escalation order by key desc limit ?", "i", most);
  return read_rows (query, error);
}
