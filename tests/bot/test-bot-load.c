/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "chat.h"

static gboolean
warns_of (Chat       *chat,
          const char *what)
{
  for (guint i = 0; i < chat->warnings->len; i++) {
    if (strstr (g_ptr_array_index (chat->warnings, i), what) != NULL)
      return TRUE;
  }
  return FALSE;
}

static void
test_bot_load_gone (void)
{
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (baton_bot_load ("/no/such/folder", &warnings, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
  g_assert_null (warnings);
}

/* S000-13: escalation cannot be missing. */
static void
test_bot_load_empty (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autoptr (Chat) chat = chat_new (folder);

  chat_say (chat, "talk to a person");
  g_assert_nonnull (chat->handoff);
  g_assert_cmpuint (chat->texts->len, ==, 1);

  chat_say (chat, "qwertz");
  chat_assert_texts (chat, "Sorry, I did not understand that. Could you say it in other words?", NULL);
}

/* A bot's own topics win over those that come with the program, whatever they are called. */
static void
test_bot_load_own (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/Person.mcs.yml",
                                       "beginDialog: {kind: OnEscalate, intent: {triggerQueries: [help me]}, actions: [{kind: SendActivity, "
                                       "id: a, activity: mine}]}\n",
                                       "topics/Go.mcs.yml",
                                       "beginDialog: {kind: OnRecognizedIntent, intent: {triggerQueries: [go]}, actions: [{kind: BeginDialog, "
                                       "id: a, dialog: other.topic.Escalate}]}\n", NULL);

  g_assert_cmpuint (chat->warnings->len, ==, 0);
  chat_say (chat, "help me");
  chat_assert_texts (chat, "mine", NULL);
  chat_say (chat, "go");
  chat_assert_texts (chat, "mine", NULL);
  chat_say (chat, "talk to a person");
  g_assert_null (chat->handoff);
}

/* The names of system topics are free for other purposes; the system topics are there all the same. */
static void
test_bot_load_misnamed (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/Escalate.mcs.yml",
                                       "beginDialog: {kind: OnRecognizedIntent, intent: {triggerQueries: [go]}, actions: [{kind: SendActivity, "
                                       "id: a, activity: mine}]}\n",
                                       "topics/Fallback.mcs.yml", "beginDialog: {kind: OnRedirect}\n",
                                       "topics/OnError.mcs.yml", "a: b\n c: d\n", NULL);

  chat_say (chat, "go");
  chat_assert_texts (chat, "mine", NULL);
  chat_say (chat, "qwertz");
  chat_assert_texts (chat, "Sorry, I did not understand that. Could you say it in other words?", NULL);
  chat_say (chat, "asdf");
  chat_say (chat, "yxcv");
  g_assert_nonnull (chat->handoff);
  chat_say (chat, "talk to a person");
  g_assert_nonnull (chat->handoff);
}

/* One broken file does not silence a bot; its author hears of it. */
static void
test_bot_load_warnings (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/Broken.mcs.yml", "a: b\n c: d\n",
                                       "topics/NoTopic.mcs.yml", "kind: Entity\n",
                                       "topics/Refs.mcs.yml",
                                       "beginDialog:\n  kind: OnRedirect\n  actions:\n    - {kind: BeginDialog, id: a, dialog: t.topic.None}\n"
                                       "    - {kind: GotoAction, id: b, actionId: none}\n"
                                       "    - {kind: Question, id: c, entity: FilePrebuiltEntity}\n    - {kind: BeginDialog, id: d, dialog: =Topic.X}\n",
                                       "translations/None.de.mcs.yml", "a: b\n",
                                       "topics/readme.txt", "not a topic", NULL);

  g_assert_true (warns_of (chat, "topics/Broken.mcs.yml: left out: line 2"));
  g_assert_true (warns_of (chat, "topics/NoTopic.mcs.yml: not a topic"));
  g_assert_true (warns_of (chat, "t.topic.Refs:4: no such topic"));
  g_assert_true (warns_of (chat, "t.topic.Refs:5: no such action"));
  g_assert_true (warns_of (chat, "t.topic.Refs:6: unknown entity"));
  g_assert_true (warns_of (chat, "translations/None.de.mcs.yml"));
  g_assert_cmpuint (chat->warnings->len, ==, 6);
  chat_say (chat, "talk to a person");
  g_assert_nonnull (chat->handoff);
}

static void
test_bot_load_names (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/Old.topic.mcs.yml",
                                       "# Name: Old spelling\r\nbeginDialog: {kind: OnRecognizedIntent, actions: "
                                       "[{kind: SendActivity, id: a, activity: old}]}\n",
                                       "variables/Skill.mcs.yml", "kind: Variable\nname: Skill\ndefaultValue: =Upper(\"vip\")\n", NULL);

  /* Without phrases, a topic answers to its name. */
  chat_say (chat, "old spelling");
  chat_assert_texts (chat, "old", NULL);
  chat_say (chat, "talk to a person");
  g_assert_cmpstr (baton_handoff_get_last_topic (chat->handoff), ==, "Escalate");
  g_assert_cmpstr (baton_handoff_get_topics (chat->handoff)[0], ==, "Old spelling");
  g_assert_cmpstr (baton_handoff_get_skill (chat->handoff), ==, "VIP");
}

/* Real topics, as they were found, make a bot. */
static void
test_bot_load_real (void)
{
  static const struct {
    const char *sample;
    const char *file;
  } files[] = {
    { "topics/real-check-order-status.yml", "topics/CheckOrderStatus.mcs.yml" },
    { "topics/real-entity-OrderAction.yml", "entities/OrderAction.mcs.yml" },
    { "topics/real-entity-OrderNumber.yml", "entities/OrderNumber.mcs.yml" },
    { "topics/real-escalate-workspace.mcs.yml", "topics/Escalate.mcs.yml" },
  };
  char *texts[G_N_ELEMENTS (files)] = { NULL };
  g_autoptr (Chat) chat = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = baton_test_sample (files[i].sample);

    if (path == NULL) {
      g_test_skip ("BATON_SAMPLES is not set");
      return;
    }
    g_assert_true (g_file_get_contents (path, &texts[i], NULL, NULL));
  }
  chat = chat_new_of ("settings.mcs.yml", "schemaName: cr1b0_ContosoCopilot44392347\ndisplayName: Contoso\nlanguage: 1033\n",
                      files[0].file, texts[0], files[1].file, texts[1], files[2].file, texts[2], files[3].file, texts[3], NULL);
  chat_say (chat, "where is my order");
  chat_assert_texts (chat, "Please could you tell me your order number?", NULL);
  chat_say (chat, "ord-123456");
  chat_assert_texts (chat, "What would you like to do with your order?", NULL);
  chat_say (chat, "update");
  chat_assert_texts (chat, "No problem. We can update that for you. Let us take a look at that now and get your information", "c",
                     "Sorry, something went wrong on my side. Please try again, or ask for a person.", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    g_clear_pointer (&texts[i], g_free);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/bot-load/gone", test_bot_load_gone);
  g_test_add_func ("/bot/bot-load/empty", test_bot_load_empty);
  g_test_add_func ("/bot/bot-load/own", test_bot_load_own);
  g_test_add_func ("/bot/bot-load/misnamed", test_bot_load_misnamed);
  g_test_add_func ("/bot/bot-load/warnings", test_bot_load_warnings);
  g_test_add_func ("/bot/bot-load/names", test_bot_load_names);
  g_test_add_func ("/bot/bot-load/real", test_bot_load_real);

  return g_test_run ();
}
