/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-error.h"
#include "baton-round.h"
#include "courier-house.h"

/* Longer than a page of the store. */
#define MANY 1203

static gboolean
run (CourierHouse  *house,
     const char    *id,
     GError       **error)
{
  g_autoptr (GHashTable) bots = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (BatonScribe) scribe = baton_scribe_new (house->store, house->notices);
  const BatonRoundContext context = { house->store, house->notices, scribe, bots, 1, 1, 1 };
  g_autoptr (GAsyncResult) result = NULL;

  g_hash_table_insert (bots, (gpointer) "mock", house->bot);
  baton_round_run_async (&context, id, NULL, baton_test_ready_cb, &result);
  return baton_round_run_finish (baton_test_await (&result), error);
}

static void
assert_run (CourierHouse *house,
            gboolean      expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (run (house, "c1", &error) == expected);
  g_assert_no_error (error);
}

static void
test_round_once (void)
{
  g_autoptr (CourierHouse) house = courier_house_new ();

  courier_house_begin (house, "c1", "mock");
  assert_run (house, FALSE);
  courier_house_say (house, "c1", "hello");
  assert_run (house, TRUE);
  assert_run (house, FALSE);
  courier_house_assert (house, "c1", "c:hello|b:You said: hello|");
  g_assert_cmpuint (mock_upstream_n_runs (house->bot), ==, 1);
}

static void
test_round_many (void)
{
  g_autoptr (CourierHouse) house = courier_house_new ();
  g_autoptr (BatonConversation) conversation = NULL;

  courier_house_begin (house, "c1", "mock");
  for (guint i = 0; i < MANY; i++)
    courier_house_say (house, "c1", "x");
  assert_run (house, TRUE);
  conversation = courier_house_get (house, "c1");
  g_assert_cmpint (conversation->bot_read, ==, MANY - 1);
  g_assert_cmpuint (strlen (mock_upstream_get_heard (house->bot)), ==, 2 * MANY);

  courier_house_say (house, "c1", "last");
  assert_run (house, TRUE);
  g_assert_cmpstr (mock_upstream_get_heard (house->bot) + 2 * MANY, ==, "last|");
}

/* However long the conversation is: only what the bot has not read is read. */
static void
test_round_no_transcript (void)
{
  g_autoptr (CourierHouse) house = courier_house_new ();

  courier_house_begin (house, "c1", "mock");
  for (guint i = 0; i < 3; i++) {
    courier_house_say (house, "c1", "x");
    assert_run (house, TRUE);
  }
  courier_house_first_read (house);
  courier_house_say (house, "c1", "last");
  assert_run (house, TRUE);
  g_assert_cmpint (courier_house_first_read (house), ==, 4);
  g_assert_cmpuint (mock_upstream_n_transcript (house->bot), ==, 0);
}

/* A bot that wants the transcript gets all of it, and its first answer is not stored. */
static void
test_round_transcript (void)
{
  g_autoptr (CourierHouse) house = courier_house_new ();
  g_autoptr (BatonConversation) conversation = NULL;

  courier_house_begin (house, "c1", "mock");
  for (guint i = 0; i < MANY; i++)
    courier_house_say (house, "c1", "x");
  assert_run (house, TRUE);
  courier_house_say (house, "c1", MOCK_WANTS);
  assert_run (house, TRUE);
  g_assert_cmpuint (mock_upstream_n_transcript (house->bot), ==, 2 * MANY + 1);
  g_assert_cmpuint (mock_upstream_n_runs (house->bot), ==, 3);

  conversation = courier_house_get (house, "c1");
  g_assert_cmpint (conversation->state, ==, BATON_STATE_QUEUED);
  g_assert_cmpint (conversation->epoch, ==, 1);
  g_assert_cmpint (conversation->bot_read, ==, 2 * MANY);
  g_assert_cmpstr (conversation->bot_state, ==, "\"turn 3\"");
}

/* Once is no answer of the bot's; for longer is as good as none. */
static void
test_round_busy (void)
{
  g_autoptr (CourierHouse) house = courier_house_new ();

  courier_house_begin (house, "c1", "mock");
  courier_house_say (house, "c1", "hello");
  mock_upstream_fail (house->bot, BATON_ERROR_BUSY, 1);
  assert_run (house, TRUE);
  courier_house_assert (house, "c1", "c:hello|b:You said: hello|");
  g_assert_cmpuint (mock_upstream_n_runs (house->bot), ==, 2);

  courier_house_say (house, "c1", "again");
  mock_upstream_fail (house->bot, BATON_ERROR_BUSY, 2);
  assert_run (house, TRUE);
  courier_house_assert (house, "c1", "c:hello|b:You said: hello|c:again|s:sorry|");
}

/* What a canvas may post but no bot should hear. */
static void
test_round_hidden (void)
{
  g_autoptr (CourierHouse) house = courier_house_new ();
  g_autoptr (BatonActivity) activity = baton_activity_new_message ("hidden", NULL);
  const BatonPost post = { .conversation_id = "c1", .activity = activity, .party = BATON_PARTY_CUSTOMER,
                           .from_id = "dl_mei", .hidden = TRUE };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonPosted) posted = NULL;

  courier_house_begin (house, "c1", "mock");
  baton_store_post_async (house->store, &post, NULL, baton_test_ready_cb, &result);
  posted = baton_store_post_finish (house->store, baton_test_await (&result), NULL);
  g_assert_nonnull (posted);
  assert_run (house, FALSE);
  g_assert_cmpuint (mock_upstream_n_runs (house->bot), ==, 0);
}

static void
test_round_not_with_bot (void)
{
  g_autoptr (CourierHouse) house = courier_house_new ();

  courier_house_begin (house, "c1", "mock");
  courier_house_say (house, "c1", "agent");
  assert_run (house, TRUE);
  courier_house_say (house, "c1", "anybody?");
  assert_run (house, FALSE);
  g_assert_cmpstr (mock_upstream_get_heard (house->bot), ==, "agent|");
}

static void
test_round_errors (void)
{
  g_autoptr (CourierHouse) house = courier_house_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (run (house, "none", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
  g_clear_error (&error);
  courier_house_begin (house, "c2", "other");
  g_assert_false (run (house, "c2", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/round/once", test_round_once);
  g_test_add_func ("/relay/round/many", test_round_many);
  g_test_add_func ("/relay/round/no-transcript", test_round_no_transcript);
  g_test_add_func ("/relay/round/transcript", test_round_transcript);
  g_test_add_func ("/relay/round/busy", test_round_busy);
  g_test_add_func ("/relay/round/hidden", test_round_hidden);
  g_test_add_func ("/relay/round/not-with-bot", test_round_not_with_bot);
  g_test_add_func ("/relay/round/errors", test_round_errors);
  return g_test_run ();
}
