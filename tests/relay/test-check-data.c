/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>

#include "check-house.h"
#include "relay-house.h"

static void
test_check_data (void)
{
  g_autoptr (RelayHouse) house = relay_house_new (FALSE);
  g_autoptr (BatonConfig) config = new_config ();
  g_autoptr (GPtrArray) fresh = baton_findings_new (), running = baton_findings_new (), idle = baton_findings_new ();
  g_autofree char *absent = g_build_filename (config->data, "a", "b", NULL);

  g_free (config->data);
  config->data = g_strdup (absent);
  baton_check_data (config, fresh);
  assert_finding (fresh, BATON_GRADE_OK, "data folder", "the first start makes", NULL);
  assert_finding (fresh, BATON_GRADE_OK, "disk", "are free", NULL);
  config->upload_room = G_MAXSIZE;
  baton_check_data (config, fresh);
  assert_finding (fresh, BATON_GRADE_WARNING, "disk", "the files that are sent may take", "upload-room");
  g_assert_false (g_file_test (absent, G_FILE_TEST_EXISTS));

  g_free (config->data);
  config->data = g_strdup (house->folder);
  g_chmod (house->folder, 0700);
  baton_check_data (config, running);
  assert_finding (running, BATON_GRADE_OK, "data folder", "for its owner alone", NULL);
  assert_finding (running, BATON_GRADE_OK, "relay", "one is running", NULL);
  assert_finding (running, BATON_GRADE_OK, "database", "it is whole", NULL);
  assert_finding (running, BATON_GRADE_OK, "agents", "1 can sign in", NULL);
  assert_finding (running, BATON_GRADE_OK, "chat page", "it is in", NULL);
  g_assert_nonnull (find (running, BATON_GRADE_OK, "writing", " ms") != NULL ? running
                    : find (running, BATON_GRADE_WARNING, "writing", " ms") != NULL ? running : NULL);

  relay_house_close (house);
  baton_check_data (config, idle);
  assert_finding (idle, BATON_GRADE_OK, "relay", "none is running", NULL);
  assert_finding (idle, BATON_GRADE_OK, "database", "it is whole", NULL);
  relay_house_open (house);   /* as if nobody had looked */
}

static void
test_check_bad_data (void)
{
  g_autoptr (BatonConfig) config = new_config ();
  g_autoptr (GPtrArray) findings = baton_findings_new (), no_folder = baton_findings_new (), no_page = baton_findings_new ();
  g_autofree char *database = g_build_filename (config->data, "relay.db", NULL);
  g_autofree char *agents = g_build_filename (config->data, "agents.conf", NULL);
  g_autofree char *before = g_strdup (g_getenv ("BATON_DATA_DIR"));

  g_chmod (config->data, 0755);
  g_file_set_contents (database, "this is a letter to my aunt", -1, NULL);
  baton_check_data (config, findings);
  assert_finding (findings, BATON_GRADE_WARNING, "data folder", "others than its owner", "chmod 700");
  assert_finding (findings, BATON_GRADE_PROBLEM, "database", "relay.db: ", "backup");
  assert_finding (findings, BATON_GRADE_WARNING, "agents", "nobody can sign in", "baton-relay agent add");

  g_file_set_contents (agents, "no key file", -1, NULL);
  g_setenv ("BATON_DATA_DIR", "/nonexistent", TRUE);
  baton_check_data (config, no_page);
  assert_finding (no_page, BATON_GRADE_PROBLEM, "agents", "agents", NULL);
  assert_finding (no_page, BATON_GRADE_PROBLEM, "chat page", "/nonexistent/canvas/index.html", "BATON_DATA_DIR");
  if (before != NULL)
    g_setenv ("BATON_DATA_DIR", before, TRUE);

  g_free (config->data);
  config->data = g_strdup (agents);
  baton_check_data (config, no_folder);
  assert_finding (no_folder, BATON_GRADE_PROBLEM, "data folder", "is not a folder", "data");
  g_free (config->data);
  config->data = g_build_filename (agents, "data", NULL);
  baton_check_data (config, no_folder);
  assert_finding (no_folder, BATON_GRADE_PROBLEM, "data folder", "cannot be seen", "chown");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/check/data", test_check_data);
  g_test_add_func ("/relay/check/bad-data", test_check_bad_data);
  return g_test_run ();
}
