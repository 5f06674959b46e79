/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-test.h"
#include "chat.h"

#define PHRASE(phrase) "  kind: OnRecognizedIntent\n  intent: {triggerQueries: [" phrase "]}\n"
#define SET(id, variable, value) "    - {kind: SetVariable, id: " id ", variable: " variable ", value: " value "}\n"
#define TRANSFER(id, more) "    - {kind: TransferConversationV2, id: " id ", transferType: {kind: TransferToAgent" more "}}\n"

/* The shape of protocol 3.1, member by member. */
static void
test_transfer_shape (void)
{
  g_autoptr (Chat) chat = chat_new_made_bot ();
  BatonJsonNode root;
  g_autofree char *from = NULL;
  g_autofree char *relates_to = NULL;
  g_autofree char *value = NULL;
  g_autofree char *channel_data = NULL;

  chat->locale = "en-us";
  chat_say (chat, "hello");
  chat_say (chat, "talk to a human");
  root = baton_activity_get_root (chat->event);
  from = baton_json_node_dup_raw (baton_json_node_get_member (root, "from"));
  relates_to = baton_json_node_dup_raw (baton_json_node_get_member (root, "relatesTo"));
  value = baton_json_node_dup_raw (baton_json_node_get_member (root, "value"));
  channel_data = baton_json_node_dup_raw (baton_json_node_get_member (root, "channelData"));

  g_assert_true (baton_activity_is (chat->event, "event"));
  g_assert_cmpstr (baton_activity_get_name (chat->event), ==, "handoff.initiate");
  g_assert_cmpstr (baton_activity_get_id (chat->event), ==, "c1|0000001/handoff");
  g_assert_cmpstr (from, ==, "{\"id\":\"nw_returnsDesk\",\"name\":\"Northwind Returns Desk\",\"role\":\"bot\"}");
  g_assert_cmpstr (relates_to, ==, "{\"activityId\":\"c1|0000001\",\"user\":{\"id\":\"dl_ines\",\"name\":\"Ines Duarte\",\"role\":\"user\"},"
                                   "\"bot\":{\"id\":\"nw_returnsDesk\",\"name\":\"Northwind Returns Desk\",\"role\":\"bot\"},"
                                   "\"conversation\":{\"id\":\"c1\"},\"channelId\":\"directline\"}");
  g_assert_cmpstr (channel_data, ==, "{\"baton\":{\"trigger\":\"implicit\"}}");
  g_assert_cmpstr (value, ==, "{\"va_Scope\":\"bot\",\"va_LastTopic\":\"Escalate\",\"va_Topics\":[\"Greeting\",\"Escalate\"],"
                              "\"va_LastPhrase\":\"talk to a human\",\"va_LastPhrases\":\"talk to a human\","
                              "\"va_Phrases\":[\"hello\",\"talk to a human\"],\"va_ConversationId\":\"c1\","
                              "\"va_AgentMessage\":\"Asked for a person. Last message: talk to a human\",\"va_BotId\":\"nw_returnsDesk\","
                              "\"va_BotName\":\"Northwind Returns Desk\",\"va_Language\":\"en-US\",\"Skill\":\"general\"}");
}

/* The bot's last activity, and nothing behind it. S000-39, S000-40 */
static void
test_transfer_order (void)
{
  g_autoptr (Chat) chat = chat_new_shop ();

  chat_say (chat, "talk to a person");
  g_assert_cmpuint (chat->turn->len, ==, 2);
  g_assert_true (baton_activity_is (g_ptr_array_index (chat->turn, 0), "message"));
  g_assert_true (g_ptr_array_index (chat->turn, 1) == chat->event);
}

/* An author who forgot to tell the customer: the bot does. */
static void
test_transfer_announced (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml", "beginDialog:\n" PHRASE ("go") "  actions:\n" TRANSFER ("t", ""), NULL);

  chat_say (chat, "go");
  chat_assert_texts (chat, "I am handing you over to a colleague.", NULL);
  chat->locale = "pt-PT";
  chat_say (chat, "go");
  chat_assert_texts (chat, "Vou passar a conversa a um colega.", NULL);
}

static void
test_transfer_transcript (void)
{
  g_autoptr (Chat) chat = chat_new_shop ();
  GPtrArray *transcript;
  BatonActivity *line;

  chat_open (chat);
  chat_say (chat, "store hours");
  chat_say (chat, "talk to a person");
  transcript = baton_handoff_get_transcript (chat->handoff);
  g_assert_cmpuint (transcript->len, ==, 4);   /* greeting, question, answer, the wish for a person; no events */
  line = g_ptr_array_index (transcript, 1);
  g_assert_cmpstr (baton_activity_get_id (line), ==, "c1|0000001");
  g_assert_cmpstr (baton_activity_get_text (line), ==, "store hours");
  g_assert_cmpint (baton_activity_get_party (line), ==, BATON_PARTY_CUSTOMER);
  g_assert_cmpint (baton_activity_get_party (g_ptr_array_index (transcript, 2)), ==, BATON_PARTY_BOT);
}

/* S000-34, S000-35, S000-41, S000-42: the message tells several nodes apart, is optional, and private. */
static void
test_transfer_message (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml", "beginDialog:\n" PHRASE ("first") "  actions:\n" TRANSFER ("t", ", messageToAgent: {text: [secret one]}"),
                                       "topics/B.mcs.yml", "beginDialog:\n" PHRASE ("second") "  actions:\n"
                                       TRANSFER ("t", ", messageToAgent: '=\"secret \" & System.Activity.Text'"),
                                       "topics/C.mcs.yml", "beginDialog:\n" PHRASE ("third") "  actions:\n" TRANSFER ("t", ""),
                                       "topics/D.mcs.yml", "beginDialog:\n" PHRASE ("fourth") "  actions:\n" TRANSFER ("t", ", messageToAgent: '{Topic.None}'"), NULL);
  static const struct {
    const char *says;
    const char *message;
  } rows[] = { { "first", "secret one" }, { "second", "secret second" }, { "third", NULL }, { "fourth", NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const BatonPrivateText *message;
    g_autofree char *raw = NULL;

    chat_say (chat, rows[i].says);
    message = baton_handoff_get_agent_message (chat->handoff);
    g_assert_cmpstr (message != NULL ? baton_private_text_peek (message) : NULL, ==, rows[i].message);
    g_assert_cmpint (baton_json_node_get_kind (chat_get_value (chat, "va_AgentMessage")), ==,
                     rows[i].message != NULL ? BATON_JSON_STRING : BATON_JSON_ABSENT);
    raw = chat_dup_raw_turn (chat);
    g_assert_null (strstr (raw, "secret"));
    g_assert_null (strstr (raw, "va_"));
  }
}

/* S000-62 to S000-65: over all topics, and of the same name the one set last. */
static void
test_transfer_variables (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml", "beginDialog:\n" PHRASE ("one") "  actions:\n" SET ("a", "Topic.Store", "Porto") SET ("b", "Topic.Kept", "7")
                                       SET ("c", "Global.Both", "global") SET ("d", "Topic.va_Scope", "forged") SET ("e", "Topic.Gone", "x"),
                                       "topics/B.mcs.yml", "beginDialog:\n" PHRASE ("two") "  actions:\n" SET ("a", "Topic.Store", "Lisbon") SET ("b", "Topic.Both", "topic")
                                       SET ("c", "Topic.Gone", "=Blank()") SET ("d", "Topic.Record", "{a: 1}"), NULL);
  static const struct {
    const char *name;
    const char *json;
  } rows[] = {
    { "Store", "\"Lisbon\"" }, { "Kept", "7" }, { "Both", "\"topic\"" }, { "Record", "{\"a\":1}" }, { "Gone", NULL }, { "va_Scope", "\"bot\"" },
  };

  chat_say (chat, "one");
  chat_say (chat, "two");
  chat_say (chat, "talk to a person");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *json = baton_json_node_dup_raw (chat_get_value (chat, rows[i].name));

    g_test_message ("%s", rows[i].name);
    g_assert_cmpstr (json, ==, rows[i].json);
  }
  g_assert_cmpuint (baton_handoff_get_n_variables (chat->handoff), ==, 4);
}

static void
test_transfer_context (void)
{
#define TOPIC(phrase, context) "topics/" phrase ".mcs.yml", "beginDialog:\n" PHRASE (phrase) "  actions:\n" SET ("a", "Topic.T", "1") SET ("b", "Global.G", "2") \
    TRANSFER ("t", ", context: {" context "}")
  g_autoptr (Chat) chat = chat_new_of (TOPIC ("all", "kind: AutomaticTransferContext"), TOPIC ("topic", "kind: AutomaticTransferContext, variables: Topic"),
                                       TOPIC ("global", "kind: AutomaticTransferContext, variables: Global"),
                                       TOPIC ("formula", "kind: ExpressionTransferContext, value: '={X: Topic.T + Global.G}'"),
                                       TOPIC ("manual", "kind: ManualTransferContext, contextVariables: {Y: =Topic.T}"),
                                       TOPIC ("broken", "kind: ExpressionTransferContext, value: '=NoSuch('"), NULL);
  static const struct {
    const char *says;
    const char *names[3];
  } rows[] = {
    { "all", { "G", "T" } }, { "topic", { "T" } }, { "global", { "G" } }, { "formula", { "X" } }, { "manual", { "Y" } }, { "broken", { NULL } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    chat_say (chat, rows[i].says);
    g_test_message ("%s", rows[i].says);
    g_assert_nonnull (chat->handoff);   /* never fails because of a part */
    g_assert_cmpuint (baton_handoff_get_n_variables (chat->handoff), ==, g_strv_length ((char **) rows[i].names));
    for (guint j = 0; rows[i].names[j] != NULL; j++)
      g_assert_cmpstr (baton_handoff_get_variable (chat->handoff, j)->name, ==, rows[i].names[j]);
  }
}

static void
test_transfer_long (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml", "beginDialog:\n" PHRASE ("go") "  actions:\n"
                                       "    - {kind: Question, id: q, variable: Topic.X, prompt: Well?, entity: StringPrebuiltEntity}\n" TRANSFER ("t", ""), NULL);
  g_autofree char *text = g_strnfill (10000, 'x');
  g_autofree char *cut = NULL;

  chat_say (chat, "go");
  chat_say (chat, text);
  cut = baton_json_node_dup_string (chat_get_value (chat, "X"));
  g_assert_cmpuint (strlen (cut), ==, 4096 + strlen ("…"));
  g_assert_true (g_str_has_suffix (cut, "…"));
}

/* A telephone transfer is a link in a chat, and no hand-off. */
static void
test_transfer_telephone (void)
{
  g_autoptr (Chat) chat = chat_new_of ("topics/A.mcs.yml",
                                       "beginDialog:\n" PHRASE ("call") "  actions:\n"
                                       "    - {kind: TransferConversationV2, id: t, transferType: {kind: TransferToPhoneNumber, phoneNumber: '+1 555 0100'}}\n"
                                       "    - {kind: SendActivity, id: n, activity: never}\n",
                                       "topics/B.mcs.yml", "beginDialog:\n" PHRASE ("old") "  actions:\n    - {kind: TransferConversation, id: t, telephoneNumber: '1)](x'}\n", NULL);

  chat_say (chat, "call");
  chat_assert_texts (chat, "You can reach us by telephone: [+1 555 0100](tel:+1-555-0100)", NULL);
  g_assert_null (chat->event);
  chat_say (chat, "old");
  g_assert_null (chat->event);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/bot-transfer/shape", test_transfer_shape);
  g_test_add_func ("/bot/bot-transfer/order", test_transfer_order);
  g_test_add_func ("/bot/bot-transfer/announced", test_transfer_announced);
  g_test_add_func ("/bot/bot-transfer/transcript", test_transfer_transcript);
  g_test_add_func ("/bot/bot-transfer/message", test_transfer_message);
  g_test_add_func ("/bot/bot-transfer/variables", test_transfer_variables);
  g_test_add_func ("/bot/bot-transfer/context", test_transfer_context);
  g_test_add_func ("/bot/bot-transfer/long", test_transfer_long);
  g_test_add_func ("/bot/bot-transfer/telephone", test_transfer_telephone);

  return g_test_run ();
}
