/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "mock-store.h"

#include "baton-error.h"

struct _MockStore {
  BatonStore parent_instance;

  GMutex     lock;
  GCond      unblocked;
  GCond      arrived;
  gboolean   blocked;     /* "block" has arrived */
  gboolean   open;        /* it may go on */
  MockFail   fail;
  GString   *log;
  guint      n_commits;
};

G_DEFINE_FINAL_TYPE (MockStore, mock_store, BATON_TYPE_STORE)

static gboolean
note (BatonStore  *store,
      const char  *what,
      MockFail     failing,
      GError     **error)
{
  MockStore *self = MOCK_STORE (store);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_string_append_printf (self->log, "%s%s", self->log->len > 0 ? " " : "", what);
  if (failing == MOCK_FAIL_NOTHING || self->fail != failing)
    return TRUE;

  g_set_error (error, BATON_ERROR, BATON_ERROR_BUSY, "%s fails", what);
  return FALSE;
}

static gboolean
mock_store_begin (BatonStore  *store,
                  GError     **error)
{
  return note (store, "begin", MOCK_FAIL_BEGIN, error);
}

static gboolean
mock_store_commit (BatonStore  *store,
                   GError     **error)
{
  MOCK_STORE (store)->n_commits++;
  return note (store, "commit", MOCK_FAIL_COMMIT, error);
}

static void
mock_store_rollback (BatonStore *store)
{
  note (store, "rollback", MOCK_FAIL_NOTHING, NULL);
}

static gboolean
mock_store_save (BatonStore  *store,
                 GError     **error)
{
  return note (store, "save", MOCK_FAIL_SAVE, error);
}

static gboolean
mock_store_release (BatonStore  *store,
                    GError     **error)
{
  return note (store, "release", MOCK_FAIL_RELEASE, error);
}

static void
mock_store_undo (BatonStore *store)
{
  note (store, "undo", MOCK_FAIL_NOTHING, NULL);
}

static BatonConversation *
mock_store_get_conversation (BatonStore  *store,
                             const char  *id,
                             GError     **error)
{
  MockStore *self = MOCK_STORE (store);
  BatonConversation *conversation = g_new0 (BatonConversation, 1);

  note (store, id, MOCK_FAIL_NOTHING, NULL);
  conversation->id = g_strdup (id);
  baton_store_announce_moved (store, conversation);

  if (g_str_equal (id, "block")) {
    g_mutex_lock (&self->lock);
    self->blocked = TRUE;
    g_cond_signal (&self->arrived);
    while (!self->open)
      g_cond_wait (&self->unblocked, &self->lock);
    g_mutex_unlock (&self->lock);
  }
  if (g_str_equal (id, "fail")) {
    baton_conversation_free (conversation);
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_GONE, "as asked");
    return NULL;
  }
  return conversation;
}

static void
mock_store_finalize (GObject *object)
{
  MockStore *self = MOCK_STORE (object);

  g_string_free (self->log, TRUE);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->unblocked);
  g_cond_clear (&self->arrived);

  G_OBJECT_CLASS (mock_store_parent_class)->finalize (object);
}

static void
mock_store_class_init (MockStoreClass *klass)
{
  BatonStoreClass *store_class = BATON_STORE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mock_store_finalize;

  store_class->begin = mock_store_begin;
  store_class->commit = mock_store_commit;
  store_class->rollback = mock_store_rollback;
  store_class->save = mock_store_save;
  store_class->release = mock_store_release;
  store_class->undo = mock_store_undo;
  store_class->get_conversation = mock_store_get_conversation;
}

static void
mock_store_init (MockStore *self)
{
  self->log = g_string_new (NULL);
  g_mutex_init (&self->lock);
  g_cond_init (&self->unblocked);
  g_cond_init (&self->arrived);
}

BatonStore *
mock_store_new (void)
{
  return g_object_new (MOCK_TYPE_STORE, NULL);
}

void
mock_store_fail (BatonStore *store,
                 MockFail    what)
{
  MockStore *self = MOCK_STORE (store);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->fail = what;
}

void
mock_store_wait_blocked (BatonStore *store)
{
  MockStore *self = MOCK_STORE (store);
  gint64 deadline = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (!self->blocked)
    g_assert_true (g_cond_wait_until (&self->arrived, &self->lock, deadline));
}

void
mock_store_unblock (BatonStore *store)
{
  MockStore *self = MOCK_STORE (store);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->open = TRUE;
  g_cond_signal (&self->unblocked);
}

char *
mock_store_take_log (BatonStore *store)
{
  MockStore *self = MOCK_STORE (store);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  char *log = g_strdup (self->log->str);

  g_string_truncate (self->log, 0);
  return log;
}

guint
mock_store_n_commits (BatonStore *store)
{
  return MOCK_STORE (store)->n_commits;
}
