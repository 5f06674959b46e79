/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sign-in-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "baton-a11y.h"
#include "baton-agent.h"
#include "baton-error.h"

struct _BatonSignInPage {
  GtkWidget    parent_instance;

  gboolean     busy;
  GtkEditable *url;
  GtkEditable *agent;
  GtkEditable *password;
  GtkWidget   *problem;
  GtkLabel    *problem_text;
  GtkWidget   *warning;
  GtkWidget   *sign_in;
  GtkSpinner  *spinner;
};

G_DEFINE_FINAL_TYPE (BatonSignInPage, baton_sign_in_page, GTK_TYPE_WIDGET)

enum { SUBMITTED, N_SIGNALS };
static guint signals[N_SIGNALS];

/**
 * baton_relay_url_complete:
 * @typed: what a person typed
 *
 * Adds the scheme where it is missing and drops a slash at the end.
 *
 * Returns: (transfer full) (nullable): an http or https address, %NULL where @typed is none
 */
char *
baton_relay_url_complete (const char *typed)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autofree char *url = strstr (text, "://") != NULL ? g_strdup (text) : g_strconcat ("http://", text, NULL);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' || strpbrk (url, " \t\n") != NULL)
    return NULL;
  if (strcmp (g_uri_get_scheme (uri), "http") != 0 && strcmp (g_uri_get_scheme (uri), "https") != 0)
    return NULL;
  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return NULL;

  while (g_str_has_suffix (url, "/"))
    url[strlen (url) - 1] = '\0';
  return g_steal_pointer (&url);
}

/**
 * baton_relay_url_is_safe:
 * @url: a complete address
 *
 * Returns: whether nobody on the way can read along: it is encrypted or does not leave this machine
 */
gboolean
baton_relay_url_is_safe (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GInetAddress) address = NULL;

  if (uri == NULL || g_strcmp0 (g_uri_get_scheme (uri), "https") == 0)
    return TRUE;
  if (g_ascii_strcasecmp (g_uri_get_host (uri), "localhost") == 0)
    return TRUE;

  address = g_inet_address_new_from_string (g_uri_get_host (uri));
  return address != NULL && g_inet_address_get_is_loopback (address);
}

/**
 * baton_sign_in_page_explain:
 * @error: why signing in failed
 *
 * Returns: a sentence for the agent: what is wrong and, where it is known, what helps
 */
const char *
baton_sign_in_page_explain (const GError *error)
{
  if (error->domain != BATON_ERROR)
    return _("The relay does not answer. Check its address and that it is running.");

  switch ((BatonError) error->code) {
  case BATON_ERROR_UNAUTHENTICATED:
  case BATON_ERROR_EXPIRED:
    return _("The agent or the password is not right.");
  case BATON_ERROR_REFUSED:
    return _("The relay does not let this agent sign in.");
  case BATON_ERROR_GONE:
  case BATON_ERROR_INVALID:
  case BATON_ERROR_TOO_BIG:
    return _("There is no Baton relay at this address.");
  case BATON_ERROR_BUSY:
    return _("The relay asks for patience after several tries. Try again in a minute.");
  case BATON_ERROR_CONFLICT:
  case BATON_ERROR_UNCERTAIN:
  case BATON_ERROR_FAILED:
  default:
    return _("The relay does not answer. Check its address and that it is running.");
  }
}

static gboolean
is_filled (GtkEditable *editable)
{
  return *gtk_editable_get_text (editable) != '\0';
}

static void
update (BatonSignInPage *self)
{
  g_autofree char *url = baton_relay_url_complete (gtk_editable_get_text (self->url));
  gboolean complete = is_filled (self->url) && is_filled (self->agent) && is_filled (self->password);

  gtk_widget_set_visible (self->warning, url != NULL && !baton_relay_url_is_safe (url));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sign-in.submit", complete && !self->busy);
}

static void
entries_changed_cb (BatonSignInPage *self)
{
  baton_sign_in_page_set_problem (self, NULL);
  update (self);
}

/* Enter goes to the first thing that is missing, and signs in once nothing is. */
static void
entry_activated_cb (BatonSignInPage *self)
{
  GtkEditable *fields[] = { self->url, self->agent, self->password };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (!is_filled (fields[i])) {
      gtk_widget_grab_focus (GTK_WIDGET (fields[i]));
      return;
    }
  }
  gtk_widget_activate_action (GTK_WIDGET (self), "sign-in.submit", NULL);
}

static void
refuse (BatonSignInPage *self,
        GtkEditable     *field,
        const char      *sentence)
{
  baton_sign_in_page_set_problem (self, sentence);
  gtk_widget_grab_focus (GTK_WIDGET (field));
}

static void
submit_action (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  BatonSignInPage *self = BATON_SIGN_IN_PAGE (widget);
  g_autofree char *url = baton_relay_url_complete (gtk_editable_get_text (self->url));
  g_autofree char *agent = g_strstrip (g_strdup (gtk_editable_get_text (self->agent)));

  baton_sign_in_page_set_problem (self, NULL);
  if (url == NULL)
    refuse (self, self->url, _("This is not the address of a relay. Such an address looks like “http://127.0.0.1:8377”."));
  else if (!baton_agent_id_is_valid (agent))
    refuse (self, self->agent, _("An agent’s name here has small letters, digits, dots, dashes and underscores only."));
  else
    g_signal_emit (self, signals[SUBMITTED], 0, url, agent, gtk_editable_get_text (self->password));
}

static gboolean
baton_sign_in_page_grab_focus (GtkWidget *widget)
{
  BatonSignInPage *self = BATON_SIGN_IN_PAGE (widget);

  if (!is_filled (self->url))
    return gtk_widget_grab_focus (GTK_WIDGET (self->url));
  if (!is_filled (self->agent))
    return gtk_widget_grab_focus (GTK_WIDGET (self->agent));
  return gtk_widget_grab_focus (GTK_WIDGET (self->password));
}

static void
baton_sign_in_page_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  if (child != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (baton_sign_in_page_parent_class)->dispose (object);
}

static void
install_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batondesk/Baton/ui/sign-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonSignInPage, url);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInPage, agent);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInPage, password);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInPage, problem);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInPage, problem_text);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInPage, warning);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInPage, sign_in);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInPage, spinner);
  gtk_widget_class_bind_template_callback (widget_class, entries_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
}

static void
baton_sign_in_page_class_init (BatonSignInPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_sign_in_page_dispose;
  widget_class->grab_focus = baton_sign_in_page_grab_focus;

  signals[SUBMITTED] = g_signal_new ("submitted", BATON_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_install_action (widget_class, "sign-in.submit", NULL, submit_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  install_template (widget_class);
}

static void
baton_sign_in_page_init (BatonSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
}

GtkWidget *
baton_sign_in_page_new (void)
{
  return g_object_new (BATON_TYPE_SIGN_IN_PAGE, NULL);
}

/**
 * baton_sign_in_page_fill:
 * @self: the page
 * @url: (nullable): address of the relay
 * @agent_id: (nullable): who signs in
 * @password: (nullable): their password
 */
void
baton_sign_in_page_fill (BatonSignInPage *self,
                         const char      *url,
                         const char      *agent_id,
                         const char      *password)
{
  g_return_if_fail (BATON_IS_SIGN_IN_PAGE (self));

  gtk_editable_set_text (self->url, url != NULL ? url : "");
  gtk_editable_set_text (self->agent, agent_id != NULL ? agent_id : "");
  gtk_editable_set_text (self->password, password != NULL ? password : "");
}

void
baton_sign_in_page_set_busy (BatonSignInPage *self,
                             gboolean         busy)
{
  GtkEditable *fields[] = { self->url, self->agent, self->password };

  g_return_if_fail (BATON_IS_SIGN_IN_PAGE (self));

  self->busy = busy;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    gtk_widget_set_sensitive (GTK_WIDGET (fields[i]), !busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
  update (self);
}

/**
 * baton_sign_in_page_set_problem:
 * @self: the page
 * @sentence: (nullable): what went wrong, %NULL for nothing
 */
void
baton_sign_in_page_set_problem (BatonSignInPage *self,
                                const char      *sentence)
{
  g_return_if_fail (BATON_IS_SIGN_IN_PAGE (self));

  gtk_label_set_text (self->problem_text, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (self->problem, sentence != NULL);
  if (sentence != NULL)
    baton_a11y_set_description (self->sign_in, sentence);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (self->sign_in), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}
