/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-handoff.h"

static void
write_person (BatonJsonWriter *writer,
              const char      *name,
              const char      *id,
              const char      *person)
{
  baton_json_writer_name (writer, name);
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", id);
  baton_json_writer_add_string (writer, "name", person);
  baton_json_writer_end_object (writer);
}

static void
write_variables (BatonJsonWriter *writer,
                 BatonHandoff    *handoff)
{
  const guint n = handoff != NULL ? baton_handoff_get_n_variables (handoff) : 0;

  baton_json_writer_name (writer, "variables");
  baton_json_writer_begin_object (writer);
  for (guint i = 0; i < n; i++) {
    const BatonVariable *variable = baton_handoff_get_variable (handoff, i);

    baton_json_writer_add_node (writer, variable->name, variable->value);
  }
  baton_json_writer_end_object (writer);
}

static void
write_bot (BatonJsonWriter *writer,
           BatonActivity   *activity,
           BatonHandoff    *handoff)
{
  const char *id = NULL, *name = NULL;

  if (handoff != NULL) {
    id = baton_handoff_get_bot_id (handoff);
    name = baton_handoff_get_bot_name (handoff);
    if (id == NULL)
      id = baton_activity_get_from_id (activity);
    if (name == NULL)
      name = baton_activity_get_from_name (activity);
  }
  write_person (writer, "bot", id, name);
}

static char *
dup_conversation_id (BatonActivity *activity,
                     BatonHandoff  *handoff)
{
  const char *told = handoff != NULL ? baton_handoff_get_conversation_id (handoff) : NULL;
  BatonJsonNode conversation;

  if (told != NULL || activity == NULL)
    return g_strdup (told);

  conversation = baton_json_node_get_member (baton_activity_get_root (activity), "conversation");
  return baton_json_node_dup_member (conversation, "id");
}

/* @handoff is %NULL where there is none: all that only it could tell is then null or empty. */
static void
write_context (BatonJsonWriter *writer,
               BatonHandoff    *handoff)
{
  const BatonTrigger trigger = handoff != NULL ? baton_handoff_get_trigger (handoff) : BATON_TRIGGER_UNKNOWN;
  const BatonPrivateText *message = handoff != NULL ? baton_handoff_get_agent_message (handoff) : NULL;

  baton_json_writer_add_string (writer, "trigger",
                                trigger != BATON_TRIGGER_UNKNOWN ? baton_trigger_to_string (trigger) : NULL);
  baton_json_writer_add_strv (writer, "topics", handoff != NULL ? baton_handoff_get_topics (handoff) : NULL);
  baton_json_writer_add_string (writer, "lastTopic", handoff != NULL ? baton_handoff_get_last_topic (handoff) : NULL);
  baton_json_writer_add_string (writer, "lastPhrase", handoff != NULL ? baton_handoff_get_last_phrase (handoff) : NULL);
  baton_json_writer_add_strv (writer, "phrases", handoff != NULL ? baton_handoff_get_phrases (handoff) : NULL);
  baton_json_writer_add_string (writer, "agentMessage", baton_private_text_peek (message));
  baton_json_writer_add_string (writer, "language", handoff != NULL ? baton_handoff_get_language (handoff) : NULL);
  baton_json_writer_add_string (writer, "skill", handoff != NULL ? baton_handoff_get_skill (handoff) : NULL);
  baton_json_writer_add_string (writer, "scope", handoff != NULL ? baton_handoff_get_scope (handoff) : NULL);
  write_variables (writer, handoff);
  baton_json_writer_add_int (writer, "transcriptCount",
                             handoff != NULL ? (gint64) baton_handoff_get_transcript (handoff)->len : 0);
  baton_json_writer_add_boolean (writer, "truncated", handoff != NULL && baton_handoff_get_truncated (handoff));
}

static char *
describe (const char    *outcome,
          BatonActivity *activity,
          BatonHandoff  *handoff,
          const char    *error)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *conversation_id = dup_conversation_id (activity, handoff);

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "outcome", outcome);
  baton_json_writer_add_string (writer, "conversationId", conversation_id);
  write_person (writer, "customer", handoff != NULL ? baton_handoff_get_customer_id (handoff) : NULL,
                handoff != NULL ? baton_handoff_get_customer_name (handoff) : NULL);
  write_bot (writer, activity, handoff);
  write_context (writer, handoff);
  baton_json_writer_add_string (writer, "error", error);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish_text (writer);
}

/* The end of the string that begins at @from, behind its closing quote. */
static const char *
skip_string (const char *from)
{
  for (from++; *from != '"'; from++) {
    if (*from == '\\')
      from++;
  }
  return from + 1;
}

static void
break_line (GString *out,
            guint    depth)
{
  g_string_append_printf (out, "\n%*s", (int) depth * 2, "");
}

/* One bracket, sign or piece of a value, and what it does to the line. An empty container stays on its line. */
static void
append_token (GString    *out,
              const char *token,
              const char *end,
              guint      *depth)
{
  const char last = out->len > 0 ? out->str[out->len - 1] : '\0';

  if (*token == '}' || *token == ']') {
    --*depth;
    if (last != '{' && last != '[')
      break_line (out, *depth);
  } else if (last == '{' || last == '[') {
    break_line (out, *depth);
  }

  g_string_append_len (out, token, end - token);
  if (*token == '{' || *token == '[')
    ++*depth;
  else if (*token == ',')
    break_line (out, *depth);
  else if (*token == ':')
    g_string_append_c (out, ' ');
}

/* For people: checked JSON with line breaks and an indent of two. */
static char *
indent (const char *json)
{
  GString *out = g_string_new (NULL);
  guint depth = 0;

  for (const char *p = json, *end; *p != '\0'; p = end) {
    end = *p == '"' ? skip_string (p) : p + 1;
    if (!g_ascii_isspace (*p))
      append_token (out, p, end, &depth);
  }
  g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}

/* One activity, a set of them, or a bare array. */
static GPtrArray *
list_activities (BatonJsonNode root)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);
  BatonActivity *single = baton_activity_new_from_node (root);
  BatonJsonNode value;
  BatonJsonIter iter;

  if (single != NULL) {
    g_ptr_array_add (list, single);
    return list;
  }

  baton_json_iter_init (&iter, baton_json_node_get_kind (root) == BATON_JSON_ARRAY
                                 ? root : baton_json_node_get_member (root, "activities"));
  while (baton_json_iter_next (&iter, NULL, &value)) {
    BatonActivity *activity = baton_activity_new_from_node (value);

    if (activity != NULL)
      g_ptr_array_add (list, activity);
  }
  return list;
}

static char *
inspect_root (BatonJsonNode            root,
              const BatonHandoffRules *rules)
{
  g_autoptr (GPtrArray) activities = list_activities (root);

  for (guint i = 0; i < activities->len; i++) {
    BatonActivity *activity = g_ptr_array_index (activities, i);

    if (baton_handoff_is_handoff (activity, rules)) {
      g_autoptr (BatonHandoff) handoff = baton_handoff_new_from_activity (activity);

      return describe ("handoff", activity, handoff, NULL);
    }
  }
  return describe ("ignore", activities->len > 0 ? g_ptr_array_index (activities, 0) : NULL, NULL, NULL);
}

/**
 * baton_inspect:
 * @bytes: one activity, an ActivitySet, or an array of activities, as JSON
 * @rules: (nullable): what counts as a hand-off besides the exact form
 * @is_error: (out): whether @bytes could not be read at all
 *
 * Looks for the first hand-off, as the relay would.
 *
 * Returns: (transfer full): what was understood, as indented JSON that ends with a line break: `outcome` is `handoff`,
 *   `ignore` where there is none, or `error`; what is unknown is null
 */
char *
baton_inspect (GBytes                  *bytes,
               const BatonHandoffRules *rules,
               gboolean                *is_error)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonJson) json = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, &error);
  g_autofree char *text = NULL;
  BatonJsonKind kind;

  *is_error = TRUE;
  if (json == NULL) {
    text = describe ("error", NULL, NULL, error->message);
    return indent (text);
  }

  kind = baton_json_node_get_kind (baton_json_get_root (json));
  if (kind != BATON_JSON_OBJECT && kind != BATON_JSON_ARRAY) {
    text = describe ("error", NULL, NULL, "neither an activity nor a set of activities");
    return indent (text);
  }

  *is_error = FALSE;
  text = inspect_root (baton_json_get_root (json), rules);
  return indent (text);
}
