/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-usher.h"

#include "baton-error.h"
#include "baton-watch-upstream.h"

/* Who an agent is on another Direct Line. */
#define FOREIGN_ID "baton-%s"

/* Counts its references (GRcBox): what was asked may be answered after the desk is gone. */
struct _BatonUsher {
  BatonStore         *store;
  BatonDlServer      *server;
  BatonCourier       *courier;
  const BatonNotices *notices;
};

/* Returns: (nullable): where the conversation lives, if that is not here */
static BatonWatchUpstream *
find_site (BatonUsher *self,
           const char *bot)
{
  BatonUpstream *upstream = baton_courier_find_bot (self->courier, bot);

  return BATON_IS_WATCH_UPSTREAM (upstream) ? BATON_WATCH_UPSTREAM (upstream) : NULL;
}

/* --- letting agents in --- */

typedef struct {
  BatonUsher        *usher;
  BatonAgent        *agent;
  char              *conversation_id;
  gint64             epoch;
  char              *base;             /* of ours, as the agent's console reaches it */
  BatonConversation *conversation;
} Grant;

static void
grant_free (gpointer data)
{
  Grant *grant = data;

  baton_usher_free (grant->usher);
  g_object_unref (grant->agent);
  g_free (grant->conversation_id);
  g_free (grant->base);
  g_clear_pointer (&grant->conversation, baton_conversation_free);
  g_free (grant);
}

static void
write_access (BatonJsonWriter *writer,
              const char      *base,
              const char      *conversation_id,
              const char      *token,
              guint            expires_in)
{
  baton_json_writer_add_string (writer, "base", base);
  baton_json_writer_add_string (writer, "conversationId", conversation_id);
  baton_json_writer_add_string (writer, "token", token);
  baton_json_writer_add_int (writer, "expires_in", expires_in);
}

/* Here: the conversation, or what is recorded of one that lives there. */
static char *
format_own (Grant    *grant,
            gboolean  is_record)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *token = NULL;
  guint expires_in;

  token = baton_dl_server_make_token (grant->usher->server, grant->conversation_id, baton_agent_get_id (grant->agent),
                                      baton_agent_get_name (grant->agent), grant->epoch, &expires_in);
  baton_json_writer_begin_object (writer);
  write_access (writer, grant->base, grant->conversation_id, token, expires_in);
  if (is_record)
    baton_json_writer_add_boolean (writer, "record", TRUE);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish_text (writer);
}

/* There. That line does not know our agents: the console has to say who posts. */
static char *
format_foreign (Grant      *grant,
                const char *base,
                const char *token,
                guint       expires_in)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *id = baton_watch_upstream_dup_id (grant->conversation);
  g_autofree char *user_id = g_strdup_printf (FOREIGN_ID, baton_agent_get_id (grant->agent));

  baton_json_writer_begin_object (writer);
  write_access (writer, base, id, token, expires_in);
  baton_json_writer_name (writer, "user");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", user_id);
  baton_json_writer_add_string (writer, "name", baton_agent_get_name (grant->agent));
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish_text (writer);
}

static void
reached_for_agent_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  BatonWatchUpstream *site = BATON_WATCH_UPSTREAM (source);
  g_autoptr (GTask) task = user_data;
  g_autofree char *token = NULL;
  GError *error = NULL;
  guint expires_in;

  token = baton_watch_upstream_reach_finish (site, result, &expires_in, &error);
  if (token == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, format_foreign (g_task_get_task_data (task), baton_watch_upstream_get_base (site),
                                                 token, expires_in), g_free);
}

/* Who only reads reads our record, wherever the conversation lives: a token of another line could post as well. */
static void
granting_found_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Grant *grant = g_task_get_task_data (task);
  BatonWatchUpstream *site;
  GError *error = NULL;

  grant->conversation = baton_store_get_conversation_finish (BATON_STORE (source), result, &error);
  if (grant->conversation == NULL) {
    g_task_return_error (task, error);
    return;
  }

  site = find_site (grant->usher, grant->conversation->bot);
  if (site == NULL || grant->epoch < 0)
    g_task_return_pointer (task, format_own (grant, site != NULL), g_free);
  else
    baton_watch_upstream_reach_async (site, grant->conversation, reached_for_agent_cb, g_steal_pointer (&task));
}

static void
grant_access (BatonEscalation     *escalation,
              BatonAgent          *agent,
              gint64               epoch,
              BatonExchange       *exchange,
              GAsyncReadyCallback  callback,
              gpointer             callback_data,
              gpointer             user_data)
{
  BatonUsher *self = user_data;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, callback_data);
  Grant *grant = g_new0 (Grant, 1);

  g_task_set_source_tag (task, grant_access);
  grant->usher = g_rc_box_acquire (self);
  grant->agent = g_object_ref (agent);
  grant->conversation_id = g_strdup (baton_escalation_get_conversation_id (escalation));
  grant->epoch = epoch;
  grant->base = baton_dl_server_get_base_url (self->server, exchange);
  g_task_set_task_data (task, grant, grant_free);
  baton_store_get_conversation_async (self->store, grant->conversation_id, NULL, granting_found_cb,
                                      g_steal_pointer (&task));
}

static char *
grant_access_finish (GAsyncResult  *result,
                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- watching --- */

typedef struct {
  BatonUsher         *usher;
  BatonWatchUpstream *site;
  BatonConversation  *conversation;   /* as it is wanted, then as it is stored */
  gboolean            created;
} Watch;

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  g_clear_pointer (&watch->usher, baton_usher_free);
  g_clear_object (&watch->site);
  g_clear_pointer (&watch->conversation, baton_conversation_free);
  g_free (watch);
}

static void
return_stored (GTask             *task,
               BatonConversation *stored,
               gboolean           created)
{
  Watch *watch = g_task_get_task_data (task);

  watch->created = created;
  baton_watch_upstream_watch (watch->site, stored);
  g_task_return_pointer (task, stored, (GDestroyNotify) baton_conversation_free);
}

static void
watch_started_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean created;
  BatonConversation *stored;

  stored = baton_store_start_conversation_finish (BATON_STORE (source), result, &created, &error);
  if (stored == NULL)
    g_task_return_error (task, error);
  else
    return_stored (task, stored, created);
}

/* What is wrong over there is told in our words, and in none of theirs. */
static void
return_unreached (GTask        *task,
                  const GError *error)
{
  Watch *watch = g_task_get_task_data (task);
  const char *site = watch->conversation->bot;

  if (g_error_matches (error, BATON_ERROR, BATON_ERROR_GONE)) {
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_GONE,
                             "there is no such conversation on the Direct Line of [bot %s]", site);
    return;
  }
  g_message ("a conversation of [bot %s] cannot be watched: %s", site, error->message);
  g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_UNCERTAIN, "the Direct Line of [bot %s] cannot be asked: %s",
                           site, error->message);
}

static void
reached_for_watch_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Watch *watch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;
  guint expires_in;

  token = baton_watch_upstream_reach_finish (watch->site, result, &expires_in, &error);
  if (token == NULL)
    return_unreached (task, error);
  else
    baton_store_start_conversation_async (watch->usher->store, watch->conversation, NULL, watch_started_cb,
                                          g_steal_pointer (&task));
}

static void
watch_found_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Watch *watch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  BatonConversation *stored = baton_store_get_conversation_finish (BATON_STORE (source), result, &error);

  if (stored != NULL)
    return_stored (task, stored, FALSE);
  else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_GONE))
    baton_watch_upstream_reach_async (watch->site, watch->conversation, reached_for_watch_cb, g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
begin_watch (const BatonDeskWatch *wanted,
             GAsyncReadyCallback   callback,
             gpointer              callback_data,
             gpointer              user_data)
{
  BatonUsher *self = user_data;
  BatonWatchUpstream *site = find_site (self, wanted->bot);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, callback_data);
  const BatonWatchWanted over_there = {
    .conversation_id = wanted->conversation_id,
    .watermark = wanted->watermark,
    .user_id = wanted->user_id,
    .user_name = wanted->user_name,
    .locale = wanted->locale,
  };
  Watch *watch = g_new0 (Watch, 1);

  g_task_set_source_tag (task, begin_watch);
  g_task_set_task_data (task, watch, watch_free);
  if (site == NULL) {
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_INVALID, "there is no site of this name to be watched");
    return;
  }
  watch->usher = g_rc_box_acquire (self);
  watch->site = g_object_ref (site);
  watch->conversation = baton_watch_upstream_make (site, &over_there);
  baton_store_get_conversation_async (self->store, watch->conversation->id, NULL, watch_found_cb,
                                      g_steal_pointer (&task));
}

static BatonConversation *
begin_watch_finish (GAsyncResult  *result,
                    gboolean      *created,
                    GError       **error)
{
  Watch *watch;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  watch = g_task_get_task_data (G_TASK (result));
  *created = watch->created;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
knows_secret (const char *bearer,
              gpointer    user_data)
{
  BatonUsher *self = user_data;

  return baton_dl_server_knows_secret (self->server, bearer);
}

/* --- what customers are told --- */

/* Back in the queue is told in other words than the first time. Who is on another Direct Line does not hear us. */
static char *
format_line (const char              *kind,
             const BatonConversation *conversation,
             BatonAgent              *agent,
             gpointer                 user_data)
{
  BatonUsher *self = user_data;

  if (find_site (self, conversation->bot) != NULL)
    return NULL;
  return baton_notices_format (self->notices, g_str_equal (kind, "queued") ? "requeued" : kind, conversation->locale,
                               baton_agent_get_name (agent));
}

/* --- the usher --- */

/**
 * baton_usher_new:
 * @notices: has to outlive the usher
 *
 * Returns: (transfer full): an usher, to be freed after the desk that it attends
 */
BatonUsher *
baton_usher_new (BatonStore         *store,
                 BatonDlServer      *server,
                 BatonCourier       *courier,
                 const BatonNotices *notices)
{
  BatonUsher *self = g_rc_box_new0 (BatonUsher);

  self->store = g_object_ref (store);
  self->server = g_object_ref (server);
  self->courier = g_object_ref (courier);
  self->notices = notices;
  return self;
}

static void
clear (gpointer data)
{
  BatonUsher *self = data;

  g_object_unref (self->store);
  g_object_unref (self->server);
  g_object_unref (self->courier);
}

void
baton_usher_free (BatonUsher *self)
{
  g_rc_box_release_full (self, clear);
}

/**
 * baton_usher_attend:
 * @desk: gets what it asks for from @self
 */
void
baton_usher_attend (BatonUsher      *self,
                    BatonDeskConfig *desk)
{
  desk->grant = grant_access;
  desk->granted = grant_access_finish;
  desk->line = format_line;
  desk->begin = begin_watch;
  desk->begun = begin_watch_finish;
  desk->knows_secret = knows_secret;
  desk->user_data = self;
}
