/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-speech.h"

#include <string.h>

#include "baton-json-writer.h"
#include "baton-time.h"

#define START_EVENT "startConversation"
#define CONTEXT_EVENT "pvaSetContext"
#define STATUS_EVENT "handoff.status"

static BatonActivity *
finish (BatonJsonWriter *writer)
{
  g_autoptr (GBytes) bytes = baton_json_writer_finish (writer);
  g_autoptr (GError) error = NULL;
  BatonActivity *activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, &error);

  if (activity == NULL)
    g_error ("an activity of our own is broken: %s", error->message);
  return activity;
}

static void
write_from (BatonJsonWriter         *writer,
            const BatonConversation *conversation)
{
  baton_json_writer_name (writer, "from");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", conversation->user_id);
  if (conversation->user_name != NULL)
    baton_json_writer_add_string (writer, "name", conversation->user_name);
  baton_json_writer_add_string (writer, "role", "user");
  baton_json_writer_end_object (writer);
}

/* Our own id goes along: its echo proves that the bot has it, and a repeat can be told from a second message. */
static void
write_channel_data (BatonJsonWriter *writer,
                    BatonJsonNode    old,
                    const char      *client_id)
{
  static const char *const ours[] = { "baton", "clientActivityID", NULL };

  baton_json_writer_name (writer, "channelData");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_members (writer, old, ours);
  baton_json_writer_add_string (writer, "clientActivityID", client_id);
  baton_json_writer_end_object (writer);
}

char *
baton_dl_speech_make_start_id (const BatonConversation *conversation)
{
  return g_strconcat (conversation->id, "|start", NULL);
}

/**
 * baton_dl_speech_make_start:
 * @conversation: the hosted conversation
 *
 * Returns: (transfer full): the `startConversation` event, without which such a bot does not greet (protocol 4.2)
 */
BatonActivity *
baton_dl_speech_make_start (const BatonConversation *conversation)
{
  const BatonJsonNode nothing = { NULL, 0 };
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *id = baton_dl_speech_make_start_id (conversation);

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", "event");
  baton_json_writer_add_string (writer, "name", START_EVENT);
  write_from (writer, conversation);
  if (conversation->locale != NULL)
    baton_json_writer_add_string (writer, "locale", conversation->locale);
  write_channel_data (writer, nothing, id);
  baton_json_writer_end_object (writer);
  return finish (writer);
}

char *
baton_dl_speech_make_context_id (const BatonConversation *conversation)
{
  return g_strconcat (conversation->id, "|context", NULL);
}

/**
 * baton_dl_speech_make_context:
 * @conversation: the hosted conversation
 * @value: JSON object: names of variables, without `Global.`, and their values
 *
 * Returns: (transfer full): the `pvaSetContext` event (protocol 4.2)
 */
BatonActivity *
baton_dl_speech_make_context (const BatonConversation *conversation,
                              const char              *value)
{
  const BatonJsonNode nothing = { NULL, 0 };
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *id = baton_dl_speech_make_context_id (conversation);

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", "event");
  baton_json_writer_add_string (writer, "name", CONTEXT_EVENT);
  write_from (writer, conversation);
  baton_json_writer_name (writer, "value");
  baton_json_writer_raw (writer, value, -1);
  write_channel_data (writer, nothing, id);
  baton_json_writer_end_object (writer);
  return finish (writer);
}

/**
 * baton_dl_speech_translate:
 * @conversation: the hosted conversation
 * @activity: what the customer said there
 *
 * Ids, times and addresses of our side mean nothing on the other; everything else goes along as it was sent.
 *
 * Returns: (transfer full): what to post to the bot
 */
BatonActivity *
baton_dl_speech_translate (const BatonConversation *conversation,
                           BatonActivity           *activity)
{
  static const char *const local[] = {
    "id", "timestamp", "channelId", "serviceUrl", "conversation", "from", "recipient", "replyToId", "channelData", NULL
  };
  BatonJsonNode root = baton_activity_get_root (activity);
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  write_from (writer, conversation);
  baton_json_writer_add_members (writer, root, local);
  if (baton_activity_get_locale (activity) == NULL && conversation->locale != NULL
      && baton_json_node_get_kind (baton_json_node_get_member (root, "locale")) == BATON_JSON_ABSENT)
    baton_json_writer_add_string (writer, "locale", conversation->locale);
  write_channel_data (writer, baton_json_node_get_member (root, "channelData"), baton_activity_get_id (activity));
  baton_json_writer_end_object (writer);
  return finish (writer);
}

/* What the ids of all begin with. */
static char *
make_status_id (const BatonConversation *conversation)
{
  return g_strconcat (conversation->id, "|status|", NULL);
}

/**
 * baton_dl_speech_make_status:
 * @conversation: the hosted or watched conversation
 * @status: what became of the hand-off
 *
 * Returns: (transfer full): the `handoff.status` event (protocol 3.2)
 */
BatonActivity *
baton_dl_speech_make_status (const BatonConversation *conversation,
                             const char              *status)
{
  const BatonJsonNode nothing = { NULL, 0 };
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *start = make_status_id (conversation);
  g_autofree char *id = g_strdup_printf ("%s%s|%" G_GINT64_FORMAT, start, status, conversation->epoch);

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", "event");
  baton_json_writer_add_string (writer, "name", STATUS_EVENT);
  baton_json_writer_name (writer, "from");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", "relay");
  baton_json_writer_add_string (writer, "role", "user");
  baton_json_writer_end_object (writer);
  baton_json_writer_name (writer, "value");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "state", status);
  baton_json_writer_end_object (writer);
  write_channel_data (writer, nothing, id);
  baton_json_writer_end_object (writer);
  return finish (writer);
}

/**
 * baton_dl_speech_is_for_bot:
 * @activity: what a customer posted
 *
 * Returns: %FALSE for the start event of a canvas, since the bot gets exactly one, from us; and for what only means
 *   something on our side
 */
gboolean
baton_dl_speech_is_for_bot (BatonActivity *activity)
{
  if (baton_activity_is (activity, "event"))
    return g_strcmp0 (baton_activity_get_name (activity), START_EVENT) != 0;
  return !baton_activity_is (activity, "typing") && !baton_activity_is (activity, "conversationUpdate");
}

typedef struct {
  BatonActivity *activity;
  gint64         at;
} Spoken;

static gint
compare_times (gconstpointer a,
               gconstpointer b)
{
  const Spoken *left = a, *right = b;

  return (left->at > right->at) - (left->at < right->at);
}

/**
 * baton_dl_speech_sort:
 * @activities: (element-type BatonActivity): a set, as it came
 *
 * Within a set the order of ids and of arrival has been seen to be another than that in which things were said: echoes
 * come behind the answers to them, quick answers swapped (protocol 1.11). What has no time stays behind what it followed.
 *
 * Returns: (transfer full) (element-type BatonActivity): them in the order of their times
 */
GPtrArray *
baton_dl_speech_sort (GPtrArray *activities)
{
  g_autoptr (GArray) spoken = g_array_sized_new (FALSE, FALSE, sizeof (Spoken), activities->len);
  GPtrArray *sorted = g_ptr_array_new_full (activities->len, g_object_unref);
  gint64 last = G_MININT64;

  for (guint i = 0; i < activities->len; i++) {
    BatonActivity *activity = g_ptr_array_index (activities, i);
    gint64 at = baton_activity_get_timestamp (activity);
    const Spoken one = { activity, at == BATON_TIME_UNKNOWN ? last : at };

    last = one.at;
    g_array_append_val (spoken, one);
  }
  g_array_sort (spoken, compare_times);
  for (guint i = 0; i < spoken->len; i++)
    g_ptr_array_add (sorted, g_object_ref (g_array_index (spoken, Spoken, i).activity));
  return sorted;
}

/**
 * baton_dl_speech_is_context:
 * @activity: what a customer's canvas posted
 *
 * Returns: whether it sets variables of the bot, which the bot has to have before it greets (protocol 4.2)
 */
gboolean
baton_dl_speech_is_context (BatonActivity *activity)
{
  return baton_activity_is (activity, "event") && g_strcmp0 (baton_activity_get_name (activity), CONTEXT_EVENT) == 0;
}

gint64
baton_dl_speech_get_index (const BatonConversation *conversation,
                           const char              *id)
{
  gsize length = strlen (conversation->id);
  guint64 index;

  if (id == NULL || strncmp (id, conversation->id, length) != 0 || id[length] != '|'
      || !g_ascii_string_to_unsigned (id + length + 1, 10, 0, G_MAXINT64, &index, NULL))
    return -1;
  return (gint64) index;
}

/**
 * baton_dl_speech_is_ours:
 * @conversation: the hosted or watched conversation
 * @activity: what came on the bot's stream
 *
 * Returns: whether it carries an id that we made
 */
gboolean
baton_dl_speech_is_ours (const BatonConversation *conversation,
                         BatonActivity           *activity)
{
  const char *client_id = baton_activity_get_client_id (activity);
  g_autofree char *start_id = baton_dl_speech_make_start_id (conversation);
  g_autofree char *context_id = baton_dl_speech_make_context_id (conversation);
  g_autofree char *status_id = make_status_id (conversation);

  return client_id != NULL
         && (baton_dl_speech_get_index (conversation, client_id) >= 0 || g_str_equal (client_id, start_id)
             || g_str_equal (client_id, context_id) || g_str_has_prefix (client_id, status_id));
}

/**
 * baton_dl_speech_is_echo:
 * @conversation: the hosted conversation
 * @activity: what came on the bot's stream
 *
 * The service may put another `from.id` in and leave the role out, so our own id comes first (protocol 4.2).
 *
 * Returns: whether it is what we posted ourselves
 */
gboolean
baton_dl_speech_is_echo (const BatonConversation *conversation,
                         BatonActivity           *activity)
{
  BatonJsonNode from = baton_json_node_get_member (baton_activity_get_root (activity), "from");
  BatonJsonNode role = baton_json_node_get_member (from, "role");

  if (baton_json_node_is (role, "bot"))
    return FALSE;   /* whatever it copied out of our message */
  return baton_dl_speech_is_ours (conversation, activity)
         || g_strcmp0 (baton_activity_get_from_id (activity), conversation->user_id) == 0
         || baton_json_node_is (role, "user");
}
