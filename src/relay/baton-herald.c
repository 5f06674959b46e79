/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-herald.h"

#include "baton-time.h"

struct _BatonHerald {
  GObject       parent_instance;

  BatonStore   *store;
  GHashTable   *bots;          /* name → BatonUpstream: who wants to know */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (BatonHerald, baton_herald, G_TYPE_OBJECT)

/* One thing to tell. */
typedef struct {
  BatonHerald       *herald;
  const char        *word;
  char              *key;            /* what must not be told twice */
  BatonConversation *conversation;
} News;

static void
news_free (News *news)
{
  g_clear_pointer (&news->conversation, baton_conversation_free);
  g_free (news->key);
  g_object_unref (news->herald);
  g_free (news);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (News, news_free)

/* Written down first: a bot that is not told after a crash can live with that, one that is told twice may not. */
static void
noted_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (News) news = user_data;
  g_autoptr (GError) error = NULL;
  BatonUpstream *bot;
  gboolean first;

  if (!baton_store_note_once_finish (BATON_STORE (source), result, &first, &error)) {
    g_debug ("conversation %s: its bot is not told what became of its hand-off: %s", news->conversation->id,
             error->message);
    return;
  }
  bot = g_hash_table_lookup (news->herald->bots, news->conversation->bot);
  if (first && bot != NULL)
    baton_upstream_tell (bot, news->conversation, news->word);
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (News) news = user_data;
  g_autoptr (GError) error = NULL;
  BatonHerald *self = news->herald;
  const char *key = news->key;

  news->conversation = baton_store_get_conversation_finish (BATON_STORE (source), result, &error);
  if (news->conversation == NULL)
    g_debug ("a conversation could not be read to tell its bot: %s", error->message);
  else if (g_hash_table_contains (self->bots, news->conversation->bot))
    baton_store_note_once_async (self->store, key, self->cancellable, noted_cb, g_steal_pointer (&news));
}

/* Returns: (nullable): what the bot is told with this event */
static const char *
choose_word (BatonEvent      *event,
             BatonEscalation *escalation)
{
  const char *kind = baton_event_get_kind (event);

  if (g_str_equal (kind, BATON_EVENT_CLAIMED))
    return "accepted";
  if (g_str_equal (kind, BATON_EVENT_RETURNED) || g_str_equal (kind, BATON_EVENT_ENDED))
    return baton_escalation_get_claimed_at (escalation) != BATON_TIME_UNKNOWN ? "completed" : "failed";
  return NULL;
}

static void
event_cb (BatonStore *store,
          BatonEvent *event,
          gpointer    user_data)
{
  BatonHerald *self = BATON_HERALD (user_data);
  BatonEscalation *escalation = baton_event_get_escalation (event);
  const char *word = escalation != NULL ? choose_word (event, escalation) : NULL;
  News *news;

  if (word == NULL || g_hash_table_size (self->bots) == 0)
    return;

  news = g_new0 (News, 1);
  news->herald = g_object_ref (self);
  news->word = word;
  news->key = g_strdup_printf ("handoff.status %s %s", baton_escalation_get_id (escalation), word);
  baton_store_get_conversation_async (store, baton_escalation_get_conversation_id (escalation), self->cancellable,
                                      found_cb, news);
}

static void
baton_herald_dispose (GObject *object)
{
  BatonHerald *self = BATON_HERALD (object);

  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->store, self);
  g_hash_table_remove_all (self->bots);

  G_OBJECT_CLASS (baton_herald_parent_class)->dispose (object);
}

static void
baton_herald_finalize (GObject *object)
{
  BatonHerald *self = BATON_HERALD (object);

  g_object_unref (self->store);
  g_hash_table_unref (self->bots);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (baton_herald_parent_class)->finalize (object);
}

static void
baton_herald_class_init (BatonHeraldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = baton_herald_dispose;
  object_class->finalize = baton_herald_finalize;
}

static void
baton_herald_init (BatonHerald *self)
{
  self->bots = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->cancellable = g_cancellable_new ();
}

BatonHerald *
baton_herald_new (BatonStore *store)
{
  BatonHerald *self = g_object_new (BATON_TYPE_HERALD, NULL);

  self->store = g_object_ref (store);
  g_signal_connect (store, "event", G_CALLBACK (event_cb), self);
  return self;
}

/**
 * baton_herald_add_bot:
 * @name: as conversations have it
 * @bot: who wants to know
 */
void
baton_herald_add_bot (BatonHerald   *self,
                      const char    *name,
                      BatonUpstream *bot)
{
  g_return_if_fail (BATON_IS_HERALD (self));
  g_return_if_fail (BATON_IS_UPSTREAM (bot));

  g_hash_table_replace (self->bots, g_strdup (name), g_object_ref (bot));
}
