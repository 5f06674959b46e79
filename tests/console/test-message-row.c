/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-message-row.h"

#include <string.h>

#include "baton-chips.h"
#include "baton-handoff-row.h"
#include "baton-test.h"
#include "scene.h"

#define NOON (G_GINT64_CONSTANT (1760529600) * G_USEC_PER_SEC)   /* 2025-10-15 12:00 UTC */

static BatonTranscriptItem *
make_item (BatonTranscript *transcript,
           const char      *members)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"timestamp\":\"2025-10-15T12:00:00Z\",%s}", members);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, &error);

  g_assert_no_error (error);
  baton_transcript_add (transcript, activity);
  return g_list_model_get_item (G_LIST_MODEL (transcript), g_list_model_get_n_items (G_LIST_MODEL (transcript)) - 1);
}

static BatonPlace
make_place (BatonSpeaker speaker)
{
  return (BatonPlace) { .time = NOON, .speaker = speaker, .name = (char *) "Amira", .starts_run = TRUE, .ends_run = TRUE };
}

static graphene_rect_t
get_bounds (GtkWidget  *row,
            const char *css_class)
{
  graphene_rect_t bounds = { 0 };

  for (GtkWidget *child = gtk_widget_get_first_child (row); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    if (gtk_widget_has_css_class (child, css_class))
      g_assert_true (gtk_widget_compute_bounds (child, row, &bounds));
  }
  return bounds;
}

/* Left is the customer, right is us; with a language that is read from the right it is the other way round. */
static void
test_message_row_sides (void)
{
  static const struct {
    BatonSpeaker     speaker;
    GtkTextDirection direction;
    gboolean         is_right;
  } sides[] = {
    { BATON_SPEAKER_CUSTOMER, GTK_TEXT_DIR_LTR, FALSE }, { BATON_SPEAKER_ME, GTK_TEXT_DIR_LTR, TRUE },
    { BATON_SPEAKER_BOT, GTK_TEXT_DIR_LTR, TRUE },       { BATON_SPEAKER_COLLEAGUE, GTK_TEXT_DIR_LTR, TRUE },
    { BATON_SPEAKER_CUSTOMER, GTK_TEXT_DIR_RTL, TRUE },  { BATON_SPEAKER_ME, GTK_TEXT_DIR_RTL, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sides); i++) {
    g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
    g_autoptr (BatonTranscriptItem) item = make_item (transcript, "\"text\":\"Hello\"");
    BatonPlace place = make_place (sides[i].speaker);
    GtkWidget *row = baton_message_row_new (item, &place);
    GtkWidget *window;
    graphene_rect_t bubble;

    gtk_widget_set_direction (row, sides[i].direction);
    window = scene_show (row, 500, 200);
    scene_settle (window);
    bubble = get_bounds (row, "bubble");
    g_assert_cmpfloat (bubble.size.width, >, 10);
    g_assert_cmpfloat (bubble.size.width, <, 200);
    if (sides[i].is_right)
      g_assert_cmpfloat (ABS (bubble.origin.x + bubble.size.width - (float) gtk_widget_get_width (row)), <, 1);
    else
      g_assert_cmpfloat (ABS (bubble.origin.x), <, 1);
    gtk_window_destroy (GTK_WINDOW (window));
  }
}

/* A bubble is as wide as its words, at most 58 letters, and never wider than there is room. */
static void
test_message_row_width (void)
{
  g_autofree char *words = g_strnfill (600, 'x');
  g_autofree char *members = NULL;
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (BatonTranscriptItem) item = NULL;
  BatonPlace place = make_place (BATON_SPEAKER_CUSTOMER);
  GtkWidget *row;
  int minimum, natural, tall, short_height;

  for (gsize i = 5; i < 600; i += 6)
    words[i] = ' ';
  members = g_strdup_printf ("\"text\":\"%s\"", words);
  item = make_item (transcript, members);
  row = g_object_ref_sink (baton_message_row_new (item, &place));
  gtk_widget_measure (row, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, <, 200);
  g_assert_cmpint (natural, <, 700);
  gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, 240, &tall, NULL, NULL, NULL);
  gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, 2000, &short_height, NULL, NULL, NULL);
  g_assert_cmpint (tall, >, short_height);
  g_object_unref (row);
}

static void
test_message_row_suggestions (void)
{
  static const char members[] = "\"text\":\"Which one?\",\"suggestedActions\":{\"actions\":["
                                "{\"type\":\"imBack\",\"title\":\"Blue mug\",\"value\":\"1\"},"
                                "{\"type\":\"imBack\",\"title\":\"Red mug\",\"value\":\"2\"},"
                                "{\"type\":\"imBack\",\"title\":\"A mug of another colour\",\"value\":\"3\"}]}";
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (BatonTranscriptItem) item = make_item (transcript, members);
  BatonPlace place = make_place (BATON_SPEAKER_BOT);
  g_autofree char *description = NULL;
  GtkWidget *row, *window, *chips;
  int wide, narrow;

  place.answer = (char *) "2";
  row = baton_message_row_new (item, &place);
  window = scene_show (row, 500, 200);
  scene_settle (window);
  chips = scene_find (row, BATON_TYPE_CHIPS, NULL);
  g_assert_nonnull (chips);
  g_assert_true (gtk_widget_has_css_class (gtk_widget_get_next_sibling (gtk_widget_get_first_child (chips)), "chosen"));
  g_assert_false (gtk_widget_has_css_class (gtk_widget_get_first_child (chips), "chosen"));
  gtk_widget_measure (chips, GTK_ORIENTATION_VERTICAL, 1000, &wide, NULL, NULL, NULL);
  gtk_widget_measure (chips, GTK_ORIENTATION_VERTICAL, 180, &narrow, NULL, NULL, NULL);
  g_assert_cmpint (narrow, >, wide);
  description = baton_message_row_dup_description (item, &place);
  g_assert_cmpstr (description, ==, "Blue mug, Red mug, chosen, A mug of another colour");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
copied_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

/* Copying gives the original, not what was made fit for a label. */
static void
test_message_row_copy (void)
{
  g_autofree char *run = g_strnfill (5000, 'x');
  g_autofree char *members = g_strdup_printf ("\"text\":\"%s\"", run);
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (BatonTranscriptItem) item = make_item (transcript, members);
  BatonPlace place = make_place (BATON_SPEAKER_CUSTOMER);
  GtkWidget *row = baton_message_row_new (item, &place);
  GtkWidget *window = scene_show (row, 500, 200);
  g_autofree char *text = NULL;

  g_assert_true (gtk_widget_activate_action (row, "message.copy", NULL));
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (row), NULL, copied_cb, &text);
  baton_test_wait (text != NULL);
  g_assert_cmpstr (text, ==, run);
  gtk_window_destroy (GTK_WINDOW (window));
}

static guint
count_class (GtkWidget  *widget,
             const char *css_class)
{
  guint n = gtk_widget_has_css_class (widget, css_class);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += count_class (child, css_class);
  return n;
}

/* No yellow box without a private message. */
static void
test_message_row_handoff (void)
{
  static const struct {
    const char *value;
    guint       cards;
    const char *name;
    const char *description;
  } cases[] = {
    { "{\"va_AgentMessage\":\"Be kind\",\"va_LastTopic\":\"Returns\",\"va_Topics\":[\"Returns\"],\"va_LastPhrase\":\"help\"}", 1,
      "Handed off by the bot, 12:00. Private message to agents: Be kind", "Last words: help" },
    { "{\"va_LastPhrase\":\"help\"}", 0, "Handed off by the bot, 12:00", "Last words: help" },
    { "{}", 0, "Handed off by the bot, 12:00", "Why: " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *json = g_strdup_printf ("{\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":%s}", cases[i].value);
    g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
    g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, NULL);
    g_autoptr (BatonHandoff) handoff = baton_handoff_new_from_activity (activity);
    g_autofree char *name = baton_handoff_row_dup_name (handoff, NOON);
    g_autofree char *description = baton_handoff_row_dup_description (handoff);
    GtkWidget *row = g_object_ref_sink (baton_handoff_row_new (handoff, NOON));

    g_assert_cmpuint (count_class (row, "private-card"), ==, cases[i].cards);
    g_assert_cmpuint (count_class (row, "handoff-grid"), ==, 1);
    g_assert_cmpstr (name, ==, cases[i].name);
    g_assert_nonnull (strstr (description, cases[i].description));
    g_object_unref (row);
  }
}

int
main (int   argc,
      char *argv[])
{
  scene_init (&argc, &argv);
  g_test_add_func ("/console/message-row/sides", test_message_row_sides);
  g_test_add_func ("/console/message-row/width", test_message_row_width);
  g_test_add_func ("/console/message-row/suggestions", test_message_row_suggestions);
  g_test_add_func ("/console/message-row/copy", test_message_row_copy);
  g_test_add_func ("/console/message-row/handoff", test_message_row_handoff);
  return g_test_run ();
}
