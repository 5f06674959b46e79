/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-dl-client.h"
#include "mock-direct-line.h"

/* A client, not open yet, and the server it is to talk to. K numbers in the tests: the conformance list for clients;
 * 6.x: its list of pitfalls. */

typedef struct {
  MockDirectLine *server;
  BatonDlClient  *client;
  GPtrArray      *activities;
  guint           waits;        /* how often the connection was lost */
  guint           known_online; /* activities that were known when it came online */
} ClientFixture;

extern const BatonPace CLIENT_FIXTURE_PACE;   /* quick */

void           client_fixture_make_client (ClientFixture   *f,
                                           const char      *credential);
void           client_fixture_set_up      (ClientFixture   *f,
                                           gconstpointer    data);
void           client_fixture_tear_down   (ClientFixture   *f,
                                           gconstpointer    data);
const char    *client_fixture_go_online   (ClientFixture   *f);
void           client_fixture_say         (ClientFixture   *f,
                                           const char      *text);
const char    *client_fixture_text_at     (ClientFixture   *f,
                                           guint            position);
BatonActivity *client_fixture_new_post    (const char      *text,
                                           const char      *client_id);
void           client_fixture_start_post  (ClientFixture   *f,
                                           const char      *text,
                                           GAsyncResult   **slot);
char          *client_fixture_post        (ClientFixture   *f,
                                           const char      *text,
                                           GError         **error);
void           client_fixture_set_token   (MockDirectLine  *server,
                                           const char      *token);
