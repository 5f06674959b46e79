/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "baton-time.h"
#include "store-fixture.h"

/* Conversations that live on another Direct Line: the store only keeps the record. */

static void
add (GPtrArray  *items,
     BatonParty  party,
     const char *upstream_id,
     const char *json)
{
  BatonBotItem *item;

  items_add (items, upstream_id, json);
  item = g_ptr_array_index (items, items->len - 1);
  item->party = party;
}

static void
watch (BatonStore *store,
       GPtrArray  *items,
       gboolean    gone)
{
  g_autoptr (GError) error = NULL;

  post_turn (store, &(BatonBotTurn) {
    .conversation_id = "c1", .epoch = -1, .bot_id = "shop", .bot_name = "shop", .items = items, .bot_read = -1,
    .queued_line = "nobody hears this", .watched = TRUE, .gone = gone,
  }, &error);
  g_assert_no_error (error);
  g_ptr_array_unref (items);
}

/* Whoever said it, the customer has seen it: nothing is held back, in no state; the bot owes no answer to any of it. */
static void
test_watched_record (void)
{
  static const BatonParty parties[] = { BATON_PARTY_CUSTOMER, BATON_PARTY_SYSTEM, BATON_PARTY_BOT, BATON_PARTY_AGENT };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) started = start_conversation (fixture->store, "c1");
  g_autoptr (BatonConversation) conversation = NULL;
  g_autofree char *escalation_id = NULL;
  g_autoptr (BatonStepResult) claimed = NULL;
  g_autoptr (BatonPage) page = NULL;
  GPtrArray *items = items_new ();

  add (items, BATON_PARTY_CUSTOMER, "u|1", "{\"type\":\"message\",\"text\":\"help\",\"from\":{\"id\":\"dl_1\"}}");
  watch (fixture->store, items, FALSE);
  escalation_id = hand_off (fixture->store, "c1", "h1");
  claimed = claim (fixture->store, escalation_id, "anna", "r1");
  items = items_new ();
  add (items, BATON_PARTY_BOT, "u|2", "{\"type\":\"message\",\"text\":\"late\"}");
  add (items, BATON_PARTY_AGENT, "u|3", "{\"type\":\"message\",\"text\":\"hello\",\"channelData\":{\"baton\":"
                                        "{\"party\":\"system\"}}}");
  add (items, BATON_PARTY_CUSTOMER, "u|1", "{\"type\":\"message\",\"text\":\"help\"}");
  watch (fixture->store, items, FALSE);

  page = list_activities (fixture->store, "c1", -1, 0, FALSE);
  g_assert_cmpuint (page->activities->len, ==, G_N_ELEMENTS (parties));   /* one is the claim's line */
  for (guint i = 0; i < page->activities->len; i++)
    g_assert_cmpint (baton_activity_get_party (g_ptr_array_index (page->activities, i)), ==, parties[i]);
  g_assert_cmpstr (baton_activity_get_upstream_id (g_ptr_array_index (page->activities, 3)), ==, "u|3");
  conversation = get_conversation (fixture->store, "c1");
  g_assert_cmpint (conversation->bot_read, ==, conversation->next_index - 1);
}

/* The time over there stays, in order and never in the future. */
static void
test_watched_time (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) started = start_conversation (fixture->store, "c1");
  g_autoptr (BatonPage) page = NULL;
  GPtrArray *items = items_new ();
  gint64 times[4];

  add (items, BATON_PARTY_BOT, "u|1", "{\"type\":\"message\",\"timestamp\":\"2026-03-02T10:15:31.907Z\"}");
  add (items, BATON_PARTY_BOT, "u|2", "{\"type\":\"message\",\"timestamp\":\"2026-03-02T10:15:30Z\"}");
  add (items, BATON_PARTY_BOT, "u|3", "{\"type\":\"message\",\"timestamp\":\"2999-01-01T00:00:00Z\"}");
  add (items, BATON_PARTY_BOT, "u|4", "{\"type\":\"message\"}");
  watch (fixture->store, items, FALSE);

  page = list_activities (fixture->store, "c1", -1, 0, FALSE);
  for (guint i = 0; i < 4; i++)
    times[i] = baton_activity_get_timestamp (g_ptr_array_index (page->activities, i));
  g_assert_cmpint (times[0], ==, baton_time_parse ("2026-03-02T10:15:31.907Z"));
  g_assert_cmpint (times[1], ==, times[0] + G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (times[2], <=, g_get_real_time ());
  g_assert_cmpint (times[3], >, times[2]);
}

/* In whatever epoch, a hand-off counts while the conversation is with the bot; the customer hears nothing from us. */
static void
test_watched_handoff (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) started = start_conversation (fixture->store, "c1");
  g_autofree char *first = hand_off (fixture->store, "c1", "h1");
  g_autoptr (BatonStepResult) claimed = claim (fixture->store, first, "anna", "r1");
  g_autoptr (BatonStepResult) returned = step_as_owner (fixture->store, BATON_STEP_RETURN, first, "anna",
                                                        baton_escalation_get_epoch (claimed->escalation), "r2");
  g_autoptr (BatonConversation) again = NULL;
  GPtrArray *items = items_new ();
  gint64 n_lines;

  items_add_handoff (items, "h1", "");
  watch (fixture->store, items, FALSE);
  again = get_conversation (fixture->store, "c1");
  g_assert_cmpint (again->state, ==, BATON_STATE_BOT);
  n_lines = again->next_index;

  g_clear_pointer (&again, baton_conversation_free);
  items = items_new ();
  items_add_handoff (items, "h2", "");
  watch (fixture->store, items, FALSE);
  again = get_conversation (fixture->store, "c1");
  g_assert_cmpint (again->state, ==, BATON_STATE_QUEUED);
  g_assert_cmpint (again->next_index, ==, n_lines);
}

static void
test_watched_gone (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) started = start_conversation (fixture->store, "c1");
  g_autofree char *escalation_id = hand_off (fixture->store, "c1", "h1");
  g_autoptr (BatonConversation) conversation = NULL;
  g_autoptr (BatonEscalation) escalation = NULL;
  g_autoptr (BatonPage) page = NULL;
  GPtrArray *items = items_new ();

  watch (fixture->store, items_new (), TRUE);
  watch (fixture->store, items_new (), TRUE);
  add (items, BATON_PARTY_CUSTOMER, "u|1", "{\"type\":\"message\",\"text\":\"too late\"}");
  items_add_handoff (items, "h2", "");
  watch (fixture->store, items, FALSE);

  conversation = get_conversation (fixture->store, "c1");
  g_assert_cmpint (conversation->state, ==, BATON_STATE_ENDED);
  escalation = get_escalation (fixture->store, escalation_id, NULL);
  g_assert_false (baton_escalation_is_open (escalation));
  page = list_activities (fixture->store, "c1", -1, 0, TRUE);
  g_assert_cmpuint (page->activities->len, ==, 0);
}

/* The customer ends it at any time, the bot while it has it (protocol 1.13). */
static void
test_watched_end (void)
{
  static const char end[] = "{\"type\":\"endOfConversation\"}";
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) started = start_conversation (fixture->store, "c1");
  g_autofree char *escalation_id = hand_off (fixture->store, "c1", "h1");
  g_autoptr (BatonConversation) waiting = NULL;
  g_autoptr (BatonConversation) ended = NULL;
  GPtrArray *items = items_new ();

  add (items, BATON_PARTY_BOT, "u|1", end);
  watch (fixture->store, items, FALSE);
  waiting = get_conversation (fixture->store, "c1");
  g_assert_cmpint (waiting->state, ==, BATON_STATE_QUEUED);

  items = items_new ();
  add (items, BATON_PARTY_CUSTOMER, "u|2", end);
  watch (fixture->store, items, FALSE);
  ended = get_conversation (fixture->store, "c1");
  g_assert_cmpint (ended->state, ==, BATON_STATE_ENDED);
}

/* What the upstream knows from the beginning is kept with the conversation, and the second start changes nothing. */
static void
test_watched_start (void)
{
  const BatonConversation wanted = {
    .id = (char *) "w1", .bot = (char *) "shop", .user_id = (char *) "dl_1", .bot_state = (char *) "s",
    .bot_watermark = (char *) "7",
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (BatonConversation) conversation = NULL;
    g_autoptr (GError) error = NULL;
    gboolean created;

    baton_store_start_conversation_async (fixture->store, &wanted, NULL, baton_test_ready_cb, &result);
    conversation = baton_store_start_conversation_finish (fixture->store, baton_test_await (&result), &created, &error);
    g_assert_no_error (error);
    g_assert_cmpint (created, ==, i == 0);
    g_assert_cmpstr (conversation->bot_state, ==, "s");
    g_assert_cmpstr (conversation->bot_watermark, ==, "7");
  }
}

static gboolean
is_first (BatonStore *store,
          const char *what)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean first;

  baton_store_note_once_async (store, what, NULL, baton_test_ready_cb, &result);
  g_assert_true (baton_store_note_once_finish (store, baton_test_await (&result), &first, &error));
  g_assert_no_error (error);
  return first;
}

static void
test_note_once (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  g_assert_true (is_first (fixture->store, "a"));
  g_assert_true (is_first (fixture->store, "b"));
  g_assert_false (is_first (fixture->store, "a"));
  store_fixture_reopen (fixture);
  g_assert_false (is_first (fixture->store, "b"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/watched/record", test_watched_record);
  g_test_add_func ("/store/watched/time", test_watched_time);
  g_test_add_func ("/store/watched/handoff", test_watched_handoff);
  g_test_add_func ("/store/watched/gone", test_watched_gone);
  g_test_add_func ("/store/watched/end", test_watched_end);
  g_test_add_func ("/store/watched/start", test_watched_start);
  g_test_add_func ("/store/note-once", test_note_once);
  return g_test_run ();
}
