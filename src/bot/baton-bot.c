/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bot-run.h"

#include <string.h>

#include "baton-handoff.h"

G_DEFINE_FINAL_TYPE (BatonBot, baton_bot, G_TYPE_OBJECT)

static void
baton_bot_finalize (GObject *object)
{
  BatonBot *self = BATON_BOT (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->language);
  g_ptr_array_unref (self->topics);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->entities);
  g_hash_table_unref (self->globals);
  g_hash_table_unref (self->phrases);
  G_OBJECT_CLASS (baton_bot_parent_class)->finalize (object);
}

static void
baton_bot_class_init (BatonBotClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_bot_finalize;
}

static void
baton_bot_init (BatonBot *self)
{
  self->topics = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_topic_free);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->entities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) baton_yaml_unref);
  self->globals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) baton_value_unref);
  self->phrases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) baton_phrases_free);
}

const char *
baton_bot_get_id (BatonBot *self)
{
  g_return_val_if_fail (BATON_IS_BOT (self), NULL);

  return self->id;
}

const char *
baton_bot_get_name (BatonBot *self)
{
  g_return_val_if_fail (BATON_IS_BOT (self), NULL);

  return self->name;
}

const char *
baton_bot_get_language (BatonBot *self)
{
  g_return_val_if_fail (BATON_IS_BOT (self), NULL);

  return self->language;
}

/**
 * baton_bot_find_start:
 *
 * Returns: (transfer none) (nullable): the first topic that starts that way; a loaded bot has one for escalation, the
 *   opening of a conversation, what nobody understands, and errors
 */
BatonTopic *
baton_bot_find_start (BatonBot        *self,
                      BatonTopicStart  start)
{
  for (guint i = 0; i < self->topics->len; i++) {
    BatonTopic *topic = g_ptr_array_index (self->topics, i);

    if (topic->start == start)
      return topic;
  }
  return NULL;
}

/**
 * baton_bot_find_topic:
 * @id: a schema name, in any case; the bot's own part of it may be another's, as in a topic taken over
 *
 * Returns: (transfer none) (nullable): the topic; Escalate under any name its author gave it
 */
BatonTopic *
baton_bot_find_topic (BatonBot   *self,
                      const char *id)
{
  g_autofree char *key = g_ascii_strdown (id, -1);
  BatonTopic *topic = g_hash_table_lookup (self->by_id, key);
  const char *last = strstr (key, ".topic.");
  g_autofree char *prefix = NULL;
  g_autofree char *own = NULL;

  if (topic != NULL || last == NULL)
    return topic;

  prefix = g_ascii_strdown (self->id, -1);
  own = g_strconcat (prefix, last, NULL);
  topic = g_hash_table_lookup (self->by_id, own);
  if (topic == NULL && strcmp (last, ".topic.escalate") == 0)
    topic = baton_bot_find_start (self, BATON_STARTS_ON_ESCALATE);
  return topic;
}

/**
 * baton_bot_get_phrases:
 *
 * Returns: (transfer none): the phrases a customer with that locale may use: those in their language and the author's
 */
BatonPhrases *
baton_bot_get_phrases (BatonBot   *self,
                       const char *locale)
{
  g_autofree char *tag = g_ascii_strdown (locale, -1);
  g_autofree char *primary = g_strndup (tag, strcspn (tag, "-_"));
  BatonPhrases *phrases = g_hash_table_lookup (self->phrases, tag);

  if (phrases == NULL)
    phrases = g_hash_table_lookup (self->phrases, primary);
  return phrases != NULL ? phrases : g_hash_table_lookup (self->phrases, "");
}

/* Global variables have their defaults from the first turn on. */
static void
set_defaults (BatonBot      *self,
              BatonBotState *state)
{
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  g_hash_table_iter_init (&iter, self->globals);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    if (!g_hash_table_contains (state->globals, name))
      baton_slots_set (state->globals, name, value, 0);
  }
}

/* A topic may have changed it; else it is the customer's, if that is a language tag at all; else the bot's. */
static char *
find_locale (BatonBot              *self,
             const BatonBotRequest *request,
             BatonBotState         *state)
{
  g_autofree char *set = baton_value_dup_text (baton_slots_get (state->globals, "System.User.Language"));
  char *locale = *set != '\0' ? baton_language_normalize (set) : NULL;

  if (locale == NULL && request->locale != NULL)
    locale = baton_language_normalize (request->locale);
  return locale != NULL ? locale : g_strdup (self->language);
}

/**
 * baton_bot_respond:
 * @self: a bot
 * @request: one activity, and what to know about its conversation
 *
 * Runs one turn. The same request gives the same response.
 *
 * Returns: (transfer full): what the bot says, and its new state
 */
BatonBotResponse *
baton_bot_respond (BatonBot              *self,
                   const BatonBotRequest *request)
{
  g_autoptr (BatonBotState) state = NULL;
  g_autofree char *locale = NULL;
  BatonBotResponse *response;
  const char *text;
  BatonBotRun run;

  g_return_val_if_fail (BATON_IS_BOT (self), NULL);
  g_return_val_if_fail (request->conversation_id != NULL, NULL);
  g_return_val_if_fail (BATON_IS_ACTIVITY (request->activity), NULL);

  state = baton_bot_state_parse (request->state);
  set_defaults (self, state);
  locale = find_locale (self, request, state);
  text = baton_activity_get_text (request->activity);
  run = (BatonBotRun) {
    .bot = self,
    .request = request,
    .state = state,
    .activities = g_ptr_array_new_with_free_func (g_object_unref),
    .text = text != NULL ? text : "",
    .locale = locale,
  };
  baton_bot_run_turn (&run);

  response = g_new (BatonBotResponse, 1);
  response->activities = run.activities;
  response->state = baton_bot_state_format (state);
  return response;
}

void
baton_bot_response_free (BatonBotResponse *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->activities);
  g_free (self->state);
  g_free (self);
}
