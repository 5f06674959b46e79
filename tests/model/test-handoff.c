/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-time.h"
#include "model-test.h"

static BatonHandoff *
read_fixture (const char *name)
{
  g_autofree char *path = baton_test_fixture (name);
  g_autoptr (GBytes) bytes = baton_test_read (path);
  g_autoptr (GPtrArray) activities = baton_activity_set_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL, NULL);

  return baton_handoff_new_from_activity (g_ptr_array_index (activities, 0));
}

static BatonHandoff *
write_and_read (BatonHandoff *handoff)
{
  g_autofree char *text = handoff_to_text (handoff);
  g_autoptr (BatonJson) json = json_from_text (text);

  return baton_handoff_new_from_json (baton_json_get_root (json));
}

/* What goes through the store and the hub loses nothing, not even the way a number was written. */
static void
test_round_trip (void)
{
  static const char *const values[] = {
    "{\"va_Scope\":\"bot\",\"va_LastTopic\":\"T \\\"q\\\"\",\"va_Topics\":[\"A\",\"T\"],\"va_LastPhrase\":\"p\",\"va_Phrases\":[\"p\"],"
    "\"va_ConversationId\":\"x\",\"va_AgentMessage\":\"private \\u2026\",\"va_BotId\":\"b\",\"va_BotName\":\"n\",\"va_Language\":\"en-us\","
    "\"Skill\":\"s\",\"Number\":1.50e+2,\"Big\":12345678901234567890,\"Null\":null,\"List\":[ 1,2 ],\"Object\":{\"a\":{}},\"\":\"empty\"}",
    "\"words for the agent\"",
    "[1, 2]",
    "null",
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autoptr (BatonHandoff) handoff = handoff_with_value (values[i]);
    g_autoptr (BatonHandoff) read = write_and_read (handoff);
    g_autofree char *text = handoff_to_text (handoff);
    g_autofree char *text_again = handoff_to_text (read);
    g_autofree char *key = baton_handoff_dup_key (read);

    g_test_message ("value %s", values[i]);
    g_assert_cmpstr (text_again, ==, text);
    g_assert_nonnull (strstr (text, values[i]));
    g_assert_cmpstr (key, ==, "B|0000009");
    g_assert_cmpint (baton_handoff_get_trigger (read), ==, baton_handoff_get_trigger (handoff));
  }
}

static void
test_round_trip_of_transcript (void)
{
  g_autoptr (BatonHandoff) handoff = read_fixture ("handoff-activityset-3messages.json");
  g_autoptr (BatonHandoff) read = write_and_read (handoff);
  g_autofree char *text = handoff_to_text (handoff);
  g_autofree char *text_again = handoff_to_text (read);
  BatonActivity *last = g_ptr_array_index (baton_handoff_get_transcript (read), 2);

  g_assert_cmpstr (text_again, ==, text);
  g_assert_cmpuint (baton_handoff_get_transcript (read)->len, ==, 3);
  g_assert_cmpstr (baton_activity_get_text (last), ==, "a signed copy");
  g_assert_cmpint (baton_activity_get_party (last), ==, BATON_PARTY_CUSTOMER);
  g_assert_cmpint (baton_handoff_get_time (read), ==, baton_time_parse ("2024-03-04T15:57:44.1Z"));
  g_assert_cmpstr (baton_handoff_get_customer_name (read), ==, "Mira");
}

static void
test_broken_json (void)
{
  static const char *const objects[] = {
    "{}",
    "{\"key\":7,\"time\":\"soon\",\"trigger\":\"magic\",\"topics\":{\"a\":1},\"phrases\":[1,null,\"p\"],\"bot\":[],\"user\":\"x\","
    "\"variables\":[1],\"transcript\":[1,{\"type\":7}],\"truncated\":\"yes\"}",
  };
  g_autoptr (BatonJson) array = json_from_text ("[]");

  g_assert_null (baton_handoff_new_from_json (baton_json_get_root (array)));
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++) {
    g_autoptr (BatonJson) json = json_from_text (objects[i]);
    BatonHandoff *handoff = baton_handoff_new_from_json (baton_json_get_root (json));

    g_assert_null (baton_handoff_dup_key (handoff));
    g_assert_cmpint (baton_handoff_get_time (handoff), ==, BATON_TIME_UNKNOWN);
    g_assert_cmpint (baton_handoff_get_trigger (handoff), ==, BATON_TRIGGER_UNKNOWN);
    g_assert_null (baton_handoff_get_topics (handoff)[0]);
    g_assert_cmpuint (baton_handoff_get_n_variables (handoff), ==, 0);
    g_assert_cmpuint (baton_handoff_get_transcript (handoff)->len, ==, 0);
    g_assert_false (baton_handoff_get_truncated (handoff));
    g_assert_finalize_object (handoff);
  }
}

/* Protocol H6. */
static void
test_merge (void)
{
  g_autoptr (BatonHandoff) older = handoff_with_value ("{\"va_LastTopic\":\"Returns\",\"Store\":\"Porto\",\"Order\":7}");
  g_autoptr (BatonHandoff) newer = handoff_with_value ("{\"va_LastTopic\":\"Billing\",\"Store\":\"Faro\",\"Paid\":true}");
  g_autofree char *before = handoff_to_text (older);
  g_autoptr (BatonHandoff) merged = baton_handoff_merge (older, newer);
  g_autofree char *after = handoff_to_text (older);
  g_autofree char *text = NULL;
  g_autofree char *variables = NULL;
  g_autoptr (BatonJson) json = NULL;

  g_assert_cmpstr (before, ==, after);
  g_clear_object (&older);   /* nothing is borrowed from it */

  text = handoff_to_text (merged);
  json = json_from_text (text);
  variables = baton_json_node_dup_raw (baton_json_node_get_member (baton_json_get_root (json), "variables"));
  assert_same_json (variables, "{\"Store\":\"Faro\",\"Paid\":true,\"Order\":7}");
  g_assert_cmpstr (baton_handoff_get_last_topic (merged), ==, "Billing");
  g_assert_cmpuint (baton_handoff_get_n_variables (newer), ==, 2);
}

/* F14: what the relay hands over in the place of a bot that failed. */
static void
test_failure (void)
{
  g_autoptr (BatonHandoff) failure = baton_handoff_new_for_failure ("error 7", "pt_br");
  g_autofree char *text = handoff_to_text (failure);
  g_autoptr (BatonJson) json = json_from_text (text);
  g_autoptr (BatonHandoff) read = baton_handoff_new_from_json (baton_json_get_root (json));
  g_autofree char *key = baton_handoff_dup_key (read);

  g_assert_cmpstr (key, ==, "error 7");
  g_assert_cmpint (baton_handoff_get_trigger (read), ==, BATON_TRIGGER_ERROR);
  g_assert_cmpstr (baton_handoff_get_language (read), ==, "pt-BR");
  g_assert_null (baton_handoff_get_agent_message (read));
}

static void
test_triggers (void)
{
  for (guint i = BATON_TRIGGER_UNKNOWN; i <= BATON_TRIGGER_ERROR; i++)
    g_assert_cmpint (baton_trigger_from_string (baton_trigger_to_string ((BatonTrigger) i)), ==, i);
  g_assert_cmpint (baton_trigger_from_string ("Implicit"), ==, BATON_TRIGGER_UNKNOWN);
  g_assert_cmpint (baton_trigger_from_string (NULL), ==, BATON_TRIGGER_UNKNOWN);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/handoff/round-trip", test_round_trip);
  g_test_add_func ("/model/handoff/round-trip-of-transcript", test_round_trip_of_transcript);
  g_test_add_func ("/model/handoff/broken-json", test_broken_json);
  g_test_add_func ("/model/handoff/merge/H6", test_merge);
  g_test_add_func ("/model/handoff/failure/F14", test_failure);
  g_test_add_func ("/model/handoff/triggers", test_triggers);
  return g_test_run ();
}
