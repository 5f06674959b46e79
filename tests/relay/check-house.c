/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "check-house.h"

#include <string.h>

#include "baton-test.h"

BatonConfig *
new_config (void)
{
  BatonConfig *config = baton_config_new ();

  g_free (config->data);
  config->data = baton_test_make_folder ();
  g_free (config->listen);
  config->listen = g_strdup ("127.0.0.1:0");
  return config;
}

const BatonFinding *
find (GPtrArray  *findings,
      BatonGrade  grade,
      const char *subject,
      const char *text)
{
  for (guint i = 0; i < findings->len; i++) {
    const BatonFinding *finding = g_ptr_array_index (findings, i);

    if (finding->grade == grade && g_str_equal (finding->subject, subject) && strstr (finding->text, text) != NULL)
      return finding;
  }
  return NULL;
}

/* On failure the whole report is worth more than the line that is missing. */
void
assert_finding (GPtrArray  *findings,
                BatonGrade  grade,
                const char *subject,
                const char *text,
                const char *advice)
{
  const BatonFinding *finding = find (findings, grade, subject, text);
  g_autofree char *report = baton_findings_format_text (findings);

  if (finding == NULL || (advice != NULL && (finding->advice == NULL || strstr (finding->advice, advice) == NULL)))
    g_error ("no “%s: %s … %s” in\n%s", subject, text, advice == NULL ? "" : advice, report);
}
