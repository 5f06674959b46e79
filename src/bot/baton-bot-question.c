/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bot-run.h"
#include "baton-entity.h"
#include "baton-words.h"

/* A question is put once, and that many times again after wrong answers. */
#define DEFAULT_REPEATS 2
#define MAX_REPEATS 10

static BatonEntity *
read_entity (BatonBotRun     *self,
             const BatonNode *node)
{
  const char *trigger = baton_yaml_get_string (self->topic->trigger, "id");
  g_autofree char *set = g_strjoin (".", self->topic->id, trigger != NULL ? trigger : "main", node->id, NULL);

  return baton_entity_new (baton_yaml_get_member (node->yaml, "entity"), set, self->bot->entities);
}

/* A variable that has a value needs no question, unless the topic has come back to ask again. */
static gboolean
is_answered (BatonBotRun     *self,
             const BatonNode *node)
{
  BatonFrame *frame = baton_bot_state_top (self->state);
  const char *mode = baton_yaml_get_string (node->yaml, "skipQuestionMode");
  const char *variable = baton_yaml_get_string (node->yaml, "variable");

  if (variable == NULL || baton_value_is_blank (baton_bot_run_get (self, variable)))
    return FALSE;
  if (baton_yaml_is_true (node->yaml, "alwaysPrompt", FALSE) || g_strcmp0 (mode, "AlwaysAsk") == 0)
    return FALSE;
  return g_strcmp0 (mode, "AlwaysSkipIfVariableHasValue") == 0 || !g_hash_table_contains (frame->asked, node->id);
}

static void
wait_at (BatonBotRun     *self,
         const BatonNode *node)
{
  BatonFrame *frame = baton_bot_state_top (self->state);

  g_free (frame->node);
  frame->node = g_strdup (node->id);
  frame->asking = TRUE;
  self->waiting = TRUE;
}

/**
 * baton_bot_run_ask:
 *
 * Puts a question, or puts it again when a topic that came in between is through.
 */
void
baton_bot_run_ask (BatonBotRun     *self,
                   const BatonNode *node)
{
  BatonFrame *frame = baton_bot_state_top (self->state);
  gboolean answered = !frame->asking && is_answered (self, node);
  g_autoptr (BatonEntity) entity = NULL;
  g_autoptr (GPtrArray) labels = NULL;

  g_hash_table_add (frame->asked, g_strdup (node->id));
  if (answered)
    return;

  if (!frame->asking)
    frame->wrong = 0;
  entity = read_entity (self, node);
  labels = baton_entity_dup_labels (entity, self->locale);
  baton_bot_run_say (self, baton_yaml_get_member (node->yaml, "prompt"), labels, TRUE);
  wait_at (self, node);
}

static void
go_on (BatonBotRun     *self,
       const BatonNode *node,
       BatonValue      *value)
{
  const char *variable = baton_yaml_get_string (node->yaml, "variable");

  baton_bot_state_top (self->state)->asking = FALSE;
  if (variable != NULL)
    baton_bot_run_set (self, variable, value);
  baton_bot_run_move (self, node->next);
}

static guint
get_repeats (BatonBotRun     *self,
             const BatonNode *node)
{
  BatonYaml *field = baton_yaml_get_member (node->yaml, "repeatCount");
  g_autoptr (BatonValue) value = baton_bot_run_compute (self, field);
  double repeats;

  if (field == NULL || !baton_value_get_number (value, &repeats))
    return DEFAULT_REPEATS;
  return (guint) CLAMP (repeats, 0, MAX_REPEATS);
}

static void
give_up (BatonBotRun     *self,
         const BatonNode *node)
{
  BatonYaml *otherwise = baton_yaml_get_member (node->yaml, "defaultValue");
  const char *dialog = baton_yaml_get_string (node->yaml, "fallbackDialogOnInvalidEntity");
  BatonTopic *topic = dialog != NULL ? baton_bot_find_topic (self->bot, dialog) : NULL;
  gboolean implicit = baton_bot_state_top (self->state)->implicit;

  if (otherwise != NULL) {
    g_autoptr (BatonValue) value = baton_bot_run_compute (self, otherwise);

    go_on (self, node, value);
    baton_bot_run_say (self, baton_yaml_get_member (node->yaml, "defaultValueResponse"), NULL, FALSE);
  } else if (topic != NULL) {
    g_ptr_array_set_size (self->state->stack, (int) self->state->stack->len - 1);
    baton_bot_run_start (self, topic, implicit);
  } else {
    baton_bot_run_escalate (self);
  }
}

static void
ask_again (BatonBotRun     *self,
           const BatonNode *node,
           BatonEntity     *entity,
           gboolean         invalid)
{
  g_autoptr (GPtrArray) labels = baton_entity_dup_labels (entity, self->locale);
  BatonYaml *prompt = baton_yaml_get_member (node->yaml, invalid ? "invalidPrompt" : "unrecognizedPrompt");
  g_autofree char *question = NULL;
  g_autofree char *text = NULL;

  if (prompt != NULL) {
    baton_bot_run_say (self, prompt, labels, TRUE);
  } else {
    question = baton_bot_run_choose_text (self, baton_yaml_get_member (node->yaml, "prompt"));
    text = g_strjoin (" ", baton_words_get (BATON_WORD_SORRY, self->locale), question, NULL);
    baton_bot_run_say_text (self, text, labels, TRUE);
  }
  wait_at (self, node);
}

static void
take_wrong (BatonBotRun     *self,
            const BatonNode *node,
            BatonEntity     *entity,
            gboolean         invalid)
{
  if (++baton_bot_state_top (self->state)->wrong > get_repeats (self, node))
    give_up (self, node);
  else
    ask_again (self, node, entity, invalid);
}

static void
take_value (BatonBotRun     *self,
            const BatonNode *node,
            BatonEntity     *entity,
            BatonValue      *value)
{
  const char *variable = baton_yaml_get_string (node->yaml, "variable");
  const char *condition = baton_yaml_get_string (node->yaml, "validation");

  self->state->unknown = 0;
  if (variable != NULL && condition != NULL && !baton_bot_run_validates (self, variable, value, condition))
    take_wrong (self, node, entity, TRUE);
  else
    go_on (self, node, value);
}

static gboolean
is_running (BatonBotRun *self,
            BatonTopic  *topic)
{
  for (guint i = 0; i < self->state->stack->len; i++) {
    BatonFrame *frame = g_ptr_array_index (self->state->stack, i);

    if (g_strcmp0 (frame->topic, topic->id) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
may_interrupt (BatonBotRun     *self,
               const BatonNode *node,
               BatonTopic      *topic)
{
  BatonYaml *policy = baton_yaml_get_member (node->yaml, "interruptionPolicy");
  BatonYaml *filter = baton_yaml_get_member (policy, "interruptionTopicListFilter");
  BatonYaml *allowed = baton_yaml_get_member (filter, "allowedInterruptTopics");

  if (!baton_yaml_is_true (policy, "allowInterruption", TRUE) || is_running (self, topic))
    return FALSE;
  for (guint i = 0; i < baton_yaml_get_size (allowed); i++) {
    const char *id = baton_yaml_get_text (baton_yaml_get_child (allowed, i));

    if (id != NULL && baton_bot_find_topic (self->bot, id) == topic)
      return TRUE;
  }
  return allowed == NULL;
}

static BatonTopic *
find_person (GArray *hits)
{
  for (guint i = 0; i < hits->len; i++) {
    BatonTopic *topic = g_array_index (hits, BatonPhraseHit, i).owner;

    if (topic->start == BATON_STARTS_ON_ESCALATE)
      return topic;
  }
  return NULL;
}

/* Where nearly every text is an answer, only the very words of a phrase are meant for another topic. */
static BatonTopic *
find_interruption (BatonBotRun     *self,
                   const BatonNode *node,
                   GArray          *hits,
                   BatonEntity     *entity)
{
  double at_least = baton_entity_is_free (entity) ? 1.0 : BATON_PHRASES_THRESHOLD;

  for (guint i = 0; i < hits->len; i++) {
    const BatonPhraseHit *hit = &g_array_index (hits, BatonPhraseHit, i);

    if (hit->score >= at_least && may_interrupt (self, node, hit->owner))
      return hit->owner;
  }
  return NULL;
}

/**
 * baton_bot_run_answer:
 *
 * Takes the customer's message as the answer to the pending question. Asking for a person always works (S000-20); then
 * what fits is the answer; then another topic may come in between; else the answer was wrong.
 */
void
baton_bot_run_answer (BatonBotRun *self)
{
  BatonFrame *frame = baton_bot_state_top (self->state);
  const BatonNode *node = baton_topic_get_node (self->topic, baton_topic_find (self->topic, frame->node));
  g_autoptr (BatonEntity) entity = read_entity (self, node);
  g_autoptr (GArray) hits = baton_bot_run_dup_hits (self);
  BatonTopic *person = find_person (hits);
  BatonTopic *other = find_interruption (self, node, hits, entity);
  g_autoptr (BatonValue) value = NULL;
  gboolean fits = baton_entity_recognize (entity, self->text, self->locale, &value);

  if (person != NULL)
    baton_bot_run_start_by (self, person);
  else if (fits && (other == NULL || !baton_entity_is_free (entity)))
    take_value (self, node, entity, value);
  else if (other != NULL)
    baton_bot_run_start_by (self, other);
  else
    take_wrong (self, node, entity, FALSE);
}
