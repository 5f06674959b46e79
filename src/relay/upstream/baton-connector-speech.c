/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-connector-speech.h"

#include "baton-json-writer.h"

static void
write_account (BatonJsonWriter *writer,
               const char      *member,
               const char      *id,
               const char      *name,
               const char      *role)
{
  if (member != NULL)
    baton_json_writer_name (writer, member);
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", id);
  if (name != NULL)
    baton_json_writer_add_string (writer, "name", name);
  if (role != NULL)
    baton_json_writer_add_string (writer, "role", role);
  baton_json_writer_end_object (writer);
}

/* What libraries for bots look for before anything else: some throw where one of them is missing. */
static void
write_frame (BatonJsonWriter           *writer,
             const BatonConnectorTerms *terms,
             const BatonConversation   *conversation)
{
  baton_json_writer_add_string (writer, "channelId", terms->channel_id);
  baton_json_writer_add_string (writer, "serviceUrl", terms->service_url);
  write_account (writer, "conversation", conversation->id, NULL, NULL);
  write_account (writer, "recipient", terms->bot_id, terms->bot_name, "bot");
}

static void
write_user (BatonJsonWriter         *writer,
            const BatonConversation *conversation)
{
  write_account (writer, "from", conversation->user_id, conversation->user_name, "user");
}

/* --- to the bot --- */

static BatonJsonWriter *
begin_event (const BatonConversation *conversation,
             const char              *type,
             const char              *what)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *id = g_strconcat (conversation->id, "|", what, NULL);

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", type);
  baton_json_writer_add_string (writer, "id", id);
  baton_json_writer_add_time (writer, "timestamp", g_get_real_time ());
  return writer;
}

static GBytes *
end_event (BatonJsonWriter         *writer,
           const BatonConversation *conversation)
{
  if (conversation->locale != NULL)
    baton_json_writer_add_string (writer, "locale", conversation->locale);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish (writer);
}

static void
write_joined (BatonJsonWriter *writer,
              const char      *id,
              const char      *name)
{
  static const char *const nobody[] = { NULL };

  baton_json_writer_name (writer, "membersAdded");
  baton_json_writer_begin_array (writer);
  write_account (writer, NULL, id, name, NULL);
  baton_json_writer_end_array (writer);
  baton_json_writer_add_strv (writer, "membersRemoved", nobody);
}

/**
 * baton_connector_speech_make_bot_joined:
 *
 * Returns: (transfer full): the `conversationUpdate` that tells a bot that it is part of a conversation now
 */
GBytes *
baton_connector_speech_make_bot_joined (const BatonConnectorTerms *terms,
                                        const BatonConversation   *conversation)
{
  BatonJsonWriter *writer = begin_event (conversation, "conversationUpdate", "bot-joined");

  write_frame (writer, terms, conversation);
  write_account (writer, "from", terms->bot_id, terms->bot_name, "bot");
  write_joined (writer, terms->bot_id, terms->bot_name);
  return end_event (writer, conversation);
}

/**
 * baton_connector_speech_make_user_joined:
 *
 * Returns: (transfer full): the `conversationUpdate` that tells a bot who else is part of it; most greet then
 */
GBytes *
baton_connector_speech_make_user_joined (const BatonConnectorTerms *terms,
                                         const BatonConversation   *conversation)
{
  BatonJsonWriter *writer = begin_event (conversation, "conversationUpdate", "user-joined");

  write_frame (writer, terms, conversation);
  write_user (writer, conversation);
  write_joined (writer, conversation->user_id, conversation->user_name);
  return end_event (writer, conversation);
}

/**
 * baton_connector_speech_make_status:
 * @state: "accepted", "failed" or "completed"
 *
 * Returns: (transfer full): the event that tells a bot what became of its hand-off (protocol 3.2)
 */
GBytes *
baton_connector_speech_make_status (const BatonConnectorTerms *terms,
                                    const BatonConversation   *conversation,
                                    const char                *state)
{
  g_autofree char *what = g_strdup_printf ("%s-%" G_GINT64_FORMAT, state, conversation->epoch);
  BatonJsonWriter *writer = begin_event (conversation, "event", what);

  write_frame (writer, terms, conversation);
  write_user (writer, conversation);
  baton_json_writer_add_string (writer, "name", "handoff.status");
  baton_json_writer_name (writer, "value");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "state", state);
  baton_json_writer_end_object (writer);
  return end_event (writer, conversation);
}

/**
 * baton_connector_speech_translate:
 * @activity: what the customer said, as it is stored
 *
 * Ids and times are ours on both sides; who it is from and where it is answered the bot is told by us. Everything else
 * goes along as it was sent.
 *
 * Returns: (transfer full): what to post to the bot
 */
GBytes *
baton_connector_speech_translate (const BatonConnectorTerms *terms,
                                  const BatonConversation   *conversation,
                                  BatonActivity             *activity)
{
  static const char *const ours[] = {
    "channelId", "serviceUrl", "conversation", "recipient", "from", "channelData", NULL
  };
  static const char *const internal[] = { "baton", NULL };
  BatonJsonNode root = baton_activity_get_root (activity);
  BatonJsonNode data = baton_json_node_get_member (root, "channelData");
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_members (writer, root, ours);
  write_frame (writer, terms, conversation);
  write_user (writer, conversation);
  if (baton_json_node_get_kind (baton_json_node_get_member (root, "locale")) == BATON_JSON_ABSENT
      && conversation->locale != NULL)
    baton_json_writer_add_string (writer, "locale", conversation->locale);
  if (baton_json_node_get_kind (data) == BATON_JSON_OBJECT) {
    baton_json_writer_name (writer, "channelData");
    baton_json_writer_begin_object (writer);
    baton_json_writer_add_members (writer, data, internal);
    baton_json_writer_end_object (writer);
  } else if (baton_json_node_get_kind (data) != BATON_JSON_ABSENT) {
    baton_json_writer_add_node (writer, "channelData", data);
  }
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish (writer);
}

/**
 * baton_connector_speech_is_for_bot:
 * @activity: what a customer posted
 *
 * Returns: %FALSE for what the bot hears from us and from nobody else
 */
gboolean
baton_connector_speech_is_for_bot (BatonActivity *activity)
{
  return !baton_activity_is (activity, "conversationUpdate") && !baton_activity_is (activity, "typing");
}

/**
 * baton_connector_speech_wants_replies:
 * @activity: what a customer posted
 *
 * Returns: whether the bot answers it in the body of its answer, all at once
 */
gboolean
baton_connector_speech_wants_replies (BatonActivity *activity)
{
  return baton_json_node_is (baton_json_node_get_member (baton_activity_get_root (activity), "deliveryMode"),
                             "expectReplies");
}

/* --- from the bot --- */

static BatonActivity *
finish (BatonJsonWriter *writer)
{
  g_autoptr (GBytes) bytes = baton_json_writer_finish (writer);
  g_autoptr (GError) error = NULL;
  BatonActivity *activity = baton_activity_new (bytes, &(BatonJsonLimits) { G_MAXINT32, 1024, G_MAXUINT }, &error);

  if (activity == NULL)
    g_error ("an activity of our own is broken: %s", error->message);
  return activity;
}

/**
 * baton_connector_speech_hear:
 * @activity: what the bot posted
 *
 * Whatever it copied out of the customer's message, it speaks for itself alone; and where it reaches us is no news for
 * the customer.
 *
 * Returns: (transfer full): what is kept of it
 */
BatonActivity *
baton_connector_speech_hear (const BatonConnectorTerms *terms,
                             BatonActivity             *activity)
{
  static const char *const ours[] = { "from", "serviceUrl", NULL };
  BatonJsonNode root = baton_activity_get_root (activity);
  BatonJsonNode from = baton_json_node_get_member (root, "from");
  const gboolean is_itself = baton_json_node_is (baton_json_node_get_member (from, "id"), terms->bot_id);
  const char *name = is_itself ? baton_activity_get_from_name (activity) : NULL;
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_members (writer, root, ours);
  write_account (writer, "from", terms->bot_id, name != NULL ? name : terms->bot_name, "bot");
  baton_json_writer_end_object (writer);
  return finish (writer);
}

/* A hand-off is known by its id, so that a repeat is one. Where the bot gives none, each is another: two that say the
 * same may well be meant. */
static BatonActivity *
name_handoff (BatonActivity *activity)
{
  static const char *const ours[] = { "id", NULL };
  g_autofree char *random = g_uuid_string_random ();
  g_autofree char *id = g_strconcat ("handoff-", random, NULL);
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", id);
  baton_json_writer_add_members (writer, baton_activity_get_root (activity), ours);
  baton_json_writer_end_object (writer);
  return finish (writer);
}

/**
 * baton_connector_speech_take_handoff:
 * @activity: (inout): what is kept of what the bot posted; a hand-off without an id gets one
 *
 * Returns: (transfer full) (nullable): what it means, if it is a hand-off
 */
BatonHandoff *
baton_connector_speech_take_handoff (const BatonConnectorTerms  *terms,
                                     BatonActivity             **activity)
{
  BatonActivity *named;

  if (!baton_handoff_is_handoff (*activity, terms->rules))
    return NULL;

  if (baton_activity_get_id (*activity) == NULL) {
    named = name_handoff (*activity);
    g_object_unref (*activity);
    *activity = named;
  }
  return baton_handoff_new_from_activity (*activity);
}
