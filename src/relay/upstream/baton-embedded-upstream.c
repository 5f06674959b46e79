/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-embedded-upstream.h"

#include "baton-bot.h"

struct _BatonEmbeddedUpstream {
  GObject   parent_instance;

  BatonBot *bot;
};

static void baton_embedded_upstream_iface_init (BatonUpstreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonEmbeddedUpstream, baton_embedded_upstream, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BATON_TYPE_UPSTREAM, baton_embedded_upstream_iface_init))

/* Adds what the bot said; tells whether it handed over. */
static gboolean
add_response (BatonUpstreamTurn *turn,
              BatonBotResponse  *response)
{
  gboolean handed_over = FALSE;

  for (guint i = 0; i < response->activities->len; i++) {
    BatonActivity *activity = g_ptr_array_index (response->activities, i);
    g_autoptr (BatonHandoff) handoff = NULL;

    if (baton_handoff_is_handoff (activity, NULL))
      handoff = baton_handoff_new_from_activity (activity);
    handed_over |= handoff != NULL;
    baton_upstream_turn_add (turn, activity, NULL, handoff);
  }
  g_free (turn->bot_state);
  turn->bot_state = g_steal_pointer (&response->state);
  return handed_over;
}

static gboolean
is_for_bot (BatonActivity *activity)
{
  return baton_activity_get_party (activity) == BATON_PARTY_CUSTOMER
         && (baton_activity_is (activity, "message") || baton_activity_is (activity, "event"));
}

/* One activity after the other. After a hand-off the rest is the agent's to read.
 *
 * Only a hand-off has a use for the transcript, and which turn ends in one is known afterwards. The bot remembers
 * nothing between turns and answers the same the second time, so it is asked once more then. */
static BatonUpstreamTurn *
run (BatonEmbeddedUpstream   *self,
     const BatonConversation *conversation,
     GPtrArray               *unread,
     GPtrArray               *transcript)
{
  BatonUpstreamTurn *turn = baton_upstream_turn_new ();
  gboolean handed_over = FALSE;

  turn->bot_state = g_strdup (conversation->bot_state);
  for (guint i = 0; i < unread->len && !handed_over; i++) {
    BatonActivity *activity = g_ptr_array_index (unread, i);
    const char *locale = baton_activity_get_locale (activity);
    g_autoptr (BatonBotResponse) response = NULL;
    BatonBotRequest request = {
      .conversation_id = conversation->id,
      .user_id = conversation->user_id,
      .user_name = conversation->user_name,
      .locale = locale != NULL ? locale : conversation->locale,
      .activity = activity,
      .state = turn->bot_state,
      .transcript = transcript,
    };

    if (!is_for_bot (activity))
      continue;
    response = baton_bot_respond (self->bot, &request);
    handed_over = add_response (turn, response);
  }
  turn->wants_transcript = handed_over && transcript == NULL;
  return turn;
}

static void
baton_embedded_upstream_run_async (BatonUpstream           *upstream,
                                   const BatonConversation *conversation,
                                   GPtrArray               *unread,
                                   GPtrArray               *transcript,
                                   GCancellable            *cancellable,
                                   GAsyncReadyCallback      callback,
                                   gpointer                 user_data)
{
  g_autoptr (GTask) task = g_task_new (upstream, cancellable, callback, user_data);

  /* A turn is bounded by the bot and takes well below a millisecond: no thread is worth that. */
  g_task_set_source_tag (task, baton_embedded_upstream_run_async);
  g_task_return_pointer (task, run (BATON_EMBEDDED_UPSTREAM (upstream), conversation, unread, transcript),
                         (GDestroyNotify) baton_upstream_turn_free);
}

static BatonUpstreamTurn *
baton_embedded_upstream_run_finish (BatonUpstream  *upstream,
                                    GAsyncResult   *result,
                                    GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, upstream), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static const char *
baton_embedded_upstream_get_bot_id (BatonUpstream *upstream)
{
  return baton_bot_get_id (BATON_EMBEDDED_UPSTREAM (upstream)->bot);
}

static const char *
baton_embedded_upstream_get_bot_name (BatonUpstream *upstream)
{
  return baton_bot_get_name (BATON_EMBEDDED_UPSTREAM (upstream)->bot);
}

static void
baton_embedded_upstream_iface_init (BatonUpstreamInterface *iface)
{
  iface->run_async = baton_embedded_upstream_run_async;
  iface->run_finish = baton_embedded_upstream_run_finish;
  iface->get_bot_id = baton_embedded_upstream_get_bot_id;
  iface->get_bot_name = baton_embedded_upstream_get_bot_name;
}

static void
baton_embedded_upstream_finalize (GObject *object)
{
  g_clear_object (&BATON_EMBEDDED_UPSTREAM (object)->bot);
  G_OBJECT_CLASS (baton_embedded_upstream_parent_class)->finalize (object);
}

static void
baton_embedded_upstream_class_init (BatonEmbeddedUpstreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_embedded_upstream_finalize;
}

static void
baton_embedded_upstream_init (BatonEmbeddedUpstream *self)
{
}

/**
 * baton_embedded_upstream_new:
 * @folder: where the bot's topic files are
 * @warnings: (out) (optional) (element-type utf8): what the topics' author should know
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): the bot, or %NULL with @error set
 */
BatonUpstream *
baton_embedded_upstream_new (const char  *folder,
                             GPtrArray  **warnings,
                             GError     **error)
{
  g_autoptr (BatonBot) bot = baton_bot_load (folder, warnings, error);
  BatonEmbeddedUpstream *self;

  if (bot == NULL)
    return NULL;

  self = g_object_new (BATON_TYPE_EMBEDDED_UPSTREAM, NULL);
  self->bot = g_steal_pointer (&bot);
  return BATON_UPSTREAM (self);
}
