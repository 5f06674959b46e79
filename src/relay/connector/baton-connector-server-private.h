/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-connector-server.h"
#include "baton-dl-server.h"

/* A bot, and how it is known. */
typedef struct {
  char                   *name;
  BatonConnectorUpstream *bot;
  char                   *secret_hash;   /* or %NULL */
  BatonIssuer            *issuer;        /* or %NULL */
  char                   *app_id;
} BatonConnectorBot;

struct _BatonConnectorServer {
  GObject                parent_instance;

  BatonStore            *store;
  const BatonSigningKey *key;            /* or %NULL: nothing is signed */
  BatonDlFiles          *files;          /* or %NULL: none are kept */
  BatonConnectorWhisper  whisper;
  gpointer               user_data;
  GHashTable            *bots;           /* name → BatonConnectorBot */
};

typedef struct _BatonConnectorRoute BatonConnectorRoute;

/**
 * BatonConnectorRequest:
 *
 * A request of a bot, on its way.
 */
typedef struct {
  BatonConnectorServer      *server;
  BatonExchange             *exchange;
  const BatonConnectorBot   *bot;             /* the server's */
  const BatonConnectorRoute *route;
  char                      *conversation_id; /* named in the path, like the next; or %NULL */
  char                      *activity_id;     /* of an activity, a member or an attachment */
  BatonConversation         *conversation;    /* the bot's own */
} BatonConnectorRequest;

struct _BatonConnectorRoute {
  const char *method;
  const char *path;          /* segments; "{c}": a conversation's id, "{a}": that of something in it, "*": whatever follows */
  gboolean    is_open;       /* to everybody */
  gboolean    changes;       /* not in a conversation that has ended */
  void      (*handle) (BatonConnectorRequest *request);   /* takes the request */
};

/* baton-connector-server.c */
void           baton_connector_request_free   (BatonConnectorRequest *self);
BatonJson     *baton_connector_read_body      (BatonConnectorRequest *request);   /* %NULL: answered */
void           baton_connector_reply          (BatonConnectorRequest *request,
                                               guint                  status,
                                               BatonJsonWriter       *writer);    /* (transfer full) */
void           baton_connector_reply_id       (BatonConnectorRequest *request,
                                               guint                  status,
                                               const char            *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonConnectorRequest, baton_connector_request_free)

/* baton-connector-post.c: what is said, changed and asked in conversations */
void           baton_connector_post           (BatonConnectorRequest *request);
void           baton_connector_update         (BatonConnectorRequest *request);
void           baton_connector_delete         (BatonConnectorRequest *request);
void           baton_connector_post_history   (BatonConnectorRequest *request);
void           baton_connector_list_members   (BatonConnectorRequest *request);
void           baton_connector_page_members   (BatonConnectorRequest *request);
void           baton_connector_show_member    (BatonConnectorRequest *request);
void           baton_connector_begin          (BatonConnectorRequest *request);

/* baton-connector-attachment.c */
void           baton_connector_keep_attachment (BatonConnectorRequest *request);
void           baton_connector_tell_attachment (BatonConnectorRequest *request);
void           baton_connector_show_attachment (BatonConnectorRequest *request);
