/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-memory.h"

#include "baton-json-writer.h"

void
baton_dl_memory_read (BatonDlMemory *self,
                      const char    *text)
{
  g_autoptr (BatonJson) json = text ? baton_json_parse_text (text, -1, &BATON_JSON_LIMITS_CLIENT, NULL) : NULL;
  BatonJsonNode root;

  *self = (BatonDlMemory) { .posted = -1, .epoch = -1 };
  if (json == NULL)
    return;
  root = baton_json_get_root (json);
  self->conversation_id = baton_json_node_dup_member (root, "conversationId");
  self->token = baton_json_node_dup_member (root, "token");
  self->has_started = baton_json_node_is_true (baton_json_node_get_member (root, "started"));
  baton_json_node_get_int (baton_json_node_get_member (root, "posted"), &self->posted);
  baton_json_node_get_int (baton_json_node_get_member (root, "epoch"), &self->epoch);
}

char *
baton_dl_memory_write (const BatonDlMemory *self)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  baton_json_writer_begin_object (writer);
  if (self->conversation_id != NULL)
    baton_json_writer_add_string (writer, "conversationId", self->conversation_id);
  if (self->token != NULL)
    baton_json_writer_add_string (writer, "token", self->token);
  baton_json_writer_add_boolean (writer, "started", self->has_started);
  baton_json_writer_add_int (writer, "posted", self->posted);
  baton_json_writer_add_int (writer, "epoch", self->epoch);
  baton_json_writer_end_object (writer);
  return baton_json_writer_finish_text (writer);
}

void
baton_dl_memory_clear (BatonDlMemory *self)
{
  g_clear_pointer (&self->conversation_id, g_free);
  g_clear_pointer (&self->token, g_free);
  self->has_started = FALSE;
  self->posted = -1;
  self->epoch = -1;
}
