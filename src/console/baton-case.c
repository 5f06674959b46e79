/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-case-private.h"

#include <glib/gi18n.h>

#include "baton-error.h"
#include "baton-summary.h"
#include "baton-time.h"

#define RETRY_MS 3000

G_DEFINE_FINAL_TYPE (BatonCase, baton_case, G_TYPE_OBJECT)

static GParamSpec *props[BATON_CASE_N_PROPS];

enum { SIGNAL_CHANGED, SIGNAL_FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

void
baton_case_notify (BatonCase     *self,
                   BatonCaseProp  prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
baton_case_set_text (BatonCase      *self,
                     char          **text,
                     const char     *value,
                     BatonCaseProp   prop)
{
  if (g_strcmp0 (*text, value) == 0)
    return;

  g_free (*text);
  *text = g_strdup (value);
  baton_case_notify (self, prop);
}

void
baton_case_tell_changed (BatonCase *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
baton_case_fail (BatonCase  *self,
                 const char *sentence)
{
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, sentence);
}

void
baton_case_update_summary (BatonCase *self)
{
  gint64 queued_at = baton_escalation_get_queued_at (self->escalation);
  g_auto (BatonSummary) summary = { 0 };
  gint64 since;

  if (self->is_active)
    self->read_until = MAX (self->read_until, baton_summary_read_time (self->transcript));

  baton_summary_init (&summary, self->transcript, queued_at, self->read_until);
  since = summary.is_answered ? summary.unanswered : queued_at;
  baton_case_set_text (self, &self->last_text, summary.last_text, BATON_CASE_PROP_LAST_TEXT);
  if (self->waiting_since != since) {
    self->waiting_since = since;
    baton_case_notify (self, BATON_CASE_PROP_WAITING_SINCE);
  }
  if (self->unread != summary.unread) {
    self->unread = summary.unread;
    baton_case_notify (self, BATON_CASE_PROP_UNREAD);
  }
}

static void
escalation_changed_cb (BatonCase *self)
{
  baton_case_update_ownership (self);
  baton_case_update_summary (self);
  baton_case_tell_changed (self);
}

static gboolean
is_in_queue (BatonCase *self)
{
  return baton_queue_find (baton_hub_client_get_queue (self->hub), baton_escalation_get_id (self->escalation))
         == self->escalation;
}

/* While the queue holds our object, only the queue changes it: it has to move the row with it. */
void
baton_case_take_news (BatonCase       *self,
                      BatonEscalation *newer)
{
  if (!is_in_queue (self))
    baton_escalation_update (self->escalation, newer);
}

static void
adopt (BatonCase       *self,
       BatonEscalation *escalation)
{
  g_signal_handlers_disconnect_by_func (self->escalation, escalation_changed_cb, self);
  g_set_object (&self->escalation, escalation);
  g_signal_connect_object (escalation, "notify::revision", G_CALLBACK (escalation_changed_cb), self, G_CONNECT_SWAPPED);
  baton_case_notify (self, BATON_CASE_PROP_ESCALATION);
  escalation_changed_cb (self);
}

static void
mark_handoff (BatonCase       *self,
              BatonEscalation *detail)
{
  BatonHandoff *handoff = baton_escalation_get_handoff (detail);
  g_autofree char *key = baton_handoff_dup_key (handoff);
  gint64 at = baton_escalation_get_queued_at (detail);

  if (g_strcmp0 (key, self->marked) == 0)
    return;

  /* A second hand-off while the first waits has a place of its own. */
  if (self->marked != NULL && baton_handoff_get_time (handoff) != BATON_TIME_UNKNOWN)
    at = MAX (at, baton_handoff_get_time (handoff));
  g_free (self->marked);
  self->marked = g_steal_pointer (&key);
  baton_transcript_add_handoff (self->transcript, handoff, at);
  g_set_object (&self->handoff, handoff);
  baton_case_notify (self, BATON_CASE_PROP_HANDOFF);
}

static gboolean
retry_cb (gpointer user_data)
{
  BatonCase *self = user_data;

  self->retry_id = 0;
  baton_case_load (self);
  return G_SOURCE_REMOVE;
}

void
baton_case_load_later (BatonCase *self)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  self->retry_id = g_timeout_add (RETRY_MS, retry_cb, self);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (BatonCase) self = user_data;
  g_autoptr (BatonHubAccess) access = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonEscalation) detail = NULL;

  detail = baton_hub_client_get_escalation_finish (BATON_HUB_CLIENT (source), result, &access, &error);
  g_clear_object (&self->loading);
  if (detail != NULL) {
    baton_case_take_news (self, detail);
    mark_handoff (self, detail);
    baton_case_take_access (self, access);
    baton_case_tell_changed (self);
  } else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_BUSY)
             || g_error_matches (error, BATON_ERROR, BATON_ERROR_UNCERTAIN)) {
    baton_case_load_later (self);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    baton_case_fail (self, _("The relay does not show this conversation."));
  }
}

/* Asks for the context and for access to the conversation. */
void
baton_case_load (BatonCase *self)
{
  if (self->loading != NULL || baton_hub_client_get_state (self->hub) == BATON_HUB_SIGNED_OUT)
    return;

  self->loading = g_object_ref (self->cancellable);
  baton_hub_client_get_escalation_async (self->hub, baton_escalation_get_id (self->escalation), self->cancellable,
                                         loaded_cb, g_object_ref (self));
}

static void
hub_event_cb (BatonCase  *self,
              BatonEvent *event)
{
  BatonEscalation *newer = baton_event_get_escalation (event);

  if (newer == NULL || g_strcmp0 (baton_escalation_get_id (newer), baton_escalation_get_id (self->escalation)) != 0)
    return;

  baton_case_take_news (self, newer);
  if (g_str_equal (baton_event_get_kind (event), BATON_EVENT_UPDATED))
    baton_case_load (self);
}

static void
hub_synced_cb (BatonCase *self)
{
  BatonEscalation *found = baton_queue_find (baton_hub_client_get_queue (self->hub),
                                             baton_escalation_get_id (self->escalation));

  if (found != NULL && found != self->escalation)
    adopt (self, found);
  else if (found == NULL && baton_escalation_is_open (self->escalation))
    baton_case_load (self);   /* it was closed while nobody told us */
}

static void
hub_state_cb (BatonCase *self)
{
  baton_case_update_ownership (self);   /* who I am may have become known */
  if (self->client == NULL && baton_hub_client_get_state (self->hub) == BATON_HUB_ONLINE)
    baton_case_load (self);
}

static void
baton_case_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  BatonCase *self = BATON_CASE (object);

  switch (id) {
  case BATON_CASE_PROP_ESCALATION:
    g_value_set_object (value, self->escalation);
    break;
  case BATON_CASE_PROP_HANDOFF:
    g_value_set_object (value, self->handoff);
    break;
  case BATON_CASE_PROP_MINE:
    g_value_set_boolean (value, self->is_mine);
    break;
  case BATON_CASE_PROP_CLAIMING:
    g_value_set_boolean (value, self->is_claiming);
    break;
  case BATON_CASE_PROP_WRITABLE:
    g_value_set_boolean (value, baton_case_is_writable (self));
    break;
  case BATON_CASE_PROP_ONLINE:
    g_value_set_boolean (value, baton_case_is_online (self));
    break;
  case BATON_CASE_PROP_TYPING:
    g_value_set_boolean (value, self->typing_id != 0);
    break;
  case BATON_CASE_PROP_UNREAD:
    g_value_set_uint (value, self->unread);
    break;
  case BATON_CASE_PROP_LAST_TEXT:
    g_value_set_string (value, self->last_text);
    break;
  case BATON_CASE_PROP_WAITING_SINCE:
    g_value_set_int64 (value, self->waiting_since);
    break;
  case BATON_CASE_PROP_NOTICE:
    g_value_set_string (value, self->notice);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
baton_case_dispose (GObject *object)
{
  BatonCase *self = BATON_CASE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_handle_id (&self->typing_id, g_source_remove);
  if (self->sender != NULL && !baton_escalation_is_open (self->escalation))
    baton_sender_forget (self->sender);
  if (self->client != NULL)
    baton_dl_client_close (self->client);
  g_clear_object (&self->sender);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (baton_case_parent_class)->dispose (object);
}

static void
baton_case_finalize (GObject *object)
{
  BatonCase *self = BATON_CASE (object);

  g_clear_object (&self->hub);
  g_clear_object (&self->escalation);
  g_clear_object (&self->handoff);
  g_clear_object (&self->transcript);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->loading);
  g_clear_pointer (&self->base, g_free);
  g_clear_pointer (&self->marked, g_free);
  g_clear_pointer (&self->last_text, g_free);
  g_clear_pointer (&self->notice, g_free);
  g_clear_pointer (&self->draft, g_free);
  g_clear_pointer (&self->timezone, g_free);
  g_clear_pointer (&self->channel, g_free);

  G_OBJECT_CLASS (baton_case_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  props[BATON_CASE_PROP_ESCALATION] = g_param_spec_object ("escalation", NULL, NULL, BATON_TYPE_ESCALATION, readable);
  props[BATON_CASE_PROP_HANDOFF] = g_param_spec_object ("handoff", NULL, NULL, BATON_TYPE_HANDOFF, readable);
  props[BATON_CASE_PROP_MINE] = g_param_spec_boolean ("mine", NULL, NULL, FALSE, readable);
  props[BATON_CASE_PROP_CLAIMING] = g_param_spec_boolean ("claiming", NULL, NULL, FALSE, readable);
  props[BATON_CASE_PROP_WRITABLE] = g_param_spec_boolean ("writable", NULL, NULL, FALSE, readable);
  props[BATON_CASE_PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, TRUE, readable);
  props[BATON_CASE_PROP_TYPING] = g_param_spec_boolean ("typing", NULL, NULL, FALSE, readable);
  props[BATON_CASE_PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, readable);
  props[BATON_CASE_PROP_LAST_TEXT] = g_param_spec_string ("last-text", NULL, NULL, NULL, readable);
  props[BATON_CASE_PROP_WAITING_SINCE] = g_param_spec_int64 ("waiting-since", NULL, NULL, G_MININT64, G_MAXINT64,
                                                  BATON_TIME_UNKNOWN, readable);
  props[BATON_CASE_PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL, readable);
  g_object_class_install_properties (object_class, BATON_CASE_N_PROPS, props);
}

static void
baton_case_class_init (BatonCaseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = baton_case_dispose;
  object_class->finalize = baton_case_finalize;
  object_class->get_property = baton_case_get_property;
  install_properties (object_class);

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", BATON_TYPE_CASE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", BATON_TYPE_CASE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
baton_case_init (BatonCase *self)
{
  self->transcript = baton_transcript_new ();
  self->cancellable = g_cancellable_new ();
  self->waiting_since = BATON_TIME_UNKNOWN;
  self->read_until = BATON_TIME_UNKNOWN;
}

/**
 * baton_case_new:
 * @hub: a client that is signed in
 * @escalation: a row of its queue
 *
 * Opens the case: asks for the context and begins to read along.
 *
 * Returns: (transfer full): the case; dropping it stops the reading, and unsent replies stay in the outbox
 */
BatonCase *
baton_case_new (BatonHubClient  *hub,
                BatonEscalation *escalation)
{
  BatonCase *self;

  g_return_val_if_fail (BATON_IS_HUB_CLIENT (hub), NULL);
  g_return_val_if_fail (BATON_IS_ESCALATION (escalation), NULL);

  self = g_object_new (BATON_TYPE_CASE, NULL);
  self->hub = g_object_ref (hub);
  self->escalation = g_object_ref (escalation);
  g_set_object (&self->handoff, baton_escalation_get_handoff (escalation));
  g_signal_connect_object (escalation, "notify::revision", G_CALLBACK (escalation_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub, "event", G_CALLBACK (hub_event_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub, "synced", G_CALLBACK (hub_synced_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub, "notify::state", G_CALLBACK (hub_state_cb), self, G_CONNECT_SWAPPED);
  baton_case_update_ownership (self);
  baton_case_update_summary (self);
  baton_case_load (self);
  return self;
}

/**
 * baton_case_send:
 * @self: a case that is writable
 * @text: what the agent says; blank text is not sent
 *
 * Returns: whether the reply is kept and on its way; if not, `failed` has said why
 */
gboolean
baton_case_send (BatonCase  *self,
                 const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autoptr (GError) error = NULL;

  if (*stripped == '\0' || !baton_case_is_writable (self))
    return FALSE;

  if (!baton_sender_send (self->sender, stripped, &error)) {
    gboolean big = g_error_matches (error, BATON_ERROR, BATON_ERROR_TOO_BIG);

    g_warning ("cannot keep a reply: %s %d", g_quark_to_string (error->domain), error->code);
    baton_case_fail (self,
                     big ? _("This reply is too long to be sent.") : _("The reply could not be written to disk."));
    return FALSE;
  }
  baton_case_update_summary (self);
  return TRUE;
}

/**
 * baton_case_retry:
 * @self: a case that is writable
 * @client_id: `clientActivityID` of a reply that was not sent
 */
void
baton_case_retry (BatonCase  *self,
                  const char *client_id)
{
  if (baton_case_is_writable (self))
    baton_sender_retry (self->sender, client_id);
}

/**
 * baton_case_tell_typing:
 * @self: a case
 *
 * The agent is writing a reply: lets the customer know, if the case is writable and there is a connection.
 */
void
baton_case_tell_typing (BatonCase *self)
{
  if (baton_case_is_writable (self))
    baton_sender_tell_typing (self->sender);
}

/**
 * baton_case_set_active:
 * @self: a case
 * @active: whether the agent is looking at it; what arrives meanwhile does not count as unread
 */
void
baton_case_set_active (BatonCase *self,
                       gboolean   active)
{
  self->is_active = active;
  baton_case_update_summary (self);
}

void
baton_case_set_draft (BatonCase  *self,
                      const char *draft)
{
  g_autofree char *old = self->draft;

  self->draft = draft != NULL && *draft != '\0' ? g_strdup (draft) : NULL;
}

BatonEscalation *
baton_case_get_escalation (BatonCase *self)
{
  return self->escalation;
}

/**
 * baton_case_get_handoff:
 * @self: a case
 *
 * Returns: (transfer none): the whole context once the detail is here, until then that of the row
 */
BatonHandoff *
baton_case_get_handoff (BatonCase *self)
{
  return self->handoff;
}

BatonTranscript *
baton_case_get_transcript (BatonCase *self)
{
  return self->transcript;
}

const char *
baton_case_get_agent_id (BatonCase *self)
{
  BatonAgent *agent = baton_hub_client_get_agent (self->hub);

  return agent != NULL ? baton_agent_get_id (agent) : "";
}

const char *
baton_case_get_draft (BatonCase *self)
{
  return self->draft;
}

const char *
baton_case_get_notice (BatonCase *self)
{
  return self->notice;
}

const char *
baton_case_get_timezone (BatonCase *self)
{
  return self->timezone;
}

const char *
baton_case_get_channel (BatonCase *self)
{
  return self->channel;
}

const char *
baton_case_get_last_text (BatonCase *self)
{
  return self->last_text;
}

/**
 * baton_case_get_waiting_since:
 * @self: a case
 *
 * Returns: microseconds since 1970: the customer's oldest words no agent has answered; the hand-off as long as no agent
 *   has spoken; %BATON_TIME_UNKNOWN when everything is answered
 */
gint64
baton_case_get_waiting_since (BatonCase *self)
{
  return self->waiting_since;
}

guint
baton_case_get_unread (BatonCase *self)
{
  return self->unread;
}

gboolean
baton_case_is_mine (BatonCase *self)
{
  return self->is_mine;
}

gboolean
baton_case_is_claiming (BatonCase *self)
{
  return self->is_claiming;
}

/**
 * baton_case_is_writable:
 * @self: a case
 *
 * Returns: whether replies are taken: it is mine and its conversation is known. A lost connection does not matter, they
 *   are kept
 */
gboolean
baton_case_is_writable (BatonCase *self)
{
  return self->is_mine && self->sender != NULL && !self->is_record;
}

/**
 * baton_case_is_online:
 * @self: a case
 *
 * Returns: %FALSE from the loss of the conversation's stream until it is back; replies are kept meanwhile
 */
gboolean
baton_case_is_online (BatonCase *self)
{
  return !self->is_lost;
}

gboolean
baton_case_is_typing (BatonCase *self)
{
  return self->typing_id != 0;
}
