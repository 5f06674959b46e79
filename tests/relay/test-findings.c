/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-findings.h"
#include "baton-json.h"

static void
test_findings_format (void)
{
  g_autoptr (GPtrArray) findings = baton_findings_new ();
  g_autofree char *nothing = baton_findings_format_text (findings);
  g_autofree char *text = NULL, *json = NULL;
  g_autoptr (BatonJson) parsed = NULL;
  BatonJsonNode root, first;

  g_assert_cmpstr (nothing, ==, "all is well\n");
  baton_findings_add (findings, BATON_GRADE_OK, "disk", NULL, "%d GB are free", 7);
  baton_findings_add (findings, BATON_GRADE_WARNING, "origins", "Name yours", "any page");
  baton_findings_add (findings, BATON_GRADE_PROBLEM, "bot \"x\"", "Look", "one\n\033[31mtwo\xff");
  baton_findings_add (findings, BATON_GRADE_PROBLEM, "y", "Look", "z");

  text = baton_findings_format_text (findings);
  g_assert_cmpstr (text, ==,
                   "ok       disk: 7 GB are free.\n"
                   "warning  origins: any page. Name yours.\n"
                   "problem  bot \"x\": one  [31mtwo\357\277\275. Look.\n"
                   "problem  y: z. Look.\n"
                   "2 problems, 1 warning\n");

  json = baton_findings_format_json (findings);
  parsed = baton_json_parse_text (json, -1, &BATON_JSON_LIMITS_CLIENT, NULL);
  root = baton_json_get_root (parsed);
  first = baton_json_node_get_element (baton_json_node_get_member (root, "findings"), 0);
  g_assert_true (g_str_has_prefix (json, "{\"problems\":2,\"warnings\":1,"));
  g_assert_true (baton_json_node_is (baton_json_node_get_member (first, "grade"), "ok"));
  g_assert_cmpint (baton_json_node_get_kind (baton_json_node_get_member (first, "advice")), ==, BATON_JSON_NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/findings/format", test_findings_format);
  return g_test_run ();
}
