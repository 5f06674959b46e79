/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "mock-desk.h"

#include <string.h>

#include "baton-json-writer.h"
#include "baton-outbox.h"
#include "baton-test.h"
#include "baton-time.h"

static const char amira[] =
  "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"id\":\"h1\",\"value\":{"
  "\"va_Scope\":\"bot\",\"va_LastTopic\":\"Return item\",\"va_Topics\":[\"Greeting\",\"Store hours\",\"Return item\"],"
  "\"va_LastPhrase\":\"Can I talk to a person?\","
  "\"va_Phrases\":[\"Hi, when does the store in Bellevue open?\",\"Can I return my item?\"],"
  "\"va_ConversationId\":\"b1c41234-0000-4000-8000-000000009e02\","
  "\"va_AgentMessage\":\"Gift return without a receipt, item arrived damaged. The order is above the self-service limit"
  " of 100\302\240\342\202\254. Offer an exchange or store credit.\","
  "\"va_BotId\":\"lamp\",\"va_BotName\":\"lamp-shop-7f3a\",\"va_Language\":\"en-US\","
  "\"StoreLocation\":\"Bellevue\",\"OrderNumber\":\"48-1173\",\"OrderTotal\":129.00,\"HasReceipt\":false}}";

static BatonEscalation *
make_escalation (MockDesk   *self,
                 BatonState  state,
                 gint64      epoch,
                 const char *agent_id)
{
  g_autoptr (GBytes) bytes = g_bytes_new (self->handoff, strlen (self->handoff));
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, &error);
  g_autoptr (BatonHandoff) handoff = NULL;
  const BatonConversation conversation = {
    .id = (char *) self->conversation_id, .bot = (char *) "bot", .user_id = (char *) "dl_1",
    .user_name = (char *) "Amira Haddad", .state = state, .epoch = epoch,
  };
  BatonEscalation *escalation;
  g_autofree char *name = NULL;
  gint64 at = MOCK_DESK_CLAIMED;

  g_assert_no_error (error);
  handoff = baton_handoff_new_from_activity (activity);
  escalation = baton_escalation_new (MOCK_DESK_ID, &conversation, handoff, MOCK_DESK_QUEUED);
  if (agent_id != NULL) {
    name = g_strdup_printf ("%c%s Nair", g_ascii_toupper (*agent_id), agent_id + 1);
    baton_escalation_set_state (escalation, BATON_STATE_WITH_AGENT, epoch, agent_id, name, at);
  }
  if (state != BATON_STATE_WITH_AGENT)
    baton_escalation_set_state (escalation, state, epoch, NULL, NULL, at + 16 * 60 * G_USEC_PER_SEC);
  return escalation;
}

char *
mock_desk_format (MockDesk   *self,
                  gboolean    detail,
                  BatonState  state,
                  gint64      epoch,
                  const char *agent_id)
{
  g_autoptr (BatonEscalation) escalation = make_escalation (self, state, epoch, agent_id);
  BatonJsonWriter *writer = baton_json_writer_new ();

  if (detail)
    baton_escalation_write_detail (escalation, writer);
  else
    baton_escalation_write_row (escalation, writer);
  return baton_json_writer_finish_text (writer);
}

void
mock_desk_answer (MockDesk   *self,
                  guint       status,
                  gboolean    detail,
                  BatonState  state,
                  gint64      epoch,
                  const char *agent_id)
{
  g_autofree char *escalation = mock_desk_format (self, detail, state, epoch, agent_id);
  g_autofree char *body = g_strdup_printf ("{\"escalation\":%s,\"directLine\":{\"base\":\"%s\",\"conversationId\":\"%s\","
                                           "\"token\":\"%s\",\"expires_in\":3600}}", escalation, self->line->base,
                                           self->conversation_id, self->line->token);

  mock_hub_answer (self->hub, status, body);
}

void
mock_desk_happen (MockDesk   *self,
                  const char *kind,
                  BatonState  state,
                  gint64      epoch,
                  const char *agent_id)
{
  g_autofree char *row = mock_desk_format (self, FALSE, state, epoch, agent_id);
  g_autofree char *event = mock_hub_make_event (baton_hub_client_get_seq (self->client) + 1, kind, row);

  mock_hub_send (self->hub, event);
}

void
mock_desk_say_json (MockDesk   *self,
                    const char *party,
                    const char *members,
                    int         minutes)
{
  const char *kind = g_str_has_prefix (members, "\"type\"") ? "" : "\"type\":\"message\",";
  g_autofree char *time = baton_time_format (MOCK_DESK_QUEUED + (gint64) minutes * 60 * G_USEC_PER_SEC);
  gboolean is_agent = strcmp (party, "agent") == 0;
  g_autofree char *json = NULL;
  g_autofree char *id = NULL;

  json = g_strdup_printf ("{%s\"timestamp\":\"%s\",\"channelId\":\"directline\",\"localTimezone\":\"Europe/Berlin\","
                          "\"from\":{\"id\":\"%s\"},\"channelData\":{\"baton\":{\"party\":\"%s\"%s}},%s}",
                          kind, time, is_agent ? "rita" : party, party,
                          strcmp (party, "system") == 0 ? ",\"kind\":\"joined\"" : "", members);
  id = mock_direct_line_say (self->line, self->conversation_id, json);
}

void
mock_desk_say (MockDesk   *self,
               const char *party,
               const char *text,
               int         minutes)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *quoted = NULL;
  g_autofree char *members = NULL;

  baton_json_writer_string (writer, text);
  quoted = baton_json_writer_finish_text (writer);
  members = g_strdup_printf ("\"text\":%s", quoted);
  mock_desk_say_json (self, party, members, minutes);
}

static void
sign_in (MockDesk *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  baton_hub_client_sign_in_async (self->client, "rita", "pw", NULL, baton_test_ready_cb, &result);
  baton_test_await (&result);
  baton_hub_client_sign_in_finish (self->client, result, &error);
  g_assert_no_error (error);
  baton_test_wait (baton_queue_find (baton_hub_client_get_queue (self->client), MOCK_DESK_ID) != NULL
                   && baton_hub_client_get_agent (self->client) != NULL);
}

MockDesk *
mock_desk_new (const char *handoff,
               BatonState  state,
               gint64      epoch,
               const char *agent_id)
{
  MockDesk *self = g_new0 (MockDesk, 1);
  g_autofree char *row = NULL;

  self->handoff = g_strdup (handoff != NULL ? handoff : amira);
  self->hub = mock_hub_new ();
  self->line = mock_direct_line_new ();
  self->conversation_id = mock_direct_line_add (self->line);
  row = mock_desk_format (self, FALSE, state, epoch, agent_id);
  g_free (self->hub->snapshot);
  self->hub->snapshot = mock_hub_make_snapshot (10, row, FALSE);

  self->client = baton_hub_client_new (self->hub->url);
  sign_in (self);
  self->escalation = g_object_ref (baton_queue_find (baton_hub_client_get_queue (self->client), MOCK_DESK_ID));
  return self;
}

/* Every desk of a test program has the same conversation: what one test left unsent is no business of the next. */
static void
clear_outbox (MockDesk *self)
{
  g_autoptr (BatonOutbox) outbox = baton_outbox_new (NULL, self->conversation_id, "rita");
  g_autoptr (GPtrArray) entries = baton_outbox_list (outbox);

  g_test_message ("%u replies left in the outbox", entries->len);
  baton_outbox_clear (outbox);
}

void
mock_desk_free (MockDesk *self)
{
  clear_outbox (self);
  baton_hub_client_sign_out (self->client);
  baton_test_wait (self->hub->sign_outs > 0);
  g_clear_object (&self->escalation);
  g_clear_object (&self->client);
  mock_direct_line_free (self->line);
  mock_hub_free (self->hub);
  g_free (self->handoff);
  g_free (self);
}
