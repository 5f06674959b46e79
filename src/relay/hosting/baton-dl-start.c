/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-server-private.h"

#include <string.h>

#include "baton-error.h"
#include "baton-json-writer.h"

/* Tokens, and what gives a stream: start and reconnect (protocol 1.4 to 1.6). */

#define MAX_USER_ID 256

/* What a body of `TokenParameters` says; all of it optional. */
typedef struct {
  char *user_id;
  char *user_name;
  char *locale;
  GStrv origins;     /* %NULL: not said */
} Parameters;

static void
parameters_clear (Parameters *self)
{
  g_free (self->user_id);
  g_free (self->user_name);
  g_free (self->locale);
  g_strfreev (self->origins);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parameters, parameters_clear)

static char *
dup_unless_empty (BatonJsonNode  node,
                  const char    *name)
{
  g_autofree char *text = baton_json_node_dup_string (baton_json_node_find_member (node, name));

  return text != NULL && *text != '\0' && strlen (text) <= MAX_USER_ID ? g_steal_pointer (&text) : NULL;
}

/* What is no list or no text becomes a text that is no address, and is refused as such: it was meant to restrict. */
static GStrv
dup_origins (BatonJsonNode list)
{
  g_autoptr (GStrvBuilder) origins = g_strv_builder_new ();
  BatonJsonIter iter;
  BatonJsonNode value;

  if (baton_json_node_get_kind (list) == BATON_JSON_ABSENT || baton_json_node_get_kind (list) == BATON_JSON_NULL)
    return NULL;
  if (baton_json_node_get_kind (list) != BATON_JSON_ARRAY)
    return g_strdupv ((char *[]) { (char *) "", NULL });
  if (baton_json_node_get_size (list) == 0)
    return NULL;
  baton_json_iter_init (&iter, list);
  while (baton_json_iter_next (&iter, NULL, &value)) {
    g_autofree char *origin = baton_json_node_dup_string (value);

    g_strv_builder_add (origins, origin != NULL ? origin : "");
  }
  return g_strv_builder_end (origins);
}

/* Names are compared without regard to case: published code sends `{"User":{"Id":…}}` (protocol 1.2). */
static gboolean
read_parameters (BatonDlRequest *request,
                 Parameters     *parameters)
{
  GBytes *body = baton_exchange_get_body (request->exchange);
  g_autoptr (BatonJson) json = NULL;
  BatonJsonNode root, user;

  if (g_bytes_get_size (body) == 0)
    return TRUE;

  json = baton_json_parse (body, &request->server->json, NULL);
  root = json != NULL ? baton_json_get_root (json) : (BatonJsonNode) { 0 };
  if (baton_json_node_get_kind (root) != BATON_JSON_OBJECT) {
    baton_dl_reply_error (request->exchange, 400, "BadArgument", "Invalid token parameters");
    return FALSE;
  }

  user = baton_json_node_find_member (root, "user");
  parameters->user_id = dup_unless_empty (user, "id");
  parameters->user_name = dup_unless_empty (user, "name");
  parameters->locale = dup_unless_empty (root, "locale");
  parameters->origins = dup_origins (baton_json_node_find_member (root, "trustedOrigins"));
  return TRUE;
}

/**
 * baton_dl_make_token:
 * @claims: its times are set here
 *
 * Returns: (transfer full): a token with a full life before it
 */
char *
baton_dl_make_token (BatonDlServer *self,
                     BatonToken    *claims)
{
  claims->issued_at = g_get_real_time () / G_TIME_SPAN_SECOND;
  claims->expires_at = claims->issued_at + self->token_seconds;
  return baton_token_key_sign (self->key, claims);
}

static char *
make_stream_url (BatonDlRequest   *request,
                 const BatonToken *claims)
{
  g_autofree char *base = baton_dl_server_get_base_url (request->server, request->exchange);
  g_autofree char *reader = baton_dl_name_reader (claims->conversation_id, claims);
  g_autofree char *watermark = request->after < 0 ? g_strdup ("-")
                                                  : g_strdup_printf ("%" G_GINT64_FORMAT, request->after);
  g_autofree char *ticket = NULL;

  ticket = baton_tickets_issue (request->server->tickets, &(BatonTicket) {
    .conversation_id = claims->conversation_id,
    .reader = reader,
    .origins = claims->origins,
    .token_expires = claims->expires_at,
  }, g_get_monotonic_time ());
  /* "http" becomes "ws" and "https" "wss". */
  return g_strdup_printf ("ws%s/conversations/%s/stream?watermark=%s&t=%s", base + strlen ("http"),
                          claims->conversation_id, watermark, ticket);
}

/* The claims are remembered with the token they came from, which lives no longer for it. Returns the end of the new
 * one. */
static gint64
reply_conversation (BatonDlRequest   *request,
                    guint             status,
                    const BatonToken *claims,
                    gboolean          with_stream)
{
  BatonToken fresh = *claims;
  g_autofree char *token = baton_dl_make_token (request->server, &fresh);
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autoptr (GBytes) body = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "conversationId", claims->conversation_id);
  baton_json_writer_add_string (writer, "token", token);
  baton_json_writer_add_int (writer, "expires_in", request->server->token_seconds);
  if (with_stream) {
    g_autofree char *url = make_stream_url (request, &fresh);

    baton_json_writer_add_string (writer, "streamUrl", url);
  }
  baton_json_writer_end_object (writer);
  body = baton_json_writer_finish (writer);
  baton_exchange_reply_json (request->exchange, status, body);
  return fresh.expires_at;
}

/**
 * baton_dl_generate:
 *
 * `POST tokens/generate`: reserves a conversation without starting it.
 */
void
baton_dl_generate (BatonDlRequest *request)
{
  g_autoptr (BatonDlRequest) self = request;
  g_auto (Parameters) parameters = { 0 };
  g_autoptr (BatonToken) claims = NULL;
  g_autoptr (GError) error = NULL;

  if (self->token != NULL) {
    baton_dl_reply_error (self->exchange, 403, "BadArgument", "Invalid token or secret");
    return;
  }
  if (!read_parameters (self, &parameters))
    return;

  claims = baton_token_reserve (parameters.user_id, parameters.user_name, self->server->token_seconds, &error);
  if (claims == NULL
      || (parameters.origins != NULL && !baton_token_trust (claims, (const char *const *) parameters.origins, &error)))
    baton_dl_reply_error (self->exchange, 400, "BadArgument", error->message);
  else
    reply_conversation (self, 200, claims, FALSE);
}

/**
 * baton_dl_refresh:
 *
 * `POST tokens/refresh`: the same token with a full life before it. Streams got with the old one live on with the new.
 */
void
baton_dl_refresh (BatonDlRequest *request)
{
  g_autoptr (BatonDlRequest) self = request;
  g_autofree char *reader = NULL;
  gint64 expires_at;

  if (self->token == NULL) {
    baton_dl_reply_error (self->exchange, 403, "BadArgument", "Invalid token or secret");
    return;
  }

  expires_at = reply_conversation (self, 200, self->token, FALSE);
  reader = baton_dl_name_reader (self->conversation_id, self->token);
  baton_dl_prolong (self->server, self->conversation_id, reader, expires_at);
}

/* What somebody is called whom nobody named: stays the same through the conversation. */
static char *
make_user_id (const char *conversation_id)
{
  return g_strconcat ("dl_", conversation_id, NULL);
}

/* The claims of a token for the customer of @conversation, got with the secret. */
static void
claim_customer (const BatonConversation *conversation,
                BatonToken              *claims)
{
  g_autofree char *unnamed = make_user_id (conversation->id);

  claims->conversation_id = conversation->id;
  if (g_strcmp0 (conversation->user_id, unnamed) != 0) {
    claims->user_id = conversation->user_id;
    claims->user_name = conversation->user_name;
  }
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (BatonDlRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonConversation) conversation = NULL;
  gboolean created = FALSE;
  BatonToken claims = { 0 };

  conversation = baton_store_start_conversation_finish (BATON_STORE (source), result, &created, &error);
  if (conversation == NULL) {
    baton_dl_reply_store_error (request->exchange, error);
    return;
  }

  claim_customer (conversation, &claims);
  claims.origins = request->origins;
  reply_conversation (request, created ? 201 : 200, request->token != NULL ? request->token : &claims, TRUE);
}

static gboolean
late_cb (gpointer user_data)
{
  baton_dl_start (user_data);
  return G_SOURCE_REMOVE;
}

/**
 * baton_dl_start:
 *
 * `POST conversations`: starts the token's conversation, again and again the same one; with the secret a new one. Too
 * many of one token are answered late and not refused: a refusal is final for stock clients (protocol pitfall 23).
 */
void
baton_dl_start (BatonDlRequest *request)
{
  g_autoptr (BatonDlRequest) self = request;
  gint64 wait = self->token != NULL ? baton_dl_take (self, self->server->calls) : 0;
  g_auto (Parameters) parameters = { 0 };
  g_autofree char *id = NULL;
  g_autofree char *user_id = NULL;
  g_autoptr (GError) error = NULL;
  BatonToken bound = { 0 };
  BatonConversation wanted = { .state = BATON_STATE_BOT, .bot_read = -1 };

  if (self->token != NULL && self->token->is_console) {
    baton_dl_reply_error (self->exchange, 403, "BadArgument", "Invalid token or secret");
    return;
  }
  if (g_cancellable_is_cancelled (baton_exchange_get_cancellable (self->exchange)))
    return;
  if (wait > 0) {
    g_timeout_add ((guint) (wait / G_TIME_SPAN_MILLISECOND) + 1, late_cb, g_steal_pointer (&self));
    return;
  }
  if (!read_parameters (self, &parameters))
    return;
  if (self->token == NULL && parameters.origins != NULL) {
    if (!baton_token_trust (&bound, (const char *const *) parameters.origins, &error)) {
      baton_dl_reply_error (self->exchange, 400, "BadArgument", error->message);
      return;
    }
    self->origins = bound.origins;
  }

  id = self->token != NULL ? g_strdup (self->conversation_id) : baton_conversation_new_id ();
  user_id = self->token != NULL && self->token->user_id != NULL ? g_strdup (self->token->user_id)
            : parameters.user_id != NULL ? g_strdup (parameters.user_id) : make_user_id (id);
  wanted.id = id;
  wanted.bot = self->server->bot;
  wanted.user_id = user_id;
  wanted.user_name = self->token != NULL && self->token->user_name != NULL ? self->token->user_name
                                                                           : parameters.user_name;
  wanted.locale = parameters.locale;
  baton_store_start_conversation_async (request->server->store, &wanted, NULL, started_cb, g_steal_pointer (&self));
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (BatonDlRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonConversation) conversation = NULL;
  BatonToken claims = { 0 };

  conversation = baton_store_get_conversation_finish (BATON_STORE (source), result, &error);
  if (conversation == NULL) {
    baton_dl_reply_store_error (request->exchange, error);
    return;
  }

  claim_customer (conversation, &claims);
  reply_conversation (request, 200, request->token != NULL ? request->token : &claims, TRUE);
}

/**
 * baton_dl_reconnect:
 *
 * `GET conversations/{id}`: a new stream URL, and a new token: the only way back for one whose token has expired, by way
 * of somebody who has the secret.
 */
void
baton_dl_reconnect (BatonDlRequest *request)
{
  baton_store_get_conversation_async (request->server->store, request->conversation_id,
                                      baton_exchange_get_cancellable (request->exchange), found_cb, request);
}
