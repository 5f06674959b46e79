/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-transport-private.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "baton-error.h"
#include "baton-target.h"

#define LISTEN_BACKLOG  4096
#define ACCEPT_AT_ONCE  64
#define STOP_USEC       (5 * G_TIME_SPAN_SECOND)

/* How long to wait for a file descriptor where there are none left. */
#define ACCEPT_AGAIN_USEC G_TIME_SPAN_SECOND

const BatonTransportLimits BATON_TRANSPORT_LIMITS_DEFAULT = {
  .body_size = 256 * 1024,
  .frame_size = 64 * 1024,
  .header_seconds = 5,
  .body_seconds = 20,
  .idle_seconds = 60,
  .connections = 4096,
  .connections_per_address = 256,
  .backlog = 256 * 1024,
  .rate = 512 * 1024,
  .rate_burst = 1024 * 1024,
  .least_rate = 16 * 1024,
  .ping_seconds = 20,
  .silence_seconds = 45,
  .answer_seconds = 15,
  .frame_rate = 20,
  .frame_burst = 100,
};

typedef struct {
  char         **prefix;
  BatonHandler   handler;
  BatonBodyLimit limit;   /* or NULL */
  gpointer       user_data;
} Route;

typedef struct {
  BatonWatch      watch;   /* first: what the poller hands back */
  BatonTransport *transport;
} Listener;

/**
 * BatonTransport:
 *
 * Accepts connections, counts them, and gives what they ask to handlers. Everything here runs on the main context of
 * whoever made it.
 */
struct _BatonTransport {
  GObject               parent_instance;

  BatonTransportLimits  limits;
  BatonPoller          *poller;
  GPtrArray            *routes;       /* of Route, longest prefix first */
  GPtrArray            *listeners;    /* of Listener */
  BatonDeadline         accept_again; /* while there are no file descriptors left to accept with */
  char                 *url;          /* a #GRefString, like the next */
  char                 *public_url;
  char                  date[32];     /* of this second, as answers have it */
  gint64                date_at;      /* seconds since 1970 */

  GQueue                peers;        /* of BatonPeer, by their own links */
  GHashTable           *sources;      /* source, a #GRefString → number of its connections */
  GPtrArray            *dirty;        /* of BatonStream: have something to write at the end of the turn */
  guint                 n_streams;

  GTask                *stop;         /* while stopping */
  BatonDeadline         stop_timer;
  gboolean              is_stopping;
};

G_DEFINE_FINAL_TYPE (BatonTransport, baton_transport, G_TYPE_OBJECT)

static void
route_free (gpointer data)
{
  Route *route = data;

  g_strfreev (route->prefix);
  g_free (route);
}

/* --- Requests --- */

static const Route *
find_route (BatonTransport     *self,
            BatonExchange      *exchange,
            const char *const **tail)
{
  const char *const *segments = baton_exchange_get_segments (exchange);

  for (guint i = 0; segments != NULL && i < self->routes->len; i++) {
    const Route *route = g_ptr_array_index (self->routes, i);

    *tail = baton_target_below (segments, (const char *const *) route->prefix);
    if (*tail != NULL)
      return route;
  }
  return NULL;
}

/**
 * baton_transport_find_limit:
 *
 * Returns: how many bytes the body of @exchange may have
 */
gsize
baton_transport_find_limit (BatonTransport *self,
                            BatonExchange  *exchange)
{
  const char *const *tail;
  const Route *route = find_route (self, exchange, &tail);
  gsize limit = route != NULL && route->limit != NULL ? route->limit (exchange, tail, route->user_data) : 0;

  return limit > 0 ? limit : self->limits.body_size;
}

/**
 * baton_transport_dispatch:
 *
 * Gives a request that is there as a whole to its handler.
 */
void
baton_transport_dispatch (BatonTransport *self,
                          BatonExchange  *exchange)
{
  const char *const *tail;
  const Route *route = find_route (self, exchange, &tail);

  if (route != NULL)
    route->handler (exchange, tail, route->user_data);
  else
    baton_exchange_refuse (exchange, 404, "BadArgument", "Not found");
}

/**
 * baton_transport_get_date:
 *
 * Returns: now, as HTTP writes it; good until it is called again
 */
const char *
baton_transport_get_date (BatonTransport *self)
{
  gint64 now = g_get_real_time () / G_TIME_SPAN_SECOND;

  if (now != self->date_at) {
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (now);
    static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

    /* In English whatever the locale is. */
    g_snprintf (self->date, sizeof self->date, "%s, %02d %s %d %02d:%02d:%02d GMT",
                days[g_date_time_get_day_of_week (date) - 1], g_date_time_get_day_of_month (date),
                months[g_date_time_get_month (date) - 1], g_date_time_get_year (date), g_date_time_get_hour (date),
                g_date_time_get_minute (date), g_date_time_get_second (date));
    self->date_at = now;
  }
  return self->date;
}

/* --- Connections --- */

static void
end_stop_if_done (BatonTransport *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->stop == NULL || self->peers.length > 0)
    return;

  baton_poller_stop_timer (self->poller, &self->stop_timer);
  task = g_steal_pointer (&self->stop);
  g_task_return_boolean (task, TRUE);
}

static guint
get_count (BatonTransport *self,
           const char     *source)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->sources, source));
}

/* Takes the number of connections of a source to @n. */
static void
set_count (BatonTransport *self,
           const char     *source,
           guint           n)
{
  if (n == 0)
    g_hash_table_remove (self->sources, source);
  else
    g_hash_table_replace (self->sources, g_ref_string_acquire ((char *) source), GUINT_TO_POINTER (n));
}

/**
 * baton_transport_remove_peer:
 *
 * A connection was closed.
 */
void
baton_transport_remove_peer (BatonTransport *self,
                             BatonPeer      *peer)
{
  g_queue_unlink (&self->peers, &peer->link);
  set_count (self, peer->source, get_count (self, peer->source) - 1);
  if (peer->phase == BATON_PHASE_STREAM)
    self->n_streams--;
  baton_peer_unref (peer);
  end_stop_if_done (self);
}

/**
 * baton_transport_add_stream:
 *
 * A connection has become a stream.
 */
void
baton_transport_add_stream (BatonTransport *self)
{
  self->n_streams++;
}

/**
 * baton_transport_add_dirty:
 *
 * baton_stream_flush() is to be called before the main loop sleeps.
 */
void
baton_transport_add_dirty (BatonTransport *self,
                           BatonStream    *stream)
{
  g_ptr_array_add (self->dirty, g_object_ref (stream));
}

static void
settle (gpointer user_data)
{
  BatonTransport *self = user_data;

  /* By index: a stream that is flushed may ask for another page, which makes it dirty once more. */
  for (guint i = 0; i < self->dirty->len; i++)
    baton_stream_flush (g_ptr_array_index (self->dirty, i));
  g_ptr_array_set_size (self->dirty, 0);
}

/* One source is one IPv4 address or one IPv6 network of 64 bits: within that anybody has as many as they like. */
static char *
name_source (GInetAddress *remote)
{
  const guint8 *bytes = g_inet_address_to_bytes (remote);
  static const guint8 none[8];

  if (g_inet_address_get_family (remote) != G_SOCKET_FAMILY_IPV6 || memcmp (bytes, none, sizeof none) == 0)
    return g_inet_address_to_string (remote);
  return g_base64_encode (bytes, sizeof none);
}

/* The same for all connections of one source: a desk behind one router, or all that a proxy brings. */
static char *
share_source (BatonTransport *self,
              const char     *source)
{
  gpointer known;

  if (g_hash_table_lookup_extended (self->sources, source, &known, NULL))
    return g_ref_string_acquire (known);
  return g_ref_string_new (source);
}

static void
adopt (BatonTransport *self,
       int             fd,
       const char     *source,
       const char     *address)
{
  BatonPeer *peer;
  int yes = 1;

  /* Small answers must not wait for the acknowledgement of earlier ones. */
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  peer = baton_peer_open (self, fd, source, address);
  if (peer == NULL)
    return;

  g_queue_push_tail_link (&self->peers, &peer->link);
  set_count (self, source, get_count (self, source) + 1);
}

/* What is too many is closed unheard. */
static void
welcome (BatonTransport                *self,
         int                            fd,
         const struct sockaddr_storage *name,
         socklen_t                      size)
{
  g_autoptr (GSocketAddress) remote = g_socket_address_new_from_native ((gpointer) name, size);
  GInetAddress *inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));
  g_autofree char *text = g_inet_address_to_string (inet);
  g_autofree char *name_of_source = name_source (inet);
  g_autoptr (GRefString) source = share_source (self, name_of_source);
  g_autoptr (GRefString) address = strcmp (source, text) == 0 ? g_ref_string_acquire (source) : g_ref_string_new (text);

  if (self->peers.length < self->limits.connections && get_count (self, source) < self->limits.connections_per_address)
    adopt (self, fd, source, address);
  else
    close (fd);
}

static void
wait_for_guests (BatonTransport *self,
                 gboolean        is_open)
{
  for (guint i = 0; i < self->listeners->len; i++) {
    Listener *listener = g_ptr_array_index (self->listeners, i);

    baton_poller_change (self->poller, &listener->watch, is_open ? EPOLLIN : 0);
  }
}

static void
accept_cb (BatonWatch *watch,
           guint32     events)
{
  BatonTransport *self = ((Listener *) watch)->transport;

  for (guint i = 0; i < ACCEPT_AT_ONCE; i++) {
    struct sockaddr_storage name;
    socklen_t size = sizeof name;
    int fd = accept4 (watch->fd, (struct sockaddr *) &name, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd >= 0) {
      welcome (self, fd, &name, size);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      /* Would be ready again at once, for ever. */
      gint64 now = g_get_monotonic_time ();

      wait_for_guests (self, FALSE);
      baton_poller_set_timer (self->poller, &self->accept_again, now + ACCEPT_AGAIN_USEC, now);
      return;
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

static void
listener_free (gpointer data)
{
  Listener *listener = data;

  baton_poller_remove (listener->transport->poller, &listener->watch);
  close (listener->watch.fd);
  g_free (listener);
}

static void
cut_all (BatonTransport *self)
{
  while (self->peers.head != NULL)
    baton_peer_cut (self->peers.head->data);
}

static void
due (BatonDeadline *timer,
     gpointer       user_data)
{
  BatonTransport *self = user_data;
  gint64 now = g_get_monotonic_time ();

  if (timer == &self->accept_again)
    wait_for_guests (self, TRUE);
  else if (timer == &self->stop_timer)
    cut_all (self);
  else
    baton_peer_due ((BatonPeer *) ((char *) timer - G_STRUCT_OFFSET (BatonPeer, timer)), now);
}

/* --- The object --- */

static void
baton_transport_dispose (GObject *object)
{
  BatonTransport *self = BATON_TRANSPORT (object);

  g_ptr_array_set_size (self->listeners, 0);
  cut_all (self);
  g_ptr_array_set_size (self->dirty, 0);

  G_OBJECT_CLASS (baton_transport_parent_class)->dispose (object);
}

static void
baton_transport_finalize (GObject *object)
{
  BatonTransport *self = BATON_TRANSPORT (object);

  baton_poller_stop_timer (self->poller, &self->accept_again);
  baton_poller_stop_timer (self->poller, &self->stop_timer);
  g_clear_pointer (&self->listeners, g_ptr_array_unref);
  g_clear_pointer (&self->poller, baton_poller_free);
  g_clear_pointer (&self->routes, g_ptr_array_unref);
  g_clear_pointer (&self->dirty, g_ptr_array_unref);
  g_clear_pointer (&self->sources, g_hash_table_unref);
  g_clear_pointer (&self->url, g_ref_string_release);
  g_clear_pointer (&self->public_url, g_ref_string_release);

  G_OBJECT_CLASS (baton_transport_parent_class)->finalize (object);
}

static void
baton_transport_class_init (BatonTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = baton_transport_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_transport_finalize;
}

static void
baton_transport_init (BatonTransport *self)
{
  static const BatonPollerFuncs funcs = { settle, due };

  self->poller = baton_poller_new (&funcs, self);
  self->routes = g_ptr_array_new_with_free_func (route_free);
  self->listeners = g_ptr_array_new_with_free_func (listener_free);
  self->dirty = g_ptr_array_new_with_free_func (g_object_unref);
  self->sources = g_hash_table_new_full (g_str_hash, g_str_equal, (GDestroyNotify) g_ref_string_release, NULL);
  g_queue_init (&self->peers);
}

BatonTransport *
baton_transport_new (const BatonTransportLimits *limits)
{
  BatonTransport *self;

  g_return_val_if_fail (limits != NULL, NULL);

  self = g_object_new (BATON_TYPE_TRANSPORT, NULL);
  self->limits = *limits;
  return self;
}

const BatonTransportLimits *
baton_transport_get_limits (BatonTransport *self)
{
  return &self->limits;
}

const char *
baton_transport_get_public_url (BatonTransport *self)
{
  return self->public_url;
}

gboolean
baton_transport_is_stopping (BatonTransport *self)
{
  return self->is_stopping;
}

BatonPoller *
baton_transport_get_poller (BatonTransport *self)
{
  return self->poller;
}

static int
compare_routes (gconstpointer a,
                gconstpointer b)
{
  const Route *left = *(Route *const *) a;
  const Route *right = *(Route *const *) b;

  return (int) g_strv_length (right->prefix) - (int) g_strv_length (left->prefix);
}

/**
 * baton_transport_add_handler:
 * @prefix: a path such as "/v3/directline", compared by whole segments; "/" takes all that no longer prefix takes
 */
void
baton_transport_add_handler (BatonTransport *self,
                             const char     *prefix,
                             BatonHandler    handler,
                             gpointer        user_data)
{
  baton_transport_add_handler_full (self, prefix, handler, NULL, user_data);
}

/**
 * baton_transport_add_handler_full:
 * @limit: (nullable): how long bodies may be
 */
void
baton_transport_add_handler_full (BatonTransport *self,
                                  const char     *prefix,
                                  BatonHandler    handler,
                                  BatonBodyLimit  limit,
                                  gpointer        user_data)
{
  Route *route;

  g_return_if_fail (BATON_IS_TRANSPORT (self));
  g_return_if_fail (handler != NULL);

  route = g_new0 (Route, 1);
  route->prefix = baton_target_split_path (prefix);
  route->handler = handler;
  route->limit = limit;
  route->user_data = user_data;
  g_assert (route->prefix != NULL);
  g_ptr_array_add (self->routes, route);
  g_ptr_array_sort (self->routes, compare_routes);
}

static char *
format_url (GSocket  *socket,
            GError  **error)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, error);
  g_autofree char *host = NULL;
  GInetSocketAddress *inet;

  if (address == NULL)
    return NULL;

  inet = G_INET_SOCKET_ADDRESS (address);
  host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  return g_strdup_printf (strchr (host, ':') != NULL ? "http://[%s]:%u" : "http://%s:%u", host,
                          g_inet_socket_address_get_port (inet));
}

static GSocket *
open_listening (GSocketAddress  *address,
                GError         **error)
{
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return NULL;

  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, LISTEN_BACKLOG);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

/**
 * baton_transport_listen:
 * @address: numeric, IPv4 or IPv6; the brackets of a URL are allowed
 * @port: 0 for any that is free
 * @error: return location for a [error@Error]
 *
 * May be called for several addresses. The first one is what baton_transport_get_url() tells.
 */
gboolean
baton_transport_listen (BatonTransport  *self,
                        const char      *address,
                        guint16          port,
                        GError         **error)
{
  g_autofree char *bare = NULL;
  g_autofree char *url = NULL;
  g_autoptr (GSocketAddress) at = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) cause = NULL;
  Listener *listener;

  g_return_val_if_fail (BATON_IS_TRANSPORT (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  bare = address[0] == '[' && g_str_has_suffix (address, "]") ? g_strndup (address + 1, strlen (address) - 2)
                                                              : g_strdup (address);
  at = g_inet_socket_address_new_from_string (bare, port);
  if (at == NULL) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "“%s” is not a numeric address", address);
    return FALSE;
  }

  socket = open_listening (at, &cause);
  if (socket == NULL || (url = format_url (socket, &cause)) == NULL) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "cannot listen on %s port %u: %s", address, port,
                 cause->message);
    return FALSE;
  }

  if (self->url == NULL)
    self->url = g_ref_string_new (url);
  listener = g_new0 (Listener, 1);
  listener->transport = self;
  listener->watch.fd = fcntl (g_socket_get_fd (socket), F_DUPFD_CLOEXEC, 0);
  listener->watch.ready = accept_cb;
  g_ptr_array_add (self->listeners, listener);
  if (!baton_poller_add (self->poller, &listener->watch, EPOLLIN)) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "cannot wait on %s port %u: %s", address, port,
                 g_strerror (errno));
    return FALSE;
  }
  return TRUE;
}

/**
 * baton_transport_get_url:
 *
 * Returns: (nullable): the public URL if there is one, else the first address we listen on
 */
const char *
baton_transport_get_url (BatonTransport *self)
{
  g_return_val_if_fail (BATON_IS_TRANSPORT (self), NULL);

  return self->public_url != NULL ? self->public_url : self->url;
}

/**
 * baton_transport_set_public_url:
 * @url: (nullable): how the world reaches us, through a proxy for example; no slash at the end
 */
void
baton_transport_set_public_url (BatonTransport *self,
                                const char     *url)
{
  g_return_if_fail (BATON_IS_TRANSPORT (self));

  g_clear_pointer (&self->public_url, g_ref_string_release);
  self->public_url = url != NULL ? g_ref_string_new (url) : NULL;
}

guint
baton_transport_get_n_streams (BatonTransport *self)
{
  g_return_val_if_fail (BATON_IS_TRANSPORT (self), 0);

  return self->n_streams;
}

/* Streams are told, requests under way get their answers, nobody else is waited for. */
static void
dismiss (BatonPeer *peer)
{
  switch (peer->phase) {
  case BATON_PHASE_STREAM:
    baton_stream_close (peer->stream, 1001, NULL);
    break;
  case BATON_PHASE_WRITING:
    peer->ends = TRUE;
    break;
  case BATON_PHASE_BODY:
  case BATON_PHASE_ANSWER:
    break;
  case BATON_PHASE_HEAD:
  case BATON_PHASE_IDLE:
  case BATON_PHASE_LINGER:
  default:
    baton_peer_cut (peer);
    break;
  }
}

/**
 * baton_transport_stop_async:
 *
 * Stops accepting, closes streams with 1001 and lets requests finish, for at most 5 s. Listens never again.
 */
void
baton_transport_stop_async (BatonTransport      *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  gint64 now;

  g_return_if_fail (BATON_IS_TRANSPORT (self));
  g_return_if_fail (self->stop == NULL);

  now = g_get_monotonic_time ();
  self->stop = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->stop, baton_transport_stop_async);
  self->is_stopping = TRUE;
  baton_poller_set_timer (self->poller, &self->stop_timer, now + STOP_USEC, now);

  g_ptr_array_set_size (self->listeners, 0);
  for (GList *link = self->peers.head, *next; link != NULL; link = next) {
    next = link->next;
    dismiss (link->data);
  }
  end_stop_if_done (self);
}

gboolean
baton_transport_stop_finish (BatonTransport  *self,
                             GAsyncResult    *result,
                             GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
