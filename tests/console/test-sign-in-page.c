/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-sign-in-page.h"

#include <adwaita.h>
#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "scene.h"

typedef struct {
  GtkWidget *window;
  GtkWidget *page;
  GtkWidget *url;
  GtkWidget *agent;
  GtkWidget *password;
  char      *submitted;
} Fixture;

static void
submitted_cb (BatonSignInPage *page,
              const char      *url,
              const char      *agent,
              const char      *password,
              Fixture         *fixture)
{
  g_free (fixture->submitted);
  fixture->submitted = g_strjoin (" ", url, agent, password, NULL);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->window = gtk_window_new ();
  fixture->page = baton_sign_in_page_new ();
  fixture->url = scene_find (fixture->page, ADW_TYPE_ENTRY_ROW, "Address of the relay");
  fixture->agent = scene_find (fixture->page, ADW_TYPE_ENTRY_ROW, "Agent");
  fixture->password = scene_find (fixture->page, ADW_TYPE_ENTRY_ROW, "Password");
  g_assert_true (ADW_IS_PASSWORD_ENTRY_ROW (fixture->password));
  g_signal_connect (fixture->page, "submitted", G_CALLBACK (submitted_cb), fixture);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->page);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 700);
  gtk_window_present (GTK_WINDOW (fixture->window));
  scene_settle (fixture->window);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_free (fixture->submitted);
}

static void
press_enter (GtkWidget *entry)
{
  g_signal_emit_by_name (entry, "entry-activated");
}

static gboolean
has_focus_in (GtkWidget *entry)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (entry));

  return focus != NULL && (focus == entry || gtk_widget_is_ancestor (focus, entry));
}

static gboolean
is_said (GtkWidget  *root,
         const char *words)
{
  GtkWidget *child;

  if (!gtk_widget_get_mapped (root))
    return FALSE;
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), words) != NULL)
    return TRUE;
  for (child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    if (is_said (child, words))
      return TRUE;
  }
  return FALSE;
}

static void
test_enter_submits (Fixture       *fixture,
                    gconstpointer  data)
{
  baton_sign_in_page_fill (BATON_SIGN_IN_PAGE (fixture->page), "relay.example.org/", " dana ", "secret");
  press_enter (fixture->password);
  g_assert_cmpstr (fixture->submitted, ==, "http://relay.example.org dana secret");
}

/* Enter goes to what is missing; nothing is submitted before all is there. */
static void
test_enter_moves_on (Fixture       *fixture,
                     gconstpointer  data)
{
  baton_sign_in_page_fill (BATON_SIGN_IN_PAGE (fixture->page), "http://127.0.0.1:8377", NULL, NULL);
  press_enter (fixture->url);
  g_assert_true (has_focus_in (fixture->agent));
  gtk_editable_set_text (GTK_EDITABLE (fixture->agent), "dana");
  press_enter (fixture->agent);
  g_assert_true (has_focus_in (fixture->password));
  g_assert_null (fixture->submitted);
}

static void
test_refuses (Fixture       *fixture,
              gconstpointer  data)
{
  baton_sign_in_page_fill (BATON_SIGN_IN_PAGE (fixture->page), "ftp://relay", "dana", "secret");
  press_enter (fixture->password);
  g_assert_true (is_said (fixture->window, "not the address of a relay"));
  g_assert_true (has_focus_in (fixture->url));

  gtk_editable_set_text (GTK_EDITABLE (fixture->url), "http://127.0.0.1:8377");
  g_assert_false (is_said (fixture->window, "not the address of a relay"));
  gtk_editable_set_text (GTK_EDITABLE (fixture->agent), "Dana Reyes");
  press_enter (fixture->password);
  g_assert_true (has_focus_in (fixture->agent));
  g_assert_null (fixture->submitted);
}

static void
test_busy (Fixture       *fixture,
           gconstpointer  data)
{
  baton_sign_in_page_fill (BATON_SIGN_IN_PAGE (fixture->page), "http://127.0.0.1:8377", "dana", "secret");
  baton_sign_in_page_set_busy (BATON_SIGN_IN_PAGE (fixture->page), TRUE);
  press_enter (fixture->password);
  g_assert_null (fixture->submitted);
  g_assert_false (gtk_widget_get_sensitive (fixture->password));

  baton_sign_in_page_set_busy (BATON_SIGN_IN_PAGE (fixture->page), FALSE);
  press_enter (fixture->password);
  g_assert_nonnull (fixture->submitted);
}

/* The first thing that is missing has the focus. */
static void
test_focus (Fixture       *fixture,
            gconstpointer  data)
{
  baton_sign_in_page_fill (BATON_SIGN_IN_PAGE (fixture->page), "http://127.0.0.1:8377", "dana", NULL);
  gtk_widget_grab_focus (fixture->page);
  g_assert_true (has_focus_in (fixture->password));

  baton_sign_in_page_fill (BATON_SIGN_IN_PAGE (fixture->page), "http://127.0.0.1:8377", NULL, NULL);
  gtk_widget_grab_focus (fixture->page);
  g_assert_true (has_focus_in (fixture->agent));
}

static void
test_problem (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GError) wrong = g_error_new_literal (BATON_ERROR, BATON_ERROR_UNAUTHENTICATED, "401");
  g_autoptr (GError) away = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "refused");
  g_autoptr (GError) other = g_error_new_literal (BATON_ERROR, BATON_ERROR_INVALID, "no JSON");

  baton_sign_in_page_set_problem (BATON_SIGN_IN_PAGE (fixture->page), baton_sign_in_page_explain (wrong));
  g_assert_true (is_said (fixture->window, "The agent or the password is not right."));
  baton_sign_in_page_set_problem (BATON_SIGN_IN_PAGE (fixture->page), baton_sign_in_page_explain (away));
  g_assert_true (is_said (fixture->window, "does not answer"));
  baton_sign_in_page_set_problem (BATON_SIGN_IN_PAGE (fixture->page), baton_sign_in_page_explain (other));
  g_assert_true (is_said (fixture->window, "no Baton relay"));
  scene_settle (fixture->window);
  scene_save (fixture->window, "sign-in-problem");
  baton_sign_in_page_set_problem (BATON_SIGN_IN_PAGE (fixture->page), NULL);
  g_assert_false (is_said (fixture->window, "no Baton relay"));
}

static void
test_names (Fixture       *fixture,
            gconstpointer  data)
{
  g_assert_cmpuint (scene_count_unnamed (fixture->page), ==, 0);
  gtk_test_accessible_assert_property (fixture->password, GTK_ACCESSIBLE_PROPERTY_LABEL, "Password");
}

static void
test_url (void)
{
  static const struct {
    const char *typed;
    const char *url;
    gboolean    safe;
  } urls[] = {
    { "127.0.0.1:8377", "http://127.0.0.1:8377", TRUE },
    { "localhost", "http://localhost", TRUE },
    { "http://[::1]:8377//", "http://[::1]:8377", TRUE },
    { " https://relay.example.org/desk/ ", "https://relay.example.org/desk", TRUE },
    { "http://relay.example.org", "http://relay.example.org", FALSE },
    { "http://192.168.1.7:8377", "http://192.168.1.7:8377", FALSE },
    { "", NULL, FALSE },
    { "http://", NULL, FALSE },
    { "file:///etc/passwd", NULL, FALSE },
    { "http://dana:secret@relay", NULL, FALSE },
    { "http://relay/?token=1", NULL, FALSE },
    { "two words", NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autofree char *url = baton_relay_url_complete (urls[i].typed);

    g_test_message ("typed “%s”", urls[i].typed);
    g_assert_cmpstr (url, ==, urls[i].url);
    if (url != NULL)
      g_assert_cmpint (baton_relay_url_is_safe (url), ==, urls[i].safe);
  }
}

#define ADD(path, test) g_test_add ("/console/sign-in-page/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  scene_init (&argc, &argv);

  ADD ("enter-submits", test_enter_submits);
  ADD ("enter-moves-on", test_enter_moves_on);
  ADD ("refuses", test_refuses);
  ADD ("busy", test_busy);
  ADD ("focus", test_focus);
  ADD ("problem", test_problem);
  ADD ("names", test_names);
  g_test_add_func ("/console/sign-in-page/url", test_url);

  return g_test_run ();
}
