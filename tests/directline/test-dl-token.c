/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "client-fixture.h"
#include "sleep.h"

/* Who may make tokens: answers at once, or with an error. */
typedef struct {
  const char *token;
  const char *stream_url;
  int         error;        /* BatonError; -1: none */
  guint       calls;
} Issuer;

static void
issue_cb (BatonDlClient *client,
          GTask         *task,
          gpointer       user_data)
{
  Issuer *issuer = user_data;
  BatonDlPass *pass;

  issuer->calls++;
  if (issuer->error >= 0) {
    g_task_return_new_error (task, BATON_ERROR, issuer->error, "no");
  } else {
    pass = g_new0 (BatonDlPass, 1);
    pass->token = g_strdup (issuer->token);
    pass->stream_url = g_strdup (issuer->stream_url);
    g_task_return_pointer (task, pass, (GDestroyNotify) baton_dl_pass_free);
  }
  g_object_unref (task);
}

/* ---- tokens ---- */

static void
test_refresh (ClientFixture *f,
              gconstpointer  data)
{
  gint64 began = g_get_monotonic_time ();

  f->server->expires_in = 4;
  client_fixture_go_online (f);
  baton_test_wait (f->server->calls[MOCK_REFRESH] == 1);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 1900 * 1000);   /* at half of its life */
  g_assert_cmpint (g_get_monotonic_time () - began, <, 3900 * 1000);
  g_assert_cmpuint (f->waits, ==, 0);
}

static void
test_refresh_refused (ClientFixture *f,
                      gconstpointer  data)
{
  f->server->expires_in = 1;
  mock_direct_line_fail_next (f->server, MOCK_REFRESH, 403, "", NULL, FALSE);
  client_fixture_go_online (f);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_EXPIRED);

  client_fixture_set_token (f->server, "token-2");
  f->server->expires_in = 3600;
  baton_dl_client_set_token (f->client, "token-2");
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
}

static void
test_refresh_gone (ClientFixture *f,
                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  f->server->expires_in = 1;
  mock_direct_line_fail_next (f->server, MOCK_REFRESH, 404, "", NULL, FALSE);
  client_fixture_go_online (f);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_GONE);
  g_assert_null (client_fixture_post (f, "x", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

/* What was being posted when the token ran out goes out with the new one. */
static void
test_token_expired (ClientFixture *f,
                    gconstpointer  data)
{
  g_autoptr (GAsyncResult) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autofree char *other = NULL;

  client_fixture_go_online (f);
  client_fixture_set_token (f->server, "token-2");
  client_fixture_start_post (f, "a", &first);
  client_fixture_start_post (f, "b", &second);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_EXPIRED);
  g_assert_null (first);

  baton_dl_client_set_token (f->client, "token-2");
  id = baton_dl_client_post_finish (f->client, baton_test_await (&first), &error);
  g_assert_no_error (error);
  other = baton_dl_client_post_finish (f->client, baton_test_await (&second), &error);
  g_assert_no_error (error);
  baton_test_wait (f->activities->len == 2);
  g_assert_cmpstr (client_fixture_text_at (f, 0), ==, "a");
}

static void
test_token_from_secret (ClientFixture *f,
                        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  baton_dl_client_close (f->client);
  g_assert_finalize_object (f->client);
  client_fixture_make_client (f, "the-secret");
  client_fixture_go_online (f);
  g_assert_cmpstr (baton_dl_client_get_token (f->client), ==, "token-1");

  client_fixture_set_token (f->server, "token-2");
  id = client_fixture_post (f, "x", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (baton_dl_client_get_token (f->client), ==, "token-2");
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
}

static void
test_reconnect_gone (ClientFixture *f,
                     gconstpointer  data)
{
  g_autoptr (GAsyncResult) waiting = NULL;
  g_autoptr (GError) error = NULL;

  baton_dl_client_set_conversation_id (f->client, "nobody-knows");
  client_fixture_start_post (f, "x", &waiting);
  baton_dl_client_open (f->client);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_GONE);
  g_assert_null (baton_dl_client_post_finish (f->client, baton_test_await (&waiting), &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

/* Whoever gives us token after token that is refused does not make us hammer the server. */
static void
test_refused_again (ClientFixture *f,
                    gconstpointer  data)
{
  client_fixture_go_online (f);
  client_fixture_set_token (f->server, "token-2");
  mock_direct_line_drop_streams (f->server, 1008);
  for (guint i = 0; i < 5; i++) {
    baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_EXPIRED);
    g_assert_cmpuint (f->waits, ==, i == 0 ? 1 : i);   /* the loss, and one pause for each but the first token */
    baton_dl_client_set_token (f->client, "never-good");
  }
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_EXPIRED);
  baton_dl_client_set_token (f->client, "token-2");
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
}

/* ---- the issuer ---- */

/* 403 for a post, or for taking up the conversation: the issuer gives another token, and nothing was lost. */
static void
test_issuer (ClientFixture *f,
             gconstpointer  data)
{
  Issuer issuer = { .token = "token-2", .error = -1 };
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  baton_dl_client_set_issuer (f->client, issue_cb, &issuer);
  client_fixture_go_online (f);
  client_fixture_set_token (f->server, "token-2");
  id = client_fixture_post (f, "a", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (issuer.calls, ==, 1);
  g_assert_cmpuint (f->server->calls[MOCK_RECONNECT], ==, 1);
  baton_test_wait (f->activities->len == 1);

  client_fixture_set_token (f->server, "token-3");
  issuer.token = "token-3";
  mock_direct_line_drop_streams (f->server, 1008);
  client_fixture_say (f, "meanwhile");
  baton_test_wait (f->activities->len == 2);
  g_assert_cmpuint (issuer.calls, ==, 2);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
}

/* Where it gives the stream along, the server is not asked for it. */
static void
test_issuer_stream (ClientFixture *f,
                    gconstpointer  data)
{
  Issuer issuer = { .token = "token-2", .error = -1 };
  g_autofree char *url = NULL;

  baton_dl_client_set_issuer (f->client, issue_cb, &issuer);
  client_fixture_go_online (f);
  client_fixture_say (f, "one");
  baton_test_wait (f->activities->len == 1);
  url = g_strdup_printf ("%s/conversations/%s/stream?watermark=0", f->server->base,
                         baton_dl_client_get_conversation_id (f->client));
  issuer.stream_url = url;
  client_fixture_set_token (f->server, "token-2");
  mock_direct_line_drop_streams (f->server, 1008);
  client_fixture_say (f, "two");
  baton_test_wait (f->activities->len == 2);
  g_assert_cmpuint (f->server->calls[MOCK_RECONNECT], ==, 1);   /* the one that was refused */
}

/* An issuer that cannot be reached is asked again, and so is one that gives what is refused: each time after a pause. */
static void
test_issuer_busy (ClientFixture *f,
                  gconstpointer  data)
{
  Issuer issuer = { .token = "never-good", .error = BATON_ERROR_BUSY };
  BatonPace pace = CLIENT_FIXTURE_PACE;

  pace.step = 2;
  pace.limit = 200;
  baton_dl_client_set_pace (f->client, &pace);
  baton_dl_client_set_issuer (f->client, issue_cb, &issuer);
  client_fixture_go_online (f);
  client_fixture_set_token (f->server, "token-2");
  mock_direct_line_drop_streams (f->server, 1008);
  baton_test_wait (issuer.calls == 3);
  issuer.error = -1;
  baton_test_wait (issuer.calls == 8);
  g_assert_cmpuint (f->waits, >=, 8);
  issuer.token = "token-2";
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
}

static void
test_issuer_refuses (ClientFixture *f,
                     gconstpointer  gone)
{
  Issuer issuer = { .error = gone ? BATON_ERROR_GONE : BATON_ERROR_REFUSED };

  baton_dl_client_set_issuer (f->client, issue_cb, &issuer);
  client_fixture_go_online (f);
  client_fixture_set_token (f->server, "token-2");
  mock_direct_line_drop_streams (f->server, 1008);
  baton_test_wait (baton_dl_client_get_state (f->client) == (gone ? BATON_DL_GONE : BATON_DL_EXPIRED));
  g_assert_cmpuint (issuer.calls, ==, 1);
  if (gone)
    return;
  baton_dl_client_set_token (f->client, "token-2");   /* from elsewhere after all */
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
}

/* ---- sleep (6.1) ---- */

/* Overnight: the token has run out while no timer ran. It is not even tried; the issuer gives another, and the stream goes
 * on from the last watermark. */
static void
test_sleep (ClientFixture *f,
            gconstpointer  polling)
{
  Issuer issuer = { .token = "token-2", .error = -1 };
  guint reconnects;

  f->server->without_stream_url = GPOINTER_TO_INT (polling);
  f->server->expires_in = 3600;
  baton_dl_client_set_issuer (f->client, issue_cb, &issuer);
  client_fixture_go_online (f);
  client_fixture_say (f, "before");
  baton_test_wait (f->activities->len == 1);
  reconnects = f->server->calls[MOCK_RECONNECT];

  client_fixture_set_token (f->server, "token-2");
  client_fixture_say (f, "meanwhile");
  test_sleep_for (8 * 3600);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE && issuer.calls == 1);
  baton_test_wait (f->activities->len == 2);
  g_assert_cmpstr (client_fixture_text_at (f, 1), ==, "meanwhile");
  g_assert_cmpuint (f->server->calls[MOCK_RECONNECT], ==, reconnects + 1);
  g_assert_cmpuint (f->server->calls[MOCK_REFRESH], ==, 0);
}

/* Over lunch: past half of its life, but good. It is refreshed at once, and the stream, which the server may have given
 * up, is opened anew. */
static void
test_nap (ClientFixture *f,
          gconstpointer  data)
{
  f->server->expires_in = 3600;
  client_fixture_go_online (f);
  test_sleep_for (40 * 60);
  baton_test_wait (f->server->calls[MOCK_STREAM] == 2);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  g_assert_cmpuint (f->server->calls[MOCK_RECONNECT], ==, 1);
  g_assert_cmpuint (f->server->calls[MOCK_REFRESH], ==, 1);
  g_assert_cmpuint (f->waits, ==, 1);
}

#define ADD(path, data, test) \
  g_test_add ("/dl-token/" path, ClientFixture, data, client_fixture_set_up, test, client_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("K11/refresh", NULL, test_refresh);
  ADD ("K11/refused", NULL, test_refresh_refused);
  ADD ("K11/gone", NULL, test_refresh_gone);
  ADD ("K11/expired", NULL, test_token_expired);
  ADD ("K11/secret", NULL, test_token_from_secret);
  ADD ("reconnect/gone", NULL, test_reconnect_gone);
  ADD ("K11/refused-again", NULL, test_refused_again);
  ADD ("K11/issuer", NULL, test_issuer);
  ADD ("K11/issuer-stream", NULL, test_issuer_stream);
  ADD ("K11/issuer-busy", NULL, test_issuer_busy);
  ADD ("K11/issuer-refuses", GINT_TO_POINTER (FALSE), test_issuer_refuses);
  ADD ("K11/issuer-gone", GINT_TO_POINTER (TRUE), test_issuer_refuses);
  ADD ("sleep", GINT_TO_POINTER (FALSE), test_sleep);
  ADD ("sleep/polling", GINT_TO_POINTER (TRUE), test_sleep);
  ADD ("sleep/nap", NULL, test_nap);

  return g_test_run ();
}
