/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-json.h"
#include "baton-test.h"
#include "relay-process.h"

/* Bad usage: one line that says what is wrong, nothing else, exit code 2. */
static void
assert_misused (RelayOutcome *taken,
                const char   *named)
{
  g_autoptr (RelayOutcome) outcome = taken;

  g_test_message ("%s", outcome->err);
  g_assert_cmpint (outcome->status, ==, 2);
  g_assert_cmpstr (outcome->out, ==, "");
  g_assert_true (g_str_has_prefix (outcome->err, "baton-relay"));
  g_assert_nonnull (strstr (outcome->err, named));
  g_assert_true (strchr (outcome->err, '\n') == outcome->err + strlen (outcome->err) - 1);
}

static void
assert_failed (RelayOutcome *taken,
               const char   *named)
{
  g_autoptr (RelayOutcome) outcome = taken;

  g_test_message ("%s", outcome->err);
  g_assert_cmpint (outcome->status, ==, 1);
  g_assert_nonnull (strstr (outcome->err, named));
  g_assert_true (strchr (outcome->err, '\n') == outcome->err + strlen (outcome->err) - 1);
}

static void
assert_good (RelayOutcome *taken,
             const char   *named)
{
  g_autoptr (RelayOutcome) outcome = taken;

  g_assert_cmpstr (outcome->err, ==, "");
  g_assert_cmpint (outcome->status, ==, 0);
  g_assert_nonnull (strstr (outcome->out, named));
}

static void
test_command_usage (void)
{
  assert_misused (relay_run (NULL, NULL, NULL), "a command is missing");
  assert_misused (relay_run (NULL, "dance", NULL), "dance");
  assert_misused (relay_run (NULL, "--dance", NULL), "--dance");
  assert_misused (relay_run (NULL, "serve", "--dance", NULL), "--dance");
  assert_misused (relay_run (NULL, "serve", "now", NULL), "now");
  assert_misused (relay_run (NULL, "serve", "--data", NULL), "--data");
  assert_misused (relay_run (NULL, "serve", "--listen", "here", NULL), "--listen here");
  assert_misused (relay_run (NULL, "serve", "--listen", "127.0.0.1:70000", NULL), "ADDRESS:PORT");
  assert_misused (relay_run (NULL, "check", "now", NULL), "now");
  assert_misused (relay_run (NULL, "token", "please", NULL), "please");
  assert_misused (relay_run (NULL, "agent", NULL), "agent");
  assert_misused (relay_run (NULL, "agent", "remove", NULL), "agent");
  assert_misused (relay_run (NULL, "agent", "add", NULL), "ID is missing");
  assert_misused (relay_run (NULL, "agent", "add", "ana", NULL), "--name is missing");
  assert_misused (relay_run (NULL, "agent", "add", "Ana!", "--name", "Ana", NULL), "id");
  assert_misused (relay_run (NULL, "agent", "add", "ana", "bo", "--name", "Ana", NULL), "bo");
  assert_misused (relay_run (NULL, "inspect", "a", "b", NULL), "b");
  assert_misused (relay_run (NULL, "escalations", "--xml", NULL), "--xml");
}

static void
test_command_help (void)
{
  assert_good (relay_run (NULL, "--help", NULL), "inspect");
  assert_good (relay_run (NULL, "-h", NULL), "serve");
  assert_good (relay_run (NULL, "--version", NULL), "baton-relay ");
  assert_good (relay_run (NULL, "serve", "--help", NULL), "--secret-file");
  assert_good (relay_run (NULL, "serve", "--version", NULL), "baton-relay ");
  assert_good (relay_run (NULL, "check", "--help", NULL), "--json");
  assert_good (relay_run (NULL, "token", "--help", NULL), "--minutes");
  assert_good (relay_run (NULL, "agent", "--help", NULL), "agent add");
  assert_good (relay_run (NULL, "agent", "--version", NULL), "baton-relay ");
  assert_good (relay_run (NULL, "agent", "add", "--help", NULL), "--password-file");
  assert_good (relay_run (NULL, "inspect", "--help", NULL), "[FILE]");
  assert_good (relay_run (NULL, "escalations", "--help", NULL), "--json");
}

static void
test_command_failures (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *config = g_build_filename (folder, "relay.conf", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);

  g_file_set_contents (config, "[limits]\nbody-size=none\n", -1, NULL);
  g_file_set_contents (file, "short\n", -1, NULL);
  assert_failed (relay_run (NULL, "serve", "--config", config, NULL), "relay.conf: [limits] body-size");
  assert_failed (relay_run (NULL, "serve", "--config", "/nonexistent.conf", NULL), "/nonexistent.conf");
  assert_failed (relay_run (NULL, "serve", "--data", file, NULL), file);
  assert_failed (relay_run (NULL, "serve", "--data", folder, "--secret-file", file, NULL), "at least 16");
  assert_failed (relay_run (NULL, "escalations", "--data", "/nonexistent", NULL), "/nonexistent");
  assert_failed (relay_run (NULL, "inspect", "/nonexistent", NULL), "/nonexistent");
  assert_failed (relay_run (NULL, "agent", "add", "ana", "--name", "A", "--data", folder, "--password-file", "/nonexistent",
                            NULL), "/nonexistent");
  assert_failed (relay_run ("", "agent", "add", "ana", "--name", "A", "--data", folder, "--password-file", "-", NULL),
                 "1 to 256");
}

static void
test_command_agent (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "agents.conf", NULL);
  g_autofree char *text = NULL;

  assert_good (relay_run (NULL, "agent", "add", "ana", "--name", "Ana Sousa", "--skill", "tax", "--skill", "returns",
                          "--language", "de", "--data", folder, NULL), "Password: ");
  assert_good (relay_run ("my password\n", "agent", "add", "bo", "--name", "Bo", "--data", folder, "--password-file", "-",
                          NULL), "bo can sign in.\n");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "[ana]\nName=Ana Sousa\nSkills=tax;returns;\nLanguages=de;\nPassword=$y$"));
  g_assert_nonnull (strstr (text, "[bo]\nName=Bo\nPassword=$y$"));
  g_assert_null (strstr (text, "my password"));
}

static void
test_command_inspect (void)
{
  g_autofree char *path = baton_test_fixture ("handoff-activityset.json");
  g_autofree char *bad = g_strnfill (160 * 1024, '[');
  g_autoptr (RelayOutcome) not_json = NULL;
  g_autoptr (BatonJson) json = NULL;

  assert_good (relay_run (NULL, "inspect", path, NULL), "\"outcome\": \"handoff\"");
  assert_good (relay_run ("{\"type\":\"message\",\"text\":\"hi\"}", "inspect", NULL), "\"outcome\": \"ignore\"");
  assert_good (relay_run ("{\"type\":\"event\",\"name\":\"Handoff.Initiate\"}", "inspect", "-", NULL), "\"ignore\"");
  assert_good (relay_run ("{\"type\":\"event\",\"name\":\"Handoff.Initiate\"}", "inspect", "--tolerant", NULL),
               "\"handoff\"");
  assert_failed (relay_run ("", "inspect", NULL), "no activity");
  assert_failed (relay_run (bad, "inspect", NULL), "no activity");

  not_json = relay_run ("hello", "inspect", NULL);
  json = baton_json_parse_text (not_json->out, -1, &BATON_JSON_LIMITS_CLIENT, NULL);
  g_assert_true (baton_json_node_is (baton_json_node_get_member (baton_json_get_root (json), "outcome"), "error"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/command/usage", test_command_usage);
  g_test_add_func ("/relay/command/help", test_command_help);
  g_test_add_func ("/relay/command/failures", test_command_failures);
  g_test_add_func ("/relay/command/agent", test_command_agent);
  g_test_add_func ("/relay/command/inspect", test_command_inspect);
  return g_test_run ();
}
