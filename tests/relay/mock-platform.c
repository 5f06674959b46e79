/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "mock-platform.h"

#include <string.h>

#include "baton-test.h"

#define PATH "/powervirtualagents/botsbyschema/cr123_shop/directline/token"
#define VERSION "2022-03-01-preview"

#define GREETING "{\"type\":\"message\",\"from\":{\"id\":\"shop\",\"role\":\"bot\"},\"text\":\"Welcome to the shop.\"}"
#define TRANSFER "{\"type\":\"message\",\"from\":{\"id\":\"shop\",\"role\":\"bot\"},\"text\":\"One moment, please.\"}"
#define HANDOFF  "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"from\":{\"id\":\"shop\",\"role\":\"bot\"}," \
                 "\"value\":{\"va_LastTopic\":\"Escalate\",\"va_LastPhrase\":\"a person, please\"}}"

static void
posted_cb (MockDirectLine *line,
           const char     *conversation_id,
           BatonActivity  *activity,
           gpointer        user_data)
{
  g_autofree char *name = baton_json_node_dup_member (baton_activity_get_root (activity), "name");

  if (g_strcmp0 (name, "startConversation") == 0) {
    g_free (mock_direct_line_say (line, conversation_id, GREETING));
  } else if (baton_activity_is (activity, "message")) {
    g_free (mock_direct_line_say (line, conversation_id, TRANSFER));
    g_free (mock_direct_line_say (line, conversation_id, HANDOFF));
  }
}

static void
say_time (MockPlatform      *self,
          SoupServerMessage *message)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (g_get_real_time () / G_USEC_PER_SEC - self->skew);
  g_autofree char *date = soup_date_time_to_string (time, SOUP_DATE_HTTP);

  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Date", date);
}

static void
answer (SoupServerMessage *message,
        guint              status,
        const char        *type,
        const char        *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, body, strlen (body));
}

static void
answer_region (MockPlatform      *self,
               SoupServerMessage *message)
{
  g_autofree char *root = g_strndup (self->line->base, strlen (self->line->base) - strlen ("v3/directline"));
  g_autofree char *body = g_strdup_printf ("{\"channelUrlsById\":{\"directline\":\"%s\"}}", root);

  answer (message, 200, "application/json", body);
}

static void
answer_token (MockPlatform      *self,
              SoupServerMessage *message)
{
  const char *bearer = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");
  g_autofree char *life = self->expires_in == 0 ? g_strdup ("")
                                                : g_strdup_printf (",\"expires_in\":%" G_GINT64_FORMAT, self->expires_in);
  g_autofree char *body = g_strdup_printf ("{\"conversationId\":\"reserved\",\"token\":\"%s\"%s}", self->line->token, life);

  if (self->is_secured && g_strcmp0 (bearer, "Bearer " MOCK_PLATFORM_SECRET) != 0)
    answer (message, 401, "application/json", "{\"error\":{\"code\":\"Unauthorized\",\"message\":\"Secured\"}}");
  else
    answer (message, 200, "application/json", body);
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  MockPlatform *self = user_data;
  const char *version = query == NULL ? NULL : g_hash_table_lookup (query, "api-version");
  gboolean is_region = g_str_equal (path, "/powervirtualagents/regionalchannelsettings");
  MockPlatformCall call = is_region ? MOCK_PLATFORM_REGION : MOCK_PLATFORM_TOKEN;

  self->calls[call]++;
  say_time (self, message);
  if (self->faults[call].status != 0)
    answer (message, self->faults[call].status, self->faults[call].type, self->faults[call].body);
  else if (!g_str_equal (soup_server_message_get_method (message), "GET") || g_strcmp0 (version, VERSION) != 0
           || (!is_region && !g_str_equal (path, PATH)))
    answer (message, 404, "application/json", "{\"error\":{\"code\":\"NotFound\",\"message\":\"Nothing here\"}}");
  else if (is_region)
    answer_region (self, message);
  else
    answer_token (self, message);
}

MockPlatform *
mock_platform_new (void)
{
  MockPlatform *self = g_new0 (MockPlatform, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->line = mock_direct_line_new ();
  g_free (self->line->secret);
  self->line->secret = g_strdup (MOCK_PLATFORM_SECRET);
  self->line->posted = posted_cb;
  self->line->expires_in = self->expires_in = 3600;

  self->server = soup_server_new (NULL, NULL);
  baton_test_forgive_server ();
  soup_server_add_handler (self->server, "/", request_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->host = g_strdup_printf ("127.0.0.1:%d", g_uri_get_port (uris->data));
  self->token_url = g_strconcat ("http://", self->host, PATH "?api-version=" VERSION, NULL);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

void
mock_platform_free (MockPlatform *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  mock_direct_line_free (self->line);
  g_free (self->host);
  g_free (self->token_url);
  g_free (self);
}
