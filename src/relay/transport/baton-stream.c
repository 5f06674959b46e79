/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-frame.h"
#include "baton-transport-private.h"

/* What is sent within one turn of the main loop leaves together at its end, but not later than when it is this much. */
#define WORTH_WRITING (16 * 1024)

struct _BatonStream {
  GObject                  parent_instance;

  BatonPeer               *peer;         /* NULL once it is gone */
  const BatonStreamEvents *events;       /* NULL: nobody listens */
  gpointer                 user_data;

  BatonFrameReader        *reader;       /* NULL between messages */
  BatonBucket              bucket;       /* of frames */
  gint64                   heard_at;     /* monotonic, as all times here */
  gint64                   pinged_at;
  gint64                   closed_by;    /* when patience with the peer's close frame ends */

  guint                    is_dirty : 1;     /* something is to be written at the end of the turn */
  guint                    is_blocked : 1;   /* something waits for the reader */
  guint                    is_closing : 1;   /* our close frame is on its way: nothing goes out after it */
  guint                    is_answered : 1;  /* the peer's close frame came, or nothing is to be heard of it any more */
};

G_DEFINE_FINAL_TYPE (BatonStream, baton_stream, G_TYPE_OBJECT)

static void
baton_stream_finalize (GObject *object)
{
  BatonStream *self = BATON_STREAM (object);

  g_clear_pointer (&self->reader, baton_frame_reader_free);

  G_OBJECT_CLASS (baton_stream_parent_class)->finalize (object);
}

static void
baton_stream_class_init (BatonStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_stream_finalize;
}

static void
baton_stream_init (BatonStream *self)
{
}

static const BatonTransportLimits *
get_limits (BatonStream *self)
{
  return baton_transport_get_limits (self->peer->transport);
}

/* --- Writing --- */

/* Writes what the socket takes, and ends what is over. */
static void
write_out (BatonStream *self)
{
  BatonOutgoingResult result = baton_outgoing_write (&self->peer->outgoing, self->peer->watch.fd);

  self->is_dirty = FALSE;
  if (result == BATON_OUTGOING_BROKEN || (result == BATON_OUTGOING_DONE && self->is_closing && self->is_answered)) {
    baton_peer_cut (self->peer);
    return;
  }
  self->is_blocked = result == BATON_OUTGOING_BLOCKED;
  baton_peer_set_blocked (self->peer, self->is_blocked);
}

/**
 * baton_stream_flush:
 *
 * Writes what waits: the turn is over, or the socket takes more.
 */
void
baton_stream_flush (BatonStream *self)
{
  g_autoptr (BatonStream) alive = g_object_ref (self);
  gboolean was_blocked = self->is_blocked;

  if (self->peer == NULL)
    return;

  write_out (self);
  if (was_blocked && self->peer != NULL && !self->is_blocked && !self->is_closing &&
      self->events != NULL && self->events->drained != NULL)
    self->events->drained (self, self->user_data);
}

static void
put_off (BatonStream *self)
{
  if (self->is_dirty || self->is_blocked)
    return;

  self->is_dirty = TRUE;
  baton_transport_add_dirty (self->peer->transport, self);
}

static void
queue_frame (BatonStream    *self,
             BatonFrameKind  kind,
             GBytes         *payload)
{
  guint8 head[BATON_FRAME_HEAD_MAX];
  gsize size = baton_frame_write_head (head, kind, payload != NULL ? g_bytes_get_size (payload) : 0);

  baton_outgoing_add (&self->peer->outgoing, head, size, payload);
  put_off (self);
}

static void
begin_close (BatonStream *self,
             guint        code,
             const char  *reason)
{
  g_autoptr (GBytes) payload = NULL;

  if (self->is_closing)
    return;

  payload = baton_frame_make_close (code, reason);
  queue_frame (self, BATON_FRAME_CLOSE, payload);
  self->is_closing = TRUE;
  self->closed_by = g_get_monotonic_time () + BATON_LINGER_USEC;
  baton_peer_set_timer (self->peer, self->closed_by);
}

/* --- Reading --- */

/* The peer broke the rules: it is told so, and not listened to any more. */
static void
fail (BatonStream *self,
      guint        code)
{
  g_debug ("stream closed with %u", code);
  begin_close (self, code, NULL);
  self->is_answered = TRUE;
}

static void
take_close (BatonStream *self,
            guint        code)
{
  self->is_answered = TRUE;
  begin_close (self, code >= BATON_CLOSE_NORMAL && code < 5000 && code != BATON_CLOSE_NONE ? code : BATON_CLOSE_NORMAL,
               NULL);
}

static void
take (BatonStream    *self,
      BatonFrameKind  kind,
      GBytes         *payload,
      guint           code)
{
  if (kind != BATON_FRAME_BROKEN && !baton_bucket_take (&self->bucket, 1, g_get_monotonic_time ())) {
    fail (self, BATON_CLOSE_POLICY);
    return;
  }

  switch (kind) {
  case BATON_FRAME_BROKEN:
    fail (self, code);
    break;
  case BATON_FRAME_CLOSE:
    take_close (self, code);
    break;
  case BATON_FRAME_PING:
    /* One that does not read gets no more of them: only the newest ping has to be answered (RFC 6455, 5.5.3). */
    if (!self->is_closing && !self->is_blocked)
      queue_frame (self, BATON_FRAME_PONG, payload);
    break;
  case BATON_FRAME_TEXT:
    if (!self->is_closing && g_bytes_get_size (payload) > 0 && self->events != NULL && self->events->message != NULL)
      self->events->message (self, payload, self->user_data);
    break;
  case BATON_FRAME_BINARY:
  case BATON_FRAME_PONG:
  case BATON_FRAME_MORE:
  default:
    break;
  }
}

/**
 * baton_stream_take:
 *
 * Bytes of the peer came.
 */
void
baton_stream_take (BatonStream  *self,
                   const guint8 *data,
                   gsize         length)
{
  g_autoptr (BatonStream) alive = g_object_ref (self);

  /* A broken peer may go on sending; that is read, so that it can read what it is told, and thrown away. */
  if (self->is_answered)
    return;

  if (self->reader == NULL)
    self->reader = baton_frame_reader_new (get_limits (self)->frame_size);
  baton_frame_reader_feed (self->reader, data, length);
  while (self->peer != NULL && !self->is_answered) {
    g_autoptr (GBytes) payload = NULL;
    guint code = 0;
    BatonFrameKind kind = baton_frame_reader_next (self->reader, &payload, &code);

    if (kind == BATON_FRAME_MORE)
      break;
    self->heard_at = g_get_monotonic_time ();
    take (self, kind, payload, code);
  }
  /* A stream that waits for nothing holds no memory for it. */
  if (self->is_answered || baton_frame_reader_is_empty (self->reader))
    g_clear_pointer (&self->reader, baton_frame_reader_free);
}

/* --- Coming and going --- */

static void
set_timer (BatonStream *self)
{
  const BatonTransportLimits *limits = get_limits (self);
  gint64 deadline = MIN (self->heard_at + limits->silence_seconds * G_TIME_SPAN_SECOND,
                         self->pinged_at + limits->ping_seconds * G_TIME_SPAN_SECOND);

  baton_peer_set_timer (self->peer, self->is_closing ? MIN (deadline, self->closed_by) : deadline);
}

/**
 * baton_stream_new:
 * @peer: whose handshake is done
 */
BatonStream *
baton_stream_new (BatonPeer *peer)
{
  BatonStream *self = g_object_new (BATON_TYPE_STREAM, NULL);
  const BatonTransportLimits *limits = baton_transport_get_limits (peer->transport);
  gint64 now = g_get_monotonic_time ();

  self->peer = peer;
  self->heard_at = self->pinged_at = now;
  baton_bucket_init (&self->bucket, limits->frame_rate, limits->frame_burst, now);
  set_timer (self);
  return self;
}

/**
 * baton_stream_due:
 *
 * Keeps it alive, or finds that it is not. Pings alone are invisible to a page's script, an empty text frame is not
 * (protocol 1.9).
 */
void
baton_stream_due (BatonStream *self,
                  gint64       now)
{
  const BatonTransportLimits *limits = get_limits (self);

  if (now - self->heard_at >= limits->silence_seconds * G_TIME_SPAN_SECOND ||
      (self->is_closing && now >= self->closed_by)) {
    baton_peer_cut (self->peer);
    return;
  }
  if (now - self->pinged_at >= limits->ping_seconds * G_TIME_SPAN_SECOND) {
    self->pinged_at = now;
    if (!self->is_closing && !self->is_blocked) {
      queue_frame (self, BATON_FRAME_TEXT, NULL);
      queue_frame (self, BATON_FRAME_PING, NULL);
    }
  }
  set_timer (self);
}

static gboolean
emit_closed_cb (gpointer user_data)
{
  BatonStream *self = user_data;

  if (self->events != NULL && self->events->closed != NULL)
    self->events->closed (self, self->user_data);
  return G_SOURCE_REMOVE;
}

/**
 * baton_stream_abandon:
 *
 * The connection is gone.
 */
void
baton_stream_abandon (BatonStream *self)
{
  self->peer = NULL;
  g_idle_add_full (G_PRIORITY_DEFAULT, emit_closed_cb, g_object_ref (self), g_object_unref);
}

/**
 * baton_stream_listen:
 * @events: (nullable): lent, for as long as the stream lives or until it is called again; %NULL: not any more
 *
 * Says who hears of the stream; there is one at a time.
 */
void
baton_stream_listen (BatonStream             *self,
                     const BatonStreamEvents *events,
                     gpointer                 user_data)
{
  g_return_if_fail (BATON_IS_STREAM (self));

  self->events = events;
  self->user_data = user_data;
}

/**
 * baton_stream_send:
 * @text: valid UTF-8; referenced, so that what many get is in memory once
 *
 * Sends a text frame. All that is sent within one turn of the main loop leaves together; what the socket does not take
 * waits here. A reader that is further behind than the limit is cut off: it comes back and resumes from the store. One
 * frame may be larger than the limit if nothing else waits.
 *
 * Returns: %FALSE if it is closed, or being closed
 */
gboolean
baton_stream_send (BatonStream *self,
                   GBytes      *text)
{
  g_autoptr (BatonStream) alive = NULL;

  g_return_val_if_fail (BATON_IS_STREAM (self), FALSE);

  if (self->peer == NULL || self->is_closing)
    return FALSE;

  alive = g_object_ref (self);
  if (self->is_blocked && self->peer->outgoing.size + g_bytes_get_size (text) > get_limits (self)->backlog) {
    g_debug ("stream cut: its reader is %" G_GSIZE_FORMAT " bytes behind", self->peer->outgoing.size);
    baton_peer_cut (self->peer);
    return FALSE;
  }

  queue_frame (self, BATON_FRAME_TEXT, text);
  if (!self->is_blocked && self->peer->outgoing.size >= WORTH_WRITING)
    write_out (self);
  return self->peer != NULL;
}

/**
 * baton_stream_get_backlog:
 *
 * Returns: bytes its reader has not taken yet, beyond what the system buffers
 */
gsize
baton_stream_get_backlog (BatonStream *self)
{
  g_return_val_if_fail (BATON_IS_STREAM (self), 0);

  return self->is_blocked && self->peer != NULL ? self->peer->outgoing.size : 0;
}

/**
 * baton_stream_close:
 * @code: of RFC 6455
 * @reason: (nullable): ASCII, at most 123 bytes
 *
 * Says goodbye; what was sent before still goes out first. Harmless when closed already.
 */
void
baton_stream_close (BatonStream *self,
                    guint        code,
                    const char  *reason)
{
  g_return_if_fail (BATON_IS_STREAM (self));

  if (self->peer != NULL)
    begin_close (self, code, reason);
}
