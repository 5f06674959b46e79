/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-http.h"

/**
 * BatonReply:
 *
 * What came of a question, with all that may explain it to a person: the program itself acts on less.
 */
typedef struct {
  char      *host;          /* whom was asked, with a port where that is not the usual one */
  guint      status;        /* 0: there was no answer: see `error` */
  BatonJson *json;          /* past the gate, or %NULL */
  char      *text;          /* the beginning of the body; never to be shown */
  gboolean   is_page;       /* HTML */
  char      *code;          /* `error.code`, where it looks like one, or %NULL */
  guint      retry_after;   /* seconds; 0: not said */
  gint64     skew;          /* seconds that our clock is ahead of the other's; valid with @has_date */
  gboolean   has_date;
  GError    *error;         /* of GIO, TLS or the resolver; for an address that is none of ours */
} BatonReply;

BatonReply    *baton_ask             (const BatonHttpRequest *request,
                                      guint                   seconds);
void           baton_reply_free      (BatonReply             *self);
gboolean       baton_reply_is_good   (const BatonReply       *self);   /* a status from 200 to 299 */
BatonJsonNode  baton_reply_get       (const BatonReply       *self,
                                      const char             *name);   /* a member of the answer; absent without JSON */
char          *baton_ask_dup_host    (const char             *url);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonReply, baton_reply_free)
