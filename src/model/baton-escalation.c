/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-escalation.h"

#include <string.h>

#include "baton-error.h"
#include "baton-time.h"

/* What a row may hold, so that it stays below 16 KiB whatever the bot wrote: characters and bytes of one text (bytes as
 * JSON writes them), entries of one list, bytes of all texts together. */
#define TEXT_CHARACTERS 400
#define TEXT_BYTES 1200
#define LIST_ENTRIES 20
#define ROW_BYTES (14 * 1024)

#define ELLIPSIS "…"

struct _BatonEscalation {
  GObject       parent_instance;

  char         *id;
  char         *conversation_id;
  BatonState    state;
  gint64        epoch;
  char         *agent_id;        /* NULL while nobody has taken it */
  char         *agent_name;
  gint64        queued_at;       /* when the customer began to wait; kept when it comes back to the queue */
  gint64        claimed_at;
  gint64        closed_at;
  char         *customer_id;
  char         *customer_name;
  BatonHandoff *handoff;
  gboolean      detailed;        /* @handoff is whole, not the few lines of a row */
  guint         revision;
};

G_DEFINE_FINAL_TYPE (BatonEscalation, baton_escalation, G_TYPE_OBJECT)

enum { PROP_0, PROP_ID, PROP_REVISION, N_PROPS };
static GParamSpec *props[N_PROPS];

/* Where the texts of a row go. */
typedef struct {
  BatonJsonWriter *writer;
  gsize           *left;   /* bytes still to be spent on texts; NULL: nothing is cut */
} Row;

static gsize
escaped_size (char c)
{
  if (c == '"' || c == '\\' || (c >= '\b' && c <= '\r' && c != '\v'))
    return 2;
  return (guchar) c < 0x20 || c == 0x7f ? 6 : 1;
}

/* How much of @text may stand in a row; all of it if that is its length. Never splits a character. */
static gsize
fitting_length (const char *text,
                gsize       room,
                gsize      *cost)
{
  gsize characters = 0, spent = 0, fits = 0, i;

  for (i = 0; text[i] != '\0'; i++) {
    if ((text[i] & 0xc0) != 0x80) {
      if (spent > room)
        break;
      fits = i;
      *cost = spent;
      if (characters++ == TEXT_CHARACTERS)
        break;
    }
    spent += escaped_size (text[i]);
  }
  if (text[i] == '\0' && spent <= room) {
    fits = i;
    *cost = spent;
  }
  return fits;
}

static char *
dup_cut (Row        *row,
         const char *text)
{
  gsize cost = 0, fits;
  char *cut;

  if (row->left == NULL || text == NULL)
    return g_strdup (text);

  fits = fitting_length (text, MIN (TEXT_BYTES, *row->left), &cost);
  cut = text[fits] == '\0' ? g_strdup (text) : g_strdup_printf ("%.*s" ELLIPSIS, (int) fits, text);
  if (text[fits] != '\0')
    cost += strlen (ELLIPSIS);
  *row->left -= MIN (cost, *row->left);
  return cut;
}

static void
add_text (Row        *row,
          const char *name,
          const char *text)
{
  g_autofree char *cut = dup_cut (row, text);

  baton_json_writer_add_string (row->writer, name, cut);
}

/* Of a long list the newest entries: where the customer came from last says most. */
static void
add_list (Row               *row,
          const char        *name,
          const char *const *list)
{
  const guint n = g_strv_length ((char **) list);
  const guint first = row->left != NULL && n > LIST_ENTRIES ? n - LIST_ENTRIES : 0;
  g_autoptr (GPtrArray) backwards = g_ptr_array_new_with_free_func (g_free);

  for (guint i = n; i > first && (row->left == NULL || *row->left > 0); i--)
    g_ptr_array_add (backwards, dup_cut (row, list[i - 1]));

  baton_json_writer_name (row->writer, name);
  baton_json_writer_begin_array (row->writer);
  for (guint i = backwards->len; i > 0; i--)
    baton_json_writer_string (row->writer, g_ptr_array_index (backwards, i - 1));
  baton_json_writer_end_array (row->writer);
}

static void
add_person (Row        *row,
            const char *name,
            const char *id,
            const char *person)
{
  baton_json_writer_name (row->writer, name);
  baton_json_writer_begin_object (row->writer);
  add_text (row, "id", id);
  add_text (row, "name", person);
  baton_json_writer_end_object (row->writer);
}

static void
write_state (BatonEscalation *self,
             Row             *row)
{
  baton_json_writer_add_string (row->writer, "id", self->id);
  baton_json_writer_add_string (row->writer, "conversationId", self->conversation_id);
  baton_json_writer_add_string (row->writer, "state", baton_state_to_string (self->state));
  baton_json_writer_add_int (row->writer, "epoch", self->epoch);
  if (self->agent_id != NULL) {
    add_person (row, "agent", self->agent_id, self->agent_name);
  } else {
    baton_json_writer_name (row->writer, "agent");
    baton_json_writer_null (row->writer);
  }
  baton_json_writer_add_time (row->writer, "queuedAt", self->queued_at);
  baton_json_writer_add_time (row->writer, "claimedAt", self->claimed_at);
  baton_json_writer_add_time (row->writer, "closedAt", self->closed_at);
  add_person (row, "customer", self->customer_id, self->customer_name);
}

/* Under the names baton_handoff_write() uses too: a row can be read as a hand-off. */
static void
write_context (BatonHandoff *handoff,
               Row          *row)
{
  const BatonTrigger trigger = baton_handoff_get_trigger (handoff);

  baton_json_writer_add_string (row->writer, "trigger",
                                trigger != BATON_TRIGGER_UNKNOWN ? baton_trigger_to_string (trigger) : NULL);
  add_text (row, "agentMessage", baton_private_text_peek (baton_handoff_get_agent_message (handoff)));
  add_text (row, "lastTopic", baton_handoff_get_last_topic (handoff));
  add_text (row, "lastPhrase", baton_handoff_get_last_phrase (handoff));
  add_text (row, "language", baton_handoff_get_language (handoff));
  add_text (row, "skill", baton_handoff_get_skill (handoff));
  add_text (row, "scope", baton_handoff_get_scope (handoff));
  add_person (row, "bot", baton_handoff_get_bot_id (handoff), baton_handoff_get_bot_name (handoff));
  add_list (row, "topics", baton_handoff_get_topics (handoff));
  add_list (row, "phrases", baton_handoff_get_phrases (handoff));
}

static char *
dup_context (BatonHandoff *handoff,
             gboolean      whole)
{
  gsize left = ROW_BYTES;
  Row row = { baton_json_writer_new (), &left };

  if (whole) {
    baton_handoff_write (handoff, row.writer);
  } else {
    baton_json_writer_begin_object (row.writer);
    write_context (handoff, &row);
    baton_json_writer_end_object (row.writer);
  }
  return baton_json_writer_finish_text (row.writer);
}

static void
baton_escalation_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  BatonEscalation *self = BATON_ESCALATION (object);

  switch (prop_id) {
  case PROP_ID:
    g_value_set_string (value, self->id);
    break;
  case PROP_REVISION:
    g_value_set_uint (value, self->revision);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
baton_escalation_finalize (GObject *object)
{
  BatonEscalation *self = BATON_ESCALATION (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->conversation_id, g_free);
  g_clear_pointer (&self->agent_id, g_free);
  g_clear_pointer (&self->agent_name, g_free);
  g_clear_pointer (&self->customer_id, g_free);
  g_clear_pointer (&self->customer_name, g_free);
  g_clear_object (&self->handoff);

  G_OBJECT_CLASS (baton_escalation_parent_class)->finalize (object);
}

static void
baton_escalation_class_init (BatonEscalationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = baton_escalation_finalize;
  object_class->get_property = baton_escalation_get_property;

  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, readable);
  props[PROP_REVISION] = g_param_spec_uint ("revision", NULL, NULL, 0, G_MAXUINT, 0, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
baton_escalation_init (BatonEscalation *self)
{
  self->state = BATON_STATE_QUEUED;
  self->queued_at = BATON_TIME_UNKNOWN;
  self->claimed_at = BATON_TIME_UNKNOWN;
  self->closed_at = BATON_TIME_UNKNOWN;
}

static void
bump_revision (BatonEscalation *self)
{
  self->revision++;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REVISION]);
}

/**
 * baton_escalation_new:
 * @id: a new id
 * @conversation: the conversation it happened in
 * @handoff: what the bot knew
 * @queued_at: when the customer began to wait, microseconds UTC
 *
 * Who the customer is says the conversation; where that is silent, the bot.
 *
 * Returns: (transfer full): an escalation that is queued, in the conversation's epoch
 */
BatonEscalation *
baton_escalation_new (const char              *id,
                      const BatonConversation *conversation,
                      BatonHandoff            *handoff,
                      gint64                   queued_at)
{
  BatonEscalation *self;
  const char *customer_id, *customer_name;

  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (conversation != NULL && conversation->id != NULL, NULL);
  g_return_val_if_fail (BATON_IS_HANDOFF (handoff), NULL);

  customer_id = conversation->user_id != NULL ? conversation->user_id : baton_handoff_get_customer_id (handoff);
  customer_name = conversation->user_name != NULL ? conversation->user_name : baton_handoff_get_customer_name (handoff);

  self = g_object_new (BATON_TYPE_ESCALATION, NULL);
  self->id = g_strdup (id);
  self->conversation_id = g_strdup (conversation->id);
  self->epoch = conversation->epoch;
  self->queued_at = queued_at;
  self->customer_id = g_strdup (customer_id);
  self->customer_name = g_strdup (customer_name);
  self->handoff = g_object_ref (handoff);
  self->detailed = TRUE;
  return self;
}

static gint64
read_time (BatonJsonNode  node,
           const char    *name)
{
  g_autofree char *text = baton_json_node_dup_member (node, name);

  return baton_time_parse (text);
}

static void
read_rest (BatonEscalation *self,
           BatonJsonNode    node)
{
  BatonJsonNode agent = baton_json_node_get_member (node, "agent");
  BatonJsonNode customer = baton_json_node_get_member (node, "customer");
  BatonJsonNode whole = baton_json_node_get_member (node, "handoff");

  baton_json_node_get_int (baton_json_node_get_member (node, "epoch"), &self->epoch);
  self->agent_id = baton_json_node_dup_member (agent, "id");
  self->agent_name = baton_json_node_dup_member (agent, "name");
  self->queued_at = read_time (node, "queuedAt");
  self->claimed_at = read_time (node, "claimedAt");
  self->closed_at = read_time (node, "closedAt");
  self->customer_id = baton_json_node_dup_member (customer, "id");
  self->customer_name = baton_json_node_dup_member (customer, "name");
  self->detailed = baton_json_node_get_kind (whole) == BATON_JSON_OBJECT;
  self->handoff = baton_handoff_new_from_json (self->detailed ? whole : node);
}

/**
 * baton_escalation_new_from_json:
 * @node: a row or a detail, as this library writes them
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): the escalation, or %NULL with %BATON_ERROR_INVALID if it lacks an id, a conversation or a
 *   known state
 */
BatonEscalation *
baton_escalation_new_from_json (BatonJsonNode   node,
                                GError        **error)
{
  g_autofree char *id = baton_json_node_dup_member (node, "id");
  g_autofree char *conversation_id = baton_json_node_dup_member (node, "conversationId");
  g_autofree char *word = baton_json_node_dup_member (node, "state");
  BatonEscalation *self;
  BatonState state;

  if (id == NULL || conversation_id == NULL || !baton_state_from_string (word, &state)) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "an escalation without id, conversation or state");
    return NULL;
  }

  self = g_object_new (BATON_TYPE_ESCALATION, NULL);
  self->id = g_steal_pointer (&id);
  self->conversation_id = g_steal_pointer (&conversation_id);
  self->state = state;
  read_rest (self, node);
  return self;
}

/**
 * baton_escalation_write_row:
 * @self: an escalation
 * @writer: where it goes
 *
 * What a queue shows: below 16 KiB, since long texts are cut at 400 characters, with “…”, and lists at their newest 20
 * entries. The detail has them whole.
 */
void
baton_escalation_write_row (BatonEscalation *self,
                            BatonJsonWriter *writer)
{
  gsize left = ROW_BYTES;
  Row row = { writer, &left };

  g_return_if_fail (BATON_IS_ESCALATION (self));

  baton_json_writer_begin_object (writer);
  write_state (self, &row);
  write_context (self->handoff, &row);
  baton_json_writer_end_object (writer);
}

/**
 * baton_escalation_write_detail:
 * @self: an escalation
 * @writer: where it goes
 *
 * The row, with nothing cut, and under `handoff` all the bot told.
 */
void
baton_escalation_write_detail (BatonEscalation *self,
                               BatonJsonWriter *writer)
{
  Row row = { writer, NULL };

  g_return_if_fail (BATON_IS_ESCALATION (self));

  baton_json_writer_begin_object (writer);
  write_state (self, &row);
  write_context (self->handoff, &row);
  baton_json_writer_name (writer, "handoff");
  baton_handoff_write (self->handoff, writer);
  baton_json_writer_end_object (writer);
}

static gboolean
take_text (char       **place,
           const char  *text)
{
  if (g_strcmp0 (*place, text) == 0)
    return FALSE;

  g_free (*place);
  *place = g_strdup (text);
  return TRUE;
}

/* A row must not take away the whole context we already have, unless it tells of another one. */
static gboolean
take_handoff (BatonEscalation *self,
              BatonEscalation *newer)
{
  const gboolean whole = self->detailed && newer->detailed;
  g_autofree char *ours = dup_context (self->handoff, whole);
  g_autofree char *theirs = dup_context (newer->handoff, whole);

  if (g_str_equal (ours, theirs) && (self->detailed || !newer->detailed))
    return FALSE;

  g_set_object (&self->handoff, newer->handoff);
  self->detailed = newer->detailed;
  return TRUE;
}

static gboolean
take_state (BatonEscalation *self,
            BatonEscalation *newer)
{
  const gboolean same = self->state == newer->state && self->epoch == newer->epoch
                        && self->queued_at == newer->queued_at && self->claimed_at == newer->claimed_at
                        && self->closed_at == newer->closed_at;

  self->state = newer->state;
  self->epoch = newer->epoch;
  self->queued_at = newer->queued_at;
  self->claimed_at = newer->claimed_at;
  self->closed_at = newer->closed_at;
  return !same;
}

/**
 * baton_escalation_update:
 * @self: an escalation
 * @newer: the same escalation as somebody else knows it
 *
 * Makes @self say what @newer says, unless @newer is of an older epoch: answers and events may overtake each other. A row
 * leaves the whole context of a detail in place as long as both tell of the same hand-off.
 *
 * Returns: whether anything changed; then `revision` has been notified, once
 */
gboolean
baton_escalation_update (BatonEscalation *self,
                         BatonEscalation *newer)
{
  gboolean changed;

  g_return_val_if_fail (BATON_IS_ESCALATION (self), FALSE);
  g_return_val_if_fail (BATON_IS_ESCALATION (newer), FALSE);
  g_return_val_if_fail (g_str_equal (self->id, newer->id), FALSE);

  if (newer == self || newer->epoch < self->epoch)
    return FALSE;

  changed = take_state (self, newer);
  changed |= take_text (&self->agent_id, newer->agent_id);
  changed |= take_text (&self->agent_name, newer->agent_name);
  changed |= take_text (&self->customer_id, newer->customer_id);
  changed |= take_text (&self->customer_name, newer->customer_name);
  changed |= take_handoff (self, newer);
  if (changed)
    bump_revision (self);
  return changed;
}

/**
 * baton_escalation_copy:
 * @self: an escalation
 *
 * Returns: (transfer full): another object that says the same; later updates of one leave the other alone
 */
BatonEscalation *
baton_escalation_copy (BatonEscalation *self)
{
  BatonEscalation *copy;

  g_return_val_if_fail (BATON_IS_ESCALATION (self), NULL);

  copy = g_object_new (BATON_TYPE_ESCALATION, NULL);
  copy->id = g_strdup (self->id);
  copy->conversation_id = g_strdup (self->conversation_id);
  take_state (copy, self);
  copy->agent_id = g_strdup (self->agent_id);
  copy->agent_name = g_strdup (self->agent_name);
  copy->customer_id = g_strdup (self->customer_id);
  copy->customer_name = g_strdup (self->customer_name);
  copy->handoff = g_object_ref (self->handoff);
  copy->detailed = self->detailed;
  return copy;
}

/**
 * baton_escalation_set_state:
 * @self: an escalation
 * @state: its new state
 * @epoch: of the conversation, after the step
 * @agent_id: (nullable): who has it from now on
 * @agent_name: (nullable): their name
 * @at: when, microseconds UTC
 *
 * For the store, which decides. Back in the queue the waiting time goes on: `queued-at` stays.
 */
void
baton_escalation_set_state (BatonEscalation *self,
                            BatonState       state,
                            gint64           epoch,
                            const char      *agent_id,
                            const char      *agent_name,
                            gint64           at)
{
  g_return_if_fail (BATON_IS_ESCALATION (self));

  self->state = state;
  self->epoch = epoch;
  take_text (&self->agent_id, agent_id);
  take_text (&self->agent_name, agent_name);
  if (state == BATON_STATE_WITH_AGENT)
    self->claimed_at = at;
  self->closed_at = baton_escalation_is_open (self) ? BATON_TIME_UNKNOWN : at;
  bump_revision (self);
}

const char *
baton_escalation_get_id (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), NULL);

  return self->id;
}

const char *
baton_escalation_get_conversation_id (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), NULL);

  return self->conversation_id;
}

BatonState
baton_escalation_get_state (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), BATON_STATE_ENDED);

  return self->state;
}

gint64
baton_escalation_get_epoch (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), 0);

  return self->epoch;
}

gboolean
baton_escalation_is_open (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), FALSE);

  return self->state != BATON_STATE_BOT && self->state != BATON_STATE_ENDED;
}

const char *
baton_escalation_get_agent_id (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), NULL);

  return self->agent_id;
}

const char *
baton_escalation_get_agent_name (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), NULL);

  return self->agent_name;
}

gint64
baton_escalation_get_queued_at (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), BATON_TIME_UNKNOWN);

  return self->queued_at;
}

gint64
baton_escalation_get_claimed_at (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), BATON_TIME_UNKNOWN);

  return self->claimed_at;
}

gint64
baton_escalation_get_closed_at (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), BATON_TIME_UNKNOWN);

  return self->closed_at;
}

const char *
baton_escalation_get_customer_id (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), NULL);

  return self->customer_id;
}

const char *
baton_escalation_get_customer_name (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), NULL);

  return self->customer_name;
}

/**
 * baton_escalation_get_handoff:
 * @self: an escalation
 *
 * Returns: (transfer none): what the bot told; of a row without variables and transcript
 */
BatonHandoff *
baton_escalation_get_handoff (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), NULL);

  return self->handoff;
}

gboolean
baton_escalation_is_detailed (BatonEscalation *self)
{
  g_return_val_if_fail (BATON_IS_ESCALATION (self), FALSE);

  return self->detailed;
}
