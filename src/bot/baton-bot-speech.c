/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-bot-run.h"

/**
 * baton_bot_run_begin_activity:
 *
 * Opens an activity of the bot: who says it, where, in which language, and in answer to what.
 */
void
baton_bot_run_begin_activity (BatonBotRun     *self,
                              BatonJsonWriter *writer,
                              const char      *kind)
{
  const char *reply_to = baton_activity_get_id (self->request->activity);

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", kind);
  baton_json_writer_add_string (writer, "channelId", "directline");
  baton_json_writer_name (writer, "from");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", self->bot->id);
  baton_json_writer_add_string (writer, "name", self->bot->name);
  baton_json_writer_add_string (writer, "role", "bot");
  baton_json_writer_end_object (writer);
  baton_json_writer_name (writer, "conversation");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", self->request->conversation_id);
  baton_json_writer_end_object (writer);
  if (reply_to != NULL)
    baton_json_writer_add_string (writer, "replyToId", reply_to);
}

/**
 * baton_bot_run_add:
 * @writer: (transfer full): an activity, still open
 *
 * Closes the activity and says it.
 */
void
baton_bot_run_add (BatonBotRun     *self,
                   BatonJsonWriter *writer)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  BatonActivity *activity;

  baton_json_writer_end_object (writer);
  bytes = baton_json_writer_finish (writer);
  activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, &error);
  if (activity != NULL)
    g_ptr_array_add (self->activities, activity);
  else
    g_debug ("an activity of %zu bytes was not sent: %s", g_bytes_get_size (bytes), error->message);
}

/* The language a text is in: the customer's if the topic was translated, else the author's. */
static const char *
spoken_locale (BatonBotRun *self)
{
  BatonTopic *base = self->topic != NULL ? baton_bot_find_topic (self->bot, self->topic->id) : NULL;

  if (base != NULL && !baton_topic_has_language (base, self->locale))
    return self->bot->language;
  return self->locale;
}

static void
begin_message (BatonBotRun     *self,
               BatonJsonWriter *writer,
               const char      *text,
               gboolean         expecting)
{
  baton_bot_run_begin_activity (self, writer, "message");
  baton_json_writer_add_string (writer, "locale", spoken_locale (self));
  baton_json_writer_add_string (writer, "textFormat", "markdown");
  baton_json_writer_add_string (writer, "text", text);
  baton_json_writer_add_string (writer, "inputHint", expecting ? "expectingInput" : "acceptingInput");
}

static void
write_button (BatonJsonWriter *writer,
              const char      *kind,
              const char      *title,
              const char      *value)
{
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", kind);
  baton_json_writer_add_string (writer, "title", title);
  baton_json_writer_add_string (writer, "value", value);
  baton_json_writer_end_object (writer);
}

static void
write_quick_reply (BatonBotRun     *self,
                   BatonJsonWriter *writer,
                   BatonYaml       *reply)
{
  static const struct {
    const char *kind;
    const char *field;
    const char *action;
  } replies[] = {
    { "MessageBack", "text", "imBack" },
    { "SendHiddenMessageBack", "text", "postBack" },
    { "OpenUrl", "url", "openUrl" },
    { "MakeCall", "phoneNumber", "call" },
  };
  const char *title = baton_yaml_get_string (reply, "title");

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++) {
    const char *value = baton_yaml_get_string (reply, replies[i].field);
    g_autofree char *shown = NULL;

    if (value == NULL || g_strcmp0 (baton_yaml_get_string (reply, "kind"), replies[i].kind) != 0)
      continue;
    shown = baton_bot_run_render (self, value);
    write_button (writer, replies[i].action, title != NULL ? title : shown, shown);
  }
}

static void
write_actions (BatonBotRun     *self,
               BatonJsonWriter *writer,
               GPtrArray       *buttons,
               BatonYaml       *replies)
{
  guint n_buttons = buttons != NULL ? buttons->len : 0;

  if (n_buttons + baton_yaml_get_size (replies) == 0)
    return;

  baton_json_writer_name (writer, "suggestedActions");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_strv (writer, "to", (const char *[]) { self->request->user_id, NULL });
  baton_json_writer_name (writer, "actions");
  baton_json_writer_begin_array (writer);
  for (guint i = 0; i < n_buttons; i++)
    write_button (writer, "imBack", g_ptr_array_index (buttons, i), g_ptr_array_index (buttons, i));
  for (guint i = 0; i < baton_yaml_get_size (replies); i++)
    write_quick_reply (self, writer, baton_yaml_get_child (replies, i));
  baton_json_writer_end_array (writer);
  baton_json_writer_end_object (writer);
}

/* One of several variations. Which one follows from how many were chosen before, so that a turn can be repeated; the
 * conversation's id makes it differ from customer to customer. */
static char *
choose (BatonBotRun *self,
        BatonYaml   *variations)
{
  const char *text = baton_yaml_get_text (variations);
  guint size = baton_yaml_get_size (variations);

  if (size > 1)
    text = baton_yaml_get_text (baton_yaml_get_child (variations, (g_str_hash (self->request->conversation_id)
                                                                   + self->state->spoken++) % size));
  else if (size == 1)
    text = baton_yaml_get_text (baton_yaml_get_child (variations, 0));
  return text != NULL ? baton_bot_run_render (self, text) : NULL;
}

/**
 * baton_bot_run_choose_text:
 * @message: (nullable): a text, or an object with variations of one
 *
 * Returns: (transfer full) (nullable): the text to say
 */
char *
baton_bot_run_choose_text (BatonBotRun *self,
                           BatonYaml   *message)
{
  BatonYaml *texts = baton_yaml_get_member (message, "text");

  return choose (self, texts != NULL ? texts : message);
}

static void
send (BatonBotRun *self,
      BatonYaml   *message,
      const char  *text,
      GPtrArray   *buttons,
      gboolean     expecting)
{
  BatonYaml *speak = baton_yaml_get_member (message, "speak");
  g_autofree char *spoken = speak != NULL ? choose (self, speak) : NULL;
  BatonJsonWriter *writer;

  if (text == NULL || *text == '\0')
    return;

  writer = baton_json_writer_new ();
  begin_message (self, writer, text, expecting);
  if (spoken != NULL)
    baton_json_writer_add_string (writer, "speak", spoken);
  write_actions (self, writer, buttons, baton_yaml_get_member (message, "quickReplies"));
  baton_bot_run_add (self, writer);
  self->spoken = TRUE;
}

/**
 * baton_bot_run_say:
 * @message: (nullable): what the author wrote; nothing is said without
 * @buttons: (nullable) (element-type utf8): answers to offer
 * @expecting: whether an answer is waited for
 */
void
baton_bot_run_say (BatonBotRun *self,
                   BatonYaml   *message,
                   GPtrArray   *buttons,
                   gboolean     expecting)
{
  g_autofree char *text = baton_bot_run_choose_text (self, message);

  send (self, message, text, buttons, expecting);
}

void
baton_bot_run_say_text (BatonBotRun *self,
                        const char  *text,
                        GPtrArray   *buttons,
                        gboolean     expecting)
{
  send (self, NULL, text, buttons, expecting);
}
