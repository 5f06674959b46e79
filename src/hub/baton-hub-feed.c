/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-hub-feed.h"

#include "baton-error.h"

struct _BatonHubFeed {
  BatonQueue              *queue;
  const BatonHubFeedFuncs *funcs;
  gpointer                 user_data;

  gint64                   seq;     /* -1: nothing is known */
  GPtrArray               *parts;   /* of BatonEscalation: of a snapshot that has more to come; %NULL: none */
};

static gboolean
fail (GError     **error,
      const char  *what)
{
  g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, what);
  return FALSE;
}

/**
 * baton_hub_feed_new:
 * @queue: (transfer none): kept true
 * @funcs: what to call; has to stay
 * @user_data: for @funcs
 *
 * Returns: (transfer full): a feed that knows nothing yet
 */
BatonHubFeed *
baton_hub_feed_new (BatonQueue              *queue,
                    const BatonHubFeedFuncs *funcs,
                    gpointer                 user_data)
{
  BatonHubFeed *self = g_new0 (BatonHubFeed, 1);

  self->queue = g_object_ref (queue);
  self->funcs = funcs;
  self->user_data = user_data;
  self->seq = -1;
  return self;
}

void
baton_hub_feed_free (BatonHubFeed *self)
{
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_object_unref (self->queue);
  g_free (self);
}

/* A hub whose newest number is below ours has lost its log, or is another one: our number means nothing there. */
static gboolean
take_hello (BatonHubFeed   *self,
            BatonJsonNode   hello,
            GError        **error)
{
  BatonJsonNode agent = baton_json_node_get_member (hello, "agent");
  g_autoptr (BatonAgent) me = baton_agent_new_from_json (agent, error);
  gint64 newest;

  if (me == NULL)
    return FALSE;
  if (!baton_json_node_get_int (baton_json_node_get_member (hello, "seq"), &newest))
    return fail (error, "a hello without a number");
  if (newest < self->seq)
    return fail (error, "the hub is behind us");

  self->funcs->hello (me, self->user_data);
  return TRUE;
}

/* A row that cannot be read is left out: to refuse the snapshot for it would show nothing at all. */
static void
collect_rows (GPtrArray     *rows,
              BatonJsonNode  escalations)
{
  BatonJsonIter iter;
  BatonJsonNode value;

  baton_json_iter_init (&iter, escalations);
  while (baton_json_iter_next (&iter, NULL, &value)) {
    g_autoptr (GError) error = NULL;
    BatonEscalation *row = baton_escalation_new_from_json (value, &error);

    if (row != NULL)
      g_ptr_array_add (rows, row);
    else
      g_debug ("a row of the snapshot left out: %s", error->message);
  }
}

static gboolean
take_snapshot (BatonHubFeed   *self,
               BatonJsonNode   snapshot,
               GError        **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  gint64 seq;

  if (!baton_json_node_get_int (baton_json_node_get_member (snapshot, "seq"), &seq))
    return fail (error, "a snapshot without a number");

  if (self->parts == NULL)
    self->parts = g_ptr_array_new_with_free_func (g_object_unref);
  collect_rows (self->parts, baton_json_node_get_member (snapshot, "escalations"));
  if (baton_json_node_is_true (baton_json_node_get_member (snapshot, "more")))
    return TRUE;

  rows = g_steal_pointer (&self->parts);
  self->seq = seq;
  baton_queue_reset (self->queue, rows);
  self->funcs->synced (self->user_data);
  return TRUE;
}

static gboolean
take_event (BatonHubFeed   *self,
            BatonJsonNode   node,
            GError        **error)
{
  gsize length;
  const char *raw = baton_json_node_get_raw (node, &length);
  g_autoptr (GBytes) bytes = g_bytes_new (raw, length);
  g_autoptr (BatonEvent) event = baton_event_new_from_bytes (bytes, error);

  if (event == NULL)
    return FALSE;
  if (self->seq < 0)
    return fail (error, "an event before any snapshot");
  if (baton_event_get_seq (event) <= self->seq)
    return TRUE;   /* what was read from the log and what came live overlap */
  if (baton_event_get_seq (event) != self->seq + 1)
    return fail (error, "an event is missing");

  self->seq = baton_event_get_seq (event);
  baton_queue_apply (self->queue, event);
  self->funcs->event (event, self->user_data);
  return TRUE;
}

static gboolean
take_events (BatonHubFeed   *self,
             BatonJsonNode   events,
             GError        **error)
{
  BatonJsonIter iter;
  BatonJsonNode value;

  baton_json_iter_init (&iter, events);
  while (baton_json_iter_next (&iter, NULL, &value)) {
    if (!take_event (self, value, error))
      return FALSE;
  }
  return TRUE;
}

/**
 * baton_hub_feed_take:
 * @self: a feed
 * @frame: a text frame of the stream
 * @error: return location for a [error@Error]
 *
 * Members this version does not know are passed over.
 *
 * Returns: %FALSE if something is missing or cannot be understood: after baton_hub_feed_forget(), ask for a snapshot
 */
gboolean
baton_hub_feed_take (BatonHubFeed  *self,
                     GBytes        *frame,
                     GError       **error)
{
  g_autoptr (BatonJson) json = baton_json_parse (frame, &BATON_JSON_LIMITS_BOT, error);
  BatonJsonNode root, part;

  if (json == NULL)
    return FALSE;
  root = baton_json_get_root (json);

  part = baton_json_node_get_member (root, "hello");
  if (baton_json_node_get_kind (part) != BATON_JSON_ABSENT && !take_hello (self, part, error))
    return FALSE;
  part = baton_json_node_get_member (root, "snapshot");
  if (baton_json_node_get_kind (part) != BATON_JSON_ABSENT && !take_snapshot (self, part, error))
    return FALSE;
  return take_events (self, baton_json_node_get_member (root, "events"), error);
}

gint64
baton_hub_feed_get_seq (BatonHubFeed *self)
{
  return self->seq;
}

/**
 * baton_hub_feed_restart:
 * @self: a feed
 *
 * A new stream begins, after the same number; a snapshot that had begun on the old one is void.
 */
void
baton_hub_feed_restart (BatonHubFeed *self)
{
  g_clear_pointer (&self->parts, g_ptr_array_unref);
}

/**
 * baton_hub_feed_forget:
 * @self: a feed
 *
 * Knows no number any more. The queue stays as it is until the snapshot comes.
 */
void
baton_hub_feed_forget (BatonHubFeed *self)
{
  baton_hub_feed_restart (self);
  self->seq = -1;
}
