/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-target.h"
#include "baton-transport-private.h"

#include <string.h>

struct _BatonExchange {
  GObject            parent_instance;

  BatonPeer         *peer;          /* NULL once answered or gone */
  SoupServerMessage *message;
  GHashTable        *query;         /* parsed when first asked for */
  GBytes            *body;
  char              *url;
  char              *address;
  GCancellable      *cancellable;
  BatonStreamHandler upgraded;
  gpointer           upgraded_data;
  GDestroyNotify     upgraded_destroy;
};

G_DEFINE_FINAL_TYPE (BatonExchange, baton_exchange, G_TYPE_OBJECT)

static void
baton_exchange_finalize (GObject *object)
{
  BatonExchange *self = BATON_EXCHANGE (object);

  g_clear_object (&self->message);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->address, g_free);
  g_clear_object (&self->cancellable);
  if (self->upgraded_destroy != NULL)
    self->upgraded_destroy (self->upgraded_data);

  G_OBJECT_CLASS (baton_exchange_parent_class)->finalize (object);
}

static void
baton_exchange_class_init (BatonExchangeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_exchange_finalize;
}

static void
baton_exchange_init (BatonExchange *self)
{
  self->cancellable = g_cancellable_new ();
}

static char *
make_url (BatonExchange *self)
{
  const char *host = baton_exchange_get_header (self, "Host");
  BatonTransport *transport = self->peer->transport;

  if (baton_transport_get_public_url (transport) != NULL)
    return g_strdup (baton_transport_get_public_url (transport));
  if (baton_target_host_is_valid (host))
    return g_strconcat ("http://", host, NULL);
  return g_strdup (baton_transport_get_url (transport));
}

/**
 * baton_exchange_new:
 *
 * A request is there as a whole; it waits until it is answered.
 */
BatonExchange *
baton_exchange_new (BatonPeer         *peer,
                    SoupServerMessage *message)
{
  GInetAddress *address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (peer->address));
  BatonExchange *self = g_object_new (BATON_TYPE_EXCHANGE, NULL);

  self->peer = peer;
  self->message = g_object_ref (message);
  self->body = peer->too_big ? g_bytes_new (NULL, 0)
                             : soup_message_body_flatten (soup_server_message_get_request_body (message));
  self->url = make_url (self);
  self->address = g_inet_address_to_string (address);
  soup_server_message_pause (message);
  return self;
}

/* One error shape for all that the relay serves (protocol 1.14). Both parts are our own literals. */
char *
baton_exchange_format_error (const char *code,
                             const char *text)
{
  return g_strdup_printf ("{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}", code, text);
}

/**
 * baton_exchange_refuse:
 *
 * The transport's own answer, to what no handler saw or none answered in time. Any page may read it, since it says
 * nothing; without that a browser's client would take it for a network error and retry (S33).
 */
void
baton_exchange_refuse (BatonExchange *self,
                       guint          status,
                       const char    *code,
                       const char    *text)
{
  g_autofree char *body = baton_exchange_format_error (code, text);
  g_autoptr (GBytes) json = g_bytes_new (body, strlen (body));
  g_autoptr (BatonExchange) alive = g_object_ref (self);   /* the peer's reference goes with the answer */

  baton_exchange_set_header (self, "Access-Control-Allow-Origin", "*");
  baton_exchange_reply_json (self, status, json);
  g_cancellable_cancel (self->cancellable);
}

/**
 * baton_exchange_abandon:
 *
 * The peer is gone; so is the chance to answer.
 */
void
baton_exchange_abandon (BatonExchange *self)
{
  self->peer = NULL;
  /* Lets libsoup find out too. */
  soup_server_message_unpause (self->message);
  g_cancellable_cancel (self->cancellable);
}

const char *
baton_exchange_get_method (BatonExchange *self)
{
  g_return_val_if_fail (BATON_IS_EXCHANGE (self), NULL);

  return soup_server_message_get_method (self->message);
}

const char *
baton_exchange_get_query (BatonExchange *self,
                          const char    *name)
{
  g_return_val_if_fail (BATON_IS_EXCHANGE (self), NULL);

  if (self->query == NULL)
    self->query = baton_target_parse_query (g_uri_get_query (soup_server_message_get_uri (self->message)));
  return g_hash_table_lookup (self->query, name);
}

/**
 * baton_exchange_get_header:
 *
 * Returns: (nullable): the last value of the header @name, without regard to case
 */
const char *
baton_exchange_get_header (BatonExchange *self,
                           const char    *name)
{
  g_return_val_if_fail (BATON_IS_EXCHANGE (self), NULL);

  return soup_message_headers_get_one (soup_server_message_get_request_headers (self->message), name);
}

const char *
baton_exchange_get_bearer (BatonExchange *self)
{
  const char *value;

  g_return_val_if_fail (BATON_IS_EXCHANGE (self), NULL);

  value = baton_exchange_get_header (self, "Authorization");
  if (value == NULL || g_ascii_strncasecmp (value, "Bearer ", 7) != 0)
    return NULL;

  value += 7 + strspn (value + 7, " ");
  return *value != '\0' ? value : NULL;
}

const char *
baton_exchange_get_address (BatonExchange *self)
{
  g_return_val_if_fail (BATON_IS_EXCHANGE (self), NULL);

  return self->address;
}

/**
 * baton_exchange_dup_url:
 *
 * Returns: (transfer full): the public URL if one is configured, else what the peer itself called us by, if that is a
 *   well-formed host, else the first address we listen on
 */
char *
baton_exchange_dup_url (BatonExchange *self)
{
  g_return_val_if_fail (BATON_IS_EXCHANGE (self), NULL);

  return g_strdup (self->url);
}

/**
 * baton_exchange_get_body:
 *
 * Returns: (transfer none): the request's body; empty if it has none
 */
GBytes *
baton_exchange_get_body (BatonExchange *self)
{
  g_return_val_if_fail (BATON_IS_EXCHANGE (self), NULL);

  return self->body;
}

/**
 * baton_exchange_get_cancellable:
 *
 * Returns: (transfer none): cancelled when an answer has become useless
 */
GCancellable *
baton_exchange_get_cancellable (BatonExchange *self)
{
  g_return_val_if_fail (BATON_IS_EXCHANGE (self), NULL);

  return self->cancellable;
}

gboolean
baton_exchange_wants_stream (BatonExchange *self)
{
  g_return_val_if_fail (BATON_IS_EXCHANGE (self), FALSE);

  return self->peer != NULL && soup_websocket_server_check_handshake (self->message, NULL, NULL, NULL, NULL);
}

/**
 * baton_exchange_set_header:
 *
 * Sets a header of the answer, instead of one of that name.
 */
void
baton_exchange_set_header (BatonExchange *self,
                           const char    *name,
                           const char    *value)
{
  g_return_if_fail (BATON_IS_EXCHANGE (self));

  if (self->peer != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (self->message), name, value);
}

static void
set_default_header (SoupMessageHeaders *headers,
                    const char         *name,
                    const char         *value)
{
  if (soup_message_headers_get_one (headers, name) == NULL)
    soup_message_headers_replace (headers, name, value);
}

/* Takes the exchange from its peer, whose reference it drops: from here on it is answered. */
static BatonPeer *
settle (BatonExchange *self)
{
  BatonPeer *peer = g_steal_pointer (&self->peer);

  if (peer != NULL)
    g_clear_object (&peer->exchange);
  return peer;
}

/**
 * baton_exchange_reply:
 * @content_type: (nullable): %NULL if there is no body
 * @body: (nullable): referenced, not copied
 *
 * Answers. Does nothing if the peer is gone or was told 503 already.
 */
void
baton_exchange_reply (BatonExchange *self,
                      guint          status,
                      const char    *content_type,
                      GBytes        *body)
{
  g_autoptr (BatonExchange) alive = NULL;
  SoupMessageHeaders *headers;
  BatonPeer *peer;

  g_return_if_fail (BATON_IS_EXCHANGE (self));

  alive = g_object_ref (self);
  peer = settle (self);
  if (peer == NULL)
    return;

  headers = soup_server_message_get_response_headers (self->message);
  if (content_type != NULL)
    soup_message_headers_replace (headers, "Content-Type", content_type);
  /* Answers hold tokens and what customers said. */
  set_default_header (headers, "Cache-Control", "no-store");
  set_default_header (headers, "X-Content-Type-Options", "nosniff");
  if (baton_transport_is_stopping (peer->transport))
    soup_message_headers_replace (headers, "Connection", "close");
  if (body != NULL && g_bytes_get_size (body) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (self->message), body);
  /* libsoup has no name for 429. */
  soup_server_message_set_status (self->message, status, status == 429 ? "Too Many Requests" : NULL);
  soup_server_message_unpause (self->message);
  baton_peer_set_phase (peer, BATON_PHASE_WRITING);
}

void
baton_exchange_reply_json (BatonExchange *self,
                           guint          status,
                           GBytes        *json)
{
  baton_exchange_reply (self, status, "application/json; charset=utf-8", json);
}

/* The 101 is on its way: from here the bytes are frames. */
static void
wrote_informational_cb (SoupServerMessage *message,
                        gpointer           user_data)
{
  g_autoptr (BatonExchange) self = g_object_ref (user_data);
  g_autoptr (GIOStream) io = NULL;
  BatonPeer *peer = settle (self);

  if (peer == NULL)
    return;

  io = soup_server_message_steal_connection (message);
  peer->stream = baton_stream_new (peer, io, baton_transport_get_limits (peer->transport));
  baton_peer_set_phase (peer, BATON_PHASE_STREAM);
  self->upgraded (peer->stream, self->upgraded_data);
}

/**
 * baton_exchange_upgrade:
 *
 * Answers a request of which baton_exchange_wants_stream() is true with a WebSocket. Neither `Origin` nor subprotocols
 * are looked at: what is allowed is the caller's to know. @handler is not called if the peer is gone.
 */
void
baton_exchange_upgrade (BatonExchange      *self,
                        BatonStreamHandler  handler,
                        gpointer            user_data)
{
  baton_exchange_upgrade_full (self, handler, user_data, NULL);
}

/**
 * baton_exchange_upgrade_full:
 * @destroy: (nullable): frees @user_data, in any case and exactly once
 *
 * Like baton_exchange_upgrade(), for user data that is made for this one stream.
 */
void
baton_exchange_upgrade_full (BatonExchange      *self,
                             BatonStreamHandler  handler,
                             gpointer            user_data,
                             GDestroyNotify      destroy)
{
  g_return_if_fail (BATON_IS_EXCHANGE (self));
  g_return_if_fail (handler != NULL);
  g_return_if_fail (self->upgraded == NULL);

  self->upgraded = handler;
  self->upgraded_data = user_data;
  self->upgraded_destroy = destroy;
  if (self->peer == NULL)
    return;

  if (!baton_exchange_wants_stream (self)) {
    baton_exchange_refuse (self, 400, "BadArgument", "Not a WebSocket handshake");
    return;
  }

  soup_websocket_server_process_handshake (self->message, NULL, NULL, NULL, NULL);
  g_signal_connect_object (self->message, "wrote-informational", G_CALLBACK (wrote_informational_cb), self, 0);
  soup_server_message_unpause (self->message);
  baton_peer_set_phase (self->peer, BATON_PHASE_WRITING);
}
