/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sqlite-private.h"

/* The conversations that are being talked in, kept in memory, so that a post need not look for its own. The database is
 * the truth: what is here was read from it, or went into it in the same transaction. SQLite says when a row changes, and
 * that one is then read again (baton_sqlite_live_outdate()); what is undone is forgotten. So no code that changes a
 * conversation has to know of this. */

/* Those used last stay. About 600 bytes each: more of them would be most of what a customer costs who only sits there. */
#define MAX_LIVE 2048

struct _BatonSqliteLive {
  GHashTable *by_id;     /* char * → BatonSqliteConversation */
  GHashTable *by_key;    /* its key → the same */
  GQueue      used;      /* of the same; the last used first. Owns them. */
  guint64     call;      /* number of the running one */
};

BatonSqliteLive *
baton_sqlite_live_new (void)
{
  BatonSqliteLive *self = g_new0 (BatonSqliteLive, 1);

  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->by_key = g_hash_table_new (g_int64_hash, g_int64_equal);
  return self;
}

void
baton_sqlite_live_free (BatonSqliteLive *self)
{
  baton_sqlite_live_forget_all (self);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->by_key);
  g_free (self);
}

static void
forget (BatonSqliteLive         *self,
        BatonSqliteConversation *conversation)
{
  g_hash_table_remove (self->by_id, conversation->record->id);
  g_hash_table_remove (self->by_key, &conversation->key);
  g_queue_unlink (&self->used, &conversation->used);
  baton_sqlite_conversation_unref (conversation);
}

/* What the running call has in hands is at the front: it is what may be forgotten if the call is undone. */
static void
use (BatonSqliteLive         *self,
     BatonSqliteConversation *conversation)
{
  conversation->call = self->call;
  g_queue_push_head_link (&self->used, &conversation->used);
}

/**
 * baton_sqlite_live_find:
 * @self: the live ones
 * @id: id of a conversation
 *
 * Returns: (transfer full) (nullable): it, maybe outdated; %NULL: it is not here
 */
BatonSqliteConversation *
baton_sqlite_live_find (BatonSqliteLive *self,
                        const char      *id)
{
  BatonSqliteConversation *conversation = g_hash_table_lookup (self->by_id, id);

  if (conversation == NULL)
    return NULL;

  g_queue_unlink (&self->used, &conversation->used);
  use (self, conversation);
  return baton_sqlite_conversation_ref (conversation);
}

/**
 * baton_sqlite_live_add:
 * @self: the live ones
 * @conversation: one that has just been read and is not here
 */
void
baton_sqlite_live_add (BatonSqliteLive         *self,
                       BatonSqliteConversation *conversation)
{
  if (self->used.length >= MAX_LIVE)
    forget (self, g_queue_peek_tail (&self->used));

  conversation->used.data = conversation;
  g_hash_table_insert (self->by_id, g_strdup (conversation->record->id), conversation);
  g_hash_table_insert (self->by_key, &conversation->key, conversation);
  use (self, baton_sqlite_conversation_ref (conversation));
}

/* The row with this @key has changed. */
void
baton_sqlite_live_outdate (BatonSqliteLive *self,
                           gint64           key)
{
  BatonSqliteConversation *conversation = g_hash_table_lookup (self->by_key, &key);

  if (conversation != NULL)
    conversation->is_outdated = TRUE;
}

void
baton_sqlite_live_begin_call (BatonSqliteLive *self)
{
  self->call++;
}

/* The running call is undone, and with it what it read or counted. */
void
baton_sqlite_live_forget_call (BatonSqliteLive *self)
{
  BatonSqliteConversation *conversation;

  while ((conversation = g_queue_peek_head (&self->used)) != NULL && conversation->call == self->call)
    forget (self, conversation);
}

void
baton_sqlite_live_forget_all (BatonSqliteLive *self)
{
  BatonSqliteConversation *conversation;

  while ((conversation = g_queue_peek_head (&self->used)) != NULL)
    forget (self, conversation);
}
