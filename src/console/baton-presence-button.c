/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-presence-button.h"

#include <glib/gi18n.h>

#include "baton-a11y.h"

struct _BatonPresenceButton {
  GtkWidget      parent_instance;

  BatonPresence  presence;
  GtkMenuButton *button;
  GtkImage      *icon;
  GtkLabel      *word;
};

G_DEFINE_FINAL_TYPE (BatonPresenceButton, baton_presence_button, GTK_TYPE_WIDGET)

/* `choice` is the presence by name, so that the action made of it checks the right line of the menu. */
enum { PROP_0, PROP_CHOICE, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *
presence_word (BatonPresence presence)
{
  switch (presence) {
  case BATON_PRESENCE_AVAILABLE:
    return _("Available");
  case BATON_PRESENCE_BUSY:
    return _("Busy");
  case BATON_PRESENCE_AWAY:
    return _("Away");
  case BATON_PRESENCE_OFFLINE:
  default:
    return _("Offline");
  }
}

static void
show (BatonPresenceButton *self)
{
  static const BatonPresence all[] = {
    BATON_PRESENCE_OFFLINE, BATON_PRESENCE_AVAILABLE, BATON_PRESENCE_BUSY, BATON_PRESENCE_AWAY,
  };
  const char *word = presence_word (self->presence);
  const char *name = baton_presence_to_string (self->presence);
  g_autofree char *icon = g_strdup_printf ("baton-%s-symbolic", name);
  /* Translators: what a screen reader says for the presence menu: “Your presence: Available” */
  g_autofree char *spoken = g_strdup_printf (_("Your presence: %s"), word);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->icon), baton_presence_to_string (all[i]));
  gtk_widget_add_css_class (GTK_WIDGET (self->icon), name);
  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_label_set_text (self->word, word);
  baton_a11y_set_label (GTK_WIDGET (self->button), spoken);
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), self->presence != BATON_PRESENCE_OFFLINE);
}

static void
baton_presence_button_get_property (GObject    *object,
                                    guint       id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  switch (id) {
  case PROP_CHOICE:
    g_value_set_string (value, baton_presence_to_string (BATON_PRESENCE_BUTTON (object)->presence));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
baton_presence_button_set_property (GObject      *object,
                                    guint         id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  BatonPresence presence;

  switch (id) {
  case PROP_CHOICE:
    if (baton_presence_from_string (g_value_get_string (value), &presence))
      g_signal_emit (object, signals[CHOSEN], 0, presence);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
baton_presence_button_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  if (child != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (baton_presence_button_parent_class)->dispose (object);
}

static void
baton_presence_button_class_init (BatonPresenceButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = baton_presence_button_dispose;
  object_class->get_property = baton_presence_button_get_property;
  object_class->set_property = baton_presence_button_set_property;

  props[PROP_CHOICE] = g_param_spec_string ("choice", NULL, NULL, NULL,
                                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CHOSEN] = g_signal_new ("chosen", BATON_TYPE_PRESENCE_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_INT);

  gtk_widget_class_install_property_action (widget_class, "presence.choice", "choice");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/presence-button.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonPresenceButton, button);
  gtk_widget_class_bind_template_child (widget_class, BatonPresenceButton, icon);
  gtk_widget_class_bind_template_child (widget_class, BatonPresenceButton, word);
}

static void
baton_presence_button_init (BatonPresenceButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  show (self);
}

GtkWidget *
baton_presence_button_new (void)
{
  return g_object_new (BATON_TYPE_PRESENCE_BUTTON, NULL);
}

/**
 * baton_presence_button_set_presence:
 * @self: the button
 * @presence: what is true
 *
 * Shows it, also when it is the same as before: a menu line that was chosen in vain is unchecked by that.
 */
void
baton_presence_button_set_presence (BatonPresenceButton *self,
                                    BatonPresence        presence)
{
  g_return_if_fail (BATON_IS_PRESENCE_BUTTON (self));

  self->presence = presence;
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CHOICE]);
}

void
baton_presence_button_popup (BatonPresenceButton *self)
{
  g_return_if_fail (BATON_IS_PRESENCE_BUTTON (self));

  gtk_menu_button_popup (self->button);
}
