/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bot-run.h"

#include <string.h>

#include "baton-handoff.h"
#include "baton-words.h"

/* A hand-off is to be read by a person; a longer variable is cut and marked. */
#define MAX_VARIABLE 4096

/* What a transcript may weigh, so that the event stays well below what one activity may be. Older lines give way: the
 * relay has them all in its own record. */
#define MAX_TRANSCRIPT (8 * 1024 * 1024)

static BatonYaml *
get_type (BatonYaml *node)
{
  return baton_yaml_get_member (node, "transferType");
}

/* The second form of the node has its fields one level deeper. */
static BatonYaml *
get_field (BatonYaml  *node,
           const char *name)
{
  BatonYaml *field = baton_yaml_get_member (get_type (node), name);

  return field != NULL ? field : baton_yaml_get_member (node, name);
}

static void
gather (GHashTable *into,
        GHashTable *slots)
{
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  g_hash_table_iter_init (&iter, slots);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    BatonSlot *slot = value;
    BatonSlot *known = g_hash_table_lookup (into, name);

    if (known == NULL || known->set_at <= slot->set_at)
      g_hash_table_replace (into, name, slot);
  }
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static BatonValue *
record_of (GHashTable *slots)
{
  g_autofree gpointer *names = g_hash_table_get_keys_as_array (slots, NULL);
  BatonValue *record = baton_value_new_record ();

  qsort (names, g_hash_table_size (slots), sizeof (gpointer), compare_names);
  for (guint i = 0; names[i] != NULL; i++)
    baton_value_add (record, names[i], baton_slots_get (slots, names[i]));
  return record;
}

/* The variables that go along: those of all topics and the global ones, the latest of a name (S000-64, S000-65), or what
 * the node says instead. */
static BatonValue *
read_context (BatonBotRun *self,
              BatonYaml   *node)
{
  BatonYaml *context = get_field (node, "context");
  const char *which = baton_yaml_get_string (context, "variables");
  BatonYaml *value = baton_yaml_get_member (context, "value");
  BatonFrame *frame = baton_bot_state_top (self->state);
  g_autoptr (GHashTable) slots = g_hash_table_new (g_str_hash, g_str_equal);

  if (value == NULL)
    value = baton_yaml_get_member (context, "contextVariables");
  if (value != NULL)
    return baton_bot_run_compute (self, value);

  if (g_strcmp0 (which, "Topic") == 0) {
    gather (slots, frame->variables);
  } else if (g_strcmp0 (which, "Global") == 0) {
    gather (slots, self->state->globals);
  } else {
    gather (slots, self->state->globals);
    gather (slots, self->state->gathered);
  }
  return record_of (slots);
}

static void
write_variable (BatonJsonWriter *writer,
                const char      *name,
                BatonValue      *value)
{
  g_autofree char *text = NULL;
  g_autofree char *cut = NULL;

  if (baton_value_is_blank (value) || g_ascii_strncasecmp (name, "va_", 3) == 0 || g_str_has_prefix (name, "System."))
    return;

  baton_json_writer_name (writer, name);
  if (baton_value_get_kind (value) == BATON_VALUE_TEXT) {
    text = baton_value_dup_text (value);
    if (strlen (text) > MAX_VARIABLE)
      cut = g_strndup (text, (gsize) (g_utf8_find_prev_char (text, text + MAX_VARIABLE + 1) - text));
  }
  if (cut == NULL) {
    baton_value_write (value, writer);
  } else {
    g_autofree char *marked = g_strconcat (cut, "…", NULL);

    baton_json_writer_string (writer, marked);
  }
}

static const char *
last_of (GPtrArray *list)
{
  return list->len > 0 ? g_ptr_array_index (list, list->len - 1) : NULL;
}

static void
write_path (BatonJsonWriter *writer,
            const char      *name,
            GPtrArray       *list)
{
  baton_json_writer_name (writer, name);
  baton_json_writer_begin_array (writer);
  for (guint i = 0; i < list->len; i++)
    baton_json_writer_string (writer, g_ptr_array_index (list, i));
  baton_json_writer_end_array (writer);
}

static void
write_path_end (BatonJsonWriter *writer,
                const char      *name,
                GPtrArray       *list)
{
  if (last_of (list) != NULL)
    baton_json_writer_add_string (writer, name, last_of (list));
}

static void
write_value (BatonBotRun     *self,
             BatonJsonWriter *writer,
             const char      *message,
             BatonValue      *context)
{
  BatonBotState *state = self->state;
  g_autofree char *language = baton_language_normalize (self->locale);

  baton_json_writer_name (writer, "value");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "va_Scope", "bot");
  write_path_end (writer, "va_LastTopic", state->topics);
  write_path (writer, "va_Topics", state->topics);
  write_path_end (writer, "va_LastPhrase", state->phrases);
  write_path_end (writer, "va_LastPhrases", state->phrases);
  write_path (writer, "va_Phrases", state->phrases);
  baton_json_writer_add_string (writer, "va_ConversationId", self->request->conversation_id);
  if (message != NULL && *message != '\0')
    baton_json_writer_add_string (writer, "va_AgentMessage", message);
  baton_json_writer_add_string (writer, "va_BotId", self->bot->id);
  baton_json_writer_add_string (writer, "va_BotName", self->bot->name);
  baton_json_writer_add_string (writer, "va_Language", language != NULL ? language : self->locale);
  for (guint i = 0; i < baton_value_get_size (context); i++) {
    const char *name = baton_value_get_name (context, i);

    if (name != NULL)
      write_variable (writer, name, baton_value_get_item (context, i));
  }
  baton_json_writer_end_object (writer);
}

/* Only what an agent reads: internal data of channels stays behind. */
static void
write_line (BatonJsonWriter *writer,
            BatonActivity   *activity)
{
  static const char *const members[] = {
    "type", "id", "timestamp", "from", "locale", "textFormat", "text", "attachments", "replyToId"
  };

  baton_json_writer_begin_object (writer);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    BatonJsonNode member = baton_json_node_get_member (baton_activity_get_root (activity), members[i]);

    if (baton_json_node_get_kind (member) != BATON_JSON_ABSENT)
      baton_json_writer_add_node (writer, members[i], member);
  }
  baton_json_writer_end_object (writer);
}

static guint
first_line (GPtrArray *transcript)
{
  gsize size = 0;
  guint first = transcript->len;

  while (first > 0) {
    g_autoptr (GBytes) line = baton_activity_get_bytes (g_ptr_array_index (transcript, first - 1));

    size += g_bytes_get_size (line);
    if (size > MAX_TRANSCRIPT)
      break;
    first--;
  }
  return first;
}

static void
write_transcript (BatonJsonWriter *writer,
                  GPtrArray       *transcript)
{
  baton_json_writer_name (writer, "attachments");
  baton_json_writer_begin_array (writer);
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "contentType", "application/json");
  baton_json_writer_add_string (writer, "name", "Transcript");
  baton_json_writer_name (writer, "content");
  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "activities");
  baton_json_writer_begin_array (writer);
  for (guint i = first_line (transcript); i < transcript->len; i++) {
    BatonActivity *activity = g_ptr_array_index (transcript, i);

    if (baton_activity_is (activity, "message"))
      write_line (writer, activity);
  }
  baton_json_writer_end_array (writer);
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);
  baton_json_writer_end_array (writer);
}

static void
write_party (BatonJsonWriter *writer,
             const char      *party,
             const char      *id,
             const char      *name,
             const char      *role)
{
  baton_json_writer_name (writer, party);
  baton_json_writer_begin_object (writer);
  if (id != NULL)
    baton_json_writer_add_string (writer, "id", id);
  if (name != NULL)
    baton_json_writer_add_string (writer, "name", name);
  if (role != NULL)
    baton_json_writer_add_string (writer, "role", role);
  baton_json_writer_end_object (writer);
}

static void
write_reference (BatonBotRun     *self,
                 BatonJsonWriter *writer,
                 const char      *activity_id)
{
  baton_json_writer_name (writer, "relatesTo");
  baton_json_writer_begin_object (writer);
  if (activity_id != NULL)
    baton_json_writer_add_string (writer, "activityId", activity_id);
  write_party (writer, "user", self->request->user_id, self->request->user_name, "user");
  write_party (writer, "bot", self->bot->id, self->bot->name, "bot");
  write_party (writer, "conversation", self->request->conversation_id, NULL, NULL);
  baton_json_writer_add_string (writer, "channelId", "directline");
  baton_json_writer_end_object (writer);
}

static void
write_trigger (BatonJsonWriter *writer,
               gboolean         implicit)
{
  baton_json_writer_name (writer, "channelData");
  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "baton");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "trigger", implicit ? "implicit" : "explicit");
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);
}

/* The event of protocol 3.1. Its id follows from the customer's message, so that a turn that is run again after a crash
 * gives the same hand-off and not a second one. */
static void
send_event (BatonBotRun *self,
            const char  *message,
            BatonValue  *context,
            gboolean     implicit,
            GPtrArray   *transcript)
{
  const char *activity_id = baton_activity_get_id (self->request->activity);
  g_autofree char *id = activity_id != NULL ? g_strconcat (activity_id, "/handoff", NULL) : NULL;
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_bot_run_begin_activity (self, writer, "event");
  baton_json_writer_add_string (writer, "name", "handoff.initiate");
  if (id != NULL)
    baton_json_writer_add_string (writer, "id", id);
  baton_json_writer_add_string (writer, "locale", self->locale);
  write_value (self, writer, message, context);
  if (transcript != NULL)
    write_transcript (writer, transcript);
  write_reference (self, writer, activity_id);
  write_trigger (writer, implicit);
  baton_bot_run_add (self, writer);
}

static void
hand_over (BatonBotRun *self,
           BatonYaml   *node)
{
  gboolean implicit = baton_bot_state_top (self->state)->implicit;
  g_autofree char *message = baton_bot_run_choose_text (self, get_field (node, "messageToAgent"));
  g_autoptr (BatonValue) context = read_context (self, node);
  guint n_said;

  /* The customer is told beforehand, also where the author forgot to (S000-39). */
  if (!self->spoken)
    baton_bot_run_say_text (self, baton_words_get (BATON_WORD_TRANSFER, self->locale), NULL, FALSE);

  /* A hand-off never fails because of one of its parts. */
  n_said = self->activities->len;
  send_event (self, message, context, implicit, self->request->transcript);
  if (self->activities->len == n_said)
    send_event (self, message, context, implicit, NULL);

  self->raised = NULL;
  self->state->unknown = 0;
  baton_bot_run_cancel_all (self);
}

/* A chat cannot be put through to a telephone; the number is a link. */
static void
show_number (BatonBotRun *self,
             const char  *number)
{
  g_autofree char *shown = baton_bot_run_render (self, number);
  g_autofree char *digits = g_strdup (shown);
  g_autofree char *text = NULL;

  g_strcanon (digits, "+0123456789", ' ');
  g_strdelimit (digits, " ", '-');
  text = g_strdup_printf ("%s [%s](tel:%s)", baton_words_get (BATON_WORD_TELEPHONE, self->locale), shown, digits);
  baton_bot_run_say_text (self, text, NULL, FALSE);
  baton_bot_run_finish_topic (self);
}

/**
 * baton_bot_run_transfer:
 * @node: (nullable): a transfer node; %NULL: as one without any fields
 *
 * The bot's part ends here: the customer is told, the hub gets `handoff.initiate`, and no topic goes on (S000-40). The
 * private message is in the event alone (S000-35).
 */
void
baton_bot_run_transfer (BatonBotRun *self,
                        BatonYaml   *node)
{
  const char *number = baton_yaml_get_string (get_type (node), "phoneNumber");

  if (number == NULL)
    number = baton_yaml_get_string (node, "telephoneNumber");
  if (number != NULL)
    show_number (self, number);
  else
    hand_over (self, node);
}
