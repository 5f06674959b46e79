/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-relay.h"
#include "baton-test.h"
#include "mock-upstream.h"

#define RELAY_HOUSE_SECRET "the secret of a site in the cloud"

/* A whole relay in this process, on loopback, with one agent, "ana" ("ana’s password"), and clients that speak HTTP. */

typedef struct {
  char         *folder;
  char         *groups;   /* of a configuration file, in addition to what the house needs; or %NULL */
  BatonRelay   *relay;    /* %NULL: runs elsewhere */
  MockUpstream *bot;      /* in the place of the embedded one; %NULL: that one itself */
  char         *url;
  SoupSession  *http;
} RelayHouse;

RelayHouse *relay_house_new    (gboolean    with_mock);
RelayHouse *relay_house_new_with (const char *groups);   /* with these groups, and a file "secret" with RELAY_HOUSE_SECRET */
RelayHouse *relay_house_visit  (const char *url);    /* a relay in another process */
void        relay_house_open   (RelayHouse *self);   /* again, over the same data */
void        relay_house_close  (RelayHouse *self);
void        relay_house_free   (RelayHouse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RelayHouse, relay_house_free)

/* --- requests; @path may be a whole URL --- */

guint       relay_house_call   (RelayHouse  *self,
                                const char  *method,
                                const char  *path,
                                const char  *token,
                                const char  *body,
                                BatonJson  **answer);   /* (out) (optional) */
char       *relay_json_text    (BatonJson   *json,
                                const char  *path);     /* "error.code"; numbers as written; %NULL: absent */
char       *relay_house_sign_in (RelayHouse *self);

/* --- a customer on a canvas --- */

typedef struct {
  RelayHouse              *house;
  char                    *conversation_id;
  char                    *token;
  SoupWebsocketConnection *socket;
  GString                 *bytes;   /* all that ever came */
} RelayCustomer;

RelayCustomer *relay_customer_new    (RelayHouse    *house);   /* starts a conversation and opens its stream */
void           relay_customer_say    (RelayCustomer *self,
                                      const char    *text);
guint          relay_customer_post   (RelayCustomer *self,
                                      const char    *activity);
char          *relay_customer_reload (RelayCustomer *self);    /* the whole history, which also counts as seen */
gboolean       relay_customer_saw    (RelayCustomer *self,
                                      const char    *text);
void           relay_customer_free   (RelayCustomer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RelayCustomer, relay_customer_free)

/* --- an agent's console: just its events --- */

typedef struct {
  SoupWebsocketConnection *socket;
  GString                 *bytes;
} RelayConsole;

RelayConsole  *relay_console_new     (RelayHouse    *house,
                                      const char    *token);
char          *relay_console_await_escalation (RelayConsole *self);   /* id of the first that was queued */
void           relay_console_free    (RelayConsole  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RelayConsole, relay_console_free)
