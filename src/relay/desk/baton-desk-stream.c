/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-desk-stream.h"

/* Rows are about 1 KiB. A page goes out whole, so both together stay well below the transport's limit of a back-log,
 * past which it would close the stream. */
#define PAGE 64
#define LOW_WATER (32 * 1024)
#define HIGH_WATER (96 * 1024)

struct _BatonDeskStream {
  GObject       parent_instance;

  BatonStore   *store;
  BatonStream  *stream;        /* %NULL once closed */
  GCancellable *cancellable;
  char         *agent_id;
  char         *session;
  gint64        ends_at;
  gint64        used_at;       /* monotonic: when the session was touched last */

  GQueue        pending;       /* of GBytes: frames of a snapshot or of a page that wait for room */
  gint64        sent;          /* newest event that is sent or pending */
  gint64        head;          /* newest event there is */
  gboolean      has_begun;
  gboolean      is_reading;
};

G_DEFINE_FINAL_TYPE (BatonDeskStream, baton_desk_stream, G_TYPE_OBJECT)

enum { CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void pump (BatonDeskStream *self);

static void
queue_frames (BatonDeskStream *self,
              GPtrArray       *frames)
{
  for (guint i = 0; i < frames->len; i++)
    g_queue_push_tail (&self->pending, g_bytes_ref (g_ptr_array_index (frames, i)));
}

static void
queue_events (BatonDeskStream *self,
              GPtrArray       *events)
{
  g_autoptr (GPtrArray) frames = baton_desk_frame_events (events);

  queue_frames (self, frames);
  self->sent = baton_event_get_seq (g_ptr_array_index (events, events->len - 1));
  self->head = MAX (self->head, self->sent);
}

static void
page_read_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (BatonDeskStream) self = user_data;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GError) error = NULL;

  events = baton_store_list_events_finish (BATON_STORE (source), result, &error);
  self->is_reading = FALSE;
  if (self->stream == NULL)
    return;

  /* Nothing, where there has to be something: its reader comes again and resumes; going on would be an endless loop. */
  if (events == NULL || events->len == 0) {
    baton_desk_stream_end (self, 1011, "the log cannot be read");
    return;
  }
  queue_events (self, events);
  pump (self);
}

/* Until the page is there nothing is sent live, so nothing is in both. */
static void
read_page (BatonDeskStream *self)
{
  self->is_reading = TRUE;
  baton_store_list_events_async (self->store, self->sent, PAGE, self->cancellable, page_read_cb, g_object_ref (self));
}

static void
send_pending (BatonDeskStream *self)
{
  while (!g_queue_is_empty (&self->pending) && baton_stream_get_backlog (self->stream) < LOW_WATER) {
    g_autoptr (GBytes) frame = g_queue_pop_head (&self->pending);

    /* %FALSE: it is being closed, and says so by itself. */
    if (!baton_stream_send (self->stream, frame))
      g_queue_clear_full (&self->pending, (GDestroyNotify) g_bytes_unref);
  }
}

/* Sends what there is room for, then reads on. Returns with something pending, a page being read, a back-log that will
 * drain, or everything sent. */
static void
pump (BatonDeskStream *self)
{
  if (!self->has_begun || self->is_reading)
    return;

  send_pending (self);
  if (g_queue_is_empty (&self->pending) && self->sent < self->head &&
      baton_stream_get_backlog (self->stream) < LOW_WATER)
    read_page (self);
}

static void
drained_cb (BatonStream *stream,
            gpointer     user_data)
{
  pump (BATON_DESK_STREAM (user_data));
}

static void
closed_cb (BatonStream *stream,
           gpointer     user_data)
{
  g_autoptr (BatonDeskStream) self = g_object_ref (BATON_DESK_STREAM (user_data));

  g_cancellable_cancel (self->cancellable);
  baton_stream_listen (self->stream, NULL, NULL);
  g_clear_object (&self->stream);
  g_queue_clear_full (&self->pending, (GDestroyNotify) g_bytes_unref);
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
baton_desk_stream_dispose (GObject *object)
{
  BatonDeskStream *self = BATON_DESK_STREAM (object);

  g_cancellable_cancel (self->cancellable);
  if (self->stream != NULL)
    baton_stream_listen (self->stream, NULL, NULL);
  g_clear_object (&self->stream);

  G_OBJECT_CLASS (baton_desk_stream_parent_class)->dispose (object);
}

static void
baton_desk_stream_finalize (GObject *object)
{
  BatonDeskStream *self = BATON_DESK_STREAM (object);

  g_queue_clear_full (&self->pending, (GDestroyNotify) g_bytes_unref);
  g_clear_object (&self->store);
  g_clear_object (&self->cancellable);
  g_free (self->agent_id);
  g_free (self->session);

  G_OBJECT_CLASS (baton_desk_stream_parent_class)->finalize (object);
}

static void
baton_desk_stream_class_init (BatonDeskStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = baton_desk_stream_dispose;
  object_class->finalize = baton_desk_stream_finalize;

  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
baton_desk_stream_init (BatonDeskStream *self)
{
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->pending);
}

/**
 * baton_desk_stream_new:
 * @session: hash of the session's token
 * @ends_at: of the session; microseconds since 1970
 * @after: newest event the console has, or -1
 *
 * Returns: (transfer full): a stream that says nothing before baton_desk_stream_begin()
 */
BatonDeskStream *
baton_desk_stream_new (BatonStore  *store,
                       BatonStream *stream,
                       const char  *agent_id,
                       const char  *session,
                       gint64       ends_at,
                       gint64       after)
{
  static const BatonStreamEvents events = { .drained = drained_cb, .closed = closed_cb };
  BatonDeskStream *self = g_object_new (BATON_TYPE_DESK_STREAM, NULL);

  self->store = g_object_ref (store);
  self->stream = g_object_ref (stream);
  self->agent_id = g_strdup (agent_id);
  self->session = g_strdup (session);
  self->ends_at = ends_at;
  self->used_at = g_get_monotonic_time ();
  self->sent = after;
  baton_stream_listen (stream, &events, self);
  return self;
}

const char *
baton_desk_stream_get_agent (BatonDeskStream *self)
{
  return self->agent_id;
}

const char *
baton_desk_stream_get_session (BatonDeskStream *self)
{
  return self->session;
}

gint64
baton_desk_stream_get_ends_at (BatonDeskStream *self)
{
  return self->ends_at;
}

/**
 * baton_desk_stream_get_after:
 *
 * Returns: the newest event the console has, or -1: it needs a snapshot
 */
gint64
baton_desk_stream_get_after (BatonDeskStream *self)
{
  return self->sent;
}

/**
 * baton_desk_stream_is_due:
 * @every: microseconds
 *
 * An open stream counts as a use of its session, which has to be written down now and then.
 *
 * Returns: whether that is due; answers %TRUE once in @every
 */
gboolean
baton_desk_stream_is_due (BatonDeskStream *self,
                          gint64           every)
{
  gint64 now = g_get_monotonic_time ();

  if (now - self->used_at < every)
    return FALSE;
  self->used_at = now;
  return TRUE;
}

/**
 * baton_desk_stream_greet:
 *
 * Sends the first frame.
 */
void
baton_desk_stream_greet (BatonDeskStream *self,
                         GBytes          *hello)
{
  if (self->stream != NULL)
    baton_stream_send (self->stream, hello);
}

/**
 * baton_desk_stream_begin:
 * @picture: (nullable): sent first, where the console cannot go on from what it has
 * @head: newest event there is
 *
 * Sends all events since, then each that baton_desk_stream_tell() brings.
 */
void
baton_desk_stream_begin (BatonDeskStream  *self,
                         BatonDeskPicture *picture,
                         gint64            head)
{
  if (self->stream == NULL)
    return;

  if (picture != NULL) {
    queue_frames (self, picture->frames);
    self->sent = picture->seq;
  }
  self->head = MAX (head, self->sent);
  self->has_begun = TRUE;
  pump (self);
}

/**
 * baton_desk_stream_tell:
 * @seq: of an event that just happened
 * @frame: a frame with it alone
 *
 * Sends it at once if everything before it is on its way and its reader keeps up; else it will be read from the log.
 */
void
baton_desk_stream_tell (BatonDeskStream *self,
                        gint64           seq,
                        GBytes          *frame)
{
  /* An event may be told after the page or the snapshot that has it. */
  if (self->stream == NULL || !self->has_begun || seq <= self->sent)
    return;

  self->head = MAX (self->head, seq);
  if (seq == self->sent + 1 && !self->is_reading && g_queue_is_empty (&self->pending) &&
      baton_stream_get_backlog (self->stream) < HIGH_WATER) {
    self->sent = seq;
    baton_stream_send (self->stream, frame);
  } else {
    pump (self);
  }
}

/**
 * baton_desk_stream_end:
 * @code: of RFC 6455
 *
 * Closes it; `closed` follows.
 */
void
baton_desk_stream_end (BatonDeskStream *self,
                       guint            code,
                       const char      *reason)
{
  if (self->stream != NULL)
    baton_stream_close (self->stream, code, reason);
}
