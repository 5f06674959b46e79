/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-window-private.h"

#include <glib/gi18n.h>

#include "baton-confirm-window.h"
#include "baton-format.h"
#include "baton-shortcuts-window.h"
#include "baton-time.h"

/* What keys, menus and buttons do. The keys themselves are in baton-keys.c. */

/* Conversations */

static void
claim_shown (BatonWindow *self)
{
  self->focus_reply = TRUE;
  baton_case_claim (self->shown);
}

static void
take_next_action (GtkWidget  *widget,
                  const char *action,
                  GVariant   *parameter)
{
  BatonWindow *self = BATON_WINDOW (widget);
  BatonEscalation *next = baton_queue_view_get_first (self->queue, BATON_SECTION_WAITING);

  if (next == NULL) {
    baton_window_say (self, _("No one is waiting."));
    return;
  }
  baton_queue_view_select (self->queue, baton_escalation_get_id (next));
  claim_shown (self);
}

/* Ctrl+Enter: takes what is not mine yet, sends where it is. */
static void
claim_action (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  BatonWindow *self = BATON_WINDOW (widget);

  if (self->shown == NULL)
    return;
  if (baton_case_is_mine (self->shown))
    gtk_widget_activate_action (GTK_WIDGET (self->conversation), "conversation.send", NULL);
  else
    claim_shown (self);
}

static void
end_confirmed_cb (BatonCase *ending)
{
  baton_case_end (ending);
}

static void
end_action (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  BatonWindow *self = BATON_WINDOW (widget);
  g_autofree char *name = NULL;
  g_autofree char *isolated = NULL;
  g_autofree char *body = NULL;
  GtkWidget *question;

  if (self->shown == NULL || !baton_case_is_mine (self->shown))
    return;

  name = baton_format_customer (baton_case_get_escalation (self->shown));
  isolated = baton_format_isolate (name);
  /* Translators: %s is the customer’s name */
  body = g_strdup_printf (_("%s sees that you have left the conversation."), isolated);
  question = baton_confirm_window_new (GTK_WINDOW (self), _("End This Conversation?"), body,
                                       _("Keep Open"), _("End Conversation"));
  g_signal_connect_object (question, "confirmed", G_CALLBACK (end_confirmed_cb), self->shown, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (question));
}

static void
jump_handoff_action (GtkWidget  *widget,
                     const char *action,
                     GVariant   *parameter)
{
  gtk_widget_activate_action (GTK_WIDGET (BATON_WINDOW (widget)->conversation), "conversation.jump-handoff", NULL);
}

static void
next_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  baton_queue_view_move (BATON_WINDOW (widget)->queue, 1, FALSE);
}

static void
prev_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  baton_queue_view_move (BATON_WINDOW (widget)->queue, -1, FALSE);
}

static void
next_mine_action (GtkWidget  *widget,
                  const char *action,
                  GVariant   *parameter)
{
  baton_queue_view_move (BATON_WINDOW (widget)->queue, 1, TRUE);
}

static void
prev_mine_action (GtkWidget  *widget,
                  const char *action,
                  GVariant   *parameter)
{
  baton_queue_view_move (BATON_WINDOW (widget)->queue, -1, TRUE);
}

static void
next_due_action (GtkWidget  *widget,
                 const char *action,
                 GVariant   *parameter)
{
  BatonWindow *self = BATON_WINDOW (widget);
  BatonEscalation *due = baton_queue_view_get_first (self->queue, BATON_SECTION_MINE);
  BatonCase *opened = due != NULL ? baton_session_find_case (self->session, baton_escalation_get_id (due)) : NULL;

  if (opened == NULL || baton_case_get_waiting_since (opened) == BATON_TIME_UNKNOWN) {
    baton_window_say (self, _("No one is waiting for your answer."));
    return;
  }
  baton_queue_view_select (self->queue, baton_escalation_get_id (due));
  baton_conversation_view_focus_composer (self->conversation);
}

static void
find_queue_action (GtkWidget  *widget,
                   const char *action,
                   GVariant   *parameter)
{
  baton_queue_view_find (BATON_WINDOW (widget)->queue);
}

/* Panes */

typedef enum { PANE_QUEUE, PANE_CONVERSATION, PANE_DETAILS, N_PANES } Pane;

static GtkWidget *
pane_widget (BatonWindow *self,
             Pane         pane)
{
  GtkWidget *panes[N_PANES] = { self->queue_pane, self->middle, self->details };

  return panes[pane];
}

static Pane
focused_pane (BatonWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus == NULL)
    return N_PANES;
  for (int pane = N_PANES - 1; pane >= 0; pane--) {   /* the drawer lies inside the middle */
    if (gtk_widget_is_ancestor (focus, pane_widget (self, (Pane) pane)))
      return (Pane) pane;
  }
  return N_PANES;
}

static gboolean
can_focus_pane (BatonWindow *self,
                Pane         pane)
{
  if (pane == PANE_QUEUE)
    return TRUE;
  if (pane == PANE_CONVERSATION)
    return self->shown != NULL;
  return self->shown != NULL && self->details_visible;
}

static void
focus_pane (BatonWindow *self,
            Pane         pane)
{
  if (pane == PANE_QUEUE)
    baton_queue_view_focus (self->queue);
  else if (pane == PANE_CONVERSATION)
    baton_conversation_view_focus_composer (self->conversation);
  else
    gtk_widget_child_focus (GTK_WIDGET (self->details_view), GTK_DIR_TAB_FORWARD);
}

static void
cycle_panes (BatonWindow *self,
             int          step)
{
  int pane = focused_pane (self);

  if (pane == N_PANES)
    pane = step > 0 ? N_PANES - 1 : 0;
  do
    pane = (pane + step + N_PANES) % N_PANES;
  while (!can_focus_pane (self, (Pane) pane));
  focus_pane (self, (Pane) pane);
}

static void
next_pane_action (GtkWidget  *widget,
                  const char *action,
                  GVariant   *parameter)
{
  cycle_panes (BATON_WINDOW (widget), 1);
}

static void
prev_pane_action (GtkWidget  *widget,
                  const char *action,
                  GVariant   *parameter)
{
  cycle_panes (BATON_WINDOW (widget), -1);
}

static void
pane_1_action (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  focus_pane (BATON_WINDOW (widget), PANE_QUEUE);
}

static void
pane_2_action (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  baton_conversation_view_focus_transcript (BATON_WINDOW (widget)->conversation);
}

static void
pane_3_action (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  focus_pane (BATON_WINDOW (widget), PANE_CONVERSATION);
}

static void
pane_4_action (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  BatonWindow *self = BATON_WINDOW (widget);

  baton_window_set_details_visible (self, TRUE);
  focus_pane (self, PANE_DETAILS);
}

static void
hide_details_action (GtkWidget  *widget,
                     const char *action,
                     GVariant   *parameter)
{
  baton_window_set_details_visible (BATON_WINDOW (widget), FALSE);
}

/* Esc: closes what is open, and else goes back to the reply. */
static void
back_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  BatonWindow *self = BATON_WINDOW (widget);

  if (baton_queue_view_stop_finding (self->queue)) {
    baton_queue_view_focus (self->queue);
    return;
  }
  if (!self->docked && self->details_visible)
    baton_window_set_details_visible (self, FALSE);
  if (self->shown != NULL)
    focus_pane (self, PANE_CONVERSATION);
}

/* Window */

static void
presence_menu_action (GtkWidget  *widget,
                      const char *action,
                      GVariant   *parameter)
{
  baton_presence_button_popup (BATON_WINDOW (widget)->presence);
}

static void
menu_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  gtk_menu_button_popup (BATON_WINDOW (widget)->menu);
}

static void
fullscreen_action (GtkWidget  *widget,
                   const char *action,
                   GVariant   *parameter)
{
  GtkWindow *window = GTK_WINDOW (widget);

  if (gtk_window_is_fullscreen (window))
    gtk_window_unfullscreen (window);
  else
    gtk_window_fullscreen (window);
}

static void
shortcuts_action (GtkWidget  *widget,
                  const char *action,
                  GVariant   *parameter)
{
  gtk_window_present (GTK_WINDOW (baton_shortcuts_window_new (GTK_WINDOW (widget))));
}

static void
about_action (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  gtk_show_about_dialog (GTK_WINDOW (widget),
                         "program-name", _("Baton"),
                         "logo-icon-name", APP_ID,
                         "version", PACKAGE_VERSION,
                         "comments", _("Take over conversations from a bot."),
                         "copyright", "© 2026 The Baton authors",
                         "license-type", GTK_LICENSE_GPL_3_0,
                         /* Translators: your names, one per line */
                         "translator-credits", _("translator-credits"),
                         NULL);
}

static void
reconnect_action (GtkWidget  *widget,
                  const char *action,
                  GVariant   *parameter)
{
  BatonHubClient *hub = baton_session_get_hub (BATON_WINDOW (widget)->session);

  if (hub != NULL)
    baton_hub_client_retry_now (hub);
}

static void
sign_out_action (GtkWidget  *widget,
                 const char *action,
                 GVariant   *parameter)
{
  baton_session_sign_out (BATON_WINDOW (widget)->session);
}

static const struct {
  const char                  *name;
  GtkWidgetActionActivateFunc  activate;
} actions[] = {
  { "win.take-next", take_next_action },
  { "win.claim", claim_action },
  { "win.end", end_action },
  { "win.jump-handoff", jump_handoff_action },
  { "win.next", next_action },
  { "win.prev", prev_action },
  { "win.next-mine", next_mine_action },
  { "win.prev-mine", prev_mine_action },
  { "win.next-due", next_due_action },
  { "win.find-queue", find_queue_action },
  { "win.next-pane", next_pane_action },
  { "win.prev-pane", prev_pane_action },
  { "win.pane-1", pane_1_action },
  { "win.pane-2", pane_2_action },
  { "win.pane-3", pane_3_action },
  { "win.pane-4", pane_4_action },
  { "win.hide-details", hide_details_action },
  { "win.back", back_action },
  { "win.presence-menu", presence_menu_action },
  { "win.menu", menu_action },
  { "win.fullscreen", fullscreen_action },
  { "win.shortcuts", shortcuts_action },
  { "win.about", about_action },
  { "win.reconnect", reconnect_action },
  { "win.sign-out", sign_out_action },
};

void
baton_window_install_actions (GtkWidgetClass *widget_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
  gtk_widget_class_install_property_action (widget_class, "win.details", "details-visible");

  /* no accelerator: those come before popovers and searches, which close by the same key */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.back", NULL);
}

/**
 * baton_window_update_actions:
 * @self: the window
 *
 * Lets only those actions be used that would do something now.
 */
void
baton_window_update_actions (BatonWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean online = baton_session_get_state (self->session) == BATON_HUB_ONLINE;
  gboolean mine = self->shown != NULL && baton_case_is_mine (self->shown);
  gboolean claiming = self->shown != NULL && baton_case_is_claiming (self->shown);

  gtk_widget_action_set_enabled (widget, "win.take-next",
                                 online && baton_queue_view_get_count (self->queue, BATON_SECTION_WAITING) > 0);
  gtk_widget_action_set_enabled (widget, "win.claim", self->shown != NULL && !claiming);
  gtk_widget_action_set_enabled (widget, "win.end", mine);
  gtk_widget_action_set_enabled (widget, "win.jump-handoff", self->shown != NULL);
  gtk_widget_action_set_enabled (widget, "win.details", self->shown != NULL);
  gtk_widget_action_set_enabled (widget, "win.presence-menu", online);
  gtk_widget_action_set_enabled (widget, "win.sign-out", baton_session_get_hub (self->session) != NULL);
}
