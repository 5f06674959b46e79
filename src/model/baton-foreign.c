/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-foreign.h"

#include <string.h>

#include "baton-json-writer.h"

#define LONGEST_ID 200

/* What we write has been checked once; our mark has made it larger since. */
static const BatonJsonLimits MARKED = { .size = G_MAXINT32, .depth = 1024, .values = G_MAXUINT };

/**
 * baton_foreign_get_party:
 * @activity: as it came over a Direct Line that is not our relay's
 *
 * The mark of an agent's words can be forged by a customer whose token is bound to no user; it then fools the agent's
 * window, and no customer.
 *
 * Returns: %BATON_PARTY_BOT, %BATON_PARTY_AGENT or %BATON_PARTY_CUSTOMER
 */
BatonParty
baton_foreign_get_party (BatonActivity *activity)
{
  BatonJsonNode root = baton_activity_get_root (activity);
  BatonJsonNode from = baton_json_node_get_member (root, "from");
  BatonJsonNode role = baton_json_node_get_member (from, "role");
  BatonJsonNode data = baton_json_node_get_member (root, "channelData");
  BatonJsonNode ours = baton_json_node_get_member (data, "baton");

  if (baton_json_node_is (role, "bot") || baton_json_node_is (role, "agent") || baton_json_node_is (role, "skill"))
    return BATON_PARTY_BOT;
  if (baton_json_node_is (baton_json_node_get_member (ours, "party"), "agent"))
    return BATON_PARTY_AGENT;
  /* Without a sender it is the channel's own (protocol 1.16). */
  return baton_activity_get_from_id (activity) != NULL ? BATON_PARTY_CUSTOMER : BATON_PARTY_BOT;
}

static void
copy_but (BatonJsonWriter *writer,
          BatonJsonNode    object,
          const char      *but,
          const char      *but_too)
{
  BatonJsonNode key, value;
  BatonJsonIter iter;

  if (baton_json_node_get_kind (object) != BATON_JSON_OBJECT)
    return;
  baton_json_iter_init (&iter, object);
  while (baton_json_iter_next (&iter, &key, &value)) {
    g_autofree char *name = baton_json_node_dup_string (key);

    if (g_strcmp0 (name, but) != 0 && g_strcmp0 (name, but_too) != 0)
      baton_json_writer_add_node (writer, name, value);
  }
}

static void
write_marked (BatonJsonWriter *writer,
              BatonJsonNode    channel_data,
              BatonParty       party)
{
  baton_json_writer_name (writer, "channelData");
  baton_json_writer_begin_object (writer);
  copy_but (writer, channel_data, "baton", NULL);
  baton_json_writer_name (writer, "baton");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "party", baton_party_to_string (party));
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);
}

static BatonActivity *
finish (BatonJsonWriter *writer)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  BatonActivity *activity;

  baton_json_writer_end_object (writer);
  bytes = baton_json_writer_finish (writer);
  activity = baton_activity_new (bytes, &MARKED, &error);
  if (activity == NULL)
    g_error ("an activity of our own is broken: %s", error->message);
  return activity;
}

/**
 * baton_foreign_read:
 * @activity: as it came over a Direct Line that is not our relay's
 *
 * Says whose words they are in the way our relay does, so that every reader can treat both alike. Whatever the sender
 * put in that place does not count.
 *
 * Returns: (transfer full): the activity, with its party
 */
BatonActivity *
baton_foreign_read (BatonActivity *activity)
{
  BatonJsonNode root = baton_activity_get_root (activity);
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  copy_but (writer, root, "channelData", NULL);
  write_marked (writer, baton_json_node_get_member (root, "channelData"), baton_foreign_get_party (activity));
  return finish (writer);
}

/**
 * baton_foreign_sign:
 * @activity: what an agent says
 * @from_id: who that is to the foreign Direct Line
 * @from_name: (nullable): the name the customer sees
 *
 * Our relay puts these in by itself; another Direct Line takes them from the sender. No `role`: the canvas would take
 * "user" for the customer.
 *
 * Returns: (transfer full): what to post
 */
BatonActivity *
baton_foreign_sign (BatonActivity *activity,
                    const char    *from_id,
                    const char    *from_name)
{
  BatonJsonNode root = baton_activity_get_root (activity);
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  copy_but (writer, root, "channelData", "from");
  baton_json_writer_name (writer, "from");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", from_id);
  if (from_name != NULL)
    baton_json_writer_add_string (writer, "name", from_name);
  baton_json_writer_end_object (writer);
  write_marked (writer, baton_json_node_get_member (root, "channelData"), BATON_PARTY_AGENT);
  return finish (writer);
}

/**
 * baton_foreign_is_id:
 * @conversation_id: what is said to be a conversation on another Direct Line
 *
 * Such ids are opaque, but they come to stand in addresses: letters, digits and `_-.~|`, as the service and local
 * servers make them.
 *
 * Returns: whether it may be one
 */
gboolean
baton_foreign_is_id (const char *conversation_id)
{
  gsize length = strspn (conversation_id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.~|");

  return length > 0 && length <= LONGEST_ID && conversation_id[length] == '\0'
         && strspn (conversation_id, ".") != length;
}
