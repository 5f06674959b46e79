/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-outbox.h"

#include "baton-error.h"
#include "baton-http.h"

#define LONGEST_WAIT_SECONDS 30   /* a server that wants more than this is told to the caller */

typedef struct {
  GTask    *task;
  GBytes   *body;
  gboolean  has_waited;    /* once after a 429 */
  gboolean  was_refused;   /* once for its token */
} Post;

struct _BatonDlOutbox {
  SoupSession       *session;
  BatonDlOutboxFunc  refused;
  gpointer           user_data;

  GQueue             posts;         /* of Post; the head is under way or next */
  gboolean           repeatable;
  char              *url;           /* %NULL: hold */
  char              *token;
  GCancellable      *cancellable;   /* of the request under way; %NULL: none */
  guint              wait_id;
  GError            *ended;         /* why nothing is taken any more */
};

static void
post_free (Post *post)
{
  g_object_unref (post->task);
  g_bytes_unref (post->body);
  g_free (post);
}

static void pump (BatonDlOutbox *self);

static gboolean
waited_cb (gpointer user_data)
{
  BatonDlOutbox *self = user_data;

  self->wait_id = 0;
  pump (self);
  return G_SOURCE_REMOVE;
}

/* Whether the head is to be tried again later, and if so sees to it. */
static gboolean
keep_for_later (BatonDlOutbox         *self,
                Post                  *post,
                const BatonHttpAnswer *answer,
                const GError          *error)
{
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
    self->refused (self->user_data);
    return TRUE;
  }
  return FALSE;
}

static void
return_head (BatonDlOutbox         *self,
             const BatonHttpAnswer *answer,
             GError                *error)
{
  Post *post = g_queue_pop_head (&self->posts);
  char *id;

  if (error != NULL) {
    g_task_return_error (post->task, error);
  } else {
    /* 204: taken, but the server does not say under which id. */
    id = baton_json_node_dup_member (baton_http_answer_get_root (answer), "id");
    g_task_return_pointer (post->task, id ? id : g_strdup (""), g_free);
  }
  post_free (post);
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
  Post *post;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;   /* ended; @self may be gone */

  g_clear_object (&self->cancellable);
  post = g_queue_peek_head (&self->posts);
  alive = g_object_ref (post->task);
  if ((answer == NULL || !baton_http_answer_check (answer, &error)) && keep_for_later (self, post, answer, error))
    return;
  return_head (self, answer, g_steal_pointer (&error));
  pump (self);
}

static void
pump (BatonDlOutbox *self)
{
  BatonHttpRequest request = { .method = SOUP_METHOD_POST, .repeatable = self->repeatable };
  Post *post;

  while ((post = g_queue_peek_head (&self->posts)) != NULL && self->url != NULL && self->wait_id == 0
         && self->cancellable == NULL) {
    if (g_task_return_error_if_cancelled (post->task)) {
      post_free (g_queue_pop_head (&self->posts));
      continue;
    }
    self->cancellable = g_cancellable_new ();
    request.url = self->url;
    request.bearer = self->token;
    request.body = post->body;
    baton_http_send_async (self->session, &request, self->cancellable, posted_cb, self);
  }
}

/**
 * baton_dl_outbox_new:
 * @session: (transfer none): what to send with
 * @refused: called when the token is no longer good
 * @user_data: for @refused
 *
 * Returns: (transfer full): an outbox that holds what it is given until it has a target
 */
BatonDlOutbox *
baton_dl_outbox_new (SoupSession       *session,
                     BatonDlOutboxFunc  refused,
                     gpointer           user_data)
{
  BatonDlOutbox *self = g_new0 (BatonDlOutbox, 1);

  self->session = g_object_ref (session);
  self->refused = refused;
  self->user_data = user_data;
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
 * baton_dl_outbox_set_repeatable:
 * @self: an outbox
 * @repeatable: whether the server knows a repeated `clientActivityID`
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

/**
 * baton_dl_outbox_push:
 * @self: an outbox
 * @task: (transfer full): returns the activity's id, "" where the server does not say it, or an error
 * @body: (transfer none): the activity
 *
 * A cancelled task is not sent any more; one under way may still arrive.
 */
void
baton_dl_outbox_push (BatonDlOutbox *self,
                      GTask         *task,
                      GBytes        *body)
{
  Post *post;

  if (self->ended != NULL) {
    g_task_return_error (task, g_error_copy (self->ended));
    g_object_unref (task);
    return;
  }
  post = g_new0 (Post, 1);
  post->task = task;
  post->body = g_bytes_ref (body);
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
  g_clear_handle_id (&self->wait_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);

  while ((post = g_queue_pop_head (&posts)) != NULL) {
    g_task_return_error (post->task, g_error_copy (why));
    post_free (post);
  }
}
