/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "store-fixture.h"

static void
test_conversation_new (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) made = start_conversation (fixture->store, "c1");
  g_autoptr (BatonConversation) read = NULL;

  store_fixture_reopen (fixture);
  read = get_conversation (fixture->store, "c1");
  g_assert_cmpstr (read->id, ==, "c1");
  g_assert_cmpstr (read->bot, ==, "topics");
  g_assert_cmpstr (read->user_id, ==, "dl_1");
  g_assert_cmpstr (read->user_name, ==, "Ines");
  g_assert_cmpstr (read->locale, ==, "pt-PT");
  g_assert_cmpint (read->state, ==, BATON_STATE_BOT);
  g_assert_cmpint (read->epoch, ==, 0);
  g_assert_cmpint (read->next_index, ==, 0);
  g_assert_cmpint (read->bot_read, ==, -1);
  g_assert_null (read->agent_id);
  g_assert_null (read->escalation_id);
  g_assert_null (read->bot_state);
  g_assert_null (read->bot_watermark);
  g_assert_cmpint (read->created_at, ==, made->created_at);
  g_assert_cmpint (read->created_at, >, 0);
}

static GPtrArray *
list_unread (BatonStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *ids;

  baton_store_list_unread_async (store, NULL, baton_test_ready_cb, &result);
  ids = baton_store_list_unread_finish (store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return ids;
}

static void
answer (BatonStore *store,
        const char *id,
        gint64      bot_read)
{
  g_autoptr (GPtrArray) items = items_new ();
  g_autoptr (GError) error = NULL;

  items_add_text (items, NULL, "an answer");
  post_turn (store, &(BatonBotTurn) {
    .conversation_id = id, .bot_id = "bot", .items = items, .bot_read = bot_read,
  }, &error);
  g_assert_no_error (error);
}

/* Silent ("quiet"), answered, still waiting for the bot, and with a person: only one is the bot's to answer. */
static void
test_conversation_list_unread (void)
{
  static const char *const ids[] = { "quiet", "answered", "waiting", "escalated" };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *escalation = NULL;
  g_autoptr (GPtrArray) unread = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    baton_conversation_free (start_conversation (fixture->store, ids[i]));
  for (gsize i = 1; i < G_N_ELEMENTS (ids); i++)
    baton_posted_free (say (fixture->store, ids[i], "m1", "hello"));
  answer (fixture->store, "answered", 0);
  answer (fixture->store, "waiting", 0);
  baton_posted_free (say (fixture->store, "waiting", "m2", "and?"));
  escalation = hand_off (fixture->store, "escalated", "h1");

  store_fixture_reopen (fixture);
  unread = list_unread (fixture->store);
  g_assert_cmpuint (unread->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (unread, 0), ==, "waiting");
}

/* Whose bot remembers nothing, who was silent for long, and who has left, need no watching; who is escalated does, and
 * one in which nothing was said yet. */
static void
test_conversation_list_resumable (void)
{
  static const char *const ids[] = { "new", "old", "with-bot", "queued", "with-agent", "silent", "ended" };
  static const char *const wanted[] = { "with-bot", "queued", "with-agent", "silent" };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  const BatonConversation *first;

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    baton_conversation_free (start_conversation (fixture->store, ids[i]));
  store_fixture_change (fixture, "update conversation set newest_at = 2000, created_at = 1, bot_state = 's',"
                                 " bot_watermark = 'w'");
  store_fixture_change (fixture, "update conversation set newest_at = 999 where id = 'old'");
  store_fixture_change (fixture, "update conversation set newest_at = 1000, state = 'queued' where id = 'queued'");
  store_fixture_change (fixture, "update conversation set bot_state = null where id = 'new'");
  store_fixture_change (fixture, "update conversation set newest_at = 999, state = 'with_agent', escalation_id = 'e'"
                                 " where id = 'with-agent'");
  store_fixture_change (fixture, "update conversation set newest_at = 0, created_at = 1000 where id = 'silent'");
  store_fixture_change (fixture, "update conversation set state = 'ended' where id = 'ended'");

  baton_store_list_resumable_async (fixture->store, 1000, NULL, baton_test_ready_cb, &result);
  found = baton_store_list_resumable_finish (fixture->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < found->len; i++)
    g_assert_cmpstr (((const BatonConversation *) g_ptr_array_index (found, i))->id, ==, wanted[i]);
  first = g_ptr_array_index (found, 0);
  g_assert_cmpstr (first->bot_state, ==, "s");
  g_assert_cmpstr (first->bot_watermark, ==, "w");
}

/* The customer may end it at any time; an escalation that is open goes with it (protocol 1.13, S45). */
static void
test_conversation_end_by_customer (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autofree char *escalation_id = hand_off (fixture->store, "c1", "h1");
  g_autoptr (BatonStepResult) claimed = claim (fixture->store, escalation_id, "anna", "r1");
  g_autoptr (BatonEscalation) escalation = NULL;
  g_autoptr (BatonPosted) posted = NULL;
  g_autofree char *told = NULL;
  g_autoptr (GError) error = NULL;

  g_free (store_fixture_take_told (fixture));
  posted = post_json (fixture->store, "{\"type\":\"endOfConversation\"}", &error);
  g_assert_no_error (error);
  g_assert_cmpint (posted->conversation->state, ==, BATON_STATE_ENDED);
  g_assert_null (posted->conversation->agent_id);
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "activity 1 shown, moved ended 3, event 3 escalation.ended");

  escalation = get_escalation (fixture->store, escalation_id, &error);
  g_assert_cmpint (baton_escalation_get_state (escalation), ==, BATON_STATE_ENDED);
  g_assert_cmpstr (baton_escalation_get_agent_id (escalation), ==, "anna");
  g_assert_null (post_json (fixture->store, "{\"type\":\"endOfConversation\"}", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

/* A damaged row is an error, not a guess. */
static void
test_conversation_unknown_state (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  store_fixture_change (fixture, "update conversation set state = 'elsewhere'");
  baton_store_get_conversation_async (fixture->store, "c1", NULL, baton_test_ready_cb, &result);
  g_assert_null (baton_store_get_conversation_finish (fixture->store, baton_test_await (&result), &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/conversation/new", test_conversation_new);
  g_test_add_func ("/store/conversation/list-unread", test_conversation_list_unread);
  g_test_add_func ("/store/conversation/list-resumable", test_conversation_list_resumable);
  g_test_add_func ("/store/conversation/end-by-customer", test_conversation_end_by_customer);
  g_test_add_func ("/store/conversation/unknown-state", test_conversation_unknown_state);
  return g_test_run ();
}
