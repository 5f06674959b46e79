/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-language-name.h"

static const struct {
  const char *tag;
  const char *name;
  const char *small;
} languages[] = {
  { NULL, NULL, "–" },
  { "", NULL, "–" },
  { "not a tag", NULL, "–" },
  { "en-us", "English (US)", "EN" },
  { "En-US", "English (US)", "EN" },
  { "de", "German", "DE" },
  { "ar-EG", "Arabic (EG)", "AR" },
  { "zh-Hant-TW", "Chinese (TW)", "ZH" },
  { "es-419", "Spanish (419)", "ES" },
  { "fil-PH", "Filipino (PH)", "FIL" },
  { "ur", "Urdu", "UR" },
  { "zu-ZA", "zu-ZA", "ZU" },   /* not in the table: as it is */
};

static void
test_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++) {
    g_autofree char *name = baton_language_dup_name (languages[i].tag);
    g_autofree char *small = baton_language_dup_short (languages[i].tag);

    g_test_message ("tag %s", languages[i].tag != NULL ? languages[i].tag : "(none)");
    g_assert_cmpstr (name, ==, languages[i].name);
    g_assert_cmpstr (small, ==, languages[i].small);
  }
}

/* The table is searched by halves: one line out of order would hide others. */
static void
test_all_found (void)
{
  static const char *const tags[] = {
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fil", "fr", "ga", "he", "hi", "hr",
    "hu", "id", "is", "it", "ja", "ko", "lt", "lv", "ms", "nb", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl",
    "sr", "sv", "sw", "ta", "th", "tr", "uk", "ur", "vi", "zh",
  };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autofree char *name = baton_language_dup_name (tags[i]);

    g_assert_cmpstr (name, !=, tags[i]);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/console/language-name/names", test_names);
  g_test_add_func ("/console/language-name/all-found", test_all_found);

  return g_test_run ();
}
