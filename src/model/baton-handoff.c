/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-handoff-private.h"

#include <string.h>

#include "baton-error.h"
#include "baton-time.h"

const BatonJsonLimits baton_handoff_inner_limits = { 16 * 1024 * 1024, 56, G_MAXUINT };

G_DEFINE_FINAL_TYPE (BatonHandoff, baton_handoff, G_TYPE_OBJECT)

static const char *const triggers[] = { "unknown", "implicit", "explicit", "error" };

/* Members of our JSON form that are plain texts. A row of an escalation uses the same names. */
static const struct {
  const char *name;
  gsize       offset;
} texts[] = {
  { "key", G_STRUCT_OFFSET (BatonHandoff, key) },
  { "activityId", G_STRUCT_OFFSET (BatonHandoff, activity_id) },
  { "scope", G_STRUCT_OFFSET (BatonHandoff, scope) },
  { "lastTopic", G_STRUCT_OFFSET (BatonHandoff, last_topic) },
  { "lastPhrase", G_STRUCT_OFFSET (BatonHandoff, last_phrase) },
  { "botConversationId", G_STRUCT_OFFSET (BatonHandoff, conversation_id) },
  { "language", G_STRUCT_OFFSET (BatonHandoff, language) },
  { "skill", G_STRUCT_OFFSET (BatonHandoff, skill) },
  { "transcriptUrl", G_STRUCT_OFFSET (BatonHandoff, transcript_url) },
};

/**
 * baton_trigger_to_string:
 * @trigger: a trigger
 *
 * Returns: (transfer none): its word
 */
const char *
baton_trigger_to_string (BatonTrigger trigger)
{
  return triggers[trigger];
}

/**
 * baton_trigger_from_string:
 * @text: (nullable): a word
 *
 * Returns: the trigger, or %BATON_TRIGGER_UNKNOWN
 */
BatonTrigger
baton_trigger_from_string (const char *text)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (triggers); i++) {
    if (strcmp (triggers[i], text) == 0)
      return (BatonTrigger) i;
  }
  return BATON_TRIGGER_UNKNOWN;
}

static void
clear_variable (gpointer variable)
{
  g_free ((char *) ((BatonVariable *) variable)->name);
}

static void
baton_handoff_finalize (GObject *object)
{
  BatonHandoff *self = BATON_HANDOFF (object);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (G_STRUCT_MEMBER (char *, self, texts[i].offset));
  g_clear_pointer (&self->topics, g_strfreev);
  g_clear_pointer (&self->phrases, g_strfreev);
  g_clear_pointer (&self->agent_message, baton_private_text_free);
  g_clear_pointer (&self->bot_id, g_free);
  g_clear_pointer (&self->bot_name, g_free);
  g_clear_pointer (&self->customer_id, g_free);
  g_clear_pointer (&self->customer_name, g_free);
  g_clear_pointer (&self->variables_by_name, g_hash_table_unref);
  g_clear_pointer (&self->variables, g_array_unref);
  g_clear_pointer (&self->transcript, g_ptr_array_unref);
  g_clear_pointer (&self->documents, g_ptr_array_unref);

  G_OBJECT_CLASS (baton_handoff_parent_class)->finalize (object);
}

static void
baton_handoff_class_init (BatonHandoffClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_handoff_finalize;
}

static void
baton_handoff_init (BatonHandoff *self)
{
  self->time = BATON_TIME_UNKNOWN;
  self->topics = g_new0 (char *, 1);
  self->phrases = g_new0 (char *, 1);
  self->variables = g_array_new (FALSE, FALSE, sizeof (BatonVariable));
  g_array_set_clear_func (self->variables, clear_variable);
  self->variables_by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->transcript = g_ptr_array_new_with_free_func (g_object_unref);
  self->documents = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_json_unref);
}

/* Keeps the document that @node lies in for as long as the hand-off. */
void
baton_handoff_keep_document (BatonHandoff  *self,
                             BatonJsonNode  node)
{
  if (node.json != NULL && !g_ptr_array_find (self->documents, node.json, NULL))
    g_ptr_array_add (self->documents, baton_json_ref ((BatonJson *) node.json));
}

/* Reads JSON that came as text; %NULL if it is none. What is beyond our limits stays in the text it came in, and the
 * hand-off says so. */
BatonJson *
baton_handoff_parse_text (BatonHandoff *self,
                          const char   *text,
                          gssize        length)
{
  g_autoptr (GError) error = NULL;
  BatonJson *json = baton_json_parse_text (text, length, &baton_handoff_inner_limits, &error);

  if (json == NULL)
    self->truncated |= g_error_matches (error, BATON_ERROR, BATON_ERROR_TOO_BIG);
  return json;
}

/* Whether @node could not be passed on as JSON. */
gboolean
baton_handoff_is_too_deep (BatonJsonNode node)
{
  gsize length;
  const char *raw = baton_json_node_get_raw (node, &length);
  gboolean in_string = FALSE;
  guint depth = 0, deepest = 0;

  for (gsize i = 0; i < length; i++) {
    if (in_string && raw[i] == '\\') {
      i++;
    } else if (raw[i] == '"') {
      in_string = !in_string;
    } else if (!in_string && (raw[i] == '{' || raw[i] == '[')) {
      depth++;
      deepest = MAX (deepest, depth);
    } else if (!in_string && (raw[i] == '}' || raw[i] == ']')) {
      depth--;
    }
  }
  return deepest > baton_handoff_inner_limits.depth;
}

/* Of one name the variable set last counts (protocol 3.3). */
void
baton_handoff_set_variable (BatonHandoff  *self,
                            const char    *name,
                            BatonJsonNode  value)
{
  const guint known = GPOINTER_TO_UINT (g_hash_table_lookup (self->variables_by_name, name));

  if (known > 0) {
    g_array_index (self->variables, BatonVariable, known - 1).value = value;
  } else {
    BatonVariable variable = { g_strdup (name), value };

    g_array_append_val (self->variables, variable);
    g_hash_table_insert (self->variables_by_name, (gpointer) variable.name, GUINT_TO_POINTER (self->variables->len));
  }
}

/**
 * baton_handoff_new_for_failure:
 * @key: names this failure among the hand-offs of its conversation
 * @locale: (nullable): of the customer
 *
 * Returns: (transfer full): the hand-off of a bot that cannot make one: nothing is known but that it failed
 */
BatonHandoff *
baton_handoff_new_for_failure (const char *key,
                               const char *locale)
{
  BatonHandoff *self = g_object_new (BATON_TYPE_HANDOFF, NULL);

  self->key = g_strdup (key);
  self->time = g_get_real_time ();
  self->trigger = BATON_TRIGGER_ERROR;
  self->language = baton_language_normalize (locale);
  return self;
}

static char **
read_list (BatonJsonNode node)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  BatonJsonNode value;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, node);
  while (baton_json_iter_next (&iter, NULL, &value)) {
    g_autofree char *text = baton_json_node_dup_string (value);

    if (text != NULL)
      g_strv_builder_add (list, text);
  }
  return g_strv_builder_end (list);
}

static void
read_texts (BatonHandoff  *self,
            BatonJsonNode  node)
{
  BatonJsonNode bot = baton_json_node_get_member (node, "bot");
  BatonJsonNode user = baton_json_node_get_member (node, "user");
  g_autofree char *message = baton_json_node_dup_member (node, "agentMessage");
  g_autofree char *trigger = baton_json_node_dup_member (node, "trigger");
  g_autofree char *time = baton_json_node_dup_member (node, "time");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    G_STRUCT_MEMBER (char *, self, texts[i].offset) = baton_json_node_dup_member (node, texts[i].name);
  self->time = baton_time_parse (time);
  self->trigger = baton_trigger_from_string (trigger);
  self->agent_message = baton_private_text_new (message);
  self->bot_id = baton_json_node_dup_member (bot, "id");
  self->bot_name = baton_json_node_dup_member (bot, "name");
  self->customer_id = baton_json_node_dup_member (user, "id");
  self->customer_name = baton_json_node_dup_member (user, "name");
}

static void
read_variables (BatonHandoff  *self,
                BatonJsonNode  node)
{
  BatonJsonNode key, value;
  BatonJsonIter iter;

  if (baton_json_node_get_kind (node) != BATON_JSON_OBJECT)
    return;

  baton_json_iter_init (&iter, node);
  while (baton_json_iter_next (&iter, &key, &value)) {
    g_autofree char *name = baton_json_node_dup_string (key);

    baton_handoff_set_variable (self, name, value);
  }
}

/**
 * baton_handoff_new_from_json:
 * @node: what baton_handoff_write() wrote, or the row of an escalation
 *
 * Returns: (transfer full) (nullable): the hand-off, or %NULL if @node is no object; what is missing in it is unknown
 */
BatonHandoff *
baton_handoff_new_from_json (BatonJsonNode node)
{
  BatonHandoff *self;

  if (baton_json_node_get_kind (node) != BATON_JSON_OBJECT)
    return NULL;

  self = g_object_new (BATON_TYPE_HANDOFF, NULL);
  read_texts (self, node);
  g_strfreev (self->topics);
  self->topics = read_list (baton_json_node_get_member (node, "topics"));
  g_strfreev (self->phrases);
  self->phrases = read_list (baton_json_node_get_member (node, "phrases"));
  self->truncated = baton_json_node_is_true (baton_json_node_get_member (node, "truncated"));
  self->value = baton_json_node_get_member (node, "value");
  baton_handoff_take_messages (self, baton_json_node_get_member (node, "transcript"));

  read_variables (self, baton_json_node_get_member (node, "variables"));

  /* A row has neither: it must not keep a whole snapshot of rows in memory. */
  if (self->variables->len > 0 || self->value.json != NULL)
    baton_handoff_keep_document (self, node);
  return self;
}

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
write_parts (BatonHandoff    *self,
             BatonJsonWriter *writer)
{
  baton_json_writer_name (writer, "variables");
  baton_json_writer_begin_object (writer);
  for (guint i = 0; i < self->variables->len; i++) {
    const BatonVariable *variable = &g_array_index (self->variables, BatonVariable, i);

    baton_json_writer_add_node (writer, variable->name, variable->value);
  }
  baton_json_writer_end_object (writer);

  baton_json_writer_name (writer, "transcript");
  baton_json_writer_begin_array (writer);
  for (guint i = 0; i < self->transcript->len; i++)
    baton_json_writer_node (writer, baton_activity_get_root (g_ptr_array_index (self->transcript, i)));
  baton_json_writer_end_array (writer);

  if (self->value.json != NULL)
    baton_json_writer_add_node (writer, "value", self->value);
}

/**
 * baton_handoff_write:
 * @self: a hand-off
 * @writer: where it goes
 *
 * Writes all of it, private message included: for the store and the hub API, never for a canvas. `variables` are the
 * bot's, `transcript` is an array of activities, `value` the activity's own value as it came.
 */
void
baton_handoff_write (BatonHandoff    *self,
                     BatonJsonWriter *writer)
{
  const char *trigger = NULL;

  g_return_if_fail (BATON_IS_HANDOFF (self));

  if (self->trigger != BATON_TRIGGER_UNKNOWN)
    trigger = baton_trigger_to_string (self->trigger);

  baton_json_writer_begin_object (writer);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    baton_json_writer_add_string (writer, texts[i].name, G_STRUCT_MEMBER (char *, self, texts[i].offset));
  baton_json_writer_add_time (writer, "time", self->time);
  baton_json_writer_add_string (writer, "trigger", trigger);
  baton_json_writer_add_string (writer, "agentMessage", baton_private_text_peek (self->agent_message));
  write_person (writer, "bot", self->bot_id, self->bot_name);
  write_person (writer, "user", self->customer_id, self->customer_name);
  baton_json_writer_add_strv (writer, "topics", (const char *const *) self->topics);
  baton_json_writer_add_strv (writer, "phrases", (const char *const *) self->phrases);
  baton_json_writer_add_boolean (writer, "truncated", self->truncated);
  write_parts (self, writer);
  baton_json_writer_end_object (writer);
}

/**
 * baton_handoff_merge:
 * @older: the hand-off a conversation waits with
 * @newer: a second one in the same conversation
 *
 * Variables of the same name are taken from @newer, the others kept; all else is @newer's (protocol 3.3). Neither
 * argument changes: each escalation keeps its own.
 *
 * Returns: (transfer full): what is known now
 */
BatonHandoff *
baton_handoff_merge (BatonHandoff *older,
                     BatonHandoff *newer)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *text = NULL;
  g_autoptr (BatonJson) json = NULL;
  g_autoptr (GError) error = NULL;
  BatonHandoff *merged;

  g_return_val_if_fail (BATON_IS_HANDOFF (older), NULL);
  g_return_val_if_fail (BATON_IS_HANDOFF (newer), NULL);

  baton_handoff_write (newer, writer);
  text = baton_json_writer_finish_text (writer);
  json = baton_json_parse_text (text, -1, &(BatonJsonLimits) { G_MAXINT32, 1024, G_MAXUINT }, &error);
  if (json == NULL)
    g_error ("a hand-off of our own is broken: %s", error->message);

  merged = baton_handoff_new_from_json (baton_json_get_root (json));
  for (guint i = 0; i < older->variables->len; i++) {
    const BatonVariable *variable = &g_array_index (older->variables, BatonVariable, i);

    if (!g_hash_table_contains (merged->variables_by_name, variable->name)) {
      baton_handoff_keep_document (merged, variable->value);
      baton_handoff_set_variable (merged, variable->name, variable->value);
    }
  }
  return merged;
}

/**
 * baton_handoff_dup_key:
 * @self: a hand-off
 *
 * Returns: (transfer full) (nullable): what a replay of the same hand-off has in common with it, within one upstream
 *   conversation: the activity's id, else a hash of its bytes (protocol 3.5 rule 10). %NULL if it was read from a row
 */
char *
baton_handoff_dup_key (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return g_strdup (self->key);
}

const char *
baton_handoff_get_activity_id (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->activity_id;
}

/**
 * baton_handoff_get_time:
 * @self: a hand-off
 *
 * Returns: when the bot says it happened, microseconds UTC, or %BATON_TIME_UNKNOWN
 */
gint64
baton_handoff_get_time (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), BATON_TIME_UNKNOWN);

  return self->time;
}

BatonTrigger
baton_handoff_get_trigger (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), BATON_TRIGGER_UNKNOWN);

  return self->trigger;
}

const char *
baton_handoff_get_scope (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->scope;
}

const char *
baton_handoff_get_last_topic (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->last_topic;
}

const char *const *
baton_handoff_get_topics (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return (const char *const *) self->topics;
}

const char *
baton_handoff_get_last_phrase (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->last_phrase;
}

const char *const *
baton_handoff_get_phrases (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return (const char *const *) self->phrases;
}

const char *
baton_handoff_get_conversation_id (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->conversation_id;
}

const BatonPrivateText *
baton_handoff_get_agent_message (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->agent_message;
}

const char *
baton_handoff_get_bot_id (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->bot_id;
}

const char *
baton_handoff_get_bot_name (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->bot_name;
}

/**
 * baton_handoff_get_language:
 * @self: a hand-off
 *
 * Returns: (transfer none) (nullable): a BCP-47 tag in its usual case, such as `en-US`
 */
const char *
baton_handoff_get_language (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->language;
}

const char *
baton_handoff_get_skill (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->skill;
}

const char *
baton_handoff_get_customer_id (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->customer_id;
}

const char *
baton_handoff_get_customer_name (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->customer_name;
}

guint
baton_handoff_get_n_variables (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), 0);

  return self->variables->len;
}

const BatonVariable *
baton_handoff_get_variable (BatonHandoff *self,
                            guint         position)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);
  g_return_val_if_fail (position < self->variables->len, NULL);

  return &g_array_index (self->variables, BatonVariable, position);
}

/**
 * baton_handoff_get_transcript:
 * @self: a hand-off
 *
 * Returns: (transfer none) (element-type BatonActivity): the messages of the transcript that came with it, in its order
 */
GPtrArray *
baton_handoff_get_transcript (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->transcript;
}

/**
 * baton_handoff_get_transcript_url:
 * @self: a hand-off
 *
 * Returns: (transfer none) (nullable): where the bot keeps a transcript it did not send along; nobody has fetched it
 */
const char *
baton_handoff_get_transcript_url (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), NULL);

  return self->transcript_url;
}

/**
 * baton_handoff_get_truncated:
 * @self: a hand-off
 *
 * Returns: whether a part of it was beyond the limits of the reader and is missing above; the raw value is kept
 */
gboolean
baton_handoff_get_truncated (BatonHandoff *self)
{
  g_return_val_if_fail (BATON_IS_HANDOFF (self), FALSE);

  return self->truncated;
}
