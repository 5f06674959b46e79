/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-relay.h"

#include <unistd.h>

#include "baton-bots.h"
#include "baton-canvas.h"
#include "baton-connectors.h"
#include "baton-courier.h"
#include "baton-data-folder.h"
#include "baton-desk.h"
#include "baton-dl-server.h"
#include "baton-error.h"
#include "baton-herald.h"
#include "baton-notices.h"
#include "baton-sqlite-store.h"
#include "baton-usher.h"

/* How late a file may be deleted. */
#define SWEEP_SECONDS 600

struct _BatonRelay {
  GObject         parent_instance;

  BatonConfig    *config;
  int             lock;         /* of the data folder; -1: not held */
  BatonNotices   *notices;
  BatonTokenKey  *key;
  BatonStore     *store;
  BatonDlFiles   *files;
  BatonRoster    *roster;
  BatonTransport *transport;
  BatonDlServer  *server;
  BatonConnectors *connectors;
  BatonDesk      *desk;
  BatonCourier   *courier;
  BatonHerald    *herald;
  BatonUsher     *usher;        /* of @desk */
  BatonCanvas    *canvas;
};

G_DEFINE_FINAL_TYPE (BatonRelay, baton_relay, G_TYPE_OBJECT)

/* --- opening --- */

static void
rejected_cb (BatonRoster *roster,
             const char  *message,
             gpointer     user_data)
{
  g_message ("the list of agents has changed, but cannot be read; the last one holds: %s", message);
}

static BatonNotices *
make_notices (const BatonConfig *config)
{
  BatonNotices *notices = baton_notices_new ();

  for (guint i = 0; i < config->notices->len; i++) {
    const BatonConfigNotice *notice = g_ptr_array_index (config->notices, i);

    baton_notices_override (notices, notice->kind, notice->language, notice->text);
  }
  return notices;
}

/* What is kept on disk. */
static gboolean
open_data (BatonRelay  *self,
           GError     **error)
{
  const char *folder = self->config->data;
  g_autofree char *database = g_build_filename (folder, BATON_DATA_DATABASE, NULL);
  g_autofree char *agents = g_build_filename (folder, BATON_DATA_AGENTS, NULL);
  g_autofree char *key = g_build_filename (folder, BATON_DATA_KEY, NULL);
  g_autofree char *files = g_build_filename (folder, BATON_DATA_FILES, NULL);

  if (!baton_data_folder_make (folder, error))
    return FALSE;
  self->lock = baton_data_folder_lock (folder, error);
  if (self->lock < 0)
    return FALSE;

  self->key = baton_token_key_load (key, error);
  if (self->key == NULL)
    return FALSE;
  self->roster = baton_roster_open (agents, error);
  if (self->roster == NULL)
    return FALSE;
  baton_roster_set_tries (self->roster, self->config->sign_in_tries);
  g_signal_connect (self->roster, "rejected", G_CALLBACK (rejected_cb), NULL);
  self->files = baton_dl_files_open (files, self->config->upload_hours, self->config->upload_room, error);
  if (self->files == NULL)
    return FALSE;
  self->store = baton_sqlite_store_open (database, error);
  return self->store != NULL;
}

static gboolean
open_server (BatonRelay  *self,
             GError     **error)
{
  const BatonConfig *config = self->config;
  const BatonDlServerConfig server = {
    .bot = config->bot,
    .origins = (const char *const *) config->origins,
    .token_seconds = config->token_seconds,
    .ticket_seconds = config->ticket_seconds,
    .streams_per_token = config->streams_per_token,
    .json = { config->limits.body_size, config->json_depth, config->json_values },
    .rate = config->posts_rate,
    .rate_burst = config->posts_burst,
    .call_rate = config->calls_rate,
    .call_burst = config->calls_burst,
    .files = self->files,
    .upload_size = config->upload_size,
    .upload_files = config->upload_files,
    .sweep_seconds = SWEEP_SECONDS,
  };
  g_autofree char *own = g_build_filename (config->data, BATON_DATA_SECRET, NULL);
  const char *path = config->secret_file != NULL ? config->secret_file : own;
  g_auto (GStrv) secrets = baton_data_folder_load_secrets (path, config->secret_file == NULL, error);

  if (secrets == NULL)
    return FALSE;
  self->server = baton_dl_server_new (&server, self->store, self->transport, self->key,
                                      (const char *const *) secrets);
  return TRUE;
}

static void
open_desk (BatonRelay *self)
{
  const BatonConfig *config = self->config;
  BatonDeskConfig desk = {
    .session_hours = config->session_hours,
    .idle_minutes = config->session_idle_minutes,
    .max_behind = config->max_behind,
    .offline_seconds = config->offline_seconds,
    .recheck_seconds = config->recheck_seconds,
    .after_close_ended = config->after_close == 1,
  };

  self->usher = baton_usher_new (self->store, self->server, self->courier, self->notices);
  baton_usher_attend (self->usher, &desk);
  self->desk = baton_desk_new (&desk, self->store, self->transport, self->roster);
}

static gboolean
open_bots (BatonRelay  *self,
           GError     **error)
{
  const BatonConfig *config = self->config;

  self->connectors = baton_connectors_open (config, self->store, self->transport, self->files, self->server, error);
  if (self->connectors == NULL)
    return FALSE;
  self->courier = baton_courier_new (self->store, self->notices, config->turn_seconds, config->turn_tries,
                                     config->retry_seconds, config->escalate_after);
  self->herald = baton_herald_new (self->store);
  for (guint i = 0; i < config->bots->len; i++) {
    const BatonConfigBot *wanted = g_ptr_array_index (config->bots, i);
    g_autoptr (BatonUpstream) bot = wanted->kind == BATON_CONFIG_CONNECTOR
                                    ? baton_connectors_add (self->connectors, wanted, error)
                                    : baton_bots_open (wanted, &config->handoff, error);

    if (bot == NULL)
      return FALSE;
    baton_courier_add_bot (self->courier, wanted->name, bot);
    if (wanted->handoff_status)
      baton_herald_add_bot (self->herald, wanted->name, bot);
  }
  return TRUE;
}

static gboolean
open_canvas (BatonRelay  *self,
             GError     **error)
{
  g_autofree char *folder = baton_bots_dup_data_path ("canvas");

  self->canvas = baton_canvas_new (folder, self->config->token_seconds, self->config->canvas_tokens, self->key,
                                   self->transport, error);
  return self->canvas != NULL;
}

/**
 * baton_relay_open:
 * @config: (transfer full): how
 * @error: return location for an error, whose message is one line for the operator
 *
 * Opens everything a relay keeps and joins its parts; nothing is served before baton_relay_start().
 *
 * Returns: (transfer full): the relay, or %NULL with @error set: %BATON_ERROR_BUSY where another one has the data folder
 */
BatonRelay *
baton_relay_open (BatonConfig  *config,
                  GError      **error)
{
  g_autoptr (BatonRelay) self = g_object_new (BATON_TYPE_RELAY, NULL);

  self->config = config;
  self->notices = make_notices (config);
  if (!open_data (self, error))
    return NULL;

  self->transport = baton_transport_new (&config->limits);
  if (config->public_url != NULL)
    baton_transport_set_public_url (self->transport, config->public_url);
  if (!open_server (self, error) || !open_bots (self, error) || !open_canvas (self, error))
    return NULL;
  open_desk (self);
  return g_steal_pointer (&self);
}

/**
 * baton_relay_set_bot:
 *
 * Puts @bot in the place of the configured one of that name. To be called before baton_relay_start().
 */
void
baton_relay_set_bot (BatonRelay    *self,
                     const char    *name,
                     BatonUpstream *bot)
{
  g_return_if_fail (BATON_IS_RELAY (self));

  baton_courier_add_bot (self->courier, name, bot);
}

/* --- running --- */

static void
warn_of_network (const char *address)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);

  if (inet != NULL && !g_inet_address_get_is_loopback (inet))
    g_message ("this relay can be reached from other machines, and speaks plain HTTP: put a proxy with TLS before it");
}

/**
 * baton_relay_start:
 * @error: return location for an error of listening
 *
 * Serves from here on, and first asks the bots what they still owe.
 */
gboolean
baton_relay_start (BatonRelay  *self,
                   GError     **error)
{
  g_autofree char *address = NULL;
  guint16 port;

  g_return_val_if_fail (BATON_IS_RELAY (self), FALSE);

  if (!baton_config_parse_listen (self->config->listen, &address, &port, error))
    return FALSE;
  if (!baton_transport_listen (self->transport, address, port, error))
    return FALSE;
  warn_of_network (address);
  baton_connectors_start (self->connectors, baton_transport_get_url (self->transport));
  baton_courier_start (self->courier);
  return TRUE;
}

/**
 * baton_relay_get_url:
 *
 * Returns: (transfer none): where it is served, such as `http://127.0.0.1:8377`
 */
const char *
baton_relay_get_url (BatonRelay *self)
{
  g_return_val_if_fail (BATON_IS_RELAY (self), NULL);

  return baton_transport_get_url (self->transport);
}

BatonStore *
baton_relay_get_store (BatonRelay *self)
{
  g_return_val_if_fail (BATON_IS_RELAY (self), NULL);

  return self->store;
}

static void
courier_stopped_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  BatonRelay *self = g_task_get_source_object (task);
  GError *error = NULL;

  baton_courier_stop_finish (BATON_COURIER (source), result, &error);
  baton_store_close (self->store);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* Peers first: what they have asked is still answered, with everything in place. Then the bots, then the disk. */
static void
transport_stopped_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  GTask *task = user_data;
  BatonRelay *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!baton_transport_stop_finish (BATON_TRANSPORT (source), result, &error))
    g_message ("not everybody was told that the relay stops: %s", error->message);
  baton_courier_stop_async (self->courier, NULL, courier_stopped_cb, task);
}

/**
 * baton_relay_stop_async:
 *
 * Takes leave of its peers, finishes what was asked, commits and closes. To be called once.
 */
void
baton_relay_stop_async (BatonRelay          *self,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (BATON_IS_RELAY (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_relay_stop_async);
  baton_transport_stop_async (self->transport, cancellable, transport_stopped_cb, task);
}

gboolean
baton_relay_stop_finish (BatonRelay    *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- life --- */

/* The transport goes first, since its handlers point to the others; the lock last. */
static void
baton_relay_finalize (GObject *object)
{
  BatonRelay *self = BATON_RELAY (object);

  g_clear_object (&self->transport);
  g_clear_object (&self->canvas);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->usher, baton_usher_free);
  if (self->herald != NULL)
    g_object_run_dispose (G_OBJECT (self->herald));
  g_clear_object (&self->herald);
  g_clear_pointer (&self->connectors, baton_connectors_free);
  g_clear_object (&self->server);
  g_clear_object (&self->courier);
  if (self->store != NULL)
    baton_store_close (self->store);
  g_clear_object (&self->store);
  g_clear_object (&self->roster);
  g_clear_pointer (&self->files, baton_dl_files_unref);
  g_clear_pointer (&self->key, baton_token_key_free);
  g_clear_pointer (&self->notices, baton_notices_free);
  g_clear_pointer (&self->config, baton_config_free);
  if (self->lock >= 0)
    close (self->lock);

  G_OBJECT_CLASS (baton_relay_parent_class)->finalize (object);
}

static void
baton_relay_class_init (BatonRelayClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_relay_finalize;
}

static void
baton_relay_init (BatonRelay *self)
{
  self->lock = -1;
}
