/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "scene.h"

#include "baton-console.h"
#include "baton-test.h"

/* An application of libadwaita finds this one by its name; a test has no application. */
static void
add_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, BATON_CONSOLE_RESOURCES "style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/**
 * scene_init:
 *
 * Sets up test framework, toolkit, resources and style. `BATON_TEST_STYLE` may say "dark", `BATON_TEST_DIRECTION` "rtl",
 * `BATON_TEST_SCALE` a percentage.
 */
void
scene_init (int    *argc,
            char ***argv)
{
  const char *style = g_getenv ("BATON_TEST_STYLE");
  const char *direction = g_getenv ("BATON_TEST_DIRECTION");
  const char *scale = g_getenv ("BATON_TEST_SCALE");

  baton_console_init_words ();
  gtk_test_init (argc, argv);
  adw_init ();
  baton_console_init (gdk_display_get_default ());
  add_style ();
  if (g_strcmp0 (style, "dark") == 0)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  if (g_strcmp0 (direction, "rtl") == 0)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  if (scale != NULL)
    g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 96 * 1024 * atoi (scale) / 100, NULL);
}

/**
 * scene_show:
 * @content: (transfer floating): a widget
 * @width: of the window
 * @height: of the window
 *
 * Returns: a window with @content in it, mapped; destroy it
 */
GtkWidget *
scene_show (GtkWidget *content,
            int        width,
            int        height)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  adw_window_set_content (ADW_WINDOW (window), content);
  gtk_window_present (GTK_WINDOW (window));
  baton_test_wait (gtk_widget_get_mapped (content));
  gtk_test_widget_wait_for_draw (window);
  return window;
}

/**
 * scene_settle:
 * @window: a window
 *
 * Runs until nothing is left to do and two more frames have been drawn.
 */
void
scene_settle (GtkWidget *window)
{
  for (int i = 0; i < 3; i++) {
    while (g_main_context_pending (NULL))
      g_main_context_iteration (NULL, FALSE);
    gtk_widget_queue_draw (window);
    gtk_test_widget_wait_for_draw (window);
  }
}

void
scene_save (GtkWidget  *widget,
            const char *name)
{
  const char *folder = g_getenv ("BATON_PICTURES");
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (widget);
  int width = gdk_paintable_get_intrinsic_width (picture);
  int height = gdk_paintable_get_intrinsic_height (picture);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = NULL;

  g_assert_cmpint (width, >, 0);
  gdk_paintable_snapshot (picture, GDK_SNAPSHOT (snapshot), width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  if (folder == NULL)
    return;

  texture = gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (widget)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  path = g_strdup_printf ("%s/%s.png", folder, name);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

static gboolean
has_name (GtkWidget *widget)
{
  return gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/**
 * scene_count_unnamed:
 * @widget: where to begin
 *
 * Returns: how many controls at and below @widget a screen reader has no name for
 */
guint
scene_count_unnamed (GtkWidget *widget)
{
  gboolean is_named = has_name (widget);
  gboolean is_control = TRUE;
  gboolean is_leaf = FALSE;
  guint n = 0;

  if (!gtk_widget_get_visible (widget))
    return 0;   /* such as the close button GtkSearchBar keeps hidden */
  if (GTK_IS_MENU_BUTTON (widget)) {
    is_leaf = TRUE;
    is_named |= gtk_menu_button_get_label (GTK_MENU_BUTTON (widget)) != NULL;
  } else if (GTK_IS_BUTTON (widget)) {
    is_named |= gtk_button_get_label (GTK_BUTTON (widget)) != NULL;
  } else if (GTK_IS_TEXT_VIEW (widget) || (GTK_IS_EDITABLE (widget) && !GTK_IS_TEXT (widget))) {
    is_leaf = TRUE;
    is_named |= gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  } else {
    is_control = GTK_IS_LIST_BOX (widget) || GTK_IS_LIST_BOX_ROW (widget) || GTK_IS_LIST_VIEW (widget);
  }

  if (is_control && !is_named) {
    g_test_message ("no accessible name: %s", G_OBJECT_TYPE_NAME (widget));
    n++;
  }
  for (GtkWidget *child = is_leaf ? NULL : gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += scene_count_unnamed (child);
  return n;
}

static gboolean
is_called (GtkWidget  *widget,
           const char *label)
{
  g_autofree char *difference = NULL;

  if (label == NULL)
    return TRUE;
  if (!has_name (widget))
    return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0;
  difference = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label);
  return difference == NULL;
}

/**
 * scene_find:
 * @widget: where to begin
 * @type: of the widget looked for
 * @label: (nullable): its accessible name
 *
 * Returns: (nullable): the first such widget that is not hidden
 */
GtkWidget *
scene_find (GtkWidget  *widget,
            GType       type,
            const char *label)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && is_called (widget, label))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = scene_find (child, type, label);
  return found;
}
