/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-confirm-window.h"
#include "baton-shortcuts-window.h"
#include "baton-status-line.h"

#include "baton-keys.h"
#include "baton-test.h"
#include "scene.h"

/* The small windows and lines around the work. */

static void
count_cb (GtkWidget *widget,
          guint     *count)
{
  (*count)++;
}

static void
test_confirm (void)
{
  GtkWidget *parent = gtk_window_new ();
  GtkWidget *question = baton_confirm_window_new (GTK_WINDOW (parent), "End?", "<b>Amira</b> &c.", "Keep Open", "End");
  guint confirmed = 0;

  g_signal_connect (question, "confirmed", G_CALLBACK (count_cb), &confirmed);
  gtk_window_present (GTK_WINDOW (question));
  scene_settle (question);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (gtk_window_get_focus (GTK_WINDOW (question)))), ==, "Keep Open");
  g_assert_cmpuint (scene_count_unnamed (question), ==, 0);
  gtk_test_accessible_assert_role (question, GTK_ACCESSIBLE_ROLE_ALERT_DIALOG);
  scene_save (question, "confirm");

  gtk_widget_activate_action (question, "confirm.accept", NULL);
  g_assert_cmpuint (confirmed, ==, 1);
  gtk_window_destroy (GTK_WINDOW (parent));
}

static void
test_confirm_refused (void)
{
  GtkWidget *parent = gtk_window_new ();
  GtkWidget *question = baton_confirm_window_new (GTK_WINDOW (parent), "End?", "Really?", "Keep Open", "End");
  guint confirmed = 0, closed = 0;

  g_signal_connect (question, "confirmed", G_CALLBACK (count_cb), &confirmed);
  g_signal_connect (question, "destroy", G_CALLBACK (count_cb), &closed);
  gtk_window_present (GTK_WINDOW (question));
  scene_settle (question);
  g_signal_emit_by_name (gtk_window_get_focus (GTK_WINDOW (question)), "clicked");
  baton_test_wait (closed > 0);
  g_assert_cmpuint (confirmed, ==, 0);
  gtk_window_destroy (GTK_WINDOW (parent));
}

static guint
count_rows (GtkWidget *root)
{
  guint rows = ADW_IS_ACTION_ROW (root);

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    rows += count_rows (child);
  return rows;
}

static void
test_shortcuts (void)
{
  GtkWidget *parent = gtk_window_new ();
  GtkWidget *window = baton_shortcuts_window_new (GTK_WINDOW (parent));

  gtk_window_present (GTK_WINDOW (window));
  scene_settle (window);
  g_assert_cmpuint (count_rows (window), ==, baton_n_keys);
  gtk_test_accessible_assert_property (scene_find (window, ADW_TYPE_ACTION_ROW, NULL),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Take the next customer: Ctrl+N");
  scene_save (window, "shortcuts");
  gtk_window_destroy (GTK_WINDOW (parent));
}

static const char *
label_at (BatonStatusLine *line,
          guint            position)
{
  GtkWidget *child = gtk_widget_get_first_child (gtk_widget_get_first_child (GTK_WIDGET (line)));

  for (; child != NULL; child = gtk_widget_get_next_sibling (child)) {
    if (GTK_IS_LABEL (child) && position-- == 0)
      return gtk_label_get_text (GTK_LABEL (child));
  }
  return NULL;
}

static void
test_status_line (void)
{
  static const struct {
    BatonHubState  state;
    const char    *words;
    gboolean       lost;
  } states[] = {
    { BATON_HUB_SIGNED_OUT, "Not connected", TRUE },
    { BATON_HUB_CONNECTING, "Connecting…", FALSE },
    { BATON_HUB_ONLINE, "Connected", FALSE },
    { BATON_HUB_WAITING, "Not connected", TRUE },
  };
  BatonStatusLine *line = BATON_STATUS_LINE (g_object_ref_sink (baton_status_line_new ()));

  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    baton_status_line_set_state (line, states[i].state);
    g_assert_cmpstr (label_at (line, 0), ==, states[i].words);
    g_assert_cmpint (gtk_widget_has_css_class (GTK_WIDGET (line), "lost"), ==, states[i].lost);
  }
  baton_status_line_set_load (line, 1);
  g_assert_cmpstr (label_at (line, 1), ==, "1 conversation");
  baton_status_line_set_load (line, 2);
  g_assert_cmpstr (label_at (line, 1), ==, "2 conversations");
  g_object_unref (line);
}

int
main (int   argc,
      char *argv[])
{
  scene_init (&argc, &argv);

  g_test_add_func ("/console/confirm-window/confirmed", test_confirm);
  g_test_add_func ("/console/confirm-window/refused", test_confirm_refused);
  g_test_add_func ("/console/shortcuts-window/complete", test_shortcuts);
  g_test_add_func ("/console/status-line/states", test_status_line);

  return g_test_run ();
}
