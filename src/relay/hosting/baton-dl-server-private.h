/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-dl-parts.h"
#include "baton-dl-server.h"
#include "baton-rates.h"
#include "baton-tickets.h"
#include "baton-token-cache.h"

/* No set is larger, unless one activity alone is. */
#define BATON_DL_SET_SIZE (64 * 1024)

/* Read from the store at once. */
#define BATON_DL_PAGE 50

/* Both are good while whoever uses the old one changes to the new one. */
#define BATON_DL_MAX_SECRETS 2

#define BATON_DL_AGENT_PREFIX "agent:"

/**
 * BatonDlUpload:
 *
 * Files that came with a request and lie on disk.
 */
typedef struct _BatonDlUpload BatonDlUpload;

/**
 * BatonDlRequest:
 *
 * A request of somebody who may make it, on its way through the store.
 */
typedef struct {
  BatonDlServer *server;
  BatonExchange *exchange;
  BatonToken    *token;             /* %NULL: made with the secret */
  char          *conversation_id;   /* named in the path, and allowed; or of the token; else %NULL */
  GStrv          origins;           /* of a start with the secret: what its token will be bound to; or %NULL */
  gint64         after;             /* watermark in the query; -1: everything */
  BatonActivity *activity;          /* what is posted */
  BatonDlUpload *upload;            /* and the files with it; or %NULL */
} BatonDlRequest;

struct _BatonDlServer {
  GObject         parent_instance;

  BatonStore     *store;
  BatonTransport *transport;
  BatonTokenKey  *key;              /* lent */
  char           *secret_hashes[BATON_DL_MAX_SECRETS];   /* all that is kept of the secrets; or NULL */
  char           *bot;
  char          **origins;          /* or NULL: any */
  guint           token_seconds;
  guint           streams_per_token;
  BatonJsonLimits json;
  BatonDlFiles   *files;            /* or NULL */
  BatonDlPartsLimits upload;
  GPtrArray      *arriving;         /* of char *: who sends large bodies now */

  BatonTokenCache *tokens;
  BatonTickets   *tickets;
  BatonRates     *posts;            /* by reader, see baton_dl_name_reader() */
  BatonRates     *calls;            /* all else that a token may do */
  GHashTable     *readers;          /* conversation → GPtrArray of BatonDlReader, oldest first */
  guint           expiry_id;        /* looks for streams whose token has expired; 0 without streams */
  guint           sweep_seconds;
  guint           sweep_id;         /* looks for files that have had their time; 0 without files */
};

/* baton-dl-server.c: what all requests have in common */
void            baton_dl_request_free      (BatonDlRequest *self);
char           *baton_dl_name_reader       (const char       *conversation_id,
                                            const BatonToken *token);
gboolean        baton_dl_is_within         (BatonDlRequest *request,
                                            BatonRates     *rates);
gint64          baton_dl_take              (BatonDlRequest *request,
                                            BatonRates     *rates);
gboolean        baton_dl_origin_is_allowed (BatonDlServer  *self,
                                            const char     *origin);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlRequest, baton_dl_request_free)

/* baton-dl-start.c: tokens, start, reconnect; each takes the request */
void            baton_dl_generate          (BatonDlRequest *request);
void            baton_dl_refresh           (BatonDlRequest *request);
void            baton_dl_start             (BatonDlRequest *request);
void            baton_dl_reconnect         (BatonDlRequest *request);
char           *baton_dl_make_token        (BatonDlServer  *self,
                                            BatonToken     *claims);

/* baton-dl-post.c */
void            baton_dl_post              (BatonDlRequest *request);
gboolean        baton_dl_may_post          (BatonDlRequest *request);
void            baton_dl_store_post        (BatonDlRequest *request);

/* baton-dl-upload.c: posts with files */
void            baton_dl_upload            (BatonDlRequest *request);
void            baton_dl_upload_keep       (BatonDlUpload  *self);
void            baton_dl_upload_free       (BatonDlUpload  *self);
void            baton_dl_keep_tidy         (BatonDlServer  *self);
gsize           baton_dl_upload_limit      (BatonDlServer    *self,
                                            BatonExchange    *exchange,
                                            const char       *conversation_id,
                                            const BatonToken *token);

/* baton-dl-attachment.c: and the files themselves */
void            baton_dl_show_attachment   (BatonDlServer      *self,
                                            BatonExchange      *exchange,
                                            const char *const  *tail);

/* baton-dl-read.c: what was said, page by page */
void            baton_dl_read              (BatonDlRequest *request);
gboolean        baton_dl_parse_watermark   (const char     *text,
                                            gint64         *after);
GBytes         *baton_dl_format_set        (BatonPage      *page,
                                            guint          *from,
                                            gint64         *last);

/* baton-dl-stream.c: and as it is said */
void            baton_dl_open_stream       (BatonDlServer  *self,
                                            BatonExchange  *exchange,
                                            const char     *conversation_id);
void            baton_dl_feed              (BatonDlServer     *self,
                                            const BatonStored *stored);
void            baton_dl_whisper           (BatonDlServer  *self,
                                            const char     *conversation_id,
                                            BatonActivity  *activity,
                                            const char     *but);
void            baton_dl_prolong           (BatonDlServer  *self,
                                            const char     *conversation_id,
                                            const char     *reader,
                                            gint64          expires);
void            baton_dl_close_streams     (BatonDlServer  *self);
