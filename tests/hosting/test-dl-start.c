/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "dl-fixture.h"

/* Tokens, start and reconnect. */

static void
test_start_generate (DlFixture     *fixture,
                     gconstpointer  data)
{
  static const char *const bodies[] = { NULL, "{}", "{\"user\":{\"id\":\"dl_7f3a\",\"name\":\"Ines\"},\"trustedOrigins\":[\"https://x.example\"]}" };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (DlAnswer) answer = dl_call (fixture, "POST", "tokens/generate", DL_SECRET, bodies[i]);
    BatonJsonNode root = dl_answer_root (answer);
    g_autofree char *id = dl_answer_get (answer, "conversationId");
    g_autofree char *token = dl_answer_get (answer, "token");
    gint64 expires_in = 0;

    g_assert_cmpuint (answer->status, ==, 200);
    g_assert_true (baton_conversation_id_is_valid (id));
    g_assert_cmpstr (token, !=, NULL);
    g_assert_cmpstr (token, !=, "");
    g_assert_true (baton_json_node_get_int (baton_json_node_get_member (root, "expires_in"), &expires_in));
    g_assert_cmpint (expires_in, >=, 1800);
    g_assert_cmpint (baton_json_node_get_kind (baton_json_node_get_member (root, "streamUrl")), ==, BATON_JSON_ABSENT);
    g_assert_true (dl_answer_has_header (answer, "Cache-Control: no-store"));
  }
}

static char *
generate (DlFixture  *fixture,
          const char *body,
          char      **id)
{
  g_autoptr (DlAnswer) answer = dl_call (fixture, "POST", "tokens/generate", DL_SECRET, body);

  g_assert_cmpuint (answer->status, ==, 200);
  if (id != NULL)
    *id = dl_answer_get (answer, "conversationId");
  return dl_answer_get (answer, "token");
}

static void
test_start_generate_with_token (DlFixture     *fixture,
                                gconstpointer  data)
{
  g_autofree char *token = generate (fixture, NULL, NULL);
  g_autoptr (DlAnswer) answer = dl_call (fixture, "POST", "tokens/generate", token, NULL);

  dl_answer_assert_error (answer, 403, "BadArgument");
}

static void
test_start_generate_user (DlFixture     *fixture,
                          gconstpointer  data)
{
  g_autoptr (DlAnswer) plain = dl_call (fixture, "POST", "tokens/generate", DL_SECRET, "{\"user\":{\"id\":\"7f3a\"}}");
  g_autoptr (DlAnswer) broken = dl_call (fixture, "POST", "tokens/generate", DL_SECRET, "{\"user\"");
  g_autoptr (DlAnswer) list = dl_call (fixture, "POST", "tokens/generate", DL_SECRET, "[]");
  g_autofree char *text = generate (fixture, "{\"User\":{\"Id\":\"dl_x\",\"Name\":\"X\"}}", NULL);
  g_autoptr (BatonToken) token = baton_token_key_verify (fixture->key, text, g_get_real_time () / G_TIME_SPAN_SECOND, NULL);

  dl_answer_assert_error (plain, 400, "BadArgument");
  dl_answer_assert_error (broken, 400, "BadArgument");
  dl_answer_assert_error (list, 400, "BadArgument");
  g_assert_cmpstr (token->user_id, ==, "dl_x");
  g_assert_cmpstr (token->user_name, ==, "X");
}

static void
test_start_refresh (DlFixture     *fixture,
                    gconstpointer  data)
{
  g_autofree char *id = NULL;
  g_autofree char *token = generate (fixture, NULL, &id);
  g_autoptr (DlAnswer) answer = dl_call (fixture, "POST", "tokens/refresh", token, NULL);
  g_autoptr (DlAnswer) with_secret = dl_call (fixture, "POST", "tokens/refresh", DL_SECRET, NULL);
  g_autofree char *fresh_id = dl_answer_get (answer, "conversationId");
  g_autofree char *fresh = dl_answer_get (answer, "token");

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (fresh_id, ==, id);
  g_assert_cmpstr (fresh, !=, token);
  dl_answer_assert_error (with_secret, 403, "BadArgument");
}

/* A refresh gives another token; the one it was got with ends when it would have. */
static void
test_start_refresh_old (DlFixture     *fixture,
                        gconstpointer  data)
{
  g_autofree char *old = baton_token_key_sign (fixture->key, &(BatonToken) {
    .conversation_id = (char *) "c1",
    .expires_at = g_get_real_time () / G_TIME_SPAN_SECOND + 2,
  });
  guint deadline = baton_test_start_deadline ("the end of the token");
  g_autoptr (DlAnswer) refreshed = dl_call (fixture, "POST", "tokens/refresh", old, NULL);
  g_autofree char *fresh = dl_answer_get (refreshed, "token");
  g_autoptr (DlAnswer) late = NULL;
  g_autoptr (DlAnswer) good = NULL;

  do {
    g_clear_pointer (&late, dl_answer_free);
    late = dl_call (fixture, "GET", "session/getsessionid", old, NULL);
  } while (late->status == 200);
  g_source_remove (deadline);
  dl_answer_assert_error (late, 403, "TokenExpired");
  good = dl_call (fixture, "GET", "session/getsessionid", fresh, NULL);
  g_assert_cmpuint (good->status, ==, 200);
}

static void
test_start_refresh_expired (DlFixture     *fixture,
                            gconstpointer  data)
{
  g_autofree char *expired = baton_token_key_sign (fixture->key, &(BatonToken) {
    .conversation_id = (char *) "c1",
    .expires_at = g_get_real_time () / G_TIME_SPAN_SECOND - 1,
  });
  g_autoptr (DlAnswer) refresh = dl_call (fixture, "POST", "tokens/refresh", expired, NULL);
  g_autoptr (DlAnswer) read = dl_call (fixture, "GET", "conversations/c1/activities", expired, NULL);

  dl_answer_assert_error (refresh, 403, "TokenExpired");
  dl_answer_assert_error (read, 403, "TokenExpired");
}

static void
test_start_bodies (DlFixture     *fixture,
                   gconstpointer  data)
{
  static const char *const bodies[] = { NULL, "{}", "{\"user\":{}}", "{\"user\":{\"id\":\"u_42\"},\"locale\":\"pt-PT\"}", "{\"user\":null}",
                                        "{\"user\":7,\"locale\":[]}" };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_auto (DlChat) chat = { 0 };
    g_autofree char *token = generate (fixture, NULL, NULL);

    dl_start (fixture, token, bodies[i], &chat);
    g_assert_true (g_str_has_prefix (chat.stream_url, "ws://127.0.0.1/v3/directline/conversations/"));
    g_assert_nonnull (strstr (chat.stream_url, "/stream?watermark=-&t="));
  }
}

static void
test_start_record (DlFixture     *fixture,
                   gconstpointer  data)
{
  g_autofree char *token = generate (fixture, "{\"user\":{\"id\":\"dl_a\",\"name\":\"Ann\"}}", NULL);
  g_autoptr (BatonConversation) conversation = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (DlChat) chat = { 0 };

  dl_start (fixture, token, "{\"user\":{\"id\":\"dl_b\"},\"locale\":\"ar\"}", &chat);
  baton_store_get_conversation_async (fixture->store, chat.id, NULL, baton_test_ready_cb, &result);
  conversation = baton_store_get_conversation_finish (fixture->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (conversation->bot, ==, "topics");
  g_assert_cmpstr (conversation->user_id, ==, "dl_a");
  g_assert_cmpstr (conversation->user_name, ==, "Ann");
  g_assert_cmpstr (conversation->locale, ==, "ar");
  g_assert_cmpint (conversation->state, ==, BATON_STATE_BOT);
}

static void
test_start_twice (DlFixture     *fixture,
                  gconstpointer  data)
{
  g_auto (DlChat) first = { 0 };
  g_auto (DlChat) other = { 0 };
  g_autoptr (DlAnswer) again = NULL;
  g_autofree char *id = NULL;
  g_autofree char *url = NULL;

  dl_start (fixture, DL_SECRET, NULL, &first);
  dl_start (fixture, DL_SECRET, NULL, &other);
  g_assert_cmpstr (first.id, !=, other.id);

  again = dl_call (fixture, "POST", "conversations", first.token, NULL);
  g_assert_cmpuint (again->status, ==, 200);
  id = dl_answer_get (again, "conversationId");
  url = dl_answer_get (again, "streamUrl");
  g_assert_cmpstr (id, ==, first.id);
  g_assert_cmpstr (url, !=, first.stream_url);
}

static void
test_start_by_console (DlFixture     *fixture,
                       gconstpointer  data)
{
  g_autofree char *token = baton_dl_server_make_token (fixture->server, "c1", "anna", "Anna", 1, NULL);
  g_autoptr (DlAnswer) answer = dl_call (fixture, "POST", "conversations", token, NULL);

  dl_answer_assert_error (answer, 403, "BadArgument");
}

static void
test_start_reconnect (DlFixture     *fixture,
                      gconstpointer  data)
{
  static const struct { const char *query; const char *watermark; } queries[] = {
    { "", "watermark=-&" },
    { "?watermark=", "watermark=-&" },
    { "?watermark=-", "watermark=-&" },
    { "?watermark=5", "watermark=5&" },
    { "?watermark=0000005", "watermark=5&" },
  };
  g_auto (DlChat) chat = { 0 };

  dl_start (fixture, DL_SECRET, NULL, &chat);
  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++) {
    g_autofree char *url = dl_reconnect (fixture, &chat, queries[i].query);

    g_assert_nonnull (strstr (url, queries[i].watermark));
    g_assert_cmpstr (url, !=, chat.stream_url);
  }
}

static void
test_start_reconnect_unknown (DlFixture     *fixture,
                              gconstpointer  data)
{
  g_autofree char *id = NULL;
  g_autofree char *token = generate (fixture, NULL, &id);
  g_autofree char *path = g_strconcat ("conversations/", id, NULL);
  g_autoptr (DlAnswer) by_secret = dl_call (fixture, "GET", "conversations/cNobodyEverStarted", DL_SECRET, NULL);
  g_autoptr (DlAnswer) not_started = dl_call (fixture, "GET", path, token, NULL);

  dl_answer_assert_error (by_secret, 404, "BadArgument");
  dl_answer_assert_error (not_started, 404, "BadArgument");
}

/* Whose token has expired gets back by way of somebody who has the secret (protocol 1.2). */
static void
test_start_reconnect_by_secret (DlFixture     *fixture,
                                gconstpointer  data)
{
  g_auto (DlChat) chat = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *token = NULL;
  g_autoptr (DlAnswer) answer = NULL;
  g_autoptr (DlAnswer) posted = NULL;
  g_autoptr (BatonToken) claims = NULL;

  dl_start (fixture, DL_SECRET, "{\"user\":{\"id\":\"dl_7\",\"name\":\"Ines\"}}", &chat);
  path = g_strconcat ("conversations/", chat.id, NULL);
  answer = dl_call (fixture, "GET", path, DL_SECRET, NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  token = dl_answer_get (answer, "token");
  claims = baton_token_key_verify (fixture->key, token, g_get_real_time () / G_TIME_SPAN_SECOND, NULL);
  g_assert_cmpstr (claims->user_id, ==, "dl_7");
  posted = dl_post (fixture, chat.id, token, "{\"type\":\"message\",\"text\":\"back\"}");
  g_assert_cmpuint (posted->status, ==, 200);
}

static void
test_start_survives_restart (DlFixture     *fixture,
                             gconstpointer  data)
{
  g_auto (DlChat) chat = { 0 };
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (DlAnswer) answer = NULL;
  g_autofree char *watermark = NULL;

  dl_start (fixture, DL_SECRET, NULL, &chat);
  before = dl_say (fixture, &chat, "before");
  dl_fixture_restart (fixture);
  after = dl_say (fixture, &chat, "after");
  g_assert_true (g_str_has_suffix (before, "|0000000"));
  g_assert_true (g_str_has_suffix (after, "|0000001"));

  answer = dl_get (fixture, &chat, "?watermark=0");
  watermark = dl_answer_get (answer, "watermark");
  g_assert_cmpstr (watermark, ==, "1");
  g_assert_null (strstr (answer->body, "before"));
  g_assert_nonnull (strstr (answer->body, "after"));
}

static void
set_up (DlFixture     *fixture,
        gconstpointer  data)
{
  dl_fixture_open (fixture, NULL);
}

static void
tear_down (DlFixture     *fixture,
           gconstpointer  data)
{
  dl_fixture_close (fixture);
}

static guint
ask_from (DlFixture  *fixture,
          const char *method,
          const char *path,
          const char *token,
          const char *origin)
{
  g_autofree char *header = origin == NULL ? g_strdup ("") : g_strdup_printf ("Origin: %s\r\n", origin);
  g_autoptr (DlAnswer) answer = dl_call_full (fixture, method, path, token, header, NULL, 0);

  if (answer->status == 403)
    dl_answer_assert_error (answer, 403, "BadArgument");
  return answer->status;
}

/* Protocol 1.2: pages of other addresses than those named cannot use the token, nor what it is refreshed to. */
static void
test_start_trusted_origins (DlFixture     *fixture,
                            gconstpointer  data)
{
  g_autofree char *token = generate (fixture, "{\"trustedOrigins\":[\"https://Shop.example/\",\"http://localhost:3000\"]}", NULL);
  g_autofree char *any = generate (fixture, "{\"trustedOrigins\":[]}", NULL);
  g_autoptr (DlAnswer) refreshed = dl_call (fixture, "POST", "tokens/refresh", token, NULL);
  g_autofree char *later = dl_answer_get (refreshed, "token");

  g_assert_cmpuint (ask_from (fixture, "POST", "conversations", token, "https://other.example"), ==, 403);
  g_assert_cmpuint (ask_from (fixture, "POST", "conversations", token, "https://shop.example.evil"), ==, 403);
  g_assert_cmpuint (ask_from (fixture, "POST", "conversations", token, "null"), ==, 403);
  g_assert_cmpuint (ask_from (fixture, "POST", "conversations", token, "https://shop.example"), ==, 201);
  g_assert_cmpuint (ask_from (fixture, "POST", "conversations", token, "http://localhost:3000"), ==, 200);
  g_assert_cmpuint (ask_from (fixture, "POST", "conversations", token, NULL), ==, 200);
  g_assert_cmpuint (ask_from (fixture, "POST", "conversations", later, "https://other.example"), ==, 403);
  g_assert_cmpuint (ask_from (fixture, "POST", "conversations", later, "https://shop.example"), ==, 200);
  g_assert_cmpuint (ask_from (fixture, "POST", "conversations", any, "https://other.example"), ==, 201);
}

/* The address of a stream is no better than the token it was got with. */
static void
test_start_trusted_stream (DlFixture     *fixture,
                           gconstpointer  data)
{
  g_auto (DlChat) chat = { 0 };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autoptr (RawClient) stream = NULL;
  g_autoptr (RawClient) no_page = NULL;

  dl_start (fixture, DL_SECRET, "{\"trustedOrigins\":[\"https://shop.example\"]}", &chat);
  g_assert_cmpuint (ask_from (fixture, "POST", "conversations", chat.token, "https://other.example"), ==, 403);
  first = dl_reconnect (fixture, &chat, "");
  second = dl_reconnect (fixture, &chat, "");
  third = dl_reconnect (fixture, &chat, "");
  g_assert_cmpuint (dl_stream_refused (fixture, first, "Origin: https://other.example\r\n"), ==, 403);
  no_page = dl_stream_open (fixture, second);
  stream = raw_client_new (fixture->url);
  raw_client_upgrade (stream, third + strlen ("ws://127.0.0.1"), "Origin: https://shop.example\r\n");
  raw_client_expect (stream, "HTTP/1.1 101");
}

static void
test_start_bad_origins (DlFixture     *fixture,
                        gconstpointer  data)
{
  static const char *const bodies[] = {
    "{\"trustedOrigins\":[\"*\"]}", "{\"trustedOrigins\":[\"https://a.example\",7]}", "{\"TrustedOrigins\":[\"shop.example\"]}",
    "{\"trustedOrigins\":[\"http://1\",\"http://2\",\"http://3\",\"http://4\",\"http://5\",\"http://6\",\"http://7\",\"http://8\","
    "\"http://9\"]}",
    "{\"trustedOrigins\":\"https://shop.example\"}", "{\"trustedOrigins\":{}}", "{\"trustedOrigins\":[null]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (DlAnswer) answer = dl_call (fixture, "POST", "tokens/generate", DL_SECRET, bodies[i]);
    g_autoptr (DlAnswer) started = dl_call (fixture, "POST", "conversations", DL_SECRET, bodies[i]);

    g_test_message ("%s", bodies[i]);
    dl_answer_assert_error (answer, 400, "BadArgument");
    dl_answer_assert_error (started, 400, "BadArgument");
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/dl/" path, DlFixture, NULL, set_up, function, tear_down)
  ADD ("S1/generate", test_start_generate);
  ADD ("S2/generate-with-token", test_start_generate_with_token);
  ADD ("S3/generate-user", test_start_generate_user);
  ADD ("trusted-origins", test_start_trusted_origins);
  ADD ("trusted-stream", test_start_trusted_stream);
  ADD ("bad-origins", test_start_bad_origins);
  ADD ("S5/refresh", test_start_refresh);
  ADD ("S5/refresh-old", test_start_refresh_old);
  ADD ("S5/refresh-expired", test_start_refresh_expired);
  ADD ("S8/start-bodies", test_start_bodies);
  ADD ("S8/start-record", test_start_record);
  ADD ("S9/start-twice", test_start_twice);
  ADD ("S9/start-by-console", test_start_by_console);
  ADD ("S10/reconnect", test_start_reconnect);
  ADD ("S12/reconnect-unknown", test_start_reconnect_unknown);
  ADD ("S12/reconnect-by-secret", test_start_reconnect_by_secret);
  ADD ("S40/survives-restart", test_start_survives_restart);
#undef ADD

  return g_test_run ();
}
