/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-connector-server-private.h"

#include <string.h>

#include "baton-error.h"
#include "baton-http.h"
#include "baton-json-writer.h"
#include "baton-secret.h"

#define PREFIX "/connector"

/* From a bot that cannot be known before its whole request is there (protocol 1.14). */
#define UNKNOWN_BODY (1024 * 1024)

G_DEFINE_FINAL_TYPE (BatonConnectorServer, baton_connector_server, G_TYPE_OBJECT)

/* --- requests --- */

void
baton_connector_request_free (BatonConnectorRequest *self)
{
  g_clear_object (&self->server);
  g_clear_object (&self->exchange);
  g_clear_pointer (&self->conversation, baton_conversation_free);
  g_free (self->conversation_id);
  g_free (self->activity_id);
  g_free (self);
}

/**
 * baton_connector_read_body:
 *
 * Returns: (transfer full) (nullable): the body, an object; or %NULL, and the request is answered
 */
BatonJson *
baton_connector_read_body (BatonConnectorRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonJson) json = NULL;

  json = baton_json_parse (baton_exchange_get_body (request->exchange), &BATON_JSON_LIMITS_BOT, &error);
  if (json != NULL && baton_json_node_get_kind (baton_json_get_root (json)) == BATON_JSON_OBJECT)
    return g_steal_pointer (&json);

  if (g_error_matches (error, BATON_ERROR, BATON_ERROR_TOO_BIG))
    baton_dl_reply_error (request->exchange, 413, "MessageSizeTooBig", "Activity too large");
  else
    baton_dl_reply_error (request->exchange, 400, "BadArgument", "Invalid body");
  return NULL;
}

void
baton_connector_reply (BatonConnectorRequest *request,
                       guint                  status,
                       BatonJsonWriter       *writer)
{
  g_autoptr (GBytes) body = baton_json_writer_finish (writer);

  baton_exchange_reply_json (request->exchange, status, body);
}

void
baton_connector_reply_id (BatonConnectorRequest *request,
                          guint                  status,
                          const char            *id)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", id);
  baton_json_writer_end_object (writer);
  baton_connector_reply (request, status, writer);
}

/* --- by what a bot can know us --- */

static void
reply_metadata (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;
  static const char *const algorithms[] = { "RS256", NULL };
  const char *address = baton_connector_upstream_get_service_url (self->bot->bot);
  g_autofree char *keys = g_strconcat (address, "/.well-known/keys", NULL);
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "issuer", address);
  baton_json_writer_add_string (writer, "jwks_uri", keys);
  baton_json_writer_add_strv (writer, "id_token_signing_alg_values_supported", algorithms);
  baton_json_writer_end_object (writer);
  baton_connector_reply (self, 200, writer);
}

static void
reply_keys (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;
  BatonJsonWriter *writer;

  if (self->server->key == NULL) {
    baton_dl_reply_error (self->exchange, 404, "BadArgument", "Not found");
    return;
  }
  writer = baton_json_writer_new ();
  baton_signing_key_write_set (self->server->key, writer);
  baton_connector_reply (self, 200, writer);
}

static void
reply_nothing (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;

  baton_dl_reply_error (self->exchange, 404, "BadArgument", "Not found");
}

/* --- routing --- */

static const BatonConnectorRoute routes[] = {
  { "POST", "v3/conversations", FALSE, FALSE, baton_connector_begin },
  { "POST", "v3/conversations/{c}/activities", FALSE, TRUE, baton_connector_post },
  { "POST", "v3/conversations/{c}/activities/history", FALSE, TRUE, baton_connector_post_history },
  { "POST", "v3/conversations/{c}/activities/{a}", FALSE, TRUE, baton_connector_post },
  { "PUT", "v3/conversations/{c}/activities/{a}", FALSE, TRUE, baton_connector_update },
  { "DELETE", "v3/conversations/{c}/activities/{a}", FALSE, TRUE, baton_connector_delete },
  { "GET", "v3/conversations/{c}/activities/{a}/members", FALSE, FALSE, baton_connector_list_members },
  { "GET", "v3/conversations/{c}/members", FALSE, FALSE, baton_connector_list_members },
  { "GET", "v3/conversations/{c}/members/{a}", FALSE, FALSE, baton_connector_show_member },
  { "GET", "v3/conversations/{c}/pagedmembers", FALSE, FALSE, baton_connector_page_members },
  { "POST", "v3/conversations/{c}/attachments", FALSE, TRUE, baton_connector_keep_attachment },
  { "GET", "v3/attachments/{a}", FALSE, FALSE, baton_connector_tell_attachment },
  /* Pictures in a page bring no token; whoever knows the id may see what it stands for. */
  { "GET", "v3/attachments/{a}/views/original", TRUE, FALSE, baton_connector_show_attachment },
  { NULL, "v3/botstate/*", FALSE, FALSE, reply_nothing },
  { "GET", ".well-known/openidconfiguration", TRUE, FALSE, reply_metadata },
  { "GET", ".well-known/keys", TRUE, FALSE, reply_keys },
};

static gboolean
match (const char          *path,
       const char *const   *tail,
       const char         **conversation_id,
       const char         **activity_id)
{
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);

  *conversation_id = *activity_id = NULL;
  for (guint i = 0; ; i++) {
    if (segments[i] != NULL && strcmp (segments[i], "*") == 0)
      return TRUE;
    if (segments[i] == NULL || tail[i] == NULL)
      return segments[i] == NULL && tail[i] == NULL;
    if (strcmp (segments[i], "{c}") == 0)
      *conversation_id = tail[i];
    else if (strcmp (segments[i], "{a}") == 0)
      *activity_id = tail[i];
    else if (strcmp (segments[i], tail[i]) != 0)
      return FALSE;
  }
}

/* --- finding the conversation --- */

/* The conversations of others look like none at all. */
static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (BatonConnectorRequest) request = user_data;
  g_autoptr (GError) error = NULL;

  request->conversation = baton_store_get_conversation_finish (BATON_STORE (source), result, &error);
  if (request->conversation == NULL)
    baton_dl_reply_store_error (request->exchange, error);
  else if (strcmp (request->conversation->bot, request->bot->name) != 0)
    baton_dl_reply_error (request->exchange, 404, "BadArgument", "Unknown conversation");
  else if (request->route->changes && request->conversation->state == BATON_STATE_ENDED)
    baton_dl_reply_error (request->exchange, 404, "BadArgument", "conversation ended");
  else
    request->route->handle (g_steal_pointer (&request));
}

/* Of a bot that may be heard. Takes the request. */
static void
serve (BatonConnectorRequest *request)
{
  if (request->conversation_id == NULL) {
    request->route->handle (request);
  } else if (baton_conversation_id_is_valid (request->conversation_id)) {
    baton_store_get_conversation_async (request->server->store, request->conversation_id, NULL, found_cb, request);
  } else {
    baton_dl_reply_error (request->exchange, 404, "BadArgument", "Unknown conversation");
    baton_connector_request_free (request);
  }
}

/* --- who it is --- */

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (BatonConnectorRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonJson) claims = baton_issuer_check_finish (BATON_ISSUER (source), result, &error);

  if (claims != NULL) {
    serve (g_steal_pointer (&request));
    return;
  }
  g_debug ("bot %s is not let in: %s", request->bot->name, error->message);
  if (g_error_matches (error, BATON_ERROR, BATON_ERROR_EXPIRED))
    baton_dl_reply_error (request->exchange, 403, "TokenExpired", "Token has expired");
  else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_BUSY))
    baton_dl_reply_error (request->exchange, 503, "ServiceError", "Try again later");
  else
    baton_dl_reply_error (request->exchange, 403, "BadArgument", "Invalid token or secret");
}

/* A proxy on this machine may speak for anybody. */
static gboolean
is_passed_on (BatonExchange *exchange)
{
  static const char *const marks[] = { "Forwarded", "X-Forwarded-For", "X-Real-IP", "Via" };

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (baton_exchange_get_header (exchange, marks[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
is_from_here (BatonExchange *exchange)
{
  const char *address = baton_exchange_get_address (exchange);

  return address != NULL && baton_http_is_loopback (address) && !is_passed_on (exchange);
}

static gboolean
shows_secret (const BatonConnectorBot *bot,
              BatonExchange           *exchange)
{
  const char *bearer = baton_exchange_get_bearer (exchange);
  g_autofree char *hash = bearer != NULL ? baton_secret_hash (bearer) : NULL;

  return hash != NULL && bot->secret_hash != NULL && baton_secret_equal (hash, bot->secret_hash);
}

static gboolean
is_known_by_nothing (const BatonConnectorBot *bot)
{
  return bot->secret_hash == NULL && bot->issuer == NULL;
}

/* Takes the request. A page in a browser is no bot, and could otherwise speak as one that is not asked who it is. */
static void
authenticate (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;
  const BatonConnectorBot *bot = self->bot;
  const char *bearer = baton_exchange_get_bearer (self->exchange);

  if (self->route->is_open)
    serve (g_steal_pointer (&self));
  else if (baton_exchange_get_header (self->exchange, "Origin") != NULL)
    baton_dl_reply_error (self->exchange, 403, "BadArgument", "Not for pages");
  else if (is_known_by_nothing (bot) && is_from_here (self->exchange))
    serve (g_steal_pointer (&self));
  else if (is_known_by_nothing (bot))
    baton_dl_reply_error (self->exchange, 403, "BadArgument", "Not from another machine");
  else if (bearer == NULL)
    baton_dl_reply_error (self->exchange, 401, "BadArgument", "Missing token or secret");
  else if (shows_secret (bot, self->exchange))
    serve (g_steal_pointer (&self));
  else if (bot->issuer != NULL)
    baton_issuer_check_async (bot->issuer, bearer, bot->app_id, NULL, checked_cb, g_steal_pointer (&self));
  else
    baton_dl_reply_error (self->exchange, 403, "BadArgument", "Invalid token or secret");
}

/* --- what comes in --- */

static const BatonConnectorBot *
find_bot (BatonConnectorServer *self,
          const char *const    *tail)
{
  return tail[0] != NULL ? g_hash_table_lookup (self->bots, tail[0]) : NULL;
}

static void
handle_cb (BatonExchange     *exchange,
           const char *const *tail,
           gpointer           user_data)
{
  BatonConnectorServer *self = user_data;
  const BatonConnectorBot *bot = find_bot (self, tail);
  const char *method = baton_exchange_get_method (exchange);
  gboolean is_known = FALSE;

  for (gsize i = 0; bot != NULL && i < G_N_ELEMENTS (routes); i++) {
    const char *conversation_id, *activity_id;
    BatonConnectorRequest *request;

    if (!match (routes[i].path, tail + 1, &conversation_id, &activity_id))
      continue;
    is_known = TRUE;
    if (routes[i].method != NULL && strcmp (method, routes[i].method) != 0)
      continue;
    request = g_new0 (BatonConnectorRequest, 1);
    request->server = g_object_ref (self);
    request->exchange = g_object_ref (exchange);
    request->bot = bot;
    request->route = &routes[i];
    request->conversation_id = g_strdup (conversation_id);
    request->activity_id = g_strdup (activity_id);
    authenticate (request);
    return;
  }

  if (is_known)
    baton_dl_reply_error (exchange, 405, "BadArgument", "Method not allowed");
  else
    baton_dl_reply_error (exchange, 404, "BadArgument", "Not found");
}

/* Bots send transcripts. Who shows nothing yet is given no room for one. */
static gsize
limit_body (BatonExchange     *exchange,
            const char *const *tail,
            gpointer           user_data)
{
  const BatonConnectorBot *bot = find_bot (user_data, tail);

  if (bot == NULL)
    return 0;
  if (shows_secret (bot, exchange) || (is_known_by_nothing (bot) && is_from_here (exchange)))
    return BATON_JSON_LIMITS_BOT.size;
  return bot->issuer != NULL && baton_exchange_get_bearer (exchange) != NULL ? UNKNOWN_BODY : 0;
}

/* --- the server --- */

static void
bot_free (gpointer data)
{
  BatonConnectorBot *bot = data;

  g_object_unref (bot->bot);
  g_clear_object (&bot->issuer);
  g_free (bot->name);
  g_free (bot->secret_hash);
  g_free (bot->app_id);
  g_free (bot);
}

static void
baton_connector_server_finalize (GObject *object)
{
  BatonConnectorServer *self = BATON_CONNECTOR_SERVER (object);

  g_clear_object (&self->store);
  g_clear_pointer (&self->files, baton_dl_files_unref);
  g_clear_pointer (&self->bots, g_hash_table_unref);

  G_OBJECT_CLASS (baton_connector_server_parent_class)->finalize (object);
}

static void
baton_connector_server_class_init (BatonConnectorServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_connector_server_finalize;
}

static void
baton_connector_server_init (BatonConnectorServer *self)
{
  self->bots = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, bot_free);   /* a key is part of its bot */
}

/**
 * baton_connector_server_new:
 * @transport: has to go before the server does
 * @key: (nullable) (transfer none): with which bots are shown who we are; has to stay
 * @files: (nullable): where what bots send is kept
 * @whisper: shows what is not kept
 *
 * Returns: (transfer full): a server that serves no bot yet
 */
BatonConnectorServer *
baton_connector_server_new (BatonStore            *store,
                            BatonTransport        *transport,
                            const BatonSigningKey *key,
                            BatonDlFiles          *files,
                            BatonConnectorWhisper  whisper,
                            gpointer               user_data)
{
  BatonConnectorServer *self = g_object_new (BATON_TYPE_CONNECTOR_SERVER, NULL);

  self->store = g_object_ref (store);
  self->key = key;
  self->files = files != NULL ? baton_dl_files_ref (files) : NULL;
  self->whisper = whisper;
  self->user_data = user_data;
  baton_transport_add_handler_full (transport, PREFIX, handle_cb, limit_body, self);
  return self;
}

/**
 * baton_connector_server_add_bot:
 * @guard: copied
 */
void
baton_connector_server_add_bot (BatonConnectorServer      *self,
                                const char                *name,
                                BatonConnectorUpstream    *bot,
                                const BatonConnectorGuard *guard)
{
  BatonConnectorBot *added;

  g_return_if_fail (BATON_IS_CONNECTOR_SERVER (self));
  g_return_if_fail (guard->issuer == NULL || guard->app_id != NULL);

  added = g_new0 (BatonConnectorBot, 1);
  added->name = g_strdup (name);
  added->bot = g_object_ref (bot);
  added->secret_hash = guard->secret != NULL ? baton_secret_hash (guard->secret) : NULL;
  added->issuer = guard->issuer != NULL ? g_object_ref (guard->issuer) : NULL;
  added->app_id = g_strdup (guard->app_id);
  g_hash_table_replace (self->bots, added->name, added);
}

/**
 * baton_connector_server_set_address:
 * @base: `http://127.0.0.1:8377`, no slash at the end
 *
 * Tells a bot where it answers. To be called before a customer speaks.
 */
void
baton_connector_server_set_address (BatonConnectorServer *self,
                                    const char           *name,
                                    const char           *base)
{
  const BatonConnectorBot *bot;
  g_autofree char *url = NULL;

  g_return_if_fail (BATON_IS_CONNECTOR_SERVER (self));

  bot = g_hash_table_lookup (self->bots, name);
  url = baton_http_build_url (base, "connector", name, NULL);
  baton_connector_upstream_set_service_url (bot->bot, url);
}
