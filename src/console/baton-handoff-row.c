/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-handoff-row.h"

#include <glib/gi18n.h>

#include "baton-format.h"
#include "baton-place.h"
#include "baton-text.h"

struct _BatonHandoffRow {
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (BatonHandoffRow, baton_handoff_row, GTK_TYPE_WIDGET)

static GtkWidget *
new_icon (const char *name)
{
  return g_object_new (GTK_TYPE_IMAGE,
                       "icon-name", name,
                       "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                       NULL);
}

static GtkWidget *
new_rule (void)
{
  return g_object_new (GTK_TYPE_SEPARATOR,
                       "hexpand", TRUE,
                       "valign", GTK_ALIGN_CENTER,
                       "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                       NULL);
}

static GtkWidget *
new_mark (gint64 time)
{
  g_autofree char *clock = baton_place_dup_time (time);
  /* Translators: the place in a transcript where the bot handed over; %s is a time of day */
  g_autofree char *text = g_strdup_printf (_("Handed off by the bot · %s"), clock);
  GtkWidget *mark = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (mark, "handoff-mark");
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (mark), new_rule ());
  gtk_box_append (GTK_BOX (mark), new_icon ("baton-handoff-symbolic"));
  gtk_box_append (GTK_BOX (mark), label);
  gtk_box_append (GTK_BOX (mark), new_rule ());
  return mark;
}

static GtkWidget *
new_card_head (void)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *title = gtk_label_new (_("Private message to agents"));
  GtkWidget *assurance = gtk_label_new (_("The customer cannot see this"));

  gtk_widget_add_css_class (title, "caption-heading");
  gtk_label_set_ellipsize (GTK_LABEL (assurance), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (assurance), 1.0);
  gtk_widget_set_hexpand (assurance, TRUE);
  gtk_widget_add_css_class (assurance, "caption");
  gtk_widget_add_css_class (assurance, "secondary");
  gtk_box_append (GTK_BOX (head), new_icon ("baton-private-symbolic"));
  gtk_box_append (GTK_BOX (head), title);
  gtk_box_append (GTK_BOX (head), assurance);
  return head;
}

static GtkWidget *
new_wrapped (const char *text)
{
  return g_object_new (GTK_TYPE_LABEL,
                       "label", text,
                       "wrap", TRUE,
                       "wrap-mode", PANGO_WRAP_WORD_CHAR,
                       "xalign", 0.0,
                       "hexpand", TRUE,
                       NULL);
}

/* Wraps words in the reader's own quotation marks without cutting them. */
static char *
quote_whole (const char *words)
{
  g_autofree char *soft = baton_text_for_bubble (words, NULL);
  /* Translators: somebody's words, quoted: “do you repair old lamps” */
  g_autofree char *quoted = g_strdup_printf (_("“%s”"), soft);

  return baton_format_line ((const char *[]) { quoted, NULL });
}

static char *
dup_why (BatonHandoff *handoff)
{
  g_autofree char *topic = baton_format_topic (handoff);
  g_autofree char *isolated = baton_format_isolate (topic);

  if (topic == NULL || baton_handoff_get_trigger (handoff) != BATON_TRIGGER_EXPLICIT)
    return g_strdup (baton_format_trigger (handoff));

  /* Translators: why the bot handed over: its author put a transfer step into the topic %s */
  return g_strdup_printf (_("Transfer step in “%s”"), isolated);
}

static void
attach_pair (GtkGrid    *grid,
             int         line,
             const char *key,
             const char *value)
{
  GtkWidget *label = gtk_label_new (key);
  GtkWidget *words = new_wrapped (value);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_widget_set_valign (label, GTK_ALIGN_BASELINE);
  gtk_widget_set_valign (words, GTK_ALIGN_BASELINE);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "secondary");
  gtk_grid_attach (grid, label, 0, line, 1, 1);
  gtk_grid_attach (grid, words, 1, line, 1, 1);
}

static GtkWidget *
new_grid (BatonHandoff *handoff)
{
  const char *last = baton_handoff_get_last_phrase (handoff);
  g_autofree char *why = dup_why (handoff);
  g_autofree char *words = last != NULL ? quote_whole (last) : NULL;
  GtkWidget *grid = g_object_new (GTK_TYPE_GRID, "column-spacing", 12, "row-spacing", 2, NULL);

  gtk_widget_add_css_class (grid, "handoff-grid");
  attach_pair (GTK_GRID (grid), 0, _("Why"), why);
  if (words != NULL)
    attach_pair (GTK_GRID (grid), 1, _("Last words"), words);
  return grid;
}

static GtkWidget *
new_card (const char   *message,
          BatonHandoff *handoff)
{
  g_autofree char *soft = baton_text_spell_out (message);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *text = new_wrapped (soft);

  gtk_widget_add_css_class (card, "private-card");
  gtk_widget_add_css_class (text, "private-text");
  gtk_box_append (GTK_BOX (card), new_card_head ());
  gtk_box_append (GTK_BOX (card), text);
  gtk_box_append (GTK_BOX (card), new_grid (handoff));
  return card;
}

static void
baton_handoff_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (baton_handoff_row_parent_class)->dispose (object);
}

static void
baton_handoff_row_class_init (BatonHandoffRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_handoff_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
baton_handoff_row_init (BatonHandoffRow *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 8);
  gtk_widget_add_css_class (GTK_WIDGET (self), "handoff");
}

/**
 * baton_handoff_row_new:
 * @handoff: what the bot told
 * @time: when, microseconds since 1970
 *
 * Returns: (transfer floating): the mark; without a private message there is no yellow card, but why and what was said
 */
GtkWidget *
baton_handoff_row_new (BatonHandoff *handoff,
                       gint64        time)
{
  const BatonPrivateText *private = baton_handoff_get_agent_message (handoff);
  GtkWidget *self = g_object_new (BATON_TYPE_HANDOFF_ROW, NULL);
  GtkWidget *body;

  body = private != NULL ? new_card (baton_private_text_peek (private), handoff) : new_grid (handoff);
  gtk_widget_set_parent (new_mark (time), self);
  gtk_widget_set_parent (body, self);
  return self;
}

/**
 * baton_handoff_row_dup_name:
 * @handoff: what the bot told
 * @time: when, microseconds since 1970
 *
 * Returns: (transfer full): what a screen reader says for the row
 */
char *
baton_handoff_row_dup_name (BatonHandoff *handoff,
                            gint64        time)
{
  const BatonPrivateText *private = baton_handoff_get_agent_message (handoff);
  g_autofree char *clock = baton_place_dup_time (time);

  if (private == NULL)
    /* Translators: %s is a time of day */
    return g_strdup_printf (_("Handed off by the bot, %s"), clock);

  /* Translators: the first %s is a time of day, the second the bot author's words */
  return g_strdup_printf (_("Handed off by the bot, %s. Private message to agents: %s"), clock,
                          baton_private_text_peek (private));
}

char *
baton_handoff_row_dup_description (BatonHandoff *handoff)
{
  const char *last = baton_handoff_get_last_phrase (handoff);
  g_autofree char *why = dup_why (handoff);

  if (last == NULL)
    /* Translators: why the bot handed over */
    return g_strdup_printf (_("Why: %s"), why);
  /* Translators: why the bot handed over, and what the customer said last */
  return g_strdup_printf (_("Why: %s. Last words: %s"), why, last);
}
