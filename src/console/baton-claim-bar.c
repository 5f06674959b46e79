/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-claim-bar.h"

#include <glib/gi18n.h>

#include "baton-format.h"
#include "baton-place.h"

struct _BatonClaimBar {
  AdwBin     parent_instance;

  GtkWidget *title;
  GtkWidget *subtitle;
  GtkWidget *button;

  BatonCase *item;
  guint      clock_id;
};

G_DEFINE_FINAL_TYPE (BatonClaimBar, baton_claim_bar, ADW_TYPE_BIN)

static gboolean
is_waiting (BatonClaimBar *self)
{
  BatonState state;

  if (self->item == NULL)
    return FALSE;
  state = baton_escalation_get_state (baton_case_get_escalation (self->item));
  return state == BATON_STATE_QUEUED || state == BATON_STATE_OFFERED;
}

static char *
describe_waiting (BatonEscalation *escalation)
{
  gint64 since = baton_escalation_get_queued_at (escalation);
  g_autofree char *name = baton_format_customer (escalation);
  g_autofree char *isolated = baton_format_isolate (name);
  g_autofree char *clock = baton_format_waiting (g_get_real_time () - since);

  /* Translators: the first %s is a customer's name, the second a clock like 12:48 */
  return g_strdup_printf (_("%s has been waiting for %s"), isolated, clock);
}

static char *
describe_state (BatonEscalation *escalation)
{
  g_autofree char *name = baton_format_isolate (baton_escalation_get_agent_name (escalation));
  g_autofree char *time = baton_place_dup_time (baton_escalation_get_closed_at (escalation));

  switch (baton_escalation_get_state (escalation)) {
  case BATON_STATE_QUEUED:
  case BATON_STATE_OFFERED:
    return describe_waiting (escalation);
  case BATON_STATE_WITH_AGENT:
    /* Translators: %s is the agent who has the conversation */
    return g_strdup_printf (_("With %s"), name);
  case BATON_STATE_ENDED:
    if (*time == '\0')
      return g_strdup (_("Ended"));
    /* Translators: %s is a time of day */
    return g_strdup_printf (_("Ended %s"), time);
  case BATON_STATE_BOT:
  default:
    return g_strdup (_("With the bot again"));
  }
}

/* A label that says the same already is left alone: the clock must not cost a layout each second. */
static void
set_label (GtkWidget  *label,
           const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, *text != '\0');
}

static void
update_words (BatonClaimBar *self)
{
  const char *notice = baton_case_get_notice (self->item);
  g_autofree char *state = describe_state (baton_case_get_escalation (self->item));
  const char *hint = "";

  if (is_waiting (self))
    hint = _("You can read along. The customer is told when you take the conversation.");
  set_label (self->title, notice != NULL ? notice : state);
  set_label (self->subtitle, notice != NULL ? state : hint);
}

static gboolean
tick_cb (gpointer user_data)
{
  update_words (user_data);
  return G_SOURCE_CONTINUE;
}

static void
update_clock (BatonClaimBar *self)
{
  gboolean runs = is_waiting (self) && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (runs && self->clock_id == 0)
    self->clock_id = g_timeout_add_seconds (1, tick_cb, self);
  else if (!runs)
    g_clear_handle_id (&self->clock_id, g_source_remove);
}

static void
update_cb (BatonClaimBar *self)
{
  if (self->item != NULL) {
    gtk_widget_set_visible (self->button, is_waiting (self));
    gtk_widget_action_set_enabled (GTK_WIDGET (self), "claim-bar.take",
                                   is_waiting (self) && !baton_case_is_claiming (self->item));
    update_words (self);
  }
  update_clock (self);
}

static void
take_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  BatonClaimBar *self = BATON_CLAIM_BAR (widget);

  if (self->item != NULL)
    baton_case_claim (self->item);
}

static void
baton_claim_bar_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (baton_claim_bar_parent_class)->map (widget);
  update_cb (BATON_CLAIM_BAR (widget));
}

static void
baton_claim_bar_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (baton_claim_bar_parent_class)->unmap (widget);
  update_clock (BATON_CLAIM_BAR (widget));
}

static void
baton_claim_bar_dispose (GObject *object)
{
  baton_claim_bar_set_case (BATON_CLAIM_BAR (object), NULL);
  G_OBJECT_CLASS (baton_claim_bar_parent_class)->dispose (object);
}

static void
baton_claim_bar_class_init (BatonClaimBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_claim_bar_dispose;
  widget_class->map = baton_claim_bar_map;
  widget_class->unmap = baton_claim_bar_unmap;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/claim-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonClaimBar, title);
  gtk_widget_class_bind_template_child (widget_class, BatonClaimBar, subtitle);
  gtk_widget_class_bind_template_child (widget_class, BatonClaimBar, button);
  gtk_widget_class_install_action (widget_class, "claim-bar.take", NULL, take_cb);
}

static void
baton_claim_bar_init (BatonClaimBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
baton_claim_bar_new (void)
{
  return g_object_new (BATON_TYPE_CLAIM_BAR, NULL);
}

/**
 * baton_claim_bar_set_case:
 * @self: a claim bar
 * @item: (nullable): whose state to tell
 */
void
baton_claim_bar_set_case (BatonClaimBar *self,
                          BatonCase     *item)
{
  if (self->item == item)
    return;

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item != NULL) {
    g_signal_connect_object (item, "changed", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (item, "notify::claiming", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (item, "notify::notice", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  }
  update_cb (self);
}

/**
 * baton_claim_bar_focus_button:
 * @self: a claim bar
 *
 * Returns: whether there is something to do here, and it has the focus now
 */
gboolean
baton_claim_bar_focus_button (BatonClaimBar *self)
{
  return gtk_widget_get_visible (self->button) && gtk_widget_grab_focus (self->button);
}
