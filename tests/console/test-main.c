/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <sys/wait.h>

#include "baton-test.h"

/* The program's command line, from outside. */

static const char *program;

typedef struct {
  int   status;
  char *out;
  char *err;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_free (answer->out);
  g_free (answer->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static Answer
run (const char *first,
     const char *second)
{
  const char *argv[] = { program, first, second, NULL };
  g_autoptr (GError) error = NULL;
  Answer answer = { 0 };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                &answer.out, &answer.err, &answer.status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (answer.status));
  answer.status = WEXITSTATUS (answer.status);
  return answer;
}

static void
test_bad_usage (void)
{
  static const char *const bad[][2] = {
    { "--frobnicate", NULL },
    { "something", NULL },
    { "--relay", NULL },
    { "--relay", "gopher://relay" },
    { "--agent", "Dana Reyes" },
    { "--password-file", "/nowhere" },   /* needs --agent */
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_auto (Answer) answer = run (bad[i][0], bad[i][1]);
    g_auto (GStrv) lines = g_strsplit (answer.err, "\n", -1);

    g_test_message ("%s", answer.err);
    g_assert_cmpint (answer.status, ==, 2);
    g_assert_cmpstr (answer.out, ==, "");
    g_assert_cmpuint (g_strv_length (lines), ==, 2);   /* one line, and nothing after its end */
    g_assert_true (g_str_has_prefix (answer.err, "baton: "));
  }
}

static void
test_version (void)
{
  g_auto (Answer) answer = run ("--version", NULL);

  g_assert_cmpint (answer.status, ==, 0);
  g_assert_cmpstr (answer.out, ==, "baton " PACKAGE_VERSION "\n");
}

static void
test_help (void)
{
  g_auto (Answer) answer = run ("--help", NULL);

  g_assert_cmpint (answer.status, ==, 0);
  g_assert_true (strstr (answer.out, "--relay") != NULL);
  g_assert_true (strstr (answer.out, "--password-file") != NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];

  g_test_add_func ("/console/main/bad-usage", test_bad_usage);
  g_test_add_func ("/console/main/version", test_version);
  g_test_add_func ("/console/main/help", test_help);

  return g_test_run ();
}
