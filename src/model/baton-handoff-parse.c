/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-handoff-private.h"

#include <string.h>

/* Names with a meaning of their own, in any case; every other name is a variable of the bot's author (protocol 3.3). */
static const char *const known_names[] = {
  "va_Scope", "va_LastTopic", "va_Topics", "va_LastPhrase", "va_LastPhrases", "va_Phrases", "va_ConversationId",
  "va_AgentMessage", "va_BotId", "va_BotName", "va_Language", "Skill", "Context", "MessageToAgent",
};

/* Where the context may stand, the most explicit first: `value`, its `Context`, the context of tags, the parameters of
 * a transfer action. */
enum { IN_VALUE, IN_CONTEXT, IN_TAGS, IN_ACTION, N_SOURCES };

typedef struct {
  BatonHandoff  *handoff;
  BatonActivity *activity;
  BatonJsonNode  root;
  BatonJsonNode  sources[N_SOURCES];
  char          *value_text;        /* `value` where it is words instead of JSON */
  gboolean       is_command;        /* tags or action: the text is meant for the agent */
} Parser;

static gboolean
is_blank (const char *text)
{
  return text == NULL || text[strspn (text, " \t\r\n")] == '\0';
}

static gboolean
is_known (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (known_names); i++) {
    if (g_ascii_strcasecmp (name, known_names[i]) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Too deep to be passed on as JSON: it is kept as text. */
static void
keep_value_as_text (BatonHandoff *self)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *raw = baton_json_node_dup_raw (self->value);
  g_autofree char *text = NULL;
  g_autoptr (BatonJson) json = NULL;

  baton_json_writer_string (writer, raw);
  text = baton_json_writer_finish_text (writer);
  json = baton_handoff_parse_text (self, text, -1);
  self->value = json != NULL ? baton_json_get_root (json) : (BatonJsonNode) { NULL, 0 };
  self->truncated = TRUE;
  baton_handoff_keep_document (self, self->value);
}

/* Rule 3: an object, an object as text, or words. Anything else is kept raw and tells nothing. */
static void
read_value (Parser *p)
{
  BatonHandoff *self = p->handoff;
  g_autofree char *text = NULL;
  g_autoptr (BatonJson) json = NULL;

  self->value = baton_json_node_get_member (p->root, "value");
  if (baton_handoff_is_too_deep (self->value)) {
    keep_value_as_text (self);
    return;
  }
  if (baton_json_node_get_kind (self->value) == BATON_JSON_OBJECT) {
    p->sources[IN_VALUE] = self->value;
    return;
  }

  text = baton_json_node_dup_string (self->value);
  if (is_blank (text))
    return;
  json = baton_handoff_parse_text (self, g_strstrip (text), -1);
  if (json != NULL && baton_json_node_get_kind (baton_json_get_root (json)) == BATON_JSON_OBJECT) {
    p->sources[IN_VALUE] = baton_json_get_root (json);
    baton_handoff_keep_document (self, p->sources[IN_VALUE]);
  } else if (!self->truncated) {
    p->value_text = g_steal_pointer (&text);
  }
}

/* Rule 4: `Context` is flattened one level; tags and actions bring a context of their own. */
static void
read_sources (Parser *p)
{
  g_autoptr (BatonJson) document = NULL;
  BatonJsonNode tags = baton_handoff_find_tags (p->root, &document);
  BatonJsonNode action = baton_handoff_find_action (p->root, TRUE);

  read_value (p);
  baton_handoff_keep_document (p->handoff, p->root);
  baton_handoff_keep_document (p->handoff, tags);
  p->sources[IN_CONTEXT] = baton_json_node_find_member (p->sources[IN_VALUE], "Context");
  p->sources[IN_TAGS] = baton_json_node_find_member (tags, "Context");
  p->sources[IN_ACTION] = baton_json_node_get_member (action, "parameters");
  p->is_command = tags.json != NULL || action.json != NULL;
}

/* Rule 5: of another type than it should be is as good as absent. */
static char *
find_text (Parser     *p,
           const char *name)
{
  for (guint i = 0; i < N_SOURCES; i++) {
    g_autofree char *text = baton_json_node_dup_string (baton_json_node_find_member (p->sources[i], name));

    if (!is_blank (text))
      return g_steal_pointer (&text);
  }
  return NULL;
}

static char **
read_list (BatonJsonNode node)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  BatonJsonNode value;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, node);
  while (baton_json_iter_next (&iter, NULL, &value)) {
    const BatonJsonKind kind = baton_json_node_get_kind (value);
    g_autofree char *text = NULL;

    if (kind != BATON_JSON_STRING && kind != BATON_JSON_NUMBER)
      continue;
    text = baton_json_node_dup_text (value);
    g_strv_builder_add (list, text);
  }
  return g_strv_builder_end (list);
}

/* Never %NULL. One text is a list of one. */
static char **
find_list (Parser     *p,
           const char *name)
{
  for (guint i = 0; i < N_SOURCES; i++) {
    BatonJsonNode node = baton_json_node_find_member (p->sources[i], name);
    g_autofree char *text = baton_json_node_dup_string (node);

    if (baton_json_node_get_kind (node) == BATON_JSON_ARRAY)
      return read_list (node);
    if (!is_blank (text))
      return g_strdupv ((char *[]) { text, NULL });
  }
  return g_new0 (char *, 1);
}

static char *
find_last (Parser     *p,
           const char *name)
{
  g_auto (GStrv) list = find_list (p, name);
  const guint n = g_strv_length (list);

  return n > 0 ? g_strdup (list[n - 1]) : NULL;
}

/* Rule 6. */
static char *
find_language (Parser *p)
{
  g_autofree char *declared = find_text (p, "va_Language");
  g_autofree char *customers = find_text (p, "va_CustomerLocale");
  const char *const tags[] = { declared, customers, baton_activity_get_locale (p->activity) };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    char *language = baton_language_normalize (tags[i]);

    if (language != NULL)
      return language;
  }
  return NULL;
}

static BatonPrivateText *
find_agent_message (Parser *p)
{
  g_autofree char *declared = find_text (p, "va_AgentMessage");
  g_autofree char *other = find_text (p, "MessageToAgent");
  const char *text = declared != NULL ? declared : other != NULL ? other : p->value_text;

  if (text == NULL && p->is_command)
    text = baton_activity_get_text (p->activity);
  return is_blank (text) ? NULL : baton_private_text_new (text);
}

/* Our embedded bot knows which it was. Of others: the system topic is reached by itself, a message to the agent stands
 * in a transfer step alone. */
static BatonTrigger
find_trigger (Parser *p)
{
  BatonJsonNode ours = baton_json_node_get_member (baton_json_node_get_member (p->root, "channelData"), "baton");
  g_autofree char *told = baton_json_node_dup_member (ours, "trigger");
  const BatonTrigger trigger = baton_trigger_from_string (told);

  if (trigger != BATON_TRIGGER_UNKNOWN)
    return trigger;
  if (p->handoff->last_topic != NULL && g_ascii_strcasecmp (p->handoff->last_topic, "Escalate") == 0)
    return BATON_TRIGGER_IMPLICIT;
  return p->handoff->agent_message != NULL ? BATON_TRIGGER_EXPLICIT : BATON_TRIGGER_UNKNOWN;
}

static void
read_context (Parser *p)
{
  BatonHandoff *self = p->handoff;

  self->scope = find_text (p, "va_Scope");
  self->last_topic = find_text (p, "va_LastTopic");
  g_strfreev (self->topics);
  self->topics = find_list (p, "va_Topics");
  self->last_phrase = find_last (p, "va_LastPhrase");
  if (self->last_phrase == NULL)
    self->last_phrase = find_last (p, "va_LastPhrases");
  g_strfreev (self->phrases);
  self->phrases = find_list (p, "va_Phrases");
  self->conversation_id = find_text (p, "va_ConversationId");
  self->bot_id = find_text (p, "va_BotId");
  self->bot_name = find_text (p, "va_BotName");
  self->skill = find_text (p, "Skill");
  self->language = find_language (p);
  self->agent_message = find_agent_message (p);
  self->trigger = find_trigger (p);
}

static void
read_variables (Parser *p)
{
  for (guint i = N_SOURCES; i > 0; i--) {
    BatonJsonNode key, value;
    BatonJsonIter iter;

    if (baton_json_node_get_kind (p->sources[i - 1]) != BATON_JSON_OBJECT)
      continue;
    baton_json_iter_init (&iter, p->sources[i - 1]);
    while (baton_json_iter_next (&iter, &key, &value)) {
      g_autofree char *name = baton_json_node_dup_string (key);

      if (!is_known (name))
        baton_handoff_set_variable (p->handoff, name, value);
    }
  }
}

/* `from` may be anybody (protocol 3.2); `relatesTo` names the user, else whoever wrote in the transcript does. */
static void
read_customer (Parser *p)
{
  BatonHandoff *self = p->handoff;
  BatonJsonNode user = baton_json_node_get_member (baton_json_node_get_member (p->root, "relatesTo"), "user");

  self->customer_id = baton_json_node_dup_member (user, "id");
  self->customer_name = baton_json_node_dup_member (user, "name");
  for (guint i = 0; self->customer_id == NULL && self->customer_name == NULL && i < self->transcript->len; i++) {
    BatonActivity *message = g_ptr_array_index (self->transcript, i);

    if (baton_activity_get_party (message) == BATON_PARTY_CUSTOMER) {
      self->customer_id = g_strdup (baton_activity_get_from_id (message));
      self->customer_name = g_strdup (baton_activity_get_from_name (message));
    }
  }
}

static char *
make_key (BatonActivity *activity)
{
  const char *id = baton_activity_get_id (activity);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *hash = NULL;

  if (!is_blank (id))
    return g_strdup (id);

  bytes = baton_activity_get_bytes (activity);
  hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  return g_strconcat ("sha256:", hash, NULL);
}

/**
 * baton_handoff_new_from_activity:
 * @activity: an activity for which baton_handoff_is_handoff() holds
 *
 * Takes what can be understood. No part of it, however broken, makes the hand-off fail (protocol 3.5 rule 9).
 *
 * Returns: (transfer full): what the bot knew
 */
BatonHandoff *
baton_handoff_new_from_activity (BatonActivity *activity)
{
  BatonHandoff *self;
  Parser p = { NULL };

  g_return_val_if_fail (BATON_IS_ACTIVITY (activity), NULL);

  self = g_object_new (BATON_TYPE_HANDOFF, NULL);
  self->key = make_key (activity);
  self->activity_id = g_strdup (baton_activity_get_id (activity));
  self->time = baton_activity_get_timestamp (activity);

  p.handoff = self;
  p.activity = activity;
  p.root = baton_activity_get_root (activity);
  read_sources (&p);
  read_context (&p);
  read_variables (&p);
  baton_handoff_read_transcript (self, p.root);
  read_customer (&p);
  g_free (p.value_text);
  return self;
}
