/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

#include <string.h>

#include "baton-error.h"

/* What a bot changes in what it has said. Nothing is overwritten: what takes the place of an activity is a row of its
 * own, at the end, so that every reader comes by it; it bears the id and the time of the one it amends (`target`), which
 * is not shown any more. To a reader it is an activity with a known id, which replaces the shown one (protocol K6), and
 * a deletion is a message without words, which nobody shows: stock canvases have no renderer for a `messageDelete`. */

#define DELETED "deleted"
#define UPDATED "updated"

typedef struct {
  gint64         index;    /* of the activity that is amended */
  BatonActivity *latest;   /* in its place now, or itself */
  gboolean       shown;    /* that one */
} Target;

static void
target_clear (Target *self)
{
  g_clear_object (&self->latest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Target, target_clear)

static gboolean
fail_gone (GError **error)
{
  g_set_error_literal (error, BATON_ERROR, BATON_ERROR_GONE, "no such activity");
  return FALSE;
}

/* -1: not an id of the conversation. */
static gint64
parse_id (const BatonConversation *record,
          const char              *id)
{
  gsize length = strlen (record->id);
  guint64 index;

  if (strncmp (id, record->id, length) != 0 || id[length] != '|'
      || !g_ascii_string_to_unsigned (id + length + 1, 10, 0, G_MAXINT64, &index, NULL))
    return -1;
  return (gint64) index;
}

static gboolean
read_target (BatonSqliteStore         *self,
             BatonSqliteConversation  *conversation,
             Target                   *target,
             GError                  **error)
{
  g_autoptr (BatonSqliteQuery) query = NULL;
  g_autoptr (BatonJson) json = NULL;
  BatonSqliteGot got;

  query = baton_sqlite_query (self, error,
                              "select shown, json from activity where conversation = ?1 and (idx = ?2 or target = ?2)"
                              " order by shown desc, idx desc limit 1", "ii", conversation->key, target->index);
  got = query != NULL ? baton_sqlite_query_next (query, error) : BATON_SQLITE_FAILED;
  if (got != BATON_SQLITE_ROW)
    return got == BATON_SQLITE_END ? fail_gone (error) : FALSE;

  json = baton_sqlite_parse (baton_sqlite_peek_text (query, 1), error);
  if (json == NULL)
    return FALSE;
  target->shown = baton_sqlite_get_int (query, 0) != 0;
  target->latest = baton_activity_new_from_node (baton_json_get_root (json));
  return TRUE;
}

static gboolean
find_target (BatonSqliteStore         *self,
             BatonSqliteConversation  *conversation,
             const BatonAmendment     *amendment,
             Target                   *target,
             GError                  **error)
{
  target->index = parse_id (conversation->record, amendment->activity_id);
  if (target->index < 0)
    return fail_gone (error);
  if (!read_target (self, conversation, target, error))
    return FALSE;
  /* An amendment has an index, too, but is known by that of the activity it amends. */
  if (g_strcmp0 (baton_activity_get_id (target->latest), amendment->activity_id) != 0)
    return fail_gone (error);
  if (baton_activity_get_party (target->latest) == BATON_PARTY_BOT)
    return TRUE;

  g_set_error_literal (error, BATON_ERROR, BATON_ERROR_REFUSED, "not said by the bot");
  return FALSE;
}

static gboolean
hide (BatonSqliteStore         *self,
      BatonSqliteConversation  *conversation,
      const Target             *target,
      GError                  **error)
{
  return baton_sqlite_run (self, error,
                           "update activity set shown = 0 where conversation = ?1 and (idx = ?2 or target = ?2)", "ii",
                           conversation->key, target->index);
}

static gboolean
put_in_place (BatonSqliteStore         *self,
              BatonSqliteConversation  *conversation,
              const BatonAmendment     *amendment,
              const Target             *target,
              GError                  **error)
{
  const BatonConversation *record = conversation->record;
  const gboolean shown = target->shown && record->state == BATON_STATE_BOT && record->epoch == amendment->epoch
                         && (amendment->activity == NULL || baton_activity_is_for_customer (amendment->activity));
  BatonActivity *activity = amendment->activity;
  g_autoptr (BatonActivity) nothing = activity == NULL ? baton_activity_new_message ("", NULL) : NULL;
  g_autoptr (BatonActivity) stamped = NULL;

  if (shown && !hide (self, conversation, target, error))
    return FALSE;

  stamped = baton_sqlite_append (self, conversation, &(BatonSqliteEntry) {
    .activity = activity != NULL ? activity : nothing,
    .stamp = {
      .id = amendment->activity_id,
      .from_id = baton_activity_get_from_id (target->latest),
      .from_name = baton_activity_get_from_name (target->latest),
      .from_role = "bot",
      .party = BATON_PARTY_BOT,
      .system_kind = activity != NULL ? UPDATED : DELETED,
    },
    .amends = target->index,
    .is_amendment = TRUE,
    .at = baton_activity_get_timestamp (target->latest),
    .shown = shown,
  }, error);
  return stamped != NULL;
}

gboolean
baton_sqlite_amend (BatonStore            *store,
                    const BatonAmendment  *amendment,
                    GError               **error)
{
  BatonSqliteStore *self = BATON_SQLITE_STORE (store);
  g_autoptr (BatonSqliteConversation) conversation = NULL;
  g_auto (Target) target = { 0 };

  conversation = baton_sqlite_load_conversation (self, amendment->conversation_id, error);
  if (conversation == NULL || !find_target (self, conversation, amendment, &target, error))
    return FALSE;

  if (g_strcmp0 (baton_activity_get_system_kind (target.latest), DELETED) == 0)
    return amendment->activity == NULL || fail_gone (error);
  return put_in_place (self, conversation, amendment, &target, error);
}
