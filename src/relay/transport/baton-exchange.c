/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-target.h"
#include "baton-transport-private.h"

#include <string.h>

/* What a server adds to the client's key of a WebSocket handshake (RFC 6455, 1.3). */
#define WEBSOCKET_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

struct _BatonExchange {
  GObject            parent_instance;

  BatonPeer         *peer;          /* NULL once answered or gone */
  BatonRequest      *request;
  GStrv              segments;      /* of the path, decoded; NULL if it is none we serve */
  GHashTable        *query;         /* parsed when first asked for */
  GBytes            *body;          /* NULL until it is there as a whole */
  char              *own_url;       /* of the transport; a #GRefString, like the next */
  char              *address;
  gboolean           is_public;     /* `own_url` is how the world reaches us, whatever the peer calls us */
  GCancellable      *cancellable;   /* made when first asked for */
  gboolean           is_useless;    /* nobody will get the answer */
  GString           *headers;       /* of the answer, or NULL: lines */
  BatonStreamHandler upgraded;
  gpointer           upgraded_data;
  GDestroyNotify     upgraded_destroy;
};

G_DEFINE_FINAL_TYPE (BatonExchange, baton_exchange, G_TYPE_OBJECT)

static void
baton_exchange_finalize (GObject *object)
{
  BatonExchange *self = BATON_EXCHANGE (object);

  g_clear_pointer (&self->request, baton_request_free);
  g_clear_pointer (&self->segments, g_strfreev);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->own_url, g_ref_string_release);
  g_clear_pointer (&self->address, g_ref_string_release);
  g_clear_object (&self->cancellable);
  if (self->headers != NULL)
    g_string_free (self->headers, TRUE);
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
}

/**
 * baton_exchange_new:
 * @request: (transfer full): whose head is there; the peer goes on feeding it
 *
 * Begins an exchange; it waits until it is answered.
 */
BatonExchange *
baton_exchange_new (BatonPeer    *peer,
                    BatonRequest *request)
{
  BatonExchange *self = g_object_new (BATON_TYPE_EXCHANGE, NULL);
  const char *public_url = baton_transport_get_public_url (peer->transport);

  self->peer = peer;
  self->request = request;
  self->segments = baton_target_split_path (baton_request_get_path (request));
  self->is_public = public_url != NULL;
  self->own_url = g_ref_string_acquire ((char *) baton_transport_get_url (peer->transport));
  self->address = g_ref_string_acquire (peer->address);
  return self;
}

BatonRequest *
baton_exchange_get_request (BatonExchange *self)
{
  return self->request;
}

/**
 * baton_exchange_get_segments:
 *
 * Returns: (nullable): those of the path, decoded; %NULL if it is none we serve
 */
const char *const *
baton_exchange_get_segments (BatonExchange *self)
{
  return (const char *const *) self->segments;
}

/**
 * baton_exchange_take_body:
 *
 * The body is there as a whole.
 */
void
baton_exchange_take_body (BatonExchange *self)
{
  self->body = baton_request_steal_body (self->request);
}

/* One error shape for all that the relay serves (protocol 1.14). Both parts are our own literals. */
char *
baton_exchange_format_error (const char *code,
                             const char *text)
{
  return g_strdup_printf ("{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}", code, text);
}

static void
give_up (BatonExchange *self)
{
  self->is_useless = TRUE;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
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
  give_up (self);
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
  give_up (self);
}

const char *
baton_exchange_get_method (BatonExchange *self)
{
  g_return_val_if_fail (BATON_IS_EXCHANGE (self), NULL);

  return baton_request_get_method (self->request);
}

const char *
baton_exchange_get_query (BatonExchange *self,
                          const char    *name)
{
  g_return_val_if_fail (BATON_IS_EXCHANGE (self), NULL);

  if (baton_request_get_query (self->request) == NULL)
    return NULL;
  if (self->query == NULL)
    self->query = baton_target_parse_query (baton_request_get_query (self->request));
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

  return baton_request_get_header (self->request, name);
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
  const char *host;

  g_return_val_if_fail (BATON_IS_EXCHANGE (self), NULL);

  host = baton_exchange_get_header (self, "Host");
  if (!self->is_public && baton_target_host_is_valid (host))
    return g_strconcat ("http://", host, NULL);
  return g_strdup (self->own_url);
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

  if (self->cancellable == NULL) {
    self->cancellable = g_cancellable_new ();
    if (self->is_useless)
      g_cancellable_cancel (self->cancellable);
  }
  return self->cancellable;
}

/* A key is 16 bytes in base64. */
static gboolean
is_key (const char *key)
{
  g_autofree guint8 *bytes = NULL;
  gsize size;

  if (key == NULL || strlen (key) != 24)
    return FALSE;
  bytes = g_base64_decode (key, &size);
  return size == 16;
}

gboolean
baton_exchange_wants_stream (BatonExchange *self)
{
  g_return_val_if_fail (BATON_IS_EXCHANGE (self), FALSE);

  return self->peer != NULL && baton_request_is_1_1 (self->request) &&
         strcmp (baton_request_get_method (self->request), "GET") == 0 &&
         baton_request_has_token (self->request, "Upgrade", "websocket") &&
         baton_request_has_token (self->request, "Connection", "upgrade") &&
         g_strcmp0 (baton_request_get_header (self->request, "Sec-WebSocket-Version"), "13") == 0 &&
         is_key (baton_request_get_header (self->request, "Sec-WebSocket-Key"));
}

/* --- The answer --- */

static const struct {
  guint       status;
  const char *phrase;
} phrases[] = {
  { 200, "OK" },
  { 201, "Created" },
  { 202, "Accepted" },
  { 204, "No Content" },
  { 302, "Found" },
  { 303, "See Other" },
  { 304, "Not Modified" },
  { 400, "Bad Request" },
  { 401, "Unauthorized" },
  { 403, "Forbidden" },
  { 404, "Not Found" },
  { 405, "Method Not Allowed" },
  { 406, "Not Acceptable" },
  { 409, "Conflict" },
  { 410, "Gone" },
  { 411, "Length Required" },
  { 412, "Precondition Failed" },
  { 413, "Content Too Large" },
  { 415, "Unsupported Media Type" },
  { 416, "Range Not Satisfiable" },
  { 417, "Expectation Failed" },
  { 422, "Unprocessable Content" },
  { 429, "Too Many Requests" },
  { 431, "Request Header Fields Too Large" },
  { 500, "Internal Server Error" },
  { 501, "Not Implemented" },
  { 502, "Bad Gateway" },
  { 503, "Service Unavailable" },
  { 504, "Gateway Timeout" },
  { 505, "HTTP Version Not Supported" },
};

/**
 * baton_exchange_get_phrase:
 *
 * Returns: what stands behind a status code, for people who read along; clients go by the code
 */
const char *
baton_exchange_get_phrase (guint status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (phrases); i++)
    if (phrases[i].status == status)
      return phrases[i].phrase;
  return "Status";
}

static void
append_line (GString    *lines,
             const char *name,
             const char *value)
{
  g_string_append (lines, name);
  g_string_append (lines, ": ");
  g_string_append (lines, value);
  g_string_append (lines, "\r\n");
}

static void
append_number (GString *text,
               gsize    number)
{
  char digits[20];
  guint n = 0;

  do
    digits[n++] = (char) ('0' + number % 10);
  while ((number /= 10) > 0);
  while (n > 0)
    g_string_append_c (text, digits[--n]);
}

/* Where the line of a header begins; -1: there is none. */
static gssize
find_line (GString    *lines,
           const char *name)
{
  gsize length = strlen (name);

  for (const char *line = lines->str; *line != '\0'; line = strchr (line, '\n') + 1)
    if (g_ascii_strncasecmp (line, name, length) == 0 && line[length] == ':')
      return line - lines->str;
  return -1;
}

/**
 * baton_exchange_set_header:
 * @value: on one line
 *
 * Sets a header of the answer, instead of one of that name.
 */
void
baton_exchange_set_header (BatonExchange *self,
                           const char    *name,
                           const char    *value)
{
  gssize line;

  g_return_if_fail (BATON_IS_EXCHANGE (self));
  g_return_if_fail (strpbrk (name, "\r\n:") == NULL);
  g_return_if_fail (strpbrk (value, "\r\n") == NULL);

  if (self->headers == NULL)
    self->headers = g_string_sized_new (256);
  line = find_line (self->headers, name);
  if (line >= 0)
    g_string_erase (self->headers, line, strchr (self->headers->str + line, '\n') + 1 - (self->headers->str + line));
  append_line (self->headers, name, value);
}

static void
set_default_header (BatonExchange *self,
                    const char    *name,
                    const char    *value)
{
  if (self->headers == NULL || find_line (self->headers, name) < 0)
    baton_exchange_set_header (self, name, value);
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

/* Some have no body, and then no length either (RFC 9110, 8.6). */
static gboolean
may_have_body (guint status)
{
  return status >= 200 && status != 204 && status != 304;
}

static GString *
format_head (BatonExchange *self,
             BatonPeer     *peer,
             guint          status,
             gsize          size,
             gboolean       keeps_alive)
{
  GString *head = g_string_sized_new (512);

  /* Not printf: this is written for each request. */
  g_string_append (head, "HTTP/1.1 ");
  append_number (head, status);
  g_string_append_c (head, ' ');
  g_string_append (head, baton_exchange_get_phrase (status));
  g_string_append (head, "\r\n");
  append_line (head, "Date", baton_transport_get_date (peer->transport));
  if (may_have_body (status)) {
    g_string_append (head, "Content-Length: ");
    append_number (head, size);
    g_string_append (head, "\r\n");
  }
  if (!keeps_alive)
    append_line (head, "Connection", "close");
  else if (!baton_request_is_1_1 (self->request))
    append_line (head, "Connection", "keep-alive");
  if (self->headers != NULL)
    g_string_append_len (head, self->headers->str, (gssize) self->headers->len);
  return g_string_append (head, "\r\n");
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
  g_autoptr (GString) head = NULL;
  gsize size = body != NULL ? g_bytes_get_size (body) : 0;
  gboolean keeps_alive;
  BatonPeer *peer;

  g_return_if_fail (BATON_IS_EXCHANGE (self));

  alive = g_object_ref (self);
  peer = settle (self);
  if (peer == NULL)
    return;

  if (content_type != NULL)
    baton_exchange_set_header (self, "Content-Type", content_type);
  /* Answers hold tokens and what customers said. */
  set_default_header (self, "Cache-Control", "no-store");
  set_default_header (self, "X-Content-Type-Options", "nosniff");
  keeps_alive = baton_request_keeps_alive (self->request) && !baton_transport_is_stopping (peer->transport);
  head = format_head (self, peer, status, size, keeps_alive);
  if (size == 0 || !may_have_body (status) || strcmp (baton_request_get_method (self->request), "HEAD") == 0)
    body = NULL;
  baton_peer_answer (peer, head->str, head->len, body, keeps_alive);
}

void
baton_exchange_reply_json (BatonExchange *self,
                           guint          status,
                           GBytes        *json)
{
  baton_exchange_reply (self, status, "application/json; charset=utf-8", json);
}

/* --- Streams --- */

static char *
make_accept (const char *key)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize size = sizeof digest;

  g_checksum_update (sum, (const guint8 *) key, -1);
  g_checksum_update (sum, (const guint8 *) WEBSOCKET_GUID, -1);
  g_checksum_get_digest (sum, digest, &size);
  return g_base64_encode (digest, size);
}

/**
 * baton_exchange_upgrade:
 *
 * Answers a request of which baton_exchange_wants_stream() is true with a WebSocket. Neither `Origin` nor subprotocols
 * are looked at: what is allowed is the caller's to know. No extension is taken. @handler is called before this returns;
 * it is not called if the peer is gone.
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
  g_autoptr (BatonExchange) alive = NULL;
  g_autoptr (BatonPeer) peer = NULL;
  g_autofree char *accept = NULL;
  g_autofree char *head = NULL;

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

  accept = make_accept (baton_request_get_header (self->request, "Sec-WebSocket-Key"));
  head = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
  alive = g_object_ref (self);
  peer = baton_peer_ref (settle (self));
  baton_peer_upgrade (peer, head, strlen (head));
  if (peer->stream != NULL)
    self->upgraded (peer->stream, self->upgraded_data);
}
