/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "baton-command.h"
#include "baton-data-folder.h"
#include "baton-roster.h"

#define NAME "agent add"
#define MAX_PASSWORD 256

typedef struct {
  char *config;
  char *data;
  char *name;
  GStrv skills;
  GStrv languages;
  char *password_file;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->config);
  g_free (self->data);
  g_free (self->name);
  g_strfreev (self->skills);
  g_strfreev (self->languages);
  g_free (self->password_file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* Without the letters and digits that people mistake for one another: 20 of 32 signs are 100 bits. */
static char *
make_password (void)
{
  static const char signs[] = "abcdefghijkmnpqrstuvwxyz23456789";
  guint8 bytes[20];
  GString *text = g_string_new (NULL);

  G_STATIC_ASSERT (sizeof signs - 1 == 32);
  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    g_error ("no random numbers");

  for (gsize i = 0; i < sizeof bytes; i++)
    g_string_append_printf (text, "%s%c", i > 0 && i % 5 == 0 ? "-" : "", signs[bytes[i] % 32]);
  return g_string_free (text, FALSE);
}

static char *
read_line (FILE    *stream,
           GError **error)
{
  char line[MAX_PASSWORD + 2];

  if (fgets (line, sizeof line, stream) == NULL)
    line[0] = '\0';
  line[strcspn (line, "\r\n")] = '\0';

  if (line[0] == '\0' || strlen (line) > MAX_PASSWORD) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "a password has 1 to %d bytes", MAX_PASSWORD);
    return NULL;
  }
  return g_strdup (line);
}

/* The first line of the file; `-` is standard input. Never an argument: those are for all to see. */
static char *
read_password (const char  *path,
               GError     **error)
{
  FILE *file;
  char *password;

  if (g_str_equal (path, "-"))
    return read_line (stdin, error);

  file = fopen (path, "re");
  if (file == NULL) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s cannot be opened", path);
    return NULL;
  }
  password = read_line (file, error);
  fclose (file);
  return password;
}

static int
add (const Options *options,
     BatonConfig   *config,
     const char    *id)
{
  g_autofree char *path = g_build_filename (config->data, BATON_DATA_AGENTS, NULL);
  g_autoptr (BatonAgent) agent = NULL;
  g_autoptr (BatonRoster) roster = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *password = NULL;

  password = options->password_file == NULL ? make_password () : read_password (options->password_file, &error);
  if (password == NULL || !baton_data_folder_make (config->data, &error))
    return baton_command_failed (NAME, error->message);

  agent = baton_agent_new (id, options->name, (const char *const *) options->skills,
                           (const char *const *) options->languages);
  roster = baton_roster_open (path, &error);
  if (roster == NULL || !baton_roster_add (roster, agent, password, &error))
    return baton_command_failed (NAME, error->message);

  g_print ("%s can sign in.\n", id);
  if (options->password_file == NULL)
    g_print ("Password: %s\n", password);
  return 0;
}

static int
run (Options *options,
     GStrv    arguments)
{
  g_auto (GStrv) rest = g_strdupv (arguments);
  g_autoptr (BatonConfig) config = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &options->config, "Read the configuration from FILE", "FILE" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options->data, "The relay's data folder", "DIR" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &options->name, "The name customers see", "NAME" },
    { "skill", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->skills, "A skill; may be given several times", "SKILL" },
    { "language", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->languages, "A language, such as de; may be given several times",
      "LANGUAGE" },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &options->password_file,
      "Take the password from the first line of FILE; - is standard input. Without it one is made and shown", "FILE" },
    G_OPTION_ENTRY_NULL
  };
  int status;

  status = baton_command_parse (NAME, "ID", "Let an agent sign in, or replace the one of that id.", entries, &rest, 1, 1);
  if (status != BATON_COMMAND_GO_ON)
    return status;
  if (!baton_agent_id_is_valid (rest[1]))
    return baton_command_misused (NAME, "an id is 1 to 32 of a-z 0-9 . _ - and begins with a letter or digit");
  if (options->name == NULL || *options->name == '\0')
    return baton_command_misused (NAME, "--name is missing");

  config = baton_command_load_config (NAME, options->config, options->data, &status);
  return config == NULL ? status : add (options, config, rest[1]);
}

/**
 * baton_command_agent:
 *
 * `baton-relay agent add`.
 */
int
baton_command_agent (GStrv arguments)
{
  g_auto (Options) options = { 0 };

  if (arguments[1] != NULL && g_str_equal (arguments[1], "add"))
    return run (&options, arguments + 1);
  if (arguments[1] != NULL && g_str_equal (arguments[1], "--version"))
    return baton_command_print_version (), 0;
  if (arguments[1] != NULL && (g_str_equal (arguments[1], "--help") || g_str_equal (arguments[1], "-h"))) {
    g_print ("Usage:\n  baton-relay agent COMMAND [OPTION…]\n\nSay who may sign in.\n\nCommands:\n"
             "  add  Let an agent sign in, or replace the one of that id\n\n"
             "Options:\n  -h, --help    Show this help\n  --version     Show the version\n\n"
             "baton-relay agent add --help shows its options.\n");
    return 0;
  }
  return baton_command_misused ("agent", arguments[1] == NULL ? "what to do is missing" : "this cannot be done with agents");
}
