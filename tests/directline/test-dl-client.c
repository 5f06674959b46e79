/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "client-fixture.h"

/* ---- starting ---- */

static void
test_start_status (ClientFixture *f,
                   gconstpointer  status)
{
  f->server->start_status = GPOINTER_TO_UINT (status);
  baton_dl_client_set_user (f->client, "dl_7f3a", "Ines", "pt-PT");
  g_assert_cmpint (baton_dl_client_get_state (f->client), ==, BATON_DL_IDLE);
  client_fixture_go_online (f);

  g_assert_cmpstr (f->server->last_start, ==, "{\"user\":{\"id\":\"dl_7f3a\",\"name\":\"Ines\"},\"locale\":\"pt-PT\"}");
  g_assert_cmpstr (baton_dl_client_get_conversation_id (f->client), ==, "mock0-eu");
  client_fixture_say (f, "Hello");
  baton_test_wait (f->activities->len == 1);
  g_assert_cmpstr (baton_dl_client_get_watermark (f->client), ==, "0");
}

static void
test_start_polling (ClientFixture *f,
                    gconstpointer  empty)
{
  f->server->without_stream_url = !GPOINTER_TO_INT (empty);
  f->server->with_empty_stream_url = GPOINTER_TO_INT (empty);
  client_fixture_go_online (f);
  client_fixture_say (f, "one");
  client_fixture_say (f, "two");
  baton_test_wait (f->activities->len == 2);
  client_fixture_say (f, "three");
  baton_test_wait (f->activities->len == 3);

  g_assert_cmpstr (client_fixture_text_at (f, 2), ==, "three");
  g_assert_cmpuint (f->server->calls[MOCK_STREAM], ==, 0);
  mock_direct_line_fail_next (f->server, MOCK_POLL, 500, "", NULL, FALSE);
  baton_test_wait (f->waits == 1 && baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  g_assert_cmpuint (f->activities->len, ==, 3);
}

static void
test_start_resume (ClientFixture *f,
                   gconstpointer  data)
{
  g_autofree char *id = g_strdup (mock_direct_line_add (f->server));
  g_autofree char *a = mock_direct_line_say (f->server, id, "{\"type\":\"message\",\"text\":\"old\"}");
  g_autofree char *b = mock_direct_line_say (f->server, id, "{\"type\":\"message\",\"text\":\"new\"}");

  baton_dl_client_set_conversation_id (f->client, id);
  baton_dl_client_set_watermark (f->client, "0");
  client_fixture_go_online (f);
  baton_test_wait (f->activities->len == 1);

  g_assert_cmpstr (client_fixture_text_at (f, 0), ==, "new");
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 0);
  g_assert_cmpuint (f->server->calls[MOCK_RECONNECT], ==, 1);
}

static void
test_start_unreachable (ClientFixture *f,
                        gconstpointer  data)
{
  mock_direct_line_stop (f->server);
  baton_dl_client_open (f->client);
  baton_test_wait (f->waits >= 3);

  g_assert_cmpint (baton_dl_client_get_state (f->client), ==, BATON_DL_WAITING);
  g_assert_cmpint (baton_dl_client_get_retry_at (f->client), >, 0);
}

static void
test_authorization (ClientFixture *f,
                    gconstpointer  data)
{
  g_autofree char *id = NULL;

  client_fixture_go_online (f);
  id = client_fixture_post (f, "hi", NULL);
  mock_direct_line_drop_streams (f->server, 1012);
  baton_test_wait (f->server->calls[MOCK_STREAM] == 2);

  g_assert_cmpuint (f->server->unauthorized, ==, 0);
  g_assert_cmpuint (f->server->stream_bearers, ==, 0);
}

/* ---- the stream ---- */

static void
test_reconnect (ClientFixture *f,
                gconstpointer  data)
{
  static const guint codes[] = { 1000, 1001, 1008, 1009, 1011, 1012, 0 };

  client_fixture_go_online (f);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autofree char *expected = g_strdup_printf ("%u", 2 * i);

    g_test_message ("close code %u", codes[i]);
    client_fixture_say (f, "before");
    baton_test_wait (f->activities->len == 2 * i + 1);
    mock_direct_line_drop_streams (f->server, codes[i]);
    baton_test_wait (f->waits == i + 1);
    client_fixture_say (f, "meanwhile");
    baton_test_wait (f->activities->len == 2 * i + 2);
    g_assert_cmpstr (f->server->last_watermark, ==, expected);
    baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  }
  g_assert_cmpuint (f->server->calls[MOCK_START], ==, 1);
  g_assert_cmpuint (f->server->calls[MOCK_RECONNECT], ==, G_N_ELEMENTS (codes));
}

/* Three streams in a row that brought nothing, not even a keep-alive: the network lets no frames through. */
static void
test_reconnect_deaf (ClientFixture *f,
                     gconstpointer  data)
{
  client_fixture_go_online (f);
  for (guint i = 0; i < 3; i++) {
    baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
    mock_direct_line_drop_streams (f->server, 1011);
    baton_test_wait (f->waits == i + 1);
  }
  baton_test_wait (f->server->calls[MOCK_POLL] > 2);
  client_fixture_say (f, "polled");
  baton_test_wait (f->activities->len == 1);
}

static void
fail_streams (ClientFixture *f,
              guint          n)
{
  for (guint i = 0; i < n; i++) {
    baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
    mock_direct_line_drop_streams (f->server, 1011);
    baton_test_wait (f->waits == i + 1);
  }
}

/* 6.5: after three streams that brought nothing it polls; a stream that brings something takes over again, and nothing
 * comes twice or is lost on the way. */
static void
test_stream_again (ClientFixture *f,
                   gconstpointer  data)
{
  BatonPace pace = CLIENT_FIXTURE_PACE;
  guint polls;

  pace.stream_again = 50;
  baton_dl_client_set_pace (f->client, &pace);
  f->server->mute_streams = TRUE;
  client_fixture_go_online (f);
  fail_streams (f, 3);
  baton_test_wait (f->server->calls[MOCK_POLL] > 2);
  client_fixture_say (f, "polled");
  baton_test_wait (f->activities->len == 1);

  /* One that opens and stays silent, or is dropped, changes nothing: polling goes on. */
  baton_test_wait (f->server->calls[MOCK_STREAM] >= 4);
  polls = f->server->calls[MOCK_POLL];
  client_fixture_say (f, "still polled");
  baton_test_wait (f->activities->len == 2 && f->server->calls[MOCK_POLL] > polls);
  mock_direct_line_drop_streams (f->server, 1011);
  baton_test_wait (f->server->calls[MOCK_STREAM] >= 5);
  g_assert_cmpuint (f->waits, ==, 3);

  f->server->mute_streams = FALSE;
  mock_direct_line_send_raw (f->server, baton_dl_client_get_conversation_id (f->client), "");
  client_fixture_say (f, "streamed");
  baton_test_wait (f->activities->len == 3);
  polls = f->server->calls[MOCK_POLL];
  client_fixture_say (f, "streamed, too");
  baton_test_wait (f->activities->len == 4);
  g_assert_cmpstr (client_fixture_text_at (f, 3), ==, "streamed, too");
  for (gint64 began = g_get_monotonic_time (); g_get_monotonic_time () - began < 5 * pace.poll * 1000;)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (f->server->calls[MOCK_POLL], <=, polls + 1);   /* one may have been on its way */
  g_assert_cmpint (baton_dl_client_get_state (f->client), ==, BATON_DL_ONLINE);
}

/* The same where the first frames come through and then nothing more. */
static void
test_stream_falls_silent (ClientFixture *f,
                          gconstpointer  data)
{
  BatonPace pace = CLIENT_FIXTURE_PACE;
  const char *id;

  pace.silence = 150;
  baton_dl_client_set_pace (f->client, &pace);
  id = client_fixture_go_online (f);
  for (guint i = 0; i < 3; i++) {
    baton_test_wait (f->server->calls[MOCK_STREAM] == i + 1
                     && baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
    mock_direct_line_send_raw (f->server, id, "");
    baton_test_wait (f->waits == i + 1);
  }
  baton_test_wait (f->server->calls[MOCK_POLL] > 2);
}

/* A frame that is too long for us ends each stream that brings it; by polling it comes all the same. */
static void
test_too_big_frame (ClientFixture *f,
                    gconstpointer  data)
{
  g_autofree char *text = g_strnfill (64 * 1024, 'x');

  baton_dl_client_set_message_limit (f->client, 32 * 1024);
  client_fixture_go_online (f);
  client_fixture_say (f, text);
  baton_test_wait (f->activities->len == 1);
  g_assert_cmpstr (client_fixture_text_at (f, 0), ==, text);
  g_assert_cmpuint (f->server->calls[MOCK_STREAM], ==, 3);
}

/* A server that says no watermark gives everything each time; that is no reason to ask it without a pause. */
static void
test_poll_same_again (ClientFixture *f,
                      gconstpointer  data)
{
  const guint n = 10;
  gint64 began;

  f->server->without_stream_url = TRUE;
  client_fixture_go_online (f);
  for (guint i = 0; i < n; i++)
    mock_direct_line_fail_next (f->server, MOCK_POLL, 200,
                                "{\"activities\":[{\"id\":\"a\",\"type\":\"message\",\"text\":\"hello\"}]}", NULL, FALSE);
  baton_test_wait (f->activities->len == 1);
  began = g_get_monotonic_time ();
  f->server->calls[MOCK_POLL] = 0;
  baton_test_wait (f->server->calls[MOCK_POLL] == n - 1);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, (n - 3) * CLIENT_FIXTURE_PACE.poll * 1000);
  g_assert_cmpuint (f->activities->len, ==, 1);
}

static void
note_order_cb (BatonDlClient *client,
               GParamSpec    *pspec,
               gpointer       user_data)
{
  ClientFixture *f = user_data;

  if (baton_dl_client_get_state (client) == BATON_DL_ONLINE)
    f->known_online = f->activities->len;
}

/* Whoever is to post only once all is known that was said before: also after a loss, and where there is no stream. */
static void
test_catch_up (ClientFixture *f,
               gconstpointer  without_stream)
{
  g_autofree char *id = g_strdup (mock_direct_line_add (f->server));
  g_autofree char *a = mock_direct_line_say (f->server, id, "{\"type\":\"message\",\"text\":\"one\"}");
  g_autofree char *b = NULL;

  f->server->without_stream_url = GPOINTER_TO_INT (without_stream);
  g_signal_connect (f->client, "notify::state", G_CALLBACK (note_order_cb), f);
  baton_dl_client_set_catches_up (f->client, TRUE);
  baton_dl_client_set_conversation_id (f->client, id);
  client_fixture_go_online (f);
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
  g_assert_cmpstr (client_fixture_text_at (f, 1), ==, "two");
}

/* A server that repeats itself says nothing new, and yet there is more behind it. */
static void
test_catch_up_repeated (ClientFixture *f,
                        gconstpointer  data)
{
  g_autofree char *id = g_strdup (mock_direct_line_add (f->server));
  g_autofree char *a = mock_direct_line_say (f->server, id, "{\"type\":\"message\",\"text\":\"one\"}");
  g_autofree char *b = NULL;
  g_autofree char *known = NULL;
  g_autofree char *set = NULL;

  g_signal_connect (f->client, "notify::state", G_CALLBACK (note_order_cb), f);
  baton_dl_client_set_catches_up (f->client, TRUE);
  baton_dl_client_set_conversation_id (f->client, id);
  client_fixture_go_online (f);
  known = baton_json_node_dup_raw (baton_activity_get_root (g_ptr_array_index (f->activities, 0)));
  set = g_strdup_printf ("{\"activities\":[%s],\"watermark\":\"0000000\"}", known);
  mock_direct_line_fail_next (f->server, MOCK_POLL, 200, set, NULL, FALSE);

  baton_test_wait (mock_direct_line_count_streams (f->server, id) == 1);
  mock_direct_line_drop_streams (f->server, 1012);
  baton_test_wait (f->waits == 1);
  b = mock_direct_line_say (f->server, id, "{\"type\":\"message\",\"text\":\"two\"}");
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  g_assert_cmpuint (f->known_online, ==, 2);
}

static void
test_watermark (ClientFixture *f,
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
  const char *id = client_fixture_go_online (f);

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

/* Where a GET was ahead of the stream, what the stream repeats does not move the watermark back. */
static void
test_watermark_back (ClientFixture *f,
                     gconstpointer  data)
{
  const char *id = client_fixture_go_online (f);

  mock_direct_line_send_raw (f->server, id, "{\"activities\":[{\"type\":\"message\",\"id\":\"a|1\"},"
                                            "{\"type\":\"message\",\"id\":\"a|2\"}],\"watermark\":\"two\"}");
  mock_direct_line_send_raw (f->server, id, "{\"activities\":[{\"type\":\"message\",\"id\":\"a|1\"}],\"watermark\":\"one\"}");
  mock_direct_line_send_raw (f->server, id, "{\"activities\":[{\"type\":\"typing\"}]}");
  baton_test_wait (f->activities->len == 3);
  g_assert_cmpstr (baton_dl_client_get_watermark (f->client), ==, "two");
}

static void
test_duplicates (ClientFixture *f,
                 gconstpointer  data)
{
  const char *twice = "{\"activities\":[{\"type\":\"message\",\"id\":\"a|1\",\"text\":\"x\"},"
                      "{\"type\":\"message\",\"id\":\"a|1\",\"text\":\"x\"},{\"type\":\"message\",\"id\":\"a|2\",\"text\":\"y\"}]}";
  const char *id = client_fixture_go_online (f);

  mock_direct_line_send_raw (f->server, id, twice);
  mock_direct_line_send_raw (f->server, id, twice);
  client_fixture_say (f, "z");
  baton_test_wait (f->activities->len > 0 && g_strcmp0 (client_fixture_text_at (f, f->activities->len - 1), "z") == 0);
  g_assert_cmpuint (f->activities->len, ==, 3);

  g_ptr_array_set_size (f->activities, 0);
  mock_direct_line_send_raw (f->server, id, "{\"activities\":[],\"watermark\":\"none\"}");   /* so that all is replayed */
  mock_direct_line_drop_streams (f->server, 1011);
  baton_test_wait (f->waits == 1 && baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
  client_fixture_say (f, "after");
  baton_test_wait (f->activities->len > 0);
  g_assert_cmpuint (f->activities->len, ==, 1);
}

static void
test_edit (ClientFixture *f,
           gconstpointer  data)
{
  const char *id = client_fixture_go_online (f);

  mock_direct_line_send_raw (f->server, id, "{\"activities\":[{\"type\":\"message\",\"id\":\"a|1\",\"text\":\"wrogn\"}]}");
  mock_direct_line_send_raw (f->server, id, "{\"activities\":[{\"type\":\"message\",\"id\":\"a|1\",\"text\":\"wrong\"}]}");
  mock_direct_line_send_raw (f->server, id, "{\"activities\":[{\"type\":\"messageDelete\",\"id\":\"a|1\"}]}");
  baton_test_wait (f->activities->len == 3);
  g_assert_cmpstr (client_fixture_text_at (f, 1), ==, "wrong");
}

/* 1.9, 2.5: of an answer that is seen growing only the final words are kept; chunks come in any order, and late. */
static void
test_livestream (ClientFixture *f,
                 gconstpointer  data)
{
  static const char *const chunks[] = {
    "\"id\":\"a1\",\"text\":\"A\",\"channelData\":{\"streamType\":\"streaming\",\"streamSequence\":1}",
    "\"id\":\"a3\",\"text\":\"A quick\",\"entities\":[{\"type\":\"?\"},{\"type\":\"streaminfo\","
      "\"streamId\":\"a1\",\"streamType\":\"streaming\",\"streamSequence\":3}]",
    "\"id\":\"a2\",\"text\":\"Looking\",\"channelData\":{\"streamId\":\"a1\",\"streamType\":\"informative\",\"streamSequence\":2}",
  };
  const char *final = "{\"activities\":[{\"type\":\"message\",\"id\":\"a4\",\"text\":\"A quick answer\","
                      "\"channelData\":{\"streamId\":\"a1\",\"streamType\":\"final\"}}],\"watermark\":\"5\"}";
  const char *id = client_fixture_go_online (f);

  for (guint i = 0; i < G_N_ELEMENTS (chunks); i++) {
    g_autofree char *set = g_strdup_printf ("{\"activities\":[{\"type\":\"typing\",%s}],\"watermark\":null}", chunks[i]);

    mock_direct_line_send_raw (f->server, id, set);
  }
  mock_direct_line_send_raw (f->server, id, final);
  for (guint i = 0; i < G_N_ELEMENTS (chunks); i++) {
    g_autofree char *set = g_strdup_printf ("{\"activities\":[{\"type\":\"typing\",%s}]}", chunks[i]);

    mock_direct_line_send_raw (f->server, id, set);
  }
  client_fixture_say (f, "over");
  baton_test_wait (f->activities->len > 0
                   && g_strcmp0 (client_fixture_text_at (f, f->activities->len - 1), "over") == 0);

  /* The second chunk came too late, and all of them once it was over. */
  g_assert_cmpuint (f->activities->len, ==, 4);
  g_assert_true (baton_activity_is (g_ptr_array_index (f->activities, 1), "typing"));
  g_assert_cmpstr (client_fixture_text_at (f, 2), ==, "A quick answer");
}

static void
test_odd_frames (ClientFixture *f,
                 gconstpointer  data)
{
  g_autofree char *path = baton_test_fixture ("made-dl-stream-frames.json");
  g_autoptr (GBytes) bytes = baton_test_read (path);
  g_autoptr (BatonJson) json = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL);
  const char *id = client_fixture_go_online (f);
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

  g_assert_cmpstr (client_fixture_text_at (f, 0), ==, "Hello");
  g_assert_true (baton_activity_is (g_ptr_array_index (f->activities, 1), "typing"));
  g_assert_true (baton_activity_is (g_ptr_array_index (f->activities, 2), "someNewType"));
  g_assert_cmpstr (baton_dl_client_get_watermark (f->client), ==, "0");
  g_assert_cmpuint (f->waits, ==, 0);
}

static void
test_big_frame (ClientFixture *f,
                gconstpointer  data)
{
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');

  client_fixture_go_online (f);
  client_fixture_say (f, text);
  baton_test_wait (f->activities->len == 1);
  g_assert_cmpstr (client_fixture_text_at (f, 0), ==, text);
  g_assert_cmpuint (f->waits, ==, 0);
}

static void
test_silence (ClientFixture *f,
              gconstpointer  data)
{
  BatonPace pace = CLIENT_FIXTURE_PACE;
  gint64 began;

  pace.silence = 800;
  baton_dl_client_set_pace (f->client, &pace);
  client_fixture_go_online (f);
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

/* ---- ending ---- */

static void
test_close (ClientFixture *f,
            gconstpointer  data)
{
  g_autoptr (GAsyncResult) waiting = NULL, late = NULL;
  g_autoptr (GError) error = NULL;
  const char *id = client_fixture_go_online (f);

  client_fixture_start_post (f, "x", &waiting);
  baton_dl_client_close (f->client);
  g_assert_null (baton_dl_client_post_finish (f->client, baton_test_await (&waiting), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  client_fixture_start_post (f, "y", &late);
  g_assert_null (baton_dl_client_post_finish (f->client, baton_test_await (&late), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  client_fixture_say (f, "to nobody");
  baton_test_wait (mock_direct_line_count_streams (f->server, id) == 0);
  g_assert_cmpuint (f->activities->len, ==, 0);
  g_assert_cmpint (baton_dl_client_get_state (f->client), ==, BATON_DL_CLOSED);
}

static void
test_close_at_any_time (ClientFixture *f,
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
  client_fixture_go_online (f);   /* whatever was under way comes back to nobody */
}

static void
test_cancelled_post (ClientFixture *f,
                     gconstpointer  data)
{
  g_autoptr (BatonActivity) activity = client_fixture_new_post ("x", "x");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  baton_dl_client_post_async (f->client, activity, cancellable, baton_test_ready_cb, &result);
  g_cancellable_cancel (cancellable);
  client_fixture_go_online (f);
  g_assert_null (baton_dl_client_post_finish (f->client, baton_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  id = client_fixture_post (f, "y", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (f->server->posts->len, ==, 1);
}

#define ADD(path, data, test) \
  g_test_add ("/dl-client/" path, ClientFixture, data, client_fixture_set_up, test, client_fixture_tear_down)

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
  ADD ("K3/stream-again", NULL, test_stream_again);
  ADD ("K3/stream-falls-silent", NULL, test_stream_falls_silent);
  ADD ("K3/poll-same-again", NULL, test_poll_same_again);
  ADD ("K3/catch-up", GINT_TO_POINTER (FALSE), test_catch_up);
  ADD ("K3/catch-up-polling", GINT_TO_POINTER (TRUE), test_catch_up);
  ADD ("K3/catch-up-repeated", NULL, test_catch_up_repeated);
  ADD ("K4/watermark", NULL, test_watermark);
  ADD ("K4/watermark-back", NULL, test_watermark_back);
  ADD ("K5/duplicates", NULL, test_duplicates);
  ADD ("K6/edit", NULL, test_edit);
  ADD ("K7/odd-frames", NULL, test_odd_frames);
  ADD ("K7/livestream", NULL, test_livestream);
  ADD ("K8/big-frame", NULL, test_big_frame);
  ADD ("K8/too-big-frame", NULL, test_too_big_frame);
  ADD ("post/cancelled", NULL, test_cancelled_post);
  ADD ("K13/silence", NULL, test_silence);
  ADD ("close", NULL, test_close);
  ADD ("close/at-any-time", NULL, test_close_at_any_time);

  return g_test_run ();
}
