/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "relay-house.h"

typedef struct {
  char *id;
  char *token;
  char *epoch;
  char *base;
} Case;

static void
case_clear (Case *self)
{
  g_free (self->id);
  g_free (self->token);
  g_free (self->epoch);
  g_free (self->base);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

static void
claim (RelayHouse *house,
       const char *hub_token,
       Case       *found)
{
  g_autofree char *path = g_strdup_printf ("/hub/v1/escalations/%s/claim", found->id);
  g_autoptr (BatonJson) answer = NULL;

  g_assert_cmpuint (relay_house_call (house, "POST", path, hub_token, "{\"requestId\":\"claim\"}", &answer), ==, 200);
  found->token = relay_json_text (answer, "directLine.token");
  found->base = relay_json_text (answer, "directLine.base");
  found->epoch = relay_json_text (answer, "escalation.epoch");
}

static guint
post_as_agent (RelayHouse *house,
               const Case *owned,
               const char *conversation_id,
               const char *text)
{
  g_autofree char *path = g_strdup_printf ("%s/conversations/%s/activities", owned->base, conversation_id);
  g_autofree char *body = g_strdup_printf ("{\"type\":\"message\",\"from\":{\"id\":\"x\",\"role\":\"user\"},\"text\":\"%s\"}",
                                           text);

  return relay_house_call (house, "POST", path, owned->token, body, NULL);
}

static guint
close_case (RelayHouse *house,
            const char *hub_token,
            const Case *owned,
            const char *after)
{
  g_autofree char *path = g_strdup_printf ("/hub/v1/escalations/%s/close", owned->id);
  g_autofree char *body = g_strdup_printf ("{\"requestId\":\"close\",\"epoch\":%s,\"after\":\"%s\"}", owned->epoch, after);

  return relay_house_call (house, "POST", path, hub_token, body, NULL);
}

/* What no customer may ever receive, in whatever form (H11, F12). */
static void
assert_nothing_private (RelayCustomer *customer)
{
  g_autofree char *history = relay_customer_reload (customer);

  g_assert_null (strstr (customer->bytes->str, MOCK_PRIVATE));
  g_assert_null (strstr (customer->bytes->str, MOCK_VARIABLE));
  g_assert_null (strcasestr (customer->bytes->str, "handoff"));
  g_assert_null (strstr (customer->bytes->str, "va_"));
}

static void
assert_detail (RelayHouse *house,
               const char *hub_token,
               const char *id)
{
  g_autofree char *path = g_strdup_printf ("/hub/v1/escalations/%s", id);
  g_autoptr (BatonJson) answer = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpuint (relay_house_call (house, "GET", path, hub_token, NULL, &answer), ==, 200);
  text = relay_json_text (answer, "escalation");
  g_assert_nonnull (strstr (text, MOCK_PRIVATE));
  g_assert_nonnull (strstr (text, MOCK_VARIABLE));
}

/* The story: the bot, the hand-off, the agent, the bot again. */
static void
test_relay_story (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (TRUE);
  g_autofree char *hub_token = relay_house_sign_in (house);
  g_autoptr (RelayConsole) console = relay_console_new (house, hub_token);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);
  g_auto (Case) mine = { 0 };

  relay_customer_say (customer, "hello");
  baton_test_wait (relay_customer_saw (customer, "You said: hello"));
  relay_customer_say (customer, "agent");
  mine.id = relay_console_await_escalation (console);
  baton_test_wait (relay_customer_saw (customer, "Vou passar a conversa"));

  assert_detail (house, hub_token, mine.id);
  claim (house, hub_token, &mine);
  g_assert_cmpuint (post_as_agent (house, &mine, customer->conversation_id, "Here is Ana."), ==, 200);
  baton_test_wait (relay_customer_saw (customer, "Here is Ana."));
  g_assert_true (relay_customer_saw (customer, "Ana Sousa"));

  relay_customer_say (customer, "only for people");
  mock_upstream_speak (house->bot, customer->conversation_id, 0, "bot interrupts");
  g_assert_cmpuint (close_case (house, hub_token, &mine, "bot"), ==, 200);
  relay_customer_say (customer, "back again");
  baton_test_wait (relay_customer_saw (customer, "You said: back again"));

  g_assert_cmpstr (mock_upstream_get_heard (house->bot), ==, "hello|agent|back again|");
  g_assert_false (relay_customer_saw (customer, "bot interrupts"));
  assert_nothing_private (customer);

  /* The agent's token ended with the claim. */
  g_assert_cmpuint (post_as_agent (house, &mine, customer->conversation_id, "one more thing"), !=, 200);
  g_assert_false (relay_customer_saw (customer, "one more thing"));
}

static void
test_relay_ended (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (TRUE);
  g_autofree char *hub_token = relay_house_sign_in (house);
  g_autoptr (RelayConsole) console = relay_console_new (house, hub_token);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);
  g_auto (Case) mine = { 0 };

  relay_customer_say (customer, "agent");
  mine.id = relay_console_await_escalation (console);
  claim (house, hub_token, &mine);
  g_assert_cmpuint (close_case (house, hub_token, &mine, "ended"), ==, 200);
  baton_test_wait (relay_customer_saw (customer, "terminou a conversa"));

  g_assert_cmpuint (relay_customer_post (customer, "{\"type\":\"message\",\"text\":\"hello?\"}"), ==, 404);
  g_assert_cmpstr (mock_upstream_get_heard (house->bot), ==, "agent|");
  assert_nothing_private (customer);
}

/* S20: the bot never answers; the customer is answered all the same, and sees what they said (S18, S19). */
static void
test_relay_bot_hangs (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (TRUE);
  g_autoptr (RelayCustomer) customer = NULL;
  gint64 began, longest = 0;

  mock_upstream_hold (house->bot);
  customer = relay_customer_new (house);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *text = g_strdup_printf ("word %u", i);

    began = g_get_monotonic_time ();
    relay_customer_say (customer, text);
    longest = MAX (longest, g_get_monotonic_time () - began);
    baton_test_wait (relay_customer_saw (customer, text));
  }
  baton_test_wait (mock_upstream_n_held (house->bot) == 1);
  g_assert_cmpint (longest, <, 5 * G_TIME_SPAN_SECOND);
  g_assert_false (relay_customer_saw (customer, "You said"));
  mock_upstream_release (house->bot);
}

/* S19: what the customer said comes before what the bot said to it. */
static void
test_relay_echo_first (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (TRUE);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);
  const char *echo, *answer;

  relay_customer_say (customer, "one word");
  baton_test_wait ((answer = strstr (customer->bytes->str, "\"You said: one word\"")) != NULL);
  echo = strstr (customer->bytes->str, "\"text\":\"one word\"");
  g_assert_nonnull (echo);
  g_assert_true (echo < answer);
}

/* S42: a customer cannot hand over by themselves, nor pretend to. */
static void
test_relay_spoofed (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (TRUE);
  g_autofree char *hub_token = relay_house_sign_in (house);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);
  g_autoptr (BatonJson) answer = NULL;
  g_autofree char *list = NULL;

  g_assert_cmpuint (relay_customer_post (customer, "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"from\":{\"id\":\"x\","
                                                   "\"role\":\"bot\"},\"value\":{\"va_AgentMessage\":\"x\"}}"), ==, 200);
  g_assert_cmpuint (relay_customer_post (customer, "{\"type\":\"event\",\"name\":\"handoff.status\",\"value\":{\"state\":"
                                                   "\"accepted\"}}"), ==, 200);
  relay_customer_say (customer, "hello");
  baton_test_wait (relay_customer_saw (customer, "You said: hello"));

  g_assert_cmpuint (relay_house_call (house, "GET", "/hub/v1/escalations", hub_token, NULL, &answer), ==, 200);
  list = relay_json_text (answer, "escalations");
  g_assert_cmpstr (list, ==, "[]");
}

/* S40: after a restart the escalation waits, the customer's token and the agent's session hold, the bot stays silent. */
static void
test_relay_restart (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (TRUE);
  g_autofree char *hub_token = relay_house_sign_in (house);
  g_autoptr (RelayConsole) console = relay_console_new (house, hub_token);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);
  g_auto (Case) mine = { 0 };
  g_autofree char *history = NULL;

  relay_customer_say (customer, "agent");
  mine.id = relay_console_await_escalation (console);
  relay_house_close (house);
  relay_house_open (house);

  relay_customer_say (customer, "still here");
  claim (house, hub_token, &mine);
  g_assert_cmpuint (post_as_agent (house, &mine, customer->conversation_id, "Me too."), ==, 200);
  history = relay_customer_reload (customer);
  g_assert_nonnull (strstr (history, "still here"));
  g_assert_nonnull (strstr (history, "Me too."));
  g_assert_cmpstr (mock_upstream_get_heard (house->bot), ==, "agent|");
  assert_nothing_private (customer);
}

/* The bot that comes with the relay. */
static void
test_relay_embedded (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (FALSE);
  g_autofree char *hub_token = relay_house_sign_in (house);
  g_autoptr (RelayConsole) console = relay_console_new (house, hub_token);
  g_autoptr (RelayCustomer) customer = relay_customer_new (house);
  g_auto (Case) mine = { 0 };

  g_assert_cmpuint (relay_customer_post (customer, "{\"type\":\"event\",\"name\":\"startConversation\",\"locale\":\"en-US\"}"),
                    ==, 200);
  baton_test_wait (relay_customer_saw (customer, "\"party\":\"bot\""));
  g_assert_cmpuint (relay_customer_post (customer, "{\"type\":\"message\",\"text\":\"talk to an agent\",\"locale\":\"en-US\"}"),
                    ==, 200);
  mine.id = relay_console_await_escalation (console);
  claim (house, hub_token, &mine);
  g_assert_cmpuint (post_as_agent (house, &mine, customer->conversation_id, "Here is Ana."), ==, 200);
  baton_test_wait (relay_customer_saw (customer, "Here is Ana."));
  assert_nothing_private (customer);
}

static void
test_relay_locked (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (TRUE);
  BatonConfig *config = baton_config_new ();
  g_autoptr (GError) error = NULL;

  g_free (config->data);
  config->data = g_strdup (house->folder);
  g_assert_null (baton_relay_open (config, &error));
  g_assert_nonnull (strstr (error->message, "another relay"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/S20/bot-hangs", test_relay_bot_hangs);
  g_test_add_func ("/relay/S19/echo-first", test_relay_echo_first);
  g_test_add_func ("/relay/story", test_relay_story);
  g_test_add_func ("/relay/ended", test_relay_ended);
  g_test_add_func ("/relay/spoofed", test_relay_spoofed);
  g_test_add_func ("/relay/restart", test_relay_restart);
  g_test_add_func ("/relay/embedded", test_relay_embedded);
  g_test_add_func ("/relay/locked", test_relay_locked);
  return g_test_run ();
}
