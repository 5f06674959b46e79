/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "dl-fixture.h"

#include <string.h>

#include "baton-sqlite-store.h"
#include "baton-test.h"

#define PREFIX "/v3/directline/"

const BatonDlServerConfig DL_CONFIG = {
  .bot = "topics",
  .token_seconds = 3600,
  .ticket_seconds = 60,
  .streams_per_token = 3,
  .json = { 256 * 1024, 32, 20000 },
  .rate = 20,
  .rate_burst = 1000,
  .upload_size = 200 * 1024,
  .upload_files = 3,
  .sweep_seconds = 1,
};

/* Room for a few uploads. */
#define FILES_ROOM (4 * 1024 * 1024)

static void
start_serving (DlFixture                 *self,
               const BatonDlServerConfig *config)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (self->folder, "test.db", NULL);
  g_autofree char *key = g_build_filename (self->folder, "test.key", NULL);
  g_autofree char *files = g_build_filename (self->folder, "files", NULL);
  const char *const secrets[] = { DL_SECRET, DL_NEW_SECRET, NULL };
  BatonDlServerConfig complete = *config;

  self->store = baton_sqlite_store_open (path, &error);
  g_assert_no_error (error);
  self->key = baton_token_key_load (key, &error);
  g_assert_no_error (error);
  self->files = baton_dl_files_open (files, 24, FILES_ROOM, &error);
  g_assert_no_error (error);
  complete.files = self->files;
  self->transport = baton_transport_new (&BATON_TRANSPORT_LIMITS_DEFAULT);
  self->server = baton_dl_server_new (&complete, self->store, self->transport, self->key, secrets);
  baton_transport_listen (self->transport, "127.0.0.1", 0, &error);
  g_assert_no_error (error);
  self->url = g_strdup (baton_transport_get_url (self->transport));
}

static void
stop_serving (DlFixture *self)
{
  baton_store_close (self->store);
  /* Its last calls complete on the main context. */
  while (g_main_context_iteration (NULL, FALSE));
  g_object_run_dispose (G_OBJECT (self->transport));
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_finalize_object (self->server);
  g_assert_finalize_object (self->transport);
  g_assert_finalize_object (self->store);
  baton_token_key_free (self->key);
  baton_dl_files_unref (self->files);
  g_free (self->url);
}

void
dl_fixture_open (DlFixture                 *self,
                 const BatonDlServerConfig *config)
{
  self->folder = baton_test_make_folder ();
  start_serving (self, config != NULL ? config : &DL_CONFIG);
}

void
dl_fixture_restart (DlFixture *self)
{
  stop_serving (self);
  start_serving (self, &DL_CONFIG);
}

void
dl_fixture_close (DlFixture *self)
{
  stop_serving (self);
  g_free (self->folder);
}

static DlAnswer *
read_answer (RawClient *client)
{
  DlAnswer *answer = g_new0 (DlAnswer, 1);
  const char *body;

  raw_client_expect_closed (client);
  body = strstr (client->received->str, "\r\n\r\n");
  g_assert_nonnull (body);
  answer->status = (guint) g_ascii_strtoull (client->received->str + strlen ("HTTP/1.1 "), NULL, 10);
  answer->head = g_strndup (client->received->str, (gsize) (body + 2 - client->received->str));
  answer->length = client->received->len - (gsize) (body + 4 - client->received->str);
  answer->body = g_memdup2 (body + 4, answer->length + 1);
  answer->json = baton_json_parse_text (answer->body, -1, &BATON_JSON_LIMITS_BOT, NULL);
  return answer;
}

DlAnswer *
dl_call_full (DlFixture  *self,
              const char *method,
              const char *path,
              const char *bearer,
              const char *headers,
              const char *body,
              gssize      length)
{
  g_autoptr (RawClient) client = raw_client_new (self->url);
  g_autofree char *authorization = bearer != NULL ? g_strdup_printf ("Authorization: Bearer %s\r\n", bearer) : g_strdup ("");
  gsize size = body == NULL ? 0 : length < 0 ? strlen (body) : (gsize) length;
  g_autofree char *head = NULL;

  head = g_strdup_printf ("%s " PREFIX "%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n%s%s"
                          "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n", method, path, authorization, headers, size);
  raw_client_send (client, head, -1);
  if (size > 0)
    raw_client_send (client, body, (gssize) size);
  return read_answer (client);
}

DlAnswer *
dl_call (DlFixture  *self,
         const char *method,
         const char *path,
         const char *bearer,
         const char *body)
{
  return dl_call_full (self, method, path, bearer, "", body, -1);
}

void
dl_answer_free (DlAnswer *self)
{
  g_clear_pointer (&self->json, baton_json_unref);
  g_free (self->head);
  g_free (self->body);
  g_free (self);
}

BatonJsonNode
dl_answer_root (DlAnswer *self)
{
  g_assert_nonnull (self->json);
  return baton_json_get_root (self->json);
}

char *
dl_answer_get (DlAnswer   *self,
               const char *member)
{
  return baton_json_node_dup_member (dl_answer_root (self), member);
}

gboolean
dl_answer_has_header (DlAnswer   *self,
                      const char *line)
{
  g_autofree char *whole = g_strconcat ("\r\n", line, "\r\n", NULL);

  return strstr (self->head, whole) != NULL;
}

void
dl_answer_assert_error (DlAnswer   *self,
                        guint       status,
                        const char *code)
{
  BatonJsonNode error = baton_json_node_get_member (dl_answer_root (self), "error");
  g_autofree char *message = baton_json_node_dup_member (error, "message");

  g_assert_cmpuint (self->status, ==, status);
  g_assert_true (baton_json_node_is (baton_json_node_get_member (error, "code"), code));
  g_assert_nonnull (message);
}

static void
read_chat (DlAnswer *answer,
           DlChat   *chat)
{
  chat->id = dl_answer_get (answer, "conversationId");
  chat->token = dl_answer_get (answer, "token");
  chat->stream_url = dl_answer_get (answer, "streamUrl");
  g_assert_nonnull (chat->id);
  g_assert_nonnull (chat->token);
  g_assert_nonnull (chat->stream_url);
}

void
dl_start (DlFixture  *self,
          const char *bearer,
          const char *body,
          DlChat     *chat)
{
  g_autoptr (DlAnswer) answer = dl_call (self, "POST", "conversations", bearer, body);

  g_assert_cmpuint (answer->status, ==, 201);
  read_chat (answer, chat);
}

void
dl_chat_clear (DlChat *chat)
{
  g_clear_pointer (&chat->id, g_free);
  g_clear_pointer (&chat->token, g_free);
  g_clear_pointer (&chat->stream_url, g_free);
}

DlAnswer *
dl_post (DlFixture  *self,
         const char *conversation_id,
         const char *bearer,
         const char *activity)
{
  g_autofree char *path = g_strdup_printf ("conversations/%s/activities", conversation_id);

  return dl_call (self, "POST", path, bearer, activity);
}

char *
dl_say (DlFixture  *self,
        DlChat     *chat,
        const char *text)
{
  g_autofree char *activity = g_strdup_printf ("{\"type\":\"message\",\"from\":{\"id\":\"u1\"},\"text\":\"%s\"}", text);
  g_autoptr (DlAnswer) answer = dl_post (self, chat->id, chat->token, activity);

  g_assert_cmpuint (answer->status, ==, 200);
  return dl_answer_get (answer, "id");
}

DlAnswer *
dl_get (DlFixture  *self,
        DlChat     *chat,
        const char *query)
{
  g_autofree char *path = g_strdup_printf ("conversations/%s/activities%s", chat->id, query);

  return dl_call (self, "GET", path, chat->token, NULL);
}

char *
dl_reconnect (DlFixture  *self,
              DlChat     *chat,
              const char *query)
{
  g_autofree char *path = g_strdup_printf ("conversations/%s%s", chat->id, query);
  g_autoptr (DlAnswer) answer = dl_call (self, "GET", path, chat->token, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  return dl_answer_get (answer, "streamUrl");
}

gint64
dl_claim (DlFixture  *self,
          const char *conversation_id,
          const char *agent_id)
{
  g_autoptr (BatonActivity) event = baton_activity_new_event ("handoff.initiate", NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autoptr (GAsyncResult) turned = NULL;
  g_autoptr (GAsyncResult) listed = NULL;
  g_autoptr (GAsyncResult) stepped = NULL;
  g_autoptr (GPtrArray) escalations = NULL;
  g_autoptr (BatonStepResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHandoff) handoff = baton_handoff_new_from_activity (event);
  BatonBotItem item = { .activity = event, .handoff = handoff };

  g_assert_nonnull (handoff);
  g_ptr_array_add (items, &item);
  baton_store_post_bot_turn_async (self->store, &(BatonBotTurn) {
    .conversation_id = conversation_id, .bot_id = "bot", .bot_name = "Bot", .items = items, .bot_read = -1,
  }, NULL, baton_test_ready_cb, &turned);
  baton_store_post_bot_turn_finish (self->store, baton_test_await (&turned), &error);
  g_assert_no_error (error);
  baton_store_list_escalations_async (self->store, TRUE, 0, NULL, baton_test_ready_cb, &listed);
  escalations = baton_store_list_escalations_finish (self->store, baton_test_await (&listed), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (escalations->len, ==, 1);
  baton_store_step_async (self->store, &(BatonStep) {
    .kind = BATON_STEP_CLAIM, .escalation_id = baton_escalation_get_id (g_ptr_array_index (escalations, 0)),
    .request_id = "r1", .agent_id = agent_id, .agent_name = "Anna",
  }, NULL, baton_test_ready_cb, &stepped);
  result = baton_store_step_finish (self->store, baton_test_await (&stepped), &error);
  g_assert_no_error (error);
  g_assert_true (result->done);
  return baton_escalation_get_epoch (result->escalation);
}

static const char *
get_target (const char *stream_url)
{
  g_assert_true (g_str_has_prefix (stream_url, "ws://127.0.0.1/"));
  return stream_url + strlen ("ws://127.0.0.1");
}

RawClient *
dl_stream_open (DlFixture  *self,
                const char *stream_url)
{
  RawClient *client = raw_client_new (self->url);

  raw_client_upgrade (client, get_target (stream_url), "");
  raw_client_expect (client, "HTTP/1.1 101");
  raw_client_expect (client, "\r\n\r\n");
  return client;
}

guint
dl_stream_refused (DlFixture  *self,
                   const char *stream_url,
                   const char *headers)
{
  g_autoptr (RawClient) client = raw_client_new (self->url);
  g_autofree char *more = g_strconcat (headers, "Connection: close\r\n", NULL);
  g_autoptr (DlAnswer) answer = NULL;

  raw_client_upgrade (client, get_target (stream_url), more);
  answer = read_answer (client);
  g_assert_nonnull (answer->json);
  return answer->status;
}

/* The size of the first frame that has come, or 0 if it is not there as a whole. */
static gsize
measure_frame (RawClient *stream,
               gsize     *head)
{
  const guint8 *data = (const guint8 *) stream->received->str;
  gsize have = stream->received->len;
  guint64 length = 0;

  if (have < 2)
    return 0;
  *head = data[1] < 126 ? 2 : data[1] == 126 ? 4 : 10;
  if (have < *head)
    return 0;
  length = data[1];
  if (*head > 2) {
    length = 0;
    for (gsize i = 2; i < *head; i++)
      length = length << 8 | data[i];
  }
  return have >= *head + length ? *head + (gsize) length : 0;
}

BatonJson *
dl_stream_next (RawClient *stream)
{
  for (;;) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonJson) json = NULL;
    gsize head = 0, size;
    gboolean is_text;

    baton_test_wait (measure_frame (stream, &head) > 0 || stream->closed);
    size = measure_frame (stream, &head);
    g_assert_cmpuint (size, >, 0);
    is_text = (guint8) stream->received->str[0] == 0x81;
    g_assert_cmpuint ((guint8) stream->received->str[0], !=, 0x88);
    if (is_text && size > head) {
      json = baton_json_parse_text (stream->received->str + head, (gssize) (size - head), &BATON_JSON_LIMITS_BOT, &error);
      g_assert_no_error (error);
    }
    g_string_erase (stream->received, 0, (gssize) size);
    if (json != NULL)
      return g_steal_pointer (&json);
  }
}

char *
dl_text_of (BatonJson *set,
            guint      position)
{
  BatonJsonNode activities = baton_json_node_get_member (baton_json_get_root (set), "activities");

  return baton_json_node_dup_member (baton_json_node_get_element (activities, position), "text");
}
