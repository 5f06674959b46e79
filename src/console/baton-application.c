/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-application.h"

#include <glib/gi18n.h>
#include <string.h>

#include "baton-console.h"
#include "baton-keys.h"
#include "baton-notifier.h"
#include "baton-window.h"

struct _BatonApplication {
  AdwApplication  parent_instance;

  BatonSession   *session;
  BatonNotifier  *notifier;
  char           *url;        /* to start with: %NULL: as the last time */
  char           *agent_id;
  char           *password;   /* with the other two: sign in at once */
};

G_DEFINE_FINAL_TYPE (BatonApplication, baton_application, ADW_TYPE_APPLICATION)

static BatonWindow *
find_window (BatonApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next) {
    if (BATON_IS_WINDOW (l->data))
      return l->data;
  }
  return NULL;
}

static BatonWindow *
make_window (BatonApplication *self)
{
  BatonWindow *window = BATON_WINDOW (baton_window_new (GTK_APPLICATION (self), self->session));

  baton_window_start (window, self->url, self->agent_id, self->password);
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  g_clear_pointer (&self->password, g_free);
  return window;
}

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  BatonWindow *window = find_window (user_data);

  if (window != NULL)
    gtk_window_close (GTK_WINDOW (window));
  g_application_quit (user_data);
}

static void
open_escalation_action (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  BatonWindow *window;

  g_application_activate (user_data);
  window = find_window (user_data);
  baton_window_open (window, g_variant_get_string (parameter, NULL));
}

static const GActionEntry actions[] = {
  { "quit", quit_action },
  { "open-escalation", open_escalation_action, "s" },
};

static void
baton_application_startup (GApplication *application)
{
  BatonApplication *self = BATON_APPLICATION (application);

  G_APPLICATION_CLASS (baton_application_parent_class)->startup (application);

  baton_console_init (gdk_display_get_default ());
  gtk_window_set_default_icon_name (APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  baton_keys_install (GTK_APPLICATION (self));
  self->notifier = baton_notifier_new (application, self->session);
}

static void
baton_application_activate (GApplication *application)
{
  BatonApplication *self = BATON_APPLICATION (application);
  BatonWindow *window = find_window (self);

  if (window == NULL)
    window = make_window (self);
  gtk_window_present (GTK_WINDOW (window));
}

static void
baton_application_shutdown (GApplication *application)
{
  BatonApplication *self = BATON_APPLICATION (application);

  g_clear_object (&self->notifier);
  g_clear_object (&self->session);
  G_APPLICATION_CLASS (baton_application_parent_class)->shutdown (application);
}

static void
baton_application_finalize (GObject *object)
{
  BatonApplication *self = BATON_APPLICATION (object);

  g_clear_object (&self->notifier);
  g_clear_object (&self->session);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->agent_id, g_free);
  g_clear_pointer (&self->password, g_free);
  G_OBJECT_CLASS (baton_application_parent_class)->finalize (object);
}

static void
baton_application_class_init (BatonApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = baton_application_finalize;
  application_class->startup = baton_application_startup;
  application_class->activate = baton_application_activate;
  application_class->shutdown = baton_application_shutdown;
}

static void
baton_application_init (BatonApplication *self)
{
  self->session = baton_session_new ();
}

/**
 * baton_application_new:
 * @flags: usually none; tests run several at once
 *
 * Returns: (transfer full): the program, to be run
 */
BatonApplication *
baton_application_new (GApplicationFlags flags)
{
  return g_object_new (BATON_TYPE_APPLICATION,
                       "application-id", APP_ID,
                       "flags", flags,
                       "resource-base-path", "/io/github/batondesk/Baton",
                       NULL);
}

BatonSession *
baton_application_get_session (BatonApplication *self)
{
  return self->session;
}

/**
 * baton_application_start_with:
 * @self: not running yet
 * @url: (nullable): address of the relay
 * @agent_id: (nullable): who signs in
 * @password: (nullable): their password
 *
 * What is missing is asked for. Nothing of this is remembered unless signing in succeeds, the password never.
 */
void
baton_application_start_with (BatonApplication *self,
                              const char       *url,
                              const char       *agent_id,
                              const char       *password)
{
  g_return_if_fail (BATON_IS_APPLICATION (self));

  g_free (self->url);
  g_free (self->agent_id);
  g_free (self->password);
  self->url = g_strdup (url);
  self->agent_id = g_strdup (agent_id);
  self->password = g_strdup (password);
}
