/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-formula.h"
#include "baton-test.h"

static BatonFormula *
parse (const char  *text,
       GError     **error)
{
  return baton_formula_parse (text, strlen (text), error);
}

static void
test_formula_accepted (void)
{
  static const char *const texts[] = {
    "1", "\"a \"\"quoted\"\" text\"", "true", "FALSE", "Topic.Store", "'bot.topic.A.main.q'.'Choice id'", "'it''s'.No",
    "Set.item", "{}", "{ a: 1, 'b c': {d: []} }", "[1, 2; 3]", "If(true,1,2)", "!IsBlank(Topic.X)", "Not true", "Not(true)",
    "not (true) && false", "1 + 2 * 3 - -4 / 5", "a.b || c.d And e.f or g.h", "\"x\" in [\"x\"]", "\"x\" EXACTIN \"xy\"",
    "1 <> 2 // comment", "/* comment */ 1", "If(\n  true,\n  1\n)", "First([{a: 1}]).a", "System.Activity.Text",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonFormula) formula = parse (texts[i], &error);

    g_test_message ("%s", texts[i]);
    g_assert_no_error (error);
    g_assert_nonnull (formula);
  }
}

static void
test_formula_refused (void)
{
  static const char *const texts[] = {
    "", " ", "1 +", "(1", "1)", "\"open", "'open", "{a 1}", "{: 1}", "[1", "If(", "If(true)", "NoSuchFunction(1)", "1 2", "a..b", "a.",
    "#", "1 = = 2", "@x", "{a: 1", "Blank(1)", "\xc3", "?", "a = 'b", ".", "If(true,1,2", "()",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonFormula) formula = parse (texts[i], &error);
    g_autofree char *printable = g_strescape (texts[i], NULL);

    g_test_message ("%s", printable);
    if (formula == NULL)
      g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
    else
      g_assert_cmpstr (texts[i], ==, "\xc3");   /* a name as good as any */
  }
}

/* Neither brackets nor operators without end. */
static void
test_formula_limits (void)
{
  g_autofree char *open = g_strnfill (100000, '(');
  g_autofree char *nots = g_strnfill (100000, '!');
  g_autofree char *minus = g_strnfill (100000, '-');
  g_autoptr (GString) sum = g_string_new ("1");
  g_autoptr (GString) members = g_string_new ("First([1])");
  const char *texts[5];

  for (guint i = 0; i < 50000; i++) {
    g_string_append (sum, "+1");
    g_string_append (members, ".a");
  }
  texts[0] = open;
  texts[1] = nots;
  texts[2] = minus;
  texts[3] = sum->str;
  texts[4] = members->str;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    BatonFormula *formula = parse (texts[i], &error);

    g_assert_null (formula);
    g_assert_nonnull (error);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/formula/accepted", test_formula_accepted);
  g_test_add_func ("/bot/formula/refused", test_formula_refused);
  g_test_add_func ("/bot/formula/limits", test_formula_limits);

  return g_test_run ();
}
