/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-desk-stream.h"

#include <string.h>

/* No frame is over 64 KiB; the rest is for what stands around the list. */
#define MAX_LIST (62 * 1024)

/* --- events --- */

static GBytes *
format_events (GPtrArray *events,
               guint      from,
               guint      to)
{
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "events");
  baton_json_writer_begin_array (writer);
  for (guint i = from; i < to; i++) {
    GBytes *bytes = baton_event_get_bytes (g_ptr_array_index (events, i));

    baton_json_writer_raw (writer, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  }
  baton_json_writer_end_array (writer);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish (g_steal_pointer (&writer));
}

/**
 * baton_desk_frame_events:
 * @events: of #BatonEvent, in order
 *
 * Returns: (transfer full): frames (#GBytes) of at most 64 KiB, except where one event alone is larger
 */
GPtrArray *
baton_desk_frame_events (GPtrArray *events)
{
  GPtrArray *frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint from = 0;
  gsize used = 0;

  for (guint i = 0; i < events->len; i++) {
    gsize size = g_bytes_get_size (baton_event_get_bytes (g_ptr_array_index (events, i))) + 1;

    if (i > from && used + size > MAX_LIST) {
      g_ptr_array_add (frames, format_events (events, from, i));
      from = i;
      used = 0;
    }
    used += size;
  }
  if (from < events->len)
    g_ptr_array_add (frames, format_events (events, from, events->len));
  return frames;
}

/* --- the snapshot --- */

/* A list of JSON texts of which each frame takes as many as still fit. */
typedef struct {
  GPtrArray *texts;
  guint      next;
} Rest;

static gboolean
is_left (const Rest *rest)
{
  return rest->next < rest->texts->len;
}

static void
write_some (BatonJsonWriter *writer,
            const char      *name,
            Rest            *rest,
            gsize           *used)
{
  baton_json_writer_name (writer, name);
  baton_json_writer_begin_array (writer);
  while (is_left (rest)) {
    const char *text = g_ptr_array_index (rest->texts, rest->next);
    gsize size = strlen (text) + 1;

    if (*used > 0 && *used + size > MAX_LIST)
      break;
    baton_json_writer_raw (writer, text, -1);
    *used += size;
    rest->next++;
  }
  baton_json_writer_end_array (writer);
}

static GBytes *
format_part (gint64  seq,
             Rest   *rows,
             Rest   *agents)
{
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();
  gsize used = 0;

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "snapshot");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_int (writer, "seq", seq);
  write_some (writer, "escalations", rows, &used);
  write_some (writer, "agents", agents, &used);
  if (is_left (rows) || is_left (agents))
    baton_json_writer_add_boolean (writer, "more", TRUE);
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish (g_steal_pointer (&writer));
}

static GPtrArray *
format_rows (GPtrArray *escalations)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < escalations->len; i++) {
    g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();

    baton_escalation_write_row (g_ptr_array_index (escalations, i), writer);
    g_ptr_array_add (texts, baton_json_writer_finish_text (g_steal_pointer (&writer)));
  }
  return texts;
}

static GPtrArray *
format_agents (GPtrArray *agents)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < agents->len; i++) {
    g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();

    baton_agent_write (g_ptr_array_index (agents, i), writer);
    g_ptr_array_add (texts, baton_json_writer_finish_text (g_steal_pointer (&writer)));
  }
  return texts;
}

static void
clear_picture (gpointer data)
{
  g_ptr_array_unref (((BatonDeskPicture *) data)->frames);
}

void
baton_desk_picture_unref (BatonDeskPicture *self)
{
  g_rc_box_release_full (self, clear_picture);
}

/**
 * baton_desk_picture_new:
 * @agents: of #BatonAgent, with their presence
 *
 * Returns: (transfer full): @snapshot in frames; at least one
 */
BatonDeskPicture *
baton_desk_picture_new (const BatonSnapshot *snapshot,
                        GPtrArray           *agents)
{
  BatonDeskPicture *self = g_rc_box_new0 (BatonDeskPicture);
  g_autoptr (GPtrArray) rows = format_rows (snapshot->escalations);
  g_autoptr (GPtrArray) people = format_agents (agents);
  Rest rows_left = { rows, 0 };
  Rest people_left = { people, 0 };

  self->seq = snapshot->seq;
  self->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  do
    g_ptr_array_add (self->frames, format_part (self->seq, &rows_left, &people_left));
  while (is_left (&rows_left) || is_left (&people_left));
  return self;
}
