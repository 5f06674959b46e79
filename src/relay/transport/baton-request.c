/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-request.h"

#include <llhttp.h>
#include <string.h>

/* Where its texts stand in the head: positions, since the head moves while it grows. */
typedef struct {
  guint32 name;
  guint32 value;
} Header;

struct _BatonRequest {
  llhttp_t    parser;
  GByteArray *head;          /* target, names and values, a NUL after each */
  GArray     *headers;       /* of Header */
  gsize       head_size;     /* bytes on the wire so far */
  guint32     path;          /* position in the head; the target stands at its start */
  guint32     query;         /* likewise; 0: none */
  gboolean    has_path;
  gboolean    has_head;
  guint       fault;

  guint64     length;        /* of the body as announced; 0: not at all */
  gsize       limit;         /* of the body */
  gsize       body_size;     /* came in so far */
  GByteArray *body;          /* %NULL: nothing yet, or thrown away */
};

static BatonRequest *
get_request (llhttp_t *parser)
{
  return parser->data;
}

static int
refuse (BatonRequest *self,
        guint         status)
{
  self->fault = status;
  return HPE_USER;
}

/* --- The head --- */

static int
append (BatonRequest *self,
        const char   *text,
        gsize         length)
{
  /* After the head names and values are those of a trailer, and mean nothing. */
  if (!self->has_head)
    g_byte_array_append (self->head, (const guint8 *) text, (guint) length);
  return HPE_OK;
}

static int
end_text (BatonRequest *self)
{
  return append (self, "", 1);
}

static int
url_cb (llhttp_t   *parser,
        const char *text,
        size_t      length)
{
  return append (get_request (parser), text, length);
}

static int
url_complete_cb (llhttp_t *parser)
{
  return end_text (get_request (parser));
}

/* The first part of a name begins a header. */
static int
field_cb (llhttp_t   *parser,
          const char *text,
          size_t      length)
{
  BatonRequest *self = get_request (parser);
  const Header *last = self->headers->len > 0 ? &g_array_index (self->headers, Header, self->headers->len - 1) : NULL;

  if (!self->has_head && (last == NULL || last->value != 0)) {
    Header header = { .name = self->head->len };

    g_array_append_val (self->headers, header);
  }
  return append (self, text, length);
}

static int
field_complete_cb (llhttp_t *parser)
{
  BatonRequest *self = get_request (parser);

  end_text (self);
  if (!self->has_head)
    g_array_index (self->headers, Header, self->headers->len - 1).value = self->head->len;
  return HPE_OK;
}

static int
value_cb (llhttp_t   *parser,
          const char *text,
          size_t      length)
{
  return append (get_request (parser), text, length);
}

static int
value_complete_cb (llhttp_t *parser)
{
  return end_text (get_request (parser));
}

static const char *
get_text (BatonRequest *self,
          guint32       position)
{
  return (const char *) self->head->data + position;
}

/* Finds path and query in the target: of a server's own form, or of the absolute one that is meant for proxies and that
 * servers have to understand, too (RFC 9112, 3.2.2). */
static void
split_target (BatonRequest *self)
{
  char *target = (char *) self->head->data;
  char *path = target;
  char *query;

  if (g_ascii_strncasecmp (target, "http://", 7) == 0)
    path = strpbrk (target + 7, "/?");
  else if (g_ascii_strncasecmp (target, "https://", 8) == 0)
    path = strpbrk (target + 8, "/?");
  if (path == NULL || *path != '/' || strchr (path, '#') != NULL)
    return;

  self->has_path = TRUE;
  self->path = (guint32) (path - target);
  query = strchr (path, '?');
  if (query != NULL) {
    *query = '\0';
    self->query = (guint32) (query + 1 - target);
  }
}

static guint
count_headers (BatonRequest *self,
               const char   *name,
               const char  **last)
{
  guint n = 0;

  for (guint i = 0; i < self->headers->len; i++) {
    const Header *header = &g_array_index (self->headers, Header, i);

    if (g_ascii_strcasecmp (get_text (self, header->name), name) == 0) {
      *last = get_text (self, header->value);
      n++;
    }
  }
  return n;
}

/* What llhttp lets pass because it can be read in one way, but not by all. */
static guint
find_fault (BatonRequest *self)
{
  const char *value = NULL;
  guint hosts = count_headers (self, "Host", &value);
  guint encodings;

  if (self->parser.http_major != 1 || self->parser.http_minor > 1)
    return 505;
  if (hosts > 1 || (hosts == 0 && self->parser.http_minor == 1))
    return 400;
  if (count_headers (self, "Content-Length", &value) > 1)
    return 400;

  encodings = count_headers (self, "Transfer-Encoding", &value);
  if (encodings > 1 || (encodings == 1 && self->parser.http_minor == 0))
    return 400;
  if (encodings == 1 && g_ascii_strcasecmp (value, "chunked") != 0)
    return 501;
  if (count_headers (self, "Expect", &value) > 0 && g_ascii_strcasecmp (value, "100-continue") != 0)
    return 417;
  return 0;
}

static int
headers_complete_cb (llhttp_t *parser)
{
  BatonRequest *self = get_request (parser);
  guint fault = find_fault (self);

  if (fault != 0)
    return refuse (self, fault);

  self->has_head = TRUE;
  self->length = parser->content_length;
  split_target (self);
  return HPE_PAUSED;
}

/* --- The body --- */

static int
body_cb (llhttp_t   *parser,
         const char *data,
         size_t      length)
{
  BatonRequest *self = get_request (parser);

  self->body_size += length;
  if (self->body_size > BATON_REQUEST_TOLERATED_BODIES * self->limit)
    return refuse (self, 413);

  if (self->body_size > self->limit) {
    g_clear_pointer (&self->body, g_byte_array_unref);
  } else {
    if (self->body == NULL)
      self->body = g_byte_array_sized_new ((guint) MIN (self->limit, MAX (length, self->length)));
    g_byte_array_append (self->body, (const guint8 *) data, (guint) length);
  }
  return HPE_OK;
}

static int
message_complete_cb (llhttp_t *parser)
{
  return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
  .on_url = url_cb,
  .on_url_complete = url_complete_cb,
  .on_header_field = field_cb,
  .on_header_field_complete = field_complete_cb,
  .on_header_value = value_cb,
  .on_header_value_complete = value_complete_cb,
  .on_headers_complete = headers_complete_cb,
  .on_body = body_cb,
  .on_message_complete = message_complete_cb,
};

/* --- The object --- */

BatonRequest *
baton_request_new (void)
{
  BatonRequest *self = g_new0 (BatonRequest, 1);

  llhttp_init (&self->parser, HTTP_REQUEST, &settings);
  self->parser.data = self;
  self->head = g_byte_array_sized_new (1024);
  self->headers = g_array_sized_new (FALSE, FALSE, sizeof (Header), 16);
  return self;
}

void
baton_request_free (BatonRequest *self)
{
  g_byte_array_unref (self->head);
  g_array_unref (self->headers);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self);
}

static BatonRequestState
broken (BatonRequest *self,
        guint         status)
{
  if (self->fault == 0)
    self->fault = status;
  return BATON_REQUEST_BROKEN;
}

/**
 * baton_request_feed:
 * @used: (out): how many of the bytes were taken
 *
 * Reads on. To be called with what was not used until there is nothing left or the request is done; not any more after it
 * is done or broken.
 */
BatonRequestState
baton_request_feed (BatonRequest *self,
                    const char   *data,
                    gsize         length,
                    gsize        *used)
{
  gboolean had_head = self->has_head;
  llhttp_errno_t result;

  if (!had_head)
    length = MIN (length, BATON_REQUEST_HEAD_SIZE + 1 - self->head_size);
  result = llhttp_execute (&self->parser, data, length);
  *used = result == HPE_OK ? length : (gsize) (llhttp_get_error_pos (&self->parser) - data);

  if (!had_head) {
    self->head_size += *used;
    if (self->head_size > BATON_REQUEST_HEAD_SIZE)
      return broken (self, 431);
  }
  if (result == HPE_OK)
    return BATON_REQUEST_MORE;
  if (result != HPE_PAUSED)
    return broken (self, 400);
  if (self->has_head && !had_head) {
    llhttp_resume (&self->parser);
    return BATON_REQUEST_HEAD;
  }
  return BATON_REQUEST_DONE;
}

guint
baton_request_get_fault (BatonRequest *self)
{
  return self->fault;
}

/**
 * baton_request_set_limit:
 * @limit: bytes its body may have; what is over that is thrown away, and what is far over it breaks the request
 */
void
baton_request_set_limit (BatonRequest *self,
                         gsize         limit)
{
  self->limit = limit;
}

const char *
baton_request_get_method (BatonRequest *self)
{
  return llhttp_method_name ((llhttp_method_t) self->parser.method);
}

const char *
baton_request_get_path (BatonRequest *self)
{
  return self->has_path ? get_text (self, self->path) : NULL;
}

const char *
baton_request_get_query (BatonRequest *self)
{
  return self->query != 0 ? get_text (self, self->query) : NULL;
}

/**
 * baton_request_get_header:
 *
 * Returns: (nullable): the last value of the header @name, without regard to case
 */
const char *
baton_request_get_header (BatonRequest *self,
                          const char   *name)
{
  const char *value = NULL;

  count_headers (self, name, &value);
  return value;
}

static gboolean
list_has (const char *list,
          const char *token)
{
  gsize length = strlen (token);

  while (*list != '\0') {
    gsize size;

    list += strspn (list, ", \t");
    size = strcspn (list, ", \t");
    if (size == length && g_ascii_strncasecmp (list, token, length) == 0)
      return TRUE;
    list += size;
  }
  return FALSE;
}

/**
 * baton_request_has_token:
 *
 * Returns: whether one of the headers @name has @token in its comma-separated list, both without regard to case
 */
gboolean
baton_request_has_token (BatonRequest *self,
                         const char   *name,
                         const char   *token)
{
  for (guint i = 0; i < self->headers->len; i++) {
    const Header *header = &g_array_index (self->headers, Header, i);

    if (g_ascii_strcasecmp (get_text (self, header->name), name) == 0 &&
        list_has (get_text (self, header->value), token))
      return TRUE;
  }
  return FALSE;
}

gboolean
baton_request_is_1_1 (BatonRequest *self)
{
  return self->parser.http_minor == 1;
}

/**
 * baton_request_keeps_alive:
 *
 * Returns: whether another request may follow on the connection
 */
gboolean
baton_request_keeps_alive (BatonRequest *self)
{
  return baton_request_is_1_1 (self) ? !baton_request_has_token (self, "Connection", "close")
                                     : baton_request_has_token (self, "Connection", "keep-alive");
}

/**
 * baton_request_waits_to_send:
 *
 * Returns: whether the peer wants to be told 100 before it sends the body
 */
gboolean
baton_request_waits_to_send (BatonRequest *self)
{
  return baton_request_is_1_1 (self) && baton_request_get_header (self, "Expect") != NULL;
}

guint64
baton_request_get_length (BatonRequest *self)
{
  return self->length;
}

/**
 * baton_request_is_too_big:
 *
 * Returns: whether the body is over the limit and was thrown away
 */
gboolean
baton_request_is_too_big (BatonRequest *self)
{
  return self->body_size > self->limit;
}

/**
 * baton_request_steal_body:
 *
 * Returns: (transfer full): the body; empty if there is none
 */
GBytes *
baton_request_steal_body (BatonRequest *self)
{
  if (self->body == NULL)
    return g_bytes_new (NULL, 0);
  return g_byte_array_free_to_bytes (g_steal_pointer (&self->body));
}
