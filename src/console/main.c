/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

#include "baton-agent.h"
#include "baton-application.h"
#include "baton-console.h"
#include "baton-sign-in-page.h"

#define BAD_USAGE 2
#define PASSWORD_MAX 1024

typedef struct {
  char     *relay;
  char     *agent;
  char     *password_file;
  gboolean  version;
} Options;

static int G_GNUC_PRINTF (1, 2)
refuse (const char *format,
        ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("baton: %s\n", message);
  return BAD_USAGE;
}

/* The first line of a file, or of standard input for "-": a password as an option would be in the process list. */
static char *
read_password (const char  *path,
               GError     **error)
{
  g_autoptr (GIOChannel) channel = NULL;
  char *line = NULL;
  gsize end = 0;

  if (g_str_equal (path, "-"))
    channel = g_io_channel_unix_new (STDIN_FILENO);
  else
    channel = g_io_channel_new_file (path, "r", error);
  if (channel == NULL)
    return NULL;
  if (g_io_channel_read_line (channel, &line, NULL, &end, error) == G_IO_STATUS_ERROR)
    return NULL;

  if (line == NULL)
    return g_strdup ("");
  line[MIN (end, PASSWORD_MAX)] = '\0';
  return line;
}

static gboolean
parse (Options  *options,
       int      *argc,
       char   ***argv,
       GError  **error)
{
  const GOptionEntry entries[] = {
    { "relay", 0, 0, G_OPTION_ARG_STRING, &options->relay, N_("Address of the relay"), N_("URL") },
    { "agent", 0, 0, G_OPTION_ARG_STRING, &options->agent, N_("Agent who signs in"), N_("ID") },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &options->password_file,
      N_("File whose first line is the agent’s password; - reads it from standard input"), N_("FILE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_("Print the version and exit"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, _("An agent’s desk: takes over conversations from a bot."));
  g_option_context_set_translation_domain (context, GETTEXT_DOMAIN);
  g_option_context_add_main_entries (context, entries, GETTEXT_DOMAIN);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
terminated_cb (gpointer application)
{
  g_action_group_activate_action (G_ACTION_GROUP (application), "quit", NULL);
  return G_SOURCE_CONTINUE;
}

static int
run (const char *program,
     const char *url,
     const char *agent,
     const char *password)
{
  g_autoptr (BatonApplication) application = baton_application_new (G_APPLICATION_DEFAULT_FLAGS);
  char *argv[] = { (char *) program, NULL };

  baton_application_start_with (application, url, agent, password);
  g_unix_signal_add (SIGTERM, terminated_cb, application);
  g_unix_signal_add (SIGINT, terminated_cb, application);
  return g_application_run (G_APPLICATION (application), 1, argv);
}

static int
check_and_run (const char    *program,
               const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  g_autofree char *password = NULL;
  int status;

  if (options->relay != NULL && (url = baton_relay_url_complete (options->relay)) == NULL)
    return refuse (_("“%s” is not the address of a relay"), options->relay);
  if (options->agent != NULL && !baton_agent_id_is_valid (options->agent))
    return refuse (_("“%s” is not the id of an agent"), options->agent);
  if (options->password_file != NULL && options->agent == NULL)
    return refuse (_("a password needs --agent as well"));
  if (options->password_file != NULL && (password = read_password (options->password_file, &error)) == NULL)
    /* Translators: %s is the system’s own message */
    return refuse (_("cannot read the password: %s"), error->message);

  status = run (program, url, options->agent, password);
  if (password != NULL)
    explicit_bzero (password, strlen (password));
  return status;
}

static void
options_clear (Options *options)
{
  g_free (options->relay);
  g_free (options->agent);
  g_free (options->password_file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

int
main (int   argc,
      char *argv[])
{
  g_auto (Options) options = { NULL };
  g_autoptr (GError) error = NULL;

  baton_console_init_words ();
  if (!parse (&options, &argc, &argv, &error))
    return refuse ("%s", error->message);
  if (argc > 1)
    return refuse (_("“%s” is not understood"), argv[1]);
  if (options.version) {
    g_print ("baton %s\n", PACKAGE_VERSION);
    return 0;
  }
  return check_and_run (argv[0], &options);
}
