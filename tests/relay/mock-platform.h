/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "mock-direct-line.h"

/* What a bot made with Copilot Studio is reached through (protocol 4.1): a token endpoint and its regional settings on one
 * host, the region's Direct Line on another; and a bot behind it that greets and hands over. */

typedef enum {
  MOCK_PLATFORM_REGION,
  MOCK_PLATFORM_TOKEN,
  MOCK_PLATFORM_N_CALLS,
} MockPlatformCall;

typedef struct {
  MockDirectLine *line;
  SoupServer     *server;
  char           *host;        /* with the port */
  char           *token_url;
  gint64          skew;        /* seconds that its clock is behind ours */
  gint64          expires_in;  /* of tokens; 0: not said */
  gboolean        is_secured;  /* gives no token without the secret */

  /* an answer in place of the usual one; status 0: as usual */
  struct {
    guint       status;
    const char *type;
    const char *body;
  } faults[MOCK_PLATFORM_N_CALLS];

  guint           calls[MOCK_PLATFORM_N_CALLS];
} MockPlatform;

#define MOCK_PLATFORM_SECRET "a-secret-of-the-bot-in-its-settings"

MockPlatform *mock_platform_new  (void);
void          mock_platform_free (MockPlatform *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockPlatform, mock_platform_free)
