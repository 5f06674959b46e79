/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "store-fixture.h"

static gboolean
set_presence (BatonStore    *store,
              const char    *agent_id,
              BatonPresence  presence,
              const char    *request_id)
{
  g_autoptr (BatonAgent) agent = baton_agent_new (agent_id, "A name", NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done;

  baton_agent_set_presence (agent, presence);
  baton_store_set_presence_async (store, agent, request_id, NULL, baton_test_ready_cb, &result);
  baton_agent_set_presence (agent, BATON_PRESENCE_OFFLINE);   /* it was copied */
  done = baton_store_set_presence_finish (store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return done;
}

static BatonSnapshot *
take_snapshot (BatonStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BatonSnapshot *snapshot;

  baton_store_snapshot_async (store, NULL, baton_test_ready_cb, &result);
  snapshot = baton_store_snapshot_finish (store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return snapshot;
}

/* Gap-free over the whole hub, in commit order, over restarts and over calls that were undone. */
static void
test_event_sequence (void)
{
  static const char *const ids[] = { "c1", "c2", "c3", "c4" };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GPtrArray) rest = NULL;
  g_autoptr (GPtrArray) two = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *escalation = NULL;
    g_autoptr (GPtrArray) broken = items_new ();

    baton_conversation_free (start_conversation (fixture->store, ids[i]));
    /* Gets a number, then fails: its number has to come again. */
    items_add_handoff (broken, "h0", "");
    store_fixture_change (fixture, "create trigger t before insert on activity begin select raise (abort, 'no'); end");
    g_assert_false (post_turn (fixture->store, &(BatonBotTurn) { .conversation_id = ids[i], .items = broken,
                                                                 .queued_line = "Wait." }, NULL));
    store_fixture_change (fixture, "drop trigger t");
    escalation = hand_off (fixture->store, ids[i], "h1");
    store_fixture_reopen (fixture);
    baton_step_result_free (claim (fixture->store, escalation, "anna", escalation));
  }

  events = list_events (fixture->store, 0, 0);
  g_assert_cmpuint (events->len, ==, 8);
  for (guint i = 0; i < events->len; i++) {
    BatonEvent *event = g_ptr_array_index (events, i);

    g_assert_cmpint (baton_event_get_seq (event), ==, i + 1);
    g_assert_cmpstr (baton_event_get_kind (event), ==, i % 2 == 0 ? BATON_EVENT_QUEUED : BATON_EVENT_CLAIMED);
    g_assert_cmpstr (baton_escalation_get_conversation_id (baton_event_get_escalation (event)), ==, ids[i / 2]);
  }
  rest = list_events (fixture->store, 6, 0);
  g_assert_cmpuint (rest->len, ==, 2);
  two = list_events (fixture->store, 2, 2);
  g_assert_cmpuint (two->len, ==, 2);
  g_assert_cmpint (baton_event_get_seq (g_ptr_array_index (two, 0)), ==, 3);
}

/* A number is never used twice, even if old events are deleted. */
static void
test_event_after_deletion (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GPtrArray) events = NULL;

  set_presence (fixture->store, "anna", BATON_PRESENCE_AVAILABLE, NULL);
  store_fixture_change (fixture, "delete from event");
  store_fixture_reopen (fixture);
  set_presence (fixture->store, "anna", BATON_PRESENCE_AWAY, NULL);
  events = list_events (fixture->store, 0, 0);
  g_assert_cmpuint (events->len, ==, 1);
  g_assert_cmpint (baton_event_get_seq (g_ptr_array_index (events, 0)), ==, 2);
}

static void
test_event_presence (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *told = NULL;
  g_autoptr (GPtrArray) events = NULL;
  BatonEvent *event;

  set_presence (fixture->store, "anna", BATON_PRESENCE_AVAILABLE, "r1");
  set_presence (fixture->store, "anna", BATON_PRESENCE_AWAY, "r2");
  set_presence (fixture->store, "anna", BATON_PRESENCE_AVAILABLE, "r1");   /* a repeat that comes late: no going back */
  set_presence (fixture->store, "anna", BATON_PRESENCE_AWAY, "r3");        /* nothing new */
  set_presence (fixture->store, "anna", BATON_PRESENCE_OFFLINE, NULL);
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "event 1 agent.presence, event 2 agent.presence, event 3 agent.presence");
  events = list_events (fixture->store, 1, 1);
  event = g_ptr_array_index (events, 0);
  g_assert_null (baton_event_get_escalation (event));
  g_assert_cmpstr (baton_agent_get_id (baton_event_get_agent (event)), ==, "anna");
  g_assert_cmpint (baton_agent_get_presence (baton_event_get_agent (event)), ==, BATON_PRESENCE_AWAY);
}

/* A snapshot is all of it as of one number: what is open, everybody's presence, and nothing later. */
static void
test_event_snapshot (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonSnapshot) empty = take_snapshot (fixture->store);
  g_autoptr (BatonConversation) first = start_conversation (fixture->store, "c1");
  g_autoptr (BatonConversation) second = start_conversation (fixture->store, "c2");
  g_autofree char *closed = hand_off (fixture->store, "c1", "h1");
  g_autofree char *open = hand_off (fixture->store, "c2", "h1");
  g_autoptr (BatonStepResult) claimed = claim (fixture->store, closed, "anna", "r1");
  g_autoptr (BatonStepResult) ended = NULL;
  g_autoptr (BatonSnapshot) snapshot = NULL;

  g_assert_cmpint (empty->seq, ==, 0);
  g_assert_cmpuint (empty->escalations->len, ==, 0);
  g_assert_cmpuint (empty->presences->len, ==, 0);

  ended = step_as_owner (fixture->store, BATON_STEP_END, closed, "anna", 2, "r2");
  set_presence (fixture->store, "anna", BATON_PRESENCE_BUSY, NULL);
  set_presence (fixture->store, "ben", BATON_PRESENCE_AVAILABLE, NULL);
  set_presence (fixture->store, "anna", BATON_PRESENCE_AWAY, NULL);
  snapshot = take_snapshot (fixture->store);
  g_assert_cmpint (snapshot->seq, ==, 7);
  g_assert_cmpuint (snapshot->escalations->len, ==, 1);
  g_assert_cmpstr (baton_escalation_get_id (g_ptr_array_index (snapshot->escalations, 0)), ==, open);
  g_assert_cmpuint (snapshot->presences->len, ==, 2);
  g_assert_cmpint (baton_agent_get_presence (g_ptr_array_index (snapshot->presences, 0)), ==, BATON_PRESENCE_AWAY);
  g_assert_cmpstr (baton_agent_get_id (g_ptr_array_index (snapshot->presences, 1)), ==, "ben");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/event/sequence", test_event_sequence);
  g_test_add_func ("/store/event/after-deletion", test_event_after_deletion);
  g_test_add_func ("/store/event/presence", test_event_presence);
  g_test_add_func ("/store/event/snapshot", test_event_snapshot);
  return g_test_run ();
}
