/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-queue-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "baton-a11y.h"
#include "baton-language-name.h"
#include "baton-time.h"

struct _BatonQueueRow {
  GtkListBoxRow    parent_instance;

  BatonEscalation *escalation;
  BatonCase       *opened;      /* its case, while it is open */
  char            *me;          /* whose console this is */
  BatonUrgency     urgency;     /* as shown */
  char            *spoken;      /* as told to screen readers */
  char            *folded;      /* what a search looks into */

  GtkLabel        *language;
  GtkLabel        *name;
  GtkWidget       *clock;
  GtkImage        *clock_icon;
  GtkLabel        *clock_text;
  GtkLabel        *reason;
  GtkImage        *line_icon;
  GtkLabel        *line;
  GtkLabel        *unread;
};

G_DEFINE_FINAL_TYPE (BatonQueueRow, baton_queue_row, GTK_TYPE_LIST_BOX_ROW)

const char *
baton_section_get_title (BatonSection section)
{
  switch (section) {
  case BATON_SECTION_MINE:
    /* Translators: heading of the conversations of the agent who reads this */
    return _("Mine");
  case BATON_SECTION_WAITING:
    return _("Waiting");
  case BATON_SECTION_OTHERS:
  case BATON_N_SECTIONS:
  default:
    return _("Other Agents");
  }
}

static guint
count_unread (BatonQueueRow *self)
{
  if (self->opened == NULL || baton_queue_row_get_section (self) != BATON_SECTION_MINE)
    return 0;
  return baton_case_get_unread (self->opened);
}

static void
set_text (GtkLabel   *label,
          const char *text)
{
  if (strcmp (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

static void
set_class (gpointer    widget,
           const char *name,
           gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/* The third line */

static char *
other_agent (BatonQueueRow *self)
{
  const char *name = baton_escalation_get_agent_name (self->escalation);
  g_autofree char *isolated = baton_format_isolate (name != NULL ? name
                                                                 : baton_escalation_get_agent_id (self->escalation));

  /* Translators: which agent talks with the customer: “With Sam Okafor” */
  return g_strdup_printf (_("With %s"), isolated);
}

static char *
private_or_last_words (BatonQueueRow  *self,
                       const char    **icon)
{
  BatonHandoff *handoff = baton_escalation_get_handoff (self->escalation);
  const BatonPrivateText *message = baton_handoff_get_agent_message (handoff);
  const char *phrase = baton_handoff_get_last_phrase (handoff);

  if (message != NULL) {
    *icon = "baton-private-symbolic";
    return baton_format_clean (baton_private_text_peek (message));
  }
  return phrase != NULL ? baton_format_quoted (phrase) : g_strdup ("");
}

static char *
third_line (BatonQueueRow  *self,
            const char    **icon)
{
  BatonSection section = baton_queue_row_get_section (self);
  const char *last = NULL;

  *icon = NULL;
  if (section == BATON_SECTION_OTHERS) {
    *icon = "avatar-default-symbolic";
    return other_agent (self);
  }
  if (section == BATON_SECTION_MINE && self->opened != NULL)
    last = baton_case_get_last_text (self->opened);
  return last != NULL ? baton_format_clean (last) : private_or_last_words (self, icon);
}

/* What is read aloud */

static char *
section_words (BatonQueueRow *self)
{
  switch (baton_queue_row_get_section (self)) {
  case BATON_SECTION_MINE:
    /* Translators: the conversation is with the agent who reads this; part of a list of words read aloud */
    return g_strdup (_("yours"));
  case BATON_SECTION_WAITING:
    /* Translators: a customer waits for an agent; part of a list of words read aloud */
    return g_strdup (_("waiting"));
  case BATON_SECTION_OTHERS:
  case BATON_N_SECTIONS:
  default:
    return other_agent (self);
  }
}

static void
add_part (GString    *text,
          const char *part)
{
  if (part == NULL || *part == '\0')
    return;
  if (text->len > 0)
    /* Translators: separates the words that are read aloud for a row: “Mei Tanaka, Payment failed, Japanese” */
    g_string_append (text, _(", "));
  g_string_append (text, part);
}

static void
speak (BatonQueueRow *self)
{
  BatonHandoff *handoff = baton_escalation_get_handoff (self->escalation);
  g_autofree char *topic = baton_format_topic (handoff);
  g_autofree char *language = baton_language_dup_name (baton_handoff_get_language (handoff));
  g_autofree char *section = section_words (self);
  g_autofree char *unread = NULL;
  g_autoptr (GString) words = g_string_new (NULL);
  guint n = count_unread (self);

  if (n > 0)
    /* Translators: messages of the customer that have not been read; part of a list of words read aloud */
    unread = g_strdup_printf (ngettext ("%u unread", "%u unread", n), n);
  add_part (words, gtk_label_get_text (self->name));
  add_part (words, topic);
  add_part (words, baton_format_trigger (handoff));
  add_part (words, language);
  add_part (words, section);
  add_part (words, baton_format_urgency_word (self->urgency));
  add_part (words, unread);

  if (g_strcmp0 (self->spoken, words->str) == 0)
    return;
  g_free (self->spoken);
  self->spoken = g_strdup (words->str);
  baton_a11y_set_label (GTK_WIDGET (self), self->spoken);
}

/* Headings come after all rows in the accessible tree, so each row says where it stands. */
static void
describe (BatonQueueRow *self)
{
  const BatonPrivateText *message =
    baton_handoff_get_agent_message (baton_escalation_get_handoff (self->escalation));
  g_autoptr (GString) words = g_string_new (baton_section_get_title (baton_queue_row_get_section (self)));

  if (message != NULL) {
    g_autofree char *clean = baton_format_clean (baton_private_text_peek (message));

    add_part (words, clean);
  }
  baton_a11y_set_description (GTK_WIDGET (self), words->str);
}

/* Showing */

static void
show_third_line (BatonQueueRow *self)
{
  const char *icon;
  g_autofree char *text = third_line (self, &icon);
  guint unread = count_unread (self);
  g_autofree char *count = g_strdup_printf ("%u", unread);

  set_text (self->line, text);
  gtk_image_set_from_icon_name (self->line_icon, icon);
  gtk_widget_set_visible (GTK_WIDGET (self->line_icon), icon != NULL);
  set_text (self->unread, count);
  gtk_widget_set_visible (GTK_WIDGET (self->unread), unread > 0);
  set_class (self->line, "caption-heading", unread > 0);
  set_class (self->line, "caption", unread == 0);
  set_class (self->line, "secondary", unread == 0);
}

static void
remember_words (BatonQueueRow *self)
{
  g_autofree char *all = g_strjoin ("\n", gtk_label_get_text (self->name), gtk_label_get_text (self->reason),
                                    gtk_label_get_text (self->line), NULL);

  g_free (self->folded);
  self->folded = g_utf8_casefold (all, -1);
}

static void
show (BatonQueueRow *self)
{
  BatonHandoff *handoff = baton_escalation_get_handoff (self->escalation);
  g_autofree char *name = baton_format_customer (self->escalation);
  g_autofree char *reason = baton_format_reason (handoff);
  g_autofree char *tag = baton_language_dup_short (baton_handoff_get_language (handoff));
  g_autofree char *language = baton_language_dup_name (baton_handoff_get_language (handoff));

  set_text (self->name, name);
  set_text (self->reason, reason);
  set_text (self->language, tag);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->language), language != NULL ? language : _("Unknown language"));
  show_third_line (self);
  remember_words (self);
  baton_queue_row_tick (self, g_get_real_time ());
  speak (self);
  describe (self);
}

static void
show_urgency (BatonQueueRow *self,
              BatonUrgency   urgency)
{
  static const char *const icons[] = { NULL, "alarm-symbolic", "dialog-warning-symbolic" };

  if (self->urgency == urgency)
    return;

  self->urgency = urgency;
  gtk_image_set_from_icon_name (self->clock_icon, icons[urgency]);
  gtk_widget_set_visible (GTK_WIDGET (self->clock_icon), icons[urgency] != NULL);
  set_class (self->clock, "soon", urgency == BATON_URGENCY_SOON);
  set_class (self->clock, "late", urgency == BATON_URGENCY_LATE);
  speak (self);
}

static void
case_changed_cb (BatonQueueRow *self)
{
  show (self);
  gtk_list_box_row_changed (GTK_LIST_BOX_ROW (self));
}

static void
open_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  g_signal_emit_by_name (widget, "activate");   /* selects it as well */
}

static void
baton_queue_row_dispose (GObject *object)
{
  BatonQueueRow *self = BATON_QUEUE_ROW (object);

  if (self->opened != NULL)
    g_signal_handlers_disconnect_by_data (self->opened, self);
  g_clear_object (&self->opened);
  g_clear_object (&self->escalation);
  G_OBJECT_CLASS (baton_queue_row_parent_class)->dispose (object);
}

static void
baton_queue_row_finalize (GObject *object)
{
  BatonQueueRow *self = BATON_QUEUE_ROW (object);

  g_clear_pointer (&self->me, g_free);
  g_clear_pointer (&self->spoken, g_free);
  g_clear_pointer (&self->folded, g_free);
  G_OBJECT_CLASS (baton_queue_row_parent_class)->finalize (object);
}

static void
baton_queue_row_class_init (BatonQueueRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_queue_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_queue_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/queue-row.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonQueueRow, language);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueRow, name);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueRow, clock);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueRow, clock_icon);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueRow, clock_text);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueRow, reason);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueRow, line_icon);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueRow, line);
  gtk_widget_class_bind_template_child (widget_class, BatonQueueRow, unread);

  gtk_widget_class_install_action (widget_class, "conversation.open", NULL, open_action);
}

static void
baton_queue_row_init (BatonQueueRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * baton_queue_row_new:
 * @escalation: what it shows
 * @me: id of the agent whose console this is
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
baton_queue_row_new (BatonEscalation *escalation,
                     const char      *me)
{
  BatonQueueRow *self = g_object_new (BATON_TYPE_QUEUE_ROW, NULL);

  self->me = g_strdup (me);
  baton_queue_row_set_escalation (self, escalation);
  return GTK_WIDGET (self);
}

BatonEscalation *
baton_queue_row_get_escalation (BatonQueueRow *self)
{
  return self->escalation;
}

/**
 * baton_queue_row_set_escalation:
 * @self: a row
 * @escalation: what it shows; may be the one it has, to show how that has changed
 */
void
baton_queue_row_set_escalation (BatonQueueRow   *self,
                                BatonEscalation *escalation)
{
  g_return_if_fail (BATON_IS_QUEUE_ROW (self));
  g_return_if_fail (BATON_IS_ESCALATION (escalation));

  g_set_object (&self->escalation, escalation);
  show (self);
  gtk_list_box_row_changed (GTK_LIST_BOX_ROW (self));
}

/**
 * baton_queue_row_set_case:
 * @self: a row
 * @opened: (nullable): its case, %NULL once that is closed
 */
void
baton_queue_row_set_case (BatonQueueRow *self,
                          BatonCase     *opened)
{
  static const char *const watched[] = { "notify::unread", "notify::last-text", "notify::waiting-since" };

  g_return_if_fail (BATON_IS_QUEUE_ROW (self));

  if (self->opened == opened)
    return;

  if (self->opened != NULL)
    g_signal_handlers_disconnect_by_data (self->opened, self);
  g_set_object (&self->opened, opened);
  for (guint i = 0; opened != NULL && i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_swapped (opened, watched[i], G_CALLBACK (case_changed_cb), self);
  case_changed_cb (self);
}

BatonSection
baton_queue_row_get_section (BatonQueueRow *self)
{
  if (baton_escalation_get_state (self->escalation) != BATON_STATE_WITH_AGENT)
    return BATON_SECTION_WAITING;
  if (g_strcmp0 (baton_escalation_get_agent_id (self->escalation), self->me) == 0)
    return BATON_SECTION_MINE;
  return BATON_SECTION_OTHERS;
}

/**
 * baton_queue_row_get_since:
 * @self: a row
 *
 * Returns: when what the clock counts began, microseconds UTC: the customer's last unanswered words, for those who
 *   wait the hand-off, for other agents' the claim; %BATON_TIME_UNKNOWN where nobody waits
 */
gint64
baton_queue_row_get_since (BatonQueueRow *self)
{
  switch (baton_queue_row_get_section (self)) {
  case BATON_SECTION_MINE:
    return self->opened != NULL ? baton_case_get_waiting_since (self->opened) : BATON_TIME_UNKNOWN;
  case BATON_SECTION_OTHERS:
    return baton_escalation_get_claimed_at (self->escalation);
  case BATON_SECTION_WAITING:
  case BATON_N_SECTIONS:
  default:
    return baton_escalation_get_queued_at (self->escalation);
  }
}

/**
 * baton_queue_row_tick:
 * @self: a row
 * @now: microseconds UTC
 *
 * Moves the clock. Touches nothing that reads as before; a screen reader hears only of a change of urgency.
 */
void
baton_queue_row_tick (BatonQueueRow *self,
                      gint64         now)
{
  gint64 since = baton_queue_row_get_since (self);
  g_autofree char *text = NULL;

  g_return_if_fail (BATON_IS_QUEUE_ROW (self));

  gtk_widget_set_visible (self->clock, since != BATON_TIME_UNKNOWN);
  if (since == BATON_TIME_UNKNOWN) {
    show_urgency (self, BATON_URGENCY_NONE);
    return;
  }

  text = baton_format_waiting (now - since);
  set_text (self->clock_text, text);
  show_urgency (self, baton_queue_row_get_section (self) == BATON_SECTION_OTHERS ? BATON_URGENCY_NONE
                                                                                 : baton_format_urgency (now - since));
}

gboolean
baton_queue_row_matches (BatonQueueRow *self,
                         const char    *folded)
{
  return folded == NULL || strstr (self->folded, folded) != NULL;
}

static int
compare_times (gint64 one,
               gint64 other)
{
  if (one == other)
    return 0;
  if (one == BATON_TIME_UNKNOWN)
    return 1;   /* nobody waits: last */
  if (other == BATON_TIME_UNKNOWN)
    return -1;
  return one < other ? -1 : 1;
}

/**
 * baton_queue_row_compare:
 * @one: a row
 * @other: another row
 *
 * By section; mine and waiting by who has waited longest, those of others by name. Never by what only time changes.
 *
 * Returns: less than, equal to or greater than 0
 */
int
baton_queue_row_compare (BatonQueueRow *one,
                         BatonQueueRow *other)
{
  BatonSection section = baton_queue_row_get_section (one);
  int order = (int) section - (int) baton_queue_row_get_section (other);

  if (order == 0 && section == BATON_SECTION_OTHERS)
    order = g_utf8_collate (gtk_label_get_text (one->name), gtk_label_get_text (other->name));
  else if (order == 0)
    order = compare_times (baton_queue_row_get_since (one), baton_queue_row_get_since (other));
  if (order == 0)
    order = strcmp (baton_escalation_get_id (one->escalation), baton_escalation_get_id (other->escalation));
  return order;
}
