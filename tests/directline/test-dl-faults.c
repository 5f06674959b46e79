/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "client-fixture.h"
#include "fault-proxy.h"

/* A client and its server with a bad network in between: nothing is lost, nothing comes twice, all is in order. */

#define N_SAID 200        /* activities, unless fewer do */
#define N_POSTED 100

typedef enum {
  PLAIN,
  POLLS,
  CATCHES_UP,   /* by GET, before the stream, which then brings some of it again */
} Way;

typedef struct {
  ClientFixture  base;
  Way            way;
  FaultProxy    *proxy;
  char          *conversation_id;
  char          *watermark;       /* as an application would store it, together with what it covers */
  guint          said;
  guint          to_say;
  guint          say_id;
} Fixture;

static void
store_cb (BatonDlClient *client,
          GPtrArray     *activities,
          gpointer       user_data)
{
  Fixture *f = user_data;

  g_free (f->watermark);
  f->watermark = g_strdup (baton_dl_client_get_watermark (client));
}

/* A new run of the program, with what the last one stored. */
static void
start (Fixture *f)
{
  client_fixture_make_client (&f->base, "token-1");
  baton_dl_client_set_conversation_id (f->base.client, f->conversation_id);
  baton_dl_client_set_watermark (f->base.client, f->watermark);
  baton_dl_client_set_catches_up (f->base.client, f->way == CATCHES_UP);
  g_signal_connect (f->base.client, "activities", G_CALLBACK (store_cb), f);
}

static void
stop (Fixture *f)
{
  g_signal_handlers_disconnect_by_data (f->base.client, f);
  baton_dl_client_close (f->base.client);
  g_object_unref (f->base.client);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  MockDirectLine *server;
  g_autoptr (GUri) uri = NULL;

  client_fixture_set_up (&f->base, data);
  stop (f);
  f->way = (Way) GPOINTER_TO_INT (data);
  f->to_say = N_SAID;
  server = f->base.server;
  server->without_stream_url = f->way == POLLS;
  uri = g_uri_parse (server->base, G_URI_FLAGS_NONE, NULL);
  f->proxy = fault_proxy_new ((guint16) g_uri_get_port (uri));
  g_free (server->base);
  server->base = g_strdup_printf ("http://127.0.0.1:%u/v3/directline", f->proxy->port);
  f->conversation_id = g_strdup (mock_direct_line_add (server));
  start (f);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_clear_handle_id (&f->say_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (f->base.client, f);
  fault_proxy_free (f->proxy);
  client_fixture_tear_down (&f->base, data);
  g_free (f->conversation_id);
  g_free (f->watermark);
}

static gboolean
say_cb (gpointer user_data)
{
  Fixture *f = user_data;
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"text\":\"%u\"}", f->said);
  g_autofree char *id = mock_direct_line_say (f->base.server, f->conversation_id, json);

  f->said++;
  if (f->said < f->to_say)
    return G_SOURCE_CONTINUE;
  f->say_id = 0;
  return G_SOURCE_REMOVE;
}

static void
assert_all_in_order (Fixture *f)
{
  g_assert_cmpuint (f->base.activities->len, ==, f->said);
  for (guint i = 0; i < f->base.activities->len; i++)
    g_assert_cmpint (atoi (client_fixture_text_at (&f->base, i)), ==, (int) i);
}

static void
wait_for_all (Fixture *f)
{
  baton_test_wait (f->said == f->to_say && f->base.activities->len >= f->to_say);
  baton_test_wait (baton_dl_client_get_state (f->base.client) == BATON_DL_ONLINE);
  assert_all_in_order (f);
}

/* Cut anywhere: in a handshake, a head, a frame. */
static void
test_cuts (Fixture       *f,
           gconstpointer  way)
{
  f->proxy->least_life = 100;
  f->proxy->most_life = 4000;
  f->say_id = g_timeout_add (3, say_cb, f);
  baton_dl_client_open (f->base.client);
  baton_test_wait (f->proxy->cut >= 15);
  f->proxy->most_life = 0;
  wait_for_all (f);
}

static void
test_bytes (Fixture       *f,
            gconstpointer  data)
{
  f->proxy->bytes = 1;
  f->to_say = 30;
  f->say_id = g_timeout_add (5, say_cb, f);
  baton_dl_client_open (f->base.client);
  wait_for_all (f);
  g_assert_cmpuint (f->base.waits, ==, 0);
}

/* One frame that takes longer than a silence may last. */
static void
test_slow_frame (Fixture       *f,
                 gconstpointer  data)
{
  BatonPace pace = CLIENT_FIXTURE_PACE;
  g_autofree char *text = g_strnfill (4000, '0');
  gint64 began;

  pace.silence = 300;
  baton_dl_client_set_pace (f->base.client, &pace);
  f->proxy->bytes = 400;
  f->proxy->delay_ms = 60;
  client_fixture_go_online (&f->base);
  began = g_get_monotonic_time ();
  client_fixture_say (&f->base, text);
  baton_test_wait (f->base.activities->len == 1);
  g_assert_cmpint (g_get_monotonic_time () - began, >, pace.silence * 1000);
  g_assert_cmpuint (f->base.waits, ==, 0);
}

static void
test_delay (Fixture       *f,
            gconstpointer  data)
{
  f->proxy->delay_ms = 20;
  f->say_id = g_timeout_add (2, say_cb, f);
  baton_dl_client_open (f->base.client);
  wait_for_all (f);
  g_assert_cmpuint (f->base.waits, ==, 0);
}

/* Connections that are there and bring nothing: found out by the watchdog, again and again until it is over. */
static void
test_half_open (Fixture       *f,
                gconstpointer  data)
{
  BatonPace pace = CLIENT_FIXTURE_PACE;

  pace.silence = 150;
  baton_dl_client_set_pace (f->base.client, &pace);
  client_fixture_go_online (&f->base);
  f->say_id = g_timeout_add (2, say_cb, f);
  baton_test_wait (f->base.activities->len > 10);
  fault_proxy_set_frozen (f->proxy, TRUE);
  baton_test_wait (f->base.waits >= 1 && f->said == f->to_say);
  fault_proxy_set_frozen (f->proxy, FALSE);
  wait_for_all (f);
}

/* The program ends at any moment and starts again with the watermark it had stored. */
static void
test_restarts (Fixture       *f,
               gconstpointer  data)
{
  guint before = 0;

  f->proxy->least_life = 200;
  f->proxy->most_life = 20000;
  f->say_id = g_timeout_add (3, say_cb, f);
  for (guint i = 0; i < 20; i++) {
    baton_dl_client_open (f->base.client);
    baton_test_wait (f->base.activities->len > before || f->said == f->to_say);
    before = f->base.activities->len;
    stop (f);
    start (f);
  }
  f->proxy->most_life = 0;
  baton_dl_client_open (f->base.client);
  wait_for_all (f);
}

/* ---- posts ---- */

typedef struct {
  char         *client_id;
  GAsyncResult *result;
} Sent;

static guint
count_at_server (Fixture    *f,
                 const char *client_id)
{
  g_autofree char *quoted = g_strdup_printf ("\"clientActivityID\":\"%s\"", client_id);
  guint n = 0;

  for (guint i = 0; i < f->base.server->posts->len; i++)
    n += strstr (g_ptr_array_index (f->base.server->posts, i), quoted) != NULL;
  return n;
}

static void
assert_outcome (Fixture    *f,
                const Sent *sent,
                guint      *resent)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = baton_dl_client_post_finish (f->base.client, sent->result, &error);

  /* What is known to have arrived did so once, and what failed did not arrive: it may be tried again. */
  g_assert_cmpuint (count_at_server (f, sent->client_id), ==, error == NULL ? 1 : 0);
  if (error != NULL) {
    g_assert_true (g_error_matches (error, BATON_ERROR, BATON_ERROR_UNCERTAIN)
                   || g_error_matches (error, BATON_ERROR, BATON_ERROR_BUSY));
    (*resent)++;
    g_clear_error (&error);
    g_free (id);
    id = client_fixture_post (&f->base, sent->client_id, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (count_at_server (f, sent->client_id), ==, 1);
  }
}

static void
test_posts (Fixture       *f,
            gconstpointer  data)
{
  Sent sent[N_POSTED] = { { NULL } };
  BatonPace pace = CLIENT_FIXTURE_PACE;
  guint resent = 0;

  pace.echo = 100;
  baton_dl_client_set_pace (f->base.client, &pace);
  f->proxy->least_life = 150;
  f->proxy->most_life = 3000;
  baton_dl_client_open (f->base.client);
  for (guint i = 0; i < N_POSTED; i++) {
    sent[i].client_id = g_strdup_printf ("c%03u", i);
    client_fixture_start_post (&f->base, sent[i].client_id, &sent[i].result);
  }
  for (guint i = 0; i < N_POSTED; i++)
    baton_test_await (&sent[i].result);
  g_assert_cmpuint (f->proxy->cut, >, 5);
  f->proxy->most_life = 0;
  fault_proxy_cut (f->proxy);

  for (guint i = 0; i < N_POSTED; i++) {
    assert_outcome (f, &sent[i], &resent);
    g_object_unref (sent[i].result);
    g_free (sent[i].client_id);
  }
  g_test_message ("%u connections, %u cut; %u of %u posts sent again", f->proxy->accepted, f->proxy->cut, resent, N_POSTED);
  baton_test_wait (f->base.activities->len >= N_POSTED);
  g_assert_cmpuint (f->base.activities->len, ==, N_POSTED);
}

#define ADD(path, data, test) g_test_add ("/dl-faults/" path, Fixture, data, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("K5/cuts", GINT_TO_POINTER (PLAIN), test_cuts);
  ADD ("K5/cuts-polling", GINT_TO_POINTER (POLLS), test_cuts);
  ADD ("K5/cuts-catching-up", GINT_TO_POINTER (CATCHES_UP), test_cuts);
  ADD ("K5/byte-by-byte", NULL, test_bytes);
  ADD ("K5/delay", NULL, test_delay);
  ADD ("K13/slow-frame", NULL, test_slow_frame);
  ADD ("K5/half-open", NULL, test_half_open);
  ADD ("K5/restarts", GINT_TO_POINTER (PLAIN), test_restarts);
  ADD ("K5/restarts-catching-up", GINT_TO_POINTER (CATCHES_UP), test_restarts);
  ADD ("K10/posts", NULL, test_posts);

  return g_test_run ();
}
