/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The head of a request, its first line included, may not be larger. */
#define BATON_REQUEST_HEAD_SIZE (64 * 1024)

/* A body up to this many times its limit is read and thrown away, so that a client that is only a little too talkative
 * keeps its connection; beyond that reading stops. */
#define BATON_REQUEST_TOLERATED_BODIES 2

typedef enum {
  BATON_REQUEST_MORE,     /* all was taken, and it is not over */
  BATON_REQUEST_HEAD,     /* the head is there: set the limit of the body, then feed the rest */
  BATON_REQUEST_DONE,     /* all of it is there: what was not used belongs to the next */
  BATON_REQUEST_BROKEN,   /* answer with the status given and read no further */
} BatonRequestState;

/**
 * BatonRequest:
 *
 * One HTTP request, read from bytes as they come. What two readers could understand differently is refused. No I/O.
 */
typedef struct _BatonRequest BatonRequest;

BatonRequest     *baton_request_new            (void);
void              baton_request_free           (BatonRequest *self);
BatonRequestState baton_request_feed           (BatonRequest *self,
                                                const char   *data,
                                                gsize         length,
                                                gsize        *used);
guint             baton_request_get_fault      (BatonRequest *self);   /* HTTP status that says why it is broken */
void              baton_request_set_limit      (BatonRequest *self,
                                                gsize         limit);

const char       *baton_request_get_method     (BatonRequest *self);
const char       *baton_request_get_path       (BatonRequest *self);   /* still encoded; %NULL if the target is none */
const char       *baton_request_get_query      (BatonRequest *self);   /* still encoded; %NULL if there is none */
const char       *baton_request_get_header     (BatonRequest *self,
                                                const char   *name);
gboolean          baton_request_has_token      (BatonRequest *self,
                                                const char   *name,
                                                const char   *token);
gboolean          baton_request_keeps_alive    (BatonRequest *self);
gboolean          baton_request_is_1_1         (BatonRequest *self);
gboolean          baton_request_waits_to_send  (BatonRequest *self);
guint64           baton_request_get_length     (BatonRequest *self);   /* of the body as announced; 0: unknown or none */
gboolean          baton_request_is_too_big     (BatonRequest *self);
GBytes           *baton_request_steal_body     (BatonRequest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonRequest, baton_request_free)
