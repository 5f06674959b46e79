/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-embedded-upstream.h"
#include "baton-error.h"
#include "baton-test.h"

static BatonUpstream *
open_shop (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("BATON_SOURCE"), "data", "topics", NULL);
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GError) error = NULL;
  BatonUpstream *upstream = baton_embedded_upstream_new (folder, &warnings, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (warnings->len, ==, 0);
  return upstream;
}

/* An activity as the store gives it: stamped with its party. */
static BatonActivity *
make_activity (const char *kind,
               const char *name,
               const char *text,
               BatonParty  party,
               guint       index)
{
  g_autofree char *id = baton_activity_format_id ("c1", index);
  g_autoptr (BatonActivity) activity = NULL;

  activity = strcmp (kind, "event") == 0 ? baton_activity_new_event (name, NULL) : baton_activity_new_message (text, NULL);
  return baton_activity_stamp (activity, &(BatonActivityStamp) {
    .id = id,
    .timestamp = G_GINT64_CONSTANT (1772446530000000),
    .conversation_id = "c1",
    .from_id = "dl_ines",
    .from_role = "user",
    .party = party,
  });
}

static BatonUpstreamTurn *
run (BatonUpstream *upstream,
     const char    *state,
     const char    *locale,
     GPtrArray     *unread,
     GPtrArray     *transcript)
{
  const BatonConversation conversation = {
    .id = (char *) "c1",
    .user_id = (char *) "dl_ines",
    .locale = (char *) locale,
    .bot_state = (char *) state,
    .bot_read = -1,
  };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BatonUpstreamTurn *turn;

  baton_upstream_run_async (upstream, &conversation, unread, transcript, NULL, baton_test_ready_cb, &result);
  baton_test_await (&result);
  turn = baton_upstream_run_finish (upstream, result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (turn->bot_state);
  return turn;
}

static const char *
text_at (BatonUpstreamTurn *turn,
         guint              position)
{
  BatonBotItem *item;

  g_assert_cmpuint (position, <, turn->items->len);
  item = g_ptr_array_index (turn->items, position);
  g_assert_null (item->handoff);
  return baton_activity_get_text (item->activity);
}

static void
test_embedded_upstream_about (void)
{
  g_autoptr (BatonUpstream) upstream = open_shop ();
  const BatonConversation conversation = { .id = (char *) "c1" };

  g_assert_cmpstr (baton_upstream_get_bot_id (upstream), ==, "harbour_lamps");
  g_assert_cmpstr (baton_upstream_get_bot_name (upstream), ==, "Harbour Lamps");
  baton_upstream_resume (upstream, &conversation);
  g_assert_finalize_object (g_steal_pointer (&upstream));
}

static void
test_embedded_upstream_no_folder (void)
{
  g_autoptr (GError) error = NULL;
  BatonUpstream *upstream = baton_embedded_upstream_new ("/no/such/folder", NULL, &error);

  g_assert_null (upstream);
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

/* Several unread activities are run in order, each with the state of the one before. */
static void
test_embedded_upstream_order (void)
{
  g_autoptr (BatonUpstream) upstream = open_shop ();
  g_autoptr (GPtrArray) unread = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) next = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BatonUpstreamTurn) turn = NULL;
  g_autoptr (BatonUpstreamTurn) second = NULL;

  g_ptr_array_add (unread, make_activity ("event", "startConversation", NULL, BATON_PARTY_CUSTOMER, 0));
  g_ptr_array_add (unread, make_activity ("message", NULL, "where is my order", BATON_PARTY_CUSTOMER, 1));
  turn = run (upstream, NULL, "en-US", unread, NULL);
  g_assert_false (turn->wants_transcript);
  g_assert_cmpuint (turn->items->len, ==, 2);
  g_assert_true (g_str_has_prefix (text_at (turn, 0), "Hello, I am the virtual assistant of Harbour Lamps."));
  g_assert_cmpstr (text_at (turn, 1), ==, "What is your order number?");

  g_ptr_array_add (next, make_activity ("message", NULL, "4711", BATON_PARTY_CUSTOMER, 4));
  second = run (upstream, turn->bot_state, "en-US", next, NULL);
  g_assert_cmpuint (second->items->len, ==, 1);
  g_assert_cmpstr (text_at (second, 0), ==, "Order 4711 is on its way and should arrive within two working days.");
}

/* Only what customers say is for the bot: not its own lines, nor an agent's or the relay's. */
static void
test_embedded_upstream_parties (void)
{
  g_autoptr (BatonUpstream) upstream = open_shop ();
  g_autoptr (GPtrArray) unread = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BatonUpstreamTurn) turn = NULL;

  g_ptr_array_add (unread, make_activity ("message", NULL, "hello", BATON_PARTY_BOT, 0));
  g_ptr_array_add (unread, make_activity ("message", NULL, "talk to a person", BATON_PARTY_AGENT, 1));
  g_ptr_array_add (unread, make_activity ("message", NULL, "talk to a person", BATON_PARTY_SYSTEM, 2));
  g_ptr_array_add (unread, make_activity ("event", "handoff.initiate", NULL, BATON_PARTY_CUSTOMER, 3));
  turn = run (upstream, "{\"version\":1}", "en-US", unread, NULL);
  g_assert_cmpuint (turn->items->len, ==, 0);
}

/* Only a turn that hands over wants the transcript; and it is the same turn again that then gets it. */
static void
test_embedded_upstream_transcript (void)
{
  g_autoptr (BatonUpstream) upstream = open_shop ();
  g_autoptr (GPtrArray) unread = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BatonUpstreamTurn) without = NULL;
  g_autoptr (BatonUpstreamTurn) with = NULL;
  BatonBotItem *items[2];

  g_ptr_array_add (unread, make_activity ("message", NULL, "I want to talk to a person", BATON_PARTY_CUSTOMER, 0));
  without = run (upstream, NULL, NULL, unread, NULL);
  g_assert_true (without->wants_transcript);
  with = run (upstream, NULL, NULL, unread, unread);
  g_assert_false (with->wants_transcript);

  g_assert_cmpstr (without->bot_state, ==, with->bot_state);
  g_assert_cmpuint (without->items->len, ==, 2);
  g_assert_cmpuint (with->items->len, ==, 2);
  g_assert_cmpstr (text_at (without, 0), ==, text_at (with, 0));
  items[0] = g_ptr_array_index (without->items, 1);
  items[1] = g_ptr_array_index (with->items, 1);
  g_assert_cmpstr (baton_activity_get_id (items[0]->activity), ==, baton_activity_get_id (items[1]->activity));
  g_assert_cmpuint (baton_handoff_get_transcript (items[0]->handoff)->len, ==, 0);
  g_assert_cmpuint (baton_handoff_get_transcript (items[1]->handoff)->len, ==, 1);
}

/* After a hand-off the rest is the agent's to read; the private message is in the hand-off alone (S000-35). */
static void
test_embedded_upstream_handoff (void)
{
  g_autoptr (BatonUpstream) upstream = open_shop ();
  g_autoptr (GPtrArray) unread = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BatonUpstreamTurn) turn = NULL;
  BatonBotItem *last;

  g_ptr_array_add (unread, make_activity ("message", NULL, "I want to talk to a person", BATON_PARTY_CUSTOMER, 0));
  g_ptr_array_add (unread, make_activity ("message", NULL, "store hours", BATON_PARTY_CUSTOMER, 1));
  turn = run (upstream, NULL, NULL, unread, unread);
  g_assert_cmpuint (turn->items->len, ==, 2);
  g_assert_nonnull (strstr (text_at (turn, 0), "colleague"));

  last = g_ptr_array_index (turn->items, 1);
  g_assert_nonnull (last->handoff);
  g_assert_cmpstr (baton_handoff_get_last_phrase (last->handoff), ==, "I want to talk to a person");
  g_assert_nonnull (strstr (baton_private_text_peek (baton_handoff_get_agent_message (last->handoff)),
                            "not understood: I want to talk to a person"));
  g_assert_cmpint (baton_handoff_get_trigger (last->handoff), ==, BATON_TRIGGER_IMPLICIT);
  g_assert_cmpuint (baton_handoff_get_transcript (last->handoff)->len, ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/upstream/embedded-upstream/about", test_embedded_upstream_about);
  g_test_add_func ("/upstream/embedded-upstream/no-folder", test_embedded_upstream_no_folder);
  g_test_add_func ("/upstream/embedded-upstream/order", test_embedded_upstream_order);
  g_test_add_func ("/upstream/embedded-upstream/parties", test_embedded_upstream_parties);
  g_test_add_func ("/upstream/embedded-upstream/transcript", test_embedded_upstream_transcript);
  g_test_add_func ("/upstream/embedded-upstream/handoff", test_embedded_upstream_handoff);

  return g_test_run ();
}
