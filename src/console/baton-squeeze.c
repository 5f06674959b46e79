/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-squeeze.h"

#define LEAST_WIDTH 640

struct _BatonSqueeze {
  GtkWidget  parent_instance;

  GtkWidget *child;
  int        width;
  guint      told;   /* idle source that tells of a new width, or 0 */
};

static GtkBuildableIface *parent_buildable;

static void baton_squeeze_buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonSqueeze, baton_squeeze, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, baton_squeeze_buildable_init))

enum { NARROWED, N_SIGNALS };
static guint signals[N_SIGNALS];

static gboolean
tell_width_cb (gpointer user_data)
{
  BatonSqueeze *self = user_data;

  self->told = 0;
  g_signal_emit (self, signals[NARROWED], 0, self->width);
  return G_SOURCE_REMOVE;
}

static int
needed_width (BatonSqueeze *self)
{
  int needed = 0;

  if (self->child != NULL)
    gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &needed, NULL, NULL, NULL);
  return needed;
}

static void
baton_squeeze_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  BatonSqueeze *self = BATON_SQUEEZE (widget);

  if (self->child == NULL)
    return;
  if (orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0)
    for_size = MAX (for_size, needed_width (self));

  gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = MIN (*minimum, LEAST_WIDTH);
}

static void
baton_squeeze_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  BatonSqueeze *self = BATON_SQUEEZE (widget);

  if (self->child != NULL)
    gtk_widget_allocate (self->child, MAX (width, needed_width (self)), height, baseline, NULL);

  if (width == self->width)
    return;
  self->width = width;
  if (self->told == 0)
    self->told = g_idle_add_full (G_PRIORITY_HIGH_IDLE, tell_width_cb, self, NULL);
}

static void
baton_squeeze_add_child (GtkBuildable *buildable,
                         GtkBuilder   *builder,
                         GObject      *child,
                         const char   *type)
{
  if (GTK_IS_WIDGET (child))
    baton_squeeze_set_child (BATON_SQUEEZE (buildable), GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
baton_squeeze_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = baton_squeeze_add_child;
}

static void
baton_squeeze_dispose (GObject *object)
{
  BatonSqueeze *self = BATON_SQUEEZE (object);

  g_clear_handle_id (&self->told, g_source_remove);
  g_clear_pointer (&self->child, gtk_widget_unparent);
  G_OBJECT_CLASS (baton_squeeze_parent_class)->dispose (object);
}

static void
baton_squeeze_class_init (BatonSqueezeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_squeeze_dispose;
  widget_class->measure = baton_squeeze_measure;
  widget_class->size_allocate = baton_squeeze_size_allocate;

  signals[NARROWED] = g_signal_new ("narrowed", BATON_TYPE_SQUEEZE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
baton_squeeze_init (BatonSqueeze *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/**
 * baton_squeeze_set_child:
 * @self: a squeeze
 * @child: (nullable) (transfer floating): what it holds from now on
 */
void
baton_squeeze_set_child (BatonSqueeze *self,
                         GtkWidget    *child)
{
  g_return_if_fail (BATON_IS_SQUEEZE (self));
  g_return_if_fail (child == NULL || GTK_IS_WIDGET (child));

  if (self->child == child)
    return;

  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
}
