/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-transport-private.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bytes read at once, before others get their turn. */
#define READ_SIZE (64 * 1024)

/* Waiting for this much instead of for one byte keeps a throttled peer from costing a wake-up per byte. */
#define WORTH_READING 4096

static void ready_cb (BatonWatch *watch, guint32 events);

/* --- Time --- */

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
    g_assert_not_reached ();
  }
}

/**
 * baton_peer_set_timer:
 * @deadline: when baton_peer_due() shall be called
 */
void
baton_peer_set_timer (BatonPeer *self,
                      gint64     deadline)
{
  self->deadline = deadline;
  if (self->resumes_at > 0)
    deadline = MIN (deadline, self->resumes_at);
  baton_poller_set_timer (baton_transport_get_poller (self->transport), &self->timer, deadline,
                          g_get_monotonic_time ());
}

static void
set_phase (BatonPeer  *self,
           BatonPhase  phase)
{
  self->phase = phase;
  baton_peer_set_timer (self, g_get_monotonic_time () + get_allowance (self, phase));
}

/* For a body, of theirs or ours: what is long may take longer, but not for ever. */
static void
set_phase_for (BatonPeer  *self,
               BatonPhase  phase,
               guint64     size)
{
  const BatonTransportLimits *limits = baton_transport_get_limits (self->transport);

  set_phase (self, phase);
  baton_peer_set_timer (self, self->deadline + (gint64) (size / limits->least_rate) * G_TIME_SPAN_SECOND);
}

/* --- What is waited for --- */

static gboolean
is_reading (BatonPeer *self)
{
  return self->resumes_at == 0 &&
         (self->phase == BATON_PHASE_HEAD || self->phase == BATON_PHASE_BODY || self->phase == BATON_PHASE_IDLE ||
          self->phase == BATON_PHASE_STREAM);
}

static void
wait_for (BatonPeer *self,
          guint32    events)
{
  baton_poller_change (baton_transport_get_poller (self->transport), &self->watch, events);
}

static void
wait_for_peer (BatonPeer *self,
               gboolean   is_blocked)
{
  if (self->phase == BATON_PHASE_WRITING)
    /* It may have closed its own direction, and still read. */
    wait_for (self, EPOLLOUT);
  else
    wait_for (self, EPOLLRDHUP | (is_reading (self) ? EPOLLIN : 0) | (is_blocked ? EPOLLOUT : 0));
}

/**
 * baton_peer_set_blocked:
 * @is_blocked: something waits until the socket takes more
 *
 * For a stream.
 */
void
baton_peer_set_blocked (BatonPeer *self,
                        gboolean   is_blocked)
{
  wait_for_peer (self, is_blocked);
}

/* --- Coming and going --- */

/**
 * baton_peer_open:
 * @fd: (transfer full): a socket that does not block
 * @source: a #GRefString
 * @address: likewise
 *
 * Returns: (transfer full) (nullable): a connection; %NULL if the system has no room for it
 */
BatonPeer *
baton_peer_open (BatonTransport *transport,
                 int             fd,
                 const char     *source,
                 const char     *address)
{
  const BatonTransportLimits *limits = baton_transport_get_limits (transport);
  BatonPeer *self = g_new0 (BatonPeer, 1);

  self->refs = 1;
  self->link.data = self;
  self->transport = transport;
  self->source = g_ref_string_acquire ((char *) source);
  self->address = g_ref_string_acquire ((char *) address);
  self->watch.fd = fd;
  self->watch.ready = ready_cb;
  baton_bucket_init (&self->bucket, (double) limits->rate, (double) limits->rate_burst, g_get_monotonic_time ());

  if (!baton_poller_add (baton_transport_get_poller (transport), &self->watch, EPOLLIN | EPOLLRDHUP)) {
    close (fd);
    self->watch.fd = -1;
    baton_peer_unref (self);
    return NULL;
  }
  set_phase (self, BATON_PHASE_HEAD);
  return self;
}

BatonPeer *
baton_peer_ref (BatonPeer *self)
{
  self->refs++;
  return self;
}

void
baton_peer_unref (BatonPeer *self)
{
  if (--self->refs > 0)
    return;

  g_assert (self->watch.fd < 0);
  g_ref_string_release (self->source);
  g_ref_string_release (self->address);
  g_free (self);
}

gboolean
baton_peer_is_closed (BatonPeer *self)
{
  return self->watch.fd < 0;
}

/**
 * baton_peer_cut:
 *
 * Closes the connection at once. The transport's reference goes; harmless when closed already.
 */
void
baton_peer_cut (BatonPeer *self)
{
  g_autoptr (BatonExchange) exchange = NULL;
  g_autoptr (BatonStream) stream = NULL;

  if (baton_peer_is_closed (self))
    return;

  baton_poller_remove (baton_transport_get_poller (self->transport), &self->watch);
  baton_poller_stop_timer (baton_transport_get_poller (self->transport), &self->timer);
  close (self->watch.fd);
  self->watch.fd = -1;

  g_clear_pointer (&self->request, baton_request_free);
  g_clear_pointer (&self->ahead, g_byte_array_unref);
  baton_outgoing_clear (&self->outgoing);
  exchange = g_steal_pointer (&self->exchange);
  if (exchange != NULL)
    baton_exchange_abandon (exchange);
  stream = g_steal_pointer (&self->stream);
  if (stream != NULL)
    baton_stream_abandon (stream);
  baton_transport_remove_peer (self->transport, self);
}

/* --- Refusing --- */

/* It is not closed before the peer has had time to read why, since unread input would turn that into a reset. */
static void
linger (BatonPeer *self)
{
  shutdown (self->watch.fd, SHUT_WR);
  set_phase (self, BATON_PHASE_LINGER);
  wait_for_peer (self, FALSE);
}

static const char *
explain (guint        status,
         const char **text)
{
  switch (status) {
  case 413:
    *text = "Activity too large";
    return "MessageSizeTooBig";
  case 417:
    *text = "Expectation not known";
    return "BadArgument";
  case 431:
    *text = "Head too large";
    return "BadArgument";
  case 501:
    *text = "Encoding not known";
    return "BadArgument";
  case 505:
    *text = "Version not known";
    return "BadArgument";
  default:
    *text = "Ambiguous request";
    return "BadArgument";
  }
}

/* Says why and reads no further. Any page may read it (S33). */
static void
refuse (BatonPeer *self,
        guint      status)
{
  const char *text;
  const char *code = explain (status, &text);
  g_autofree char *body = baton_exchange_format_error (code, text);
  g_autofree char *answer = NULL;

  answer = g_strdup_printf ("HTTP/1.1 %u %s\r\n"
                            "Content-Type: application/json\r\n"
                            "Content-Length: %" G_GSIZE_FORMAT "\r\n"
                            "Access-Control-Allow-Origin: *\r\n"
                            "Connection: close\r\n\r\n%s",
                            status, baton_exchange_get_phrase (status), strlen (body), body);
  g_clear_object (&self->exchange);
  g_clear_pointer (&self->request, baton_request_free);
  /* If not even this fits into the socket's buffer the peer has not read earlier answers; then it is just closed. */
  send (self->watch.fd, answer, strlen (answer), MSG_NOSIGNAL);
  linger (self);
}

/* --- Reading --- */

static void
ask_for_body (BatonPeer *self)
{
  static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

  if (baton_outgoing_send (&self->outgoing, self->watch.fd, go_on, strlen (go_on), NULL) == BATON_OUTGOING_BROKEN)
    baton_peer_cut (self);
}

/* The head of a request is there. A body far over the limit is refused now, whatever came of it. */
static void
begin_body (BatonPeer *self)
{
  BatonRequest *request = g_steal_pointer (&self->request);
  guint64 length = baton_request_get_length (request);
  gsize limit;

  self->exchange = baton_exchange_new (self, request);
  limit = baton_transport_find_limit (self->transport, self->exchange);
  baton_request_set_limit (request, limit);
  if (length > BATON_REQUEST_TOLERATED_BODIES * (guint64) limit) {
    refuse (self, 413);
    return;
  }

  self->is_unhurried = limit > baton_transport_get_limits (self->transport)->body_size;
  set_phase_for (self, BATON_PHASE_BODY, length);
  if (baton_request_waits_to_send (request))
    ask_for_body (self);
}

static void
answer (BatonPeer *self)
{
  g_autoptr (BatonExchange) exchange = g_object_ref (self->exchange);

  set_phase (self, BATON_PHASE_ANSWER);
  if (baton_request_is_too_big (baton_exchange_get_request (exchange))) {
    baton_exchange_refuse (exchange, 413, "MessageSizeTooBig", "Activity too large");
  } else {
    baton_exchange_take_body (exchange);
    baton_transport_dispatch (self->transport, exchange);
  }
}

static BatonRequestState
read_request (BatonPeer  *self,
              const char *data,
              gsize       length,
              gsize      *used)
{
  BatonRequest *request;
  BatonRequestState state;

  if (self->exchange == NULL && self->request == NULL) {
    self->request = baton_request_new ();
    if (self->phase != BATON_PHASE_HEAD)
      set_phase (self, BATON_PHASE_HEAD);
  }
  request = self->exchange != NULL ? baton_exchange_get_request (self->exchange) : self->request;

  state = baton_request_feed (request, data, length, used);
  if (state == BATON_REQUEST_HEAD)
    begin_body (self);
  else if (state == BATON_REQUEST_DONE)
    answer (self);
  else if (state == BATON_REQUEST_BROKEN)
    refuse (self, baton_request_get_fault (request));
  return state;
}

static void
keep_ahead (BatonPeer  *self,
            const char *data,
            gsize       length)
{
  if (self->ahead == NULL)
    self->ahead = g_byte_array_new ();
  g_byte_array_append (self->ahead, (const guint8 *) data, (guint) length);
}

/* Gives bytes to whoever reads them now; that may change with each request. What came ahead of an answer waits. */
static void
take (BatonPeer  *self,
      const char *data,
      gsize       length)
{
  gboolean more = length > 0;

  while (more && !baton_peer_is_closed (self)) {
    gsize used = length;

    if (self->stream != NULL) {
      baton_stream_take (self->stream, (const guint8 *) data, length);
      more = FALSE;
    } else if (self->phase == BATON_PHASE_ANSWER || self->phase == BATON_PHASE_WRITING) {
      keep_ahead (self, data, length);
      more = FALSE;
    } else if (self->phase == BATON_PHASE_LINGER) {
      more = FALSE;
    } else {
      more = read_request (self, data, length, &used) == BATON_REQUEST_HEAD || used < length;
    }
    data += used;
    length -= used;
  }
}

/* The connection may go on with what came ahead. */
static void
take_ahead (BatonPeer *self)
{
  g_autoptr (BatonPeer) alive = baton_peer_ref (self);
  g_autoptr (GByteArray) ahead = g_steal_pointer (&self->ahead);

  if (ahead != NULL)
    take (self, (const char *) ahead->data, ahead->len);
}

/* Whoever was given a limit of its own was looked at: the rate is for strangers. */
static gboolean
is_free_of_rate (BatonPeer *self)
{
  return self->phase == BATON_PHASE_BODY && self->is_unhurried;
}

/* Bytes that may be read now; 0: it has to wait. */
static gsize
get_allowed (BatonPeer *self)
{
  gint64 now = g_get_monotonic_time ();
  double worth = MIN (self->bucket.burst, WORTH_READING);

  if (is_free_of_rate (self))
    return READ_SIZE;
  if (baton_bucket_fill (&self->bucket, now) >= worth)
    return (gsize) self->bucket.level;

  self->resumes_at = now + baton_bucket_wait (&self->bucket, worth);
  baton_peer_set_timer (self, self->deadline);
  return 0;
}

static void
read_some (BatonPeer *self)
{
  char buffer[READ_SIZE];
  gsize allowed = get_allowed (self);
  gssize n;

  if (allowed == 0) {
    wait_for_peer (self, self->outgoing.size > 0);
    return;
  }

  n = recv (self->watch.fd, buffer, MIN (sizeof buffer, allowed), 0);
  if (n > 0) {
    if (!is_free_of_rate (self))
      self->bucket.level -= (double) n;
    take (self, buffer, (gsize) n);
  } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
    baton_peer_cut (self);
  }
}

/* --- Answering --- */

static gboolean
has_unread (BatonPeer *self)
{
  char byte;

  return self->ahead != NULL || recv (self->watch.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static void
end (BatonPeer *self)
{
  if (has_unread (self))
    linger (self);
  else
    baton_peer_cut (self);
}

static void
wrote (BatonPeer           *self,
       BatonOutgoingResult  result)
{
  if (result == BATON_OUTGOING_BROKEN) {
    baton_peer_cut (self);
  } else if (result == BATON_OUTGOING_BLOCKED) {
    if (self->phase != BATON_PHASE_WRITING)
      set_phase_for (self, BATON_PHASE_WRITING, self->outgoing.size);
    wait_for_peer (self, TRUE);
  } else if (self->ends) {
    end (self);
  } else {
    set_phase (self, BATON_PHASE_IDLE);
    wait_for_peer (self, FALSE);
  }
}

/**
 * baton_peer_answer:
 * @body: (nullable): referenced, not copied
 * @keeps_alive: another request may follow
 *
 * Answers the request that was last read.
 */
void
baton_peer_answer (BatonPeer  *self,
                   const char *head,
                   gsize       head_size,
                   GBytes     *body,
                   gboolean    keeps_alive)
{
  g_autoptr (BatonPeer) alive = baton_peer_ref (self);   /* the last answer of a connection may be its end */

  self->ends = !keeps_alive;
  wrote (self, baton_outgoing_send (&self->outgoing, self->watch.fd, head, head_size, body));
  if (!baton_peer_is_closed (self) && self->phase == BATON_PHASE_IDLE && self->ahead != NULL)
    take_ahead (self);
}

/**
 * baton_peer_upgrade:
 *
 * Answers the request that was last read, and makes a stream of the connection.
 */
void
baton_peer_upgrade (BatonPeer  *self,
                    const char *head,
                    gsize       head_size)
{
  BatonOutgoingResult result = baton_outgoing_send (&self->outgoing, self->watch.fd, head, head_size, NULL);

  if (result == BATON_OUTGOING_BROKEN) {
    baton_peer_cut (self);
    return;
  }

  self->phase = BATON_PHASE_STREAM;
  baton_transport_add_stream (self->transport);
  self->stream = baton_stream_new (self);
  wait_for_peer (self, result == BATON_OUTGOING_BLOCKED);
}

/* --- Events --- */

static void
write_some (BatonPeer *self)
{
  if (self->stream != NULL) {
    baton_stream_flush (self->stream);
    return;
  }

  wrote (self, baton_outgoing_write (&self->outgoing, self->watch.fd));
  if (!baton_peer_is_closed (self) && self->phase == BATON_PHASE_IDLE)
    take_ahead (self);
}

static void
ready_cb (BatonWatch *watch,
          guint32     events)
{
  g_autoptr (BatonPeer) self = baton_peer_ref ((BatonPeer *) watch);

  if (events & EPOLLOUT)
    write_some (self);

  if (baton_peer_is_closed (self))
    return;
  if ((events & EPOLLIN) && is_reading (self))
    read_some (self);
  else if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
    baton_peer_cut (self);
  else if (events & EPOLLIN)
    /* Asks on before it has its answer; only now is it worth a call not to hear of it. */
    wait_for_peer (self, FALSE);
}

/**
 * baton_peer_due:
 *
 * A deadline is over: that of its phase, or that until which it was not read from.
 */
void
baton_peer_due (BatonPeer *self,
                gint64     now)
{
  g_autoptr (BatonPeer) alive = baton_peer_ref (self);

  if (self->resumes_at > 0 && now >= self->resumes_at) {
    self->resumes_at = 0;
    wait_for_peer (self, self->stream != NULL && self->outgoing.size > 0);
  }

  if (now < self->deadline)
    baton_peer_set_timer (self, self->deadline);
  else if (self->phase == BATON_PHASE_STREAM)
    baton_stream_due (self->stream, now);
  else if (self->phase == BATON_PHASE_ANSWER)
    baton_exchange_refuse (self->exchange, 503, "ServiceError", "No answer in time");
  else
    baton_peer_cut (self);
}
