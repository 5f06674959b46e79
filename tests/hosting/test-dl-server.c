/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "dl-fixture.h"

/* What all requests have in common: who may make them, how paths are read, what pages of other origins see. */

static const struct {
  const char *method;
  const char *path;
} calls[] = {
  { "POST", "tokens/generate" },
  { "POST", "tokens/refresh" },
  { "POST", "conversations" },
  { "GET", "conversations/c1" },
  { "GET", "conversations/c1/activities" },
  { "POST", "conversations/c1/activities" },
  { "POST", "conversations/c1/upload?userId=u" },
  { "GET", "session/getsessionid" },
};

static void
test_server_unauthenticated (DlFixture     *fixture,
                             gconstpointer  data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++) {
    g_autoptr (DlAnswer) none = dl_call (fixture, calls[i].method, calls[i].path, NULL, NULL);
    g_autoptr (DlAnswer) unknown = dl_call (fixture, calls[i].method, calls[i].path, "eyJhbGciOiJub25lIn0.x", NULL);
    g_autoptr (DlAnswer) close = dl_call (fixture, calls[i].method, calls[i].path, DL_SECRET "x", NULL);
    g_autoptr (DlAnswer) basic = dl_call_full (fixture, calls[i].method, calls[i].path, NULL, "Authorization: Basic eDp5\r\n",
                                               NULL, 0);

    dl_answer_assert_error (none, 401, "BadArgument");
    dl_answer_assert_error (unknown, 403, "BadArgument");
    dl_answer_assert_error (close, 403, "BadArgument");
    dl_answer_assert_error (basic, 401, "BadArgument");
  }
}

static void
test_server_other_conversation (DlFixture     *fixture,
                                gconstpointer  data)
{
  static const char *const paths[] = { "conversations/%s", "conversations/%s/activities" };
  g_auto (DlChat) ours = { 0 };
  g_auto (DlChat) theirs = { 0 };

  dl_start (fixture, DL_SECRET, NULL, &ours);
  dl_start (fixture, DL_SECRET, NULL, &theirs);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_auto (GStrv) parts = g_strsplit (paths[i], "%s", 2);
    g_autofree char *there = g_strconcat (parts[0], theirs.id, parts[1], NULL);
    g_autofree char *nowhere = g_strconcat (parts[0], "cNobodyEverStarted", parts[1], NULL);
    g_autoptr (DlAnswer) known = dl_call (fixture, "GET", there, ours.token, NULL);
    g_autoptr (DlAnswer) unknown = dl_call (fixture, "GET", nowhere, ours.token, NULL);
    g_autoptr (DlAnswer) post = dl_post (fixture, theirs.id, ours.token, "{\"type\":\"message\",\"text\":\"x\"}");
    g_autoptr (DlAnswer) post_nowhere = dl_post (fixture, "cNobodyEverStarted", ours.token, "{\"type\":\"message\"}");

    dl_answer_assert_error (known, 403, "BadArgument");
    g_assert_cmpuint (known->status, ==, unknown->status);
    g_assert_cmpstr (known->body, ==, unknown->body);
    dl_answer_assert_error (post, 403, "BadArgument");
    g_assert_cmpstr (post->body, ==, post_nowhere->body);
  }
}

static void
test_server_unknown_paths (DlFixture     *fixture,
                           gconstpointer  data)
{
  g_auto (DlChat) chat = { 0 };
  g_autofree char *id = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *slash = g_strdup ("conversations/a%2Fb/activities");
  g_autofree char *lengthy = g_strnfill (65, 'a');
  g_autofree char *overlong = g_strconcat ("conversations/", lengthy, "/activities", NULL);

  dl_start (fixture, DL_SECRET, NULL, &chat);
  id = g_strconcat ("conversations/", chat.id, NULL);
  escaped = g_strconcat ("conversations/", chat.id, "/activities/", chat.id, "%7C0000000", NULL);

  for (guint i = 0; i < 10; i++) {
    const char *paths[] = { "", "conversation", "conversations/", slash, overlong, escaped, "conversations/a%7Cb", "conversations/..",
                            "conversations/x/%2e%2e/activities", "tokens" };
    g_autoptr (DlAnswer) answer = dl_call (fixture, "GET", paths[i], DL_SECRET, NULL);

    g_test_message ("%s", paths[i]);
    dl_answer_assert_error (answer, 404, "BadArgument");
  }
  g_autoptr (DlAnswer) method = dl_call (fixture, "POST", id, DL_SECRET, NULL);

  dl_answer_assert_error (method, 405, "BadArgument");
}

/* "%7C" in a path is a bar, and the same character may be escaped or not. */
static void
test_server_escaped_path (DlFixture     *fixture,
                          gconstpointer  data)
{
  g_auto (DlChat) chat = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (DlAnswer) answer = NULL;

  dl_start (fixture, DL_SECRET, NULL, &chat);
  path = g_strdup_printf ("conversations/%%%02X%s/%%61ctivities", chat.id[0], chat.id + 1);
  answer = dl_call (fixture, "GET", path, chat.token, NULL);
  g_assert_cmpuint (answer->status, ==, 200);
}

static void
test_server_preflight (DlFixture     *fixture,
                       gconstpointer  data)
{
  static const char *const others[] = { "conversations/c1/stream", "attachments/x/y", "nothing/there" };

  for (gsize i = 0; i < G_N_ELEMENTS (calls) + G_N_ELEMENTS (others); i++) {
    const char *path = i < G_N_ELEMENTS (calls) ? calls[i].path : others[i - G_N_ELEMENTS (calls)];
    g_autoptr (DlAnswer) answer = dl_call_full (fixture, "OPTIONS", path, NULL,
                                                "Origin: https://shop.example\r\nAccess-Control-Request-Method: POST\r\n"
                                                "Access-Control-Request-Headers: authorization,content-type\r\n", NULL, 0);

    g_assert_cmpuint (answer->status, ==, 200);
    g_assert_true (dl_answer_has_header (answer, "Access-Control-Allow-Origin: https://shop.example"));
    g_assert_true (dl_answer_has_header (answer, "Access-Control-Allow-Methods: GET, POST, OPTIONS"));
    g_assert_true (dl_answer_has_header (answer, "Access-Control-Allow-Headers: authorization, content-type, x-ms-bot-agent, "
                                                 "x-requested-with"));
    g_assert_true (dl_answer_has_header (answer, "Vary: Origin"));
  }
}

static void
test_server_origins (void)
{
  const char *const origins[] = { "https://shop.example", NULL };
  BatonDlServerConfig config = DL_CONFIG;
  DlFixture fixture = { 0 };

  config.origins = origins;
  dl_fixture_open (&fixture, &config);
  {
    g_auto (DlChat) chat = { 0 };
    g_autoptr (DlAnswer) own = dl_call_full (&fixture, "OPTIONS", "conversations", NULL, "Origin: https://shop.example\r\n", NULL, 0);
    g_autoptr (DlAnswer) foreign = dl_call_full (&fixture, "OPTIONS", "conversations", NULL, "Origin: https://evil.example\r\n", NULL, 0);

    g_assert_true (dl_answer_has_header (own, "Access-Control-Allow-Origin: https://shop.example"));
    g_assert_null (strstr (foreign->head, "Access-Control-Allow-Origin"));

    dl_start (&fixture, DL_SECRET, NULL, &chat);
    g_assert_cmpuint (dl_stream_refused (&fixture, chat.stream_url, "Origin: https://evil.example\r\n"), ==, 403);
  }
  dl_fixture_close (&fixture);
}

static void
test_server_errors_for_pages (DlFixture     *fixture,
                              gconstpointer  data)
{
  static const char origin[] = "Origin: https://shop.example\r\n";
  static const char allowed[] = "Access-Control-Allow-Origin: https://shop.example";
  g_autofree char *big = g_strnfill (300 * 1024, ' ');
  g_autoptr (DlAnswer) missing = dl_call_full (fixture, "POST", "conversations", NULL, origin, NULL, 0);
  g_autoptr (DlAnswer) refused = dl_call_full (fixture, "POST", "conversations", "tok1", origin, NULL, 0);
  g_autoptr (DlAnswer) unknown = dl_call_full (fixture, "GET", "nothing", "tok1", origin, NULL, 0);
  g_autoptr (DlAnswer) smuggled = dl_call_full (fixture, "GET", "a%2Fb", "tok1", origin, NULL, 0);
  g_autoptr (DlAnswer) big_one = dl_call_full (fixture, "POST", "conversations", DL_SECRET, origin, big, -1);

  g_assert_cmpuint (missing->status, ==, 401);
  g_assert_true (dl_answer_has_header (missing, allowed));
  g_assert_true (dl_answer_has_header (missing, "Access-Control-Expose-Headers: Retry-After"));
  g_assert_cmpuint (refused->status, ==, 403);
  g_assert_true (dl_answer_has_header (refused, allowed));
  g_assert_cmpuint (unknown->status, ==, 404);
  g_assert_true (dl_answer_has_header (unknown, allowed));
  g_assert_cmpuint (smuggled->status, ==, 404);
  g_assert_true (dl_answer_has_header (smuggled, "Access-Control-Allow-Origin: *"));
  dl_answer_assert_error (big_one, 413, "MessageSizeTooBig");
  g_assert_true (dl_answer_has_header (big_one, "Access-Control-Allow-Origin: *"));
}

/* S33: whatever goes wrong, a page can read what it was. */
static void
test_server_every_error (void)
{
  static const char origin[] = "Origin: https://shop.example\r\n";
  static const struct { guint status; const char *method; const char *path; const char *body; } wrong[] = {
    { 400, "GET", "conversations/%s/activities?watermark=x", NULL },
    { 400, "POST", "conversations/%s/activities", "{" },
    { 400, "POST", "conversations/%s/upload", "x" },
    { 400, "GET", "conversations/%s/stream", NULL },
    { 404, "GET", "conversations/%s/nothing", NULL },
    { 405, "POST", "conversations/%s", NULL },
    { 200, "POST", "conversations/%s/activities", "{\"type\":\"endOfConversation\"}" },
    { 404, "POST", "conversations/%s/activities", "{\"type\":\"message\"}" },
    { 429, "POST", "conversations/%s/activities", "{\"type\":\"message\"}" },
    { 500, "GET", "conversations/%s/activities", NULL },
  };
  BatonDlServerConfig config = DL_CONFIG;
  DlFixture fixture = { 0 };

  config.rate = 1;
  config.rate_burst = 3;
  dl_fixture_open (&fixture, &config);
  {
    g_auto (DlChat) chat = { 0 };
    g_autofree char *agent = NULL;
    g_autofree char *path = NULL;
    g_autoptr (DlAnswer) not_owner = NULL;

    dl_start (&fixture, DL_SECRET, NULL, &chat);
    agent = baton_dl_server_make_token (fixture.server, chat.id, "anna", "Anna", 1, NULL);
    path = g_strdup_printf ("conversations/%s/activities", chat.id);
    not_owner = dl_call_full (&fixture, "POST", path, agent, origin, "{\"type\":\"message\"}", -1);
    dl_answer_assert_error (not_owner, 409, "NotOwner");
    g_assert_true (dl_answer_has_header (not_owner, "Access-Control-Allow-Origin: https://shop.example"));

    for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
      g_auto (GStrv) parts = g_strsplit (wrong[i].path, "%s", 2);
      g_autofree char *target = g_strjoinv (chat.id, parts);
      g_autoptr (DlAnswer) answer = NULL;

      if (wrong[i].status == 500)
        baton_store_close (fixture.store);
      answer = dl_call_full (&fixture, wrong[i].method, target, chat.token, origin, wrong[i].body, -1);
      g_test_message ("%s %s", wrong[i].method, wrong[i].path);
      g_assert_cmpuint (wrong[i].status == 500 ? answer->status / 100 * 100 : answer->status, ==, wrong[i].status);
      g_assert_true (dl_answer_has_header (answer, "Access-Control-Allow-Origin: https://shop.example"));
      g_assert_true (dl_answer_has_header (answer, "Access-Control-Expose-Headers: Retry-After"));
    }
  }
  dl_fixture_close (&fixture);
}

static void
test_server_session (DlFixture     *fixture,
                     gconstpointer  data)
{
  g_autoptr (DlAnswer) preflight = dl_call_full (fixture, "OPTIONS", "session/getsessionid", NULL,
                                                 "Origin: https://shop.example\r\n", NULL, 0);
  g_autoptr (DlAnswer) answer = dl_call_full (fixture, "GET", "session/getsessionid", DL_SECRET,
                                              "Origin: https://shop.example\r\n", NULL, 0);
  g_autofree char *id = dl_answer_get (answer, "sessionId");

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_nonnull (id);
  g_assert_true (dl_answer_has_header (answer, "Access-Control-Allow-Origin: https://shop.example"));
  g_assert_true (dl_answer_has_header (answer, "Access-Control-Allow-Credentials: true"));

  g_assert_true (dl_answer_has_header (preflight, "Access-Control-Allow-Origin: https://shop.example"));
  g_assert_true (dl_answer_has_header (preflight, "Access-Control-Allow-Credentials: true"));
}

/* S38: what costs us something is bounded for each token, and for nobody else; a start is late and never refused. */
static void
test_server_calls_rate (void)
{
  static const char *const calls_of[][2] = { { "GET", "conversations/%s" }, { "GET", "conversations/%s/activities" },
                                             { "POST", "tokens/refresh" }, { "GET", "session/getsessionid" } };
  BatonDlServerConfig config = DL_CONFIG;
  DlFixture fixture = { 0 };

  config.call_rate = 5;
  config.call_burst = 3;
  dl_fixture_open (&fixture, &config);
  {
    g_auto (DlChat) chat = { 0 };
    g_auto (DlChat) other = { 0 };

    dl_start (&fixture, DL_SECRET, NULL, &chat);
    dl_start (&fixture, DL_SECRET, NULL, &other);
    for (guint i = 0; i < 3; i++) {
      g_autoptr (DlAnswer) answer = dl_get (&fixture, &chat, "");

      g_assert_cmpuint (answer->status, ==, 200);
    }
    for (gsize i = 0; i < G_N_ELEMENTS (calls_of); i++) {
      g_auto (GStrv) parts = g_strsplit (calls_of[i][1], "%s", 2);
      g_autofree char *path = g_strjoinv (chat.id, parts);
      g_autoptr (DlAnswer) throttled = dl_call_full (&fixture, calls_of[i][0], path, chat.token, "Origin: https://a.example\r\n", NULL, 0);

      g_test_message ("%s", path);
      dl_answer_assert_error (throttled, 429, "ThrottledError");
      g_assert_true (dl_answer_has_header (throttled, "Retry-After: 1"));
      g_assert_true (dl_answer_has_header (throttled, "Access-Control-Allow-Origin: https://a.example"));
    }
    g_autofree char *said = dl_say (&fixture, &chat, "posts are counted by themselves");
    gint64 began = g_get_monotonic_time ();
    g_autofree char *path = g_strconcat ("conversations/", chat.id, NULL);
    g_autoptr (DlAnswer) secret = dl_call (&fixture, "GET", path, DL_SECRET, NULL);
    g_autoptr (DlAnswer) unaffected = dl_get (&fixture, &other, "");

    /* At five a second. */
    for (guint i = 0; i < 6; i++) {
      g_autoptr (DlAnswer) start = dl_call (&fixture, "POST", "conversations", chat.token, NULL);

      g_assert_cmpuint (start->status, ==, 200);
    }
    g_assert_cmpint (g_get_monotonic_time () - began, >=, 900 * G_TIME_SPAN_MILLISECOND);
    g_assert_cmpuint (secret->status, ==, 200);
    g_assert_cmpuint (unaffected->status, ==, 200);
  }
  dl_fixture_close (&fixture);
}

/* While a secret is changed, both are good. */
static void
test_server_two_secrets (DlFixture     *fixture,
                         gconstpointer  data)
{
  g_auto (DlChat) by_old = { 0 };
  g_auto (DlChat) by_new = { 0 };

  dl_start (fixture, DL_SECRET, NULL, &by_old);
  dl_start (fixture, DL_NEW_SECRET, NULL, &by_new);
  g_assert_cmpstr (by_old.id, !=, by_new.id);
}

static void
test_server_make_token (DlFixture     *fixture,
                        gconstpointer  data)
{
  guint expires_in = 0;
  g_autofree char *text = baton_dl_server_make_token (fixture->server, "c1", "anna", "Anna", 4, &expires_in);
  g_autoptr (BatonToken) token = baton_token_key_verify (fixture->key, text, g_get_real_time () / G_TIME_SPAN_SECOND, NULL);

  g_assert_cmpuint (expires_in, ==, 3600);
  g_assert_true (token->is_console);
  g_assert_cmpstr (token->conversation_id, ==, "c1");
  g_assert_cmpstr (token->user_id, ==, "anna");
  g_assert_cmpint (token->epoch, ==, 4);
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

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/dl/" path, DlFixture, NULL, set_up, function, tear_down)
  ADD ("S6/unauthenticated", test_server_unauthenticated);
  ADD ("S7/other-conversation", test_server_other_conversation);
  ADD ("S32/preflight", test_server_preflight);
  g_test_add_func ("/dl/S32/origins", test_server_origins);
  ADD ("S33/errors-for-pages", test_server_errors_for_pages);
  g_test_add_func ("/dl/S33/every-error", test_server_every_error);
  ADD ("S34/session", test_server_session);
  ADD ("S41/unknown-paths", test_server_unknown_paths);
  ADD ("S41/escaped-path", test_server_escaped_path);
  g_test_add_func ("/dl/S38/calls-rate", test_server_calls_rate);
  ADD ("two-secrets", test_server_two_secrets);
  ADD ("make-token", test_server_make_token);
#undef ADD

  return g_test_run ();
}
