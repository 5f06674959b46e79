/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <unistd.h>

#include "baton-command.h"
#include "baton-handoff.h"

#define NAME "inspect"

static GInputStream *
open_input (const char  *path,
            GError     **error)
{
  g_autoptr (GFile) file = NULL;

  if (path == NULL || g_str_equal (path, "-"))
    return g_unix_input_stream_new (STDIN_FILENO, FALSE);
  file = g_file_new_for_commandline_arg (path);
  return G_INPUT_STREAM (g_file_read (file, NULL, error));
}

/* One byte more than may be: the gate then says that it is too big, and nobody reads an endless input. */
static GBytes *
read_input (const char  *path,
            GError     **error)
{
  gsize most = BATON_JSON_LIMITS_BOT.size + 1;
  g_autoptr (GInputStream) stream = open_input (path, error);
  g_autofree char *text = NULL;
  gsize length;

  if (stream == NULL)
    return NULL;
  text = g_malloc (most);
  if (!g_input_stream_read_all (stream, text, most, &length, NULL, error))
    return NULL;
  return g_bytes_new (text, length);
}

/**
 * baton_command_inspect:
 *
 * `baton-relay inspect`: what the relay would make of an activity.
 */
int
baton_command_inspect (GStrv arguments)
{
  g_auto (GStrv) rest = g_strdupv (arguments);
  g_autofree char *path = NULL, *text = NULL;
  gboolean is_tolerant = FALSE, is_error = FALSE;
  g_autoptr (BatonConfig) config = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "Use the hand-off rules of this configuration", "FILE" },
    { "tolerant", 0, 0, G_OPTION_ARG_NONE, &is_tolerant, "Use every rule there is", NULL },
    G_OPTION_ENTRY_NULL
  };
  int status;

  status = baton_command_parse (NAME, "[FILE]", "Show what is understood of an activity or ActivitySet.", entries, &rest,
                                0, 1);
  if (status != BATON_COMMAND_GO_ON)
    return status;
  config = baton_command_load_config (NAME, path, NULL, &status);
  if (config == NULL)
    return status;
  bytes = read_input (rest[1], &error);
  if (bytes == NULL)
    return baton_command_failed (NAME, error->message);

  text = baton_inspect (bytes, is_tolerant ? &BATON_HANDOFF_RULES_TOLERANT : &config->handoff, &is_error);
  g_print ("%s", text);
  return is_error ? baton_command_failed (NAME, "this is no activity") : 0;
}
