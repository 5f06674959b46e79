/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-command.h"

#include <string.h>

void
baton_command_print_version (void)
{
  g_print ("baton-relay %s\n", PACKAGE_VERSION);
}

/**
 * baton_command_misused:
 * @name: of the sub-command
 *
 * Returns: the exit code for bad usage, having said on one line what is wrong
 */
int
baton_command_misused (const char *name,
                       const char *format,
                       ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_strdelimit (what, "\r\n", ' ');
  g_printerr ("baton-relay %s: %s (see --help)\n", name, what);
  return 2;
}

/**
 * baton_command_failed:
 *
 * Returns: the exit code for what could not be done, having said why on one line
 */
int
baton_command_failed (const char *name,
                      const char *message)
{
  g_autofree char *line = g_strdelimit (g_strdup (message), "\r\n", ' ');

  g_printerr ("baton-relay %s: %s\n", name, line);
  return 1;
}

/**
 * baton_command_parse:
 * @name: of the sub-command
 * @parameters: (nullable): what follows the options, as the help shows it
 * @entries: its options
 * @arguments: (inout): all arguments; afterwards those that are no options
 * @least: how many of these there have to be
 * @most: how many there may be
 *
 * Returns: %BATON_COMMAND_GO_ON, or the exit code where `--help`, `--version` or bad usage have ended the matter
 */
int
baton_command_parse (const char          *name,
                     const char          *parameters,
                     const char          *summary,
                     const GOptionEntry  *entries,
                     GStrv               *arguments,
                     guint                least,
                     guint                most)
{
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_autoptr (GError) error = NULL;
  gboolean wants_help = FALSE, wants_version = FALSE;
  const GOptionEntry common[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &wants_help, "Show this help", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &wants_version, "Show the version", NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autofree char *program = g_strconcat ("baton-relay ", name, NULL);
  guint count;

  g_set_prgname (program);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, common, NULL);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, &error))
    return baton_command_misused (name, "%s", error->message);

  if (wants_help) {
    g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

    g_print ("%s", help);
    return 0;
  }
  if (wants_version) {
    baton_command_print_version ();
    return 0;
  }

  count = g_strv_length (*arguments) - 1;
  if (count < least)
    return baton_command_misused (name, "%s is missing", parameters);
  if (count > most)
    return baton_command_misused (name, "“%s” is too much", (*arguments)[most + 1]);
  return BATON_COMMAND_GO_ON;
}

/**
 * baton_command_set_data:
 * @data: (nullable): of a data folder, before the one the configuration names
 */
void
baton_command_set_data (BatonConfig *config,
                        const char  *data)
{
  if (data == NULL)
    return;
  g_free (config->data);
  config->data = g_canonicalize_filename (data, NULL);
}

/**
 * baton_command_load_config:
 * @path: (nullable): of a configuration file
 * @data: (nullable): of a data folder, before the one the file names
 * @status: (out): return location for the exit code if there is none
 *
 * Returns: (transfer full) (nullable): the configuration, or %NULL having said why
 */
BatonConfig *
baton_command_load_config (const char *name,
                           const char *path,
                           const char *data,
                           int        *status)
{
  g_autoptr (BatonConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  config = path != NULL ? baton_config_load (path, &error) : baton_config_new ();
  if (config == NULL) {
    *status = baton_command_failed (name, error->message);
    return NULL;
  }
  baton_command_set_data (config, data);
  return g_steal_pointer (&config);
}
