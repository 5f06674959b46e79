/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-activity.h"

#include <string.h>

#include "baton-error.h"
#include "baton-json-writer.h"
#include "baton-time.h"

struct _BatonActivity {
  GObject        parent_instance;

  BatonJson     *json;         /* the document @root lies in: its own, or a whole ActivitySet or transcript */
  BatonJsonNode  root;

  /* Read once, so that threads may share the object. */
  char          *kind;
  char          *id;
  char          *name;
  char          *text;
  char          *text_format;
  char          *locale;
  char          *from_id;
  char          *from_name;
  char          *client_id;
  char          *upstream_id;
  char          *system_kind;
  gint64         timestamp;
  BatonParty     party;
};

G_DEFINE_FINAL_TYPE (BatonActivity, baton_activity, G_TYPE_OBJECT)

static const char *const parties[] = { "unknown", "customer", "bot", "agent", "system" };

/**
 * baton_party_to_string:
 * @party: a party
 *
 * Returns: (transfer none): its word on the wire and in the store
 */
const char *
baton_party_to_string (BatonParty party)
{
  return parties[party];
}

/**
 * baton_party_from_string:
 * @text: (nullable): a word
 *
 * Returns: the party, or %BATON_PARTY_UNKNOWN
 */
BatonParty
baton_party_from_string (const char *text)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (parties); i++) {
    if (strcmp (parties[i], text) == 0)
      return (BatonParty) i;
  }
  return BATON_PARTY_UNKNOWN;
}

static void
baton_activity_finalize (GObject *object)
{
  BatonActivity *self = BATON_ACTIVITY (object);

  g_clear_pointer (&self->json, baton_json_unref);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->text_format, g_free);
  g_clear_pointer (&self->locale, g_free);
  g_clear_pointer (&self->from_id, g_free);
  g_clear_pointer (&self->from_name, g_free);
  g_clear_pointer (&self->client_id, g_free);
  g_clear_pointer (&self->upstream_id, g_free);
  g_clear_pointer (&self->system_kind, g_free);

  G_OBJECT_CLASS (baton_activity_parent_class)->finalize (object);
}

static void
baton_activity_class_init (BatonActivityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_activity_finalize;
}

static void
baton_activity_init (BatonActivity *self)
{
}

/* Stored transcripts of the vendor carry 1 and 0 for user and bot (protocol 4.4). */
static BatonParty
party_from_role (BatonJsonNode role)
{
  gint64 number;

  if (baton_json_node_is (role, "user") || (baton_json_node_get_int (role, &number) && number == 1))
    return BATON_PARTY_CUSTOMER;
  if (baton_json_node_is (role, "bot") || baton_json_node_is (role, "agent") || baton_json_node_is (role, "skill")
      || (baton_json_node_get_int (role, &number) && number == 0))
    return BATON_PARTY_BOT;
  return BATON_PARTY_UNKNOWN;
}

static gint64
read_timestamp (BatonJsonNode node)
{
  g_autofree char *text = baton_json_node_dup_string (node);
  gint64 seconds;

  if (baton_json_node_get_int (node, &seconds) && ABS (seconds) < G_MAXINT64 / G_USEC_PER_SEC)
    return seconds * G_USEC_PER_SEC;
  return baton_time_parse (text);
}

static void
read_fields (BatonActivity *self)
{
  BatonJsonNode from = baton_json_node_get_member (self->root, "from");
  BatonJsonNode data = baton_json_node_get_member (self->root, "channelData");
  BatonJsonNode ours = baton_json_node_get_member (data, "baton");
  g_autofree char *party = baton_json_node_dup_member (ours, "party");

  self->id = baton_json_node_dup_member (self->root, "id");
  self->name = baton_json_node_dup_member (self->root, "name");
  self->text = baton_json_node_dup_member (self->root, "text");
  self->text_format = baton_json_node_dup_member (self->root, "textFormat");
  self->locale = baton_json_node_dup_member (self->root, "locale");
  self->timestamp = read_timestamp (baton_json_node_get_member (self->root, "timestamp"));
  self->from_id = baton_json_node_dup_member (from, "id");
  self->from_name = baton_json_node_dup_member (from, "name");
  self->client_id = baton_json_node_dup_member (data, "clientActivityID");
  self->upstream_id = baton_json_node_dup_member (ours, "upstreamId");
  self->system_kind = baton_json_node_dup_member (ours, "kind");
  self->party = baton_party_from_string (party);
  if (self->party == BATON_PARTY_UNKNOWN)
    self->party = party_from_role (baton_json_node_get_member (from, "role"));
}

static BatonActivity *
take (BatonJson     *json,
      BatonJsonNode  root)
{
  g_autofree char *kind = baton_json_node_dup_member (root, "type");
  BatonActivity *self;

  if (kind == NULL || *kind == '\0') {
    baton_json_unref (json);
    return NULL;
  }

  self = g_object_new (BATON_TYPE_ACTIVITY, NULL);
  self->json = json;
  self->root = root;
  self->kind = g_steal_pointer (&kind);
  read_fields (self);
  return self;
}

/**
 * baton_activity_new:
 * @bytes: one activity as JSON
 * @limits: what is accepted
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): the activity, or %NULL with @error set: what baton_json_parse() says, or
 *   %BATON_ERROR_INVALID if it is no object with a `type` (activity specification A2010)
 */
BatonActivity *
baton_activity_new (GBytes                 *bytes,
                    const BatonJsonLimits  *limits,
                    GError                **error)
{
  BatonJson *json = baton_json_parse (bytes, limits, error);
  BatonActivity *self;

  if (json == NULL)
    return NULL;

  self = take (json, baton_json_get_root (json));
  if (self == NULL)
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "an activity is an object with a type");
  return self;
}

/**
 * baton_activity_new_from_node:
 * @node: a value inside a document, which the activity then keeps alive
 *
 * Returns: (transfer full) (nullable): the activity, or %NULL if @node is no object with a `type`
 */
BatonActivity *
baton_activity_new_from_node (BatonJsonNode node)
{
  return node.json != NULL ? take (baton_json_ref ((BatonJson *) node.json), node) : NULL;
}

static BatonActivity *
new_from_writer (BatonJsonWriter *writer)
{
  g_autoptr (GBytes) bytes = baton_json_writer_finish (writer);
  g_autoptr (GError) error = NULL;
  BatonActivity *self = baton_activity_new (bytes, &(BatonJsonLimits) { G_MAXINT32, 1024, G_MAXUINT }, &error);

  if (self == NULL)
    g_error ("an activity of our own is broken: %s", error->message);
  return self;
}

static BatonActivity *
new_simple (const char *kind,
            const char *field,
            const char *value,
            const char *locale)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", kind);
  baton_json_writer_add_string (writer, field, value);
  if (locale != NULL)
    baton_json_writer_add_string (writer, "locale", locale);
  baton_json_writer_end_object (writer);
  return new_from_writer (writer);
}

/**
 * baton_activity_new_message:
 * @text: what is said
 * @locale: (nullable): BCP-47 language of @text
 *
 * Returns: (transfer full): a message without sender, id or time: stamp it
 */
BatonActivity *
baton_activity_new_message (const char *text,
                            const char *locale)
{
  return new_simple ("message", "text", text, locale);
}

/**
 * baton_activity_new_event:
 * @name: name of the event
 * @locale: (nullable): BCP-47 language of the sender
 *
 * Returns: (transfer full): an event without sender, id or time: stamp it
 */
BatonActivity *
baton_activity_new_event (const char *name,
                          const char *locale)
{
  return new_simple ("event", "name", name, locale);
}

static void
copy_members (BatonJsonWriter   *writer,
              BatonJsonNode      object,
              const char *const *but)
{
  BatonJsonNode key, value;
  BatonJsonIter iter;

  if (baton_json_node_get_kind (object) != BATON_JSON_OBJECT)
    return;

  baton_json_iter_init (&iter, object);
  while (baton_json_iter_next (&iter, &key, &value)) {
    g_autofree char *name = baton_json_node_dup_string (key);

    if (!g_strv_contains (but, name))
      baton_json_writer_add_node (writer, name, value);
  }
}

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
  copy_members (writer, old, but);
  baton_json_writer_end_object (writer);
}

/* `channelData` belongs to the client and goes through untouched (protocol 1.8); we add one member of our own. If it is
 * no object there is no place for ours: it stays as it is and readers fall back on `from.role`. */
static void
write_channel_data (BatonJsonWriter          *writer,
                    BatonJsonNode             old,
                    const BatonActivityStamp *stamp)
{
  static const char *const ours[] = { "baton", NULL };
  BatonJsonKind kind = baton_json_node_get_kind (old);

  baton_json_writer_name (writer, "channelData");
  if (kind != BATON_JSON_OBJECT && kind != BATON_JSON_NULL && kind != BATON_JSON_ABSENT) {
    baton_json_writer_node (writer, old);
    return;
  }

  baton_json_writer_begin_object (writer);
  copy_members (writer, old, ours);
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
  static const char *const owned[] = { "type", "id", "timestamp", "channelId", "conversation", "from", "channelData", NULL };
  BatonJsonWriter *writer;

  g_return_val_if_fail (BATON_IS_ACTIVITY (self), NULL);

  writer = baton_json_writer_new ();
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", self->kind);
  baton_json_writer_add_string (writer, "id", stamp->id);
  baton_json_writer_add_time (writer, "timestamp", stamp->timestamp);
  baton_json_writer_add_string (writer, "channelId", "directline");
  baton_json_writer_name (writer, "conversation");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", stamp->conversation_id);
  baton_json_writer_end_object (writer);
  write_from (writer, baton_json_node_get_member (self->root, "from"), stamp);
  copy_members (writer, self->root, owned);
  write_channel_data (writer, baton_json_node_get_member (self->root, "channelData"), stamp);
  baton_json_writer_end_object (writer);
  return new_from_writer (writer);
}

/**
 * baton_activity_format_id:
 * @conversation_id: a conversation
 * @index: index of the activity in it, from 0
 *
 * Returns: (transfer full): the id Direct Line gives it: `CID|ddddddd` (protocol 1.11)
 */
char *
baton_activity_format_id (const char *conversation_id,
                          gint64      index)
{
  return g_strdup_printf ("%s|%07" G_GINT64_FORMAT, conversation_id, index);
}

/**
 * baton_activity_get_bytes:
 * @self: an activity
 *
 * Returns: (transfer full): its JSON as received or stamped
 */
GBytes *
baton_activity_get_bytes (BatonActivity *self)
{
  gsize length;
  const char *raw = baton_json_node_get_raw (self->root, &length);
  GBytes *all = baton_json_get_bytes (self->json);

  return g_bytes_new_from_bytes (all, (gsize) (raw - (const char *) g_bytes_get_data (all, NULL)), length);
}

BatonJsonNode
baton_activity_get_root (BatonActivity *self)
{
  return self->root;
}

const char *
baton_activity_get_kind (BatonActivity *self)
{
  return self->kind;
}

const char *
baton_activity_get_id (BatonActivity *self)
{
  return self->id;
}

const char *
baton_activity_get_name (BatonActivity *self)
{
  return self->name;
}

const char *
baton_activity_get_text (BatonActivity *self)
{
  return self->text;
}

const char *
baton_activity_get_text_format (BatonActivity *self)
{
  return self->text_format;
}

const char *
baton_activity_get_locale (BatonActivity *self)
{
  return self->locale;
}

/**
 * baton_activity_get_timestamp:
 * @self: an activity
 *
 * Returns: microseconds since 1970, UTC, or %BATON_TIME_UNKNOWN; epoch seconds are understood (protocol 3.5 rule 8)
 */
gint64
baton_activity_get_timestamp (BatonActivity *self)
{
  return self->timestamp;
}

const char *
baton_activity_get_from_id (BatonActivity *self)
{
  return self->from_id;
}

const char *
baton_activity_get_from_name (BatonActivity *self)
{
  return self->from_name;
}

BatonParty
baton_activity_get_party (BatonActivity *self)
{
  return self->party;
}

const char *
baton_activity_get_client_id (BatonActivity *self)
{
  return self->client_id;
}

const char *
baton_activity_get_upstream_id (BatonActivity *self)
{
  return self->upstream_id;
}

const char *
baton_activity_get_system_kind (BatonActivity *self)
{
  return self->system_kind;
}

/**
 * baton_activity_is:
 * @self: an activity
 * @kind: an activity type; the case of letters counts (A2014)
 *
 * Returns: whether it is of that type
 */
gboolean
baton_activity_is (BatonActivity *self,
                   const char    *kind)
{
  return strcmp (self->kind, kind) == 0;
}

/**
 * baton_activity_dup_shown_text:
 * @self: an activity
 *
 * Returns: (transfer full) (nullable): what a person reading the conversation sees of it: `displayText` of a
 *   messageBack (protocol 2.4), else its text; %NULL if there is neither
 */
char *
baton_activity_dup_shown_text (BatonActivity *self)
{
  BatonJsonNode data = baton_json_node_get_member (self->root, "channelData");
  g_autofree char *shown = baton_json_node_dup_member (baton_json_node_get_member (data, "messageBack"), "displayText");

  if (shown != NULL && *shown != '\0')
    return g_steal_pointer (&shown);
  return self->text != NULL && *self->text != '\0' ? g_strdup (self->text) : NULL;
}

/**
 * baton_activity_is_shown:
 * @self: an activity
 *
 * Returns: whether people see it: a message with text or attachments (protocol 2.2); events, traces and the like are not
 */
gboolean
baton_activity_is_shown (BatonActivity *self)
{
  g_autofree char *text = NULL;

  if (!baton_activity_is (self, "message"))
    return FALSE;

  text = baton_activity_dup_shown_text (self);
  return text != NULL || baton_json_node_get_size (baton_json_node_get_member (self->root, "attachments")) > 0;
}

/**
 * baton_activity_is_for_customer:
 * @self: an activity
 *
 * Returns: whether a canvas may get it at all. Never `handoff.*`, `trace`, `conversationUpdate` and their kin (protocol
 *   S24); everything else, unknown types included, is (S25)
 */
gboolean
baton_activity_is_for_customer (BatonActivity *self)
{
  static const char *const internal[] = {
    "trace", "conversationUpdate", "contactRelationUpdate", "installationUpdate", "handoff", NULL
  };

  for (guint i = 0; internal[i] != NULL; i++) {
    if (g_ascii_strcasecmp (self->kind, internal[i]) == 0)
      return FALSE;
  }
  return self->name == NULL || g_ascii_strncasecmp (self->name, "handoff.", strlen ("handoff.")) != 0;
}

static char *
read_watermark (BatonJsonNode node)
{
  g_autofree char *text = NULL;

  /* Opaque; some servers send a number, and null or "" mean "keep the old one" (protocol 1.10). */
  if (baton_json_node_get_kind (node) != BATON_JSON_STRING && baton_json_node_get_kind (node) != BATON_JSON_NUMBER)
    return NULL;
  text = baton_json_node_dup_text (node);
  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

/**
 * baton_activity_set_parse:
 * @bytes: an ActivitySet as JSON
 * @limits: what is accepted
 * @watermark: (out) (optional) (transfer full) (nullable): its watermark, or %NULL if it says none
 * @error: return location for a [error@Error]
 *
 * Elements that are no activities are left out.
 *
 * Returns: (transfer full) (element-type BatonActivity): the activities in order, or %NULL with @error set
 */
GPtrArray *
baton_activity_set_parse (GBytes                 *bytes,
                          const BatonJsonLimits  *limits,
                          char                  **watermark,
                          GError                **error)
{
  g_autoptr (BatonJson) json = baton_json_parse (bytes, limits, error);
  BatonJsonNode root, value;
  GPtrArray *activities;
  BatonJsonIter iter;

  if (json == NULL)
    return NULL;
  root = baton_json_get_root (json);
  if (baton_json_node_get_kind (root) != BATON_JSON_OBJECT) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "an ActivitySet is an object");
    return NULL;
  }

  activities = g_ptr_array_new_with_free_func (g_object_unref);
  baton_json_iter_init (&iter, baton_json_node_get_member (root, "activities"));
  while (baton_json_iter_next (&iter, NULL, &value)) {
    BatonActivity *activity = baton_activity_new_from_node (value);

    if (activity != NULL)
      g_ptr_array_add (activities, activity);
  }
  if (watermark != NULL)
    *watermark = read_watermark (baton_json_node_get_member (root, "watermark"));
  return activities;
}

/**
 * baton_activity_set_format:
 * @activities: (element-type BatonActivity): activities
 * @watermark: (nullable): the watermark; %NULL leaves it out, as for `typing`
 *
 * Returns: (transfer full): the ActivitySet as JSON
 */
GBytes *
baton_activity_set_format (GPtrArray  *activities,
                           const char *watermark)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "activities");
  baton_json_writer_begin_array (writer);
  for (guint i = 0; i < activities->len; i++)
    baton_json_writer_node (writer, baton_activity_get_root (g_ptr_array_index (activities, i)));
  baton_json_writer_end_array (writer);
  if (watermark != NULL)
    baton_json_writer_add_string (writer, "watermark", watermark);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish (writer);
}
