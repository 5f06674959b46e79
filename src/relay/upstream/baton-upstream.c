/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-upstream.h"

#include "baton-error.h"

G_DEFINE_INTERFACE (BatonUpstream, baton_upstream, G_TYPE_OBJECT)

static void
baton_upstream_default_init (BatonUpstreamInterface *iface)
{
  /**
   * BatonUpstream::spoke:
   * @turn: (type gpointer): a const BatonBotTurn, valid during the emission
   *
   * The bot said something on its own wire that no run asked for.
   */
  g_signal_new ("spoke", BATON_TYPE_UPSTREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  /**
   * BatonUpstream::submitted:
   * @turn: (type gpointer): a const BatonBotTurn, valid during the emission
   * @outcome: to be kept, and returned once: the ids of the turn's items (GStrv), or why it is not stored
   *
   * The bot said something and waits to hear what became of it.
   */
  g_signal_new ("submitted", BATON_TYPE_UPSTREAM, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL, NULL,
                G_TYPE_BOOLEAN, 2, G_TYPE_POINTER, G_TYPE_TASK);
}

/**
 * baton_upstream_run_async:
 * @self: a bot
 * @conversation: as it is; copied where it is needed longer
 * @unread: (element-type BatonActivity): what the bot has not read yet, oldest first
 * @transcript: (nullable) (element-type BatonActivity): the conversation so far, for a hand-off; given only after a
 *   turn that wanted it. To read it for every turn would cost more with each
 * @cancellable: (nullable): a cancelled run may still have reached the bot
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Lets the bot read. One run at a time for each conversation.
 */
void
baton_upstream_run_async (BatonUpstream           *self,
                          const BatonConversation *conversation,
                          GPtrArray               *unread,
                          GPtrArray               *transcript,
                          GCancellable            *cancellable,
                          GAsyncReadyCallback      callback,
                          gpointer                 user_data)
{
  g_return_if_fail (BATON_IS_UPSTREAM (self));
  g_return_if_fail (conversation != NULL && unread != NULL);

  BATON_UPSTREAM_GET_IFACE (self)->run_async (self, conversation, unread, transcript, cancellable, callback, user_data);
}

/**
 * baton_upstream_run_finish:
 *
 * Returns: (transfer full): what the bot said, or %NULL with @error set
 */
BatonUpstreamTurn *
baton_upstream_run_finish (BatonUpstream  *self,
                           GAsyncResult   *result,
                           GError        **error)
{
  g_return_val_if_fail (BATON_IS_UPSTREAM (self), NULL);

  return BATON_UPSTREAM_GET_IFACE (self)->run_finish (self, result, error);
}

/**
 * baton_upstream_get_bot_id:
 *
 * Returns: (transfer none): `from.id` of what the bot says
 */
const char *
baton_upstream_get_bot_id (BatonUpstream *self)
{
  g_return_val_if_fail (BATON_IS_UPSTREAM (self), NULL);

  return BATON_UPSTREAM_GET_IFACE (self)->get_bot_id (self);
}

/**
 * baton_upstream_get_bot_name:
 *
 * Returns: (transfer none): `from.name` of what the bot says
 */
const char *
baton_upstream_get_bot_name (BatonUpstream *self)
{
  g_return_val_if_fail (BATON_IS_UPSTREAM (self), NULL);

  return BATON_UPSTREAM_GET_IFACE (self)->get_bot_name (self);
}

/**
 * baton_upstream_resume:
 *
 * Watches the wire of a conversation again, from the watermark of @conversation on: after the relay started anew, or
 * because what was spoken since then could not be kept. A wire that is open is given up for that, and what was spoken
 * past that watermark is spoken again. Not to be called while the bot speaks. Nothing to do for bots that only answer.
 */
void
baton_upstream_resume (BatonUpstream           *self,
                       const BatonConversation *conversation)
{
  g_return_if_fail (BATON_IS_UPSTREAM (self));

  if (BATON_UPSTREAM_GET_IFACE (self)->resume != NULL)
    BATON_UPSTREAM_GET_IFACE (self)->resume (self, conversation);
}

/**
 * baton_upstream_greets:
 * @conversation: as it is
 *
 * Returns: whether the bot is to be run although it has nothing to read: it has to be told that there is such a
 *   conversation, and may have a word to say to that
 */
gboolean
baton_upstream_greets (BatonUpstream           *self,
                       const BatonConversation *conversation)
{
  g_return_val_if_fail (BATON_IS_UPSTREAM (self), FALSE);

  return BATON_UPSTREAM_GET_IFACE (self)->greets != NULL && BATON_UPSTREAM_GET_IFACE (self)->greets (self, conversation);
}

/**
 * baton_upstream_follow:
 * @conversation: one that has just changed its state or owner
 */
void
baton_upstream_follow (BatonUpstream           *self,
                       const BatonConversation *conversation)
{
  g_return_if_fail (BATON_IS_UPSTREAM (self));

  if (BATON_UPSTREAM_GET_IFACE (self)->follow != NULL)
    BATON_UPSTREAM_GET_IFACE (self)->follow (self, conversation);
}

/**
 * baton_upstream_tell:
 * @conversation: which it handed over
 * @status: "accepted", "failed" or "completed"; told once each
 *
 * Tells the bot what became of its hand-off (`handoff.status`, protocol 3.2). Nobody learns whether it heard it.
 */
void
baton_upstream_tell (BatonUpstream           *self,
                     const BatonConversation *conversation,
                     const char              *status)
{
  g_return_if_fail (BATON_IS_UPSTREAM (self));

  if (BATON_UPSTREAM_GET_IFACE (self)->tell != NULL)
    BATON_UPSTREAM_GET_IFACE (self)->tell (self, conversation, status);
}

/**
 * baton_upstream_submit:
 * @turn: what the bot said, on its own wire
 * @outcome: returns the ids of its items (GStrv) once it is stored, or an error if it is not: then it is not tried again
 *
 * For upstreams.
 */
void
baton_upstream_submit (BatonUpstream      *self,
                       const BatonBotTurn *turn,
                       GTask              *outcome)
{
  gboolean is_taken = FALSE;

  g_return_if_fail (BATON_IS_UPSTREAM (self));

  g_signal_emit_by_name (self, "submitted", turn, outcome, &is_taken);
  if (!is_taken)
    g_task_return_new_error (outcome, BATON_ERROR, BATON_ERROR_BUSY, "nobody listens to the bot");
}

/**
 * baton_upstream_turn_new:
 *
 * Returns: (transfer full): a turn in which nothing was said
 */
BatonUpstreamTurn *
baton_upstream_turn_new (void)
{
  BatonUpstreamTurn *self = g_new0 (BatonUpstreamTurn, 1);

  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_bot_item_free);
  return self;
}

/**
 * baton_upstream_turn_add:
 * @self: a turn
 * @activity: what the bot said next
 * @upstream_id: (nullable): its id on the bot's own wire
 * @handoff: (nullable): what it means, if it is a hand-off
 */
void
baton_upstream_turn_add (BatonUpstreamTurn *self,
                         BatonActivity     *activity,
                         const char        *upstream_id,
                         BatonHandoff      *handoff)
{
  BatonBotItem *item = g_new0 (BatonBotItem, 1);

  item->activity = g_object_ref (activity);
  item->upstream_id = g_strdup (upstream_id);
  item->handoff = handoff != NULL ? g_object_ref (handoff) : NULL;
  g_ptr_array_add (self->items, item);
}

void
baton_upstream_turn_free (BatonUpstreamTurn *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->items);
  g_free (self->bot_state);
  g_free (self->bot_watermark);
  g_free (self);
}
