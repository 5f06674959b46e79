/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-connector-upstream.h"

#include "baton-connector-talk.h"
#include "baton-error.h"

/* How long what is known of a conversation is kept in memory, where it is newer than in the store; and how often one
 * looks for what is older. */
#define IDLE_USEC (30 * 60 * G_USEC_PER_SEC)
#define SWEEP_SECONDS 300

struct _BatonConnectorUpstream {
  GObject                  parent_instance;

  char                    *name;
  char                    *service_url;
  BatonConnectorTerms      terms;
  BatonConnectorWire      *wire;
  GHashTable              *talks;      /* conversation id → BatonConnectorTalk */
  guint                    sweep_id;
};

static void baton_connector_upstream_iface_init (BatonUpstreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonConnectorUpstream, baton_connector_upstream, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BATON_TYPE_UPSTREAM, baton_connector_upstream_iface_init))

/* --- talks --- */

static gboolean
is_idle (gpointer key,
         gpointer value,
         gpointer user_data)
{
  return baton_connector_talk_is_idle (value, *(gint64 *) user_data);
}

static gboolean
sweep_cb (gpointer user_data)
{
  BatonConnectorUpstream *self = user_data;
  gint64 since = g_get_monotonic_time () - IDLE_USEC;

  g_hash_table_foreach_remove (self->talks, is_idle, &since);
  if (g_hash_table_size (self->talks) > 0)
    return G_SOURCE_CONTINUE;
  self->sweep_id = 0;
  return G_SOURCE_REMOVE;
}

static BatonConnectorTalk *
take_talk (BatonConnectorUpstream  *self,
           const BatonConversation *conversation)
{
  BatonConnectorTalk *talk = g_hash_table_lookup (self->talks, conversation->id);

  if (talk == NULL) {
    talk = baton_connector_talk_new (self->wire, &self->terms, conversation);
    g_hash_table_insert (self->talks, g_strdup (conversation->id), talk);
    if (self->sweep_id == 0)
      self->sweep_id = g_timeout_add_seconds (SWEEP_SECONDS, sweep_cb, self);
  }
  return talk;
}

/* --- the interface --- */

static void
baton_connector_upstream_run_async (BatonUpstream           *upstream,
                                    const BatonConversation *conversation,
                                    GPtrArray               *unread,
                                    GPtrArray               *transcript,
                                    GCancellable            *cancellable,
                                    GAsyncReadyCallback      callback,
                                    gpointer                 user_data)
{
  BatonConnectorUpstream *self = BATON_CONNECTOR_UPSTREAM (upstream);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, baton_connector_upstream_run_async);
  baton_connector_talk_run (take_talk (self, conversation), conversation, unread, task);
}

static BatonUpstreamTurn *
baton_connector_upstream_run_finish (BatonUpstream  *upstream,
                                     GAsyncResult   *result,
                                     GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, upstream), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static const char *
baton_connector_upstream_get_name (BatonUpstream *upstream)
{
  return BATON_CONNECTOR_UPSTREAM (upstream)->name;
}

static gboolean
baton_connector_upstream_greets (BatonUpstream           *upstream,
                                 const BatonConversation *conversation)
{
  return !baton_connector_talk_is_known (take_talk (BATON_CONNECTOR_UPSTREAM (upstream), conversation));
}

static void
baton_connector_upstream_tell (BatonUpstream           *upstream,
                               const BatonConversation *conversation,
                               const char              *status)
{
  baton_connector_talk_tell (take_talk (BATON_CONNECTOR_UPSTREAM (upstream), conversation), conversation, status);
}

static void
baton_connector_upstream_iface_init (BatonUpstreamInterface *iface)
{
  iface->run_async = baton_connector_upstream_run_async;
  iface->run_finish = baton_connector_upstream_run_finish;
  iface->get_bot_id = baton_connector_upstream_get_name;
  iface->get_bot_name = baton_connector_upstream_get_name;
  iface->greets = baton_connector_upstream_greets;
  iface->tell = baton_connector_upstream_tell;
}

/* --- what the bot posts --- */

/**
 * baton_connector_upstream_get_epoch:
 * @conversation: as the store has it
 *
 * Returns: the epoch in which the bot was last told something: what it says now answers that
 */
gint64
baton_connector_upstream_get_epoch (BatonConnectorUpstream  *self,
                                    const BatonConversation *conversation)
{
  BatonConnectorTalk *talk = g_hash_table_lookup (self->talks, conversation->id);
  gint64 epoch = talk != NULL ? baton_connector_talk_get_epoch (talk)
                              : baton_connector_talk_read_epoch (conversation->bot_state);

  return epoch >= 0 ? epoch : conversation->epoch;
}

/**
 * baton_connector_upstream_hear:
 * @conversation: where the bot posted it
 * @activity: what it posted; not necessarily something to be kept
 *
 * Notes that the bot is alive.
 *
 * Returns: (transfer full): what others may be shown of it
 */
BatonActivity *
baton_connector_upstream_hear (BatonConnectorUpstream  *self,
                               const BatonConversation *conversation,
                               BatonActivity           *activity)
{
  BatonConnectorTalk *talk = g_hash_table_lookup (self->talks, conversation->id);

  if (talk != NULL)
    baton_connector_talk_note_said (talk, FALSE);
  return baton_connector_speech_hear (&self->terms, activity);
}

static void
add_words (BatonConnectorUpstream  *self,
           const BatonConversation *conversation,
           BatonUpstreamTurn       *turn,
           BatonActivity           *activity)
{
  g_autoptr (BatonActivity) heard = baton_connector_upstream_hear (self, conversation, activity);
  g_autoptr (BatonHandoff) handoff = baton_connector_speech_take_handoff (&self->terms, &heard);
  BatonConnectorTalk *talk = g_hash_table_lookup (self->talks, conversation->id);

  if (talk != NULL && handoff != NULL
      && baton_connector_upstream_get_epoch (self, conversation) == conversation->epoch)
    baton_connector_talk_note_said (talk, TRUE);
  baton_upstream_turn_add (turn, heard, NULL, handoff);
}

/**
 * baton_connector_upstream_say_async:
 * @conversation: as the store has it
 * @activities: (element-type BatonActivity): what the bot posted there
 *
 * Has it stored. Finishing gives the ids under which it is, or an error: then it is not, and not going to be.
 */
void
baton_connector_upstream_say_async (BatonConnectorUpstream  *self,
                                    const BatonConversation *conversation,
                                    GPtrArray               *activities,
                                    GCancellable            *cancellable,
                                    GAsyncReadyCallback      callback,
                                    gpointer                 user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (BatonUpstreamTurn) turn = baton_upstream_turn_new ();
  BatonConnectorTalk *talk;

  g_return_if_fail (BATON_IS_CONNECTOR_UPSTREAM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, baton_connector_upstream_say_async);
  g_task_set_check_cancellable (task, FALSE);
  for (guint i = 0; i < activities->len; i++)
    add_words (self, conversation, turn, g_ptr_array_index (activities, i));
  talk = g_hash_table_lookup (self->talks, conversation->id);
  turn->bot_state = talk != NULL ? baton_connector_talk_dup_state (talk) : NULL;
  baton_upstream_submit (BATON_UPSTREAM (self), &(BatonBotTurn) {
    .conversation_id = conversation->id,
    .epoch = baton_connector_upstream_get_epoch (self, conversation),
    .bot_id = self->terms.bot_id,
    .bot_name = self->terms.bot_name,
    .items = turn->items,
    .bot_read = -1,
    .bot_state = turn->bot_state,
  }, task);
}

GStrv
baton_connector_upstream_say_finish (BatonConnectorUpstream  *self,
                                     GAsyncResult            *result,
                                     GError                 **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- life --- */

static void
baton_connector_upstream_dispose (GObject *object)
{
  BatonConnectorUpstream *self = BATON_CONNECTOR_UPSTREAM (object);

  g_clear_handle_id (&self->sweep_id, g_source_remove);
  g_hash_table_remove_all (self->talks);
  G_OBJECT_CLASS (baton_connector_upstream_parent_class)->dispose (object);
}

static void
baton_connector_upstream_finalize (GObject *object)
{
  BatonConnectorUpstream *self = BATON_CONNECTOR_UPSTREAM (object);

  g_clear_pointer (&self->talks, g_hash_table_unref);
  g_clear_pointer (&self->wire, baton_connector_wire_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->service_url, g_free);
  G_OBJECT_CLASS (baton_connector_upstream_parent_class)->finalize (object);
}

static void
baton_connector_upstream_class_init (BatonConnectorUpstreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = baton_connector_upstream_dispose;
  object_class->finalize = baton_connector_upstream_finalize;
}

static void
baton_connector_upstream_init (BatonConnectorUpstream *self)
{
  self->talks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) baton_connector_talk_free);
}

/**
 * baton_connector_upstream_new:
 * @name: of the bot in the configuration: it is what the bot is told it is called
 * @access: copied, but for the key
 * @rules: (nullable) (transfer none): what counts as a hand-off; has to stay
 *
 * Returns: (transfer full): the bot; nothing is asked before the first customer speaks, and by then
 *   baton_connector_upstream_set_service_url() has to have said where it answers
 */
BatonUpstream *
baton_connector_upstream_new (const char                  *name,
                              const BatonConnectorAccess  *access,
                              const BatonHandoffRules     *rules)
{
  BatonConnectorUpstream *self = g_object_new (BATON_TYPE_CONNECTOR_UPSTREAM, NULL);
  const gboolean is_asked = access->secret != NULL || access->app_id != NULL;

  self->name = g_strdup (name);
  self->terms.bot_id = self->terms.bot_name = self->name;
  self->terms.channel_id = is_asked ? "directline" : "emulator";
  self->wire = baton_connector_wire_new (access);
  self->terms.rules = rules;
  return BATON_UPSTREAM (self);
}

/**
 * baton_connector_upstream_set_patience:
 * @ms: milliseconds the bot has for an answer: 15,000
 */
void
baton_connector_upstream_set_patience (BatonConnectorUpstream *self,
                                       guint                   ms)
{
  g_return_if_fail (BATON_IS_CONNECTOR_UPSTREAM (self));

  baton_connector_wire_set_patience (self->wire, ms);
}

/**
 * baton_connector_upstream_set_service_url:
 * @url: what stands before `/v3/conversations` where the bot answers
 */
void
baton_connector_upstream_set_service_url (BatonConnectorUpstream *self,
                                          const char             *url)
{
  g_return_if_fail (BATON_IS_CONNECTOR_UPSTREAM (self));

  g_free (self->service_url);
  self->service_url = g_strdup (url);
  self->terms.service_url = self->service_url;
  baton_connector_wire_set_service_url (self->wire, url);
}

const char *
baton_connector_upstream_get_service_url (BatonConnectorUpstream *self)
{
  g_return_val_if_fail (BATON_IS_CONNECTOR_UPSTREAM (self), NULL);

  return self->service_url;
}
