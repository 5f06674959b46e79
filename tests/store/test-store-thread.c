/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <sys/resource.h>

#include "baton-error.h"
#include "baton-test.h"
#include "mock-store.h"

/* Batches, seen through a back end that writes down what is asked of it. */

#define MANY 1000

typedef struct {
  BatonStore *store;
  guint       n_done;
  guint       n_failed;
  guint       n_moved;
  GString    *order;     /* the first letters of what was answered */
} Watch;

static void
moved_cb (BatonStore        *store,
          BatonConversation *conversation,
          Watch             *watch)
{
  watch->n_moved++;
}

static void
watch_init (Watch *watch)
{
  *watch = (Watch) { .store = mock_store_new (), .order = g_string_new (NULL) };
  g_signal_connect (watch->store, "moved", G_CALLBACK (moved_cb), watch);
}

static void
watch_clear (Watch *watch)
{
  baton_store_close (watch->store);
  baton_test_wait (!g_main_context_pending (NULL));
  g_assert_finalize_object (watch->store);
  g_string_free (watch->order, TRUE);
}

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Watch *watch = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonConversation) conversation = NULL;

  conversation = baton_store_get_conversation_finish (BATON_STORE (source), result, &error);
  watch->n_done++;
  watch->n_failed += error != NULL;
  g_string_append_c (watch->order, conversation != NULL ? conversation->id[0] : '-');
  if (error != NULL && !g_error_matches (error, BATON_ERROR, BATON_ERROR_GONE))
    g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
}

static void
get (Watch      *watch,
     const char *id)
{
  baton_store_get_conversation_async (watch->store, id, NULL, done_cb, watch);
}

/* What queues up while the thread is busy is committed together. */
static void
test_thread_group_commit (void)
{
  Watch watch;

  watch_init (&watch);
  get (&watch, "block");
  for (guint i = 0; i < MANY; i++)
    get (&watch, "x");
  mock_store_unblock (watch.store);
  baton_test_wait (watch.n_done == MANY + 1);

  g_test_message ("%u calls in %u commits", MANY + 1, mock_store_n_commits (watch.store));
  g_assert_cmpuint (mock_store_n_commits (watch.store), <, MANY / 10);
  g_assert_cmpuint (mock_store_n_commits (watch.store), >=, MANY / 256);
  g_assert_cmpuint (watch.n_moved, ==, MANY + 1);
  watch_clear (&watch);
}

/* A call that fails is undone alone; its neighbours stay, and all are answered in order. */
static void
test_thread_failure_alone (void)
{
  g_autofree char *log = NULL;
  Watch watch;

  watch_init (&watch);
  get (&watch, "block");
  get (&watch, "a");
  get (&watch, "fail");
  get (&watch, "b");
  mock_store_unblock (watch.store);
  baton_test_wait (watch.n_done == 4);

  g_assert_cmpstr (watch.order->str, ==, "ba-b");
  g_assert_cmpuint (watch.n_failed, ==, 1);
  g_assert_cmpuint (watch.n_moved, ==, 3);
  log = mock_store_take_log (watch.store);
  g_assert_nonnull (strstr (log, "save a release"));
  g_assert_nonnull (strstr (log, "save fail undo save b release"));
  watch_clear (&watch);
}

static const struct {
  MockFail    fail;
  const char *log;
} failures[] = {
  { MOCK_FAIL_BEGIN, "begin" },
  { MOCK_FAIL_COMMIT, "begin save a release commit rollback" },
};

/* Nothing is acknowledged, and nothing told, that was not committed; the next batch has its own chance. */
static void
test_thread_failed_batch (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++) {
    g_autofree char *log = NULL;
    Watch watch;

    g_test_message ("%s", failures[i].log);
    watch_init (&watch);
    mock_store_fail (watch.store, failures[i].fail);
    get (&watch, "a");
    baton_test_wait (watch.n_done == 1);
    log = mock_store_take_log (watch.store);
    g_assert_cmpstr (log, ==, failures[i].log);
    g_assert_cmpuint (watch.n_failed, ==, 1);
    g_assert_cmpuint (watch.n_moved, ==, 0);

    mock_store_fail (watch.store, MOCK_FAIL_NOTHING);
    get (&watch, "a");
    baton_test_wait (watch.n_done == 2);
    g_assert_cmpuint (watch.n_failed, ==, 1);
    watch_clear (&watch);
  }
}

/* All of a batch whose commit failed are failed, also the one that had failed by itself. */
static void
test_thread_failed_commit_of_many (void)
{
  Watch watch;

  watch_init (&watch);
  mock_store_fail (watch.store, MOCK_FAIL_COMMIT);
  get (&watch, "block");
  for (guint i = 0; i < 20; i++)
    get (&watch, i % 2 == 0 ? "a" : "fail");
  mock_store_unblock (watch.store);
  baton_test_wait (watch.n_done == 21);
  g_assert_cmpuint (watch.n_failed, ==, 21);
  g_assert_cmpuint (watch.n_moved, ==, 0);
  watch_clear (&watch);
}

static void
cancelled_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  gboolean *cancelled = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (baton_store_get_conversation_finish (BATON_STORE (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *cancelled = TRUE;
}

/* A call cancelled before its turn does not run; one that has run is committed, whoever still wants to know. */
static void
test_thread_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean first = FALSE, second = FALSE;
  g_autofree char *log = NULL;
  Watch watch;

  watch_init (&watch);
  baton_store_get_conversation_async (watch.store, "block", cancellable, cancelled_cb, &first);
  mock_store_wait_blocked (watch.store);
  baton_store_get_conversation_async (watch.store, "x", cancellable, cancelled_cb, &second);
  g_cancellable_cancel (cancellable);
  mock_store_unblock (watch.store);
  baton_test_wait (first && second);
  baton_store_close (watch.store);

  log = mock_store_take_log (watch.store);
  g_assert_null (strstr (log, "save x"));
  g_assert_cmpuint (watch.n_moved, ==, 1);
  watch_clear (&watch);
}

static gint64
used_usec (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC
         + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static gboolean
over_cb (gpointer over)
{
  *(gboolean *) over = TRUE;
  return G_SOURCE_REMOVE;
}

static void
test_thread_idle (void)
{
  gboolean over = FALSE;
  gint64 used;
  Watch watch;

  watch_init (&watch);
  get (&watch, "a");
  baton_test_wait (watch.n_done == 1);
  used = used_usec ();
  g_timeout_add (300, over_cb, &over);
  baton_test_wait (over);
  g_assert_cmpint (used_usec () - used, <, 20000);
  watch_clear (&watch);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/thread/group-commit", test_thread_group_commit);
  g_test_add_func ("/store/thread/failure-alone", test_thread_failure_alone);
  g_test_add_func ("/store/thread/failed-batch", test_thread_failed_batch);
  g_test_add_func ("/store/thread/failed-commit-of-many", test_thread_failed_commit_of_many);
  g_test_add_func ("/store/thread/cancel", test_thread_cancel);
  g_test_add_func ("/store/thread/idle", test_thread_idle);
  return g_test_run ();
}
