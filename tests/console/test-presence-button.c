/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-presence-button.h"

#include "baton-test.h"
#include "scene.h"

static void
chosen_cb (BatonPresenceButton *button,
           int                  presence,
           int                 *chosen)
{
  *chosen = presence;
}

static void
test_shows (void)
{
  static const struct {
    BatonPresence  presence;
    const char    *name;
    gboolean       sensitive;
  } all[] = {
    { BATON_PRESENCE_OFFLINE, "Your presence: Offline", FALSE },
    { BATON_PRESENCE_AVAILABLE, "Your presence: Available", TRUE },
    { BATON_PRESENCE_BUSY, "Your presence: Busy", TRUE },
    { BATON_PRESENCE_AWAY, "Your presence: Away", TRUE },
  };
  GtkWidget *button = g_object_ref_sink (baton_presence_button_new ());
  GtkWidget *menu = scene_find (button, GTK_TYPE_MENU_BUTTON, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    baton_presence_button_set_presence (BATON_PRESENCE_BUTTON (button), all[i].presence);
    gtk_test_accessible_assert_property (menu, GTK_ACCESSIBLE_PROPERTY_LABEL, all[i].name);
    g_assert_cmpint (gtk_widget_get_sensitive (menu), ==, all[i].sensitive);
  }
  g_assert_cmpuint (scene_count_unnamed (button), ==, 0);

  g_object_unref (button);
}

/* A choice is a wish: it is told, and shown only once it has become true. */
static void
test_choosing (void)
{
  GtkWidget *button = g_object_ref_sink (baton_presence_button_new ());
  int chosen = -1;
  g_autofree char *shown = NULL;

  g_signal_connect (button, "chosen", G_CALLBACK (chosen_cb), &chosen);
  baton_presence_button_set_presence (BATON_PRESENCE_BUTTON (button), BATON_PRESENCE_AVAILABLE);
  g_assert_true (gtk_widget_activate_action (button, "presence.choice", "s", "busy"));
  g_assert_cmpint (chosen, ==, BATON_PRESENCE_BUSY);
  g_object_get (button, "choice", &shown, NULL);
  g_assert_cmpstr (shown, ==, "available");

  chosen = -1;
  gtk_widget_activate_action (button, "presence.choice", "s", "asleep");
  g_assert_cmpint (chosen, ==, -1);

  g_object_unref (button);
}

int
main (int   argc,
      char *argv[])
{
  scene_init (&argc, &argv);

  g_test_add_func ("/console/presence-button/shows", test_shows);
  g_test_add_func ("/console/presence-button/choosing", test_choosing);

  return g_test_run ();
}
