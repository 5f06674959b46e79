/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bot-run.h"

#include <string.h>

/* A topic that jumps back for ever, or topics that call each other, end with the error topic. */
#define MAX_NODES 1000
#define MAX_REDIRECTS 20

/* With that many messages in a row that no topic understood, a person takes over (S000-26). */
#define MAX_UNKNOWN 3

static BatonTopic *
spoken_topic (BatonBotRun      *self,
              const BatonFrame *frame)
{
  BatonTopic *topic = baton_bot_find_topic (self->bot, frame->topic);

  return topic != NULL ? baton_topic_in_language (topic, self->locale) : NULL;
}

/**
 * baton_bot_run_move:
 * @position: of a node of the running topic, or %BATON_NODE_NONE
 *
 * Lets the running topic go on there.
 */
void
baton_bot_run_move (BatonBotRun *self,
                    int          position)
{
  BatonFrame *frame = baton_bot_state_top (self->state);

  g_free (frame->node);
  frame->node = position != BATON_NODE_NONE ? g_strdup (baton_topic_get_node (self->topic, position)->id) : NULL;
}

/**
 * baton_bot_run_raise:
 * @code: (transfer none): a static text
 *
 * Lets the error topic run as soon as the running node is through.
 */
void
baton_bot_run_raise (BatonBotRun *self,
                     const char  *code)
{
  g_debug ("topic %s: %s", self->topic != NULL ? self->topic->id : "none", code);
  if (self->raised == NULL)
    self->raised = code;
}

/**
 * baton_bot_run_cancel_all:
 *
 * Drops every topic, also those that wait for their turn.
 */
void
baton_bot_run_cancel_all (BatonBotRun *self)
{
  g_ptr_array_set_size (self->state->stack, 0);
  g_ptr_array_set_size (self->state->queue, 0);
}

/**
 * baton_bot_run_start:
 * @topic: the topic, in any language
 * @implicit: whether the bot gave up or the customer asked for a person (S000-21)
 *
 * Puts a topic on top of the running one, or in place of all others if it says so.
 */
void
baton_bot_run_start (BatonBotRun *self,
                     BatonTopic  *topic,
                     gboolean     implicit)
{
  BatonFrame *frame;

  if (topic->cancels_others)
    baton_bot_run_cancel_all (self);
  if (self->state->stack->len >= MAX_REDIRECTS) {
    baton_bot_run_raise (self, "TooManyRedirects");
    return;
  }
  frame = baton_bot_state_push (self->state, topic->id);
  frame->implicit = implicit;
  self->topic = baton_topic_in_language (topic, self->locale);
  baton_bot_run_move (self, self->topic->first);
}

/**
 * baton_bot_run_start_by:
 *
 * Starts the topic the customer's words meant. Only such topics enter the path a hand-off tells.
 */
void
baton_bot_run_start_by (BatonBotRun *self,
                        BatonTopic  *topic)
{
  self->state->unknown = 0;
  baton_bot_state_note (self->state, topic->name, self->text);
  baton_bot_run_start (self, topic, topic->start == BATON_STARTS_ON_ESCALATE);
}

/**
 * baton_bot_run_escalate:
 *
 * The bot's own way to a person: gives up what it was doing and goes to Escalate (S000-30).
 */
void
baton_bot_run_escalate (BatonBotRun *self)
{
  baton_bot_run_cancel_all (self);
  baton_bot_run_start (self, baton_bot_find_start (self->bot, BATON_STARTS_ON_ESCALATE), TRUE);
}

/* An Escalate topic as it is shipped only says something; the transfer its author had in mind is then ours to make. */
static gboolean
lacks_transfer (BatonBotRun      *self,
                const BatonFrame *frame)
{
  BatonTopic *topic = frame != NULL ? baton_bot_find_topic (self->bot, frame->topic) : NULL;

  return topic != NULL && topic->start == BATON_STARTS_ON_ESCALATE && !topic->has_transfer;
}

/**
 * baton_bot_run_finish_topic:
 *
 * The running topic is at its end: its caller gets what it wanted, and the word.
 */
void
baton_bot_run_finish_topic (BatonBotRun *self)
{
  BatonFrame *frame = baton_bot_state_top (self->state);
  g_autoptr (GHashTable) variables = g_hash_table_ref (frame->variables);
  g_autoptr (GHashTable) outputs = g_hash_table_ref (frame->outputs);
  GHashTableIter iter;
  gpointer name;
  gpointer variable;

  if (lacks_transfer (self, frame)) {
    baton_bot_run_transfer (self, NULL);
    return;
  }

  g_ptr_array_set_size (self->state->stack, (int) self->state->stack->len - 1);
  g_hash_table_iter_init (&iter, outputs);
  while (g_hash_table_iter_next (&iter, &name, &variable))
    baton_bot_run_set (self, variable, baton_slots_get (variables, name));
}

static gboolean
is_ready (BatonBotRun *self,
          BatonTopic  *topic)
{
  const char *condition = baton_yaml_get_string (topic->trigger, "condition");

  return condition == NULL || baton_bot_run_is_true (self, condition);
}

static int
compare_hits (gconstpointer a,
              gconstpointer b)
{
  const BatonPhraseHit *first = a;
  const BatonPhraseHit *second = b;
  gboolean first_escalates = ((BatonTopic *) first->owner)->start == BATON_STARTS_ON_ESCALATE;
  gboolean second_escalates = ((BatonTopic *) second->owner)->start == BATON_STARTS_ON_ESCALATE;

  if (first->score < second->score || first->score > second->score)
    return first->score < second->score ? 1 : -1;
  return second_escalates - first_escalates;
}

/**
 * baton_bot_run_dup_hits:
 *
 * Returns: (transfer full) (element-type BatonPhraseHit): the topics the customer's words may mean, best first; at equal
 *   score, the one that leads to a person
 */
GArray *
baton_bot_run_dup_hits (BatonBotRun *self)
{
  GArray *hits = baton_phrases_match (baton_bot_get_phrases (self->bot, self->locale), self->text);

  for (guint i = hits->len; i > 0; i--) {
    if (!is_ready (self, g_array_index (hits, BatonPhraseHit, i - 1).owner))
      g_array_remove_index (hits, i - 1);
  }
  g_array_sort (hits, compare_hits);
  return hits;
}

static int
compare_priority (gconstpointer a,
                  gconstpointer b)
{
  double first = (*(BatonTopic *const *) a)->priority;
  double second = (*(BatonTopic *const *) b)->priority;

  return first > second ? 1 : first < second ? -1 : 0;
}

/* Nobody understood: the topics for that run one after another until one clears the queue. The third time in a row
 * ends with Escalate, whatever they say. */
static void
hear_unknown (BatonBotRun *self)
{
  g_autoptr (GPtrArray) topics = g_ptr_array_new ();

  self->state->unknown++;
  for (guint i = 0; i < self->bot->topics->len; i++) {
    BatonTopic *topic = g_ptr_array_index (self->bot->topics, i);

    if (topic->start == BATON_STARTS_ON_UNKNOWN)
      g_ptr_array_add (topics, topic);
  }
  g_ptr_array_sort (topics, compare_priority);
  if (self->state->unknown >= MAX_UNKNOWN)
    g_ptr_array_add (topics, baton_bot_find_start (self->bot, BATON_STARTS_ON_ESCALATE));
  for (guint i = 0; i < topics->len; i++)
    baton_bot_state_enqueue (self->state, ((BatonTopic *) g_ptr_array_index (topics, i))->id, TRUE);
}

static void
hear (BatonBotRun *self)
{
  g_autoptr (GArray) hits = baton_bot_run_dup_hits (self);

  if (hits->len > 0)
    baton_bot_run_start_by (self, g_array_index (hits, BatonPhraseHit, 0).owner);
  else
    hear_unknown (self);
}

static gboolean
start_queued (BatonBotRun *self)
{
  BatonQueued *queued = self->state->queue->len > 0 ? g_ptr_array_index (self->state->queue, 0) : NULL;
  BatonTopic *topic;
  gboolean implicit;

  if (queued == NULL)
    return FALSE;

  topic = baton_bot_find_topic (self->bot, queued->topic);
  implicit = queued->implicit;
  g_ptr_array_remove_index (self->state->queue, 0);
  if (topic != NULL && is_ready (self, topic))
    baton_bot_run_start (self, topic, implicit);
  return TRUE;
}

/* An error within the error topic ends the turn; the customer can still say anything, also that they want a person. */
static void
handle_error (BatonBotRun *self)
{
  gboolean again = self->error != NULL;

  self->error = self->raised;
  self->raised = NULL;
  self->waiting = FALSE;
  self->nodes = 0;
  baton_bot_run_cancel_all (self);
  if (!again)
    baton_bot_run_start (self, baton_bot_find_start (self->bot, BATON_STARTS_ON_ERROR), FALSE);
}

static void
step (BatonBotRun *self,
      BatonFrame  *frame)
{
  int position;
  const BatonNode *node;

  self->topic = spoken_topic (self, frame);
  position = self->topic != NULL ? baton_topic_find (self->topic, frame->node) : BATON_NODE_NONE;
  if (position == BATON_NODE_NONE) {
    baton_bot_run_finish_topic (self);
  } else if (++self->nodes > MAX_NODES) {
    baton_bot_run_raise (self, "TooManyNodes");
  } else {
    node = baton_topic_get_node (self->topic, position);
    baton_bot_run_move (self, node->next);
    baton_bot_run_node (self, node);
  }
}

static void
run_until_idle (BatonBotRun *self)
{
  while (self->raised != NULL || !self->waiting) {
    BatonFrame *frame = baton_bot_state_top (self->state);

    if (self->raised != NULL)
      handle_error (self);
    else if (frame != NULL)
      step (self, frame);
    else if (!start_queued (self))
      return;
  }
}

static void
hear_message (BatonBotRun *self)
{
  BatonFrame *frame = baton_bot_state_top (self->state);

  self->topic = frame != NULL ? spoken_topic (self, frame) : NULL;
  if (self->topic == NULL || !frame->asking || baton_topic_find (self->topic, frame->node) == BATON_NODE_NONE) {
    /* Nothing was asked, or the topic was changed since and knows the question no more. */
    baton_bot_run_cancel_all (self);
    hear (self);
  } else {
    baton_bot_run_answer (self);
  }
}

static gboolean
opens_conversation (BatonBotRun *self)
{
  BatonActivity *activity = self->request->activity;

  return baton_activity_is (activity, "event") && !self->state->greeted
         && g_strcmp0 (baton_activity_get_name (activity), "startConversation") == 0;
}

/**
 * baton_bot_run_turn:
 *
 * Lets the bot take in the activity and say what it has to say, until it waits for the customer again.
 */
void
baton_bot_run_turn (BatonBotRun *self)
{
  if (baton_activity_is (self->request->activity, "message")) {
    hear_message (self);
  } else if (opens_conversation (self)) {
    /* A canvas that was opened anew says so again. */
    self->state->greeted = TRUE;
    baton_bot_run_start (self, baton_bot_find_start (self->bot, BATON_STARTS_ON_CONVERSATION), FALSE);
  } else {
    return;
  }
  run_until_idle (self);
}
