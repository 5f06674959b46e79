/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bot-state.h"

#include <string.h>

#define VERSION 1

/* How far back the path of a conversation goes, and how much of an utterance is kept. */
#define MAX_PATH 50
#define MAX_PHRASE 4096

static void
slot_free (BatonSlot *self)
{
  baton_value_unref (self->value);
  g_free (self);
}

static GHashTable *
slots_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) slot_free);
}

/**
 * baton_slots_set:
 * @value: (nullable) (transfer none): blank is kept too: it may hide an older value
 */
void
baton_slots_set (GHashTable *slots,
                 const char *name,
                 BatonValue *value,
                 gint64      set_at)
{
  BatonSlot *slot = g_new (BatonSlot, 1);

  *slot = (BatonSlot) { baton_value_ref (value), set_at };
  g_hash_table_replace (slots, g_strdup (name), slot);
}

BatonValue *
baton_slots_get (GHashTable *slots,
                 const char *name)
{
  BatonSlot *slot = g_hash_table_lookup (slots, name);

  return slot != NULL ? slot->value : NULL;
}

static void
frame_free (BatonFrame *self)
{
  g_hash_table_unref (self->variables);
  g_hash_table_unref (self->asked);
  g_hash_table_unref (self->outputs);
  g_free (self->topic);
  g_free (self->node);
  g_free (self);
}

static void
queued_free (BatonQueued *self)
{
  g_free (self->topic);
  g_free (self);
}

BatonBotState *
baton_bot_state_new (void)
{
  BatonBotState *self = g_new0 (BatonBotState, 1);

  self->topics = g_ptr_array_new_with_free_func (g_free);
  self->phrases = g_ptr_array_new_with_free_func (g_free);
  self->globals = slots_new ();
  self->gathered = slots_new ();
  self->stack = g_ptr_array_new_with_free_func ((GDestroyNotify) frame_free);
  self->queue = g_ptr_array_new_with_free_func ((GDestroyNotify) queued_free);
  return self;
}

void
baton_bot_state_free (BatonBotState *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->topics);
  g_ptr_array_unref (self->phrases);
  g_hash_table_unref (self->globals);
  g_hash_table_unref (self->gathered);
  g_ptr_array_unref (self->stack);
  g_ptr_array_unref (self->queue);
  g_free (self);
}

void
baton_bot_state_enqueue (BatonBotState *self,
                         const char    *topic,
                         gboolean       implicit)
{
  BatonQueued *queued = g_new (BatonQueued, 1);

  *queued = (BatonQueued) { g_strdup (topic), implicit };
  g_ptr_array_add (self->queue, queued);
}

/**
 * baton_bot_state_push:
 *
 * Returns: (transfer none): a new frame on top of the stack
 */
BatonFrame *
baton_bot_state_push (BatonBotState *self,
                      const char    *topic)
{
  BatonFrame *frame = g_new0 (BatonFrame, 1);

  frame->topic = g_strdup (topic);
  frame->variables = slots_new ();
  frame->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  frame->outputs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_ptr_array_add (self->stack, frame);
  return frame;
}

BatonFrame *
baton_bot_state_top (const BatonBotState *self)
{
  return self->stack->len > 0 ? g_ptr_array_index (self->stack, self->stack->len - 1) : NULL;
}

static void
keep_last (GPtrArray  *list,
           const char *text)
{
  if (list->len == MAX_PATH)
    g_ptr_array_remove_index (list, 0);
  g_ptr_array_add (list, g_utf8_make_valid (text, (gssize) strnlen (text, MAX_PHRASE)));
}

/**
 * baton_bot_state_note:
 *
 * Notes that the utterance @phrase started @topic; a hand-off tells both.
 */
void
baton_bot_state_note (BatonBotState *self,
                      const char    *topic,
                      const char    *phrase)
{
  keep_last (self->topics, topic);
  keep_last (self->phrases, phrase);
}

static void
write_slots (BatonJsonWriter *writer,
             const char      *name,
             GHashTable      *slots)
{
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  baton_json_writer_name (writer, name);
  baton_json_writer_begin_object (writer);
  g_hash_table_iter_init (&iter, slots);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    BatonSlot *slot = value;

    baton_json_writer_name (writer, key);
    baton_json_writer_begin_array (writer);
    baton_value_store (slot->value, writer);
    baton_json_writer_int (writer, slot->set_at);
    baton_json_writer_end_array (writer);
  }
  baton_json_writer_end_object (writer);
}

static void
write_texts (BatonJsonWriter *writer,
             const char      *name,
             GPtrArray       *texts)
{
  baton_json_writer_name (writer, name);
  baton_json_writer_begin_array (writer);
  for (guint i = 0; i < texts->len; i++)
    baton_json_writer_string (writer, g_ptr_array_index (texts, i));
  baton_json_writer_end_array (writer);
}

static void
write_frame (BatonJsonWriter *writer,
             BatonFrame      *frame)
{
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "topic", frame->topic);
  baton_json_writer_add_string (writer, "node", frame->node);
  baton_json_writer_add_boolean (writer, "implicit", frame->implicit);
  baton_json_writer_add_boolean (writer, "asking", frame->asking);
  baton_json_writer_add_int (writer, "wrong", frame->wrong);
  write_slots (writer, "variables", frame->variables);
  baton_json_writer_name (writer, "asked");
  baton_json_writer_begin_array (writer);
  g_hash_table_iter_init (&iter, frame->asked);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    baton_json_writer_string (writer, key);
  baton_json_writer_end_array (writer);
  baton_json_writer_name (writer, "outputs");
  baton_json_writer_begin_object (writer);
  g_hash_table_iter_init (&iter, frame->outputs);
  while (g_hash_table_iter_next (&iter, &key, &value))
    baton_json_writer_add_string (writer, key, value);
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);
}

/**
 * baton_bot_state_format:
 *
 * Returns: (transfer full): the state as JSON text for baton_bot_state_parse()
 */
char *
baton_bot_state_format (const BatonBotState *self)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_int (writer, "version", VERSION);
  baton_json_writer_add_int (writer, "clock", self->clock);
  baton_json_writer_add_int (writer, "spoken", self->spoken);
  baton_json_writer_add_int (writer, "unknown", self->unknown);
  baton_json_writer_add_boolean (writer, "greeted", self->greeted);
  write_texts (writer, "topics", self->topics);
  write_texts (writer, "phrases", self->phrases);
  write_slots (writer, "globals", self->globals);
  write_slots (writer, "gathered", self->gathered);
  baton_json_writer_name (writer, "stack");
  baton_json_writer_begin_array (writer);
  for (guint i = 0; i < self->stack->len; i++)
    write_frame (writer, g_ptr_array_index (self->stack, i));
  baton_json_writer_end_array (writer);
  baton_json_writer_name (writer, "queue");
  baton_json_writer_begin_array (writer);
  for (guint i = 0; i < self->queue->len; i++) {
    BatonQueued *queued = g_ptr_array_index (self->queue, i);

    baton_json_writer_begin_object (writer);
    baton_json_writer_add_string (writer, "topic", queued->topic);
    baton_json_writer_add_boolean (writer, "implicit", queued->implicit);
    baton_json_writer_end_object (writer);
  }
  baton_json_writer_end_array (writer);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish_text (writer);
}

static gint64
read_count (BatonJsonNode  node,
            const char    *name)
{
  gint64 count;

  return baton_json_node_get_int (baton_json_node_get_member (node, name), &count) ? CLAMP (count, 0, G_MAXINT32) : 0;
}

static gboolean
read_flag (BatonJsonNode  node,
           const char    *name)
{
  return baton_json_node_is_true (baton_json_node_get_member (node, name));
}

static void
read_slots (GHashTable    *slots,
            BatonJsonNode  node)
{
  BatonJsonNode name;
  BatonJsonNode value;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, node);
  while (baton_json_iter_next (&iter, &name, &value)) {
    g_autofree char *key = baton_json_node_dup_string (name);
    g_autoptr (BatonValue) restored = baton_value_restore (baton_json_node_get_element (value, 0));
    gint64 set_at;

    if (key != NULL && baton_json_node_get_int (baton_json_node_get_element (value, 1), &set_at))
      baton_slots_set (slots, key, restored, set_at);
  }
}

static void
read_texts (GPtrArray     *texts,
            BatonJsonNode  node)
{
  BatonJsonNode name;
  BatonJsonNode value;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, node);
  while (baton_json_iter_next (&iter, &name, &value)) {
    char *text = baton_json_node_dup_string (value);

    if (text != NULL)
      g_ptr_array_add (texts, text);
  }
}

static void
read_frame (BatonBotState *self,
            BatonJsonNode  node)
{
  g_autofree char *topic = baton_json_node_dup_member (node, "topic");
  g_autoptr (GPtrArray) asked = g_ptr_array_new_with_free_func (g_free);
  BatonFrame *frame;
  BatonJsonNode name;
  BatonJsonNode value;
  BatonJsonIter iter;

  if (topic == NULL)
    return;

  frame = baton_bot_state_push (self, topic);
  frame->node = baton_json_node_dup_member (node, "node");
  frame->implicit = read_flag (node, "implicit");
  frame->asking = read_flag (node, "asking");
  frame->wrong = (guint) read_count (node, "wrong");
  read_slots (frame->variables, baton_json_node_get_member (node, "variables"));
  read_texts (asked, baton_json_node_get_member (node, "asked"));
  for (guint i = 0; i < asked->len; i++)
    g_hash_table_add (frame->asked, g_strdup (g_ptr_array_index (asked, i)));

  baton_json_iter_init (&iter, baton_json_node_get_member (node, "outputs"));
  while (baton_json_iter_next (&iter, &name, &value)) {
    g_autofree char *key = baton_json_node_dup_string (name);
    g_autofree char *variable = baton_json_node_dup_string (value);

    if (key != NULL && variable != NULL)
      g_hash_table_replace (frame->outputs, g_steal_pointer (&key), g_steal_pointer (&variable));
  }
}

static void
read_lists (BatonBotState *self,
            BatonJsonNode  root)
{
  BatonJsonNode name;
  BatonJsonNode value;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, baton_json_node_get_member (root, "stack"));
  while (baton_json_iter_next (&iter, &name, &value))
    read_frame (self, value);
  baton_json_iter_init (&iter, baton_json_node_get_member (root, "queue"));
  while (baton_json_iter_next (&iter, &name, &value)) {
    g_autofree char *topic = baton_json_node_dup_member (value, "topic");

    if (topic != NULL)
      baton_bot_state_enqueue (self, topic, read_flag (value, "implicit"));
  }
}

/**
 * baton_bot_state_parse:
 * @text: (nullable): what baton_bot_state_format() gave
 *
 * Returns: (transfer full): the state; a fresh one for anything we did not write
 */
BatonBotState *
baton_bot_state_parse (const char *text)
{
  BatonBotState *self = baton_bot_state_new ();
  g_autoptr (BatonJson) json = NULL;
  BatonJsonNode root;

  if (text != NULL)
    json = baton_json_parse_text (text, -1, &BATON_JSON_LIMITS_BOT, NULL);
  if (json == NULL)
    return self;
  root = baton_json_get_root (json);
  if (read_count (root, "version") != VERSION)
    return self;

  self->clock = read_count (root, "clock");
  self->spoken = (guint) read_count (root, "spoken");
  self->unknown = (guint) read_count (root, "unknown");
  self->greeted = read_flag (root, "greeted");
  read_texts (self->topics, baton_json_node_get_member (root, "topics"));
  read_texts (self->phrases, baton_json_node_get_member (root, "phrases"));
  read_slots (self->globals, baton_json_node_get_member (root, "globals"));
  read_slots (self->gathered, baton_json_node_get_member (root, "gathered"));
  read_lists (self, root);
  return self;
}
