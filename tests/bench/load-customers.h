/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "load-peer.h"

/* Conversations of a Direct Line server, brought into the state a load needs, and streams on them. */

typedef struct {
  char *id;
  char *token;
  char *watermark;   /* %NULL: none seen yet */
} LoadConversation;

typedef struct {
  LoadLoop  *loop;
  char      *secret;          /* or %NULL */
  GPtrArray *conversations;   /* of LoadConversation */
} LoadCustomers;

/**
 * LoadOpening:
 *
 * Connections to open, one after another over some of the conversations.
 */
typedef struct {
  guint     from;              /* the first of the conversations */
  guint     n_conversations;
  guint     n;
  guint     at_once;           /* under way together */
  gboolean  as_stream;         /* else a keep-alive connection stays after its first request */
  gboolean  as_visit;          /* and not even that stays */
  gboolean  offer_deflate;
  LoadText  text;              /* or %NULL; for each message that comes by a stream once all are there */
  gpointer  owner;             /* of the peers, from then on */
} LoadOpening;

/**
 * LoadOpened:
 *
 * Connections that were opened together.
 */
typedef struct {
  GPtrArray *peers;           /* of LoadPeer */
  GArray    *usec;            /* of gint64: when each was there, from its own beginning */
  guint      n_retries;       /* refused or cut off, and tried again */
  gint64     total_usec;
} LoadOpened;

void          load_customers_start      (LoadCustomers       *self,
                                         guint                n);
void          load_customers_hand_off   (LoadCustomers       *self,
                                         guint                n,
                                         const char          *text,
                                         const char          *needle);   /* what the history holds once a person is asked for */
void          load_customers_fill       (LoadCustomers       *self,
                                         guint                n,
                                         gsize                size);
LoadOpened   *load_customers_open       (LoadCustomers       *self,
                                         const LoadOpening   *how);
gboolean      load_customers_save       (LoadCustomers       *self,
                                         const char          *path,
                                         GError             **error);
gboolean      load_customers_load       (LoadCustomers       *self,
                                         const char          *path,
                                         GError             **error);
void          load_customers_clear      (LoadCustomers       *self);
void          load_opened_free          (LoadOpened          *self);
void          load_customers_note_id    (LoadConversation    *conversation,
                                         const char          *answer,
                                         gsize                length);
gsize         load_write_activity       (char                *place,
                                         gsize                size,
                                         guint32              run,
                                         guint                number);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LoadCustomers, load_customers_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoadOpened, load_opened_free)
