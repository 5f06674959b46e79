/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "desk-house.h"

static DeskHouse *
open_house (void)
{
  DeskHouse *house = desk_house_new ();

  desk_house_open (house);
  return house;
}

static DeskListener *
listen_after (DeskHouse  *house,
              const char *token,
              gint64      after)
{
  g_autofree char *query = after < 0 ? g_strdup ("") : g_strdup_printf ("?after=%" G_GINT64_FORMAT, after);
  DeskListener *listener = desk_listener_new (house, token, query);

  desk_listener_open (listener);
  return listener;
}

static void
escalate_many (DeskHouse *house,
               guint      count)
{
  for (guint i = 0; i < count; i++)
    g_free (desk_house_escalate (house, "Many"));
}

static void
test_feed_first (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autoptr (DeskListener) listener = NULL;
  gint64 seq;

  escalate_many (house, 3);
  seq = desk_house_get_seq (house);
  listener = listen_after (house, token, -1);
  baton_test_wait (listener->n_snapshots == 1);
  g_assert_cmpuint (listener->n_hellos, ==, 1);
  g_assert_cmpuint (listener->n_rows, ==, 3);
  g_assert_cmpuint (listener->n_agents, ==, 2);
  g_assert_cmpint (listener->snapshot_seq, ==, seq);

  escalate_many (house, 2);
  baton_test_wait (desk_listener_last (listener) == seq + 2);
  desk_assert_whole (listener, seq + 1, seq + 2);
}

/* Nothing missed, nothing twice, wherever it comes back. */
static void
test_feed_resume (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  gint64 first = desk_house_get_seq (house), last;

  escalate_many (house, 150);
  last = desk_house_get_seq (house);
  for (gint64 after = first; after <= last; after += 37) {
    g_autoptr (DeskListener) listener = listen_after (house, token, after);

    baton_test_wait (listener->n_hellos == 1);
    baton_test_wait (after == last || desk_listener_last (listener) == last);
    g_assert_cmpuint (listener->n_snapshots, ==, 0);
    desk_assert_whole (listener, after + 1, last);
  }
}

/* Events happen while several come in: each of them sees all, once. */
static void
test_feed_meanwhile (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autoptr (GPtrArray) listeners = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_listener_free);
  gint64 first = desk_house_get_seq (house), last;

  escalate_many (house, 100);
  for (guint i = 0; i < 8; i++) {
    g_autofree char *query = g_strdup_printf ("?after=%" G_GINT64_FORMAT, first);

    g_ptr_array_add (listeners, desk_listener_new (house, token, query));
    escalate_many (house, 15);
  }

  last = desk_house_get_seq (house);
  for (guint i = 0; i < listeners->len; i++) {
    DeskListener *listener = g_ptr_array_index (listeners, i);

    desk_listener_open (listener);
    baton_test_wait (desk_listener_last (listener) == last);
    desk_assert_whole (listener, first + 1, last);
  }
}

static void
test_feed_too_old (void)
{
  g_autoptr (DeskHouse) house = desk_house_new ();
  g_autoptr (DeskListener) old = NULL, recent = NULL, foreign = NULL;
  g_autofree char *token = NULL;
  gint64 first, last;

  house->config.max_behind = 10;
  desk_house_open (house);
  token = desk_house_sign_in (house, "ana");
  first = desk_house_get_seq (house);
  escalate_many (house, 11);
  last = desk_house_get_seq (house);

  old = listen_after (house, token, first);
  recent = listen_after (house, token, first + 1);
  foreign = listen_after (house, token, last + 1);
  baton_test_wait (old->n_snapshots == 1 && foreign->n_snapshots == 1 && desk_listener_last (recent) == last);
  g_assert_cmpint (old->snapshot_seq, ==, last);
  g_assert_cmpuint (old->n_rows, ==, 11);
  g_assert_cmpuint (recent->n_snapshots, ==, 0);
  desk_assert_whole (recent, first + 2, last);

  escalate_many (house, 1);
  baton_test_wait (desk_listener_last (foreign) == last + 1);
  desk_assert_whole (foreign, last + 1, last + 1);
}

/* A snapshot far over what a frame may hold, and over what may wait for a reader. */
static void
test_feed_large (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autoptr (DeskListener) listener = NULL, follower = NULL;
  gint64 first = desk_house_get_seq (house), last;

  for (guint i = 0; i < 1500; i++) {
    g_autofree char *topic = g_strnfill (300, 'T');

    g_free (desk_house_escalate (house, topic));
  }
  last = desk_house_get_seq (house);
  listener = listen_after (house, token, -1);
  baton_test_wait (listener->n_snapshots == 1);
  g_assert_cmpuint (listener->n_rows, ==, 1500);
  g_assert_cmpuint (listener->longest, <=, 64 * 1024);

  follower = listen_after (house, token, first);
  baton_test_wait (desk_listener_last (follower) == last);
  desk_assert_whole (follower, first + 1, last);
  g_assert_cmpuint (follower->longest, <=, 64 * 1024);
}

/* The relay is stopped and started again; the console goes on from its number. */
static void
test_feed_restart (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autoptr (DeskListener) before = listen_after (house, token, -1);
  g_autoptr (DeskListener) after = NULL;
  gint64 seen;

  baton_test_wait (before->n_snapshots == 1);
  escalate_many (house, 2);
  seen = desk_house_get_seq (house);
  baton_test_wait (desk_listener_last (before) == seen);
  desk_house_close (house);
  baton_test_wait (before->is_closed);
  g_assert_cmpuint (before->close_code, ==, 1001);

  escalate_many (house, 3);
  desk_house_open (house);
  after = listen_after (house, token, seen);
  baton_test_wait (desk_listener_last (after) == seen + 3);
  g_assert_cmpuint (after->n_snapshots, ==, 0);
  desk_assert_whole (after, seen + 1, seen + 3);
}

static void
test_feed_sign_out (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autofree char *other = desk_house_sign_in (house, "ana");
  g_autoptr (DeskListener) listener = listen_after (house, token, -1);
  g_autoptr (DeskListener) kept = listen_after (house, other, -1);
  g_autoptr (DeskReply) reply = NULL;

  baton_test_wait (listener->n_snapshots == 1 && kept->n_snapshots == 1);
  reply = desk_house_ask (house, "DELETE", "/session", token, NULL);
  g_assert_cmpuint (reply->status, ==, 204);
  baton_test_wait (listener->is_closed);
  g_assert_cmpuint (listener->close_code, ==, 1008);
  g_assert_false (kept->is_closed);
  g_assert_cmpint (desk_house_get_presence (house, "ana"), ==, BATON_PRESENCE_AVAILABLE);
}

/* Taken out of the list of agents while at work. */
static void
test_feed_revoked (void)
{
  g_autoptr (DeskHouse) house = desk_house_new ();
  g_autofree char *path = g_build_filename (house->folder, "agents.conf", NULL);
  g_autoptr (DeskListener) listener = NULL;
  g_autofree char *token = NULL;

  house->config.recheck_seconds = 1;
  desk_house_open (house);
  token = desk_house_sign_in (house, "ana");
  listener = listen_after (house, token, -1);
  baton_test_wait (listener->n_snapshots == 1);
  g_file_set_contents (path, "[bo]\nName=Bo\n", -1, NULL);
  baton_test_wait (listener->is_closed);
  g_assert_cmpuint (listener->close_code, ==, 1008);
}

/* Offline once the last stream is gone for long enough; back as what was chosen when one returns. */
static void
test_feed_presence (void)
{
  g_autoptr (DeskHouse) house = desk_house_new ();
  g_autofree char *ana = NULL, *bo = NULL;
  g_autoptr (DeskListener) watcher = NULL, listener = NULL;
  g_autoptr (DeskReply) chosen = NULL;
  gint64 seq;
  guint length;

  house->config.offline_seconds = 1;
  house->config.recheck_seconds = 1;
  desk_house_open (house);
  bo = desk_house_sign_in (house, "bo");
  watcher = listen_after (house, bo, -1);
  ana = desk_house_sign_in (house, "ana");
  listener = listen_after (house, ana, -1);
  baton_test_wait (listener->n_snapshots == 1);
  chosen = desk_house_ask (house, "PUT", "/me/presence", ana, "{\"requestId\":\"r\",\"presence\":\"busy\"}");
  g_assert_cmpuint (chosen->status, ==, 200);
  seq = desk_house_get_seq (house);
  baton_test_wait (desk_listener_last (watcher) == seq);

  length = watcher->seqs->len;
  g_clear_pointer (&listener, desk_listener_free);
  baton_test_wait (watcher->seqs->len == length + 1);
  g_assert_cmpint (desk_house_get_presence (house, "ana"), ==, BATON_PRESENCE_OFFLINE);
  listener = listen_after (house, ana, -1);
  baton_test_wait (watcher->seqs->len == length + 2);
  g_assert_cmpint (desk_house_get_presence (house, "ana"), ==, BATON_PRESENCE_BUSY);
}

static void
test_feed_refused (void)
{
  static const char *const queries[] = { "?after=-1", "?after=x", "?after=1e3", "?after=99999999999999999999" };
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autoptr (DeskListener) stranger = desk_listener_new (house, "nobody", "");

  baton_test_wait (stranger->is_refused);
  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++) {
    g_autoptr (DeskListener) listener = desk_listener_new (house, token, queries[i]);

    baton_test_wait (listener->is_refused || listener->socket != NULL);
    g_assert_true (listener->is_refused);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/feed/first", test_feed_first);
  g_test_add_func ("/desk/feed/resume", test_feed_resume);
  g_test_add_func ("/desk/feed/meanwhile", test_feed_meanwhile);
  g_test_add_func ("/desk/feed/too-old", test_feed_too_old);
  g_test_add_func ("/desk/feed/large", test_feed_large);
  g_test_add_func ("/desk/feed/restart", test_feed_restart);
  g_test_add_func ("/desk/feed/sign-out", test_feed_sign_out);
  g_test_add_func ("/desk/feed/revoked", test_feed_revoked);
  g_test_add_func ("/desk/feed/presence", test_feed_presence);
  g_test_add_func ("/desk/feed/refused", test_feed_refused);
  return g_test_run ();
}
