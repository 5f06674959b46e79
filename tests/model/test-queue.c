/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-queue.h"
#include "model-test.h"

/* Says what a view would have to do: "position-removed+added" per change. */
static void
record_cb (GListModel *model,
           guint       position,
           guint       removed,
           guint       added,
           gpointer    log)
{
  g_string_append_printf (log, "%u-%u+%u ", position, removed, added);
}

static char *
dup_order (BatonQueue *queue)
{
  GString *order = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (queue)); i++) {
    g_autoptr (BatonEscalation) escalation = g_list_model_get_item (G_LIST_MODEL (queue), i);

    g_string_append_printf (order, "%s ", baton_escalation_get_id (escalation));
  }
  return g_string_free (order, FALSE);
}

static void
assert_order (BatonQueue *queue,
              const char *expect)
{
  g_autofree char *order = dup_order (queue);

  g_assert_cmpstr (order, ==, expect);
}

static gboolean
tell (BatonQueue *queue,
      const char *id,
      gint64      queued_at,
      BatonState  state,
      gint64      epoch)
{
  g_autoptr (BatonEscalation) escalation = make_escalation (id, queued_at);
  g_autoptr (BatonEvent) event = NULL;

  baton_escalation_set_state (escalation, state, epoch, state == BATON_STATE_WITH_AGENT ? "ana" : NULL, NULL, 9);
  event = baton_event_new (1, 0, BATON_EVENT_QUEUED, escalation, NULL);
  return baton_queue_apply (queue, event);
}

static void
test_events (void)
{
  BatonQueue *queue = baton_queue_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  BatonEscalation *b;

  g_signal_connect (queue, "items-changed", G_CALLBACK (record_cb), log);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (queue)) == BATON_TYPE_ESCALATION);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (queue), 0));

  g_assert_true (tell (queue, "b", 20, BATON_STATE_QUEUED, 1));
  g_assert_true (tell (queue, "d", 30, BATON_STATE_QUEUED, 1));
  g_assert_true (tell (queue, "c", 30, BATON_STATE_QUEUED, 1));   /* a tie: by id */
  g_assert_true (tell (queue, "a", 10, BATON_STATE_QUEUED, 1));
  g_assert_false (tell (queue, "z", 10, BATON_STATE_ENDED, 1));
  assert_order (queue, "a b c d ");
  g_assert_cmpstr (log->str, ==, "0-0+1 1-0+1 1-0+1 0-0+1 ");

  /* A claim changes the row in place; repeating it, or hearing of it late, changes nothing. */
  b = baton_queue_find (queue, "b");
  g_string_truncate (log, 0);
  g_assert_true (tell (queue, "b", 20, BATON_STATE_WITH_AGENT, 2));
  g_assert_false (tell (queue, "b", 20, BATON_STATE_WITH_AGENT, 2));
  g_assert_false (tell (queue, "b", 20, BATON_STATE_QUEUED, 1));
  g_assert_true (baton_queue_find (queue, "b") == b);
  g_assert_cmpint (baton_escalation_get_state (b), ==, BATON_STATE_WITH_AGENT);
  g_assert_cmpstr (log->str, ==, "1-1+1 ");

  /* Another waiting time moves it; the end takes it away, but whoever shows it learns why. */
  g_object_ref (b);
  g_string_truncate (log, 0);
  g_assert_true (tell (queue, "b", 40, BATON_STATE_QUEUED, 3));
  assert_order (queue, "a c d b ");
  g_assert_true (baton_queue_find (queue, "b") == b);
  g_assert_true (tell (queue, "b", 40, BATON_STATE_ENDED, 4));
  assert_order (queue, "a c d ");
  g_assert_cmpstr (log->str, ==, "1-1+0 3-0+1 3-1+0 ");
  g_assert_null (baton_queue_find (queue, "b"));
  g_assert_cmpint (baton_escalation_get_state (b), ==, BATON_STATE_ENDED);
  g_object_unref (b);

  g_assert_finalize_object (queue);
}

static void
test_other_events (void)
{
  g_autoptr (BatonQueue) queue = baton_queue_new ();
  g_autoptr (BatonAgent) agent = baton_agent_new ("ana", "Ana", NULL, NULL);
  g_autoptr (BatonEvent) event = baton_event_new (1, 0, BATON_EVENT_PRESENCE, NULL, agent);

  g_assert_false (baton_queue_apply (queue, event));
}

/* The queue changes its own objects, never those an event lends to others as well. */
static void
test_event_untouched (void)
{
  g_autoptr (BatonQueue) queue = baton_queue_new ();
  g_autoptr (BatonEscalation) escalation = make_escalation ("a", 1);
  g_autoptr (BatonEvent) event = baton_event_new (1, 0, BATON_EVENT_QUEUED, escalation, NULL);

  g_assert_true (baton_queue_apply (queue, event));
  g_assert_true (tell (queue, "a", 1, BATON_STATE_WITH_AGENT, 2));
  g_assert_cmpint (baton_escalation_get_state (baton_event_get_escalation (event)), ==, BATON_STATE_QUEUED);
}

static void
test_reset (void)
{
  g_autoptr (BatonQueue) queue = baton_queue_new ();
  g_autoptr (GPtrArray) snapshot = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) log = g_string_new (NULL);
  BatonEscalation *b, *ended = make_escalation ("e", 5);

  tell (queue, "a", 10, BATON_STATE_QUEUED, 1);
  tell (queue, "b", 20, BATON_STATE_QUEUED, 1);
  b = baton_queue_find (queue, "b");

  g_ptr_array_add (snapshot, make_escalation ("c", 30));
  g_ptr_array_add (snapshot, make_escalation ("b", 20));
  g_ptr_array_add (snapshot, make_escalation ("b", 20));
  g_ptr_array_add (snapshot, ended);
  baton_escalation_set_state (ended, BATON_STATE_ENDED, 2, NULL, NULL, 6);

  g_signal_connect (queue, "items-changed", G_CALLBACK (record_cb), log);
  baton_queue_reset (queue, snapshot);
  assert_order (queue, "b c ");
  g_assert_cmpstr (log->str, ==, "0-2+2 ");
  g_assert_true (baton_queue_find (queue, "b") == b);
  g_assert_null (baton_queue_find (queue, "a"));
}

/* 10,000 waiting customers, arriving in any order. */
static void
test_many (void)
{
  g_autoptr (BatonQueue) queue = baton_queue_new ();
  g_autoptr (GPtrArray) snapshot = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 before = 0;

  for (guint i = 0; i < 10000; i++) {
    g_autofree char *id = g_strdup_printf ("e%u", i);

    g_ptr_array_add (snapshot, make_escalation (id, (i * 7919) % 10007));
  }
  baton_queue_reset (queue, snapshot);
  for (guint i = 0; i < 10000; i++) {
    g_autoptr (BatonEscalation) escalation = g_list_model_get_item (G_LIST_MODEL (queue), i);

    g_assert_cmpint (baton_escalation_get_queued_at (escalation), >=, before);
    before = baton_escalation_get_queued_at (escalation);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/queue/events", test_events);
  g_test_add_func ("/model/queue/other-events", test_other_events);
  g_test_add_func ("/model/queue/event-untouched", test_event_untouched);
  g_test_add_func ("/model/queue/reset", test_reset);
  g_test_add_func ("/model/queue/many", test_many);
  return g_test_run ();
}
