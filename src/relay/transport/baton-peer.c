/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-transport-private.h"

#include <poll.h>
#include <string.h>

/* A body up to this many times the limit is read and thrown away, so that a client that is only a little too talkative
 * keeps its connection; beyond that reading stops. */
#define TOLERATED_BODIES 2

BatonPeer *
baton_peer_new (BatonTransport *transport,
                GSocket        *socket,
                GSocketAddress *address,
                const char     *source)
{
  const BatonTransportLimits *limits = baton_transport_get_limits (transport);
  g_autoptr (GSocketConnection) connection = g_socket_connection_factory_create_connection (socket);
  BatonPeer *self = g_new0 (BatonPeer, 1);

  self->link.data = self;
  self->transport = transport;
  self->socket = g_object_ref (socket);
  self->address = g_object_ref (address);
  self->source = g_strdup (source);
  self->guard = baton_guard_stream_new (G_IO_STREAM (connection), limits->rate, limits->rate_burst);
  baton_peer_set_phase (self, BATON_PHASE_HEAD);
  return self;
}

/* Only after its guard stream was closed. */
void
baton_peer_free (BatonPeer *self)
{
  g_autoptr (BatonExchange) exchange = g_steal_pointer (&self->exchange);
  g_autoptr (BatonStream) stream = g_steal_pointer (&self->stream);

  if (exchange != NULL)
    baton_exchange_abandon (exchange);
  if (stream != NULL)
    baton_stream_abandon (stream);
  g_clear_object (&self->guard);
  g_clear_object (&self->address);
  g_clear_object (&self->socket);
  g_free (self->source);
  g_free (self);
}

static gint64
get_allowance (BatonPeer  *self,
               BatonPhase  phase)
{
  const BatonTransportLimits *limits = baton_transport_get_limits (self->transport);

  switch (phase) {
  case BATON_PHASE_HEAD:
    return limits->header_seconds * G_TIME_SPAN_SECOND;
  case BATON_PHASE_BODY:
  case BATON_PHASE_WRITING:
    return limits->body_seconds * G_TIME_SPAN_SECOND;
  case BATON_PHASE_ANSWER:
    return limits->answer_seconds * G_TIME_SPAN_SECOND;
  case BATON_PHASE_IDLE:
    return limits->idle_seconds * G_TIME_SPAN_SECOND;
  case BATON_PHASE_LINGER:
    return BATON_LINGER_USEC;
  case BATON_PHASE_STREAM:
  default:
    return 0;
  }
}

void
baton_peer_set_phase (BatonPeer  *self,
                      BatonPhase  phase)
{
  self->phase = phase;
  self->deadline = g_get_monotonic_time () + get_allowance (self, phase);
}

/* Says why and reads no further: libsoup, which would go on reading the whole upload whatever was answered, loses the
 * connection. It is not closed before the peer has had time to read, since unread input would turn that into a reset. */
static void
refuse (BatonPeer         *self,
        SoupServerMessage *message,
        const char        *status,
        const char        *code,
        const char        *text)
{
  g_autoptr (GIOStream) stolen = soup_server_message_steal_connection (message);
  g_autofree char *body = baton_exchange_format_error (code, text);
  g_autofree char *answer = NULL;

  answer = g_strdup_printf ("HTTP/1.1 %s\r\n"
                            "Content-Type: application/json\r\n"
                            "Content-Length: %" G_GSIZE_FORMAT "\r\n"
                            "Access-Control-Allow-Origin: *\r\n"
                            "Connection: close\r\n\r\n%s", status, strlen (body), body);
  /* If not even this fits into the socket's buffer the peer has not read earlier answers; then it is just closed. */
  g_socket_send_with_blocking (self->socket, answer, strlen (answer), FALSE, NULL, NULL);
  g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
  baton_peer_set_phase (self, BATON_PHASE_LINGER);
}

static void
refuse_size (BatonPeer         *self,
             SoupServerMessage *message)
{
  refuse (self, message, "413 Content Too Large", "MessageSizeTooBig", "Activity too large");
}

/**
 * baton_peer_begin:
 *
 * A request begins: its first bytes came, or the connection is new.
 */
void
baton_peer_begin (BatonPeer         *self,
                  SoupServerMessage *message)
{
  self->body_size = 0;
  self->too_big = FALSE;
  baton_peer_set_phase (self, BATON_PHASE_HEAD);
}

typedef struct {
  guint       hosts;
  guint       lengths;
  guint       encodings;
  const char *length;
  const char *encoding;
} Framing;

static void
read_framing (SoupServerMessage *message,
              Framing           *framing)
{
  SoupMessageHeadersIter iter;
  const char *name, *value;

  soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value)) {
    if (g_ascii_strcasecmp (name, "Host") == 0) {
      framing->hosts++;
    } else if (g_ascii_strcasecmp (name, "Content-Length") == 0) {
      framing->lengths++;
      framing->length = value;
    } else if (g_ascii_strcasecmp (name, "Transfer-Encoding") == 0) {
      framing->encodings++;
      framing->encoding = value;
    }
  }
}

static void
throw_body_away (BatonPeer         *self,
                 SoupServerMessage *message)
{
  self->too_big = TRUE;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
}

/**
 * baton_peer_check_head:
 *
 * The head of a request is there. What two readers could understand differently is refused, as is a body far over the
 * limit.
 */
void
baton_peer_check_head (BatonPeer         *self,
                       SoupServerMessage *message)
{
  gsize limit = baton_transport_get_limits (self->transport)->body_size;
  Framing framing = { 0 };
  guint64 length = 0;

  /* A multi-range answer could be many times its body. */
  soup_message_headers_remove (soup_server_message_get_request_headers (message), "Range");

  read_framing (message, &framing);
  if (framing.hosts > 1 || framing.lengths > 1 || framing.encodings > 1 ||
      (framing.lengths > 0 && framing.encodings > 0) ||
      (framing.encoding != NULL && g_ascii_strcasecmp (framing.encoding, "chunked") != 0)) {
    refuse (self, message, "400 Bad Request", "BadArgument", "Ambiguous request");
    return;
  }
  if (framing.length != NULL && !g_ascii_string_to_unsigned (framing.length, 10, 0, G_MAXUINT64, &length, NULL)) {
    refuse (self, message, "400 Bad Request", "BadArgument", "Bad length");
    return;
  }
  if (length > TOLERATED_BODIES * limit) {
    refuse_size (self, message);
    return;
  }

  if (length > limit)
    throw_body_away (self, message);
  baton_peer_set_phase (self, BATON_PHASE_BODY);
}

/**
 * baton_peer_count_body:
 *
 * A piece of a body came in; a chunked one has no length to tell by.
 */
void
baton_peer_count_body (BatonPeer         *self,
                       SoupServerMessage *message,
                       gsize              length)
{
  gsize limit = baton_transport_get_limits (self->transport)->body_size;

  self->body_size += length;
  if (self->body_size > TOLERATED_BODIES * limit)
    refuse_size (self, message);
  else if (self->body_size > limit && !self->too_big)
    throw_body_away (self, message);
}

/**
 * baton_peer_cut:
 *
 * Closes the connection at once. Frees @self.
 */
void
baton_peer_cut (BatonPeer *self)
{
  g_autoptr (BatonGuardStream) guard = g_object_ref (self->guard);

  g_io_stream_close (G_IO_STREAM (guard), NULL, NULL);
}

/* libsoup does not look at the socket of a request that waits for its answer. */
static gboolean
has_left (BatonPeer *self)
{
  struct pollfd look = { .fd = g_socket_get_fd (self->socket), .events = POLLRDHUP };

  return poll (&look, 1, 0) == 1;
}

/**
 * baton_peer_sweep:
 *
 * Looks whether its time is over. May free @self.
 */
void
baton_peer_sweep (BatonPeer *self,
                  gint64     now)
{
  gboolean over = now >= self->deadline;

  switch (self->phase) {
  case BATON_PHASE_STREAM:
    baton_stream_sweep (self->stream, now);
    break;
  case BATON_PHASE_ANSWER:
    if (has_left (self))
      baton_peer_cut (self);
    else if (over)
      baton_exchange_refuse (self->exchange, 503, "ServiceError", "No answer in time");
    break;
  case BATON_PHASE_IDLE:
    /* libsoup drops its end of what was closed to it, but ours keeps the socket. A last request is read first. */
    if (over || (has_left (self) && g_socket_get_available_bytes (self->socket) == 0))
      baton_peer_cut (self);
    break;
  case BATON_PHASE_LINGER:
    if (over || has_left (self))
      baton_peer_cut (self);
    break;
  default:
    if (over)
      baton_peer_cut (self);
    break;
  }
}
