/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-window-private.h"

#define DOCK_FROM 1180     /* pixels of the window, at text of usual size */
#define QUEUE_MOST 420
#define DETAILS_LEAST 300
#define DETAILS_MOST 420

/* Where the details stand. From a certain width on they are docked beside the conversation, below it they lie over it
 * in a drawer that starts closed. It is one widget in both places, so nothing of its state is lost on the way. */

static double
text_scale (BatonWindow *self)
{
  int dpi = -1;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 0 ? dpi / 1024.0 / 96.0 : 1.0;
}

static int
least_width (GtkWidget *widget)
{
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  return minimum;
}

static int
least_docked_width (BatonWindow *self)
{
  const int handles = 2;

  return least_width (self->queue_pane) + least_width (self->middle) + least_width (self->details) + handles;
}

/* A handle is one pixel; what is to the end of the conversation belongs to the details. */
static void
restore_details_width (BatonWindow *self)
{
  int room = gtk_widget_get_width (GTK_WIDGET (self->squeeze)) - gtk_paned_get_position (self->outer) - 1;
  int width = g_settings_get_int (self->settings, "details-width");

  if (room > width)
    gtk_paned_set_position (self->inner, room - width - 1);
}

static void
remember_details_width (BatonWindow *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self->dock));

  if (self->docked && width >= DETAILS_LEAST)
    g_settings_set_int (self->settings, "details-width", MIN (width, DETAILS_MOST));
}

static void
move_details (BatonWindow *self,
              gboolean     docked)
{
  AdwBin *from = docked ? self->drawer_place : self->dock;
  AdwBin *to = docked ? self->dock : self->drawer_place;

  adw_bin_set_child (from, NULL);
  adw_bin_set_child (to, self->details);
  self->docked = docked;
  self->details_visible = docked && g_settings_get_boolean (self->settings, "details-visible");
  baton_window_update_details (self);
  g_object_notify (G_OBJECT (self), "details-visible");
}

static void
restore_queue_width (BatonWindow *self)
{
  if (gtk_paned_get_position (self->outer) < self->queue_width)
    gtk_paned_set_position (self->outer, self->queue_width);
}

static void
width_changed_cb (BatonWindow *self,
                  int          width)
{
  gboolean docked = width >= MAX ((int) (DOCK_FROM * text_scale (self)), least_docked_width (self));

  if (docked != self->docked)
    move_details (self, docked);
  restore_queue_width (self);
}

static void
drawer_moved_cb (BatonWindow *self)
{
  gboolean open = gtk_revealer_get_reveal_child (self->drawer) || gtk_revealer_get_child_revealed (self->drawer);

  gtk_widget_set_visible (GTK_WIDGET (self->drawer), open);
}

/* A handle at the end of its way was pushed there by a window without room. */
static void
queue_moved_cb (BatonWindow *self)
{
  int position = gtk_paned_get_position (self->outer);
  int end;

  g_object_get (self->outer, "max-position", &end, NULL);
  if (position > QUEUE_MOST)
    gtk_paned_set_position (self->outer, QUEUE_MOST);
  else if (position < end)
    self->queue_width = position;
}

/**
 * baton_window_update_details:
 * @self: the window
 *
 * Shows the details, where they stand, if that was asked for and there is a conversation to have some; and keeps the
 * window's buttons on the outermost header bar.
 */
void
baton_window_update_details (BatonWindow *self)
{
  gboolean shown = self->details_visible && self->shown != NULL;
  gboolean was_docked = gtk_widget_get_visible (GTK_WIDGET (self->dock));

  if (shown && self->docked && !was_docked)
    restore_details_width (self);
  gtk_widget_set_visible (GTK_WIDGET (self->dock), shown && self->docked);
  if (shown && !self->docked)
    gtk_widget_set_visible (GTK_WIDGET (self->drawer), TRUE);
  gtk_revealer_set_reveal_child (self->drawer, shown && !self->docked);
  drawer_moved_cb (self);
  baton_conversation_view_set_outermost (self->conversation, !(shown && self->docked));
  adw_header_bar_set_show_end_title_buttons (self->details_header, self->docked);
}

void
baton_window_set_details_visible (BatonWindow *self,
                                  gboolean     visible)
{
  gboolean had_focus = gtk_widget_get_focus_child (self->details) != NULL;

  if (self->details_visible == visible)
    return;

  self->details_visible = visible;
  if (self->docked) {
    remember_details_width (self);
    g_settings_set_boolean (self->settings, "details-visible", visible);
  }
  baton_window_update_details (self);
  g_object_notify (G_OBJECT (self), "details-visible");
  if (!visible && had_focus)
    baton_conversation_view_focus_composer (self->conversation);
}

void
baton_window_load_layout (BatonWindow *self)
{
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  self->queue_width = g_settings_get_int (self->settings, "queue-width");
  gtk_paned_set_position (self->outer, self->queue_width);

  move_details (self, FALSE);
  g_signal_connect_object (self->drawer, "notify::child-revealed", G_CALLBACK (drawer_moved_cb), self,
                           G_CONNECT_SWAPPED);
}

void
baton_window_save_layout (BatonWindow *self)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (!gtk_window_is_maximized (GTK_WINDOW (self)) && width > 0 && height > 0) {
    g_settings_set_int (self->settings, "window-width", width);
    g_settings_set_int (self->settings, "window-height", height);
  }
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  g_settings_set_int (self->settings, "queue-width", CLAMP (self->queue_width, 280, QUEUE_MOST));
  if (gtk_widget_get_visible (GTK_WIDGET (self->dock)))
    remember_details_width (self);
}

void
baton_window_install_layout (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback_full (widget_class, "width_changed_cb", G_CALLBACK (width_changed_cb));
  gtk_widget_class_bind_template_callback_full (widget_class, "queue_moved_cb", G_CALLBACK (queue_moved_cb));
}
