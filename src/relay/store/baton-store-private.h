/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-store.h"

/* How a call travels: baton-store.c makes it, the store thread runs it in a batch, the main context completes it. */

typedef gpointer (*BatonStoreRun) (BatonStore  *self,
                                   gpointer     argument,
                                   GError     **error);

/**
 * BatonStoreCall:
 *
 * One call on its way. Made and completed on the main thread, run on the store thread, never touched by both at once.
 */
typedef struct {
  GTask          *task;
  BatonStoreRun   run;             /* gives %NULL only with an error */
  gpointer        argument;
  GDestroyNotify  argument_free;
  gpointer        result;
  GDestroyNotify  result_free;     /* %NULL: the result is a plain number */
  GError         *error;
} BatonStoreCall;

/**
 * BatonStorePlain:
 *
 * The plain arguments of a call; each uses those it needs.
 */
typedef struct {
  const char *id;
  const char *other;
  gint64      number;
  guint       limit;
  gboolean    flag;
  BatonAgent *agent;
} BatonStorePlain;

/**
 * BatonStoreNews:
 *
 * Something to tell the listeners once it is committed: an activity, or an event, or a conversation that moved or began.
 */
typedef struct {
  BatonStored        stored;    /* its activity is %NULL if this is something else */
  BatonEvent        *event;
  BatonConversation *moved;
  BatonConversation *begun;
} BatonStoreNews;

void              baton_store_submit      (BatonStore           *self,
                                           gpointer              tag,
                                           const BatonStoreCall *template,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
BatonStorePlain  *baton_store_plain_copy  (BatonStorePlain       plain);
void              baton_store_plain_free  (gpointer              data);
gpointer          baton_store_finish      (BatonStore           *self,
                                           GAsyncResult         *result,
                                           gpointer              tag,
                                           GError              **error);
void              baton_store_call_free   (BatonStoreCall       *call);
void              baton_store_news_free   (BatonStoreNews       *news);
void              baton_store_tell        (BatonStore           *self,
                                           const BatonStoreNews *news);

/**
 * BatonStoreThread:
 *
 * The one thread on which a back end runs.
 */
typedef struct _BatonStoreThread BatonStoreThread;

BatonStoreThread *baton_store_thread_new  (BatonStore           *store);
void              baton_store_thread_push (BatonStoreThread     *self,
                                           BatonStoreCall       *call);
void              baton_store_thread_hold (BatonStoreThread     *self,
                                           BatonStoreNews       *news);
void              baton_store_thread_end  (BatonStoreThread     *self);

/* Deep copies of what callers hand in: `_copy` gives everything its own memory, `_free` takes such a copy. */
BatonPost        *baton_post_copy         (const BatonPost      *post);
void              baton_post_free         (BatonPost            *post);
BatonBotTurn     *baton_bot_turn_copy     (const BatonBotTurn   *turn);
void              baton_bot_turn_free     (BatonBotTurn         *turn);
BatonAmendment   *baton_amendment_copy    (const BatonAmendment *amendment);
void              baton_amendment_free    (BatonAmendment       *amendment);
BatonStep        *baton_step_copy         (const BatonStep      *step);
void              baton_step_free         (BatonStep            *step);
