/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-outbox.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "baton-conversation.h"
#include "baton-error.h"
#include "baton-json-writer.h"

struct _BatonOutbox {
  char       *path;       /* of the conversation's folder */
  char       *agent_id;
  guint       last;       /* number of the newest file */
  GHashTable *files;      /* clientActivityID → path, of those known */
};

static void
entry_free (gpointer data)
{
  BatonOutboxEntry *entry = data;

  g_clear_object (&entry->activity);
  g_free (entry);
}

/**
 * baton_outbox_new:
 * @folder: (nullable): where outboxes are, or %NULL for the user's data folder
 * @conversation_id: a conversation
 * @agent_id: whose replies these are; those of another agent on this account are neither seen nor sent
 *
 * Returns: (transfer full): the outbox; nothing is made on disk before the first reply
 */
BatonOutbox *
baton_outbox_new (const char *folder,
                  const char *conversation_id,
                  const char *agent_id)
{
  g_autofree char *standard = g_build_filename (g_get_user_data_dir (), "baton", "outbox", NULL);
  g_autofree char *name = NULL;
  BatonOutbox *self = g_new0 (BatonOutbox, 1);

  /* An id is foreign text and no file name, unless it has the form of our own ids. */
  if (baton_conversation_id_is_valid (conversation_id))
    name = g_strdup (conversation_id);
  else
    name = g_compute_checksum_for_string (G_CHECKSUM_SHA256, conversation_id, -1);

  self->path = g_build_filename (folder != NULL ? folder : standard, name, NULL);
  self->agent_id = g_strdup (agent_id);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
baton_outbox_free (BatonOutbox *self)
{
  g_free (self->path);
  g_free (self->agent_id);
  g_hash_table_unref (self->files);
  g_free (self);
}

static BatonActivity *
new_message (const char  *text,
             const char  *client_id,
             GError     **error)
{
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  g_autoptr (GBytes) bytes = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", "message");
  baton_json_writer_add_string (writer, "text", text);
  baton_json_writer_add_string (writer, "textFormat", "plain");
  baton_json_writer_add_string (writer, "localTimestamp", time);
  baton_json_writer_name (writer, "channelData");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "clientActivityID", client_id);
  baton_json_writer_end_object (writer);
  baton_json_writer_end_object (writer);

  bytes = baton_json_writer_finish (g_steal_pointer (&writer));
  return baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, error);
}

static gboolean
write_file (BatonOutbox    *self,
            const char     *path,
            BatonActivity  *activity,
            gint64          epoch,
            GError        **error)
{
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();
  g_autofree char *content = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "agent", self->agent_id);
  baton_json_writer_add_int (writer, "epoch", epoch);
  baton_json_writer_add_node (writer, "activity", baton_activity_get_root (activity));
  baton_json_writer_end_object (writer);
  content = baton_json_writer_finish_text (g_steal_pointer (&writer));

  if (g_mkdir_with_parents (self->path, 0700) != 0) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "cannot make the outbox: %s", g_strerror (errno));
    return FALSE;
  }
  /* Blocks for one small fsync per message a person types: the bubble must not promise what is not on disk. */
  return g_file_set_contents_full (path, content, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

/**
 * baton_outbox_add:
 * @self: the outbox
 * @text: what the agent says
 * @epoch: of the agent's ownership
 * @error: return location for an error: %BATON_ERROR_TOO_BIG, or that of the disk
 *
 * Makes the message with an id of its own and has it on disk before it returns.
 *
 * Returns: (transfer full): the activity to post, or %NULL with @error set and nothing kept
 */
BatonActivity *
baton_outbox_add (BatonOutbox  *self,
                  const char   *text,
                  gint64        epoch,
                  GError      **error)
{
  g_autofree char *client_id = g_uuid_string_random ();
  g_autoptr (BatonActivity) activity = new_message (text, client_id, error);
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;

  if (activity == NULL)
    return NULL;

  name = g_strdup_printf ("%06u-%s.json", self->last + 1, client_id);
  path = g_build_filename (self->path, name, NULL);
  if (!write_file (self, path, activity, epoch, error))
    return NULL;

  self->last++;
  g_hash_table_insert (self->files, g_steal_pointer (&client_id), g_steal_pointer (&path));
  return g_steal_pointer (&activity);
}

/**
 * baton_outbox_remove:
 * @self: the outbox
 * @client_id: `clientActivityID` of a reply that has been acknowledged; unknown ones are ignored
 */
void
baton_outbox_remove (BatonOutbox *self,
                     const char  *client_id)
{
  const char *path = g_hash_table_lookup (self->files, client_id);

  if (path == NULL)
    return;
  /* If it stays it is sent once more after a restart, and the relay knows its id. */
  if (g_unlink (path) != 0)
    g_debug ("cannot remove a sent reply: %s", g_strerror (errno));
  g_hash_table_remove (self->files, client_id);
  g_rmdir (self->path);   /* succeeds for the last one only */
}

/**
 * baton_outbox_clear:
 * @self: the outbox
 *
 * Forgets all replies known: the conversation is over and nobody will send them.
 */
void
baton_outbox_clear (BatonOutbox *self)
{
  g_autofree char **ids = (char **) g_hash_table_get_keys_as_array (self->files, NULL);

  for (guint i = 0; ids[i] != NULL; i++) {
    g_autofree char *id = g_strdup (ids[i]);

    baton_outbox_remove (self, id);
  }
}

static BatonOutboxEntry *
read_entry (BatonOutbox *self,
            const char  *path)
{
  g_autofree char *agent_id = NULL;
  g_autofree char *text = NULL;
  g_autoptr (BatonActivity) activity = NULL;
  g_autoptr (BatonJson) json = NULL;
  BatonOutboxEntry *entry;
  BatonJsonNode root;
  gint64 epoch;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return NULL;
  if ((json = baton_json_parse_text (text, (gssize) length, &BATON_JSON_LIMITS_BOT, NULL)) == NULL)
    return NULL;

  root = baton_json_get_root (json);
  agent_id = baton_json_node_dup_member (root, "agent");
  activity = baton_activity_new_from_node (baton_json_node_get_member (root, "activity"));
  if (g_strcmp0 (agent_id, self->agent_id) != 0 || activity == NULL || baton_activity_get_client_id (activity) == NULL
      || !baton_json_node_get_int (baton_json_node_get_member (root, "epoch"), &epoch))
    return NULL;

  entry = g_new0 (BatonOutboxEntry, 1);
  entry->activity = g_steal_pointer (&activity);
  entry->epoch = epoch;
  return entry;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_names (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    if (g_str_has_suffix (name, ".json"))
      g_ptr_array_add (names, g_strdup (name));
  }
  g_ptr_array_sort (names, compare_names);
  return names;
}

/**
 * baton_outbox_list:
 * @self: the outbox
 *
 * Reads what is there, which after a restart is what the last run could not get acknowledged. Files of other agents and
 * files that do not parse are left alone.
 *
 * Returns: (transfer full) (element-type BatonOutboxEntry): the replies, oldest first
 */
GPtrArray *
baton_outbox_list (BatonOutbox *self)
{
  g_autoptr (GPtrArray) names = list_names (self->path);
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);

  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    g_autofree char *path = g_build_filename (self->path, name, NULL);
    BatonOutboxEntry *entry = read_entry (self, path);
    guint64 number = g_ascii_strtoull (name, NULL, 10);

    self->last = MAX (self->last, (guint) MIN (number, G_MAXUINT - 1));
    if (entry == NULL)
      continue;
    g_hash_table_insert (self->files, g_strdup (baton_activity_get_client_id (entry->activity)), g_steal_pointer (&path));
    g_ptr_array_add (entries, entry);
  }
  return entries;
}
