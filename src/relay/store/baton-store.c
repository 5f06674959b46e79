/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-store-private.h"

#include "baton-error.h"

typedef struct {
  BatonStoreThread *thread;   /* NULL once closed */
} BatonStorePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (BatonStore, baton_store, G_TYPE_OBJECT)

enum { ACTIVITY, EVENT, MOVED, BEGUN, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
baton_store_constructed (GObject *object)
{
  BatonStore *self = BATON_STORE (object);
  BatonStorePrivate *priv = baton_store_get_instance_private (self);

  G_OBJECT_CLASS (baton_store_parent_class)->constructed (object);

  priv->thread = baton_store_thread_new (self);
}

static void
baton_store_dispose (GObject *object)
{
  baton_store_close (BATON_STORE (object));

  G_OBJECT_CLASS (baton_store_parent_class)->dispose (object);
}

static void
baton_store_class_init (BatonStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = baton_store_constructed;
  object_class->dispose = baton_store_dispose;

  signals[ACTIVITY] = g_signal_new ("activity", BATON_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    g_cclosure_marshal_VOID__POINTER, G_TYPE_NONE, 1, G_TYPE_POINTER);
  g_signal_set_va_marshaller (signals[ACTIVITY], BATON_TYPE_STORE, g_cclosure_marshal_VOID__POINTERv);
  signals[EVENT] = g_signal_new ("event", BATON_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 BATON_TYPE_EVENT);
  signals[MOVED] = g_signal_new ("moved", BATON_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_POINTER);
  signals[BEGUN] = g_signal_new ("begun", BATON_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_POINTER);
}

static void
baton_store_init (BatonStore *self)
{
}

void
baton_store_call_free (BatonStoreCall *call)
{
  if (call->result != NULL && call->result_free != NULL)
    call->result_free (call->result);
  if (call->argument != NULL)
    call->argument_free (call->argument);
  g_clear_error (&call->error);
  g_clear_object (&call->task);
  g_free (call);
}

/* Sends @template, which says what to run and how to free what goes in and comes out, to the store thread. */
void
baton_store_submit (BatonStore           *self,
                    gpointer              tag,
                    const BatonStoreCall *template,
                    GCancellable         *cancellable,
                    GAsyncReadyCallback   callback,
                    gpointer              user_data)
{
  BatonStorePrivate *priv = baton_store_get_instance_private (self);
  BatonStoreCall *call = g_memdup2 (template, sizeof *template);

  call->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (call->task, tag);
  if (priv->thread != NULL) {
    baton_store_thread_push (priv->thread, call);
    return;
  }

  g_task_return_new_error (call->task, BATON_ERROR, BATON_ERROR_BUSY, "the store is closed");
  baton_store_call_free (call);
}

void
baton_store_news_free (BatonStoreNews *news)
{
  g_clear_object (&news->stored.activity);
  g_clear_pointer (&news->stored.conversation_id, g_free);
  g_clear_object (&news->event);
  g_clear_pointer (&news->moved, baton_conversation_free);
  g_clear_pointer (&news->begun, baton_conversation_free);
  g_free (news);
}

/* Emits the signal that goes with @news, on the main thread. */
void
baton_store_tell (BatonStore           *self,
                  const BatonStoreNews *news)
{
  if (news->stored.activity != NULL)
    g_signal_emit (self, signals[ACTIVITY], 0, &news->stored);
  else if (news->event != NULL)
    g_signal_emit (self, signals[EVENT], 0, news->event);
  else if (news->moved != NULL)
    g_signal_emit (self, signals[MOVED], 0, news->moved);
  else
    g_signal_emit (self, signals[BEGUN], 0, news->begun);
}

static void
hold (BatonStore     *self,
      BatonStoreNews  news)
{
  BatonStorePrivate *priv = baton_store_get_instance_private (self);

  baton_store_thread_hold (priv->thread, g_memdup2 (&news, sizeof news));
}

/**
 * baton_store_announce_activity:
 * @self: a store, on its thread
 * @conversation: the conversation, as it was when the activity came
 * @activity: what was stored, stamped
 * @index: its index
 * @shown: whether the customer may see it
 *
 * Emits `activity` once the running batch is committed; forgotten if the running call or the commit fails.
 */
void
baton_store_announce_activity (BatonStore              *self,
                               const BatonConversation *conversation,
                               BatonActivity           *activity,
                               gint64                   index,
                               gboolean                 shown)
{
  hold (self, (BatonStoreNews) {
    .stored = {
      .conversation_id = g_strdup (conversation->id),
      .activity = g_object_ref (activity),
      .index = index,
      .shown = shown,
      .state = conversation->state,
    },
  });
}

/**
 * baton_store_announce_event:
 * @self: a store, on its thread
 * @event: what happened
 *
 * Emits `event` under the same conditions.
 */
void
baton_store_announce_event (BatonStore *self,
                            BatonEvent *event)
{
  hold (self, (BatonStoreNews) { .event = g_object_ref (event) });
}

/**
 * baton_store_announce_begun:
 * @self: a store, on its thread
 * @conversation: as it is now
 *
 * Emits `begun` under the same conditions.
 */
void
baton_store_announce_begun (BatonStore              *self,
                            const BatonConversation *conversation)
{
  hold (self, (BatonStoreNews) { .begun = baton_conversation_copy (conversation) });
}

/**
 * baton_store_announce_moved:
 * @self: a store, on its thread
 * @conversation: as it is now
 *
 * Emits `moved` under the same conditions.
 */
void
baton_store_announce_moved (BatonStore              *self,
                            const BatonConversation *conversation)
{
  hold (self, (BatonStoreNews) { .moved = baton_conversation_copy (conversation) });
}

/**
 * baton_store_close:
 * @self: a store
 *
 * Commits what is queued and ends the thread; blocks for that long. Calls still under way complete when the main
 * context runs next; later ones fail with %BATON_ERROR_BUSY. Closing twice is harmless.
 */
void
baton_store_close (BatonStore *self)
{
  BatonStorePrivate *priv = baton_store_get_instance_private (self);

  g_return_if_fail (BATON_IS_STORE (self));

  if (priv->thread == NULL)
    return;

  /* The thread reads the pointer until its last call is done. */
  baton_store_thread_end (priv->thread);
  priv->thread = NULL;
}
