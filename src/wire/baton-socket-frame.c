/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-socket-frame.h"

#include <string.h>

#include "baton-error.h"

#define CONTROL_LIMIT 125   /* RFC 6455, 5.5 */
#define HEAD_SIZE 10        /* the longest of a frame without a mask */

struct _BatonSocketReader {
  gsize              limit;
  guint8             head[HEAD_SIZE];
  gsize              head_size;         /* of it that is here */
  gboolean           in_payload;
  guint64            left;              /* of the payload */
  BatonSocketOpcode  opcode;            /* of the frame */
  gboolean           is_last;           /* of its message */
  BatonSocketOpcode  message_opcode;    /* of the message under way; CONTINUATION: none */
  GByteArray        *message;           /* %NULL: none */
  GByteArray        *control;           /* may come between the frames of a message; %NULL: none */
};

BatonSocketReader *
baton_socket_reader_new (gsize limit)
{
  BatonSocketReader *self = g_new0 (BatonSocketReader, 1);

  self->limit = limit;
  return self;
}

void
baton_socket_reader_free (BatonSocketReader *self)
{
  g_clear_pointer (&self->message, g_byte_array_unref);
  g_clear_pointer (&self->control, g_byte_array_unref);
  g_free (self);
}

static gboolean
refuse (GError     **error,
        const char  *why)
{
  g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, why);
  return FALSE;
}

static gsize
get_head_size (const guint8 *head)
{
  switch (head[1] & 0x7f) {
  case 126:
    return 4;
  case 127:
    return 10;
  default:
    return 2;
  }
}

static guint64
get_payload_size (const guint8 *head)
{
  guint64 size = head[1] & 0x7f;
  gsize bytes = get_head_size (head) - 2;

  if (bytes == 0)
    return size;
  size = 0;
  for (gsize i = 0; i < bytes; i++)
    size = size << 8 | head[2 + i];
  return size;
}

static gboolean
begin_control (BatonSocketReader  *self,
               GError            **error)
{
  if (!self->is_last || self->left > CONTROL_LIMIT)
    return refuse (error, "a control frame that is none");
  self->control = g_byte_array_new ();
  return TRUE;
}

static gboolean
begin_data (BatonSocketReader  *self,
            GError            **error)
{
  gboolean under_way = self->message != NULL;

  if (under_way != (self->opcode == BATON_SOCKET_CONTINUATION))
    return refuse (error, "a frame out of its message");
  if (!under_way) {
    self->message = g_byte_array_new ();
    self->message_opcode = self->opcode;
  }
  if (self->left > self->limit - self->message->len) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_TOO_BIG, "a message is too long");
    return FALSE;
  }
  return TRUE;
}

/* The head is complete. */
static gboolean
begin_frame (BatonSocketReader  *self,
             GError            **error)
{
  self->opcode = self->head[0] & 0x0f;
  self->is_last = (self->head[0] & 0x80) != 0;
  self->left = get_payload_size (self->head);
  self->in_payload = TRUE;

  if ((self->head[0] & 0x70) != 0)
    return refuse (error, "a frame of an extension");
  if ((self->head[1] & 0x80) != 0)
    return refuse (error, "a masked frame");
  switch (self->opcode) {
  case BATON_SOCKET_CLOSE:
  case BATON_SOCKET_PING:
  case BATON_SOCKET_PONG:
    return begin_control (self, error);
  case BATON_SOCKET_CONTINUATION:
  case BATON_SOCKET_TEXT:
  case BATON_SOCKET_BINARY:
    return begin_data (self, error);
  default:
    return refuse (error, "a frame of unknown kind");
  }
}

/* Returns: (transfer full) (nullable): what is whole now */
static GBytes *
end_frame (BatonSocketReader *self,
           BatonSocketOpcode *opcode)
{
  self->in_payload = FALSE;
  self->head_size = 0;
  if (self->control != NULL) {
    *opcode = self->opcode;
    return g_byte_array_free_to_bytes (g_steal_pointer (&self->control));
  }
  if (!self->is_last)
    return NULL;
  *opcode = self->message_opcode;
  return g_byte_array_free_to_bytes (g_steal_pointer (&self->message));
}

static gsize
take_head (BatonSocketReader *self,
           const guint8      *data,
           gsize              size)
{
  gsize taken = 0;

  while (taken < size && (self->head_size < 2 || self->head_size < get_head_size (self->head)))
    self->head[self->head_size++] = data[taken++];
  return taken;
}

static gsize
take_payload (BatonSocketReader *self,
              const guint8      *data,
              gsize              size)
{
  gsize part = (gsize) MIN (self->left, size);

  g_byte_array_append (self->control ? self->control : self->message, data, (guint) part);
  self->left -= part;
  return part;
}

gboolean
baton_socket_reader_is_amid (BatonSocketReader *self)
{
  return self->message != NULL;
}

/**
 * baton_socket_reader_take:
 * @self: a reader
 * @data: what has come
 * @size: how much of it
 * @opcode: (out): of @message
 * @message: (out) (transfer full) (nullable): a message or control frame that is whole now; %NULL: more has to come
 * @error: return location for a [error@Error]: %BATON_ERROR_INVALID, %BATON_ERROR_TOO_BIG; the reader is then of no more
 *   use
 *
 * Returns: how much of @data was used, at most one message of it; -1 with @error set
 */
gssize
baton_socket_reader_take (BatonSocketReader  *self,
                          const guint8       *data,
                          gsize               size,
                          BatonSocketOpcode  *opcode,
                          GBytes            **message,
                          GError            **error)
{
  gsize taken = 0;

  *message = NULL;
  while (*message == NULL && taken < size) {
    if (!self->in_payload) {
      taken += take_head (self, data + taken, size - taken);
      if (self->head_size < 2 || self->head_size < get_head_size (self->head))
        break;
      if (!begin_frame (self, error))
        return -1;
    }
    taken += take_payload (self, data + taken, size - taken);
    if (self->left == 0)
      *message = end_frame (self, opcode);
  }
  return (gssize) taken;
}

/**
 * baton_socket_write_frame:
 * @out: where to append it
 * @opcode: of a control frame, or %BATON_SOCKET_TEXT
 * @data: the payload
 * @size: of it, at most 125 bytes: a Direct Line client says nothing longer on its stream
 *
 * Writes a whole message as a client does, masked.
 */
void
baton_socket_write_frame (GByteArray        *out,
                          BatonSocketOpcode  opcode,
                          const guint8      *data,
                          gsize              size)
{
  const guint32 random = g_random_int ();
  guint8 head[6] = { (guint8) (0x80 | opcode), (guint8) (0x80 | size) };

  g_return_if_fail (size <= CONTROL_LIMIT);

  memcpy (head + 2, &random, sizeof random);
  g_byte_array_append (out, head, sizeof head);
  for (gsize i = 0; i < size; i++) {
    guint8 masked = data[i] ^ head[2 + i % 4];

    g_byte_array_append (out, &masked, 1);
  }
}
