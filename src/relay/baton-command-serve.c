/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib-unix.h>

#include "baton-command.h"
#include "baton-descriptors.h"
#include "baton-relay.h"

#define NAME "serve"
#define STOP_SECONDS 5

typedef struct {
  BatonRelay *relay;
  GMainLoop  *loop;
  gboolean    is_stopping;
} Service;

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Service *service = user_data;
  g_autoptr (GError) error = NULL;

  if (!baton_relay_stop_finish (BATON_RELAY (source), result, &error))
    g_message ("the relay did not stop in order: %s", error->message);
  g_main_loop_quit (service->loop);
}

/* Everything that was acknowledged is on disk already; what hangs is somebody else's silence. */
static gboolean
too_slow_cb (gpointer user_data)
{
  Service *service = user_data;

  g_message ("not everything came to its end within %d seconds", STOP_SECONDS);
  g_main_loop_quit (service->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
signalled_cb (gpointer user_data)
{
  Service *service = user_data;

  if (!service->is_stopping) {
    service->is_stopping = TRUE;
    g_timeout_add (STOP_SECONDS * 1000 - 500, too_slow_cb, service);
    baton_relay_stop_async (service->relay, NULL, stopped_cb, service);
  }
  return G_SOURCE_CONTINUE;
}

/* Found out now rather than by the customer whose connection is one too many. */
static void
make_room (const BatonConfig *config)
{
  guint64 wanted = baton_descriptors_count (config), limit = baton_descriptors_raise (wanted);

  if (limit < wanted)
    g_message ("only %" G_GUINT64_FORMAT " files may be open, and %u connections may need %" G_GUINT64_FORMAT
               ": raise the hard limit, or lower connections", limit, config->limits.connections, wanted);
}

static int
serve (BatonConfig *config)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (BatonRelay) relay = NULL;
  g_autoptr (GError) error = NULL;
  Service service = { .loop = loop };
  guint term, interrupt;

  make_room (config);
  relay = baton_relay_open (config, &error);
  if (relay == NULL || !baton_relay_start (relay, &error))
    return baton_command_failed (NAME, error->message);

  service.relay = relay;
  term = g_unix_signal_add (SIGTERM, signalled_cb, &service);
  interrupt = g_unix_signal_add (SIGINT, signalled_cb, &service);
  g_print ("baton-relay ready at %s\n", baton_relay_get_url (relay));

  g_main_loop_run (loop);
  g_source_remove (term);
  g_source_remove (interrupt);
  return 0;
}

static void
replace (char **place,
         char  *value)
{
  if (value == NULL)
    return;
  g_free (*place);
  *place = value;
}

/**
 * baton_command_serve:
 *
 * `baton-relay serve`: serves until SIGTERM or SIGINT.
 */
int
baton_command_serve (GStrv arguments)
{
  g_auto (GStrv) rest = g_strdupv (arguments);
  g_autofree char *path = NULL, *data = NULL, *listen = NULL, *secret = NULL;
  g_autoptr (GError) error = NULL;
  BatonConfig *config;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "Read the configuration from FILE", "FILE" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, "Keep everything in DIR", "DIR" },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &listen, "Serve on this address; port 0 is any", "ADDRESS:PORT" },
    { "secret-file", 0, 0, G_OPTION_ARG_FILENAME, &secret, "Read the Direct Line secret from FILE", "FILE" },
    G_OPTION_ENTRY_NULL
  };
  int status;

  status = baton_command_parse (NAME, NULL, "Serve customers, agents and bots.", entries, &rest, 0, 0);
  if (status != BATON_COMMAND_GO_ON)
    return status;
  if (listen != NULL && !baton_config_parse_listen (listen, NULL, NULL, &error))
    return baton_command_misused (NAME, "--listen %s: %s", listen, error->message);

  config = baton_command_load_config (NAME, path, data, &status);
  if (config == NULL)
    return status;
  replace (&config->listen, g_steal_pointer (&listen));
  replace (&config->secret_file, g_steal_pointer (&secret));
  return serve (config);
}
