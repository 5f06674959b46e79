/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-test.h"
#include "chat.h"

#define PHRASE(phrase) "  kind: OnRecognizedIntent\n  intent: {triggerQueries: [" phrase "]}\n"
#define HOURS "topics/Hours.mcs.yml", "beginDialog:\n" PHRASE ("store hours") "  actions: [{kind: SendActivity, id: a, activity: Nine to five.}]\n"

static Chat *
ask (const char *question)
{
  g_autofree char *text = g_strdup_printf ("beginDialog:\n" PHRASE ("go") "  actions:\n    - {kind: Question, id: q, variable: Topic.X, prompt: Well?, %s}\n"
                                           "    - {kind: SendActivity, id: a, activity: 'got {Topic.X}'}\n", question);
  Chat *chat = chat_new_of ("topics/A.mcs.yml", text, HOURS, NULL);

  chat_say (chat, "go");
  chat_assert_texts (chat, "Well?", NULL);
  return chat;
}

static char *
join_buttons (Chat *chat)
{
  BatonJsonNode root = baton_activity_get_root (g_ptr_array_index (chat->turn, 0));
  BatonJsonNode actions = baton_json_node_get_member (baton_json_node_get_member (root, "suggestedActions"), "actions");
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < baton_json_node_get_size (actions); i++) {
    BatonJsonNode action = baton_json_node_get_element (actions, i);
    g_autofree char *value = baton_json_node_dup_member (action, "value");

    g_assert_true (baton_json_node_is (baton_json_node_get_member (action, "type"), "imBack"));
    g_string_append_printf (out, "[%s]", value);
  }
  return g_string_free (out, FALSE);
}

static void
test_question_choice (void)
{
  g_autoptr (Chat) chat = ask ("entity: {kind: EmbeddedEntity, definition: {items: [{id: a, displayName: Porto}, {id: b, displayName: Faro}]}}");
  g_autofree char *buttons = join_buttons (chat);

  g_assert_cmpstr (buttons, ==, "[Porto][Faro]");
  chat_say (chat, "faro!");
  chat_assert_texts (chat, "got Faro", NULL);
}

static void
test_question_boolean (void)
{
  g_autoptr (Chat) chat = ask ("entity: BooleanPrebuiltEntity");
  g_autofree char *buttons = join_buttons (chat);

  g_assert_cmpstr (buttons, ==, "[Yes][No]");
  chat_say (chat, "sure");
  chat_assert_texts (chat, "got true", NULL);
}

/* Asked three times in all; then a person. S000-28 */
static void
test_question_exhausted (void)
{
  g_autoptr (Chat) chat = ask ("entity: NumberPrebuiltEntity");

  chat_say (chat, "blah");
  chat_assert_texts (chat, "Sorry, I did not understand that. Well?", NULL);
  chat_say (chat, "blah");
  chat_assert_texts (chat, "Sorry, I did not understand that. Well?", NULL);
  g_assert_null (chat->handoff);
  chat_say (chat, "blah");
  g_assert_nonnull (chat->handoff);
  g_assert_cmpint (baton_handoff_get_trigger (chat->handoff), ==, BATON_TRIGGER_IMPLICIT);
  g_assert_cmpstr (baton_handoff_get_last_topic (chat->handoff), ==, "A");
}

static void
test_question_repeats (void)
{
  g_autoptr (Chat) never = ask ("entity: NumberPrebuiltEntity, repeatCount: 0, defaultValue: 7, defaultValueResponse: Seven then.");
  g_autoptr (Chat) formula = ask ("entity: NumberPrebuiltEntity, repeatCount: =1 - 1, fallbackDialogOnInvalidEntity: t.topic.Hours");

  chat_say (never, "blah");
  chat_assert_texts (never, "Seven then.", "got 7", NULL);
  chat_say (formula, "blah");
  chat_assert_texts (formula, "Nine to five.", NULL);
}

/* The candidate is visible under the variable's name while it is looked at, and gone if it is refused. */
static void
test_question_validation (void)
{
  g_autoptr (Chat) chat = ask ("entity: NumberPrebuiltEntity, validation: =Topic.X > 10, invalidPrompt: 'Too small{If(IsBlank(Topic.X), \"\", \"?\")}.'");

  chat_say (chat, "3");
  chat_assert_texts (chat, "Too small.", NULL);
  chat_say (chat, "30");
  chat_assert_texts (chat, "got 30", NULL);
}

/* S000-20: a person at any point, also where no interruption is allowed. */
static void
test_question_person (void)
{
  static const char *const questions[] = {
    "entity: StringPrebuiltEntity", "entity: NumberPrebuiltEntity, interruptionPolicy: {allowInterruption: false}",
    "entity: BooleanPrebuiltEntity, interruptionPolicy: {allowInterruption: false}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++) {
    g_autoptr (Chat) chat = ask (questions[i]);

    chat_say (chat, "Please let me talk to a person");
    g_assert_nonnull (chat->handoff);
    g_assert_cmpint (baton_handoff_get_trigger (chat->handoff), ==, BATON_TRIGGER_IMPLICIT);
  }
}

/* Another topic comes in between, and the question is asked again. */
static void
test_question_interrupted (void)
{
  g_autoptr (Chat) chat = ask ("entity: NumberPrebuiltEntity");

  chat_say (chat, "what are your store hours");
  chat_assert_texts (chat, "Nine to five.", "Well?", NULL);
  chat_say (chat, "5");
  chat_assert_texts (chat, "got 5", NULL);
}

static void
test_question_not_interrupted (void)
{
  g_autoptr (Chat) forbidden = ask ("entity: NumberPrebuiltEntity, interruptionPolicy: {allowInterruption: false}, unrecognizedPrompt: Digits.");
  g_autoptr (Chat) others = ask ("entity: NumberPrebuiltEntity, unrecognizedPrompt: Digits., interruptionPolicy: {allowInterruption: true, "
                                 "interruptionTopicListFilter: {kind: IncludeSelectedTopics, allowedInterruptTopics: [t.topic.Other]}}");
  g_autoptr (Chat) chosen = ask ("entity: NumberPrebuiltEntity, interruptionPolicy: {allowInterruption: true, "
                                 "interruptionTopicListFilter: {kind: IncludeSelectedTopics, allowedInterruptTopics: [t.topic.Hours]}}");
  g_autoptr (Chat) free_text = ask ("entity: StringPrebuiltEntity");
  g_autoptr (Chat) exact = ask ("entity: StringPrebuiltEntity");

  chat_say (forbidden, "store hours");
  chat_assert_texts (forbidden, "Digits.", NULL);
  chat_say (others, "store hours");
  chat_assert_texts (others, "Digits.", NULL);
  chat_say (chosen, "store hours");
  chat_assert_texts (chosen, "Nine to five.", "Well?", NULL);
  chat_say (free_text, "your store hours");
  chat_assert_texts (free_text, "got your store hours", NULL);
  chat_say (exact, "store hours");
  chat_assert_texts (exact, "Nine to five.", "Well?", NULL);
}

/* A variable with a value is not asked for, unless the author wants it or the topic comes back to the question. */
static void
test_question_skip (void)
{
#define ASK(id, more) "    - {kind: Question, id: " id ", variable: Global.X, prompt: " id "?, entity: StringPrebuiltEntity" more "}\n"
  g_autoptr (Chat) chat = chat_new_of ("variables/X.mcs.yml", "name: X\ndefaultValue: known\n",
                                       "topics/A.mcs.yml", "beginDialog:\n" PHRASE ("skip") "  actions:\n" ASK ("q", "")
                                       "    - {kind: SendActivity, id: a, activity: '{Global.X}'}\n",
                                       "topics/B.mcs.yml", "beginDialog:\n" PHRASE ("always") "  actions:\n" ASK ("p", ", alwaysPrompt: true"),
                                       "topics/C.mcs.yml", "beginDialog:\n" PHRASE ("back") "  actions:\n" ASK ("b", "")
                                       "    - {kind: GotoAction, id: g, actionId: b}\n",
                                       "topics/D.mcs.yml", "beginDialog:\n" PHRASE ("mode") "  actions:\n" ASK ("m", ", skipQuestionMode: AlwaysAsk"), NULL);

  chat_say (chat, "skip");
  chat_assert_texts (chat, "known", NULL);
  chat_say (chat, "always");
  chat_assert_texts (chat, "p?", NULL);
  chat_say (chat, "x");
  chat_say (chat, "back");
  chat_assert_texts (chat, "b?", NULL);
  chat_say (chat, "mode");   /* the very words of a phrase */
  chat_assert_texts (chat, "m?", NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/bot-question/choice", test_question_choice);
  g_test_add_func ("/bot/bot-question/boolean", test_question_boolean);
  g_test_add_func ("/bot/bot-question/exhausted", test_question_exhausted);
  g_test_add_func ("/bot/bot-question/repeats", test_question_repeats);
  g_test_add_func ("/bot/bot-question/validation", test_question_validation);
  g_test_add_func ("/bot/bot-question/person", test_question_person);
  g_test_add_func ("/bot/bot-question/interrupted", test_question_interrupted);
  g_test_add_func ("/bot/bot-question/not-interrupted", test_question_not_interrupted);
  g_test_add_func ("/bot/bot-question/skip", test_question_skip);

  return g_test_run ();
}
