/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-queue-heading.h"

struct _BatonQueueHeading {
  GtkWidget     parent_instance;

  BatonSection  section;
  GtkLabel     *title;
  GtkLabel     *count;
  GtkWidget    *take_next;
};

G_DEFINE_FINAL_TYPE (BatonQueueHeading, baton_queue_heading, GTK_TYPE_WIDGET)

static void
baton_queue_heading_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  if (child != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (baton_queue_heading_parent_class)->dispose (object);
}

static void
baton_queue_heading_class_init (BatonQueueHeadingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_queue_heading_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/queue-heading.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonQueueHeading, title);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueHeading, count);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueHeading, take_next);
}

static void
baton_queue_heading_init (BatonQueueHeading *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
baton_queue_heading_new (BatonSection section)
{
  BatonQueueHeading *self = g_object_new (BATON_TYPE_QUEUE_HEADING, NULL);

  self->section = section;
  gtk_label_set_text (self->title, baton_section_get_title (section));
  gtk_widget_set_visible (self->take_next, section == BATON_SECTION_WAITING);
  return GTK_WIDGET (self);
}

BatonSection
baton_queue_heading_get_section (BatonQueueHeading *self)
{
  return self->section;
}

void
baton_queue_heading_set_count (BatonQueueHeading *self,
                               guint              count)
{
  g_autofree char *text = g_strdup_printf ("%u", count);

  g_return_if_fail (BATON_IS_QUEUE_HEADING (self));

  gtk_label_set_text (self->count, text);
}
