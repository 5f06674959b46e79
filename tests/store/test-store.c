/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "baton-test.h"
#include "mock-store.h"

static void
get (BatonStore    *store,
     const char    *id,
     GAsyncResult **slot)
{
  baton_store_get_conversation_async (store, id, NULL, baton_test_ready_cb, slot);
}

static void
finish (BatonStore    *store,
        GAsyncResult **slot,
        GError       **error)
{
  g_autoptr (GAsyncResult) result = baton_test_await (slot);
  g_autoptr (BatonConversation) conversation = baton_store_get_conversation_finish (store, result, error);

  g_assert_true ((conversation != NULL) == (*error == NULL));
}

/* What is queued when the store is closed is committed and answered; what comes later is refused. */
static void
test_store_close (void)
{
  BatonStore *store = mock_store_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *first = NULL, *second = NULL, *late = NULL;
  g_autofree char *log = NULL;

  mock_store_unblock (store);
  get (store, "block", &first);
  get (store, "b", &second);
  baton_store_close (store);
  log = mock_store_take_log (store);
  g_assert_true (g_str_has_suffix (log, "save b release commit"));
  baton_store_close (store);

  finish (store, &first, &error);
  g_assert_no_error (error);
  finish (store, &second, &error);
  g_assert_no_error (error);
  get (store, "late", &late);
  finish (store, &late, &error);
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
  g_assert_finalize_object (store);
}

/* Calls under way hold the store; it goes with the last of them, and its thread with it. */
static void
test_store_dropped_while_busy (void)
{
  BatonStore *store = mock_store_new ();
  g_autoptr (GAsyncResult) result = NULL;
  gpointer weak = store;

  g_object_add_weak_pointer (G_OBJECT (store), &weak);
  get (store, "a", &result);
  g_object_unref (store);
  baton_test_await (&result);
  g_assert_nonnull (weak);
  g_clear_object (&result);
  baton_test_wait (weak == NULL);
}

typedef struct {
  GString *order;
  GThread *thread;
} Listener;

static void
moved_cb (BatonStore        *store,
          BatonConversation *conversation,
          Listener          *listener)
{
  g_assert_true (g_thread_self () == listener->thread);
  g_string_append_printf (listener->order, "%s ", conversation->id);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Listener *listener = data;

  g_assert_true (g_thread_self () == listener->thread);
  g_string_append (listener->order, "answer ");
}

/* Listeners hear first, in commit order, on the main thread; then the calls of the batch complete. */
static void
test_store_tells_before_it_answers (void)
{
  BatonStore *store = mock_store_new ();
  Listener listener = { g_string_new (NULL), g_thread_self () };

  g_signal_connect (store, "moved", G_CALLBACK (moved_cb), &listener);
  baton_store_get_conversation_async (store, "a", NULL, answered_cb, &listener);
  baton_test_wait (g_str_has_suffix (listener.order->str, "answer "));
  g_assert_cmpstr (listener.order->str, ==, "a answer ");

  /* A call that fails has nothing to tell. */
  g_string_truncate (listener.order, 0);
  baton_store_get_conversation_async (store, "fail", NULL, answered_cb, &listener);
  baton_test_wait (g_str_has_suffix (listener.order->str, "answer "));
  g_assert_cmpstr (listener.order->str, ==, "answer ");

  baton_store_close (store);
  g_assert_finalize_object (store);
  g_string_free (listener.order, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/close", test_store_close);
  g_test_add_func ("/store/dropped-while-busy", test_store_dropped_while_busy);
  g_test_add_func ("/store/tells-before-it-answers", test_store_tells_before_it_answers);
  return g_test_run ();
}
