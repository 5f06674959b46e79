/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-test.h"
#include "formula-table.h"

static void
test_template_render (void)
{
  static const struct {
    const char *text;
    const char *rendered;
  } rows[] = {
    { "plain", "plain" }, { "", "" }, { "Order {Topic.Order} from {Topic.Store}.", "Order 4711 from Lisbon." },
    { "Hi{If(IsBlank(Topic.None), \"\", \", \" & Topic.None)}!", "Hi!" }, { "[{Topic.None}]", "[]" },
    { "{\"type\": \"AdaptiveCard\"}", "{\"type\": \"AdaptiveCard\"}" }, { "a { b", "a { b" }, { "{}", "{}" }, { "}{", "}{" },
    { "{\"}\" & \"{\"}", "}{" }, { "{ {a: 1}.a }", "1" }, { "{1/0}", "" }, { "x {y {Topic.Order} z", "x {y 4711 z" },
    { "it's {Topic.Order}", "it's 4711" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *rendered = baton_template_render (rows[i].text, &formula_scope);

    g_assert_cmpstr (rendered, ==, rows[i].rendered);
  }
}

static void
test_template_check (void)
{
  g_assert_true (baton_template_check ("plain {Topic.X} {1 + 1}", NULL));
  g_assert_false (baton_template_check ("{\"json\": 1}", NULL));
  g_assert_false (baton_template_check ("open {", NULL));
}

/* Thousands of braces cost no more than their number. */
static void
test_template_hostile (void)
{
  g_autofree char *open = g_strnfill (5000, '{');
  g_autofree char *rendered = baton_template_render (open, &formula_scope);

  g_assert_cmpstr (rendered, ==, open);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/template/render", test_template_render);
  g_test_add_func ("/bot/template/check", test_template_check);
  g_test_add_func ("/bot/template/hostile", test_template_hostile);

  return g_test_run ();
}
