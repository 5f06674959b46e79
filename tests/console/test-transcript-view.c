/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-transcript-view.h"

#include <string.h>

#include "baton-test.h"
#include "baton-time.h"
#include "baton-transcript-row.h"
#include "scene.h"

#define NOON (G_GINT64_CONSTANT (1760529600) * G_USEC_PER_SEC)   /* 2025-10-15 12:00 UTC */

typedef struct {
  BatonTranscript     *transcript;
  GtkWidget           *window;
  BatonTranscriptView *view;
  GtkAdjustment       *adjustment;
  guint                n;
} Fixture;

static BatonActivity *
make_message (guint       n,
              const char *party,
              const char *text)
{
  g_autofree char *time = baton_time_format (NOON + (gint64) n * G_USEC_PER_SEC);
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"id\":\"%u\",\"timestamp\":\"%s\",\"text\":\"%s\","
                                           "\"from\":{\"id\":\"%s\"},\"channelData\":{\"baton\":{\"party\":\"%s\"}}}",
                                           n, time, text, strcmp (party, "agent") == 0 ? "rita" : party, party);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  BatonActivity *activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, &error);

  g_assert_no_error (error);
  return activity;
}

/* Messages of very different heights: what makes a list's guesses wrong. */
static BatonActivity *
make_nth (guint n)
{
  static const char *const parties[] = { "customer", "bot", "agent", "customer", "customer" };
  GString *text = g_string_new (NULL);
  BatonActivity *activity;

  for (guint i = 0; i <= n * 7 % 40; i++)
    g_string_append_printf (text, "word%u ", i);
  activity = make_message (n, parties[n % G_N_ELEMENTS (parties)], text->str);
  g_string_free (text, TRUE);
  return activity;
}

static void
append (Fixture *f,
        guint    n)
{
  g_autoptr (GPtrArray) activities = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (activities, make_nth (f->n++));
  baton_transcript_add_all (f->transcript, activities);
}

static void
set_up (Fixture       *f,
        gconstpointer  n)
{
  f->transcript = baton_transcript_new ();
  append (f, GPOINTER_TO_UINT (n));
  f->view = BATON_TRANSCRIPT_VIEW (baton_transcript_view_new ());
  baton_transcript_view_set_width (f->view, 860);
  baton_transcript_view_set_transcript (f->view, f->transcript, "rita", "Amira Haddad");
  f->window = scene_show (GTK_WIDGET (f->view), 700, 600);
  f->adjustment = gtk_scrolled_window_get_vadjustment (
    GTK_SCROLLED_WINDOW (scene_find (f->window, GTK_TYPE_SCROLLED_WINDOW, NULL)));
  scene_settle (f->window);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_clear_object (&f->transcript);
}

static double
distance_from_end (Fixture *f)
{
  return gtk_adjustment_get_upper (f->adjustment) - gtk_adjustment_get_page_size (f->adjustment)
         - gtk_adjustment_get_value (f->adjustment);
}

/* The row of a line, if it is in view. */
static GtkWidget *
find_shown (Fixture *f,
            guint    position)
{
  g_autoptr (BatonTranscriptItem) item = g_list_model_get_item (G_LIST_MODEL (f->transcript), position);
  GtkWidget *list = scene_find (f->window, GTK_TYPE_LIST_VIEW, NULL);

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row)) {
    GtkWidget *child = gtk_widget_get_first_child (row);
    graphene_rect_t bounds;

    if (!BATON_IS_TRANSCRIPT_ROW (child) || baton_transcript_row_get_item (BATON_TRANSCRIPT_ROW (child)) != item)
      continue;
    g_assert_true (gtk_widget_compute_bounds (row, GTK_WIDGET (f->view), &bounds));
    if (bounds.origin.y + bounds.size.height > 0 && bounds.origin.y < (float) gtk_widget_get_height (GTK_WIDGET (f->view)))
      return row;
  }
  return NULL;
}

static guint
find_first_shown (Fixture *f)
{
  guint position = 0;

  while (position < f->n && find_shown (f, position) == NULL)
    position++;
  return position;
}

static float
get_y (Fixture *f,
       guint    position)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (find_shown (f, position), GTK_WIDGET (f->view), &bounds));
  return bounds.origin.y;
}

static void
assert_at_end (Fixture *f)
{
  GtkWidget *row = find_shown (f, f->n - 1);
  graphene_rect_t bounds;

  g_assert_true (baton_transcript_view_is_at_end (f->view));
  g_assert_cmpfloat (distance_from_end (f), <, 1);
  g_assert_nonnull (row);
  g_assert_true (gtk_widget_compute_bounds (row, GTK_WIDGET (f->view), &bounds));
  g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=, gtk_widget_get_height (GTK_WIDGET (f->view)) + 1);
}

static void
scroll (Fixture *f,
        double   value)
{
  gtk_adjustment_set_value (f->adjustment, value);
  scene_settle (f->window);
}

/* Design 7: opened at the end, and there after every append. */
static void
test_transcript_view_follows (Fixture       *f,
                              gconstpointer  data)
{
  assert_at_end (f);
  for (int i = 0; i < 20; i++) {
    append (f, i % 3 + 1);
    scene_settle (f->window);
    assert_at_end (f);
  }
  gtk_window_set_default_size (GTK_WINDOW (f->window), 480, 400);
  scene_settle (f->window);
  scene_settle (f->window);
  assert_at_end (f);
}

/* Reading back is never interrupted. */
static void
test_transcript_view_keeps_still (Fixture       *f,
                                  gconstpointer  data)
{
  GtkWidget *latest;
  guint position;
  float y;

  scroll (f, gtk_adjustment_get_value (f->adjustment) - 900);
  g_assert_false (baton_transcript_view_is_at_end (f->view));
  position = find_first_shown (f);
  y = get_y (f, position);
  append (f, 5);
  scene_settle (f->window);
  g_assert_cmpuint (find_first_shown (f), ==, position);
  g_assert_cmpfloat (ABS (get_y (f, position) - y), <, 2);

  latest = scene_find (f->window, GTK_TYPE_BUTTON, "Latest message, 5 new");
  g_assert_nonnull (latest);
  g_signal_emit_by_name (latest, "clicked");
  scene_settle (f->window);
  assert_at_end (f);
  g_assert_false (gtk_widget_get_visible (latest));

  scroll (f, gtk_adjustment_get_value (f->adjustment) - 900);
  baton_transcript_view_go_to_end (f->view);
  scene_settle (f->window);
  assert_at_end (f);
}

static guint
count_rows (Fixture *f)
{
  GtkWidget *list = scene_find (f->window, GTK_TYPE_LIST_VIEW, NULL);
  guint n = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    n++;
  return n;
}

/* Rows are made for what is near the view, however long the transcript. */
static void
test_transcript_view_long (Fixture       *f,
                           gconstpointer  data)
{
  assert_at_end (f);
  g_assert_cmpuint (count_rows (f), <, 300);
  scroll (f, gtk_adjustment_get_upper (f->adjustment) / 2);
  g_assert_cmpuint (count_rows (f), <, 300);
  append (f, 1);
  scene_settle (f->window);
  g_assert_null (find_shown (f, f->n - 1));
  baton_transcript_view_go_to_end (f->view);
  scene_settle (f->window);
  assert_at_end (f);
}

static void
add_handoff (Fixture *f,
             guint    after)
{
  static const char json[] = "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":{\"va_LastTopic\":\"Returns\","
                             "\"va_AgentMessage\":\"Be kind <b>&\",\"va_LastPhrase\":\"help\"}}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, NULL);
  g_autoptr (BatonHandoff) handoff = baton_handoff_new_from_activity (activity);

  baton_transcript_add_handoff (f->transcript, handoff, NOON + (gint64) after * G_USEC_PER_SEC + 1);
  f->n++;
}

static void
test_transcript_view_handoff (Fixture       *f,
                              gconstpointer  data)
{
  guint position;

  g_assert_false (baton_transcript_view_is_past_handoff (f->view));
  add_handoff (f, 100);
  scene_settle (f->window);
  position = baton_transcript_find_handoff (f->transcript);
  assert_at_end (f);
  baton_test_wait (baton_transcript_view_is_past_handoff (f->view));

  baton_transcript_view_go_to_handoff (f->view);
  scene_settle (f->window);
  g_assert_nonnull (find_shown (f, position));
  g_assert_false (baton_transcript_view_is_past_handoff (f->view));
  g_assert_nonnull (scene_find (find_shown (f, position), GTK_TYPE_WIDGET,
                                "Handed off by the bot, 12:01. Private message to agents: Be kind <b>&"));
  scroll (f, 0);
  g_assert_false (baton_transcript_view_is_past_handoff (f->view));
}

static void
test_transcript_view_focus (Fixture       *f,
                            gconstpointer  data)
{
  GtkWidget *focus;

  scroll (f, 0);
  gtk_window_set_focus (GTK_WINDOW (f->window), NULL);
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (f->view), GTK_DIR_TAB_FORWARD));
  scene_settle (f->window);
  focus = gtk_window_get_focus (GTK_WINDOW (f->window));
  g_assert_true (focus == find_shown (f, f->n - 1));
  g_assert_false (gtk_widget_child_focus (GTK_WIDGET (f->view), GTK_DIR_TAB_FORWARD));
}

static void
assert_row_is_called (Fixture    *f,
                      guint       position,
                      const char *name)
{
  gtk_test_accessible_assert_property (find_shown (f, position), GTK_ACCESSIBLE_PROPERTY_LABEL, name);
}

/* Design 6: what a screen reader says. Neighbours that come later change the look of a row, never its name. */
static void
test_transcript_view_names (Fixture       *f,
                            gconstpointer  data)
{
  g_autoptr (BatonActivity) customer = make_message (360, "customer", "A new lamp would be great!");
  g_autoptr (BatonActivity) bot = make_message (0, "bot", "<b>Hello</b> &amp; 100% %s");
  static const char pending_json[] = "{\"type\":\"message\",\"text\":\"Of course\",\"localTimestamp\":\"2025-10-15T12:07:00Z\","
                                     "\"channelData\":{\"clientActivityID\":\"c1\"}}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (pending_json, strlen (pending_json));
  g_autoptr (BatonActivity) pending = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);

  baton_transcript_add (f->transcript, bot);
  baton_transcript_add (f->transcript, customer);
  baton_transcript_add_pending (f->transcript, pending);
  scene_settle (f->window);
  assert_row_is_called (f, 0, "Bot, 12:00: <b>Hello</b> &amp; 100% %s");
  assert_row_is_called (f, 1, "Amira Haddad, 12:06: A new lamp would be great!");
  assert_row_is_called (f, 2, "You, 12:07, sending: Of course");
  g_assert_nonnull (scene_find (find_shown (f, 0), GTK_TYPE_LABEL, NULL));

  baton_transcript_set_delivery (f->transcript, "c1", BATON_DELIVERY_FAILED);
  assert_row_is_called (f, 2, "You, 12:07, not sent: Of course");
  g_assert_nonnull (scene_find (find_shown (f, 2), GTK_TYPE_BUTTON, "Try Again"));
  baton_transcript_set_delivery (f->transcript, "c1", BATON_DELIVERY_SENT);
  assert_row_is_called (f, 2, "You, 12:07: Of course");
  g_assert_null (scene_find (find_shown (f, 2), GTK_TYPE_BUTTON, "Try Again"));
  g_assert_cmpuint (scene_count_unnamed (f->window), ==, 0);
}

/* Foreign text is text: no markup, no format, and 64 KB without a blank do not hold up a frame for seconds. */
static void
test_transcript_view_hostile (Fixture       *f,
                              gconstpointer  data)
{
  g_autofree char *run = g_strnfill (64 * 1024, 'x');
  g_autoptr (BatonActivity) wall = make_message (1, "customer", run);
  g_autoptr (BatonActivity) markup = make_message (2, "customer", "<a href='file:///etc/passwd'>x</a> & <span");
  gint64 start = g_get_monotonic_time ();
  GtkWidget *all;

  baton_transcript_add (f->transcript, wall);
  baton_transcript_add (f->transcript, markup);
  scene_settle (f->window);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_USEC_PER_SEC);
  assert_row_is_called (f, 1, "Amira Haddad, 12:00: <a href='file:///etc/passwd'>x</a> & <span");

  baton_transcript_view_set_transcript (f->view, f->transcript, "rita", "Amira Haddad");
  scene_settle (f->window);
  all = scene_find (f->window, GTK_TYPE_BUTTON, "Show All");
  g_assert_nonnull (all);
  g_signal_emit_by_name (all, "clicked");
  scene_settle (f->window);
  g_assert_null (scene_find (f->window, GTK_TYPE_BUTTON, "Show All"));
}

static void
test_transcript_view_switch (Fixture       *f,
                             gconstpointer  data)
{
  g_autoptr (BatonTranscript) other = baton_transcript_new ();

  scroll (f, 0);
  baton_transcript_view_set_transcript (f->view, other, "rita", "B");
  scene_settle (f->window);
  g_assert_false (baton_transcript_view_focus_last (f->view));
  baton_transcript_view_set_transcript (f->view, f->transcript, "rita", "Amira Haddad");
  scene_settle (f->window);
  assert_at_end (f);
  baton_transcript_view_set_transcript (f->view, NULL, NULL, NULL);
  append (f, 1);
  scene_settle (f->window);
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *path;
    guint       n;
    void      (*test) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/console/transcript-view/follows", 16, test_transcript_view_follows },
    { "/console/transcript-view/follows/many", 500, test_transcript_view_follows },
    { "/console/transcript-view/keeps-still", 500, test_transcript_view_keeps_still },
    { "/console/transcript-view/long", 5000, test_transcript_view_long },
    { "/console/transcript-view/handoff", 300, test_transcript_view_handoff },
    { "/console/transcript-view/focus", 300, test_transcript_view_focus },
    { "/console/transcript-view/names", 0, test_transcript_view_names },
    { "/console/transcript-view/hostile", 0, test_transcript_view_hostile },
    { "/console/transcript-view/switch", 100, test_transcript_view_switch },
  };

  scene_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, GUINT_TO_POINTER (tests[i].n), set_up, tests[i].test, tear_down);
  return g_test_run ();
}
