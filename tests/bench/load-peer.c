/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "load-peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE 65536
#define N_EVENTS  256

struct _LoadLoop {
  int                 epoll;
  struct sockaddr_in  address;
  char               *host;       /* as in the Host header */
  char               *base;       /* path, no slash at the end */
  gint64              deadline;
  gboolean            has_line;
};

void
load_fail (const char *format,
           ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("bench-load: %s\n", text);
  exit (1);
}

/* Load is for servers on this machine: anything else is somebody else's. */
static gboolean
resolve (const char          *host,
         int                  port,
         struct sockaddr_in  *address,
         GError             **error)
{
  *address = (struct sockaddr_in) { .sin_family = AF_INET, .sin_port = htons ((guint16) port) };
  if (inet_pton (AF_INET, g_str_equal (host, "localhost") ? "127.0.0.1" : host, &address->sin_addr) == 1 &&
      ntohl (address->sin_addr.s_addr) >> 24 == 127)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s is no address in 127.0.0.0/8", host);
  return FALSE;
}

LoadLoop *
load_loop_new (const char  *url,
               gint64       seconds,
               GError     **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, error);
  g_autoptr (LoadLoop) self = g_new0 (LoadLoop, 1);

  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (uri == NULL || !resolve (g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : "", g_uri_get_port (uri),
                               &self->address, error))
    return NULL;

  self->host = g_strdup_printf ("%s:%d", g_uri_get_host (uri), g_uri_get_port (uri));
  self->base = g_strdup (g_uri_get_path (uri));
  self->deadline = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  return g_steal_pointer (&self);
}

void
load_loop_free (LoadLoop *self)
{
  close (self->epoll);
  g_free (self->host);
  g_free (self->base);
  g_free (self);
}

LoadPeer *
load_peer_new (LoadLoop   *loop,
               LoadAnswer  answer,
               LoadText    text,
               gpointer    owner)
{
  LoadPeer *self = g_new0 (LoadPeer, 1);

  self->loop = loop;
  self->answer = answer;
  self->text = text;
  self->owner = owner;
  self->fd = -1;
  self->in = g_byte_array_new ();
  self->out = g_byte_array_new ();
  return self;
}

void
load_peer_close (LoadPeer *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  self->is_stream = self->is_asking = self->is_writing = FALSE;
  g_byte_array_set_size (self->in, 0);
  g_byte_array_set_size (self->out, 0);
}

void
load_peer_free (LoadPeer *self)
{
  load_peer_close (self);
  g_byte_array_unref (self->in);
  g_byte_array_unref (self->out);
  g_free (self);
}

static void
watch (LoadPeer *self,
       int       operation)
{
  struct epoll_event event = { .events = EPOLLIN | (self->is_writing ? EPOLLOUT : 0), .data.ptr = self };

  if (epoll_ctl (self->loop->epoll, operation, self->fd, &event) != 0)
    load_fail ("epoll_ctl: %s", g_strerror (errno));
}

static void
dial (LoadPeer *self)
{
  const int one = 1;

  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (self->fd < 0)
    load_fail ("socket: %s", g_strerror (errno));
  setsockopt (self->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect (self->fd, (const struct sockaddr *) &self->loop->address, sizeof self->loop->address) != 0 &&
      errno != EINPROGRESS)
    load_fail ("connect: %s", g_strerror (errno));
  watch (self, EPOLL_CTL_ADD);
}

/* What the socket does not take now goes out when epoll says so; a broken one is found out by reading. */
static void
flush (LoadPeer *self)
{
  ssize_t written = self->out->len > 0 ? send (self->fd, self->out->data, self->out->len, MSG_NOSIGNAL) : 0;
  gboolean was_writing = self->is_writing;

  if (written > 0)
    g_byte_array_remove_range (self->out, 0, (guint) written);
  self->is_writing = self->out->len > 0 && (written >= 0 || errno == EAGAIN);
  if (self->is_writing != was_writing)
    watch (self, EPOLL_CTL_MOD);
}

static void
append (LoadPeer   *self,
        const char *text)
{
  g_byte_array_append (self->out, (const guint8 *) text, (guint) strlen (text));
}

static void
append_line (LoadPeer   *self,
             const char *format,
             ...) G_GNUC_PRINTF (2, 3);

static void
append_line (LoadPeer   *self,
             const char *format,
             ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  append (self, line);
  append (self, "\r\n");
}

void
load_peer_request (LoadPeer   *self,
                   const char *method,
                   const char *path,
                   const char *token,
                   const char *body,
                   gsize       length)
{
  if (self->fd < 0)
    dial (self);
  append_line (self, "%s %s%s HTTP/1.1", method, self->loop->base, path);
  append_line (self, "Host: %s", self->loop->host);
  if (token != NULL)
    append_line (self, "Authorization: Bearer %s", token);
  if (body != NULL)
    append_line (self, "Content-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT, length);
  append (self, "\r\n");
  if (body != NULL)
    g_byte_array_append (self->out, (const guint8 *) body, (guint) length);
  self->is_asking = TRUE;
  flush (self);
}

/* The stream of a server under test is on its own port: only the path of @stream_url counts. */
void
load_peer_upgrade (LoadPeer   *self,
                   const char *stream_url,
                   gboolean    offer_deflate)
{
  const char *authority = strstr (stream_url, "://");
  const char *path = strchr (authority != NULL ? authority + strlen ("://") : stream_url, '/');

  load_peer_close (self);
  dial (self);
  append_line (self, "GET %s HTTP/1.1", path != NULL ? path : "/");
  append_line (self, "Host: %s\r\nUpgrade: websocket\r\nConnection: Upgrade", self->loop->host);
  append_line (self, "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
  if (offer_deflate)
    append_line (self, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");
  append (self, "\r\n");
  self->is_asking = TRUE;
  flush (self);
}

static void
broken (LoadPeer *self)
{
  gboolean was_asking = self->is_asking;
  gboolean was_stream = self->is_stream;

  load_peer_close (self);
  if (was_asking || was_stream)
    self->answer (self, 0, "", 0);
}

/* One answer from the front of what has come in; %FALSE: not whole yet. */
static gboolean
take_answer (LoadPeer *self)
{
  const char *head = (const char *) self->in->data;
  const char *end = self->in->len > 0 ? memmem (head, self->in->len, "\r\n\r\n", 4) : NULL;
  gsize size, length = 0;
  guint status;

  if (end == NULL)
    return FALSE;
  size = (gsize) (end - head) + 4;
  status = (guint) g_ascii_strtoull (head + strlen ("HTTP/1.1 "), NULL, 10);
  for (const char *line = head; line < end; line = (const char *) memmem (line, (gsize) (end + 2 - line), "\r\n", 2) + 2)
    if (g_ascii_strncasecmp (line, "content-length:", 15) == 0)
      length = g_ascii_strtoull (line + 15, NULL, 10);
  if (self->in->len < size + length)
    return FALSE;

  self->is_asking = FALSE;
  self->is_stream = status == 101;
  /* The callback may ask again, which adds to `out` only, or close, which empties `in`. */
  self->answer (self, status, head + size, length);
  if (self->in->len > 0)
    g_byte_array_remove_range (self->in, 0, (guint) (size + length));
  return TRUE;
}

static void
send_pong (LoadPeer     *self,
           const guint8 *payload,
           gsize         length)
{
  /* Masked with zeros, which is a mask, too. */
  const guint8 head[6] = { 0x8a, (guint8) (0x80 | length) };

  g_byte_array_append (self->out, head, sizeof head);
  g_byte_array_append (self->out, payload, (guint) length);
  flush (self);
}

/* One frame from @data; how many bytes it had, or 0 if it is not whole yet. */
static gsize
take_frame (LoadPeer     *self,
            const guint8 *data,
            gsize         left)
{
  gsize size = 2, length;

  if (left < size)
    return 0;
  length = data[1] & 0x7f;
  if (length > 125)
    size += length == 126 ? 2 : 8;
  if (left < size)
    return 0;
  if (size > 2)
    length = 0;
  for (gsize i = 2; i < size; i++)
    length = length << 8 | data[i];
  if (left < size + length)
    return 0;

  if ((data[0] & 0xf) == 1 && self->text != NULL)
    self->text (self, (const char *) data + size, length);
  else if ((data[0] & 0xf) == 9)
    send_pong (self, data + size, length);
  return size + length;
}

static void
take_frames (LoadPeer *self)
{
  gsize at = 0, size;

  while ((size = take_frame (self, self->in->data + at, self->in->len - at)) > 0)
    at += size;
  if (at > 0)
    g_byte_array_remove_range (self->in, 0, (guint) at);
}

static void
receive (LoadPeer *self)
{
  guint8 buffer[READ_SIZE];
  ssize_t length = recv (self->fd, buffer, sizeof buffer, 0);

  if (length < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (length <= 0) {
    broken (self);
    return;
  }
  g_byte_array_append (self->in, buffer, (guint) length);
  while (!self->is_stream && self->is_asking && take_answer (self))
    ;
  if (self->is_stream)
    take_frames (self);
}

void
load_loop_turn (LoadLoop *self,
                int       timeout_ms)
{
  struct epoll_event events[N_EVENTS];
  int n = epoll_wait (self->epoll, events, N_EVENTS, CLAMP (timeout_ms, 0, 1000));

  if (g_get_monotonic_time () > self->deadline)
    load_fail ("not done in time");
  for (int i = 0; i < n; i++) {
    LoadPeer *peer = events[i].data.ptr;

    if (peer == NULL) {
      self->has_line = TRUE;
      continue;
    }
    if (peer->fd >= 0 && events[i].events & EPOLLOUT)
      flush (peer);
    if (peer->fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
      receive (peer);
  }
}

void
load_loop_await (LoadLoop *self)
{
  struct epoll_event event = { .events = EPOLLIN };
  char line[64];

  if (epoll_ctl (self->epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0)
    load_fail ("standard input: %s", g_strerror (errno));
  for (self->has_line = FALSE; !self->has_line; )
    load_loop_turn (self, 1000);
  epoll_ctl (self->epoll, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
  if (read (STDIN_FILENO, line, sizeof line) <= 0)
    exit (0);   /* whoever had us wait is gone */
}
