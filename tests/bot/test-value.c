/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <math.h>
#include <string.h>

#include "baton-test.h"
#include "baton-value.h"

static char *
stored (const BatonValue *value)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_value_store (value, writer);
  return baton_json_writer_finish_text (writer);
}

static BatonValue *
restored (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonJson) json = baton_json_parse_text (text, -1, &BATON_JSON_LIMITS_BOT, &error);

  g_assert_no_error (error);
  return baton_value_restore (baton_json_get_root (json));
}

static void
test_value_text (void)
{
  static const struct {
    double      number;
    const char *text;
  } numbers[] = { { 0, "0" }, { 4711, "4711" }, { -2.5, "-2.5" }, { 0.1, "0.1" }, { 1e15, "1e+15" } };
  g_autoptr (BatonValue) choice = baton_value_new_choice ("set", "id", "Label");
  g_autoptr (BatonValue) bare = baton_value_new_choice ("set", "id", NULL);
  g_autofree char *blank = baton_value_dup_text (NULL);
  g_autofree char *label = baton_value_dup_text (choice);
  g_autofree char *id = baton_value_dup_text (bare);

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autoptr (BatonValue) value = baton_value_new_number (numbers[i].number);
    g_autofree char *text = baton_value_dup_text (value);

    g_assert_cmpstr (text, ==, numbers[i].text);
  }
  g_assert_cmpstr (blank, ==, "");
  g_assert_cmpstr (label, ==, "Label");
  g_assert_cmpstr (id, ==, "id");
  g_assert_null (baton_value_new_number ((double) INFINITY));
  g_assert_null (baton_value_new_text (NULL));
}

/* A long text is cut between two characters. */
static void
test_value_cut (void)
{
  g_autoptr (GString) text = g_string_new ("a");
  g_autoptr (BatonValue) value = NULL;
  g_autofree char *cut = NULL;

  while (text->len < BATON_VALUE_MAX_TEXT + 10)
    g_string_append (text, "ü");
  value = baton_value_new_text (text->str);
  cut = baton_value_dup_text (value);
  g_assert_cmpuint (strlen (cut), <=, BATON_VALUE_MAX_TEXT);
  g_assert_cmpuint (strlen (cut), >=, BATON_VALUE_MAX_TEXT - 1);
  g_assert_true (g_utf8_validate (cut, -1, NULL));
}

static void
test_value_equal (void)
{
  g_autoptr (BatonValue) zero = baton_value_new_number (0);
  g_autoptr (BatonValue) empty = baton_value_new_text ("");
  g_autoptr (BatonValue) upper = baton_value_new_text ("Yes");
  g_autoptr (BatonValue) lower = baton_value_new_text ("yes");
  g_autoptr (BatonValue) lisbon = baton_value_new_choice ("bot.topic.A.main.q", "Yes", "Lisbon");
  g_autoptr (BatonValue) named = baton_value_new_choice ("bot.topic.A.main.q", "Yes", NULL);
  g_autoptr (BatonValue) by_label = baton_value_new_choice ("Other", "Lisbon", NULL);
  g_autoptr (BatonValue) same_set = baton_value_new_choice ("bot.topic.A.main.q", "Lisbon", NULL);

  g_assert_true (baton_value_equal (NULL, NULL));
  g_assert_false (baton_value_equal (NULL, zero));
  g_assert_false (baton_value_equal (empty, NULL));
  g_assert_true (baton_value_is_blank (empty));
  g_assert_false (baton_value_equal (upper, lower));
  g_assert_true (baton_value_equal (lisbon, named));
  g_assert_true (baton_value_equal (lisbon, upper));
  g_assert_true (baton_value_equal (lisbon, by_label));
  g_assert_false (baton_value_equal (lisbon, same_set));
}

static void
test_value_numbers (void)
{
  g_autoptr (BatonValue) text = baton_value_new_text (" 12.5 ");
  g_autoptr (BatonValue) word = baton_value_new_text ("12 a");
  g_autoptr (BatonValue) truth = baton_value_new_boolean (TRUE);
  double number;

  g_assert_true (baton_value_get_number (NULL, &number));
  g_assert_cmpfloat (number, ==, 0);
  g_assert_true (baton_value_get_number (text, &number));
  g_assert_cmpfloat (number, ==, 12.5);
  g_assert_true (baton_value_get_number (truth, &number));
  g_assert_cmpfloat (number, ==, 1);
  g_assert_false (baton_value_get_number (word, &number));
}

static void
test_value_store (void)
{
  static const char *const texts[] = {
    "null", "true", "false", "4711", "-2.5", "\"a \\\"text\\\"\"", "[1,null,\"x\"]", "{\"choice\":[\"set\",\"id\",\"Label\"]}",
    "{\"choice\":[\"set\",\"id\"]}", "{\"record\":{\"a\":1,\"b\":{\"record\":{\"c\":[]}}}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (BatonValue) value = restored (texts[i]);
    g_autofree char *again = stored (value);

    g_assert_cmpstr (again, ==, texts[i]);
  }
}

static void
test_value_hostile (void)
{
  static const char *const texts[] = { "{}", "{\"choice\":7}", "{\"choice\":[1,2,3]}", "{\"record\":[]}", "{\"x\":1}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (BatonValue) value = restored (texts[i]);

    g_assert_null (value);
  }
}

/* Records that hold each other grow neither deep nor large without end. */
static void
test_value_bounds (void)
{
  BatonValue *inner = baton_value_new_record ();
  g_autoptr (BatonValue) wide = baton_value_new_table ();
  guint depth = 0;
  guint n = 0;

  for (;;) {
    BatonValue *outer = baton_value_new_record ();
    gboolean fits = baton_value_add (outer, "a", inner);

    baton_value_unref (inner);
    inner = outer;
    if (!fits)
      break;
    depth++;
  }
  g_assert_cmpuint (depth, ==, 16);
  while (baton_value_add (wide, NULL, inner))
    n++;
  g_assert_cmpuint (n, <, 10000);
  baton_value_unref (inner);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/value/text", test_value_text);
  g_test_add_func ("/bot/value/cut", test_value_cut);
  g_test_add_func ("/bot/value/equal", test_value_equal);
  g_test_add_func ("/bot/value/numbers", test_value_numbers);
  g_test_add_func ("/bot/value/store", test_value_store);
  g_test_add_func ("/bot/value/hostile", test_value_hostile);
  g_test_add_func ("/bot/value/bounds", test_value_bounds);

  return g_test_run ();
}
