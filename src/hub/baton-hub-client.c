/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-hub-client-private.h"

#include "baton-error.h"
#include "baton-http.h"
#include "baton-json-writer.h"

G_DEFINE_ENUM_TYPE (BatonHubState, baton_hub_state,
                    G_DEFINE_ENUM_VALUE (BATON_HUB_SIGNED_OUT, "signed-out"),
                    G_DEFINE_ENUM_VALUE (BATON_HUB_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (BATON_HUB_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (BATON_HUB_WAITING, "waiting"))

G_DEFINE_FINAL_TYPE (BatonHubClient, baton_hub_client, G_TYPE_OBJECT)

enum { PROP_0, PROP_STATE, PROP_AGENT, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { EVENT, SYNCED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
set_state (BatonHubClient *self,
           BatonHubState   state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
set_agent (BatonHubClient *self,
           BatonAgent     *agent)
{
  if (g_set_object (&self->agent, agent))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_AGENT]);
}

/* Whoever watches the object of an agent goes on doing so: only the presence changes while one is signed in. */
void
baton_hub_client_take_presence (BatonHubClient *self,
                                BatonAgent     *agent)
{
  if (self->agent != NULL && g_strcmp0 (baton_agent_get_id (self->agent), baton_agent_get_id (agent)) == 0)
    baton_agent_set_presence (self->agent, baton_agent_get_presence (agent));
}

/* ---- the stream ---- */

static void
drop_stream (BatonHubClient *self)
{
  if (self->socket != NULL) {
    g_signal_handlers_disconnect_by_data (self->socket, self);
    baton_socket_close (self->socket);
  }
  g_clear_object (&self->socket);
}

static void
lose (BatonHubClient *self)
{
  drop_stream (self);
  baton_retry_schedule (self->retry, 0);
  set_state (self, BATON_HUB_WAITING);
}

/* Signed out, on this side. What one agent saw is not for the next one at the same desk. */
void
baton_hub_client_forget_session (BatonHubClient *self)
{
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();

  drop_stream (self);
  baton_retry_stop (self->retry);
  g_clear_pointer (&self->token, g_free);
  baton_hub_feed_forget (self->feed);
  baton_queue_reset (self->queue, nothing);
  set_agent (self, NULL);
  set_state (self, BATON_HUB_SIGNED_OUT);
}

static void
socket_message_cb (BatonSocket *socket,
                   GBytes      *frame,
                   gpointer     user_data)
{
  g_autoptr (BatonHubClient) self = g_object_ref (user_data);
  g_autoptr (BatonSocket) current = g_object_ref (socket);
  g_autoptr (GError) error = NULL;

  if (baton_hub_feed_take (self->feed, frame, &error) || self->socket != current)
    return;
  g_debug ("after event %" G_GINT64_FORMAT ": %s", baton_hub_feed_get_seq (self->feed), error->message);
  baton_hub_feed_forget (self->feed);
  lose (self);
}

static void
socket_closed_cb (BatonSocket  *socket,
                  const GError *why,
                  gpointer      user_data)
{
  BatonHubClient *self = user_data;

  g_debug ("after event %" G_GINT64_FORMAT ": %s", baton_hub_feed_get_seq (self->feed), why->message);
  if (g_error_matches (why, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED))
    baton_hub_client_forget_session (self);
  else
    lose (self);
}

static void
connect_now (gpointer user_data)
{
  BatonHubClient *self = user_data;
  g_autofree char *url = baton_http_build_url (self->url, "hub", "v1", "stream", NULL);
  gint64 seq = baton_hub_feed_get_seq (self->feed);
  g_autofree char *resume = g_strdup_printf ("%s?after=%" G_GINT64_FORMAT, url, seq);

  set_state (self, BATON_HUB_CONNECTING);
  if (self->state != BATON_HUB_CONNECTING)
    return;   /* whoever heard of it has signed out */

  baton_hub_feed_restart (self->feed);
  self->socket = baton_socket_new (self->pace.silence);
  g_signal_connect (self->socket, "message", G_CALLBACK (socket_message_cb), self);
  g_signal_connect (self->socket, "closed", G_CALLBACK (socket_closed_cb), self);
  baton_socket_open (self->socket, seq < 0 ? url : resume, self->token);
}

static void
feed_hello (BatonAgent *me,
            gpointer    user_data)
{
  BatonHubClient *self = user_data;

  baton_retry_connected (self->retry);
  baton_hub_client_take_presence (self, me);
  set_state (self, BATON_HUB_ONLINE);
}

static void
feed_synced (gpointer user_data)
{
  g_signal_emit (user_data, signals[SYNCED], 0);
}

static void
feed_event (BatonEvent *event,
            gpointer    user_data)
{
  BatonHubClient *self = user_data;

  if (baton_event_get_agent (event) != NULL)
    baton_hub_client_take_presence (self, baton_event_get_agent (event));
  g_signal_emit (self, signals[EVENT], 0, event);
}

static const BatonHubFeedFuncs feed_funcs = { feed_hello, feed_synced, feed_event };

/* ---- the object ---- */

static void
baton_hub_client_get_property (GObject    *object,
                               guint       property_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  BatonHubClient *self = BATON_HUB_CLIENT (object);

  switch (property_id) {
  case PROP_STATE:
    g_value_set_enum (value, (int) self->state);
    break;
  case PROP_AGENT:
    g_value_set_object (value, self->agent);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
baton_hub_client_dispose (GObject *object)
{
  BatonHubClient *self = BATON_HUB_CLIENT (object);

  drop_stream (self);
  g_clear_pointer (&self->retry, baton_retry_free);
  G_OBJECT_CLASS (baton_hub_client_parent_class)->dispose (object);
}

static void
baton_hub_client_finalize (GObject *object)
{
  BatonHubClient *self = BATON_HUB_CLIENT (object);

  g_clear_pointer (&self->feed, baton_hub_feed_free);
  g_clear_object (&self->queue);
  g_clear_object (&self->agent);
  g_clear_object (&self->session);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->url, g_free);
  G_OBJECT_CLASS (baton_hub_client_parent_class)->finalize (object);
}

static void
baton_hub_client_class_init (BatonHubClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = baton_hub_client_get_property;
  object_class->dispose = baton_hub_client_dispose;
  object_class->finalize = baton_hub_client_finalize;

  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, BATON_TYPE_HUB_STATE, BATON_HUB_SIGNED_OUT, readable);
  props[PROP_AGENT] = g_param_spec_object ("agent", NULL, NULL, BATON_TYPE_AGENT, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[EVENT] = g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, BATON_TYPE_EVENT);
  signals[SYNCED] = g_signal_new ("synced", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
baton_hub_client_init (BatonHubClient *self)
{
  self->session = baton_http_dup_session ();
  self->pace = BATON_PACE_DEFAULT;
  self->retry = baton_retry_new (&self->pace, connect_now, self);
  self->queue = baton_queue_new ();
  self->feed = baton_hub_feed_new (self->queue, &feed_funcs, self);
}

/**
 * baton_hub_client_new:
 * @url: address of the relay, without a path: `http://127.0.0.1:8377`
 *
 * Returns: (transfer full): a client that is signed out. Commands under way hold a reference of their own.
 */
BatonHubClient *
baton_hub_client_new (const char *url)
{
  BatonHubClient *self = g_object_new (BATON_TYPE_HUB_CLIENT, NULL);

  self->url = g_strdup (url);
  return self;
}

/**
 * baton_hub_client_set_pace:
 * @self: a client that is signed out
 * @pace: how soon it tries again and gives up; copied
 */
void
baton_hub_client_set_pace (BatonHubClient  *self,
                           const BatonPace *pace)
{
  g_return_if_fail (BATON_IS_HUB_CLIENT (self));

  self->pace = *pace;
  baton_retry_set_pace (self->retry, pace);
}

const char *
baton_hub_client_get_url (BatonHubClient *self)
{
  return self->url;
}

BatonHubState
baton_hub_client_get_state (BatonHubClient *self)
{
  return self->state;
}

gint64
baton_hub_client_get_retry_at (BatonHubClient *self)
{
  return baton_retry_get_at (self->retry);
}

/**
 * baton_hub_client_retry_now:
 * @self: a client
 *
 * Somebody does not want to wait. Nothing happens unless it waits.
 */
void
baton_hub_client_retry_now (BatonHubClient *self)
{
  g_return_if_fail (BATON_IS_HUB_CLIENT (self));

  baton_retry_hurry (self->retry);
}

BatonAgent *
baton_hub_client_get_agent (BatonHubClient *self)
{
  return self->agent;
}

BatonQueue *
baton_hub_client_get_queue (BatonHubClient *self)
{
  return self->queue;
}

/**
 * baton_hub_client_get_seq:
 * @self: a client
 *
 * Returns: number of the newest event the queue holds; -1 before the first snapshot
 */
gint64
baton_hub_client_get_seq (BatonHubClient *self)
{
  return baton_hub_feed_get_seq (self->feed);
}

/* ---- signing in and out ---- */

static gboolean
take_session (BatonHubClient   *self,
              BatonJsonNode     root,
              GError          **error)
{
  g_autofree char *token = baton_json_node_dup_member (root, "token");
  g_autoptr (BatonAgent) agent = NULL;

  if (token == NULL || *token == '\0') {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "signed in, but without a token");
    return FALSE;
  }
  agent = baton_agent_new_from_json (baton_json_node_get_member (root, "agent"), error);
  if (agent == NULL)
    return FALSE;

  self->token = g_steal_pointer (&token);
  set_agent (self, agent);
  connect_now (self);
  return TRUE;
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  BatonHubClient *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_http_send_finish (SOUP_SESSION (source), result, &error);

  if (answer != NULL && baton_http_answer_check (answer, &error)) {
    baton_hub_client_sign_out (self);   /* of two at the same time the later answer counts */
    if (take_session (self, baton_http_answer_get_root (answer), &error)) {
      g_task_return_boolean (task, TRUE);
      return;
    }
  }
  g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * baton_hub_client_sign_in_async:
 * @self: a client
 * @agent_id: who signs in
 * @password: not kept
 * @cancellable: (nullable): cancels
 * @callback: called once; the stream opens after that by itself
 * @user_data: for @callback
 *
 * Whoever was signed in is signed out first.
 */
void
baton_hub_client_sign_in_async (BatonHubClient      *self,
                                const char          *agent_id,
                                const char          *password,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autofree char *url = NULL;
  g_autoptr (GBytes) body = NULL;
  BatonHttpRequest request = { .method = SOUP_METHOD_POST };
  BatonJsonWriter *writer;
  GTask *task;

  g_return_if_fail (BATON_IS_HUB_CLIENT (self));
  g_return_if_fail (agent_id != NULL && password != NULL);

  baton_hub_client_sign_out (self);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_hub_client_sign_in_async);

  writer = baton_json_writer_new ();
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "agent", agent_id);
  baton_json_writer_add_string (writer, "password", password);
  baton_json_writer_end_object (writer);
  url = baton_http_build_url (self->url, "hub", "v1", "session", NULL);
  request.url = url;
  request.body = body = baton_json_writer_finish (writer);
  baton_http_send_async (self->session, &request, cancellable, signed_in_cb, task);
}

/**
 * baton_hub_client_sign_in_finish:
 * @self: a client
 * @result: the result
 * @error: return location for a [error@Error]: %BATON_ERROR_UNAUTHENTICATED for a wrong id or password,
 *   %BATON_ERROR_BUSY where the relay is not reached or wants no more tries for now
 *
 * Returns: %TRUE: signed in; `agent` is known
 */
gboolean
baton_hub_client_sign_in_finish (BatonHubClient  *self,
                                 GAsyncResult    *result,
                                 GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * baton_hub_client_sign_out:
 * @self: a client
 *
 * At once on this side; the relay is told, and forgets the session by itself should it not hear of it.
 */
void
baton_hub_client_sign_out (BatonHubClient *self)
{
  g_autofree char *url = NULL;
  BatonHttpRequest request = { .method = SOUP_METHOD_DELETE, .repeatable = TRUE };

  g_return_if_fail (BATON_IS_HUB_CLIENT (self));

  if (self->token == NULL)
    return;
  url = baton_http_build_url (self->url, "hub", "v1", "session", NULL);
  request.url = url;
  request.bearer = self->token;
  baton_http_send_async (self->session, &request, NULL, NULL, NULL);
  baton_hub_client_forget_session (self);
}
