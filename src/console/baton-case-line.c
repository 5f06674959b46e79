/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-case-private.h"

#include "baton-foreign.h"

#define TYPING_MS 3000   /* protocol K15 */

/* ---- what is said ---- */

static gboolean
typing_over_cb (gpointer user_data)
{
  BatonCase *self = user_data;

  self->typing_id = 0;
  baton_case_notify (self, BATON_CASE_PROP_TYPING);
  return G_SOURCE_REMOVE;
}

static void
set_typing (BatonCase *self,
            gboolean   typing)
{
  gboolean was = self->typing_id != 0;

  g_clear_handle_id (&self->typing_id, g_source_remove);
  if (typing)
    self->typing_id = g_timeout_add (TYPING_MS, typing_over_cb, self);
  if (was != typing)
    baton_case_notify (self, BATON_CASE_PROP_TYPING);
}

static void
learn_from_customer (BatonCase     *self,
                     BatonActivity *activity)
{
  BatonJsonNode root = baton_activity_get_root (activity);
  g_autofree char *timezone = baton_json_node_dup_member (root, "localTimezone");
  g_autofree char *channel = baton_json_node_dup_member (root, "channelId");

  set_typing (self, baton_activity_is (activity, "typing"));
  if (timezone != NULL && *timezone != '\0') {
    g_free (self->timezone);
    self->timezone = g_steal_pointer (&timezone);
  }
  if (channel != NULL && *channel != '\0') {
    g_free (self->channel);
    self->channel = g_steal_pointer (&channel);
  }
}

/* Our relay says whose words they are. Another Direct Line does not, and what anybody may have put in that place there is
 * no evidence. */
static GPtrArray *
say_whose (BatonCase *self,
           GPtrArray *activities)
{
  GPtrArray *read;

  if (!self->is_foreign)
    return g_ptr_array_ref (activities);
  read = g_ptr_array_new_full (activities->len, g_object_unref);
  for (guint i = 0; i < activities->len; i++)
    g_ptr_array_add (read, baton_foreign_read (g_ptr_array_index (activities, i)));
  return read;
}

static void
activities_cb (BatonCase *self,
               GPtrArray *came)
{
  g_autoptr (GPtrArray) activities = say_whose (self, came);
  g_autofree char *timezone = g_strdup (self->timezone);
  g_autofree char *channel = g_strdup (self->channel);

  baton_transcript_add_all (self->transcript, activities);
  for (guint i = 0; i < activities->len; i++) {
    BatonActivity *activity = g_ptr_array_index (activities, i);

    baton_sender_hear (self->sender, activity);
    if (baton_activity_get_party (activity) == BATON_PARTY_CUSTOMER)
      learn_from_customer (self, activity);
  }
  baton_case_update_summary (self);
  if (g_strcmp0 (timezone, self->timezone) != 0 || g_strcmp0 (channel, self->channel) != 0)
    baton_case_tell_changed (self);
}

/* ---- the way there ---- */

/* Connecting again is not being back, and connecting for the first time is no loss. */
static void
update_online (BatonCase *self)
{
  BatonDlState state = baton_dl_client_get_state (self->client);
  gboolean lost = state == BATON_DL_WAITING || (self->is_lost && state == BATON_DL_CONNECTING);

  if (lost == self->is_lost)
    return;
  self->is_lost = lost;
  baton_case_notify (self, BATON_CASE_PROP_ONLINE);
}

static void
stream_state_cb (BatonCase *self)
{
  update_online (self);
  if (baton_dl_client_get_state (self->client) == BATON_DL_EXPIRED)
    baton_case_load (self);
}

static void
close_stream (BatonCase *self)
{
  g_signal_handlers_disconnect_by_data (self->client, self);
  g_signal_handlers_disconnect_by_data (self->sender, self);
  baton_dl_client_close (self->client);
  g_clear_object (&self->sender);
  g_clear_object (&self->client);
}

/* Of another server it is not known that it takes a repeat for one; what was said meanwhile, our own words too, is heard
 * before anything is posted. */
static void
open_stream (BatonCase            *self,
             const BatonHubAccess *access)
{
  const char *id = baton_escalation_get_conversation_id (self->escalation);

  self->client = baton_dl_client_new (access->base, access->token);
  baton_dl_client_set_conversation_id (self->client, access->conversation_id);
  baton_dl_client_set_repeatable (self->client, !self->is_foreign);
  baton_dl_client_set_catches_up (self->client, self->is_foreign);
  self->sender = baton_sender_new (self->client, self->transcript,
                                   baton_outbox_new (NULL, id, baton_case_get_agent_id (self)));
  baton_sender_set_user (self->sender, access->user_id, access->user_name);
  g_signal_connect_object (self->client, "activities", G_CALLBACK (activities_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "notify::state", G_CALLBACK (stream_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sender, "expired", G_CALLBACK (baton_case_load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sender, "refused", G_CALLBACK (baton_case_load), self, G_CONNECT_SWAPPED);
  baton_dl_client_open (self->client);
}

/* Opens or closes the way out, as the ownership is. */
void
baton_case_update_writable (BatonCase *self)
{
  if (self->sender == NULL)
    return;

  if (self->is_mine && !self->is_record)
    baton_sender_open (self->sender, baton_escalation_get_epoch (self->escalation));
  else
    baton_sender_close (self->sender);
  baton_case_notify (self, BATON_CASE_PROP_WRITABLE);
}

static gboolean
is_elsewhere (BatonCase            *self,
              const BatonHubAccess *access)
{
  return g_strcmp0 (access->base, self->base) != 0
         || g_strcmp0 (access->conversation_id, baton_dl_client_get_conversation_id (self->client)) != 0;
}

/**
 * baton_case_take_access:
 * @self: a case
 * @access: (nullable): how to reach the conversation now; %NULL: the relay has no answer to that just now
 *
 * A conversation that lives on another Direct Line is joined there once it is ours, and read from the relay's record
 * before and after. The transcript knows both by the same ids.
 */
void
baton_case_take_access (BatonCase            *self,
                        const BatonHubAccess *access)
{
  if (access == NULL) {
    baton_case_load_later (self);
    return;
  }

  if (access->is_record && self->is_mine && self->is_foreign)
    return;   /* an answer from before it was ours */

  if (self->client != NULL && is_elsewhere (self, access))
    close_stream (self);
  self->is_foreign = access->user_id != NULL;
  self->is_record = access->is_record;
  g_free (self->base);
  self->base = g_strdup (access->base);
  if (self->client == NULL)
    open_stream (self, access);
  else
    baton_dl_client_set_token (self->client, access->token);
  if (self->is_record && self->is_mine)
    baton_case_load_later (self);
  baton_case_update_writable (self);
}
