/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>
#include <string.h>

#include "baton-escalation.h"
#include "baton-event.h"
#include "baton-test.h"

/* Short ways to make the things the tests of the model are about. */

G_GNUC_UNUSED static BatonActivity *
activity_from_text (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  BatonActivity *activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, &error);

  g_assert_no_error (error);
  return activity;
}

G_GNUC_UNUSED static BatonHandoff *
handoff_from_text (const char *text)
{
  g_autoptr (BatonActivity) activity = activity_from_text (text);

  return baton_handoff_new_from_activity (activity);
}

/* A hand-off whose `value` is @value. */
G_GNUC_UNUSED static BatonHandoff *
handoff_with_value (const char *value)
{
  g_autofree char *text = g_strdup_printf ("{\"type\":\"event\",\"name\":\"handoff.initiate\",\"id\":\"B|0000009\",\"value\":%s}",
                                           value);

  return handoff_from_text (text);
}

G_GNUC_UNUSED static char *
handoff_to_text (BatonHandoff *handoff)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_handoff_write (handoff, writer);
  return baton_json_writer_finish_text (writer);
}

G_GNUC_UNUSED static BatonJson *
json_from_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  BatonJson *json = baton_json_parse_text (text, -1, &BATON_JSON_LIMITS_BOT, &error);

  g_assert_no_error (error);
  return json;
}

/* Whether two texts are the same JSON, whatever their spaces and the order of their members. */
G_GNUC_UNUSED static void
assert_same_json (const char *a,
                  const char *b)
{
  g_autoptr (JsonNode) first = json_from_string (a, NULL);
  g_autoptr (JsonNode) second = json_from_string (b, NULL);

  if (!json_node_equal (first, second))
    g_error ("%s\nis not\n%s", a, b);
}

G_GNUC_UNUSED static const char *
agent_message_of (BatonHandoff *handoff)
{
  return baton_private_text_peek (baton_handoff_get_agent_message (handoff));
}

/* An escalation that is queued, of a conversation of its own. */
G_GNUC_UNUSED static BatonEscalation *
make_escalation (const char *id,
                 gint64      queued_at)
{
  BatonConversation conversation = {
    .id = (char *) "c1", .user_id = (char *) "dl_1", .user_name = (char *) "Ines", .state = BATON_STATE_QUEUED, .epoch = 1,
  };
  g_autoptr (BatonHandoff) handoff = handoff_with_value ("{\"va_LastTopic\":\"Returns\",\"Store\":\"Porto\"}");

  return baton_escalation_new (id, &conversation, handoff, queued_at);
}
