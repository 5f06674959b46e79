/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-dl-client.h"

#include "baton-dl-livestream.h"
#include "baton-dl-outbox.h"
#include "baton-dl-seen.h"
#include "baton-dl-token.h"
#include "baton-retry.h"
#include "baton-socket.h"

/* What the files of the client share: baton-dl-client.c is the object, baton-dl-connect.c how a conversation is reached
 * and lost, baton-dl-receive.c what comes in. */

struct _BatonDlClient {
  GObject            parent_instance;

  SoupSession       *session;
  BatonPace          pace;
  char              *base;
  char              *user_id;
  char              *user_name;
  char              *locale;

  BatonDlState       state;
  BatonDlToken      *token;
  gboolean           is_untried;        /* the token that was set last has not let us in yet */
  gboolean           needs_token;       /* what we have is refused; the issuer is to be asked */
  BatonDlIssueFunc   issue;             /* or %NULL */
  gpointer           issue_data;
  char              *conversation_id;   /* %NULL until started */
  char              *watermark;         /* opaque; the last that was not null */

  gboolean           catches_up;
  gboolean           repeatable;
  gsize              message_limit;     /* 0: the socket's own */
  GCancellable      *attempt;           /* of connecting or polling; %NULL: neither */
  char              *stream_url;        /* to be opened once we have caught up; else %NULL */
  BatonSocket       *socket;            /* %NULL without a stream */
  guint              failed_streams;    /* in a row */
  gboolean           polls;             /* in place of a stream; @socket is then only tried */
  guint              poll_id;
  guint              again_id;          /* until a stream is tried again */
  GCancellable      *again;             /* of asking for one; %NULL: not */
  GCancellable      *look;              /* of looking for an echo; %NULL: not */
  BatonRetry        *retry;
  BatonDlSeen       *seen;
  BatonDlLivestream *livestream;
  BatonDlOutbox     *outbox;
  BatonDlOutbox     *uploads;           /* beside it: a message need not wait behind a big file */
};

void  baton_dl_client_set_state       (BatonDlClient         *self,
                                       BatonDlState           state);
void  baton_dl_client_emit_activities (BatonDlClient         *self,
                                       GPtrArray             *activities);
char *baton_dl_client_build_url       (BatonDlClient         *self,
                                       const char            *tail,
                                       gboolean               with_watermark);

/* connecting */
void  baton_dl_client_connect         (gpointer               self);   /* BatonRetryFunc */
void  baton_dl_client_drop            (BatonDlClient         *self);
void  baton_dl_client_lose            (BatonDlClient         *self,
                                       guint                  retry_after_seconds);
gboolean baton_dl_client_can_renew    (BatonDlClient         *self);
void  baton_dl_client_lose_token      (BatonDlClient         *self);
void  baton_dl_client_stop            (BatonDlClient         *self,
                                       BatonDlState           state,
                                       const GError          *why);
void  baton_dl_client_take_refusal    (BatonDlClient         *self,
                                       const BatonHttpAnswer *answer,
                                       const GError          *error);
void  baton_dl_client_set_target      (BatonDlClient         *self);
void  baton_dl_client_take_token      (const GError          *why,
                                       gpointer               self);   /* BatonDlTokenFunc */

/* receiving */
void  baton_dl_client_follow          (BatonDlClient         *self,
                                       const char            *stream_url,
                                       gboolean               may_have_missed);
void  baton_dl_client_stop_receiving  (BatonDlClient         *self);
void  baton_dl_client_look            (gpointer               self);   /* for the echo of a post */
