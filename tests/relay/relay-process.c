/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "relay-process.h"

#include <signal.h>
#include <string.h>

#include "baton-test.h"

static GSubprocessLauncher *
new_launcher (GSubprocessFlags flags)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (flags);
  g_autofree char *data = g_build_filename (g_getenv ("BATON_SOURCE"), "data", NULL);

  g_subprocess_launcher_setenv (launcher, "BATON_DATA_DIR", data, TRUE);
  return launcher;
}

static char *
program (void)
{
  return g_build_filename (g_getenv ("BATON_BUILD"), "src", "relay", "baton-relay", NULL);
}

void
relay_outcome_free (RelayOutcome *self)
{
  g_free (self->out);
  g_free (self->err);
  g_free (self);
}

static RelayOutcome *
await_end (GSubprocess *process,
           const char  *input)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  RelayOutcome *outcome = g_new0 (RelayOutcome, 1);

  g_subprocess_communicate_utf8_async (process, input, NULL, baton_test_ready_cb, &result);
  g_subprocess_communicate_utf8_finish (process, baton_test_await (&result), &outcome->out, &outcome->err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  outcome->status = g_subprocess_get_exit_status (process);
  return outcome;
}

/* A shell that finds the program. */
static GSubprocessLauncher *
new_shell_launcher (const char       *folder,
                    GSubprocessFlags  flags)
{
  GSubprocessLauncher *launcher = new_launcher (flags);
  g_autofree char *file = program ();
  g_autofree char *where = g_path_get_dirname (file);
  g_autofree char *path = g_strconcat (where, ":", g_getenv ("PATH"), NULL);

  g_subprocess_launcher_setenv (launcher, "PATH", path, TRUE);
  g_subprocess_launcher_set_cwd (launcher, folder);
  return launcher;
}

RelayOutcome *
relay_run_line (const char *folder,
                const char *line)
{
  g_autoptr (GSubprocessLauncher) launcher = new_shell_launcher (folder, G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                                                         G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  process = g_subprocess_launcher_spawn (launcher, &error, "/bin/sh", "-c", line, NULL);
  g_assert_no_error (error);
  return await_end (process, NULL);
}

RelayOutcome *
relay_run (const char *input,
           const char *first_argument,
           ...)
{
  g_autoptr (GSubprocessLauncher) launcher = new_launcher (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                                           G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  va_list arguments;

  g_ptr_array_add (words, program ());
  va_start (arguments, first_argument);
  for (const char *word = first_argument; word != NULL; word = va_arg (arguments, const char *))
    g_ptr_array_add (words, g_strdup (word));
  va_end (arguments);
  g_ptr_array_add (words, NULL);

  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) words->pdata, &error);
  g_assert_no_error (error);
  return await_end (process, input);
}

static char *
read_line (GSubprocess *process)
{
  g_autoptr (GDataInputStream) stream = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *line;

  g_data_input_stream_read_line_async (stream, G_PRIORITY_DEFAULT, NULL, baton_test_ready_cb, &result);
  line = g_data_input_stream_read_line_finish_utf8 (stream, baton_test_await (&result), NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  return line;
}

static RelayProcess *
start (GSubprocessLauncher *launcher,
       const char          *folder,
       const char *const   *words)
{
  RelayProcess *self = g_new0 (RelayProcess, 1);
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  self->log = g_strconcat (folder, ".log", NULL);
  g_subprocess_launcher_setenv (launcher, "G_MESSAGES_DEBUG", "all", TRUE);
  g_subprocess_launcher_set_stderr_file_path (launcher, self->log);
  self->process = g_subprocess_launcher_spawnv (launcher, words, &error);
  g_assert_no_error (error);
  line = read_line (self->process);
  g_assert_true (g_str_has_prefix (line, "baton-relay ready at http://127.0.0.1:"));
  self->url = g_strdup (line + strlen ("baton-relay ready at "));
  self->port = g_strdup (strrchr (self->url, ':') + 1);
  return self;
}

RelayProcess *
relay_process_new (const char *folder,
                   const char *port)
{
  g_autoptr (GSubprocessLauncher) launcher = new_launcher (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *path = program ();
  g_autofree char *listen = g_strconcat ("127.0.0.1:", port, NULL);

  return start (launcher, folder, (const char *const[]) { path, "serve", "--data", folder, "--listen", listen, NULL });
}

RelayProcess *
relay_process_new_line (const char *folder,
                        const char *line)
{
  g_autoptr (GSubprocessLauncher) launcher = new_shell_launcher (folder, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *command = g_strconcat ("exec ", line, " --listen 127.0.0.1:0", NULL);

  return start (launcher, folder, (const char *const[]) { "/bin/sh", "-c", command, NULL });
}

int
relay_process_stop (RelayProcess *self,
                    int           signal)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (self->process, signal);
  g_subprocess_wait_async (self->process, NULL, baton_test_ready_cb, &result);
  g_subprocess_wait_finish (self->process, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return g_subprocess_get_if_exited (self->process) ? g_subprocess_get_exit_status (self->process) : -1;
}

void
relay_process_free (RelayProcess *self)
{
  g_subprocess_force_exit (self->process);
  g_object_unref (self->process);
  g_free (self->url);
  g_free (self->port);
  g_free (self->log);
  g_free (self);
}
