/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include "baton-time.h"

/* What the bot says, and the gate it passes: to the customer, or held. */

/* How long after a hand-off the bot's last words may still come (protocol 4.3). */
#define GRACE_USEC (5 * G_TIME_SPAN_SECOND)

static gboolean
is_with_bot (const BatonConversation *record,
             gint64                   epoch)
{
  return record->state == BATON_STATE_BOT && record->epoch == epoch;
}

/* A hand-off moves the epoch on by one, so the turn that handed over is of the one before. */
static gboolean
has_just_handed_off (const BatonSqliteConversation *conversation,
                     gint64                         epoch)
{
  const BatonConversation *record = conversation->record;
  gint64 since = g_get_real_time () - conversation->handed_off_at;

  return record->state == BATON_STATE_QUEUED && record->epoch == epoch + 1 && since >= 0 && since <= GRACE_USEC;
}

static gboolean
is_shown (const BatonSqliteConversation *conversation,
          const BatonBotTurn            *turn,
          BatonActivity                 *activity)
{
  if (!baton_activity_is_for_customer (activity))
    return FALSE;
  return is_with_bot (conversation->record, turn->epoch)
         || (has_just_handed_off (conversation, turn->epoch) && !baton_activity_is (activity, "endOfConversation"));
}

static BatonSqliteGot
find_upstream_id (BatonSqliteStore         *self,
                  BatonSqliteConversation  *conversation,
                  const char               *upstream_id,
                  gint64                   *index,
                  GError                  **error)
{
  if (upstream_id == NULL)
    return BATON_SQLITE_END;
  return baton_sqlite_find_int (self, index, error,
                                "select idx from activity where conversation = ? and upstream_id = ?", "it",
                                conversation->key, upstream_id);
}

static gboolean
store_words (BatonSqliteStore         *self,
             BatonSqliteConversation  *conversation,
             const BatonBotTurn       *turn,
             const BatonBotItem       *item,
             GError                  **error)
{
  const gboolean has_id = baton_activity_get_from_id (item->activity) != NULL;
  const gboolean has_name = baton_activity_get_from_name (item->activity) != NULL;
  const gboolean ends = is_with_bot (conversation->record, turn->epoch)
                        && baton_activity_is (item->activity, "endOfConversation");
  g_autoptr (BatonActivity) stamped = NULL;

  stamped = baton_sqlite_append (self, conversation, &(BatonSqliteEntry) {
    .activity = item->activity,
    .stamp = {
      .from_id = has_id ? NULL : turn->bot_id,
      .from_name = has_name ? NULL : turn->bot_name,
      .from_role = "bot",
      .party = BATON_PARTY_BOT,
      .upstream_id = item->upstream_id,
    },
    .shown = is_shown (conversation, turn, item->activity),
  }, error);
  return stamped != NULL && (!ends || baton_sqlite_end_conversation (self, conversation, error));
}

/* When it was said over there; but never in a time that is still to come. */
static gint64
time_of (BatonActivity *activity)
{
  gint64 at = baton_activity_get_timestamp (activity);

  return at != BATON_TIME_UNKNOWN && at > 0 && at < g_get_real_time () ? at : 0;
}

/* The customer may end the conversation, or the bot while it has it (protocol 1.13). */
static gboolean
store_watched (BatonSqliteStore         *self,
               BatonSqliteConversation  *conversation,
               const BatonBotItem       *item,
               GError                  **error)
{
  const gboolean may_end = item->party == BATON_PARTY_CUSTOMER || conversation->record->state == BATON_STATE_BOT;
  const gboolean ends = may_end && baton_activity_is (item->activity, "endOfConversation");
  g_autoptr (BatonActivity) stamped = NULL;

  stamped = baton_sqlite_append (self, conversation, &(BatonSqliteEntry) {
    .activity = item->activity,
    .stamp = { .party = item->party, .upstream_id = item->upstream_id },
    .at = time_of (item->activity),
    .shown = baton_activity_is_for_customer (item->activity),
  }, error);
  return stamped != NULL && (!ends || baton_sqlite_end_conversation (self, conversation, error));
}

static gboolean
store_item (BatonSqliteStore         *self,
            BatonSqliteConversation  *conversation,
            const BatonBotTurn       *turn,
            const BatonBotItem       *item,
            gint64                   *index,
            GError                  **error)
{
  *index = conversation->record->next_index;
  if (turn->watched && conversation->record->state == BATON_STATE_ENDED)
    return TRUE;   /* what goes on over there is not ours to record any more */
  if (item->handoff != NULL)
    return baton_sqlite_hand_off (self, conversation, turn, item, error);

  switch (find_upstream_id (self, conversation, item->upstream_id, index, error)) {
  case BATON_SQLITE_ROW:
    return TRUE;   /* a replay */
  case BATON_SQLITE_END:
    return turn->watched ? store_watched (self, conversation, item, error)
                         : store_words (self, conversation, turn, item, error);
  case BATON_SQLITE_FAILED:
  default:
    return FALSE;
  }
}

/* Whoever has the conversation by now need not be told that the bot failed before. */
static gboolean
store_failure (BatonSqliteStore         *self,
               BatonSqliteConversation  *conversation,
               const BatonBotTurn       *turn,
               guint                    *failures,
               GError                  **error)
{
  if (!is_with_bot (conversation->record, turn->epoch))
    return TRUE;

  ++*failures;
  if (turn->escalate_after == 0 || *failures < turn->escalate_after)
    return baton_sqlite_append_line (self, conversation, turn->failed_line, "failed", error);

  *failures = 0;
  return baton_sqlite_hand_off_failed (self, conversation, turn, error);
}

static gboolean
store_items (BatonSqliteStore         *self,
             BatonSqliteConversation  *conversation,
             const BatonBotTurn       *turn,
             guint                    *failures,
             GStrvBuilder             *ids,
             GError                  **error)
{
  for (guint i = 0; i < turn->items->len; i++) {
    const BatonBotItem *item = g_ptr_array_index (turn->items, i);
    g_autofree char *id = NULL;
    gint64 index;

    if (!store_item (self, conversation, turn, item, &index, error))
      return FALSE;
    id = item->handoff != NULL ? baton_handoff_dup_key (item->handoff)
                               : baton_activity_format_id (conversation->record->id, index);
    g_strv_builder_add (ids, id);
  }
  if (turn->gone && conversation->record->state != BATON_STATE_ENDED
      && !baton_sqlite_end_conversation (self, conversation, error))
    return FALSE;
  /* What only has to be remembered is no answer. */
  if (turn->bot_read >= 0 || turn->items->len > 0)
    *failures = 0;
  return TRUE;
}

/* In the same transaction as what it covers: neither can be known without the other after a crash. The bot of a watched
 * conversation has read everything already, where it was said. */
static gboolean
remember (BatonSqliteStore         *self,
          BatonSqliteConversation  *conversation,
          const BatonBotTurn       *turn,
          guint                     failures,
          GError                  **error)
{
  const gint64 bot_read = turn->watched ? conversation->record->next_index - 1 : turn->bot_read;

  return baton_sqlite_run (self, error,
                           "update conversation set bot_read = max (bot_read, ?), bot_state = coalesce (?, bot_state),"
                           " bot_watermark = coalesce (?, bot_watermark), bot_failures = ? where key = ?", "ittii",
                           bot_read, turn->bot_state, turn->bot_watermark, (gint64) failures, conversation->key);
}

GStrv
baton_sqlite_post_bot_turn (BatonStore          *store,
                            const BatonBotTurn  *turn,
                            GError             **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);
  g_autoptr (BatonSqliteConversation) conversation = NULL;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  guint failures;
  gboolean is_stored;

  conversation = baton_sqlite_load_conversation (self, turn->conversation_id, error);
  if (conversation == NULL)
    return NULL;

  /* Asked again after a crash, the bot has answered once already. */
  if (turn->bot_read >= 0 && conversation->record->bot_read >= turn->bot_read)
    return g_strv_builder_end (ids);

  failures = conversation->bot_failures;
  is_stored = turn->has_failed ? store_failure (self, conversation, turn, &failures, error)
                               : store_items (self, conversation, turn, &failures, ids, error);
  return is_stored && remember (self, conversation, turn, failures, error) ? g_strv_builder_end (ids) : NULL;
}
