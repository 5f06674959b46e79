/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-status-line.h"

#include <glib/gi18n.h>

struct _BatonStatusLine {
  GtkWidget  parent_instance;

  GtkImage  *icon;
  GtkLabel  *connection;
  GtkLabel  *load;
};

G_DEFINE_FINAL_TYPE (BatonStatusLine, baton_status_line, GTK_TYPE_WIDGET)

static void
baton_status_line_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  if (child != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (baton_status_line_parent_class)->dispose (object);
}

static void
baton_status_line_class_init (BatonStatusLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_status_line_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/status-line.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonStatusLine, icon);
  gtk_widget_class_bind_template_child (widget_class, BatonStatusLine, connection);
  gtk_widget_class_bind_template_child (widget_class, BatonStatusLine, load);
}

static void
baton_status_line_init (BatonStatusLine *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  baton_status_line_set_state (self, BATON_HUB_SIGNED_OUT);
}

GtkWidget *
baton_status_line_new (void)
{
  return g_object_new (BATON_TYPE_STATUS_LINE, NULL);
}

static const char *
state_words (BatonHubState state)
{
  switch (state) {
  case BATON_HUB_ONLINE:
    return _("Connected");
  case BATON_HUB_CONNECTING:
    return _("Connecting…");
  case BATON_HUB_WAITING:
  case BATON_HUB_SIGNED_OUT:
  default:
    return _("Not connected");
  }
}

void
baton_status_line_set_state (BatonStatusLine *self,
                             BatonHubState    state)
{
  gboolean reached = state == BATON_HUB_ONLINE || state == BATON_HUB_CONNECTING;

  g_return_if_fail (BATON_IS_STATUS_LINE (self));

  gtk_label_set_text (self->connection, state_words (state));
  gtk_image_set_from_icon_name (self->icon, reached ? "network-transmit-receive-symbolic" : "network-error-symbolic");
  if (reached)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "lost");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "lost");
}

void
baton_status_line_set_load (BatonStatusLine *self,
                            guint            conversations)
{
  g_autofree char *text = NULL;

  g_return_if_fail (BATON_IS_STATUS_LINE (self));

  text = g_strdup_printf (ngettext ("%u conversation", "%u conversations", conversations), conversations);
  gtk_label_set_text (self->load, text);
  gtk_widget_set_visible (GTK_WIDGET (self->load), conversations > 0);
}
