/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-claim-bar.h"

#include "baton-test.h"
#include "baton-time.h"
#include "mock-desk.h"
#include "scene.h"

typedef struct {
  MockDesk  *desk;
  BatonCase *item;
  GtkWidget *window;
  GtkWidget *bar;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  agent_id)
{
  BatonState state = agent_id != NULL ? BATON_STATE_WITH_AGENT : BATON_STATE_QUEUED;

  f->desk = mock_desk_new (NULL, state, 3, agent_id);
  mock_desk_answer (f->desk, 200, TRUE, state, 3, agent_id);
  f->item = baton_case_new (f->desk->client, f->desk->escalation);
  baton_case_set_active (f->item, TRUE);
  baton_test_wait (g_list_model_get_n_items (G_LIST_MODEL (baton_case_get_transcript (f->item))) == 1);
  f->bar = baton_claim_bar_new ();
  baton_claim_bar_set_case (BATON_CLAIM_BAR (f->bar), f->item);
  f->window = scene_show (f->bar, 700, 100);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_clear_object (&f->item);
  mock_desk_free (f->desk);
}

/* Everything the bar says, without the marks that isolate names. */
static char *
dup_words (GtkWidget *widget)
{
  GString *words = g_string_new (NULL);

  if (!gtk_widget_get_visible (widget))
    return g_string_free (words, FALSE);
  if (GTK_IS_LABEL (widget))
    g_string_append_printf (words, "%s|", gtk_label_get_text (GTK_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    g_autofree char *inner = dup_words (child);

    g_string_append (words, inner);
  }
  g_string_replace (words, "\342\201\250", "", 0);
  g_string_replace (words, "\342\201\251", "", 0);
  return g_string_free (words, FALSE);
}

static void
assert_says (Fixture    *f,
             const char *start)
{
  g_autofree char *words = dup_words (f->bar);

  g_test_message ("%s", words);
  g_assert_true (g_str_has_prefix (words, start));
}

static void
test_claim_bar_waiting (Fixture       *f,
                        gconstpointer  data)
{
  GtkWidget *take = scene_find (f->window, GTK_TYPE_BUTTON, "Take Conversation");

  assert_says (f, "Amira Haddad has been waiting for ");
  g_assert_true (gtk_widget_is_sensitive (take));
  g_assert_true (baton_claim_bar_focus_button (BATON_CLAIM_BAR (f->bar)));
  g_assert_cmpuint (scene_count_unnamed (f->bar), ==, 0);
  scene_save (f->window, "claim-bar");

  mock_desk_answer (f->desk, 200, FALSE, BATON_STATE_WITH_AGENT, 4, "rita");
  g_signal_emit_by_name (take, "clicked");
  g_assert_true (baton_case_is_claiming (f->item));
  g_assert_false (gtk_widget_is_sensitive (take));
  baton_test_wait (baton_case_is_mine (f->item));
}

static void
test_claim_bar_faster (Fixture       *f,
                       gconstpointer  data)
{
  mock_desk_answer (f->desk, 409, FALSE, BATON_STATE_WITH_AGENT, 4, "priya");
  g_signal_emit_by_name (scene_find (f->window, GTK_TYPE_BUTTON, "Take Conversation"), "clicked");
  baton_test_wait (baton_case_get_notice (f->item) != NULL);
  assert_says (f, "Priya Nair was faster|With Priya Nair|");
  g_assert_null (scene_find (f->window, GTK_TYPE_BUTTON, "Take Conversation"));
}

static void
test_claim_bar_others (Fixture       *f,
                       gconstpointer  data)
{
  assert_says (f, "With Priya Nair|");
  g_assert_false (baton_claim_bar_focus_button (BATON_CLAIM_BAR (f->bar)));
  mock_desk_happen (f->desk, BATON_EVENT_ENDED, BATON_STATE_ENDED, 4, NULL);
  baton_test_wait (baton_escalation_get_state (baton_case_get_escalation (f->item)) == BATON_STATE_ENDED);
  assert_says (f, "Ended 14:20|");
  baton_escalation_set_state (f->desk->escalation, BATON_STATE_ENDED, 5, NULL, NULL, BATON_TIME_UNKNOWN);
  assert_says (f, "Ended|");
}

static void
test_claim_bar_bot (Fixture       *f,
                    gconstpointer  data)
{
  mock_desk_happen (f->desk, BATON_EVENT_RETURNED, BATON_STATE_BOT, 4, NULL);
  baton_test_wait (baton_escalation_get_state (baton_case_get_escalation (f->item)) == BATON_STATE_BOT);
  assert_says (f, "With the bot again|");
}

int
main (int   argc,
      char *argv[])
{
  scene_init (&argc, &argv);
  g_test_add ("/console/claim-bar/waiting", Fixture, NULL, set_up, test_claim_bar_waiting, tear_down);
  g_test_add ("/console/claim-bar/faster", Fixture, NULL, set_up, test_claim_bar_faster, tear_down);
  g_test_add ("/console/claim-bar/others", Fixture, "priya", set_up, test_claim_bar_others, tear_down);
  g_test_add ("/console/claim-bar/bot", Fixture, "priya", set_up, test_claim_bar_bot, tear_down);
  return g_test_run ();
}
