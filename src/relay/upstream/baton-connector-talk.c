/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-connector-talk.h"

#include "baton-dl-speech.h"
#include "baton-error.h"
#include "baton-json-writer.h"

#define STATUS_TOO_MANY_REQUESTS 429

/* What is under way, if it is no activity of the customer's. */
#define NOTHING -1
#define BOT_JOINED -2
#define USER_JOINED -3
#define STATUS -4

/* What is remembered: a conversation's `bot_state`. */
typedef struct {
  gboolean has_bot;    /* the bot knows that it is part of the conversation ... */
  gboolean has_user;   /* ... and who else is */
  gint64   epoch;      /* of the conversation when it was last told something; -1: never */
  gint64   posted;     /* index of the last activity it was told; -1: none */
} Memory;

/* What became of a hand-off, to be told. */
typedef struct {
  GBytes *activity;
  gint64  epoch;
} Status;

struct _BatonConnectorTalk {
  BatonConnectorWire        *wire;
  const BatonConnectorTerms *terms;
  BatonConversation         *conversation;   /* as it was at the last run */
  Memory                     memory;
  Memory                     before;         /* it was told what is under way */
  GCancellable              *posting;
  gint64                     under_way;
  BatonActivity             *told;           /* under way, if it is the customer's */
  guint                      n_said;         /* since that was posted */
  GQueue                     statuses;       /* of Status: to be told when nothing else is */

  GTask                     *task;           /* the run; %NULL: none */
  GSource                   *cancel;
  GPtrArray                 *unread;
  guint                      next;           /* of @unread */
  BatonUpstreamTurn         *turn;
  gboolean                   has_failed;     /* the last one that was told was not answered */
  gboolean                   has_handed_over;
  gint64                     used_at;        /* monotonic µs */
};

static void advance (BatonConnectorTalk *self);

static void
status_free (gpointer data)
{
  Status *status = data;

  g_bytes_unref (status->activity);
  g_free (status);
}

/* --- what is remembered --- */

static void
read_memory (Memory     *memory,
             const char *text)
{
  g_autoptr (BatonJson) json = text ? baton_json_parse_text (text, -1, &BATON_JSON_LIMITS_CLIENT, NULL) : NULL;
  BatonJsonNode root;

  *memory = (Memory) { .epoch = -1, .posted = -1 };
  if (json == NULL)
    return;
  root = baton_json_get_root (json);
  memory->has_bot = memory->has_user = baton_json_node_is_true (baton_json_node_get_member (root, "joined"));
  baton_json_node_get_int (baton_json_node_get_member (root, "epoch"), &memory->epoch);
  baton_json_node_get_int (baton_json_node_get_member (root, "posted"), &memory->posted);
}

static char *
write_memory (const Memory *memory)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_boolean (writer, "joined", memory->has_user);
  baton_json_writer_add_int (writer, "epoch", memory->epoch);
  baton_json_writer_add_int (writer, "posted", memory->posted);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish_text (writer);
}

gint64
baton_connector_talk_read_epoch (const char *bot_state)
{
  Memory memory;

  read_memory (&memory, bot_state);
  return memory.epoch;
}

static void
note_told (BatonConnectorTalk *self)
{
  if (self->under_way >= 0)
    self->memory.posted = MAX (self->memory.posted, self->under_way);
  self->memory.has_bot |= self->under_way == BOT_JOINED;
  self->memory.has_user |= self->under_way == USER_JOINED;
}

/* --- the run --- */

static GTask *
end_run (BatonConnectorTalk *self)
{
  if (self->cancel != NULL)
    g_source_destroy (self->cancel);
  g_clear_pointer (&self->cancel, g_source_unref);
  g_clear_pointer (&self->unread, g_ptr_array_unref);
  return g_steal_pointer (&self->task);
}

/* What it has put into its answers by then is for the next run: it is not going to say it again. */
static void
fail_run (BatonConnectorTalk *self,
          const GError       *why)
{
  g_autoptr (GTask) task = end_run (self);

  if (task != NULL)
    g_task_return_error (task, g_error_copy (why));
}

/* What the bot has posted by then is stored already; what is left is what it put into its answers, and what is to be
 * remembered. A bot that speaks has not failed, however it answers our posts. */
static void
complete_run (BatonConnectorTalk *self)
{
  g_autoptr (GTask) task = end_run (self);
  BatonUpstreamTurn *turn = g_steal_pointer (&self->turn);

  turn->bot_state = write_memory (&self->memory);
  turn->has_failed = self->has_failed && turn->items->len == 0;
  g_task_return_pointer (task, turn, (GDestroyNotify) baton_upstream_turn_free);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  BatonConnectorTalk *self = user_data;
  g_autoptr (GTask) task = end_run (self);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/* --- what the bot answers --- */

/* `{"activities":[…]}`, for one who asked with `expectReplies`. */
static void
take_replies (BatonConnectorTalk    *self,
              const BatonHttpAnswer *answer)
{
  BatonJsonNode list = baton_json_node_get_member (baton_http_answer_get_root (answer), "activities");
  BatonJsonNode node;
  BatonJsonIter iter;

  if (self->turn == NULL || baton_json_node_get_kind (list) != BATON_JSON_ARRAY)
    return;
  baton_json_iter_init (&iter, list);
  while (baton_json_iter_next (&iter, NULL, &node)) {
    g_autoptr (BatonActivity) said = baton_activity_new_from_node (node);
    g_autoptr (BatonActivity) heard = said != NULL ? baton_connector_speech_hear (self->terms, said) : NULL;
    g_autoptr (BatonHandoff) handoff = NULL;

    if (heard == NULL || baton_activity_is (heard, "typing"))
      continue;
    handoff = baton_connector_speech_take_handoff (self->terms, &heard);
    self->has_handed_over |= handoff != NULL;
    baton_upstream_turn_add (self->turn, heard, NULL, handoff);
  }
}

/* The bot has it, or may have it. To send it again could be to ask twice (protocol 6.6). */
static void
take_failure (BatonConnectorTalk *self,
              const char         *why)
{
  if (self->under_way >= 0 && self->n_said == 0) {
    g_message ("conversation %.8s: the bot did not answer: %s", self->conversation->id, why);
    self->has_failed = TRUE;
  }
  note_told (self);
}

/* It is to be told again; what it said meanwhile answered something else. */
static void
take_refusal (BatonConnectorTalk *self,
              const GError       *why)
{
  if (self->under_way == STATUS)
    return;   /* of which nobody learns whether it was heard */
  self->memory = self->before;
  fail_run (self, why);
}

static gboolean
is_worth_a_retry (guint status)
{
  return status == STATUS_TOO_MANY_REQUESTS || status == SOUP_STATUS_SERVICE_UNAVAILABLE;
}

static void
take_answer (BatonConnectorTalk    *self,
             const BatonHttpAnswer *answer)
{
  g_autoptr (GError) error = NULL;

  /* How an `invoke` went is for whoever invoked; nobody else can tell. */
  if (baton_http_answer_check (answer, &error) || (self->told != NULL && baton_activity_is (self->told, "invoke"))) {
    self->has_failed = FALSE;
    if (self->told != NULL && baton_connector_speech_wants_replies (self->told))
      take_replies (self, answer);
    note_told (self);
  } else if (is_worth_a_retry (answer->status)) {
    take_refusal (self, error);
  } else {
    take_failure (self, error->message);
  }
}

static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  BatonConnectorTalk *self = user_data;
  g_autoptr (GObject) owner = NULL;   /* ours, which the end of the run might be the end of */
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = baton_connector_wire_post_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;   /* closed; @self may be gone */

  if (self->task != NULL)
    owner = g_object_ref (g_task_get_source_object (self->task));
  self->used_at = g_get_monotonic_time ();
  if (answer != NULL)
    take_answer (self, answer);
  else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_UNCERTAIN)
           || g_error_matches (error, BATON_ERROR, BATON_ERROR_TOO_BIG))
    take_failure (self, error->message);
  else
    take_refusal (self, error);
  self->under_way = NOTHING;
  g_clear_object (&self->told);
  advance (self);
}

/* --- telling it --- */

static void
post (BatonConnectorTalk *self,
      GBytes             *activity,
      gint64              what,
      gint64              epoch)
{
  self->under_way = what;
  self->n_said = 0;
  self->memory.epoch = epoch;
  self->before = self->memory;
  baton_connector_wire_post_async (self->wire, activity, self->posting, posted_cb, self);
}

/* Returns: (nullable): what the bot has to read next */
static BatonActivity *
find_next (BatonConnectorTalk *self)
{
  for (; self->next < self->unread->len; self->next++) {
    BatonActivity *activity = g_ptr_array_index (self->unread, self->next);
    gint64 index = baton_dl_speech_get_index (self->conversation, baton_activity_get_id (activity));

    if (index > self->memory.posted && baton_connector_speech_is_for_bot (activity))
      return activity;
  }
  return NULL;
}

/* The rest is the agent's to read. Whether it comes to that the store decides; so the rest stays unread, and whoever runs
 * us looks again whose conversation it is. */
static void
leave_rest (BatonConnectorTalk *self)
{
  g_autoptr (GError) why = g_error_new_literal (BATON_ERROR, BATON_ERROR_BUSY, "the bot is handing over");

  fail_run (self, why);
}

static void
tell_next (BatonConnectorTalk *self)
{
  BatonActivity *activity = find_next (self);
  g_autoptr (GBytes) bytes = NULL;

  if (activity == NULL || (self->has_handed_over && self->turn->items->len > 0)) {
    complete_run (self);   /* with the hand-off itself, if it is among what the bot answered */
  } else if (self->has_handed_over) {
    leave_rest (self);
  } else {
    bytes = baton_connector_speech_translate (self->terms, self->conversation, activity);
    self->told = g_object_ref (activity);
    post (self, bytes, baton_dl_speech_get_index (self->conversation, baton_activity_get_id (activity)),
          self->conversation->epoch);
  }
}

/* Goes on as far as it can be gone now: who is here first, then one message after the other. */
static void
advance (BatonConnectorTalk *self)
{
  Status *status;
  g_autoptr (GBytes) bytes = NULL;

  if (self->under_way != NOTHING)
    return;

  status = g_queue_pop_head (&self->statuses);
  if (status != NULL) {
    post (self, status->activity, STATUS, status->epoch);
    status_free (status);
  } else if (self->task == NULL) {
    return;
  } else if (!self->memory.has_bot) {
    bytes = baton_connector_speech_make_bot_joined (self->terms, self->conversation);
    post (self, bytes, BOT_JOINED, self->conversation->epoch);
  } else if (!self->memory.has_user) {
    bytes = baton_connector_speech_make_user_joined (self->terms, self->conversation);
    post (self, bytes, USER_JOINED, self->conversation->epoch);
  } else {
    tell_next (self);
  }
}

/* --- the talk --- */

/**
 * baton_connector_talk_new:
 * @wire: (transfer none): has to stay, as has @terms
 * @conversation: with what is to be remembered of an earlier life
 *
 * Returns: (transfer full): a talk in which nothing is under way
 */
BatonConnectorTalk *
baton_connector_talk_new (BatonConnectorWire        *wire,
                          const BatonConnectorTerms *terms,
                          const BatonConversation   *conversation)
{
  BatonConnectorTalk *self = g_new0 (BatonConnectorTalk, 1);

  self->wire = wire;
  self->terms = terms;
  self->conversation = baton_conversation_copy (conversation);
  self->posting = g_cancellable_new ();
  self->under_way = NOTHING;
  self->used_at = g_get_monotonic_time ();
  g_queue_init (&self->statuses);
  read_memory (&self->memory, conversation->bot_state);
  return self;
}

void
baton_connector_talk_free (BatonConnectorTalk *self)
{
  g_autoptr (GError) why = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the bot is not asked any more");

  g_cancellable_cancel (self->posting);
  g_object_unref (self->posting);
  fail_run (self, why);
  g_clear_pointer (&self->turn, baton_upstream_turn_free);
  g_queue_clear_full (&self->statuses, status_free);
  g_clear_object (&self->told);
  baton_conversation_free (self->conversation);
  g_free (self);
}

static void
renew_conversation (BatonConnectorTalk      *self,
                    const BatonConversation *conversation)
{
  baton_conversation_free (self->conversation);
  self->conversation = baton_conversation_copy (conversation);
  self->used_at = g_get_monotonic_time ();
}

/**
 * baton_connector_talk_run:
 * @conversation: as it is now
 * @unread: (element-type BatonActivity): what the bot has to read
 * @task: (transfer full): returns a #BatonUpstreamTurn once the bot has been told everything
 *
 * One run at a time. A post that a cancelled run has left under way is waited for.
 */
void
baton_connector_talk_run (BatonConnectorTalk      *self,
                          const BatonConversation *conversation,
                          GPtrArray               *unread,
                          GTask                   *task)
{
  g_return_if_fail (self->task == NULL);

  renew_conversation (self, conversation);
  self->task = task;
  self->unread = g_ptr_array_ref (unread);
  self->next = 0;
  if (self->turn == NULL)
    self->turn = baton_upstream_turn_new ();
  self->has_failed = FALSE;
  self->has_handed_over = FALSE;
  if (g_task_get_cancellable (task) != NULL) {
    self->cancel = g_cancellable_source_new (g_task_get_cancellable (task));
    g_source_set_callback (self->cancel, G_SOURCE_FUNC (cancelled_cb), self, NULL);
    g_source_attach (self->cancel, g_task_get_context (task));
  }
  advance (self);
}

/**
 * baton_connector_talk_tell:
 * @state: of the bot's hand-off
 *
 * Told in its turn, and once; nobody learns whether it was heard.
 */
void
baton_connector_talk_tell (BatonConnectorTalk      *self,
                           const BatonConversation *conversation,
                           const char              *state)
{
  Status *status = g_new (Status, 1);

  status->activity = baton_connector_speech_make_status (self->terms, conversation, state);
  status->epoch = conversation->epoch;
  g_queue_push_tail (&self->statuses, status);
  advance (self);
}

/**
 * baton_connector_talk_note_said:
 * @has_handed_over: what it said was a hand-off
 *
 * The bot has said something: it is alive, and has what it is being told.
 */
void
baton_connector_talk_note_said (BatonConnectorTalk *self,
                                gboolean            has_handed_over)
{
  note_told (self);
  self->n_said++;
  self->has_handed_over |= has_handed_over;
  self->used_at = g_get_monotonic_time ();
}

/**
 * baton_connector_talk_dup_state:
 *
 * Returns: (transfer full): what is to be remembered, to be stored with what the bot says: after a crash it is not asked
 *   again what it has answered already
 */
char *
baton_connector_talk_dup_state (BatonConnectorTalk *self)
{
  return write_memory (&self->memory);
}

gint64
baton_connector_talk_get_epoch (BatonConnectorTalk *self)
{
  return self->memory.epoch;
}

gboolean
baton_connector_talk_is_known (BatonConnectorTalk *self)
{
  return self->memory.has_user;
}

gboolean
baton_connector_talk_is_idle (BatonConnectorTalk *self,
                              gint64              since)
{
  return self->task == NULL && self->under_way == NOTHING && self->used_at < since;
}
