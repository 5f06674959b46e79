/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "store-fixture.h"

/* Stores a turn made of @items in conversation "c1"; takes the items. */
static void
turn (BatonStore *store,
      gint64      epoch,
      GPtrArray  *items,
      gint64      bot_read)
{
  g_autoptr (GError) error = NULL;

  post_turn (store, &(BatonBotTurn) {
    .conversation_id = "c1",
    .epoch = epoch,
    .bot_id = "topics",
    .bot_name = "Contoso",
    .items = items,
    .bot_read = bot_read,
    .queued_line = "Please wait for a colleague.",
  }, &error);
  g_assert_no_error (error);
  g_ptr_array_unref (items);
}

static GPtrArray *
words (const char *upstream_id,
       const char *text)
{
  GPtrArray *items = items_new ();

  items_add_text (items, upstream_id, text);
  return items;
}

static void
test_bot_turn_shown (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  GPtrArray *items = words ("u1", "hello");
  g_autoptr (BatonPage) page = NULL;
  BatonActivity *first, *second;

  items_add (items, "u2", "{\"type\":\"message\",\"text\":\"!\",\"from\":{\"id\":\"own\",\"name\":\"Own\"}}");
  turn (fixture->store, 0, items, -1);
  page = list_activities (fixture->store, "c1", -1, 0, FALSE);
  g_assert_cmpuint (page->activities->len, ==, 2);
  first = g_ptr_array_index (page->activities, 0);
  g_assert_cmpstr (baton_activity_get_from_id (first), ==, "topics");
  g_assert_cmpstr (baton_activity_get_from_name (first), ==, "Contoso");
  g_assert_cmpint (baton_activity_get_party (first), ==, BATON_PARTY_BOT);
  g_assert_cmpstr (baton_activity_get_upstream_id (first), ==, "u1");
  second = g_ptr_array_index (page->activities, 1);
  g_assert_cmpstr (baton_activity_get_from_id (second), ==, "own");
  g_assert_cmpstr (baton_activity_get_from_name (second), ==, "Own");
}

/* What the upstream remembers changes with what it covers, in one transaction; %NULL leaves it. */
static void
test_bot_turn_remembers (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) before = start_conversation (fixture->store, "c1");
  g_autoptr (BatonConversation) after = NULL;
  g_autoptr (BatonConversation) later = NULL;
  g_autoptr (GPtrArray) none = items_new ();
  g_autoptr (GError) error = NULL;

  post_turn (fixture->store, &(BatonBotTurn) {
    .conversation_id = "c1", .items = none, .bot_read = 4, .bot_state = "s1", .bot_watermark = "w1",
  }, &error);
  post_turn (fixture->store, &(BatonBotTurn) {
    .conversation_id = "c1", .items = none, .bot_read = -1, .bot_watermark = "w2",
  }, &error);
  g_assert_no_error (error);
  after = get_conversation (fixture->store, "c1");
  g_assert_cmpint (after->bot_read, ==, 4);
  g_assert_cmpstr (after->bot_state, ==, "s1");
  g_assert_cmpstr (after->bot_watermark, ==, "w2");

  /* An older turn that comes late does not take it back. */
  post_turn (fixture->store, &(BatonBotTurn) {
    .conversation_id = "c1", .items = none, .bot_read = 2, .bot_state = "s0",
  }, &error);
  later = get_conversation (fixture->store, "c1");
  g_assert_cmpint (later->bot_read, ==, 4);
  g_assert_cmpstr (later->bot_state, ==, "s1");
}

/* A bot asked again after a crash, and a wire read again: each thing once. */
static void
test_bot_turn_repeat (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonPosted) question = say (fixture->store, "c1", "m1", "hello");
  g_autoptr (BatonPage) page = NULL;

  turn (fixture->store, 0, words (NULL, "an answer"), 0);
  turn (fixture->store, 0, words (NULL, "an answer, made once more"), 0);
  turn (fixture->store, 0, words ("u7", "by the way"), -1);
  turn (fixture->store, 0, words ("u7", "by the way"), -1);
  page = list_activities (fixture->store, "c1", -1, 0, TRUE);
  g_assert_cmpuint (page->activities->len, ==, 3);
}

/* S43: what a bot says when it does not own the conversation is kept, and never shown. */
static void
test_bot_turn_late (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autofree char *escalation = hand_off (fixture->store, "c1", "h1");
  g_autoptr (BatonStepResult) claimed = NULL;
  g_autoptr (BatonStepResult) returned = NULL;
  g_autofree char *told = NULL;

  g_free (store_fixture_take_told (fixture));
  turn (fixture->store, 0, words ("u1", "within the time of grace"), -1);
  store_fixture_change (fixture, "update conversation set handed_off_at = handed_off_at - 6000000");
  turn (fixture->store, 0, words ("u2", "too late"), -1);
  turn (fixture->store, 1, words ("u3", "in the new epoch, but not the owner"), -1);
  claimed = claim (fixture->store, escalation, "anna", "r1");
  turn (fixture->store, 2, words ("u4", "over the agent"), -1);
  returned = step_as_owner (fixture->store, BATON_STEP_RETURN, escalation, "anna", 2, "r2");
  turn (fixture->store, 0, words ("u5", "asked before the hand-off"), -1);
  turn (fixture->store, 3, words ("u6", "hello again"), -1);

  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "activity 0 shown, activity 1 hidden, activity 2 hidden, "
                   "moved with_agent 2, activity 3 shown, event 2 escalation.claimed, activity 4 hidden, "
                   "moved bot 3, event 3 escalation.returned, activity 5 hidden, activity 6 shown");
}

/* The time of grace is for a customer who waits: an agent who is quicker is not talked over. */
static void
test_bot_turn_grace_ends_with_claim (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autofree char *escalation = hand_off (fixture->store, "c1", "h1");
  g_autoptr (BatonStepResult) claimed = claim (fixture->store, escalation, "anna", "r1");
  g_autofree char *told = NULL;

  g_free (store_fixture_take_told (fixture));
  turn (fixture->store, 0, words ("u1", "one moment"), -1);
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "activity 1 hidden");
}

/* ... and it is for the turn that handed over, or at least for one of its epoch: not for what was asked long before. */
static void
test_bot_turn_grace_is_of_one_epoch (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autofree char *first = hand_off (fixture->store, "c1", "h1");
  g_autoptr (BatonStepResult) claimed = claim (fixture->store, first, "anna", "r1");
  g_autoptr (BatonStepResult) returned = step_as_owner (fixture->store, BATON_STEP_RETURN, first, "anna", 2, "r2");
  GPtrArray *items = items_new ();
  g_autofree char *told = NULL;

  items_add_handoff (items, "h2", "");
  turn (fixture->store, 3, items, -1);
  g_free (store_fixture_take_told (fixture));
  turn (fixture->store, 0, words ("u1", "asked before the first hand-off"), -1);
  turn (fixture->store, 3, words ("u2", "one moment"), -1);
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "activity 2 hidden, activity 3 shown");
}

/* A hand-off takes the conversation from the bot, so it is the bot's to take only in the epoch in which it was asked
 * (reliability 4: owner and epoch). What comes after an agent has given it back is of before. */
static void
test_bot_turn_handoff_late (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autofree char *first = hand_off (fixture->store, "c1", "h1");
  g_autoptr (BatonStepResult) claimed = claim (fixture->store, first, "anna", "r1");
  g_autoptr (BatonStepResult) returned = step_as_owner (fixture->store, BATON_STEP_RETURN, first, "anna", 2, "r2");
  GPtrArray *items = items_new ();
  g_autofree char *told = NULL;

  g_free (store_fixture_take_told (fixture));
  items_add_handoff (items, "h2", "");
  turn (fixture->store, 0, items, -1);
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "");

  items = items_new ();
  items_add_handoff (items, "h3", "");
  turn (fixture->store, 3, items, -1);
  g_free (told);
  told = store_fixture_take_told (fixture);
  g_assert_true (g_str_has_prefix (told, "moved queued 4, event 4 escalation.queued"));
}

/* H7: a hand-off between messages; all are handled in order, and the hand-off itself is no part of the conversation. */
static void
test_bot_turn_handoff_inside (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  GPtrArray *items = words ("u1", "I will pass you on.");
  g_autoptr (BatonConversation) after = NULL;
  g_autoptr (BatonPage) page = NULL;
  g_autofree char *told = NULL;
  BatonActivity *line;

  items_add_handoff (items, "h1", "");
  items_add_text (items, "u3", "See you.");
  items_add (items, "u4", "{\"type\":\"endOfConversation\"}");
  turn (fixture->store, 0, items, -1);

  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "activity 0 shown, moved queued 1, event 1 escalation.queued, activity 1 shown, "
                   "activity 2 shown, activity 3 hidden");
  page = list_activities (fixture->store, "c1", -1, 0, FALSE);
  line = g_ptr_array_index (page->activities, 1);
  g_assert_cmpstr (baton_activity_get_text (line), ==, "Please wait for a colleague.");
  g_assert_cmpstr (baton_activity_get_system_kind (line), ==, "queued");
  g_assert_cmpint (baton_activity_get_party (line), ==, BATON_PARTY_SYSTEM);
  g_assert_cmpstr (baton_activity_get_from_id (line), ==, "baton");
  g_assert_cmpstr (baton_activity_get_locale (line), ==, "pt-PT");
  after = get_conversation (fixture->store, "c1");
  g_assert_cmpint (after->state, ==, BATON_STATE_QUEUED);
}

static void
test_bot_turn_end (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  GPtrArray *items = words ("u1", "Bye.");
  g_autofree char *told = NULL;

  items_add (items, "u2", "{\"type\":\"endOfConversation\"}");
  items_add_text (items, "u3", "PS");
  turn (fixture->store, 0, items, -1);
  turn (fixture->store, 1, words ("u4", "PPS"), -1);
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "activity 0 shown, activity 1 shown, moved ended 1, activity 2 hidden, activity 3 hidden");
}

/* Protocol S24. */
static void
test_bot_turn_internal (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  GPtrArray *items = items_new ();
  g_autofree char *told = NULL;

  items_add (items, NULL, "{\"type\":\"trace\"}");
  items_add (items, NULL, "{\"type\":\"event\",\"name\":\"handoff.status\"}");
  items_add (items, NULL, "{\"type\":\"event\",\"name\":\"weather\"}");
  turn (fixture->store, 0, items, -1);
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "activity 0 hidden, activity 1 hidden, activity 2 shown");
}

/* Half a turn is no turn. */
static void
test_bot_turn_all_or_nothing (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (GPtrArray) items = words ("u1", "one");
  g_autoptr (BatonConversation) after = NULL;
  g_autofree char *told = NULL;
  g_autoptr (GError) error = NULL;

  store_fixture_change (fixture, "create trigger t before insert on event begin select raise (abort, 'no'); end");
  items_add_handoff (items, "h1", "");
  g_assert_false (post_turn (fixture->store, &(BatonBotTurn) { .conversation_id = "c1", .items = items, .bot_read = 3 },
                             &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  after = get_conversation (fixture->store, "c1");
  g_assert_cmpint (after->state, ==, BATON_STATE_BOT);
  g_assert_cmpint (after->next_index, ==, 0);
  g_assert_cmpint (after->bot_read, ==, -1);
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "");
}

/* The ids under which the parts of a turn are known: also those that were known already. */
static void
test_bot_turn_ids (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  const char *const expected[] = { "c1|0000001", "c1|0000000", "h7", NULL };
  g_autoptr (GPtrArray) items = items_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = NULL;

  turn (fixture->store, 0, words ("u1", "known"), -1);
  items_add_text (items, "u2", "new");
  items_add_text (items, "u1", "known");
  items_add_handoff (items, "h7", "");
  baton_store_post_bot_turn_async (fixture->store, &(BatonBotTurn) {
    .conversation_id = "c1", .bot_id = "topics", .items = items, .bot_read = -1,
  }, NULL, baton_test_ready_cb, &result);
  ids = baton_store_post_bot_turn_finish_ids (fixture->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstrv (ids, expected);
}

static void
fail (BatonStore *store,
      gint64      epoch,
      gint64      bot_read)
{
  g_autoptr (GPtrArray) none = items_new ();
  g_autoptr (GError) error = NULL;

  post_turn (store, &(BatonBotTurn) {
    .conversation_id = "c1",
    .epoch = epoch,
    .items = none,
    .bot_read = bot_read,
    .queued_line = "Please wait for a colleague.",
    .has_failed = TRUE,
    .escalate_after = 3,
    .failed_line = "Sorry.",
  }, &error);
  g_assert_no_error (error);
}

/* F14: told each time; the third time in a row a person comes instead, and that once. */
static void
test_bot_turn_fails (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (GPtrArray) escalations = NULL;
  g_autoptr (BatonPage) page = NULL;
  g_autofree char *told = NULL;
  BatonEscalation *escalation;

  fail (fixture->store, 0, 0);
  fail (fixture->store, 0, 0);
  fail (fixture->store, 0, 1);
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "activity 0 shown, activity 1 shown");

  store_fixture_reopen (fixture);   /* the row of failures is not forgotten */
  fail (fixture->store, 0, 2);
  fail (fixture->store, 0, 2);
  fail (fixture->store, 0, 3);
  page = list_activities (fixture->store, "c1", 1, 0, TRUE);
  g_assert_cmpuint (page->activities->len, ==, 1);
  g_assert_cmpstr (baton_activity_get_system_kind (g_ptr_array_index (page->activities, 0)), ==, "queued");
  escalations = list_escalations (fixture->store, TRUE, 0);
  g_assert_cmpuint (escalations->len, ==, 1);
  escalation = g_ptr_array_index (escalations, 0);
  g_assert_cmpint (baton_escalation_get_state (escalation), ==, BATON_STATE_QUEUED);
  g_assert_cmpint (baton_handoff_get_trigger (baton_escalation_get_handoff (escalation)), ==, BATON_TRIGGER_ERROR);
}

/* F14: an answer ends the row, what only has to be remembered does not; and a new row may end in a new escalation. */
static void
test_bot_turn_recovers (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonConversation) after = NULL;
  g_autoptr (BatonStepResult) claimed = NULL;
  g_autoptr (BatonStepResult) returned = NULL;
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) escalations = NULL;

  fail (fixture->store, 0, 0);
  fail (fixture->store, 0, 1);
  turn (fixture->store, 0, words (NULL, "here I am"), 2);
  fail (fixture->store, 0, 3);
  turn (fixture->store, 0, items_new (), -1);
  fail (fixture->store, 0, 4);
  before = list_escalations (fixture->store, FALSE, 0);
  g_assert_cmpuint (before->len, ==, 0);
  fail (fixture->store, 0, 5);
  after = get_conversation (fixture->store, "c1");
  g_assert_cmpint (after->state, ==, BATON_STATE_QUEUED);

  claimed = claim (fixture->store, after->escalation_id, "anna", "r1");
  returned = step_as_owner (fixture->store, BATON_STEP_RETURN, after->escalation_id, "anna", 2, "r2");
  for (gint64 i = 10; i < 13; i++)
    fail (fixture->store, 3, i);
  escalations = list_escalations (fixture->store, FALSE, 0);
  g_assert_cmpuint (escalations->len, ==, 2);
}

/* F14: a failure that an agent, or another epoch, has overtaken is nobody's news. */
static void
test_bot_turn_fails_late (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autofree char *escalation = hand_off (fixture->store, "c1", "h1");
  g_autofree char *told = NULL;

  g_free (store_fixture_take_told (fixture));
  for (gint64 i = 0; i < 4; i++)
    fail (fixture->store, 0, i);
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/bot-turn/shown", test_bot_turn_shown);
  g_test_add_func ("/store/bot-turn/remembers", test_bot_turn_remembers);
  g_test_add_func ("/store/bot-turn/repeat", test_bot_turn_repeat);
  g_test_add_func ("/store/bot-turn/late", test_bot_turn_late);
  g_test_add_func ("/store/bot-turn/grace-ends-with-claim", test_bot_turn_grace_ends_with_claim);
  g_test_add_func ("/store/bot-turn/grace-is-of-one-epoch", test_bot_turn_grace_is_of_one_epoch);
  g_test_add_func ("/store/bot-turn/handoff-inside", test_bot_turn_handoff_inside);
  g_test_add_func ("/store/bot-turn/handoff-late", test_bot_turn_handoff_late);
  g_test_add_func ("/store/bot-turn/end", test_bot_turn_end);
  g_test_add_func ("/store/bot-turn/internal", test_bot_turn_internal);
  g_test_add_func ("/store/bot-turn/all-or-nothing", test_bot_turn_all_or_nothing);
  g_test_add_func ("/store/bot-turn/ids", test_bot_turn_ids);
  g_test_add_func ("/store/bot-turn/fails/F14", test_bot_turn_fails);
  g_test_add_func ("/store/bot-turn/recovers/F14", test_bot_turn_recovers);
  g_test_add_func ("/store/bot-turn/fails-late/F14", test_bot_turn_fails_late);
  return g_test_run ();
}
