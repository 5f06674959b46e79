/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-detail-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "baton-a11y.h"
#include "baton-format.h"
#include "baton-text.h"

#define KEY_CHARACTERS   16
#define VALUE_CHARACTERS 10   /* least and most: the value takes the room there is and wraps in it */

struct _BatonDetailRow {
  GtkListBoxRow  parent_instance;

  GtkWidget     *key_label;
  GtkWidget     *value_label;
  char          *key;
  char          *value;   /* whole, as it is copied */
};

G_DEFINE_FINAL_TYPE (BatonDetailRow, baton_detail_row, GTK_TYPE_LIST_BOX_ROW)

static void
copy_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  BatonDetailRow *self = BATON_DETAIL_ROW (widget);
  GtkWidget *toasts = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *isolated = NULL;
  g_autofree char *title = NULL;
  g_autofree char *escaped = NULL;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), self->value != NULL ? self->value : "");
  if (toasts == NULL)
    return;

  isolated = baton_format_isolate (self->key);
  /* Translators: %s is the name of a value, like “Last topic” */
  title = g_strdup_printf (_("%s copied"), isolated);
  escaped = g_markup_escape_text (title, -1);   /* a toast's title is markup */
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts), adw_toast_new (escaped));
}

static void
baton_detail_row_finalize (GObject *object)
{
  BatonDetailRow *self = BATON_DETAIL_ROW (object);

  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->value, g_free);

  G_OBJECT_CLASS (baton_detail_row_parent_class)->finalize (object);
}

static void
baton_detail_row_class_init (BatonDetailRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_detail_row_finalize;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "detail.copy", NULL, copy_cb);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_c, GDK_CONTROL_MASK, "detail.copy", NULL);
}

static void
baton_detail_row_init (BatonDetailRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  self->key_label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "valign", GTK_ALIGN_BASELINE, NULL);
  self->value_label = g_object_new (GTK_TYPE_LABEL,
                                    "wrap", TRUE,
                                    "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                    "width-chars", VALUE_CHARACTERS,
                                    "max-width-chars", VALUE_CHARACTERS,
                                    "hexpand", TRUE,
                                    "xalign", 0.0,
                                    "valign", GTK_ALIGN_BASELINE,
                                    NULL);
  gtk_box_append (GTK_BOX (box), self->key_label);
  gtk_box_append (GTK_BOX (box), self->value_label);
  gtk_widget_add_css_class (box, "detail");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
}

/* An ellipsis by the label would let each row squeeze its key as it likes, and the column would be none. */
static char *
shorten (const char *key)
{
  glong length = g_utf8_strlen (key, -1);
  g_autofree char *head = NULL;

  if (length <= KEY_CHARACTERS)
    return g_strdup (key);
  head = g_utf8_substring (key, 0, KEY_CHARACTERS / 2);
  return g_strconcat (head, "…", g_utf8_offset_to_pointer (key, length - KEY_CHARACTERS / 2 + 1), NULL);
}

/**
 * baton_detail_row_new:
 * @key: what it is called here; of a variable its name in the bot
 * @raw_name: (nullable): what it is called on the wire
 * @keys: keeps the keys of all rows equally wide
 * @is_variable: whether @key is a name a bot's author chose
 *
 * Returns: (transfer floating): a row without a value, not visible
 */
GtkWidget *
baton_detail_row_new (const char   *key,
                      const char   *raw_name,
                      GtkSizeGroup *keys,
                      gboolean      is_variable)
{
  BatonDetailRow *self = g_object_new (BATON_TYPE_DETAIL_ROW, "visible", FALSE, NULL);
  g_autofree char *short_key = NULL;

  self->key = baton_format_clean (key);
  short_key = shorten (self->key);
  gtk_label_set_text (GTK_LABEL (self->key_label), short_key);
  gtk_widget_add_css_class (self->key_label, "caption");
  gtk_widget_add_css_class (self->key_label, is_variable ? "monospace" : "secondary");
  gtk_size_group_add_widget (keys, self->key_label);
  if (raw_name != NULL)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), raw_name);
  return GTK_WIDGET (self);
}

/**
 * baton_detail_row_set_value:
 * @self: a row
 * @shown: (nullable): the value as it is shown; %NULL hides the row
 * @whole: (nullable): the value as it is copied, and described to a screen reader, if that is another text
 */
void
baton_detail_row_set_value (BatonDetailRow *self,
                            const char     *shown,
                            const char     *whole)
{
  g_autofree char *text = shown != NULL ? baton_text_for_bubble (shown, NULL) : NULL;
  g_autofree char *name = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), shown != NULL);
  if (shown == NULL || (g_strcmp0 (self->value, whole != NULL ? whole : shown) == 0
                        && g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->value_label)), text) == 0))
    return;

  g_free (self->value);
  self->value = g_strdup (whole != NULL ? whole : shown);
  gtk_label_set_text (GTK_LABEL (self->value_label), text);
  /* Translators: a value read aloud: “Last topic: Return item” */
  name = g_strdup_printf (_("%s: %s"), self->key, text);
  baton_a11y_set_label (GTK_WIDGET (self), name);
  if (whole != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, whole, -1);
}

const char *
baton_detail_row_get_key (BatonDetailRow *self)
{
  return self->key;
}
