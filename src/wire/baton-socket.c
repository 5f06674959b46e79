/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-socket.h"

#include <string.h>

#include "baton-error.h"
#include "baton-handshake.h"
#include "baton-http.h"
#include "baton-fd-watch.h"
#include "baton-socket-frame.h"
#include "baton-timer.h"
#include "baton-wake.h"

/* A hand-off with its transcript is long; what a frame claims to be is not believed beyond this. */
#define MESSAGE_LIMIT (2 * 1024 * 1024)
#define LONGEST_MESSAGE_LIMIT (16 * 1024 * 1024)
#define PING_USEC (20 * G_USEC_PER_SEC)
#define CHUNK_SIZE (32 * 1024)
#define CHUNKS 32                    /* read at a time; then others have their turn */
#define BACKLOG_LIMIT (64 * 1024)    /* of pongs and pings the other end does not read */

/* A desk has one stream, a relay one for each conversation with a bot: thousands, most of them idle. So a stream is no
 * source of the main context, of which every turn looks at all, but one of a shared epoll set and of a shared timer. */
struct _BatonSocket {
  GObject             parent_instance;

  BatonHandshake     *handshake;        /* %NULL once let in */
  GByteArray         *answer;           /* of the handshake, as far as it has come; %NULL: over */
  GCancellable       *cancellable;
  GSocketConnection  *stream;           /* %NULL until connected */
  BatonFdWatch       *watch;
  guint               more_id;          /* there may be more than was read, which no poll tells of */
  BatonSocketReader  *reader;           /* %NULL until let in */
  GByteArray         *out;              /* what could not be written yet; %NULL: nothing */
  gboolean            was_opened;       /* baton_socket_open() */

  gsize               message_limit;
  guint               silence_ms;
  BatonTimer         *timer;            /* for the next ping, or until the silence is too long */
  BatonWake          *wake;             /* %NULL unless opening or open */
  gint64              opened_at;        /* monotonic µs */
  gint64              heard_at;         /* monotonic µs; of the last frame, or as if one had come with the opening */
  gint64              pinged_at;        /* monotonic µs */
  gboolean            has_heard;
  gboolean            fell_silent;
};

G_DEFINE_FINAL_TYPE (BatonSocket, baton_socket, G_TYPE_OBJECT)

enum { OPENED, HEARD, MESSAGE, CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- ending ---- */

/* Over TLS, closing says goodbye, and must not wait for room to do so. */
static void
close_stream (GSocketConnection *stream)
{
  if (G_IS_TCP_WRAPPER_CONNECTION (stream))
    g_io_stream_close_async (G_IO_STREAM (stream), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  else
    g_io_stream_close (G_IO_STREAM (stream), NULL, NULL);
}

static void
let_go (BatonSocket *self)
{
  g_cancellable_cancel (self->cancellable);
  baton_timer_stop (self->timer);
  g_clear_pointer (&self->wake, baton_wake_free);
  g_clear_pointer (&self->watch, baton_fd_watch_free);
  g_clear_handle_id (&self->more_id, g_source_remove);
  if (self->stream != NULL)
    close_stream (self->stream);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->handshake, baton_handshake_free);
  g_clear_pointer (&self->answer, g_byte_array_unref);
  g_clear_pointer (&self->reader, baton_socket_reader_free);
  g_clear_pointer (&self->out, g_byte_array_unref);
}

/* Whoever hears of it may drop the last reference. */
static void
end (BatonSocket  *self,
     const GError *why)
{
  g_autoptr (BatonSocket) alive = g_object_ref (self);

  let_go (self);
  g_signal_emit (self, signals[CLOSED], 0, why);
}

static void
end_with (BatonSocket *self,
          const char  *sentence)
{
  g_autoptr (GError) why = g_error_new_literal (BATON_ERROR, BATON_ERROR_BUSY, sentence);

  end (self, why);
}

/* The other end has given us up meanwhile, or never had the chance; waiting for the silence to last would only cost
 * time. */
static void
woke_cb (gpointer user_data)
{
  end_with (user_data, "the machine was asleep");
}

/* ---- writing ---- */

/* Returns: %FALSE if the stream has ended, and told so */
static gboolean
flush (BatonSocket *self)
{
  GPollableOutputStream *out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (self->stream)));
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) why = NULL;

  while (self->out != NULL && self->out->len > 0) {
    gssize written = g_pollable_output_stream_write_nonblocking (out, self->out->data, self->out->len, NULL, &error);

    if (written >= 0) {
      g_byte_array_remove_range (self->out, 0, (guint) written);
      continue;
    }
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) && self->out->len <= BACKLOG_LIMIT) {
      baton_fd_watch_set_writing (self->watch, TRUE);
      return TRUE;
    }
    why = baton_http_map_error (error, FALSE);
    end (self, why);
    return FALSE;
  }
  if (self->out != NULL)
    baton_fd_watch_set_writing (self->watch, FALSE);
  g_clear_pointer (&self->out, g_byte_array_unref);
  return TRUE;
}

static gboolean
write_frame (BatonSocket       *self,
             BatonSocketOpcode  opcode,
             const guint8      *data,
             gsize              size)
{
  if (self->out == NULL)
    self->out = g_byte_array_new ();
  baton_socket_write_frame (self->out, opcode, data, size);
  return flush (self);
}

/* ---- the clock ---- */

static void
start_timer (BatonSocket *self)
{
  gint64 due = self->heard_at + (gint64) self->silence_ms * 1000;
  gint64 left;

  if (self->reader != NULL)
    due = MIN (due, self->pinged_at + PING_USEC);
  left = due - g_get_monotonic_time ();
  baton_timer_start (self->timer, (guint) (MAX (left, 0) / 1000) + 1);
}

/* Frames come often and the timer is moved seldom: when it is due it looks how long the silence has really lasted. */
static void
due_cb (gpointer user_data)
{
  BatonSocket *self = user_data;
  gint64 now = g_get_monotonic_time ();

  if (now - self->heard_at >= (gint64) self->silence_ms * 1000) {
    self->fell_silent = TRUE;
    end_with (self, "the stream fell silent");
    return;
  }
  if (self->reader != NULL && now - self->pinged_at >= PING_USEC) {
    self->pinged_at = now;
    if (!write_frame (self, BATON_SOCKET_PING, NULL, 0))
      return;
  }
  start_timer (self);
}

/* ---- reading ---- */

static void
note_heard (BatonSocket *self)
{
  gboolean is_first = !self->has_heard;

  self->heard_at = g_get_monotonic_time ();
  self->has_heard = TRUE;
  if (is_first)
    g_signal_emit (self, signals[HEARD], 0);
}

static void
take_close (BatonSocket *self,
            GBytes      *message)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (message, &size);
  guint code = size >= 2 ? (guint) data[0] << 8 | data[1] : 0;
  g_autoptr (GError) why = g_error_new (BATON_ERROR, BATON_ERROR_BUSY, "the stream ended with code %u", code);

  if (write_frame (self, BATON_SOCKET_CLOSE, data, MIN (size, 2)))
    end (self, why);
}

/* Pongs are answers to our pings: the other end is alive, and its frames may be lost all the same, so they do not count. */
static void
take_message (BatonSocket       *self,
              BatonSocketOpcode  opcode,
              GBytes            *message)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (message, &size);

  switch (opcode) {
  case BATON_SOCKET_TEXT:
  case BATON_SOCKET_BINARY:
    note_heard (self);
    if (self->stream != NULL && opcode == BATON_SOCKET_TEXT && size > 0)
      g_signal_emit (self, signals[MESSAGE], 0, message);
    break;
  case BATON_SOCKET_PING:
    write_frame (self, BATON_SOCKET_PONG, data, size);
    break;
  case BATON_SOCKET_CLOSE:
    take_close (self, message);
    break;
  case BATON_SOCKET_PONG:
  case BATON_SOCKET_CONTINUATION:
  default:
    break;
  }
}

static void
take_frames (BatonSocket  *self,
             const guint8 *data,
             gsize         size)
{
  while (size > 0 && self->stream != NULL) {
    g_autoptr (GBytes) message = NULL;
    g_autoptr (GError) error = NULL;
    BatonSocketOpcode opcode;
    gssize taken = baton_socket_reader_take (self->reader, data, size, &opcode, &message, &error);

    if (taken < 0) {
      end (self, error);
      return;
    }
    data += taken;
    size -= (gsize) taken;
    if (message != NULL)
      take_message (self, opcode, message);
  }
  /* A long message over a slow line may take longer than a silence may last. */
  if (self->stream != NULL && baton_socket_reader_is_amid (self->reader))
    self->heard_at = g_get_monotonic_time ();
}

static void
enter (BatonSocket *self)
{
  g_clear_pointer (&self->handshake, baton_handshake_free);
  self->reader = baton_socket_reader_new (self->message_limit);
  self->opened_at = self->heard_at = self->pinged_at = g_get_monotonic_time ();
  start_timer (self);
  g_signal_emit (self, signals[OPENED], 0);
}

/* Frames may come along with the answer. */
static void
take_answer (BatonSocket  *self,
             const guint8 *data,
             gsize         size)
{
  g_autoptr (GByteArray) answer = NULL;
  g_autoptr (GError) error = NULL;
  gssize head;

  g_byte_array_append (self->answer, data, (guint) size);
  head = baton_handshake_read (self->handshake, (const char *) self->answer->data, self->answer->len, &error);
  if (head < 0) {
    end (self, error);
  } else if (head > 0) {
    answer = g_steal_pointer (&self->answer);
    enter (self);
    take_frames (self, answer->data + head, answer->len - (gsize) head);
  }
}

static gboolean read_cb (gpointer user_data);

/* Until there is nothing more, since TLS may hold what no poll tells of; but others have to have their turn. */
static void
read_some (BatonSocket *self)
{
  GPollableInputStream *in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (G_IO_STREAM (self->stream)));
  guint8 chunk[CHUNK_SIZE];

  for (guint i = 0; i < CHUNKS && self->stream != NULL; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) why = NULL;
    gssize size = g_pollable_input_stream_read_nonblocking (in, chunk, sizeof chunk, NULL, &error);

    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return;
    if (size < 0) {
      why = baton_http_map_error (error, FALSE);
      end (self, why);
    } else if (size == 0) {
      end_with (self, "the stream ended with code 0");
    } else if (self->answer != NULL) {
      take_answer (self, chunk, (gsize) size);
    } else {
      take_frames (self, chunk, (gsize) size);
    }
  }
  if (self->stream != NULL && self->more_id == 0)
    self->more_id = g_idle_add (read_cb, self);
}

static gboolean
read_cb (gpointer user_data)
{
  g_autoptr (BatonSocket) self = g_object_ref (user_data);

  self->more_id = 0;
  read_some (self);
  return G_SOURCE_REMOVE;
}

static void
ready_cb (gboolean readable,
          gboolean writable,
          gpointer user_data)
{
  g_autoptr (BatonSocket) self = g_object_ref (user_data);

  if (writable && !flush (self))
    return;
  if (readable)
    read_some (self);
}

/* ---- opening ---- */

static void
take_connection (BatonSocket *self)
{
  const char *request = baton_handshake_get_text (self->handshake);
  g_autoptr (GError) error = NULL;

  self->watch = baton_fd_watch_new (g_socket_get_fd (g_socket_connection_get_socket (self->stream)), ready_cb, self,
                                    &error);
  if (self->watch == NULL) {
    end (self, error);
    return;
  }
  self->answer = g_byte_array_new ();
  self->out = g_byte_array_new ();
  g_byte_array_append (self->out, (const guint8 *) request, (guint) strlen (request));
  flush (self);
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (BatonSocket) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) why = NULL;
  g_autoptr (GSocketConnection) stream = g_socket_client_connect_to_uri_finish (G_SOCKET_CLIENT (source), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable)) {
    if (stream != NULL)
      close_stream (stream);
  } else if (stream != NULL) {
    self->stream = g_steal_pointer (&stream);
    take_connection (self);
  } else {
    why = baton_http_map_error (error, FALSE);
    end (self, why);
  }
}

static void
baton_socket_dispose (GObject *object)
{
  let_go (BATON_SOCKET (object));
  G_OBJECT_CLASS (baton_socket_parent_class)->dispose (object);
}

static void
baton_socket_finalize (GObject *object)
{
  BatonSocket *self = BATON_SOCKET (object);

  g_clear_pointer (&self->timer, baton_timer_free);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (baton_socket_parent_class)->finalize (object);
}

static void
baton_socket_class_init (BatonSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = baton_socket_dispose;
  object_class->finalize = baton_socket_finalize;

  signals[OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  signals[HEARD] = g_signal_new ("heard", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  signals[MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_BYTES);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
baton_socket_init (BatonSocket *self)
{
  self->cancellable = g_cancellable_new ();
  self->timer = baton_timer_new (due_cb, self);
  self->message_limit = MESSAGE_LIMIT;
}

/**
 * baton_socket_new:
 * @silence_ms: without a frame for so long the other end counts as gone, whatever TCP believes
 *
 * Returns: (transfer full): a socket that is not open yet; connect to its signals, then open it
 */
BatonSocket *
baton_socket_new (guint silence_ms)
{
  BatonSocket *self = g_object_new (BATON_TYPE_SOCKET, NULL);

  self->silence_ms = silence_ms;
  return self;
}

/**
 * baton_socket_set_message_limit:
 * @self: a socket that was not opened before
 * @bytes: a longer message ends it; 2 MiB unless set, at most 16 MiB
 */
void
baton_socket_set_message_limit (BatonSocket *self,
                                gsize        bytes)
{
  g_return_if_fail (BATON_IS_SOCKET (self));
  g_return_if_fail (bytes > 0 && bytes <= LONGEST_MESSAGE_LIMIT);

  self->message_limit = bytes;
}

/**
 * baton_socket_open:
 * @self: a socket that was not opened before
 * @url: ws, wss, http or https
 * @bearer: (nullable): for `Authorization`
 *
 * Begins the handshake; `opened` or `closed` follows. `closed` is emitted at once where @url is no address.
 */
void
baton_socket_open (BatonSocket *self,
                   const char  *url,
                   const char  *bearer)
{
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (BATON_IS_SOCKET (self));
  g_return_if_fail (!self->was_opened);

  self->was_opened = TRUE;
  self->handshake = baton_handshake_new (url, bearer, &error);
  if (self->handshake == NULL) {
    end (self, error);
    return;
  }
  self->heard_at = g_get_monotonic_time ();
  self->wake = baton_wake_new (woke_cb, self);
  start_timer (self);
  client = g_socket_client_new ();
  g_socket_client_set_tls (client, baton_handshake_is_secure (self->handshake));
  g_socket_client_connect_to_uri_async (client, baton_handshake_get_url (self->handshake),
                                        baton_handshake_is_secure (self->handshake) ? 443 : 80, self->cancellable,
                                        connected_cb, g_object_ref (self));
}

/**
 * baton_socket_close:
 * @self: a socket
 *
 * Ends it without a word; to be called before the last reference is dropped, since a handshake under way holds one.
 */
void
baton_socket_close (BatonSocket *self)
{
  g_return_if_fail (BATON_IS_SOCKET (self));

  let_go (self);
}

/**
 * baton_socket_has_worked:
 * @self: a socket
 *
 * Returns: whether frames come through: something was heard, and if it fell silent, not before it had been open for as
 *   long as a silence may last. Some networks let a stream be opened, and perhaps its first frames, and then nothing more
 */
gboolean
baton_socket_has_worked (BatonSocket *self)
{
  g_return_val_if_fail (BATON_IS_SOCKET (self), FALSE);

  if (self->fell_silent && self->heard_at - self->opened_at < (gint64) self->silence_ms * 1000)
    return FALSE;
  return self->has_heard;
}
