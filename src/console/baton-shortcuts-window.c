/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-shortcuts-window.h"

#include <glib/gi18n.h>

#include "baton-a11y.h"
#include "baton-keys.h"

struct _BatonShortcutsWindow {
  AdwWindow           parent_instance;

  AdwPreferencesPage *page;
};

G_DEFINE_FINAL_TYPE (BatonShortcutsWindow, baton_shortcuts_window, ADW_TYPE_WINDOW)

static GtkWidget *
new_keycap (const char *text)
{
  GtkWidget *keycap = gtk_label_new (text);

  gtk_widget_add_css_class (keycap, "keycap");
  gtk_widget_set_valign (keycap, GTK_ALIGN_CENTER);
  return keycap;
}

/* “Ctrl+Shift+P” → three keycaps; no key of the table is itself a plus sign. */
static GtkWidget *
new_keycaps (const char *label)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  g_auto (GStrv) parts = g_strsplit (label, "+", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    gtk_box_append (GTK_BOX (box), new_keycap (parts[i]));
  return box;
}

static GtkWidget *
new_row (const BatonKey *key)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *label = NULL;
  g_autofree char *spoken = NULL;
  GdkModifierType modifiers;
  guint keyval;

  gtk_accelerator_parse (key->accels[0], &keyval, &modifiers);
  label = gtk_accelerator_get_label (keyval, modifiers);
  /* Translators: a line of the list of keys, read aloud: what it does and the key, “Next pane: F6” */
  spoken = g_strdup_printf (_("%s: %s"), _(key->title), label);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(key->title));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), new_keycaps (label));
  baton_a11y_set_label (row, spoken);
  return row;
}

static void
add_group (BatonShortcutsWindow *self,
           BatonKeyGroup         group)
{
  GtkWidget *rows = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (rows), baton_keys_get_group_title (group));
  for (guint i = 0; i < baton_n_keys; i++) {
    if (baton_keys[i].group == group)
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (rows), new_row (&baton_keys[i]));
  }
  adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (rows));
}

static void
baton_shortcuts_window_class_init (BatonShortcutsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/shortcuts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonShortcutsWindow, page);
}

static void
baton_shortcuts_window_init (BatonShortcutsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (BatonKeyGroup group = 0; group < BATON_KEYS_N_GROUPS; group++)
    add_group (self, group);
}

GtkWidget *
baton_shortcuts_window_new (GtkWindow *parent)
{
  return g_object_new (BATON_TYPE_SHORTCUTS_WINDOW, "transient-for", parent, NULL);
}
