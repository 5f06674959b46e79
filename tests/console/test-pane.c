/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-pane.h"

#include "baton-test.h"
#include "scene.h"

static GtkWidget *
new_list (void)
{
  GtkWidget *list = gtk_list_box_new ();

  for (guint i = 0; i < 5; i++)
    gtk_list_box_append (GTK_LIST_BOX (list), gtk_label_new ("row"));
  return list;
}

/* Three stops: the button before, the list, the button after. In a bare list each row would be one. */
static void
test_one_stop (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *before = gtk_button_new_with_label ("before");
  GtkWidget *list = new_list ();
  GtkWidget *after = gtk_button_new_with_label ("after");

  gtk_box_append (GTK_BOX (box), before);
  gtk_box_append (GTK_BOX (box), baton_pane_new (list));
  gtk_box_append (GTK_BOX (box), after);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  scene_settle (window);

  gtk_widget_grab_focus (before);
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (window)), list));
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == after);
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_BACKWARD));
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (window)), list));
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_BACKWARD));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == before);

  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_arrows_stay_inside (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *list = new_list ();

  gtk_window_set_child (GTK_WINDOW (window), baton_pane_new (list));
  gtk_window_present (GTK_WINDOW (window));
  scene_settle (window);

  gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0)));
  g_signal_emit_by_name (list, "move-cursor", GTK_MOVEMENT_DISPLAY_LINES, 1, FALSE, FALSE);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) ==
                 GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 1)));

  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  scene_init (&argc, &argv);

  g_test_add_func ("/console/pane/one-stop", test_one_stop);
  g_test_add_func ("/console/pane/arrows-stay-inside", test_arrows_stay_inside);

  return g_test_run ();
}
