/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "check-house.h"

static void
test_check_tokens (void)
{
  g_autoptr (BatonConfig) config = new_config ();
  g_autoptr (GPtrArray) fresh = baton_findings_new (), open = baton_findings_new (), good = baton_findings_new ();
  g_autoptr (GPtrArray) bad = baton_findings_new ();
  g_autofree char *secret = g_build_filename (config->data, "direct-line-secret", NULL);
  g_autofree char *key = g_build_filename (config->data, "token-key", NULL);
  g_autofree char *report = NULL;

  baton_check_tokens (config, fresh);
  assert_finding (fresh, BATON_GRADE_OK, "secret of Direct Line", "the first start makes it", NULL);
  assert_finding (fresh, BATON_GRADE_OK, "token key", "the first start makes it", NULL);
  g_assert_false (g_file_test (key, G_FILE_TEST_EXISTS));

  g_file_set_contents (secret, "0123456789abcdef\n", -1, NULL);
  g_file_set_contents (key, "0123456789abcdef0123456789abcdef", -1, NULL);
  g_chmod (secret, 0644);
  g_chmod (key, 0644);
  baton_check_tokens (config, open);
  assert_finding (open, BATON_GRADE_PROBLEM, "secret of Direct Line", "everybody on this machine can read", "chmod 600");
  assert_finding (open, BATON_GRADE_PROBLEM, "token key", "can be read by others", "chmod 600");

  g_chmod (secret, 0640);
  baton_check_tokens (config, open);
  assert_finding (open, BATON_GRADE_WARNING, "secret of Direct Line", "the group of", "chmod 600");

  g_chmod (secret, 0600);
  g_chmod (key, 0600);
  baton_check_tokens (config, good);
  assert_finding (good, BATON_GRADE_OK, "secret of Direct Line", "for its owner alone", NULL);
  assert_finding (good, BATON_GRADE_OK, "token key", "is good for 3600 s", NULL);
  report = baton_findings_format_json (good);
  g_assert_null (strstr (report, "0123456789"));

  g_file_set_contents (secret, "short\n", -1, NULL);
  g_file_set_contents (key, "short", -1, NULL);
  g_chmod (key, 0600);
  baton_check_tokens (config, bad);
  assert_finding (bad, BATON_GRADE_PROBLEM, "secret of Direct Line", "at least 16", "secret-file");
  assert_finding (bad, BATON_GRADE_PROBLEM, "token key", "shorter than 32", NULL);
  config->secret_file = g_strdup ("/nonexistent/secret");
  baton_check_tokens (config, bad);
  assert_finding (bad, BATON_GRADE_PROBLEM, "secret of Direct Line", "/nonexistent/secret", "secret-file");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/check/tokens", test_check_tokens);
  return g_test_run ();
}
