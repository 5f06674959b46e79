/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-handshake.h"

#include <string.h>

#include "baton-error.h"
#include "baton-http.h"

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define LONGEST_HEAD (16 * 1024)
#define END "\r\n\r\n"

struct _BatonHandshake {
  char     *url;
  gboolean  is_secure;
  char     *text;
  char     *expected;   /* `Sec-WebSocket-Accept` */
};

static char *
make_key (void)
{
  guint32 random[4];

  for (guint i = 0; i < G_N_ELEMENTS (random); i++)
    random[i] = g_random_int ();
  return g_base64_encode ((const guchar *) random, sizeof random);
}

static char *
make_accept (const char *key)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize size = sizeof digest;

  g_checksum_update (checksum, (const guchar *) key, -1);
  g_checksum_update (checksum, (const guchar *) GUID, -1);
  g_checksum_get_digest (checksum, digest, &size);
  return g_base64_encode (digest, size);
}

/* Address and token come from others; neither may add a line of its own. */
static gboolean
is_one_word (const char *text)
{
  for (; *text != '\0'; text++) {
    if ((guchar) *text <= ' ' || (guchar) *text >= 0x7f)
      return FALSE;
  }
  return TRUE;
}

/* Without the port that goes without saying; a GUri may name it all the same. */
static char *
format_host (GUri     *uri,
             gboolean  is_secure)
{
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri);
  const char *const brackets[] = { strchr (host, ':') ? "[" : "", strchr (host, ':') ? "]" : "" };

  if (port == -1 || port == (is_secure ? 443 : 80))
    return g_strconcat (brackets[0], host, brackets[1], NULL);
  return g_strdup_printf ("%s%s%s:%d", brackets[0], host, brackets[1], port);
}

static char *
format_request (GUri       *uri,
                gboolean    is_secure,
                const char *key,
                const char *bearer)
{
  const char *path = g_uri_get_path (uri), *query = g_uri_get_query (uri);
  g_autofree char *host = format_host (uri, is_secure);

  return g_strconcat ("GET ", *path ? path : "/", query ? "?" : "", query ? query : "", " HTTP/1.1\r\n"
                      "Host: ", host, "\r\n"
                      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                      "Sec-WebSocket-Key: ", key, "\r\n"
                      "User-Agent: Baton/" PACKAGE_VERSION "\r\n",
                      bearer ? "Authorization: Bearer " : "", bearer ? bearer : "", bearer ? END : "\r\n", NULL);
}

/**
 * baton_handshake_new:
 * @url: ws, wss, http or https
 * @bearer: (nullable): for `Authorization`
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): the handshake, or %NULL for what is no address or no token
 */
BatonHandshake *
baton_handshake_new (const char  *url,
                     const char  *bearer,
                     GError     **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *scheme = uri ? g_uri_get_scheme (uri) : "";
  const char *const secure[] = { "wss", "https", NULL };
  const char *const plain[] = { "ws", "http", NULL };
  g_autofree char *key = NULL;
  g_autoptr (GUri) http = NULL;
  BatonHandshake *self;

  if ((!g_strv_contains (secure, scheme) && !g_strv_contains (plain, scheme))
      || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' || !is_one_word (url)
      || (bearer != NULL && !is_one_word (bearer))) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "not an address of a stream");
    return NULL;
  }

  self = g_new0 (BatonHandshake, 1);
  key = make_key ();
  self->is_secure = g_strv_contains (secure, scheme);
  http = soup_uri_copy (uri, SOUP_URI_SCHEME, self->is_secure ? "https" : "http", SOUP_URI_NONE);
  self->url = g_uri_to_string (http);
  self->text = format_request (uri, self->is_secure, key, bearer);
  self->expected = make_accept (key);
  return self;
}

void
baton_handshake_free (BatonHandshake *self)
{
  g_free (self->url);
  g_free (self->text);
  g_free (self->expected);
  g_free (self);
}

const char *
baton_handshake_get_url (BatonHandshake *self)
{
  return self->url;
}

gboolean
baton_handshake_is_secure (BatonHandshake *self)
{
  return self->is_secure;
}

const char *
baton_handshake_get_text (BatonHandshake *self)
{
  return self->text;
}

static gboolean
check_answer (BatonHandshake      *self,
              guint                status,
              SoupMessageHeaders  *headers,
              GError             **error)
{
  const BatonHttpAnswer answer = { .status = status };
  const char *accept = soup_message_headers_get_one (headers, "Sec-WebSocket-Accept");
  const char *extensions = soup_message_headers_get_list (headers, "Sec-WebSocket-Extensions");

  if (status == SOUP_STATUS_SWITCHING_PROTOCOLS && g_strcmp0 (accept, self->expected) == 0 && extensions == NULL)
    return TRUE;
  if (status >= 300 && !baton_http_answer_check (&answer, error))
    return FALSE;
  g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "no stream (answered %u)", status);
  return FALSE;
}

/**
 * baton_handshake_read:
 * @self: a handshake
 * @answer: what has come so far
 * @size: of it
 * @error: return location for a [error@Error]: what a refused handshake was refused with, as for any request
 *
 * Returns: the size of the answer that lets us in, 0 while it is not whole, -1 with @error set
 */
gssize
baton_handshake_read (BatonHandshake  *self,
                      const char      *answer,
                      gsize            size,
                      GError         **error)
{
  const char *end = g_strstr_len (answer, (gssize) size, END);
  g_autoptr (SoupMessageHeaders) headers = NULL;
  guint status = 0;

  if (end == NULL && size <= LONGEST_HEAD)
    return 0;

  headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  if (end == NULL || !soup_headers_parse_response (answer, (int) (end - answer) + 2, headers, NULL, &status, NULL)) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "an answer that is none");
    return -1;
  }
  return check_answer (self, status, headers, error) ? end - answer + (gssize) strlen (END) : -1;
}
