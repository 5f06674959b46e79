/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-squeeze.h"

#include "baton-test.h"
#include "scene.h"

static void
narrowed_cb (BatonSqueeze *squeeze,
             int           width,
             int          *told)
{
  *told = width;
}

static void
test_asks_for_less (void)
{
  BatonSqueeze *squeeze = g_object_ref_sink (g_object_new (BATON_TYPE_SQUEEZE, NULL));
  GtkWidget *wide = gtk_label_new (NULL);
  int minimum;

  gtk_widget_set_size_request (wide, 1300, 200);
  baton_squeeze_set_child (squeeze, wide);
  gtk_widget_measure (GTK_WIDGET (squeeze), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, ==, 640);
  gtk_widget_measure (GTK_WIDGET (squeeze), GTK_ORIENTATION_VERTICAL, 700, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, ==, 200);

  g_object_unref (squeeze);
}

/* The child gets what it needs, clipped; the width that there is is told once the layout is done. */
static void
test_tells_width (void)
{
  GtkWidget *window = gtk_window_new ();
  BatonSqueeze *squeeze = g_object_new (BATON_TYPE_SQUEEZE, NULL);
  GtkWidget *wide = gtk_label_new (NULL);
  int told = 0;

  g_signal_connect (squeeze, "narrowed", G_CALLBACK (narrowed_cb), &told);
  gtk_widget_set_size_request (wide, 1300, 200);
  baton_squeeze_set_child (squeeze, wide);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (squeeze));
  gtk_window_set_default_size (GTK_WINDOW (window), 800, 300);
  gtk_window_present (GTK_WINDOW (window));
  scene_settle (window);
  baton_test_wait (told != 0);

  g_assert_cmpint (told, ==, gtk_widget_get_width (GTK_WIDGET (squeeze)));
  g_assert_cmpint (told, <, 1300);
  g_assert_cmpint (gtk_widget_get_width (wide), ==, 1300);

  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  scene_init (&argc, &argv);

  g_test_add_func ("/console/squeeze/asks-for-less", test_asks_for_less);
  g_test_add_func ("/console/squeeze/tells-width", test_tells_width);

  return g_test_run ();
}
