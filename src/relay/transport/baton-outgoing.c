/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-outgoing.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Pieces written with one call. */
#define PIECES_AT_ONCE 32

typedef struct {
  guint8  head[BATON_OUTGOING_HEAD];
  guint8  head_size;
  GBytes *body;   /* or NULL */
} Piece;

static gsize
get_size (const Piece *piece)
{
  return piece->head_size + (piece->body != NULL ? g_bytes_get_size (piece->body) : 0);
}

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  g_clear_pointer (&piece->body, g_bytes_unref);
  g_free (piece);
}

/**
 * baton_outgoing_add:
 * @head: copied; at most %BATON_OUTGOING_HEAD bytes
 * @body: (nullable): referenced
 */
void
baton_outgoing_add (BatonOutgoing *self,
                    const void    *head,
                    gsize          head_size,
                    GBytes        *body)
{
  Piece *piece = g_new (Piece, 1);

  g_assert (head_size <= sizeof piece->head);

  if (head_size > 0)
    memcpy (piece->head, head, head_size);
  piece->head_size = (guint8) head_size;
  piece->body = body != NULL ? g_bytes_ref (body) : NULL;
  self->size += get_size (piece);
  g_queue_push_tail (&self->pieces, piece);
}

/* Points to what of a piece has not left, after the first @skip bytes; returns how many parts that makes. */
static guint
point_to (Piece        *piece,
          gsize         skip,
          struct iovec *parts)
{
  guint n = 0;

  if (skip < piece->head_size) {
    parts[n].iov_base = piece->head + skip;
    parts[n++].iov_len = piece->head_size - skip;
    skip = 0;
  } else {
    skip -= piece->head_size;
  }
  if (piece->body != NULL && g_bytes_get_size (piece->body) > skip) {
    gsize size;
    const guint8 *data = g_bytes_get_data (piece->body, &size);

    parts[n].iov_base = (void *) (data + skip);
    parts[n++].iov_len = size - skip;
  }
  return n;
}

static void
drop (BatonOutgoing *self,
      gsize          n)
{
  Piece *piece;

  self->size -= n;
  n += self->written;
  while ((piece = g_queue_peek_head (&self->pieces)) != NULL && n >= get_size (piece)) {
    n -= get_size (piece);
    piece_free (g_queue_pop_head (&self->pieces));
  }
  self->written = n;
}

static BatonOutgoingResult
explain (void)
{
  return errno == EAGAIN ? BATON_OUTGOING_BLOCKED : BATON_OUTGOING_BROKEN;
}

static gssize
write_parts (int           fd,
             struct iovec *parts,
             gsize         n_parts)
{
  struct msghdr message = { .msg_iov = parts, .msg_iovlen = n_parts };
  gssize n;

  /* Not writev(): a peer that is gone is no reason for a signal. */
  do
    n = sendmsg (fd, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n;
}

/**
 * baton_outgoing_write:
 * @fd: a socket that does not block
 */
BatonOutgoingResult
baton_outgoing_write (BatonOutgoing *self,
                      int            fd)
{
  while (self->pieces.head != NULL) {
    struct iovec parts[2 * PIECES_AT_ONCE];
    gsize n_parts = 0;
    gsize skip = self->written;
    gssize n;

    for (GList *link = self->pieces.head; link != NULL && n_parts + 2 <= G_N_ELEMENTS (parts); link = link->next) {
      n_parts += point_to (link->data, skip, parts + n_parts);
      skip = 0;
    }
    n = write_parts (fd, parts, n_parts);
    if (n < 0)
      return explain ();
    drop (self, (gsize) n);
  }
  return BATON_OUTGOING_DONE;
}

/**
 * baton_outgoing_send:
 * @head: of any size; copied where it has to wait
 * @body: (nullable): referenced where it has to wait
 *
 * Writes at once, if nothing waits and the socket takes it.
 */
BatonOutgoingResult
baton_outgoing_send (BatonOutgoing *self,
                     int            fd,
                     const void    *head,
                     gsize          head_size,
                     GBytes        *body)
{
  gsize size = 0;
  const void *data = body != NULL ? g_bytes_get_data (body, &size) : NULL;
  struct iovec parts[2] = { { (void *) head, head_size }, { (void *) data, size } };
  g_autoptr (GBytes) copy = NULL;
  gssize n = 0;

  if (self->pieces.head == NULL) {
    n = write_parts (fd, parts, 2);
    if (n < 0 && explain () == BATON_OUTGOING_BROKEN)
      return BATON_OUTGOING_BROKEN;
    if (n == (gssize) (head_size + size))
      return BATON_OUTGOING_DONE;
  }

  copy = g_bytes_new (head, head_size);
  baton_outgoing_add (self, NULL, 0, copy);
  baton_outgoing_add (self, NULL, 0, body);
  drop (self, (gsize) MAX (n, 0));
  return baton_outgoing_write (self, fd);
}

void
baton_outgoing_clear (BatonOutgoing *self)
{
  g_queue_clear_full (&self->pieces, piece_free);
  self->written = self->size = 0;
}
