/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-queue-view.h"

#include <string.h>

#include "baton-queue-heading.h"
#include "console-test.h"
#include "scene.h"

typedef struct {
  BatonQueue      *queue;
  GtkWidget       *window;
  BatonQueueView  *view;
  GtkListBox      *list;
  BatonEscalation *selected;
  guint            opened;
} Fixture;

static void
selected_cb (BatonQueueView  *view,
             BatonEscalation *escalation,
             Fixture         *fixture)
{
  fixture->selected = escalation;
}

static void
opened_cb (BatonQueueView *view,
           Fixture        *fixture)
{
  fixture->opened++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->queue = baton_queue_new ();
  fixture->window = gtk_window_new ();
  fixture->view = BATON_QUEUE_VIEW (baton_queue_view_new ());
  fixture->list = GTK_LIST_BOX (scene_find (GTK_WIDGET (fixture->view), GTK_TYPE_LIST_BOX, NULL));
  g_signal_connect (fixture->view, "selected", G_CALLBACK (selected_cb), fixture);
  g_signal_connect (fixture->view, "opened", G_CALLBACK (opened_cb), fixture);

  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 320, 800);
  baton_queue_view_set_queue (fixture->view, fixture->queue, "rita");
  gtk_window_present (GTK_WINDOW (fixture->window));
  scene_settle (fixture->window);
}

static void
set_up_full (Fixture       *fixture,
             gconstpointer  data)
{
  set_up (fixture, data);
  console_test_fill (fixture->queue);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (fixture->queue);
}

static const char *
id_of (GtkListBoxRow *row)
{
  return baton_escalation_get_id (baton_queue_row_get_escalation (BATON_QUEUE_ROW (row)));
}

static const char *
first_waiting (Fixture *fixture)
{
  return baton_escalation_get_id (baton_queue_view_get_first (fixture->view, BATON_SECTION_WAITING));
}

static char *
order (Fixture *fixture)
{
  g_autoptr (GString) ids = g_string_new (NULL);
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (fixture->list, i)) != NULL; i++) {
    if (gtk_list_box_row_get_header (row) != NULL)
      g_string_append (ids, "|");
    g_string_append_printf (ids, "%s ", id_of (row));
  }
  return g_string_free (g_steal_pointer (&ids), FALSE);
}

static GtkWidget *
row_of (Fixture    *fixture,
        const char *id)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (fixture->list, i)) != NULL; i++) {
    if (g_str_equal (id_of (row), id))
      return GTK_WIDGET (row);
  }
  return NULL;
}

static void
tell (Fixture     *fixture,
      const char  *kind,
      const char  *id,
      BatonState   state,
      const char  *agent)
{
  static gint64 seq;
  BatonEscalation *known = baton_queue_find (fixture->queue, id);
  ConsoleCase made = { .id = id, .name = "Somebody", .topic = "Topic", .trigger = "implicit", .waited = 400 };
  g_autoptr (BatonEscalation) newer = console_test_new_escalation (&made);
  g_autoptr (BatonEvent) event = NULL;
  gint64 epoch = known != NULL ? baton_escalation_get_epoch (known) + 1 : 1;

  baton_escalation_set_state (newer, state, epoch, agent, agent, g_get_real_time ());
  event = baton_event_new (++seq, g_get_real_time (), kind, newer, NULL);
  g_assert_true (baton_queue_apply (fixture->queue, event));
}

static void
test_sections (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *ids = order (fixture);

  /* others by name: Elena before Piotr; nobody waits for us yet, so mine are in the order of their ids */
  g_assert_cmpstr (ids, ==, "|e1 e2 |e3 e4 e5 e6 |e8 e7 ");
  g_assert_cmpuint (baton_queue_view_get_count (fixture->view, BATON_SECTION_MINE), ==, 2);
  g_assert_cmpuint (baton_queue_view_get_count (fixture->view, BATON_SECTION_WAITING), ==, 4);
  g_assert_cmpuint (baton_queue_view_get_count (fixture->view, BATON_SECTION_OTHERS), ==, 2);
  g_assert_cmpstr (first_waiting (fixture), ==, "e3");
}

static void
test_names (Fixture       *fixture,
            gconstpointer  data)
{
  g_assert_cmpuint (scene_count_unnamed (GTK_WIDGET (fixture->view)), ==, 0);
  gtk_test_accessible_assert_property (GTK_WIDGET (fixture->list), GTK_ACCESSIBLE_PROPERTY_LABEL, "Conversations");
  gtk_test_accessible_assert_role (row_of (fixture, "e3"), GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_test_accessible_assert_property (row_of (fixture, "e3"), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Mei Tanaka, Payment failed, Not understood, Japanese (JP), waiting, overdue");
  gtk_test_accessible_assert_property (row_of (fixture, "e3"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Waiting, Card refused three times, limit not reached.");
  gtk_test_accessible_assert_property (row_of (fixture, "e4"), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Luc Moreau, Greeting, Asked for an agent, French (FR), waiting, due soon");
  gtk_test_accessible_assert_property (row_of (fixture, "e6"), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Guest, Greeting, Not understood, English (GB), waiting");
  gtk_test_accessible_assert_property (row_of (fixture, "e1"), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Amira Haddad, Return item, Transfer step, English (US), yours");
  gtk_test_accessible_assert_property (row_of (fixture, "e7"), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Piotr Nowak, Opening hours, Not understood, Polish (PL), "
                                       "With \342\201\250Sam Okafor\342\201\251");
}

static void
test_pages (Fixture       *fixture,
            gconstpointer  data)
{
  GtkStack *stack = GTK_STACK (scene_find (GTK_WIDGET (fixture->view), GTK_TYPE_STACK, NULL));

  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "blank");   /* not known yet: says nothing */
  baton_queue_view_set_loaded (fixture->view, TRUE);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "empty");
  console_test_fill (fixture->queue);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "list");
}

/* The action assistive tools have: selects and opens */
static void
test_open (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (gtk_widget_activate_action (row_of (fixture, "e4"), "conversation.open", NULL));
  g_assert_cmpuint (fixture->opened, ==, 1);
  g_assert_cmpstr (baton_escalation_get_id (fixture->selected), ==, "e4");
  g_assert_true (baton_queue_view_get_selected (fixture->view) == fixture->selected);
}

/* A row moves to another section as the same widget, with its selection. */
static void
test_moves (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *row = row_of (fixture, "e4");
  g_autofree char *ids = NULL;

  baton_queue_view_select (fixture->view, "e4");
  tell (fixture, BATON_EVENT_CLAIMED, "e4", BATON_STATE_WITH_AGENT, "rita");
  ids = order (fixture);
  g_assert_cmpstr (ids, ==, "|e1 e2 e4 |e3 e5 e6 |e8 e7 ");
  g_assert_true (row_of (fixture, "e4") == row);
  g_assert_cmpstr (baton_escalation_get_id (baton_queue_view_get_selected (fixture->view)), ==, "e4");
  g_assert_cmpuint (baton_queue_view_get_count (fixture->view, BATON_SECTION_MINE), ==, 3);
}

static void
test_leaves_and_comes (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *without = NULL;
  g_autofree char *with = NULL;

  tell (fixture, BATON_EVENT_ENDED, "e3", BATON_STATE_ENDED, NULL);
  without = order (fixture);
  g_assert_cmpstr (without, ==, "|e1 e2 |e4 e5 e6 |e8 e7 ");
  tell (fixture, BATON_EVENT_QUEUED, "e9", BATON_STATE_QUEUED, NULL);   /* has waited 400 s */
  with = order (fixture);
  g_assert_cmpstr (with, ==, "|e1 e2 |e9 e4 e5 e6 |e8 e7 ");
}

/* Time moves clocks and never rows. */
static void
test_tick (Fixture       *fixture,
           gconstpointer  data)
{
  BatonQueueRow *row = BATON_QUEUE_ROW (row_of (fixture, "e6"));
  gint64 since = baton_queue_row_get_since (row);
  g_autofree char *before = order (fixture);
  g_autofree char *after = NULL;

  baton_queue_row_tick (row, since + 130 * G_USEC_PER_SEC);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Guest, Greeting, Not understood, English (GB), waiting");
  baton_queue_row_tick (row, since + 600 * G_USEC_PER_SEC);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Guest, Greeting, Not understood, English (GB), waiting, overdue");
  after = order (fixture);
  g_assert_cmpstr (after, ==, before);
}

static const char *
selected_id (Fixture *fixture)
{
  return baton_escalation_get_id (baton_queue_view_get_selected (fixture->view));
}

static void
test_move (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (baton_queue_view_move (fixture->view, 1, FALSE));
  g_assert_cmpstr (selected_id (fixture), ==, "e1");
  g_assert_true (baton_queue_view_move (fixture->view, -1, FALSE));
  g_assert_cmpstr (selected_id (fixture), ==, "e7");   /* round the end */
  g_assert_true (baton_queue_view_move (fixture->view, 1, TRUE));
  g_assert_cmpstr (selected_id (fixture), ==, "e1");
  g_assert_true (baton_queue_view_move (fixture->view, 1, TRUE));
  g_assert_cmpstr (selected_id (fixture), ==, "e2");
  g_assert_true (baton_queue_view_move (fixture->view, 1, TRUE));
  g_assert_cmpstr (selected_id (fixture), ==, "e1");
}

static void
test_move_nowhere (Fixture       *fixture,
                   gconstpointer  data)
{
  g_assert_false (baton_queue_view_move (fixture->view, 1, FALSE));
  g_assert_false (baton_queue_view_move (fixture->view, -1, TRUE));
  baton_queue_view_focus (fixture->view);
}

static guint
count_shown (Fixture *fixture)
{
  guint shown = 0;
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (fixture->list, i)) != NULL; i++)
    shown += gtk_widget_get_child_visible (GTK_WIDGET (row));
  return shown;
}

static void
test_search (Fixture       *fixture,
             gconstpointer  data)
{
  GtkWidget *entry = scene_find (GTK_WIDGET (fixture->view), GTK_TYPE_SEARCH_ENTRY, NULL);

  baton_queue_view_find (fixture->view);
  gtk_editable_set_text (GTK_EDITABLE (entry), "TANAKA");
  g_signal_emit_by_name (entry, "search-changed");
  g_assert_cmpuint (count_shown (fixture), ==, 1);
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (selected_id (fixture), ==, "e3");

  gtk_editable_set_text (GTK_EDITABLE (entry), "sam okafor");
  g_signal_emit_by_name (entry, "search-changed");
  g_assert_cmpuint (count_shown (fixture), ==, 1);

  g_assert_true (baton_queue_view_stop_finding (fixture->view));
  g_signal_emit_by_name (entry, "search-changed");
  g_assert_cmpuint (count_shown (fixture), ==, 8);
  g_assert_false (baton_queue_view_stop_finding (fixture->view));
}

static void
test_picture (Fixture       *fixture,
              gconstpointer  data)
{
  baton_queue_view_select (fixture->view, "e1");
  gtk_window_present (GTK_WINDOW (fixture->window));
  scene_settle (fixture->window);
  scene_save (fixture->window, "queue");
}

static void
add_many (Fixture *fixture,
          guint    count)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < count; i++) {
    g_autofree char *id = g_strdup_printf ("m%u", i);
    ConsoleCase made = { .id = id, .name = "Somebody", .topic = "Topic", .trigger = "implicit", .waited = i };

    g_ptr_array_add (all, console_test_new_escalation (&made));
  }
  baton_queue_reset (fixture->queue, all);
}

/* Not a bench: only that nothing in it is quadratic. */
static void
test_many (Fixture       *fixture,
           gconstpointer  data)
{
  gint64 begin = g_get_monotonic_time ();

  add_many (fixture, 1000);
  g_test_message ("1,000 rows in %d ms", (int) ((g_get_monotonic_time () - begin) / 1000));
  g_assert_cmpuint (baton_queue_view_get_count (fixture->view, BATON_SECTION_WAITING), ==, 1000);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 15 * G_USEC_PER_SEC);
  g_assert_cmpstr (first_waiting (fixture), ==, "m999");
}

#define ADD(path, begin, test) g_test_add ("/console/queue-view/" path, Fixture, NULL, begin, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  scene_init (&argc, &argv);

  ADD ("sections", set_up_full, test_sections);
  ADD ("names", set_up_full, test_names);
  ADD ("pages", set_up, test_pages);
  ADD ("open", set_up_full, test_open);
  ADD ("moves", set_up_full, test_moves);
  ADD ("leaves-and-comes", set_up_full, test_leaves_and_comes);
  ADD ("tick", set_up_full, test_tick);
  ADD ("move", set_up_full, test_move);
  ADD ("move/nowhere", set_up, test_move_nowhere);
  ADD ("search", set_up_full, test_search);
  ADD ("picture", set_up_full, test_picture);
  ADD ("many", set_up, test_many);

  return g_test_run ();
}
