/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-summary.h"

#include <string.h>

#include "baton-time.h"

#define HANDOFF (G_GINT64_CONSTANT (1760529600) * G_USEC_PER_SEC)

static void
say (BatonTranscript *transcript,
     const char      *party,
     gint64           time)
{
  static guint n;
  g_autofree char *stamp = baton_time_format (HANDOFF + time);
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"id\":\"%u\",\"timestamp\":\"%s\",\"text\":\"%s at %d\","
                                           "\"channelData\":{\"baton\":{\"party\":\"%s\"}}}",
                                           n++, stamp, party, (int) time, party);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);

  baton_transcript_add (transcript, activity);
}

static void
check (BatonTranscript *transcript,
       gint64           read_until,
       const char      *last_text,
       gint64           unanswered,
       guint            unread,
       gboolean         is_answered)
{
  g_auto (BatonSummary) summary = { 0 };

  baton_summary_init (&summary, transcript, HANDOFF, read_until);
  g_assert_cmpstr (summary.last_text, ==, last_text);
  g_assert_cmpint (summary.unanswered, ==, unanswered);
  g_assert_cmpuint (summary.unread, ==, unread);
  g_assert_cmpint (summary.is_answered, ==, is_answered);
}

static void
test_summary_walk (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();

  check (transcript, BATON_TIME_UNKNOWN, NULL, BATON_TIME_UNKNOWN, 0, FALSE);
  g_assert_cmpint (baton_summary_read_time (transcript), ==, BATON_TIME_UNKNOWN);

  say (transcript, "customer", -20);
  say (transcript, "bot", -10);
  check (transcript, BATON_TIME_UNKNOWN, "bot at -10", BATON_TIME_UNKNOWN, 0, FALSE);

  say (transcript, "customer", 10);
  say (transcript, "customer", 20);
  check (transcript, BATON_TIME_UNKNOWN, "customer at 20", HANDOFF + 10, 2, FALSE);
  check (transcript, HANDOFF + 10, "customer at 20", HANDOFF + 10, 1, FALSE);

  say (transcript, "agent", 30);
  check (transcript, HANDOFF, "agent at 30", BATON_TIME_UNKNOWN, 0, TRUE);
  g_assert_cmpint (baton_summary_read_time (transcript), ==, HANDOFF + 30);

  say (transcript, "customer", 40);
  check (transcript, HANDOFF, "customer at 40", HANDOFF + 40, 1, TRUE);
}

/* A reply on its way is an answer, one that failed is none. */
static void
test_summary_pending (void)
{
  static const char json[] = "{\"type\":\"message\",\"text\":\"mine\",\"channelData\":{\"clientActivityID\":\"c1\"}}";
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);

  say (transcript, "customer", 10);
  baton_transcript_add_pending (transcript, activity);
  check (transcript, HANDOFF, "mine", BATON_TIME_UNKNOWN, 0, TRUE);
  g_assert_cmpint (baton_summary_read_time (transcript), ==, HANDOFF + 10);
  baton_transcript_set_delivery (transcript, "c1", BATON_DELIVERY_FAILED);
  check (transcript, HANDOFF, "mine", HANDOFF + 10, 1, FALSE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/console/summary/walk", test_summary_walk);
  g_test_add_func ("/console/summary/pending", test_summary_pending);
  return g_test_run ();
}
