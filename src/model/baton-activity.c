/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-activity-private.h"

#include <string.h>

#include "baton-error.h"
#include "baton-json-writer.h"
#include "baton-time.h"

G_DEFINE_FINAL_TYPE (BatonActivity, baton_activity, G_TYPE_OBJECT)

/* For what was checked before, or written here. */
static const BatonJsonLimits OWN_LIMITS = { .size = G_MAXINT32, .depth = 1024, .values = G_MAXUINT };

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

  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->json, baton_json_unref);
  g_clear_pointer (&self->kind, g_ref_string_release);
  g_clear_pointer (&self->id, g_ref_string_release);
  g_clear_pointer (&self->name, g_ref_string_release);
  g_clear_pointer (&self->text, g_ref_string_release);
  g_clear_pointer (&self->text_format, g_ref_string_release);
  g_clear_pointer (&self->locale, g_ref_string_release);
  g_clear_pointer (&self->from_id, g_ref_string_release);
  g_clear_pointer (&self->from_name, g_ref_string_release);
  g_clear_pointer (&self->client_id, g_ref_string_release);
  g_clear_pointer (&self->upstream_id, g_ref_string_release);
  g_clear_pointer (&self->system_kind, g_ref_string_release);

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

/* Who an activity is from that bears no stamp of ours. Stored transcripts of the vendor carry 1 and 0 for user and bot
 * (protocol 4.4). */
BatonParty
baton_activity_party_from_role (BatonJsonNode role)
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

static GRefString *
read_string (BatonJsonNode node)
{
  gsize length;
  const char *raw = baton_json_node_get_raw (node, &length);
  g_autofree char *decoded = NULL;

  if (baton_json_node_get_kind (node) != BATON_JSON_STRING)
    return NULL;
  if (memchr (raw, '\\', length) == NULL)
    return g_ref_string_new_len (raw + 1, (gssize) length - 2);

  decoded = baton_json_node_dup_string (node);
  return g_ref_string_new (decoded);
}

static void
read_from (BatonActivity *self,
           BatonJsonNode  from)
{
  enum { ID, NAME, ROLE, N };
  static const char *const names[N] = { "id", "name", "role" };
  BatonJsonNode members[N];

  baton_json_node_get_members (from, names, members, N);
  self->from_id = read_string (members[ID]);
  self->from_name = read_string (members[NAME]);
  self->party = baton_activity_party_from_role (members[ROLE]);
}

static void
read_channel_data (BatonActivity *self,
                   BatonJsonNode  data)
{
  enum { CLIENT_ID, BATON, N };
  static const char *const names[N] = { "clientActivityID", "baton" };
  BatonJsonNode members[N];
  g_autofree char *party = NULL;

  baton_json_node_get_members (data, names, members, N);
  self->client_id = read_string (members[CLIENT_ID]);
  if (baton_json_node_get_kind (members[BATON]) != BATON_JSON_OBJECT)
    return;

  party = baton_json_node_dup_member (members[BATON], "party");
  if (baton_party_from_string (party) != BATON_PARTY_UNKNOWN)
    self->party = baton_party_from_string (party);
  self->upstream_id = read_string (baton_json_node_get_member (members[BATON], "upstreamId"));
  self->system_kind = read_string (baton_json_node_get_member (members[BATON], "kind"));
}

static void
read_fields (BatonActivity *self)
{
  enum { ID, NAME, TEXT, TEXT_FORMAT, LOCALE, TIMESTAMP, FROM, CHANNEL_DATA, N };
  static const char *const names[N] = {
    "id", "name", "text", "textFormat", "locale", "timestamp", "from", "channelData"
  };
  BatonJsonNode members[N];

  baton_json_node_get_members (self->root, names, members, N);
  self->id = read_string (members[ID]);
  self->name = read_string (members[NAME]);
  self->text = read_string (members[TEXT]);
  self->text_format = read_string (members[TEXT_FORMAT]);
  self->locale = read_string (members[LOCALE]);
  self->timestamp = read_timestamp (members[TIMESTAMP]);
  read_from (self, members[FROM]);
  read_channel_data (self, members[CHANNEL_DATA]);
}

static BatonActivity *
take (BatonJson     *json,
      BatonJsonNode  root)
{
  GRefString *kind = read_string (baton_json_node_get_member (root, "type"));
  BatonActivity *self;

  if (kind == NULL || *kind == '\0') {
    g_clear_pointer (&kind, g_ref_string_release);
    baton_json_unref (json);
    return NULL;
  }

  self = g_object_new (BATON_TYPE_ACTIVITY, NULL);
  self->json = json;
  self->root = root;
  self->kind = kind;
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
  BatonActivity *self = baton_activity_new (bytes, &OWN_LIMITS, &error);

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

static const char *
peek_text (BatonActivity *self,
           gsize         *length)
{
  return self->bytes != NULL ? g_bytes_get_data (self->bytes, length) : baton_json_node_get_raw (self->root, length);
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
  GBytes *all = self->bytes != NULL ? self->bytes : baton_json_get_bytes (self->json);
  gsize length;
  const char *text = peek_text (self, &length);

  return g_bytes_new_from_bytes (all, (gsize) (text - (const char *) g_bytes_get_data (all, NULL)), length);
}

/* Whoever only passes a stamped activity on never needs to know where in its text things stand. */
static void
find_root (BatonActivity *self)
{
  g_autoptr (GError) error = NULL;

  if (self->bytes == NULL || !g_once_init_enter (&self->has_root))
    return;

  self->json = baton_json_parse (self->bytes, &OWN_LIMITS, &error);
  if (self->json == NULL)
    g_error ("an activity of our own is broken: %s", error->message);
  self->root = baton_json_get_root (self->json);
  g_once_init_leave (&self->has_root, 1);
}

BatonJsonNode
baton_activity_get_root (BatonActivity *self)
{
  find_root (self);
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
  BatonJsonNode data = baton_json_node_get_member (baton_activity_get_root (self), "channelData");
  g_autofree char *shown = baton_json_node_dup_member (baton_json_node_get_member (data, "messageBack"), "displayText");

  if (shown != NULL && *shown != '\0')
    return g_steal_pointer (&shown);
  return self->text != NULL && *self->text != '\0' ? g_strdup (self->text) : NULL;
}

/**
 * baton_activity_has_content:
 * @self: an activity
 *
 * Returns: whether there is anything in it for people: text or attachments
 */
gboolean
baton_activity_has_content (BatonActivity *self)
{
  BatonJsonNode attachments = baton_json_node_get_member (baton_activity_get_root (self), "attachments");
  g_autofree char *text = baton_activity_dup_shown_text (self);

  return text != NULL || baton_json_node_get_size (attachments) > 0;
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
  return baton_activity_is (self, "message") && baton_activity_has_content (self);
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
  BatonJsonWriter *writer;
  gsize size = 64;
  gsize length;

  for (guint i = 0; i < activities->len; i++) {
    peek_text (g_ptr_array_index (activities, i), &length);
    size += length + 1;
  }

  writer = baton_json_writer_new_sized (size);
  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "activities");
  baton_json_writer_begin_array (writer);
  for (guint i = 0; i < activities->len; i++) {
    const char *text = peek_text (g_ptr_array_index (activities, i), &length);

    baton_json_writer_raw (writer, text, (gssize) length);
  }
  baton_json_writer_end_array (writer);
  if (watermark != NULL)
    baton_json_writer_add_string (writer, "watermark", watermark);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish (writer);
}
