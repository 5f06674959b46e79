/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-frame.h"

#include <string.h>

#define CONTINUATION  0x0
#define FIN           0x80
#define RESERVED      0x70
#define OPCODE        0x0f
#define CONTROL       0x08
#define MASKED        0x80
#define MASK_SIZE     4
#define CONTROL_MAX   125

struct _BatonFrameReader {
  gsize       max_message;
  GByteArray *input;       /* fed, not yet taken; what stands before `start` is taken */
  gsize       start;
  GByteArray *message;     /* fragments so far, or NULL between messages */
  guint8      opcode;      /* of that message */
};

typedef struct {
  gboolean  fin;
  guint8    opcode;
  guint64   length;
  guint8   *mask;
  guint8   *payload;
} Frame;

/**
 * baton_frame_reader_new:
 * @max_message: most bytes of one message, all its fragments together
 */
BatonFrameReader *
baton_frame_reader_new (gsize max_message)
{
  BatonFrameReader *self = g_new0 (BatonFrameReader, 1);

  self->max_message = max_message;
  self->input = g_byte_array_new ();
  return self;
}

void
baton_frame_reader_free (BatonFrameReader *self)
{
  g_byte_array_unref (self->input);
  g_clear_pointer (&self->message, g_byte_array_unref);
  g_free (self);
}

void
baton_frame_reader_feed (BatonFrameReader *self,
                         const guint8     *data,
                         gsize             length)
{
  if (self->start > 0) {
    g_byte_array_remove_range (self->input, 0, (guint) self->start);
    self->start = 0;
  }
  g_byte_array_append (self->input, data, (guint) length);
}

static BatonFrameKind
broken (guint *code,
        guint  why)
{
  *code = why;
  return BATON_FRAME_BROKEN;
}

/* Reads the head of the next frame; %FALSE if it is not all there yet. */
static gboolean
read_head (BatonFrameReader *self,
           Frame            *frame)
{
  guint8 *data = self->input->data + self->start;
  gsize have = self->input->len - self->start;
  gsize size = 2;

  if (have < size)
    return FALSE;

  size += (data[1] & 0x7f) == 127 ? 8 : (data[1] & 0x7f) == 126 ? 2 : 0;
  if (have < size + MASK_SIZE)
    return FALSE;

  frame->fin = (data[0] & FIN) != 0;
  frame->opcode = data[0] & OPCODE;
  frame->length = data[1] & 0x7f;
  if (size > 2) {
    frame->length = 0;
    for (gsize i = 2; i < size; i++)
      frame->length = frame->length << 8 | data[i];
  }
  frame->mask = data + size;
  frame->payload = data + size + MASK_SIZE;
  return TRUE;
}

/* Checks what can be told from the first two bytes, so that a peer cannot make us wait for the rest. */
static guint
find_fault (BatonFrameReader *self)
{
  const guint8 *data = self->input->data + self->start;
  guint8 opcode = data[0] & OPCODE;

  if ((data[0] & RESERVED) != 0 || (data[1] & MASKED) == 0)
    return BATON_CLOSE_PROTOCOL;
  if (opcode & CONTROL)
    return opcode > BATON_FRAME_PONG || !(data[0] & FIN) || (data[1] & 0x7f) > CONTROL_MAX ? BATON_CLOSE_PROTOCOL : 0;
  if (opcode > BATON_FRAME_BINARY || (opcode == CONTINUATION) != (self->message != NULL))
    return BATON_CLOSE_PROTOCOL;
  return 0;
}

static BatonFrameKind
take_control (Frame   *frame,
              GBytes **payload,
              guint   *code)
{
  *payload = g_bytes_new (frame->payload, (gsize) frame->length);
  if (frame->opcode == BATON_FRAME_CLOSE)
    *code = frame->length >= 2 ? (guint) frame->payload[0] << 8 | frame->payload[1] : BATON_CLOSE_NONE;
  return frame->opcode;
}

static BatonFrameKind
take_data (BatonFrameReader  *self,
           Frame             *frame,
           GBytes           **payload,
           guint             *code)
{
  if (self->message == NULL) {
    self->message = g_byte_array_new ();
    self->opcode = frame->opcode;
  }
  g_byte_array_append (self->message, frame->payload, (guint) frame->length);
  if (!frame->fin)
    return BATON_FRAME_MORE;

  *payload = g_byte_array_free_to_bytes (g_steal_pointer (&self->message));
  if (self->opcode == BATON_FRAME_TEXT && g_bytes_get_size (*payload) > 0 &&
      !g_utf8_validate_len (g_bytes_get_data (*payload, NULL), g_bytes_get_size (*payload), NULL)) {
    g_clear_pointer (payload, g_bytes_unref);
    return broken (code, BATON_CLOSE_BAD_DATA);
  }
  return self->opcode;
}

/**
 * baton_frame_reader_next:
 * @payload: (out) (optional) (transfer full): set for all kinds but MORE and BROKEN; pass a cleared place
 * @code: (out): for CLOSE the code the peer gave, for BROKEN the one to give it
 *
 * Takes the next whole message or control frame out of what was fed.
 */
BatonFrameKind
baton_frame_reader_next (BatonFrameReader  *self,
                         GBytes           **payload,
                         guint             *code)
{
  BatonFrameKind kind = BATON_FRAME_MORE;

  while (kind == BATON_FRAME_MORE && self->input->len - self->start >= 2) {
    guint fault = find_fault (self);
    gsize so_far = self->message != NULL ? self->message->len : 0;
    Frame frame;

    if (fault != 0)
      return broken (code, fault);
    if (!read_head (self, &frame))
      return BATON_FRAME_MORE;
    if (!(frame.opcode & CONTROL) && frame.length > self->max_message - so_far)
      return broken (code, BATON_CLOSE_TOO_BIG);
    if (frame.length > self->input->len - (gsize) (frame.payload - self->input->data))
      return BATON_FRAME_MORE;

    for (gsize i = 0; i < frame.length; i++)
      frame.payload[i] ^= frame.mask[i % MASK_SIZE];
    self->start = (gsize) (frame.payload - self->input->data) + (gsize) frame.length;
    kind = frame.opcode & CONTROL ? take_control (&frame, payload, code) : take_data (self, &frame, payload, code);
  }
  return kind;
}

/**
 * baton_frame_reader_is_empty:
 *
 * Returns: whether nothing would be lost if it were freed
 */
gboolean
baton_frame_reader_is_empty (BatonFrameReader *self)
{
  return self->start == self->input->len && self->message == NULL;
}

/**
 * baton_frame_write_head:
 * @head: (out): what stands before the payload of a frame as a server sends it: whole and unmasked
 * @kind: one with an opcode
 * @length: of the payload
 *
 * Returns: bytes written
 */
gsize
baton_frame_write_head (guint8         head[BATON_FRAME_HEAD_MAX],
                        BatonFrameKind kind,
                        gsize          length)
{
  gsize size = 2;

  head[0] = FIN | (guint8) kind;
  if (length < 126) {
    head[1] = (guint8) length;
  } else if (length <= G_MAXUINT16) {
    head[1] = 126;
    size = 4;
  } else {
    head[1] = 127;
    size = 10;
  }
  for (gsize i = 2; i < size; i++)
    head[i] = (guint8) ((guint64) length >> 8 * (size - 1 - i));
  return size;
}

/**
 * baton_frame_make_close:
 * @code: BATON_CLOSE_NONE for a frame without one
 * @reason: (nullable): ASCII; cut at what a control frame holds
 *
 * Returns: (transfer full): the payload of a close frame
 */
GBytes *
baton_frame_make_close (guint       code,
                        const char *reason)
{
  char payload[CONTROL_MAX] = { 0 };
  gsize length = 0;

  if (code != BATON_CLOSE_NONE) {
    payload[0] = (char) (code >> 8);
    payload[1] = (char) (code & 0xff);
    length = 2;
    if (reason != NULL)
      length += MIN (strlen (reason), sizeof payload - length);
    if (length > 2)
      memcpy (payload + 2, reason, length - 2);
  }
  return g_bytes_new (payload, length);
}
