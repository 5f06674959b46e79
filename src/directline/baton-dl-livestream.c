/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-livestream.h"

#define OVER G_MAXINT64   /* in place of a sequence number */

typedef struct {
  char   *id;
  gint64  sequence;   /* of the last chunk that was news, or OVER */
} Stream;

struct _BatonDlLivestream {
  guint       window;
  GHashTable *streams;   /* id → Stream, owned */
  GQueue      order;     /* of Stream, oldest first */
};

static void
stream_free (Stream *stream)
{
  g_free (stream->id);
  g_free (stream);
}

/**
 * baton_dl_livestream_new:
 * @window: how many answers are remembered; the oldest are forgotten
 *
 * Returns: (transfer full): an empty memory
 */
BatonDlLivestream *
baton_dl_livestream_new (guint window)
{
  BatonDlLivestream *self = g_new0 (BatonDlLivestream, 1);

  self->window = window;
  self->streams = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) stream_free);
  g_queue_init (&self->order);
  return self;
}

void
baton_dl_livestream_free (BatonDlLivestream *self)
{
  g_queue_clear (&self->order);
  g_hash_table_unref (self->streams);
  g_free (self);
}

/* In `channelData`, or as one entity; two of them mean none (protocol 2.5). */
static BatonJsonNode
find_info (BatonJsonNode root)
{
  BatonJsonNode info = baton_json_node_get_member (root, "channelData");
  BatonJsonNode entities = baton_json_node_get_member (root, "entities");
  BatonJsonNode found = { NULL, 0 }, entity;
  BatonJsonIter iter;

  if (baton_json_node_get_kind (baton_json_node_get_member (info, "streamType")) == BATON_JSON_STRING)
    return info;
  if (baton_json_node_get_kind (entities) != BATON_JSON_ARRAY)
    return found;

  baton_json_iter_init (&iter, entities);
  while (baton_json_iter_next (&iter, NULL, &entity)) {
    if (!baton_json_node_is (baton_json_node_get_member (entity, "type"), "streaminfo"))
      continue;
    if (baton_json_node_get_kind (found) != BATON_JSON_ABSENT)
      return (BatonJsonNode) { NULL, 0 };
    found = entity;
  }
  return found;
}

static Stream *
get_stream (BatonDlLivestream *self,
            const char        *id)
{
  Stream *stream = g_hash_table_lookup (self->streams, id);

  if (stream != NULL)
    return stream;

  stream = g_new0 (Stream, 1);
  stream->id = g_strdup (id);
  g_hash_table_insert (self->streams, stream->id, stream);
  g_queue_push_tail (&self->order, stream);
  if (g_queue_get_length (&self->order) > self->window) {
    Stream *oldest = g_queue_pop_head (&self->order);

    g_hash_table_remove (self->streams, oldest->id);
  }
  return stream;
}

/**
 * baton_dl_livestream_add:
 * @self: a memory
 * @activity: what has come
 *
 * Returns: %FALSE for a chunk that comes after a later one of its stream, or after the final message; anything else is
 *   %TRUE
 */
gboolean
baton_dl_livestream_add (BatonDlLivestream *self,
                         BatonActivity     *activity)
{
  BatonJsonNode info = find_info (baton_activity_get_root (activity));
  BatonJsonNode type = baton_json_node_get_member (info, "streamType");
  g_autofree char *named = baton_json_node_dup_member (info, "streamId");
  const char *id = named ? named : baton_activity_get_id (activity);   /* the first chunk gives the stream its name */
  gint64 sequence = 0;
  Stream *stream;

  if (id == NULL || baton_json_node_get_kind (type) != BATON_JSON_STRING)
    return TRUE;

  if (baton_activity_is (activity, "message")) {
    if (baton_json_node_is (type, "final"))
      get_stream (self, id)->sequence = OVER;
    return TRUE;
  }
  if (!baton_activity_is (activity, "typing"))
    return TRUE;

  stream = get_stream (self, id);
  baton_json_node_get_int (baton_json_node_get_member (info, "streamSequence"), &sequence);
  if (sequence <= stream->sequence)
    return FALSE;
  stream->sequence = sequence;
  return TRUE;
}
