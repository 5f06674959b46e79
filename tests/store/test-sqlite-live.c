/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "baton-sqlite-private.h"
#include "store-fixture.h"

/* Conversations in memory never say anything but what is in the database. */

#define MANY 20000   /* more than stay */

static BatonSqliteConversation *
conversation_new (gint64 key)
{
  BatonSqliteConversation *conversation = g_rc_box_new0 (BatonSqliteConversation);

  conversation->record = g_new0 (BatonConversation, 1);
  conversation->record->id = g_strdup_printf ("c%d", (int) key);
  conversation->key = key;
  return conversation;
}

/* What was used last stays; what somebody holds lives on. */
static void
test_live_bound (void)
{
  BatonSqliteLive *live = baton_sqlite_live_new ();
  g_autoptr (BatonSqliteConversation) first = conversation_new (0);
  g_autoptr (BatonSqliteConversation) used = NULL;
  g_autoptr (BatonSqliteConversation) newest = NULL;
  guint n = 0;

  baton_sqlite_live_add (live, first);
  for (gint64 i = 1; i < MANY; i++) {
    g_autoptr (BatonSqliteConversation) conversation = conversation_new (i);

    baton_sqlite_live_add (live, conversation);
    g_clear_pointer (&used, baton_sqlite_conversation_unref);
    used = baton_sqlite_live_find (live, "c1");
    g_assert_nonnull (used);
  }
  newest = baton_sqlite_live_find (live, "c19999");
  g_assert_nonnull (newest);
  g_assert_null (baton_sqlite_live_find (live, "c0"));
  g_assert_cmpstr (first->record->id, ==, "c0");

  for (gint64 i = 0; i < MANY; i++) {
    g_autofree char *id = g_strdup_printf ("c%d", (int) i);
    g_autoptr (BatonSqliteConversation) found = baton_sqlite_live_find (live, id);

    n += found != NULL;
  }
  g_assert_cmpuint (n, ==, 2048);
  baton_sqlite_live_free (live);
}

static void
test_live_forget_call (void)
{
  BatonSqliteLive *live = baton_sqlite_live_new ();
  g_autoptr (BatonSqliteConversation) one = conversation_new (1);
  g_autoptr (BatonSqliteConversation) two = conversation_new (2);
  g_autoptr (BatonSqliteConversation) found = NULL;

  baton_sqlite_live_begin_call (live);
  baton_sqlite_live_add (live, one);
  baton_sqlite_live_add (live, two);
  baton_sqlite_live_begin_call (live);
  baton_sqlite_conversation_unref (baton_sqlite_live_find (live, "c1"));
  baton_sqlite_live_forget_call (live);
  g_assert_null (baton_sqlite_live_find (live, "c1"));
  found = baton_sqlite_live_find (live, "c2");
  g_assert_true (found == two);
  baton_sqlite_live_outdate (live, 1);
  baton_sqlite_live_outdate (live, 2);
  g_assert_false (one->is_outdated);
  g_assert_true (two->is_outdated);
  baton_sqlite_live_free (live);
}

typedef struct {
  guint   n_done;
  GArray *indexes;   /* of gint64: those of the posts, in the order of their answers */
} Answers;

static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Answers *answers = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonPosted) posted = baton_store_post_finish (BATON_STORE (source), result, &error);

  g_assert_no_error (error);
  g_array_append_val (answers->indexes, posted->index);
  answers->n_done++;
}

static void
turned_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (baton_store_post_bot_turn_finish (BATON_STORE (source), result, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  ((Answers *) data)->n_done++;
}

/* A turn that fails at its last item, between posts of the same batch, leaves no gap, no row and no state. */
static void
test_live_undone_alone (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (GPtrArray) items = items_new ();
  g_autoptr (BatonActivity) activity = parse_activity ("{\"type\":\"message\",\"text\":\"x\"}");
  g_autoptr (BatonConversation) after = NULL;
  g_autoptr (BatonPage) page = NULL;
  Answers answers = { .indexes = g_array_new (FALSE, FALSE, sizeof (gint64)) };

  store_fixture_change (fixture, "create trigger t before insert on event begin select raise (abort, 'no'); end");
  items_add_text (items, "u1", "one");
  items_add_text (items, "u2", "two");
  items_add_handoff (items, "h1", "");
  for (guint i = 0; i < 30; i++) {
    if (i % 3 == 1)
      baton_store_post_bot_turn_async (fixture->store, &(BatonBotTurn) {
        .conversation_id = "c1", .items = items, .bot_read = 100, .bot_state = "lost",
      }, NULL, turned_cb, &answers);
    else
      baton_store_post_async (fixture->store, &(BatonPost) {
        .conversation_id = "c1", .activity = activity, .party = BATON_PARTY_CUSTOMER, .from_id = "dl_1",
      }, NULL, posted_cb, &answers);
  }
  baton_test_wait (answers.n_done == 30);

  g_assert_cmpuint (answers.indexes->len, ==, 20);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpint (g_array_index (answers.indexes, gint64, i), ==, i);
  after = get_conversation (fixture->store, "c1");
  g_assert_cmpint (after->next_index, ==, 20);
  g_assert_cmpint (after->state, ==, BATON_STATE_BOT);
  g_assert_cmpint (after->bot_read, ==, -1);
  g_assert_null (after->bot_state);
  page = list_activities (fixture->store, "c1", -1, 0, TRUE);
  g_assert_cmpuint (page->activities->len, ==, 20);
  g_array_unref (answers.indexes);
}

static void
assert_same (StoreFixture *fixture,
             const char   *id)
{
  g_autoptr (BatonConversation) live = get_conversation (fixture->store, id);
  g_autoptr (BatonConversation) read = NULL;

  store_fixture_reopen (fixture);
  read = get_conversation (fixture->store, id);
  g_assert_cmpint (live->state, ==, read->state);
  g_assert_cmpint (live->epoch, ==, read->epoch);
  g_assert_cmpint (live->next_index, ==, read->next_index);
  g_assert_cmpint (live->bot_read, ==, read->bot_read);
  g_assert_cmpstr (live->agent_id, ==, read->agent_id);
  g_assert_cmpstr (live->escalation_id, ==, read->escalation_id);
  g_assert_cmpstr (live->bot_state, ==, read->bot_state);
  g_assert_cmpstr (live->bot_watermark, ==, read->bot_watermark);
}

/* Each step on the way of a conversation, seen from memory and from the file. */
static void
test_live_follows (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (GPtrArray) items = items_new ();
  g_autofree char *escalation = NULL;

  assert_same (fixture, "c1");
  baton_posted_free (say (fixture->store, "c1", "m1", "hello"));
  assert_same (fixture, "c1");
  baton_posted_free (say (fixture->store, "c1", "m2", "hello?"));
  items_add_text (items, "u1", "yes");
  g_assert_true (post_turn (fixture->store, &(BatonBotTurn) {
    .conversation_id = "c1", .items = items, .bot_read = 1, .bot_state = "s", .bot_watermark = "w",
  }, NULL));
  assert_same (fixture, "c1");
  baton_conversation_free (get_conversation (fixture->store, "c1"));
  escalation = hand_off (fixture->store, "c1", "h1");
  assert_same (fixture, "c1");
  baton_conversation_free (get_conversation (fixture->store, "c1"));
  baton_step_result_free (claim (fixture->store, escalation, "anna", "r1"));
  assert_same (fixture, "c1");
  baton_conversation_free (get_conversation (fixture->store, "c1"));
  baton_step_result_free (step_as_owner (fixture->store, BATON_STEP_RETURN, escalation, "anna", 2, "r2"));
  assert_same (fixture, "c1");
  baton_conversation_free (get_conversation (fixture->store, "c1"));
  baton_posted_free (post_json (fixture->store, "{\"type\":\"endOfConversation\"}", NULL));
  assert_same (fixture, "c1");
}

/* Another program may change the file meanwhile. */
static void
test_live_changed_by_others (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonPosted) posted = say (fixture->store, "c1", "m1", "hello");
  g_autoptr (BatonPosted) next = NULL;
  g_autoptr (GError) error = NULL;

  store_fixture_change (fixture, "insert into activity (conversation, idx, party, shown, json, newest_at)"
                        " values (1, 1, 'bot', 1, '{\"type\":\"message\"}', 0)");
  next = say (fixture->store, "c1", "m2", "hello");
  g_assert_cmpint (next->index, ==, 2);

  store_fixture_change (fixture, "update conversation set state = 'ended'");
  g_assert_null (post_json (fixture->store, "{\"type\":\"message\"}", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

/* Posts need no savepoint, since they write once; whatever writes more has one. */
static void
test_live_savepoints (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  BatonSqliteStore *store = BATON_SQLITE_STORE (fixture->store);
  BatonStoreClass *klass = BATON_STORE_GET_CLASS (fixture->store);

  baton_store_close (fixture->store);
  g_assert_true (klass->begin (fixture->store, NULL));
  g_assert_true (klass->save (fixture->store, NULL));
  g_assert_true (baton_sqlite_run_only (store, NULL, "update conversation set locale = 'x'", ""));
  g_assert_false (store->has_savepoint);
  g_assert_true (klass->release (fixture->store, NULL));

  g_assert_true (klass->save (fixture->store, NULL));
  g_assert_true (baton_sqlite_run (store, NULL, "update conversation set locale = 'y'", ""));
  g_assert_true (baton_sqlite_run (store, NULL, "update conversation set locale = 'z'", ""));
  g_assert_true (store->has_savepoint);
  klass->undo (fixture->store);

  /* What cannot be undone alone takes all with it. */
  g_assert_true (klass->commit (fixture->store, NULL));
  g_assert_cmpint (store_fixture_ask (fixture, "select locale = 'x' from conversation"), ==, 1);
  g_assert_true (klass->begin (fixture->store, NULL));
  g_assert_true (klass->save (fixture->store, NULL));
  g_assert_true (baton_sqlite_run_only (store, NULL, "update conversation set locale = 'y'", ""));
  klass->undo (fixture->store);
  g_assert_false (klass->save (fixture->store, NULL));
  g_assert_false (klass->commit (fixture->store, NULL));
  klass->rollback (fixture->store);
  g_assert_cmpint (store_fixture_ask (fixture, "select locale = 'x' from conversation"), ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/live/bound", test_live_bound);
  g_test_add_func ("/store/live/forget-call", test_live_forget_call);
  g_test_add_func ("/store/live/undone-alone", test_live_undone_alone);
  g_test_add_func ("/store/live/follows", test_live_follows);
  g_test_add_func ("/store/live/changed-by-others", test_live_changed_by_others);
  g_test_add_func ("/store/live/savepoints", test_live_savepoints);
  return g_test_run ();
}
