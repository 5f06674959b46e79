/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-upstream.h"

#include "baton-dl-access.h"
#include "baton-dl-link.h"
#include "baton-http.h"
#include "baton-json-writer.h"

struct _BatonDlUpstream {
  GObject            parent_instance;

  char              *name;
  BatonDlLinkConfig  config;   /* of every link */
  GHashTable        *links;    /* id of a hosted conversation → BatonDlLink */
};

static void baton_dl_upstream_iface_init (BatonUpstreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonDlUpstream, baton_dl_upstream, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BATON_TYPE_UPSTREAM, baton_dl_upstream_iface_init))

static void
link_spoke (const BatonConversation *conversation,
            gint64                   epoch,
            const BatonUpstreamTurn *turn,
            gpointer                 user_data)
{
  BatonDlUpstream *self = user_data;
  const BatonBotTurn spoken = {
    .conversation_id = conversation->id,
    .epoch = epoch,
    .bot_id = self->name,
    .bot_name = self->name,
    .items = turn->items,
    .bot_read = -1,
    .bot_state = turn->bot_state,
    .bot_watermark = turn->bot_watermark,
  };

  g_signal_emit_by_name (self, "spoke", &spoken);
}

static void
link_idle (const BatonConversation *conversation,
           gpointer                 user_data)
{
  BatonDlUpstream *self = user_data;

  g_hash_table_remove (self->links, conversation->id);
}

static const BatonDlLinkFuncs link_funcs = { link_spoke, link_idle };

static BatonDlLink *
take_link (BatonDlUpstream         *self,
           const BatonConversation *conversation)
{
  BatonDlLink *link = g_hash_table_lookup (self->links, conversation->id);

  if (link == NULL) {
    link = baton_dl_link_new (&self->config, conversation, &link_funcs, self);
    g_hash_table_insert (self->links, g_strdup (conversation->id), link);
  }
  return link;
}

static void
baton_dl_upstream_run_async (BatonUpstream           *upstream,
                             const BatonConversation *conversation,
                             GPtrArray               *unread,
                             GPtrArray               *transcript,
                             GCancellable            *cancellable,
                             GAsyncReadyCallback      callback,
                             gpointer                 user_data)
{
  BatonDlUpstream *self = BATON_DL_UPSTREAM (upstream);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, baton_dl_upstream_run_async);
  baton_dl_link_run (take_link (self, conversation), conversation, unread, task);
}

static BatonUpstreamTurn *
baton_dl_upstream_run_finish (BatonUpstream  *upstream,
                              GAsyncResult   *result,
                              GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, upstream), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static const char *
baton_dl_upstream_get_name (BatonUpstream *upstream)
{
  return BATON_DL_UPSTREAM (upstream)->name;
}

static void
baton_dl_upstream_resume (BatonUpstream           *upstream,
                          const BatonConversation *conversation)
{
  BatonDlUpstream *self = BATON_DL_UPSTREAM (upstream);

  /* A link that is open has read on past the watermark of @conversation. */
  g_hash_table_remove (self->links, conversation->id);
  if (conversation->state != BATON_STATE_ENDED && conversation->bot_state != NULL)
    baton_dl_link_watch (take_link (self, conversation));
}

static void
baton_dl_upstream_tell (BatonUpstream           *upstream,
                        const BatonConversation *conversation,
                        const char              *status)
{
  baton_dl_link_tell (take_link (BATON_DL_UPSTREAM (upstream), conversation), conversation, status);
}

static void
baton_dl_upstream_iface_init (BatonUpstreamInterface *iface)
{
  iface->run_async = baton_dl_upstream_run_async;
  iface->run_finish = baton_dl_upstream_run_finish;
  iface->get_bot_id = baton_dl_upstream_get_name;
  iface->get_bot_name = baton_dl_upstream_get_name;
  iface->resume = baton_dl_upstream_resume;
  iface->tell = baton_dl_upstream_tell;
}

static void
baton_dl_upstream_dispose (GObject *object)
{
  g_hash_table_remove_all (BATON_DL_UPSTREAM (object)->links);
  G_OBJECT_CLASS (baton_dl_upstream_parent_class)->dispose (object);
}

static void
baton_dl_upstream_finalize (GObject *object)
{
  BatonDlUpstream *self = BATON_DL_UPSTREAM (object);

  g_clear_pointer (&self->links, g_hash_table_unref);
  g_clear_pointer (&self->config.access, baton_dl_access_free);
  g_clear_pointer (&self->config.context, g_free);
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (baton_dl_upstream_parent_class)->finalize (object);
}

static void
baton_dl_upstream_class_init (BatonDlUpstreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = baton_dl_upstream_dispose;
  object_class->finalize = baton_dl_upstream_finalize;
}

static void
baton_dl_upstream_init (BatonDlUpstream *self)
{
  self->config.pace = BATON_PACE_DEFAULT;
  self->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) baton_dl_link_free);
}

/**
 * baton_dl_upstream_new:
 * @name: of the bot in the configuration; shown where its activities carry no name
 * @base: (nullable): address of its Direct Line; without a path `/v3/directline` is put behind it. %NULL: that of its
 *   region, found through @token_url, else the global one
 * @secret: (nullable): of the bot; where there is a @token_url too, it is what that is asked with
 * @token_url: (nullable): where tokens come from; one call per conversation
 * @rules: (nullable) (transfer none): what counts as a hand-off; has to stay
 *
 * Returns: (transfer full): the bot; nothing is asked before the first customer speaks
 */
BatonUpstream *
baton_dl_upstream_new (const char              *name,
                       const char              *base,
                       const char              *secret,
                       const char              *token_url,
                       const BatonHandoffRules *rules)
{
  BatonDlUpstream *self = g_object_new (BATON_TYPE_DL_UPSTREAM, NULL);
  g_autoptr (SoupSession) session = baton_http_dup_session ();

  self->name = g_strdup (name);
  self->config.access = baton_dl_access_new (session, base, secret, token_url);
  self->config.new_after_return = token_url != NULL;
  self->config.rules = rules;
  return BATON_UPSTREAM (self);
}

/**
 * baton_dl_upstream_set_new_after_return:
 * @self: a bot nobody has spoken with yet
 * @new_after_return: whether the bot gets a new conversation over there when an agent has given a conversation back. So
 *   it is where a token endpoint is known, since Power Virtual Agents cannot be told that a hand-off is over; other bots
 *   go on in the old one (protocol 4.3)
 */
void
baton_dl_upstream_set_new_after_return (BatonDlUpstream *self,
                                        gboolean         new_after_return)
{
  g_return_if_fail (BATON_IS_DL_UPSTREAM (self));

  self->config.new_after_return = new_after_return;
}

/**
 * baton_dl_upstream_set_context:
 * @self: a bot nobody has spoken with yet
 * @variables: `NAME=VALUE` each; the bot has them before it greets, if it lets external sources set them
 */
void
baton_dl_upstream_set_context (BatonDlUpstream   *self,
                               const char *const *variables)
{
  BatonJsonWriter *writer;

  g_return_if_fail (BATON_IS_DL_UPSTREAM (self));

  writer = baton_json_writer_new ();
  baton_json_writer_begin_object (writer);
  for (gsize i = 0; variables[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (variables[i], "=", 2);

    baton_json_writer_add_string (writer, parts[0], parts[1] != NULL ? parts[1] : "");
  }
  baton_json_writer_end_object (writer);
  g_free (self->config.context);
  self->config.context = baton_json_writer_finish_text (writer);
}

/**
 * baton_dl_upstream_set_pace:
 * @self: a bot nobody has spoken with yet
 * @pace: how soon it tries again and gives up; copied
 */
void
baton_dl_upstream_set_pace (BatonDlUpstream *self,
                            const BatonPace *pace)
{
  g_return_if_fail (BATON_IS_DL_UPSTREAM (self));

  self->config.pace = *pace;
}
