/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-outbox.h"

#include "baton-error.h"

#define LONGEST_WAIT_SECONDS 30   /* a server that wants more than this is told to the caller */

typedef struct {
  BatonDlOutbox     *outbox;
  GTask             *task;
  GSource           *cancel;        /* %NULL: cannot be cancelled */
  GBytes            *body;
  char              *content_type;
  char              *disposition;
  char              *client_id;
  BatonHttpProgress  progress;
  gpointer           progress_data;

  gboolean           has_waited;    /* once after a 429 */
  gboolean           was_refused;   /* once for its token */
  char              *echo_id;       /* the conversation has it under this id, whatever the answer says */
  GError            *doubt;         /* the answer, where that left open whether it arrived; %NULL: none */
} Post;

struct _BatonDlOutbox {
  SoupSession              *session;
  const BatonDlOutboxFuncs *funcs;
  gpointer                  user_data;

  GQueue                    posts;         /* of Post; the head is under way, waits for its echo, or is next */
  gboolean                  repeatable;
  guint                     patience_ms;   /* with a missing echo */
  gboolean                  hearing;
  char                     *url;           /* %NULL: hold */
  char                     *token;
  GCancellable             *cancellable;   /* of the request under way; %NULL: none */
  guint                     wait_id;       /* until a refused post may go out again */
  guint                     echo_id;       /* until its echo should have come */
  GError                   *ended;         /* why nothing is taken any more */
};

static void
post_free (Post *post)
{
  if (post->cancel != NULL)
    g_source_destroy (post->cancel);
  g_clear_pointer (&post->cancel, g_source_unref);
  g_object_unref (post->task);
  g_bytes_unref (post->body);
  g_free (post->content_type);
  g_free (post->disposition);
  g_free (post->client_id);
  g_free (post->echo_id);
  g_clear_error (&post->doubt);
  g_free (post);
}

static void pump (BatonDlOutbox *self);

/* ---- how a post ends ---- */

/* Whatever is under way for the head no longer matters. */
static void
leave_head (BatonDlOutbox *self)
{
  g_clear_handle_id (&self->wait_id, g_source_remove);
  g_clear_handle_id (&self->echo_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

/* Whoever is told may post more, or end us. */
static void
return_head (BatonDlOutbox *self,
             char          *id,      /* (transfer full) */
             GError        *error)   /* (transfer full) */
{
  Post *post = g_queue_pop_head (&self->posts);

  leave_head (self);
  if (error != NULL)
    g_task_return_error (post->task, error);
  else
    g_task_return_pointer (post->task, id, g_free);
  post_free (post);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  Post *post = user_data;
  BatonDlOutbox *self = post->outbox;
  g_autoptr (GTask) alive = g_object_ref (post->task);

  if (post == g_queue_peek_head (&self->posts))
    leave_head (self);
  g_queue_remove (&self->posts, post);
  g_task_return_error_if_cancelled (post->task);
  post_free (post);
  pump (self);
  return G_SOURCE_REMOVE;
}

/* ---- in doubt ---- */

static gboolean
no_echo_cb (gpointer user_data)
{
  BatonDlOutbox *self = user_data;

  self->echo_id = 0;
  self->funcs->look (self->user_data);
  return G_SOURCE_REMOVE;
}

/* The clock stands still while nothing could be heard. */
static void
await_echo (BatonDlOutbox *self)
{
  Post *head = g_queue_peek_head (&self->posts);

  g_clear_handle_id (&self->echo_id, g_source_remove);
  if (self->hearing && head != NULL && head->doubt != NULL)
    self->echo_id = g_timeout_add (self->patience_ms, no_echo_cb, self);
}

/* ---- sending ---- */

static gboolean
waited_cb (gpointer user_data)
{
  BatonDlOutbox *self = user_data;

  self->wait_id = 0;
  pump (self);
  return G_SOURCE_REMOVE;
}

/* Whether the head stays where it is, and if so sees to it. */
static gboolean
keep_head (BatonDlOutbox         *self,
           Post                  *post,
           const BatonHttpAnswer *answer,
           const GError          *error)
{
  if (error->code == BATON_ERROR_UNCERTAIN && post->client_id != NULL && !self->repeatable) {
    post->doubt = g_error_copy (error);
    await_echo (self);
    return TRUE;
  }
  if (answer == NULL)
    return FALSE;

  if (error->code == BATON_ERROR_BUSY && !post->has_waited && answer->retry_after <= LONGEST_WAIT_SECONDS) {
    post->has_waited = TRUE;
    /* Not g_timeout_add_seconds(): to wake the machine seldom it may come up to 250 ms too early. */
    self->wait_id = g_timeout_add (MAX (answer->retry_after, 1) * 1000, waited_cb, self);
    return TRUE;
  }
  if ((error->code == BATON_ERROR_EXPIRED || error->code == BATON_ERROR_UNAUTHENTICATED) && !post->was_refused) {
    post->was_refused = TRUE;
    g_clear_pointer (&self->url, g_free);
    self->funcs->refused (self->user_data);
    return TRUE;
  }
  return FALSE;
}

static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  BatonDlOutbox *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_http_send_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (GTask) alive = NULL;
  g_autofree char *id = NULL;
  Post *post;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;   /* ended, or the post was cancelled; @self may be gone */

  g_clear_object (&self->cancellable);
  post = g_queue_peek_head (&self->posts);
  alive = g_object_ref (post->task);
  if (answer != NULL && baton_http_answer_check (answer, &error)) {
    /* 204: taken, but the server does not say under which id. */
    id = baton_json_node_dup_member (baton_http_answer_get_root (answer), "id");
    return_head (self, id ? g_steal_pointer (&id) : g_strdup (""), NULL);
  } else if (post->echo_id != NULL) {
    return_head (self, g_steal_pointer (&post->echo_id), NULL);
  } else if (!keep_head (self, post, answer, error)) {
    return_head (self, NULL, g_steal_pointer (&error));
  } else {
    return;
  }
  pump (self);
}

static void
send_head (BatonDlOutbox *self,
           Post          *post)
{
  const BatonHttpRequest request = {
    .method = SOUP_METHOD_POST,
    .url = self->url,
    .bearer = self->token,
    .body = post->body,
    .content_type = post->content_type,
    .disposition = post->disposition,
    .repeatable = self->repeatable && post->client_id != NULL,
    .progress = post->progress,
    .progress_data = post->progress_data,
  };

  self->cancellable = g_cancellable_new ();
  baton_http_send_async (self->session, &request, self->cancellable, posted_cb, self);
}

static void
pump (BatonDlOutbox *self)
{
  Post *head = g_queue_peek_head (&self->posts);

  if (head == NULL || head->doubt != NULL || self->url == NULL || self->wait_id != 0 || self->cancellable != NULL)
    return;
  if (!g_cancellable_is_cancelled (g_task_get_cancellable (head->task)))   /* else it is about to leave */
    send_head (self, head);
}

/**
 * baton_dl_outbox_new:
 * @session: (transfer none): what to send with
 * @funcs: (transfer none): what it needs of its owner; has to stay
 * @user_data: for @funcs
 *
 * Returns: (transfer full): an outbox that holds what it is given until it has a target
 */
BatonDlOutbox *
baton_dl_outbox_new (SoupSession              *session,
                     const BatonDlOutboxFuncs *funcs,
                     gpointer                  user_data)
{
  BatonDlOutbox *self = g_new0 (BatonDlOutbox, 1);

  self->session = g_object_ref (session);
  self->funcs = funcs;
  self->user_data = user_data;
  self->patience_ms = BATON_PACE_DEFAULT.echo;
  g_queue_init (&self->posts);
  return self;
}

/**
 * baton_dl_outbox_free:
 * @self: an outbox without posts: its owner lives as long as there are any
 */
void
baton_dl_outbox_free (BatonDlOutbox *self)
{
  g_return_if_fail (g_queue_is_empty (&self->posts));

  g_clear_object (&self->cancellable);
  g_clear_error (&self->ended);
  g_object_unref (self->session);
  g_free (self->url);
  g_free (self->token);
  g_free (self);
}

/**
 * baton_dl_outbox_set_patience:
 * @self: an outbox
 * @milliseconds: how long an echo is waited for
 */
void
baton_dl_outbox_set_patience (BatonDlOutbox *self,
                              guint          milliseconds)
{
  self->patience_ms = milliseconds;
}

/**
 * baton_dl_outbox_set_repeatable:
 * @self: an outbox
 * @repeatable: whether the server knows a repeated `clientActivityID`; then doubt costs nothing, and whoever posted is
 *   told of it at once, to post it again
 */
void
baton_dl_outbox_set_repeatable (BatonDlOutbox *self,
                                gboolean       repeatable)
{
  self->repeatable = repeatable;
}

/**
 * baton_dl_outbox_set_target:
 * @self: an outbox
 * @url: (nullable): where to post, or %NULL to hold
 * @token: (nullable): with which token
 */
void
baton_dl_outbox_set_target (BatonDlOutbox *self,
                            const char    *url,
                            const char    *token)
{
  g_free (self->url);
  self->url = g_strdup (url);
  g_free (self->token);
  self->token = g_strdup (token);
  pump (self);
}

void
baton_dl_outbox_set_hearing (BatonDlOutbox *self,
                             gboolean       hearing)
{
  if (self->hearing == hearing)
    return;
  self->hearing = hearing;
  await_echo (self);
}

/**
 * baton_dl_outbox_hear:
 * @self: an outbox
 * @client_id: (nullable): `clientActivityID` of an activity that came in
 * @id: (nullable): its id
 *
 * Only ends the doubt about a post: one whose answer is still to come waits for that, since it tells that the bot's turn
 * is over.
 */
void
baton_dl_outbox_hear (BatonDlOutbox *self,
                      const char    *client_id,
                      const char    *id)
{
  Post *head = g_queue_peek_head (&self->posts);

  if (head == NULL || client_id == NULL || id == NULL || g_strcmp0 (head->client_id, client_id) != 0)
    return;
  if (head->doubt != NULL) {
    return_head (self, g_strdup (id), NULL);
    pump (self);
  } else {
    g_free (head->echo_id);
    head->echo_id = g_strdup (id);
  }
}

/**
 * baton_dl_outbox_give_up:
 * @self: an outbox
 *
 * The conversation was looked at: a post that is still in doubt fails, and may be posted again under the same id.
 */
void
baton_dl_outbox_give_up (BatonDlOutbox *self)
{
  Post *head = g_queue_peek_head (&self->posts);

  if (head == NULL || head->doubt == NULL || self->echo_id != 0)
    return;
  return_head (self, NULL, g_steal_pointer (&head->doubt));
  pump (self);
}

/**
 * baton_dl_outbox_push:
 * @self: an outbox
 * @task: (transfer full): returns the activity's id, "" where the server does not say it, or an error
 * @content: (transfer none): what to send
 *
 * Cancelled, a task returns at once; what was under way may still arrive.
 */
void
baton_dl_outbox_push (BatonDlOutbox     *self,
                      GTask             *task,
                      const BatonDlPost *content)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Post *post;

  if (self->ended != NULL) {
    g_task_return_error (task, g_error_copy (self->ended));
    g_object_unref (task);
    return;
  }
  post = g_new0 (Post, 1);
  post->outbox = self;
  post->task = task;
  post->body = g_bytes_ref (content->body);
  post->content_type = g_strdup (content->content_type);
  post->disposition = g_strdup (content->disposition);
  post->client_id = g_strdup (content->client_id);
  post->progress = content->progress;
  post->progress_data = content->progress_data;
  if (cancellable != NULL) {
    post->cancel = g_cancellable_source_new (cancellable);
    g_source_set_callback (post->cancel, G_SOURCE_FUNC (cancelled_cb), post, NULL);
    g_source_attach (post->cancel, g_task_get_context (task));
  }
  g_queue_push_tail (&self->posts, post);
  pump (self);
}

/**
 * baton_dl_outbox_end:
 * @self: an outbox
 * @why: what every post in it, and every later one, is answered with
 */
void
baton_dl_outbox_end (BatonDlOutbox *self,
                     const GError  *why)
{
  GQueue posts = self->posts;
  Post *post;

  g_queue_init (&self->posts);
  g_clear_error (&self->ended);
  self->ended = g_error_copy (why);
  leave_head (self);

  while ((post = g_queue_pop_head (&posts)) != NULL) {
    g_task_return_error (post->task, g_error_copy (why));
    post_free (post);
  }
}
