/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-conversation-view.h"

#include "baton-claim-bar.h"
#include "baton-composer.h"
#include "baton-details-view.h"
#include "baton-test.h"
#include "mock-desk.h"
#include "scene.h"

typedef struct {
  MockDesk              *desk;
  BatonCase             *item;
  GtkWidget             *window;
  GtkWidget             *content;
  BatonConversationView *view;
} Fixture;

static const char asked[] =
  "\"text\":\"Bellevue is open from 9:00 to 20:00, Monday to Saturday. Did that answer your question?\","
  "\"suggestedActions\":{\"actions\":[{\"type\":\"imBack\",\"title\":\"Yes\",\"value\":\"Yes\"},"
  "{\"type\":\"imBack\",\"title\":\"No\",\"value\":\"No\"}]}";
static const char sent_file[] =
  "\"attachments\":[{\"contentType\":\"image/jpeg\",\"name\":\"lamp-box.jpg\",\"contentUrl\":\"http://127.0.0.1:9/x.jpg\"}]";

/* The conversation of the design's pictures. */
static void
talk (MockDesk *desk)
{
  mock_desk_say (desk, "customer", "Hi, when does the store in Bellevue open?", -24 * 60);
  mock_desk_say_json (desk, "bot", asked, -24 * 60);
  mock_desk_say (desk, "customer", "Yes", -24 * 60 + 1);
  mock_desk_say (desk, "customer", "The shade is cracked, here is a picture.", -1);
  mock_desk_say_json (desk, "customer", sent_file, -1);
  mock_desk_say (desk, "customer", "Can I talk to a person?", -1);
}

static void
answer (MockDesk *desk)
{
  mock_desk_say (desk, "system", "Rita has joined the conversation.", 2);
  mock_desk_say (desk, "agent", "Hello Amira, I am Rita. I have read what you told the bot and I am sorry about the cracked"
                 " shade.", 3);
  mock_desk_say (desk, "agent", "I can send a new lamp today or give you store credit of 129.00\302\240€. Which do you"
                 " prefer?", 3);
  mock_desk_say (desk, "customer", "A new lamp would be great! Can it come to my work address?", 4);
}

static guint
n_lines (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (baton_case_get_transcript (f->item)));
}

static void
set_up (Fixture       *f,
        gconstpointer  agent_id)
{
  BatonState state = agent_id != NULL ? BATON_STATE_WITH_AGENT : BATON_STATE_QUEUED;
  GtkWidget *details = baton_details_view_new ();

  f->desk = mock_desk_new (NULL, state, 3, agent_id);
  mock_desk_answer (f->desk, 200, TRUE, state, 3, agent_id);
  talk (f->desk);
  if (agent_id != NULL)
    answer (f->desk);
  f->item = baton_case_new (f->desk->client, f->desk->escalation);

  f->content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  f->view = BATON_CONVERSATION_VIEW (baton_conversation_view_new ());
  baton_conversation_view_set_case (f->view, f->item);
  baton_details_view_set_case (BATON_DETAILS_VIEW (details), f->item);
  gtk_widget_set_hexpand (GTK_WIDGET (f->view), TRUE);
  gtk_widget_set_size_request (details, 320, -1);
  gtk_box_append (GTK_BOX (f->content), GTK_WIDGET (f->view));
  gtk_box_append (GTK_BOX (f->content), details);
  f->window = scene_show (f->content, 1120, 900);
  baton_test_wait (n_lines (f) == (agent_id != NULL ? 11 : 7));
  scene_settle (f->window);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_clear_object (&f->item);
  mock_desk_free (f->desk);
}

static GtkWidget *
find_text (Fixture *f)
{
  return scene_find (f->window, GTK_TYPE_TEXT_VIEW, "Reply to the customer");
}

static gboolean
has_row (Fixture    *f,
         const char *name)
{
  GtkWidget *list = scene_find (f->window, GTK_TYPE_LIST_VIEW, "Transcript");

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row)) {
    g_autofree char *difference = gtk_test_accessible_check_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                                                      name);

    if (difference == NULL)
      return TRUE;
  }
  return FALSE;
}

/* The pictures of the design, as they come out. */
static void
test_conversation_view_pictures (Fixture       *f,
                                 gconstpointer  data)
{
  mock_direct_line_fail_next (f->desk->line, MOCK_POST, 400, "{}", NULL, FALSE);
  g_assert_true (baton_case_send (f->item, "Of course. Please tell me the address and I will change it on the order."));
  mock_desk_say_json (f->desk, "customer", "\"type\":\"typing\"", 5);
  baton_test_wait (baton_case_is_typing (f->item));
  baton_test_wait (scene_find (f->window, GTK_TYPE_BUTTON, "Try Again") != NULL);
  scene_settle (f->window);
  scene_save (f->window, "conversation-mine");

  for (int i = 0; i < 12; i++)
    mock_desk_say (f->desk, i % 2 ? "agent" : "customer", "A new lamp would be great! Can it come to my work address?", 6 + i);
  baton_test_wait (n_lines (f) == 24);
  scene_settle (f->window);
  scene_save (f->window, "conversation-pinned");
}

static void
test_conversation_view_top (Fixture       *f,
                            gconstpointer  data)
{
  scene_save (f->window, "conversation-waiting");
  gtk_window_set_default_size (GTK_WINDOW (f->window), 900, 500);
  scene_settle (f->window);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (gtk_widget_get_ancestor (
    scene_find (f->window, GTK_TYPE_LIST_VIEW, "Transcript"), GTK_TYPE_SCROLLED_WINDOW))), 0);
  scene_settle (f->window);
  scene_save (f->window, "conversation-top");
}

/* All that the real payload's reader needs: each line is in the accessible tree under its name. */
static void
test_conversation_view_names (Fixture       *f,
                              gconstpointer  data)
{
  g_assert_true (has_row (f, "Amira Haddad, 14:02: Hi, when does the store in Bellevue open?"));
  g_assert_true (has_row (f, "Bot, 14:02: Bellevue is open from 9:00 to 20:00, Monday to Saturday. Did that answer your"
                          " question?"));
  g_assert_true (has_row (f, "Handed off by the bot, 14:02. Private message to agents: Gift return without a receipt, item"
                          " arrived damaged. The order is above the self-service limit of 100\302\240€. Offer an exchange"
                          " or store credit."));
  g_assert_true (has_row (f, "You took this conversation, 14:04"));
  g_assert_true (has_row (f, "Amira Haddad, 14:06: A new lamp would be great! Can it come to my work address?"));
  g_assert_cmpuint (scene_count_unnamed (f->window), ==, 0);
}

/* One view for all cases: composer or claim bar, with the focus where the next thing is done. */
static void
test_conversation_view_take (Fixture       *f,
                             gconstpointer  data)
{
  g_assert_null (find_text (f));
  g_assert_null (scene_find (f->window, GTK_TYPE_BUTTON, "End…"));
  baton_conversation_view_focus_composer (f->view);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (f->window))
                 == scene_find (f->window, GTK_TYPE_BUTTON, "Take Conversation"));

  mock_desk_answer (f->desk, 200, FALSE, BATON_STATE_WITH_AGENT, 4, "rita");
  g_signal_emit_by_name (scene_find (f->window, GTK_TYPE_BUTTON, "Take Conversation"), "clicked");
  baton_test_wait (baton_case_is_mine (f->item));
  scene_settle (f->window);
  g_assert_null (scene_find (f->window, BATON_TYPE_CLAIM_BAR, NULL));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (f->window)) == find_text (f));
  g_assert_nonnull (scene_find (f->window, GTK_TYPE_BUTTON, "End…"));

  mock_desk_happen (f->desk, BATON_EVENT_CLAIMED, BATON_STATE_WITH_AGENT, 5, "priya");
  baton_test_wait (!baton_case_is_mine (f->item));
  scene_settle (f->window);
  g_assert_null (scene_find (f->window, BATON_TYPE_COMPOSER, NULL));
  g_assert_null (find_text (f));
}

static void
test_conversation_view_send (Fixture       *f,
                             gconstpointer  data)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_text (f)));

  gtk_text_buffer_set_text (buffer, "First", -1);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (f->view), "conversation.send", NULL));
  g_assert_cmpuint (n_lines (f), ==, 12);
  baton_test_wait (f->desk->line->posts->len == 1);

  mock_direct_line_fail_next (f->desk->line, MOCK_POST, 400, "{}", NULL, FALSE);
  gtk_text_buffer_set_text (buffer, "Second", -1);
  baton_conversation_view_send (f->view);
  baton_test_wait (scene_find (f->window, GTK_TYPE_BUTTON, "Try Again") != NULL);
  g_signal_emit_by_name (scene_find (f->window, GTK_TYPE_BUTTON, "Try Again"), "clicked");
  baton_test_wait (f->desk->line->posts->len == 3);
  g_assert_null (scene_find (f->window, GTK_TYPE_BUTTON, "Try Again"));
}

static void
test_conversation_view_pinned (Fixture       *f,
                               gconstpointer  data)
{
  static const char name[] = "Private message to agents: Gift return without a receipt, item arrived damaged. The order is"
                             " above the self-service limit of 100 €. Offer an exchange or store credit.";
  GtkWidget *pinned;

  g_assert_null (scene_find (f->window, GTK_TYPE_BUTTON, name));
  for (int i = 0; i < 40; i++)
    mock_desk_say (f->desk, "customer", "More", 5);
  baton_test_wait ((pinned = scene_find (f->window, GTK_TYPE_BUTTON, name)) != NULL);
  g_signal_emit_by_name (pinned, "clicked");
  baton_test_wait (scene_find (f->window, GTK_TYPE_BUTTON, name) == NULL);
  baton_conversation_view_focus_transcript (f->view);
  baton_test_wait (scene_find (f->window, GTK_TYPE_BUTTON, name) != NULL);
  baton_conversation_view_jump_to_handoff (f->view);
  baton_test_wait (scene_find (f->window, GTK_TYPE_BUTTON, name) == NULL);
}

static void
test_conversation_view_switch (Fixture       *f,
                               gconstpointer  data)
{
  GtkWidget *banner = gtk_label_new ("Connection lost");

  baton_conversation_view_set_banner (f->view, banner);
  baton_conversation_view_set_outermost (f->view, TRUE);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_text (f))), "half", -1);
  baton_conversation_view_set_case (f->view, NULL);
  scene_settle (f->window);
  g_assert_cmpstr (baton_case_get_draft (f->item), ==, "half");
  mock_desk_say (f->desk, "customer", "More", 5);
  baton_test_wait (n_lines (f) == 12);
  baton_conversation_view_set_case (f->view, f->item);
  scene_settle (f->window);
  g_assert_true (has_row (f, "Amira Haddad, 14:07: More"));
}

/* Tab visits each list once, and comes round. */
static void
test_conversation_view_tab_order (Fixture       *f,
                                  gconstpointer  data)
{
  GtkWidget *transcript = scene_find (f->window, GTK_TYPE_LIST_VIEW, "Transcript");
  GtkWidget *text = find_text (f);
  GtkWidget *focus = NULL;
  guint in_transcript = 0;
  guint steps = 0;

  gtk_widget_grab_focus (text);
  do {
    g_assert_true (gtk_widget_child_focus (f->window, GTK_DIR_TAB_FORWARD));
    scene_settle (f->window);
    focus = gtk_window_get_focus (GTK_WINDOW (f->window));
    g_test_message ("%s", G_OBJECT_TYPE_NAME (focus));
    in_transcript += gtk_widget_is_ancestor (focus, transcript);
  } while (focus != text && ++steps < 30);
  g_assert_cmpuint (steps, <, 30);
  g_assert_cmpuint (in_transcript, ==, 1);
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
    { "/console/conversation-view/pictures", "rita", test_conversation_view_pictures },
    { "/console/conversation-view/top", NULL, test_conversation_view_top },
    { "/console/conversation-view/names", "rita", test_conversation_view_names },
    { "/console/conversation-view/take", NULL, test_conversation_view_take },
    { "/console/conversation-view/send", "rita", test_conversation_view_send },
    { "/console/conversation-view/pinned", "rita", test_conversation_view_pinned },
    { "/console/conversation-view/switch", "rita", test_conversation_view_switch },
    { "/console/conversation-view/tab-order", "rita", test_conversation_view_tab_order },
  };

  scene_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, tests[i].agent_id, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
