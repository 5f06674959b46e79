/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-client.h"

#include "baton-dl-outbox.h"
#include "baton-dl-seen.h"
#include "baton-dl-token.h"
#include "baton-error.h"
#include "baton-http.h"
#include "baton-json-writer.h"
#include "baton-retry.h"
#include "baton-socket.h"

#define SEEN_WINDOW 10000
#define DEAF_STREAMS 3   /* after so many that brought nothing at all: poll */

struct _BatonDlClient {
  GObject        parent_instance;

  SoupSession   *session;
  BatonPace      pace;
  char          *base;
  char          *user_id;
  char          *user_name;
  char          *locale;

  BatonDlState   state;
  BatonDlToken  *token;
  char          *conversation_id;   /* %NULL until started */
  char          *watermark;         /* opaque; the last that was not null */

  gboolean       catches_up;
  GCancellable  *attempt;           /* of connecting or polling; %NULL: neither */
  char          *stream_url;        /* to be opened once we have caught up; else %NULL */
  BatonSocket   *socket;            /* %NULL without a stream */
  guint          deaf_streams;      /* in a row */
  guint          poll_id;
  BatonRetry    *retry;
  BatonDlSeen   *seen;
  BatonDlOutbox *outbox;
};

G_DEFINE_ENUM_TYPE (BatonDlState, baton_dl_state,
                    G_DEFINE_ENUM_VALUE (BATON_DL_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (BATON_DL_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (BATON_DL_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (BATON_DL_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (BATON_DL_EXPIRED, "expired"),
                    G_DEFINE_ENUM_VALUE (BATON_DL_GONE, "gone"),
                    G_DEFINE_ENUM_VALUE (BATON_DL_CLOSED, "closed"))

G_DEFINE_FINAL_TYPE (BatonDlClient, baton_dl_client, G_TYPE_OBJECT)

enum { PROP_0, PROP_STATE, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { ACTIVITIES, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
set_state (BatonDlClient *self,
           BatonDlState   state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
drop_connection (BatonDlClient *self)
{
  g_cancellable_cancel (self->attempt);
  g_clear_object (&self->attempt);
  if (self->socket != NULL) {
    g_signal_handlers_disconnect_by_data (self->socket, self);
    baton_socket_close (self->socket);
  }
  g_clear_object (&self->socket);
  g_clear_pointer (&self->stream_url, g_free);
  g_clear_handle_id (&self->poll_id, g_source_remove);
}

/* ---- losing it ---- */

static void
lose (BatonDlClient *self,
      guint          retry_after_seconds)
{
  drop_connection (self);
  baton_retry_schedule (self->retry, retry_after_seconds * 1000);
  set_state (self, BATON_DL_WAITING);
}

/* Nothing more comes from this conversation, and nothing more can be posted to it. */
static void
stop (BatonDlClient *self,
      BatonDlState   state,
      const GError  *why)
{
  g_autoptr (BatonDlClient) alive = g_object_ref (self);

  drop_connection (self);
  baton_retry_stop (self->retry);
  baton_dl_token_stop (self->token);
  set_state (self, state);
  baton_dl_outbox_end (self->outbox, why);
}

static void
lose_token (BatonDlClient *self)
{
  baton_dl_outbox_set_target (self->outbox, NULL, NULL);
  if (baton_dl_token_fall_back (self->token)) {
    lose (self, 0);
    return;
  }
  drop_connection (self);
  baton_retry_stop (self->retry);
  set_state (self, BATON_DL_EXPIRED);
}

static void
post_refused_cb (gpointer user_data)
{
  lose_token (user_data);
}

/* What a request of the connection (not a post) was refused with. */
static void
take_refusal (BatonDlClient         *self,
              const BatonHttpAnswer *answer,
              const GError          *error)
{
  g_debug ("conversation %.8s: %s", self->conversation_id ? self->conversation_id : "-", error->message);

  switch ((BatonError) error->code) {
  case BATON_ERROR_EXPIRED:
  case BATON_ERROR_REFUSED:
  case BATON_ERROR_UNAUTHENTICATED:
    lose_token (self);
    break;
  case BATON_ERROR_GONE:
    stop (self, BATON_DL_GONE, error);
    break;
  case BATON_ERROR_INVALID:
    /* A watermark this server cannot read: it replays everything, and what is known is dropped by id. */
    g_clear_pointer (&self->watermark, g_free);
    lose (self, 0);
    break;
  default:
    lose (self, answer ? answer->retry_after : 0);
    break;
  }
}

/* ---- what comes in ---- */

/* Returns: whether there may be more behind it. Where the watermark stands still it would only be the same again. */
static gboolean
take_set (BatonDlClient *self,
          GBytes        *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *watermark = NULL;
  g_autoptr (GPtrArray) all = baton_activity_set_parse (bytes, &BATON_JSON_LIMITS_BOT, &watermark, &error);
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean moved;

  if (all == NULL) {
    g_debug ("conversation %.8s: a set of %" G_GSIZE_FORMAT " bytes left out: %s", self->conversation_id,
             g_bytes_get_size (bytes), error->message);
    return FALSE;
  }

  for (guint i = 0; i < all->len; i++) {
    BatonActivity *activity = g_ptr_array_index (all, i);

    if (baton_dl_seen_add (self->seen, activity))
      g_ptr_array_add (fresh, g_object_ref (activity));
  }
  moved = watermark != NULL && g_strcmp0 (watermark, self->watermark) != 0;
  if (watermark != NULL) {
    g_free (self->watermark);
    self->watermark = g_steal_pointer (&watermark);
  }
  if (fresh->len > 0)
    g_signal_emit (self, signals[ACTIVITIES], 0, fresh);
  return moved && fresh->len > 0;
}

static void
socket_message_cb (BatonSocket *socket,
                   GBytes      *bytes,
                   gpointer     user_data)
{
  g_autoptr (BatonDlClient) self = g_object_ref (user_data);

  take_set (self, bytes);
}

static void
go_online (BatonDlClient *self)
{
  baton_retry_connected (self->retry);
  set_state (self, BATON_DL_ONLINE);
}

static void
socket_opened_cb (BatonSocket *socket,
                  gpointer     user_data)
{
  go_online (user_data);
}

static void
socket_closed_cb (BatonSocket  *socket,
                  const GError *why,
                  gpointer      user_data)
{
  BatonDlClient *self = user_data;

  g_debug ("conversation %.8s: %s", self->conversation_id, why->message);
  self->deaf_streams = baton_socket_has_heard (socket) ? 0 : self->deaf_streams + 1;
  lose (self, 0);
}

static void
open_stream (BatonDlClient *self,
             const char    *url)
{
  self->socket = baton_socket_new (self->session, self->pace.silence);
  g_signal_connect (self->socket, "opened", G_CALLBACK (socket_opened_cb), self);
  g_signal_connect (self->socket, "message", G_CALLBACK (socket_message_cb), self);
  g_signal_connect (self->socket, "closed", G_CALLBACK (socket_closed_cb), self);
  baton_socket_open (self->socket, url, NULL);
}

/* ---- polling, where there is no stream or before it ---- */

static char *
build_url (BatonDlClient *self,
           const char    *tail,
           gboolean       with_watermark)
{
  g_autofree char *url = baton_http_build_url (self->base, "conversations", self->conversation_id, tail, NULL);
  g_autofree char *watermark = g_uri_escape_string (self->watermark ? self->watermark : "", NULL, FALSE);

  return with_watermark ? g_strconcat (url, "?watermark=", watermark, NULL) : g_steal_pointer (&url);
}

static void poll_now (BatonDlClient *self);

static gboolean
poll_cb (gpointer user_data)
{
  BatonDlClient *self = user_data;

  self->poll_id = 0;
  poll_now (self);
  return G_SOURCE_REMOVE;
}

static void
polled_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  BatonDlClient *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_http_send_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (BatonDlClient) alive = NULL;
  g_autofree char *url = NULL;
  gboolean more;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  alive = g_object_ref (self);
  if (answer == NULL || !baton_http_answer_check (answer, &error)) {
    take_refusal (self, answer, error);
    return;
  }

  more = answer->json != NULL && take_set (self, baton_json_get_bytes (answer->json));
  if (self->attempt == NULL)
    return;   /* whoever heard of it has closed us */
  if (!more && self->stream_url != NULL) {
    url = g_steal_pointer (&self->stream_url);
    open_stream (self, url);
    return;
  }
  if (!more)
    go_online (self);
  if (self->attempt != NULL)
    self->poll_id = g_timeout_add (more ? 0 : self->pace.poll, poll_cb, self);
}

static void
poll_now (BatonDlClient *self)
{
  g_autofree char *url = build_url (self, "activities", TRUE);
  const BatonHttpRequest request = {
    .method = SOUP_METHOD_GET, .url = url, .bearer = baton_dl_token_get (self->token), .repeatable = TRUE,
  };

  baton_http_send_async (self->session, &request, self->attempt, polled_cb, self);
}

/* ---- connecting ---- */

static void
set_target (BatonDlClient *self)
{
  g_autofree char *url = build_url (self, "activities", FALSE);

  baton_dl_outbox_set_target (self->outbox, url, baton_dl_token_get (self->token));
}

static void
token_cb (const GError *why,
          gpointer      user_data)
{
  BatonDlClient *self = user_data;

  if (why == NULL)
    set_target (self);
  else if (why->code == BATON_ERROR_GONE)
    stop (self, BATON_DL_GONE, why);
  else
    lose_token (self);
}

static void
take_conversation (BatonDlClient *self,
                   BatonJsonNode  root)
{
  g_autofree char *id = baton_json_node_dup_member (root, "conversationId");
  g_autofree char *stream_url = baton_json_node_dup_member (root, "streamUrl");
  gboolean may_have_missed = self->catches_up && self->conversation_id != NULL;

  if (self->conversation_id == NULL)
    self->conversation_id = g_steal_pointer (&id);
  baton_dl_token_take (self->token, root);
  set_target (self);
  if (self->attempt == NULL)
    return;   /* a post that was cancelled told somebody who has closed us */

  if (stream_url == NULL || *stream_url == '\0' || self->deaf_streams >= DEAF_STREAMS) {
    poll_now (self);
  } else if (may_have_missed) {
    self->stream_url = g_steal_pointer (&stream_url);
    poll_now (self);
  } else {
    open_stream (self, stream_url);
  }
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  BatonDlClient *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_http_send_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (BatonDlClient) alive = NULL;
  g_autofree char *id = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  alive = g_object_ref (self);
  if (answer == NULL || !baton_http_answer_check (answer, &error)) {
    take_refusal (self, answer, error);
    return;
  }

  id = baton_json_node_dup_member (baton_http_answer_get_root (answer), "conversationId");
  if (self->conversation_id == NULL && (id == NULL || *id == '\0')) {
    g_debug ("an answer without a conversation id");
    lose (self, 0);
    return;
  }
  take_conversation (self, baton_http_answer_get_root (answer));
}

static GBytes *
format_start (BatonDlClient *self)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "user");
  baton_json_writer_begin_object (writer);
  if (self->user_id != NULL)
    baton_json_writer_add_string (writer, "id", self->user_id);
  if (self->user_name != NULL)
    baton_json_writer_add_string (writer, "name", self->user_name);
  baton_json_writer_end_object (writer);
  if (self->locale != NULL)
    baton_json_writer_add_string (writer, "locale", self->locale);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish (writer);
}

static void
connect_now (gpointer user_data)
{
  BatonDlClient *self = user_data;
  BatonHttpRequest request = { .bearer = baton_dl_token_get (self->token) };
  g_autoptr (GBytes) body = NULL;
  g_autofree char *url = NULL;

  if (self->conversation_id != NULL) {
    request.method = SOUP_METHOD_GET;
    url = build_url (self, NULL, TRUE);
    request.repeatable = TRUE;
  } else {
    request.method = SOUP_METHOD_POST;
    url = baton_http_build_url (self->base, "conversations", NULL);
    body = format_start (self);
  }
  request.url = url;
  request.body = body;

  self->attempt = g_cancellable_new ();
  baton_http_send_async (self->session, &request, self->attempt, connected_cb, self);
  set_state (self, BATON_DL_CONNECTING);
}

/* ---- the object ---- */

static void
baton_dl_client_get_property (GObject    *object,
                              guint       property_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  BatonDlClient *self = BATON_DL_CLIENT (object);

  if (property_id == PROP_STATE)
    g_value_set_enum (value, (int) self->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
baton_dl_client_dispose (GObject *object)
{
  BatonDlClient *self = BATON_DL_CLIENT (object);

  drop_connection (self);
  g_clear_pointer (&self->retry, baton_retry_free);
  g_clear_pointer (&self->token, baton_dl_token_free);
  G_OBJECT_CLASS (baton_dl_client_parent_class)->dispose (object);
}

static void
baton_dl_client_finalize (GObject *object)
{
  BatonDlClient *self = BATON_DL_CLIENT (object);

  g_clear_pointer (&self->outbox, baton_dl_outbox_free);
  g_clear_pointer (&self->seen, baton_dl_seen_free);
  g_clear_object (&self->session);
  g_clear_pointer (&self->base, g_free);
  g_clear_pointer (&self->user_id, g_free);
  g_clear_pointer (&self->user_name, g_free);
  g_clear_pointer (&self->locale, g_free);
  g_clear_pointer (&self->conversation_id, g_free);
  g_clear_pointer (&self->watermark, g_free);
  G_OBJECT_CLASS (baton_dl_client_parent_class)->finalize (object);
}

static void
baton_dl_client_class_init (BatonDlClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = baton_dl_client_get_property;
  object_class->dispose = baton_dl_client_dispose;
  object_class->finalize = baton_dl_client_finalize;

  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, BATON_TYPE_DL_STATE, BATON_DL_IDLE,
                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[ACTIVITIES] = g_signal_new ("activities", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
}

static void
baton_dl_client_init (BatonDlClient *self)
{
  self->session = baton_http_dup_session ();
  self->pace = BATON_PACE_DEFAULT;
  self->retry = baton_retry_new (&self->pace, connect_now, self);
  self->seen = baton_dl_seen_new (SEEN_WINDOW);
  self->outbox = baton_dl_outbox_new (self->session, post_refused_cb, self);
}

/**
 * baton_dl_client_new:
 * @base: address of the server's API, `.../v3/directline`
 * @token_or_secret: what it knows us by
 *
 * Returns: (transfer full): a client that does nothing until it is opened. It keeps trying until it is closed, so close
 *   it before dropping the last reference: a post under way holds one of its own.
 */
BatonDlClient *
baton_dl_client_new (const char *base,
                     const char *token_or_secret)
{
  BatonDlClient *self = g_object_new (BATON_TYPE_DL_CLIENT, NULL);

  self->base = g_strdup (base);
  self->token = baton_dl_token_new (self->session, base, token_or_secret, token_cb, self);
  return self;
}

/**
 * baton_dl_client_set_conversation_id:
 * @self: a client that is not open yet
 * @conversation_id: (nullable): the conversation to take up, %NULL to start one
 */
void
baton_dl_client_set_conversation_id (BatonDlClient *self,
                                     const char    *conversation_id)
{
  g_return_if_fail (BATON_IS_DL_CLIENT (self));
  g_return_if_fail (self->state == BATON_DL_IDLE);

  g_free (self->conversation_id);
  self->conversation_id = g_strdup (conversation_id);
}

/**
 * baton_dl_client_set_watermark:
 * @self: a client that is not open yet
 * @watermark: (nullable): what came up to here is known, %NULL for everything
 */
void
baton_dl_client_set_watermark (BatonDlClient *self,
                               const char    *watermark)
{
  g_return_if_fail (BATON_IS_DL_CLIENT (self));
  g_return_if_fail (self->state == BATON_DL_IDLE);

  g_free (self->watermark);
  self->watermark = g_strdup (watermark);
}

/**
 * baton_dl_client_set_user:
 * @self: a client that is not open yet
 * @id: (nullable): whom the conversation is started for
 * @name: (nullable): their name
 * @locale: (nullable): their language, BCP-47
 */
void
baton_dl_client_set_user (BatonDlClient *self,
                          const char    *id,
                          const char    *name,
                          const char    *locale)
{
  g_return_if_fail (BATON_IS_DL_CLIENT (self));
  g_return_if_fail (self->state == BATON_DL_IDLE);

  g_free (self->user_id);
  self->user_id = g_strdup (id);
  g_free (self->user_name);
  self->user_name = g_strdup (name);
  g_free (self->locale);
  self->locale = g_strdup (locale);
}

/**
 * baton_dl_client_set_token:
 * @self: a client
 * @token: a new one; posts that waited for it go out
 */
void
baton_dl_client_set_token (BatonDlClient *self,
                           const char    *token)
{
  g_return_if_fail (BATON_IS_DL_CLIENT (self));
  g_return_if_fail (token != NULL);

  baton_dl_token_replace (self->token, token);
  if (self->state == BATON_DL_ONLINE) {
    set_target (self);
  } else if (self->state == BATON_DL_EXPIRED || self->state == BATON_DL_WAITING || self->state == BATON_DL_CONNECTING) {
    drop_connection (self);
    baton_retry_stop (self->retry);
    connect_now (self);
  }
}

/**
 * baton_dl_client_set_pace:
 * @self: a client that is not open yet
 * @pace: how soon it tries again and gives up; copied
 */
void
baton_dl_client_set_pace (BatonDlClient   *self,
                          const BatonPace *pace)
{
  g_return_if_fail (BATON_IS_DL_CLIENT (self));
  g_return_if_fail (self->state == BATON_DL_IDLE);

  self->pace = *pace;
  baton_retry_set_pace (self->retry, pace);
  baton_dl_token_set_pace (self->token, pace);
}

/**
 * baton_dl_client_set_catches_up:
 * @self: a client that is not open yet
 * @catches_up: %TRUE if what was said while nobody listened is to be told by `activities` before the state becomes
 *   online: whoever posts then knows what has been said, and whether an earlier post of theirs has arrived
 */
void
baton_dl_client_set_catches_up (BatonDlClient *self,
                                gboolean       catches_up)
{
  g_return_if_fail (BATON_IS_DL_CLIENT (self));
  g_return_if_fail (self->state == BATON_DL_IDLE);

  self->catches_up = catches_up;
}

/**
 * baton_dl_client_set_repeatable:
 * @self: a client
 * @repeatable: %TRUE if a post that arrives twice with one `clientActivityID` counts once, so that it may go over a kept
 *   connection. Our relay does so; of a foreign server it is not known, and it is not the default
 */
void
baton_dl_client_set_repeatable (BatonDlClient *self,
                                gboolean       repeatable)
{
  g_return_if_fail (BATON_IS_DL_CLIENT (self));

  baton_dl_outbox_set_repeatable (self->outbox, repeatable);
}

/**
 * baton_dl_client_open:
 * @self: a client
 *
 * Starts the conversation or takes it up, and keeps at it. While it waits for its next try, it tries now.
 */
void
baton_dl_client_open (BatonDlClient *self)
{
  g_return_if_fail (BATON_IS_DL_CLIENT (self));

  if (self->state == BATON_DL_IDLE)
    connect_now (self);
  else if (self->state == BATON_DL_WAITING)
    baton_retry_hurry (self->retry);
}

/**
 * baton_dl_client_close:
 * @self: a client
 *
 * For good. What was to be posted fails with %G_IO_ERROR_CANCELLED; what was under way may have arrived.
 */
void
baton_dl_client_close (BatonDlClient *self)
{
  g_autoptr (GError) why = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the conversation was closed");

  g_return_if_fail (BATON_IS_DL_CLIENT (self));

  if (self->state != BATON_DL_CLOSED)
    stop (self, BATON_DL_CLOSED, why);
}

BatonDlState
baton_dl_client_get_state (BatonDlClient *self)
{
  return self->state;
}

gint64
baton_dl_client_get_retry_at (BatonDlClient *self)
{
  return baton_retry_get_at (self->retry);
}

const char *
baton_dl_client_get_conversation_id (BatonDlClient *self)
{
  return self->conversation_id;
}

const char *
baton_dl_client_get_watermark (BatonDlClient *self)
{
  return self->watermark;
}

const char *
baton_dl_client_get_token (BatonDlClient *self)
{
  return baton_dl_token_get (self->token);
}

/**
 * baton_dl_client_post_async:
 * @self: a client
 * @activity: (transfer none): sent as it is
 * @cancellable: (nullable): keeps a post that waits from being sent; one under way may still arrive
 * @callback: called once
 * @user_data: for @callback
 *
 * Posts go out in order, one after the other; they wait until the conversation has begun, and for a new token when the
 * old one has expired. A post refused with 429 is repeated once, after the seconds the server asked for.
 */
void
baton_dl_client_post_async (BatonDlClient       *self,
                            BatonActivity       *activity,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GBytes) body = NULL;
  GTask *task;

  g_return_if_fail (BATON_IS_DL_CLIENT (self));
  g_return_if_fail (BATON_IS_ACTIVITY (activity));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_dl_client_post_async);
  body = baton_activity_get_bytes (activity);
  baton_dl_outbox_push (self->outbox, task, body);
}

/**
 * baton_dl_client_post_finish:
 * @self: a client
 * @result: the result
 * @error: return location for a [error@Error]: %BATON_ERROR_UNCERTAIN may have arrived (look for its echo before sending
 *   it again), %BATON_ERROR_BUSY did not, %BATON_ERROR_GONE: the conversation takes no more
 *
 * Returns: (transfer full): the activity's id, "" where the server does not say it, or %NULL with @error set
 */
char *
baton_dl_client_post_finish (BatonDlClient  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
