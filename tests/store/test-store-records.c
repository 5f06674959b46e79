/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-store-private.h"
#include "baton-test.h"
#include "store-fixture.h"

/* A copy has its own memory: the original may go before the copy is read. */

static void
test_records_post (void)
{
  g_autoptr (BatonActivity) activity = parse_activity ("{\"type\":\"message\"}");
  g_autofree char *conversation = g_strdup ("c");
  g_autofree char *agent = g_strdup ("anna");
  BatonPost *copy = baton_post_copy (&(BatonPost) {
    .conversation_id = conversation, .activity = activity, .party = BATON_PARTY_AGENT, .from_id = agent,
    .from_name = agent, .from_role = agent, .agent_id = agent, .epoch = 7, .hidden = TRUE,
  });

  conversation[0] = agent[0] = '?';
  g_assert_cmpstr (copy->conversation_id, ==, "c");
  g_assert_true (copy->activity == activity);
  g_assert_cmpint (copy->party, ==, BATON_PARTY_AGENT);
  g_assert_cmpstr (copy->from_id, ==, "anna");
  g_assert_cmpstr (copy->from_name, ==, "anna");
  g_assert_cmpstr (copy->from_role, ==, "anna");
  g_assert_cmpstr (copy->agent_id, ==, "anna");
  g_assert_cmpint (copy->epoch, ==, 7);
  g_assert_true (copy->hidden);
  baton_post_free (copy);
}

static void
test_records_bot_turn (void)
{
  GPtrArray *items = items_new ();
  g_autofree char *text = g_strdup ("x");
  BatonBotTurn *copy;
  BatonBotItem *item;

  items_add_text (items, "u1", "hello");
  items_add_handoff (items, "h1", "");
  ((BatonBotItem *) g_ptr_array_index (items, 1))->party = BATON_PARTY_BOT;
  copy = baton_bot_turn_copy (&(BatonBotTurn) {
    .conversation_id = text, .epoch = 3, .bot_id = text, .bot_name = text, .items = items, .bot_read = 5,
    .bot_state = text, .bot_watermark = text, .queued_line = text, .failed_line = text,
    .watched = TRUE, .gone = TRUE,
  });
  g_ptr_array_unref (items);
  text[0] = '?';

  g_assert_cmpstr (copy->conversation_id, ==, "x");
  g_assert_cmpstr (copy->bot_id, ==, "x");
  g_assert_cmpstr (copy->bot_name, ==, "x");
  g_assert_cmpstr (copy->bot_state, ==, "x");
  g_assert_cmpstr (copy->bot_watermark, ==, "x");
  g_assert_cmpstr (copy->queued_line, ==, "x");
  g_assert_cmpstr (copy->failed_line, ==, "x");
  g_assert_cmpint (copy->epoch, ==, 3);
  g_assert_cmpint (copy->bot_read, ==, 5);
  g_assert_cmpuint (copy->items->len, ==, 2);
  item = g_ptr_array_index (copy->items, 0);
  g_assert_cmpstr (item->upstream_id, ==, "u1");
  g_assert_cmpstr (baton_activity_get_text (item->activity), ==, "hello");
  g_assert_null (item->handoff);
  item = g_ptr_array_index (copy->items, 1);
  g_assert_true (BATON_IS_HANDOFF (item->handoff));
  g_assert_cmpint (item->party, ==, BATON_PARTY_BOT);
  g_assert_true (copy->watched && copy->gone);
  baton_bot_turn_free (copy);
}

static void
test_records_amendment (void)
{
  g_autoptr (BatonActivity) activity = parse_activity ("{\"type\":\"message\"}");
  g_autofree char *text = g_strdup ("x");
  BatonAmendment *copy = baton_amendment_copy (&(BatonAmendment) {
    .conversation_id = text, .activity_id = text, .activity = activity, .epoch = 3,
  });

  text[0] = '?';
  g_assert_cmpstr (copy->conversation_id, ==, "x");
  g_assert_cmpstr (copy->activity_id, ==, "x");
  g_assert_true (copy->activity == activity);
  g_assert_cmpint (copy->epoch, ==, 3);
  baton_amendment_free (copy);
}

static void
test_records_step (void)
{
  g_autofree char *text = g_strdup ("x");
  BatonStep *copy = baton_step_copy (&(BatonStep) {
    .kind = BATON_STEP_END, .escalation_id = text, .request_id = text, .agent_id = text, .agent_name = text, .epoch = 2,
    .line = text, .line_kind = text,
  });

  text[0] = '?';
  g_assert_cmpint (copy->kind, ==, BATON_STEP_END);
  g_assert_cmpstr (copy->escalation_id, ==, "x");
  g_assert_cmpstr (copy->request_id, ==, "x");
  g_assert_cmpstr (copy->agent_id, ==, "x");
  g_assert_cmpstr (copy->agent_name, ==, "x");
  g_assert_cmpint (copy->epoch, ==, 2);
  g_assert_cmpstr (copy->line, ==, "x");
  g_assert_cmpstr (copy->line_kind, ==, "x");
  baton_step_free (copy);
}

/* Each may be half filled, or not be there at all. */
static void
test_records_free_empty (void)
{
  baton_posted_free (g_new0 (BatonPosted, 1));
  baton_bot_item_free (g_new0 (BatonBotItem, 1));
  baton_step_result_free (g_new0 (BatonStepResult, 1));
  baton_page_free (g_new0 (BatonPage, 1));
  baton_snapshot_free (g_new0 (BatonSnapshot, 1));
  baton_session_free (g_new0 (BatonSession, 1));
  baton_posted_free (NULL);
  baton_bot_item_free (NULL);
  baton_step_result_free (NULL);
  baton_page_free (NULL);
  baton_snapshot_free (NULL);
  baton_session_free (NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/records/post", test_records_post);
  g_test_add_func ("/store/records/bot-turn", test_records_bot_turn);
  g_test_add_func ("/store/records/amendment", test_records_amendment);
  g_test_add_func ("/store/records/step", test_records_step);
  g_test_add_func ("/store/records/free-empty", test_records_free_empty);
  return g_test_run ();
}
