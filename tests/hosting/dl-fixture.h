/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-dl-server.h"
#include "raw-client.h"

#define DL_SECRET "s3cret-of-the-tests"
#define DL_NEW_SECRET "the-s3cret-after-that"

/**
 * DlFixture:
 *
 * A Direct Line server on loopback over a store in a folder of its own.
 */
typedef struct {
  char           *folder;
  BatonStore     *store;
  BatonTransport *transport;
  BatonTokenKey  *key;
  BatonDlFiles   *files;   /* below `folder`, in "files" */
  BatonDlServer  *server;
  char           *url;     /* where it listens, whatever it is called in public */
} DlFixture;

extern const BatonDlServerConfig DL_CONFIG;

void       dl_fixture_open    (DlFixture                 *self,
                               const BatonDlServerConfig *config);
void       dl_fixture_restart (DlFixture                 *self);
void       dl_fixture_close   (DlFixture                 *self);

/**
 * DlAnswer:
 *
 * What came back for a request.
 */
typedef struct {
  guint      status;
  char      *head;
  char      *body;
  gsize      length;
  BatonJson *json;   /* or NULL */
} DlAnswer;

DlAnswer  *dl_call            (DlFixture                 *self,
                               const char                *method,
                               const char                *path,      /* below /v3/directline/ */
                               const char                *bearer,    /* or NULL */
                               const char                *body);     /* or NULL */
DlAnswer  *dl_call_full       (DlFixture                 *self,
                               const char                *method,
                               const char                *path,
                               const char                *bearer,
                               const char                *headers,   /* lines, each with \r\n */
                               const char                *body,
                               gssize                     length);
void       dl_answer_free     (DlAnswer                  *self);
BatonJsonNode
           dl_answer_root     (DlAnswer                  *self);
char      *dl_answer_get      (DlAnswer                  *self,
                               const char                *member);
gboolean   dl_answer_has_header (DlAnswer                *self,
                               const char                *line);
void       dl_answer_assert_error (DlAnswer              *self,
                               guint                      status,
                               const char                *code);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DlAnswer, dl_answer_free)

/**
 * DlChat:
 *
 * A started conversation.
 */
typedef struct {
  char *id;
  char *token;
  char *stream_url;
} DlChat;

void       dl_start           (DlFixture                 *self,
                               const char                *bearer,
                               const char                *body,
                               DlChat                    *chat);
void       dl_chat_clear      (DlChat                    *chat);
char      *dl_say             (DlFixture                 *self,
                               DlChat                    *chat,
                               const char                *text);     /* id of the message */
DlAnswer  *dl_post            (DlFixture                 *self,
                               const char                *conversation_id,
                               const char                *bearer,
                               const char                *activity);
DlAnswer  *dl_get             (DlFixture                 *self,
                               DlChat                    *chat,
                               const char                *query);    /* "?watermark=…" or "" */
char      *dl_reconnect       (DlFixture                 *self,
                               DlChat                    *chat,
                               const char                *query);    /* the new stream URL */
gint64     dl_claim           (DlFixture                 *self,
                               const char                *conversation_id,
                               const char                *agent_id); /* the bot hands over, the agent claims; the epoch */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DlChat, dl_chat_clear)

RawClient *dl_stream_open     (DlFixture                 *self,
                               const char                *stream_url);
BatonJson *dl_stream_next     (RawClient                 *stream);   /* next set that is not empty */
guint      dl_stream_refused  (DlFixture                 *self,
                               const char                *stream_url,
                               const char                *headers);  /* status of a handshake that fails */
char      *dl_text_of         (BatonJson                 *set,
                               guint                      position); /* text of an activity in it, or NULL */
