/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A bot behind a Direct Line of its own, for tests of the whole way: greets, and answers what a customer says with the
 * activities of a file, as they are. */

#include "config.h"

#include <glib-unix.h>
#include <stdio.h>

#include "mock-direct-line.h"

#define GREETING "{\"type\":\"message\",\"from\":{\"id\":\"replay-bot\",\"name\":\"Replay\",\"role\":\"bot\"}," \
                 "\"textFormat\":\"plain\",\"text\":\"Hello, how can I help?\"}"

static void
posted_cb (MockDirectLine *server,
           const char     *conversation_id,
           BatonActivity  *activity,
           gpointer        user_data)
{
  GPtrArray *answers = user_data;

  if (baton_activity_is (activity, "event") && g_strcmp0 (baton_activity_get_name (activity), "startConversation") == 0) {
    g_free (mock_direct_line_say (server, conversation_id, GREETING));
    return;
  }
  for (guint i = 0; baton_activity_is (activity, "message") && i < answers->len; i++)
    g_free (mock_direct_line_say (server, conversation_id, g_ptr_array_index (answers, i)));
}

/* Returns: (transfer full) (nullable): the activities of the ActivitySet in @path, each as JSON text */
static GPtrArray *
load (const char  *path,
      GError     **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) activities = NULL;
  GPtrArray *answers;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  bytes = g_bytes_new (text, length);
  activities = baton_activity_set_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL, error);
  if (activities == NULL)
    return NULL;

  answers = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < activities->len; i++)
    g_ptr_array_add (answers, baton_json_node_dup_raw (baton_activity_get_root (g_ptr_array_index (activities, i))));
  return answers;
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MockDirectLine) server = NULL;
  g_autoptr (GPtrArray) answers = NULL;
  g_autoptr (GError) error = NULL;

  if (argc != 2) {
    g_printerr ("Usage: replay-bot FILE\n");
    return 2;
  }
  answers = load (argv[1], &error);
  if (answers == NULL) {
    g_printerr ("replay-bot: %s\n", error->message);
    return 1;
  }

  server = mock_direct_line_new ();
  server->lets_everybody_in = TRUE;
  server->expires_in = 3600;
  server->posted = posted_cb;
  server->user_data = answers;
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_unix_signal_add (SIGINT, quit_cb, loop);
  g_print ("%s\n", server->base);
  fflush (stdout);
  g_main_loop_run (loop);
  return 0;
}
