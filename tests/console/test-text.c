/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-text.h"

#include <string.h>

#define ZERO_WIDTH_SPACE "\342\200\213"

static char *
repeat (const char *what,
        guint       times)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < times; i++)
    g_string_append (text, what);
  return g_string_free (text, FALSE);
}

static void
test_text_short (void)
{
  static const char *const texts[] = { "", "Hello", "Grüße, مرحبا\nzweite Zeile", "<b>&amp;</b> %s" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    gboolean is_cut = TRUE;
    g_autofree char *shown = baton_text_for_bubble (texts[i], &is_cut);

    g_assert_cmpstr (shown, ==, texts[i]);
    g_assert_false (is_cut);
  }
}

static void
test_text_long (void)
{
  g_autofree char *long_text = repeat ("ä bc ", 1000);
  g_autofree char *lines = repeat ("x\n", 150);
  gboolean is_cut = FALSE;
  g_autofree char *shown = baton_text_for_bubble (long_text, &is_cut);
  g_autofree char *shown_lines = NULL;
  g_autofree char *all = baton_text_spell_out (long_text);
  g_auto (GStrv) parts = NULL;

  g_assert_true (is_cut);
  g_assert_cmpint (g_utf8_strlen (shown, -1), ==, 4000);
  g_assert_cmpstr (all, ==, long_text);

  is_cut = FALSE;
  shown_lines = baton_text_for_bubble (lines, &is_cut);
  parts = g_strsplit (shown_lines, "\n", -1);
  g_assert_true (is_cut);
  g_assert_cmpuint (g_strv_length (parts), ==, 100);
}

/* Reliability: 64 KB without a blank must not take seconds to lay out. */
static void
test_text_runs (void)
{
  g_autofree char *run = repeat ("x", 300);
  g_autofree char *shown = baton_text_for_bubble (run, NULL);
  g_auto (GStrv) parts = g_strsplit (shown, ZERO_WIDTH_SPACE, -1);

  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  g_assert_cmpuint (strlen (parts[0]), ==, 128);
  g_assert_cmpuint (strlen (parts[2]), ==, 300 - 2 * 128);
}

static void
test_text_marks (void)
{
  g_autofree char *tower = repeat ("\314\201", 50);
  g_autofree char *text = g_strconcat ("e", tower, "e", NULL);
  g_autofree char *shown = baton_text_for_bubble (text, NULL);

  g_assert_cmpint (g_utf8_strlen (shown, -1), ==, 1 + 8 + 1);
}

static void
test_text_broken (void)
{
  g_autofree char *shown = baton_text_for_bubble ("a\377b", NULL);

  g_assert_true (g_utf8_validate (shown, -1, NULL));
  g_assert_true (g_str_has_prefix (shown, "a"));
  g_assert_true (g_str_has_suffix (shown, "b"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/console/text/short", test_text_short);
  g_test_add_func ("/console/text/long", test_text_long);
  g_test_add_func ("/console/text/runs", test_text_runs);
  g_test_add_func ("/console/text/marks", test_text_marks);
  g_test_add_func ("/console/text/broken", test_text_broken);
  return g_test_run ();
}
