/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-activity.h"

/**
 * MockBot:
 *
 * A Bot Framework bot: a server that is posted to, and posts back to the `serviceUrl` it was told, before it answers. It
 * says "You said: …", unless the text says what to do (see below). What it is posted it keeps, and checks that nothing is
 * missing that libraries for bots rely on.
 */
typedef struct {
  SoupServer  *server;
  SoupSession *http;
  char        *url;         /* of its messages */
  const char  *secret;      /* that it shows; or %NULL */
  const char  *header;      /* that it sends besides; or %NULL */
  const char  *value;       /* of it */
  char        *service_url; /* where it answers, if not where it was told last; or %NULL */
  guint        status;      /* of its answers: 200 */
  guint        fails_after; /* so many posts it answers 503; 0: never */
  const char  *body;        /* of its answers; or %NULL */
  gboolean     is_mute;     /* says nothing by itself */
  gboolean     greets;      /* a customer who is there */
  GPtrArray   *heard;       /* of BatonActivity */
  GPtrArray   *bearers;     /* of char *: what came in `Authorization` with each; "" for nothing */
  GPtrArray   *held;        /* of SoupServerMessage: not answered yet */
  GString     *answers;     /* "200 CID|0000001\n" for each post of its own */
  guint        n_sending;
  guint        most_at_once;   /* of posts to it, in one conversation */
} MockBot;

/* Texts: says nothing; answers 500; never answers; says something, then never answers; answers at once and speaks later;
 * says two things at once; hands over, between two messages. */
#define MOCK_BOT_SILENT "be silent"
#define MOCK_BOT_FAILS  "fail"
#define MOCK_BOT_HANGS  "hang"
#define MOCK_BOT_SLOW   "take your time"
#define MOCK_BOT_LATER  "later"
#define MOCK_BOT_BOTH   "both"
#define MOCK_BOT_AGENT  "agent"

MockBot *mock_bot_new        (void);
void     mock_bot_free       (MockBot     *self);
void     mock_bot_release    (MockBot     *self);   /* answers what it holds */
guint    mock_bot_call       (MockBot     *self,
                              const char  *method,
                              const char  *path,    /* below its `serviceUrl` */
                              const char  *body,
                              BatonJson  **answer); /* (out) (optional) */
char    *mock_bot_say        (MockBot     *self,
                              const char  *conversation_id,
                              const char  *text);   /* → id */
char    *mock_bot_list_heard (MockBot     *self);   /* "conversationUpdate conversationUpdate hello " */
const char *mock_bot_last_id (MockBot     *self);   /* of what it was posted last */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockBot, mock_bot_free)
