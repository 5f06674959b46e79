/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-dl-upstream.h"
#include "baton-error.h"
#include "baton-test.h"
#include "mock-direct-line.h"

/* A bot on its own Direct Line that gets its conversation back, loses it over there, or is told what became of it; and
 * the ways in which its tokens are had (protocol 4.1). */

static const BatonPace quick = {
  .step = 10, .limit = 50, .steady = 60000, .network_up = 10, .silence = 10000, .poll = 20, .patience = 1000,
  .token_life = 1800000, .idle = 1800000,
};

typedef struct {
  MockDirectLine    *server;
  BatonUpstream     *bot;
  BatonConversation *conversation;   /* as the relay would have stored it */
  GPtrArray         *unread;
  guint              items;          /* that were spoken */

  SoupServer        *platform;       /* where tokens come from */
  char              *url;            /* of it */
  const char        *bearer;         /* it wants; or NULL */
  GString           *asked;          /* paths and queries */
} Fixture;

static void
spoke_cb (BatonUpstream      *bot,
          const BatonBotTurn *turn,
          gpointer            user_data)
{
  Fixture *f = user_data;

  f->items += turn->items->len;
  if (turn->bot_state != NULL) {
    g_free (f->conversation->bot_state);
    f->conversation->bot_state = g_strdup (turn->bot_state);
  }
  if (turn->bot_watermark != NULL) {
    g_free (f->conversation->bot_watermark);
    f->conversation->bot_watermark = g_strdup (turn->bot_watermark);
  }
}

static void
make_bot (Fixture    *f,
          const char *secret,
          const char *token_url,
          const char *base)
{
  if (f->bot != NULL)
    g_assert_finalize_object (f->bot);
  f->bot = baton_dl_upstream_new ("shop", base, secret, token_url, NULL);
  baton_dl_upstream_set_pace (BATON_DL_UPSTREAM (f->bot), &quick);
  g_signal_connect (f->bot, "spoke", G_CALLBACK (spoke_cb), f);
}

/* --- the platform: a token endpoint with regional settings, and the older one without --- */

static void
answer (SoupServerMessage *message,
        guint              status,
        const char        *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body, strlen (body));
}

static void
platform_cb (SoupServer        *platform,
             SoupServerMessage *message,
             const char        *path,
             GHashTable        *query,
             gpointer           user_data)
{
  Fixture *f = user_data;
  const char *bearer = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");
  g_autofree char *root = g_strndup (f->server->base, strlen (f->server->base) - strlen ("/v3/directline"));
  g_autofree char *region = g_strdup_printf ("{\"channelUrlsById\":{\"directline\":\"%s/\"}}", root);
  g_autofree char *token = g_strdup_printf ("{\"token\":\"%s\",\"expires_in\":3600}", f->server->token);

  g_string_append_printf (f->asked, "%s?%s ", path, g_uri_get_query (soup_server_message_get_uri (message)));
  if (g_str_equal (path, "/powervirtualagents/regionalchannelsettings"))
    answer (message, 200, region);
  else if (f->bearer != NULL && g_strcmp0 (bearer, f->bearer) != 0)
    answer (message, 401, "{}");
  else
    answer (message, 200, token);
}

static void
open_platform (Fixture *f)
{
  GSList *uris;

  f->platform = soup_server_new (NULL, NULL);
  baton_test_forgive_server ();
  soup_server_add_handler (f->platform, NULL, platform_cb, f, NULL);
  g_assert_true (soup_server_listen_local (f->platform, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (f->platform);
  f->url = g_uri_to_string (uris->data);
  f->url[strlen (f->url) - 1] = '\0';
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->server = mock_direct_line_new ();
  f->asked = g_string_new (NULL);
  open_platform (f);
  f->conversation = g_new0 (BatonConversation, 1);
  f->conversation->id = g_strdup ("c1");
  f->conversation->bot = g_strdup ("shop");
  f->conversation->user_id = g_strdup ("dl_7f3a");
  f->conversation->bot_read = -1;
  f->conversation->epoch = 1;
  make_bot (f, "the-secret", NULL, f->server->base);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_assert_finalize_object (f->bot);
  g_clear_pointer (&f->unread, g_ptr_array_unref);
  baton_conversation_free (f->conversation);
  mock_direct_line_free (f->server);
  soup_server_disconnect (f->platform);
  g_object_unref (f->platform);
  g_free (f->url);
  g_string_free (f->asked, TRUE);
}

/* --- the relay --- */

static void
add_unread (Fixture    *f,
            guint       index,
            const char *members)
{
  g_autofree char *json = g_strdup_printf ("{\"id\":\"c1|%07u\",\"from\":{\"id\":\"dl_7f3a\"},%s}", index, members);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));

  if (f->unread == NULL)
    f->unread = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (f->unread, baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL));
}

/* Runs until the bot has been told all of @unread. */
static void
run_unread (Fixture *f)
{
  gboolean is_told = FALSE;

  while (!is_told) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (BatonUpstreamTurn) turn = NULL;
    g_autoptr (GError) error = NULL;

    baton_upstream_run_async (f->bot, f->conversation, f->unread, NULL, NULL, baton_test_ready_cb, &result);
    turn = baton_upstream_run_finish (f->bot, baton_test_await (&result), &error);
    g_assert_no_error (error);
    is_told = !turn->wants_storing;
  }
  g_clear_pointer (&f->unread, g_ptr_array_unref);
}

static void
run (Fixture *f,
     guint    from,
     guint    n)
{
  for (guint i = from; i < from + n; i++)
    add_unread (f, i, "\"type\":\"message\",\"text\":\"hello\"");
  run_unread (f);
}

static guint
count_posts (Fixture    *f,
             const char *part)
{
  guint n = 0;

  for (guint i = 0; i < f->server->posts->len; i++)
    n += strstr (g_ptr_array_index (f->server->posts, i), part) != NULL;
  return n;
}

/* --- coming back (protocol 4.3) --- */

/* The bot goes on where it was, or in a new conversation without the old words; it is told each message once. */
static void
test_return (Fixture       *f,
             gconstpointer  new_one)
{
  gboolean is_new = GPOINTER_TO_INT (new_one);

  baton_dl_upstream_set_new_after_return (BATON_DL_UPSTREAM (f->bot), is_new);
  run (f, 0, 2);
  run (f, 2, 1);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);

  f->conversation->epoch = 4;
  f->conversation->bot_read = 5;
  run (f, 6, 1);
  run (f, 7, 1);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, is_new ? 2 : 1);
  g_assert_cmpuint (count_posts (f, "startConversation"), ==, is_new ? 2 : 1);
  for (guint i = 0; i < 8; i++) {
    g_autofree char *id = g_strdup_printf ("c1|%07u", i);

    g_assert_cmpuint (count_posts (f, id), ==, i < 3 || i > 5);
  }
}

/* Where tokens come from an endpoint it is a new one, unless the operator says otherwise. */
static void
test_return_default (Fixture       *f,
                     gconstpointer  data)
{
  g_autofree char *token_url = g_strconcat (f->url, "/powervirtualagents/x/directline/token?api-version=1", NULL);

  make_bot (f, NULL, token_url, NULL);
  run (f, 0, 1);
  f->conversation->epoch = 4;
  run (f, 1, 1);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 2);
}

/* The relay was killed while the new one was begun: it is not begun again. */
static void
test_return_crash (Fixture       *f,
                   gconstpointer  data)
{
  baton_dl_upstream_set_new_after_return (BATON_DL_UPSTREAM (f->bot), TRUE);
  run (f, 0, 1);
  f->conversation->epoch = 4;
  run (f, 1, 1);
  make_bot (f, "the-secret", NULL, f->server->base);
  baton_dl_upstream_set_new_after_return (BATON_DL_UPSTREAM (f->bot), TRUE);
  run (f, 2, 1);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 2);
  g_assert_cmpuint (count_posts (f, "startConversation"), ==, 2);
}

/* --- losing it over there --- */

static void
forget_cb (MockDirectLine *server,
           const char     *conversation_id,
           BatonActivity  *activity,
           gpointer        user_data)
{
  if (g_strcmp0 (baton_activity_get_client_id (activity), "c1|0000001") == 0)
    mock_direct_line_fail_next (server, MOCK_POST, 404, "{}", NULL, FALSE);
}

/* Two were taken, then the conversation was gone: the new one gets what is unread, and that is the third alone. */
static void
test_gone_between (Fixture       *f,
                   gconstpointer  data)
{
  f->server->posted = forget_cb;
  run (f, 0, 4);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 2);
  g_assert_cmpuint (count_posts (f, "c1|0000000"), ==, 1);
  g_assert_cmpuint (count_posts (f, "c1|0000001"), ==, 1);
  g_assert_cmpuint (count_posts (f, "c1|0000002"), ==, 2);   /* refused, and taken */
  g_assert_cmpuint (count_posts (f, "c1|0000003"), ==, 1);
}

/* --- telling (H12) --- */

static void
test_tell (Fixture       *f,
           gconstpointer  data)
{
  g_autoptr (BatonConversation) earlier = NULL;

  run (f, 0, 1);
  baton_upstream_tell (f->bot, f->conversation, "accepted");
  baton_test_wait (count_posts (f, "handoff.status") == 1);
  g_assert_cmpuint (count_posts (f, "{\"state\":\"accepted\"}"), ==, 1);

  /* Not in another conversation than it handed over in; and what comes back of it is nobody's words. */
  earlier = baton_conversation_copy (f->conversation);
  mock_direct_line_drop_streams (f->server, 1001);
  mock_direct_line_forget (f->server);
  run (f, 1, 1);
  baton_upstream_tell (f->bot, earlier, "completed");
  run (f, 2, 1);
  g_assert_cmpuint (count_posts (f, "handoff.status"), ==, 1);
  g_assert_cmpuint (f->items, ==, 0);
}

/* The relay was restarted since: the conversation is taken up for it. */
static void
test_tell_resumed (Fixture       *f,
                   gconstpointer  data)
{
  run (f, 0, 1);
  make_bot (f, "the-secret", NULL, f->server->base);
  baton_upstream_tell (f->bot, f->conversation, "completed");
  baton_test_wait (count_posts (f, "handoff.status") == 1);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
}

/* --- starting --- */

/* Protocol 4.2: what a canvas sets before it starts the bot has before it greets. */
static void
test_context (Fixture       *f,
              gconstpointer  data)
{
  add_unread (f, 0, "\"type\":\"event\",\"name\":\"pvaSetContext\",\"value\":{\"CustomerTier\":\"gold\"}");
  add_unread (f, 1, "\"type\":\"event\",\"name\":\"startConversation\"");
  add_unread (f, 2, "\"type\":\"message\",\"text\":\"hello\"");
  add_unread (f, 3, "\"type\":\"event\",\"name\":\"pvaSetContext\",\"value\":{\"Basket\":3}");
  run_unread (f);
  g_assert_cmpuint (f->server->posts->len, ==, 4);
  g_assert_nonnull (strstr (g_ptr_array_index (f->server->posts, 0), "\"CustomerTier\":\"gold\""));
  g_assert_nonnull (strstr (g_ptr_array_index (f->server->posts, 1), "startConversation"));
  g_assert_nonnull (strstr (g_ptr_array_index (f->server->posts, 2), "hello"));
  g_assert_nonnull (strstr (g_ptr_array_index (f->server->posts, 3), "\"Basket\":3"));
}

/* The operator's first, then the page's, and again where a new conversation is begun. */
static void
test_context_configured (Fixture       *f,
                         gconstpointer  data)
{
  const char *const variables[] = { "Channel=relay", "Tier=a=b", "Empty", NULL };

  baton_dl_upstream_set_context (BATON_DL_UPSTREAM (f->bot), variables);
  baton_dl_upstream_set_new_after_return (BATON_DL_UPSTREAM (f->bot), TRUE);
  add_unread (f, 0, "\"type\":\"event\",\"name\":\"pvaSetContext\",\"value\":{\"Basket\":3}");
  run_unread (f);
  g_assert_cmpuint (f->server->posts->len, ==, 3);
  g_assert_nonnull (strstr (g_ptr_array_index (f->server->posts, 0),
                            "\"value\":{\"Channel\":\"relay\",\"Tier\":\"a=b\",\"Empty\":\"\"}"));
  g_assert_nonnull (strstr (g_ptr_array_index (f->server->posts, 1), "\"Basket\":3"));
  g_assert_nonnull (strstr (g_ptr_array_index (f->server->posts, 2), "startConversation"));
  run (f, 1, 1);
  g_assert_cmpuint (f->server->posts->len, ==, 4);

  f->conversation->epoch = 4;
  run (f, 2, 1);
  g_assert_cmpuint (count_posts (f, "Channel"), ==, 2);
  g_assert_nonnull (strstr (g_ptr_array_index (f->server->posts, 4), "Channel"));
  g_assert_cmpuint (f->items, ==, 0);
}

/* Posts to a bot go over a kept connection. */
static void
test_connections (Fixture       *f,
                  gconstpointer  data)
{
  run (f, 0, 40);
  g_assert_cmpuint (f->server->posts->len, ==, 41);
  g_assert_cmpuint (f->server->connections, <=, 3);
}

/* --- tokens (protocol 4.1) --- */

/* Secured access: the token endpoint wants the secret; the region it tells everybody. */
static void
test_secured (Fixture       *f,
              gconstpointer  data)
{
  g_autofree char *token_url = g_strconcat (f->url, "/powervirtualagents/botsbyschema/x/directline/token?api-version=1",
                                            NULL);

  f->bearer = "Bearer the bot’s secret";
  make_bot (f, "the bot’s secret", token_url, NULL);
  run (f, 0, 1);
  g_assert_cmpstr (f->asked->str, ==, "/powervirtualagents/regionalchannelsettings?api-version=1 "
                                      "/powervirtualagents/botsbyschema/x/directline/token?api-version=1 ");
  g_assert_cmpuint (count_posts (f, "hello"), ==, 1);
}

/* The older endpoint names no region. */
static void
test_classic (Fixture       *f,
              gconstpointer  data)
{
  g_autofree char *token_url = g_strconcat (f->url, "/api/botmanagement/v1/directline/directlinetoken?botId=b&tenantId=t",
                                            NULL);

  make_bot (f, NULL, token_url, f->server->base);
  run (f, 0, 1);
  g_assert_cmpstr (f->asked->str, ==, "/api/botmanagement/v1/directline/directlinetoken?botId=b&tenantId=t ");
  g_assert_cmpuint (count_posts (f, "hello"), ==, 1);
}

/* The relay was away for longer than the token lasts. Nothing revives it: a new conversation, with what is unread. */
static void
test_expired_meanwhile (Fixture       *f,
                        gconstpointer  data)
{
  g_autofree char *token_url = g_strconcat (f->url, "/powervirtualagents/x/directline/token?api-version=1", NULL);

  make_bot (f, NULL, token_url, NULL);
  run (f, 0, 1);
  g_free (f->server->token);
  f->server->token = g_strdup ("token-2");
  make_bot (f, NULL, token_url, NULL);
  baton_upstream_resume (f->bot, f->conversation);
  run (f, 1, 2);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 2);
  g_assert_cmpuint (count_posts (f, "c1|0000000"), ==, 1);
  g_assert_cmpuint (count_posts (f, "c1|0000001"), ==, 1);
  g_assert_cmpuint (count_posts (f, "c1|0000002"), ==, 1);
}

#define ADD(path, data, test) g_test_add ("/dl-return/" path, Fixture, data, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("same", GINT_TO_POINTER (FALSE), test_return);
  ADD ("new", GINT_TO_POINTER (TRUE), test_return);
  ADD ("default", NULL, test_return_default);
  ADD ("crash", NULL, test_return_crash);
  ADD ("gone-between", NULL, test_gone_between);
  ADD ("H12/tell", NULL, test_tell);
  ADD ("H12/tell-resumed", NULL, test_tell_resumed);
  ADD ("context", NULL, test_context);
  ADD ("context-configured", NULL, test_context_configured);
  ADD ("connections", NULL, test_connections);
  ADD ("K22/secured", NULL, test_secured);
  ADD ("classic", NULL, test_classic);
  ADD ("expired-meanwhile", NULL, test_expired_meanwhile);
  return g_test_run ();
}
