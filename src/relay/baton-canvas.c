/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-canvas.h"

#include <string.h>

#include "baton-conversation.h"
#include "baton-error.h"
#include "baton-json-writer.h"
#include "baton-throttle.h"

/* Nothing from elsewhere, nothing inline, no frame around it: should a message ever become markup, it still does
 * nothing. `ws:` and `wss:` are for browsers whose 'self' does not cover the stream. */
#define CONTENT_POLICY \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws: wss:; " \
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

#define MAX_FILE (4 * 1024 * 1024)
#define MAX_NAME 200   /* bytes of a customer's name */

typedef struct {
  const char *content_type;
  GBytes     *bytes;
} File;

struct _BatonCanvas {
  GObject        parent_instance;

  GHashTable    *files;           /* name → File */
  BatonTokenKey *key;             /* not ours */
  guint          token_seconds;
  BatonThrottle *throttle;        /* by address */
};

G_DEFINE_FINAL_TYPE (BatonCanvas, baton_canvas, G_TYPE_OBJECT)

static const struct {
  const char *suffix;
  const char *content_type;
} types[] = {
  { ".html", "text/html; charset=utf-8" },
  { ".js",   "text/javascript; charset=utf-8" },
  { ".css",  "text/css; charset=utf-8" },
  { ".svg",  "image/svg+xml" },
  { ".png",  "image/png" },
};

/* --- files --- */

static void
file_free (gpointer data)
{
  File *file = data;

  g_bytes_unref (file->bytes);
  g_free (file);
}

static const char *
find_type (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_suffix (name, types[i].suffix))
      return types[i].content_type;
  return NULL;
}

static gboolean
read_file (BatonCanvas  *self,
           const char   *folder,
           const char   *name,
           GError      **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  const char *content_type = find_type (name);
  char *text;
  gsize length;
  File *file;

  if (content_type == NULL)
    return TRUE;
  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  if (length > MAX_FILE) {
    g_free (text);
    g_set_error (error, BATON_ERROR, BATON_ERROR_TOO_BIG, "%s is larger than %d bytes", path, MAX_FILE);
    return FALSE;
  }

  file = g_new (File, 1);
  file->content_type = content_type;
  file->bytes = g_bytes_new_take (text, length);
  g_hash_table_insert (self->files, g_strdup (name), file);
  return TRUE;
}

static gboolean
read_folder (BatonCanvas  *self,
             const char   *folder,
             GError      **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (!read_file (self, folder, name, error))
      return FALSE;
  return TRUE;
}

/* --- answers --- */

static void
refuse (BatonExchange *exchange,
        guint          status,
        const char    *code,
        const char    *message)
{
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();
  g_autoptr (GBytes) body = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "error");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "code", code);
  baton_json_writer_add_string (writer, "message", message);
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);
  body = baton_json_writer_finish (g_steal_pointer (&writer));
  baton_exchange_reply_json (exchange, status, body);
}

static void
show_file (BatonExchange *exchange,
           const File    *file)
{
  baton_exchange_set_header (exchange, "Content-Security-Policy", CONTENT_POLICY);
  baton_exchange_set_header (exchange, "X-Content-Type-Options", "nosniff");
  baton_exchange_set_header (exchange, "Referrer-Policy", "no-referrer");
  baton_exchange_set_header (exchange, "Cache-Control", "no-cache");
  baton_exchange_reply (exchange, 200, file->content_type, file->bytes);
}

static void
page_cb (BatonExchange     *exchange,
         const char *const *tail,
         gpointer           user_data)
{
  BatonCanvas *self = BATON_CANVAS (user_data);
  const char *name = tail[0] == NULL ? "index.html" : tail[0];
  const File *file = tail[0] != NULL && tail[1] != NULL ? NULL : g_hash_table_lookup (self->files, name);

  if (file == NULL)
    refuse (exchange, 404, "BadArgument", "There is nothing here");
  else if (!g_str_equal (baton_exchange_get_method (exchange), "GET"))
    refuse (exchange, 405, "BadArgument", "This can only be read");
  else
    show_file (exchange, file);
}

static void
health_cb (BatonExchange     *exchange,
           const char *const *tail,
           gpointer           user_data)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("ok\n", 3);

  if (tail[0] != NULL)
    refuse (exchange, 404, "BadArgument", "There is nothing here");
  else
    baton_exchange_reply (exchange, 200, "text/plain; charset=utf-8", body);
}

/* --- tokens --- */

static char *
read_name (BatonExchange  *exchange,
           GError        **error)
{
  GBytes *body = baton_exchange_get_body (exchange);
  g_autoptr (BatonJson) json = NULL;
  g_autofree char *name = NULL;

  if (body == NULL || g_bytes_get_size (body) == 0)
    return NULL;

  json = baton_json_parse (body, &BATON_JSON_LIMITS_CLIENT, error);
  if (json == NULL)
    return NULL;
  name = baton_json_node_dup_member (baton_json_get_root (json), "name");
  if (name != NULL && strlen (name) > MAX_NAME) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "name has to be at most %d bytes", MAX_NAME);
    return NULL;
  }
  return name == NULL || *name == '\0' ? NULL : g_steal_pointer (&name);
}

/* The user's id is made here and bound in the token, so nobody can speak as another customer. */
static void
reply_token (BatonCanvas   *self,
             BatonExchange *exchange,
             char          *name)
{
  g_autofree char *random = baton_conversation_new_id ();
  g_autofree char *user_id = g_strconcat ("dl_", random, NULL);
  g_autoptr (BatonToken) token = baton_token_reserve (user_id, name, self->token_seconds, NULL);
  g_autofree char *text = baton_token_key_sign (self->key, token);
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();
  g_autoptr (GBytes) body = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "conversationId", token->conversation_id);
  baton_json_writer_add_string (writer, "token", text);
  baton_json_writer_add_int (writer, "expires_in", self->token_seconds);
  baton_json_writer_end_object (writer);
  body = baton_json_writer_finish (g_steal_pointer (&writer));
  baton_exchange_set_header (exchange, "Cache-Control", "no-store");
  baton_exchange_reply_json (exchange, 200, body);
}

static void
token_cb (BatonExchange     *exchange,
          const char *const *tail,
          gpointer           user_data)
{
  BatonCanvas *self = BATON_CANVAS (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *seconds = NULL;
  guint wait;

  if (tail[0] != NULL || !g_str_equal (baton_exchange_get_method (exchange), "POST")) {
    refuse (exchange, tail[0] != NULL ? 404 : 405, "BadArgument", "Tokens are asked for by POST");
    return;
  }

  wait = baton_throttle_take (self->throttle, baton_exchange_get_address (exchange), g_get_monotonic_time ());
  if (wait > 0) {
    seconds = g_strdup_printf ("%u", wait);
    baton_exchange_set_header (exchange, "Retry-After", seconds);
    refuse (exchange, 429, "ServiceError", "Too many tokens; try again later");
    return;
  }

  name = read_name (exchange, &error);
  if (error != NULL)
    refuse (exchange, 400, "BadArgument", error->message);
  else
    reply_token (self, exchange, name);
}

/* --- life --- */

static void
baton_canvas_finalize (GObject *object)
{
  BatonCanvas *self = BATON_CANVAS (object);

  g_hash_table_unref (self->files);
  g_clear_pointer (&self->throttle, baton_throttle_free);

  G_OBJECT_CLASS (baton_canvas_parent_class)->finalize (object);
}

static void
baton_canvas_class_init (BatonCanvasClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_canvas_finalize;
}

static void
baton_canvas_init (BatonCanvas *self)
{
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, file_free);
}

/**
 * baton_canvas_new:
 * @folder: with `index.html` and what belongs to it
 * @token_seconds: life of a token
 * @tokens_per_minute: for one address
 * @key: has to outlive the canvas
 * @transport: gets its handlers; the canvas has to live as long as it
 * @error: return location for an error of reading the files
 *
 * Returns: (transfer full): the canvas, or %NULL with @error set
 */
BatonCanvas *
baton_canvas_new (const char      *folder,
                  guint            token_seconds,
                  guint            tokens_per_minute,
                  BatonTokenKey   *key,
                  BatonTransport  *transport,
                  GError         **error)
{
  g_autoptr (BatonCanvas) self = g_object_new (BATON_TYPE_CANVAS, NULL);

  self->key = key;
  self->token_seconds = token_seconds;
  self->throttle = baton_throttle_new (tokens_per_minute, 60 * G_USEC_PER_SEC);
  if (!read_folder (self, folder, error))
    return NULL;

  baton_transport_add_handler (transport, "/canvas/token", token_cb, self);
  baton_transport_add_handler (transport, "/healthz", health_cb, self);
  baton_transport_add_handler (transport, "/", page_cb, self);
  return g_steal_pointer (&self);
}
