/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-test.h"
#include "relay-process.h"

/* data/baton-relay.1 and --help speak of the same commands and options. */

typedef struct {
  char      *manual;
  GPtrArray *seen;     /* of char *: commands that do something */
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  g_autofree char *path = g_build_filename (g_getenv ("BATON_SOURCE"), "data", "baton-relay.1", NULL);

  g_assert_true (g_file_get_contents (path, &f->manual, NULL, NULL));
  f->seen = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_free (f->manual);
  g_ptr_array_unref (f->seen);
}

/* What stands behind a line of the manual until the next heading. */
static char *
read_section (Fixture    *f,
              const char *heading)
{
  g_autofree char *line = g_strdup_printf ("\n%s\n", heading);
  const char *begin = strstr (f->manual, line), *end;

  g_test_message ("%s", heading);
  g_assert_nonnull (begin);
  begin += strlen (line);
  end = strstr (begin, "\n.S");
  return end == NULL ? g_strdup (begin) : g_strndup (begin, (gsize) (end - begin + 1));
}

static char *
read_help (const char *command)
{
  g_autofree char *line = g_strdup_printf ("baton-relay %s --help", command);
  g_autoptr (RelayOutcome) outcome = relay_run_line ("/", line);

  g_test_message ("%s", line);
  g_assert_cmpint (outcome->status, ==, 0);
  g_assert_cmpstr (outcome->err, ==, "");
  return g_steal_pointer (&outcome->out);
}

/* The first word of each line below that heading of a help. */
static GStrv
list_words (const char *help,
            const char *heading)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  const char *at = strstr (help, heading);
  g_auto (GStrv) lines = g_strsplit (at == NULL ? "" : at + strlen (heading), "\n", -1);

  for (gsize i = 0; lines[i] != NULL && g_str_has_prefix (lines[i], "  "); i++) {
    g_autofree char *word = g_strndup (lines[i] + 2, strcspn (lines[i] + 2, " ="));

    g_strv_builder_add (words, word);
  }
  return g_strv_builder_end (words);
}

/* `-h, --help` and `--version`, which all have, are said once. */
static void
compare_options (Fixture    *f,
                 const char *command,
                 const char *help)
{
  g_autofree char *heading = g_strconcat (".Ss ", command, NULL);
  g_autofree char *section = read_section (f, heading);
  g_auto (GStrv) options = list_words (help, "\nOptions:\n");
  g_auto (GStrv) items = g_strsplit (section, ".It Fl ", -1);
  guint n = 0;

  g_assert_cmpstr (options[0], ==, "-h,");
  g_assert_cmpstr (options[1], ==, "--version");
  for (gsize i = 2; options[i] != NULL; i++, n++) {
    g_autofree char *item = g_strdup_printf (".It Fl %s", options[i] + 1);
    const char *found = strstr (section, item);

    g_test_message ("%s %s", command, options[i]);
    g_assert_nonnull (found);
    g_assert_nonnull (strchr (" \n", found[strlen (item)]));
  }
  g_assert_cmpuint (g_strv_length (items) - 1, ==, n);
}

static void
compare (Fixture    *f,
         const char *command)
{
  g_autofree char *help = read_help (command);
  g_auto (GStrv) commands = list_words (help, "\nCommands:\n");

  if (commands[0] == NULL) {
    compare_options (f, command, help);
    g_ptr_array_add (f->seen, g_strdup (command));
  }
  for (gsize i = 0; commands[i] != NULL; i++) {
    g_autofree char *name = *command == '\0' ? g_strdup (commands[i]) : g_strjoin (" ", command, commands[i], NULL);

    compare (f, name);
  }
}

static void
test_manual_options (Fixture       *f,
                     gconstpointer  data)
{
  g_autofree char *common = read_section (f, ".Sh COMMANDS");
  g_auto (GStrv) sections = g_strsplit (f->manual, "\n.Ss ", -1);

  g_assert_nonnull (strstr (common, ".It Fl h , Fl -help\n"));
  g_assert_nonnull (strstr (common, ".It Fl -version\n"));
  compare (f, "");
  g_assert_cmpuint (f->seen->len, >=, 6);
  g_assert_cmpuint (g_strv_length (sections) - 1, ==, f->seen->len);
}

/* Each command stands in the synopsis, in the order of --help. */
static void
test_manual_synopsis (Fixture       *f,
                      gconstpointer  data)
{
  g_autofree char *synopsis = read_section (f, ".Sh SYNOPSIS");
  const char *at = synopsis;

  compare (f, "");
  for (guint i = 0; i < f->seen->len; i++) {
    g_autofree char *line = g_strdup_printf (".Cm %s\n", (const char *) g_ptr_array_index (f->seen, i));

    at = strstr (at, line);
    g_test_message ("%s", line);
    g_assert_nonnull (at);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/relay/manual/options", Fixture, NULL, set_up, test_manual_options, tear_down);
  g_test_add ("/relay/manual/synopsis", Fixture, NULL, set_up, test_manual_synopsis, tear_down);
  return g_test_run ();
}
