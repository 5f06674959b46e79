/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-test.h"
#include "chat.h"

#define PHRASE(phrase) "  kind: OnRecognizedIntent\n  intent: {triggerQueries: [" phrase "]}\n"
#define SAY(id, text) "    - {kind: SendActivity, id: " id ", activity: " text "}\n"

/* S000-26, S000-27: two attempts, then a person. */
static void
test_run_fallback (void)
{
  g_autoptr (Chat) chat = chat_new_shop ();

  chat_say (chat, "qwertz");
  chat_assert_texts (chat, "Sorry, I did not understand that. Could you say it in other words?", NULL);
  chat_say (chat, "asdf");
  chat_assert_texts (chat, "I am afraid I still do not understand. Please try once more in a few words, or ask for a person.", NULL);
  g_assert_null (chat->handoff);
  chat_say (chat, "yxcv");
  g_assert_nonnull (chat->handoff);
  g_assert_cmpint (baton_handoff_get_trigger (chat->handoff), ==, BATON_TRIGGER_IMPLICIT);
  g_assert_cmpuint (g_strv_length ((char **) baton_handoff_get_topics (chat->handoff)), ==, 0);

  /* Afterwards the count begins anew. */
  chat_say (chat, "qwertz");
  g_assert_null (chat->handoff);
}

/* Something understood in between breaks the row. */
static void
test_run_fallback_reset (void)
{
  g_autoptr (Chat) chat = chat_new_shop ();

  chat_say (chat, "qwertz");
  chat_say (chat, "asdf");
  chat_say (chat, "thank you");
  chat_assert_texts (chat, "You are welcome!", NULL);
  chat_say (chat, "qwertz");
  chat_assert_texts (chat, "Sorry, I did not understand that. Could you say it in other words?", NULL);
}

/* Whatever a Fallback topic says, the third time leads to a person. */
static void
test_run_fallback_stubborn (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/Fallback.mcs.yml", "beginDialog:\n  kind: OnUnknownIntent\n  actions:\n" SAY ("a", "What?"), NULL);

  chat_say (chat, "qwertz");
  chat_assert_texts (chat, "What?", NULL);
  chat_say (chat, "asdf");
  chat_assert_texts (chat, "What?", NULL);
  chat_say (chat, "yxcv");
  g_assert_nonnull (chat->handoff);
}

/* Topics for what nobody understood run by priority until one clears the queue. */
static void
test_run_unknown_queue (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/Fallback.mcs.yml", "beginDialog:\n  kind: OnUnknownIntent\n  actions:\n" SAY ("a", "What?"),
                                       "topics/Search.mcs.yml",
                                       "beginDialog:\n  kind: OnUnknownIntent\n  priority: -1\n  actions:\n"
                                       "    - {kind: SearchAndSummarizeContent, id: s, variable: Topic.Answer}\n"
                                       "    - {kind: SetVariable, id: v, variable: Topic.Answer, value: '=If(System.Activity.Text = \"known\", \"Yes.\")'}\n"
                                       "    - kind: ConditionGroup\n      id: c\n      conditions:\n        - id: i\n          condition: =!IsBlank(Topic.Answer)\n"
                                       "          actions:\n            - {kind: SendActivity, id: t, activity: '{Topic.Answer}'}\n"
                                       "            - {kind: EndDialog, id: e, clearTopicQueue: true}\n", NULL);

  chat_say (chat, "known");
  chat_assert_texts (chat, "Yes.", NULL);
  chat_say (chat, "unknown");
  chat_assert_texts (chat, "What?", NULL);
}

/* S000-29: in the customer's language, in their own words, and in the middle of things. */
static void
test_run_asks_for_person (void)
{
  static const struct {
    const char *locale;
    const char *text;
  } rows[] = {
    { "en-US", "talk to agent" }, { "en-US", "Can I talk to a human, please?" }, { "en-US", "get me a real person" },
    { "en-GB", "I want to speak to someone" }, { "de-DE", "Ich möchte mit einem Menschen sprechen" }, { "de-DE", "mitarbeiter bitte" },
    { "fr-FR", "je veux parler à un conseiller" }, { "pt-PT", "Quero falar com uma pessoa" }, { "ar", "أريد التحدث إلى موظف" },
    { "en-US", "Quero falar com uma pessoa" },   /* whatever the page's language says */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Chat) chat = chat_new_shop ();

    g_test_message ("%s: %s", rows[i].locale, rows[i].text);
    chat->locale = rows[i].locale;
    chat_open (chat);
    chat_say (chat, "4711");
    chat_say (chat, rows[i].text);
    g_assert_nonnull (chat->handoff);
    g_assert_cmpuint (chat->texts->len, ==, 1);
    g_assert_cmpstr (baton_handoff_get_last_phrase (chat->handoff), ==, rows[i].text);
  }
}

/* A redirect comes back; one into a topic that cancels others does not. S000-12 */
static void
test_run_redirects (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml",
                                       "beginDialog:\n" PHRASE ("go") "  actions:\n" SAY ("a", "one")
                                       "    - {kind: BeginDialog, id: b, dialog: t.topic.B}\n" SAY ("c", "three"),
                                       "topics/B.mcs.yml", "beginDialog:\n  kind: OnRedirect\n  actions:\n" SAY ("a", "two"),
                                       "topics/C.mcs.yml",
                                       "beginDialog:\n" PHRASE ("leave") "  actions:\n    - {kind: BeginDialog, id: b, dialog: T.Topic.D}\n" SAY ("c", "never"),
                                       "topics/D.mcs.yml", "startBehavior: CancelOtherTopics\nbeginDialog:\n  kind: OnRedirect\n  actions:\n" SAY ("a", "gone"),
                                       "topics/E.mcs.yml",
                                       "beginDialog:\n" PHRASE ("person") "  actions:\n    - {kind: BeginDialog, id: b, dialog: t.topic.Escalate}\n", NULL);

  chat_say (chat, "go");
  chat_assert_texts (chat, "one", "two", "three", NULL);
  chat_say (chat, "leave");
  chat_assert_texts (chat, "gone", NULL);
  chat_say (chat, "person");
  g_assert_nonnull (chat->handoff);
  g_assert_cmpint (baton_handoff_get_trigger (chat->handoff), ==, BATON_TRIGGER_EXPLICIT);
  g_assert_cmpstr (baton_handoff_get_last_topic (chat->handoff), ==, "E");
}

/* Topics that never end do end. */
static void
test_run_loops (void)
{
  static const char *const says[] = { "jump", "call", "read", "nowhere", "noaction" };
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml",
                                       "beginDialog:\n" PHRASE ("jump") "  actions:\n    - {kind: GotoAction, id: a, actionId: a}\n",
                                       "topics/B.mcs.yml",
                                       "beginDialog:\n" PHRASE ("call") "  actions:\n    - {kind: BeginDialog, id: a, dialog: t.topic.B}\n",
                                       "topics/C.mcs.yml",
                                       "beginDialog:\n" PHRASE ("read") "  actions:\n    - {kind: SetVariable, id: a, variable: Topic.A, value: =NoSuch(}\n" SAY ("b", "never"),
                                       "topics/D.mcs.yml",
                                       "beginDialog:\n" PHRASE ("nowhere") "  actions:\n    - {kind: BeginDialog, id: a, dialog: t.topic.None}\n",
                                       "topics/E.mcs.yml",
                                       "beginDialog:\n" PHRASE ("noaction") "  actions:\n    - {kind: GotoAction, id: a, actionId: none}\n", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (says); i++) {
    g_test_message ("%s", says[i]);
    chat_say (chat, says[i]);
    chat_assert_texts (chat, "Sorry, something went wrong on my side. Please try again, or ask for a person.", NULL);
  }
  chat_say (chat, "talk to a person");
  g_assert_nonnull (chat->handoff);
}

/* An error within the error topic is not told for ever. */
static void
test_run_error_in_error (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml", "beginDialog:\n" PHRASE ("go") "  actions:\n    - {kind: BeginDialog, id: a, dialog: t.topic.None}\n",
                                       "topics/OnError.mcs.yml",
                                       "beginDialog:\n  kind: OnError\n  actions:\n    - {kind: SendActivity, id: a, activity: 'code {System.Error.Code}'}\n"
                                       "    - {kind: BeginDialog, id: b, dialog: t.topic.None}\n", NULL);

  chat_say (chat, "go");
  chat_assert_texts (chat, "code TopicNotFound", NULL);
}

static void
test_run_start (void)
{
  g_autoptr (Chat) chat = chat_new_shop ();

  chat_open (chat);
  g_assert_cmpuint (chat->texts->len, ==, 1);
  chat_open (chat);   /* the page was opened anew */
  g_assert_cmpuint (chat->turn->len, ==, 0);
  chat_send_event (chat, "webchat/join");
  g_assert_cmpuint (chat->turn->len, ==, 0);
  chat_send_event (chat, "handoff.initiate");
  g_assert_cmpuint (chat->turn->len, ==, 0);
}

/* S000-14, S000-15: Escalate as it is shipped says its message; the transfer follows by itself. */
static void
test_run_escalate_without_node (void)
{
#define ESCALATE "startBehavior: CancelOtherTopics\nbeginDialog:\n  kind: OnEscalate\n  intent: {triggerQueries: [human]}\n  actions:\n" \
                 "    - {kind: SendActivity, id: a, activity: 'See [support](https://example.org).'}\n"
  static const char *const endings[] = { "", "    - {kind: CancelAllDialogs, id: b}\n", "    - {kind: EndDialog, id: b}\n" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *text = g_strconcat (ESCALATE, endings[i], NULL);
    g_autoptr (Chat) chat = chat_new_of ("topics/Escalate.mcs.yml", text, NULL);

    chat_say (chat, "human");
    chat_assert_texts (chat, "See [support](https://example.org).", NULL);
    g_assert_nonnull (chat->handoff);
    g_assert_null (baton_handoff_get_agent_message (chat->handoff));
  }
}

/* A topic that was changed while its question was open does not hold the customer. */
static void
test_run_changed_topic (void)
{
  g_autoptr (Chat) before = chat_new_of ("topics/A.mcs.yml",
                                         "beginDialog:\n" PHRASE ("go") "  actions:\n"
                                         "    - {kind: Question, id: old, variable: Topic.X, prompt: Well?, entity: StringPrebuiltEntity}\n", NULL);
  g_autoptr (Chat) after = chat_new_of ("topics/A.mcs.yml", "beginDialog:\n" PHRASE ("go") "  actions:\n" SAY ("new", "changed"), NULL);

  chat_say (before, "go");
  chat_assert_texts (before, "Well?", NULL);
  after->state = g_strdup (before->state);
  chat_say (after, "go");
  chat_assert_texts (after, "changed", NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/bot-run/fallback", test_run_fallback);
  g_test_add_func ("/bot/bot-run/fallback-reset", test_run_fallback_reset);
  g_test_add_func ("/bot/bot-run/fallback-stubborn", test_run_fallback_stubborn);
  g_test_add_func ("/bot/bot-run/unknown-queue", test_run_unknown_queue);
  g_test_add_func ("/bot/bot-run/asks-for-person", test_run_asks_for_person);
  g_test_add_func ("/bot/bot-run/redirects", test_run_redirects);
  g_test_add_func ("/bot/bot-run/loops", test_run_loops);
  g_test_add_func ("/bot/bot-run/error-in-error", test_run_error_in_error);
  g_test_add_func ("/bot/bot-run/start", test_run_start);
  g_test_add_func ("/bot/bot-run/escalate-without-node", test_run_escalate_without_node);
  g_test_add_func ("/bot/bot-run/changed-topic", test_run_changed_topic);

  return g_test_run ();
}
