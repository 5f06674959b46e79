/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-composer.h"

#include <string.h>

#include "baton-test.h"
#include "mock-desk.h"
#include "scene.h"

typedef struct {
  MockDesk      *desk;
  BatonCase     *item;
  GtkWidget     *window;
  BatonComposer *composer;
  GtkWidget     *view;
  GtkTextBuffer *buffer;
  guint          sent;
} Fixture;

static void
sent_cb (Fixture *f)
{
  f->sent++;
}

static void
set_up (Fixture       *f,
        gconstpointer  agent_id)
{
  BatonState state = agent_id != NULL ? BATON_STATE_WITH_AGENT : BATON_STATE_QUEUED;

  f->desk = mock_desk_new (NULL, state, 3, agent_id);
  mock_desk_answer (f->desk, 200, TRUE, state, 3, agent_id);
  f->item = baton_case_new (f->desk->client, f->desk->escalation);
  baton_test_wait (g_list_model_get_n_items (G_LIST_MODEL (baton_case_get_transcript (f->item))) == 1);

  f->composer = BATON_COMPOSER (baton_composer_new ());
  baton_composer_set_case (f->composer, f->item);
  g_signal_connect_swapped (f->composer, "sent", G_CALLBACK (sent_cb), f);
  f->window = scene_show (GTK_WIDGET (f->composer), 600, 200);
  f->view = scene_find (f->window, GTK_TYPE_TEXT_VIEW, NULL);
  f->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (f->view));
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_clear_object (&f->item);
  mock_desk_free (f->desk);
}

static guint
n_replies (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (baton_case_get_transcript (f->item))) - 1;
}

/* Keys cannot be made in a process of GTK 4; this asks the controller that listens for them. Returns whether it took it. */
static gboolean
press (Fixture         *f,
       guint            key,
       GdkModifierType  state)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (f->view);
  gboolean taken = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !taken; i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_EVENT_CONTROLLER_KEY (controller)
        && gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_CAPTURE)
      g_signal_emit_by_name (controller, "key-pressed", key, 0, state, &taken);
  }
  return taken;
}

static void
test_composer_enter (Fixture       *f,
                     gconstpointer  data)
{
  GtkWidget *send = scene_find (f->window, GTK_TYPE_BUTTON, "Send");

  g_assert_false (gtk_widget_is_sensitive (send));
  g_assert_true (press (f, GDK_KEY_Return, 0));
  g_assert_cmpuint (n_replies (f), ==, 0);

  gtk_text_buffer_set_text (f->buffer, " \n", -1);
  g_assert_false (gtk_widget_is_sensitive (send));
  gtk_text_buffer_set_text (f->buffer, "Hello", -1);
  g_assert_true (gtk_widget_is_sensitive (send));
  g_assert_false (press (f, GDK_KEY_a, 0));
  g_assert_false (press (f, GDK_KEY_Return, GDK_SHIFT_MASK));
  g_assert_cmpuint (n_replies (f), ==, 0);

  g_assert_true (press (f, GDK_KEY_KP_Enter, 0));
  g_assert_cmpuint (n_replies (f), ==, 1);
  g_assert_cmpuint (f->sent, ==, 1);
  g_assert_cmpint (gtk_text_buffer_get_char_count (f->buffer), ==, 0);
  g_assert_true (press (f, GDK_KEY_Return, GDK_CONTROL_MASK));
  g_assert_cmpuint (n_replies (f), ==, 1);
}

static gboolean
was_told_typing (Fixture *f)
{
  for (guint i = 0; i < f->desk->line->posts->len; i++) {
    if (strstr (g_ptr_array_index (f->desk->line->posts, i), "\"typing\"") != NULL)
      return TRUE;
  }
  return FALSE;
}

/* K15: the customer sees that somebody writes; a draft that comes back and blank lines are no writing. */
static void
test_composer_typing (Fixture       *f,
                      gconstpointer  data)
{
  gtk_text_buffer_set_text (f->buffer, " \n", -1);
  baton_composer_set_case (f->composer, NULL);
  baton_case_set_draft (f->item, "half a sentence");
  baton_composer_set_case (f->composer, f->item);
  g_assert_true (baton_case_send (f->item, "Sent"));
  baton_test_wait (f->desk->line->posts->len > 0);
  g_assert_false (was_told_typing (f));

  gtk_text_buffer_set_text (f->buffer, "half a sentence, and more", -1);
  baton_test_wait (was_told_typing (f));
}

static void
test_composer_button (Fixture       *f,
                      gconstpointer  data)
{
  gtk_text_buffer_set_text (f->buffer, "Grüße, مرحبا", -1);
  g_signal_emit_by_name (scene_find (f->window, GTK_TYPE_BUTTON, "Send"), "clicked");
  g_assert_cmpuint (n_replies (f), ==, 1);
}

/* Enter ends the word an input method composes, not the message. */
static void
test_composer_preedit (Fixture       *f,
                       gconstpointer  data)
{
  gtk_text_buffer_set_text (f->buffer, "Hello", -1);
  g_signal_emit_by_name (f->view, "preedit-changed", "にほん");
  g_assert_false (press (f, GDK_KEY_Return, 0));
  g_assert_cmpuint (n_replies (f), ==, 0);
  g_signal_emit_by_name (f->view, "preedit-changed", "");
  g_assert_true (press (f, GDK_KEY_Return, 0));
  g_assert_cmpuint (n_replies (f), ==, 1);
}

/* A draft stays with its case. */
static void
test_composer_draft (Fixture       *f,
                     gconstpointer  data)
{
  g_autofree char *text = NULL;
  GtkTextIter start, end;

  gtk_text_buffer_set_text (f->buffer, "half a sen", -1);
  baton_composer_set_case (f->composer, NULL);
  g_assert_cmpint (gtk_text_buffer_get_char_count (f->buffer), ==, 0);
  g_assert_cmpstr (baton_case_get_draft (f->item), ==, "half a sen");
  baton_composer_set_case (f->composer, f->item);
  gtk_text_buffer_get_bounds (f->buffer, &start, &end);
  text = gtk_text_buffer_get_text (f->buffer, &start, &end, FALSE);
  g_assert_cmpstr (text, ==, "half a sen");
}

static void
test_composer_not_mine (Fixture       *f,
                        gconstpointer  data)
{
  g_assert_false (gtk_widget_is_sensitive (f->view));
  gtk_text_buffer_set_text (f->buffer, "Hello", -1);
  g_assert_false (gtk_widget_is_sensitive (scene_find (f->window, GTK_TYPE_BUTTON, "Send")));
  baton_composer_send (f->composer);
  g_assert_cmpuint (n_replies (f), ==, 0);
  g_assert_cmpint (gtk_text_buffer_get_char_count (f->buffer), ==, 5);
}

/* Somebody else took it while the agent wrote: the words are still there. */
static void
test_composer_lost (Fixture       *f,
                    gconstpointer  data)
{
  gtk_text_buffer_set_text (f->buffer, "Hello", -1);
  mock_desk_happen (f->desk, BATON_EVENT_CLAIMED, BATON_STATE_WITH_AGENT, 5, "priya");
  baton_test_wait (!baton_case_is_mine (f->item));
  g_assert_false (gtk_widget_is_sensitive (f->view));
  g_assert_cmpint (gtk_text_buffer_get_char_count (f->buffer), ==, 5);
}

/* One line at least, six at most, whatever is typed. */
static void
test_composer_grows (Fixture       *f,
                     gconstpointer  data)
{
  int heights[4];
  static const char *const texts[] = { "", "1\n2\n3", "1\n2\n3\n4\n5\n6", "1\n2\n3\n4\n5\n6\n7\n8\n9" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    gtk_text_buffer_set_text (f->buffer, texts[i], -1);
    scene_settle (f->window);
    gtk_widget_measure (GTK_WIDGET (f->composer), GTK_ORIENTATION_VERTICAL, 600, NULL, &heights[i], NULL, NULL);
  }
  g_assert_cmpint (heights[1], >, heights[0]);
  g_assert_cmpint (heights[2], >, heights[1]);
  g_assert_cmpint (heights[3], ==, heights[2]);
}

static void
test_composer_names (Fixture       *f,
                     gconstpointer  data)
{
  g_assert_nonnull (scene_find (f->window, GTK_TYPE_TEXT_VIEW, "Reply to the customer"));
  gtk_test_accessible_assert_property (f->view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Customer writes in English (US)");
  g_assert_cmpuint (scene_count_unnamed (GTK_WIDGET (f->composer)), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *path;
    const char *agent_id;
    void      (*test) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/console/composer/enter", "rita", test_composer_enter },
    { "/console/composer/typing", "rita", test_composer_typing },
    { "/console/composer/button", "rita", test_composer_button },
    { "/console/composer/preedit", "rita", test_composer_preedit },
    { "/console/composer/draft", "rita", test_composer_draft },
    { "/console/composer/not-mine", NULL, test_composer_not_mine },
    { "/console/composer/lost", "rita", test_composer_lost },
    { "/console/composer/grows", "rita", test_composer_grows },
    { "/console/composer/names", "rita", test_composer_names },
  };

  scene_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, tests[i].agent_id, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
