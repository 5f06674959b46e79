/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "shell-desk.h"

#include <string.h>

#include "console-test.h"

static char *
format (BatonEscalation *escalation,
        gboolean         detail)
{
  BatonJsonWriter *writer = baton_json_writer_new ();

  if (detail)
    baton_escalation_write_detail (escalation, writer);
  else
    baton_escalation_write_row (escalation, writer);
  return baton_json_writer_finish_text (writer);
}

static BatonEscalation *
find (ShellDesk  *self,
      const char *id)
{
  for (guint i = 0; i < self->escalations->len; i++) {
    if (g_str_equal (baton_escalation_get_id (g_ptr_array_index (self->escalations, i)), id))
      return g_ptr_array_index (self->escalations, i);
  }
  g_assert_not_reached ();
}

/* Details are asked for at once and over several connections: answered by what was asked, not in turn. */
static void
escalation_cb (SoupServer        *server,
               SoupServerMessage *message,
               const char        *path,
               GHashTable        *query,
               gpointer           user_data)
{
  ShellDesk *self = user_data;
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);   /* "", "hub", "v1", "escalations", id, command */
  BatonEscalation *escalation = find (self, parts[4]);
  g_autofree char *detail = NULL;
  g_autofree char *body = NULL;

  if (g_strcmp0 (parts[5], "claim") == 0)
    baton_escalation_set_state (escalation, BATON_STATE_WITH_AGENT, baton_escalation_get_epoch (escalation) + 1,
                                "rita", "Rita", g_get_real_time ());
  if (g_strcmp0 (parts[5], "close") == 0)
    baton_escalation_set_state (escalation, BATON_STATE_ENDED, baton_escalation_get_epoch (escalation) + 1,
                                NULL, NULL, g_get_real_time ());
  detail = format (escalation, TRUE);
  body = g_strdup_printf ("{\"escalation\":%s,\"directLine\":{\"base\":\"%s\",\"conversationId\":\"%s\","
                          "\"token\":\"%s\",\"expires_in\":3600}}", detail, self->line->base,
                          self->conversation_id, self->line->token);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body, strlen (body));
}

ShellDesk *
shell_desk_new (void)
{
  ShellDesk *self = g_new0 (ShellDesk, 1);
  g_autoptr (GString) rows = g_string_new (NULL);

  self->hub = mock_hub_new ();
  self->line = mock_direct_line_new ();
  self->conversation_id = mock_direct_line_add (self->line);
  self->escalations = console_test_new_all ();
  for (guint i = 0; i < self->escalations->len; i++) {
    g_autofree char *row = format (g_ptr_array_index (self->escalations, i), FALSE);

    g_string_append_printf (rows, "%s%s", i > 0 ? "," : "", row);
  }
  g_free (self->hub->snapshot);
  self->hub->snapshot = mock_hub_make_snapshot (10, rows->str, FALSE);
  soup_server_add_handler (self->hub->server, "/hub/v1/escalations", escalation_cb, self, NULL);
  return self;
}

void
shell_desk_free (ShellDesk *self)
{
  mock_direct_line_free (self->line);
  mock_hub_free (self->hub);
  g_ptr_array_unref (self->escalations);
  g_free (self);
}

void
shell_desk_happen (ShellDesk    *self,
                   BatonSession *session,
                   const char   *kind,
                   const char   *id,
                   BatonState    state,
                   const char   *agent_id)
{
  BatonEscalation *escalation = find (self, id);
  BatonHubClient *client = baton_session_get_hub (session);
  gint64 seq = baton_hub_client_get_seq (client) + 1;
  g_autofree char *row = NULL;
  g_autofree char *event = NULL;

  baton_escalation_set_state (escalation, state, baton_escalation_get_epoch (escalation) + 1, agent_id, agent_id,
                              g_get_real_time ());
  row = format (escalation, FALSE);
  event = mock_hub_make_event (seq, kind, row);
  mock_hub_send (self->hub, event);
  baton_test_wait (baton_hub_client_get_seq (client) == seq);
}

void
shell_desk_say (ShellDesk  *self,
                const char *party,
                const char *text)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *quoted = NULL;
  g_autofree char *json = NULL;
  g_autofree char *id = NULL;

  baton_json_writer_string (writer, text);
  quoted = baton_json_writer_finish_text (writer);
  json = g_strdup_printf ("{\"type\":\"message\",\"channelId\":\"directline\",\"from\":{\"id\":\"%s\"},"
                          "\"channelData\":{\"baton\":{\"party\":\"%s\"}},\"text\":%s}", party, party, quoted);
  id = mock_direct_line_say (self->line, self->conversation_id, json);
}

void
shell_desk_sign_in (ShellDesk    *self,
                    BatonSession *session)
{
  baton_session_sign_in (session, self->hub->url, "rita", "pw");
  baton_test_wait (baton_session_get_state (session) == BATON_HUB_ONLINE && !baton_session_is_signing_in (session));
  baton_test_wait (g_list_model_get_n_items (G_LIST_MODEL (baton_session_get_queue (session))) == 8);
}
