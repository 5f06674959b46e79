/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-format.h"

#include <gtk/gtk.h>
#include <string.h>

#include "console-test.h"

static void
test_waiting (void)
{
  static const struct {
    gint64      seconds;
    const char *text;
  } times[] = {
    { -5, "0:00" },       /* their clock is ahead of ours */
    { 0, "0:00" },
    { 1, "0:01" },
    { 130, "2:10" },
    { 768, "12:48" },
    { 3599, "59:59" },
    { 3600, "1\302\240h\302\24000" },
    { 3900, "1\302\240h\302\24005" },
    { 360000, "100\302\240h\302\24000" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    g_autofree char *text = baton_format_waiting (times[i].seconds * G_USEC_PER_SEC);

    g_assert_cmpstr (text, ==, times[i].text);
  }
}

static void
test_urgency (void)
{
  static const struct {
    gint64        seconds;
    BatonUrgency  urgency;
    const char   *word;
  } steps[] = {
    { -1, BATON_URGENCY_NONE, NULL },
    { 179, BATON_URGENCY_NONE, NULL },
    { 180, BATON_URGENCY_SOON, "due soon" },
    { 599, BATON_URGENCY_SOON, "due soon" },
    { 600, BATON_URGENCY_LATE, "overdue" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    BatonUrgency urgency = baton_format_urgency (steps[i].seconds * G_USEC_PER_SEC);

    g_assert_cmpint (urgency, ==, steps[i].urgency);
    g_assert_cmpstr (baton_format_urgency_word (urgency), ==, steps[i].word);
  }
}

static void
test_clean (void)
{
  static const struct {
    const char *foreign;
    const char *clean;
  } names[] = {
    { NULL, "" },
    { "  Amira Haddad ", "Amira Haddad" },
    { "Mei\nTanaka\t!", "Mei Tanaka !" },
    { "gpj.\342\200\256exe", "gpj.exe" },                     /* U+202E turns what follows around */
    { "a\342\201\250b\342\201\251c", "abc" },
    { "\330\243\331\205\331\212\330\261\330\251", "\330\243\331\205\331\212\330\261\330\251" },
    { "bad\377byte", "bad\357\277\275byte" },
    { "line\342\200\250end", "line end" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *clean = baton_format_clean (names[i].foreign);

    g_assert_cmpstr (clean, ==, names[i].clean);
  }
}

static void
test_clean_limits (void)
{
  g_autoptr (GString) stacked = g_string_new ("a");
  g_autoptr (GString) endless = g_string_new (NULL);
  g_autofree char *low = NULL;
  g_autofree char *narrow = NULL;

  for (guint i = 0; i < 1000; i++) {
    g_string_append (stacked, "\314\201");   /* U+0301, a combining accent */
    g_string_append (endless, "x");
  }
  low = baton_format_clean (stacked->str);
  narrow = baton_format_clean (endless->str);

  g_assert_cmpint (g_utf8_strlen (low, -1), ==, 9);
  g_assert_cmpint (g_utf8_strlen (narrow, -1), ==, 200);
}

static void
test_isolate (void)
{
  g_autofree char *isolated = baton_format_isolate ("Amira\342\201\251 Haddad");
  g_autofree char *quoted = baton_format_quoted ("hello\nthere");

  g_assert_cmpstr (isolated, ==, "\342\201\250Amira Haddad\342\201\251");
  g_assert_cmpstr (quoted, ==, "\342\200\216“\342\201\250hello there\342\201\251”");
}

static void
test_customer (void)
{
  g_autoptr (BatonEscalation) named = console_test_new_escalation (&(ConsoleCase) { .id = "e1", .name = " Amira " });
  g_autoptr (BatonEscalation) nameless = console_test_new_escalation (&(ConsoleCase) { .id = "e2" });
  g_autoptr (BatonEscalation) blank = console_test_new_escalation (&(ConsoleCase) { .id = "e3", .name = " \n" });
  g_autofree char *first = baton_format_customer (named);
  g_autofree char *second = baton_format_customer (nameless);
  g_autofree char *third = baton_format_customer (blank);

  g_assert_cmpstr (first, ==, "Amira");
  g_assert_cmpstr (second, ==, "Guest");
  g_assert_cmpstr (third, ==, "Guest");
}

/* A line of the interface stays one, whatever the language of the words it begins with. */
static void
test_line (void)
{
  g_autofree char *isolated = baton_format_isolate ("\330\243\331\205");
  const char *parts[] = { isolated, "Web chat", NULL };
  g_autofree char *left = baton_format_line (parts);
  g_autofree char *right = NULL;

  g_assert_cmpstr (left, ==, "\342\200\216\342\201\250\330\243\331\205\342\201\251 · Web chat");
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  right = baton_format_line (&parts[1]);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  g_assert_cmpstr (right, ==, "\342\200\217Web chat");
}

/* S000-21, S000-31: there are two ways to a person, and the row says which it was */
static void
test_reason (void)
{
  static const struct {
    ConsoleCase  made;
    const char  *topic;
    const char  *trigger;
  } reasons[] = {
    { { .topic = "Return item", .trigger = "explicit" }, "Return item", "Transfer step" },
    { { .topic = "Escalate", .trigger = "implicit" }, "Greeting", "Asked for an agent" },
    { { .topic = "Payment failed", .trigger = "implicit" }, "Payment failed", "Not understood" },
    { { .topic = "Store hours" }, "Store hours", "Handed off" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    g_autoptr (BatonHandoff) handoff = console_test_new_handoff (&reasons[i].made);
    g_autofree char *topic = baton_format_topic (handoff);
    g_autofree char *reason = baton_format_reason (handoff);
    g_autofree char *expected = g_strdup_printf ("\342\200\216\342\201\250%s\342\201\251 · %s",
                                                 reasons[i].topic, reasons[i].trigger);

    g_assert_cmpstr (topic, ==, reasons[i].topic);
    g_assert_cmpstr (baton_format_trigger (handoff), ==, reasons[i].trigger);
    g_assert_cmpstr (reason, ==, expected);
  }
}

static void
test_no_topic (void)
{
  g_autoptr (BatonActivity) activity = baton_activity_new_event ("handoff.initiate", NULL);
  g_autoptr (BatonHandoff) handoff = baton_handoff_new_from_activity (activity);
  g_autofree char *topic = baton_format_topic (handoff);
  g_autofree char *reason = baton_format_reason (handoff);

  g_assert_null (topic);
  g_assert_nonnull (strstr (reason, "No topic"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/console/format/waiting", test_waiting);
  g_test_add_func ("/console/format/urgency", test_urgency);
  g_test_add_func ("/console/format/clean", test_clean);
  g_test_add_func ("/console/format/clean/limits", test_clean_limits);
  g_test_add_func ("/console/format/isolate", test_isolate);
  g_test_add_func ("/console/format/customer", test_customer);
  g_test_add_func ("/console/format/line", test_line);
  g_test_add_func ("/console/format/reason", test_reason);
  g_test_add_func ("/console/format/reason/no-topic", test_no_topic);

  return g_test_run ();
}
