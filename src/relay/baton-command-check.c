/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bots.h"
#include "baton-check.h"
#include "baton-command.h"

#define NAME "check"

/* All that is wrong with the file. What could not be understood would make everything after it a guess. */
static BatonConfig *
read_config (const char *path,
             GPtrArray  *findings)
{
  g_autofree char *sample = baton_bots_dup_data_path ("baton-relay.conf");
  g_autofree char *advice = g_strdup_printf ("Correct it; %s explains every key", sample);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BatonConfig) config = NULL;

  if (path == NULL) {
    baton_findings_add (findings, BATON_GRADE_OK, "configuration", NULL, "none is given, so every key has its default");
    return baton_config_new ();
  }

  config = baton_config_read (path, problems);
  for (guint i = 0; i < problems->len; i++)
    baton_findings_add (findings, BATON_GRADE_PROBLEM, "configuration", advice, "%s",
                        (const char *) g_ptr_array_index (problems, i));
  if (problems->len > 0) {
    baton_findings_add (findings, BATON_GRADE_WARNING, "all else", "Correct the configuration first", "it was not looked at");
    return NULL;
  }
  baton_findings_add (findings, BATON_GRADE_OK, "configuration", NULL, "%s is understood", path);
  return g_steal_pointer (&config);
}

static void
check (const BatonConfig *config,
       GPtrArray         *findings)
{
  baton_check_server (config, findings);
  baton_check_data (config, findings);
  baton_check_tokens (config, findings);
  for (guint i = 0; i < config->bots->len; i++)
    baton_check_bot (g_ptr_array_index (config->bots, i), findings);
}

/**
 * baton_command_check:
 *
 * `baton-relay check`: what is wrong with an installation, in plain words; 1 where it cannot work.
 */
int
baton_command_check (GStrv arguments)
{
  g_auto (GStrv) rest = g_strdupv (arguments);
  g_autofree char *path = NULL, *data = NULL, *text = NULL;
  gboolean as_json = FALSE;
  g_autoptr (GPtrArray) findings = baton_findings_new ();
  g_autoptr (BatonConfig) config = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "Check the configuration in FILE", "FILE" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, "The relay's data folder", "DIR" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print what was found as JSON", NULL },
    G_OPTION_ENTRY_NULL
  };
  int status;

  status = baton_command_parse (NAME, NULL, "Say what is wrong with the configuration, the data, and the bots.", entries, &rest,
                                0, 0);
  if (status != BATON_COMMAND_GO_ON)
    return status;

  config = read_config (path, findings);
  if (config != NULL) {
    baton_command_set_data (config, data);
    check (config, findings);
  }
  text = as_json ? baton_findings_format_json (findings) : baton_findings_format_text (findings);
  g_print ("%s%s", text, as_json ? "\n" : "");
  return baton_findings_count (findings, BATON_GRADE_PROBLEM) > 0;
}
