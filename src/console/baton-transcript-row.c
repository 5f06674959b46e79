/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-transcript-row.h"

#include <glib/gi18n.h>

#include "baton-a11y.h"
#include "baton-format.h"
#include "baton-handoff-row.h"
#include "baton-message-row.h"

struct _BatonTranscriptRow {
  GtkWidget            parent_instance;

  BatonTranscriptItem *item;
  BatonPlace           place;
  gboolean             is_placed;
  GtkWidget           *content;
};

G_DEFINE_FINAL_TYPE (BatonTranscriptRow, baton_transcript_row, GTK_TYPE_WIDGET)

static GtkWidget *
new_day (gint64 time)
{
  g_autofree char *text = baton_place_dup_day (time, g_get_real_time ());
  GtkWidget *day = gtk_label_new (text);

  gtk_widget_set_halign (day, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (day, "day");
  gtk_widget_add_css_class (day, "caption");
  return day;
}

/* What happened, told to an agent. Where we know no better it is what the customer was told, in the customer's language. */
static char *
describe_system_line (BatonTranscriptItem *item,
                      const BatonPlace    *place)
{
  BatonActivity *activity = baton_transcript_item_get_activity (item);
  const char *kind = baton_activity_get_system_kind (activity);

  if (g_strcmp0 (kind, "queued") == 0 || g_strcmp0 (kind, "requeued") == 0)
    return g_strdup (_("Waiting for an agent"));
  if (g_strcmp0 (kind, "joined") == 0 && place->speaker == BATON_SPEAKER_ME)
    return g_strdup (_("You took this conversation"));
  if (g_strcmp0 (kind, "ended") == 0)
    return g_strdup (_("The conversation has ended"));
  return baton_format_clean (baton_activity_get_text (activity));
}

static GtkWidget *
new_system_line (BatonTranscriptItem *item,
                 const BatonPlace    *place)
{
  g_autofree char *plain = describe_system_line (item, place);
  g_autofree char *what = baton_format_isolate (plain);
  g_autofree char *time = baton_place_dup_time (place->time);
  /* Translators: something that happened in a conversation, and its time of day */
  g_autofree char *text = g_strdup_printf (_("%s · %s"), what, time);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (line, baton_activity_get_text (baton_transcript_item_get_activity (item)));
  gtk_widget_set_halign (line, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (line, "system-line");
  gtk_widget_add_css_class (line, "caption");
  gtk_widget_add_css_class (line, "secondary");
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (line), g_object_new (GTK_TYPE_IMAGE,
                                                "icon-name", "avatar-default-symbolic",
                                                "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                                NULL));
  gtk_box_append (GTK_BOX (line), label);
  return line;
}

static GtkWidget *
new_content (BatonTranscriptRow *self)
{
  switch (baton_transcript_item_get_kind (self->item)) {
  case BATON_ITEM_HANDOFF:
    return baton_handoff_row_new (baton_transcript_item_get_handoff (self->item), self->place.time);
  case BATON_ITEM_SYSTEM:
    return new_system_line (self->item, &self->place);
  case BATON_ITEM_MESSAGE:
  case BATON_ITEM_DAY:
  default:
    return baton_message_row_new (self->item, &self->place);
  }
}

static void
name_list_item (BatonTranscriptRow *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *description = NULL;
  g_autofree char *name = NULL;
  g_autofree char *what = NULL;
  g_autofree char *time = NULL;

  switch (baton_transcript_item_get_kind (self->item)) {
  case BATON_ITEM_HANDOFF:
    name = baton_handoff_row_dup_name (baton_transcript_item_get_handoff (self->item), self->place.time);
    description = baton_handoff_row_dup_description (baton_transcript_item_get_handoff (self->item));
    break;
  case BATON_ITEM_SYSTEM:
    what = describe_system_line (self->item, &self->place);
    time = baton_place_dup_time (self->place.time);
    /* Translators: read aloud: something that happened in a conversation, and its time of day */
    name = g_strdup_printf (_("%s, %s"), what, time);
    break;
  case BATON_ITEM_MESSAGE:
  case BATON_ITEM_DAY:
  default:
    name = baton_message_row_dup_name (self->item, &self->place);
    description = baton_message_row_dup_description (self->item, &self->place);
  }

  baton_a11y_set_label (parent, name);
  baton_a11y_set_description (parent, description != NULL ? description : "");
}

static void
clear_children (BatonTranscriptRow *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->content = NULL;
}

static void
rebuild (BatonTranscriptRow *self)
{
  clear_children (self);
  if (self->place.starts_day)
    gtk_widget_set_parent (new_day (self->place.time), GTK_WIDGET (self));
  self->content = new_content (self);
  gtk_widget_set_parent (self->content, GTK_WIDGET (self));

  if (self->place.starts_run)
    gtk_widget_add_css_class (GTK_WIDGET (self), "starts-run");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "starts-run");
  name_list_item (self);
}

static void
baton_transcript_row_dispose (GObject *object)
{
  BatonTranscriptRow *self = BATON_TRANSCRIPT_ROW (object);

  clear_children (self);
  baton_place_clear (&self->place);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (baton_transcript_row_parent_class)->dispose (object);
}

static void
baton_transcript_row_class_init (BatonTranscriptRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_transcript_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
baton_transcript_row_init (BatonTranscriptRow *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "transcript-row");
}

/**
 * baton_transcript_row_new:
 * @item: a line
 *
 * Returns: (transfer floating): an empty row; put it into its list item, then place it
 */
GtkWidget *
baton_transcript_row_new (BatonTranscriptItem *item)
{
  BatonTranscriptRow *self = g_object_new (BATON_TYPE_TRANSCRIPT_ROW, NULL);

  self->item = g_object_ref (item);
  return GTK_WIDGET (self);
}

/**
 * baton_transcript_row_place:
 * @self: a row inside its list item
 * @place: (transfer full): how the line is to be shown; cleared
 *
 * Shows the line so; an equal place costs nothing.
 */
void
baton_transcript_row_place (BatonTranscriptRow *self,
                            BatonPlace         *place)
{
  gboolean is_same = self->is_placed && baton_place_equal (&self->place, place);

  baton_place_clear (&self->place);
  self->place = *place;
  *place = (BatonPlace) { 0 };
  self->is_placed = TRUE;
  if (!is_same)
    rebuild (self);
}

BatonTranscriptItem *
baton_transcript_row_get_item (BatonTranscriptRow *self)
{
  return self->item;
}

/**
 * baton_transcript_row_activate:
 * @self: a row
 * @action: an action of #BatonMessageRow
 *
 * Returns: whether there was such an action and it could be done
 */
gboolean
baton_transcript_row_activate (BatonTranscriptRow *self,
                               const char         *action)
{
  return self->content != NULL && gtk_widget_activate_action (self->content, action, NULL);
}
