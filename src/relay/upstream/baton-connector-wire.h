/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-connector-upstream.h"
#include "baton-http.h"

/**
 * BatonConnectorWire:
 *
 * How a bot is posted to: one activity, one answer, or none in time. Signed tokens come from its service URL, and vouch
 * for it.
 */
typedef struct _BatonConnectorWire BatonConnectorWire;

BatonConnectorWire *baton_connector_wire_new             (const BatonConnectorAccess *access);
void                baton_connector_wire_free            (BatonConnectorWire         *self);
void                baton_connector_wire_set_patience    (BatonConnectorWire         *self,
                                                          guint                       ms);
void                baton_connector_wire_set_service_url (BatonConnectorWire         *self,
                                                          const char                 *url);
void                baton_connector_wire_post_async      (BatonConnectorWire         *self,
                                                          GBytes                     *activity,
                                                          GCancellable               *cancellable,
                                                          GAsyncReadyCallback         callback,
                                                          gpointer                    user_data);
BatonHttpAnswer    *baton_connector_wire_post_finish     (GAsyncResult               *result,
                                                          GError                    **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonConnectorWire, baton_connector_wire_free)
