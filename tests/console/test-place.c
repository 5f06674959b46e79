/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-place.h"

#include <string.h>

#include "baton-time.h"

#define NOON (G_GINT64_CONSTANT (1760529600) * G_USEC_PER_SEC)   /* 2025-10-15 12:00 UTC */
#define MINUTES(n) ((gint64) (n) * 60 * G_USEC_PER_SEC)

static const BatonCast cast = {
  .agent_id = (char *) "rita", .customer_name = (char *) "Amira", .claimed_at = NOON + MINUTES (20),
};

static BatonActivity *
say (BatonTranscript *transcript,
     const char      *id,
     const char      *party,
     const char      *from,
     gint64           time,
     const char      *more)
{
  g_autofree char *stamp = baton_time_format (time);
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"id\":\"%s\",\"timestamp\":\"%s\",\"text\":\"text %s\","
                                           "\"from\":{\"id\":\"%s\"},\"channelData\":{\"baton\":{\"party\":\"%s\"%s}}}",
                                           id, stamp, id, from, party, more);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, &error);

  g_assert_no_error (error);
  baton_transcript_add (transcript, activity);
  return activity;
}

static void
check (BatonTranscript *transcript,
       guint            position,
       BatonSpeaker     speaker,
       const char      *name,
       gboolean         starts_day,
       gboolean         starts_run,
       gboolean         ends_run)
{
  g_auto (BatonPlace) place = { 0 };

  g_test_message ("position %u", position);
  baton_place_init (&place, G_LIST_MODEL (transcript), position, &cast);
  g_assert_cmpint (place.speaker, ==, speaker);
  g_assert_cmpstr (place.name, ==, name);
  g_assert_cmpint (place.starts_day, ==, starts_day);
  g_assert_cmpint (place.starts_run, ==, starts_run);
  g_assert_cmpint (place.ends_run, ==, ends_run);
}

static void
test_place_runs (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();

  say (transcript, "0", "customer", "dl_1", NOON - MINUTES (24 * 60), "");
  say (transcript, "1", "bot", "bot", NOON - MINUTES (24 * 60), "");
  say (transcript, "2", "customer", "dl_1", NOON, "");
  say (transcript, "3", "customer", "dl_1", NOON + MINUTES (1), "");
  say (transcript, "4", "customer", "dl_1", NOON + MINUTES (9), "");
  say (transcript, "5", "system", "baton", NOON + MINUTES (20), ",\"kind\":\"joined\"");
  say (transcript, "6", "agent", "rita", NOON + MINUTES (21), "");
  say (transcript, "7", "agent", "sam", NOON + MINUTES (22), "");

  check (transcript, 0, BATON_SPEAKER_CUSTOMER, "Amira", TRUE, TRUE, TRUE);
  check (transcript, 1, BATON_SPEAKER_BOT, "Bot", FALSE, TRUE, TRUE);
  check (transcript, 2, BATON_SPEAKER_CUSTOMER, "Amira", TRUE, TRUE, FALSE);
  check (transcript, 3, BATON_SPEAKER_CUSTOMER, "Amira", FALSE, FALSE, TRUE);
  check (transcript, 4, BATON_SPEAKER_CUSTOMER, "Amira", FALSE, TRUE, TRUE);
  check (transcript, 5, BATON_SPEAKER_ME, NULL, FALSE, TRUE, TRUE);
  check (transcript, 6, BATON_SPEAKER_ME, "You", FALSE, TRUE, TRUE);
  check (transcript, 7, BATON_SPEAKER_COLLEAGUE, "Agent", FALSE, TRUE, TRUE);
}

static void
test_place_answer (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_auto (BatonPlace) bot = { 0 };
  g_auto (BatonPlace) customer = { 0 };

  say (transcript, "0", "bot", "bot", NOON, "");
  say (transcript, "1", "customer", "dl_1", NOON + 1, "");
  baton_place_init (&bot, G_LIST_MODEL (transcript), 0, &cast);
  baton_place_init (&customer, G_LIST_MODEL (transcript), 1, &cast);
  g_assert_cmpstr (bot.answer, ==, "text 1");
  g_assert_null (customer.answer);
  g_assert_false (baton_place_equal (&bot, &customer));
  g_assert_true (baton_place_equal (&bot, &bot));
}

/* A reply on its way is mine whoever the relay will say it is from, and its time is this machine's. */
static void
test_place_pending (void)
{
  static const char json[] = "{\"type\":\"message\",\"text\":\"x\",\"localTimestamp\":\"2025-10-15T14:30:00+02:00\","
                             "\"channelData\":{\"clientActivityID\":\"c1\"}}";
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));
  g_autoptr (BatonActivity) activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);
  g_auto (BatonPlace) place = { 0 };

  baton_transcript_add_pending (transcript, activity);
  baton_place_init (&place, G_LIST_MODEL (transcript), 0, &cast);
  g_assert_cmpint (place.speaker, ==, BATON_SPEAKER_ME);
  g_assert_cmpint (place.delivery, ==, BATON_DELIVERY_PENDING);
  g_assert_cmpint (place.time, ==, NOON + MINUTES (30));
}

static void
test_place_days (void)
{
  static const struct {
    gint64      time;
    const char *words;
  } days[] = {
    { NOON, "Today" },
    { NOON - MINUTES (13 * 60), "Yesterday" },
    { NOON - MINUTES (3 * 24 * 60), "Sunday, 12 October" },
    { NOON - MINUTES (366 * 24 * 60), "14 October 2024" },
    { NOON + MINUTES (24 * 60), "Thursday, 16 October" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (days); i++) {
    g_autofree char *words = baton_place_dup_day (days[i].time, NOON);

    g_assert_cmpstr (words, ==, days[i].words);
  }
}

static void
test_place_times (void)
{
  g_autofree char *noon = baton_place_dup_time (NOON);
  g_autofree char *unknown = baton_place_dup_time (BATON_TIME_UNKNOWN);

  g_assert_cmpstr (noon, ==, "12:00");
  g_assert_cmpstr (unknown, ==, "");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/console/place/runs", test_place_runs);
  g_test_add_func ("/console/place/answer", test_place_answer);
  g_test_add_func ("/console/place/pending", test_place_pending);
  g_test_add_func ("/console/place/days", test_place_days);
  g_test_add_func ("/console/place/times", test_place_times);
  return g_test_run ();
}
