/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-token.h"

/**
 * BatonTickets:
 *
 * What stands in a stream's URL instead of a token: URLs end up in logs and histories, so each opens one stream, once,
 * within seconds (S27). Kept in memory alone; after a restart clients get new ones by reconnecting.
 */
typedef struct _BatonTickets BatonTickets;

/**
 * BatonTicket:
 *
 * What it was given out for.
 */
typedef struct {
  char   *conversation_id;
  char   *reader;          /* whose streams are counted together */
  GStrv   origins;         /* of the token: whose pages may open the stream; %NULL: any */
  gint64  token_expires;   /* seconds since 1970: end of the token that was given out with it */
} BatonTicket;

BatonTickets *baton_tickets_new   (guint              seconds);
void          baton_tickets_free  (BatonTickets      *self);
char         *baton_tickets_issue (BatonTickets      *self,
                                   const BatonTicket *ticket,
                                   gint64             now);
BatonTicket  *baton_tickets_take  (BatonTickets      *self,
                                   const char        *text,
                                   gint64             now);
void          baton_ticket_free   (BatonTicket       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTickets, baton_tickets_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTicket, baton_ticket_free)
