/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-signing-key.h"
#include "baton-upstream.h"

/**
 * BatonConnectorUpstream:
 *
 * A Bot Framework bot that is posted to, one activity after the other, and posts back (protocol 5). This is the way to
 * the bot; what it posts comes in through whoever serves the address it is told, and is said here as `submitted`.
 */
#define BATON_TYPE_CONNECTOR_UPSTREAM (baton_connector_upstream_get_type ())
G_DECLARE_FINAL_TYPE (BatonConnectorUpstream, baton_connector_upstream, BATON, CONNECTOR_UPSTREAM, GObject)

/**
 * BatonConnectorAccess:
 * @url: where the bot is posted to, such as `http://127.0.0.1:3978/api/messages`
 * @secret: (nullable): shown to the bot as a bearer token
 * @app_id: (nullable): the bot's; it is then shown a token that @key has signed for it
 * @key: (nullable): has to stay
 *
 * How the bot is reached. With neither @secret nor @app_id it is not told who posts.
 */
typedef struct {
  const char            *url;
  const char            *secret;
  const char            *app_id;
  const BatonSigningKey *key;
} BatonConnectorAccess;

BatonUpstream *baton_connector_upstream_new             (const char                  *name,
                                                         const BatonConnectorAccess  *access,
                                                         const BatonHandoffRules     *rules);
void           baton_connector_upstream_set_patience    (BatonConnectorUpstream      *self,
                                                         guint                        ms);
void           baton_connector_upstream_set_service_url (BatonConnectorUpstream      *self,
                                                         const char                  *url);
const char    *baton_connector_upstream_get_service_url (BatonConnectorUpstream      *self);
gint64         baton_connector_upstream_get_epoch       (BatonConnectorUpstream      *self,
                                                         const BatonConversation     *conversation);
BatonActivity *baton_connector_upstream_hear            (BatonConnectorUpstream      *self,
                                                         const BatonConversation     *conversation,
                                                         BatonActivity               *activity);
void           baton_connector_upstream_say_async       (BatonConnectorUpstream      *self,
                                                         const BatonConversation     *conversation,
                                                         GPtrArray                   *activities,
                                                         GCancellable                *cancellable,
                                                         GAsyncReadyCallback          callback,
                                                         gpointer                     user_data);
GStrv          baton_connector_upstream_say_finish      (BatonConnectorUpstream      *self,
                                                         GAsyncResult                *result,
                                                         GError                     **error);   /* their ids */
