/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "baton-activity.h"
#include "baton-dl-enclosure.h"
#include "baton-pace.h"

typedef enum {
  BATON_DL_IDLE,          /* not opened yet */
  BATON_DL_CONNECTING,
  BATON_DL_ONLINE,
  BATON_DL_WAITING,       /* lost; tries again by itself at `retry-at` */
  BATON_DL_EXPIRED,       /* the token is no longer good: baton_dl_client_set_token(), then it goes on by itself */
  BATON_DL_GONE,          /* the conversation does not exist any more */
  BATON_DL_CLOSED,        /* baton_dl_client_close() */
} BatonDlState;

#define BATON_TYPE_DL_STATE (baton_dl_state_get_type ())
GType baton_dl_state_get_type (void);

/**
 * BatonDlPass:
 *
 * What lets a client into its conversation again.
 */
typedef struct {
  char   *token;
  char   *stream_url;   /* %NULL: ask the server for it */
  gint64  expires_in;   /* seconds; 0: not known */
} BatonDlPass;

void baton_dl_pass_free (BatonDlPass *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlPass, baton_dl_pass_free)

/**
 * BatonDlClient:
 *
 * One conversation of a Direct Line 3.0 server, as a client: requests, stream, watermark, reconnecting with the last
 * watermark (random delay, growing), duplicates dropped by id. Where streams bring nothing it polls, and tries a stream
 * again from time to time.
 *
 * Signals: `activities` (GPtrArray of BatonActivity): new ones, in the order of the wire, the watermark already moved
 * past them; `notify::state`.
 */
#define BATON_TYPE_DL_CLIENT (baton_dl_client_get_type ())
G_DECLARE_FINAL_TYPE (BatonDlClient, baton_dl_client, BATON, DL_CLIENT, GObject)

/**
 * BatonDlIssueFunc:
 * @client: a client whose token is refused or has run out
 * @task: (transfer full): returns a #BatonDlPass, now or later, or an error: %BATON_ERROR_GONE: the conversation is no
 *   more; %BATON_ERROR_BUSY and %BATON_ERROR_UNCERTAIN: to be asked again; any other: there is no token to be had
 * @user_data: as given with it
 */
typedef void (*BatonDlIssueFunc) (BatonDlClient *client,
                                  GTask         *task,
                                  gpointer       user_data);

/**
 * BatonDlProgressFunc:
 * @sent: bytes of the upload that have gone out, what wraps the files included
 * @total: all of it
 * @user_data: as given with it
 */
typedef void (*BatonDlProgressFunc) (gsize    sent,
                                     gsize    total,
                                     gpointer user_data);

BatonDlClient *baton_dl_client_new                 (const char           *base,
                                                    const char           *token_or_secret);   /* base: ".../v3/directline" */
void           baton_dl_client_set_conversation_id (BatonDlClient        *self,
                                                    const char           *conversation_id);   /* resume this one instead of starting */
void           baton_dl_client_set_watermark       (BatonDlClient        *self,
                                                    const char           *watermark);
void           baton_dl_client_set_user            (BatonDlClient        *self,
                                                    const char           *id,
                                                    const char           *name,
                                                    const char           *locale);            /* for starting */
void           baton_dl_client_set_token           (BatonDlClient        *self,
                                                    const char           *token);
void           baton_dl_client_set_issuer          (BatonDlClient        *self,
                                                    BatonDlIssueFunc      issue,
                                                    gpointer              user_data);
void           baton_dl_client_set_message_limit   (BatonDlClient        *self,
                                                    gsize                 bytes);
void           baton_dl_client_set_pace            (BatonDlClient        *self,
                                                    const BatonPace      *pace);
void           baton_dl_client_set_catches_up      (BatonDlClient        *self,
                                                    gboolean              catches_up);        /* online only once all that was missed has been told */
void           baton_dl_client_set_repeatable      (BatonDlClient        *self,
                                                    gboolean              repeatable);        /* the server knows a repeated `clientActivityID`, as our relay does */
gboolean       baton_dl_client_is_repeatable       (BatonDlClient        *self);
void           baton_dl_client_open                (BatonDlClient        *self);              /* while waiting: try now */
void           baton_dl_client_close               (BatonDlClient        *self);
BatonDlState   baton_dl_client_get_state           (BatonDlClient        *self);
gint64         baton_dl_client_get_retry_at        (BatonDlClient        *self);              /* monotonic µs, or 0 */
const char    *baton_dl_client_get_conversation_id (BatonDlClient        *self);              /* %NULL until started */
const char    *baton_dl_client_get_watermark       (BatonDlClient        *self);
const char    *baton_dl_client_get_token           (BatonDlClient        *self);              /* as it was last refreshed */
void           baton_dl_client_post_async          (BatonDlClient        *self,
                                                    BatonActivity        *activity,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
char          *baton_dl_client_post_finish         (BatonDlClient        *self,
                                                    GAsyncResult         *result,
                                                    GError              **error);             /* the id; BATON_ERROR_UNCERTAIN: it may have arrived */
void           baton_dl_client_upload_async        (BatonDlClient        *self,
                                                    BatonActivity        *activity,
                                                    GPtrArray            *files,
                                                    BatonDlProgressFunc   progress,
                                                    gpointer              progress_data,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
char          *baton_dl_client_upload_finish       (BatonDlClient        *self,
                                                    GAsyncResult         *result,
                                                    GError              **error);
