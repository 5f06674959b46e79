/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-activity.h"

/* A Direct Line server on loopback, in this process, with a switch for everything a real one has been seen to do. */

typedef struct _MockDirectLine MockDirectLine;

typedef enum {
  MOCK_START,
  MOCK_RECONNECT,
  MOCK_POLL,
  MOCK_POST,
  MOCK_REFRESH,
  MOCK_STREAM,
  MOCK_UPLOAD,
  MOCK_N_CALLS,
} MockCall;

/* Somebody posted; the echo is in the log already. */
typedef void (*MockPosted) (MockDirectLine *mock,
                            const char     *conversation_id,
                            BatonActivity  *activity,
                            gpointer        user_data);

struct _MockDirectLine {
  SoupServer *server;
  char       *base;                 /* ".../v3/directline" */
  char       *secret;
  char       *token;                /* the one good token; handed out by start, reconnect and refresh */
  GHashTable *conversations;
  GQueue      faults;
  guint       begun;                /* conversations in all */

  /* how it behaves */
  guint       start_status;         /* 201 */
  gint64      expires_in;           /* 0: not said */
  gboolean    without_stream_url;
  gboolean    with_empty_stream_url;
  gboolean    without_echo;
  gboolean    mute_streams;         /* they open and then bring nothing, as behind some proxies */
  gboolean    lets_everybody_in;    /* asks for no token */
  const char *echo_from_id;         /* put in for the sender's, as the service does for its own tokens */
  MockPosted  posted;
  gpointer    user_data;

  /* what it saw */
  guint       calls[MOCK_N_CALLS];
  guint       unauthorized;         /* HTTP calls without a bearer token */
  guint       stream_bearers;       /* sockets with one */
  guint       connections;          /* TCP connections that carried HTTP calls */
  char       *last_watermark;       /* as it came with the last reconnect, poll or stream */
  char       *last_start;           /* body */
  GPtrArray  *posts;                /* of char *: bodies, accepted or not */
  GPtrArray  *uploads;              /* of char *: "user|name|filename|type|size" of each part; a raw one has no name */
};

MockDirectLine *mock_direct_line_new           (void);
void            mock_direct_line_free          (MockDirectLine *self);
void            mock_direct_line_stop          (MockDirectLine *self);   /* nobody answers any more */
const char     *mock_direct_line_add           (MockDirectLine *self);   /* a conversation that was begun before; its id */
char           *mock_direct_line_say           (MockDirectLine *self,
                                                const char     *conversation_id,
                                                const char     *json);   /* into the log and out; id, time and `conversation` are put in where missing. Gives the id */
void            mock_direct_line_send_raw      (MockDirectLine *self,
                                                const char     *conversation_id,
                                                const char     *text);
void            mock_direct_line_forget        (MockDirectLine *self);   /* every conversation, as the service does after weeks */
guint           mock_direct_line_count_streams (MockDirectLine *self,
                                                const char     *conversation_id);
void            mock_direct_line_drop_streams  (MockDirectLine *self,
                                                guint           code);   /* 0: without a close frame */
void            mock_direct_line_fail_next     (MockDirectLine *self,
                                                MockCall        call,
                                                guint           status,
                                                const char     *body,
                                                const char     *retry_after,
                                                gboolean        accept);  /* a post is taken all the same */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockDirectLine, mock_direct_line_free)
