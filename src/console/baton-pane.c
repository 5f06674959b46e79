/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-pane.h"

struct _BatonPane {
  GtkWidget  parent_instance;

  GtkWidget *child;
};

static GtkBuildableIface *parent_buildable;

static void baton_pane_buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonPane, baton_pane, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, baton_pane_buildable_init))

enum { PROP_0, PROP_CHILD, N_PROPS };
static GParamSpec *props[N_PROPS];

static gboolean
baton_pane_focus (GtkWidget        *widget,
                  GtkDirectionType  direction)
{
  gboolean tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (tab && gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;   /* already inside: Tab leaves */

  return GTK_WIDGET_CLASS (baton_pane_parent_class)->focus (widget, direction);
}

static void
baton_pane_add_child (GtkBuildable *buildable,
                      GtkBuilder   *builder,
                      GObject      *child,
                      const char   *type)
{
  if (GTK_IS_WIDGET (child))
    baton_pane_set_child (BATON_PANE (buildable), GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
baton_pane_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = baton_pane_add_child;
}

static void
baton_pane_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  switch (id) {
  case PROP_CHILD:
    g_value_set_object (value, BATON_PANE (object)->child);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
baton_pane_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  switch (id) {
  case PROP_CHILD:
    baton_pane_set_child (BATON_PANE (object), g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
baton_pane_dispose (GObject *object)
{
  g_clear_pointer (&BATON_PANE (object)->child, gtk_widget_unparent);
  G_OBJECT_CLASS (baton_pane_parent_class)->dispose (object);
}

static void
baton_pane_class_init (BatonPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = baton_pane_dispose;
  object_class->get_property = baton_pane_get_property;
  object_class->set_property = baton_pane_set_property;
  widget_class->focus = baton_pane_focus;

  props[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
baton_pane_init (BatonPane *self)
{
}

GtkWidget *
baton_pane_new (GtkWidget *child)
{
  return g_object_new (BATON_TYPE_PANE, "child", child, NULL);
}

/**
 * baton_pane_set_child:
 * @self: a pane
 * @child: (nullable) (transfer floating): what it holds from now on
 */
void
baton_pane_set_child (BatonPane *self,
                      GtkWidget *child)
{
  g_return_if_fail (BATON_IS_PANE (self));
  g_return_if_fail (child == NULL || GTK_IS_WIDGET (child));

  if (self->child == child)
    return;

  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CHILD]);
}
