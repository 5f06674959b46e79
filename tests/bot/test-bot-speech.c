/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-test.h"
#include "chat.h"

#define PHRASE(phrase) "  kind: OnRecognizedIntent\n  intent: {triggerQueries: [" phrase "]}\n"

static void
test_speech_message (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml",
                                       "beginDialog:\n" PHRASE ("go") "  actions:\n"
                                       "    - kind: SendActivity\n      id: a\n      activity:\n        text: ['Hello *{System.User.FirstName}*']\n        speak: [Hello]\n"
                                       "        quickReplies:\n          - {kind: MessageBack, text: Go}\n          - {kind: OpenUrl, title: Site, url: https://example.org}\n"
                                       "          - {kind: MakeCall, phoneNumber: '+15550100'}\n          - {kind: Unknown, text: x}\n", NULL);
  BatonActivity *activity;
  BatonJsonNode root;
  g_autofree char *actions = NULL;

  chat->locale = "en-GB";
  chat_say (chat, "go");
  g_assert_cmpuint (chat->turn->len, ==, 1);
  activity = g_ptr_array_index (chat->turn, 0);
  root = baton_activity_get_root (activity);
  g_assert_cmpstr (baton_activity_get_text (activity), ==, "Hello *Ines*");
  g_assert_cmpstr (baton_activity_get_text_format (activity), ==, "markdown");
  g_assert_cmpstr (baton_activity_get_from_id (activity), ==, "t");
  g_assert_cmpstr (baton_activity_get_from_name (activity), ==, "Test bot");
  g_assert_cmpint (baton_activity_get_party (activity), ==, BATON_PARTY_BOT);
  g_assert_cmpstr (baton_activity_get_locale (activity), ==, "en-US");   /* nobody translated it */
  g_assert_true (baton_json_node_is (baton_json_node_get_member (root, "speak"), "Hello"));
  g_assert_true (baton_json_node_is (baton_json_node_get_member (root, "inputHint"), "acceptingInput"));
  g_assert_true (baton_json_node_is (baton_json_node_get_member (root, "replyToId"), "c1|0000000"));
  actions = baton_json_node_dup_raw (baton_json_node_get_member (root, "suggestedActions"));
  g_assert_cmpstr (actions, ==, "{\"to\":[\"dl_ines\"],\"actions\":[{\"type\":\"imBack\",\"title\":\"Go\",\"value\":\"Go\"},"
                                "{\"type\":\"openUrl\",\"title\":\"Site\",\"value\":\"https://example.org\"},"
                                "{\"type\":\"call\",\"title\":\"+15550100\",\"value\":\"+15550100\"}]}");
}

/* Every variation has its turn. */
static void
test_speech_variations (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml",
                                       "beginDialog:\n" PHRASE ("go") "  actions: [{kind: SendActivity, id: a, activity: {text: [one, two, three]}}]\n", NULL);
  g_autoptr (GHashTable) said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 3; i++) {
    chat_say (chat, "go");
    g_hash_table_add (said, g_strdup (g_ptr_array_index (chat->texts, 0)));
  }
  g_assert_cmpuint (g_hash_table_size (said), ==, 3);
}

static void
test_speech_nothing (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml",
                                       "beginDialog:\n" PHRASE ("go") "  actions: [{kind: SendActivity, id: a, activity: '{Topic.None}'}, {kind: SendActivity, id: b}, "
                                       "{kind: SendActivity, id: c, activity: {text: []}}, {kind: SendActivity, id: d, activity: {attachments: []}}]\n", NULL);

  chat_say (chat, "go");
  g_assert_cmpuint (chat->turn->len, ==, 0);
}

/* The shop speaks with everybody in their language. */
static void
test_speech_languages (void)
{
  static const struct {
    const char *locale;
    const char *says;
    const char *answer;
    const char *spoken;
  } rows[] = {
    { "de-AT", "Wo bleibt mein Paket?", "Wie lautet Ihre Bestellnummer?", "de-AT" },
    { "fr", "où est ma commande", "Quel est votre numéro de commande ?", "fr" },
    { "pt-BR", "Onde está a minha encomenda?", "Qual é o número da sua encomenda?", "pt-BR" },
    { "ar-EG", "أين طلبي؟", "ما رقم طلبك؟", "ar-EG" },
    { "en-GB", "where is my order", "What is your order number?", "en-US" },
    { "xx-nonsense-!", "where is my order", "What is your order number?", "en-US" },
    { "de-DE", "where is my order", "Wie lautet Ihre Bestellnummer?", "de-DE" },
    { NULL, "where is my order", "What is your order number?", "en-US" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Chat) chat = chat_new_shop ();

    chat->locale = rows[i].locale;
    chat_say (chat, rows[i].says);
    chat_assert_texts (chat, rows[i].answer, NULL);
    g_assert_cmpstr (baton_activity_get_locale (g_ptr_array_index (chat->turn, 0)), ==, rows[i].spoken);
  }
}

/* A return in every language, up to the hand-off. */
static void
test_speech_whole_way (void)
{
  static const struct {
    const char *locale;
    const char *says[3];
    const char *store;
    const char *language;
  } rows[] = {
    { "en-US", { "I want to return a lamp", "Old Lighthouse", "4711" }, "Old Lighthouse", "en-US" },
    { "de-DE", { "Meine Lampe ist kaputt", "Onlineshop", "4.711" }, "Onlineshop", "de-DE" },
    { "fr-FR", { "je veux rendre une lampe", "le phare", "4711" }, "Old Lighthouse", "fr-FR" },
    { "pt-PT", { "Quero devolver um candeeiro", "1", "4711" }, "Harbour Street", "pt-PT" },
    { "ar", { "أريد إرجاع مصباح", "المتجر الإلكتروني", "٤٧١١" }, "المتجر الإلكتروني", "ar" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Chat) chat = chat_new_shop ();

    chat->locale = rows[i].locale;
    for (guint j = 0; j < G_N_ELEMENTS (rows[i].says); j++)
      chat_say (chat, rows[i].says[j]);
    g_test_message ("%s", rows[i].locale);
    g_assert_nonnull (chat->handoff);
    g_assert_cmpint (baton_handoff_get_trigger (chat->handoff), ==, BATON_TRIGGER_EXPLICIT);
    g_assert_cmpstr (baton_handoff_get_last_topic (chat->handoff), ==, "Return items");
    g_assert_cmpstr (baton_handoff_get_language (chat->handoff), ==, rows[i].language);
    g_assert_cmpstr (baton_handoff_get_skill (chat->handoff), ==, "returns");
    g_assert_true (baton_json_node_is (chat_get_value (chat, "StoreLocation"), rows[i].store));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/bot-speech/message", test_speech_message);
  g_test_add_func ("/bot/bot-speech/variations", test_speech_variations);
  g_test_add_func ("/bot/bot-speech/nothing", test_speech_nothing);
  g_test_add_func ("/bot/bot-speech/languages", test_speech_languages);
  g_test_add_func ("/bot/bot-speech/whole-way", test_speech_whole_way);

  return g_test_run ();
}
