/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-connector-upstream.h"
#include "baton-dl-files.h"
#include "baton-issuer.h"
#include "baton-store.h"
#include "baton-transport.h"

/**
 * BatonConnectorServer:
 *
 * The Bot Connector as a server, under `/connector/NAME` for the bot of that name (protocol 5). A bot is heard in those
 * conversations alone that are its own, and answered once what it said is stored.
 */
#define BATON_TYPE_CONNECTOR_SERVER (baton_connector_server_get_type ())
G_DECLARE_FINAL_TYPE (BatonConnectorServer, baton_connector_server, BATON, CONNECTOR_SERVER, GObject)

/**
 * BatonConnectorGuard:
 * @secret: (nullable): what the bot shows as a bearer token
 * @issuer: (nullable): who signs the tokens it shows instead
 * @app_id: (nullable): whom those have to be for; needed with @issuer
 *
 * How a bot is known. With neither, only this machine is let in.
 */
typedef struct {
  const char  *secret;
  BatonIssuer *issuer;
  const char  *app_id;
} BatonConnectorGuard;

/**
 * BatonConnectorWhisper:
 *
 * Shows to those who are there what a bot does at the moment and nobody keeps. Returns: (transfer full): its id
 */
typedef char *(*BatonConnectorWhisper) (const char    *conversation_id,
                                        BatonActivity *activity,
                                        gpointer       user_data);

BatonConnectorServer *baton_connector_server_new         (BatonStore                 *store,
                                                          BatonTransport             *transport,
                                                          const BatonSigningKey      *key,
                                                          BatonDlFiles               *files,
                                                          BatonConnectorWhisper       whisper,
                                                          gpointer                    user_data);
void                  baton_connector_server_add_bot     (BatonConnectorServer       *self,
                                                          const char                 *name,
                                                          BatonConnectorUpstream     *bot,
                                                          const BatonConnectorGuard  *guard);
void                  baton_connector_server_set_address (BatonConnectorServer       *self,
                                                          const char                 *name,
                                                          const char                 *base);
