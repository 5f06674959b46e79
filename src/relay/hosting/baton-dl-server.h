/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-dl-files.h"
#include "baton-store.h"
#include "baton-token.h"
#include "baton-transport.h"

/**
 * BatonDlServer:
 *
 * Direct Line 3.0 as a server, under `/v3/directline` (protocol 1.3 to 1.14). Accepts what canvases and consoles post,
 * keeps it in the store, and feeds the streams from the store's `activity` signal.
 */
#define BATON_TYPE_DL_SERVER (baton_dl_server_get_type ())
G_DECLARE_FINAL_TYPE (BatonDlServer, baton_dl_server, BATON, DL_SERVER, GObject)

/**
 * BatonDlServerConfig:
 *
 * Copied by baton_dl_server_new().
 */
typedef struct {
  const char        *bot;             /* upstream of new conversations */
  const char *const *origins;         /* allowed `Origin`s, or %NULL for any */
  guint              token_seconds;   /* life of a token: 3600; never below 1800 for canvases */
  guint              ticket_seconds;  /* life of a stream URL: 60 */
  guint              streams_per_token; /* 3; the oldest is closed first */
  BatonJsonLimits    json;            /* what an activity or a body of parameters may be: BATON_JSON_LIMITS_CLIENT */
  guint              rate;            /* posts a second per token ... */
  guint              rate_burst;      /* ... and at once: 250, so that a stock client's burst of 200 passes */
  guint              call_rate;       /* other requests a second per token; 0: any number ... */
  guint              call_burst;      /* ... and at once: 250 */
  BatonDlFiles      *files;           /* referenced; where uploads are kept, or %NULL: there are none */
  gsize              upload_size;     /* bytes of all files of an upload: 10 MiB */
  guint              upload_files;    /* of one upload: 10 */
  guint              sweep_seconds;   /* how often files are looked through for those that have had their time: 600 */
} BatonDlServerConfig;

BatonDlServer *baton_dl_server_new          (const BatonDlServerConfig *config,
                                             BatonStore                *store,
                                             BatonTransport            *transport,
                                             BatonTokenKey             *key,
                                             const char *const         *secrets);
char          *baton_dl_server_make_token   (BatonDlServer             *self,
                                             const char                *conversation_id,
                                             const char                *agent_id,
                                             const char                *agent_name,
                                             gint64                     epoch,
                                             guint                     *expires_in);
gboolean       baton_dl_server_knows_secret (BatonDlServer             *self,
                                             const char                *bearer);
char          *baton_dl_server_whisper      (BatonDlServer             *self,
                                             const char                *conversation_id,
                                             BatonActivity             *activity);    /* a bot's `typing`; → its id */
char          *baton_dl_server_get_base_url (BatonDlServer             *self,
                                             BatonExchange             *exchange);   /* ".../v3/directline" as this peer reaches us */

/* How everything that speaks like Direct Line answers with an error, or with a file. */
void           baton_dl_reply_error         (BatonExchange             *exchange,
                                             guint                      status,
                                             const char                *code,
                                             const char                *text);
void           baton_dl_reply_store_error   (BatonExchange             *exchange,
                                             const GError              *error);
void           baton_dl_reply_file          (BatonExchange             *exchange,
                                             const BatonDlFile         *file);
