/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-server-private.h"

#include <string.h>

#include "baton-error.h"
#include "baton-json-writer.h"
#include "baton-secret.h"

#define MAX_USER_ID 256

/**
 * Sender:
 *
 * Who a post is from, whatever it says itself.
 */
typedef struct {
  char       *id;
  const char *name;       /* or NULL: as posted */
  const char *role;
  BatonParty  party;
  const char *agent_id;   /* or NULL */
  gint64      epoch;
} Sender;

static void
sender_clear (Sender *self)
{
  g_free (self->id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sender, sender_clear)

/* The customer's own name for itself, unless it is bound to another or poses as an agent. Who has none gets one that
 * stays the same: a random one would be a new user with each message (protocol 1.8). */
static char *
choose_id (BatonDlRequest *request)
{
  const char *posted = baton_activity_get_from_id (request->activity);

  if (request->token != NULL && request->token->user_id != NULL)
    return g_strdup (request->token->user_id);
  if (posted != NULL && *posted != '\0' && strlen (posted) <= MAX_USER_ID &&
      !g_str_has_prefix (posted, BATON_DL_AGENT_PREFIX))
    return g_strdup (posted);
  return g_strconcat ("dl_", request->conversation_id, NULL);
}

static void
identify (BatonDlRequest *request,
          Sender         *sender)
{
  BatonToken *token = request->token;

  if (token != NULL && token->is_console) {
    sender->id = g_strconcat (BATON_DL_AGENT_PREFIX, token->user_id, NULL);
    sender->name = token->user_name;
    /* Stock canvases draw everybody else's `user` on the customer's side (protocol 1.16). */
    sender->role = "bot";
    sender->party = BATON_PARTY_AGENT;
    sender->agent_id = token->user_id;
    sender->epoch = token->epoch;
    return;
  }

  sender->id = choose_id (request);
  sender->role = "user";
  sender->party = BATON_PARTY_CUSTOMER;
  if (token != NULL) {
    sender->name = token->user_name;
  } else {
    BatonJsonNode from = baton_json_node_get_member (baton_activity_get_root (request->activity), "from");

    /* Only who has the secret may say so itself. */
    if (baton_json_node_is (baton_json_node_get_member (from, "role"), "bot")) {
      sender->role = "bot";
      sender->party = BATON_PARTY_BOT;
    }
  }
}

static void
reply_id (BatonExchange *exchange,
          const char    *id)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autoptr (GBytes) body = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", id);
  baton_json_writer_end_object (writer);
  body = baton_json_writer_finish (writer);
  baton_exchange_reply_json (exchange, 200, body);
}

/* --- Typing: told to those who are there, and to nobody later (protocol 1.7) --- */

static gboolean
may_type (const BatonConversation *conversation,
          const Sender            *sender)
{
  return sender->agent_id == NULL ||
         (conversation->state == BATON_STATE_WITH_AGENT && conversation->epoch == sender->epoch &&
          g_strcmp0 (conversation->agent_id, sender->agent_id) == 0);
}

/* Not of the form of stored ones: it has no index. */
static char *
make_passing_id (const char *conversation_id)
{
  g_autofree char *name = baton_secret_new (8);

  return g_strdup_printf ("%s|t%s", conversation_id, name);
}

static void
whisper (BatonDlRequest *request,
         const Sender   *sender)
{
  g_autofree char *id = make_passing_id (request->conversation_id);
  g_autofree char *reader = baton_dl_name_reader (request->conversation_id, request->token);
  const BatonActivityStamp stamp = {
    .id = id,
    .timestamp = g_get_real_time (),
    .conversation_id = request->conversation_id,
    .from_id = sender->id,
    .from_name = sender->name,
    .from_role = sender->role,
    .party = sender->party,
  };
  g_autoptr (BatonActivity) stamped = baton_activity_stamp (request->activity, &stamp);

  baton_dl_whisper (request->server, request->conversation_id, stamped, reader);
  reply_id (request->exchange, id);
}

/**
 * baton_dl_server_whisper:
 * @activity: what a bot does at the moment
 *
 * Returns: (transfer full): its id, under which nobody finds it later
 */
char *
baton_dl_server_whisper (BatonDlServer *self,
                         const char    *conversation_id,
                         BatonActivity *activity)
{
  char *id = make_passing_id (conversation_id);
  const BatonActivityStamp stamp = {
    .id = id,
    .timestamp = g_get_real_time (),
    .conversation_id = conversation_id,
    .from_role = "bot",
    .party = BATON_PARTY_BOT,
  };
  g_autoptr (BatonActivity) stamped = baton_activity_stamp (activity, &stamp);

  baton_dl_whisper (self, conversation_id, stamped, "");
  return id;
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (BatonDlRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonConversation) conversation = NULL;
  g_auto (Sender) sender = { 0 };

  conversation = baton_store_get_conversation_finish (BATON_STORE (source), result, &error);
  if (conversation == NULL) {
    baton_dl_reply_store_error (request->exchange, error);
    return;
  }

  identify (request, &sender);
  if (conversation->state == BATON_STATE_ENDED)
    baton_dl_reply_error (request->exchange, 404, "BadArgument", "conversation ended");
  else if (!may_type (conversation, &sender))
    baton_dl_reply_error (request->exchange, 409, "NotOwner", "This conversation is with somebody else now");
  else
    whisper (request, &sender);
}

/* --- Everything else: answered as soon as it is committed; no bot is waited for (S20) --- */

/* Tells a conversation that has ended from one that never was. */
static void
sought_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (BatonDlRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonConversation) conversation = NULL;

  conversation = baton_store_get_conversation_finish (BATON_STORE (source), result, &error);
  if (conversation == NULL)
    baton_dl_reply_store_error (request->exchange, error);
  else
    baton_dl_reply_error (request->exchange, 404, "BadArgument", "conversation ended");
}

static void
explain (BatonDlRequest *request)
{
  baton_store_get_conversation_async (request->server->store, request->conversation_id, NULL, sought_cb, request);
}

static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (BatonDlRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonPosted) posted = baton_store_post_finish (BATON_STORE (source), result, &error);

  /* Files of a repeat go: the first ones are there. */
  if (posted != NULL && !posted->repeated && request->upload != NULL)
    baton_dl_upload_keep (request->upload);

  if (posted != NULL)
    reply_id (request->exchange, baton_activity_get_id (posted->activity));
  else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_GONE))
    explain (g_steal_pointer (&request));
  else
    baton_dl_reply_store_error (request->exchange, error);
}

/**
 * baton_dl_store_post:
 *
 * Stores the activity of the request, which it takes, and answers.
 */
void
baton_dl_store_post (BatonDlRequest *request)
{
  g_auto (Sender) sender = { 0 };

  identify (request, &sender);
  baton_store_post_async (request->server->store, &(BatonPost) {
    .conversation_id = request->conversation_id,
    .activity = request->activity,
    .party = sender.party,
    .from_id = sender.id,
    .from_name = sender.name,
    .from_role = sender.role,
    .agent_id = sender.agent_id,
    .epoch = sender.epoch,
    .hidden = !baton_activity_is_for_customer (request->activity),
  }, NULL, posted_cb, request);
}

/* --- What comes in --- */

static gboolean
read_activity (BatonDlRequest *request)
{
  const BatonJsonLimits *limits = &request->server->json;
  GBytes *body = baton_exchange_get_body (request->exchange);
  const char *kind = NULL;

  if (g_bytes_get_size (body) > limits->size) {
    baton_dl_reply_error (request->exchange, 413, "MessageSizeTooBig", "Activity too large");
    return FALSE;
  }

  request->activity = baton_activity_new (body, limits, NULL);
  if (request->activity != NULL)
    kind = baton_activity_get_kind (request->activity);
  if (kind == NULL || *kind == '\0') {
    baton_dl_reply_error (request->exchange, 400, "BadArgument", "Invalid activity");
    return FALSE;
  }
  return TRUE;
}

/**
 * baton_dl_may_post:
 *
 * Answers and returns %FALSE unless whoever made the request may post now.
 */
gboolean
baton_dl_may_post (BatonDlRequest *request)
{
  if (request->token != NULL && request->token->is_console && request->token->epoch < 0) {
    baton_dl_reply_error (request->exchange, 403, "BadArgument", "This token may only read");
    return FALSE;
  }
  return baton_dl_is_within (request, request->server->posts);
}

/**
 * baton_dl_post:
 *
 * `POST conversations/{id}/activities`.
 */
void
baton_dl_post (BatonDlRequest *request)
{
  g_autoptr (BatonDlRequest) self = request;

  if (!baton_dl_may_post (self) || !read_activity (self))
    return;

  if (baton_activity_is (self->activity, "typing"))
    baton_store_get_conversation_async (request->server->store, request->conversation_id, NULL, found_cb,
                                        g_steal_pointer (&self));
  else
    baton_dl_store_post (g_steal_pointer (&self));
}
