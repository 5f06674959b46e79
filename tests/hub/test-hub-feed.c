/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-hub-feed.h"
#include "mock-hub.h"

typedef struct {
  BatonQueue   *queue;
  BatonHubFeed *feed;
  guint         hellos;
  guint         syncs;
  guint         events;
} Fixture;

static void
hello (BatonAgent *me,
       gpointer    user_data)
{
  g_assert_cmpstr (baton_agent_get_id (me), ==, "rita");
  ((Fixture *) user_data)->hellos++;
}

static void
synced (gpointer user_data)
{
  ((Fixture *) user_data)->syncs++;
}

static void
event (BatonEvent *e,
       gpointer    user_data)
{
  ((Fixture *) user_data)->events++;
}

static const BatonHubFeedFuncs funcs = { hello, synced, event };

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->queue = baton_queue_new ();
  f->feed = baton_hub_feed_new (f->queue, &funcs, f);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  baton_hub_feed_free (f->feed);
  g_assert_finalize_object (f->queue);
}

static gboolean
take (Fixture    *f,
      const char *frame)
{
  g_autoptr (GBytes) bytes = g_bytes_new (frame, strlen (frame));
  g_autoptr (GError) error = NULL;
  gboolean ok = baton_hub_feed_take (f->feed, bytes, &error);

  g_assert_true (ok == (error == NULL));
  return ok;
}

static gboolean
take_event (Fixture    *f,
            gint64      seq,
            const char *id,
            BatonState  state,
            gint64      epoch)
{
  g_autofree char *row = mock_hub_make_row (id, state, epoch, NULL);
  g_autofree char *frame = mock_hub_make_event (seq, BATON_EVENT_QUEUED, row);

  return take (f, frame);
}

static gboolean
take_snapshot (Fixture    *f,
               gint64      seq,
               const char *id,
               gboolean    more)
{
  g_autofree char *row = mock_hub_make_row (id, BATON_STATE_QUEUED, 1, NULL);
  g_autofree char *frame = mock_hub_make_snapshot (seq, row, more);

  return take (f, frame);
}

static guint
count (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->queue));
}

static void
test_snapshot (Fixture       *f,
               gconstpointer  data)
{
  g_assert_cmpint (baton_hub_feed_get_seq (f->feed), ==, -1);
  g_assert_true (take (f, "{\"hello\":{\"seq\":7,\"agent\":{\"id\":\"rita\",\"name\":\"Rita\"}}}"));
  g_assert_true (take_snapshot (f, 7, "e1", FALSE));

  g_assert_cmpuint (f->hellos, ==, 1);
  g_assert_cmpuint (f->syncs, ==, 1);
  g_assert_cmpint (baton_hub_feed_get_seq (f->feed), ==, 7);
  g_assert_nonnull (baton_queue_find (f->queue, "e1"));
}

/* No frame is over 64 KiB: a long queue comes in several, and counts only when whole. */
static void
test_snapshot_parts (Fixture       *f,
                     gconstpointer  data)
{
  g_assert_true (take_snapshot (f, 7, "e1", TRUE));
  g_assert_true (take_snapshot (f, 7, "e2", TRUE));
  g_assert_cmpuint (f->syncs + count (f), ==, 0);
  g_assert_true (take_snapshot (f, 7, "e3", FALSE));
  g_assert_cmpuint (f->syncs, ==, 1);
  g_assert_cmpuint (count (f), ==, 3);

  g_assert_true (take_snapshot (f, 9, "e8", TRUE));
  baton_hub_feed_restart (f->feed);   /* the stream was lost in between */
  g_assert_true (take_snapshot (f, 9, "e9", FALSE));
  g_assert_cmpuint (count (f), ==, 1);
}

static void
test_snapshot_bad_row (Fixture       *f,
                       gconstpointer  data)
{
  g_autofree char *row = mock_hub_make_row ("e1", BATON_STATE_QUEUED, 1, NULL);
  g_autofree char *rows = g_strconcat ("7,{},", row, NULL);
  g_autofree char *frame = mock_hub_make_snapshot (3, rows, FALSE);

  g_assert_true (take (f, frame));
  g_assert_cmpuint (count (f), ==, 1);
}

static void
test_events (Fixture       *f,
             gconstpointer  data)
{
  g_assert_true (take_snapshot (f, 7, "e1", FALSE));
  g_assert_true (take_event (f, 6, "old", BATON_STATE_QUEUED, 1));
  g_assert_true (take_event (f, 7, "old", BATON_STATE_QUEUED, 1));
  g_assert_cmpuint (f->events, ==, 0);
  g_assert_true (take_event (f, 8, "e2", BATON_STATE_QUEUED, 1));
  g_assert_true (take_event (f, 8, "e2", BATON_STATE_QUEUED, 1));
  g_assert_true (take_event (f, 9, "e1", BATON_STATE_ENDED, 2));

  g_assert_cmpuint (f->events, ==, 2);
  g_assert_cmpint (baton_hub_feed_get_seq (f->feed), ==, 9);
  g_assert_null (baton_queue_find (f->queue, "e1"));
  g_assert_null (baton_queue_find (f->queue, "old"));
  g_assert_nonnull (baton_queue_find (f->queue, "e2"));
}

static void
test_gap (Fixture       *f,
          gconstpointer  data)
{
  g_assert_false (take_event (f, 1, "e1", BATON_STATE_QUEUED, 1));   /* before any snapshot */
  g_assert_true (take_snapshot (f, 7, "e1", FALSE));
  g_assert_false (take_event (f, 9, "e2", BATON_STATE_QUEUED, 1));
  g_assert_cmpint (baton_hub_feed_get_seq (f->feed), ==, 7);
  g_assert_null (baton_queue_find (f->queue, "e2"));

  baton_hub_feed_forget (f->feed);
  g_assert_cmpint (baton_hub_feed_get_seq (f->feed), ==, -1);
  g_assert_nonnull (baton_queue_find (f->queue, "e1"));   /* readable until the snapshot is here */
}

static void
test_broken (Fixture       *f,
             gconstpointer  data)
{
  static const struct {
    const char *frame;
    gboolean    ok;
  } frames[] = {
    { "", FALSE },
    { "nonsense", FALSE },
    { "[]", TRUE },
    { "{\"somethingNew\":1}", TRUE },
    { "{\"events\":[{\"seq\":\"8\",\"kind\":\"x\"}]}", FALSE },
    { "{\"events\":[8]}", FALSE },
    { "{\"events\":[{\"seq\":8,\"at\":\"2026-03-02T10:15:31Z\",\"kind\":\"some.newer.kind\"}]}", TRUE },
    { "{\"hello\":{}}", FALSE },
    { "{\"hello\":{\"seq\":3,\"agent\":{\"id\":\"rita\",\"name\":\"Rita\"}}}", FALSE },   /* behind us: another hub */
    { "{\"snapshot\":{\"escalations\":[]}}", FALSE },
    { "{\"snapshot\":7}", FALSE },
  };

  g_assert_true (take_snapshot (f, 7, "e1", FALSE));
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++) {
    g_test_message ("%s", frames[i].frame);
    g_assert_true (take (f, frames[i].frame) == frames[i].ok);
  }
  g_assert_cmpuint (f->hellos, ==, 0);
  g_assert_cmpuint (f->syncs, ==, 1);
  g_assert_cmpint (baton_hub_feed_get_seq (f->feed), ==, 8);
}

#define ADD(path, test) g_test_add ("/hub-feed/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("snapshot/whole", test_snapshot);
  ADD ("snapshot/parts", test_snapshot_parts);
  ADD ("snapshot/bad-row", test_snapshot_bad_row);
  ADD ("events", test_events);
  ADD ("gap", test_gap);
  ADD ("broken", test_broken);

  return g_test_run ();
}
