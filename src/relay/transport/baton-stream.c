/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bucket.h"
#include "baton-frame.h"
#include "baton-transport-private.h"

/* Reads per wake-up before others get their turn. */
#define READS_AT_ONCE 4

/*
 * What libsoup has to do with this ends with the handshake: its own WebSocket has no bound for fragments and pongs, does
 * not tell how far behind a reader is, and copies each text once per reader.
 */
struct _BatonStream {
  GObject            parent_instance;

  BatonPeer         *peer;           /* NULL once it is gone */
  BatonTransportLimits limits;
  GIOStream         *io;
  GSource           *input_source;
  GSource           *output_source;  /* while something has to wait */

  BatonFrameReader  *reader;
  BatonBucket        bucket;         /* of frames */
  gint64             heard_at;       /* monotonic, as all times here */
  gint64             pinged_at;

  GQueue             outgoing;       /* of GBytes: frames */
  gsize              written;        /* bytes of the first of them that have left */
  gsize              backlog;        /* bytes in all that have not */

  gboolean           is_closing;     /* our close frame is on its way: nothing goes out after it */
  gboolean           is_answered;    /* the peer's close frame came */
  gint64             closed_by;      /* when patience with the peer's ends */
};

G_DEFINE_FINAL_TYPE (BatonStream, baton_stream, G_TYPE_OBJECT)

enum { MESSAGE, DRAINED, CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
stop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
baton_stream_finalize (GObject *object)
{
  BatonStream *self = BATON_STREAM (object);

  stop_source (&self->input_source);
  stop_source (&self->output_source);
  g_clear_object (&self->io);
  g_clear_pointer (&self->reader, baton_frame_reader_free);
  g_queue_clear_full (&self->outgoing, (GDestroyNotify) g_bytes_unref);

  G_OBJECT_CLASS (baton_stream_parent_class)->finalize (object);
}

static void
baton_stream_class_init (BatonStreamClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = baton_stream_finalize;

  signals[MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_BYTES);
  signals[DRAINED] = g_signal_new ("drained", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CLOSED] = g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
baton_stream_init (BatonStream *self)
{
  g_queue_init (&self->outgoing);
}

static void
cut (BatonStream *self)
{
  if (self->peer != NULL)
    baton_peer_cut (self->peer);
}

/* Writes what the socket takes; %FALSE if it broke. */
static gboolean
write_some (BatonStream *self)
{
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->io));
  GBytes *frame;

  while ((frame = g_queue_peek_head (&self->outgoing)) != NULL) {
    g_autoptr (GError) error = NULL;
    gsize size;
    const guint8 *data = g_bytes_get_data (frame, &size);
    gssize n;

    n = g_pollable_output_stream_write_nonblocking (output, data + self->written, size - self->written, NULL, &error);
    if (n < 0)
      return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

    self->written += (gsize) n;
    self->backlog -= (gsize) n;
    if (self->written == size) {
      g_bytes_unref (g_queue_pop_head (&self->outgoing));
      self->written = 0;
    }
  }
  return TRUE;
}

static gboolean output_ready_cb (GObject *output, gpointer user_data);

/* Writes, waits if some of it has to, and ends what is over. */
static void
push (BatonStream *self)
{
  if (self->peer == NULL)
    return;

  if (!write_some (self)) {
    cut (self);
  } else if (self->backlog > 0) {
    if (self->output_source == NULL) {
      GOutputStream *output = g_io_stream_get_output_stream (self->io);

      self->output_source = g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (output), NULL);
      g_source_set_callback (self->output_source, G_SOURCE_FUNC (output_ready_cb), self, NULL);
      g_source_attach (self->output_source, NULL);
    }
  } else if (self->is_closing && self->is_answered) {
    cut (self);
  }
}

static gboolean
output_ready_cb (GObject  *output,
                 gpointer  user_data)
{
  g_autoptr (BatonStream) self = g_object_ref (user_data);

  stop_source (&self->output_source);
  push (self);
  if (self->peer != NULL && self->backlog == 0 && !self->is_closing)
    g_signal_emit (self, signals[DRAINED], 0);
  return G_SOURCE_REMOVE;
}

static void
queue_frame (BatonStream *self,
             GBytes      *frame)
{
  self->backlog += g_bytes_get_size (frame);
  g_queue_push_tail (&self->outgoing, frame);
}

static void
begin_close (BatonStream *self,
             guint        code,
             const char  *reason)
{
  if (self->is_closing)
    return;

  queue_frame (self, baton_frame_format_close (code, reason));
  self->is_closing = TRUE;
  self->closed_by = g_get_monotonic_time () + BATON_LINGER_USEC;
}

/* The peer broke the rules: it is told so, and not listened to any more. */
static void
fail (BatonStream *self,
      guint        code)
{
  g_debug ("stream closed with %u", code);
  begin_close (self, code, NULL);
  self->is_answered = TRUE;
  stop_source (&self->input_source);
}

static void
take_close (BatonStream *self,
            guint        code)
{
  self->is_answered = TRUE;
  stop_source (&self->input_source);
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
    if (!self->is_closing && self->backlog == 0)
      queue_frame (self, baton_frame_format (BATON_FRAME_PONG, g_bytes_get_data (payload, NULL),
                                             g_bytes_get_size (payload)));
    break;
  case BATON_FRAME_TEXT:
    if (!self->is_closing && g_bytes_get_size (payload) > 0)
      g_signal_emit (self, signals[MESSAGE], 0, payload);
    break;
  case BATON_FRAME_BINARY:
  case BATON_FRAME_PONG:
  case BATON_FRAME_MORE:
  default:
    break;
  }
}

static void
take_all (BatonStream *self)
{
  while (self->peer != NULL && !self->is_answered) {
    g_autoptr (GBytes) payload = NULL;
    guint code = 0;
    BatonFrameKind kind = baton_frame_reader_next (self->reader, &payload, &code);

    if (kind == BATON_FRAME_MORE)
      return;
    self->heard_at = g_get_monotonic_time ();
    take (self, kind, payload, code);
  }
}

static gboolean
input_ready_cb (GObject  *input,
                gpointer  user_data)
{
  g_autoptr (BatonStream) self = g_object_ref (user_data);

  for (guint i = 0; i < READS_AT_ONCE && self->peer != NULL && !self->is_answered; i++) {
    g_autoptr (GError) error = NULL;
    guint8 buffer[4096];
    gssize n;

    n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), buffer, sizeof buffer, NULL, &error);
    if (n > 0) {
      baton_frame_reader_feed (self->reader, buffer, (gsize) n);
      take_all (self);
    } else if (n == 0 || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
      cut (self);
    } else {
      break;
    }
  }
  push (self);
  return self->peer != NULL && !self->is_answered;
}

/**
 * baton_stream_new:
 * @io: what the handshake was made on
 */
BatonStream *
baton_stream_new (BatonPeer                  *peer,
                  GIOStream                  *io,
                  const BatonTransportLimits *limits)
{
  BatonStream *self = g_object_new (BATON_TYPE_STREAM, NULL);
  gint64 now = g_get_monotonic_time ();

  self->peer = peer;
  self->limits = *limits;
  self->io = g_object_ref (io);
  self->reader = baton_frame_reader_new (limits->frame_size);
  self->heard_at = self->pinged_at = now;
  baton_bucket_init (&self->bucket, limits->frame_rate, limits->frame_burst, now);

  self->input_source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (io)),
                                                              NULL);
  g_source_set_callback (self->input_source, G_SOURCE_FUNC (input_ready_cb), self, NULL);
  g_source_attach (self->input_source, NULL);
  return self;
}

/**
 * baton_stream_sweep:
 *
 * Keeps it alive, or finds that it is not. Pings alone are invisible to a page's script, an empty text frame is not
 * (protocol 1.9).
 */
void
baton_stream_sweep (BatonStream *self,
                    gint64       now)
{
  if (now - self->heard_at >= self->limits.silence_seconds * G_TIME_SPAN_SECOND ||
      (self->is_closing && now >= self->closed_by)) {
    cut (self);
    return;
  }
  if (self->is_closing || self->backlog > 0 || now - self->pinged_at < self->limits.ping_seconds * G_TIME_SPAN_SECOND)
    return;

  self->pinged_at = now;
  queue_frame (self, baton_frame_format (BATON_FRAME_TEXT, NULL, 0));
  queue_frame (self, baton_frame_format (BATON_FRAME_PING, NULL, 0));
  push (self);
}

static gboolean
emit_closed_cb (gpointer user_data)
{
  g_signal_emit (user_data, signals[CLOSED], 0);
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
  stop_source (&self->input_source);
  stop_source (&self->output_source);
  g_queue_clear_full (&self->outgoing, (GDestroyNotify) g_bytes_unref);
  self->backlog = 0;
  g_idle_add_full (G_PRIORITY_DEFAULT, emit_closed_cb, g_object_ref (self), g_object_unref);
}

/**
 * baton_stream_send:
 * @text: valid UTF-8
 *
 * Sends a text frame; what the socket does not take at once waits here. A reader that is further behind than the limit
 * is cut off: it comes back and resumes from the store. One frame may be larger than the limit if nothing else waits.
 *
 * Returns: %FALSE if it is closed, or being closed
 */
gboolean
baton_stream_send (BatonStream *self,
                   GBytes      *text)
{
  g_autoptr (BatonStream) alive = NULL;
  gsize size;
  const void *data;

  g_return_val_if_fail (BATON_IS_STREAM (self), FALSE);

  if (self->peer == NULL || self->is_closing)
    return FALSE;

  alive = g_object_ref (self);
  data = g_bytes_get_data (text, &size);
  if (self->backlog > 0 && self->backlog + size > self->limits.backlog) {
    g_debug ("stream cut: its reader is %" G_GSIZE_FORMAT " bytes behind", self->backlog);
    cut (self);
    return FALSE;
  }

  queue_frame (self, baton_frame_format (BATON_FRAME_TEXT, data, size));
  push (self);
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

  return self->backlog;
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
  g_autoptr (BatonStream) alive = NULL;

  g_return_if_fail (BATON_IS_STREAM (self));

  if (self->peer == NULL)
    return;

  alive = g_object_ref (self);
  begin_close (self, code, reason);
  push (self);
}
