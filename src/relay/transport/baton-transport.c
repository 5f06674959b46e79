/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-transport-private.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "baton-error.h"
#include "baton-target.h"

#define LISTEN_BACKLOG  4096
#define ACCEPT_AT_ONCE  64
#define SWEEP_MSEC      250
#define STOP_USEC       (5 * G_TIME_SPAN_SECOND)

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
  .ping_seconds = 20,
  .silence_seconds = 45,
  .answer_seconds = 15,
  .frame_rate = 20,
  .frame_burst = 100,
};

typedef struct {
  char         **prefix;
  BatonHandler   handler;
  gpointer       user_data;
} Route;

typedef struct {
  GSocket *socket;
  GSource *source;   /* NULL while there are no file descriptors left to accept with */
} Listener;

/**
 * BatonTransport:
 *
 * Accepts connections itself, so that it can count them and put a guard in front of each, and lets libsoup speak HTTP on
 * them. Everything here runs on the main context.
 */
struct _BatonTransport {
  GObject               parent_instance;

  BatonTransportLimits  limits;
  SoupServer           *server;
  GSocket              *silent;       /* other end of the listener that libsoup insists on */
  GPtrArray            *routes;       /* of Route, longest prefix first */
  GPtrArray            *listeners;    /* of Listener */
  char                 *url;
  char                 *public_url;

  GQueue                peers;        /* of BatonPeer, by their own links */
  GList                *cursor;       /* where the sweep will go on, if one is under way */
  GHashTable           *by_address;   /* GSocketAddress → BatonPeer */
  GHashTable           *per_source;   /* source → number of its connections */
  guint                 sweep_id;     /* 0 without connections: then there is nothing to look at */

  GTask                *stop;         /* while stopping */
  gint64                stop_by;
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

static void
listener_pause (Listener *listener)
{
  if (listener->source != NULL)
    g_source_destroy (listener->source);
  g_clear_pointer (&listener->source, g_source_unref);
}

static void
listener_free (gpointer data)
{
  Listener *listener = data;

  listener_pause (listener);
  g_socket_close (listener->socket, NULL);
  g_object_unref (listener->socket);
  g_free (listener);
}

/* --- Requests --- */

static BatonPeer *
find_peer (BatonTransport    *self,
           SoupServerMessage *message)
{
  return g_hash_table_lookup (self->by_address, soup_server_message_get_remote_address (message));
}

static void
got_headers_cb (SoupServerMessage *message,
                gpointer           user_data)
{
  BatonPeer *peer = find_peer (user_data, message);

  if (peer != NULL)
    baton_peer_check_head (peer, message);
}

static void
got_chunk_cb (SoupServerMessage *message,
              GBytes            *chunk,
              gpointer           user_data)
{
  BatonPeer *peer = find_peer (user_data, message);

  if (peer != NULL)
    baton_peer_count_body (peer, message, g_bytes_get_size (chunk));
}

static void
request_started_cb (SoupServer        *server,
                    SoupServerMessage *message,
                    gpointer           user_data)
{
  BatonPeer *peer = find_peer (user_data, message);

  if (peer == NULL)
    return;

  baton_peer_begin (peer, message);
  g_signal_connect_object (message, "got-headers", G_CALLBACK (got_headers_cb), user_data, 0);
  g_signal_connect_object (message, "got-chunk", G_CALLBACK (got_chunk_cb), user_data, 0);
}

static void
request_finished_cb (SoupServer        *server,
                     SoupServerMessage *message,
                     gpointer           user_data)
{
  BatonPeer *peer = find_peer (user_data, message);

  if (peer != NULL)
    baton_peer_set_phase (peer, BATON_PHASE_IDLE);
}

static void
dispatch (BatonTransport *self,
          BatonExchange  *exchange,
          const char     *path)
{
  g_auto (GStrv) segments = baton_target_split_path (path);

  for (guint i = 0; segments != NULL && i < self->routes->len; i++) {
    Route *route = g_ptr_array_index (self->routes, i);
    const char *const *tail = baton_target_below ((const char *const *) segments, (const char *const *) route->prefix);

    if (tail != NULL) {
      route->handler (exchange, tail, route->user_data);
      return;
    }
  }
  baton_exchange_refuse (exchange, 404, "BadArgument", "Not found");
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  g_autoptr (BatonExchange) exchange = NULL;
  BatonPeer *peer = find_peer (user_data, message);

  if (peer == NULL) {
    soup_server_message_set_status (message, 503, NULL);
    return;
  }

  exchange = baton_exchange_new (peer, message);
  peer->exchange = g_object_ref (exchange);
  baton_peer_set_phase (peer, BATON_PHASE_ANSWER);
  if (peer->too_big)
    baton_exchange_refuse (exchange, 413, "MessageSizeTooBig", "Activity too large");
  else
    dispatch (user_data, exchange, g_uri_get_path (soup_server_message_get_uri (message)));
}

/* --- Connections --- */

static gboolean accept_cb (GSocket *socket, GIOCondition condition, gpointer user_data);

static void
listener_resume (Listener       *listener,
                 BatonTransport *self)
{
  if (listener->source != NULL)
    return;

  listener->source = g_socket_create_source (listener->socket, G_IO_IN, NULL);
  g_source_set_callback (listener->source, G_SOURCE_FUNC (accept_cb), self, NULL);
  g_source_attach (listener->source, NULL);
}

static void
end_stop_if_done (BatonTransport *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->stop == NULL || self->peers.length > 0)
    return;

  task = g_steal_pointer (&self->stop);
  g_task_return_boolean (task, TRUE);
}

static gboolean
sweep_cb (gpointer user_data)
{
  g_autoptr (BatonTransport) self = g_object_ref (user_data);
  gint64 now = g_get_monotonic_time ();
  gboolean cut_all = self->stop != NULL && now >= self->stop_by;

  for (GList *link = self->peers.head; link != NULL; link = self->cursor) {
    /* Whatever a peer does may close it, or others: removing the one at the cursor moves the cursor on. */
    self->cursor = link->next;
    if (cut_all)
      baton_peer_cut (link->data);
    else
      baton_peer_sweep (link->data, now);
  }
  for (guint i = 0; i < self->listeners->len; i++)
    listener_resume (g_ptr_array_index (self->listeners, i), self);

  if (self->peers.length > 0)
    return G_SOURCE_CONTINUE;
  self->sweep_id = 0;
  return G_SOURCE_REMOVE;
}

static void
start_sweep (BatonTransport *self)
{
  if (self->sweep_id == 0)
    self->sweep_id = g_timeout_add (SWEEP_MSEC, sweep_cb, self);
}

static void
count (BatonTransport *self,
       const char     *source,
       int             change)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->per_source, source)) + (guint) change;

  if (n == 0)
    g_hash_table_remove (self->per_source, source);
  else
    g_hash_table_replace (self->per_source, g_strdup (source), GUINT_TO_POINTER (n));
}

static void
guard_closed_cb (BatonGuardStream *guard,
                 gpointer          user_data)
{
  BatonPeer *peer = user_data;
  BatonTransport *self = peer->transport;

  if (self->cursor == &peer->link)
    self->cursor = peer->link.next;
  g_queue_unlink (&self->peers, &peer->link);
  g_hash_table_remove (self->by_address, peer->address);
  count (self, peer->source, -1);
  g_signal_handlers_disconnect_by_data (guard, peer);
  baton_peer_free (peer);

  end_stop_if_done (self);
}

static void
adopt (BatonTransport *self,
       GSocket        *socket,
       GSocketAddress *remote,
       const char     *source)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  BatonPeer *peer;

  if (local == NULL)
    return;

  /* Small answers must not wait for the acknowledgement of earlier ones. */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  g_socket_set_blocking (socket, FALSE);

  peer = baton_peer_new (self, socket, remote, source);
  g_queue_push_tail_link (&self->peers, &peer->link);
  g_hash_table_insert (self->by_address, remote, peer);
  count (self, source, 1);
  g_signal_connect (peer->guard, "closed", G_CALLBACK (guard_closed_cb), peer);
  start_sweep (self);

  soup_server_accept_iostream (self->server, G_IO_STREAM (peer->guard), local, remote, NULL);
}

/* One source is one IPv4 address or one IPv6 network of 64 bits: within that anybody has as many as they like. */
static char *
name_source (GSocketAddress *remote)
{
  GInetAddress *address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));
  const guint8 *bytes = g_inet_address_to_bytes (address);
  static const guint8 none[8];

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 && memcmp (bytes, none, sizeof none) != 0)
    return g_base64_encode (bytes, sizeof none);
  return g_inet_address_to_string (address);
}

/* What is too many is closed unheard. */
static void
welcome (BatonTransport *self,
         GSocket        *socket)
{
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);
  g_autofree char *source = NULL;

  if (remote == NULL || self->peers.length >= self->limits.connections)
    return;

  source = name_source (remote);
  if (GPOINTER_TO_UINT (g_hash_table_lookup (self->per_source, source)) < self->limits.connections_per_address)
    adopt (self, socket, remote, source);
}

static gboolean
accept_cb (GSocket      *socket,
           GIOCondition  condition,
           gpointer      user_data)
{
  g_autoptr (BatonTransport) self = g_object_ref (user_data);

  for (guint i = 0; i < ACCEPT_AT_ONCE; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GSocket) accepted = g_socket_accept (socket, NULL, &error);

    if (accepted != NULL) {
      welcome (self, accepted);
    } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES)) {
      /* Would be ready again at once, for ever; the sweep tries anew. */
      for (guint j = 0; j < self->listeners->len; j++)
        listener_pause (g_ptr_array_index (self->listeners, j));
      start_sweep (self);
      return G_SOURCE_REMOVE;
    } else {
      break;
    }
  }
  return G_SOURCE_CONTINUE;
}

/* --- The object --- */

static void
baton_transport_dispose (GObject *object)
{
  BatonTransport *self = BATON_TRANSPORT (object);

  g_clear_handle_id (&self->sweep_id, g_source_remove);
  g_ptr_array_set_size (self->listeners, 0);
  while (self->peers.head != NULL)
    baton_peer_cut (self->peers.head->data);
  g_clear_object (&self->server);

  G_OBJECT_CLASS (baton_transport_parent_class)->dispose (object);
}

static void
baton_transport_finalize (GObject *object)
{
  BatonTransport *self = BATON_TRANSPORT (object);

  g_clear_object (&self->silent);
  g_clear_pointer (&self->routes, g_ptr_array_unref);
  g_clear_pointer (&self->listeners, g_ptr_array_unref);
  g_clear_pointer (&self->by_address, g_hash_table_unref);
  g_clear_pointer (&self->per_source, g_hash_table_unref);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->public_url, g_free);

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
  self->routes = g_ptr_array_new_with_free_func (route_free);
  self->listeners = g_ptr_array_new_with_free_func (listener_free);
  self->by_address = g_hash_table_new (NULL, NULL);
  self->per_source = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->peers);
}

/* libsoup keeps connections alive only while it has a listener of its own. This one is an end of a socket pair on which
 * nothing ever comes: nobody can reach it, past our counting and guarding. */
static void
give_silent_listener (BatonTransport *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) end = NULL;
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) != 0)
    g_error ("no socket pair: %s", g_strerror (errno));

  self->silent = g_socket_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  end = g_socket_new_from_fd (fds[1], &error);
  g_assert_no_error (error);
  soup_server_listen_socket (self->server, end, 0, &error);
  g_assert_no_error (error);
}

BatonTransport *
baton_transport_new (const BatonTransportLimits *limits)
{
  BatonTransport *self;

  g_return_val_if_fail (limits != NULL, NULL);

  self = g_object_new (BATON_TYPE_TRANSPORT, NULL);
  self->limits = *limits;
  self->server = soup_server_new ("raw-paths", TRUE, NULL);
  give_silent_listener (self);
  soup_server_remove_websocket_extension (self->server, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
  g_signal_connect (self->server, "request-started", G_CALLBACK (request_started_cb), self);
  g_signal_connect (self->server, "request-finished", G_CALLBACK (request_finished_cb), self);
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
  Route *route;

  g_return_if_fail (BATON_IS_TRANSPORT (self));
  g_return_if_fail (handler != NULL);

  route = g_new0 (Route, 1);
  route->prefix = baton_target_split_path (prefix);
  route->handler = handler;
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
    self->url = g_steal_pointer (&url);
  listener = g_new0 (Listener, 1);
  listener->socket = g_steal_pointer (&socket);
  g_ptr_array_add (self->listeners, listener);
  listener_resume (listener, self);
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

  g_free (self->public_url);
  self->public_url = g_strdup (url);
}

/**
 * baton_transport_get_n_streams:
 *
 * Returns: open WebSockets; walks all connections, so it is for reports
 */
guint
baton_transport_get_n_streams (BatonTransport *self)
{
  guint n = 0;

  g_return_val_if_fail (BATON_IS_TRANSPORT (self), 0);

  for (GList *link = self->peers.head; link != NULL; link = link->next)
    n += ((BatonPeer *) link->data)->phase == BATON_PHASE_STREAM;
  return n;
}

/* Streams are told, requests under way get their answers, nobody else is waited for. */
static void
dismiss (BatonPeer *peer)
{
  switch (peer->phase) {
  case BATON_PHASE_STREAM:
    baton_stream_close (peer->stream, 1001, NULL);
    break;
  case BATON_PHASE_BODY:
  case BATON_PHASE_ANSWER:
  case BATON_PHASE_WRITING:
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
  g_return_if_fail (BATON_IS_TRANSPORT (self));
  g_return_if_fail (self->stop == NULL);

  self->stop = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->stop, baton_transport_stop_async);
  self->stop_by = g_get_monotonic_time () + STOP_USEC;
  self->is_stopping = TRUE;

  g_ptr_array_set_size (self->listeners, 0);
  for (GList *link = self->peers.head; link != NULL; link = self->cursor) {
    self->cursor = link->next;
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
