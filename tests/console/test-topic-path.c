/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-topic-path.h"

#include <string.h>

#include "scene.h"

static BatonHandoff *
make_handoff (const char *topics,
              const char *last)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":{\"va_Topics\":%s,"
                                           "\"va_LastTopic\":\"%s\"}}", topics, last);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, NULL);

  return baton_handoff_new_from_activity (activity);
}

/* The items as a screen reader meets them. */
static char *
dup_items (GtkWidget *path)
{
  GtkWidget *list = scene_find (path, GTK_TYPE_BOX, "Topic path");
  GString *items = g_string_new (NULL);

  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (list)), ==, GTK_ACCESSIBLE_ROLE_LIST);
  for (GtkWidget *item = gtk_widget_get_first_child (list); item != NULL; item = gtk_widget_get_next_sibling (item)) {
    GtkWidget *label;

    if (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (item)) != GTK_ACCESSIBLE_ROLE_LIST_ITEM)
      continue;
    label = gtk_widget_get_last_child (item);
    gtk_test_accessible_assert_property (item, GTK_ACCESSIBLE_PROPERTY_LABEL, gtk_label_get_text (GTK_LABEL (label)));
    g_string_append_printf (items, "%s%s%s|", gtk_widget_has_css_class (item, "last-topic") ? "*" : "",
                            GTK_IS_IMAGE (gtk_widget_get_first_child (item)) ? ">" : "",
                            gtk_label_get_text (GTK_LABEL (label)));
  }
  return g_string_free (items, FALSE);
}

static void
test_topic_path_items (void)
{
  static const struct {
    const char *topics;
    const char *last;
    const char *items;
  } cases[] = {
    { "[\"Greeting\",\"Store hours\",\"Return item\"]", "Return item", "Greeting|Store hours|*Return item|>Escalate|" },
    { "[\"Greeting\",\"Escalate\"]", "Escalate", "*Greeting|>Escalate|" },
    { "[\"<b>x</b>\\nline\"]", "<b>x</b>\\nline", "*<b>x</b> line|>Escalate|" },
    { "[]", "", ">Escalate|" },
  };
  GtkWidget *path = baton_topic_path_new ();
  GtkWidget *window = scene_show (path, 600, 60);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (BatonHandoff) handoff = make_handoff (cases[i].topics, cases[i].last);
    g_autofree char *items = NULL;

    baton_topic_path_set_handoff (BATON_TOPIC_PATH (path), handoff);
    items = dup_items (path);
    g_assert_cmpstr (items, ==, cases[i].items);
  }
  baton_topic_path_set_handoff (BATON_TOPIC_PATH (path), NULL);
  scene_settle (window);
  g_assert_false (gtk_widget_child_focus (path, GTK_DIR_TAB_FORWARD));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  scene_init (&argc, &argv);
  g_test_add_func ("/console/topic-path/items", test_topic_path_items);
  return g_test_run ();
}
