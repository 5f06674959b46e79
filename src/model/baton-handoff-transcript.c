/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-handoff-private.h"

#include <string.h>

#define DATA_SCHEME "data:"

/* The parts of `channelData` a reader of the conversation has use for; the rest is the bot platform's own. */
static const char *const public_channel_data[] = {
  "baton", "clientActivityID", "messageBack", "postBack", "webchat:sequence-id", NULL
};

static BatonJsonNode
absent (void)
{
  return (BatonJsonNode) { NULL, 0 };
}

/* The activities in any of the forms of rule 7, or absent. */
static BatonJsonNode
items_of (BatonJsonNode content)
{
  static const char *const names[] = { "activities", "transcript" };

  if (baton_json_node_get_kind (content) == BATON_JSON_ARRAY)
    return content;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    BatonJsonNode items = baton_json_node_get_member (content, names[i]);

    if (baton_json_node_get_kind (items) == BATON_JSON_ARRAY)
      return items;
  }
  return absent ();
}

static gboolean
is_data_uri (const char *text)
{
  return text != NULL && g_ascii_strncasecmp (text, DATA_SCHEME, strlen (DATA_SCHEME)) == 0;
}

static GBytes *
decode_data_uri (const char *uri)
{
  const char *header = uri + strlen (DATA_SCHEME), *comma = strchr (header, ',');
  g_autofree char *kind = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) plain = NULL;
  gsize length;
  guchar *decoded;

  if (comma == NULL)
    return NULL;
  plain = g_uri_unescape_bytes (comma + 1, -1, NULL, NULL);
  kind = g_ascii_strdown (header, comma - header);
  if (plain == NULL || !g_str_has_suffix (kind, ";base64"))
    return g_steal_pointer (&plain);

  text = g_strndup (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
  decoded = g_base64_decode (text, &length);
  return g_bytes_new_take (decoded, length);
}

static BatonJson *
parse_text (BatonHandoff *self,
            const char   *text)
{
  g_autoptr (GBytes) bytes = NULL;

  if (!is_data_uri (text))
    return baton_handoff_parse_text (self, text, -1);

  bytes = decode_data_uri (text);
  if (bytes == NULL)
    return NULL;
  return baton_handoff_parse_text (self, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
}

static void
write_channel_data (BatonJsonWriter *writer,
                    BatonJsonNode    data)
{
  BatonJsonNode key, value;
  BatonJsonIter iter;

  baton_json_writer_begin_object (writer);
  baton_json_iter_init (&iter, data);
  while (baton_json_iter_next (&iter, &key, &value)) {
    g_autofree char *name = baton_json_node_dup_string (key);

    if (g_strv_contains (public_channel_data, name))
      baton_json_writer_add_node (writer, name, value);
  }
  baton_json_writer_end_object (writer);
}

/* Leaves out what belongs to the bot platform: ids of tenants and traces, ranked intents (protocol 3.1 note 4, H9). */
static void
write_message (BatonJsonWriter *writer,
               BatonJsonNode    message)
{
  BatonJsonNode key, value;
  BatonJsonIter iter;

  baton_json_writer_begin_object (writer);
  baton_json_iter_init (&iter, message);
  while (baton_json_iter_next (&iter, &key, &value)) {
    g_autofree char *name = baton_json_node_dup_string (key);

    if (g_ascii_strncasecmp (name, "cci_", strlen ("cci_")) == 0)
      continue;
    baton_json_writer_name (writer, name);
    if (strcmp (name, "channelData") == 0 && baton_json_node_get_kind (value) == BATON_JSON_OBJECT)
      write_channel_data (writer, value);
    else
      baton_json_writer_node (writer, value);
  }
  baton_json_writer_end_object (writer);
}

/* Keeps the messages among @items as they are. */
void
baton_handoff_take_messages (BatonHandoff  *self,
                             BatonJsonNode  items)
{
  BatonJsonNode value;
  BatonJsonIter iter;

  if (baton_json_node_get_kind (items) != BATON_JSON_ARRAY)
    return;

  baton_json_iter_init (&iter, items);
  while (baton_json_iter_next (&iter, NULL, &value)) {
    g_autoptr (BatonActivity) activity = baton_activity_new_from_node (value);

    if (activity != NULL && baton_activity_is (activity, "message"))
      g_ptr_array_add (self->transcript, g_steal_pointer (&activity));
  }
}

/* Rule 8: only messages. They move into a document of their own, so that the rest of the transcript is not kept in
 * memory for as long as they are. */
static void
take_items (BatonHandoff  *self,
            BatonJsonNode  items)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (BatonJson) json = NULL;
  g_autoptr (GError) error = NULL;
  BatonJsonNode value;
  BatonJsonIter iter;

  baton_json_writer_begin_array (writer);
  baton_json_iter_init (&iter, items);
  while (baton_json_iter_next (&iter, NULL, &value)) {
    if (!baton_json_node_is (baton_json_node_get_member (value, "type"), "message"))
      continue;
    if (baton_handoff_is_too_deep (value))
      self->truncated = TRUE;
    else
      write_message (writer, value);
  }
  baton_json_writer_end_array (writer);

  bytes = baton_json_writer_finish (writer);
  json = baton_json_parse (bytes, &(BatonJsonLimits) { G_MAXINT32, 1024, G_MAXUINT }, &error);
  if (json == NULL)
    g_error ("a transcript of our own is broken: %s", error->message);
  baton_handoff_take_messages (self, baton_json_get_root (json));
}

static gboolean
take_content (BatonHandoff  *self,
              BatonJsonNode  content)
{
  g_autofree char *text = baton_json_node_dup_string (content);
  g_autoptr (BatonJson) json = text != NULL ? parse_text (self, text) : NULL;
  BatonJsonNode items = items_of (json != NULL ? baton_json_get_root (json) : content);

  if (baton_json_node_get_kind (items) != BATON_JSON_ARRAY)
    return FALSE;

  take_items (self, items);
  return TRUE;
}

static gboolean
take_link (BatonHandoff  *self,
           BatonJsonNode  link)
{
  g_autofree char *url = baton_json_node_dup_string (link);

  if (url == NULL || *url == '\0')
    return FALSE;
  if (is_data_uri (url))
    return take_content (self, link);

  self->transcript_url = g_steal_pointer (&url);
  return TRUE;
}

static gboolean
is_json (BatonJsonNode attachment)
{
  g_autofree char *type = baton_json_node_dup_member (attachment, "contentType");

  return type != NULL && g_ascii_strncasecmp (type, "application/json", strlen ("application/json")) == 0;
}

static gboolean
is_named_transcript (BatonJsonNode attachment)
{
  g_autofree char *name = baton_json_node_dup_member (attachment, "name");

  return name != NULL && g_ascii_strcasecmp (name, "transcript") == 0;
}

/* Rule 7: the attachment of that name, else any JSON that looks like one, else the field of the older activity type.
 * Nothing is ever fetched here: a link is kept. */
void
baton_handoff_read_transcript (BatonHandoff  *self,
                               BatonJsonNode  activity)
{
  BatonJsonNode attachments = baton_json_node_get_member (activity, "attachments");
  BatonJsonNode value;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, attachments);
  while (baton_json_iter_next (&iter, NULL, &value)) {
    if (is_named_transcript (value)
        && (take_content (self, baton_json_node_get_member (value, "content"))
            || take_link (self, baton_json_node_get_member (value, "contentUrl"))))
      return;
  }

  baton_json_iter_init (&iter, attachments);
  while (baton_json_iter_next (&iter, NULL, &value)) {
    if (is_json (value) && take_content (self, baton_json_node_get_member (value, "content")))
      return;
  }

  take_content (self, baton_json_node_get_member (activity, "transcript"));
}
