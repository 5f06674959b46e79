/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-case-private.h"

#include <glib/gi18n.h>

#include "baton-error.h"
#include "baton-format.h"

static char *
describe_loss (BatonCase *self)
{
  g_autofree char *name = baton_format_isolate (baton_escalation_get_agent_name (self->escalation));

  switch (baton_escalation_get_state (self->escalation)) {
  case BATON_STATE_QUEUED:
  case BATON_STATE_OFFERED:
    return g_strdup (_("This conversation went back to the queue."));
  case BATON_STATE_WITH_AGENT:
    /* Translators: %s is the name of a colleague */
    return g_strdup_printf (_("%s took this conversation over."), name);
  case BATON_STATE_ENDED:
    return g_strdup (_("This conversation was ended."));
  case BATON_STATE_BOT:
  default:
    return g_strdup (_("This conversation went back to the bot."));
  }
}

/**
 * baton_case_update_ownership:
 * @self: a case
 *
 * Finds out whether the conversation is mine now, and says how it was lost.
 */
void
baton_case_update_ownership (BatonCase *self)
{
  BatonAgent *me = baton_hub_client_get_agent (self->hub);
  gboolean mine = baton_escalation_get_state (self->escalation) == BATON_STATE_WITH_AGENT
                  && g_strcmp0 (baton_escalation_get_agent_id (self->escalation), baton_case_get_agent_id (self)) == 0;
  gboolean lost = self->is_mine && !mine && !self->is_leaving;
  g_autofree char *notice = lost ? describe_loss (self) : NULL;

  if (mine == self->is_mine || me == NULL)   /* signing out takes nothing away */
    return;

  self->is_leaving = FALSE;
  self->is_mine = mine;
  baton_case_set_text (self, &self->notice, notice, BATON_CASE_PROP_NOTICE);
  baton_case_update_writable (self);
  /* The way there changes with the owner; that to what we claim ourselves comes with the claim. */
  if (mine ? self->is_record && !self->is_claiming : self->is_foreign)
    baton_case_load (self);
  baton_case_notify (self, BATON_CASE_PROP_MINE);
  if (lost && !self->is_active)
    baton_case_fail (self, notice);
}

static void
set_claiming (BatonCase *self,
              gboolean   claiming)
{
  self->is_claiming = claiming;
  baton_case_notify (self, BATON_CASE_PROP_CLAIMING);
}

/* What an action that failed leaves the agent with. The last row is for all else. */
static const struct {
  BatonError  code;
  const char *claiming;
  const char *leaving;
} failures[] = {
  { BATON_ERROR_UNCERTAIN,
    N_("The relay did not answer. The queue shows whether the conversation is yours."),
    N_("The relay did not answer. The queue shows whether the conversation is still yours.") },
  { BATON_ERROR_BUSY,
    N_("You could not take the conversation. Try again in a moment."),
    N_("The conversation could not be given away. Try again in a moment.") },
  { BATON_ERROR_REFUSED,
    N_("You are not allowed to take this conversation."),
    N_("You are not allowed to do this. The conversation is still yours.") },
  { BATON_ERROR_GONE,
    N_("This conversation does not exist any more."),
    N_("This conversation does not exist any more.") },
  { BATON_ERROR_UNAUTHENTICATED,
    N_("You are not signed in any more."),
    N_("You are not signed in any more.") },
  { BATON_ERROR_FAILED,
    N_("You could not take the conversation. Something went wrong on the relay."),
    N_("The conversation is still yours. Something went wrong on the relay.") },
};

static void
report (BatonCase    *self,
        gboolean      claiming,
        const GError *error)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (failures) - 1 && !g_error_matches (error, BATON_ERROR, failures[i].code))
    i++;
  baton_case_fail (self, _(claiming ? failures[i].claiming : failures[i].leaving));
}

static void
say_who_was_faster (BatonCase *self)
{
  g_autofree char *name = baton_format_isolate (baton_escalation_get_agent_name (self->escalation));
  g_autofree char *sentence = NULL;

  if (baton_escalation_get_agent_name (self->escalation) != NULL)
    /* Translators: %s is the name of a colleague who took the conversation before this agent could */
    sentence = g_strdup_printf (_("%s was faster"), name);
  else
    sentence = g_strdup (_("Somebody else was faster"));
  baton_case_set_text (self, &self->notice, sentence, BATON_CASE_PROP_NOTICE);
  if (!self->is_active)
    baton_case_fail (self, sentence);
}

static void
claimed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (BatonCase) self = user_data;
  g_autoptr (BatonHubAccess) access = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonEscalation) newer = NULL;

  newer = baton_hub_client_act_finish (BATON_HUB_CLIENT (source), result, &access, &error);
  set_claiming (self, FALSE);
  if (newer != NULL) {
    baton_case_take_news (self, newer);
    baton_case_take_access (self, access);
  } else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_CONFLICT)) {
    say_who_was_faster (self);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    report (self, TRUE, error);
  }
}

static void
left_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (BatonCase) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonEscalation) newer = NULL;

  newer = baton_hub_client_act_finish (BATON_HUB_CLIENT (source), result, NULL, &error);
  if (newer != NULL) {
    baton_case_take_news (self, newer);
    return;
  }

  self->is_leaving = FALSE;
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      && !g_error_matches (error, BATON_ERROR, BATON_ERROR_CONFLICT))
    report (self, FALSE, error);
}

static void
leave (BatonCase  *self,
       const char *action)
{
  if (!self->is_mine || self->is_leaving)
    return;

  self->is_leaving = TRUE;
  baton_hub_client_act_async (self->hub, action, baton_escalation_get_id (self->escalation),
                              baton_escalation_get_epoch (self->escalation), self->cancellable,
                              left_cb, g_object_ref (self));
}

/**
 * baton_case_claim:
 * @self: a case that waits
 *
 * Takes the conversation. What became of it shows in `mine`, or in `notice` and `failed`.
 */
void
baton_case_claim (BatonCase *self)
{
  BatonState state = baton_escalation_get_state (self->escalation);

  if (self->is_claiming || (state != BATON_STATE_QUEUED && state != BATON_STATE_OFFERED))
    return;

  baton_case_set_text (self, &self->notice, NULL, BATON_CASE_PROP_NOTICE);
  set_claiming (self, TRUE);
  baton_hub_client_act_async (self->hub, "claim", baton_escalation_get_id (self->escalation),
                              baton_escalation_get_epoch (self->escalation), self->cancellable,
                              claimed_cb, g_object_ref (self));
}

/**
 * baton_case_end:
 * @self: a case of mine
 *
 * Ends the work on it, as the relay is configured: the customer's conversation is over, or goes on with the bot.
 */
void
baton_case_end (BatonCase *self)
{
  leave (self, "close");
}

/**
 * baton_case_return:
 * @self: a case of mine
 *
 * Gives the conversation back to the bot.
 */
void
baton_case_return (BatonCase *self)
{
  leave (self, "return");
}
