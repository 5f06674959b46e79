/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-event.h"

#include "baton-error.h"
#include "baton-time.h"

struct _BatonEvent {
  GObject          parent_instance;

  GBytes          *bytes;
  gint64           seq;
  gint64           at;
  char            *kind;
  BatonEscalation *escalation;   /* a snapshot of its own; nobody updates it */
  BatonAgent      *agent;
};

G_DEFINE_FINAL_TYPE (BatonEvent, baton_event, G_TYPE_OBJECT)

static void
baton_event_finalize (GObject *object)
{
  BatonEvent *self = BATON_EVENT (object);

  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->kind, g_free);
  g_clear_object (&self->escalation);
  g_clear_object (&self->agent);

  G_OBJECT_CLASS (baton_event_parent_class)->finalize (object);
}

static void
baton_event_class_init (BatonEventClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_event_finalize;
}

static void
baton_event_init (BatonEvent *self)
{
}

/**
 * baton_event_new:
 * @seq: its number, from 1, without gaps over the whole hub
 * @at: when it happened, microseconds UTC
 * @kind: one of the `BATON_EVENT_` names
 * @escalation: (nullable): the escalation it is about; its row is copied as it is now
 * @agent: (nullable): the agent it is about; copied as well
 *
 * Returns: (transfer full): the event
 */
BatonEvent *
baton_event_new (gint64           seq,
                 gint64           at,
                 const char      *kind,
                 BatonEscalation *escalation,
                 BatonAgent      *agent)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  BatonEvent *self;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_int (writer, "seq", seq);
  baton_json_writer_add_time (writer, "at", at);
  baton_json_writer_add_string (writer, "kind", kind);
  if (escalation != NULL) {
    baton_json_writer_name (writer, "escalation");
    baton_escalation_write_row (escalation, writer);
  }
  if (agent != NULL) {
    baton_json_writer_name (writer, "agent");
    baton_agent_write (agent, writer);
  }
  baton_json_writer_end_object (writer);
  bytes = baton_json_writer_finish (writer);

  self = baton_event_new_from_bytes (bytes, &error);
  if (self == NULL)
    g_error ("an event of our own is broken: %s", error->message);
  return self;
}

static gboolean
read_parts (BatonEvent     *self,
            BatonJsonNode   root,
            GError        **error)
{
  BatonJsonNode escalation = baton_json_node_get_member (root, "escalation");
  BatonJsonNode agent = baton_json_node_get_member (root, "agent");

  if (baton_json_node_get_kind (escalation) == BATON_JSON_OBJECT) {
    self->escalation = baton_escalation_new_from_json (escalation, error);
    if (self->escalation == NULL)
      return FALSE;
  }
  if (baton_json_node_get_kind (agent) == BATON_JSON_OBJECT) {
    self->agent = baton_agent_new_from_json (agent, error);
    if (self->agent == NULL)
      return FALSE;
  }
  return TRUE;
}

/**
 * baton_event_new_from_bytes:
 * @bytes: what baton_event_get_bytes() gave
 * @error: return location for a [error@Error]
 *
 * A kind this version does not know is accepted: it still counts in the sequence.
 *
 * Returns: (transfer full): the event, or %NULL with @error set: what baton_json_parse() says, or %BATON_ERROR_INVALID if
 *   it lacks its number or kind, or what it is about cannot be read
 */
BatonEvent *
baton_event_new_from_bytes (GBytes  *bytes,
                            GError **error)
{
  g_autoptr (BatonJson) json = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, error);
  g_autoptr (BatonEvent) self = NULL;
  g_autofree char *at = NULL;
  BatonJsonNode root;

  if (json == NULL)
    return NULL;

  root = baton_json_get_root (json);
  self = g_object_new (BATON_TYPE_EVENT, NULL);
  self->bytes = g_bytes_ref (bytes);
  self->kind = baton_json_node_dup_member (root, "kind");
  at = baton_json_node_dup_member (root, "at");
  self->at = baton_time_parse (at);
  if (!baton_json_node_get_int (baton_json_node_get_member (root, "seq"), &self->seq) || self->kind == NULL) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "an event without number or kind");
    return NULL;
  }
  return read_parts (self, root, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * baton_event_get_bytes:
 * @self: an event
 *
 * Returns: (transfer none): it as JSON, ready for a stream
 */
GBytes *
baton_event_get_bytes (BatonEvent *self)
{
  g_return_val_if_fail (BATON_IS_EVENT (self), NULL);

  return self->bytes;
}

gint64
baton_event_get_seq (BatonEvent *self)
{
  g_return_val_if_fail (BATON_IS_EVENT (self), 0);

  return self->seq;
}

gint64
baton_event_get_at (BatonEvent *self)
{
  g_return_val_if_fail (BATON_IS_EVENT (self), BATON_TIME_UNKNOWN);

  return self->at;
}

const char *
baton_event_get_kind (BatonEvent *self)
{
  g_return_val_if_fail (BATON_IS_EVENT (self), NULL);

  return self->kind;
}

BatonEscalation *
baton_event_get_escalation (BatonEvent *self)
{
  g_return_val_if_fail (BATON_IS_EVENT (self), NULL);

  return self->escalation;
}

BatonAgent *
baton_event_get_agent (BatonEvent *self)
{
  g_return_val_if_fail (BATON_IS_EVENT (self), NULL);

  return self->agent;
}
