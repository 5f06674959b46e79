/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-link-private.h"

#include "baton-dl-speech.h"
#include "baton-error.h"

/* A hand-off that came has been stored well within this. Until then the conversation still looks like the bot's. */
#define HAND_OVER_USEC G_USEC_PER_SEC

/* ---- the run ---- */

static GTask *
end_run (BatonDlLink *self)
{
  if (self->cancel != NULL)
    g_source_destroy (self->cancel);
  g_clear_pointer (&self->cancel, g_source_unref);
  g_clear_pointer (&self->unread, g_ptr_array_unref);
  return g_steal_pointer (&self->task);
}

void
baton_dl_link_fail_run (BatonDlLink  *self,
                        const GError *why)
{
  g_autoptr (GTask) task = end_run (self);

  if (task != NULL)
    g_task_return_error (task, g_error_copy (why));
}

/* The epoch in which the bot was last told something: what it says now answers that. */
static gint64
get_epoch (BatonDlLink *self)
{
  return self->memory.epoch >= 0 ? self->memory.epoch : self->conversation->epoch;
}

/* All that is to be remembered goes this one way, and so in order: told by the runs as well, older news could be stored
 * after newer ones. */
static void
speak (BatonDlLink       *self,
       BatonUpstreamTurn *turn)
{
  turn->bot_state = baton_dl_memory_write (&self->memory);
  g_free (self->told);
  self->told = g_strdup (turn->bot_state);
  self->funcs->spoke (self->conversation, get_epoch (self), turn, self->user_data);
}

/* What the bot answers comes on its stream, now or later; the run only tells that the bot has been told. */
static void
complete_run (BatonDlLink *self)
{
  g_autoptr (GTask) task = end_run (self);
  g_autoptr (BatonUpstreamTurn) news = baton_upstream_turn_new ();
  g_autofree char *memory = baton_dl_memory_write (&self->memory);

  if (g_strcmp0 (memory, self->told) != 0)
    speak (self, news);
  g_task_return_pointer (task, baton_upstream_turn_new (), (GDestroyNotify) baton_upstream_turn_free);
}

/* Where the bot is told something, and in which epoch, has to be stored before it is. Killed in between, the relay would
 * tell it again in another conversation over there, or take its answer for one of an earlier epoch, which nobody sees. */
static gboolean
is_stored (BatonDlLink *self)
{
  return self->stored.epoch == self->conversation->epoch
         && g_strcmp0 (self->stored.conversation_id, self->memory.conversation_id) == 0;
}

static void
store_first (BatonDlLink *self)
{
  g_autoptr (GTask) task = end_run (self);
  g_autoptr (BatonUpstreamTurn) news = baton_upstream_turn_new ();
  BatonUpstreamTurn *turn = baton_upstream_turn_new ();

  self->memory.epoch = self->conversation->epoch;
  self->is_halfway = TRUE;
  speak (self, news);
  turn->wants_storing = TRUE;
  g_task_return_pointer (task, turn, (GDestroyNotify) baton_upstream_turn_free);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  g_autoptr (GTask) task = end_run (user_data);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/* ---- telling the bot ---- */

/* The bot has it. */
static void
note_posted (BatonDlLink *self,
             gint64       index)
{
  if (index == CONTEXT)
    self->has_context = TRUE;
  else if (index == START)
    self->memory.has_started = TRUE;
  else
    self->memory.posted = MAX (self->memory.posted, index);
}

static gboolean
has_posted (BatonDlLink *self,
            gint64       index)
{
  if (index == CONTEXT)
    return self->has_context;
  return index == START ? self->memory.has_started : index <= self->memory.posted;
}

/* The client has waited for an echo already where the answer left open whether the bot has it (protocol 6.6). */
static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  BatonDlLink *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = baton_dl_client_post_finish (BATON_DL_CLIENT (source), result, &error);
  gint64 index;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;   /* closed; @self may be gone */

  index = self->under_way;
  if (id != NULL && !has_posted (self, index))
    g_hash_table_add (self->own_ids, g_strdup (id));
  if (id != NULL || has_posted (self, index)) {
    self->under_way = NONE;
    note_posted (self, index);
    baton_dl_link_advance (self);
  } else {
    self->under_way = NONE;
    if (!g_error_matches (error, BATON_ERROR, BATON_ERROR_GONE) || !baton_dl_link_begin_anew (self))
      baton_dl_link_fail_run (self, error);
  }
}

static void
post (BatonDlLink   *self,
      BatonActivity *activity,
      gint64         index)
{
  self->under_way = index;
  baton_dl_client_post_async (self->client, activity, NULL, posted_cb, self);
}

/* Returns: (nullable): what the bot has to read next */
static BatonActivity *
find_next (BatonDlLink *self)
{
  for (; self->next < self->unread->len; self->next++) {
    BatonActivity *activity = g_ptr_array_index (self->unread, self->next);
    gint64 index = baton_dl_speech_get_index (self->conversation, baton_activity_get_id (activity));

    if (baton_dl_speech_is_for_bot (activity) && !has_posted (self, index))
      return activity;
  }
  return NULL;
}

/* The rest is the agent's to read. Whether it comes to that the store decides: a hand-off that it knows is a replay. So
 * the rest stays unread, and whoever runs us looks again whose conversation it is. */
static void
leave_rest (BatonDlLink *self)
{
  g_autoptr (GError) why = g_error_new_literal (BATON_ERROR, BATON_ERROR_BUSY, "the bot is handing over");

  baton_dl_link_fail_run (self, why);
}

static void
tell (BatonDlLink   *self,
      BatonActivity *activity,
      gint64         index)
{
  if (is_stored (self))
    post (self, activity, index);
  else
    store_first (self);
}

/* The bot has its variables before it greets, the operator's and those that a canvas has set (protocol 4.2).
 *
 * Returns: whether it was told something */
static gboolean
begin (BatonDlLink   *self,
       BatonActivity *first)
{
  g_autoptr (BatonActivity) event = NULL;
  gboolean is_context = self->context != NULL && !self->has_context;

  if (self->memory.has_started || (!is_context && first != NULL && baton_dl_speech_is_context (first)))
    return FALSE;

  event = is_context ? baton_dl_speech_make_context (self->conversation, self->context)
                     : baton_dl_speech_make_start (self->conversation);
  tell (self, event, is_context ? CONTEXT : START);
  return TRUE;
}

/* Goes on as far as it can be gone now: what a conversation begins with once the stream is open, then one message after
 * the other. */
void
baton_dl_link_advance (BatonDlLink *self)
{
  g_autoptr (BatonActivity) translated = NULL;
  BatonActivity *activity;

  if (self->task == NULL || self->under_way != NONE || self->client == NULL
      || baton_dl_client_get_state (self->client) != BATON_DL_ONLINE)
    return;

  activity = find_next (self);
  if (begin (self, activity))
    return;
  if (activity == NULL) {
    complete_run (self);
    return;
  }
  if (self->handed_over) {
    leave_rest (self);
    return;
  }
  translated = baton_dl_speech_translate (self->conversation, activity);
  tell (self, translated, baton_dl_speech_get_index (self->conversation, baton_activity_get_id (activity)));
}

/* ---- what comes from the bot's side ---- */

void
baton_dl_link_remember (BatonDlLink       *self,
                        BatonUpstreamTurn *turn,
                        const char        *watermark)
{
  const char *token = baton_dl_client_get_token (self->client);

  g_free (self->memory.token);
  self->memory.token = baton_dl_access_has_secret (self->access) ? NULL : g_strdup (token);
  turn->bot_watermark = g_strdup (watermark);
  speak (self, turn);
}

/* Our own post came by. One we do not know of was on its way when an earlier life of the relay ended. */
static gboolean
take_echo (BatonDlLink   *self,
           BatonActivity *activity)
{
  const char *client_id = baton_activity_get_client_id (activity);
  const char *id = baton_activity_get_id (activity);
  g_autofree char *start_id = baton_dl_speech_make_start_id (self->conversation);
  g_autofree char *context_id = baton_dl_speech_make_context_id (self->conversation);
  gint64 index = baton_dl_speech_get_index (self->conversation, client_id);

  if ((id == NULL || !g_hash_table_remove (self->own_ids, id)) && !baton_dl_speech_is_echo (self->conversation, activity))
    return FALSE;
  if (index >= 0)
    note_posted (self, index);
  else if (g_strcmp0 (client_id, start_id) == 0)
    note_posted (self, START);
  else if (g_strcmp0 (client_id, context_id) == 0)
    note_posted (self, CONTEXT);
  return TRUE;
}

static void
take_words (BatonDlLink       *self,
            BatonUpstreamTurn *turn,
            BatonActivity     *activity)
{
  g_autoptr (BatonHandoff) handoff = NULL;

  if (baton_handoff_is_handoff (activity, self->rules))
    handoff = baton_handoff_new_from_activity (activity);
  if (handoff != NULL && get_epoch (self) == self->conversation->epoch) {
    self->handed_over = TRUE;
    self->handed_over_at = g_get_monotonic_time ();
  }
  baton_upstream_turn_add (turn, activity, baton_activity_get_id (activity), handoff);
}

/* Every activity of every set, in the order of their times, before and after a hand-off (protocol 6.15), in one turn: what
 * was said is stored together with the watermark that covers it. */
void
baton_dl_link_hear (BatonDlClient *client,
                    GPtrArray     *activities,
                    gpointer       user_data)
{
  BatonDlLink *self = user_data;
  g_autoptr (BatonUpstreamTurn) turn = baton_upstream_turn_new ();
  g_autoptr (GPtrArray) sorted = baton_dl_speech_sort (activities);
  gboolean is_lasting = FALSE;

  self->used_at = g_get_monotonic_time ();
  for (guint i = 0; i < sorted->len; i++) {
    BatonActivity *activity = g_ptr_array_index (sorted, i);

    if (baton_activity_is (activity, "typing"))
      continue;   /* passes by; never part of a conversation */
    is_lasting = TRUE;
    if (!take_echo (self, activity))
      take_words (self, turn, activity);
  }
  if (!is_lasting)
    return;
  baton_dl_link_remember (self, turn, baton_dl_client_get_watermark (client));
  baton_dl_link_advance (self);
}

/* ---- asking ---- */

/* An agent, or the queue, has had the conversation since the bot was last told something. */
static gboolean
has_come_back (BatonDlLink *self)
{
  return self->memory.conversation_id != NULL && self->memory.epoch >= 0
         && self->memory.epoch != self->conversation->epoch;
}

/**
 * baton_dl_link_run:
 * @self: a link without a run
 * @conversation: as it is now
 * @unread: (element-type BatonActivity): what the bot has to read
 * @task: (transfer full): returns a #BatonUpstreamTurn without words once the bot has been told everything; one that
 *   wants storing where it is to be told something in another conversation or epoch than so far
 */
void
baton_dl_link_run (BatonDlLink             *self,
                   const BatonConversation *conversation,
                   GPtrArray               *unread,
                   GTask                   *task)
{
  g_return_if_fail (self->task == NULL);

  baton_conversation_free (self->conversation);
  self->conversation = baton_conversation_copy (conversation);
  baton_dl_memory_clear (&self->stored);
  baton_dl_memory_read (&self->stored, conversation->bot_state);
  self->task = task;
  self->unread = g_ptr_array_ref (unread);
  self->next = 0;
  self->handed_over = self->handed_over_at != 0 && g_get_monotonic_time () - self->handed_over_at < HAND_OVER_USEC;
  self->began_anew = self->began_anew && self->is_halfway;
  self->is_halfway = FALSE;
  self->used_at = g_get_monotonic_time ();
  if (g_task_get_cancellable (task) != NULL) {
    self->cancel = g_cancellable_source_new (g_task_get_cancellable (task));
    g_source_set_callback (self->cancel, G_SOURCE_FUNC (cancelled_cb), self, NULL);
    g_source_attach (self->cancel, g_task_get_context (task));
  }
  if (self->new_after_return && has_come_back (self) && baton_dl_link_begin_anew (self))
    return;
  baton_dl_link_open (self);
  baton_dl_link_advance (self);
}
