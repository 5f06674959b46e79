/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "baton-time.h"
#include "model-test.h"

static char *
to_text (BatonEscalation *escalation,
         gboolean         detail)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  if (detail)
    baton_escalation_write_detail (escalation, writer);
  else
    baton_escalation_write_row (escalation, writer);
  return baton_json_writer_finish_text (writer);
}

static BatonEscalation *
write_and_read (BatonEscalation *escalation,
                gboolean         detail)
{
  g_autofree char *text = to_text (escalation, detail);
  g_autoptr (BatonJson) json = json_from_text (text);
  g_autoptr (GError) error = NULL;
  BatonEscalation *read = baton_escalation_new_from_json (baton_json_get_root (json), &error);

  g_assert_no_error (error);
  return read;
}

static void
count_cb (guint *count)
{
  ++*count;
}

static void
test_row (void)
{
  BatonConversation conversation = { .id = (char *) "c1", .user_id = (char *) "dl_1", .epoch = 4 };
  g_autoptr (BatonHandoff) handoff = handoff_from_text (
    "{\"type\":\"event\",\"relatesTo\":{\"user\":{\"id\":\"u\",\"name\":\"Ines\"}},\"value\":{\"va_Scope\":\"bot\",\"va_LastTopic\":\"T\","
    "\"va_Topics\":[\"S\",\"T\"],\"va_LastPhrase\":\"p\",\"va_Phrases\":[\"o\",\"p\"],\"va_AgentMessage\":\"m\",\"va_BotId\":\"b\","
    "\"va_BotName\":\"n\",\"va_Language\":\"pt\",\"Skill\":\"s\",\"Store\":\"Porto\"}}");
  g_autoptr (BatonEscalation) escalation = baton_escalation_new ("e1", &conversation, handoff, 1000000);
  g_autofree char *text = to_text (escalation, FALSE);

  assert_same_json (text,
    "{\"id\":\"e1\",\"conversationId\":\"c1\",\"state\":\"queued\",\"epoch\":4,\"agent\":null,"
    "\"queuedAt\":\"1970-01-01T00:00:01.000000Z\",\"claimedAt\":null,\"closedAt\":null,\"customer\":{\"id\":\"dl_1\",\"name\":\"Ines\"},"
    "\"trigger\":\"explicit\",\"topics\":[\"S\",\"T\"],\"lastTopic\":\"T\",\"lastPhrase\":\"p\",\"agentMessage\":\"m\",\"language\":\"pt\","
    "\"skill\":\"s\",\"scope\":\"bot\",\"bot\":{\"id\":\"b\",\"name\":\"n\"},\"phrases\":[\"o\",\"p\"]}");
  g_assert_finalize_object (g_steal_pointer (&escalation));
}

static void
test_round_trip (void)
{
  g_autoptr (BatonEscalation) escalation = make_escalation ("e1", 5);
  g_autoptr (BatonEscalation) row = NULL;
  g_autoptr (BatonEscalation) detail = NULL;
  g_autofree char *text = NULL;
  g_autofree char *text_again = NULL;

  baton_escalation_set_state (escalation, BATON_STATE_WITH_AGENT, 2, "ana", "Ana Sousa", 7);
  row = write_and_read (escalation, FALSE);
  detail = write_and_read (escalation, TRUE);

  g_assert_cmpstr (baton_escalation_get_id (row), ==, "e1");
  g_assert_cmpstr (baton_escalation_get_conversation_id (row), ==, "c1");
  g_assert_cmpint (baton_escalation_get_state (row), ==, BATON_STATE_WITH_AGENT);
  g_assert_cmpint (baton_escalation_get_epoch (row), ==, 2);
  g_assert_cmpstr (baton_escalation_get_agent_id (row), ==, "ana");
  g_assert_cmpstr (baton_escalation_get_agent_name (row), ==, "Ana Sousa");
  g_assert_cmpint (baton_escalation_get_queued_at (row), ==, 5);
  g_assert_cmpint (baton_escalation_get_claimed_at (row), ==, 7);
  g_assert_cmpint (baton_escalation_get_closed_at (row), ==, BATON_TIME_UNKNOWN);
  g_assert_cmpstr (baton_escalation_get_customer_id (row), ==, "dl_1");
  g_assert_cmpstr (baton_escalation_get_customer_name (row), ==, "Ines");
  g_assert_cmpstr (baton_handoff_get_last_topic (baton_escalation_get_handoff (row)), ==, "Returns");
  g_assert_cmpuint (baton_handoff_get_n_variables (baton_escalation_get_handoff (row)), ==, 0);
  g_assert_false (baton_escalation_is_detailed (row));

  g_assert_true (baton_escalation_is_detailed (detail));
  g_assert_cmpuint (baton_handoff_get_n_variables (baton_escalation_get_handoff (detail)), ==, 1);
  text = to_text (escalation, TRUE);
  text_again = to_text (detail, TRUE);
  g_assert_cmpstr (text_again, ==, text);
}

/* Text of @n characters of which each is @character. */
static char *
fill (const char *character,
      guint       n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, character);
  return g_string_free (text, FALSE);
}

static char *
escape (const char *text)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_string (writer, text);
  return baton_json_writer_finish_text (writer);
}

/* Whatever the bot wrote, a row stays below 16 KiB, is valid, and cutting it once more changes nothing. */
static void
test_row_size (void)
{
  static const char *const characters[] = { "x", "\"", "\x01", "é", "語", "🙂", "\\" };

  for (guint i = 0; i < G_N_ELEMENTS (characters); i++) {
    g_autofree char *plain = fill (characters[i], 5000);
    g_autofree char *t = escape (plain);
    g_autoptr (GString) list = g_string_new ("[");
    g_autofree char *value = NULL;
    g_autoptr (BatonHandoff) handoff = NULL;
    BatonConversation conversation = { .id = (char *) "c1", .user_id = plain, .user_name = plain };
    g_autoptr (BatonEscalation) escalation = NULL;
    g_autoptr (BatonEscalation) read = NULL;
    g_autofree char *row = NULL;
    g_autofree char *again = NULL;

    for (guint j = 0; j < 100; j++)
      g_string_append_printf (list, "%s%s", j > 0 ? "," : "", t);
    g_string_append_c (list, ']');
    value = g_strdup_printf ("{\"va_LastTopic\":%s,\"va_LastPhrase\":%s,\"va_AgentMessage\":%s,\"va_Scope\":%s,\"Skill\":%s,"
                             "\"va_BotId\":%s,\"va_BotName\":%s,\"va_Topics\":%s,\"va_Phrases\":%s}",
                             t, t, t, t, t, t, t, list->str, list->str);
    handoff = handoff_with_value (value);
    escalation = baton_escalation_new ("e1", &conversation, handoff, 0);
    baton_escalation_set_state (escalation, BATON_STATE_WITH_AGENT, 1, plain, plain, 0);

    row = to_text (escalation, FALSE);
    g_test_message ("%s: %u bytes", characters[i], (guint) strlen (row));
    g_assert_cmpuint (strlen (row), <, 16 * 1024);
    read = write_and_read (escalation, FALSE);
    again = to_text (read, FALSE);
    g_assert_cmpstr (again, ==, row);
    g_assert_true (g_str_has_suffix (agent_message_of (baton_escalation_get_handoff (read)), "…"));
  }
}

static void
test_cut (void)
{
  g_autofree char *exact = fill ("é", 400);
  g_autofree char *longer = fill ("é", 401);
  g_autofree char *cut = g_strconcat (exact, "…", NULL);
  g_autoptr (GString) topics = g_string_new ("[\"0\"");
  g_autofree char *value = NULL;
  g_autoptr (BatonHandoff) handoff = NULL;
  BatonConversation conversation = { .id = (char *) "c1" };
  g_autoptr (BatonEscalation) escalation = NULL;
  g_autoptr (BatonEscalation) row = NULL;
  g_autoptr (BatonEscalation) detail = NULL;

  for (guint i = 1; i < 30; i++)
    g_string_append_printf (topics, ",\"%u\"", i);
  value = g_strdup_printf ("{\"va_LastPhrase\":\"%s\",\"va_AgentMessage\":\"%s\",\"va_Topics\":%s]}", exact, longer, topics->str);
  handoff = handoff_with_value (value);
  escalation = baton_escalation_new ("e1", &conversation, handoff, 0);
  row = write_and_read (escalation, FALSE);
  detail = write_and_read (escalation, TRUE);

  g_assert_cmpstr (baton_handoff_get_last_phrase (baton_escalation_get_handoff (row)), ==, exact);
  g_assert_cmpstr (agent_message_of (baton_escalation_get_handoff (row)), ==, cut);
  g_assert_cmpuint (g_strv_length ((char **) baton_handoff_get_topics (baton_escalation_get_handoff (row))), ==, 20);
  g_assert_cmpstr (baton_handoff_get_topics (baton_escalation_get_handoff (row))[0], ==, "10");
  g_assert_cmpstr (agent_message_of (baton_escalation_get_handoff (detail)), ==, longer);
  g_assert_cmpuint (g_strv_length ((char **) baton_handoff_get_topics (baton_escalation_get_handoff (detail))), ==, 30);
}

static void
test_states (void)
{
  g_autoptr (BatonEscalation) escalation = make_escalation ("e1", 5);
  guint revisions = 0;

  g_signal_connect_swapped (escalation, "notify::revision", G_CALLBACK (count_cb), &revisions);
  g_assert_true (baton_escalation_is_open (escalation));

  baton_escalation_set_state (escalation, BATON_STATE_WITH_AGENT, 2, "ana", "Ana", 10);
  g_assert_true (baton_escalation_is_open (escalation));
  g_assert_cmpint (baton_escalation_get_claimed_at (escalation), ==, 10);
  baton_escalation_set_state (escalation, BATON_STATE_QUEUED, 3, NULL, NULL, 20);
  g_assert_cmpint (baton_escalation_get_queued_at (escalation), ==, 5);
  g_assert_null (baton_escalation_get_agent_id (escalation));
  baton_escalation_set_state (escalation, BATON_STATE_BOT, 4, NULL, NULL, 30);
  g_assert_false (baton_escalation_is_open (escalation));
  g_assert_cmpint (baton_escalation_get_closed_at (escalation), ==, 30);
  baton_escalation_set_state (escalation, BATON_STATE_QUEUED, 5, NULL, NULL, 40);
  g_assert_cmpint (baton_escalation_get_closed_at (escalation), ==, BATON_TIME_UNKNOWN);
  baton_escalation_set_state (escalation, BATON_STATE_ENDED, 6, NULL, NULL, 50);
  g_assert_false (baton_escalation_is_open (escalation));
  g_assert_cmpuint (revisions, ==, 5);
}

static void
test_update (void)
{
  g_autoptr (BatonEscalation) shown = make_escalation ("e1", 5);
  g_autoptr (BatonEscalation) older = write_and_read (shown, FALSE);
  g_autoptr (BatonEscalation) newer = baton_escalation_copy (shown);
  g_autoptr (BatonEscalation) row = NULL;
  guint revisions = 0;

  g_signal_connect_swapped (shown, "notify::revision", G_CALLBACK (count_cb), &revisions);
  g_assert_false (baton_escalation_update (shown, older));   /* nothing new */
  g_assert_true (baton_escalation_is_detailed (shown));

  baton_escalation_set_state (newer, BATON_STATE_WITH_AGENT, 2, "ana", "Ana", 10);
  row = write_and_read (newer, FALSE);
  g_assert_true (baton_escalation_update (shown, row));
  g_assert_cmpstr (baton_escalation_get_agent_name (shown), ==, "Ana");
  g_assert_true (baton_escalation_is_detailed (shown));      /* a row takes no context away */
  g_assert_cmpuint (revisions, ==, 1);

  g_assert_false (baton_escalation_update (shown, older));   /* overtaken by a newer epoch */
  g_assert_cmpint (baton_escalation_get_epoch (shown), ==, 2);
  g_assert_false (baton_escalation_update (shown, newer));   /* the same detail once more */
  g_assert_cmpuint (revisions, ==, 1);
}

/* A second hand-off: its row says the context we have is not the one any more; its detail brings the new one. */
static void
test_update_context (void)
{
  BatonConversation conversation = { .id = (char *) "c1", .user_id = (char *) "dl_1", .user_name = (char *) "Ines", .epoch = 1 };
  g_autoptr (BatonEscalation) shown = make_escalation ("e1", 5);
  g_autoptr (BatonHandoff) handoff = handoff_with_value ("{\"va_LastTopic\":\"Billing\",\"A\":1,\"B\":2}");
  g_autoptr (BatonEscalation) detail = baton_escalation_new ("e1", &conversation, handoff, 5);
  g_autoptr (BatonEscalation) row = write_and_read (detail, FALSE);

  g_assert_true (baton_escalation_update (shown, row));
  g_assert_false (baton_escalation_is_detailed (shown));
  g_assert_cmpstr (baton_handoff_get_last_topic (baton_escalation_get_handoff (shown)), ==, "Billing");
  g_assert_true (baton_escalation_update (shown, detail));
  g_assert_true (baton_escalation_is_detailed (shown));
  g_assert_cmpuint (baton_handoff_get_n_variables (baton_escalation_get_handoff (shown)), ==, 2);
}

static void
test_broken_json (void)
{
  static const struct {
    const char *json;
    gboolean    good;
  } cases[] = {
    { "{\"id\":\"e\",\"conversationId\":\"c\",\"state\":\"queued\"}", TRUE },
    { "{\"id\":\"e\",\"conversationId\":\"c\",\"state\":\"ended\",\"epoch\":\"x\",\"agent\":7,\"queuedAt\":1,\"customer\":[],\"handoff\":[]}", TRUE },
    { "{\"id\":\"e\",\"conversationId\":\"c\",\"state\":\"lost\"}", FALSE },
    { "{\"id\":\"e\",\"conversationId\":\"c\"}", FALSE },
    { "{\"id\":7,\"conversationId\":\"c\",\"state\":\"queued\"}", FALSE },
    { "{\"id\":\"e\",\"state\":\"queued\"}", FALSE },
    { "[]", FALSE },
    { "\"e\"", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (BatonJson) json = json_from_text (cases[i].json);
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonEscalation) escalation = baton_escalation_new_from_json (baton_json_get_root (json), &error);

    g_test_message ("escalation %s", cases[i].json);
    if (!cases[i].good) {
      g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
      continue;
    }
    g_assert_no_error (error);
    g_assert_cmpint (baton_escalation_get_epoch (escalation), ==, 0);
    g_assert_cmpint (baton_escalation_get_queued_at (escalation), ==, BATON_TIME_UNKNOWN);
    g_assert_null (baton_escalation_get_agent_id (escalation));
    g_assert_nonnull (baton_escalation_get_handoff (escalation));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/escalation/row", test_row);
  g_test_add_func ("/model/escalation/round-trip", test_round_trip);
  g_test_add_func ("/model/escalation/row-size", test_row_size);
  g_test_add_func ("/model/escalation/cut", test_cut);
  g_test_add_func ("/model/escalation/states", test_states);
  g_test_add_func ("/model/escalation/update", test_update);
  g_test_add_func ("/model/escalation/update-context", test_update_context);
  g_test_add_func ("/model/escalation/broken-json", test_broken_json);
  return g_test_run ();
}
