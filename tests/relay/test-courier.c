/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-dl-upstream.h"
#include "courier-house.h"
#include "mock-direct-line.h"

static CourierHouse *
open_house (void)
{
  CourierHouse *house = courier_house_new ();

  baton_courier_start (house->courier);
  courier_house_begin (house, "c1", "mock");
  return house;
}

static void
test_courier_answers (void)
{
  g_autoptr (CourierHouse) house = open_house ();
  g_autoptr (BatonConversation) conversation = NULL;

  courier_house_say (house, "c1", "hello");
  courier_house_expect (house, "c1", "c:hello|b:You said: hello|");
  conversation = courier_house_get (house, "c1");
  g_assert_cmpint (conversation->bot_read, ==, 0);
  g_assert_cmpstr (conversation->bot_state, ==, "\"turn 1\"");
}

/* A bot that has to know something stored is asked again when it is, and not for a second try. */
static void
test_courier_stores (void)
{
  g_autoptr (CourierHouse) house = open_house ();

  courier_house_say (house, "c1", MOCK_STORES);
  courier_house_expect (house, "c1", "c:" MOCK_STORES "|b:noted|b:You said: " MOCK_STORES "|");
  g_assert_cmpuint (mock_upstream_n_runs (house->bot), ==, 2);
}

/* While the bot thinks, what comes waits for the next round; never two at once. */
static void
test_courier_in_turn (void)
{
  g_autoptr (CourierHouse) house = open_house ();

  courier_house_begin (house, "c2", "mock");
  mock_upstream_hold (house->bot);
  courier_house_say (house, "c1", "one");
  courier_house_say (house, "c2", "other");
  baton_test_wait (mock_upstream_n_held (house->bot) == 2);
  courier_house_say (house, "c1", "two");
  courier_house_say (house, "c1", "three");
  mock_upstream_release (house->bot);
  courier_house_expect (house, "c1", "c:one|c:two|c:three|b:You said: one|b:You said: two|b:You said: three|");
  courier_house_expect (house, "c2", "c:other|b:You said: other|");
  g_assert_cmpuint (mock_upstream_most_at_once (house->bot), ==, 1);
  g_assert_cmpuint (mock_upstream_n_runs (house->bot), ==, 3);
}

/* S43, F12: the gate in both directions, and what follows when the agent gives back. */
static void
test_courier_gate (void)
{
  g_autoptr (CourierHouse) house = open_house ();
  gint64 epoch;
  g_autofree char *all = NULL;

  courier_house_say (house, "c1", "agent");
  courier_house_expect (house, "c1", "c:agent|s:wait|");
  courier_house_say (house, "c1", "still queued");
  courier_house_step (house, BATON_STEP_CLAIM, "c1");
  courier_house_say (house, "c1", "to the agent");

  /* A word of the bot that comes while an agent is there. */
  mock_upstream_speak (house->bot, "c1", 0, "late");
  epoch = courier_house_step (house, BATON_STEP_RETURN, "c1");
  mock_upstream_speak (house->bot, "c1", epoch - 1, "later still");
  courier_house_say (house, "c1", "to the bot");
  courier_house_expect (house, "c1", "c:agent|s:wait|c:still queued|c:to the agent|c:to the bot|b:You said: to the bot|");

  g_assert_cmpstr (mock_upstream_get_heard (house->bot), ==, "agent|to the bot|");
  all = courier_house_read (house, "c1", TRUE);
  g_assert_nonnull (strstr (all, "b:late|"));
  g_assert_nonnull (strstr (all, "b:later still|"));
}

/* The bot was asked before the hand-off, and answers after the claim. */
static void
test_courier_late_answer (void)
{
  g_autoptr (CourierHouse) house = open_house ();

  mock_upstream_hold (house->bot);
  courier_house_say (house, "c1", "slow question");
  baton_test_wait (mock_upstream_n_held (house->bot) == 1);
  mock_upstream_speak (house->bot, "c1", 0, "agent");
  courier_house_expect (house, "c1", "c:slow question|s:wait|");
  courier_house_step (house, BATON_STEP_CLAIM, "c1");

  mock_upstream_release (house->bot);
  courier_house_say (house, "c1", "anybody?");
  courier_house_close (house);
  courier_house_open (house);
  courier_house_assert (house, "c1", "c:slow question|s:wait|c:anybody?|");
  g_assert_cmpstr (mock_upstream_get_heard (house->bot), ==, "slow question|");
}

static void
test_courier_ended (void)
{
  g_autoptr (CourierHouse) house = open_house ();

  courier_house_say (house, "c1", "agent");
  courier_house_expect (house, "c1", "c:agent|s:wait|");
  courier_house_step (house, BATON_STEP_CLAIM, "c1");
  courier_house_step (house, BATON_STEP_END, "c1");
  mock_upstream_speak (house->bot, "c1", 0, "ghost");
  courier_house_close (house);
  courier_house_open (house);
  courier_house_assert (house, "c1", "c:agent|s:wait|");
}

static void
test_courier_speaks (void)
{
  g_autoptr (CourierHouse) house = open_house ();

  mock_upstream_speak (house->bot, "c1", 0, "Are you still there?");
  mock_upstream_speak (house->bot, "c1", 0, "agent");
  mock_upstream_speak (house->bot, "c1", 0, "Transferring you.");   /* of the hand-off's own turn */
  courier_house_expect (house, "c1", "b:Are you still there?|s:wait|b:Transferring you.|");
}

/* One failure: asked again, and nobody noticed. */
static void
test_courier_retries (void)
{
  g_autoptr (CourierHouse) house = open_house ();

  mock_upstream_fail (house->bot, BATON_ERROR_FAILED, 1);
  courier_house_say (house, "c1", "hello");
  courier_house_expect (house, "c1", "c:hello|b:You said: hello|");
  g_assert_cmpuint (mock_upstream_n_runs (house->bot), ==, 2);
}

/* Bounded, and said honestly; the next message is asked about as ever. */
static void
test_courier_gives_up (void)
{
  g_autoptr (CourierHouse) house = open_house ();

  mock_upstream_fail (house->bot, BATON_ERROR_FAILED, 2);
  courier_house_say (house, "c1", "hello");
  courier_house_expect (house, "c1", "c:hello|s:sorry|");
  courier_house_say (house, "c1", "again");
  courier_house_expect (house, "c1", "c:hello|s:sorry|c:again|b:You said: again|");
  g_assert_cmpuint (mock_upstream_n_runs (house->bot), ==, 3);
}

/* F14: the third customer's message in a row that is not answered brings a person; over a restart, too. */
static void
test_courier_escalates (void)
{
  g_autoptr (CourierHouse) house = open_house ();
  g_autoptr (BatonConversation) conversation = NULL;

  mock_upstream_fail (house->bot, BATON_ERROR_UNCERTAIN, 6);
  courier_house_say (house, "c1", "one");
  courier_house_expect (house, "c1", "c:one|s:sorry|");
  courier_house_say (house, "c1", "two");
  courier_house_expect (house, "c1", "c:one|s:sorry|c:two|s:sorry|");
  courier_house_close (house);
  courier_house_open (house);
  baton_courier_start (house->courier);
  courier_house_say (house, "c1", "three");
  courier_house_expect (house, "c1", "c:one|s:sorry|c:two|s:sorry|c:three|s:wait|");
  conversation = courier_house_get (house, "c1");
  g_assert_cmpint (conversation->state, ==, BATON_STATE_QUEUED);
  courier_house_say (house, "c1", "four");
  courier_house_assert (house, "c1", "c:one|s:sorry|c:two|s:sorry|c:three|s:wait|c:four|");
  g_assert_cmpuint (mock_upstream_n_runs (house->bot), ==, 6);
}

static void
test_courier_too_slow (void)
{
  g_autoptr (CourierHouse) house = open_house ();

  mock_upstream_hold (house->bot);
  courier_house_say (house, "c1", "hello");
  courier_house_expect (house, "c1", "c:hello|s:sorry|");
  g_assert_cmpuint (mock_upstream_n_runs (house->bot), ==, 2);
}

/* Stopped while the bot was thinking: it is asked again after the start, once. */
static void
test_courier_restart (void)
{
  g_autoptr (CourierHouse) house = open_house ();

  courier_house_say (house, "c1", "answered");
  courier_house_expect (house, "c1", "c:answered|b:You said: answered|");
  mock_upstream_hold (house->bot);
  courier_house_say (house, "c1", "hello");
  baton_test_wait (mock_upstream_n_held (house->bot) == 1);
  courier_house_close (house);
  g_assert_cmpuint (mock_upstream_n_held (house->bot), ==, 0);

  mock_upstream_release (house->bot);
  courier_house_open (house);
  baton_courier_start (house->courier);
  courier_house_expect (house, "c1", "c:answered|b:You said: answered|c:hello|b:You said: hello|");
  g_assert_cmpuint (mock_upstream_n_runs (house->bot), ==, 3);
}

/* The bot hands over in answer, and that cannot be stored at first: whatever it takes, the bot is not told again, and
 * the customer not that it does not answer. */
static void
test_courier_handing_over (void)
{
  g_autoptr (CourierHouse) house = open_house ();

  courier_house_refuse (house, "c1", 5, 0);
  courier_house_say (house, "c1", MOCK_BUSY);
  baton_test_wait (courier_house_n_refused (house) > 0);
  courier_house_say (house, "c1", "hello?");
  courier_house_expect (house, "c1", "c:" MOCK_BUSY "|c:hello?|s:wait|");
  courier_house_close (house);
  courier_house_open (house);
  courier_house_assert (house, "c1", "c:" MOCK_BUSY "|c:hello?|s:wait|");
  g_assert_cmpuint (mock_upstream_n_runs (house->bot), ==, 1);
}

/* What the bot says while the relay is not running, or could not store, comes after the next start. */
static void
test_courier_resumes (void)
{
  g_autoptr (CourierHouse) house = open_house ();

  mock_upstream_speak (house->bot, "c1", 0, "before");
  courier_house_expect (house, "c1", "b:before|");
  courier_house_refuse (house, "c1", G_MAXUINT, 0);
  mock_upstream_speak (house->bot, "c1", 0, "refused");
  baton_test_wait (courier_house_n_refused (house) > 0);
  courier_house_close (house);
  courier_house_refuse (house, NULL, 0, 0);
  mock_upstream_speak (house->bot, "c1", 0, "meanwhile");

  courier_house_open (house);
  baton_courier_start (house->courier);
  courier_house_expect (house, "c1", "b:before|b:refused|b:meanwhile|");
  g_assert_cmpuint (mock_upstream_n_resumed (house->bot), ==, 1);
}

static void
add_direct_line (CourierHouse   *house,
                 MockDirectLine *server)
{
  g_autoptr (BatonUpstream) bot = baton_dl_upstream_new ("shop", server->base, server->secret, NULL, NULL);

  baton_courier_add_bot (house->courier, "shop", bot);
}

/* The customer asked, the bot was told, and while it was thinking the relay ended. */
static void
test_courier_in_flight (void)
{
  g_autoptr (MockDirectLine) server = mock_direct_line_new ();
  g_autoptr (CourierHouse) house = courier_house_new ();
  g_autofree char *id = NULL;

  add_direct_line (house, server);
  baton_courier_start (house->courier);
  courier_house_begin (house, "c2", "shop");
  courier_house_say (house, "c2", "hello");
  courier_house_expect_read (house, "c2", 0);
  courier_house_close (house);
  id = mock_direct_line_say (server, "mock0-eu", "{\"type\":\"message\",\"from\":{\"id\":\"bot\",\"role\":\"bot\"},"
                                                 "\"text\":\"Here you are.\"}");

  courier_house_open (house);
  add_direct_line (house, server);
  baton_courier_start (house->courier);
  courier_house_expect (house, "c2", "c:hello|b:Here you are.|");
  g_assert_cmpuint (server->begun, ==, 1);
  courier_house_close (house);
}

/* Its bot was taken out of the configuration. */
static void
test_courier_no_bot (void)
{
  g_autoptr (CourierHouse) house = open_house ();

  courier_house_begin (house, "c2", "gone");
  courier_house_say (house, "c2", "hello");
  courier_house_say (house, "c1", "hello");
  courier_house_expect (house, "c1", "c:hello|b:You said: hello|");
  courier_house_assert (house, "c2", "c:hello|");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/courier/answers", test_courier_answers);
  g_test_add_func ("/relay/courier/stores", test_courier_stores);
  g_test_add_func ("/relay/courier/in-turn", test_courier_in_turn);
  g_test_add_func ("/relay/courier/gate", test_courier_gate);
  g_test_add_func ("/relay/courier/late-answer", test_courier_late_answer);
  g_test_add_func ("/relay/courier/ended", test_courier_ended);
  g_test_add_func ("/relay/courier/speaks", test_courier_speaks);
  g_test_add_func ("/relay/courier/retries", test_courier_retries);
  g_test_add_func ("/relay/courier/gives-up", test_courier_gives_up);
  g_test_add_func ("/relay/courier/escalates/F14", test_courier_escalates);
  g_test_add_func ("/relay/courier/too-slow", test_courier_too_slow);
  g_test_add_func ("/relay/courier/restart", test_courier_restart);
  g_test_add_func ("/relay/courier/handing-over", test_courier_handing_over);
  g_test_add_func ("/relay/courier/resumes", test_courier_resumes);
  g_test_add_func ("/relay/courier/in-flight", test_courier_in_flight);
  g_test_add_func ("/relay/courier/no-bot", test_courier_no_bot);
  return g_test_run ();
}
