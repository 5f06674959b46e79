/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-application.h"

#include <string.h>

#include "baton-window-private.h"
#include "console-test.h"
#include "scene.h"
#include "shell-desk.h"

/* The program at a relay, with a notification service of our own on the test's session bus (S000-5). */

static const char service_xml[] =
  "<node><interface name='org.freedesktop.Notifications'>"
  "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"
  "<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
  "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
  "</interface></node>";

static BatonApplication *application;
static BatonSession *session;
static guint n_notified, n_closed;
static char *notified;

static void
called_cb (GDBusConnection       *connection,
           const char            *sender,
           const char            *path,
           const char            *interface,
           const char            *method,
           GVariant              *parameters,
           GDBusMethodInvocation *invocation,
           gpointer               user_data)
{
  const char *summary, *body;

  if (strcmp (method, "CloseNotification") == 0) {
    n_closed++;
    g_dbus_method_invocation_return_value (invocation, NULL);
    return;
  }
  g_variant_get_child (parameters, 3, "&s", &summary);
  g_variant_get_child (parameters, 4, "&s", &body);
  g_free (notified);
  notified = g_strjoin (": ", summary, body, NULL);
  n_notified++;
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", n_notified));
}

static void
owned_cb (GDBusConnection *connection,
          const char      *name,
          gpointer         owned)
{
  *(gboolean *) owned = TRUE;
}

static void
offer_notifications (void)
{
  static const GDBusInterfaceVTable vtable = { called_cb };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (service_xml, NULL);
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  gboolean owned = FALSE;

  g_assert_nonnull (bus);
  g_dbus_connection_register_object (bus, "/org/freedesktop/Notifications", info->interfaces[0], &vtable,
                                     NULL, NULL, NULL);
  g_bus_own_name_on_connection (bus, "org.freedesktop.Notifications", 0, owned_cb, NULL, &owned, NULL);
  baton_test_wait (owned);
}

/* Our answer to Notify is on its way to ourselves; what is asked after it is answered after it. */
static void
settle_bus (void)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) answer = NULL;

  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId",
                          NULL, NULL, 0, -1, NULL, baton_test_ready_cb, &result);
  baton_test_await (&result);
  answer = g_dbus_connection_call_finish (bus, result, NULL);
  g_assert_nonnull (answer);
}

static BatonWindow *
window (void)
{
  return BATON_WINDOW (gtk_application_get_windows (GTK_APPLICATION (application))->data);
}

static void
test_notifies (void)
{
  g_autoptr (ShellDesk) desk = shell_desk_new ();

  shell_desk_sign_in (desk, session);
  g_assert_cmpuint (n_notified, ==, 0);   /* who waited already when we came does not ring */

  shell_desk_happen (desk, session, BATON_EVENT_QUEUED, "e3", BATON_STATE_QUEUED, NULL);
  baton_test_wait (n_notified == 1);
  settle_bus ();
  g_assert_nonnull (strstr (notified, "Payment failed"));
  g_assert_nonnull (strstr (notified, "Japanese"));
  g_assert_null (strstr (notified, "Tanaka"));
  g_assert_null (strstr (notified, "Card refused"));

  shell_desk_happen (desk, session, BATON_EVENT_CLAIMED, "e3", BATON_STATE_WITH_AGENT, "sam");
  baton_test_wait (n_closed == 1);

  baton_session_sign_out (session);
  baton_test_wait (desk->hub->sign_outs == 1);
}

static void
test_silent_while_away (void)
{
  g_autoptr (ShellDesk) desk = shell_desk_new ();
  guint before = n_notified;

  g_free (desk->hub->hello);
  desk->hub->hello = g_strdup ("{\"hello\":{\"seq\":10,"
                               "\"agent\":{\"id\":\"rita\",\"name\":\"Rita\",\"presence\":\"away\"}}}");
  shell_desk_sign_in (desk, session);
  g_assert_cmpint (baton_session_get_presence (session), ==, BATON_PRESENCE_AWAY);
  shell_desk_happen (desk, session, BATON_EVENT_QUEUED, "e3", BATON_STATE_QUEUED, NULL);
  shell_desk_happen (desk, session, BATON_EVENT_ENDED, "e4", BATON_STATE_ENDED, NULL);
  baton_test_wait (baton_queue_find (baton_session_get_queue (session), "e4") == NULL);
  g_assert_cmpuint (n_notified, ==, before);

  baton_session_sign_out (session);
  baton_test_wait (desk->hub->sign_outs == 1);
}

/* What a notification does when it is clicked */
static void
test_opens_escalation (void)
{
  g_autoptr (ShellDesk) desk = shell_desk_new ();

  shell_desk_sign_in (desk, session);
  g_action_group_activate_action (G_ACTION_GROUP (application), "open-escalation", g_variant_new_string ("e4"));
  g_assert_nonnull (window ()->shown);
  g_assert_cmpstr (baton_escalation_get_id (baton_case_get_escalation (window ()->shown)), ==, "e4");

  baton_session_sign_out (session);
  baton_test_wait (desk->hub->sign_outs == 1);
  g_assert_null (window ()->shown);
}

/* Given all three, it signs in by itself; what was good is remembered, but not the password. */
static void
test_starts_signed_in (void)
{
  g_autoptr (ShellDesk) desk = shell_desk_new ();
  g_autoptr (GSettings) settings = g_settings_new (APP_ID);
  g_autofree char *url = NULL;
  g_autofree char *agent = NULL;

  baton_window_start (window (), desk->hub->url, "rita", "pw");
  baton_test_wait (baton_session_get_state (session) == BATON_HUB_ONLINE);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (window ()->whole), ==, "work");
  url = g_settings_get_string (settings, "relay-url");
  agent = g_settings_get_string (settings, "agent-id");
  g_assert_cmpstr (url, ==, baton_hub_client_get_url (baton_session_get_hub (session)));
  g_assert_cmpstr (agent, ==, "rita");

  baton_session_sign_out (session);
  baton_test_wait (desk->hub->sign_outs == 1);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (window ()->whole), ==, "sign-in");
}

static void
test_sign_in_fails (void)
{
  g_autoptr (ShellDesk) desk = shell_desk_new ();

  baton_window_start (window (), desk->hub->url, "rita", "guess");
  baton_test_wait (!baton_session_is_signing_in (session));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (window ()->whole), ==, "sign-in");
  scene_settle (GTK_WIDGET (window ()));
  scene_save (GTK_WIDGET (window ()), "sign-in-failed");
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  scene_init (&argc, &argv);
  offer_notifications ();
  application = baton_application_new (G_APPLICATION_DEFAULT_FLAGS);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  session = baton_application_get_session (application);
  g_application_activate (G_APPLICATION (application));

  g_test_add_func ("/console/application/notifies", test_notifies);
  g_test_add_func ("/console/application/silent-while-away", test_silent_while_away);
  g_test_add_func ("/console/application/opens-escalation", test_opens_escalation);
  g_test_add_func ("/console/application/starts-signed-in", test_starts_signed_in);
  g_test_add_func ("/console/application/sign-in-fails", test_sign_in_fails);

  return g_test_run ();
}
