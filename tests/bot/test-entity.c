/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-entity.h"
#include "baton-test.h"

static BatonYaml *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  BatonYaml *root = baton_yaml_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return root;
}

static GHashTable *
make_files (void)
{
  GHashTable *files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) baton_yaml_unref);

  g_hash_table_insert (files, g_strdup ("t.entity.plan"), parse ("kind: ClosedListEntity\nitems:\n  - id: a\n    displayName: Basic\n"
                                                                 "  - id: b\n    displayName: Premium\n"));
  g_hash_table_insert (files, g_strdup ("t.entity.order"), parse ("kind: RegexEntity\npattern: ORD-[0-9]{6}\n"));
  g_hash_table_insert (files, g_strdup ("t.entity.bad"), parse ("kind: RegexEntity\npattern: \"(\"\n"));
  return files;
}

/* What @answer is taken for, as text; NULL if it does not fit. */
static char *
recognize (const char *entity_yaml,
           const char *answer,
           const char *locale)
{
  g_autoptr (GHashTable) files = make_files ();
  g_autoptr (BatonYaml) root = parse (entity_yaml);
  g_autoptr (BatonEntity) entity = baton_entity_new (baton_yaml_get_member (root, "entity"), "set", files);
  g_autoptr (BatonValue) value = NULL;

  return baton_entity_recognize (entity, answer, locale, &value) ? baton_value_dup_text (value) : NULL;
}

static void
test_entity_prebuilt (void)
{
  static const struct {
    const char *entity;
    const char *answer;
    const char *locale;
    const char *value;
  } rows[] = {
    { "StringPrebuiltEntity", " any text ", NULL, "any text" }, { "StringPrebuiltEntity", "  ", NULL, NULL },
    { "BooleanPrebuiltEntity", "Yes, please", NULL, "true" }, { "BooleanPrebuiltEntity", "nein", NULL, "false" },
    { "BooleanPrebuiltEntity", "perhaps", NULL, NULL }, { "NumberPrebuiltEntity", "order 4711 please", NULL, "4711" },
    { "NumberPrebuiltEntity", "1,234.5", "en-US", "1234.5" }, { "NumberPrebuiltEntity", "1.234,5", "de-DE", "1234.5" },
    { "NumberPrebuiltEntity", "1.5", "de", "1.5" }, { "NumberPrebuiltEntity", "-3", NULL, "-3" }, { "NumberPrebuiltEntity", "٤٧١١", "ar", "4711" },
    { "NumberPrebuiltEntity", "none", NULL, NULL }, { "NumberPrebuiltEntity", "4711.", NULL, "4711" },
    { "PersonNamePrebuiltEntity", "Inês Duarte", NULL, "Inês Duarte" },
    { "PersonNamePrebuiltEntity", "one two three four five six seven", NULL, NULL }, { "PersonNamePrebuiltEntity", "!!", NULL, NULL },
    { "EmailPrebuiltEntity", "mail me: ines@example.org.", NULL, "ines@example.org" }, { "EmailPrebuiltEntity", "ines at example", NULL, NULL },
    { "PhoneNumberPrebuiltEntity", "call +351 21-555 0100 today", NULL, "+351 21-555 0100" }, { "PhoneNumberPrebuiltEntity", "12", NULL, NULL },
    { "CityPrebuiltEntity", "Porto", NULL, "Porto" }, { "NoSuchEntity", "whatever", NULL, "whatever" },
    { "{kind: NumberPrebuiltEntity, sensitivityLevel: None}", "7", NULL, "7" },
    { "{kind: RegexEntityReference, entityId: T.entity.Order}", "it is ord-123456!", NULL, "ord-123456" },
    { "{kind: RegexEntityReference, entityId: t.entity.order}", "123456", NULL, NULL },
    { "{kind: RegexEntityReference, entityId: t.entity.bad}", "(", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *yaml = g_strdup_printf ("entity: %s\n", rows[i].entity);
    g_autofree char *value = recognize (yaml, rows[i].answer, rows[i].locale);

    g_test_message ("%s: %s", rows[i].entity, rows[i].answer);
    g_assert_cmpstr (value, ==, rows[i].value);
  }
}

#define STORES \
  "entity:\n  kind: EmbeddedEntity\n  definition:\n    kind: ClosedListEntity\n    items:\n      - id: Porto\n" \
  "        displayName: Porto\n        synonyms:\n          - Oporto\n          - Invicta\n      - id: No, thanks\n" \
  "        displayName: Online shop\n      - id: Yes\n        displayName: Lisbon\n      - displayName: Vila Nova de Gaia\n"

static void
test_entity_choices (void)
{
  static const struct {
    const char *answer;
    const char *value;
  } rows[] = {
    { "porto", "Porto" }, { "INVICTA!", "Porto" }, { "no thanks", "Online shop" }, { "Yes", "Lisbon" }, { "2", "Online shop" },
    { "4", "Vila Nova de Gaia" }, { "5", NULL }, { "0", NULL }, { "Lisbin", "Lisbon" }, { "Lisabbon", NULL }, { "Onlne shop", "Online shop" },
    { "the one in Lisbon, please", "Lisbon" }, { "Porto or Lisbon", NULL }, { "Mars", NULL }, { "vila nova de gáia", "Vila Nova de Gaia" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *value = recognize (STORES, rows[i].answer, NULL);

    g_test_message ("%s: %s", rows[i].answer, value);
    g_assert_cmpstr (value, ==, rows[i].value);
  }
}

static void
test_entity_exactly (void)
{
  g_autofree char *value = recognize ("entity: {kind: EmbeddedEntity, definition: {smartMatchingEnabled: false, items: [{id: Lisbon}]}}\n",
                                      "Lisbin", NULL);

  g_assert_null (value);
}

static char *
join_labels (const char *yaml,
             const char *locale)
{
  g_autoptr (GHashTable) files = make_files ();
  g_autoptr (BatonYaml) root = parse (yaml);
  g_autoptr (BatonEntity) entity = baton_entity_new (baton_yaml_get_member (root, "entity"), "set", files);
  g_autoptr (GPtrArray) labels = baton_entity_dup_labels (entity, locale);

  g_ptr_array_add (labels, NULL);
  return g_strjoinv ("|", (char **) labels->pdata);
}

/* `selectedItems` hides the rest. */
static void
test_entity_labels (void)
{
  g_autofree char *stores = join_labels (STORES, NULL);
  g_autofree char *answers = join_labels ("entity: BooleanPrebuiltEntity\n", "fr");
  g_autofree char *none = join_labels ("entity: StringPrebuiltEntity\n", "fr");
  g_autofree char *selected = join_labels ("entity: {kind: ClosedListEntityReference, entityId: t.entity.Plan, selectedItems: [b]}\n", NULL);
  g_autofree char *hidden = recognize ("entity: {kind: ClosedListEntityReference, entityId: t.entity.Plan, selectedItems: [b]}\n", "Basic", NULL);

  g_assert_cmpstr (stores, ==, "Porto|Online shop|Lisbon|Vila Nova de Gaia");
  g_assert_cmpstr (answers, ==, "Oui|Non");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (selected, ==, "Premium");
  g_assert_null (hidden);
}

/* An answer made to keep a pattern busy. */
static void
test_entity_hostile (void)
{
  g_autofree char *filler = g_strnfill (256 * 1024, 'a');
  g_autofree char *answer = g_strconcat (filler, "@", NULL);
  g_autofree char *digits = g_strnfill (256 * 1024, '9');
  g_autofree char *mail = recognize ("entity: EmailPrebuiltEntity\n", answer, NULL);
  g_autofree char *number = recognize ("entity: NumberPrebuiltEntity\n", digits, NULL);
  g_autofree char *choice = recognize (STORES, answer, NULL);

  g_assert_null (mail);
  g_assert_null (number);
  g_assert_null (choice);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/entity/prebuilt", test_entity_prebuilt);
  g_test_add_func ("/bot/entity/choices", test_entity_choices);
  g_test_add_func ("/bot/entity/exactly", test_entity_exactly);
  g_test_add_func ("/bot/entity/labels", test_entity_labels);
  g_test_add_func ("/bot/entity/hostile", test_entity_hostile);

  return g_test_run ();
}
