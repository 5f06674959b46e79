/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-conversation.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define ID_MAX 64

static const char *const states[] = { "bot", "queued", "offered", "with_agent", "ended" };

/**
 * baton_state_to_string:
 * @state: a state
 *
 * Returns: (transfer none): its word on the wire and in the store
 */
const char *
baton_state_to_string (BatonState state)
{
  return states[state];
}

/**
 * baton_state_from_string:
 * @text: (nullable): a word
 * @state: (out): the state it names
 *
 * Returns: %FALSE, with @state untouched, if it names none
 */
gboolean
baton_state_from_string (const char *text,
                         BatonState *state)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (states); i++) {
    if (strcmp (states[i], text) == 0) {
      *state = (BatonState) i;
      return TRUE;
    }
  }
  return FALSE;
}

/**
 * baton_conversation_copy:
 * @self: (nullable): a conversation
 *
 * Returns: (transfer full) (nullable): a copy that shares nothing with @self
 */
BatonConversation *
baton_conversation_copy (const BatonConversation *self)
{
  BatonConversation *copy;

  if (self == NULL)
    return NULL;

  copy = g_new (BatonConversation, 1);
  *copy = *self;
  copy->id = g_strdup (self->id);
  copy->bot = g_strdup (self->bot);
  copy->user_id = g_strdup (self->user_id);
  copy->user_name = g_strdup (self->user_name);
  copy->locale = g_strdup (self->locale);
  copy->agent_id = g_strdup (self->agent_id);
  copy->escalation_id = g_strdup (self->escalation_id);
  copy->bot_state = g_strdup (self->bot_state);
  copy->bot_watermark = g_strdup (self->bot_watermark);
  return copy;
}

/**
 * baton_conversation_free:
 * @self: (nullable) (transfer full): a conversation
 */
void
baton_conversation_free (BatonConversation *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->bot);
  g_free (self->user_id);
  g_free (self->user_name);
  g_free (self->locale);
  g_free (self->agent_id);
  g_free (self->escalation_id);
  g_free (self->bot_state);
  g_free (self->bot_watermark);
  g_free (self);
}

/**
 * baton_conversation_new_id:
 *
 * 128 bits out of the system's random source, so that nobody guesses another customer's conversation. It begins with a
 * letter: on a command line it can never be taken for an option.
 *
 * Returns: (transfer full): a new id, 23 URL-safe characters
 */
char *
baton_conversation_new_id (void)
{
  guchar random[16];
  g_autofree char *text = NULL;

  if (getentropy (random, sizeof random) != 0)
    g_error ("no random numbers from the system: %s", g_strerror (errno));

  text = g_base64_encode (random, sizeof random);
  text[22] = '\0';   /* the padding */
  g_strdelimit (g_strdelimit (text, "+", '-'), "/", '_');
  return g_strconcat ("c", text, NULL);
}

/**
 * baton_conversation_id_is_valid:
 * @id: (nullable): what may be the id of a hosted conversation
 *
 * Returns: whether it is made of 1 to 64 URL-safe characters: `[A-Za-z0-9_-]`
 */
gboolean
baton_conversation_id_is_valid (const char *id)
{
  gsize length = 0;

  if (id == NULL)
    return FALSE;

  for (; id[length] != '\0'; length++) {
    if (length == ID_MAX || !(g_ascii_isalnum (id[length]) || id[length] == '_' || id[length] == '-'))
      return FALSE;
  }
  return length > 0;
}
