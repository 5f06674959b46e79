/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-store-private.h"

#include "baton-error.h"

/* Group commit. The thread sleeps until a call comes, then takes along what has queued up behind it: one transaction
 * and one fsync for all of them. While it waits for the disk the next batch gathers, so batches grow with the load by
 * themselves and nobody waits for a timer. */

/* Bounds of a batch, so that the first of it does not wait long for the last. */
#define BATCH_CALLS 256
#define BATCH_USEC  (5 * G_TIME_SPAN_MILLISECOND)

/* Completions that GTask has to put off by one turn of the main loop still come before those of the next batch. */
#define DELIVER_PRIORITY  G_PRIORITY_DEFAULT
#define COMPLETE_PRIORITY (DELIVER_PRIORITY - 1)

typedef struct {
  GPtrArray *calls;   /* of BatonStoreCall, in the order in which they came */
  GPtrArray *news;    /* of BatonStoreNews, in commit order */
} Batch;

struct _BatonStoreThread {
  BatonStore   *store;       /* not a reference: the store ends its thread before it goes */
  GMainContext *context;     /* where calls are completed */
  GThread      *thread;

  GMutex        lock;
  GCond         arrived;
  GQueue        waiting;     /* of BatonStoreCall */
  gboolean      is_asleep;
  gboolean      is_ending;   /* once nothing waits any more */

  /* Of the store thread alone. */
  GQueue        taken;       /* of BatonStoreCall: were waiting, all taken at once */
  Batch        *batch;       /* the open one */
};

static Batch *
batch_new (void)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_store_call_free);
  batch->news = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_store_news_free);
  return batch;
}

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  g_ptr_array_unref (batch->calls);
  g_ptr_array_unref (batch->news);
  g_free (batch);
}

static void
drop_result (BatonStoreCall *call)
{
  if (call->result != NULL && call->result_free != NULL)
    call->result_free (call->result);
  call->result = NULL;
}

static void
complete (BatonStoreCall *call)
{
  if (call->error != NULL)
    g_task_return_error (call->task, g_steal_pointer (&call->error));
  else
    g_task_return_pointer (call->task, g_steal_pointer (&call->result), call->result_free);
}

static gboolean
deliver_cb (gpointer data)
{
  Batch *batch = data;
  BatonStoreCall *first = g_ptr_array_index (batch->calls, 0);
  g_autoptr (BatonStore) store = g_object_ref (g_task_get_source_object (first->task));

  for (guint i = 0; i < batch->news->len; i++)
    baton_store_tell (store, g_ptr_array_index (batch->news, i));
  for (guint i = 0; i < batch->calls->len; i++)
    complete (g_ptr_array_index (batch->calls, i));
  return G_SOURCE_REMOVE;
}

static void
deliver (BatonStoreThread *self,
         Batch            *batch)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, DELIVER_PRIORITY);
  g_source_set_static_name (source, "[baton] store batch");
  g_source_set_callback (source, deliver_cb, batch, batch_free);
  g_source_attach (source, self->context);
}

/* Runs one call in its own savepoint: if it fails, it alone is undone, and nothing of it is told. */
static void
run_call (BatonStoreThread *self,
          BatonStoreCall   *call)
{
  BatonStoreClass *klass = BATON_STORE_GET_CLASS (self->store);
  GPtrArray *news = self->batch->news;
  guint told = news->len;

  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (call->task), &call->error))
    return;
  if (!klass->save (self->store, &call->error))
    return;

  call->result = call->run (self->store, call->argument, &call->error);
  if (call->error == NULL && klass->release (self->store, &call->error))
    return;

  klass->undo (self->store);
  drop_result (call);
  g_ptr_array_set_size (news, (int) told);
}

/* Nothing of the batch is known to be kept: an answer such as "somebody else has it" was read from what is lost. */
static void
fail_batch (Batch        *batch,
            const GError *cause)
{
  g_ptr_array_set_size (batch->news, 0);
  for (guint i = 0; i < batch->calls->len; i++) {
    BatonStoreCall *call = g_ptr_array_index (batch->calls, i);

    drop_result (call);
    g_clear_error (&call->error);
    g_set_error (&call->error, BATON_ERROR, BATON_ERROR_FAILED, "not stored: %s", cause->message);
  }
}

/* Returns %NULL if there is none; if @may_sleep, only once none will come any more. */
static BatonStoreCall *
take_call (BatonStoreThread *self,
           gboolean          may_sleep)
{
  if (g_queue_is_empty (&self->taken)) {
    g_mutex_lock (&self->lock);
    while (may_sleep && g_queue_is_empty (&self->waiting) && !self->is_ending) {
      self->is_asleep = TRUE;
      g_cond_wait (&self->arrived, &self->lock);
    }
    self->is_asleep = FALSE;
    self->taken = self->waiting;
    g_queue_init (&self->waiting);
    g_mutex_unlock (&self->lock);
  }
  return g_queue_pop_head (&self->taken);
}

static void
run_calls (BatonStoreThread *self,
           BatonStoreCall   *first)
{
  gint64 until = g_get_monotonic_time () + BATCH_USEC;
  BatonStoreCall *call = first;

  do {
    g_ptr_array_add (self->batch->calls, call);
    run_call (self, call);
  } while (self->batch->calls->len < BATCH_CALLS && g_get_monotonic_time () < until
           && (call = take_call (self, FALSE)) != NULL);
}

static void
run_batch (BatonStoreThread *self,
           BatonStoreCall   *first)
{
  BatonStoreClass *klass = BATON_STORE_GET_CLASS (self->store);
  g_autoptr (GError) error = NULL;

  self->batch = batch_new ();
  if (!klass->begin (self->store, &error)) {
    g_ptr_array_add (self->batch->calls, first);
    fail_batch (self->batch, error);
  } else {
    run_calls (self, first);
    if (!klass->commit (self->store, &error)) {
      klass->rollback (self->store);
      fail_batch (self->batch, error);
    }
  }

  deliver (self, g_steal_pointer (&self->batch));
}

static gpointer
run_thread (gpointer data)
{
  BatonStoreThread *self = data;
  BatonStoreCall *call;

  while ((call = take_call (self, TRUE)) != NULL)
    run_batch (self, call);
  return NULL;
}

/**
 * baton_store_thread_new:
 * @store: whose back end runs there; has to outlive the thread
 *
 * Starts the thread. It completes calls in the main context that is the caller's default now.
 *
 * Returns: (transfer full): the thread
 */
BatonStoreThread *
baton_store_thread_new (BatonStore *store)
{
  BatonStoreThread *self = g_new0 (BatonStoreThread, 1);

  self->store = store;
  self->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->arrived);
  self->thread = g_thread_new ("baton-store", run_thread, self);
  return self;
}

/**
 * baton_store_thread_push:
 * @self: the thread
 * @call: (transfer full): what to run
 */
void
baton_store_thread_push (BatonStoreThread *self,
                         BatonStoreCall   *call)
{
  gboolean is_asleep;

  g_task_set_priority (call->task, COMPLETE_PRIORITY);
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->waiting, call);
  is_asleep = self->is_asleep;
  self->is_asleep = FALSE;
  g_mutex_unlock (&self->lock);

  /* Outside of the lock, which the thread takes as soon as it is awake. */
  if (is_asleep)
    g_cond_signal (&self->arrived);
}

/**
 * baton_store_thread_hold:
 * @self: the thread; this is called on it, by what it runs
 * @news: (transfer full): what to tell once the batch is committed
 */
void
baton_store_thread_hold (BatonStoreThread *self,
                         BatonStoreNews   *news)
{
  g_assert (g_thread_self () == self->thread);

  g_ptr_array_add (self->batch->news, news);
}

/**
 * baton_store_thread_end:
 * @self: (transfer full): the thread
 *
 * Waits until everything pushed so far has been committed. Those calls complete when the main context runs next.
 */
void
baton_store_thread_end (BatonStoreThread *self)
{
  g_mutex_lock (&self->lock);
  self->is_ending = TRUE;
  g_cond_signal (&self->arrived);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->arrived);
  g_main_context_unref (self->context);
  g_free (self);
}
