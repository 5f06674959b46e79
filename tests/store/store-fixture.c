/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "store-fixture.h"

#include <sqlite3.h>

#include "baton-sqlite-store.h"

static void
activity_cb (BatonStore        *store,
             const BatonStored *stored,
             GPtrArray         *told)
{
  g_autofree char *id = baton_activity_format_id (stored->conversation_id, stored->index);
  const char *kind = baton_activity_get_system_kind (stored->activity);

  if (g_strcmp0 (kind, "updated") != 0 && g_strcmp0 (kind, "deleted") != 0)   /* those bear the id of another */
    g_assert_cmpstr (baton_activity_get_id (stored->activity), ==, id);
  g_ptr_array_add (told, g_strdup_printf ("activity %d %s", (int) stored->index, stored->shown ? "shown" : "hidden"));
}

static void
event_cb (BatonStore *store,
          BatonEvent *event,
          GPtrArray  *told)
{
  int seq = (int) baton_event_get_seq (event);

  g_ptr_array_add (told, g_strdup_printf ("event %d %s", seq, baton_event_get_kind (event)));
}

static void
moved_cb (BatonStore        *store,
          BatonConversation *conversation,
          GPtrArray         *told)
{
  g_ptr_array_add (told, g_strdup_printf ("moved %s %d", baton_state_to_string (conversation->state),
                                          (int) conversation->epoch));
}

static void
open_store (StoreFixture *self)
{
  g_autoptr (GError) error = NULL;

  self->store = baton_sqlite_store_open (self->path, &error);
  g_assert_no_error (error);
  g_signal_connect (self->store, "activity", G_CALLBACK (activity_cb), self->told);
  g_signal_connect (self->store, "event", G_CALLBACK (event_cb), self->told);
  g_signal_connect (self->store, "moved", G_CALLBACK (moved_cb), self->told);
}

StoreFixture *
store_fixture_new (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  StoreFixture *self = g_new0 (StoreFixture, 1);

  self->path = g_build_filename (folder, "baton.db", NULL);
  self->told = g_ptr_array_new_with_free_func (g_free);
  open_store (self);
  return self;
}

void
store_fixture_reopen (StoreFixture *self)
{
  baton_store_close (self->store);
  g_assert_finalize_object (self->store);
  open_store (self);
}

void
store_fixture_free (StoreFixture *self)
{
  baton_store_close (self->store);
  g_assert_finalize_object (self->store);
  g_ptr_array_unref (self->told);
  g_free (self->path);
  g_free (self);
}

char *
store_fixture_take_told (StoreFixture *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->told->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", (char *) g_ptr_array_index (self->told, i));
  g_ptr_array_set_size (self->told, 0);
  return g_string_free (text, FALSE);
}

static sqlite3 *
open_beside (StoreFixture *self)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (self->path, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);
  return db;
}

gint64
store_fixture_ask (StoreFixture *self,
                   const char   *sql)
{
  sqlite3 *db = open_beside (self);
  sqlite3_stmt *statement = NULL;
  gint64 answer;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  answer = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return answer;
}

void
store_fixture_change (StoreFixture *self,
                      const char   *sql)
{
  sqlite3 *db = open_beside (self);

  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

BatonActivity *
parse_activity (const char *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  BatonActivity *activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, &error);

  g_assert_no_error (error);
  return activity;
}

BatonConversation *
start_conversation (BatonStore *store,
                    const char *id)
{
  BatonConversation wanted = { .id = (char *) id, .bot = (char *) "topics", .user_id = (char *) "dl_1",
                               .user_name = (char *) "Ines", .locale = (char *) "pt-PT" };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BatonConversation *conversation;
  gboolean created = FALSE;

  baton_store_start_conversation_async (store, &wanted, NULL, baton_test_ready_cb, &result);
  conversation = baton_store_start_conversation_finish (store, baton_test_await (&result), &created, &error);
  g_assert_no_error (error);
  g_assert_true (created);
  return conversation;
}

BatonConversation *
get_conversation (BatonStore *store,
                  const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BatonConversation *conversation;

  baton_store_get_conversation_async (store, id, NULL, baton_test_ready_cb, &result);
  conversation = baton_store_get_conversation_finish (store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return conversation;
}

BatonPosted *
post (BatonStore       *store,
      const BatonPost  *wanted,
      GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_store_post_async (store, wanted, NULL, baton_test_ready_cb, &result);
  return baton_store_post_finish (store, baton_test_await (&result), error);
}

BatonPosted *
post_json (BatonStore  *store,
           const char  *json,
           GError     **error)
{
  g_autoptr (BatonActivity) activity = parse_activity (json);

  return post (store, &(BatonPost) {
    .conversation_id = "c1",
    .activity = activity,
    .party = BATON_PARTY_CUSTOMER,
    .from_id = "dl_1",
    .from_role = "user",
  }, error);
}

BatonPosted *
say (BatonStore *store,
     const char *conversation_id,
     const char *client_id,
     const char *text)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"text\":\"%s\",\"channelData\":"
                                           "{\"clientActivityID\":\"%s\"}}", text, client_id);
  g_autoptr (BatonActivity) activity = parse_activity (json);
  g_autoptr (GError) error = NULL;
  BatonPosted *posted;

  posted = post (store, &(BatonPost) {
    .conversation_id = conversation_id,
    .activity = activity,
    .party = BATON_PARTY_CUSTOMER,
    .from_id = "dl_1",
    .from_role = "user",
  }, &error);
  g_assert_no_error (error);
  return posted;
}

gboolean
post_turn (BatonStore          *store,
           const BatonBotTurn  *turn,
           GError             **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_store_post_bot_turn_async (store, turn, NULL, baton_test_ready_cb, &result);
  return baton_store_post_bot_turn_finish (store, baton_test_await (&result), error);
}

BatonPage *
list_activities (BatonStore *store,
                 const char *conversation_id,
                 gint64      after,
                 guint       limit,
                 gboolean    hidden_too)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BatonPage *page;

  baton_store_list_activities_async (store, conversation_id, after, limit, hidden_too, NULL, baton_test_ready_cb,
                                     &result);
  page = baton_store_list_activities_finish (store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return page;
}

BatonStepResult *
take_step (BatonStore       *store,
           const BatonStep  *step,
           GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_store_step_async (store, step, NULL, baton_test_ready_cb, &result);
  return baton_store_step_finish (store, baton_test_await (&result), error);
}

BatonEscalation *
get_escalation (BatonStore  *store,
                const char  *id,
                GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_store_get_escalation_async (store, id, NULL, baton_test_ready_cb, &result);
  return baton_store_get_escalation_finish (store, baton_test_await (&result), error);
}

GPtrArray *
list_escalations (BatonStore *store,
                  gboolean    open_only,
                  guint       limit)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *escalations;

  baton_store_list_escalations_async (store, open_only, limit, NULL, baton_test_ready_cb, &result);
  escalations = baton_store_list_escalations_finish (store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return escalations;
}

GPtrArray *
list_events (BatonStore *store,
             gint64      after,
             guint       limit)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *events;

  baton_store_list_events_async (store, after, limit, NULL, baton_test_ready_cb, &result);
  events = baton_store_list_events_finish (store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return events;
}

GPtrArray *
items_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) baton_bot_item_free);
}

void
items_add (GPtrArray  *items,
           const char *upstream_id,
           const char *json)
{
  BatonBotItem *item = g_new0 (BatonBotItem, 1);

  item->activity = parse_activity (json);
  item->upstream_id = g_strdup (upstream_id);
  g_ptr_array_add (items, item);
}

void
items_add_text (GPtrArray  *items,
                const char *upstream_id,
                const char *text)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"text\":\"%s\"}", text);

  items_add (items, upstream_id, json);
}

void
items_add_handoff (GPtrArray  *items,
                   const char *id,
                   const char *variables)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"event\",\"name\":\"handoff.initiate\",\"id\":\"%s\",\"value\":"
                                           "{\"va_AgentMessage\":\"wants a refund\",\"va_LastTopic\":\"Returns\"%s}}",
                                           id, variables);
  BatonBotItem *item;

  items_add (items, id, json);
  item = g_ptr_array_index (items, items->len - 1);
  item->handoff = baton_handoff_new_from_activity (item->activity);
}

char *
hand_off (BatonStore *store,
          const char *conversation_id,
          const char *handoff_id)
{
  g_autoptr (BatonConversation) before = get_conversation (store, conversation_id);
  g_autoptr (BatonConversation) after = NULL;
  g_autoptr (GPtrArray) items = items_new ();
  g_autoptr (GError) error = NULL;

  items_add_handoff (items, handoff_id, "");
  post_turn (store, &(BatonBotTurn) {
    .conversation_id = conversation_id,
    .epoch = before->epoch,
    .bot_id = "bot",
    .items = items,
    .bot_read = -1,
  }, &error);
  g_assert_no_error (error);

  after = get_conversation (store, conversation_id);
  g_assert_nonnull (after->escalation_id);
  return g_strdup (after->escalation_id);
}

BatonStepResult *
step_as_owner (BatonStore    *store,
               BatonStepKind  kind,
               const char    *escalation_id,
               const char    *agent_id,
               gint64         epoch,
               const char    *request_id)
{
  g_autoptr (GError) error = NULL;
  BatonStepResult *result;

  result = take_step (store, &(BatonStep) {
    .kind = kind,
    .escalation_id = escalation_id,
    .request_id = request_id,
    .agent_id = agent_id,
    .agent_name = "Anna",
    .epoch = epoch,
  }, &error);
  g_assert_no_error (error);
  g_assert_true (result->done);
  return result;
}

BatonStepResult *
claim (BatonStore *store,
       const char *escalation_id,
       const char *agent_id,
       const char *request_id)
{
  g_autoptr (GError) error = NULL;
  BatonStepResult *result;

  result = take_step (store, &(BatonStep) {
    .kind = BATON_STEP_CLAIM,
    .escalation_id = escalation_id,
    .request_id = request_id,
    .agent_id = agent_id,
    .agent_name = agent_id,
    .line = "Somebody joined.",
    .line_kind = "joined",
  }, &error);
  g_assert_no_error (error);
  return result;
}
