/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bot-private.h"

#include <string.h>

#include "baton-bot-resources.h"
#include "baton-entity.h"
#include "baton-error.h"
#include "baton-formula.h"
#include "baton-time.h"

/* The system topics of the bot that comes with the relay; no bot is without them (S000-13). */
#define BUILT_IN "/io/github/batondesk/bot"

/* A folder of files, on disk or built in. */
typedef struct {
  BatonBot   *bot;
  const char *folder;     /* NULL: built in */
  GPtrArray  *warnings;   /* of char * */
} Loading;

static const struct {
  guint       number;
  const char *tag;
} lcids[] = {
  { 1025, "ar-SA" }, { 1026, "bg-BG" }, { 1028, "zh-TW" }, { 1029, "cs-CZ" }, { 1030, "da-DK" }, { 1031, "de-DE" },
  { 1032, "el-GR" }, { 1033, "en-US" }, { 1035, "fi-FI" }, { 1036, "fr-FR" }, { 1037, "he-IL" }, { 1038, "hu-HU" },
  { 1040, "it-IT" }, { 1041, "ja-JP" }, { 1042, "ko-KR" }, { 1043, "nl-NL" }, { 1044, "nb-NO" }, { 1045, "pl-PL" },
  { 1046, "pt-BR" }, { 1048, "ro-RO" }, { 1049, "ru-RU" }, { 1051, "sk-SK" }, { 1053, "sv-SE" }, { 1054, "th-TH" },
  { 1055, "tr-TR" }, { 1057, "id-ID" }, { 1058, "uk-UA" }, { 1081, "hi-IN" }, { 2052, "zh-CN" }, { 2057, "en-GB" },
  { 2070, "pt-PT" }, { 3076, "zh-HK" }, { 3081, "en-AU" }, { 3082, "es-ES" }, { 3084, "fr-CA" },
};

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
is_yaml (const char *name)
{
  return g_str_has_suffix (name, ".yml") || g_str_has_suffix (name, ".yaml");
}

static GPtrArray *
list_disk (const char *path)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  return names;
}

static GPtrArray *
list_built_in (const char *path)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) children = g_resource_enumerate_children (baton_bot_get_resource (), path, 0, NULL);

  for (guint i = 0; children != NULL && children[i] != NULL; i++)
    g_ptr_array_add (names, g_strdup (children[i]));
  return names;
}

/* The YAML files of a part of the bot, in the order of their names. */
static GPtrArray *
list_files (Loading    *self,
            const char *part)
{
  g_autofree char *path = g_build_path ("/", self->folder != NULL ? self->folder : BUILT_IN, part, NULL);
  GPtrArray *names = self->folder != NULL ? list_disk (path) : list_built_in (path);

  for (guint i = names->len; i > 0; i--) {
    if (!is_yaml (g_ptr_array_index (names, i - 1)))
      g_ptr_array_remove_index (names, i - 1);
  }
  g_ptr_array_sort (names, compare_names);
  return names;
}

static GBytes *
read_bytes (Loading     *self,
            const char  *file,
            GError     **error)
{
  g_autofree char *path = g_build_path ("/", self->folder != NULL ? self->folder : BUILT_IN, file, NULL);
  char *text = NULL;
  gsize length;

  if (self->folder == NULL)
    return g_resource_lookup_data (baton_bot_get_resource (), path, 0, error);
  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  return g_bytes_new_take (text, length);
}

/* Reads one file; what is wrong with it is a warning, for a bot must not fall silent because of one file. @comment_name
 * gets the name in a comment at the top. */
static BatonYaml *
read_file (Loading     *self,
           const char  *file,
           char       **comment_name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = read_bytes (self, file, &error);
  g_autofree char *text = NULL;
  BatonYaml *root = NULL;
  gsize length = 0;

  if (bytes != NULL) {
    /* A copy that ends with a zero byte. */
    text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    length = g_bytes_get_size (bytes);
    root = baton_yaml_parse (text, length, &error);
  }
  if (root == NULL) {
    g_ptr_array_add (self->warnings, g_strdup_printf ("%s: left out: %s", file, error->message));
    return NULL;
  }
  if (comment_name != NULL && g_str_has_prefix (text, "# Name:")) {
    *comment_name = g_strndup (text + strlen ("# Name:"), strcspn (text, "\r\n") - strlen ("# Name:"));
    g_strstrip (*comment_name);
  }
  return root;
}

/* `Returns` of Returns.mcs.yml, Returns.topic.mcs.yml or Returns.yml. */
static char *
stem_of (const char *name)
{
  static const char *const endings[] = { ".yml", ".yaml", ".mcs", ".topic" };
  char *stem = g_strdup (name);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    if (g_str_has_suffix (stem, endings[i]))
      stem[strlen (stem) - strlen (endings[i])] = '\0';
  }
  return stem;
}

static const char *
find_tag (const char *language)
{
  guint64 number;

  if (language == NULL)
    return "en-US";
  if (!g_ascii_string_to_unsigned (language, 10, 0, G_MAXUINT16, &number, NULL))
    return language;
  for (guint i = 0; i < G_N_ELEMENTS (lcids); i++) {
    if (lcids[i].number == number)
      return lcids[i].tag;
  }
  return "en-US";
}

static void
load_settings (Loading *self)
{
  g_autoptr (BatonYaml) settings = read_file (self, "settings.mcs.yml", NULL);
  const char *id = baton_yaml_get_string (settings, "schemaName");
  const char *name = baton_yaml_get_string (settings, "displayName");

  self->bot->id = id != NULL ? g_strdup (id) : g_path_get_basename (self->folder);
  self->bot->name = g_strdup (name != NULL ? name : self->bot->id);
  self->bot->language = g_strdup (find_tag (baton_yaml_get_string (settings, "language")));
}

static void
add_topic (BatonBot   *bot,
           BatonTopic *topic)
{
  g_ptr_array_add (bot->topics, topic);
  g_hash_table_replace (bot->by_id, g_ascii_strdown (topic->id, -1), topic);
}

/* The author's topic keeps its name where it has that of a built-in one with another purpose. */
static char *
make_id (Loading    *self,
         const char *file)
{
  g_autofree char *stem = stem_of (file);
  g_autofree char *id = g_strjoin (".", self->bot->id, "topic", stem, NULL);
  g_autofree char *key = g_ascii_strdown (id, -1);

  if (self->folder == NULL && g_hash_table_contains (self->bot->by_id, key))
    return g_strjoin (".", self->bot->id, "built-in", stem, NULL);
  return g_steal_pointer (&id);
}

static BatonTopic *
load_topic (Loading    *self,
            const char *name)
{
  g_autofree char *file = g_strconcat ("topics/", name, NULL);
  g_autofree char *id = make_id (self, name);
  g_autofree char *comment_name = NULL;
  g_autoptr (BatonYaml) root = read_file (self, file, &comment_name);
  g_autoptr (GError) error = NULL;
  BatonTopic *topic;

  if (root == NULL)
    return NULL;

  topic = baton_topic_new (id, comment_name, root, file, self->warnings, &error);
  if (topic == NULL)
    g_ptr_array_add (self->warnings, g_strdup_printf ("left out: %s", error->message));
  return topic;
}

/* Whether the bot has a topic of its own in place of a built-in one. A search in front of Fallback is none. */
static gboolean
has_own (BatonBot   *bot,
         BatonTopic *built_in)
{
  for (guint i = 0; i < bot->topics->len; i++) {
    BatonTopic *topic = g_ptr_array_index (bot->topics, i);

    if (topic->start == built_in->start && topic->priority >= 0)
      return TRUE;
  }
  return FALSE;
}

static void
load_topics (Loading    *self,
             GHashTable *loaded)
{
  g_autoptr (GPtrArray) names = list_files (self, "topics");

  for (guint i = 0; i < names->len; i++) {
    BatonTopic *topic = load_topic (self, g_ptr_array_index (names, i));

    if (topic == NULL)
      continue;
    if (self->folder == NULL && has_own (self->bot, topic)) {
      baton_topic_free (topic);
      continue;
    }
    g_hash_table_insert (loaded, stem_of (g_ptr_array_index (names, i)), topic);
    add_topic (self->bot, topic);
  }
}

/* <Topic>.<language>.mcs.yml */
static void
load_translations (Loading    *self,
                   GHashTable *topics)
{
  g_autoptr (GPtrArray) names = list_files (self, "translations");

  for (guint i = 0; i < names->len; i++) {
    g_autofree char *file = g_strconcat ("translations/", g_ptr_array_index (names, i), NULL);
    g_autofree char *stem = stem_of (g_ptr_array_index (names, i));
    char *dot = strrchr (stem, '.');
    g_autoptr (BatonYaml) root = NULL;
    BatonTopic *topic;

    if (dot != NULL)
      *dot = '\0';
    topic = dot != NULL ? g_hash_table_lookup (topics, stem) : NULL;
    if (topic == NULL && self->folder != NULL)
      g_ptr_array_add (self->warnings, g_strdup_printf ("%s: left out: no such topic", file));
    if (topic != NULL)
      root = read_file (self, file, NULL);
    if (root != NULL)
      baton_topic_add_translation (topic, dot + 1, root, file, self->warnings);
  }
}

static void
load_entities (Loading *self)
{
  g_autoptr (GPtrArray) names = list_files (self, "entities");

  for (guint i = 0; i < names->len; i++) {
    g_autofree char *file = g_strconcat ("entities/", g_ptr_array_index (names, i), NULL);
    g_autofree char *stem = stem_of (g_ptr_array_index (names, i));
    g_autofree char *id = g_strjoin (".", self->bot->id, "entity", stem, NULL);
    BatonYaml *root = read_file (self, file, NULL);

    if (root != NULL)
      g_hash_table_replace (self->bot->entities, g_ascii_strdown (id, -1), root);
  }
}

static BatonValue *
look_up_nothing_cb (gpointer           data,
                    const char *const *path)
{
  return NULL;
}

/* A default stands for itself, or is a formula that sees no other variable. */
static BatonValue *
read_default (BatonYaml *field)
{
  const char *text = baton_yaml_get_text (field);
  const BatonFormulaScope scope = { .lookup = look_up_nothing_cb, .now = BATON_TIME_UNKNOWN };
  g_autoptr (BatonFormula) formula = NULL;

  if (text == NULL || *text != '=')
    return baton_value_new_text (text);

  formula = baton_formula_parse (text + 1, strlen (text + 1), NULL);
  return formula != NULL ? baton_formula_evaluate (formula, &scope, NULL) : NULL;
}

static void
load_variables (Loading *self)
{
  g_autoptr (GPtrArray) names = list_files (self, "variables");

  for (guint i = 0; i < names->len; i++) {
    g_autofree char *file = g_strconcat ("variables/", g_ptr_array_index (names, i), NULL);
    g_autoptr (BatonYaml) root = read_file (self, file, NULL);
    const char *name = baton_yaml_get_string (root, "name");
    BatonValue *value = read_default (baton_yaml_get_member (root, "defaultValue"));

    if (name != NULL && value != NULL)
      g_hash_table_replace (self->bot->globals, g_strdup (name), value);
    else
      baton_value_unref (value);
  }
}

static void
add_phrases (BatonPhrases *phrases,
             BatonTopic   *owner,
             BatonYaml    *sequence)
{
  for (guint i = 0; i < baton_yaml_get_size (sequence); i++) {
    const char *text = baton_yaml_get_text (baton_yaml_get_child (sequence, i));

    if (text != NULL)
      baton_phrases_add (phrases, text, owner);
  }
}

/* Phrases of one language and those of the author's. A topic without any answers to its name. */
static BatonPhrases *
index_language (BatonBot   *bot,
                const char *language)
{
  BatonPhrases *phrases = baton_phrases_new ();

  for (guint i = 0; i < bot->topics->len; i++) {
    BatonTopic *topic = g_ptr_array_index (bot->topics, i);
    BatonTopic *translated = g_hash_table_lookup (topic->translations, language);
    BatonYaml *own = baton_topic_get_phrases (topic);
    BatonYaml *other = translated != NULL ? baton_topic_get_phrases (translated) : NULL;

    if (topic->start != BATON_STARTS_BY_PHRASE && topic->start != BATON_STARTS_ON_ESCALATE)
      continue;
    add_phrases (phrases, topic, own);
    if (other != own)
      add_phrases (phrases, topic, other);
    if (own == NULL && other == NULL)
      baton_phrases_add (phrases, topic->name, topic);
  }
  return phrases;
}

static void
index_phrases (BatonBot *bot)
{
  g_hash_table_insert (bot->phrases, g_strdup (""), index_language (bot, ""));
  for (guint i = 0; i < bot->topics->len; i++) {
    BatonTopic *topic = g_ptr_array_index (bot->topics, i);
    GHashTableIter iter;
    gpointer language;

    g_hash_table_iter_init (&iter, topic->translations);
    while (g_hash_table_iter_next (&iter, &language, NULL)) {
      if (!g_hash_table_contains (bot->phrases, language))
        g_hash_table_insert (bot->phrases, g_strdup (language), index_language (bot, language));
    }
  }
}

static void
check_node (Loading         *self,
            BatonTopic      *topic,
            const BatonNode *node)
{
  const char *dialog = baton_yaml_get_string (node->yaml, "dialog");
  const char *action = baton_yaml_get_string (node->yaml, "actionId");
  BatonYaml *entity = baton_yaml_get_member (node->yaml, "entity");
  const char *problem = NULL;

  if ((node->kind == BATON_NODE_BEGIN || node->kind == BATON_NODE_REPLACE)
      && (dialog == NULL || (*dialog != '=' && baton_bot_find_topic (self->bot, dialog) == NULL)))
    problem = "no such topic";
  if (node->kind == BATON_NODE_GOTO && baton_topic_find (topic, action) == BATON_NODE_NONE)
    problem = "no such action";
  if (node->kind == BATON_NODE_QUESTION && !baton_entity_is_known (entity, self->bot->entities))
    problem = "unknown entity: takes any text";
  if (problem != NULL)
    g_ptr_array_add (self->warnings, g_strdup_printf ("%s:%u: %s", topic->id, baton_yaml_get_line (node->yaml), problem));
}

static void
check_topics (Loading *self)
{
  for (guint i = 0; i < self->bot->topics->len; i++) {
    BatonTopic *topic = g_ptr_array_index (self->bot->topics, i);

    for (guint j = 0; j < topic->nodes->len; j++)
      check_node (self, topic, g_ptr_array_index (topic->nodes, j));
  }
}

static void
load_all_topics (Loading *self)
{
  g_autoptr (GHashTable) own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) built_in = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Loading rest = { self->bot, NULL, self->warnings };

  load_topics (self, own);
  load_translations (self, own);
  load_topics (&rest, built_in);
  load_translations (&rest, built_in);
}

/**
 * baton_bot_load:
 * @folder: a bot: `settings.mcs.yml`, `topics/`, and what else there is of `translations/`, `entities/`, `variables/`
 * @warnings: (out) (optional) (element-type utf8): what the author should know: files that could not be read, nodes that
 *   are not run, formulas that are none
 * @error: return location for a [error@Error]
 *
 * Loads a bot. Files that cannot be read are left out; system topics that are missing come with the program, so that
 * every bot greets, says when it does not understand, and can hand over.
 *
 * Returns: (transfer full): the bot, or %NULL with @error set if there is no such folder
 */
BatonBot *
baton_bot_load (const char  *folder,
                GPtrArray  **warnings,
                GError     **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  Loading loading = { .folder = folder, .warnings = found };

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_GONE, "no folder of topics: %s", folder);
    return NULL;
  }

  loading.bot = g_object_new (BATON_TYPE_BOT, NULL);
  load_settings (&loading);
  load_entities (&loading);
  load_variables (&loading);
  load_all_topics (&loading);
  index_phrases (loading.bot);
  check_topics (&loading);

  if (warnings != NULL)
    *warnings = g_steal_pointer (&found);
  return loading.bot;
}
