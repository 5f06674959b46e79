/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-connector-wire.h"

#include <string.h>

#include "baton-error.h"
#include "baton-json-writer.h"

/* What the cloud's service gives a bot for its turn (protocol 1.8). */
#define PATIENCE_MS (15 * 1000)

#define TOKEN_SECONDS 3600
#define RENEW_SECONDS 600   /* before it expires */

struct _BatonConnectorWire {
  SoupSession           *session;
  char                  *url;
  char                  *secret;
  char                  *app_id;
  const BatonSigningKey *key;
  char                  *service_url;
  guint                  patience;
  char                  *token;        /* signed; %NULL: none yet */
  gint64                 token_until;  /* seconds since 1970 */
};

BatonConnectorWire *
baton_connector_wire_new (const BatonConnectorAccess *access)
{
  BatonConnectorWire *self = g_new0 (BatonConnectorWire, 1);

  self->session = baton_http_dup_session ();
  self->url = g_strdup (access->url);
  self->secret = g_strdup (access->secret);
  self->app_id = g_strdup (access->app_id);
  self->key = access->key;
  self->patience = PATIENCE_MS;
  return self;
}

void
baton_connector_wire_free (BatonConnectorWire *self)
{
  if (self == NULL)
    return;

  g_object_unref (self->session);
  g_free (self->url);
  g_free (self->secret);
  g_free (self->app_id);
  g_free (self->service_url);
  g_free (self->token);
  g_free (self);
}

void
baton_connector_wire_set_patience (BatonConnectorWire *self,
                                   guint               ms)
{
  self->patience = ms;
}

void
baton_connector_wire_set_service_url (BatonConnectorWire *self,
                                      const char         *url)
{
  g_free (self->service_url);
  self->service_url = g_strdup (url);
  g_clear_pointer (&self->token, g_free);
}

/* --- who we are --- */

static char *
sign_token (BatonConnectorWire *self,
            gint64              now)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *claims = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "iss", self->service_url);
  baton_json_writer_add_string (writer, "aud", self->app_id);
  baton_json_writer_add_string (writer, "serviceurl", self->service_url);
  baton_json_writer_add_int (writer, "nbf", now);
  baton_json_writer_add_int (writer, "exp", now + TOKEN_SECONDS);
  baton_json_writer_end_object (writer);
  claims = baton_json_writer_finish_text (writer);
  return baton_signing_key_sign (self->key, claims);
}

/* Returns: (nullable): for `Authorization` */
static const char *
get_bearer (BatonConnectorWire *self)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (self->app_id == NULL)
    return self->secret;

  if (self->token == NULL || now > self->token_until) {
    g_free (self->token);
    self->token = sign_token (self, now);
    self->token_until = now + TOKEN_SECONDS - RENEW_SECONDS;
  }
  return self->token;
}

/* --- posting --- */

typedef struct {
  GCancellable *sending;
  GSource      *cancel;     /* of the caller's; %NULL: none */
  guint         deadline;
} Post;

static void
post_free (gpointer data)
{
  Post *post = data;

  g_clear_handle_id (&post->deadline, g_source_remove);
  if (post->cancel != NULL)
    g_source_destroy (post->cancel);
  g_clear_pointer (&post->cancel, g_source_unref);
  g_object_unref (post->sending);
  g_free (post);
}

static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Post *post = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  BatonHttpAnswer *answer = baton_http_send_finish (SOUP_SESSION (source), result, &error);
  gboolean is_late = post->deadline == 0;

  g_clear_handle_id (&post->deadline, g_source_remove);
  if (answer != NULL)
    g_task_return_pointer (task, answer, (GDestroyNotify) baton_http_answer_free);
  else if (is_late && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_UNCERTAIN, "no answer in time");
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static gboolean
deadline_cb (gpointer user_data)
{
  Post *post = user_data;

  post->deadline = 0;
  g_cancellable_cancel (post->sending);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
  return G_SOURCE_REMOVE;
}

/**
 * baton_connector_wire_post_async:
 * @activity: as JSON
 * @cancellable: (nullable): a cancelled post may have arrived
 *
 * Finishing gives the answer, whatever its status, or an error: %BATON_ERROR_UNCERTAIN if the bot may have it, but did not
 * answer in time, or not at all; %BATON_ERROR_TOO_BIG if it answered with too much; any other if it never went out.
 *
 * The connection is kept, and a post may go out again if the bot had closed it meanwhile, without a word: it bears an id.
 */
void
baton_connector_wire_post_async (BatonConnectorWire  *self,
                                 GBytes              *activity,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Post *post = g_new0 (Post, 1);

  g_task_set_source_tag (task, baton_connector_wire_post_async);
  post->sending = g_cancellable_new ();
  g_task_set_task_data (task, post, post_free);
  if (cancellable != NULL) {
    post->cancel = g_cancellable_source_new (cancellable);
    g_source_set_callback (post->cancel, G_SOURCE_FUNC (cancelled_cb), post->sending, NULL);
    g_source_attach (post->cancel, g_task_get_context (task));
  }
  post->deadline = g_timeout_add (self->patience, deadline_cb, post);
  baton_http_send_async (self->session, &(BatonHttpRequest) {
    .method = "POST",
    .url = self->url,
    .bearer = get_bearer (self),
    .body = activity,
    .repeatable = TRUE,
  }, post->sending, posted_cb, g_steal_pointer (&task));
}

BatonHttpAnswer *
baton_connector_wire_post_finish (GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
