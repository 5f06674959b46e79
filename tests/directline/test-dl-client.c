/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-dl-client.h"
#include "baton-error.h"
#include "baton-test.h"
#include "mock-direct-line.h"

/* K numbers: the conformance list for clients. */

static const BatonPace quick = {
  .step = 10, .limit = 50, .steady = 60000, .network_up = 10, .silence = 10000, .poll = 20, .patience = 2000,
  .token_life = 1800000,
};

typedef struct {
  MockDirectLine *server;
  BatonDlClient  *client;
  GPtrArray      *activities;
  guint           waits;        /* how often the connection was lost */
  guint           known_online; /* activities that were known when it came online */
} Fixture;

static void
activities_cb (BatonDlClient *client,
               GPtrArray     *activities,
               gpointer       user_data)
{
  Fixture *f = user_data;

  for (guint i = 0; i < activities->len; i++)
    g_ptr_array_add (f->activities, g_object_ref (g_ptr_array_index (activities, i)));
}

static void
state_cb (BatonDlClient *client,
          GParamSpec    *pspec,
          gpointer       user_data)
{
  Fixture *f = user_data;

  f->waits += baton_dl_client_get_state (client) == BATON_DL_WAITING;
}

static void
make_client (Fixture    *f,
             const char *credential)
{
  f->client = baton_dl_client_new (f->server->base, credential);
  baton_dl_client_set_pace (f->client, &quick);
  g_signal_connect (f->client, "activities", G_CALLBACK (activities_cb), f);
  g_signal_connect (f->client, "notify::state", G_CALLBACK (state_cb), f);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->server = mock_direct_line_new ();
  f->activities = g_ptr_array_new_with_free_func (g_object_unref);
  make_client (f, "token-1");
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  baton_dl_client_close (f->client);
  g_assert_finalize_object (f->client);
  g_ptr_array_unref (f->activities);
  mock_direct_line_free (f->server);
}

static const char *
go_online (Fixture *f)
{
  baton_dl_client_open (f->client);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  return baton_dl_client_get_conversation_id (f->client);
}

static void
say (Fixture    *f,
     const char *text)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"text\":\"%s\",\"from\":{\"id\":\"bot\",\"role\":\"bot\"}}", text);
  g_autofree char *id = mock_direct_line_say (f->server, baton_dl_client_get_conversation_id (f->client), json);
}

static const char *
text_at (Fixture *f,
         guint    position)
{
  g_assert_cmpuint (position, <, f->activities->len);
  return baton_activity_get_text (g_ptr_array_index (f->activities, position));
}

static BatonActivity *
new_post (const char *text,
          const char *client_id)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"from\":{\"id\":\"u1\"},\"text\":\"%s\","
                                           "\"channelData\":{\"clientActivityID\":\"%s\"}}", text, client_id);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));

  return baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);
}

static void
start_post (Fixture       *f,
            const char    *text,
            GAsyncResult **slot)
{
  g_autoptr (BatonActivity) activity = new_post (text, text);

  baton_dl_client_post_async (f->client, activity, NULL, baton_test_ready_cb, slot);
}

static char *
post (Fixture     *f,
      const char  *text,
      GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  start_post (f, text, &result);
  return baton_dl_client_post_finish (f->client, baton_test_await (&result), error);
}

/* ---- starting ---- */

static void
test_start_status (Fixture       *f,
                   gconstpointer  status)
{
  f->server->start_status = GPOINTER_TO_UINT (status);
  baton_dl_client_set_user (f->client, "dl_7f3a", "Ines", "pt-PT");
  g_assert_cmpint (baton_dl_client_get_state (f->client), ==, BATON_DL_IDLE);
  go_online (f);

  g_assert_cmpstr (f->server->last_start, ==, "{\"user\":{\"id\":\"dl_7f3a\",\"name\":\"Ines\"},\"locale\":\"pt-PT\"}");
  g_assert_cmpstr (baton_dl_client_get_conversation_id (f->client), ==, "mock0-eu");
  say (f, "Hello");
  baton_test_wait (f->activities->len == 1);
  g_assert_cmpstr (baton_dl_client_get_watermark (f->client), ==, "0");
}

static void
test_start_polling (Fixture       *f,
                    gconstpointer  empty)
{
  f->server->without_stream_url = !GPOINTER_TO_INT (empty);
  f->server->with_empty_stream_url = GPOINTER_TO_INT (empty);
  go_online (f);
  say (f, "one");
  say (f, "two");
  baton_test_wait (f->activities->len == 2);
  say (f, "three");
  baton_test_wait (f->activities->len == 3);

  g_assert_cmpstr (text_at (f, 2), ==, "three");
  g_assert_cmpuint (f->server->calls[MOCK_STREAM], ==, 0);
  mock_direct_line_fail_next (f->server, MOCK_POLL, 500, "", NULL, FALSE);
  baton_test_wait (f->waits == 1 && baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  g_assert_cmpuint (f->activities->len, ==, 3);
}

static void
test_start_resume (Fixture       *f,
                   gconstpointer  data)
{
  g_autofree char *id = g_strdup (mock_direct_line_add (f->server));
  g_autofree char *a = mock_direct_line_say (f->server, id, "{\"type\":\"message\",\"text\":\"old\"}");
  g_autofree char *b = mock_direct_line_say (f->server, id, "{\"type\":\"message\",\"text\":\"new\"}");

  baton_dl_client_set_conversation_id (f->client, id);
  baton_dl_client_set_watermark (f->client, "0");
  go_online (f);
  baton_test_wait (f->activities->len == 1);

  g_assert_cmpstr (text_at (f, 0), ==, "new");
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 0);
  g_assert_cmpuint (f->server->calls[MOCK_RECONNECT], ==, 1);
}

static void
test_start_unreachable (Fixture       *f,
                        gconstpointer  data)
{
  mock_direct_line_stop (f->server);
  baton_dl_client_open (f->client);
  baton_test_wait (f->waits >= 3);

  g_assert_cmpint (baton_dl_client_get_state (f->client), ==, BATON_DL_WAITING);
  g_assert_cmpint (baton_dl_client_get_retry_at (f->client), >, 0);
}

static void
test_authorization (Fixture       *f,
                    gconstpointer  data)
{
  g_autofree char *id = NULL;

  go_online (f);
  id = post (f, "hi", NULL);
  mock_direct_line_drop_streams (f->server, 1012);
  baton_test_wait (f->server->calls[MOCK_STREAM] == 2);

  g_assert_cmpuint (f->server->unauthorized, ==, 0);
  g_assert_cmpuint (f->server->stream_bearers, ==, 0);
}

/* ---- the stream ---- */

static void
test_reconnect (Fixture       *f,
                gconstpointer  data)
{
  static const guint codes[] = { 1000, 1001, 1008, 1009, 1011, 1012, 0 };

  go_online (f);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autofree char *expected = g_strdup_printf ("%u", 2 * i);

    g_test_message ("close code %u", codes[i]);
    say (f, "before");
    baton_test_wait (f->activities->len == 2 * i + 1);
    mock_direct_line_drop_streams (f->server, codes[i]);
    baton_test_wait (f->waits == i + 1);
    say (f, "meanwhile");
    baton_test_wait (f->activities->len == 2 * i + 2);
    g_assert_cmpstr (f->server->last_watermark, ==, expected);
    baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  }
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
  g_assert_cmpuint (f->server->calls[MOCK_RECONNECT], ==, G_N_ELEMENTS (codes));
}

/* Three streams in a row that brought nothing, not even a keep-alive: the network lets no frames through. */
static void
test_reconnect_deaf (Fixture       *f,
                     gconstpointer  data)
{
  go_online (f);
  for (guint i = 0; i < 3; i++) {
    baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
    mock_direct_line_drop_streams (f->server, 1011);
    baton_test_wait (f->waits == i + 1);
  }
  baton_test_wait (f->server->calls[MOCK_POLL] > 2);
  say (f, "polled");
  baton_test_wait (f->activities->len == 1);
}

/* A server that says no watermark gives everything each time; that is no reason to ask it without a pause. */
static void
test_poll_same_again (Fixture       *f,
                      gconstpointer  data)
{
  const guint n = 10;
  gint64 began;

  f->server->without_stream_url = TRUE;
  go_online (f);
  for (guint i = 0; i < n; i++)
    mock_direct_line_fail_next (f->server, MOCK_POLL, 200,
                                "{\"activities\":[{\"id\":\"a\",\"type\":\"message\",\"text\":\"hello\"}]}", NULL, FALSE);
  baton_test_wait (f->activities->len == 1);
  began = g_get_monotonic_time ();
  f->server->calls[MOCK_POLL] = 0;
  baton_test_wait (f->server->calls[MOCK_POLL] == n - 1);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, (n - 3) * quick.poll * 1000);
  g_assert_cmpuint (f->activities->len, ==, 1);
}

static void
note_order_cb (BatonDlClient *client,
               GParamSpec    *pspec,
               gpointer       user_data)
{
  Fixture *f = user_data;

  if (baton_dl_client_get_state (client) == BATON_DL_ONLINE)
    f->known_online = f->activities->len;
}

/* Whoever is to post only once all is known that was said before: also after a loss, and where there is no stream. */
static void
test_catch_up (Fixture       *f,
               gconstpointer  without_stream)
{
  g_autofree char *id = g_strdup (mock_direct_line_add (f->server));
  g_autofree char *a = mock_direct_line_say (f->server, id, "{\"type\":\"message\",\"text\":\"one\"}");
  g_autofree char *b = NULL;

  f->server->without_stream_url = GPOINTER_TO_INT (without_stream);
  g_signal_connect (f->client, "notify::state", G_CALLBACK (note_order_cb), f);
  baton_dl_client_set_catches_up (f->client, TRUE);
  baton_dl_client_set_conversation_id (f->client, id);
  go_online (f);
  g_assert_cmpuint (f->known_online, ==, 1);

  if (without_stream) {
    mock_direct_line_fail_next (f->server, MOCK_POLL, 500, "", NULL, FALSE);
  } else {
    baton_test_wait (mock_direct_line_count_streams (f->server, id) == 1);
    mock_direct_line_drop_streams (f->server, 1012);
  }
  baton_test_wait (f->waits == 1);
  b = mock_direct_line_say (f->server, id, "{\"type\":\"message\",\"text\":\"two\"}");
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  g_assert_cmpuint (f->known_online, ==, 2);
  g_assert_cmpuint (f->activities->len, ==, 2);
  g_assert_cmpstr (text_at (f, 1), ==, "two");
}

static void
test_watermark (Fixture       *f,
                gconstpointer  data)
{
  static const struct {
    const char *set;
    const char *kept;
  } sets[] = {
    { "{\"activities\":[{\"type\":\"typing\"}],\"watermark\":\"0000005\"}", "0000005" },
    { "{\"activities\":[{\"type\":\"typing\"}]}", "0000005" },
    { "{\"activities\":[{\"type\":\"typing\"}],\"watermark\":null}", "0000005" },
    { "{\"activities\":[],\"watermark\":\"abc\"}", "abc" },
    { "{\"activities\":[{\"type\":\"typing\"}],\"watermark\":\"\"}", "abc" },
    { "{\"activities\":[{\"type\":\"typing\"}],\"watermark\":7}", "7" },
  };
  const char *id = go_online (f);

  for (guint i = 0; i < G_N_ELEMENTS (sets); i++) {
    g_test_message ("%s", sets[i].set);
    baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE
                     && mock_direct_line_count_streams (f->server, id) == 1);
    mock_direct_line_send_raw (f->server, id, sets[i].set);
    mock_direct_line_drop_streams (f->server, 1012);
    baton_test_wait (f->waits == i + 1);
    g_assert_cmpstr (baton_dl_client_get_watermark (f->client), ==, sets[i].kept);
    baton_test_wait (f->server->calls[MOCK_RECONNECT] == i + 1);
    g_assert_cmpstr (f->server->last_watermark, ==, sets[i].kept);
  }
  g_assert_cmpuint (f->activities->len, ==, 5);
}

static void
test_duplicates (Fixture       *f,
                 gconstpointer  data)
{
  const char *twice = "{\"activities\":[{\"type\":\"message\",\"id\":\"a|1\",\"text\":\"x\"},"
                      "{\"type\":\"message\",\"id\":\"a|1\",\"text\":\"x\"},{\"type\":\"message\",\"id\":\"a|2\",\"text\":\"y\"}]}";
  const char *id = go_online (f);

  mock_direct_line_send_raw (f->server, id, twice);
  mock_direct_line_send_raw (f->server, id, twice);
  say (f, "z");
  baton_test_wait (f->activities->len > 0 && g_strcmp0 (text_at (f, f->activities->len - 1), "z") == 0);
  g_assert_cmpuint (f->activities->len, ==, 3);

  g_ptr_array_set_size (f->activities, 0);
  mock_direct_line_send_raw (f->server, id, "{\"activities\":[],\"watermark\":\"none\"}");   /* so that all is replayed */
  mock_direct_line_drop_streams (f->server, 1011);
  baton_test_wait (f->waits == 1 && baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  say (f, "after");
  baton_test_wait (f->activities->len > 0);
  g_assert_cmpuint (f->activities->len, ==, 1);
}

static void
test_edit (Fixture       *f,
           gconstpointer  data)
{
  const char *id = go_online (f);

  mock_direct_line_send_raw (f->server, id, "{\"activities\":[{\"type\":\"message\",\"id\":\"a|1\",\"text\":\"wrogn\"}]}");
  mock_direct_line_send_raw (f->server, id, "{\"activities\":[{\"type\":\"message\",\"id\":\"a|1\",\"text\":\"wrong\"}]}");
  mock_direct_line_send_raw (f->server, id, "{\"activities\":[{\"type\":\"messageDelete\",\"id\":\"a|1\"}]}");
  baton_test_wait (f->activities->len == 3);
  g_assert_cmpstr (text_at (f, 1), ==, "wrong");
}

static void
test_odd_frames (Fixture       *f,
                 gconstpointer  data)
{
  g_autofree char *path = baton_test_fixture ("made-dl-stream-frames.json");
  g_autoptr (GBytes) bytes = baton_test_read (path);
  g_autoptr (BatonJson) json = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL);
  const char *id = go_online (f);
  BatonJsonNode frame;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, baton_json_get_root (json));
  while (baton_json_iter_next (&iter, NULL, &frame)) {
    g_autofree char *payload = baton_json_node_dup_member (frame, "payload");

    if (baton_json_node_is (baton_json_node_get_member (frame, "dir"), "s2c"))
      mock_direct_line_send_raw (f->server, id, payload);
  }
  mock_direct_line_send_raw (f->server, id, "not JSON");
  mock_direct_line_send_raw (f->server, id, "[1,2]");
  mock_direct_line_send_raw (f->server, id, "{\"activities\":[7,null,{\"type\":\"someNewType\",\"entities\":[{\"type\":\"?\"}]}]}");
  baton_test_wait (f->activities->len == 3);

  g_assert_cmpstr (text_at (f, 0), ==, "Hello");
  g_assert_true (baton_activity_is (g_ptr_array_index (f->activities, 1), "typing"));
  g_assert_true (baton_activity_is (g_ptr_array_index (f->activities, 2), "someNewType"));
  g_assert_cmpstr (baton_dl_client_get_watermark (f->client), ==, "0");
  g_assert_cmpuint (f->waits, ==, 0);
}

static void
test_big_frame (Fixture       *f,
                gconstpointer  data)
{
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');

  go_online (f);
  say (f, text);
  baton_test_wait (f->activities->len == 1);
  g_assert_cmpstr (text_at (f, 0), ==, text);
  g_assert_cmpuint (f->waits, ==, 0);
}

static void
test_silence (Fixture       *f,
              gconstpointer  data)
{
  BatonPace pace = quick;
  gint64 began;

  pace.silence = 800;
  baton_dl_client_set_pace (f->client, &pace);
  go_online (f);
  began = g_get_monotonic_time ();
  while (g_get_monotonic_time () - began < 1200 * 1000) {   /* longer than the silence, but with keep-alives: it holds */
    mock_direct_line_send_raw (f->server, baton_dl_client_get_conversation_id (f->client), "");
    g_main_context_iteration (NULL, FALSE);
    g_usleep (1000);
  }
  g_assert_cmpuint (f->waits, ==, 0);
  baton_test_wait (f->waits == 1);
  baton_test_wait (f->server->calls[MOCK_STREAM] == 2);
}

/* ---- posting ---- */

static void
test_post_uncertain (Fixture       *f,
                     gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  go_online (f);
  mock_direct_line_fail_next (f->server, MOCK_POST, 502, "{\"error\":{\"code\":\"BotError\",\"message\":\"timed out\"}}", NULL, TRUE);
  id = post (f, "c1", &error);
  g_assert_null (id);
  g_assert_error (error, BATON_ERROR, BATON_ERROR_UNCERTAIN);
  g_assert_cmpstr (error->message, ==, "answered 502 BotError");
  baton_test_wait (f->activities->len == 1);
  g_assert_cmpstr (baton_activity_get_client_id (g_ptr_array_index (f->activities, 0)), ==, "c1");

  g_clear_error (&error);
  mock_direct_line_fail_next (f->server, MOCK_POST, 504, "", NULL, TRUE);
  g_assert_null (post (f, "c2", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_UNCERTAIN);
  g_assert_cmpuint (f->server->posts->len, ==, 2);   /* nothing was repeated */
}

static void
test_post_order (Fixture       *f,
                 gconstpointer  data)
{
  GAsyncResult *results[20] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (results); i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    start_post (f, text, &results[i]);   /* before there is a conversation: they wait */
  }
  g_assert_cmpuint (f->server->posts->len, ==, 0);
  go_online (f);
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
    g_assert_cmpint ((int) i, ==, atoi (text_at (f, i)));
}

static void
test_post_repeatable (Fixture       *f,
                      gconstpointer  repeatable)
{
  guint before;

  baton_dl_client_set_repeatable (f->client, GPOINTER_TO_INT (repeatable));
  go_online (f);
  before = f->server->connections;
  for (guint i = 0; i < 5; i++)
    g_free (post (f, "again", NULL));

  if (GPOINTER_TO_INT (repeatable))
    g_assert_cmpuint (f->server->connections, <=, before + 1);
  else
    g_assert_cmpuint (f->server->connections, ==, before + 5);
}

static void
test_post_no_id (Fixture       *f,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  go_online (f);
  mock_direct_line_fail_next (f->server, MOCK_POST, 204, "", NULL, TRUE);
  id = post (f, "x", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (id, ==, "");
}

static void
test_retry_after (Fixture       *f,
                  gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  gint64 began;

  go_online (f);
  mock_direct_line_fail_next (f->server, MOCK_POST, 429, "", "1", FALSE);
  began = g_get_monotonic_time ();
  id = post (f, "x", &error);
  g_assert_no_error (error);
  g_assert_nonnull (id);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 900 * 1000);

  mock_direct_line_fail_next (f->server, MOCK_POST, 429, "", "1", FALSE);
  mock_direct_line_fail_next (f->server, MOCK_POST, 429, "", "1", FALSE);
  g_assert_null (post (f, "y", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);

  g_clear_error (&error);
  mock_direct_line_fail_next (f->server, MOCK_POST, 429, "", "600", FALSE);
  g_assert_null (post (f, "z", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
}

static void
test_error_bodies (Fixture       *f,
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

  go_online (f);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("answer %u of status %u", i, answers[i].status);
    mock_direct_line_fail_next (f->server, MOCK_POST, answers[i].status, answers[i].body, NULL, FALSE);
    g_assert_null (post (f, "x", &error));
    g_assert_error (error, BATON_ERROR, answers[i].code);
    g_assert_null (strstr (error->message, "html"));
  }
  g_assert_cmpint (baton_dl_client_get_state (f->client), ==, BATON_DL_ONLINE);
}

/* ---- tokens ---- */

static void
set_token (MockDirectLine *server,
           const char     *token)
{
  g_free (server->token);
  server->token = g_strdup (token);
}

static void
test_refresh (Fixture       *f,
              gconstpointer  data)
{
  gint64 began = g_get_monotonic_time ();

  f->server->expires_in = 4;
  go_online (f);
  baton_test_wait (f->server->calls[MOCK_REFRESH] == 1);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 1900 * 1000);   /* at half of its life */
  g_assert_cmpint (g_get_monotonic_time () - began, <, 3900 * 1000);
  g_assert_cmpuint (f->waits, ==, 0);
}

static void
test_refresh_refused (Fixture       *f,
                      gconstpointer  data)
{
  f->server->expires_in = 1;
  mock_direct_line_fail_next (f->server, MOCK_REFRESH, 403, "", NULL, FALSE);
  go_online (f);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_EXPIRED);

  set_token (f->server, "token-2");
  f->server->expires_in = 3600;
  baton_dl_client_set_token (f->client, "token-2");
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
}

static void
test_refresh_gone (Fixture       *f,
                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  f->server->expires_in = 1;
  mock_direct_line_fail_next (f->server, MOCK_REFRESH, 404, "", NULL, FALSE);
  go_online (f);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_GONE);
  g_assert_null (post (f, "x", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

/* What was being posted when the token ran out goes out with the new one. */
static void
test_token_expired (Fixture       *f,
                    gconstpointer  data)
{
  g_autoptr (GAsyncResult) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autofree char *other = NULL;

  go_online (f);
  set_token (f->server, "token-2");
  start_post (f, "a", &first);
  start_post (f, "b", &second);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_EXPIRED);
  g_assert_null (first);

  baton_dl_client_set_token (f->client, "token-2");
  id = baton_dl_client_post_finish (f->client, baton_test_await (&first), &error);
  g_assert_no_error (error);
  other = baton_dl_client_post_finish (f->client, baton_test_await (&second), &error);
  g_assert_no_error (error);
  baton_test_wait (f->activities->len == 2);
  g_assert_cmpstr (text_at (f, 0), ==, "a");
}

static void
test_token_from_secret (Fixture       *f,
                        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  baton_dl_client_close (f->client);
  g_assert_finalize_object (f->client);
  make_client (f, "the-secret");
  go_online (f);
  g_assert_cmpstr (baton_dl_client_get_token (f->client), ==, "token-1");

  set_token (f->server, "token-2");
  id = post (f, "x", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (baton_dl_client_get_token (f->client), ==, "token-2");
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
}

static void
test_reconnect_gone (Fixture       *f,
                     gconstpointer  data)
{
  g_autoptr (GAsyncResult) waiting = NULL;
  g_autoptr (GError) error = NULL;

  baton_dl_client_set_conversation_id (f->client, "nobody-knows");
  start_post (f, "x", &waiting);
  baton_dl_client_open (f->client);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_GONE);
  g_assert_null (baton_dl_client_post_finish (f->client, baton_test_await (&waiting), &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

/* ---- ending ---- */

static void
test_close (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (GAsyncResult) waiting = NULL, late = NULL;
  g_autoptr (GError) error = NULL;
  const char *id = go_online (f);

  start_post (f, "x", &waiting);
  baton_dl_client_close (f->client);
  g_assert_null (baton_dl_client_post_finish (f->client, baton_test_await (&waiting), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  start_post (f, "y", &late);
  g_assert_null (baton_dl_client_post_finish (f->client, baton_test_await (&late), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  say (f, "to nobody");
  baton_test_wait (mock_direct_line_count_streams (f->server, id) == 0);
  g_assert_cmpuint (f->activities->len, ==, 0);
  g_assert_cmpint (baton_dl_client_get_state (f->client), ==, BATON_DL_CLOSED);
}

static void
test_close_at_any_time (Fixture       *f,
                        gconstpointer  data)
{
  for (guint steps = 0; steps < 40; steps++) {
    BatonDlClient *client = baton_dl_client_new (f->server->base, "token-1");

    baton_dl_client_open (client);
    for (guint i = 0; i < steps; i++)
      g_main_context_iteration (NULL, FALSE);
    baton_dl_client_close (client);
    g_object_unref (client);
  }
  go_online (f);   /* whatever was under way comes back to nobody */
}

static void
test_cancelled_post (Fixture       *f,
                     gconstpointer  data)
{
  g_autoptr (BatonActivity) activity = new_post ("x", "x");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  baton_dl_client_post_async (f->client, activity, cancellable, baton_test_ready_cb, &result);
  g_cancellable_cancel (cancellable);
  go_online (f);
  g_assert_null (baton_dl_client_post_finish (f->client, baton_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  id = post (f, "y", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (f->server->posts->len, ==, 1);
}

#define ADD(path, data, test) g_test_add ("/dl-client/" path, Fixture, data, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("K1/start-200", GUINT_TO_POINTER (200), test_start_status);
  ADD ("K1/start-201", GUINT_TO_POINTER (201), test_start_status);
  ADD ("K1/no-stream-url", GINT_TO_POINTER (FALSE), test_start_polling);
  ADD ("K1/empty-stream-url", GINT_TO_POINTER (TRUE), test_start_polling);
  ADD ("start/resume", NULL, test_start_resume);
  ADD ("start/unreachable", NULL, test_start_unreachable);
  ADD ("K2/authorization", NULL, test_authorization);
  ADD ("K3/reconnect", NULL, test_reconnect);
  ADD ("K3/deaf-streams", NULL, test_reconnect_deaf);
  ADD ("K3/poll-same-again", NULL, test_poll_same_again);
  ADD ("K3/catch-up", GINT_TO_POINTER (FALSE), test_catch_up);
  ADD ("K3/catch-up-polling", GINT_TO_POINTER (TRUE), test_catch_up);
  ADD ("K4/watermark", NULL, test_watermark);
  ADD ("K5/duplicates", NULL, test_duplicates);
  ADD ("K6/edit", NULL, test_edit);
  ADD ("K7/odd-frames", NULL, test_odd_frames);
  ADD ("K8/big-frame", NULL, test_big_frame);
  ADD ("K10/uncertain", NULL, test_post_uncertain);
  ADD ("post/order", NULL, test_post_order);
  ADD ("post/repeatable", GINT_TO_POINTER (TRUE), test_post_repeatable);
  ADD ("post/not-repeatable", GINT_TO_POINTER (FALSE), test_post_repeatable);
  ADD ("post/no-id", NULL, test_post_no_id);
  ADD ("post/cancelled", NULL, test_cancelled_post);
  ADD ("K11/refresh", NULL, test_refresh);
  ADD ("K11/refused", NULL, test_refresh_refused);
  ADD ("K11/gone", NULL, test_refresh_gone);
  ADD ("K11/expired", NULL, test_token_expired);
  ADD ("K11/secret", NULL, test_token_from_secret);
  ADD ("reconnect/gone", NULL, test_reconnect_gone);
  ADD ("K12/retry-after", NULL, test_retry_after);
  ADD ("K13/silence", NULL, test_silence);
  ADD ("K14/error-bodies", NULL, test_error_bodies);
  ADD ("close", NULL, test_close);
  ADD ("close/at-any-time", NULL, test_close_at_any_time);

  return g_test_run ();
}
