/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-link-private.h"

#include "baton-dl-speech.h"
#include "baton-error.h"

/* ---- opening and closing ---- */

void
baton_dl_link_close (BatonDlLink *self)
{
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  self->under_way = NONE;
  if (self->client != NULL) {
    g_signal_handlers_disconnect_by_data (self->client, self);
    baton_dl_client_close (self->client);
  }
  g_clear_object (&self->client);
  g_queue_clear_full (&self->statuses, g_object_unref);   /* nobody there any more whom they would tell something */
}

static void
take_online (BatonDlLink *self)
{
  g_autoptr (BatonUpstreamTurn) turn = NULL;

  self->is_new = FALSE;
  if (self->memory.conversation_id == NULL) {
    turn = baton_upstream_turn_new ();
    self->memory.conversation_id = g_strdup (baton_dl_client_get_conversation_id (self->client));
    /* An old conversation's watermark means nothing in this one. */
    baton_dl_link_remember (self, turn, "");
  }
  baton_dl_link_advance (self);
}

static void
take_end (BatonDlLink *self)
{
  g_autoptr (GError) why = g_error_new_literal (BATON_ERROR, BATON_ERROR_REFUSED,
                                                "the bot's Direct Line lets us in no more");

  if (!baton_dl_link_begin_anew (self)) {
    baton_dl_link_close (self);
    baton_dl_link_fail_run (self, why);
  }
}

static void
state_cb (BatonDlClient *client,
          GParamSpec    *pspec,
          gpointer       user_data)
{
  switch (baton_dl_client_get_state (client)) {
  case BATON_DL_ONLINE:
    take_online (user_data);
    break;
  case BATON_DL_EXPIRED:
  case BATON_DL_GONE:
    take_end (user_data);
    break;
  case BATON_DL_IDLE:
  case BATON_DL_CONNECTING:
  case BATON_DL_WAITING:
  case BATON_DL_CLOSED:
  default:
    break;   /* it tries again by itself; whoever runs us decides how long to wait */
  }
}

static void
status_posted_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = baton_dl_client_post_finish (BATON_DL_CLIENT (source), result, &error);

  if (id == NULL)
    g_debug ("a bot was not told what became of its hand-off: %s", error->message);
}

static void
post_statuses (BatonDlLink *self)
{
  g_autoptr (BatonActivity) status = NULL;

  while (self->client != NULL && (status = g_queue_pop_head (&self->statuses)) != NULL) {
    baton_dl_client_post_async (self->client, status, NULL, status_posted_cb, NULL);
    g_clear_object (&status);
  }
}

static void
make_client (BatonDlLink *self,
             const char  *base,
             const char  *credential)
{
  const BatonConversation *conversation = self->conversation;
  const char *watermark = conversation->bot_watermark;

  self->is_new = self->memory.conversation_id == NULL;
  self->client = baton_dl_client_new (base, credential ? credential : self->memory.token);
  baton_dl_client_set_pace (self->client, &self->pace);
  baton_dl_client_set_user (self->client, conversation->user_id, conversation->user_name, conversation->locale);
  baton_dl_client_set_conversation_id (self->client, self->memory.conversation_id);
  baton_dl_client_set_watermark (self->client, watermark && *watermark ? watermark : NULL);
  baton_dl_client_set_catches_up (self->client, TRUE);
  baton_dl_client_set_message_limit (self->client, BATON_JSON_LIMITS_BOT.size);   /* a hand-off brings its transcript */
  g_signal_connect (self->client, "activities", G_CALLBACK (baton_dl_link_hear), self);
  g_signal_connect (self->client, "notify::state", G_CALLBACK (state_cb), self);
  baton_dl_client_open (self->client);
  post_statuses (self);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  BatonDlLink *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *base = NULL;
  g_autofree char *credential = NULL;

  if (!baton_dl_access_ask_finish (result, &base, &credential, &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return;   /* closed; @self may be gone */
    g_clear_object (&self->asking);
    baton_dl_link_fail_run (self, error);
    return;
  }
  g_clear_object (&self->asking);
  make_client (self, base, credential);
}

void
baton_dl_link_open (BatonDlLink *self)
{
  if (self->client != NULL) {
    baton_dl_client_open (self->client);   /* should it wait for a better time, that is now */
  } else if (self->asking == NULL) {
    self->asking = g_cancellable_new ();
    baton_dl_access_ask_async (self->access, self->memory.conversation_id == NULL, self->asking, asked_cb, self);
  }
}

/* The conversation over there is no more, or over. No history goes over to a new one; what the bot has not read does.
 *
 * Returns: %FALSE if there is no reason to, or it did not help */
gboolean
baton_dl_link_begin_anew (BatonDlLink *self)
{
  gint64 posted = self->memory.posted;

  if (self->task == NULL || self->is_new || self->began_anew)
    return FALSE;

  g_debug ("conversation %.8s: begins anew over there", self->conversation->id);
  baton_dl_link_close (self);
  baton_dl_memory_clear (&self->memory);
  self->memory.posted = posted;
  self->has_context = FALSE;
  g_clear_pointer (&self->conversation->bot_watermark, g_free);
  g_hash_table_remove_all (self->own_ids);
  self->next = 0;
  self->began_anew = TRUE;
  baton_dl_link_open (self);
  return TRUE;
}

/* ---- the link ---- */

static void
idle_cb (gpointer user_data)
{
  BatonDlLink *self = user_data;
  gint64 idle_ms = (g_get_monotonic_time () - self->used_at) / 1000;

  if (idle_ms >= self->pace.idle && self->task == NULL)
    self->funcs->idle (self->conversation, self->user_data);
  else
    baton_timer_start (self->idle, MAX (1, self->pace.idle - (guint) MIN (idle_ms, self->pace.idle)));
}

/**
 * baton_dl_link_new:
 * @config: how; copied
 * @conversation: the hosted conversation, with what the link has to remember of an earlier life
 * @funcs: what to call; has to stay
 * @user_data: for @funcs
 *
 * Returns: (transfer full): a link that is not open
 */
BatonDlLink *
baton_dl_link_new (const BatonDlLinkConfig *config,
                   const BatonConversation *conversation,
                   const BatonDlLinkFuncs  *funcs,
                   gpointer                 user_data)
{
  BatonDlLink *self = g_new0 (BatonDlLink, 1);

  self->access = config->access;
  self->pace = config->pace;
  self->rules = config->rules;
  self->new_after_return = config->new_after_return;
  self->context = config->context;
  self->funcs = funcs;
  self->user_data = user_data;
  self->conversation = baton_conversation_copy (conversation);
  self->own_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->under_way = NONE;
  self->used_at = g_get_monotonic_time ();
  self->idle = baton_timer_new (idle_cb, self);
  baton_timer_start (self->idle, config->pace.idle);
  g_queue_init (&self->statuses);
  baton_dl_memory_read (&self->memory, conversation->bot_state);
  baton_dl_memory_read (&self->stored, NULL);
  return self;
}

void
baton_dl_link_free (BatonDlLink *self)
{
  g_autoptr (GError) why = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the bot is not asked any more");

  baton_dl_link_close (self);
  baton_dl_link_fail_run (self, why);
  baton_timer_free (self->idle);
  baton_dl_memory_clear (&self->memory);
  baton_dl_memory_clear (&self->stored);
  g_free (self->told);
  g_hash_table_unref (self->own_ids);
  baton_conversation_free (self->conversation);
  g_free (self);
}

/**
 * baton_dl_link_watch:
 * @self: a link
 *
 * Listens to the bot's side again, if there is a conversation there.
 */
void
baton_dl_link_watch (BatonDlLink *self)
{
  if (self->memory.conversation_id != NULL)
    baton_dl_link_open (self);
}

/**
 * baton_dl_link_tell:
 * @self: a link
 * @conversation: as it is now
 * @status: what became of the hand-off
 *
 * Tells the bot where it handed over; in another conversation over there nobody would know what is meant.
 */
void
baton_dl_link_tell (BatonDlLink             *self,
                    const BatonConversation *conversation,
                    const char              *status)
{
  BatonDlMemory memory;
  gboolean is_here;

  baton_dl_memory_read (&memory, conversation->bot_state);
  is_here = memory.conversation_id != NULL && g_strcmp0 (memory.conversation_id, self->memory.conversation_id) == 0;
  baton_dl_memory_clear (&memory);
  if (!is_here)
    return;

  self->used_at = g_get_monotonic_time ();
  g_queue_push_tail (&self->statuses, baton_dl_speech_make_status (conversation, status));
  baton_dl_link_open (self);
  post_statuses (self);
}
