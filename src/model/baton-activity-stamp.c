/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-activity-private.h"

#include <string.h>

#include "baton-json-writer.h"
#include "baton-time.h"

/* The stamp: the relay's fields go in, every other byte stays as it was sent. One pass writes the text; the looks into it
 * come from the stamp and from what was stamped, so that nothing is read again. */

/* What the fields of ours take at most, beside the strings of the stamp. */
#define STAMP_SIZE 512

static void
write_from (BatonJsonWriter          *writer,
            BatonJsonNode             old,
            const BatonActivityStamp *stamp)
{
  const char *but[4] = { NULL };
  guint n = 0;

  if (stamp->from_id == NULL && stamp->from_name == NULL && stamp->from_role == NULL) {
    if (baton_json_node_get_kind (old) != BATON_JSON_ABSENT)
      baton_json_writer_add_node (writer, "from", old);
    return;
  }

  baton_json_writer_name (writer, "from");
  baton_json_writer_begin_object (writer);
  if (stamp->from_id != NULL)
    baton_json_writer_add_string (writer, but[n++] = "id", stamp->from_id);
  if (stamp->from_name != NULL)
    baton_json_writer_add_string (writer, but[n++] = "name", stamp->from_name);
  if (stamp->from_role != NULL)
    baton_json_writer_add_string (writer, but[n++] = "role", stamp->from_role);
  baton_json_writer_add_members (writer, old, but);
  baton_json_writer_end_object (writer);
}

/* `channelData` belongs to the client and goes through untouched (protocol 1.8); we add one member of our own. If it is
 * no object there is no place for ours: it stays as it is and readers fall back on `from.role`. */
static gboolean
takes_ours (BatonJsonNode channel_data)
{
  BatonJsonKind kind = baton_json_node_get_kind (channel_data);

  return kind == BATON_JSON_OBJECT || kind == BATON_JSON_NULL || kind == BATON_JSON_ABSENT;
}

static void
write_channel_data (BatonJsonWriter          *writer,
                    BatonJsonNode             old,
                    const BatonActivityStamp *stamp)
{
  static const char *const ours[] = { "baton", NULL };

  baton_json_writer_name (writer, "channelData");
  if (!takes_ours (old)) {
    baton_json_writer_node (writer, old);
    return;
  }

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_members (writer, old, ours);
  baton_json_writer_name (writer, "baton");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "party", baton_party_to_string (stamp->party));
  if (stamp->upstream_id != NULL)
    baton_json_writer_add_string (writer, "upstreamId", stamp->upstream_id);
  if (stamp->system_kind != NULL)
    baton_json_writer_add_string (writer, "kind", stamp->system_kind);
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);
}

static GBytes *
write_stamped (BatonActivity            *self,
               BatonJsonNode             from,
               BatonJsonNode             channel_data,
               const BatonActivityStamp *stamp)
{
  static const char *const owned[] = { "type", "id", "timestamp", "channelId", "conversation", "from", "channelData", NULL };
  BatonJsonWriter *writer;
  gsize size;

  baton_json_node_get_raw (self->root, &size);
  writer = baton_json_writer_new_sized (size + STAMP_SIZE);
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", self->kind);
  baton_json_writer_add_string (writer, "id", stamp->id);
  baton_json_writer_add_time (writer, "timestamp", stamp->timestamp);
  baton_json_writer_add_string (writer, "channelId", "directline");
  baton_json_writer_name (writer, "conversation");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", stamp->conversation_id);
  baton_json_writer_end_object (writer);
  write_from (writer, from, stamp);
  baton_json_writer_add_members (writer, self->root, owned);
  write_channel_data (writer, channel_data, stamp);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish (writer);
}

static GRefString *
share (GRefString *string)
{
  return string != NULL ? g_ref_string_acquire (string) : NULL;
}

/* @ours as the writer writes it, or @theirs. */
static GRefString *
choose (const char *ours,
        GRefString *theirs)
{
  g_autofree char *valid = NULL;

  if (ours == NULL)
    return share (theirs);
  if (g_utf8_validate (ours, -1, NULL))
    return g_ref_string_new (ours);

  valid = g_utf8_make_valid (ours, -1);
  return g_ref_string_new (valid);
}

static BatonParty
choose_party (BatonJsonNode             from,
              gboolean                  takes,
              const BatonActivityStamp *stamp)
{
  if (takes && stamp->party != BATON_PARTY_UNKNOWN)
    return stamp->party;
  if (stamp->from_role == NULL)
    return baton_activity_party_from_role (baton_json_node_get_member (from, "role"));
  return strcmp (stamp->from_role, "user") == 0 ? BATON_PARTY_CUSTOMER : BATON_PARTY_BOT;
}

/**
 * baton_activity_stamp:
 * @self: an activity as received
 * @stamp: the fields the relay owns
 *
 * Puts the relay's fields in and leaves every other byte as it was sent (A2005, protocol 1.8 and S16, S17).
 *
 * Returns: (transfer full): a new activity
 */
BatonActivity *
baton_activity_stamp (BatonActivity            *self,
                      const BatonActivityStamp *stamp)
{
  BatonJsonNode root, from, channel_data;
  BatonActivity *stamped;
  gboolean takes;

  g_return_val_if_fail (BATON_IS_ACTIVITY (self), NULL);

  root = baton_activity_get_root (self);
  from = baton_json_node_get_member (root, "from");
  channel_data = baton_json_node_get_member (root, "channelData");
  takes = takes_ours (channel_data);

  stamped = g_object_new (BATON_TYPE_ACTIVITY, NULL);
  stamped->bytes = write_stamped (self, from, channel_data, stamp);
  stamped->kind = share (self->kind);
  stamped->id = choose (stamp->id, NULL);
  stamped->name = share (self->name);
  stamped->text = share (self->text);
  stamped->text_format = share (self->text_format);
  stamped->locale = share (self->locale);
  stamped->from_id = choose (stamp->from_id, self->from_id);
  stamped->from_name = choose (stamp->from_name, self->from_name);
  stamped->client_id = share (self->client_id);
  stamped->upstream_id = takes ? choose (stamp->upstream_id, NULL) : NULL;
  stamped->system_kind = takes ? choose (stamp->system_kind, NULL) : NULL;
  stamped->timestamp = stamp->timestamp;
  stamped->party = choose_party (from, takes, stamp);
  return stamped;
}
