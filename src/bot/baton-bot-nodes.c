/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bot-run.h"

#include <string.h>

static gboolean
is_reserved_event (const char *name)
{
  return g_ascii_strncasecmp (name, "handoff.", strlen ("handoff.")) == 0;
}

/* An author's own event. Those of a hand-off are made by the transfer node alone. */
static void
send_event (BatonBotRun *self,
            BatonYaml   *activity)
{
  const char *name = baton_yaml_get_string (activity, "name");
  g_autoptr (BatonValue) value = NULL;
  BatonJsonWriter *writer;

  if (name == NULL || is_reserved_event (name))
    return;

  value = baton_bot_run_compute (self, baton_yaml_get_member (activity, "value"));
  writer = baton_json_writer_new ();
  baton_bot_run_begin_activity (self, writer, "event");
  baton_json_writer_add_string (writer, "name", name);
  baton_json_writer_name (writer, "value");
  baton_value_write (value, writer);
  baton_bot_run_add (self, writer);
}

static void
run_send (BatonBotRun     *self,
          const BatonNode *node)
{
  BatonYaml *activity = baton_yaml_get_member (node->yaml, "activity");

  if (g_strcmp0 (baton_yaml_get_string (activity, "kind"), "EventActivity") == 0)
    send_event (self, activity);
  else
    baton_bot_run_say (self, activity, NULL, FALSE);
}

static void
run_set (BatonBotRun     *self,
         const BatonNode *node)
{
  const char *variable = baton_yaml_get_string (node->yaml, "variable");
  g_autoptr (BatonValue) value = baton_bot_run_compute (self, baton_yaml_get_member (node->yaml, "value"));

  if (variable != NULL)
    baton_bot_run_set (self, variable, value);
}

static void
run_set_text (BatonBotRun     *self,
              const BatonNode *node)
{
  const char *variable = baton_yaml_get_string (node->yaml, "variable");
  const char *text = baton_yaml_get_string (node->yaml, "value");
  g_autofree char *rendered = text != NULL ? baton_bot_run_render (self, text) : NULL;
  g_autoptr (BatonValue) value = baton_value_new_text (rendered);

  if (variable != NULL)
    baton_bot_run_set (self, variable, value);
}

static void
run_conditions (BatonBotRun     *self,
                const BatonNode *node)
{
  for (guint i = 0; i < node->branches->len; i++) {
    const BatonBranch *branch = &g_array_index (node->branches, BatonBranch, i);

    if (branch->condition == NULL || baton_bot_run_is_true (self, branch->condition)) {
      baton_bot_run_move (self, branch->first);
      return;
    }
  }
}

static BatonTopic *
find_target (BatonBotRun     *self,
             const BatonNode *node)
{
  const char *dialog = baton_yaml_get_string (node->yaml, "dialog");
  g_autofree char *id = dialog != NULL ? baton_bot_run_render (self, dialog) : NULL;
  BatonTopic *topic = id != NULL ? baton_bot_find_topic (self->bot, id) : NULL;

  /* A tool, which is as far away as the other nodes that need a network. */
  if (topic == NULL && id != NULL && strstr (id, ".action.") != NULL)
    return NULL;
  if (topic == NULL)
    baton_bot_run_raise (self, "TopicNotFound");
  return topic;
}

/* What a call hands over: read in the caller before the called topic begins, set in the called one afterwards. */
static BatonValue *
read_inputs (BatonBotRun     *self,
             const BatonNode *node)
{
  BatonYaml *binding = baton_yaml_get_member (baton_yaml_get_member (node->yaml, "input"), "binding");

  return baton_bot_run_compute (self, binding);
}

static void
call (BatonBotRun     *self,
      const BatonNode *node,
      BatonTopic      *topic,
      BatonValue      *inputs,
      gboolean         implicit)
{
  BatonYaml *binding = baton_yaml_get_member (baton_yaml_get_member (node->yaml, "output"), "binding");
  BatonFrame *frame;

  baton_bot_run_start (self, topic, implicit);
  frame = baton_bot_state_top (self->state);
  if (frame == NULL || self->raised != NULL)
    return;

  for (guint i = 0; i < baton_value_get_size (inputs); i++) {
    g_autofree char *variable = g_strconcat ("Topic.", baton_value_get_name (inputs, i), NULL);

    baton_bot_run_set (self, variable, baton_value_get_item (inputs, i));
  }
  for (guint i = 0; i < baton_yaml_get_size (binding); i++) {
    const char *variable = baton_yaml_get_text (baton_yaml_get_child (binding, i));

    if (variable != NULL)
      g_hash_table_replace (frame->outputs, g_strdup (baton_yaml_get_key (binding, i)), g_strdup (variable));
  }
}

static void
run_begin (BatonBotRun     *self,
           const BatonNode *node)
{
  BatonTopic *topic = find_target (self, node);
  g_autoptr (BatonValue) inputs = read_inputs (self, node);

  if (topic != NULL)
    call (self, node, topic, inputs, baton_bot_state_top (self->state)->implicit);
}

static void
run_replace (BatonBotRun     *self,
             const BatonNode *node)
{
  BatonTopic *topic = find_target (self, node);
  g_autoptr (BatonValue) inputs = read_inputs (self, node);
  gboolean implicit = baton_bot_state_top (self->state)->implicit;

  if (topic == NULL)
    return;

  g_ptr_array_set_size (self->state->stack, (int) self->state->stack->len - 1);
  call (self, node, topic, inputs, implicit);
}

static void
run_end_topic (BatonBotRun     *self,
               const BatonNode *node)
{
  if (baton_yaml_is_true (node->yaml, "clearTopicQueue", TRUE))
    g_ptr_array_set_size (self->state->queue, 0);
  baton_bot_run_finish_topic (self);
}

/* Escalate topics often end like this; the transfer they lack must follow all the same. */
static void
run_cancel_all (BatonBotRun     *self,
                const BatonNode *node)
{
  baton_bot_run_finish_topic (self);
  baton_bot_run_cancel_all (self);
}

static void
run_goto (BatonBotRun     *self,
          const BatonNode *node)
{
  int position = baton_topic_find (self->topic, baton_yaml_get_string (node->yaml, "actionId"));

  if (position == BATON_NODE_NONE)
    baton_bot_run_raise (self, "ActionNotFound");
  else
    baton_bot_run_move (self, position);
}

static void
run_end_conversation (BatonBotRun     *self,
                      const BatonNode *node)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_bot_run_begin_activity (self, writer, "endOfConversation");
  baton_json_writer_add_string (writer, "code", "completedSuccessfully");
  baton_bot_run_add (self, writer);
  baton_bot_run_cancel_all (self);
}

static void
run_clear_variables (BatonBotRun     *self,
                     const BatonNode *node)
{
  const char *which = baton_yaml_get_string (node->yaml, "variables");

  if (which == NULL || strcmp (which, "ConversationScopedVariables") == 0 || strcmp (which, "AllGlobalVariables") == 0)
    baton_bot_run_clear (self);
}

static void
run_transfer (BatonBotRun     *self,
              const BatonNode *node)
{
  baton_bot_run_transfer (self, node->yaml);
}

/**
 * baton_bot_run_node:
 *
 * Runs one node of the running topic, which has already moved on to the next.
 */
void
baton_bot_run_node (BatonBotRun     *self,
                    const BatonNode *node)
{
  static void (*const runners[]) (BatonBotRun *self, const BatonNode *node) = {
    [BATON_NODE_SEND] = run_send,
    [BATON_NODE_SET] = run_set,
    [BATON_NODE_SET_TEXT] = run_set_text,
    [BATON_NODE_CONDITIONS] = run_conditions,
    [BATON_NODE_QUESTION] = baton_bot_run_ask,
    [BATON_NODE_BEGIN] = run_begin,
    [BATON_NODE_REPLACE] = run_replace,
    [BATON_NODE_END_TOPIC] = run_end_topic,
    [BATON_NODE_CANCEL_ALL] = run_cancel_all,
    [BATON_NODE_GOTO] = run_goto,
    [BATON_NODE_END_CONVERSATION] = run_end_conversation,
    [BATON_NODE_CLEAR_VARIABLES] = run_clear_variables,
    [BATON_NODE_TRANSFER] = run_transfer,
  };

  if (node->kind == BATON_NODE_SKIP)
    g_debug ("topic %s: node %s is not run", self->topic->id, node->id);
  else
    runners[node->kind] (self, node);
}
