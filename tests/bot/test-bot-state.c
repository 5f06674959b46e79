/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-bot-state.h"
#include "baton-test.h"

static void
test_bot_state_round (void)
{
  g_autoptr (BatonBotState) state = baton_bot_state_new ();
  g_autoptr (BatonValue) number = baton_value_new_number (4711);
  g_autoptr (BatonBotState) again = NULL;
  g_autofree char *text = NULL;
  g_autofree char *text_again = NULL;
  BatonFrame *frame;

  state->clock = 7;
  state->spoken = 3;
  state->unknown = 2;
  state->greeted = TRUE;
  baton_bot_state_note (state, "Returns", "return an \"item\"");
  baton_slots_set (state->globals, "Skill", NULL, 0);
  baton_slots_set (state->gathered, "Order", number, 7);
  baton_bot_state_enqueue (state, "t.topic.Fallback", TRUE);
  frame = baton_bot_state_push (state, "t.topic.Returns");
  frame->node = g_strdup ("ask");
  frame->asking = TRUE;
  frame->wrong = 1;
  baton_slots_set (frame->variables, "Order", number, 7);
  g_hash_table_add (frame->asked, g_strdup ("ask"));
  g_hash_table_insert (frame->outputs, g_strdup ("Order"), g_strdup ("Topic.X"));

  text = baton_bot_state_format (state);
  again = baton_bot_state_parse (text);
  text_again = baton_bot_state_format (again);
  g_assert_cmpstr (text, ==, text_again);

  frame = baton_bot_state_top (again);
  g_assert_cmpstr (frame->node, ==, "ask");
  g_assert_true (frame->asking);
  g_assert_true (g_hash_table_contains (frame->asked, "ask"));
  g_assert_cmpstr (g_hash_table_lookup (frame->outputs, "Order"), ==, "Topic.X");
  g_assert_true (baton_value_equal (baton_slots_get (again->gathered, "Order"), number));
  g_assert_cmpint (((BatonSlot *) g_hash_table_lookup (again->gathered, "Order"))->set_at, ==, 7);
  g_assert_cmpuint (again->unknown, ==, 2);
  g_assert_true (again->greeted);
  g_assert_true (((BatonQueued *) g_ptr_array_index (again->queue, 0))->implicit);
}

static void
test_bot_state_fresh (void)
{
  static const char *const texts[] = { NULL, "", "{", "[]", "{\"version\":99,\"clock\":5}", "{\"version\":1}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (BatonBotState) state = baton_bot_state_parse (texts[i]);

    g_assert_cmpint (state->clock, ==, 0);
    g_assert_cmpuint (state->stack->len, ==, 0);
    g_assert_null (baton_bot_state_top (state));
  }
}

/* A long conversation does not make the state grow for ever. */
static void
test_bot_state_path (void)
{
  g_autoptr (BatonBotState) state = baton_bot_state_new ();
  g_autofree char *phrase = g_strnfill (100000, 'a');

  for (guint i = 0; i < 200; i++) {
    g_autofree char *topic = g_strdup_printf ("%u", i);

    baton_bot_state_note (state, topic, phrase);
  }
  g_assert_cmpuint (state->topics->len, ==, 50);
  g_assert_cmpstr (g_ptr_array_index (state->topics, 0), ==, "150");
  g_assert_cmpstr (g_ptr_array_index (state->topics, 49), ==, "199");
  g_assert_cmpuint (strlen (g_ptr_array_index (state->phrases, 0)), ==, 4096);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/bot-state/round", test_bot_state_round);
  g_test_add_func ("/bot/bot-state/fresh", test_bot_state_fresh);
  g_test_add_func ("/bot/bot-state/path", test_bot_state_path);

  return g_test_run ();
}
