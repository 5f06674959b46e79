/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What one core of this machine can do at best with the traffic of a Direct Line server: one epoll loop and nothing else.
 * Conversations, streams and posts, but no JSON, no tokens, no store and no history: what is posted goes to the streams of
 * its conversation between two constant strings. A POST to anywhere else is answered, too, so that it can play a bot. */

#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define BASE         "/v3/directline/conversations"
#define N_EVENTS     256
#define READ_SIZE    65536
#define KEY_SIZE     24
#define ACCEPT_MAGIC "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

typedef struct {
  GPtrArray *streams;   /* of Peer */
  guint64    n_posts;
} Conversation;

typedef struct {
  int           fd;
  Conversation *conversation;   /* of its stream; %NULL while it speaks HTTP */
  GByteArray   *in;             /* %NULL while empty, like `out`: ten thousand idle streams must cost nothing */
  GByteArray   *out;
} Peer;

typedef struct {
  const char *method;
  const char *path;
  gsize       path_length;
  const char *key;              /* of a WebSocket handshake, or %NULL */
  const char *body;
  gsize       body_length;
  gsize       size;             /* of all of it */
} Request;

static int epoll;
static guint port;
static GPtrArray *conversations;

static void
watch (Peer *peer,
       int   operation)
{
  struct epoll_event event = { .events = EPOLLIN | (peer->out != NULL ? EPOLLOUT : 0), .data.ptr = peer };

  epoll_ctl (epoll, operation, peer->fd, &event);
}

/* What the socket does not take at once waits in `out`. */
static void
push (Peer               *peer,
      const struct iovec *parts,
      int                 n)
{
  ssize_t sent = peer->out == NULL ? writev (peer->fd, parts, n) : 0;
  gsize skip = sent > 0 ? (gsize) sent : 0;
  gboolean was_waiting = peer->out != NULL;

  for (int i = 0; i < n; i++) {
    gsize gone = MIN (skip, parts[i].iov_len);

    skip -= gone;
    if (gone == parts[i].iov_len)
      continue;
    if (peer->out == NULL)
      peer->out = g_byte_array_new ();
    g_byte_array_append (peer->out, (const guint8 *) parts[i].iov_base + gone, (guint) (parts[i].iov_len - gone));
  }
  if (peer->out != NULL && !was_waiting)
    watch (peer, EPOLL_CTL_MOD);
}

static void
push_rest (Peer *peer)
{
  ssize_t sent = write (peer->fd, peer->out->data, peer->out->len);

  if (sent > 0)
    g_byte_array_remove_range (peer->out, 0, (guint) sent);
  if (peer->out->len == 0) {
    g_clear_pointer (&peer->out, g_byte_array_unref);
    watch (peer, EPOLL_CTL_MOD);
  }
}

static void
answer (Peer       *peer,
        const char *status,
        const char *body)
{
  char text[512];
  int length = snprintf (text, sizeof text, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                         status, strlen (body), body);

  push (peer, &(struct iovec) { text, (gsize) length }, 1);
}

static void
drop (Peer *peer)
{
  if (peer->conversation != NULL)
    g_ptr_array_remove_fast (peer->conversation->streams, peer);
  close (peer->fd);
  g_clear_pointer (&peer->in, g_byte_array_unref);
  g_clear_pointer (&peer->out, g_byte_array_unref);
  g_free (peer);
}

static void
fan_out (Conversation  *conversation,
         const Request *request)
{
  static char before[] = "{\"activities\":[";
  char after[64];
  guint8 head[4] = { 0x81, 126 };
  gsize after_length = (gsize) snprintf (after, sizeof after, "],\"watermark\":\"%" G_GUINT64_FORMAT "\"}",
                                         conversation->n_posts++);
  gsize length = strlen (before) + request->body_length + after_length;
  const struct iovec parts[] = {
    { head, sizeof head },
    { before, strlen (before) },
    { (char *) request->body, request->body_length },
    { after, after_length },
  };

  head[2] = (guint8) (length >> 8);
  head[3] = (guint8) length;
  for (guint i = 0; i < conversation->streams->len; i++)
    push (g_ptr_array_index (conversation->streams, i), parts, G_N_ELEMENTS (parts));
}

static void
upgrade (Peer          *peer,
         Conversation  *conversation,
         const Request *request)
{
  char key[KEY_SIZE + sizeof ACCEPT_MAGIC], head[256];
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *accepted = NULL;
  guint8 digest[20];
  gsize digest_size = sizeof digest;
  int length;

  snprintf (key, sizeof key, "%.*s%s", KEY_SIZE, request->key, ACCEPT_MAGIC);
  g_checksum_update (checksum, (const guint8 *) key, -1);
  g_checksum_get_digest (checksum, digest, &digest_size);
  accepted = g_base64_encode (digest, digest_size);
  length = snprintf (head, sizeof head, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Accept: %s\r\n\r\n", accepted);
  push (peer, &(struct iovec) { head, (gsize) length }, 1);
  peer->conversation = conversation;
  g_ptr_array_add (conversation->streams, peer);
}

static void
answer_conversation (Peer       *peer,
                     const char *status,
                     guint       number)
{
  char body[256];

  snprintf (body, sizeof body, "{\"conversationId\":\"c%u\",\"token\":\"t\",\"expires_in\":1800,"
            "\"streamUrl\":\"ws://127.0.0.1:%u" BASE "/c%u/stream\"}", number, port, number);
  answer (peer, status, body);
}

static void
serve (Peer          *peer,
       const Request *request)
{
  const char *tail = request->path + strlen (BASE);
  Conversation *conversation;
  char body[64];
  guint number;

  if (request->path_length < strlen (BASE) || memcmp (request->path, BASE, strlen (BASE)) != 0) {
    answer (peer, "200 OK", "{}");
    return;
  }
  if (*tail == ' ') {
    conversation = g_new0 (Conversation, 1);
    conversation->streams = g_ptr_array_new ();
    g_ptr_array_add (conversations, conversation);
    answer_conversation (peer, "201 Created", conversations->len - 1);
    return;
  }

  number = (guint) strtoul (tail + 2, NULL, 10);
  if (number >= conversations->len) {
    answer (peer, "404 Not Found", "{}");
    return;
  }
  conversation = g_ptr_array_index (conversations, number);
  if (request->key != NULL) {
    upgrade (peer, conversation, request);
  } else if (*request->method == 'G') {
    answer_conversation (peer, "200 OK", number);
  } else {
    snprintf (body, sizeof body, "{\"id\":\"c%u|%07" G_GUINT64_FORMAT "\"}", number, conversation->n_posts);
    fan_out (conversation, request);
    answer (peer, "200 OK", body);
  }
}

/* One request from the front of @text; %FALSE: not whole yet. */
static gboolean
read_request (const char *text,
              gsize       length,
              Request    *request)
{
  /* Nothing at all has no address, either. */
  const char *end = text != NULL ? memmem (text, length, "\r\n\r\n", 4) : NULL;
  const char *space;

  if (end == NULL || (space = memchr (text, ' ', (gsize) (end - text))) == NULL)
    return FALSE;
  *request = (Request) { .method = text, .path = space + 1, .body = end + 4 };
  request->path_length = (gsize) (end - request->path);
  for (const char *line = text; line < end; line = (const char *) memchr (line, '\n', (gsize) (end + 2 - line)) + 1) {
    if (g_ascii_strncasecmp (line, "content-length:", 15) == 0)
      request->body_length = strtoul (line + 15, NULL, 10);
    else if (g_ascii_strncasecmp (line, "sec-websocket-key: ", 19) == 0)
      request->key = line + 19;
  }
  request->size = (gsize) (request->body - text) + request->body_length;
  return length >= request->size;
}

static void
receive (Peer *peer)
{
  static char buffer[READ_SIZE];
  ssize_t n = read (peer->fd, buffer, sizeof buffer);
  const char *text = buffer;
  gsize left, at = 0;
  Request request;

  if (n == 0 || (n < 0 && errno != EAGAIN)) {
    drop (peer);
    return;
  }
  if (n < 0 || peer->conversation != NULL)
    return;

  left = (gsize) n;
  if (peer->in != NULL) {
    g_byte_array_append (peer->in, (const guint8 *) buffer, (guint) n);
    text = (const char *) peer->in->data;
    left = peer->in->len;
  }
  while (peer->conversation == NULL && at < left && read_request (text + at, left - at, &request)) {
    serve (peer, &request);
    at += request.size;
  }
  if (peer->in != NULL)
    g_byte_array_remove_range (peer->in, 0, (guint) at);
  else if (at < left)
    peer->in = g_byte_array_append (g_byte_array_new (), (const guint8 *) text + at, (guint) (left - at));
  if (peer->in != NULL && peer->in->len == 0)
    g_clear_pointer (&peer->in, g_byte_array_unref);
}

static void
accept_all (int listener)
{
  const int one = 1;
  int fd;

  while ((fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    Peer *peer = g_new0 (Peer, 1);

    setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    peer->fd = fd;
    watch (peer, EPOLL_CTL_ADD);
  }
}

static int
listen_on_loopback (void)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;

  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) != 0 || listen (fd, SOMAXCONN) != 0 ||
      getsockname (fd, (struct sockaddr *) &address, &size) != 0) {
    perror ("bench-epoll");
    exit (1);
  }
  port = ntohs (address.sin_port);
  return fd;
}

int
main (int    argc,
      char **argv)
{
  struct epoll_event events[N_EVENTS];
  struct rlimit limit;
  int listener = listen_on_loopback ();

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  conversations = g_ptr_array_new ();
  epoll = epoll_create1 (EPOLL_CLOEXEC);
  epoll_ctl (epoll, EPOLL_CTL_ADD, listener, &(struct epoll_event) { .events = EPOLLIN });
  printf ("bench-epoll ready at http://127.0.0.1:%u\n", port);
  fflush (stdout);

  for (;;) {
    int n = epoll_wait (epoll, events, N_EVENTS, -1);

    for (int i = 0; i < n; i++) {
      Peer *peer = events[i].data.ptr;

      if (peer == NULL)
        accept_all (listener);
      else if (events[i].events & EPOLLOUT && peer->out != NULL)
        push_rest (peer);
      else
        receive (peer);
    }
  }
}
