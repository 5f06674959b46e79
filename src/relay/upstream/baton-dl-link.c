/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-link.h"

#include "baton-dl-client.h"
#include "baton-dl-memory.h"
#include "baton-dl-speech.h"
#include "baton-error.h"
#include "baton-timer.h"

/* In place of an index. */
#define CONTEXT -3   /* the event that sets variables of the bot */
#define START -2     /* the event that makes the bot greet */
#define NONE -1

/* A hand-off that came has been stored well within this. Until then the conversation still looks like the bot's. */
#define HAND_OVER_USEC G_USEC_PER_SEC

struct _BatonDlLink {
  BatonDlAccess           *access;
  const BatonHandoffRules *rules;
  BatonPace                pace;
  gboolean                 new_after_return;
  const char              *context;        /* JSON, or %NULL */
  const BatonDlLinkFuncs  *funcs;
  gpointer                 user_data;

  BatonConversation       *conversation;   /* as it was at the last run */
  BatonDlMemory            memory;
  BatonDlMemory            stored;         /* the memory as the store had it when the last run began */
  char                    *told;           /* the memory as it was last given away to be stored; or %NULL */
  GHashTable              *own_ids;        /* over there, of posts whose echo has not come yet */
  GCancellable            *asking;         /* for the access; %NULL: not */
  BatonDlClient           *client;         /* %NULL: not open */
  gboolean                 is_new;         /* the conversation over there has not been online yet */
  gboolean                 has_context;    /* it was told @context; told again after a crash it does no harm */
  gint64                   under_way;      /* index of what is being posted, CONTEXT, START or NONE */
  guint                    echo_id;        /* timer: its outcome is unknown, its echo may still come */
  GQueue                   statuses;       /* of BatonActivity: to be told once @client is there */

  GTask                   *task;           /* the run; %NULL: none */
  GSource                 *cancel;
  GPtrArray               *unread;
  guint                    next;           /* of @unread */
  gboolean                 handed_over;    /* in this run, or just before it */
  gboolean                 began_anew;     /* in this run, or in the one that it continues */
  gboolean                 is_halfway;     /* the last run asked for another one */

  gint64                   handed_over_at; /* monotonic µs; 0: never */
  BatonTimer              *idle;
  gint64                   used_at;        /* monotonic µs */
};

static void advance (BatonDlLink *self);
static gboolean begin_anew (BatonDlLink *self);

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

static void
fail_run (BatonDlLink  *self,
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

static void
close_link (BatonDlLink *self)
{
  g_clear_handle_id (&self->echo_id, g_source_remove);
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

  if (index == self->under_way && self->echo_id != 0) {
    g_clear_handle_id (&self->echo_id, g_source_remove);
    self->under_way = NONE;
  }
}

static gboolean
has_posted (BatonDlLink *self,
            gint64       index)
{
  if (index == CONTEXT)
    return self->has_context;
  return index == START ? self->memory.has_started : index <= self->memory.posted;
}

static gboolean
no_echo_cb (gpointer user_data)
{
  BatonDlLink *self = user_data;
  g_autoptr (GError) why = g_error_new_literal (BATON_ERROR, BATON_ERROR_UNCERTAIN,
                                                "the bot's side did not say whether it has it");

  self->echo_id = 0;
  self->under_way = NONE;
  fail_run (self, why);
  return G_SOURCE_REMOVE;
}

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
    advance (self);
  } else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_UNCERTAIN)) {
    /* Slower than 15 s is all it may mean: sent again, the bot would answer twice (protocol 6.6). */
    self->echo_id = g_timeout_add (self->pace.patience, no_echo_cb, self);
  } else {
    self->under_way = NONE;
    if (!g_error_matches (error, BATON_ERROR, BATON_ERROR_GONE) || !begin_anew (self))
      fail_run (self, error);
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

  fail_run (self, why);
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
static void
advance (BatonDlLink *self)
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

static void
remember (BatonDlLink       *self,
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

/* Every activity of every set, in the order of their times, before and after a hand-off (protocol 6.15), in one turn: what was said is
 * stored together with the watermark that covers it. */
static void
activities_cb (BatonDlClient *client,
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
  remember (self, turn, baton_dl_client_get_watermark (client));
  advance (self);
}

/* ---- opening ---- */

static void
take_online (BatonDlLink *self)
{
  g_autoptr (BatonUpstreamTurn) turn = NULL;

  self->is_new = FALSE;
  if (self->memory.conversation_id == NULL) {
    turn = baton_upstream_turn_new ();
    self->memory.conversation_id = g_strdup (baton_dl_client_get_conversation_id (self->client));
    /* An old conversation's watermark means nothing in this one. */
    remember (self, turn, "");
  }
  advance (self);
}

static void
take_end (BatonDlLink *self)
{
  g_autoptr (GError) why = g_error_new_literal (BATON_ERROR, BATON_ERROR_REFUSED,
                                                "the bot's Direct Line lets us in no more");

  if (!begin_anew (self)) {
    close_link (self);
    fail_run (self, why);
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
  g_signal_connect (self->client, "activities", G_CALLBACK (activities_cb), self);
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
    fail_run (self, error);
    return;
  }
  g_clear_object (&self->asking);
  make_client (self, base, credential);
}

static void
open_link (BatonDlLink *self)
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
static gboolean
begin_anew (BatonDlLink *self)
{
  gint64 posted = self->memory.posted;

  if (self->task == NULL || self->is_new || self->began_anew)
    return FALSE;

  g_debug ("conversation %.8s: begins anew over there", self->conversation->id);
  close_link (self);
  baton_dl_memory_clear (&self->memory);
  self->memory.posted = posted;
  self->has_context = FALSE;
  g_clear_pointer (&self->conversation->bot_watermark, g_free);
  g_hash_table_remove_all (self->own_ids);
  self->next = 0;
  self->began_anew = TRUE;
  open_link (self);
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

  close_link (self);
  fail_run (self, why);
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
    open_link (self);
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
  open_link (self);
  post_statuses (self);
}

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
  if (self->new_after_return && has_come_back (self) && begin_anew (self))
    return;
  open_link (self);
  advance (self);
}
