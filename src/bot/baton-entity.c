/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-entity.h"

#include <string.h>

#include "baton-phrases.h"
#include "baton-words.h"

#define MAX_NAME_WORDS 6
#define LETTERS_PER_TYPO 5

/* How much of an answer a pattern is tried on: its time can grow with the square of that. */
#define MAX_SUBJECT 2000

typedef enum {
  ANSWER_TEXT,
  ANSWER_BOOLEAN,
  ANSWER_NUMBER,
  ANSWER_NAME,
  ANSWER_PATTERN,
  ANSWER_CHOICE,
} AnswerKind;

typedef struct {
  BatonValue *value;
  char       *label;
  GPtrArray  *spellings;   /* of char *, normalised: label, id, synonyms */
} Choice;

struct _BatonEntity {
  AnswerKind  kind;
  GPtrArray  *choices;     /* of Choice */
  gboolean    tolerant;    /* of typing errors */
  GRegex     *pattern;     /* NULL where it does not compile: nothing fits */
};

static const struct {
  const char *name;
  AnswerKind  kind;
  const char *pattern;
} prebuilt[] = {
  { "StringPrebuiltEntity", ANSWER_TEXT, NULL },
  { "BooleanPrebuiltEntity", ANSWER_BOOLEAN, NULL },
  { "NumberPrebuiltEntity", ANSWER_NUMBER, NULL },
  { "AgePrebuiltEntity", ANSWER_NUMBER, NULL },
  { "MoneyPrebuiltEntity", ANSWER_NUMBER, NULL },
  { "PercentagePrebuiltEntity", ANSWER_NUMBER, NULL },
  { "PersonNamePrebuiltEntity", ANSWER_NAME, NULL },
  { "EmailPrebuiltEntity", ANSWER_PATTERN, "[^\\s@<>()\",;:]+@[^\\s@<>()\",;:]+\\.[^\\s@<>()\",;:.]+" },
  { "PhoneNumberPrebuiltEntity", ANSWER_PATTERN, "\\+?\\(?\\d(?:[ ()/.-]{0,2}\\d){4,17}" },
  { "URLPrebuiltEntity", ANSWER_PATTERN, "https?://[^\\s<>\"]+" },
  { "CityPrebuiltEntity", ANSWER_TEXT, NULL },
  { "StatePrebuiltEntity", ANSWER_TEXT, NULL },
  { "StreetAddressPrebuiltEntity", ANSWER_TEXT, NULL },
  { "ZipCodePrebuiltEntity", ANSWER_TEXT, NULL },
  { "CountryOrRegionPrebuiltEntity", ANSWER_TEXT, NULL },
  { "ColorPrebuiltEntity", ANSWER_TEXT, NULL },
  { "LanguagePrebuiltEntity", ANSWER_TEXT, NULL },
  { "OrganizationPrebuiltEntity", ANSWER_TEXT, NULL },
};

static void
choice_free (Choice *self)
{
  g_ptr_array_unref (self->spellings);
  baton_value_unref (self->value);
  g_free (self->label);
  g_free (self);
}

static void
add_spelling (Choice     *self,
              const char *spelling)
{
  if (spelling != NULL)
    g_ptr_array_add (self->spellings, baton_phrases_normalize (spelling));
}

static void
add_choice (BatonEntity *self,
            BatonYaml   *item,
            const char  *set)
{
  const char *id = baton_yaml_get_string (item, "id");
  const char *label = baton_yaml_get_string (item, "displayName");
  BatonYaml *synonyms = baton_yaml_get_member (item, "synonyms");
  Choice *choice;

  if (id == NULL)
    id = label;
  if (id == NULL)
    return;

  choice = g_new0 (Choice, 1);
  choice->value = baton_value_new_choice (set, id, label);
  choice->label = g_strdup (label != NULL ? label : id);
  choice->spellings = g_ptr_array_new_with_free_func (g_free);
  add_spelling (choice, choice->label);
  add_spelling (choice, id);
  for (guint i = 0; i < baton_yaml_get_size (synonyms); i++)
    add_spelling (choice, baton_yaml_get_text (baton_yaml_get_child (synonyms, i)));
  g_ptr_array_add (self->choices, choice);
}

static gboolean
is_selected (BatonYaml  *selected,
             const char *id)
{
  for (guint i = 0; i < baton_yaml_get_size (selected); i++) {
    if (g_strcmp0 (baton_yaml_get_text (baton_yaml_get_child (selected, i)), id) == 0)
      return TRUE;
  }
  return selected == NULL;
}

static void
read_list (BatonEntity *self,
           BatonYaml   *list,
           BatonYaml   *selected,
           const char  *set)
{
  BatonYaml *items = baton_yaml_get_member (list, "items");

  self->kind = ANSWER_CHOICE;
  self->tolerant = baton_yaml_is_true (list, "smartMatchingEnabled", TRUE);
  for (guint i = 0; i < baton_yaml_get_size (items); i++) {
    BatonYaml *item = baton_yaml_get_child (items, i);

    if (is_selected (selected, baton_yaml_get_string (item, "id")))
      add_choice (self, item, set);
  }
}

static void
read_pattern (BatonEntity *self,
              const char  *pattern)
{
  self->kind = ANSWER_PATTERN;
  self->pattern = g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
}

static BatonYaml *
find_file (BatonYaml  *yaml,
           GHashTable *files)
{
  const char *id = baton_yaml_get_string (yaml, "entityId");
  g_autofree char *key = id != NULL ? g_ascii_strdown (id, -1) : NULL;

  return key != NULL ? g_hash_table_lookup (files, key) : NULL;
}

static const char *
get_kind (BatonYaml *yaml)
{
  return baton_yaml_is_mapping (yaml) ? baton_yaml_get_string (yaml, "kind") : baton_yaml_get_text (yaml);
}

static void
read_prebuilt (BatonEntity *self,
               const char  *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (prebuilt); i++) {
    if (g_strcmp0 (prebuilt[i].name, kind) != 0)
      continue;
    self->kind = prebuilt[i].kind;
    if (prebuilt[i].pattern != NULL)
      read_pattern (self, prebuilt[i].pattern);
  }
}

/**
 * baton_entity_new:
 * @yaml: (nullable): the `entity` of a question
 * @set: name of the list of choices, if the question brings its own
 * @files: entity files: schema name in lower case → BatonYaml
 *
 * What we do not know takes any text, so that a conversation can go on.
 *
 * Returns: (transfer full): the entity
 */
BatonEntity *
baton_entity_new (BatonYaml  *yaml,
                  const char *set,
                  GHashTable *files)
{
  BatonEntity *self = g_new0 (BatonEntity, 1);
  BatonYaml *file = find_file (yaml, files);
  const char *pattern = baton_yaml_get_string (file, "pattern");

  self->choices = g_ptr_array_new_with_free_func ((GDestroyNotify) choice_free);
  if (g_strcmp0 (get_kind (yaml), "EmbeddedEntity") == 0)
    read_list (self, baton_yaml_get_member (yaml, "definition"), NULL, set);
  else if (pattern != NULL)
    read_pattern (self, pattern);
  else if (file != NULL)
    read_list (self, file, baton_yaml_get_member (yaml, "selectedItems"), baton_yaml_get_string (yaml, "entityId"));
  else
    read_prebuilt (self, get_kind (yaml));
  return self;
}

void
baton_entity_free (BatonEntity *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->pattern, g_regex_unref);
  g_ptr_array_unref (self->choices);
  g_free (self);
}

/**
 * baton_entity_is_known:
 *
 * Returns: %FALSE if baton_entity_new() would take any text for want of a better idea
 */
gboolean
baton_entity_is_known (BatonYaml  *yaml,
                       GHashTable *files)
{
  const char *kind = get_kind (yaml);

  if (g_strcmp0 (kind, "EmbeddedEntity") == 0 || find_file (yaml, files) != NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (prebuilt); i++) {
    if (g_strcmp0 (prebuilt[i].name, kind) == 0)
      return TRUE;
  }
  return FALSE;
}

/**
 * baton_entity_is_free:
 *
 * Returns: whether nearly anything fits, so that a topic's phrase may be meant as an answer
 */
gboolean
baton_entity_is_free (BatonEntity *self)
{
  return self->kind == ANSWER_TEXT || self->kind == ANSWER_NAME;
}

/**
 * baton_entity_dup_labels:
 *
 * Returns: (transfer full) (element-type utf8): what to offer as buttons; may be empty
 */
GPtrArray *
baton_entity_dup_labels (BatonEntity *self,
                         const char  *locale)
{
  GPtrArray *labels = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->choices->len; i++)
    g_ptr_array_add (labels, g_strdup (((Choice *) g_ptr_array_index (self->choices, i))->label));
  if (self->kind == ANSWER_BOOLEAN) {
    g_ptr_array_add (labels, g_strdup (baton_words_get (BATON_WORD_YES, locale)));
    g_ptr_array_add (labels, g_strdup (baton_words_get (BATON_WORD_NO, locale)));
  }
  return labels;
}

/* Letters to insert, take away or change to make one word of the other. */
static glong
distance (const char *a,
          const char *b)
{
  g_autofree gunichar *from = NULL;
  g_autofree gunichar *to = NULL;
  g_autofree glong *row = NULL;
  glong n;
  glong m;

  from = g_utf8_to_ucs4_fast (a, -1, &n);
  to = g_utf8_to_ucs4_fast (b, -1, &m);
  row = g_new0 (glong, (gsize) m + 1);
  for (glong j = 0; j <= m; j++)
    row[j] = j;
  for (glong i = 1; i <= n; i++) {
    glong diagonal = row[0];

    row[0] = i;
    for (glong j = 1; j <= m; j++) {
      glong changed = diagonal + (from[i - 1] != to[j - 1]);

      diagonal = row[j];
      row[j] = MIN (changed, MIN (row[j], row[j - 1]) + 1);
    }
  }
  return row[m];
}

static gboolean
is_nearly (const char *spelling,
           const char *answer)
{
  glong letters = g_utf8_strlen (spelling, -1);
  glong typos = letters / LETTERS_PER_TYPO;

  return typos > 0 && ABS (g_utf8_strlen (answer, -1) - letters) <= typos && distance (spelling, answer) <= typos;
}

static gboolean
is_within (const char *spelling,
           const char *answer)
{
  g_autofree char *padded = g_strconcat (" ", spelling, " ", NULL);
  g_autofree char *hay = g_strconcat (" ", answer, " ", NULL);

  return *spelling != '\0' && strstr (hay, padded) != NULL;
}

static gboolean
is_same (const char *spelling,
         const char *answer)
{
  return strcmp (spelling, answer) == 0;
}

/* The one choice with a spelling that fits; none if several do. */
static Choice *
find_choice (BatonEntity *self,
             const char  *answer,
             gboolean   (*fits) (const char *spelling,
                                 const char *answer))
{
  Choice *found = NULL;

  for (guint i = 0; i < self->choices->len; i++) {
    Choice *choice = g_ptr_array_index (self->choices, i);
    gboolean hit = FALSE;

    for (guint j = 0; j < choice->spellings->len && !hit; j++)
      hit = fits (g_ptr_array_index (choice->spellings, j), answer);
    if (hit && found != NULL)
      return NULL;
    if (hit)
      found = choice;
  }
  return found;
}

static Choice *
find_numbered (BatonEntity *self,
               const char  *answer)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (answer, 10, 1, self->choices->len, &number, NULL))
    return NULL;
  return g_ptr_array_index (self->choices, (guint) number - 1);
}

static gboolean
recognize_choice (BatonEntity  *self,
                  const char   *answer,
                  BatonValue  **value)
{
  g_autofree char *normalized = baton_phrases_normalize (answer);
  Choice *choice = find_choice (self, normalized, is_same);

  if (choice == NULL && self->choices->len > 0)
    choice = find_numbered (self, normalized);
  if (choice == NULL && self->tolerant)
    choice = find_choice (self, normalized, is_nearly);
  if (choice == NULL)
    choice = find_choice (self, normalized, is_within);
  if (choice == NULL)
    return FALSE;

  *value = baton_value_ref (choice->value);
  return TRUE;
}

/* A separator groups digits if it is not the locale's decimal sign and three digits follow. */
static gboolean
is_grouping (const char *at,
             gboolean    comma)
{
  guint digits = 0;

  if (*at == (comma ? ',' : '.'))
    return FALSE;
  while (g_ascii_isdigit (at[1 + digits]))
    digits++;
  return digits == 3;
}

/* The digits of any script as ASCII ones. */
static char *
plain_digits (const char *text)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);

    if (g_unichar_isdigit (c))
      g_string_append_c (out, (char) ('0' + g_unichar_digit_value (c)));
    else
      g_string_append_unichar (out, c == 0x066b ? '.' : c);   /* the Arabic decimal separator */
  }
  return g_string_free (out, FALSE);
}

static gboolean
recognize_number (const char  *answer,
                  const char  *locale,
                  BatonValue **value)
{
  g_autofree char *text = plain_digits (answer);
  g_autoptr (GString) number = g_string_new (NULL);
  gboolean comma = baton_words_comma (locale);
  const char *at = text + strcspn (text, "0123456789");

  if (*at == '\0')
    return FALSE;

  if (at > text && at[-1] == '-')
    g_string_append_c (number, '-');
  for (; g_ascii_isdigit (*at) || ((*at == '.' || *at == ',') && g_ascii_isdigit (at[1])); at++) {
    if (g_ascii_isdigit (*at))
      g_string_append_c (number, *at);
    else if (!is_grouping (at, comma))
      g_string_append_c (number, '.');
  }
  *value = baton_value_new_number (g_ascii_strtod (number->str, NULL));
  return *value != NULL;
}

static gboolean
recognize_name (const char  *answer,
                BatonValue **value)
{
  g_autofree char *name = g_strstrip (g_strdup (answer));
  g_autofree char *normalized = baton_phrases_normalize (answer);
  g_auto (GStrv) words = g_strsplit (normalized, " ", -1);
  guint n_words = g_strv_length (words);

  if (n_words == 0 || n_words > MAX_NAME_WORDS)
    return FALSE;

  *value = baton_value_new_text (name);
  return TRUE;
}

static gboolean
recognize_pattern (BatonEntity  *self,
                   const char   *answer,
                   BatonValue  **value)
{
  g_autofree char *subject = g_utf8_make_valid (answer, (gssize) strnlen (answer, MAX_SUBJECT));
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *text = NULL;

  if (self->pattern == NULL || !g_regex_match (self->pattern, subject, 0, &match))
    return FALSE;

  text = g_match_info_fetch (match, 0);
  *value = baton_value_new_text (text);
  return TRUE;
}

/**
 * baton_entity_recognize:
 * @self: an entity
 * @answer: what the customer wrote
 * @locale: (nullable): the customer's language
 * @value: (out): what was found
 *
 * Returns: %FALSE if @answer does not fit
 */
gboolean
baton_entity_recognize (BatonEntity  *self,
                        const char   *answer,
                        const char   *locale,
                        BatonValue  **value)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (answer));
  g_autofree char *normalized = NULL;
  gboolean truth;

  *value = NULL;
  if (*trimmed == '\0')
    return FALSE;

  switch (self->kind) {
  case ANSWER_BOOLEAN:
    normalized = baton_phrases_normalize (trimmed);
    if (!baton_words_read_bool (normalized, &truth))
      return FALSE;
    *value = baton_value_new_boolean (truth);
    return TRUE;
  case ANSWER_NUMBER:
    return recognize_number (trimmed, locale, value);
  case ANSWER_NAME:
    return recognize_name (trimmed, value);
  case ANSWER_PATTERN:
    return recognize_pattern (self, trimmed, value);
  case ANSWER_CHOICE:
    return recognize_choice (self, trimmed, value);
  default:
    *value = baton_value_new_text (trimmed);
    return TRUE;
  }
}
