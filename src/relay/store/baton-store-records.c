/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-store-private.h"

/* The records that go into the store and come out of it: copying and freeing them. What goes in borrows its strings; a
 * copy owns them, so only the functions here may cast their const away. */

static void
free_string (const char *owned)
{
  g_free ((char *) owned);
}

BatonPost *
baton_post_copy (const BatonPost *post)
{
  BatonPost *copy = g_memdup2 (post, sizeof *post);

  copy->conversation_id = g_strdup (post->conversation_id);
  copy->activity = g_object_ref (post->activity);
  copy->from_id = g_strdup (post->from_id);
  copy->from_name = g_strdup (post->from_name);
  copy->from_role = g_strdup (post->from_role);
  copy->agent_id = g_strdup (post->agent_id);
  return copy;
}

void
baton_post_free (BatonPost *post)
{
  free_string (post->conversation_id);
  g_object_unref (post->activity);
  free_string (post->from_id);
  free_string (post->from_name);
  free_string (post->from_role);
  free_string (post->agent_id);
  g_free (post);
}

static gpointer
bot_item_copy (gconstpointer data,
               gpointer      unused)
{
  const BatonBotItem *item = data;
  BatonBotItem *copy = g_new0 (BatonBotItem, 1);

  copy->activity = g_object_ref (item->activity);
  copy->upstream_id = g_strdup (item->upstream_id);
  copy->handoff = item->handoff != NULL ? g_object_ref (item->handoff) : NULL;
  copy->party = item->party;
  return copy;
}

/**
 * baton_bot_item_free:
 * @self: (transfer full) (nullable): an item that owns its parts
 */
void
baton_bot_item_free (BatonBotItem *self)
{
  if (self == NULL)
    return;

  g_clear_object (&self->activity);
  free_string (self->upstream_id);
  g_clear_object (&self->handoff);
  g_free (self);
}

BatonBotTurn *
baton_bot_turn_copy (const BatonBotTurn *turn)
{
  BatonBotTurn *copy = g_memdup2 (turn, sizeof *turn);

  copy->conversation_id = g_strdup (turn->conversation_id);
  copy->bot_id = g_strdup (turn->bot_id);
  copy->bot_name = g_strdup (turn->bot_name);
  copy->items = g_ptr_array_copy (turn->items, bot_item_copy, NULL);
  g_ptr_array_set_free_func (copy->items, (GDestroyNotify) baton_bot_item_free);
  copy->bot_state = g_strdup (turn->bot_state);
  copy->bot_watermark = g_strdup (turn->bot_watermark);
  copy->queued_line = g_strdup (turn->queued_line);
  copy->failed_line = g_strdup (turn->failed_line);
  return copy;
}

void
baton_bot_turn_free (BatonBotTurn *turn)
{
  free_string (turn->conversation_id);
  free_string (turn->bot_id);
  free_string (turn->bot_name);
  g_ptr_array_unref (turn->items);
  free_string (turn->bot_state);
  free_string (turn->bot_watermark);
  free_string (turn->queued_line);
  free_string (turn->failed_line);
  g_free (turn);
}

BatonAmendment *
baton_amendment_copy (const BatonAmendment *amendment)
{
  BatonAmendment *copy = g_memdup2 (amendment, sizeof *amendment);

  copy->conversation_id = g_strdup (amendment->conversation_id);
  copy->activity_id = g_strdup (amendment->activity_id);
  copy->activity = amendment->activity != NULL ? g_object_ref (amendment->activity) : NULL;
  return copy;
}

void
baton_amendment_free (BatonAmendment *amendment)
{
  free_string (amendment->conversation_id);
  free_string (amendment->activity_id);
  g_clear_object (&amendment->activity);
  g_free (amendment);
}

BatonStep *
baton_step_copy (const BatonStep *step)
{
  BatonStep *copy = g_memdup2 (step, sizeof *step);

  copy->escalation_id = g_strdup (step->escalation_id);
  copy->request_id = g_strdup (step->request_id);
  copy->agent_id = g_strdup (step->agent_id);
  copy->agent_name = g_strdup (step->agent_name);
  copy->line = g_strdup (step->line);
  copy->line_kind = g_strdup (step->line_kind);
  return copy;
}

void
baton_step_free (BatonStep *step)
{
  free_string (step->escalation_id);
  free_string (step->request_id);
  free_string (step->agent_id);
  free_string (step->agent_name);
  free_string (step->line);
  free_string (step->line_kind);
  g_free (step);
}

/**
 * baton_posted_free:
 * @self: (transfer full) (nullable): what became of a post
 */
void
baton_posted_free (BatonPosted *self)
{
  if (self == NULL)
    return;

  g_clear_object (&self->activity);
  g_clear_pointer (&self->conversation, baton_conversation_free);
  g_free (self);
}

/**
 * baton_step_result_free:
 * @self: (transfer full) (nullable): what became of a step
 */
void
baton_step_result_free (BatonStepResult *self)
{
  if (self == NULL)
    return;

  g_clear_object (&self->escalation);
  g_free (self);
}

/**
 * baton_page_free:
 * @self: (transfer full) (nullable): a page of activities
 */
void
baton_page_free (BatonPage *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->activities, g_ptr_array_unref);
  g_clear_pointer (&self->indexes, g_array_unref);
  g_free (self);
}

/**
 * baton_snapshot_free:
 * @self: (transfer full) (nullable): a snapshot
 */
void
baton_snapshot_free (BatonSnapshot *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->escalations, g_ptr_array_unref);
  g_clear_pointer (&self->presences, g_ptr_array_unref);
  g_free (self);
}

/**
 * baton_session_free:
 * @self: (transfer full) (nullable): a session
 */
void
baton_session_free (BatonSession *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->agent_id, g_free);
  g_free (self);
}
