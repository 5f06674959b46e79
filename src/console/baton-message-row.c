/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-message-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "baton-attachments.h"
#include "baton-chips.h"
#include "baton-format.h"
#include "baton-text.h"

#define BUBBLE_CHARACTERS 58
#define SPOKEN_CHARACTERS 1000   /* of a message in the name of its row: more is not read to its end anyway */

struct _BatonMessageRow {
  GtkWidget            parent_instance;

  BatonTranscriptItem *item;
  GtkWidget           *bubble;     /* or NULL: attachments only */
  GtkWidget           *more;       /* "Show All", or NULL */
  gboolean             at_end;     /* on our side */
};

G_DEFINE_FINAL_TYPE (BatonMessageRow, baton_message_row, GTK_TYPE_WIDGET)

static gboolean
is_ours (const BatonPlace *place)
{
  return place->speaker != BATON_SPEAKER_CUSTOMER;
}

static GtkWidget *
add (BatonMessageRow *self,
     GtkWidget       *child)
{
  gtk_widget_set_parent (child, GTK_WIDGET (self));
  return child;
}

static GtkWidget *
new_icon (const char *name)
{
  return g_object_new (GTK_TYPE_IMAGE,
                       "icon-name", name,
                       "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                       NULL);
}

/* Foreign text never is markup: the name is made bold by its place. */
static GtkWidget *
new_head_label (const BatonPlace *place)
{
  g_autofree char *time = baton_place_dup_time (place->time);
  g_autofree char *name = baton_format_isolate (place->name);
  g_autofree char *text = g_strdup_printf ("%s  %s", name, time);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);

  bold->end_index = (guint) strlen (name);
  pango_attr_list_insert (attributes, bold);
  return g_object_new (GTK_TYPE_LABEL,
                       "label", text,
                       "attributes", attributes,
                       "ellipsize", PANGO_ELLIPSIZE_MIDDLE,
                       NULL);
}

static void
add_head (BatonMessageRow  *self,
          const BatonPlace *place)
{
  GtkWidget *label = new_head_label (place);
  GtkWidget *head = label;

  if (place->speaker == BATON_SPEAKER_BOT) {
    head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
    gtk_box_append (GTK_BOX (head), new_icon ("baton-bot-symbolic"));
    gtk_box_append (GTK_BOX (head), label);
  }
  gtk_widget_add_css_class (head, "message-head");
  gtk_widget_add_css_class (head, "caption");
  gtk_widget_add_css_class (label, "numeric");
  add (self, head);
}

static void
add_bubble (BatonMessageRow  *self,
            const BatonPlace *place)
{
  static const char *const classes[] = { "customer", "bot", "agent", "agent" };
  g_autofree char *text = baton_activity_dup_shown_text (baton_transcript_item_get_activity (self->item));
  g_autofree char *shown = NULL;
  gboolean is_cut;

  if (text == NULL)
    return;

  shown = baton_text_for_bubble (text, &is_cut);
  self->bubble = g_object_new (GTK_TYPE_LABEL,
                               "label", shown,
                               "wrap", TRUE,
                               "wrap-mode", PANGO_WRAP_WORD_CHAR,
                               "max-width-chars", BUBBLE_CHARACTERS,
                               "xalign", 0.0,
                               NULL);
  gtk_widget_add_css_class (self->bubble, "bubble");
  gtk_widget_add_css_class (self->bubble, classes[place->speaker]);
  if (baton_transcript_item_get_delivery (self->item) == BATON_DELIVERY_FAILED)
    gtk_widget_add_css_class (self->bubble, "failed");
  add (self, self->bubble);

  if (!is_cut)
    return;
  self->more = g_object_new (GTK_TYPE_BUTTON,
                             "label", _("Show All"),
                             "action-name", "message.show-all",
                             NULL);
  gtk_widget_add_css_class (self->more, "flat");
  gtk_widget_add_css_class (self->more, "small");
  add (self, self->more);
}

static void
add_attachments (BatonMessageRow *self)
{
  g_autoptr (GPtrArray) lines = baton_attachments_list (baton_transcript_item_get_activity (self->item));

  for (guint i = 0; i < lines->len; i++) {
    GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
    GtkWidget *label = gtk_label_new (g_ptr_array_index (lines, i));

    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
    gtk_label_set_max_width_chars (GTK_LABEL (label), BUBBLE_CHARACTERS);
    gtk_box_append (GTK_BOX (box), new_icon ("mail-attachment-symbolic"));
    gtk_box_append (GTK_BOX (box), label);
    gtk_widget_add_css_class (box, "attachment");
    add (self, box);
  }
}

static GtkWidget *
new_chip (const char *title,
          gboolean    is_chosen)
{
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (title);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (is_chosen)
    gtk_box_append (GTK_BOX (chip), new_icon ("object-select-symbolic"));
  gtk_box_append (GTK_BOX (chip), label);
  gtk_widget_add_css_class (chip, "chip");
  if (is_chosen)
    gtk_widget_add_css_class (chip, "chosen");
  return chip;
}

static void
add_suggestions (BatonMessageRow  *self,
                 const BatonPlace *place)
{
  BatonActivity *activity = baton_transcript_item_get_activity (self->item);
  g_autoptr (GPtrArray) titles = baton_attachments_suggestions (activity);
  int chosen = baton_attachments_find_chosen (activity, place->answer);
  GtkWidget *chips;

  if (titles->len == 0)
    return;

  chips = baton_chips_new (self->at_end);
  gtk_widget_add_css_class (chips, "chips");
  for (guint i = 0; i < titles->len; i++)
    baton_chips_add (BATON_CHIPS (chips), new_chip (g_ptr_array_index (titles, i), (int) i == chosen));
  add (self, chips);
}

static void
add_delivery (BatonMessageRow  *self,
              const BatonPlace *place)
{
  BatonDelivery delivery = baton_transcript_item_get_delivery (self->item);
  const char *words[] = {
    [BATON_DELIVERY_PENDING] = _("Sending"),
    [BATON_DELIVERY_SENT] = _("Sent"),
    [BATON_DELIVERY_FAILED] = _("Not sent"),
  };
  static const char *const icons[] = {
    [BATON_DELIVERY_PENDING] = "content-loading-symbolic",
    [BATON_DELIVERY_SENT] = "baton-sent-symbolic",
    [BATON_DELIVERY_FAILED] = "dialog-error-symbolic",
  };
  GtkWidget *line, *button;

  if (delivery == BATON_DELIVERY_NONE || (delivery == BATON_DELIVERY_SENT && !place->ends_run))
    return;

  line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_append (GTK_BOX (line), new_icon (icons[delivery]));
  gtk_box_append (GTK_BOX (line), gtk_label_new (words[delivery]));
  gtk_widget_add_css_class (line, "delivery");
  if (delivery == BATON_DELIVERY_FAILED) {
    button = gtk_button_new_with_label (_("Try Again"));
    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "message.retry");
    gtk_widget_add_css_class (button, "flat");
    gtk_box_append (GTK_BOX (line), button);
    gtk_widget_add_css_class (line, "failed");
  }
  add (self, line);
}

static void
copy_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  BatonMessageRow *self = BATON_MESSAGE_ROW (widget);
  g_autofree char *text = baton_activity_dup_shown_text (baton_transcript_item_get_activity (self->item));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text != NULL ? text : "");
}

/* The conversation around the transcript sends it; without one there is nobody to ask. */
static void
retry_cb (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  gtk_widget_activate_action (widget, "conversation.retry", "s",
                              baton_transcript_item_get_client_id (BATON_MESSAGE_ROW (widget)->item));
}

static void
show_all_cb (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  BatonMessageRow *self = BATON_MESSAGE_ROW (widget);
  g_autofree char *text = baton_activity_dup_shown_text (baton_transcript_item_get_activity (self->item));
  g_autofree char *all = baton_text_spell_out (text);

  gtk_label_set_text (GTK_LABEL (self->bubble), all);
  gtk_widget_action_set_enabled (widget, "message.show-all", FALSE);
  g_clear_pointer (&self->more, gtk_widget_unparent);
}

static GtkSizeRequestMode
baton_message_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Each part is as wide as it likes to be, up to the width there is. */
static int
part_width (GtkWidget *part,
            int        available)
{
  int minimum, natural;

  gtk_widget_measure (part, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  return MAX (minimum, MIN (natural, available));
}

static int
part_height (GtkWidget *part,
             int        width)
{
  int natural;

  gtk_widget_measure (part, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
  return natural;
}

static void
baton_message_row_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  *minimum = *natural = 0;
  for (GtkWidget *part = gtk_widget_get_first_child (widget); part != NULL; part = gtk_widget_get_next_sibling (part)) {
    if (orientation == GTK_ORIENTATION_HORIZONTAL) {
      int least, most;

      gtk_widget_measure (part, orientation, -1, &least, &most, NULL, NULL);
      *minimum = MAX (*minimum, least);
      *natural = MAX (*natural, most);
    } else {
      *minimum += part_height (part, part_width (part, for_size >= 0 ? for_size : G_MAXINT));
      *natural = *minimum;
    }
  }
}

static void
baton_message_row_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  BatonMessageRow *self = BATON_MESSAGE_ROW (widget);
  gboolean right = self->at_end != (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL);
  int y = 0;

  for (GtkWidget *part = gtk_widget_get_first_child (widget); part != NULL; part = gtk_widget_get_next_sibling (part)) {
    int own_width = part_width (part, width);
    int own_height = part_height (part, own_width);
    GtkAllocation place = { right ? width - own_width : 0, y, own_width, own_height };

    gtk_widget_size_allocate (part, &place, -1);
    y += own_height;
  }
}

static void
baton_message_row_dispose (GObject *object)
{
  BatonMessageRow *self = BATON_MESSAGE_ROW (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->bubble = self->more = NULL;
  g_clear_object (&self->item);

  G_OBJECT_CLASS (baton_message_row_parent_class)->dispose (object);
}

static void
baton_message_row_class_init (BatonMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_message_row_dispose;
  widget_class->get_request_mode = baton_message_row_get_request_mode;
  widget_class->measure = baton_message_row_measure;
  widget_class->size_allocate = baton_message_row_size_allocate;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_install_action (widget_class, "message.copy", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "message.retry", NULL, retry_cb);
  gtk_widget_class_install_action (widget_class, "message.show-all", NULL, show_all_cb);
}

static void
baton_message_row_init (BatonMessageRow *self)
{
}

/**
 * baton_message_row_new:
 * @item: a message
 * @place: what it is by its neighbours
 *
 * Returns: (transfer floating): a row that shows @item as it is now; make another when it has changed
 */
GtkWidget *
baton_message_row_new (BatonTranscriptItem *item,
                       const BatonPlace    *place)
{
  BatonMessageRow *self = g_object_new (BATON_TYPE_MESSAGE_ROW, NULL);
  GtkWidget *widget = GTK_WIDGET (self);

  self->item = g_object_ref (item);
  self->at_end = is_ours (place);
  if (place->starts_run)
    add_head (self, place);
  add_bubble (self, place);
  add_attachments (self);
  add_suggestions (self, place);
  add_delivery (self, place);

  gtk_widget_action_set_enabled (widget, "message.retry",
                                 baton_transcript_item_get_delivery (item) == BATON_DELIVERY_FAILED);
  gtk_widget_action_set_enabled (widget, "message.show-all", self->more != NULL);
  return widget;
}

/**
 * baton_message_row_dup_name:
 * @item: a message
 * @place: what it is by its neighbours
 *
 * Returns: (transfer full): what a screen reader says for the row: “Amira Haddad, 14:06: text”
 */
char *
baton_message_row_dup_name (BatonTranscriptItem *item,
                            const BatonPlace    *place)
{
  g_autofree char *text = baton_activity_dup_shown_text (baton_transcript_item_get_activity (item));
  g_autofree char *spoken = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autofree char *time = baton_place_dup_time (place->time);

  if (g_utf8_strlen (spoken, -1) > SPOKEN_CHARACTERS)
    *g_utf8_offset_to_pointer (spoken, SPOKEN_CHARACTERS) = '\0';

  switch (baton_transcript_item_get_delivery (item)) {
  case BATON_DELIVERY_FAILED:
    /* Translators: a message read aloud: speaker, time, text */
    return g_strdup_printf (_("%s, %s, not sent: %s"), place->name, time, spoken);
  case BATON_DELIVERY_PENDING:
    /* Translators: a message read aloud: speaker, time, text */
    return g_strdup_printf (_("%s, %s, sending: %s"), place->name, time, spoken);
  case BATON_DELIVERY_NONE:
  case BATON_DELIVERY_SENT:
  default:
    /* Translators: a message read aloud: speaker, time, text */
    return g_strdup_printf (_("%s, %s: %s"), place->name, time, spoken);
  }
}

/**
 * baton_message_row_dup_description:
 * @item: a message
 * @place: what it is by its neighbours
 *
 * Returns: (transfer full): attachments and suggestions in words; empty if there are none
 */
char *
baton_message_row_dup_description (BatonTranscriptItem *item,
                                   const BatonPlace    *place)
{
  BatonActivity *activity = baton_transcript_item_get_activity (item);
  g_autoptr (GPtrArray) words = baton_attachments_list (activity);
  g_autoptr (GPtrArray) titles = baton_attachments_suggestions (activity);
  int chosen = baton_attachments_find_chosen (activity, place->answer);

  for (guint i = 0; i < titles->len; i++) {
    if ((int) i == chosen)
      /* Translators: a suggestion of the bot that the customer took; %s is its title */
      g_ptr_array_add (words, g_strdup_printf (_("%s, chosen"), (char *) g_ptr_array_index (titles, i)));
    else
      g_ptr_array_add (words, g_strdup (g_ptr_array_index (titles, i)));
  }
  g_ptr_array_add (words, NULL);
  /* Translators: between parts of a list read aloud */
  return g_strjoinv (_(", "), (char **) words->pdata);
}
