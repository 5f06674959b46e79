/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-client-private.h"
#include "baton-dl-parcel.h"
#include "baton-error.h"

#define SEEN_WINDOW 10000
#define LIVESTREAM_WINDOW 100
#define LONGEST_MESSAGE_LIMIT (16 * 1024 * 1024)

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

/* ---- for the other files ---- */

void
baton_dl_client_set_state (BatonDlClient *self,
                           BatonDlState   state)
{
  if (self->state == state)
    return;
  self->state = state;
  baton_dl_outbox_set_hearing (self->outbox, state == BATON_DL_ONLINE);
  baton_dl_outbox_set_hearing (self->uploads, state == BATON_DL_ONLINE);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

void
baton_dl_client_emit_activities (BatonDlClient *self,
                                 GPtrArray     *activities)
{
  g_signal_emit (self, signals[ACTIVITIES], 0, activities);
}

char *
baton_dl_client_build_url (BatonDlClient *self,
                           const char    *tail,
                           gboolean       with_watermark)
{
  g_autofree char *url = baton_http_build_url (self->base, "conversations", self->conversation_id, tail, NULL);
  g_autofree char *watermark = g_uri_escape_string (self->watermark ? self->watermark : "", NULL, FALSE);

  return with_watermark ? g_strconcat (url, "?watermark=", watermark, NULL) : g_steal_pointer (&url);
}

static void
refused_cb (gpointer user_data)
{
  baton_dl_client_lose_token (user_data);
}

static const BatonDlOutboxFuncs outbox_funcs = { refused_cb, baton_dl_client_look };

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

  baton_dl_client_drop (self);
  g_cancellable_cancel (self->look);
  g_clear_object (&self->look);
  g_clear_pointer (&self->retry, baton_retry_free);
  g_clear_pointer (&self->token, baton_dl_token_free);
  G_OBJECT_CLASS (baton_dl_client_parent_class)->dispose (object);
}

static void
baton_dl_client_finalize (GObject *object)
{
  BatonDlClient *self = BATON_DL_CLIENT (object);

  g_clear_pointer (&self->outbox, baton_dl_outbox_free);
  g_clear_pointer (&self->uploads, baton_dl_outbox_free);
  g_clear_pointer (&self->livestream, baton_dl_livestream_free);
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
  self->retry = baton_retry_new (&self->pace, baton_dl_client_connect, self);
  self->seen = baton_dl_seen_new (SEEN_WINDOW);
  self->livestream = baton_dl_livestream_new (LIVESTREAM_WINDOW);
  self->outbox = baton_dl_outbox_new (self->session, &outbox_funcs, self);
  self->uploads = baton_dl_outbox_new (self->session, &outbox_funcs, self);
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
  self->token = baton_dl_token_new (self->session, base, token_or_secret, baton_dl_client_take_token, self);
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
  gboolean was_refused = self->state == BATON_DL_EXPIRED && self->is_untried;

  g_return_if_fail (BATON_IS_DL_CLIENT (self));
  g_return_if_fail (token != NULL);

  baton_dl_token_replace (self->token, token);
  self->needs_token = FALSE;
  self->is_untried = self->state != BATON_DL_ONLINE;
  if (self->state == BATON_DL_ONLINE) {
    baton_dl_client_set_target (self);
  } else if (was_refused) {
    baton_dl_client_lose (self, 0);   /* and so was the one before: not without a pause */
  } else if (self->state == BATON_DL_EXPIRED || self->state == BATON_DL_WAITING || self->state == BATON_DL_CONNECTING) {
    baton_dl_client_drop (self);
    baton_retry_stop (self->retry);
    baton_dl_client_connect (self);
  }
}

void
baton_dl_pass_free (BatonDlPass *self)
{
  g_free (self->token);
  g_free (self->stream_url);
  g_free (self);
}

/**
 * baton_dl_client_set_issuer:
 * @self: a client that is not open yet
 * @issue: (nullable): asks whoever may make tokens for another one
 * @user_data: for @issue
 *
 * Without an issuer a token that is refused or has run out makes the client %BATON_DL_EXPIRED, unless it was made from a
 * secret of ours. With one the issuer is asked first, again and again with growing pauses while it cannot be reached;
 * only when it refuses, too, the client expires.
 */
void
baton_dl_client_set_issuer (BatonDlClient    *self,
                            BatonDlIssueFunc  issue,
                            gpointer          user_data)
{
  g_return_if_fail (BATON_IS_DL_CLIENT (self));
  g_return_if_fail (self->state == BATON_DL_IDLE);

  self->issue = issue;
  self->issue_data = user_data;
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
  baton_dl_outbox_set_patience (self->outbox, pace->echo);
  baton_dl_outbox_set_patience (self->uploads, pace->echo);
}

/**
 * baton_dl_client_set_message_limit:
 * @self: a client that is not open yet
 * @bytes: the longest frame that is taken, 2 MiB unless set, at most 16 MiB; what is longer comes by polling, up to
 *   16 MiB
 */
void
baton_dl_client_set_message_limit (BatonDlClient *self,
                                   gsize          bytes)
{
  g_return_if_fail (BATON_IS_DL_CLIENT (self));
  g_return_if_fail (self->state == BATON_DL_IDLE);
  g_return_if_fail (bytes > 0 && bytes <= LONGEST_MESSAGE_LIMIT);

  self->message_limit = bytes;
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
 * @repeatable: %TRUE if a post that arrives twice with one `clientActivityID` counts once. Our relay does so: whoever
 *   posts is told at once of a post in doubt, and repeats it. Of a foreign server it is not known, and it is not the
 *   default: there a post in doubt waits for its echo
 */
void
baton_dl_client_set_repeatable (BatonDlClient *self,
                                gboolean       repeatable)
{
  g_return_if_fail (BATON_IS_DL_CLIENT (self));

  self->repeatable = repeatable;
  baton_dl_outbox_set_repeatable (self->outbox, repeatable);
  baton_dl_outbox_set_repeatable (self->uploads, repeatable);
}

gboolean
baton_dl_client_is_repeatable (BatonDlClient *self)
{
  return self->repeatable;
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
    baton_dl_client_connect (self);
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
    baton_dl_client_stop (self, BATON_DL_CLOSED, why);
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
 * @cancellable: (nullable): returns at once; a post under way may still arrive
 * @callback: called once
 * @user_data: for @callback
 *
 * Posts go out in order, one after the other; they wait until the conversation has begun, and for a new token when the
 * old one has expired. A post refused with 429 is repeated once, after the seconds the server asked for. One that may have
 * arrived waits for its echo (see baton_dl_client_set_repeatable()).
 */
void
baton_dl_client_post_async (BatonDlClient       *self,
                            BatonActivity       *activity,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  BatonDlPost post = { NULL };
  g_autoptr (GBytes) body = NULL;
  GTask *task;

  g_return_if_fail (BATON_IS_DL_CLIENT (self));
  g_return_if_fail (BATON_IS_ACTIVITY (activity));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_dl_client_post_async);
  body = baton_activity_get_bytes (activity);
  post.body = body;
  post.client_id = baton_activity_get_client_id (activity);
  baton_dl_outbox_push (self->outbox, task, &post);
}

/**
 * baton_dl_client_post_finish:
 * @self: a client
 * @result: the result
 * @error: return location for a [error@Error]: %BATON_ERROR_UNCERTAIN may have arrived, although no echo has come; it may
 *   be posted again with the same `clientActivityID`; %BATON_ERROR_BUSY did not arrive, %BATON_ERROR_GONE: the
 *   conversation takes no more
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

/* ---- uploads ---- */

typedef struct {
  char                *client_id;
  BatonDlProgressFunc  progress;
  gpointer             progress_data;
} Upload;

static void
upload_free (Upload *upload)
{
  g_free (upload->client_id);
  g_free (upload);
}

static void
files_read_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  BatonDlClient *self = g_task_get_source_object (task);
  Upload *upload = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDlParcel) made = baton_dl_parcel_read_finish (result, &error);
  BatonDlPost post = { NULL };

  if (made == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  post.body = made->body;
  post.content_type = made->content_type;
  post.disposition = made->disposition;
  post.client_id = upload->client_id;
  post.progress = upload->progress;
  post.progress_data = upload->progress_data;
  baton_dl_outbox_push (self->uploads, g_steal_pointer (&task), &post);
}

/**
 * baton_dl_client_upload_async:
 * @self: a client whose user is known, see baton_dl_client_set_user()
 * @activity: (nullable): the message the files belong to; with a `clientActivityID` its echo is known
 * @files: (element-type BatonDlEnclosure) (transfer none): at least one; read now, if they are on disk
 * @progress: (nullable): told how much has gone out, never after @callback
 * @progress_data: for @progress
 * @cancellable: (nullable): stops it where it is
 * @callback: called once
 * @user_data: for @callback
 *
 * Uploads go out in order, one after the other, beside the posts. Everything else is as with those.
 */
void
baton_dl_client_upload_async (BatonDlClient       *self,
                              BatonActivity       *activity,
                              GPtrArray           *files,
                              BatonDlProgressFunc  progress,
                              gpointer             progress_data,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  Upload *upload;
  GTask *task;

  g_return_if_fail (BATON_IS_DL_CLIENT (self));
  g_return_if_fail (self->user_id != NULL);
  g_return_if_fail (activity == NULL || BATON_IS_ACTIVITY (activity));
  g_return_if_fail (files != NULL && files->len > 0);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  upload = g_new0 (Upload, 1);
  upload->client_id = activity ? g_strdup (baton_activity_get_client_id (activity)) : NULL;
  upload->progress = progress;
  upload->progress_data = progress_data;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_dl_client_upload_async);
  g_task_set_task_data (task, upload, (GDestroyNotify) upload_free);
  baton_dl_parcel_read_async (activity, files, cancellable, files_read_cb, task);
}

/**
 * baton_dl_client_upload_finish:
 * @self: a client
 * @result: the result
 * @error: return location for a [error@Error]: as for baton_dl_client_post_finish(), and %BATON_ERROR_TOO_BIG,
 *   %BATON_ERROR_FAILED a file could not be read
 *
 * Returns: (transfer full): the activity's id, "" where the server does not say it, or %NULL with @error set
 */
char *
baton_dl_client_upload_finish (BatonDlClient  *self,
                               GAsyncResult   *result,
                               GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
