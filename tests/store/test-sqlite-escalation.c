/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "baton-time.h"
#include "store-fixture.h"

static void
again (BatonStore *store,
       const char *handoff_id,
       const char *variables)
{
  g_autoptr (GPtrArray) items = items_new ();
  g_autoptr (GError) error = NULL;

  items_add_handoff (items, handoff_id, variables);
  post_turn (store, &(BatonBotTurn) {
    .conversation_id = "c1", .items = items, .bot_read = -1, .queued_line = "Wait.",
  }, &error);
  g_assert_no_error (error);
}

/* S000-1, S000-35: everything the bot told is there, for agents alone. */
static void
test_escalation_new (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) before = start_conversation (fixture->store, "c1");
  g_autoptr (BatonEscalation) detail = NULL;
  g_autoptr (BatonConversation) after = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  BatonHandoff *handoff;
  BatonEscalation *row;

  again (fixture->store, "h1", ",\"Order\":{\"n\":1.50}");
  store_fixture_reopen (fixture);
  after = get_conversation (fixture->store, "c1");
  g_assert_cmpint (after->state, ==, BATON_STATE_QUEUED);
  g_assert_cmpint (after->epoch, ==, 1);

  rows = list_escalations (fixture->store, TRUE, 0);
  g_assert_cmpuint (rows->len, ==, 1);
  row = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (baton_escalation_get_id (row), ==, after->escalation_id);
  g_assert_false (baton_escalation_is_detailed (row));
  g_assert_cmpstr (baton_handoff_get_last_topic (baton_escalation_get_handoff (row)), ==, "Returns");

  detail = get_escalation (fixture->store, after->escalation_id, &error);
  g_assert_no_error (error);
  g_assert_true (baton_escalation_is_detailed (detail));
  g_assert_cmpstr (baton_escalation_get_conversation_id (detail), ==, "c1");
  g_assert_cmpint (baton_escalation_get_state (detail), ==, BATON_STATE_QUEUED);
  g_assert_cmpint (baton_escalation_get_epoch (detail), ==, 1);
  g_assert_cmpstr (baton_escalation_get_customer_id (detail), ==, "dl_1");
  g_assert_cmpstr (baton_escalation_get_customer_name (detail), ==, "Ines");
  g_assert_null (baton_escalation_get_agent_id (detail));
  handoff = baton_escalation_get_handoff (detail);
  g_assert_cmpstr (baton_private_text_peek (baton_handoff_get_agent_message (handoff)), ==, "wants a refund");
  g_assert_cmpuint (baton_handoff_get_n_variables (handoff), ==, 1);
  g_assert_cmpint (store_fixture_ask (fixture, "select count (*) from activity where json like '%refund%'"), ==, 0);
  g_assert_cmpint (store_fixture_ask (fixture, "select count (*) from handoff where activity like '%1.50%'"), ==, 1);
}

/* H4: the same hand-off twice is a replay, in whatever state it comes: one escalation, one event. */
static void
test_escalation_replay (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autofree char *id = hand_off (fixture->store, "c1", "h1");
  g_autoptr (BatonStepResult) claimed = NULL;
  g_autoptr (BatonStepResult) returned = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autofree char *told = NULL;

  g_free (store_fixture_take_told (fixture));
  again (fixture->store, "h1", "");
  store_fixture_reopen (fixture);
  again (fixture->store, "h1", "");
  claimed = claim (fixture->store, id, "anna", "r1");
  again (fixture->store, "h1", "");
  returned = step_as_owner (fixture->store, BATON_STEP_RETURN, id, "anna", 2, "r2");
  again (fixture->store, "h1", "");

  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "moved with_agent 2, activity 0 shown, event 2 escalation.claimed, moved bot 3, "
                   "event 3 escalation.returned");
  all = list_escalations (fixture->store, FALSE, 0);
  g_assert_cmpuint (all->len, ==, 1);
}

/* H4, H6: another one while the first is open adds to it, without a place in the queue or an owner changing. */
static void
test_escalation_second_handoff (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonEscalation) first = NULL;
  g_autoptr (BatonEscalation) second = NULL;
  g_autoptr (BatonStepResult) claimed = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *told = NULL;
  g_autoptr (GError) error = NULL;

  again (fixture->store, "h1", ",\"A\":1,\"B\":1");
  rows = list_escalations (fixture->store, TRUE, 0);
  first = g_object_ref (g_ptr_array_index (rows, 0));
  claimed = claim (fixture->store, baton_escalation_get_id (first), "anna", "r1");
  g_free (store_fixture_take_told (fixture));

  again (fixture->store, "h2", ",\"B\":2");
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "event 3 escalation.updated");
  second = get_escalation (fixture->store, baton_escalation_get_id (first), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (baton_handoff_get_n_variables (baton_escalation_get_handoff (second)), ==, 2);
  g_assert_cmpint (baton_escalation_get_state (second), ==, BATON_STATE_WITH_AGENT);
  g_assert_cmpstr (baton_escalation_get_agent_id (second), ==, "anna");
  g_assert_cmpint (baton_escalation_get_epoch (second), ==, 2);
  g_assert_cmpint (baton_escalation_get_queued_at (second), ==, baton_escalation_get_queued_at (first));
  g_assert_cmpint (baton_escalation_get_claimed_at (second), ==, baton_escalation_get_claimed_at (claimed->escalation));
  g_assert_cmpint (store_fixture_ask (fixture, "select count (*) from handoff"), ==, 2);
  g_assert_cmpint (store_fixture_ask (fixture, "select count (*) from handoff where activity like '%\"B\":2%'"), ==, 1);
}

/* When it has been returned to the bot, the bot may give up again: a new escalation. */
static void
test_escalation_anew (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autofree char *first = hand_off (fixture->store, "c1", "h1");
  g_autofree char *second = NULL;
  g_autoptr (BatonStepResult) claimed = claim (fixture->store, first, "anna", "r1");
  g_autoptr (BatonStepResult) returned = NULL;
  g_autoptr (BatonEscalation) old = NULL;
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) newest = NULL;
  g_autoptr (GError) error = NULL;

  returned = step_as_owner (fixture->store, BATON_STEP_RETURN, first, "anna", 2, "r2");
  second = hand_off (fixture->store, "c1", "h2");
  g_assert_cmpstr (first, !=, second);
  open = list_escalations (fixture->store, TRUE, 0);
  g_assert_cmpuint (open->len, ==, 1);
  g_assert_cmpstr (baton_escalation_get_id (g_ptr_array_index (open, 0)), ==, second);
  all = list_escalations (fixture->store, FALSE, 0);
  g_assert_cmpuint (all->len, ==, 2);
  newest = list_escalations (fixture->store, FALSE, 1);
  g_assert_cmpuint (newest->len, ==, 1);
  g_assert_cmpstr (baton_escalation_get_id (g_ptr_array_index (newest, 0)), ==, second);

  old = get_escalation (fixture->store, first, &error);
  g_assert_cmpint (baton_escalation_get_state (old), ==, BATON_STATE_BOT);
  g_assert_cmpint (baton_escalation_get_epoch (old), ==, 3);
  g_assert_cmpint (baton_escalation_get_closed_at (old), !=, BATON_TIME_UNKNOWN);
  g_assert_cmpstr (baton_escalation_get_agent_name (old), ==, "Anna");
}

/* Oldest first, also after one has come back to the queue: it keeps its waiting time. */
static void
test_escalation_order (void)
{
  static const char *const ids[] = { "c1", "c2", "c3" };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonStepResult) claimed = NULL;
  g_autoptr (BatonStepResult) released = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) two = NULL;
  g_autofree char *first = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *id = NULL;

    baton_conversation_free (start_conversation (fixture->store, ids[i]));
    id = hand_off (fixture->store, ids[i], "h1");
    if (i == 0)
      first = g_steal_pointer (&id);
  }
  claimed = claim (fixture->store, first, "anna", "r1");
  released = step_as_owner (fixture->store, BATON_STEP_RELEASE, first, "anna", 2, "r2");
  rows = list_escalations (fixture->store, TRUE, 0);
  g_assert_cmpuint (rows->len, ==, 3);
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpstr (baton_escalation_get_conversation_id (g_ptr_array_index (rows, i)), ==, ids[i]);
  two = list_escalations (fixture->store, TRUE, 2);
  g_assert_cmpuint (two->len, ==, 2);
}

/* The mark stands between the words that led to it and those that follow, however fast all came. */
static void
test_escalation_time (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *id = NULL;
  g_autoptr (BatonEscalation) detail = NULL;
  g_autoptr (BatonPage) page = NULL;
  guint n;

  baton_conversation_free (start_conversation (fixture->store, "c1"));
  for (guint i = 0; i < 100; i++) {
    g_autofree char *client_id = g_strdup_printf ("m%u", i);

    baton_posted_free (say (fixture->store, "c1", client_id, "quick"));
  }
  id = hand_off (fixture->store, "c1", "h1");
  baton_posted_free (say (fixture->store, "c1", "later", "still there?"));
  detail = get_escalation (fixture->store, id, NULL);
  page = list_activities (fixture->store, "c1", -1, 0, TRUE);
  n = page->activities->len;
  g_assert_cmpuint (n, ==, 101);
  g_assert_cmpint (baton_activity_get_timestamp (g_ptr_array_index (page->activities, n - 2)), <,
                   baton_escalation_get_queued_at (detail));
  g_assert_cmpint (baton_escalation_get_queued_at (detail), <,
                   baton_activity_get_timestamp (g_ptr_array_index (page->activities, n - 1)));
}

/* One that comes when the conversation is over has nobody to go to, and does no harm. */
static void
test_escalation_after_the_end (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;

  baton_posted_free (post_json (fixture->store, "{\"type\":\"endOfConversation\"}", &error));
  g_assert_no_error (error);
  again (fixture->store, "h1", "");
  all = list_escalations (fixture->store, FALSE, 0);
  g_assert_cmpuint (all->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/escalation/new", test_escalation_new);
  g_test_add_func ("/store/escalation/replay", test_escalation_replay);
  g_test_add_func ("/store/escalation/second-handoff", test_escalation_second_handoff);
  g_test_add_func ("/store/escalation/anew", test_escalation_anew);
  g_test_add_func ("/store/escalation/order", test_escalation_order);
  g_test_add_func ("/store/escalation/S19/time", test_escalation_time);
  g_test_add_func ("/store/escalation/after-the-end", test_escalation_after_the_end);
  return g_test_run ();
}
