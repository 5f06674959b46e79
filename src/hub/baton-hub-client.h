/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "baton-agent.h"
#include "baton-event.h"
#include "baton-pace.h"
#include "baton-queue.h"

typedef enum {
  BATON_HUB_SIGNED_OUT,
  BATON_HUB_CONNECTING,
  BATON_HUB_ONLINE,
  BATON_HUB_WAITING,     /* lost; tries again by itself at `retry-at`; the queue stays readable */
} BatonHubState;

#define BATON_TYPE_HUB_STATE (baton_hub_state_get_type ())
GType baton_hub_state_get_type (void);

/**
 * BatonHubAccess:
 *
 * How to reach a conversation over Direct Line; comes with a claim and with the detail of an escalation. A conversation
 * that lives on another Direct Line is reached there by who owns it, and by everybody else as the relay's record of it.
 */
typedef struct {
  char     *base;
  char     *conversation_id;
  char     *token;
  guint     expires_in;      /* seconds */
  char     *user_id;         /* who one has to say one is, on a Direct Line that is not the relay's; else %NULL */
  char     *user_name;       /* or %NULL */
  gboolean  is_record;       /* it is only the record: who owns the conversation has to ask for access to itself */
} BatonHubAccess;

void baton_hub_access_free (BatonHubAccess *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonHubAccess, baton_hub_access_free)

/**
 * BatonHubClient:
 *
 * The hub API as a client: signs in, keeps one stream of events with its sequence number, resumes it after a loss
 * without a gap (a gap is an error: it asks for a snapshot), and keeps a #BatonQueue true.
 *
 * Properties that notify: `state`, `agent` (me). Signals: `event` (BatonEvent *): one that is new, after the queue has
 * taken it in (not for what a snapshot brought); `synced` (): a snapshot replaced the queue.
 */
#define BATON_TYPE_HUB_CLIENT (baton_hub_client_get_type ())
G_DECLARE_FINAL_TYPE (BatonHubClient, baton_hub_client, BATON, HUB_CLIENT, GObject)

BatonHubClient  *baton_hub_client_new                    (const char           *url);   /* of the relay: "http://127.0.0.1:8377" */
void             baton_hub_client_set_pace               (BatonHubClient       *self,
                                                          const BatonPace      *pace);
const char      *baton_hub_client_get_url                (BatonHubClient       *self);
BatonHubState    baton_hub_client_get_state              (BatonHubClient       *self);
gint64           baton_hub_client_get_retry_at           (BatonHubClient       *self);  /* monotonic µs, or 0 */
void             baton_hub_client_retry_now              (BatonHubClient       *self);
BatonAgent      *baton_hub_client_get_agent              (BatonHubClient       *self);  /* me, or %NULL */
BatonQueue      *baton_hub_client_get_queue              (BatonHubClient       *self);
gint64           baton_hub_client_get_seq                (BatonHubClient       *self);
void             baton_hub_client_sign_in_async          (BatonHubClient       *self,
                                                          const char           *agent_id,
                                                          const char           *password,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean         baton_hub_client_sign_in_finish         (BatonHubClient       *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
void             baton_hub_client_sign_out               (BatonHubClient       *self);
void             baton_hub_client_get_escalation_async   (BatonHubClient       *self,
                                                          const char           *id,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
BatonEscalation *baton_hub_client_get_escalation_finish  (BatonHubClient       *self,
                                                          GAsyncResult         *result,
                                                          BatonHubAccess      **access,
                                                          GError              **error);   /* detail, with read-only access */
/* @action: "claim", "release", "return", "close". Repeats by itself with the same request id while the outcome is uncertain. */
void             baton_hub_client_act_async              (BatonHubClient       *self,
                                                          const char           *action,
                                                          const char           *id,
                                                          gint64                epoch,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
BatonEscalation *baton_hub_client_act_finish             (BatonHubClient       *self,
                                                          GAsyncResult         *result,
                                                          BatonHubAccess      **access,
                                                          GError              **error);   /* BATON_ERROR_CONFLICT: the queue already says who has it */
void             baton_hub_client_set_presence_async     (BatonHubClient       *self,
                                                          BatonPresence         presence,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean         baton_hub_client_set_presence_finish    (BatonHubClient       *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
