/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-socket.h"

#include "baton-error.h"
#include "baton-http.h"
#include "baton-wake.h"

/* A hand-off with its transcript is longer than the 128 KiB libsoup would take. Never 0: it then takes a frame of any
 * claimed length. */
#define MESSAGE_LIMIT (2 * 1024 * 1024)
#define LONGEST_MESSAGE_LIMIT (16 * 1024 * 1024)
#define PING_SECONDS 20

struct _BatonSocket {
  GObject                  parent_instance;

  SoupSession             *session;
  SoupMessage             *handshake;
  SoupWebsocketConnection *connection;   /* %NULL until open */
  GCancellable            *cancellable;

  gsize                    message_limit;
  guint                    silence_ms;
  guint                    watchdog_id;
  BatonWake               *wake;         /* %NULL unless opening or open */
  gint64                   opened_at;    /* monotonic µs */
  gint64                   heard_at;     /* monotonic µs; of the last frame, or as if one had come with the opening */
  gboolean                 has_heard;
  gboolean                 fell_silent;
};

G_DEFINE_FINAL_TYPE (BatonSocket, baton_socket, G_TYPE_OBJECT)

enum { OPENED, HEARD, MESSAGE, CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
let_go (BatonSocket *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->watchdog_id, g_source_remove);
  g_clear_pointer (&self->wake, baton_wake_free);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  g_clear_object (&self->handshake);
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

/* Frames come often and the watchdog is moved seldom: when it is due it looks how long the silence has really lasted. */
static gboolean
watchdog_cb (gpointer user_data)
{
  BatonSocket *self = user_data;
  gint64 silent_ms = (g_get_monotonic_time () - self->heard_at) / 1000;
  g_autoptr (GError) why = NULL;

  self->watchdog_id = 0;
  if (silent_ms < self->silence_ms) {
    self->watchdog_id = g_timeout_add ((guint) (self->silence_ms - silent_ms), watchdog_cb, self);
    return G_SOURCE_REMOVE;
  }

  self->fell_silent = TRUE;
  why = g_error_new_literal (BATON_ERROR, BATON_ERROR_BUSY, "the stream fell silent");
  end (self, why);
  return G_SOURCE_REMOVE;
}

/* The other end has given us up meanwhile, or never had the chance; waiting for the watchdog would only cost time. */
static void
woke_cb (gpointer user_data)
{
  g_autoptr (GError) why = g_error_new_literal (BATON_ERROR, BATON_ERROR_BUSY, "the machine was asleep");

  end (user_data, why);
}

static void
message_cb (SoupWebsocketConnection *connection,
            SoupWebsocketDataType    type,
            GBytes                  *message,
            gpointer                 user_data)
{
  g_autoptr (BatonSocket) self = g_object_ref (user_data);
  gboolean is_first = !self->has_heard;

  self->heard_at = g_get_monotonic_time ();
  self->has_heard = TRUE;
  if (is_first)
    g_signal_emit (self, signals[HEARD], 0);
  if (type == SOUP_WEBSOCKET_DATA_TEXT && g_bytes_get_size (message) > 0)
    g_signal_emit (self, signals[MESSAGE], 0, message);
}

static void
closed_cb (SoupWebsocketConnection *connection,
           gpointer                 user_data)
{
  g_autoptr (GError) why = g_error_new (BATON_ERROR, BATON_ERROR_BUSY, "the stream ended with code %u",
                                        soup_websocket_connection_get_close_code (connection));

  end (user_data, why);
}

static void
take_connection (BatonSocket             *self,
                 SoupWebsocketConnection *connection)
{
  self->connection = connection;
  self->opened_at = self->heard_at = g_get_monotonic_time ();
  soup_websocket_connection_set_max_incoming_payload_size (connection, self->message_limit);
  soup_websocket_connection_set_keepalive_interval (connection, PING_SECONDS);
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), self);
  g_signal_emit (self, signals[OPENED], 0);
}

/* A refused handshake is told like any refused request: by its status. */
static GError *
why_not_open (SoupMessage  *handshake,
              const GError *error)
{
  BatonHttpAnswer answer = { .status = soup_message_get_status (handshake) };
  GError *why = NULL;

  if (answer.status >= 300 && !baton_http_answer_check (&answer, &why))
    return why;
  return baton_http_map_error (error, FALSE);
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (BatonSocket) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) why = NULL;
  SoupWebsocketConnection *connection;

  connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  if (g_cancellable_is_cancelled (self->cancellable)) {
    g_clear_object (&connection);
  } else if (connection != NULL) {
    take_connection (self, connection);
  } else {
    why = why_not_open (self->handshake, error);
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

  g_clear_object (&self->session);
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
  self->message_limit = MESSAGE_LIMIT;
}

/**
 * baton_socket_new:
 * @session: (transfer none): see baton_http_dup_session()
 * @silence_ms: without a frame for so long the other end counts as gone, whatever TCP believes
 *
 * Returns: (transfer full): a socket that is not open yet; connect to its signals, then open it
 */
BatonSocket *
baton_socket_new (SoupSession *session,
                  guint        silence_ms)
{
  BatonSocket *self = g_object_new (BATON_TYPE_SOCKET, NULL);

  self->session = g_object_ref (session);
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
  g_autoptr (GError) error = NULL;

  g_return_if_fail (BATON_IS_SOCKET (self));
  g_return_if_fail (self->handshake == NULL && self->connection == NULL);

  self->handshake = baton_http_new_message (SOUP_METHOD_GET, url, bearer, &error);
  if (self->handshake == NULL) {
    end (self, error);
    return;
  }
  self->heard_at = g_get_monotonic_time ();
  self->watchdog_id = g_timeout_add (self->silence_ms, watchdog_cb, self);
  self->wake = baton_wake_new (woke_cb, self);
  soup_session_websocket_connect_async (self->session, self->handshake, NULL, NULL, G_PRIORITY_DEFAULT,
                                        self->cancellable, connected_cb, g_object_ref (self));
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
