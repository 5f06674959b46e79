/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-session.h"

#include <string.h>

#include "baton-error.h"

struct _BatonSession {
  GObject         parent_instance;

  BatonHubClient *hub;
  BatonAgent     *agent;        /* me, as the hub has it; %NULL until signed in */
  GHashTable     *cases;        /* escalation id → BatonCase */
  BatonCase      *shown;        /* the one on screen, or %NULL */
  char           *agent_id;
  char           *password;     /* kept while signed in: a relay may forget its sessions, the agent need not notice */
  gboolean        signing_in;
  gboolean        was_in;       /* signed in once since the agent asked for it */
  GCancellable   *cancellable;
};

G_DEFINE_FINAL_TYPE (BatonSession, baton_session, G_TYPE_OBJECT)

enum { PROP_0, PROP_HUB, PROP_STATE, PROP_SIGNING_IN, PROP_PRESENCE, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { SIGN_IN_FAILED, PRESENCE_REFUSED, CASE_OPENED, CASE_CLOSED, EVENT, SYNCED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
forget_password (BatonSession *self)
{
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  g_clear_pointer (&self->password, g_free);
}

static void
notify (BatonSession *self,
        guint         prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

/* Cases */

static gboolean
is_mine (BatonSession    *self,
         BatonEscalation *escalation)
{
  return baton_escalation_get_state (escalation) == BATON_STATE_WITH_AGENT &&
         self->agent_id != NULL &&
         g_strcmp0 (baton_escalation_get_agent_id (escalation), self->agent_id) == 0;
}

static BatonCase *
open_case (BatonSession    *self,
           BatonEscalation *escalation)
{
  const char *id = baton_escalation_get_id (escalation);
  BatonCase *opened = g_hash_table_lookup (self->cases, id);

  if (opened == NULL) {
    opened = baton_case_new (self->hub, escalation);
    g_hash_table_insert (self->cases, g_strdup (id), opened);
    g_signal_emit (self, signals[CASE_OPENED], 0, opened);
  }
  return opened;
}

static void
close_case_unless_needed (BatonSession *self,
                          const char   *id)
{
  BatonCase *opened = g_hash_table_lookup (self->cases, id);
  g_autofree char *kept_id = g_strdup (id);

  if (opened == NULL || opened == self->shown || is_mine (self, baton_case_get_escalation (opened)))
    return;

  g_hash_table_remove (self->cases, kept_id);
  g_signal_emit (self, signals[CASE_CLOSED], 0, kept_id);
}

static void
close_all_cases (BatonSession *self)
{
  g_autoptr (GList) ids = g_hash_table_get_keys (self->cases);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);

  for (GList *l = ids; l != NULL; l = l->next)
    g_ptr_array_add (gone, g_strdup (l->data));

  g_clear_object (&self->shown);
  g_hash_table_remove_all (self->cases);
  for (guint i = 0; i < gone->len; i++)
    g_signal_emit (self, signals[CASE_CLOSED], 0, g_ptr_array_index (gone, i));
}

static void
close_stale_cases (BatonSession *self)
{
  g_autoptr (GList) ids = g_hash_table_get_keys (self->cases);

  for (GList *l = ids; l != NULL; l = l->next)
    close_case_unless_needed (self, l->data);
}

/* What the hub says */

static void
queue_changed_cb (GListModel   *queue,
                  guint         position,
                  guint         removed,
                  guint         added,
                  BatonSession *self)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (BatonEscalation) escalation = g_list_model_get_item (queue, i);

    if (is_mine (self, escalation))
      open_case (self, escalation);
    else
      close_case_unless_needed (self, baton_escalation_get_id (escalation));
  }
  if (removed > added)
    close_stale_cases (self);
}

static void
open_mine (BatonSession *self)
{
  GListModel *queue = G_LIST_MODEL (baton_hub_client_get_queue (self->hub));

  queue_changed_cb (queue, 0, 0, g_list_model_get_n_items (queue), self);
}

static void
presence_changed_cb (BatonSession *self)
{
  notify (self, PROP_PRESENCE);
}

static void
agent_changed_cb (BatonSession *self)
{
  BatonAgent *agent = baton_hub_client_get_agent (self->hub);

  if (self->agent == agent)
    return;

  if (self->agent != NULL)
    g_signal_handlers_disconnect_by_data (self->agent, self);
  g_set_object (&self->agent, agent);
  if (agent != NULL) {
    g_signal_connect_object (agent, "notify::presence", G_CALLBACK (presence_changed_cb), self, G_CONNECT_SWAPPED);
    open_mine (self);
  }
  notify (self, PROP_PRESENCE);
}

static void sign_in_again (BatonSession *self);

static void
state_changed_cb (BatonSession *self)
{
  if (baton_session_get_state (self) == BATON_HUB_SIGNED_OUT && self->was_in && !self->signing_in)
    sign_in_again (self);
  notify (self, PROP_STATE);
  notify (self, PROP_PRESENCE);
}

static void
event_cb (BatonSession *self,
          BatonEvent   *event)
{
  g_signal_emit (self, signals[EVENT], 0, event);
}

static void
synced_cb (BatonSession *self)
{
  g_signal_emit (self, signals[SYNCED], 0);
}

static void
drop_hub (BatonSession *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  close_all_cases (self);

  if (self->agent != NULL)
    g_signal_handlers_disconnect_by_data (self->agent, self);
  g_clear_object (&self->agent);
  if (self->hub == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->hub, self);
  g_signal_handlers_disconnect_by_data (baton_hub_client_get_queue (self->hub), self);
  baton_hub_client_sign_out (self->hub);
  g_clear_object (&self->hub);
}

static void
take_hub (BatonSession   *self,
          BatonHubClient *hub)
{
  self->hub = g_object_ref (hub);
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (self->hub, "notify::state", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->hub, "notify::agent", G_CALLBACK (agent_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->hub, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->hub, "synced", G_CALLBACK (synced_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (baton_hub_client_get_queue (self->hub), "items-changed",
                           G_CALLBACK (queue_changed_cb), self, 0);
  notify (self, PROP_HUB);
  notify (self, PROP_STATE);
  notify (self, PROP_PRESENCE);
}

/* Signing in */

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (BatonSession) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = baton_hub_client_sign_in_finish (BATON_HUB_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->signing_in = FALSE;
  self->was_in = done;
  if (!done)
    forget_password (self);
  notify (self, PROP_SIGNING_IN);
  notify (self, PROP_STATE);
  if (!done)
    g_signal_emit (self, signals[SIGN_IN_FAILED], 0, error);
}

static void
sign_in_again (BatonSession *self)
{
  self->signing_in = TRUE;
  self->was_in = FALSE;
  notify (self, PROP_SIGNING_IN);
  baton_hub_client_sign_in_async (self->hub, self->agent_id, self->password, self->cancellable,
                                  signed_in_cb, g_object_ref (self));
}

/* GObject */

static void
baton_session_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  BatonSession *self = BATON_SESSION (object);

  switch (id) {
  case PROP_HUB:
    g_value_set_object (value, self->hub);
    break;
  case PROP_STATE:
    g_value_set_int (value, baton_session_get_state (self));
    break;
  case PROP_SIGNING_IN:
    g_value_set_boolean (value, self->signing_in);
    break;
  case PROP_PRESENCE:
    g_value_set_int (value, baton_session_get_presence (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
baton_session_dispose (GObject *object)
{
  drop_hub (BATON_SESSION (object));
  G_OBJECT_CLASS (baton_session_parent_class)->dispose (object);
}

static void
baton_session_finalize (GObject *object)
{
  BatonSession *self = BATON_SESSION (object);

  forget_password (self);
  g_clear_pointer (&self->agent_id, g_free);
  g_clear_pointer (&self->cases, g_hash_table_unref);
  G_OBJECT_CLASS (baton_session_parent_class)->finalize (object);
}

static guint
add_signal (const char *name,
            GType       argument)
{
  if (argument == G_TYPE_NONE)
    return g_signal_new (name, BATON_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  return g_signal_new (name, BATON_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, argument);
}

static void
baton_session_class_init (BatonSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = baton_session_dispose;
  object_class->finalize = baton_session_finalize;
  object_class->get_property = baton_session_get_property;

  props[PROP_HUB] = g_param_spec_object ("hub", NULL, NULL, BATON_TYPE_HUB_CLIENT, readable);
  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, G_MAXINT, 0, readable);
  props[PROP_SIGNING_IN] = g_param_spec_boolean ("signing-in", NULL, NULL, FALSE, readable);
  props[PROP_PRESENCE] = g_param_spec_int ("presence", NULL, NULL, 0, G_MAXINT, 0, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGN_IN_FAILED] = add_signal ("sign-in-failed", G_TYPE_ERROR);
  signals[PRESENCE_REFUSED] = add_signal ("presence-refused", G_TYPE_NONE);
  signals[CASE_OPENED] = add_signal ("case-opened", BATON_TYPE_CASE);
  signals[CASE_CLOSED] = add_signal ("case-closed", G_TYPE_STRING);
  signals[EVENT] = add_signal ("event", BATON_TYPE_EVENT);
  signals[SYNCED] = add_signal ("synced", G_TYPE_NONE);
}

static void
baton_session_init (BatonSession *self)
{
  self->cases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

BatonSession *
baton_session_new (void)
{
  return g_object_new (BATON_TYPE_SESSION, NULL);
}

/**
 * baton_session_use_hub:
 * @self: the session
 * @hub: the relay's client
 * @agent_id: whose session it is
 *
 * Leaves whatever relay it was at, and follows @hub from now on.
 */
void
baton_session_use_hub (BatonSession   *self,
                       BatonHubClient *hub,
                       const char     *agent_id)
{
  g_return_if_fail (BATON_IS_SESSION (self));
  g_return_if_fail (BATON_IS_HUB_CLIENT (hub));
  g_return_if_fail (agent_id != NULL);

  drop_hub (self);
  forget_password (self);
  g_free (self->agent_id);
  self->agent_id = g_strdup (agent_id);
  self->was_in = FALSE;
  self->signing_in = FALSE;
  take_hub (self, hub);
}

/**
 * baton_session_sign_in:
 * @self: the session
 * @url: of the relay
 * @agent_id: who signs in
 * @password: kept in memory until signed out, never stored
 *
 * Leaves whatever relay it was at. The outcome is `signing-in` falling to %FALSE, and `sign-in-failed` if it did.
 */
void
baton_session_sign_in (BatonSession *self,
                       const char   *url,
                       const char   *agent_id,
                       const char   *password)
{
  g_autoptr (BatonHubClient) hub = NULL;

  g_return_if_fail (BATON_IS_SESSION (self));
  g_return_if_fail (url != NULL && agent_id != NULL && password != NULL);

  hub = baton_hub_client_new (url);
  baton_session_use_hub (self, hub, agent_id);
  self->password = g_strdup (password);
  sign_in_again (self);
}

void
baton_session_sign_out (BatonSession *self)
{
  g_return_if_fail (BATON_IS_SESSION (self));

  self->was_in = FALSE;
  self->signing_in = FALSE;
  forget_password (self);
  drop_hub (self);
  notify (self, PROP_HUB);
  notify (self, PROP_SIGNING_IN);
  notify (self, PROP_STATE);
  notify (self, PROP_PRESENCE);
}

BatonHubClient *
baton_session_get_hub (BatonSession *self)
{
  return self->hub;
}

BatonQueue *
baton_session_get_queue (BatonSession *self)
{
  return self->hub != NULL ? baton_hub_client_get_queue (self->hub) : NULL;
}

const char *
baton_session_get_agent_id (BatonSession *self)
{
  return self->agent_id;
}

BatonHubState
baton_session_get_state (BatonSession *self)
{
  return self->hub != NULL ? baton_hub_client_get_state (self->hub) : BATON_HUB_SIGNED_OUT;
}

gboolean
baton_session_is_signing_in (BatonSession *self)
{
  return self->signing_in;
}

BatonPresence
baton_session_get_presence (BatonSession *self)
{
  if (self->agent == NULL || baton_session_get_state (self) != BATON_HUB_ONLINE)
    return BATON_PRESENCE_OFFLINE;
  return baton_agent_get_presence (self->agent);
}

static void
presence_set_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (BatonSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (baton_hub_client_set_presence_finish (BATON_HUB_CLIENT (source), result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  notify (self, PROP_PRESENCE);   /* whoever shows the wish goes back to what is true */
  g_signal_emit (self, signals[PRESENCE_REFUSED], 0);
}

void
baton_session_set_presence (BatonSession  *self,
                            BatonPresence  presence)
{
  g_return_if_fail (BATON_IS_SESSION (self));

  if (self->hub == NULL || presence == baton_session_get_presence (self))
    return;

  baton_hub_client_set_presence_async (self->hub, presence, self->cancellable, presence_set_cb, g_object_ref (self));
}

BatonCase *
baton_session_find_case (BatonSession *self,
                         const char   *escalation_id)
{
  return g_hash_table_lookup (self->cases, escalation_id);
}

/**
 * baton_session_show:
 * @self: a session with a hub
 * @escalation: (nullable): what is on screen from now on
 *
 * Returns: (transfer none) (nullable): its case; what was on screen before is closed unless it is mine
 */
BatonCase *
baton_session_show (BatonSession    *self,
                    BatonEscalation *escalation)
{
  g_autoptr (BatonCase) before = self->shown;

  g_return_val_if_fail (BATON_IS_SESSION (self), NULL);
  g_return_val_if_fail (escalation == NULL || self->hub != NULL, NULL);

  self->shown = escalation != NULL ? g_object_ref (open_case (self, escalation)) : NULL;
  if (before != NULL && before != self->shown)
    close_case_unless_needed (self, baton_escalation_get_id (baton_case_get_escalation (before)));
  return self->shown;
}
