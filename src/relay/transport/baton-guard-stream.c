/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-guard-stream.h"

#include "baton-bucket.h"

/* Waiting for this much instead of for one byte keeps a throttled peer from costing a wake-up per byte. */
#define WORTH_READING 4096

/*
 * BatonGuardInput:
 *
 * The reading half. An empty bucket looks like a socket without data, whose source is a timer.
 */
#define BATON_TYPE_GUARD_INPUT (baton_guard_input_get_type ())
G_DECLARE_FINAL_TYPE (BatonGuardInput, baton_guard_input, BATON, GUARD_INPUT, GInputStream)

struct _BatonGuardInput {
  GInputStream          parent_instance;

  GPollableInputStream *base;
  BatonBucket           bucket;   /* of bytes */
  double                worth;
};

static void baton_guard_input_iface_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonGuardInput, baton_guard_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, baton_guard_input_iface_init))

static gboolean
may_read (BatonGuardInput *self)
{
  return baton_bucket_fill (&self->bucket, g_get_monotonic_time ()) >= self->worth;
}

static gssize
baton_guard_input_read_nonblocking (GPollableInputStream  *stream,
                                    void                  *buffer,
                                    gsize                  count,
                                    GError               **error)
{
  BatonGuardInput *self = BATON_GUARD_INPUT (stream);
  gssize n;

  if (!may_read (self)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "the peer is over its rate");
    return -1;
  }

  n = g_pollable_input_stream_read_nonblocking (self->base, buffer, MIN (count, (gsize) self->bucket.level), NULL, error);
  if (n > 0)
    self->bucket.level -= (double) n;
  return n;
}

static gssize
baton_guard_input_read (GInputStream  *stream,
                        void          *buffer,
                        gsize          count,
                        GCancellable  *cancellable,
                        GError       **error)
{
  return baton_guard_input_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), buffer, count, error);
}

static gboolean
baton_guard_input_is_readable (GPollableInputStream *stream)
{
  BatonGuardInput *self = BATON_GUARD_INPUT (stream);

  return may_read (self) && g_pollable_input_stream_is_readable (self->base);
}

static GSource *
baton_guard_input_create_source (GPollableInputStream *stream,
                                 GCancellable         *cancellable)
{
  BatonGuardInput *self = BATON_GUARD_INPUT (stream);
  g_autoptr (GSource) below = NULL;

  if (may_read (self))
    below = g_pollable_input_stream_create_source (self->base, NULL);
  else
    below = g_timeout_source_new ((guint) (baton_bucket_wait (&self->bucket, self->worth) / 1000 + 1));
  return g_pollable_source_new_full (self, below, cancellable);
}

static void
baton_guard_input_iface_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = baton_guard_input_is_readable;
  iface->create_source = baton_guard_input_create_source;
  iface->read_nonblocking = baton_guard_input_read_nonblocking;
}

static void
baton_guard_input_finalize (GObject *object)
{
  BatonGuardInput *self = BATON_GUARD_INPUT (object);

  g_clear_object (&self->base);

  G_OBJECT_CLASS (baton_guard_input_parent_class)->finalize (object);
}

static void
baton_guard_input_class_init (BatonGuardInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_guard_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = baton_guard_input_read;
}

static void
baton_guard_input_init (BatonGuardInput *self)
{
}

struct _BatonGuardStream {
  GIOStream        parent_instance;

  GIOStream       *base;
  BatonGuardInput *input;
};

G_DEFINE_FINAL_TYPE (BatonGuardStream, baton_guard_stream, G_TYPE_IO_STREAM)

enum { CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

static GInputStream *
baton_guard_stream_get_input_stream (GIOStream *stream)
{
  return G_INPUT_STREAM (BATON_GUARD_STREAM (stream)->input);
}

static GOutputStream *
baton_guard_stream_get_output_stream (GIOStream *stream)
{
  return g_io_stream_get_output_stream (BATON_GUARD_STREAM (stream)->base);
}

static gboolean
baton_guard_stream_close (GIOStream     *stream,
                          GCancellable  *cancellable,
                          GError       **error)
{
  BatonGuardStream *self = BATON_GUARD_STREAM (stream);

  g_io_stream_close (self->base, NULL, NULL);
  g_signal_emit (self, signals[CLOSED], 0);
  return TRUE;
}

static void
baton_guard_stream_finalize (GObject *object)
{
  BatonGuardStream *self = BATON_GUARD_STREAM (object);

  g_clear_object (&self->base);
  g_clear_object (&self->input);

  G_OBJECT_CLASS (baton_guard_stream_parent_class)->finalize (object);
}

static void
baton_guard_stream_class_init (BatonGuardStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = baton_guard_stream_finalize;
  stream_class->get_input_stream = baton_guard_stream_get_input_stream;
  stream_class->get_output_stream = baton_guard_stream_get_output_stream;
  stream_class->close_fn = baton_guard_stream_close;

  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
baton_guard_stream_init (BatonGuardStream *self)
{
}

/**
 * baton_guard_stream_new:
 * @base: the peer's stream; both its halves must be pollable
 * @rate: bytes a second that may come in
 * @burst: bytes that may come in at once
 */
BatonGuardStream *
baton_guard_stream_new (GIOStream *base,
                        gsize      rate,
                        gsize      burst)
{
  BatonGuardStream *self = g_object_new (BATON_TYPE_GUARD_STREAM, NULL);

  self->base = g_object_ref (base);
  self->input = g_object_new (BATON_TYPE_GUARD_INPUT, NULL);
  self->input->base = g_object_ref (G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (base)));
  self->input->worth = (double) MIN (burst, WORTH_READING);
  baton_bucket_init (&self->input->bucket, (double) rate, (double) burst, g_get_monotonic_time ());
  return self;
}
