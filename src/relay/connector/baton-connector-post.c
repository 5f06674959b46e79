/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-connector-server-private.h"

#include <string.h>

#include "baton-error.h"
#include "baton-json-writer.h"

#define MAX_USER_ID 256

static BatonActivity *
read_activity (BatonConnectorRequest *request)
{
  g_autoptr (BatonJson) json = baton_connector_read_body (request);
  BatonActivity *activity;

  if (json == NULL)
    return NULL;

  activity = baton_activity_new_from_node (baton_json_get_root (json));
  if (activity == NULL)
    baton_dl_reply_error (request->exchange, 400, "BadArgument", "Invalid activity");
  return activity;
}

static void
reply_error (BatonConnectorRequest *request,
             const GError          *error)
{
  if (g_error_matches (error, BATON_ERROR, BATON_ERROR_REFUSED))
    baton_dl_reply_error (request->exchange, 403, "BadArgument", "Not said by this bot");
  else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_GONE))
    baton_dl_reply_error (request->exchange, 404, "BadArgument", "Unknown activity");
  else
    baton_dl_reply_store_error (request->exchange, error);
}

/* --- what it says --- */

static void
said_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (BatonConnectorRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = NULL;
  guint n;

  ids = baton_connector_upstream_say_finish (BATON_CONNECTOR_UPSTREAM (source), result, &error);
  n = ids != NULL ? g_strv_length (ids) : 0;
  if (ids == NULL)
    baton_dl_reply_store_error (request->exchange, error);
  else
    baton_connector_reply_id (request, 200, n > 0 ? ids[n - 1] : request->conversation_id);
}

/* The gate holds for what passes by, too: somebody else may have the conversation. */
static void
whisper (BatonConnectorRequest *request,
         BatonActivity         *activity)
{
  const BatonConversation *conversation = request->conversation;
  g_autoptr (BatonActivity) heard = baton_connector_upstream_hear (request->bot->bot, conversation, activity);
  const gint64 epoch = baton_connector_upstream_get_epoch (request->bot->bot, conversation);
  g_autofree char *id = NULL;

  if (conversation->state == BATON_STATE_BOT && conversation->epoch == epoch)
    id = request->server->whisper (conversation->id, heard, request->server->user_data);
  baton_connector_reply_id (request, 200, id != NULL ? id : conversation->id);
}

/**
 * baton_connector_post:
 *
 * `POST …/activities` and `POST …/activities/{replyTo}`.
 */
void
baton_connector_post (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;
  g_autoptr (BatonActivity) activity = read_activity (self);
  g_autoptr (GPtrArray) said = NULL;

  if (activity == NULL)
    return;
  if (baton_activity_is (activity, "typing")) {
    whisper (self, activity);
    return;
  }

  said = g_ptr_array_new ();
  g_ptr_array_add (said, activity);
  baton_connector_upstream_say_async (request->bot->bot, request->conversation, said, NULL, said_cb,
                                      g_steal_pointer (&self));
}

/**
 * baton_connector_post_history:
 *
 * `POST …/activities/history`: what was said elsewhere. What the customer said there the bot cannot say for them.
 */
void
baton_connector_post_history (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;
  g_autoptr (BatonJson) json = baton_connector_read_body (self);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_object_unref);
  BatonJsonNode list, node;
  BatonJsonIter iter;

  if (json == NULL)
    return;
  list = baton_json_node_get_member (baton_json_get_root (json), "activities");
  if (baton_json_node_get_kind (list) != BATON_JSON_ARRAY) {
    baton_dl_reply_error (self->exchange, 400, "BadArgument", "Invalid transcript");
    return;
  }

  baton_json_iter_init (&iter, list);
  while (baton_json_iter_next (&iter, NULL, &node)) {
    g_autoptr (BatonActivity) activity = baton_activity_new_from_node (node);

    if (activity != NULL && baton_activity_is (activity, "message")
        && baton_activity_get_party (activity) != BATON_PARTY_CUSTOMER)
      g_ptr_array_add (said, g_steal_pointer (&activity));
  }
  baton_connector_upstream_say_async (request->bot->bot, request->conversation, said, NULL, said_cb,
                                      g_steal_pointer (&self));
}

/* --- what it changes --- */

static void
amended_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (BatonConnectorRequest) request = user_data;
  g_autoptr (GError) error = NULL;

  if (baton_store_amend_finish (BATON_STORE (source), result, &error))
    baton_connector_reply_id (request, 200, request->activity_id);
  else
    reply_error (request, error);
}

/* Takes the request. */
static void
amend (BatonConnectorRequest *request,
       BatonActivity         *activity)
{
  baton_store_amend_async (request->server->store, &(BatonAmendment) {
    .conversation_id = request->conversation_id,
    .activity_id = request->activity_id,
    .activity = activity,
    .epoch = baton_connector_upstream_get_epoch (request->bot->bot, request->conversation),
  }, NULL, amended_cb, request);
}

/**
 * baton_connector_update:
 *
 * `PUT …/activities/{id}`.
 */
void
baton_connector_update (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;
  g_autoptr (BatonActivity) activity = read_activity (self);
  g_autoptr (BatonActivity) heard = NULL;
  BatonJsonNode id;

  if (activity == NULL)
    return;
  id = baton_json_node_get_member (baton_activity_get_root (activity), "id");
  if (baton_json_node_get_kind (id) != BATON_JSON_ABSENT && !baton_json_node_is (id, self->activity_id)) {
    baton_dl_reply_error (self->exchange, 400, "BadArgument", "The activity has another id than the address");
    return;
  }

  heard = baton_connector_upstream_hear (self->bot->bot, self->conversation, activity);
  amend (g_steal_pointer (&self), heard);
}

/**
 * baton_connector_delete:
 *
 * `DELETE …/activities/{id}`.
 */
void
baton_connector_delete (BatonConnectorRequest *request)
{
  amend (request, NULL);
}

/* --- who is there --- */

static void
write_member (BatonJsonWriter *writer,
              const char      *id,
              const char      *name,
              const char      *role)
{
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", id);
  if (name != NULL)
    baton_json_writer_add_string (writer, "name", name);
  baton_json_writer_add_string (writer, "role", role);
  baton_json_writer_end_object (writer);
}

static void
write_members (BatonJsonWriter             *writer,
               const BatonConnectorRequest *request)
{
  baton_json_writer_begin_array (writer);
  write_member (writer, request->conversation->user_id, request->conversation->user_name, "user");
  write_member (writer, request->bot->name, request->bot->name, "bot");
  baton_json_writer_end_array (writer);
}

/**
 * baton_connector_list_members:
 *
 * `GET …/members`, and of one activity: everybody hears everything.
 */
void
baton_connector_list_members (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;
  BatonJsonWriter *writer = baton_json_writer_new ();

  write_members (writer, self);
  baton_connector_reply (self, 200, writer);
}

/**
 * baton_connector_page_members:
 *
 * `GET …/pagedmembers`: as newer libraries ask; there is one page.
 */
void
baton_connector_page_members (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "members");
  write_members (writer, self);
  baton_json_writer_end_object (writer);
  baton_connector_reply (self, 200, writer);
}

/**
 * baton_connector_show_member:
 *
 * `GET …/members/{id}`.
 */
void
baton_connector_show_member (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;
  const BatonConversation *conversation = self->conversation;
  const gboolean is_user = strcmp (self->activity_id, conversation->user_id) == 0;
  BatonJsonWriter *writer;

  if (!is_user && strcmp (self->activity_id, self->bot->name) != 0) {
    baton_dl_reply_error (self->exchange, 404, "BadArgument", "Unknown member");
    return;
  }
  writer = baton_json_writer_new ();
  if (is_user)
    write_member (writer, conversation->user_id, conversation->user_name, "user");
  else
    write_member (writer, self->bot->name, self->bot->name, "bot");
  baton_connector_reply (self, 200, writer);
}

/* --- conversations it begins --- */

/* One that a bot has begun, on its way through the store. */
typedef struct {
  BatonConnectorRequest *request;
  BatonActivity         *activity;   /* what it says first; or %NULL */
} Beginning;

static void
beginning_free (Beginning *self)
{
  baton_connector_request_free (self->request);
  g_clear_object (&self->activity);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Beginning, beginning_free)

static void
reply_begun (BatonConnectorRequest *request,
             const char            *activity_id)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", request->conversation->id);
  if (activity_id != NULL)
    baton_json_writer_add_string (writer, "activityId", activity_id);
  baton_json_writer_add_string (writer, "serviceUrl", baton_connector_upstream_get_service_url (request->bot->bot));
  baton_json_writer_end_object (writer);
  baton_connector_reply (request, 201, writer);
}

static void
first_said_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Beginning) beginning = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = NULL;

  ids = baton_connector_upstream_say_finish (BATON_CONNECTOR_UPSTREAM (source), result, &error);
  if (ids != NULL)
    reply_begun (beginning->request, ids[0]);
  else
    baton_dl_reply_store_error (beginning->request->exchange, error);
}

static void
begun_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Beginning) beginning = user_data;
  BatonConnectorRequest *request = beginning->request;
  g_autoptr (GPtrArray) said = NULL;
  g_autoptr (GError) error = NULL;
  gboolean created;

  request->conversation = baton_store_start_conversation_finish (BATON_STORE (source), result, &created, &error);
  if (request->conversation == NULL) {
    baton_dl_reply_store_error (request->exchange, error);
  } else if (beginning->activity == NULL) {
    reply_begun (request, NULL);
  } else {
    said = g_ptr_array_new ();
    g_ptr_array_add (said, beginning->activity);
    baton_connector_upstream_say_async (request->bot->bot, request->conversation, said, NULL, first_said_cb,
                                        g_steal_pointer (&beginning));
  }
}

/* Returns: (transfer full) (nullable): with whom the bot wants to talk: one person */
static char *
read_partner (BatonJsonNode   parameters,
              char          **name)
{
  BatonJsonNode members = baton_json_node_get_member (parameters, "members");
  BatonJsonNode member = baton_json_node_get_element (members, 0);
  g_autofree char *id = NULL;

  if (baton_json_node_get_kind (members) != BATON_JSON_ARRAY || baton_json_node_get_size (members) != 1)
    return NULL;
  id = baton_json_node_dup_member (member, "id");
  if (id == NULL || *id == '\0' || strlen (id) > MAX_USER_ID || g_str_has_prefix (id, "agent:"))
    return NULL;
  *name = baton_json_node_dup_member (member, "name");
  return g_steal_pointer (&id);
}

/**
 * baton_connector_begin:
 *
 * `POST v3/conversations`: the customer gets to it with a token that whoever has the relay's secret makes.
 */
void
baton_connector_begin (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;
  g_autoptr (BatonJson) json = baton_connector_read_body (self);
  g_autofree char *id = baton_conversation_new_id ();
  g_autofree char *user_id = NULL;
  g_autofree char *user_name = NULL;
  BatonJsonNode first;
  Beginning *beginning;

  if (json == NULL)
    return;
  user_id = read_partner (baton_json_get_root (json), &user_name);
  first = baton_json_node_get_member (baton_json_get_root (json), "activity");
  if (user_id == NULL) {
    baton_dl_reply_error (self->exchange, 400, "BadArgument", "A conversation is with one member");
    return;
  }

  beginning = g_new0 (Beginning, 1);
  beginning->activity = baton_activity_new_from_node (first);
  beginning->request = self;
  baton_store_start_conversation_async (self->server->store, &(BatonConversation) {
    .id = id, .bot = self->bot->name, .user_id = user_id, .user_name = user_name,
  }, NULL, begun_cb, beginning);
  g_steal_pointer (&self);
}
