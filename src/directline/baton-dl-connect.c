/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-client-private.h"

#include "baton-error.h"
#include "baton-json-writer.h"

/* ---- losing it ---- */

void
baton_dl_client_drop (BatonDlClient *self)
{
  baton_dl_client_stop_receiving (self);
  g_cancellable_cancel (self->attempt);
  g_clear_object (&self->attempt);
}

void
baton_dl_client_lose (BatonDlClient *self,
                      guint          retry_after_seconds)
{
  baton_dl_client_drop (self);
  baton_retry_schedule (self->retry, retry_after_seconds * 1000);
  baton_dl_client_set_state (self, BATON_DL_WAITING);
}

/* Nothing more comes from this conversation, and nothing more can be posted to it. */
void
baton_dl_client_stop (BatonDlClient *self,
                      BatonDlState   state,
                      const GError  *why)
{
  g_autoptr (BatonDlClient) alive = g_object_ref (self);

  baton_dl_client_drop (self);
  g_cancellable_cancel (self->look);
  g_clear_object (&self->look);
  baton_retry_stop (self->retry);
  baton_dl_token_stop (self->token);
  baton_dl_client_set_state (self, state);
  baton_dl_outbox_end (self->outbox, why);
  baton_dl_outbox_end (self->uploads, why);
}

static void
hold_posts (BatonDlClient *self)
{
  baton_dl_outbox_set_target (self->outbox, NULL, NULL);
  baton_dl_outbox_set_target (self->uploads, NULL, NULL);
}

static void
expire (BatonDlClient *self)
{
  baton_dl_client_drop (self);
  baton_retry_cancel (self->retry);
  baton_dl_client_set_state (self, BATON_DL_EXPIRED);
}

/* Whether another token can be had without anybody's help. */
gboolean
baton_dl_client_can_renew (BatonDlClient *self)
{
  return self->issue != NULL || baton_dl_token_has_origin (self->token);
}

/* The next try, after a pause that grows, asks with what the token was made from, or asks the issuer: nobody is to be
 * asked without a pause for tokens that are refused at once. */
void
baton_dl_client_lose_token (BatonDlClient *self)
{
  hold_posts (self);
  if (baton_dl_token_fall_back (self->token)) {
    baton_dl_client_lose (self, 0);
  } else if (self->issue != NULL) {
    self->needs_token = TRUE;
    baton_dl_client_lose (self, 0);
  } else {
    expire (self);
  }
}

/* What a request of the connection (not a post) was refused with. */
void
baton_dl_client_take_refusal (BatonDlClient         *self,
                              const BatonHttpAnswer *answer,
                              const GError          *error)
{
  g_debug ("conversation %.8s: %s", self->conversation_id ? self->conversation_id : "-", error->message);

  switch ((BatonError) error->code) {
  case BATON_ERROR_EXPIRED:
  case BATON_ERROR_REFUSED:
  case BATON_ERROR_UNAUTHENTICATED:
    baton_dl_client_lose_token (self);
    break;
  case BATON_ERROR_GONE:
    baton_dl_client_stop (self, BATON_DL_GONE, error);
    break;
  case BATON_ERROR_INVALID:
    /* A watermark this server cannot read: it replays everything, and what is known is dropped by id. */
    g_clear_pointer (&self->watermark, g_free);
    baton_dl_client_lose (self, 0);
    break;
  default:
    baton_dl_client_lose (self, answer ? answer->retry_after : 0);
    break;
  }
}

/* ---- tokens ---- */

static char *
build_upload_url (BatonDlClient *self)
{
  g_autofree char *url = baton_dl_client_build_url (self, "upload", FALSE);
  g_autofree char *user = g_uri_escape_string (self->user_id ? self->user_id : "", NULL, FALSE);

  return g_strconcat (url, "?userId=", user, NULL);
}

void
baton_dl_client_set_target (BatonDlClient *self)
{
  g_autofree char *url = baton_dl_client_build_url (self, "activities", FALSE);
  g_autofree char *upload_url = build_upload_url (self);

  baton_dl_outbox_set_target (self->outbox, url, baton_dl_token_get (self->token));
  baton_dl_outbox_set_target (self->uploads, upload_url, baton_dl_token_get (self->token));
}

void
baton_dl_client_take_token (const GError *why,
                            gpointer      user_data)
{
  BatonDlClient *self = user_data;

  if (why == NULL)
    baton_dl_client_set_target (self);
  else if (why->code == BATON_ERROR_GONE)
    baton_dl_client_stop (self, BATON_DL_GONE, why);
  else
    baton_dl_client_lose_token (self);
}

static void reach (BatonDlClient *self);

static void
take_pass (BatonDlClient     *self,
           const BatonDlPass *pass)
{
  self->needs_token = FALSE;
  baton_dl_token_replace (self->token, pass->token);
  if (pass->expires_in > 0)
    baton_dl_token_set_life (self->token, pass->expires_in);
  if (pass->stream_url == NULL || *pass->stream_url == '\0' || self->conversation_id == NULL) {
    reach (self);
    return;
  }
  baton_dl_client_set_target (self);
  if (self->attempt != NULL)
    baton_dl_client_follow (self, pass->stream_url, TRUE);
}

static void
issued_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (BatonDlClient) self = g_object_ref (BATON_DL_CLIENT (source));
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDlPass) pass = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (pass != NULL) {
    take_pass (self, pass);
    return;
  }

  g_debug ("conversation %.8s: no token: %s", self->conversation_id ? self->conversation_id : "-", error->message);
  if (g_error_matches (error, BATON_ERROR, BATON_ERROR_GONE))
    baton_dl_client_stop (self, BATON_DL_GONE, error);
  else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_BUSY)
           || g_error_matches (error, BATON_ERROR, BATON_ERROR_UNCERTAIN))
    baton_dl_client_lose (self, 0);
  else
    expire (self);
}

/* ---- connecting ---- */

static void
take_conversation (BatonDlClient *self,
                   BatonJsonNode  root)
{
  g_autofree char *id = baton_json_node_dup_member (root, "conversationId");
  g_autofree char *stream_url = baton_json_node_dup_member (root, "streamUrl");
  gboolean may_have_missed = self->conversation_id != NULL;

  if (self->conversation_id == NULL)
    self->conversation_id = g_steal_pointer (&id);
  baton_dl_token_take (self->token, root);
  baton_dl_client_set_target (self);
  if (self->attempt != NULL)   /* else a post that was cancelled told somebody who has closed us */
    baton_dl_client_follow (self, stream_url, may_have_missed);
}

static void
reached_cb (GObject      *source,
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
    baton_dl_client_take_refusal (self, answer, error);
    return;
  }

  id = baton_json_node_dup_member (baton_http_answer_get_root (answer), "conversationId");
  if (self->conversation_id == NULL && (id == NULL || *id == '\0')) {
    g_debug ("an answer without a conversation id");
    baton_dl_client_lose (self, 0);
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

/* Starts the conversation, or takes it up. */
static void
reach (BatonDlClient *self)
{
  BatonHttpRequest request = { .bearer = baton_dl_token_get (self->token) };
  g_autoptr (GBytes) body = NULL;
  g_autofree char *url = NULL;

  if (self->conversation_id != NULL) {
    request.method = SOUP_METHOD_GET;
    url = baton_dl_client_build_url (self, NULL, TRUE);
    request.repeatable = TRUE;
  } else {
    request.method = SOUP_METHOD_POST;
    url = baton_http_build_url (self->base, "conversations", NULL);
    body = format_start (self);
  }
  request.url = url;
  request.body = body;
  baton_http_send_async (self->session, &request, self->attempt, reached_cb, self);
}

/**
 * baton_dl_client_connect:
 * @user_data: a client without an attempt under way
 *
 * A token whose life is over is not even tried where another can be had: after a long sleep nothing else is to be
 * expected (protocol 6.1).
 */
void
baton_dl_client_connect (gpointer user_data)
{
  BatonDlClient *self = user_data;

  if (baton_dl_token_is_over (self->token) && !baton_dl_token_fall_back (self->token) && self->issue != NULL)
    self->needs_token = TRUE;

  self->attempt = g_cancellable_new ();
  if (self->needs_token)
    self->issue (self, g_task_new (self, self->attempt, issued_cb, NULL), self->issue_data);
  else
    reach (self);
  if (self->attempt != NULL)
    baton_dl_client_set_state (self, BATON_DL_CONNECTING);
}
