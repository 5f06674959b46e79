/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-window-private.h"

#include <glib/gi18n.h>

#include "baton-a11y.h"
#include "baton-format.h"

G_DEFINE_FINAL_TYPE (BatonWindow, baton_window, ADW_TYPE_APPLICATION_WINDOW)

enum { PROP_0, PROP_DETAILS_VISIBLE, N_PROPS };
static GParamSpec *props[N_PROPS];

/**
 * baton_window_say:
 * @self: the window
 * @sentence: for the agent, in their language
 */
void
baton_window_say (BatonWindow *self,
                  const char  *sentence)
{
  AdwToast *toast = adw_toast_new ("");
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_toast_set_title (toast, escaped);   /* a title is markup */
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* The conversation on screen */

static void
update_active (BatonWindow *self)
{
  if (self->shown != NULL)
    baton_case_set_active (self->shown, gtk_window_is_active (GTK_WINDOW (self)));
}

static void
case_changed_cb (BatonWindow *self)
{
  baton_window_update_actions (self);
  if (!self->focus_reply || baton_case_is_claiming (self->shown))
    return;

  if (baton_case_is_mine (self->shown))
    baton_conversation_view_focus_composer (self->conversation);
  self->focus_reply = FALSE;
}

static void
case_failed_cb (BatonWindow *self,
                const char  *sentence)
{
  baton_window_say (self, sentence);
}

static void
forget_shown (BatonWindow *self)
{
  if (self->shown == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->shown, self);
  baton_case_set_active (self->shown, FALSE);
  g_clear_object (&self->shown);
}

static void
show_case (BatonWindow *self,
           BatonCase   *opened)
{
  if (self->shown == opened)
    return;

  forget_shown (self);
  self->focus_reply = FALSE;
  g_set_object (&self->shown, opened);
  baton_conversation_view_set_case (self->conversation, opened);
  baton_details_view_set_case (self->details_view, opened);
  if (opened != NULL) {
    g_signal_connect_swapped (opened, "notify::claiming", G_CALLBACK (case_changed_cb), self);
    g_signal_connect_swapped (opened, "notify::mine", G_CALLBACK (case_changed_cb), self);
    g_signal_connect_swapped (opened, "changed", G_CALLBACK (case_changed_cb), self);
    g_signal_connect_swapped (opened, "failed", G_CALLBACK (case_failed_cb), self);
    update_active (self);
  }
  gtk_stack_set_visible_child_name (self->stack, opened != NULL ? "conversation" : "status");
  baton_window_update_details (self);
  baton_window_update_actions (self);
}

/**
 * baton_window_show_escalation:
 * @self: the window
 * @escalation: (nullable): what to show
 */
void
baton_window_show_escalation (BatonWindow     *self,
                              BatonEscalation *escalation)
{
  show_case (self, baton_session_show (self->session, escalation));
}

static void
selected_cb (BatonWindow     *self,
             BatonEscalation *escalation)
{
  baton_window_show_escalation (self, escalation);
}

static void
opened_cb (BatonWindow *self)
{
  baton_conversation_view_focus_composer (self->conversation);
}

/* What the session says */

static void
show_countdown (BatonWindow *self)
{
  BatonHubClient *hub = baton_session_get_hub (self->session);
  gint64 left = hub != NULL ? baton_hub_client_get_retry_at (hub) - g_get_monotonic_time () : 0;
  gulong seconds = (gulong) MAX (left + G_USEC_PER_SEC - 1, 0) / G_USEC_PER_SEC;
  g_autofree char *text = NULL;

  if (seconds > 0)
    text = g_strdup_printf (ngettext ("The relay does not answer. Trying again in %lu second.",
                                      "The relay does not answer. Trying again in %lu seconds.", seconds), seconds);
  adw_status_page_set_description (self->lost, text != NULL ? text : _("The relay does not answer. Trying again…"));
}

static gboolean
countdown_cb (gpointer user_data)
{
  show_countdown (user_data);
  return G_SOURCE_CONTINUE;
}

static void
show_status_page (BatonWindow   *self,
                  BatonHubState  state)
{
  const char *page = "connecting";
  gboolean counting = !self->loaded && state == BATON_HUB_WAITING;

  if (self->loaded)
    page = "ready";
  else if (counting)
    page = "lost";
  gtk_stack_set_visible_child_name (self->pages, page);
  gtk_spinner_set_spinning (self->spinner, !self->loaded && !counting);

  g_clear_handle_id (&self->countdown, g_source_remove);
  if (counting) {
    show_countdown (self);
    self->countdown = g_timeout_add_seconds (1, countdown_cb, self);
  }
}

static void
show_host (BatonWindow *self)
{
  BatonHubClient *hub = baton_session_get_hub (self->session);
  g_autoptr (GUri) uri = hub != NULL ? g_uri_parse (baton_hub_client_get_url (hub), G_URI_FLAGS_NONE, NULL) : NULL;
  g_autofree char *host = uri != NULL ? g_markup_escape_text (g_uri_get_host (uri), -1) : NULL;

  adw_status_page_set_description (self->connecting, host);   /* a description is markup */
}

static void
leave_work (BatonWindow *self)
{
  g_autofree char *url = g_settings_get_string (self->settings, "relay-url");
  g_autofree char *agent = g_settings_get_string (self->settings, "agent-id");

  self->loaded = FALSE;
  if (g_str_equal (gtk_stack_get_visible_child_name (self->whole), "sign-in"))
    return;

  baton_sign_in_page_fill (self->sign_in, url, agent, NULL);
  gtk_stack_set_visible_child_name (self->whole, "sign-in");
  gtk_widget_grab_focus (GTK_WIDGET (self->sign_in));
}

static void
enter_work (BatonWindow *self)
{
  if (g_str_equal (gtk_stack_get_visible_child_name (self->whole), "work"))
    return;

  baton_sign_in_page_fill (self->sign_in, NULL, NULL, NULL);
  gtk_stack_set_visible_child_name (self->whole, "work");
}

/**
 * baton_window_show_state:
 * @self: the window
 * @state: how the relay is reached
 * @signing_in: whether the agent is being signed in
 *
 * Decides between the sign-in page, the three status pages and the work: what was loaded once stays readable.
 */
void
baton_window_show_state (BatonWindow   *self,
                         BatonHubState  state,
                         gboolean       signing_in)
{
  if (state == BATON_HUB_ONLINE)
    self->loaded = TRUE;
  if (state == BATON_HUB_SIGNED_OUT && !signing_in)
    leave_work (self);
  else if (!signing_in)
    enter_work (self);

  show_host (self);
  show_status_page (self, state);
  baton_sign_in_page_set_busy (self->sign_in, signing_in);
  baton_queue_view_set_loaded (self->queue, self->loaded);
  baton_status_line_set_state (self->status, signing_in ? BATON_HUB_CONNECTING : state);
  gtk_revealer_set_reveal_child (self->banner, self->loaded && state != BATON_HUB_ONLINE);
  baton_window_update_actions (self);
}

static void
remember_sign_in (BatonWindow *self)
{
  BatonHubClient *hub = baton_session_get_hub (self->session);

  g_settings_set_string (self->settings, "relay-url", baton_hub_client_get_url (hub));
  g_settings_set_string (self->settings, "agent-id", baton_session_get_agent_id (self->session));
}

static void
state_changed_cb (BatonWindow *self)
{
  BatonHubState state = baton_session_get_state (self->session);
  gboolean signing_in = baton_session_is_signing_in (self->session);

  if (state != BATON_HUB_SIGNED_OUT && !signing_in && !self->loaded)
    remember_sign_in (self);
  baton_window_show_state (self, state, signing_in);
}

static void
hub_changed_cb (BatonWindow *self)
{
  show_case (self, NULL);
  self->loaded = FALSE;
  baton_queue_view_set_queue (self->queue, baton_session_get_queue (self->session),
                              baton_session_get_agent_id (self->session));
}

static void
synced_cb (BatonWindow *self)
{
  if (self->shown == NULL && !gtk_search_bar_get_search_mode (baton_queue_view_get_search_bar (self->queue)))
    baton_queue_view_focus (self->queue);
}

static void
presence_changed_cb (BatonWindow *self)
{
  baton_presence_button_set_presence (self->presence, baton_session_get_presence (self->session));
}

static void
presence_chosen_cb (BatonWindow   *self,
                    BatonPresence  presence)
{
  baton_session_set_presence (self->session, presence);
}

static void
presence_refused_cb (BatonWindow *self)
{
  baton_window_say (self, _("Your presence could not be changed. Try again."));
}

static void
sign_in_failed_cb (BatonWindow  *self,
                   const GError *error)
{
  baton_sign_in_page_set_problem (self->sign_in, baton_sign_in_page_explain (error));
  gtk_widget_grab_focus (GTK_WIDGET (self->sign_in));
}

static void
case_opened_cb (BatonWindow *self,
                BatonCase   *opened)
{
  baton_queue_view_set_case (self->queue, baton_escalation_get_id (baton_case_get_escalation (opened)), opened);
}

static void
case_closed_cb (BatonWindow *self,
                const char  *escalation_id)
{
  baton_queue_view_set_case (self->queue, escalation_id, NULL);
}

static void
counts_changed_cb (BatonWindow *self)
{
  baton_status_line_set_load (self->status, baton_queue_view_get_count (self->queue, BATON_SECTION_MINE));
  baton_window_update_actions (self);
}

static void
submitted_cb (BatonWindow *self,
              const char  *url,
              const char  *agent_id,
              const char  *password)
{
  baton_session_sign_in (self->session, url, agent_id, password);
}

static void
follow_session (BatonWindow  *self,
                BatonSession *session)
{
  const struct {
    const char *signal;
    GCallback   callback;
  } handlers[] = {
    { "notify::hub", G_CALLBACK (hub_changed_cb) },
    { "notify::state", G_CALLBACK (state_changed_cb) },
    { "notify::signing-in", G_CALLBACK (state_changed_cb) },
    { "notify::presence", G_CALLBACK (presence_changed_cb) },
    { "presence-refused", G_CALLBACK (presence_refused_cb) },
    { "sign-in-failed", G_CALLBACK (sign_in_failed_cb) },
    { "synced", G_CALLBACK (synced_cb) },
    { "case-opened", G_CALLBACK (case_opened_cb) },
    { "case-closed", G_CALLBACK (case_closed_cb) },
  };

  self->session = g_object_ref (session);
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (session, handlers[i].signal, handlers[i].callback, self, G_CONNECT_SWAPPED);
}

/* Widget */

static gboolean
baton_window_close_request (GtkWindow *window)
{
  baton_window_save_layout (BATON_WINDOW (window));
  return GTK_WINDOW_CLASS (baton_window_parent_class)->close_request (window);
}

static void
baton_window_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  switch (id) {
  case PROP_DETAILS_VISIBLE:
    g_value_set_boolean (value, BATON_WINDOW (object)->details_visible);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
baton_window_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  switch (id) {
  case PROP_DETAILS_VISIBLE:
    baton_window_set_details_visible (BATON_WINDOW (object), g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
baton_window_dispose (GObject *object)
{
  BatonWindow *self = BATON_WINDOW (object);

  g_clear_handle_id (&self->countdown, g_source_remove);
  forget_shown (self);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (baton_window_parent_class)->dispose (object);
}

#define BIND(child) gtk_widget_class_bind_template_child (widget_class, BatonWindow, child)

static void
bind_children (GtkWidgetClass *widget_class)
{
  BIND (toasts);
  BIND (squeeze);
  BIND (whole);
  BIND (sign_in);
  BIND (outer);
  BIND (inner);
  BIND (queue_pane);
  BIND (presence);
  BIND (find);
  BIND (menu);
  BIND (queue);
  BIND (status);
  BIND (middle);
  BIND (stack);
  BIND (pages);
  BIND (connecting);
  BIND (spinner);
  BIND (lost);
  BIND (conversation);
  BIND (banner);
  BIND (details);
  BIND (details_header);
  BIND (details_view);
  BIND (drawer);
  BIND (drawer_place);
  BIND (dock);
}

#undef BIND

static void
ensure_types (void)
{
  g_type_ensure (BATON_TYPE_CONVERSATION_VIEW);
  g_type_ensure (BATON_TYPE_DETAILS_VIEW);
  g_type_ensure (BATON_TYPE_PRESENCE_BUTTON);
  g_type_ensure (BATON_TYPE_QUEUE_VIEW);
  g_type_ensure (BATON_TYPE_SIGN_IN_PAGE);
  g_type_ensure (BATON_TYPE_SQUEEZE);
  g_type_ensure (BATON_TYPE_STATUS_LINE);
}

static void
baton_window_class_init (BatonWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = baton_window_dispose;
  object_class->get_property = baton_window_get_property;
  object_class->set_property = baton_window_set_property;
  GTK_WINDOW_CLASS (klass)->close_request = baton_window_close_request;

  props[PROP_DETAILS_VISIBLE] =
    g_param_spec_boolean ("details-visible", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  ensure_types ();
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/window.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, opened_cb);
  gtk_widget_class_bind_template_callback (widget_class, counts_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, presence_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, submitted_cb);
  baton_window_install_layout (widget_class);
  baton_window_install_actions (widget_class);
}

static void
baton_window_init (BatonWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->settings = g_settings_new (APP_ID);
  baton_conversation_view_set_banner (self->conversation, GTK_WIDGET (self->banner));
  baton_window_load_layout (self);
  g_object_bind_property (baton_queue_view_get_search_bar (self->queue), "search-mode-enabled", self->find, "active",
                          G_BINDING_BIDIRECTIONAL);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (update_active), NULL);

  baton_a11y_follow_stack (self->whole);
  baton_a11y_follow_stack (self->stack);
  baton_a11y_follow_stack (self->pages);
  baton_a11y_follow_revealer (self->banner);
  baton_a11y_follow_revealer (self->drawer);
}

/**
 * baton_window_new:
 * @application: the program
 * @session: the working day it shows
 *
 * Returns: (transfer none): the window, to be presented
 */
GtkWidget *
baton_window_new (GtkApplication *application,
                  BatonSession   *session)
{
  BatonWindow *self = g_object_new (BATON_TYPE_WINDOW, "application", application, NULL);

  follow_session (self, session);
  hub_changed_cb (self);
  counts_changed_cb (self);
  presence_changed_cb (self);
  return GTK_WIDGET (self);
}

/**
 * baton_window_start:
 * @self: a new window
 * @url: (nullable): of the relay; %NULL: the one of last time
 * @agent_id: (nullable): who signs in; %NULL: the one of last time
 * @password: (nullable): signs in at once; %NULL: asks
 */
void
baton_window_start (BatonWindow *self,
                    const char  *url,
                    const char  *agent_id,
                    const char  *password)
{
  g_autofree char *last_url = g_settings_get_string (self->settings, "relay-url");
  g_autofree char *last_agent = g_settings_get_string (self->settings, "agent-id");

  g_return_if_fail (BATON_IS_WINDOW (self));

  url = url != NULL ? url : last_url;
  agent_id = agent_id != NULL ? agent_id : last_agent;
  if (password != NULL)
    baton_session_sign_in (self->session, url, agent_id, password);
  else
    state_changed_cb (self);
  baton_sign_in_page_fill (self->sign_in, url, agent_id, password);
  gtk_widget_grab_focus (GTK_WIDGET (self->sign_in));
}

/**
 * baton_window_open:
 * @self: the window
 * @escalation_id: what to show; says so if it is no longer there
 */
void
baton_window_open (BatonWindow *self,
                   const char  *escalation_id)
{
  g_return_if_fail (BATON_IS_WINDOW (self));

  if (!baton_queue_view_select (self->queue, escalation_id))
    baton_window_say (self, _("This conversation is no longer waiting."));
}
