/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-topic.h"

#include <string.h>

#include "baton-error.h"
#include "baton-formula.h"

static const struct {
  const char      *kind;
  BatonTopicStart  start;
} starts[] = {
  { "OnRecognizedIntent", BATON_STARTS_BY_PHRASE },
  { "OnSystemIntent", BATON_STARTS_BY_PHRASE },
  { "OnSystemRedirect", BATON_STARTS_BY_REDIRECT },
  { "OnRedirect", BATON_STARTS_BY_REDIRECT },
  { "OnEscalate", BATON_STARTS_ON_ESCALATE },
  { "OnConversationStart", BATON_STARTS_ON_CONVERSATION },
  { "OnUnknownIntent", BATON_STARTS_ON_UNKNOWN },
  { "OnError", BATON_STARTS_ON_ERROR },
};

static const struct {
  const char    *kind;
  BatonNodeKind  node;
} kinds[] = {
  { "SendActivity", BATON_NODE_SEND },
  { "SetVariable", BATON_NODE_SET },
  { "SetTextVariable", BATON_NODE_SET_TEXT },
  { "ConditionGroup", BATON_NODE_CONDITIONS },
  { "Question", BATON_NODE_QUESTION },
  { "BeginDialog", BATON_NODE_BEGIN },
  { "ReplaceDialog", BATON_NODE_REPLACE },
  { "EndDialog", BATON_NODE_END_TOPIC },
  { "CancelAllDialogs", BATON_NODE_CANCEL_ALL },
  { "GotoAction", BATON_NODE_GOTO },
  { "EndConversation", BATON_NODE_END_CONVERSATION },
  { "ClearAllVariables", BATON_NODE_CLEAR_VARIABLES },
  { "TransferConversationV2", BATON_NODE_TRANSFER },
  { "TransferConversation", BATON_NODE_TRANSFER },
  { "LogCustomTelemetryEvent", BATON_NODE_SKIP },
  { "DisconnectedNodeContainer", BATON_NODE_SKIP },
};

/* What a load has to know besides the topic. */
typedef struct {
  BatonTopic *topic;
  const char *file;
  GPtrArray  *warnings;
} Loading;

static int compile_actions (Loading *self, BatonYaml *actions, int behind);

static void
warn (Loading         *self,
      const BatonYaml *where,
      const char      *what,
      const char      *detail)
{
  g_ptr_array_add (self->warnings, g_strdup_printf ("%s:%u: %s: %s", self->file, baton_yaml_get_line (where),
                                                    what, detail));
}

static void
node_free (BatonNode *self)
{
  g_clear_pointer (&self->branches, g_array_unref);
  g_free (self->id);
  g_free (self);
}

static void
check_formula (Loading   *self,
               BatonYaml *scalar)
{
  const char *text = baton_yaml_get_text (scalar);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonFormula) formula = NULL;

  if (*text == '=')
    formula = baton_formula_parse (text + 1, strlen (text + 1), &error);
  else
    baton_template_check (text, &error);
  if (error != NULL)
    warn (self, scalar, "formula", error->message);
}

/* Bots come with texts in which `[link]` stands for an address that only their author knows (S002-16); where one follows
 * it is a link of Markdown. */
static gboolean
has_placeholder (const char *text)
{
  for (const char *at = strchr (text, '['); at != NULL; at = strchr (at + 1, '['))
    if (g_ascii_strncasecmp (at, "[link]", strlen ("[link]")) == 0 && at[strlen ("[link]")] != '(')
      return TRUE;
  return FALSE;
}

/* Looks at the texts and formulas of one node; those of the nodes below it are looked at when their turn comes. */
static void
check_texts (Loading    *self,
             const char *key,
             BatonYaml  *value)
{
  static const char *const texts[] = {
    "activity", "prompt", "text", "unrecognizedPrompt", "invalidPrompt", "defaultValueResponse", "messageToAgent", NULL
  };
  static const char *const others[] = { "actions", "elseActions", "cardContent", "card", NULL };
  const char *text = baton_yaml_get_text (value);

  if (text != NULL && (*text == '=' || g_strv_contains (texts, key)))
    check_formula (self, value);
  if (text != NULL && g_strv_contains (texts, key) && has_placeholder (text))
    warn (self, value, key, "customers would read the placeholder [link]");
  for (guint i = 0; i < baton_yaml_get_size (value); i++) {
    const char *child = baton_yaml_is_mapping (value) ? baton_yaml_get_key (value, i) : key;

    if (!g_strv_contains (others, child))
      check_texts (self, child, baton_yaml_get_child (value, i));
  }
}

static BatonNodeKind
find_kind (Loading   *self,
           BatonYaml *yaml)
{
  const char *kind = baton_yaml_get_string (yaml, "kind");

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (g_strcmp0 (kind, kinds[i].kind) == 0)
      return baton_yaml_is_true (yaml, "disabled", FALSE) ? BATON_NODE_SKIP : kinds[i].node;
  }
  warn (self, yaml, "node is not run", kind != NULL ? kind : "no kind");
  return BATON_NODE_SKIP;
}

static GArray *
compile_branches (Loading   *self,
                  BatonYaml *yaml,
                  int        behind)
{
  BatonYaml *conditions = baton_yaml_get_member (yaml, "conditions");
  GArray *branches = g_array_new (FALSE, FALSE, sizeof (BatonBranch));
  BatonBranch otherwise = { .first = compile_actions (self, baton_yaml_get_member (yaml, "elseActions"), behind) };

  for (guint i = 0; i < baton_yaml_get_size (conditions); i++) {
    BatonYaml *item = baton_yaml_get_child (conditions, i);
    BatonBranch branch = {
      .condition = baton_yaml_get_string (item, "condition"),
      .first = compile_actions (self, baton_yaml_get_member (item, "actions"), behind),
    };

    g_array_append_val (branches, branch);
  }
  g_array_append_val (branches, otherwise);
  return branches;
}

static int
compile_node (Loading   *self,
              BatonYaml *yaml,
              int        behind)
{
  BatonTopic *topic = self->topic;
  const char *id = baton_yaml_get_string (yaml, "id");
  BatonNode *node = g_new0 (BatonNode, 1);

  node->kind = find_kind (self, yaml);
  node->yaml = yaml;
  node->next = behind;
  if (node->kind == BATON_NODE_CONDITIONS)
    node->branches = compile_branches (self, yaml, behind);
  if (node->kind != BATON_NODE_SKIP)
    check_texts (self, "", yaml);
  topic->has_transfer |= node->kind == BATON_NODE_TRANSFER;

  node->id = id != NULL ? g_strdup (id) : g_strdup_printf ("#%u", topic->nodes->len);
  g_ptr_array_add (topic->nodes, node);
  g_hash_table_replace (topic->positions, node->id, GUINT_TO_POINTER (topic->nodes->len));
  return (int) topic->nodes->len - 1;
}

/* Lays out a list of actions from the last to the first, so that each knows its successor; gives the first. */
static int
compile_actions (Loading   *self,
                 BatonYaml *actions,
                 int        behind)
{
  for (guint i = baton_yaml_get_size (actions); i > 0; i--)
    behind = compile_node (self, baton_yaml_get_child (actions, i - 1), behind);
  return behind;
}

static BatonTopicStart
find_start (const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++) {
    if (g_strcmp0 (kind, starts[i].kind) == 0)
      return starts[i].start;
  }
  return BATON_STARTS_NEVER;
}

static char *
find_name (BatonYaml  *root,
           const char *given,
           const char *id)
{
  BatonYaml *intent = baton_yaml_get_member (baton_yaml_get_member (root, "beginDialog"), "intent");
  const char *name = baton_yaml_get_string (baton_yaml_get_member (root, "mcs.metadata"), "componentName");
  const char *dot = strrchr (id, '.');

  if (name == NULL)
    name = given;
  if (name == NULL)
    name = baton_yaml_get_string (intent, "displayName");
  if (name == NULL)
    name = dot != NULL ? dot + 1 : id;
  return g_strdup (name);
}

static void
read_header (BatonTopic *self)
{
  const char *behavior = baton_yaml_get_string (self->root, "startBehavior");
  const char *priority = baton_yaml_get_string (self->trigger, "priority");

  self->start = find_start (baton_yaml_get_string (self->trigger, "kind"));
  self->cancels_others = behavior != NULL && g_str_has_suffix (behavior, "CancelOtherTopics");
  self->priority = priority != NULL ? g_ascii_strtod (priority, NULL) : 0;
}

/**
 * baton_topic_new:
 * @id: the topic's schema name
 * @name: (nullable): its display name, if known from elsewhere; the file's metadata wins
 * @root: the file
 * @file: name of the file, for warnings
 * @warnings: (element-type utf8): where to put what an author should know
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): the topic, or %NULL with @error set
 */
BatonTopic *
baton_topic_new (const char  *id,
                 const char  *name,
                 BatonYaml   *root,
                 const char  *file,
                 GPtrArray   *warnings,
                 GError     **error)
{
  BatonYaml *trigger = baton_yaml_get_member (root, "beginDialog");
  BatonTopic *self;

  if (!baton_yaml_is_mapping (trigger)) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "%s: not a topic: no beginDialog", file);
    return NULL;
  }

  self = g_new0 (BatonTopic, 1);
  self->id = g_strdup (id);
  self->name = find_name (root, name, id);
  self->root = baton_yaml_ref (root);
  self->trigger = trigger;
  self->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) node_free);
  self->positions = g_hash_table_new (g_str_hash, g_str_equal);
  self->translations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) baton_topic_free);
  read_header (self);
  self->first = compile_actions (&(Loading) { self, file, warnings }, baton_yaml_get_member (trigger, "actions"),
                                 BATON_NODE_NONE);
  return self;
}

void
baton_topic_free (BatonTopic *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->translations, g_hash_table_unref);
  g_clear_pointer (&self->positions, g_hash_table_unref);
  g_clear_pointer (&self->nodes, g_ptr_array_unref);
  g_clear_pointer (&self->root, baton_yaml_unref);
  g_free (self->name);
  g_free (self->id);
  g_free (self);
}

static char *
primary_subtag (const char *locale)
{
  return g_ascii_strdown (locale, (gssize) strcspn (locale, "-_"));
}

/**
 * baton_topic_add_translation:
 * @self: a topic being loaded
 * @language: tag of the language, as in the file's name
 * @over: the translation: the texts and phrases that differ, at the ids of the nodes
 * @file: name of the file, for warnings
 * @warnings: (element-type utf8): where to put what an author should know
 */
void
baton_topic_add_translation (BatonTopic *self,
                             const char *language,
                             BatonYaml  *over,
                             const char *file,
                             GPtrArray  *warnings)
{
  g_autofree char *tag = g_ascii_strdown (language, -1);
  g_autofree char *primary = primary_subtag (language);
  const char *keys[] = { tag, primary };
  g_autoptr (BatonYaml) merged = baton_yaml_overlay (self->root, over);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (g_free);
    BatonTopic *topic;

    /* What is wrong with the base has been said; the second spelling of the tag has nothing new to say. */
    if (g_hash_table_contains (self->translations, keys[i]))
      continue;
    topic = baton_topic_new (self->id, self->name, merged, file, i == 0 ? warnings : known, NULL);
    if (topic == NULL)
      continue;
    g_free (topic->name);
    topic->name = g_strdup (self->name);
    g_hash_table_insert (self->translations, g_strdup (keys[i]), topic);
  }
}

static BatonTopic *
find_translation (BatonTopic *self,
                  const char *locale)
{
  g_autofree char *tag = NULL;
  g_autofree char *primary = NULL;
  BatonTopic *topic;

  if (locale == NULL)
    return NULL;

  tag = g_ascii_strdown (locale, -1);
  primary = primary_subtag (locale);
  topic = g_hash_table_lookup (self->translations, tag);
  return topic != NULL ? topic : g_hash_table_lookup (self->translations, primary);
}

/**
 * baton_topic_in_language:
 * @self: a topic as its author wrote it
 * @locale: (nullable): a language tag
 *
 * Returns: (transfer none): the topic in that language, or @self where there is no translation
 */
BatonTopic *
baton_topic_in_language (BatonTopic *self,
                         const char *locale)
{
  BatonTopic *topic = find_translation (self, locale);

  return topic != NULL ? topic : self;
}

gboolean
baton_topic_has_language (BatonTopic *self,
                          const char *locale)
{
  return find_translation (self, locale) != NULL;
}

/**
 * baton_topic_find:
 *
 * Returns: the position of the node with that id, or %BATON_NODE_NONE
 */
int
baton_topic_find (BatonTopic *self,
                  const char *node_id)
{
  return node_id != NULL ? GPOINTER_TO_INT (g_hash_table_lookup (self->positions, node_id)) - 1 : BATON_NODE_NONE;
}

const BatonNode *
baton_topic_get_node (BatonTopic *self,
                      int         position)
{
  return g_ptr_array_index (self->nodes, (guint) position);
}

/**
 * baton_topic_get_phrases:
 *
 * Returns: (transfer none) (nullable): the sequence of phrases that start the topic
 */
BatonYaml *
baton_topic_get_phrases (BatonTopic *self)
{
  return baton_yaml_get_member (baton_yaml_get_member (self->trigger, "intent"), "triggerQueries");
}
