/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <locale.h>

#include "baton-command.h"

static const struct {
  const char   *name;
  BatonCommand  run;
  const char   *summary;
} commands[] = {
  { "serve",       baton_command_serve,       "Serve customers, agents and bots" },
  { "check",       baton_command_check,       "Say what is wrong with an installation" },
  { "agent",       baton_command_agent,       "Let an agent sign in" },
  { "token",       baton_command_token,       "Make a token for a page that holds a chat" },
  { "inspect",     baton_command_inspect,     "Show what is understood of an activity" },
  { "escalations", baton_command_escalations, "List who waits for a person" },
};

static int
print_help (void)
{
  g_print ("Usage:\n  baton-relay COMMAND [OPTION…]\n\nHands customers of a bot over to people.\n\nCommands:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-12s  %s\n", commands[i].name, commands[i].summary);
  g_print ("\nOptions:\n  -h, --help    Show this help\n  --version     Show the version\n\n"
           "baton-relay COMMAND --help shows the options of a command.\n");
  return 0;
}

int
main (int    argc,
      char **argv)
{
  g_auto (GStrv) arguments = g_strdupv (argv);
  const char *name = argc > 1 ? arguments[1] : NULL;

  setlocale (LC_ALL, "");
  g_log_writer_default_set_use_stderr (TRUE);

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (name, commands[i].name))
      return commands[i].run (arguments + 1);

  if (g_strcmp0 (name, "--help") == 0 || g_strcmp0 (name, "-h") == 0)
    return print_help ();
  if (g_strcmp0 (name, "--version") == 0)
    return baton_command_print_version (), 0;

  if (name == NULL)
    g_printerr ("baton-relay: a command is missing (see --help)\n");
  else
    g_printerr ("baton-relay: there is no command “%s” (see --help)\n", name);
  return 2;
}
