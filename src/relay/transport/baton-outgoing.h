/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The longest head a piece can have without bytes of its own: that of a WebSocket frame. */
#define BATON_OUTGOING_HEAD 10

typedef enum {
  BATON_OUTGOING_DONE,      /* all of it has left */
  BATON_OUTGOING_BLOCKED,   /* the socket takes no more at the moment */
  BATON_OUTGOING_BROKEN,
} BatonOutgoingResult;

/**
 * BatonOutgoing:
 *
 * What waits to be written to a socket, in order. Bodies are shared, never copied: what a hundred readers get lies in
 * memory once. Plain data, all zero when empty.
 */
typedef struct {
  GQueue pieces;
  gsize  written;   /* bytes of the first piece that have left */
  gsize  size;      /* bytes in all that have not */
} BatonOutgoing;

void                baton_outgoing_add   (BatonOutgoing *self,
                                          const void    *head,
                                          gsize          head_size,
                                          GBytes        *body);
BatonOutgoingResult baton_outgoing_send  (BatonOutgoing *self,
                                          int            fd,
                                          const void    *head,
                                          gsize          head_size,
                                          GBytes        *body);
BatonOutgoingResult baton_outgoing_write (BatonOutgoing *self,
                                          int            fd);
void                baton_outgoing_clear (BatonOutgoing *self);
