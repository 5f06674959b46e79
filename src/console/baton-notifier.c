/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-notifier.h"

#include <glib/gi18n.h>

#include "baton-format.h"
#include "baton-language-name.h"

struct _BatonNotifier {
  GObject       parent_instance;

  GApplication *application;   /* not owned: it owns us */
  BatonSession *session;
  GHashTable   *shown;         /* ids of the escalations that ring */
};

G_DEFINE_FINAL_TYPE (BatonNotifier, baton_notifier, G_TYPE_OBJECT)

static char *
notification_id (const char *escalation_id)
{
  return g_strconcat ("escalation-", escalation_id, NULL);
}

static void
ring (BatonNotifier   *self,
      BatonEscalation *escalation)
{
  const char *id = baton_escalation_get_id (escalation);
  g_autoptr (GNotification) notification = g_notification_new (_("A customer is waiting"));
  g_autofree char *body = baton_notifier_format_body (escalation, g_get_real_time ());
  g_autofree char *name = notification_id (id);

  g_notification_set_body (notification, body);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  g_notification_set_default_action_and_target (notification, "app.open-escalation", "s", id);
  g_application_send_notification (self->application, name, notification);
  g_hash_table_add (self->shown, g_strdup (id));
}

static void
withdraw (BatonNotifier *self,
          const char    *id)
{
  g_autofree char *name = notification_id (id);

  if (g_hash_table_remove (self->shown, id))
    g_application_withdraw_notification (self->application, name);
}

static void
event_cb (BatonNotifier *self,
          BatonEvent    *event)
{
  BatonEscalation *escalation = baton_event_get_escalation (event);
  g_autofree char *id = NULL;

  if (escalation == NULL)
    return;

  id = g_strdup (baton_escalation_get_id (escalation));
  if (g_strcmp0 (baton_event_get_kind (event), BATON_EVENT_QUEUED) == 0) {
    if (baton_session_get_presence (self->session) == BATON_PRESENCE_AVAILABLE)
      ring (self, escalation);
  } else if (baton_escalation_get_state (escalation) != BATON_STATE_QUEUED) {
    withdraw (self, id);
  }
}

/* After a gap the events that would have silenced us may be missing: ask the queue itself. Without one all fall
 * silent. */
static void
synced_cb (BatonNotifier *self)
{
  BatonQueue *queue = self->session != NULL ? baton_session_get_queue (self->session) : NULL;
  g_autoptr (GList) ids = g_hash_table_get_keys (self->shown);

  for (GList *l = ids; l != NULL; l = l->next) {
    BatonEscalation *escalation = queue != NULL ? baton_queue_find (queue, l->data) : NULL;
    g_autofree char *id = g_strdup (l->data);

    if (escalation == NULL || baton_escalation_get_state (escalation) != BATON_STATE_QUEUED)
      withdraw (self, id);
  }
}

static void
baton_notifier_dispose (GObject *object)
{
  BatonNotifier *self = BATON_NOTIFIER (object);

  g_clear_object (&self->session);
  synced_cb (self);   /* nobody is left to take a call: silence what rings */
  G_OBJECT_CLASS (baton_notifier_parent_class)->dispose (object);
}

static void
baton_notifier_finalize (GObject *object)
{
  g_clear_pointer (&BATON_NOTIFIER (object)->shown, g_hash_table_unref);
  G_OBJECT_CLASS (baton_notifier_parent_class)->finalize (object);
}

static void
baton_notifier_class_init (BatonNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = baton_notifier_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_notifier_finalize;
}

static void
baton_notifier_init (BatonNotifier *self)
{
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * baton_notifier_new:
 * @application: (not owned): sends the notifications and outlives the notifier
 * @session: what to listen to
 *
 * Returns: (transfer full): a notifier; it is silent once freed
 */
BatonNotifier *
baton_notifier_new (GApplication *application,
                    BatonSession *session)
{
  BatonNotifier *self = g_object_new (BATON_TYPE_NOTIFIER, NULL);

  self->application = application;
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "synced", G_CALLBACK (synced_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::hub", G_CALLBACK (synced_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * baton_notifier_format_body:
 * @escalation: who waits
 * @now: microseconds UTC
 *
 * Returns: (transfer full): what may be shown on a locked screen
 */
char *
baton_notifier_format_body (BatonEscalation *escalation,
                            gint64           now)
{
  BatonHandoff *handoff = baton_escalation_get_handoff (escalation);
  g_autofree char *topic = baton_format_topic (handoff);
  g_autofree char *isolated = baton_format_isolate (topic != NULL ? topic : _("No topic"));
  g_autofree char *language = baton_language_dup_name (baton_handoff_get_language (handoff));
  g_autofree char *waiting = baton_format_waiting (now - baton_escalation_get_queued_at (escalation));

  /* Translators: of a customer who waits: the bot’s topic, the customer’s language, how long:
   * “Return item · German · waiting 0:12” */
  return g_strdup_printf (_("%s · %s · waiting %s"), isolated,
                          language != NULL ? language : _("Unknown language"), waiting);
}
