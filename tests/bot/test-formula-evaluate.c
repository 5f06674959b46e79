/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-test.h"
#include "formula-table.h"

static void
test_evaluate_values (void)
{
  static const FormulaRow rows[] = {
    { "1", "1" }, { "\"a\"\"b\"", "a\"b" }, { "true", "true" }, { "Topic.Name", "Ines Duarte" }, { "Topic.None", "" },
    { "Topic.Address.city", "Porto" }, { "Topic.Store", "Lisbon" }, { "{a: 1, b: \"x\"}", "{\"a\":1,\"b\":\"x\"}" },
    { "[1, true]", "[1,true]" }, { "{a: {b: 2}}.a.b", "2" }, { "First(Topic.List).city", "Porto" }, { "First(Topic.List).no", "" },
    { "NoScope.a.b", NULL }, { "bare", NULL },
  };

  formula_check (rows, G_N_ELEMENTS (rows));
}

static void
test_evaluate_operators (void)
{
  static const FormulaRow rows[] = {
    { "1 + 2 * 3", "7" }, { "(1 + 2) * 3", "9" }, { "7 - 2 - 1", "4" }, { "8 / 2 / 2", "2" }, { "-3 + 1", "-2" }, { "1 / 0", NULL },
    { "\"a\" & 1 & true", "a1true" }, { "Topic.None & \"x\"", "x" }, { "\"2\" + 1", "3" }, { "\"a\" + 1", NULL }, { "Topic.None + 1", "1" },
    { "1 < 2", "true" }, { "2 <= 2", "true" }, { "1 > 2", "false" }, { "2 >= 3", "false" }, { "1 <> 2", "true" },
    { "\"a\" = \"A\"", "false" }, { "\"A\" in \"bar\"", "true" }, { "\"A\" exactin \"bar\"", "false" }, { "2 in [1, 2]", "true" },
    { "\"Porto\" in Topic.List", "true" }, { "\"Faro\" in Topic.List", "false" },
    { "true && false", "false" }, { "true And true", "true" }, { "false || true", "true" }, { "false Or false", "false" },
    { "!true", "false" }, { "Not false", "true" }, { "1 + 1 = 2 && 3 > 2", "true" }, { "true || 1 / 0 = 1", "true" },
    { "false && 1 / 0 = 1", "false" }, { "Topic.None = Blank()", "true" }, { "Topic.None = 0", "false" },
  };

  formula_check (rows, G_N_ELEMENTS (rows));
}

/* Ids that are quoted, bare, and with an apostrophe. */
static void
test_evaluate_choices (void)
{
  static const FormulaRow rows[] = {
    { "Topic.Store = 'shop.topic.Returns.main.askStore'.Yes", "true" },
    { "Topic.Store = 'shop.topic.Returns.main.askStore'.'Yes'", "true" },
    { "Topic.Store = 'shop.topic.Returns.main.askStore'.'No, thanks'", "false" },
    { "Topic.Store = 'shop.topic.Returns.main.askStore'.'It''s'", "false" },
    { "Topic.Store <> 'shop.topic.Returns.main.askStore'.No", "true" },
    { "Topic.Store = StoreSet.Yes", "true" }, { "Topic.Store = \"Lisbon\"", "true" }, { "Topic.Store = \"Yes\"", "true" },
    { "Topic.Store = StoreSet.Lisbon", "true" }, { "ChannelId.MsTeams = \"directline\"", "false" },
  };

  formula_check (rows, G_N_ELEMENTS (rows));
}

static void
test_evaluate_bounds (void)
{
  g_autoptr (GString) big = g_string_new ("{a0: 1");
  g_autoptr (GString) nested = g_string_new ("1");
  FormulaRow rows[2];

  for (guint i = 1; i < 900; i++)
    g_string_append_printf (big, ", a%u: Topic.List", i);
  g_string_append (big, "}");
  for (guint i = 0; i < 40; i++) {
    g_string_prepend (nested, "{a: ");
    g_string_append (nested, "}");
  }
  g_string_append (nested, ".b");
  g_string_prepend (big, "CountRows([");
  g_string_append (big, "])");
  rows[0] = (FormulaRow) { big->str, "1" };
  rows[1] = (FormulaRow) { nested->str, NULL };
  formula_check (rows, G_N_ELEMENTS (rows));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/formula-evaluate/values", test_evaluate_values);
  g_test_add_func ("/bot/formula-evaluate/operators", test_evaluate_operators);
  g_test_add_func ("/bot/formula-evaluate/choices", test_evaluate_choices);
  g_test_add_func ("/bot/formula-evaluate/bounds", test_evaluate_bounds);

  return g_test_run ();
}
