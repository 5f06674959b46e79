/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "baton-dl-client.h"
#include "baton-http.h"

/* What a post to a bot costs in a process that holds many idle conversations with bots, each a BatonDlClient with its
 * stream: CPU of this process, user and system, per post over a kept connection. The server is a child of its own. */

#define POSTS 2000
#define IN_FLIGHT 8
#define ACCEPT_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

/* ---- the server ---- */

static void
answer (int         fd,
        const char *request,
        int         port)
{
  const char *key = strstr (request, "Sec-WebSocket-Key: ");
  g_autofree char *text = NULL;
  g_autofree char *body = NULL;

  if (key != NULL) {
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
    g_autofree char *token = NULL;
    guint8 digest[20];
    gsize size = sizeof digest;

    g_checksum_update (sum, (const guchar *) key + 19, 24);
    g_checksum_update (sum, (const guchar *) ACCEPT_GUID, -1);
    g_checksum_get_digest (sum, digest, &size);
    token = g_base64_encode (digest, size);
    text = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Accept: %s\r\n\r\n", token);
  } else {
    body = strstr (request, "/activities") != NULL
             ? g_strdup ("{\"id\":\"c|1\"}")
             : g_strdup_printf ("{\"conversationId\":\"c\",\"token\":\"t\",\"expires_in\":3600,"
                                "\"streamUrl\":\"ws://127.0.0.1:%d/stream\"}", port);
    text = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %u\r\n\r\n%s",
                            (guint) strlen (body), body);
  }
  if (write (fd, text, strlen (text)) < 0)
    close (fd);
}

/* A request has its head in one piece; its body is not looked at. */
static G_NORETURN void
serve (int listener,
       int port)
{
  int epoll = epoll_create1 (0);
  struct epoll_event event = { .events = EPOLLIN, .data.fd = listener };
  char buffer[16 * 1024];

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  epoll_ctl (epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    struct epoll_event events[64];
    int n = epoll_wait (epoll, events, 64, -1);

    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      ssize_t size;

      if (fd == listener) {
        event.data.fd = accept (listener, NULL, NULL);
        epoll_ctl (epoll, EPOLL_CTL_ADD, event.data.fd, &event);
        continue;
      }
      size = read (fd, buffer, sizeof buffer - 1);
      if (size <= 0) {
        close (fd);
        continue;
      }
      buffer[size] = '\0';
      if (strstr (buffer, " HTTP/1.1\r\n") != NULL)   /* else the rest of a body, which may come alone */
        answer (fd, buffer, port);
    }
  }
}

static int
start_server (pid_t *child)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM, 0);
  int port;

  if (bind (listener, (struct sockaddr *) &address, length) < 0 || listen (listener, 4096) < 0)
    g_error ("no server");
  getsockname (listener, (struct sockaddr *) &address, &length);
  port = ntohs (address.sin_port);
  *child = fork ();
  if (*child == 0)
    serve (listener, port);
  close (listener);
  return port;
}

/* ---- the client ---- */

typedef struct {
  SoupSession *session;
  const char  *url;
  GBytes      *body;
  guint        begun;
  guint        done;
} Load;

static double
get_cpu (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1e6 + (double) time.tv_nsec / 1e3;
}

static gsize
get_memory (void)
{
  g_autofree char *text = NULL;
  gulong pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    pages = strtoul (strchr (text, ' ') + 1, NULL, 10);
  return pages * (gsize) sysconf (_SC_PAGESIZE);
}

static void begin (Load *load);

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Load *load = user_data;
  g_autoptr (BatonHttpAnswer) reply = baton_http_send_finish (SOUP_SESSION (source), result, NULL);

  g_assert (reply != NULL && reply->status == 200);
  load->done++;
  begin (load);
}

static void
begin (Load *load)
{
  const BatonHttpRequest request = { .method = "POST", .url = load->url, .bearer = "t", .body = load->body };

  if (load->begun == POSTS)
    return;
  load->begun++;
  baton_http_send_async (load->session, &request, NULL, done_cb, load);
}

static double
measure (Load *load)
{
  double before = get_cpu ();

  load->begun = load->done = 0;
  for (guint i = 0; i < IN_FLIGHT; i++)
    begin (load);
  while (load->done < POSTS)
    g_main_context_iteration (NULL, TRUE);
  return (get_cpu () - before) / POSTS;
}

static double
open_more (GPtrArray  *clients,
           const char *base,
           guint       n)
{
  double before = get_cpu ();
  guint added = n - clients->len;

  while (clients->len < n) {
    BatonDlClient *client = baton_dl_client_new (base, "t");

    baton_dl_client_open (client);
    g_ptr_array_add (clients, client);
    while (baton_dl_client_get_state (client) != BATON_DL_ONLINE)
      g_main_context_iteration (NULL, TRUE);
  }
  return added > 0 ? (get_cpu () - before) / added : 0;
}

int
main (int    argc,
      char **argv)
{
  static const guint steps[] = { 0, 100, 1000, 5000 };
  pid_t child = 0;
  int port = start_server (&child);
  g_autofree char *base = g_strdup_printf ("http://127.0.0.1:%d/v3/directline", port);
  g_autofree char *url = g_strconcat (base, "/conversations/c/activities", NULL);
  g_autofree char *text = g_strnfill (1024, 'x');
  g_autoptr (GPtrArray) clients = g_ptr_array_new ();
  struct rlimit limit = { 65536, 65536 };
  Load load = { baton_http_dup_session (), url, g_bytes_new (text, 1024), 0, 0 };
  gsize memory;

  setrlimit (RLIMIT_NOFILE, &limit);
  measure (&load);   /* warms up */
  memory = get_memory ();
  g_print ("idle streams  CPU µs to open one  CPU µs per post  KiB per stream\n");
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    double opening = open_more (clients, base, steps[i]);
    double post = measure (&load);

    g_print ("%12u  %18.1f  %15.1f  %14.1f\n", steps[i], opening, post,
             clients->len ? (double) (get_memory () - memory) / 1024 / clients->len : 0);
  }
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
  return 0;
}
