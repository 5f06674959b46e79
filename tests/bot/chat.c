/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "chat.h"

#include <glib/gstdio.h>

#include "baton-test.h"

Chat *
chat_new (const char *folder)
{
  Chat *self = g_new0 (Chat, 1);
  g_autoptr (GError) error = NULL;

  self->bot = baton_bot_load (folder, &self->warnings, &error);
  g_assert_no_error (error);
  self->transcript = g_ptr_array_new_with_free_func (g_object_unref);
  self->turn = g_ptr_array_new_with_free_func (g_object_unref);
  self->texts = g_ptr_array_new_with_free_func (g_free);
  return self;
}

Chat *
chat_new_made_bot (void)
{
  g_autofree char *folder = baton_test_fixture ("made-bot");

  return chat_new (folder);
}

Chat *
chat_new_shop (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("BATON_SOURCE"), "data", "topics", NULL);

  return chat_new (folder);
}

static void
write_file (const char *folder,
            const char *file,
            const char *text)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/* A bot made of files and their texts, in pairs; its name is `t`. */
Chat *
chat_new_of (const char *file,
             ...)
{
  g_autofree char *folder = baton_test_make_folder ();
  va_list arguments;

  write_file (folder, "settings.mcs.yml", "schemaName: t\ndisplayName: Test bot\nlanguage: 1033\n");
  va_start (arguments, file);
  for (; file != NULL; file = va_arg (arguments, const char *))
    write_file (folder, file, va_arg (arguments, const char *));
  va_end (arguments);
  return chat_new (folder);
}

void
chat_free (Chat *self)
{
  g_assert_finalize_object (self->bot);
  g_ptr_array_unref (self->warnings);
  g_ptr_array_unref (self->transcript);
  g_ptr_array_unref (self->turn);
  g_ptr_array_unref (self->texts);
  g_clear_object (&self->event);
  g_clear_object (&self->handoff);
  g_free (self->state);
  g_free (self);
}

static void
take_turn (Chat             *self,
           BatonBotResponse *response)
{
  g_ptr_array_set_size (self->turn, 0);
  g_ptr_array_set_size (self->texts, 0);
  g_clear_object (&self->event);
  g_clear_object (&self->handoff);
  g_free (self->state);
  self->state = g_steal_pointer (&response->state);

  for (guint i = 0; i < response->activities->len; i++) {
    BatonActivity *activity = g_ptr_array_index (response->activities, i);

    g_ptr_array_add (self->turn, g_object_ref (activity));
    if (baton_activity_is (activity, "message")) {
      g_ptr_array_add (self->texts, g_strdup (baton_activity_get_text (activity)));
      g_ptr_array_add (self->transcript, g_object_ref (activity));
    }
    if (baton_handoff_is_handoff (activity, NULL)) {
      g_assert_null (self->event);
      self->event = g_object_ref (activity);
      self->handoff = baton_handoff_new_from_activity (activity);
    }
  }
}

static void
post (Chat       *self,
      const char *kind,
      const char *name,
      const char *text)
{
  g_autofree char *id = g_strdup_printf ("c1|%07u", self->n_posted++);
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autoptr (BatonBotResponse) response = NULL;
  g_autoptr (BatonActivity) activity = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  BatonBotRequest request;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", kind);
  baton_json_writer_add_string (writer, "id", id);
  baton_json_writer_add_string (writer, "timestamp", "2026-03-02T10:15:30.250Z");
  baton_json_writer_name (writer, "from");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", "dl_ines");
  baton_json_writer_add_string (writer, "role", "user");
  baton_json_writer_end_object (writer);
  if (name != NULL)
    baton_json_writer_add_string (writer, "name", name);
  if (text != NULL)
    baton_json_writer_add_string (writer, "text", text);
  baton_json_writer_end_object (writer);
  bytes = baton_json_writer_finish (writer);
  activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, &error);
  g_assert_no_error (error);
  g_ptr_array_add (self->transcript, g_object_ref (activity));

  request = (BatonBotRequest) {
    .conversation_id = "c1",
    .user_id = "dl_ines",
    .user_name = "Ines Duarte",
    .locale = self->locale,
    .activity = activity,
    .state = self->state,
    .transcript = self->transcript,
  };
  response = baton_bot_respond (self->bot, &request);
  take_turn (self, response);
}

void
chat_open (Chat *self)
{
  post (self, "event", "startConversation", NULL);
}

void
chat_say (Chat       *self,
          const char *text)
{
  post (self, "message", NULL, text);
}

void
chat_send_event (Chat       *self,
                 const char *name)
{
  post (self, "event", name, NULL);
}

/* The bot's messages of the last turn are these, in order. */
void
chat_assert_texts (Chat *self,
                   ...)
{
  va_list arguments;
  const char *wanted;
  guint i = 0;

  va_start (arguments, self);
  while ((wanted = va_arg (arguments, const char *)) != NULL) {
    g_assert_cmpuint (i, <, self->texts->len);
    g_assert_cmpstr (g_ptr_array_index (self->texts, i), ==, wanted);
    i++;
  }
  va_end (arguments);
  g_assert_cmpuint (self->texts->len, ==, i);
}

/* A member of the hand-off's value. */
BatonJsonNode
chat_get_value (Chat       *self,
                const char *name)
{
  BatonJsonNode root;

  g_assert_nonnull (self->event);
  root = baton_activity_get_root (self->event);
  return baton_json_node_get_member (baton_json_node_get_member (root, "value"), name);
}

/* Every byte of the last turn that a customer gets. */
char *
chat_dup_raw_turn (Chat *self)
{
  GString *raw = g_string_new (NULL);

  for (guint i = 0; i < self->turn->len; i++) {
    BatonActivity *activity = g_ptr_array_index (self->turn, i);
    g_autoptr (GBytes) bytes = baton_activity_get_bytes (activity);

    if (activity != self->event)
      g_string_append_len (raw, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  }
  return g_string_free (raw, FALSE);
}
