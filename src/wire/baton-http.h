/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-json.h"

/**
 * BatonHttpProgress:
 * @sent: bytes of the body that have gone out
 * @total: its size
 * @user_data: as given with the request
 */
typedef void (*BatonHttpProgress) (gsize    sent,
                                   gsize    total,
                                   gpointer user_data);

/**
 * BatonHttpRequest:
 *
 * What to ask; only read during the call it is given to.
 */
typedef struct {
  const char        *method;
  const char        *url;
  const char        *bearer;         /* for `Authorization`, or %NULL */
  GBytes            *body;           /* or %NULL */
  const char        *content_type;   /* of @body; %NULL: JSON */
  const char        *disposition;    /* for `Content-Disposition`, or %NULL */
  gboolean           repeatable;     /* doing it twice is the same as once: may go out again unseen */
  BatonHttpProgress  progress;       /* or %NULL */
  gpointer           progress_data;  /* has to live until the callback */
} BatonHttpRequest;

/**
 * BatonHttpAnswer:
 *
 * What a server said, whatever its status.
 */
typedef struct {
  guint      status;
  BatonJson *json;          /* past the gate; %NULL: empty, not JSON, or over the gate's limits */
  guint      retry_after;   /* seconds; 0: not said */
} BatonHttpAnswer;

SoupSession     *baton_http_dup_session     (void);
SoupMessage     *baton_http_new_message     (const char              *method,
                                             const char              *url,
                                             const char              *bearer,
                                             GError                 **error);
void             baton_http_send_async      (SoupSession             *session,
                                             const BatonHttpRequest  *request,
                                             GCancellable            *cancellable,
                                             GAsyncReadyCallback      callback,
                                             gpointer                 user_data);
BatonHttpAnswer *baton_http_send_finish     (SoupSession             *session,
                                             GAsyncResult            *result,
                                             GError                 **error);
void             baton_http_answer_free     (BatonHttpAnswer         *self);
BatonJsonNode    baton_http_answer_get_root (const BatonHttpAnswer   *self);   /* absent without JSON */
gboolean         baton_http_answer_check    (const BatonHttpAnswer   *self,
                                             GError                 **error);

GError          *baton_http_map_error       (const GError            *error,
                                             gboolean                 sent);
char            *baton_http_build_url       (const char              *base,
                                             ...) G_GNUC_NULL_TERMINATED;      /* each segment is escaped */
gboolean         baton_http_is_loopback     (const char              *host);        /* a name or an address */
guint            baton_http_parse_retry_after (const char            *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonHttpAnswer, baton_http_answer_free)
