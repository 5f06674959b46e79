/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "client-fixture.h"

#include <string.h>

#include "baton-test.h"

const BatonPace CLIENT_FIXTURE_PACE = {
  .step = 10, .limit = 50, .steady = 60000, .network_up = 10, .silence = 10000, .poll = 20, .patience = 2000,
  .stream_again = 1800000, .echo = 500, .token_life = 1800000,
};


static void
activities_cb (BatonDlClient *client,
               GPtrArray     *activities,
               gpointer       user_data)
{
  ClientFixture *f = user_data;

  for (guint i = 0; i < activities->len; i++)
    g_ptr_array_add (f->activities, g_object_ref (g_ptr_array_index (activities, i)));
}

static void
state_cb (BatonDlClient *client,
          GParamSpec    *pspec,
          gpointer       user_data)
{
  ClientFixture *f = user_data;

  f->waits += baton_dl_client_get_state (client) == BATON_DL_WAITING;
}

void
client_fixture_make_client (ClientFixture *f,
                            const char    *credential)
{
  f->client = baton_dl_client_new (f->server->base, credential);
  baton_dl_client_set_pace (f->client, &CLIENT_FIXTURE_PACE);
  g_signal_connect (f->client, "activities", G_CALLBACK (activities_cb), f);
  g_signal_connect (f->client, "notify::state", G_CALLBACK (state_cb), f);
}

void
client_fixture_set_up (ClientFixture *f,
                       gconstpointer  data)
{
  f->server = mock_direct_line_new ();
  f->activities = g_ptr_array_new_with_free_func (g_object_unref);
  client_fixture_make_client (f, "token-1");
}

void
client_fixture_tear_down (ClientFixture *f,
                          gconstpointer  data)
{
  baton_dl_client_close (f->client);
  g_assert_finalize_object (f->client);
  g_ptr_array_unref (f->activities);
  mock_direct_line_free (f->server);
}

const char *
client_fixture_go_online (ClientFixture *f)
{
  baton_dl_client_open (f->client);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  return baton_dl_client_get_conversation_id (f->client);
}

void
client_fixture_say (ClientFixture *f,
                    const char    *text)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"text\":\"%s\",\"from\":{\"id\":\"bot\",\"role\":\"bot\"}}", text);
  g_autofree char *id = mock_direct_line_say (f->server, baton_dl_client_get_conversation_id (f->client), json);
}

const char *
client_fixture_text_at (ClientFixture *f,
                        guint          position)
{
  g_assert_cmpuint (position, <, f->activities->len);
  return baton_activity_get_text (g_ptr_array_index (f->activities, position));
}

BatonActivity *
client_fixture_new_post (const char *text,
                         const char *client_id)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"from\":{\"id\":\"u1\"},\"text\":\"%s\","
                                           "\"channelData\":{\"clientActivityID\":\"%s\"}}", text, client_id);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));

  return baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);
}

void
client_fixture_start_post (ClientFixture  *f,
                           const char     *text,
                           GAsyncResult  **slot)
{
  g_autoptr (BatonActivity) activity = client_fixture_new_post (text, text);

  baton_dl_client_post_async (f->client, activity, NULL, baton_test_ready_cb, slot);
}

char *
client_fixture_post (ClientFixture  *f,
                     const char     *text,
                     GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  client_fixture_start_post (f, text, &result);
  return baton_dl_client_post_finish (f->client, baton_test_await (&result), error);
}

void
client_fixture_set_token (MockDirectLine *server,
                          const char     *token)
{
  g_free (server->token);
  server->token = g_strdup (token);
}
