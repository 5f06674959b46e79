/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "client-fixture.h"

/* ---- posting ---- */

static void
test_post_uncertain (ClientFixture *f,
                     gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  client_fixture_go_online (f);
  baton_dl_client_set_repeatable (f->client, TRUE);   /* then it is said at once */
  mock_direct_line_fail_next (f->server, MOCK_POST, 502, "{\"error\":{\"code\":\"BotError\",\"message\":\"timed out\"}}", NULL, FALSE);
  id = client_fixture_post (f, "c1", &error);
  g_assert_null (id);
  g_assert_error (error, BATON_ERROR, BATON_ERROR_UNCERTAIN);
  g_assert_cmpstr (error->message, ==, "answered 502 BotError");
  g_assert_cmpuint (f->server->posts->len, ==, 1);   /* nothing was repeated from here */
}

/* 6.6: delivered, answered 502 or 504, before or after the echo: sent, once. What was to follow follows then. */
static void
test_post_echo (ClientFixture *f,
                gconstpointer  late)
{
  g_autoptr (GAsyncResult) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autofree char *other = NULL;
  g_autofree char *said = NULL;

  f->server->without_echo = GPOINTER_TO_INT (late);
  client_fixture_go_online (f);
  mock_direct_line_fail_next (f->server, MOCK_POST, late ? 504 : 502, "", NULL, TRUE);
  client_fixture_start_post (f, "c1", &first);
  client_fixture_start_post (f, "c2", &second);
  if (late) {
    baton_test_wait (f->server->posts->len == 1);
    f->server->without_echo = FALSE;
    said = mock_direct_line_say (f->server, baton_dl_client_get_conversation_id (f->client),
                                 "{\"type\":\"message\",\"text\":\"c1\",\"channelData\":{\"clientActivityID\":\"c1\"}}");
  }
  id = baton_dl_client_post_finish (f->client, baton_test_await (&first), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (id, ==, "mock0-eu|0000000");
  other = baton_dl_client_post_finish (f->client, baton_test_await (&second), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (f->server->posts->len, ==, 2);
  baton_test_wait (f->activities->len == 2);
  g_assert_cmpstr (client_fixture_text_at (f, 1), ==, "c2");
}

/* No echo: failed, after a look at what GET has. Trying again is the caller's, under the same id. */
static void
test_post_no_echo (ClientFixture *f,
                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  gint64 began = g_get_monotonic_time ();

  client_fixture_go_online (f);
  mock_direct_line_fail_next (f->server, MOCK_POST, 502, "", NULL, FALSE);
  g_assert_null (client_fixture_post (f, "c1", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_UNCERTAIN);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, CLIENT_FIXTURE_PACE.echo * 1000);
  g_assert_cmpuint (f->server->calls[MOCK_POLL], ==, 1);
  g_assert_cmpuint (f->server->posts->len, ==, 1);

  g_clear_error (&error);
  id = client_fixture_post (f, "c1", &error);
  g_assert_no_error (error);
  baton_test_wait (f->activities->len == 1);
  g_assert_cmpstr (baton_activity_get_client_id (g_ptr_array_index (f->activities, 0)), ==, "c1");
}

/* 6.5 and 6.6 together: the stream is open and silent, only GET has the echo. */
static void
test_post_echo_by_get (ClientFixture *f,
                       gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  client_fixture_go_online (f);
  f->server->mute_streams = TRUE;
  mock_direct_line_fail_next (f->server, MOCK_POST, 502, "", NULL, TRUE);
  id = client_fixture_post (f, "c1", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (id, ==, "mock0-eu|0000000");
  g_assert_cmpuint (f->server->posts->len, ==, 1);
}

/* While the connection is lost no echo can come, so its time does not run. */
static void
test_post_echo_after_loss (ClientFixture *f,
                           gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  BatonPace pace = CLIENT_FIXTURE_PACE;

  pace.echo = 100;
  pace.step = pace.limit = 1000000;   /* it does not come back by itself */
  baton_dl_client_set_pace (f->client, &pace);
  client_fixture_go_online (f);
  f->server->mute_streams = TRUE;
  mock_direct_line_fail_next (f->server, MOCK_POST, 502, "", NULL, TRUE);
  client_fixture_start_post (f, "c1", &result);
  baton_test_wait (f->server->posts->len == 1);
  mock_direct_line_drop_streams (f->server, 1011);
  baton_test_wait (f->waits == 1);
  f->server->mute_streams = FALSE;
  for (gint64 began = g_get_monotonic_time (); g_get_monotonic_time () - began < 300 * 1000;)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (result);

  baton_dl_client_open (f->client);
  id = baton_dl_client_post_finish (f->client, baton_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (id, ==, "mock0-eu|0000000");
}

static void
test_post_order (ClientFixture *f,
                 gconstpointer  data)
{
  GAsyncResult *results[20] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (results); i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    client_fixture_start_post (f, text, &results[i]);   /* before there is a conversation: they wait */
  }
  g_assert_cmpuint (f->server->posts->len, ==, 0);
  client_fixture_go_online (f);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *id = baton_dl_client_post_finish (f->client, baton_test_await (&results[i]), &error);
    g_autofree char *expected = baton_activity_format_id ("mock0-eu", i);

    g_assert_no_error (error);
    g_assert_cmpstr (id, ==, expected);
    g_object_unref (results[i]);
  }
  baton_test_wait (f->activities->len == G_N_ELEMENTS (results));
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    g_assert_cmpint ((int) i, ==, atoi (client_fixture_text_at (f, i)));
}

/* All of them over one connection. */
static void
test_post_connections (ClientFixture *f,
                       gconstpointer  repeatable)
{
  guint before;

  baton_dl_client_set_repeatable (f->client, GPOINTER_TO_INT (repeatable));
  client_fixture_go_online (f);
  before = f->server->connections;
  for (guint i = 0; i < 1000; i++)
    g_free (client_fixture_post (f, "again", NULL));

  g_assert_cmpuint (f->server->connections, <=, before + 1);
}

static void
test_post_no_id (ClientFixture *f,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  client_fixture_go_online (f);
  mock_direct_line_fail_next (f->server, MOCK_POST, 204, "", NULL, TRUE);
  id = client_fixture_post (f, "x", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (id, ==, "");
}

static void
test_retry_after (ClientFixture *f,
                  gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  gint64 began;

  client_fixture_go_online (f);
  mock_direct_line_fail_next (f->server, MOCK_POST, 429, "", "1", FALSE);
  began = g_get_monotonic_time ();
  id = client_fixture_post (f, "x", &error);
  g_assert_no_error (error);
  g_assert_nonnull (id);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 900 * 1000);

  mock_direct_line_fail_next (f->server, MOCK_POST, 429, "", "1", FALSE);
  mock_direct_line_fail_next (f->server, MOCK_POST, 429, "", "1", FALSE);
  g_assert_null (client_fixture_post (f, "y", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);

  g_clear_error (&error);
  mock_direct_line_fail_next (f->server, MOCK_POST, 429, "", "600", FALSE);
  g_assert_null (client_fixture_post (f, "z", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
}

static void
test_error_bodies (ClientFixture *f,
                   gconstpointer  data)
{
  static const struct {
    guint       status;
    const char *body;
    int         code;
  } answers[] = {
    { 400, "", BATON_ERROR_INVALID },
    { 404, "<html><body>Not found</body></html>", BATON_ERROR_GONE },
    { 403, "{\"error\":", BATON_ERROR_REFUSED },
    { 403, "{\"error\":{\"code\":[\"TokenExpired\"]}}", BATON_ERROR_REFUSED },
    { 409, "null", BATON_ERROR_CONFLICT },
    { 413, "{\"error\":{\"code\":\"MessageSizeTooBig\"}}", BATON_ERROR_TOO_BIG },
    { 302, "", BATON_ERROR_INVALID },
    { 500, "\xff\xfe", BATON_ERROR_UNCERTAIN },
  };

  client_fixture_go_online (f);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("answer %u of status %u", i, answers[i].status);
    mock_direct_line_fail_next (f->server, MOCK_POST, answers[i].status, answers[i].body, NULL, FALSE);
    g_assert_null (client_fixture_post (f, "x", &error));
    g_assert_error (error, BATON_ERROR, answers[i].code);
    g_assert_null (strstr (error->message, "html"));
  }
  g_assert_cmpint (baton_dl_client_get_state (f->client), ==, BATON_DL_ONLINE);
}

#define ADD(path, data, test) \
  g_test_add ("/dl-outbox/" path, ClientFixture, data, client_fixture_set_up, test, client_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("K10/uncertain", NULL, test_post_uncertain);
  ADD ("K10/echo-first", GINT_TO_POINTER (FALSE), test_post_echo);
  ADD ("K10/echo-later", GINT_TO_POINTER (TRUE), test_post_echo);
  ADD ("K10/no-echo", NULL, test_post_no_echo);
  ADD ("K10/echo-by-get", NULL, test_post_echo_by_get);
  ADD ("K10/echo-after-loss", NULL, test_post_echo_after_loss);
  ADD ("post/order", NULL, test_post_order);
  ADD ("post/connections", GINT_TO_POINTER (FALSE), test_post_connections);
  ADD ("post/connections-repeatable", GINT_TO_POINTER (TRUE), test_post_connections);
  ADD ("post/no-id", NULL, test_post_no_id);
  ADD ("K12/retry-after", NULL, test_retry_after);
  ADD ("K14/error-bodies", NULL, test_error_bodies);

  return g_test_run ();
}
