/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-connectors.h"

#include "baton-connector-server.h"
#include "baton-data-folder.h"
#include "baton-http.h"

struct _BatonConnectors {
  const BatonConfig    *config;
  BatonDlServer        *direct_line;
  BatonSigningKey      *key;      /* %NULL: no bot is to be shown a signed token */
  BatonConnectorServer *server;
};

static char *
whisper (const char    *conversation_id,
         BatonActivity *activity,
         gpointer       user_data)
{
  BatonConnectors *self = user_data;

  return baton_dl_server_whisper (self->direct_line, conversation_id, activity);
}

static gboolean
needs_key (const BatonConfig *config)
{
  for (guint i = 0; i < config->bots->len; i++) {
    const BatonConfigBot *bot = g_ptr_array_index (config->bots, i);

    if (bot->kind == BATON_CONFIG_CONNECTOR && bot->app_id != NULL)
      return TRUE;
  }
  return FALSE;
}

/**
 * baton_connectors_open:
 * @config: has to stay
 * @transport: has to go before the result does
 * @direct_line: shows customers that a bot is typing
 * @error: return location for an error, whose message is one line for the operator
 *
 * Returns: (transfer full): no bots yet, or %NULL with @error set
 */
BatonConnectors *
baton_connectors_open (const BatonConfig  *config,
                       BatonStore         *store,
                       BatonTransport     *transport,
                       BatonDlFiles       *files,
                       BatonDlServer      *direct_line,
                       GError            **error)
{
  g_autofree char *path = g_build_filename (config->data, BATON_DATA_SIGNING_KEY, NULL);
  BatonSigningKey *key = NULL;
  BatonConnectors *self;

  if (needs_key (config)) {
    key = baton_signing_key_load (path, error);
    if (key == NULL)
      return NULL;
  }

  self = g_new0 (BatonConnectors, 1);
  self->config = config;
  self->direct_line = g_object_ref (direct_line);
  self->key = key;
  self->server = baton_connector_server_new (store, transport, key, files, whisper, self);
  return self;
}

/**
 * baton_connectors_add:
 * @bot: of the configuration, and of that kind
 * @error: return location for an error, whose message is one line for the operator
 *
 * Returns: (transfer full): the bot, or %NULL with @error set
 */
BatonUpstream *
baton_connectors_add (BatonConnectors       *self,
                      const BatonConfigBot  *bot,
                      GError               **error)
{
  g_autoptr (SoupSession) session = baton_http_dup_session ();
  g_autoptr (BatonIssuer) issuer = NULL;
  g_autofree char *secret = NULL;
  BatonUpstream *upstream;

  if (bot->secret_file != NULL) {
    secret = baton_data_folder_load_secret (bot->secret_file, FALSE, error);
    if (secret == NULL)
      return NULL;
  }
  if (bot->openid_metadata != NULL)
    issuer = baton_issuer_new (session, bot->openid_metadata);

  upstream = baton_connector_upstream_new (bot->name, &(BatonConnectorAccess) {
    .url = bot->url, .secret = secret, .app_id = bot->app_id, .key = self->key,
  }, &self->config->handoff);
  baton_connector_server_add_bot (self->server, bot->name, BATON_CONNECTOR_UPSTREAM (upstream), &(BatonConnectorGuard) {
    .secret = secret, .issuer = issuer, .app_id = bot->app_id,
  });
  return upstream;
}

/* A bot on this machine needs no way around. */
static const char *
choose_base (const BatonConfig    *config,
             const BatonConfigBot *bot,
             const char           *own_url)
{
  if (bot->service_url != NULL)
    return bot->service_url;
  if (config->public_url != NULL && !baton_config_is_loopback (bot->url))
    return config->public_url;
  return own_url;
}

/**
 * baton_connectors_start:
 * @own_url: where the relay listens
 *
 * From here on it is known what the bots are told.
 */
void
baton_connectors_start (BatonConnectors *self,
                        const char      *own_url)
{
  for (guint i = 0; i < self->config->bots->len; i++) {
    const BatonConfigBot *bot = g_ptr_array_index (self->config->bots, i);

    if (bot->kind == BATON_CONFIG_CONNECTOR)
      baton_connector_server_set_address (self->server, bot->name, choose_base (self->config, bot, own_url));
  }
}

void
baton_connectors_free (BatonConnectors *self)
{
  g_object_unref (self->server);
  baton_signing_key_free (self->key);
  g_object_unref (self->direct_line);
  g_free (self);
}
