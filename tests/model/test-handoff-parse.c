/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "model-test.h"

static char *
dup_variables (BatonHandoff *handoff)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  for (guint i = 0; i < baton_handoff_get_n_variables (handoff); i++) {
    const BatonVariable *variable = baton_handoff_get_variable (handoff, i);

    baton_json_writer_add_node (writer, variable->name, variable->value);
  }
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish_text (writer);
}

static void
assert_text (BatonJsonNode  expect,
             const char    *name,
             const char    *actual)
{
  g_autofree char *text = baton_json_node_dup_member (expect, name);

  g_test_message ("  %s", name);
  g_assert_cmpstr (actual, ==, text);
}

static void
assert_list (BatonJsonNode      expect,
             const char        *name,
             const char *const *actual)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *wanted = baton_json_node_dup_raw (baton_json_node_get_member (expect, name));
  g_autofree char *text = NULL;

  baton_json_writer_strv (writer, actual);
  text = baton_json_writer_finish_text (writer);
  assert_same_json (text, wanted);
}

static void
assert_expected (BatonHandoff  *handoff,
                 BatonJsonNode  expect)
{
  g_autofree char *variables = dup_variables (handoff);
  g_autofree char *wanted = baton_json_node_dup_raw (baton_json_node_get_member (expect, "user_vars"));
  gint64 messages;

  assert_text (expect, "scope", baton_handoff_get_scope (handoff));
  assert_text (expect, "last_topic", baton_handoff_get_last_topic (handoff));
  assert_text (expect, "last_phrase", baton_handoff_get_last_phrase (handoff));
  assert_text (expect, "va_conversation_id", baton_handoff_get_conversation_id (handoff));
  assert_text (expect, "agent_message", agent_message_of (handoff));
  assert_text (expect, "bot_id", baton_handoff_get_bot_id (handoff));
  assert_text (expect, "bot_name", baton_handoff_get_bot_name (handoff));
  assert_text (expect, "language", baton_handoff_get_language (handoff));
  assert_text (expect, "skill", baton_handoff_get_skill (handoff));
  assert_text (expect, "transcript_url", baton_handoff_get_transcript_url (handoff));
  assert_list (expect, "topics", baton_handoff_get_topics (handoff));
  assert_list (expect, "phrases", baton_handoff_get_phrases (handoff));
  assert_same_json (variables, wanted);
  g_assert_true (baton_json_node_get_int (baton_json_node_get_member (expect, "transcript_messages"), &messages));
  g_assert_cmpint (baton_handoff_get_transcript (handoff)->len, ==, messages);
  g_assert_false (baton_handoff_get_truncated (handoff));
}

/* Protocol H1. What arrived on the customer's side is never asked about: that is the caller's part (rule 1). */
static void
test_variants (void)
{
  static const char *const names[] = { "GenesysHandoff", NULL };
  BatonHandoffRules rules = BATON_HANDOFF_RULES_TOLERANT;
  g_autofree char *path = baton_test_fixture ("made-handoff-variants.json");
  g_autoptr (GBytes) bytes = baton_test_read (path);
  g_autoptr (BatonJson) json = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL);
  BatonJsonNode entry;
  BatonJsonIter iter;
  guint n = 0;

  rules.event_names = names;
  baton_json_iter_init (&iter, baton_json_get_root (json));
  while (baton_json_iter_next (&iter, NULL, &entry)) {
    BatonJsonNode expect = baton_json_node_get_member (entry, "expect");
    g_autoptr (BatonActivity) activity = baton_activity_new_from_node (baton_json_node_get_member (entry, "activity"));
    g_autofree char *name = baton_json_node_dup_member (entry, "name");
    const gboolean detected = baton_json_node_is (baton_json_node_get_member (entry, "source"), "bot")
                              && baton_handoff_is_handoff (activity, &rules);

    g_test_message ("case %s", name);
    n++;
    g_assert_cmpint (detected, ==, baton_json_node_is_true (baton_json_node_get_member (expect, "detected")));
    if (detected) {
      g_autoptr (BatonHandoff) handoff = baton_handoff_new_from_activity (activity);

      assert_expected (handoff, expect);
    }
  }
  g_assert_cmpuint (n, ==, 39);
}

static void
test_triggers (void)
{
  static const struct {
    const char   *activity;
    BatonTrigger  trigger;
  } cases[] = {
    { "{\"type\":\"event\",\"value\":{}}", BATON_TRIGGER_UNKNOWN },
    { "{\"type\":\"event\",\"value\":{\"va_LastTopic\":\"Escalate\"}}", BATON_TRIGGER_IMPLICIT },
    { "{\"type\":\"event\",\"value\":{\"va_LastTopic\":\"escalate\",\"va_AgentMessage\":\"m\"}}", BATON_TRIGGER_IMPLICIT },
    { "{\"type\":\"event\",\"value\":{\"va_LastTopic\":\"Billing\",\"va_AgentMessage\":\"m\"}}", BATON_TRIGGER_EXPLICIT },
    { "{\"type\":\"event\",\"value\":{\"va_LastTopic\":\"Billing\",\"va_AgentMessage\":\"\"}}", BATON_TRIGGER_UNKNOWN },
    { "{\"type\":\"event\",\"value\":{\"va_LastTopic\":\"Escalate\"},\"channelData\":{\"baton\":{\"trigger\":\"explicit\"}}}",
      BATON_TRIGGER_EXPLICIT },
    { "{\"type\":\"event\",\"value\":{\"va_AgentMessage\":\"m\"},\"channelData\":{\"baton\":{\"trigger\":\"implicit\"}}}",
      BATON_TRIGGER_IMPLICIT },
    { "{\"type\":\"event\",\"value\":{\"va_AgentMessage\":\"m\"},\"channelData\":{\"baton\":{\"trigger\":7}}}",
      BATON_TRIGGER_EXPLICIT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (BatonHandoff) handoff = handoff_from_text (cases[i].activity);

    g_test_message ("activity %s", cases[i].activity);
    g_assert_cmpint (baton_handoff_get_trigger (handoff), ==, cases[i].trigger);
  }
}

/* S000-65 and protocol 3.3: of one name the variable set last counts, and an explicit one before a nested one. */
static void
test_collisions (void)
{
  g_autoptr (BatonHandoff) handoff =
    handoff_with_value ("{\"Store\":\"Porto\",\"Context\":{\"Store\":\"Faro\",\"Only\":1,\"va_LastTopic\":\"inner\"},"
                        "\"Store\":\"Lisboa\",\"va_LastTopic\":\"outer\",\"store\":\"other\"}");
  g_autofree char *variables = dup_variables (handoff);

  assert_same_json (variables, "{\"Store\":\"Lisboa\",\"Only\":1,\"store\":\"other\"}");
  g_assert_cmpstr (baton_handoff_get_last_topic (handoff), ==, "outer");
}

static void
test_blank_texts (void)
{
  g_autoptr (BatonHandoff) handoff =
    handoff_with_value ("{\"va_AgentMessage\":\" \\n\",\"va_LastTopic\":\"\",\"va_Topics\":\"\",\"Skill\":\"  \"}");

  g_assert_null (baton_handoff_get_agent_message (handoff));
  g_assert_null (baton_handoff_get_last_topic (handoff));
  g_assert_null (baton_handoff_get_topics (handoff)[0]);
  g_assert_null (baton_handoff_get_skill (handoff));
}

static void
test_customer (void)
{
  g_autoptr (BatonHandoff) related =
    handoff_from_text ("{\"type\":\"event\",\"from\":{\"id\":\"bot\"},\"relatesTo\":{\"user\":{\"id\":\"u1\",\"name\":\"Ines\"}}}");
  g_autoptr (BatonHandoff) written =
    handoff_from_text ("{\"type\":\"event\",\"from\":{\"id\":\"bot\"},\"transcript\":["
                       "{\"type\":\"message\",\"from\":{\"id\":\"b\",\"role\":\"bot\"},\"text\":\"Hi\"},"
                       "{\"type\":\"message\",\"from\":{\"id\":\"u2\",\"name\":\"Rui\",\"role\":\"user\"},\"text\":\"Hi\"}]}");
  g_autoptr (BatonHandoff) nobody = handoff_from_text ("{\"type\":\"event\",\"from\":{\"id\":\"u3\",\"role\":\"user\"}}");

  g_assert_cmpstr (baton_handoff_get_customer_id (related), ==, "u1");
  g_assert_cmpstr (baton_handoff_get_customer_name (related), ==, "Ines");
  g_assert_cmpstr (baton_handoff_get_customer_id (written), ==, "u2");
  g_assert_cmpstr (baton_handoff_get_customer_name (written), ==, "Rui");
  g_assert_null (baton_handoff_get_customer_id (nobody));
}

/* Protocol 3.5 rule 10: the same id, else the same bytes, are the same hand-off. */
static void
test_key (void)
{
  g_autoptr (BatonHandoff) named = handoff_from_text ("{\"type\":\"event\",\"id\":\"B|0000009\"}");
  g_autoptr (BatonHandoff) nameless = handoff_from_text ("{\"type\":\"event\",\"value\":1}");
  g_autoptr (BatonHandoff) again = handoff_from_text ("{\"type\":\"event\",\"value\":1}");
  g_autoptr (BatonHandoff) other = handoff_from_text ("{\"type\":\"event\",\"value\":2}");
  g_autofree char *key = baton_handoff_dup_key (named);
  g_autofree char *hash = baton_handoff_dup_key (nameless);
  g_autofree char *hash_again = baton_handoff_dup_key (again);
  g_autofree char *other_hash = baton_handoff_dup_key (other);

  g_assert_cmpstr (key, ==, "B|0000009");
  g_assert_true (g_str_has_prefix (hash, "sha256:"));
  g_assert_cmpuint (strlen (hash), ==, strlen ("sha256:") + 64);
  g_assert_cmpstr (hash, ==, hash_again);
  g_assert_cmpstr (hash, !=, other_hash);
}

/* Each field of a real hand-off, removed or of each wrong type in turn: the customer still gets into the queue (H5). */
static void
test_wrong_types (void)
{
  static const char *const replacements[] = { NULL, "null", "7", "true", "\"text\"", "[]", "[null,{}]", "{}", "{\"type\":\"message\"}" };
  g_autofree char *path = baton_test_fixture ("handoff-activityset.json");
  g_autoptr (GBytes) bytes = baton_test_read (path);
  g_autoptr (BatonJson) json = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL);
  g_autofree char *text = NULL;
  guint n = 0;

  text = baton_json_node_dup_raw (baton_json_node_get_element (baton_json_node_get_member (baton_json_get_root (json), "activities"), 0));

  /* Every value in the text, at any depth, begins behind a colon outside of strings. */
  for (gsize at = 0; text[at] != '\0'; at++) {
    g_autoptr (BatonJson) value = NULL;
    gsize end = at + 2;

    if (text[at] != ':' || text[at + 1] != ' ')
      continue;
    for (; value == NULL && text[end] != '\0'; end++)
      value = baton_json_parse_text (text + at + 2, (gssize) (end - at - 1), &BATON_JSON_LIMITS_BOT, NULL);
    if (value == NULL)
      continue;

    for (guint i = 0; i < G_N_ELEMENTS (replacements); i++) {
      /* To be removed is to be of a name nobody asks for. */
      g_autofree char *broken =
        replacements[i] == NULL ? g_strdup_printf ("%.*s~%s", (int) at - 1, text, text + at - 1)
                                : g_strdup_printf ("%.*s%s%s", (int) at + 2, text, replacements[i], text + end);
      g_autoptr (GBytes) body = g_bytes_new (broken, strlen (broken));
      g_autoptr (BatonActivity) activity = baton_activity_new (body, &BATON_JSON_LIMITS_BOT, NULL);
      g_autoptr (BatonHandoff) handoff = NULL;
      g_autofree char *key = NULL;

      if (activity == NULL)   /* its `type` */
        continue;
      handoff = baton_handoff_new_from_activity (activity);
      key = baton_handoff_dup_key (handoff);
      g_assert_nonnull (key);
      n++;
    }
  }
  g_assert_cmpuint (n, >, 500);
}

/* What is nested too deep for the next reader is kept as text, and said to be missing. */
static void
test_too_deep (void)
{
  g_autofree char *open = g_strnfill (58, '[');
  g_autofree char *closed = g_strnfill (58, ']');
  g_autofree char *value = g_strdup_printf ("{\"va_LastTopic\":\"Billing\",\"Deep\":%s%s}", open, closed);
  g_autoptr (BatonHandoff) handoff = handoff_with_value (value);
  g_autofree char *escaped = g_strescape (value, NULL);
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", escaped);
  g_autoptr (BatonHandoff) as_text = handoff_with_value (quoted);
  g_autofree char *text = handoff_to_text (handoff);
  g_autoptr (BatonJson) json = json_from_text (text);
  g_autofree char *kept = baton_json_node_dup_member (baton_json_get_root (json), "value");

  g_assert_true (baton_handoff_get_truncated (handoff));
  g_assert_cmpuint (baton_handoff_get_n_variables (handoff), ==, 0);
  g_assert_cmpstr (kept, ==, value);
  g_assert_true (baton_handoff_get_truncated (as_text));
  g_assert_null (baton_handoff_get_agent_message (as_text));
}

/* What is deep, but not too deep, is whole: with many brackets beside each other, too. */
static void
test_deep_enough (void)
{
  g_autofree char *open = g_strnfill (54, '[');
  g_autofree char *closed = g_strnfill (54, ']');
  g_autofree char *value = g_strdup_printf ("{\"Deep\":%s%s,\"Wide\":[[],[],[[]],[[[]]],{\"a\":[]}]}", open, closed);
  g_autoptr (BatonHandoff) handoff = handoff_with_value (value);

  g_assert_false (baton_handoff_get_truncated (handoff));
  g_assert_cmpuint (baton_handoff_get_n_variables (handoff), ==, 2);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/handoff-parse/deep-enough", test_deep_enough);
  g_test_add_func ("/model/handoff-parse/variants/H1", test_variants);
  g_test_add_func ("/model/handoff-parse/triggers/S000-21", test_triggers);
  g_test_add_func ("/model/handoff-parse/collisions/S000-65", test_collisions);
  g_test_add_func ("/model/handoff-parse/blank-texts/S000-41", test_blank_texts);
  g_test_add_func ("/model/handoff-parse/customer", test_customer);
  g_test_add_func ("/model/handoff-parse/key/H4", test_key);
  g_test_add_func ("/model/handoff-parse/wrong-types/H5", test_wrong_types);
  g_test_add_func ("/model/handoff-parse/too-deep", test_too_deep);
  return g_test_run ();
}
