/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-server-private.h"

#include <string.h>

#include "baton-error.h"
#include "baton-json-writer.h"
#include "baton-secret.h"

#define PREFIX "/v3/directline"

/* Tokens in use at a time that need no second check. Streams at rest use none, so there may be far more of those; with a
 * token of each of them remembered, ten thousand would take a third more memory. */
#define KNOWN_TOKENS 1024

G_DEFINE_FINAL_TYPE (BatonDlServer, baton_dl_server, G_TYPE_OBJECT)

/* --- Answers --- */

/**
 * baton_dl_reply_error:
 * @code: one of protocol 1.14
 */
void
baton_dl_reply_error (BatonExchange *exchange,
                      guint          status,
                      const char    *code,
                      const char    *text)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autoptr (GBytes) body = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "error");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "code", code);
  baton_json_writer_add_string (writer, "message", text);
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);
  body = baton_json_writer_finish (writer);
  baton_exchange_reply_json (exchange, status, body);
}

/**
 * baton_dl_reply_store_error:
 *
 * Tells the peer what the store's error means for it; the cause is for the log alone.
 */
void
baton_dl_reply_store_error (BatonExchange *exchange,
                            const GError  *error)
{
  g_debug ("store: %s", error->message);
  if (g_error_matches (error, BATON_ERROR, BATON_ERROR_GONE))
    baton_dl_reply_error (exchange, 404, "BadArgument", "Unknown conversation");
  else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_CONFLICT))
    baton_dl_reply_error (exchange, 409, "NotOwner", "This conversation is with somebody else now");
  else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_BUSY))
    baton_dl_reply_error (exchange, 503, "ServiceError", "Try again later");
  else
    baton_dl_reply_error (exchange, 500, "ServiceError", "The request could not be carried out");
}

gboolean
baton_dl_origin_is_allowed (BatonDlServer *self,
                            const char    *origin)
{
  return self->origins == NULL || g_strv_contains ((const char *const *) self->origins, origin);
}

/* Errors need these too, or a page's client takes them for a broken network and retries (S33). */
static void
allow_origin (BatonDlServer *self,
              BatonExchange *exchange)
{
  const char *origin = baton_exchange_get_header (exchange, "Origin");

  baton_exchange_set_header (exchange, "Vary", "Origin");
  if (origin != NULL ? !baton_dl_origin_is_allowed (self, origin) : self->origins != NULL)
    return;

  baton_exchange_set_header (exchange, "Access-Control-Allow-Origin", origin != NULL ? origin : "*");
  baton_exchange_set_header (exchange, "Access-Control-Expose-Headers", "Retry-After");
}

static void
reply_preflight (BatonExchange *exchange)
{
  baton_exchange_set_header (exchange, "Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  baton_exchange_set_header (exchange, "Access-Control-Allow-Headers",
                             "authorization, content-type, x-ms-bot-agent, x-requested-with");
  baton_exchange_set_header (exchange, "Access-Control-Max-Age", "86400");
  baton_exchange_reply (exchange, 200, NULL, NULL);
}

/* --- Requests --- */

/* Takes @token; %NULL for the secret. */
static BatonDlRequest *
request_new (BatonDlServer *server,
             BatonExchange *exchange,
             BatonToken    *token)
{
  BatonDlRequest *self = g_new0 (BatonDlRequest, 1);

  self->server = g_object_ref (server);
  self->exchange = g_object_ref (exchange);
  self->token = token;
  self->conversation_id = token != NULL ? g_strdup (token->conversation_id) : NULL;
  self->after = -1;
  return self;
}

void
baton_dl_request_free (BatonDlRequest *self)
{
  g_clear_object (&self->server);
  g_clear_object (&self->exchange);
  g_clear_object (&self->activity);
  g_clear_pointer (&self->upload, baton_dl_upload_free);
  g_clear_pointer (&self->token, baton_token_unref);
  g_free (self->conversation_id);
  g_strfreev (self->origins);
  g_free (self);
}

/**
 * baton_dl_name_reader:
 * @token: (nullable): %NULL for the secret
 *
 * Returns: (transfer full): who it is, as rates and streams are counted: the tokens that a refresh gives count as one
 */
char *
baton_dl_name_reader (const char       *conversation_id,
                      const BatonToken *token)
{
  if (token == NULL)
    return g_strconcat (conversation_id, " secret", NULL);
  return g_strconcat (conversation_id, token->is_console ? " agent " : " customer ",
                      token->user_id != NULL ? token->user_id : "", NULL);
}

static BatonToken *
verify (BatonDlServer  *self,
        const char     *bearer,
        GError        **error)
{
  gint64 now = g_get_real_time () / G_TIME_SPAN_SECOND;
  BatonToken *token = baton_token_cache_find (self->tokens, bearer, now);

  if (token != NULL)
    return token;
  token = baton_token_key_verify (self->key, bearer, now, error);
  if (token != NULL)
    baton_token_cache_add (self->tokens, bearer, token);
  return token;
}

/**
 * baton_dl_server_knows_secret:
 *
 * Returns: whether @bearer is a secret, which may do everything
 */
gboolean
baton_dl_server_knows_secret (BatonDlServer *self,
                              const char    *bearer)
{
  g_autofree char *hash = baton_secret_hash (bearer);
  gboolean is_one = FALSE;

  for (guint i = 0; i < BATON_DL_MAX_SECRETS; i++)
    if (self->secret_hashes[i] != NULL)
      is_one |= baton_secret_equal (hash, self->secret_hashes[i]);
  return is_one;
}

/* Whether the peer may make requests at all. @token: (out) (nullable): what it shows, unless that is the secret */
static gboolean
recognise (BatonDlServer  *self,
           BatonExchange  *exchange,
           BatonToken    **token,
           GError        **error)
{
  const char *bearer = baton_exchange_get_bearer (exchange);

  *token = bearer != NULL ? verify (self, bearer, error) : NULL;
  if (*token != NULL)
    return baton_token_trusts (*token, baton_exchange_get_header (exchange, "Origin"));
  return bearer != NULL && baton_dl_server_knows_secret (self, bearer);
}

/* Answers and returns %NULL unless the peer may make requests at all. */
static BatonDlRequest *
authenticate (BatonDlServer *self,
              BatonExchange *exchange)
{
  g_autoptr (BatonToken) token = NULL;
  g_autoptr (GError) error = NULL;

  if (recognise (self, exchange, &token, &error))
    return request_new (self, exchange, g_steal_pointer (&token));

  if (baton_exchange_get_bearer (exchange) == NULL)
    baton_dl_reply_error (exchange, 401, "BadArgument", "Missing token or secret");
  else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_EXPIRED))
    baton_dl_reply_error (exchange, 403, "TokenExpired", "Token has expired");
  else
    baton_dl_reply_error (exchange, 403, "BadArgument", "Invalid token or secret");
  return NULL;
}

/* Answers and returns %FALSE unless the request may be about @conversation_id; with a token that is not its own every
 * conversation looks alike (S7). */
static gboolean
aim (BatonDlRequest *request,
     const char     *conversation_id)
{
  if (!baton_conversation_id_is_valid (conversation_id)) {
    baton_dl_reply_error (request->exchange, 404, "BadArgument", "Unknown conversation");
    return FALSE;
  }
  if (request->token != NULL && strcmp (request->token->conversation_id, conversation_id) != 0) {
    baton_dl_reply_error (request->exchange, 403, "BadArgument", "Invalid token or secret");
    return FALSE;
  }
  if (!baton_dl_parse_watermark (baton_exchange_get_query (request->exchange, "watermark"), &request->after)) {
    baton_dl_reply_error (request->exchange, 400, "BadArgument", "Invalid watermark");
    return FALSE;
  }

  if (request->conversation_id == NULL)
    request->conversation_id = g_strdup (conversation_id);
  return TRUE;
}

/**
 * baton_dl_take:
 *
 * Returns: 0 if whoever made the request may make it now, else the microseconds until then
 */
gint64
baton_dl_take (BatonDlRequest *request,
               BatonRates     *rates)
{
  g_autofree char *reader = baton_dl_name_reader (request->conversation_id, request->token);

  return baton_rates_take (rates, reader, g_get_monotonic_time ());
}

/**
 * baton_dl_is_within:
 *
 * Answers and returns %FALSE if whoever made the request makes too many (S38).
 */
gboolean
baton_dl_is_within (BatonDlRequest *request,
                    BatonRates     *rates)
{
  gint64 wait = baton_dl_take (request, rates);
  g_autofree char *seconds = NULL;

  if (wait == 0)
    return TRUE;

  seconds = g_strdup_printf ("%" G_GINT64_FORMAT, wait / G_TIME_SPAN_SECOND + 1);
  baton_exchange_set_header (request->exchange, "Retry-After", seconds);
  baton_dl_reply_error (request->exchange, 429, "ThrottledError", "Too many requests");
  return FALSE;
}

/* DirectLineJS asks for it; nothing hangs on it (protocol 1.14). */
static void
reply_session (BatonDlRequest *request)
{
  g_autofree char *id = baton_secret_new (8);
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autoptr (GBytes) body = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "sessionId", id);
  baton_json_writer_end_object (writer);
  body = baton_json_writer_finish (writer);
  baton_exchange_reply_json (request->exchange, 200, body);
  baton_dl_request_free (request);
}

/* --- Routing --- */

typedef struct {
  const char  *method;
  const char  *path;       /* segments; "{id}" stands for a conversation's id */
  void       (*handle) (BatonDlRequest *request);   /* takes the request; %NULL: a stream, which authenticates otherwise */
  gboolean     is_call;    /* counts as one; the others keep account themselves, or need the secret */
} Route;

#define UPLOAD "conversations/{id}/upload"

static const Route routes[] = {
  { "POST", "tokens/generate", baton_dl_generate },
  { "POST", "tokens/refresh", baton_dl_refresh, TRUE },
  { "POST", "conversations", baton_dl_start },
  { "GET", "conversations/{id}", baton_dl_reconnect, TRUE },
  { "GET", "conversations/{id}/activities", baton_dl_read, TRUE },
  { "POST", "conversations/{id}/activities", baton_dl_post },
  { "POST", UPLOAD, baton_dl_upload },
  { "GET", "conversations/{id}/stream", NULL },
  { "GET", "session/getsessionid", reply_session, TRUE },
};

static gboolean
match (const char         *path,
       const char *const  *tail,
       const char        **conversation_id)
{
  *conversation_id = NULL;
  for (; *path != '\0' && *tail != NULL; tail++) {
    gsize length = strcspn (path, "/");

    if (length == strlen ("{id}") && strncmp (path, "{id}", length) == 0)
      *conversation_id = *tail;
    else if (strlen (*tail) != length || strncmp (path, *tail, length) != 0)
      return FALSE;
    path += length + (path[length] == '/');
  }
  return *path == '\0' && *tail == NULL;
}

static void
serve (BatonDlServer *self,
       BatonExchange *exchange,
       const Route   *route,
       const char    *conversation_id)
{
  g_autoptr (BatonDlRequest) request = NULL;

  if (route->handle == NULL) {
    baton_dl_open_stream (self, exchange, conversation_id);
    return;
  }

  request = authenticate (self, exchange);
  if (request == NULL || (conversation_id != NULL && !aim (request, conversation_id)))
    return;
  if (!route->is_call || request->token == NULL || baton_dl_is_within (request, self->calls))
    route->handle (g_steal_pointer (&request));
}

static void
handle_cb (BatonExchange     *exchange,
           const char *const *tail,
           gpointer           user_data)
{
  BatonDlServer *self = user_data;
  gboolean is_known = FALSE;

  allow_origin (self, exchange);
  /* The only call that pages make with credentials. The preflight has to allow them too, or it is never made (S34). */
  if (g_strcmp0 (tail[0], "session") == 0)
    baton_exchange_set_header (exchange, "Access-Control-Allow-Credentials", "true");
  if (strcmp (baton_exchange_get_method (exchange), "OPTIONS") == 0) {
    reply_preflight (exchange);
    return;
  }
  if (g_strcmp0 (tail[0], "attachments") == 0) {
    baton_dl_show_attachment (self, exchange, tail + 1);
    return;
  }

  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++) {
    const char *conversation_id;

    if (!match (routes[i].path, tail, &conversation_id))
      continue;
    if (strcmp (baton_exchange_get_method (exchange), routes[i].method) == 0) {
      serve (self, exchange, &routes[i], conversation_id);
      return;
    }
    is_known = TRUE;
  }

  if (is_known)
    baton_dl_reply_error (exchange, 405, "BadArgument", "Method not allowed");
  else
    baton_dl_reply_error (exchange, 404, "BadArgument", "Not found");
}

/* A stranger shall not make us hold as much as those may send who could post it (S22). */
static gsize
limit_cb (BatonExchange     *exchange,
          const char *const *tail,
          gpointer           user_data)
{
  BatonDlServer *self = user_data;
  g_autoptr (BatonToken) token = NULL;
  const char *conversation_id;

  if (self->files == NULL || !match (UPLOAD, tail, &conversation_id) ||
      !recognise (self, exchange, &token, NULL))
    return 0;
  if (token != NULL && strcmp (token->conversation_id, conversation_id) != 0)
    return 0;
  return baton_dl_upload_limit (self, exchange, conversation_id, token);
}

/* --- The object --- */

static void
activity_cb (BatonStore        *store,
             const BatonStored *stored,
             gpointer           user_data)
{
  baton_dl_feed (user_data, stored);
}

static void
baton_dl_server_dispose (GObject *object)
{
  BatonDlServer *self = BATON_DL_SERVER (object);

  g_clear_handle_id (&self->sweep_id, g_source_remove);
  baton_dl_close_streams (self);
  g_clear_object (&self->store);
  g_clear_object (&self->transport);

  G_OBJECT_CLASS (baton_dl_server_parent_class)->dispose (object);
}

static void
baton_dl_server_finalize (GObject *object)
{
  BatonDlServer *self = BATON_DL_SERVER (object);

  for (guint i = 0; i < BATON_DL_MAX_SECRETS; i++)
    g_clear_pointer (&self->secret_hashes[i], g_free);
  g_clear_pointer (&self->bot, g_free);
  g_clear_pointer (&self->origins, g_strfreev);
  g_clear_pointer (&self->files, baton_dl_files_unref);
  g_clear_pointer (&self->arriving, g_ptr_array_unref);
  g_clear_pointer (&self->tokens, baton_token_cache_free);
  g_clear_pointer (&self->tickets, baton_tickets_free);
  g_clear_pointer (&self->posts, baton_rates_free);
  g_clear_pointer (&self->calls, baton_rates_free);
  g_clear_pointer (&self->readers, g_hash_table_unref);

  G_OBJECT_CLASS (baton_dl_server_parent_class)->finalize (object);
}

static void
baton_dl_server_class_init (BatonDlServerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = baton_dl_server_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_dl_server_finalize;
}

static void
baton_dl_server_init (BatonDlServer *self)
{
  self->arriving = g_ptr_array_new_with_free_func (g_free);
  self->readers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * baton_dl_server_new:
 * @key: lent; must outlive the server
 * @secrets: one or two, each of which lets its bearer do everything a token may, for every conversation; only their
 *   hashes are kept
 *
 * Serves from now on; must not be freed before @transport has stopped.
 */
BatonDlServer *
baton_dl_server_new (const BatonDlServerConfig *config,
                     BatonStore                *store,
                     BatonTransport            *transport,
                     BatonTokenKey             *key,
                     const char *const         *secrets)
{
  BatonDlServer *self;

  g_return_val_if_fail (BATON_IS_STORE (store), NULL);
  g_return_val_if_fail (BATON_IS_TRANSPORT (transport), NULL);
  g_return_val_if_fail (key != NULL, NULL);
  g_return_val_if_fail (secrets != NULL && secrets[0] != NULL, NULL);
  g_return_val_if_fail (g_strv_length ((char **) secrets) <= BATON_DL_MAX_SECRETS, NULL);

  self = g_object_new (BATON_TYPE_DL_SERVER, NULL);
  self->store = g_object_ref (store);
  self->transport = g_object_ref (transport);
  self->key = key;
  for (guint i = 0; secrets[i] != NULL; i++)
    self->secret_hashes[i] = baton_secret_hash (secrets[i]);
  self->bot = g_strdup (config->bot);
  self->origins = g_strdupv ((char **) config->origins);
  self->token_seconds = config->token_seconds;
  self->streams_per_token = config->streams_per_token;
  self->json = config->json;
  self->posts = baton_rates_new (config->rate, config->rate_burst);
  self->calls = baton_rates_new (config->call_rate, config->call_burst);
  self->upload = (BatonDlPartsLimits) { config->upload_size, config->upload_files, config->json };
  self->tokens = baton_token_cache_new (KNOWN_TOKENS);
  self->tickets = baton_tickets_new (config->ticket_seconds);
  self->sweep_seconds = config->sweep_seconds;
  if (config->files != NULL) {
    self->files = baton_dl_files_ref (config->files);
    baton_dl_keep_tidy (self);
  }

  g_signal_connect_object (store, "activity", G_CALLBACK (activity_cb), self, 0);
  baton_transport_add_handler_full (transport, PREFIX, handle_cb, limit_cb, self);
  return self;
}

/**
 * baton_dl_server_make_token:
 * @agent_id: who will use it
 * @agent_name: (nullable): what customers see
 * @epoch: of the owner who may post with it; -1: may only read
 * @expires_in: (out) (optional): seconds
 *
 * Returns: (transfer full): a token for a console
 */
char *
baton_dl_server_make_token (BatonDlServer *self,
                            const char    *conversation_id,
                            const char    *agent_id,
                            const char    *agent_name,
                            gint64         epoch,
                            guint         *expires_in)
{
  BatonToken claims = {
    .conversation_id = (char *) conversation_id,
    .user_id = (char *) agent_id,
    .user_name = (char *) agent_name,
    .is_console = TRUE,
    .epoch = epoch,
  };

  g_return_val_if_fail (BATON_IS_DL_SERVER (self), NULL);
  g_return_val_if_fail (agent_id != NULL, NULL);

  if (expires_in != NULL)
    *expires_in = self->token_seconds;
  return baton_dl_make_token (self, &claims);
}

/**
 * baton_dl_server_get_base_url:
 *
 * Returns: (transfer full): the address of this server as the peer of @exchange reaches it
 */
char *
baton_dl_server_get_base_url (BatonDlServer *self,
                              BatonExchange *exchange)
{
  g_autofree char *url = baton_exchange_dup_url (exchange);

  return g_strconcat (url, PREFIX, NULL);
}
