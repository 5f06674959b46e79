/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-conversation-view.h"
#include "baton-details-view.h"
#include "baton-queue-view.h"
#include "baton-test.h"
#include "mock-desk.h"
#include "scene.h"

/* What others wrote stays words: it brings no markup into the window (K19) and fetches nothing (K18). */

/* Every place has the same words, with the number of the place. */
#define WORDS(place) "<b>Evil" place "</b> &amp; <a href='file:///etc/passwd'>here</a> <span size='0'>"
#define SHOWN(place) "<b>Evil" place

static const char handoff[] =
  "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"id\":\"h1\",\"value\":{"
  "\"va_LastTopic\":\"" WORDS ("1") "\",\"va_Topics\":[\"" WORDS ("2") "\",\"" WORDS ("1") "\"],"
  "\"va_LastPhrase\":\"" WORDS ("3") "\",\"va_Phrases\":[\"" WORDS ("4") "\"],\"va_Scope\":\"" WORDS ("5") "\","
  "\"va_AgentMessage\":\"" WORDS ("6") "\",\"va_BotName\":\"" WORDS ("7") "\",\"" WORDS ("8") "\":\"" WORDS ("9") "\"},"
  "\"attachments\":[{\"contentType\":\"application/json\",\"name\":\"Transcript\",\"contentUrl\":\"http://127.0.0.1:%u/t\"}]}";

static const char message[] =
  "\"text\":\"" WORDS ("a") "\",\"textFormat\":\"markdown\",\"summary\":\"" WORDS ("b") "\","
  "\"attachments\":[{\"contentType\":\"application/x\",\"name\":\"" WORDS ("c") "\"},"
  "{\"contentType\":\"application/vnd.microsoft.card.hero\",\"content\":{\"title\":\"" WORDS ("d") "\"}}],"
  "\"suggestedActions\":{\"actions\":[{\"type\":\"imBack\",\"title\":\"" WORDS ("e") "\",\"value\":\"x\"}]}";

/* Everything in a message that names something to fetch, as one format with the place where that would be noticed. */
static const char *const lures[] = {
  "\"text\":\"![a picture](%1$s/1.png) [a link](%1$s/2) <img src='%1$s/3.png'> %1$s/4\",\"textFormat\":\"markdown\"",
  "\"text\":\"<p>hello <img src='%1$s/5.png'/></p>\",\"textFormat\":\"xml\",\"speak\":\"<speak><audio src='%1$s/6'/></speak>\"",
  "\"text\":\"who\",\"avatarUrl\":\"%1$s/7.png\",\"iconUrl\":\"%1$s/8.png\",\"recipient\":{\"id\":\"x\",\"avatarUrl\":\"%1$s/9.png\"}",
  "\"attachments\":[{\"contentType\":\"image/png\",\"contentUrl\":\"%1$s/10.png\",\"thumbnailUrl\":\"%1$s/11.png\",\"name\":\"a.png\"},"
    "{\"contentType\":\"image/svg+xml\",\"contentUrl\":\"%1$s/12.svg\"},{\"contentType\":\"text/html\",\"contentUrl\":\"%1$s/13\"},"
    "{\"contentType\":\"video/mp4\",\"contentUrl\":\"%1$s/14\"},{\"contentType\":\"audio/ogg\",\"contentUrl\":\"%1$s/15\"}]",
  "\"attachmentLayout\":\"carousel\",\"attachments\":[{\"contentType\":\"application/vnd.microsoft.card.hero\",\"content\":{"
    "\"title\":\"card\",\"images\":[{\"url\":\"%1$s/16.png\",\"alt\":\"x\"}],\"tap\":{\"type\":\"openUrl\",\"value\":\"%1$s/17\"},"
    "\"buttons\":[{\"type\":\"openUrl\",\"title\":\"open\",\"value\":\"%1$s/18\"},{\"type\":\"showImage\",\"value\":\"%1$s/19\"}]}}]",
  "\"attachments\":[{\"contentType\":\"application/vnd.microsoft.card.animation\",\"content\":{\"autostart\":true,"
    "\"image\":{\"url\":\"%1$s/20.gif\"},\"media\":[{\"url\":\"%1$s/21.gif\"}]}}]",
  "\"attachments\":[{\"contentType\":\"application/vnd.microsoft.card.adaptive\",\"content\":{\"type\":\"AdaptiveCard\","
    "\"backgroundImage\":\"%1$s/22.png\",\"body\":[{\"type\":\"Image\",\"url\":\"%1$s/23.png\"},"
    "{\"type\":\"TextBlock\",\"text\":\"![x](%1$s/24.png)\"},{\"type\":\"Media\",\"poster\":\"%1$s/25.png\","
    "\"sources\":[{\"url\":\"%1$s/26\"}]}]}}]",
  "\"text\":\"choose\",\"suggestedActions\":{\"actions\":[{\"type\":\"openUrl\",\"title\":\"go\",\"value\":\"%1$s/27\","
    "\"image\":\"%1$s/28.png\"}]},\"entities\":[{\"type\":\"https://schema.org/Message\",\"citation\":[{\"url\":\"%1$s/29\"}]}]",
};

typedef struct {
  GSocketService *trap;          /* where what is fetched would be noticed */
  guint16         port;
  guint           caught;        /* connections */
  MockDesk       *desk;
  BatonCase      *item;
  GtkWidget      *window;
} Fixture;

static gboolean
caught_cb (Fixture           *f,
           GSocketConnection *connection)
{
  f->caught++;
  return TRUE;
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;

  f->trap = g_socket_service_new ();
  f->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (f->trap), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (f->trap, "incoming", G_CALLBACK (caught_cb), f);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  json = g_strdup_printf (handoff, f->port);
#pragma GCC diagnostic pop
  f->desk = mock_desk_new (json, BATON_STATE_QUEUED, 3, NULL);
  mock_desk_answer (f->desk, 200, TRUE, BATON_STATE_QUEUED, 3, NULL);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_clear_object (&f->item);
  mock_desk_free (f->desk);
  g_socket_service_stop (f->trap);
  g_socket_listener_close (G_SOCKET_LISTENER (f->trap));
  g_object_unref (f->trap);
}

/* All three panes of the window, with the conversation in them. */
static void
open_panes (Fixture *f,
            guint    n_lines)
{
  BatonQueueView *queue = BATON_QUEUE_VIEW (baton_queue_view_new ());
  GtkWidget *conversation = baton_conversation_view_new ();
  GtkWidget *details = baton_details_view_new ();
  GtkWidget *panes = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  f->item = baton_case_new (f->desk->client, f->desk->escalation);
  baton_queue_view_set_queue (queue, baton_hub_client_get_queue (f->desk->client), "rita");
  baton_queue_view_set_loaded (queue, TRUE);
  baton_queue_view_set_case (queue, MOCK_DESK_ID, f->item);
  baton_conversation_view_set_case (BATON_CONVERSATION_VIEW (conversation), f->item);
  baton_details_view_set_case (BATON_DETAILS_VIEW (details), f->item);
  gtk_widget_set_hexpand (conversation, TRUE);
  gtk_box_append (GTK_BOX (panes), GTK_WIDGET (queue));
  gtk_box_append (GTK_BOX (panes), conversation);
  gtk_box_append (GTK_BOX (panes), details);
  f->window = scene_show (panes, 1440, 2400);
  baton_test_wait (g_list_model_get_n_items (G_LIST_MODEL (baton_case_get_transcript (f->item))) == n_lines);
  scene_settle (f->window);
}

/* Adds what the labels at and below @widget show; where it is ours, it is written as it came. */
static void
read_labels (GtkWidget *widget,
             GString   *shown)
{
  if (GTK_IS_LABEL (widget)) {
    const char *text = gtk_label_get_text (GTK_LABEL (widget));
    const char *drawn = pango_layout_get_text (gtk_label_get_layout (GTK_LABEL (widget)));

    for (const char *evil = strstr (text, "Evil"); evil != NULL; evil = strstr (evil + 1, "Evil"))
      g_assert_true (evil - text >= 3 && strncmp (evil - 3, "<b>", 3) == 0);
    g_assert_true (strstr (text, "Evil") == NULL || g_str_equal (text, drawn));
    g_assert_true (strstr (text, "Evil") == NULL || !gtk_label_get_use_markup (GTK_LABEL (widget)));
    g_string_append_printf (shown, "%s\n", text);
  }
  g_assert_false (GTK_IS_LINK_BUTTON (widget) || GTK_IS_PICTURE (widget) || GTK_IS_VIDEO (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    read_labels (child, shown);
}

/* K19 */
static void
test_no_markup (Fixture       *f,
                gconstpointer  data)
{
  static const char places[] = "123456789acde";
  g_autoptr (GString) shown = g_string_new (NULL);

  mock_desk_say_json (f->desk, "bot", message, -2);
  open_panes (f, 2);
  read_labels (f->window, shown);
  scene_save (f->window, "foreign-words-no-markup");
  for (const char *place = places; *place != '\0'; place++) {
    g_autofree char *words = g_strdup_printf (SHOWN ("%c"), *place);

    g_test_message ("%s", words);
    g_assert_nonnull (strstr (shown->str, words));
  }
}

/* K18: nothing in a transcript is fetched by being shown. Connections are told of in the order in which they were made, so
 * ours is the first if there was no other. */
static void
test_no_request (Fixture       *f,
                 gconstpointer  data)
{
  g_autofree char *trap = g_strdup_printf ("http://127.0.0.1:%u", f->port);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) own = NULL;
  g_autoptr (GString) shown = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (lures); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    g_autofree char *members = g_strdup_printf (lures[i], trap);
#pragma GCC diagnostic pop

    mock_desk_say_json (f->desk, i % 2 == 0 ? "bot" : "customer", members, -2);
  }
  open_panes (f, G_N_ELEMENTS (lures) + 1);
  read_labels (f->window, shown);
  g_assert_nonnull (strstr (shown->str, "a.png"));
  scene_save (f->window, "foreign-words-no-request");

  own = g_socket_client_connect_to_host (client, "127.0.0.1", f->port, NULL, &error);
  g_assert_no_error (error);
  baton_test_wait (f->caught > 0);
  scene_settle (f->window);
  g_assert_cmpuint (f->caught, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  scene_init (&argc, &argv);

  g_test_add ("/console/foreign-words/K19/no-markup", Fixture, NULL, set_up, test_no_markup, tear_down);
  g_test_add ("/console/foreign-words/K18/no-request", Fixture, NULL, set_up, test_no_request, tear_down);

  return g_test_run ();
}
