/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-watch-link.h"

#include "baton-dl-client.h"
#include "baton-dl-memory.h"
#include "baton-dl-speech.h"
#include "baton-foreign.h"
#include "baton-timer.h"

struct _BatonWatchLink {
  const BatonWatchLinkConfig *config;
  const BatonWatchLinkFuncs  *funcs;
  gpointer                    user_data;

  BatonConversation          *conversation;   /* as it last moved */
  BatonDlClient              *client;
  guint                       retry_id;       /* the secret was refused */
  BatonTimer                 *idle;
  gint64                      used_at;        /* monotonic µs */
};

/* ---- what is said ---- */

static void
add_words (BatonWatchLink    *self,
           BatonUpstreamTurn *turn,
           BatonActivity     *activity)
{
  BatonParty party = baton_foreign_get_party (activity);
  g_autoptr (BatonHandoff) handoff = NULL;
  BatonBotItem *item;

  /* Only the bot may hand over: what a customer posts comes by here as well (protocol 3.5 rule 1, S42). */
  if (party == BATON_PARTY_BOT && baton_handoff_is_handoff (activity, self->config->rules))
    handoff = baton_handoff_new_from_activity (activity);
  baton_upstream_turn_add (turn, activity, baton_activity_get_id (activity), handoff);
  item = g_ptr_array_index (turn->items, turn->items->len - 1);
  item->party = party;
}

/* Every activity of every set, in the order of their times (protocol 1.11, 6.15), in one turn with the watermark that
 * covers it. */
static void
activities_cb (BatonDlClient *client,
               GPtrArray     *activities,
               gpointer       user_data)
{
  BatonWatchLink *self = user_data;
  g_autoptr (BatonUpstreamTurn) turn = baton_upstream_turn_new ();
  g_autoptr (GPtrArray) sorted = baton_dl_speech_sort (activities);
  gboolean is_lasting = FALSE;

  self->used_at = g_get_monotonic_time ();
  for (guint i = 0; i < sorted->len; i++) {
    BatonActivity *activity = g_ptr_array_index (sorted, i);

    if (baton_activity_is (activity, "typing"))
      continue;   /* passes by; never part of a conversation */
    is_lasting = TRUE;
    if (!baton_dl_speech_is_ours (self->conversation, activity))
      add_words (self, turn, activity);
  }
  if (!is_lasting)
    return;
  turn->bot_watermark = g_strdup (baton_dl_client_get_watermark (client));
  self->funcs->heard (self->conversation->id, turn, FALSE, self->user_data);
}

/* ---- losing it ---- */

static gboolean
retry_cb (gpointer user_data)
{
  BatonWatchLink *self = user_data;

  self->retry_id = 0;
  baton_dl_client_set_token (self->client, self->config->secret);
  return G_SOURCE_REMOVE;
}

/* The secret may have been renewed over there before it was here; and a restart is no reason to lose who waits. */
static void
take_refusal (BatonWatchLink *self)
{
  g_message ("conversation %s: its Direct Line refuses the secret", self->conversation->id);
  if (self->retry_id == 0)
    self->retry_id = g_timeout_add (self->config->pace->steady, retry_cb, self);
}

static void
take_end (BatonWatchLink *self)
{
  g_autoptr (BatonUpstreamTurn) turn = baton_upstream_turn_new ();

  g_debug ("conversation %s: is no more over there", self->conversation->id);
  self->funcs->heard (self->conversation->id, turn, TRUE, self->user_data);
}

static void
state_cb (BatonDlClient *client,
          GParamSpec    *pspec,
          gpointer       user_data)
{
  switch (baton_dl_client_get_state (client)) {
  case BATON_DL_EXPIRED:
    take_refusal (user_data);
    break;
  case BATON_DL_GONE:
    take_end (user_data);
    break;
  case BATON_DL_ONLINE:
  case BATON_DL_IDLE:
  case BATON_DL_CONNECTING:
  case BATON_DL_WAITING:
  case BATON_DL_CLOSED:
  default:
    break;   /* it tries again by itself */
  }
}

/* ---- the link ---- */

/* Who waits, or is with an agent, is never given up for being silent. */
static void
idle_cb (gpointer user_data)
{
  BatonWatchLink *self = user_data;
  guint idle = self->config->pace->idle;
  gint64 idle_ms = (g_get_monotonic_time () - self->used_at) / 1000;

  if (idle_ms >= idle && self->conversation->state == BATON_STATE_BOT)
    self->funcs->idle (self->conversation->id, self->user_data);
  else
    baton_timer_start (self->idle, idle_ms >= idle ? idle : MAX (1, idle - (guint) idle_ms));
}

static BatonDlClient *
make_client (BatonWatchLink *self)
{
  const char *watermark = self->conversation->bot_watermark;
  BatonDlClient *client = baton_dl_client_new (self->config->base, self->config->secret);
  BatonDlMemory memory;

  baton_dl_memory_read (&memory, self->conversation->bot_state);
  baton_dl_client_set_pace (client, self->config->pace);
  baton_dl_client_set_message_limit (client, BATON_JSON_LIMITS_BOT.size);   /* a hand-off brings its transcript */
  baton_dl_client_set_conversation_id (client, memory.conversation_id);
  baton_dl_client_set_watermark (client, watermark && *watermark ? watermark : NULL);
  baton_dl_memory_clear (&memory);
  g_signal_connect (client, "activities", G_CALLBACK (activities_cb), self);
  g_signal_connect (client, "notify::state", G_CALLBACK (state_cb), self);
  return client;
}

/**
 * baton_watch_link_new:
 * @config: where and how
 * @conversation: with what is remembered of its other side; read on from its watermark
 * @funcs: what to call; has to stay
 * @user_data: for @funcs
 *
 * Returns: (transfer full): a link that reads along from now on
 */
BatonWatchLink *
baton_watch_link_new (const BatonWatchLinkConfig *config,
                      const BatonConversation    *conversation,
                      const BatonWatchLinkFuncs  *funcs,
                      gpointer                    user_data)
{
  BatonWatchLink *self = g_new0 (BatonWatchLink, 1);

  self->config = config;
  self->funcs = funcs;
  self->user_data = user_data;
  self->conversation = baton_conversation_copy (conversation);
  self->used_at = g_get_monotonic_time ();
  self->idle = baton_timer_new (idle_cb, self);
  baton_timer_start (self->idle, config->pace->idle);
  self->client = make_client (self);
  baton_dl_client_open (self->client);
  return self;
}

void
baton_watch_link_free (BatonWatchLink *self)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_pointer (&self->idle, baton_timer_free);
  g_signal_handlers_disconnect_by_data (self->client, self);
  baton_dl_client_close (self->client);
  g_object_unref (self->client);
  baton_conversation_free (self->conversation);
  g_free (self);
}

/**
 * baton_watch_link_follow:
 * @self: a link
 * @conversation: its conversation, as it is now
 */
void
baton_watch_link_follow (BatonWatchLink          *self,
                         const BatonConversation *conversation)
{
  self->conversation->state = conversation->state;
}
