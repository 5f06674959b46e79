/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-test.h"
#include "chat.h"

/* The eight conversations that come with the made bot, and what is expected of each. */
static BatonJson *
load_cases (void)
{
  g_autofree char *path = baton_test_fixture ("made-bot/expected/handoff-values.json");
  g_autoptr (GBytes) bytes = baton_test_read (path);
  g_autoptr (GError) error = NULL;
  BatonJson *json = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, &error);

  g_assert_no_error (error);
  return json;
}

/* Whether @text is one of the variations in @wanted, which are parted by " | ". */
static gboolean
is_variation (const char *text,
              const char *wanted)
{
  g_auto (GStrv) variations = g_strsplit (wanted, " | ", -1);

  return g_strv_contains ((const char *const *) variations, text);
}

/* What the bot says first are the expected lines, in order; a line of its own before a transfer may follow. */
static void
check_said (GPtrArray     *said,
            BatonJsonNode  wanted)
{
  for (guint i = 0; i < baton_json_node_get_size (wanted); i++) {
    g_autofree char *line = baton_json_node_dup_string (baton_json_node_get_element (wanted, i));

    g_assert_cmpuint (i, <, said->len);
    g_test_message ("“%s” against “%s”", (char *) g_ptr_array_index (said, i), line);
    g_assert_true (is_variation (g_ptr_array_index (said, i), line));
  }
}

static void
check_counts (GPtrArray     *said,
              BatonJsonNode  counts)
{
  BatonJsonNode name;
  BatonJsonNode value;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, counts);
  while (baton_json_iter_next (&iter, &name, &value)) {
    g_autofree char *line = baton_json_node_dup_string (name);
    gint64 wanted;
    gint64 found = 0;

    g_assert_true (baton_json_node_get_int (value, &wanted));
    for (guint i = 0; i < said->len; i++)
      found += strcmp (g_ptr_array_index (said, i), line) == 0;
    g_assert_cmpint (found, ==, wanted);
  }
}

static void
check_never (GPtrArray     *said,
             BatonJsonNode  lines)
{
  for (guint i = 0; i < baton_json_node_get_size (lines); i++) {
    g_autofree char *line = baton_json_node_dup_string (baton_json_node_get_element (lines, i));

    for (guint j = 0; j < said->len; j++)
      g_assert_cmpstr (g_ptr_array_index (said, j), !=, line);
  }
}

static void
check_same (const char    *key,
            BatonJsonNode  found,
            BatonJsonNode  wanted)
{
  g_autofree char *found_text = baton_json_node_dup_text (found);
  g_autofree char *wanted_text = baton_json_node_dup_text (wanted);

  g_test_message ("%s: %s against %s", key, found_text, wanted_text);
  g_assert_cmpint (baton_json_node_get_kind (found), ==, baton_json_node_get_kind (wanted));
  if (baton_json_node_get_kind (wanted) != BATON_JSON_ARRAY) {
    g_assert_cmpstr (found_text, ==, wanted_text);
    return;
  }
  g_assert_cmpuint (baton_json_node_get_size (found), ==, baton_json_node_get_size (wanted));
  for (guint i = 0; i < baton_json_node_get_size (wanted); i++)
    check_same (key, baton_json_node_get_element (found, i), baton_json_node_get_element (wanted, i));
}

static void
check_value (Chat          *chat,
             BatonJsonNode  wanted)
{
  BatonJsonNode name;
  BatonJsonNode value;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, wanted);
  while (baton_json_iter_next (&iter, &name, &value)) {
    g_autofree char *key = baton_json_node_dup_string (name);

    check_same (key, chat_get_value (chat, key), value);
    if (g_str_equal (key, "va_LastPhrase"))   /* stands for both spellings */
      check_same (key, chat_get_value (chat, "va_LastPhrases"), value);
  }
}

static void
run_case (BatonJsonNode test)
{
  g_autoptr (Chat) chat = chat_new_made_bot ();
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  BatonJsonNode user = baton_json_node_get_member (test, "user");
  BatonJsonNode absent = baton_json_node_get_member (test, "absent");
  BatonJsonNode value = baton_json_node_get_member (test, "value");
  BatonJsonNode handoff = baton_json_node_get_member (test, "handoff");
  gboolean no_handoff = baton_json_node_get_kind (handoff) == BATON_JSON_BOOLEAN && !baton_json_node_is_true (handoff);

  for (guint i = 0; i < baton_json_node_get_size (user); i++) {
    g_autofree char *text = baton_json_node_dup_string (baton_json_node_get_element (user, i));

    g_assert_null (chat->event);
    chat_say (chat, text);
    for (guint j = 0; j < chat->texts->len; j++)
      g_ptr_array_add (said, g_strdup (g_ptr_array_index (chat->texts, j)));
  }
  check_said (said, baton_json_node_get_member (test, "bot_says"));
  check_counts (said, baton_json_node_get_member (test, "bot_says_count"));
  check_never (said, baton_json_node_get_member (test, "never_says"));
  if (baton_json_node_get_kind (value) == BATON_JSON_OBJECT) {
    g_assert_nonnull (chat->handoff);
    check_value (chat, value);
    for (guint i = 0; i < baton_json_node_get_size (absent); i++) {
      g_autofree char *key = baton_json_node_dup_string (baton_json_node_get_element (absent, i));

      g_assert_cmpint (baton_json_node_get_kind (chat_get_value (chat, key)), ==, BATON_JSON_ABSENT);
    }
  }
  if (no_handoff)
    g_assert_null (chat->event);
}

/* S000-12, -20, -28, -29, -33, -34, -62 to -65 */
static void
test_bot_made (void)
{
  g_autoptr (BatonJson) json = load_cases ();
  BatonJsonNode cases = baton_json_node_get_member (baton_json_get_root (json), "cases");

  g_assert_cmpuint (baton_json_node_get_size (cases), ==, 8);
  for (guint i = 0; i < baton_json_node_get_size (cases); i++) {
    BatonJsonNode test = baton_json_node_get_element (cases, i);
    g_autofree char *id = baton_json_node_dup_member (test, "id");

    g_test_message ("case %s", id);
    run_case (test);
  }
}

static void
test_bot_about (void)
{
  g_autoptr (Chat) chat = chat_new_made_bot ();

  g_assert_cmpstr (baton_bot_get_id (chat->bot), ==, "nw_returnsDesk");
  g_assert_cmpstr (baton_bot_get_name (chat->bot), ==, "Northwind Returns Desk");
  g_assert_cmpstr (baton_bot_get_language (chat->bot), ==, "en-US");
}

/* The same request gives the same response: a turn that is run again after a crash does not hand over twice. */
static void
test_bot_repeatable (void)
{
  g_autoptr (Chat) first = chat_new_shop ();
  g_autoptr (Chat) second = chat_new_shop ();

  chat_say (first, "talk to a person");
  chat_say (second, "talk to a person");
  g_assert_cmpuint (first->turn->len, ==, second->turn->len);
  for (guint i = 0; i < first->turn->len; i++) {
    g_autoptr (GBytes) a = baton_activity_get_bytes (g_ptr_array_index (first->turn, i));
    g_autoptr (GBytes) b = baton_activity_get_bytes (g_ptr_array_index (second->turn, i));

    g_assert_true (g_bytes_equal (a, b));
  }
  g_assert_cmpstr (first->state, ==, second->state);
}

/* A state we did not write starts the conversation afresh. */
static void
test_bot_hostile_state (void)
{
  static const char *const states[] = {
    "", "{", "null", "[]", "7", "\"text\"", "{\"version\":2}", "{\"version\":\"1\"}",
    "{\"version\":1,\"stack\":7,\"queue\":{},\"topics\":\"x\",\"globals\":[1,[2]]}",
    "{\"version\":1,\"stack\":[{\"topic\":7},{\"topic\":\"no.topic.Such\",\"node\":\"n\",\"asking\":true}]}",
    "{\"version\":1,\"stack\":[{\"topic\":\"nw_returnsDesk.topic.ReturnItems\",\"node\":\"gone\",\"asking\":true}]}",
    "{\"version\":1,\"stack\":[{\"topic\":\"nw_returnsDesk.topic.ReturnItems\",\"node\":null,\"asking\":true,"
    "\"wrong\":-5,\"variables\":{\"a\":[{\"choice\":[1,2]},\"x\"],\"b\":7},\"asked\":[1],\"outputs\":{\"a\":1}}]}",
    "{\"version\":1,\"clock\":-9223372036854775808,\"spoken\":1e300,\"unknown\":99999999999999999999}",
    "{\"version\":1,\"queue\":[{\"topic\":\"x\"},1,{\"topic\":\"no.topic.Such\",\"implicit\":true}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    g_autoptr (Chat) chat = chat_new_made_bot ();

    g_test_message ("state %s", states[i]);
    chat->state = g_strdup (states[i]);
    chat_say (chat, "hello");
    chat_assert_texts (chat, "Hello!", NULL);
  }
}

/* S000-21: each of the ways to a person is one of two. */
static void
test_bot_triggers (void)
{
  static const struct {
    const char   *says[5];
    BatonTrigger  trigger;
  } ways[] = {
    { { "talk to a human" }, BATON_TRIGGER_IMPLICIT },
    { { "return an item", "talk to a human" }, BATON_TRIGGER_IMPLICIT },
    { { "qwertz", "asdf", "yxcv" }, BATON_TRIGGER_IMPLICIT },
    { { "return an item", "Lisbon", "blah", "abc", "abc" }, BATON_TRIGGER_IMPLICIT },
    { { "return an item", "Porto", "4711" }, BATON_TRIGGER_EXPLICIT },
    { { "use the old transfer node" }, BATON_TRIGGER_EXPLICIT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autoptr (Chat) chat = chat_new_made_bot ();

    for (guint j = 0; j < G_N_ELEMENTS (ways[i].says) && ways[i].says[j] != NULL; j++)
      chat_say (chat, ways[i].says[j]);
    g_test_message ("way %u", i);
    g_assert_nonnull (chat->handoff);
    g_assert_cmpint (baton_handoff_get_trigger (chat->handoff), ==, ways[i].trigger);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/bot/about", test_bot_about);
  g_test_add_func ("/bot/bot/made", test_bot_made);
  g_test_add_func ("/bot/bot/repeatable", test_bot_repeatable);
  g_test_add_func ("/bot/bot/hostile-state", test_bot_hostile_state);
  g_test_add_func ("/bot/bot/triggers", test_bot_triggers);

  return g_test_run ();
}
