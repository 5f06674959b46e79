/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-confirm-window.h"

struct _BatonConfirmWindow {
  AdwWindow  parent_instance;

  GtkLabel  *heading;
  GtkLabel  *body;
  GtkButton *keep;
  GtkButton *confirm;
};

G_DEFINE_FINAL_TYPE (BatonConfirmWindow, baton_confirm_window, ADW_TYPE_WINDOW)

enum { CONFIRMED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
accept_action (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  g_signal_emit (widget, signals[CONFIRMED], 0);
  gtk_window_close (GTK_WINDOW (widget));
}

static void
baton_confirm_window_class_init (BatonConfirmWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[CONFIRMED] = g_signal_new ("confirmed", BATON_TYPE_CONFIRM_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "confirm.accept", NULL, accept_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/confirm-window.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonConfirmWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, BatonConfirmWindow, body);
  gtk_widget_class_bind_template_child (widget_class, BatonConfirmWindow, keep);
  gtk_widget_class_bind_template_child (widget_class, BatonConfirmWindow, confirm);
}

static void
baton_confirm_window_init (BatonConfirmWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * baton_confirm_window_new:
 * @parent: the window it is about
 * @heading: the question
 * @body: what happens
 * @keep: the safe answer
 * @confirm: the other one
 *
 * Returns: (transfer none): a window, to be presented; it goes away by itself
 */
GtkWidget *
baton_confirm_window_new (GtkWindow  *parent,
                          const char *heading,
                          const char *body,
                          const char *keep,
                          const char *confirm)
{
  BatonConfirmWindow *self = g_object_new (BATON_TYPE_CONFIRM_WINDOW, "transient-for", parent, "title", heading, NULL);

  gtk_label_set_text (self->heading, heading);
  gtk_label_set_text (self->body, body);
  gtk_button_set_label (self->keep, keep);
  gtk_button_set_label (self->confirm, confirm);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->keep));
  return GTK_WIDGET (self);
}
