/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-phrases.h"
#include "baton-test.h"
#include "baton-words.h"

static void
test_words_get (void)
{
  g_assert_cmpstr (baton_words_get (BATON_WORD_YES, "de-AT"), ==, "Ja");
  g_assert_cmpstr (baton_words_get (BATON_WORD_NO, "pt"), ==, "Não");
  g_assert_cmpstr (baton_words_get (BATON_WORD_YES, "xx"), ==, "Yes");
  g_assert_cmpstr (baton_words_get (BATON_WORD_YES, "dez"), ==, "Yes");
  g_assert_cmpstr (baton_words_get (BATON_WORD_YES, NULL), ==, "Yes");
}

static void
test_words_bool (void)
{
  static const struct {
    const char *text;
    int         truth;   /* -1: neither */
  } rows[] = {
    { "Yes!", 1 }, { "no, thanks", 0 }, { "Natürlich", 1 }, { "Nein danke.", 0 }, { "D’accord", 1 }, { "Não", 0 }, { "نعم", 1 },
    { "أجل", 1 }, { "لا، شكرًا", 0 }, { "maybe", -1 }, { "", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *normalized = baton_phrases_normalize (rows[i].text);
    gboolean truth = FALSE;
    gboolean known = baton_words_read_bool (normalized, &truth);

    g_test_message ("%s", rows[i].text);
    g_assert_cmpint (known, ==, rows[i].truth >= 0);
    if (known)
      g_assert_cmpint (truth, ==, rows[i].truth);
  }
}

static void
test_words_comma (void)
{
  g_assert_true (baton_words_comma ("de-DE"));
  g_assert_false (baton_words_comma ("en-GB"));
  g_assert_false (baton_words_comma (NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/words/get", test_words_get);
  g_test_add_func ("/bot/words/bool", test_words_bool);
  g_test_add_func ("/bot/words/comma", test_words_comma);

  return g_test_run ();
}
