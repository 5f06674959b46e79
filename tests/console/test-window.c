/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-application.h"
#include "baton-confirm-window.h"
#include "baton-keys.h"
#include "baton-window-private.h"
#include "console-test.h"
#include "scene.h"
#include "shell-desk.h"

/* The whole window at a relay on loopback. For the states of the connection it is told them directly. */

static BatonApplication *application;

typedef struct {
  ShellDesk    *desk;
  BatonSession *session;
  BatonWindow  *window;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->session = baton_session_new ();
  fixture->window = BATON_WINDOW (baton_window_new (GTK_APPLICATION (application), fixture->session));
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  baton_window_start (fixture->window, NULL, NULL, NULL);
}

static void
show (Fixture *fixture,
      int      width,
      int      height)
{
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), width, height);
  gtk_window_present (GTK_WINDOW (fixture->window));
  baton_test_wait (gtk_widget_get_mapped (GTK_WIDGET (fixture->window)));
  scene_settle (GTK_WIDGET (fixture->window));
}

static void
set_up_work (Fixture       *fixture,
             gconstpointer  data)
{
  set_up (fixture, data);
  fixture->desk = shell_desk_new ();
  shell_desk_say (fixture->desk, "customer", "Can I return my item? It was a gift, I have no receipt.");
  shell_desk_say (fixture->desk, "bot", "I am passing you to a colleague who can see everything you told me.");
  shell_desk_sign_in (fixture->desk, fixture->session);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  baton_session_sign_out (fixture->session);
  if (fixture->desk != NULL)
    baton_test_wait (fixture->desk->hub->sign_outs > 0);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (fixture->window);   /* nothing keeps it alive */
  g_assert_finalize_object (fixture->session);
  g_clear_pointer (&fixture->desk, shell_desk_free);
}

static const char *
page (GtkStack *stack)
{
  return gtk_stack_get_visible_child_name (stack);
}

/* States of the whole window */

/* The page has all of the window below the header bar. */
static void
assert_fills (GtkWidget *page,
              GtkWidget *window)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (page, window, &bounds));
  g_assert_cmpfloat (bounds.origin.x, ==, 0);
  g_assert_cmpfloat (bounds.size.width, ==, gtk_widget_get_width (window));
  g_assert_cmpfloat (bounds.origin.y + bounds.size.height, ==, gtk_widget_get_height (window));
  g_assert_cmpfloat (bounds.origin.y, <, 60);
}

static void
test_sign_in (Fixture       *fixture,
              gconstpointer  data)
{
  show (fixture, 1024, 700);
  assert_fills (GTK_WIDGET (fixture->window->sign_in), GTK_WIDGET (fixture->window));
  g_assert_cmpstr (page (fixture->window->whole), ==, "sign-in");
  g_assert_cmpuint (scene_count_unnamed (GTK_WIDGET (fixture->window)), ==, 0);
  gtk_test_accessible_assert_state (gtk_stack_get_child_by_name (fixture->window->whole, "work"),
                                    GTK_ACCESSIBLE_STATE_HIDDEN, TRUE);
  scene_save (GTK_WIDGET (fixture->window), "window-sign-in");
}

static void
test_states (Fixture       *fixture,
             gconstpointer  data)
{
  BatonWindow *window = fixture->window;
  g_autoptr (BatonHubClient) hub = baton_hub_client_new ("http://127.0.0.1:9");

  baton_session_use_hub (fixture->session, hub, "rita");

  baton_window_show_state (window, BATON_HUB_SIGNED_OUT, TRUE);
  g_assert_cmpstr (page (window->whole), ==, "sign-in");      /* busy, the page stays */
  baton_window_show_state (window, BATON_HUB_CONNECTING, FALSE);
  g_assert_cmpstr (page (window->whole), ==, "work");
  g_assert_cmpstr (page (window->pages), ==, "connecting");
  show (fixture, 1024, 700);
  scene_save (GTK_WIDGET (window), "window-connecting");

  baton_window_show_state (window, BATON_HUB_WAITING, FALSE);
  g_assert_cmpstr (page (window->pages), ==, "lost");
  g_assert_false (gtk_revealer_get_reveal_child (window->banner));
  scene_settle (GTK_WIDGET (window));
  scene_save (GTK_WIDGET (window), "window-lost");

  baton_window_show_state (window, BATON_HUB_ONLINE, FALSE);
  g_assert_cmpstr (page (window->pages), ==, "ready");
  scene_settle (GTK_WIDGET (window));
  scene_save (GTK_WIDGET (window), "window-ready");

  baton_window_show_state (window, BATON_HUB_WAITING, FALSE);   /* what was loaded stays */
  g_assert_cmpstr (page (window->pages), ==, "ready");
  g_assert_true (gtk_revealer_get_reveal_child (window->banner));

  baton_window_show_state (window, BATON_HUB_SIGNED_OUT, FALSE);
  g_assert_cmpstr (page (window->whole), ==, "sign-in");
}

/* Names, roles, actions */

static void
test_names (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);

  show (fixture, 1440, 900);
  g_assert_true (baton_queue_view_select (fixture->window->queue, "e1"));
  scene_settle (window);
  g_assert_cmpuint (scene_count_unnamed (window), ==, 0);
  gtk_test_accessible_assert_property (fixture->window->menu, GTK_ACCESSIBLE_PROPERTY_LABEL, "Main menu");
  gtk_test_accessible_assert_property (fixture->window->find, GTK_ACCESSIBLE_PROPERTY_LABEL, "Find a conversation");
}

static void
test_keys (Fixture       *fixture,
           gconstpointer  data)
{
  for (guint i = 0; i < baton_n_keys; i++) {
    for (guint j = 0; j < G_N_ELEMENTS (baton_keys[i].accels) && baton_keys[i].accels[j] != NULL; j++) {
      g_auto (GStrv) actions = gtk_application_get_actions_for_accel (GTK_APPLICATION (application),
                                                                      baton_keys[i].accels[j]);

      g_test_message ("%s: %s", baton_keys[i].accels[j], baton_keys[i].action);
      g_assert_cmpuint (g_strv_length (actions), ==, 1);
      g_assert_cmpstr (actions[0], ==, baton_keys[i].action);
    }
  }
}

/* Each key's action exists on the window, without parameters: so assistive tools have it as well. */
static void
test_actions (Fixture       *fixture,
              gconstpointer  data)
{
  for (guint i = 0; i < baton_n_keys; i++) {
    gboolean found = !g_str_has_prefix (baton_keys[i].action, "win.");
    const GVariantType *parameter;
    const char *owner, *name, *property;
    GType type;

    for (guint j = 0; !found && gtk_widget_class_query_action (GTK_WIDGET_GET_CLASS (fixture->window), j, &type, &name,
                                                               &parameter, &property); j++)
      found = g_str_equal (name, baton_keys[i].action) && parameter == NULL;
    owner = baton_keys[i].action;
    g_test_message ("%s", owner);
    g_assert_true (found);
  }
}

static void
act (Fixture    *fixture,
     const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), action, NULL));
}

static const char *
shown_id (Fixture *fixture)
{
  return baton_escalation_get_id (baton_case_get_escalation (fixture->window->shown));
}

static void
test_going_round (Fixture       *fixture,
                  gconstpointer  data)
{
  show (fixture, 1440, 900);
  act (fixture, "win.next");
  g_assert_cmpstr (shown_id (fixture), ==, "e1");
  g_assert_cmpstr (page (fixture->window->stack), ==, "conversation");
  act (fixture, "win.prev");
  g_assert_cmpstr (shown_id (fixture), ==, "e7");
  act (fixture, "win.next-mine");
  g_assert_cmpstr (shown_id (fixture), ==, "e1");
  act (fixture, "win.next-mine");
  g_assert_cmpstr (shown_id (fixture), ==, "e2");
  act (fixture, "win.prev-mine");
  g_assert_cmpstr (shown_id (fixture), ==, "e1");

  baton_window_open (fixture->window, "e5");   /* as a notification does */
  g_assert_cmpstr (shown_id (fixture), ==, "e5");
  baton_window_open (fixture->window, "gone");
  g_assert_cmpstr (shown_id (fixture), ==, "e5");
}

static gboolean
focus_is_in (Fixture *fixture,
             gpointer widget)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

static void
test_panes (Fixture       *fixture,
            gconstpointer  data)
{
  show (fixture, 1440, 900);
  baton_queue_view_select (fixture->window->queue, "e1");
  scene_settle (GTK_WIDGET (fixture->window));

  act (fixture, "win.pane-1");
  g_assert_true (focus_is_in (fixture, fixture->window->queue));
  act (fixture, "win.next-pane");
  g_assert_true (focus_is_in (fixture, fixture->window->conversation));
  act (fixture, "win.next-pane");
  g_assert_true (focus_is_in (fixture, fixture->window->details));
  act (fixture, "win.next-pane");
  g_assert_true (focus_is_in (fixture, fixture->window->queue));
  act (fixture, "win.prev-pane");
  g_assert_true (focus_is_in (fixture, fixture->window->details));
  act (fixture, "win.details");   /* closed: the focus does not stay behind */
  g_assert_false (focus_is_in (fixture, fixture->window->details));
  act (fixture, "win.pane-4");
  g_assert_true (focus_is_in (fixture, fixture->window->details));
  act (fixture, "win.back");
  g_assert_true (focus_is_in (fixture, fixture->window->conversation));
  act (fixture, "win.find-queue");
  g_assert_true (focus_is_in (fixture, fixture->window->queue));
  g_assert_true (gtk_toggle_button_get_active (fixture->window->find));
}

/* Tab comes round to where it began; it never stands still with the key taken. */
static void
test_tab (Fixture       *fixture,
          gconstpointer  data)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);
  GtkWidget *before = NULL;
  GtkWidget *start;
  guint stops = 0;

  show (fixture, 1440, 900);
  baton_queue_view_select (fixture->window->queue, "e1");
  scene_settle (window);
  act (fixture, "win.pane-1");
  start = gtk_window_get_focus (GTK_WINDOW (window));

  do {
    before = gtk_window_get_focus (GTK_WINDOW (window));
    gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD);
    g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) != before);
    g_assert_cmpuint (++stops, <, 40);
  } while (gtk_window_get_focus (GTK_WINDOW (window)) != start);
  g_test_message ("%u stops", stops);
  g_assert_cmpuint (stops, >, 5);
}

/* A case that is open before its row exists is shown by the row all the same: what was said last, and since when nobody
 * has answered. */
static void
test_row_of_mine (Fixture       *fixture,
                  gconstpointer  data)
{
  BatonCase *mine = baton_session_find_case (fixture->session, "e2");
  GtkWidget *list = scene_find (GTK_WIDGET (fixture->window->queue), GTK_TYPE_LIST_BOX, NULL);
  GtkWidget *row = NULL;

  show (fixture, 1440, 900);
  baton_test_wait (baton_case_get_last_text (mine) != NULL);
  for (int i = 0; i < 2; i++) {
    row = GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), i));
    if (g_str_equal (baton_escalation_get_id (baton_queue_row_get_escalation (BATON_QUEUE_ROW (row))), "e2"))
      break;
  }
  g_assert_cmpint (baton_queue_row_get_since (BATON_QUEUE_ROW (row)), ==, baton_case_get_waiting_since (mine));
  g_assert_true (baton_queue_row_matches (BATON_QUEUE_ROW (row), "passing you to a colleague"));
}

/* Ctrl+N takes who has waited longest, and the answer can be typed at once. */
static void
test_take_next (Fixture       *fixture,
                gconstpointer  data)
{
  GtkWidget *reply;

  show (fixture, 1440, 900);
  act (fixture, "win.take-next");
  g_assert_cmpstr (shown_id (fixture), ==, "e3");
  baton_test_wait (baton_case_is_mine (fixture->window->shown));
  baton_test_wait (!baton_case_is_claiming (fixture->window->shown));
  scene_settle (GTK_WIDGET (fixture->window));
  reply = scene_find (GTK_WIDGET (fixture->window->conversation), GTK_TYPE_TEXT_VIEW, NULL);
  g_assert_true (focus_is_in (fixture, reply));
  g_assert_cmpuint (baton_queue_view_get_count (fixture->window->queue, BATON_SECTION_MINE), ==, 3);
}

static GtkWindow *
top_window_beside (Fixture *fixture)
{
  g_autoptr (GListModel) all = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (GtkWindow) one = g_list_model_get_item (all, i);

    if (one != GTK_WINDOW (fixture->window) && gtk_window_get_transient_for (one) == GTK_WINDOW (fixture->window))
      return one;
  }
  return NULL;
}

static void
test_end (Fixture       *fixture,
          gconstpointer  data)
{
  GtkWindow *question;

  show (fixture, 1440, 900);
  baton_queue_view_select (fixture->window->queue, "e1");
  baton_test_wait (baton_case_is_mine (fixture->window->shown));
  scene_settle (GTK_WIDGET (fixture->window));
  act (fixture, "win.end");
  question = top_window_beside (fixture);
  g_assert_true (BATON_IS_CONFIRM_WINDOW (question));
  g_assert_cmpuint (scene_count_unnamed (GTK_WIDGET (question)), ==, 0);
  gtk_widget_activate_action (GTK_WIDGET (question), "confirm.accept", NULL);
  baton_test_wait (!baton_case_is_mine (fixture->window->shown));
  baton_test_wait (!baton_escalation_is_open (baton_case_get_escalation (fixture->window->shown)));
}

static void
test_enabled (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *end;

  show (fixture, 1440, 900);
  baton_queue_view_select (fixture->window->queue, "e3");   /* waiting: cannot be ended */
  scene_settle (GTK_WIDGET (fixture->window));
  end = scene_find (GTK_WIDGET (fixture->window->conversation), GTK_TYPE_BUTTON, "End…");
  if (end != NULL)
    g_assert_false (gtk_widget_get_sensitive (end));
}

/* Layout */

static void
test_docking (Fixture       *fixture,
              gconstpointer  data)
{
  BatonWindow *window = fixture->window;

  show (fixture, 1440, 900);
  baton_queue_view_select (window->queue, "e1");
  scene_settle (GTK_WIDGET (window));
  g_assert_true (window->docked);
  g_assert_true (gtk_widget_get_mapped (window->details));
  g_assert_true (gtk_widget_is_ancestor (window->details, GTK_WIDGET (window->dock)));

  act (fixture, "win.details");
  g_assert_false (gtk_widget_get_mapped (window->details));
  act (fixture, "win.details");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (window->dock)));
}

static void
test_drawer (Fixture       *fixture,
             gconstpointer  data)
{
  BatonWindow *window = fixture->window;

  show (fixture, 1024, 700);
  baton_queue_view_select (window->queue, "e1");
  scene_settle (GTK_WIDGET (window));
  g_assert_false (window->docked);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (window)), <=, 1040);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (window->drawer)));
  scene_save (GTK_WIDGET (window), "window-1024x700");

  act (fixture, "win.details");
  scene_settle (GTK_WIDGET (window));
  g_assert_true (gtk_revealer_get_reveal_child (window->drawer));
  g_assert_true (gtk_widget_is_ancestor (window->details, GTK_WIDGET (window->drawer)));
  scene_save (GTK_WIDGET (window), "window-1024x700-details");

  act (fixture, "win.back");   /* Esc */
  g_assert_false (gtk_revealer_get_reveal_child (window->drawer));
}

/* Narrowed and widened while it is open: the details change places, and the window does get narrow. */
static void
test_resizing (Fixture       *fixture,
               gconstpointer  data)
{
  BatonWindow *window = fixture->window;

  show (fixture, 1440, 900);
  baton_queue_view_select (window->queue, "e1");
  scene_settle (GTK_WIDGET (window));
  g_assert_true (window->docked);

  gtk_paned_set_position (window->outer, 400);
  gtk_window_set_default_size (GTK_WINDOW (window), 1024, 700);
  baton_test_wait (!window->docked);
  scene_settle (GTK_WIDGET (window));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (window->squeeze)), <=, 1040);
  g_assert_cmpint (gtk_paned_get_position (window->outer), ==, 400);

  gtk_window_set_default_size (GTK_WINDOW (window), 1440, 900);
  baton_test_wait (window->docked);
  scene_settle (GTK_WIDGET (window));
  g_assert_true (gtk_widget_get_mapped (window->details));
  g_assert_cmpint (gtk_paned_get_position (window->outer), ==, 400);   /* the queue is as wide as it was made */
}

static void
take_picture (Fixture    *fixture,
              const char *id,
              const char *name)
{
  show (fixture, 1440, 900);
  baton_queue_view_select (fixture->window->queue, id);
  baton_test_wait (g_list_model_get_n_items (G_LIST_MODEL (baton_case_get_transcript (fixture->window->shown))) >= 2);
  scene_settle (GTK_WIDGET (fixture->window));
  scene_save (GTK_WIDGET (fixture->window), name);
}

static void
test_picture_light (Fixture       *fixture,
                    gconstpointer  data)
{
  take_picture (fixture, "e1", "window-light");
}

static void
test_picture_dark (Fixture       *fixture,
                   gconstpointer  data)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  take_picture (fixture, "e1", "window-dark");
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_DEFAULT);
}

static void
test_picture_offline (Fixture       *fixture,
                      gconstpointer  data)
{
  baton_window_show_state (fixture->window, BATON_HUB_WAITING, FALSE);
  take_picture (fixture, "e1", "window-offline");
}

static void
test_picture_rtl (Fixture       *fixture,
                  gconstpointer  data)
{
  take_picture (fixture, "e3", "window-rtl");
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

static void
set_up_rtl (Fixture       *fixture,
            gconstpointer  data)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  set_up_work (fixture, data);
}

#define ADD(path, begin, test) g_test_add ("/console/window/" path, Fixture, NULL, begin, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  scene_init (&argc, &argv);
  application = baton_application_new (G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);

  ADD ("sign-in", set_up, test_sign_in);
  ADD ("states", set_up, test_states);
  ADD ("names", set_up_work, test_names);
  ADD ("keys", set_up, test_keys);
  ADD ("actions", set_up, test_actions);
  ADD ("going-round", set_up_work, test_going_round);
  ADD ("panes", set_up_work, test_panes);
  ADD ("tab", set_up_work, test_tab);
  ADD ("row-of-mine", set_up_work, test_row_of_mine);
  ADD ("take-next", set_up_work, test_take_next);
  ADD ("end", set_up_work, test_end);
  ADD ("enabled", set_up_work, test_enabled);
  ADD ("docking", set_up_work, test_docking);
  ADD ("drawer", set_up_work, test_drawer);
  ADD ("resizing", set_up_work, test_resizing);
  ADD ("picture/light", set_up_work, test_picture_light);
  ADD ("picture/dark", set_up_work, test_picture_dark);
  ADD ("picture/offline", set_up_work, test_picture_offline);
  ADD ("picture/rtl", set_up_rtl, test_picture_rtl);

  return g_test_run ();
}
