/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-test.h"
#include "dl-fixture.h"

typedef struct {
  DlFixture dl;
  DlChat    chat;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  dl_fixture_open (&fixture->dl, data);
  dl_start (&fixture->dl, DL_SECRET, NULL, &fixture->chat);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  dl_chat_clear (&fixture->chat);
  dl_fixture_close (&fixture->dl);
}

static void
say (Fixture    *fixture,
     const char *text)
{
  g_free (dl_say (&fixture->dl, &fixture->chat, text));
}

static RawClient *
open_stream (Fixture    *fixture,
             const char *query)
{
  g_autofree char *url = dl_reconnect (&fixture->dl, &fixture->chat, query);

  return dl_stream_open (&fixture->dl, url);
}

static void
assert_next (RawClient  *stream,
             const char *text,
             const char *watermark)
{
  g_autoptr (BatonJson) set = dl_stream_next (stream);
  g_autofree char *found = dl_text_of (set, 0);
  g_autofree char *mark = baton_json_node_dup_member (baton_json_get_root (set), "watermark");

  g_assert_cmpstr (found, ==, text);
  g_assert_cmpstr (mark, ==, watermark);
}

static void
test_stream_replays (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (RawClient) all = NULL;
  g_autoptr (RawClient) some = NULL;
  g_autoptr (RawClient) padded = NULL;
  g_autoptr (BatonJson) set = NULL;
  g_autofree char *last = NULL;

  for (guint i = 0; i < 8; i++) {
    g_autofree char *text = g_strdup_printf ("m%u", i);

    say (fixture, text);
  }
  all = open_stream (fixture, "?watermark=");
  set = dl_stream_next (all);
  last = dl_text_of (set, 7);
  g_assert_cmpstr (last, ==, "m7");
  some = open_stream (fixture, "?watermark=5");
  assert_next (some, "m6", "7");
  padded = open_stream (fixture, "?watermark=0000005");
  assert_next (padded, "m6", "7");
}

static void
test_stream_echo (Fixture       *fixture,
                  gconstpointer  data)
{
  static const char channel_data[] = "\"clientActivityID\":\"c1\",\"x\":[1.50,{}]";
  g_autofree char *activity = g_strdup_printf ("{\"type\":\"message\",\"from\":{\"id\":\"u\"},\"text\":\"hi\",\"channelData\":{%s}}",
                                               channel_data);
  g_autoptr (RawClient) stream = dl_stream_open (&fixture->dl, fixture->chat.stream_url);
  g_autoptr (DlAnswer) posted = dl_post (&fixture->dl, fixture->chat.id, fixture->chat.token, activity);
  g_autoptr (BatonJson) set = dl_stream_next (stream);
  g_autofree char *raw = baton_json_node_dup_raw (baton_json_get_root (set));
  g_autofree char *id = dl_answer_get (posted, "id");

  g_assert_nonnull (strstr (raw, channel_data));
  g_assert_nonnull (strstr (raw, id));
}

static void
test_stream_beyond_the_end (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr (RawClient) stream = NULL;

  say (fixture, "old");
  stream = open_stream (fixture, "?watermark=70");
  /* Whoever waits for the 71st would wait for ever. */
  while (baton_transport_get_n_streams (fixture->dl.transport) == 0)
    g_main_context_iteration (NULL, TRUE);
  say (fixture, "new");
  assert_next (stream, "new", "1");
}

static void
test_stream_typing (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *token = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, "anna", "Anna", -1, NULL);
  DlChat console = { fixture->chat.id, token, NULL };
  g_autofree char *url = dl_reconnect (&fixture->dl, &console, "");
  g_autoptr (RawClient) own = dl_stream_open (&fixture->dl, fixture->chat.stream_url);
  g_autoptr (RawClient) other = dl_stream_open (&fixture->dl, url);
  g_autoptr (DlAnswer) typing = NULL;
  g_autoptr (DlAnswer) all = NULL;
  g_autoptr (BatonJson) set = NULL;
  g_autofree char *raw = NULL;

  say (fixture, "before");
  assert_next (own, "before", "0");
  assert_next (other, "before", "0");
  typing = dl_post (&fixture->dl, fixture->chat.id, fixture->chat.token, "{\"type\":\"typing\",\"from\":{\"id\":\"u1\"}}");
  g_assert_cmpuint (typing->status, ==, 200);
  say (fixture, "after");

  set = dl_stream_next (other);
  raw = baton_json_node_dup_raw (baton_json_get_root (set));
  g_assert_nonnull (strstr (raw, "\"typing\""));
  g_assert_nonnull (strstr (raw, "\"u1\""));
  g_assert_null (strstr (raw, "watermark"));
  assert_next (other, "after", "1");
  assert_next (own, "after", "1");
  all = dl_get (&fixture->dl, &fixture->chat, "");
  g_assert_null (strstr (all->body, "typing"));
}

static void
test_stream_internal (Fixture       *fixture,
                      gconstpointer  data)
{
  static const char planted[] = "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":{\"va_AgentMessage\":\"planted\"}}";
  g_autoptr (RawClient) live = dl_stream_open (&fixture->dl, fixture->chat.stream_url);
  g_autoptr (RawClient) replayed = NULL;
  g_autoptr (DlAnswer) first = NULL;

  say (fixture, "one");
  assert_next (live, "one", "0");
  first = dl_post (&fixture->dl, fixture->chat.id, fixture->chat.token, planted);
  say (fixture, "two");
  assert_next (live, "two", "2");
  replayed = open_stream (fixture, "?watermark=0");
  assert_next (replayed, "two", "2");
}

static void
test_stream_ticket (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (RawClient) stream = dl_stream_open (&fixture->dl, fixture->chat.stream_url);
  g_auto (DlChat) other = { 0 };
  g_autofree char *moved = NULL;
  g_autofree char *bare = NULL;
  g_auto (GStrv) parts = NULL;

  g_assert_cmpuint (dl_stream_refused (&fixture->dl, fixture->chat.stream_url, ""), ==, 403);

  /* A ticket opens only the conversation it was given out for, and not even that one afterwards. */
  dl_start (&fixture->dl, DL_SECRET, NULL, &other);
  parts = g_strsplit (other.stream_url, other.id, 2);
  moved = g_strjoin (fixture->chat.id, parts[0], parts[1], NULL);
  bare = g_strndup (other.stream_url, (gsize) (strchr (other.stream_url, '?') - other.stream_url));
  g_assert_cmpuint (dl_stream_refused (&fixture->dl, moved, ""), ==, 403);
  g_assert_cmpuint (dl_stream_refused (&fixture->dl, other.stream_url, ""), ==, 403);
  g_assert_cmpuint (dl_stream_refused (&fixture->dl, bare, ""), ==, 403);
}

/* S26: no token, no subprotocol; what browsers offer besides is not taken up. */
static void
test_stream_handshakes (Fixture       *fixture,
                        gconstpointer  data)
{
  static const char *const headers[] = {
    "", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\nOrigin: https://shop.example\r\n",
    "Sec-WebSocket-Extensions: permessage-deflate\r\n",
  };

  say (fixture, "hello");
  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++) {
    g_autofree char *url = dl_reconnect (&fixture->dl, &fixture->chat, "");
    g_autoptr (RawClient) client = raw_client_new (fixture->dl.url);
    const char *end;

    raw_client_upgrade (client, url + strlen ("ws://127.0.0.1"), headers[i]);
    baton_test_wait ((end = strstr (client->received->str, "\r\n\r\n")) != NULL);
    g_assert_true (g_str_has_prefix (client->received->str, "HTTP/1.1 101 "));
    g_assert_null (g_strstr_len (client->received->str, end - client->received->str, "Sec-WebSocket-Extensions"));
    g_assert_null (g_strstr_len (client->received->str, end - client->received->str, "Sec-WebSocket-Protocol"));
    g_string_erase (client->received, 0, end + 4 - client->received->str);
    assert_next (client, "hello", "0");
  }
}

static gboolean
late_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* S27: how long a ticket is good is tested with the tickets; that the server asks them, here. */
static void
test_stream_ticket_late (Fixture       *fixture,
                         gconstpointer  data)
{
  gboolean is_late = FALSE;

  g_timeout_add (1100, late_cb, &is_late);
  baton_test_wait (is_late);
  g_assert_cmpuint (dl_stream_refused (&fixture->dl, fixture->chat.stream_url, ""), ==, 403);
}

static void
test_stream_not_a_handshake (Fixture       *fixture,
                             gconstpointer  data)
{
  const char *path = fixture->chat.stream_url + strlen ("ws://127.0.0.1/v3/directline/");
  g_autoptr (DlAnswer) answer = dl_call (&fixture->dl, "GET", path, NULL, NULL);
  g_autoptr (RawClient) stream = NULL;

  dl_answer_assert_error (answer, 400, "BadArgument");
  stream = dl_stream_open (&fixture->dl, fixture->chat.stream_url);
}

static void
test_stream_ignores_frames (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr (RawClient) stream = dl_stream_open (&fixture->dl, fixture->chat.stream_url);

  raw_client_send_frame (stream, 0x81, "", 0);
  raw_client_send_frame (stream, 0x81, "{\"type\":\"message\"}", 18);
  raw_client_send_frame (stream, 0x81, "not JSON", 8);
  raw_client_send_frame (stream, 0x82, "\xff\xfe", 2);
  say (fixture, "still here");
  assert_next (stream, "still here", "0");
}

static void
test_stream_fourth (Fixture       *fixture,
                    gconstpointer  data)
{
  RawClient *streams[5];

  for (guint i = 0; i < 3; i++)
    streams[i] = open_stream (fixture, "");
  streams[3] = open_stream (fixture, "");
  raw_client_expect (streams[0], "\x88");
  streams[4] = open_stream (fixture, "");
  raw_client_expect (streams[1], "\x88");
  say (fixture, "to three");
  for (guint i = 2; i < 5; i++)
    assert_next (streams[i], "to three", "0");
  for (guint i = 0; i < 5; i++)
    raw_client_free (streams[i]);
}

static void
test_stream_others_not_counted (Fixture       *fixture,
                                gconstpointer  data)
{
  g_autofree char *token = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, "anna", "Anna", -1, NULL);
  DlChat console = { fixture->chat.id, token, NULL };
  g_autofree char *url = dl_reconnect (&fixture->dl, &console, "");
  RawClient *streams[4];

  for (guint i = 0; i < 3; i++)
    streams[i] = open_stream (fixture, "");
  streams[3] = dl_stream_open (&fixture->dl, url);
  say (fixture, "to four");
  for (guint i = 0; i < 4; i++) {
    assert_next (streams[i], "to four", "0");
    raw_client_free (streams[i]);
  }
}

#define POSTS 100

typedef struct {
  RawClient *client;
  gint64     next;      /* index expected next */
} Follower;

/* Takes the sets that have come; every index must be the one expected. */
static void
follow (Follower *follower)
{
  g_autoptr (BatonJson) set = dl_stream_next (follower->client);
  BatonJsonNode activity;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, baton_json_node_get_member (baton_json_get_root (set), "activities"));
  while (baton_json_iter_next (&iter, NULL, &activity)) {
    g_autofree char *id = baton_json_node_dup_member (activity, "id");

    g_assert_cmpint (g_ascii_strtoll (strrchr (id, '|') + 1, NULL, 10), ==, follower->next);
    follower->next++;
  }
}

static void
post_soon (Fixture    *fixture,
           guint       n,
           GPtrArray  *results)
{
  g_autofree char *text = g_strdup_printf ("p%u", n);
  g_autoptr (BatonActivity) activity = baton_activity_new_message (text, NULL);
  GAsyncResult **slot = g_new0 (GAsyncResult *, 1);

  g_ptr_array_add (results, slot);
  baton_store_post_async (fixture->dl.store, &(BatonPost) {
    .conversation_id = fixture->chat.id, .activity = activity, .party = BATON_PARTY_CUSTOMER, .from_id = "u", .from_role = "user",
  }, NULL, baton_test_ready_cb, slot);
}

static void
free_slot (gpointer data)
{
  GAsyncResult **slot = data;

  g_clear_object (slot);
  g_free (slot);
}

/* S31: streams are opened at every point of a burst; each sees all that comes after its watermark, once, in order. */
static void
test_stream_no_gap_no_double (Fixture       *fixture,
                              gconstpointer  data)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (free_slot);
  g_autoptr (GArray) followers = g_array_new (FALSE, TRUE, sizeof (Follower));

  for (guint i = 0; i < POSTS; i++) {
    post_soon (fixture, i, results);
    if (i % 10 == 0) {
      g_autofree char *name = g_strdup_printf ("a%u", i);
      g_autofree char *token = baton_dl_server_make_token (fixture->dl.server, fixture->chat.id, name, NULL, -1, NULL);
      g_autofree char *query = i < 20 ? g_strdup ("") : g_strdup_printf ("?watermark=%u", i / 2);
      DlChat console = { fixture->chat.id, token, NULL };
      g_autofree char *url = dl_reconnect (&fixture->dl, &console, query);
      Follower follower = { dl_stream_open (&fixture->dl, url), i < 20 ? 0 : i / 2 + 1 };

      g_array_append_val (followers, follower);
    }
  }
  for (guint i = 0; i < followers->len; i++) {
    Follower *follower = &g_array_index (followers, Follower, i);

    while (follower->next < POSTS)
      follow (follower);
    raw_client_free (follower->client);
  }
  for (guint i = 0; i < results->len; i++) {
    g_autoptr (BatonPosted) posted = baton_store_post_finish (fixture->dl.store, baton_test_await (results->pdata[i]), NULL);

    g_assert_nonnull (posted);
  }
}

/* A reader that stops reading costs no more than the system's buffers and one page; it gets everything once it reads
 * again. */
static void
test_stream_slow_reader (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autofree char *large = g_strnfill (200 * 1024, 'x');
  g_autoptr (RawClient) stream = dl_stream_open (&fixture->dl, fixture->chat.stream_url);
  Follower follower = { stream, 0 };

  raw_client_stop_reading (stream);
  for (guint i = 0; i < 60; i++)
    say (fixture, large);

  raw_client_resume_reading (stream);
  while (follower.next < 60)
    follow (&follower);
}

/* The end of a token is the end of its streams. */
static void
test_stream_expires (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (RawClient) stream = dl_stream_open (&fixture->dl, fixture->chat.stream_url);
  g_autoptr (GString) expected = g_string_new (NULL);

  g_string_append_len (expected, "\x03\xf0token expired", 15);
  raw_client_expect (stream, expected->str);
}

static void
test_stream_after_the_end (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (RawClient) stream = dl_stream_open (&fixture->dl, fixture->chat.stream_url);
  g_autoptr (DlAnswer) end = dl_post (&fixture->dl, fixture->chat.id, fixture->chat.token, "{\"type\":\"endOfConversation\"}");
  g_autoptr (DlAnswer) late = dl_post (&fixture->dl, fixture->chat.id, fixture->chat.token, "{\"type\":\"message\",\"text\":\"late\"}");

  assert_next (stream, NULL, "0");
  g_assert_cmpuint (late->status, ==, 404);
  g_assert_false (stream->closed);
  g_assert_cmpuint (baton_transport_get_n_streams (fixture->dl.transport), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  BatonDlServerConfig short_lived = DL_CONFIG;
  BatonDlServerConfig late = DL_CONFIG;

  short_lived.token_seconds = 1;
  late.ticket_seconds = 1;
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/dl/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("S10/S11/S28/replays", test_stream_replays);
  ADD ("S14/beyond-the-end", test_stream_beyond_the_end);
  ADD ("S18/echo", test_stream_echo);
  ADD ("S23/typing", test_stream_typing);
  ADD ("S24/internal", test_stream_internal);
  ADD ("S26/handshakes", test_stream_handshakes);
  ADD ("S26/not-a-handshake", test_stream_not_a_handshake);
  ADD ("S27/ticket", test_stream_ticket);
  ADD ("S29/ignores-frames", test_stream_ignores_frames);
  ADD ("S30/fourth", test_stream_fourth);
  ADD ("S30/others-not-counted", test_stream_others_not_counted);
  ADD ("S31/no-gap-no-double", test_stream_no_gap_no_double);
  ADD ("slow-reader", test_stream_slow_reader);
  ADD ("S45/after-the-end", test_stream_after_the_end);
#undef ADD
  g_test_add ("/dl/S27/ticket-late", Fixture, &late, set_up, test_stream_ticket_late, tear_down);
  g_test_add ("/dl/expires", Fixture, &short_lived, set_up, test_stream_expires, tear_down);

  return g_test_run ();
}
