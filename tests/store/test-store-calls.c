/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "store-fixture.h"

/* The calls on the real back end: their order, their arguments, and what a caller gets for a wrong id. */

static void
test_calls_start_conversation (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) first = start_conversation (fixture->store, "c1");
  BatonConversation wanted = { .id = (char *) "c1", .bot = (char *) "other", .user_id = (char *) "dl_2" };
  g_autoptr (BatonConversation) again = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean created = TRUE;

  baton_store_start_conversation_async (fixture->store, &wanted, NULL, baton_test_ready_cb, &result);
  again = baton_store_start_conversation_finish (fixture->store, baton_test_await (&result), &created, &error);
  g_assert_no_error (error);
  g_assert_false (created);
  g_assert_cmpstr (again->bot, ==, first->bot);
  g_assert_cmpstr (again->user_id, ==, "dl_1");
  g_assert_cmpint (again->created_at, ==, first->created_at);
}

/* Arguments may go as soon as a call is made. */
static void
test_calls_copy_arguments (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonPosted) posted = NULL;
  g_autoptr (GError) error = NULL;
  BatonActivity *activity = parse_activity ("{\"type\":\"message\",\"text\":\"hi\"}");
  char *id = g_strdup ("c1");

  baton_store_post_async (fixture->store, &(BatonPost) {
    .conversation_id = id, .activity = activity, .from_id = "dl_1",
  }, NULL, baton_test_ready_cb, &result);
  id[0] = '?';
  g_free (id);
  g_object_unref (activity);
  posted = baton_store_post_finish (fixture->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (baton_activity_get_id (posted->activity), ==, "c1|0000000");
}

/* Calls are done and answered in the order in which they were made, whatever they are. */
static void
test_calls_order (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonActivity) activity = parse_activity ("{\"type\":\"message\",\"text\":\"hi\"}");
  g_autoptr (GAsyncResult) posted_result = NULL;
  g_autoptr (GAsyncResult) read_result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonPage) page = NULL;

  baton_store_post_async (fixture->store, &(BatonPost) {
    .conversation_id = "c1", .activity = activity, .from_id = "dl_1",
  }, NULL, baton_test_ready_cb, &posted_result);
  baton_store_list_activities_async (fixture->store, "c1", -1, 0, FALSE, NULL, baton_test_ready_cb, &read_result);
  page = baton_store_list_activities_finish (fixture->store, baton_test_await (&read_result), &error);
  g_assert_no_error (error);
  g_assert_nonnull (posted_result);
  g_assert_cmpuint (page->activities->len, ==, 1);
}

typedef void (*Ask) (BatonStore *store, GError **error);

static void
ask_conversation (BatonStore  *store,
                  GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_store_get_conversation_async (store, "none", NULL, baton_test_ready_cb, &result);
  g_assert_null (baton_store_get_conversation_finish (store, baton_test_await (&result), error));
}

static void
ask_activities (BatonStore  *store,
                GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_store_list_activities_async (store, "none", -1, 0, FALSE, NULL, baton_test_ready_cb, &result);
  g_assert_null (baton_store_list_activities_finish (store, baton_test_await (&result), error));
}

static void
ask_post (BatonStore  *store,
          GError     **error)
{
  g_assert_null (post_json (store, "{\"type\":\"message\",\"text\":\"hi\"}", error));   /* no "c1" here */
}

static void
ask_turn (BatonStore  *store,
          GError     **error)
{
  g_autoptr (GPtrArray) items = items_new ();

  g_assert_false (post_turn (store, &(BatonBotTurn) { .conversation_id = "none", .items = items }, error));
}

static void
ask_escalation (BatonStore  *store,
                GError     **error)
{
  g_assert_null (get_escalation (store, "none", error));
}

static void
ask_step (BatonStore  *store,
          GError     **error)
{
  g_assert_null (take_step (store, &(BatonStep) { .kind = BATON_STEP_CLAIM, .escalation_id = "none", .request_id = "r",
                                                  .agent_id = "anna" }, error));
}

static void
test_calls_gone (void)
{
  static const Ask asks[] = { ask_conversation, ask_activities, ask_post, ask_turn, ask_escalation, ask_step };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (asks); i++) {
    g_autoptr (GError) error = NULL;

    asks[i] (fixture->store, &error);
    g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/calls/start-conversation", test_calls_start_conversation);
  g_test_add_func ("/store/calls/copy-arguments", test_calls_copy_arguments);
  g_test_add_func ("/store/calls/order", test_calls_order);
  g_test_add_func ("/store/calls/gone", test_calls_gone);
  return g_test_run ();
}
