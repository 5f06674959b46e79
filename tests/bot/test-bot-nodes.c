/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-test.h"
#include "chat.h"

#define PHRASE(phrase) "  kind: OnRecognizedIntent\n  intent: {triggerQueries: [" phrase "]}\n"
#define SAY(id, text) "    - {kind: SendActivity, id: " id ", activity: '" text "'}\n"
#define SET(id, variable, value) "    - {kind: SetVariable, id: " id ", variable: " variable ", value: " value "}\n"

/* The first true condition alone; one without actions falls through; else; then on behind the group. */
static void
test_nodes_conditions (void)
{
#define GROUP(value) "topics/" value ".mcs.yml", "beginDialog:\n" PHRASE (value) "  actions:\n" SET ("s", "Topic.X", value) \
    "    - kind: ConditionGroup\n      id: g\n      conditions:\n" \
    "        - {id: a, condition: =Topic.X = 1, actions: [{kind: SendActivity, id: a1, activity: one}]}\n" \
    "        - {id: b, condition: =Topic.X < 2, actions: [{kind: SendActivity, id: b1, activity: below}]}\n" \
    "        - {id: c, condition: =Topic.X = 2}\n" \
    "        - {id: d, condition: '=\"a\" + 1', actions: [{kind: SendActivity, id: d1, activity: never}]}\n" \
    "      elseActions:\n        - {kind: SendActivity, id: e1, activity: else}\n" SAY ("z", "end")
  g_autoptr (Chat) chat = chat_new_of (GROUP ("1"), GROUP ("2"), GROUP ("3"), NULL);

  chat_say (chat, "1");
  chat_assert_texts (chat, "one", "end", NULL);
  chat_say (chat, "2");
  chat_assert_texts (chat, "end", NULL);
  chat_say (chat, "3");
  chat_assert_texts (chat, "else", "end", NULL);
}

static void
test_nodes_variables (void)
{
  g_autoptr (Chat) chat = chat_new_of ("variables/Skill.mcs.yml", "name: Skill\ndefaultValue: general\n",
                                       "topics/A.mcs.yml",
                                       "beginDialog:\n" PHRASE ("set") "  actions:\n" SET ("a", "init:Topic.N", "7") SET ("b", "Topic.T", "\"7\"")
                                       SET ("c", "Topic.B", "true") SET ("d", "Global.Skill", "=Upper(\"vip\")") SET ("e", "Topic.R", "{a: 1, b: =Topic.N + 1}")
                                       "    - {kind: SetTextVariable, id: f, variable: Topic.S, value: 'n{Topic.N}'}\n"
                                       SAY ("g", "{Topic.N + 1} {Topic.T & 1} {If(Topic.B, \"y\", \"n\")} {Global.Skill} {Topic.R.b} {Topic.S} [{Topic.None}]"),
                                       "topics/B.mcs.yml", "beginDialog:\n" PHRASE ("get") "  actions:\n" SAY ("a", "{Global.Skill}|{Topic.N}"),
                                       "topics/C.mcs.yml", "beginDialog:\n" PHRASE ("clear") "  actions:\n    - {kind: ClearAllVariables, id: a}\n", NULL);

  chat_say (chat, "get");
  chat_assert_texts (chat, "general|", NULL);
  chat_say (chat, "set");
  chat_assert_texts (chat, "8 71 y VIP 8 n7 []", NULL);
  chat_say (chat, "get");   /* Global lives on, Topic does not */
  chat_assert_texts (chat, "VIP|", NULL);
  chat_say (chat, "clear");
  chat_say (chat, "get");
  chat_assert_texts (chat, "general|", NULL);
}

/* Values go in and come out of a called topic. */
static void
test_nodes_calls (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml",
                                       "beginDialog:\n" PHRASE ("call") "  actions:\n" SET ("a", "Topic.N", "20")
                                       "    - {kind: BeginDialog, id: b, dialog: t.topic.Double, input: {binding: {In: =Topic.N + 1}}, output: {binding: {Out: Topic.Result}}}\n"
                                       SAY ("c", "{Topic.Result} {Topic.In}"),
                                       "topics/B.mcs.yml",
                                       "beginDialog:\n" PHRASE ("name") "  actions:\n" SET ("a", "Topic.Which", "t.topic.Double")
                                       "    - {kind: BeginDialog, id: b, dialog: =Topic.Which}\n" SAY ("c", "back"),
                                       "topics/C.mcs.yml",
                                       "beginDialog:\n" PHRASE ("replace") "  actions:\n    - {kind: ReplaceDialog, id: b, dialog: t.topic.Double, input: {binding: {In: 2}}}\n"
                                       SAY ("c", "never"),
                                       "topics/Double.mcs.yml", "beginDialog:\n  kind: OnRedirect\n  actions:\n" SET ("a", "Topic.Out", "=Topic.In * 2") SAY ("b", "is {Topic.Out}"),
                                       "topics/Tool.mcs.yml",
                                       "beginDialog:\n" PHRASE ("tool") "  actions:\n    - {kind: BeginDialog, id: b, dialog: t.action.Weather}\n" SAY ("c", "went on"), NULL);

  chat_say (chat, "call");
  chat_assert_texts (chat, "is 42", "42 ", NULL);
  chat_say (chat, "name");
  chat_assert_texts (chat, "is 0", "back", NULL);
  chat_say (chat, "replace");
  chat_assert_texts (chat, "is 4", NULL);
  chat_say (chat, "tool");
  chat_assert_texts (chat, "went on", NULL);
}

static void
test_nodes_ends (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml",
                                       "beginDialog:\n" PHRASE ("end") "  actions:\n    - {kind: BeginDialog, id: a, dialog: t.topic.B}\n" SAY ("b", "caller"),
                                       "topics/B.mcs.yml",
                                       "beginDialog:\n  kind: OnRedirect\n  actions:\n    - {kind: EndDialog, id: a}\n" SAY ("b", "never"),
                                       "topics/C.mcs.yml",
                                       "beginDialog:\n" PHRASE ("cancel") "  actions:\n    - {kind: BeginDialog, id: a, dialog: t.topic.D}\n" SAY ("b", "never"),
                                       "topics/D.mcs.yml", "beginDialog:\n  kind: OnRedirect\n  actions:\n    - {kind: CancelAllDialogs, id: a}\n" SAY ("b", "never"),
                                       "topics/E.mcs.yml",
                                       "beginDialog:\n" PHRASE ("bye") "  actions:\n" SAY ("a", "Bye.") "    - {kind: EndConversation, id: b}\n" SAY ("c", "never"),
                                       "topics/F.mcs.yml",
                                       "beginDialog:\n" PHRASE ("jump") "  actions:\n    - {kind: GotoAction, id: a, actionId: c}\n" SAY ("b", "never") SAY ("c", "there")
                                       "    - {kind: SendActivity, id: d, disabled: true, activity: off}\n", NULL);

  chat_say (chat, "end");
  chat_assert_texts (chat, "caller", NULL);
  chat_say (chat, "cancel");
  g_assert_cmpuint (chat->turn->len, ==, 0);
  chat_say (chat, "bye");
  chat_assert_texts (chat, "Bye.", NULL);
  g_assert_cmpuint (chat->turn->len, ==, 2);
  g_assert_true (baton_activity_is (g_ptr_array_index (chat->turn, 1), "endOfConversation"));
  chat_say (chat, "jump");
  chat_assert_texts (chat, "there", NULL);
}

/* An author's events are sent, but a hand-off is made by a transfer node alone. */
static void
test_nodes_events (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml",
                                       "beginDialog:\n" PHRASE ("event") "  actions:\n"
                                       "    - {kind: SendActivity, id: a, activity: {kind: EventActivity, name: lamp.on, value: {a: 1}}}\n"
                                       "    - {kind: SendActivity, id: b, activity: {kind: EventActivity, name: Handoff.Initiate}}\n"
                                       "    - {kind: SendActivity, id: c, activity: {kind: EventActivity}}\n", NULL);

  chat_say (chat, "event");
  g_assert_cmpuint (chat->turn->len, ==, 1);
  g_assert_cmpstr (baton_activity_get_name (g_ptr_array_index (chat->turn, 0)), ==, "lamp.on");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/bot-nodes/conditions", test_nodes_conditions);
  g_test_add_func ("/bot/bot-nodes/variables", test_nodes_variables);
  g_test_add_func ("/bot/bot-nodes/calls", test_nodes_calls);
  g_test_add_func ("/bot/bot-nodes/ends", test_nodes_ends);
  g_test_add_func ("/bot/bot-nodes/events", test_nodes_events);

  return g_test_run ();
}
