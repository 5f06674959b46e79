/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-handoff.h"

/* Protocol 3.5 rule 6; S000-61. */
static void
test_normalize (void)
{
  static const struct {
    const char *tag;
    const char *normal;   /* NULL: no language */
  } tags[] = {
    { "En-US", "en-US" },
    { "en-us", "en-US" },
    { "EN", "en" },
    { "pt_br", "pt-BR" },
    { " de-DE ", "de-DE" },
    { "zh-hant-tw", "zh-Hant-TW" },
    { "sr-LATN", "sr-Latn" },
    { "es-419", "es-419" },
    { "de-1996", "de-1996" },
    { "ar-EG-U-NU-LATN", "ar-EG-u-nu-latn" },
    { "en-x-US", "en-x-us" },
    { "fil", "fil" },
    { NULL, NULL },
    { "", NULL },
    { "e", NULL },
    { "x-klingon", NULL },
    { "en-", NULL },
    { "-en", NULL },
    { "en--US", NULL },
    { "12", NULL },
    { "english language", NULL },
    { "englishenglish", NULL },
    { "en-US;q=1", NULL },
    { "\xc3\xa9n", NULL },
    { "en-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd-eeeeeeee-ffffffff-gggggggg", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autofree char *normal = baton_language_normalize (tags[i].tag);

    g_test_message ("tag %s", tags[i].tag);
    g_assert_cmpstr (normal, ==, tags[i].normal);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/language/normalize", test_normalize);
  return g_test_run ();
}
