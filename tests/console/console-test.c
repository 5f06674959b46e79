/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "console-test.h"

static void
write_context (BatonJsonWriter   *writer,
               const ConsoleCase *made)
{
  const char *topics[] = { "Greeting", made->topic, NULL };

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "va_LastTopic", made->topic);
  baton_json_writer_add_strv (writer, "va_Topics", topics);
  baton_json_writer_add_string (writer, "va_LastPhrase", made->phrase);
  baton_json_writer_add_string (writer, "va_AgentMessage", made->message);
  baton_json_writer_add_string (writer, "va_Language", made->language);
  baton_json_writer_end_object (writer);
}

BatonHandoff *
console_test_new_handoff (const ConsoleCase *made)
{
  BatonJsonWriter *writer = baton_json_writer_new ();   /* finishing it frees it */
  g_autoptr (BatonActivity) activity = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", "event");
  baton_json_writer_add_string (writer, "name", "handoff.initiate");
  baton_json_writer_name (writer, "channelData");
  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "baton");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "trigger", made->trigger);
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);
  baton_json_writer_name (writer, "value");
  write_context (writer, made);
  baton_json_writer_end_object (writer);

  bytes = baton_json_writer_finish (writer);
  activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, &error);
  g_assert_no_error (error);
  return baton_handoff_new_from_activity (activity);
}

BatonEscalation *
console_test_new_escalation (const ConsoleCase *made)
{
  g_autoptr (BatonHandoff) handoff = console_test_new_handoff (made);
  BatonConversation conversation = {
    .id = (char *) made->id,
    .user_id = (char *) "dl_customer",
    .user_name = (char *) made->name,
    .state = BATON_STATE_QUEUED,
    .epoch = 1,
  };
  gint64 since = g_get_real_time () - made->waited * G_USEC_PER_SEC;
  BatonEscalation *escalation = baton_escalation_new (made->id, &conversation, handoff, since);

  baton_escalation_set_state (escalation, BATON_STATE_QUEUED, 1, NULL, NULL, since);
  if (made->agent_id != NULL)
    baton_escalation_set_state (escalation, BATON_STATE_WITH_AGENT, 2, made->agent_id, made->agent_name, since);
  return escalation;
}

static const ConsoleCase cases[] = {
  { "e1", "Amira Haddad", "en-US", "Return item", "explicit",
    "Gift return without a receipt, item arrived damaged.", "Can I talk to a person?", 700, "rita", "Rita" },
  { "e2", "Jonas Weber", "de-DE", "Escalate", "implicit",
    NULL, "Ich warte auf die Sendungsnummer", 600, "rita", "Rita" },
  { "e3", "Mei Tanaka", "ja-JP", "Payment failed", "implicit",
    "Card refused three times, limit not reached.", "the card is fine", 768, NULL, NULL },
  { "e4", "Luc Moreau", "fr-FR", "Escalate", "implicit",
    "Wants to change the address of order 51-2004, which is on its way.", "une personne", 245, NULL, NULL },
  { "e5", "Sofia Rossi", "it-IT", "Gift card", "explicit",
    "Card from the shop in Turin, balance shows 0.", "aiuto", 52, NULL, NULL },
  { "e6", NULL, "en-GB", NULL, "implicit",
    NULL, "do you repair old lamps from the eighties", 12, NULL, NULL },
  { "e7", "Piotr Nowak", "pl-PL", "Opening hours", "implicit",
    NULL, "konsultant", 210, "sam", "Sam Okafor" },
  { "e8", "Elena García", "es-ES", "Warranty", "explicit",
    NULL, "garantía", 75, "priya", "Priya Nair" },
};

GPtrArray *
console_test_new_all (void)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_ptr_array_add (all, console_test_new_escalation (&cases[i]));
  return all;
}

void
console_test_fill (BatonQueue *queue)
{
  g_autoptr (GPtrArray) all = console_test_new_all ();

  baton_queue_reset (queue, all);
}
