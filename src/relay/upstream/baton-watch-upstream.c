/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-watch-upstream.h"

#include "baton-dl-access.h"
#include "baton-dl-memory.h"
#include "baton-dl-speech.h"
#include "baton-error.h"
#include "baton-http.h"
#include "baton-watch-link.h"

/* Whoever asks is answered well within what our own server has for an answer. */
#define REACH_MS 8000

#define STATUS_TRIES 5

struct _BatonWatchUpstream {
  GObject               parent_instance;

  char                 *name;
  char                 *base;
  char                 *secret;
  BatonPace             pace;
  BatonWatchLinkConfig  config;
  SoupSession          *session;
  GHashTable           *links;         /* id of our conversation → BatonWatchLink */
  GHashTable           *statuses;      /* set of Status: what is still to be told to bots */
};

static void baton_watch_upstream_iface_init (BatonUpstreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonWatchUpstream, baton_watch_upstream, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BATON_TYPE_UPSTREAM, baton_watch_upstream_iface_init))

/* --- reading along --- */

static void
link_heard (const char              *conversation_id,
            const BatonUpstreamTurn *turn,
            gboolean                 gone,
            gpointer                 user_data)
{
  BatonWatchUpstream *self = user_data;
  const BatonBotTurn spoken = {
    .conversation_id = conversation_id,
    .epoch = -1,
    .bot_id = self->name,
    .bot_name = self->name,
    .items = turn->items,
    .bot_read = -1,
    .bot_watermark = turn->bot_watermark,
    .watched = TRUE,
    .gone = gone,
  };

  g_signal_emit_by_name (self, "spoke", &spoken);
  if (gone)
    g_hash_table_remove (self->links, conversation_id);
}

static void
link_idle (const char *conversation_id,
           gpointer    user_data)
{
  BatonWatchUpstream *self = user_data;

  g_hash_table_remove (self->links, conversation_id);
}

static const BatonWatchLinkFuncs link_funcs = { link_heard, link_idle };

/**
 * baton_watch_upstream_watch:
 * @self: a site
 * @conversation: one of ours that baton_watch_upstream_make() made, as it is stored now
 *
 * Reads along from its watermark on, unless that is done already.
 */
void
baton_watch_upstream_watch (BatonWatchUpstream      *self,
                            const BatonConversation *conversation)
{
  g_return_if_fail (BATON_IS_WATCH_UPSTREAM (self));

  if (conversation->state == BATON_STATE_ENDED || conversation->bot_state == NULL
      || g_hash_table_contains (self->links, conversation->id))
    return;
  g_hash_table_insert (self->links, g_strdup (conversation->id),
                       baton_watch_link_new (&self->config, conversation, &link_funcs, self));
}

/**
 * baton_watch_upstream_make:
 * @self: a site
 * @wanted: a conversation of the site
 *
 * Returns: (transfer full): the conversation in which we record it. The same every time, and another for every site
 */
BatonConversation *
baton_watch_upstream_make (BatonWatchUpstream     *self,
                           const BatonWatchWanted *wanted)
{
  g_autofree char *whole = g_strconcat (self->name, "\n", wanted->conversation_id, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, whole, -1);
  const BatonDlMemory memory = {
    .conversation_id = (char *) wanted->conversation_id, .has_started = TRUE, .posted = -1, .epoch = -1,
  };
  BatonConversation *conversation = g_new0 (BatonConversation, 1);

  conversation->id = g_strdup_printf ("w-%.40s", hash);
  conversation->bot = g_strdup (self->name);
  conversation->user_id = g_strdup (wanted->user_id != NULL ? wanted->user_id : wanted->conversation_id);
  conversation->user_name = g_strdup (wanted->user_name);
  conversation->locale = g_strdup (wanted->locale);
  conversation->bot_state = baton_dl_memory_write (&memory);
  conversation->bot_watermark = g_strdup (wanted->watermark);
  return conversation;
}

/**
 * baton_watch_upstream_dup_id:
 * @conversation: a watched conversation
 *
 * Returns: (transfer full) (nullable): its id over there
 */
char *
baton_watch_upstream_dup_id (const BatonConversation *conversation)
{
  BatonDlMemory memory;
  char *id;

  baton_dl_memory_read (&memory, conversation->bot_state);
  id = g_steal_pointer (&memory.conversation_id);
  baton_dl_memory_clear (&memory);
  return id;
}

/* --- reaching it --- */

typedef struct {
  GCancellable *cancellable;
  guint         deadline;
  guint         expires_in;
} Reach;

static void
reach_free (gpointer data)
{
  Reach *reach = data;

  g_clear_handle_id (&reach->deadline, g_source_remove);
  g_object_unref (reach->cancellable);
  g_free (reach);
}

static void
reached_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  BatonWatchUpstream *self = g_task_get_source_object (task);
  Reach *reach = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_http_send_finish (SOUP_SESSION (source), result, &error);
  gint64 seconds = self->pace.token_life / 1000;
  char *token = NULL;

  if (answer != NULL && baton_http_answer_check (answer, &error)) {
    token = baton_json_node_dup_member (baton_http_answer_get_root (answer), "token");
    baton_json_node_get_int (baton_json_node_get_member (baton_http_answer_get_root (answer), "expires_in"), &seconds);
  }
  reach->expires_in = (guint) CLAMP (seconds, 1, G_MAXINT32);
  if (token != NULL)
    g_task_return_pointer (task, token, g_free);
  else if (error == NULL)
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_INVALID, "the answer has no token");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_BUSY, "no answer in time");
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static gboolean
too_late_cb (gpointer user_data)
{
  Reach *reach = user_data;

  reach->deadline = 0;
  g_cancellable_cancel (reach->cancellable);
  return G_SOURCE_REMOVE;
}

/**
 * baton_watch_upstream_reach_async:
 * @self: a site
 * @conversation: a conversation made by baton_watch_upstream_make(), stored or not
 * @callback: called within a few seconds
 * @user_data: for @callback
 *
 * Asks the other Direct Line for the conversation, with the secret (protocol 1.6). Whoever reads along goes on.
 */
void
baton_watch_upstream_reach_async (BatonWatchUpstream      *self,
                                  const BatonConversation *conversation,
                                  GAsyncReadyCallback      callback,
                                  gpointer                 user_data)
{
  g_autofree char *id = baton_watch_upstream_dup_id (conversation);
  g_autofree char *watermark = NULL;
  g_autofree char *bare = NULL;
  g_autofree char *url = NULL;
  BatonHttpRequest request = { .method = SOUP_METHOD_GET, .bearer = self->secret, .repeatable = TRUE };
  g_autoptr (GTask) task = NULL;
  Reach *reach;

  g_return_if_fail (BATON_IS_WATCH_UPSTREAM (self));
  g_return_if_fail (id != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, baton_watch_upstream_reach_async);
  reach = g_new0 (Reach, 1);
  reach->cancellable = g_cancellable_new ();
  reach->deadline = g_timeout_add (REACH_MS, too_late_cb, reach);
  g_task_set_task_data (task, reach, reach_free);

  watermark = g_uri_escape_string (conversation->bot_watermark ? conversation->bot_watermark : "", NULL, FALSE);
  bare = baton_http_build_url (self->base, "conversations", id, NULL);
  url = g_strconcat (bare, "?watermark=", watermark, NULL);
  request.url = url;
  baton_http_send_async (self->session, &request, reach->cancellable, reached_cb, g_steal_pointer (&task));
}

/**
 * baton_watch_upstream_reach_finish:
 * @self: a site
 * @result: the result
 * @expires_in: (out): seconds the token is good for
 * @error: return location for a [error@Error]: %BATON_ERROR_GONE if there is no such conversation
 *
 * Returns: (transfer full): a token for this conversation alone, or %NULL with @error set
 */
char *
baton_watch_upstream_reach_finish (BatonWatchUpstream  *self,
                                   GAsyncResult        *result,
                                   guint               *expires_in,
                                   GError             **error)
{
  Reach *reach;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  reach = g_task_get_task_data (G_TASK (result));
  *expires_in = reach->expires_in;
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- telling the bot --- */

/* Always either under way or waiting for a timer. */
typedef struct {
  BatonWatchUpstream *site;
  char               *conversation_id;   /* over there */
  GBytes             *activity;
  GCancellable       *cancellable;
  guint               tries;
  guint               timer_id;
} Status;

static void
status_free (gpointer data)
{
  Status *status = data;

  g_clear_handle_id (&status->timer_id, g_source_remove);
  g_cancellable_cancel (status->cancellable);
  g_object_unref (status->cancellable);
  g_free (status->conversation_id);
  g_bytes_unref (status->activity);
  g_free (status);
}

static void post_status (Status *status);

static gboolean
again_cb (gpointer user_data)
{
  Status *status = user_data;

  status->timer_id = 0;
  post_status (status);
  return G_SOURCE_REMOVE;
}

/* What has certainly not arrived is told again; what may have is not (H12). */
static void
status_posted_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  Status *status = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_http_send_finish (SOUP_SESSION (source), result, &error);
  gboolean is_told = answer != NULL && baton_http_answer_check (answer, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;   /* @status is gone */

  if (g_error_matches (error, BATON_ERROR, BATON_ERROR_BUSY) && ++status->tries < STATUS_TRIES) {
    status->timer_id = g_timeout_add (status->site->pace.step << status->tries, again_cb, status);
    return;
  }
  if (!is_told)
    g_message ("[bot %s] was not told what became of its hand-off: %s", status->site->name, error->message);
  g_hash_table_remove (status->site->statuses, status);
}

static void
post_status (Status *status)
{
  BatonWatchUpstream *self = status->site;
  g_autofree char *url = baton_http_build_url (self->base, "conversations", status->conversation_id, "activities", NULL);
  const BatonHttpRequest request = {
    .method = SOUP_METHOD_POST, .url = url, .bearer = self->secret, .body = status->activity,
  };

  baton_http_send_async (self->session, &request, status->cancellable, status_posted_cb, status);
}

static void
baton_watch_upstream_tell (BatonUpstream           *upstream,
                           const BatonConversation *conversation,
                           const char              *word)
{
  BatonWatchUpstream *self = BATON_WATCH_UPSTREAM (upstream);
  g_autoptr (BatonActivity) activity = baton_dl_speech_make_status (conversation, word);
  Status *status = g_new0 (Status, 1);

  status->site = self;
  status->conversation_id = baton_watch_upstream_dup_id (conversation);
  status->activity = baton_activity_get_bytes (activity);
  status->cancellable = g_cancellable_new ();
  g_hash_table_add (self->statuses, status);
  post_status (status);
}

/* --- a bot, to the relay --- */

/* What the customer said the bot has heard from the customer. */
static void
baton_watch_upstream_run_async (BatonUpstream           *upstream,
                                const BatonConversation *conversation,
                                GPtrArray               *unread,
                                GPtrArray               *transcript,
                                GCancellable            *cancellable,
                                GAsyncReadyCallback      callback,
                                gpointer                 user_data)
{
  g_autoptr (GTask) task = g_task_new (upstream, cancellable, callback, user_data);

  g_task_set_source_tag (task, baton_watch_upstream_run_async);
  g_task_return_pointer (task, baton_upstream_turn_new (), (GDestroyNotify) baton_upstream_turn_free);
}

static BatonUpstreamTurn *
baton_watch_upstream_run_finish (BatonUpstream  *upstream,
                                 GAsyncResult   *result,
                                 GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, upstream), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static const char *
baton_watch_upstream_get_name (BatonUpstream *upstream)
{
  return BATON_WATCH_UPSTREAM (upstream)->name;
}

static void
baton_watch_upstream_resume (BatonUpstream           *upstream,
                             const BatonConversation *conversation)
{
  BatonWatchUpstream *self = BATON_WATCH_UPSTREAM (upstream);

  g_hash_table_remove (self->links, conversation->id);
  baton_watch_upstream_watch (self, conversation);
}

static void
baton_watch_upstream_follow (BatonUpstream           *upstream,
                             const BatonConversation *conversation)
{
  BatonWatchUpstream *self = BATON_WATCH_UPSTREAM (upstream);
  BatonWatchLink *link = g_hash_table_lookup (self->links, conversation->id);

  if (conversation->state == BATON_STATE_ENDED)
    g_hash_table_remove (self->links, conversation->id);
  else if (link != NULL)
    baton_watch_link_follow (link, conversation);
}

static void
baton_watch_upstream_iface_init (BatonUpstreamInterface *iface)
{
  iface->run_async = baton_watch_upstream_run_async;
  iface->run_finish = baton_watch_upstream_run_finish;
  iface->get_bot_id = baton_watch_upstream_get_name;
  iface->get_bot_name = baton_watch_upstream_get_name;
  iface->resume = baton_watch_upstream_resume;
  iface->follow = baton_watch_upstream_follow;
  iface->tell = baton_watch_upstream_tell;
}

static void
baton_watch_upstream_dispose (GObject *object)
{
  BatonWatchUpstream *self = BATON_WATCH_UPSTREAM (object);

  g_hash_table_remove_all (self->links);
  g_hash_table_remove_all (self->statuses);
  G_OBJECT_CLASS (baton_watch_upstream_parent_class)->dispose (object);
}

static void
baton_watch_upstream_finalize (GObject *object)
{
  BatonWatchUpstream *self = BATON_WATCH_UPSTREAM (object);

  g_clear_pointer (&self->links, g_hash_table_unref);
  g_clear_pointer (&self->statuses, g_hash_table_unref);
  g_clear_object (&self->session);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->base, g_free);
  g_clear_pointer (&self->secret, g_free);
  G_OBJECT_CLASS (baton_watch_upstream_parent_class)->finalize (object);
}

static void
baton_watch_upstream_class_init (BatonWatchUpstreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = baton_watch_upstream_dispose;
  object_class->finalize = baton_watch_upstream_finalize;
}

static void
baton_watch_upstream_init (BatonWatchUpstream *self)
{
  self->pace = BATON_PACE_DEFAULT;
  self->session = baton_http_dup_session ();
  self->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) baton_watch_link_free);
  self->statuses = g_hash_table_new_full (NULL, NULL, status_free, NULL);
}

/**
 * baton_watch_upstream_new:
 * @name: of the site in the configuration
 * @base: address of its Direct Line; without a path `/v3/directline` is put behind it
 * @secret: of the site: it opens every conversation there
 * @rules: (nullable) (transfer none): what counts as a hand-off; has to stay
 *
 * Returns: (transfer full): the site; nothing is asked before somebody wants a conversation watched
 */
BatonUpstream *
baton_watch_upstream_new (const char              *name,
                          const char              *base,
                          const char              *secret,
                          const BatonHandoffRules *rules)
{
  BatonWatchUpstream *self = g_object_new (BATON_TYPE_WATCH_UPSTREAM, NULL);

  self->name = g_strdup (name);
  self->base = baton_dl_access_dup_base (base, NULL);
  self->secret = g_strdup (secret);
  self->config = (BatonWatchLinkConfig) { self->base, self->secret, &self->pace, rules };
  return BATON_UPSTREAM (self);
}

/**
 * baton_watch_upstream_set_pace:
 * @self: a site of which nothing is watched yet
 * @pace: how soon it tries again; `idle`: after how long without a word it stops to read along in what is with the bot
 */
void
baton_watch_upstream_set_pace (BatonWatchUpstream *self,
                               const BatonPace    *pace)
{
  g_return_if_fail (BATON_IS_WATCH_UPSTREAM (self));

  self->pace = *pace;
}

const char *
baton_watch_upstream_get_base (BatonWatchUpstream *self)
{
  g_return_val_if_fail (BATON_IS_WATCH_UPSTREAM (self), NULL);

  return self->base;
}
