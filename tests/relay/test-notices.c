/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-notices.h"

#define OPEN "\xe2\x81\xa8"
#define CLOSE "\xe2\x81\xa9"

static void
assert_line (const BatonNotices *notices,
             const char         *kind,
             const char         *locale,
             const char         *name,
             const char         *expected)
{
  g_autofree char *line = baton_notices_format (notices, kind, locale, name);

  g_assert_cmpstr (line, ==, expected);
}

static void
test_notices_languages (void)
{
  static const char *const kinds[] = { "queued", "requeued", "joined", "left", "ended", "failed" };
  static const char *const locales[] = { "en", "de", "fr", "es", "pt", "it", "nl", "ar" };
  g_autoptr (BatonNotices) notices = baton_notices_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    g_assert_true (baton_notices_is_kind (kinds[i]));
    for (gsize j = 0; j < G_N_ELEMENTS (locales); j++) {
      char *line = baton_notices_format (notices, kinds[i], locales[j], "Ana");

      g_assert_true (g_utf8_validate (line, -1, NULL));
      g_assert_null (strstr (line, "{"));
      g_assert_true ((strstr (line, OPEN "Ana" CLOSE) != NULL) == (i > 0 && i < 5));
      g_assert_true (g_hash_table_add (seen, line));
    }
  }
  g_assert_false (baton_notices_is_kind ("greeting"));
}

static void
test_notices_locale (void)
{
  g_autoptr (BatonNotices) notices = baton_notices_new ();

  assert_line (notices, "joined", "de", "Ana", OPEN "Ana" CLOSE " ist jetzt für Sie da.");
  assert_line (notices, "joined", "de-CH", "Ana", OPEN "Ana" CLOSE " ist jetzt für Sie da.");
  assert_line (notices, "joined", "DE_at", "Ana", OPEN "Ana" CLOSE " ist jetzt für Sie da.");
  assert_line (notices, "joined", "pt-BR", "Ana", OPEN "Ana" CLOSE " entrou na conversa.");
  assert_line (notices, "joined", "tlh", "Ana", OPEN "Ana" CLOSE " has joined the conversation.");
  assert_line (notices, "joined", "", "Ana", OPEN "Ana" CLOSE " has joined the conversation.");
  assert_line (notices, "joined", NULL, "Ana", OPEN "Ana" CLOSE " has joined the conversation.");
}

/* A name is put in as it is meant, and can do nothing to the sentence around it. */
static void
test_notices_names (void)
{
  g_autoptr (BatonNotices) notices = baton_notices_new ();
  g_autofree char *long_name = g_strnfill (500, 'n');
  g_autofree char *line = baton_notices_format (notices, "joined", "en", long_name);

  assert_line (notices, "joined", "en", "{agent} %s", OPEN "{agent} %s" CLOSE " has joined the conversation.");
  assert_line (notices, "joined", "en", "A\n\tb\xe2\x80\xae""c\xe2\x81\xa9", OPEN "Abc" CLOSE " has joined the conversation.");
  assert_line (notices, "joined", "en", "\xff", OPEN "\xef\xbf\xbd" CLOSE " has joined the conversation.");
  assert_line (notices, "joined", "en", NULL, OPEN CLOSE " has joined the conversation.");
  g_assert_cmpint (g_utf8_strlen (line, -1), <, 110);
}

static void
test_notices_overrides (void)
{
  g_autoptr (BatonNotices) notices = baton_notices_new ();

  baton_notices_override (notices, "joined", NULL, "Hi, {agent} & {agent}!");
  baton_notices_override (notices, "joined", "de-DE", "Moin");
  baton_notices_override (notices, "left", "en", "");

  assert_line (notices, "joined", "fr", "Bo", "Hi, " OPEN "Bo" CLOSE " & " OPEN "Bo" CLOSE "!");
  assert_line (notices, "joined", "de-AT", "Bo", "Moin");
  assert_line (notices, "left", "en-GB", "Bo", NULL);
  assert_line (notices, "left", "nl", "Bo", OPEN "Bo" CLOSE " heeft het gesprek verlaten. U praat weer met de virtuele "
                                            "assistent.");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/notices/languages", test_notices_languages);
  g_test_add_func ("/relay/notices/locale", test_notices_locale);
  g_test_add_func ("/relay/notices/names", test_notices_names);
  g_test_add_func ("/relay/notices/overrides", test_notices_overrides);
  return g_test_run ();
}
