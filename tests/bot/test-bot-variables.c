/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-test.h"
#include "chat.h"

#define PHRASE(phrase) "  kind: OnRecognizedIntent\n  intent: {triggerQueries: [" phrase "]}\n"

static void
test_variables_system (void)
{
  static const struct {
    const char *formula;
    const char *text;
  } rows[] = {
    { "System.Activity.Text", "go" }, { "System.LastMessage.Text", "go" }, { "System.Bot.Name", "Test bot" }, { "System.Conversation.Id", "c1" },
    { "System.User.DisplayName", "Ines Duarte" }, { "System.User.FirstName", "Ines" }, { "System.User.Id", "dl_ines" },
    { "System.User.Language", "pt-PT" }, { "System.FallbackCount", "0" }, { "System.Conversation.InTestMode", "false" },
    { "System.Activity.ChannelId", "directline" }, { "System.Nothing.Like.This", "" }, { "System.Error.Code", "" },
    { "Text(Now())", "2026-03-02T10:15:30.250000Z" }, { "Env.X", "" }, { "Global.None.member", "" }, { "Topic", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *topic = g_strdup_printf ("beginDialog:\n" PHRASE ("go") "  actions: [{kind: SendActivity, id: a, activity: '[{%s}]'}]\n", rows[i].formula);
    g_autofree char *text = g_strdup_printf ("[%s]", rows[i].text);
    g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml", topic, NULL);

    chat->locale = "pt-PT";
    chat_say (chat, "go");
    chat_assert_texts (chat, text, NULL);
  }
}

/* A topic may choose the language; from the next turn on the bot speaks it. */
static void
test_variables_language (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml",
                                       "beginDialog:\n" PHRASE ("deutsch") "  actions: [{kind: SetVariable, id: a, variable: System.User.Language, value: de-DE}]\n",
                                       "topics/B.mcs.yml", "beginDialog:\n" PHRASE ("go") "  actions: [{kind: SendActivity, id: a, activity: Hello}]\n",
                                       "translations/B.de.mcs.yml", "beginDialog: {actions: [{id: a, activity: Hallo}]}\n", NULL);

  chat_say (chat, "go");
  chat_assert_texts (chat, "Hello", NULL);
  chat_say (chat, "deutsch");
  chat_say (chat, "go");
  chat_assert_texts (chat, "Hallo", NULL);
  chat_say (chat, "talk to a person");
  g_assert_cmpstr (baton_handoff_get_language (chat->handoff), ==, "de-DE");
  g_assert_cmpuint (baton_handoff_get_n_variables (chat->handoff), ==, 0);
}

/* A topic that doubles a text in a loop fills neither memory nor state. */
static void
test_variables_doubling (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml",
                                       "beginDialog:\n" PHRASE ("go") "  actions:\n    - {kind: SetVariable, id: a, variable: Global.T, value: x}\n"
                                       "    - {kind: SetTextVariable, id: b, variable: Global.T, value: '{Global.T}{Global.T}'}\n"
                                       "    - {kind: SetVariable, id: c, variable: Global.R, value: '={a: Global.R, b: Global.R}'}\n"
                                       "    - {kind: GotoAction, id: d, actionId: b}\n", NULL);

  chat_say (chat, "go");
  g_assert_cmpuint (strlen (chat->state), <, 1024 * 1024);
  chat_say (chat, "talk to a person");
  g_assert_nonnull (chat->handoff);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/bot-variables/system", test_variables_system);
  g_test_add_func ("/bot/bot-variables/language", test_variables_language);
  g_test_add_func ("/bot/bot-variables/doubling", test_variables_doubling);

  return g_test_run ();
}
