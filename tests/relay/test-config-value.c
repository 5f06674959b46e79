/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-config-value.h"

static const struct {
  const char *a;
  const char *b;
  gboolean    is_similar;
} names[] = {
  { "origins", "origins", TRUE },
  { "origins", "origin", TRUE },
  { "limit", "limits", TRUE },
  { "token-url", "token_url", TRUE },
  { "token-url", "TokenURL", TRUE },
  { "token-url", "token-urls", TRUE },
  { "token-url", "token", FALSE },
  { "origins", "originss", TRUE },
  { "origins", "original", FALSE },
  { "s", "", TRUE },
  { "data", "", FALSE },
};

static void
test_config_value_similar (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_test_message ("%s %s", names[i].a, names[i].b);
    g_assert_cmpint (baton_config_is_similar (names[i].a, names[i].b), ==, names[i].is_similar);
    g_assert_cmpint (baton_config_is_similar (names[i].b, names[i].a), ==, names[i].is_similar);
  }
}

typedef struct {
  char  *path;
  guint  word;
  guint  number;
  GStrv  list;
} Record;

static const BatonConfigKey keys[] = {
  { "group", "path", BATON_CONFIG_PATH, offsetof (Record, path), "" },
  { "group", "word", BATON_CONFIG_WORD, offsetof (Record, word), "b", .words = { "a", "b", "c" } },
  { "group", "number", BATON_CONFIG_NUMBER, offsetof (Record, number), "7", 1, 9 },
  { "group", "list", BATON_CONFIG_LIST, offsetof (Record, list), "x;y" },
};

/* What is refused is told in one line, and leaves what was there. */
static void
test_config_value_set (void)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  const BatonConfigPlace place = { "/etc/relay.conf", "group", problems };
  Record record = { 0 };

  baton_config_keys_set_defaults (keys, G_N_ELEMENTS (keys), &record);
  g_assert_null (record.path);
  g_assert_cmpuint (record.word, ==, 1);
  g_assert_cmpstr (record.list[1], ==, "y");

  g_assert_true (baton_config_key_set (&keys[0], &record, "keys/secret", &place));
  g_assert_cmpstr (record.path, ==, "/etc/keys/secret");
  g_assert_true (baton_config_key_set (&keys[1], &record, "c", &place));
  g_assert_cmpuint (record.word, ==, 2);
  g_assert_cmpuint (problems->len, ==, 0);

  g_assert_false (baton_config_key_set (&keys[1], &record, "d", &place));
  g_assert_false (baton_config_key_set (&keys[2], &record, "10", &place));
  g_assert_cmpuint (record.word, ==, 2);
  g_assert_cmpuint (record.number, ==, 7);
  g_assert_cmpuint (problems->len, ==, 2);
  g_assert_cmpstr (problems->pdata[0], ==, "/etc/relay.conf: [group] word: has to be a, b or c");
  g_assert_cmpstr (problems->pdata[1], ==, "/etc/relay.conf: [group] number: has to be a number from 1 to 9");
  g_assert_false (baton_config_refuse (&place, "", "is %s", "wrong"));
  g_assert_cmpstr (problems->pdata[2], ==, "/etc/relay.conf: [group] is wrong");

  baton_config_keys_clear (keys, G_N_ELEMENTS (keys), &record);
  g_assert_null (record.path);
  g_assert_null (record.list);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/config-value/similar", test_config_value_similar);
  g_test_add_func ("/relay/config-value/set", test_config_value_set);
  return g_test_run ();
}
