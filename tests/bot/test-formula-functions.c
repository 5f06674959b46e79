/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-test.h"
#include "formula-table.h"

static void
test_functions_logic (void)
{
  static const FormulaRow rows[] = {
    { "If(true, 1, 2)", "1" }, { "If(false, 1, 2)", "2" }, { "If(false, 1)", "" }, { "if(false, 1, true, 2, 3)", "2" },
    { "If(true, 1, 1 / 0)", "1" }, { "Switch(\"b\", \"a\", 1, \"b\", 2, 3)", "2" }, { "Switch(\"z\", \"a\", 1, 3)", "3" },
    { "Switch(\"z\", \"a\", 1)", "" }, { "And(true, true)", "true" }, { "And(true, false)", "false" }, { "Or(false, true)", "true" },
    { "Or(false)", "false" }, { "Not(false)", "true" }, { "Blank()", "" }, { "IsBlank(\"\")", "true" }, { "IsBlank(0)", "false" },
    { "IsBlank(Topic.None)", "true" }, { "Coalesce(Topic.None, \"\", \"x\")", "x" }, { "Coalesce(Topic.None)", "" },
  };

  formula_check (rows, G_N_ELEMENTS (rows));
}

static void
test_functions_text (void)
{
  static const FormulaRow rows[] = {
    { "Text(Topic.Store)", "Lisbon" }, { "Text(4711)", "4711" }, { "Text(Now(), DateTimeFormat.UTC)", "2026-03-02T10:15:30.250000Z" },
    { "Lower(\"ÄB\")", "äb" }, { "Upper(\"äb\")", "ÄB" }, { "Trim(\"  a b \")", "a b" }, { "Len(\"äöü\")", "3" },
    { "Left(\"äöü\", 2)", "äö" }, { "Left(\"a\", 99)", "a" }, { "Left(\"a\", -1)", "" }, { "Right(\"äöü\", 2)", "öü" },
    { "Mid(\"abcd\", 2, 2)", "bc" }, { "Mid(\"abcd\", 3)", "cd" }, { "Mid(\"abcd\", 9, 1)", "" }, { "Mid(\"abcd\", 0, 1)", "" },
    { "Substitute(\"a-b-c\", \"-\", \"+\")", "a+b+c" }, { "Substitute(\"abc\", \"\", \"+\")", "abc" },
    { "StartsWith(\"Hello\", \"he\")", "true" }, { "EndsWith(\"Hello\", \"LO\")", "true" }, { "EndsWith(\"Hello\", \"x\")", "false" },
    { "Concatenate(\"a\", 1, Topic.None, \"b\")", "a1b" }, { "Char(65)", "A" }, { "Char(300)", "" }, { "Value(\"12.5\")", "12.5" },
    { "Value(\"\")", "" }, { "Value(\"x\")", NULL },
  };

  formula_check (rows, G_N_ELEMENTS (rows));
}

static void
test_functions_tables (void)
{
  static const FormulaRow rows[] = {
    { "CountRows([1, 2])", "2" }, { "CountRows(Topic.None)", "0" }, { "IsEmpty([])", "true" }, { "IsEmpty([1])", "false" },
    { "First([7, 8])", "7" }, { "Last([7, 8])", "8" }, { "Last([])", "" }, { "Index([7, 8], 2)", "8" }, { "Index([7], 0)", "" },
    { "Index([7], 9)", "" },
  };

  formula_check (rows, G_N_ELEMENTS (rows));
}

/* A text that doubles again and again stays within its bound. */
static void
test_functions_bounds (void)
{
  g_autofree char *text = g_strnfill (60000, 'a');
  g_autofree char *formula = g_strdup_printf ("Substitute(\"%s\", \"a\", \"%s\")", text, text);
  g_autoptr (BatonFormula) parsed = baton_formula_parse (formula, strlen (formula), NULL);
  g_autoptr (BatonValue) value = baton_formula_evaluate (parsed, &formula_scope, NULL);
  g_autofree char *result = baton_value_dup_text (value);

  g_assert_cmpuint (strlen (result), ==, BATON_VALUE_MAX_TEXT);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/formula-functions/logic", test_functions_logic);
  g_test_add_func ("/bot/formula-functions/text", test_functions_text);
  g_test_add_func ("/bot/formula-functions/tables", test_functions_tables);
  g_test_add_func ("/bot/formula-functions/bounds", test_functions_bounds);

  return g_test_run ();
}
