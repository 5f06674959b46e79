/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-hub-client.h"

#include "baton-hub-feed.h"
#include "baton-retry.h"
#include "baton-socket.h"

struct _BatonHubClient {
  GObject        parent_instance;

  SoupSession   *session;
  BatonPace      pace;
  char          *url;

  BatonHubState  state;
  char          *token;    /* %NULL while signed out; never leaves memory */
  BatonAgent    *agent;    /* me; %NULL while signed out */
  BatonQueue    *queue;
  BatonHubFeed  *feed;
  BatonSocket   *socket;   /* %NULL while there is no stream */
  BatonRetry    *retry;
};

void baton_hub_client_forget_session (BatonHubClient *self);
void baton_hub_client_take_presence  (BatonHubClient *self,
                                      BatonAgent     *agent);
