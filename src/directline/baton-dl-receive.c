/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-client-private.h"

#include "baton-error.h"

#define FAILED_STREAMS 3   /* in a row: then poll (protocol 6.5) */

/* ---- what comes in ---- */

static GPtrArray *
pick_fresh (BatonDlClient *self,
            GPtrArray     *all)
{
  GPtrArray *fresh = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < all->len; i++) {
    BatonActivity *activity = g_ptr_array_index (all, i);

    if (baton_dl_livestream_add (self->livestream, activity) && baton_dl_seen_add (self->seen, activity))
      g_ptr_array_add (fresh, g_object_ref (activity));
  }
  return fresh;
}

/* A post in doubt ends with its echo, once whoever listens knows of it. */
static void
tell_outboxes (BatonDlClient *self,
               GPtrArray     *fresh)
{
  for (guint i = 0; i < fresh->len; i++) {
    BatonActivity *activity = g_ptr_array_index (fresh, i);
    const char *client_id = baton_activity_get_client_id (activity);
    const char *id = baton_activity_get_id (activity);

    baton_dl_outbox_hear (self->outbox, client_id, id);
    baton_dl_outbox_hear (self->uploads, client_id, id);
  }
}

/* Where a stream and a GET overlap, what comes later may have been cut off earlier: a set of nothing but repeats must not
 * move the watermark back. Watermarks cannot be compared, so it is the activities that tell. */
static gboolean
moves_watermark (BatonDlClient *self,
                 GPtrArray     *all,
                 GPtrArray     *fresh)
{
  return fresh->len > 0 || all->len == 0 || self->watermark == NULL || self->socket == NULL;
}

/* Returns: whether there may be more behind it, be it all known (protocol 1.7). Where the watermark stands still it would
 * only be the same again. */
static gboolean
take_set (BatonDlClient *self,
          GBytes        *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *watermark = NULL;
  g_autoptr (GPtrArray) all = baton_activity_set_parse (bytes, &BATON_JSON_LIMITS_BOT, &watermark, &error);
  g_autoptr (GPtrArray) fresh = NULL;
  gboolean moved;

  if (all == NULL) {
    g_debug ("conversation %.8s: a set of %" G_GSIZE_FORMAT " bytes left out: %s", self->conversation_id,
             g_bytes_get_size (bytes), error->message);
    return FALSE;
  }

  fresh = pick_fresh (self, all);
  moved = watermark != NULL && g_strcmp0 (watermark, self->watermark) != 0 && moves_watermark (self, all, fresh);
  if (moved) {
    g_free (self->watermark);
    self->watermark = g_steal_pointer (&watermark);
  }
  if (fresh->len > 0)
    baton_dl_client_emit_activities (self, fresh);
  tell_outboxes (self, fresh);
  return moved && all->len > 0;
}

static void
go_online (BatonDlClient *self)
{
  self->is_untried = FALSE;
  baton_retry_connected (self->retry);
  baton_dl_client_set_state (self, BATON_DL_ONLINE);
}

/* ---- the stream ---- */

static void try_stream_later (BatonDlClient *self);

static void
stop_polling (BatonDlClient *self)
{
  self->polls = FALSE;
  g_cancellable_cancel (self->attempt);
  g_clear_object (&self->attempt);
  g_clear_handle_id (&self->poll_id, g_source_remove);
}

static void
drop_socket (BatonDlClient *self)
{
  if (self->socket != NULL) {
    g_signal_handlers_disconnect_by_data (self->socket, self);
    baton_socket_close (self->socket);
  }
  g_clear_object (&self->socket);
}

static void
socket_message_cb (BatonSocket *socket,
                   GBytes      *bytes,
                   gpointer     user_data)
{
  g_autoptr (BatonDlClient) self = g_object_ref (user_data);

  take_set (self, bytes);
}

/* Only a frame proves that the stream is worth more than polling. */
static void
socket_heard_cb (BatonSocket *socket,
                 gpointer     user_data)
{
  BatonDlClient *self = user_data;

  if (!self->polls)
    return;
  stop_polling (self);
  go_online (self);
}

static void
socket_opened_cb (BatonSocket *socket,
                  gpointer     user_data)
{
  BatonDlClient *self = user_data;

  if (!self->polls)
    go_online (self);
}

static void
socket_closed_cb (BatonSocket  *socket,
                  const GError *why,
                  gpointer      user_data)
{
  BatonDlClient *self = user_data;

  g_debug ("conversation %.8s: %s", self->conversation_id, why->message);
  self->failed_streams = baton_socket_has_worked (socket) ? 0 : self->failed_streams + 1;
  if (self->polls) {
    drop_socket (self);
    try_stream_later (self);
  } else {
    baton_dl_client_lose (self, 0);
  }
}

static void
open_stream (BatonDlClient *self,
             const char    *url)
{
  self->socket = baton_socket_new (self->pace.silence);
  if (self->message_limit != 0)
    baton_socket_set_message_limit (self->socket, self->message_limit);
  g_signal_connect (self->socket, "opened", G_CALLBACK (socket_opened_cb), self);
  g_signal_connect (self->socket, "heard", G_CALLBACK (socket_heard_cb), self);
  g_signal_connect (self->socket, "message", G_CALLBACK (socket_message_cb), self);
  g_signal_connect (self->socket, "closed", G_CALLBACK (socket_closed_cb), self);
  baton_socket_open (self->socket, url, NULL);
}

/* ---- back from polling to a stream ---- */

/* Whatever is wrong here the next poll finds out, too, and acts on it. */
static void
stream_offered_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  BatonDlClient *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_http_send_finish (SOUP_SESSION (source), result, &error);
  g_autofree char *url = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->again);
  if (answer == NULL || !baton_http_answer_check (answer, &error)) {
    try_stream_later (self);
    return;
  }

  baton_dl_token_take (self->token, baton_http_answer_get_root (answer));
  baton_dl_client_set_target (self);
  url = baton_json_node_dup_member (baton_http_answer_get_root (answer), "streamUrl");
  if (url == NULL || *url == '\0')
    try_stream_later (self);
  else
    open_stream (self, url);
}

static gboolean
try_stream_cb (gpointer user_data)
{
  BatonDlClient *self = user_data;
  g_autofree char *url = baton_dl_client_build_url (self, NULL, TRUE);
  const BatonHttpRequest request = {
    .method = SOUP_METHOD_GET, .url = url, .bearer = baton_dl_token_get (self->token), .repeatable = TRUE,
  };

  self->again_id = 0;
  self->again = g_cancellable_new ();
  baton_http_send_async (self->session, &request, self->again, stream_offered_cb, self);
  return G_SOURCE_REMOVE;
}

static void
try_stream_later (BatonDlClient *self)
{
  g_clear_handle_id (&self->again_id, g_source_remove);
  if (self->pace.stream_again > 0)
    self->again_id = g_timeout_add (self->pace.stream_again, try_stream_cb, self);
}

/* ---- polling, where there is no stream or before it ---- */

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
    baton_dl_client_take_refusal (self, answer, error);
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
send_poll (BatonDlClient       *self,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback)
{
  g_autofree char *url = baton_dl_client_build_url (self, "activities", TRUE);
  const BatonHttpRequest request = {
    .method = SOUP_METHOD_GET, .url = url, .bearer = baton_dl_token_get (self->token), .repeatable = TRUE,
  };

  baton_http_send_async (self->session, &request, cancellable, callback, self);
}

static void
poll_now (BatonDlClient *self)
{
  if (baton_dl_token_is_over (self->token) && baton_dl_client_can_renew (self))
    baton_dl_client_lose_token (self);
  else
    send_poll (self, self->attempt, polled_cb);
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  BatonDlClient *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_http_send_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (BatonDlClient) alive = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  alive = g_object_ref (self);
  g_clear_object (&self->look);
  if (answer != NULL && baton_http_answer_check (answer, &error) && answer->json != NULL)
    take_set (self, baton_json_get_bytes (answer->json));
  baton_dl_outbox_give_up (self->outbox);
  baton_dl_outbox_give_up (self->uploads);
}

/* A stream may be silent while GET has what was said (protocol 6.5): before a post counts as not arrived, look there. */
void
baton_dl_client_look (gpointer user_data)
{
  BatonDlClient *self = user_data;

  if (self->look != NULL)
    return;
  self->look = g_cancellable_new ();
  send_poll (self, self->look, looked_cb);
}

/* ---- from outside ---- */

/**
 * baton_dl_client_follow:
 * @self: a client that has a conversation, and an attempt under way
 * @stream_url: (nullable): where the stream is; none or an empty one means polling (protocol K1)
 *
 * Begins to listen.
 */
void
baton_dl_client_follow (BatonDlClient *self,
                        const char    *stream_url,
                        gboolean       may_have_missed)
{
  if (stream_url == NULL || *stream_url == '\0' || self->failed_streams >= FAILED_STREAMS) {
    self->polls = TRUE;
    try_stream_later (self);
    poll_now (self);
  } else if (self->catches_up && may_have_missed) {
    self->stream_url = g_strdup (stream_url);
    poll_now (self);
  } else {
    open_stream (self, stream_url);
  }
}

void
baton_dl_client_stop_receiving (BatonDlClient *self)
{
  stop_polling (self);
  drop_socket (self);
  g_clear_pointer (&self->stream_url, g_free);
  g_clear_handle_id (&self->again_id, g_source_remove);
  g_cancellable_cancel (self->again);
  g_clear_object (&self->again);
}
