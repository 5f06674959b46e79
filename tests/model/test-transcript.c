/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-time.h"
#include "baton-transcript.h"
#include "model-test.h"

#define MINUTE "2026-03-02T10:15:"

/* Says what a view would have to do: "position-removed+added" per change. */
static void
record_cb (GListModel *model,
           guint       position,
           guint       removed,
           guint       added,
           gpointer    log)
{
  g_string_append_printf (log, "%u-%u+%u ", position, removed, added);
}

static void
count_cb (guint *count)
{
  ++*count;
}

static BatonTranscriptItem *
item_at (BatonTranscript *transcript,
         guint            position)
{
  g_autoptr (BatonTranscriptItem) item = g_list_model_get_item (G_LIST_MODEL (transcript), position);

  return item;   /* the transcript keeps it */
}

/* Texts from top to bottom, "|" between them; "*" for a hand-off mark. */
static void
assert_lines (BatonTranscript *transcript,
              const char      *expect)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (transcript)); i++) {
    BatonActivity *activity = baton_transcript_item_get_activity (item_at (transcript, i));

    g_string_append_printf (lines, "%s%s", i > 0 ? "|" : "", activity != NULL ? baton_activity_get_text (activity) : "*");
  }
  g_assert_cmpstr (lines->str, ==, expect);
}

/* @seconds and @more go into the JSON as they are; both may be %NULL. */
static BatonActivity *
message (const char *id,
         const char *seconds,
         const char *role,
         const char *text,
         const char *more)
{
  g_autofree char *time = seconds != NULL ? g_strdup_printf ("\"timestamp\":\"" MINUTE "%sZ\",", seconds) : g_strdup ("");
  g_autofree char *named = id != NULL ? g_strdup_printf ("\"id\":\"%s\",", id) : g_strdup ("");
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",%s%s\"from\":{\"role\":\"%s\"},\"text\":\"%s\"%s}",
                                           named, time, role, text, more != NULL ? more : "");

  return activity_from_text (json);
}

static gboolean
add (BatonTranscript *transcript,
     const char      *id,
     const char      *seconds,
     const char      *role,
     const char      *text,
     const char      *more)
{
  g_autoptr (BatonActivity) activity = message (id, seconds, role, text, more);

  return baton_transcript_add (transcript, activity);
}

/* Protocol K9: the time counts, not the order of ids or of arrival. */
static void
test_order (void)
{
  g_autofree char *path = baton_test_fixture ("made-dl-activityset-out-of-order.json");
  g_autoptr (GBytes) bytes = baton_test_read (path);
  g_autoptr (GPtrArray) activities = baton_activity_set_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL, NULL);
  BatonTranscript *transcript = baton_transcript_new ();

  baton_transcript_add_all (transcript, activities);
  assert_lines (transcript, "book a trip|Hello, I am the Contoso assistant.|Where would you like to go?");

  /* All of it again, as GET and stream overlap (K5). */
  baton_transcript_add_all (transcript, activities);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (transcript)), ==, 3);
  g_assert_finalize_object (transcript);
}

static void
test_ties (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();

  g_assert_true (add (transcript, "C|2", "02", "bot", "two", NULL));
  g_assert_true (add (transcript, "C|3", "02", "bot", "three", NULL));
  g_assert_true (add (transcript, "C|1", "01", "bot", "one", NULL));
  g_assert_true (add (transcript, "C|4", NULL, "bot", "timeless", NULL));
  g_assert_true (add (transcript, NULL, "02", "bot", "nameless", NULL));
  assert_lines (transcript, "one|two|three|timeless|nameless");
  g_assert_cmpint (baton_transcript_item_get_time (item_at (transcript, 3)), ==, baton_time_parse (MINUTE "02Z"));
}

static void
test_known_ids (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  BatonTranscriptItem *item;
  guint changes = 0;

  add (transcript, "C|1", "01", "bot", "one", NULL);
  add (transcript, "C|2", "02", "bot", "two", NULL);
  add (transcript, "C|3", "03", "bot", "three", NULL);
  item = item_at (transcript, 1);
  g_signal_connect (transcript, "items-changed", G_CALLBACK (record_cb), log);
  g_signal_connect_swapped (item, "notify::activity", G_CALLBACK (count_cb), &changes);

  /* K5 */
  g_assert_false (add (transcript, "C|2", "02", "bot", "two", NULL));
  g_assert_cmpuint (changes, ==, 0);

  /* K6: the row stays, its words change. */
  g_assert_true (add (transcript, "C|2", "02", "bot", "two and a half", NULL));
  assert_lines (transcript, "one|two and a half|three");
  g_assert_cmpuint (changes, ==, 1);
  g_assert_true (item_at (transcript, 1) == item);
  g_assert_cmpstr (log->str, ==, "");

  /* With another time it moves. */
  g_assert_true (add (transcript, "C|2", "04", "bot", "four", NULL));
  assert_lines (transcript, "one|three|four");
  g_assert_true (item_at (transcript, 2) == item);
  g_assert_cmpstr (log->str, ==, "1-1+0 2-0+1 ");

  /* Taken back: it goes, and comes back when it says something again. */
  g_string_truncate (log, 0);
  g_assert_true (add (transcript, "C|2", "04", "bot", "", NULL));
  assert_lines (transcript, "one|three");
  g_assert_false (add (transcript, "C|2", "04", "bot", "", NULL));
  g_assert_true (add (transcript, "C|2", "04", "bot", "again", NULL));
  assert_lines (transcript, "one|three|again");
  g_assert_cmpstr (log->str, ==, "2-1+0 2-0+1 ");
}

/* Protocol 2.2: an update is other words in the same place, a deletion takes the words away; both as often as they come. */
static void
test_updates (void)
{
  static const char *const amended[] = {
    "{\"type\":\"messageUpdate\",\"id\":\"C|1\",\"timestamp\":\"" MINUTE "09Z\",\"text\":\"one and a half\"}",
    "{\"type\":\"messageDelete\",\"id\":\"C|2\",\"timestamp\":\"" MINUTE "09Z\"}",
    "{\"type\":\"messageDelete\",\"id\":\"C|7\"}",
    "{\"type\":\"messageUpdate\",\"id\":\"C|8\",\"text\":\"\"}",
  };
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();

  add (transcript, "C|1", "01", "bot", "one", NULL);
  add (transcript, "C|2", "02", "bot", "two", NULL);
  add (transcript, "C|3", "03", "bot", "three", NULL);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (amended); i++) {
    g_autoptr (BatonActivity) activity = activity_from_text (amended[i % G_N_ELEMENTS (amended)]);

    baton_transcript_add (transcript, activity);
  }
  assert_lines (transcript, "one and a half|three");
  g_assert_cmpint (baton_transcript_item_get_time (item_at (transcript, 0)), ==, baton_time_parse (MINUTE "01Z"));
}

/* K16, and the lines the relay itself puts in. */
static void
test_shown (void)
{
  static const char *const hidden[] = {
    "{\"type\":\"event\",\"id\":\"C|1\",\"name\":\"handoff.initiate\",\"text\":\"x\"}",
    "{\"type\":\"trace\",\"id\":\"C|2\",\"text\":\"x\"}",
    "{\"type\":\"typing\",\"id\":\"C|3\"}",
    "{\"type\":\"message\",\"id\":\"C|4\",\"text\":\"\"}",
  };
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();

  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++) {
    g_autoptr (BatonActivity) activity = activity_from_text (hidden[i]);

    g_assert_false (baton_transcript_add (transcript, activity));
    g_assert_false (baton_transcript_add (transcript, activity));
  }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (transcript)), ==, 0);

  add (transcript, "C|5", "05", "bot", "Ana joined", ",\"channelData\":{\"baton\":{\"party\":\"system\",\"kind\":\"joined\"}}");
  add (transcript, "C|6", "06", "user", "fake", ",\"channelData\":{\"baton\":{\"party\":\"customer\",\"kind\":\"joined\"}}");
  g_assert_cmpint (baton_transcript_item_get_kind (item_at (transcript, 0)), ==, BATON_ITEM_SYSTEM);
  g_assert_cmpint (baton_transcript_item_get_kind (item_at (transcript, 1)), ==, BATON_ITEM_MESSAGE);
  g_assert_cmpint (baton_transcript_item_get_delivery (item_at (transcript, 1)), ==, BATON_DELIVERY_NONE);
}

#define MINE(client_id) ",\"channelData\":{\"clientActivityID\":\"" client_id "\"}"
#define ECHO(client_id) ",\"channelData\":{\"clientActivityID\":\"" client_id "\",\"baton\":{\"party\":\"agent\"}}"

/* K10 */
static void
test_pending (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (BatonActivity) first = message (NULL, "00", "user", "mine", MINE ("x1"));
  g_autoptr (BatonActivity) second = message (NULL, NULL, "user", "mine too", MINE ("x2"));
  g_autoptr (GString) log = g_string_new (NULL);
  BatonTranscriptItem *item;
  BatonDelivery delivery;
  guint changes = 0;

  add (transcript, "C|1", "01", "user", "hello", NULL);
  item = baton_transcript_add_pending (transcript, first);
  baton_transcript_add_pending (transcript, second);
  g_assert_true (baton_transcript_add_pending (transcript, first) == item);
  g_assert_true (baton_transcript_find_by_client_id (transcript, "x1") == item);
  g_assert_null (baton_transcript_find_by_client_id (transcript, "x3"));
  g_assert_cmpstr (baton_transcript_item_get_client_id (item), ==, "x1");
  g_signal_connect_swapped (item, "notify::delivery", G_CALLBACK (count_cb), &changes);
  g_signal_connect (transcript, "items-changed", G_CALLBACK (record_cb), log);

  /* Others' messages go in front of what is pending, however late they are. */
  add (transcript, "C|2", "59", "user", "still there?", NULL);
  assert_lines (transcript, "hello|still there?|mine|mine too");

  /* Failed and tried again, then known by its echo: once, and in its place. */
  baton_transcript_set_delivery (transcript, "x1", BATON_DELIVERY_FAILED);
  baton_transcript_set_delivery (transcript, "x1", BATON_DELIVERY_PENDING);
  baton_transcript_set_delivery (transcript, "nobody", BATON_DELIVERY_FAILED);
  g_assert_true (add (transcript, "C|3", "30", "user", "mine", ECHO ("x1")));
  assert_lines (transcript, "hello|mine|still there?|mine too");
  g_object_get (item, "delivery", &delivery, NULL);
  g_assert_cmpint (delivery, ==, BATON_DELIVERY_SENT);
  g_assert_true (item_at (transcript, 1) == item);
  g_assert_cmpuint (changes, ==, 3);
  g_assert_cmpstr (log->str, ==, "1-0+1 2-1+0 1-0+1 ");

  /* An echo is final, and comes only once. */
  baton_transcript_set_delivery (transcript, "x1", BATON_DELIVERY_FAILED);
  g_assert_cmpint (baton_transcript_item_get_delivery (item), ==, BATON_DELIVERY_SENT);
  g_assert_false (add (transcript, "C|3", "30", "user", "mine", ECHO ("x1")));
  g_assert_true (baton_transcript_add_pending (transcript, first) == item);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (transcript)), ==, 4);
}

/* After a restart the outbox still has what the relay has stored already. */
static void
test_pending_after_echo (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (BatonActivity) mine = message (NULL, NULL, "user", "mine", MINE ("x1"));
  g_autoptr (BatonActivity) same_words = message (NULL, NULL, "user", "theirs", MINE ("x2"));

  add (transcript, "C|1", "01", "bot", "mine", ECHO ("x1"));
  add (transcript, "C|2", "02", "user", "theirs", MINE ("x2"));
  g_assert_true (baton_transcript_add_pending (transcript, mine) == item_at (transcript, 0));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (transcript)), ==, 2);

  /* A customer's id is not ours. */
  baton_transcript_add_pending (transcript, same_words);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (transcript)), ==, 3);
}

static BatonHandoff *
handoff_with_messages (const char *id,
                       const char *messages)
{
  g_autofree char *text = g_strdup_printf ("{\"type\":\"event\",\"id\":\"%s\",\"timestamp\":\"" MINUTE "40Z\",\"transcript\":[%s]}",
                                           id, messages);

  return handoff_from_text (text);
}

#define ATTACHED(id, seconds, role, text) \
  "{\"type\":\"message\",\"id\":\"" id "\",\"timestamp\":\"" MINUTE seconds "+00:00\",\"from\":{\"role\":\"" role "\"},\"text\":\"" text "\"}"
#define UPSTREAM(id) ",\"channelData\":{\"baton\":{\"party\":\"bot\",\"upstreamId\":\"" id "\"}}"

/* Protocol H10: by the bot's id; else by party, words and time; what only the bot has is put in. */
static void
test_handoff_merges (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (BatonHandoff) handoff = handoff_with_messages ("B|9",
    ATTACHED ("B|0", "09", "user", "hi") "," ATTACHED ("B|1", "10.5", "user", "returns") ","
    ATTACHED ("B|2", "11", "bot", "Which order?") "," ATTACHED ("B|3", "13", "bot", "Which order?") ","
    ATTACHED ("B|4", "30", "user", "the blue one"));
  g_autoptr (BatonHandoff) later = handoff_with_messages ("B|12", ATTACHED ("B|1", "20", "user", "returns"));
  g_autoptr (GString) log = g_string_new (NULL);

  add (transcript, "C|0", "10", "user", "returns", NULL);
  add (transcript, "C|1", "15", "bot", "Which order?", UPSTREAM ("B|2"));
  add (transcript, "C|2", "33", "user", "the blue one", NULL);
  add (transcript, "C|3", "41", "user", "anybody?", NULL);

  g_signal_connect (transcript, "items-changed", G_CALLBACK (record_cb), log);
  baton_transcript_add_handoff (transcript, handoff, BATON_TIME_UNKNOWN);
  assert_lines (transcript, "hi|returns|Which order?|Which order?|the blue one|the blue one|*|anybody?");
  g_assert_cmpuint (baton_transcript_find_handoff (transcript), ==, 6);
  g_assert_true (baton_transcript_item_get_handoff (item_at (transcript, 6)) == handoff);
  g_assert_cmpint (baton_transcript_item_get_kind (item_at (transcript, 6)), ==, BATON_ITEM_HANDOFF);
  g_assert_cmpstr (log->str, ==, "0-0+1 2-0+1 4-0+1 6-0+1 ");

  /* The same hand-off once more: a replay, or the detail fetched again. */
  baton_transcript_add_handoff (transcript, handoff, BATON_TIME_UNKNOWN);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (transcript)), ==, 8);

  /* What was found by its words once is known by its id from then on. */
  baton_transcript_add_handoff (transcript, later, BATON_TIME_UNKNOWN);
  assert_lines (transcript, "hi|returns|Which order?|Which order?|the blue one|the blue one|*|*|anybody?");
}

/* The relay's own record may come after the hand-off; it takes the place of what was attached. */
static void
test_record_replaces_attached (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (BatonHandoff) handoff = handoff_with_messages ("B|9",
    ATTACHED ("B|0", "10", "user", "yes") "," ATTACHED ("B|1", "11", "user", "yes") "," ATTACHED ("B|2", "12", "bot", "Sure?"));
  BatonTranscriptItem *item;

  baton_transcript_add_handoff (transcript, handoff, baton_time_parse (MINUTE "20Z"));
  assert_lines (transcript, "yes|yes|Sure?|*");
  item = item_at (transcript, 2);

  g_assert_true (add (transcript, "C|2", "13", "bot", "Sure? ", UPSTREAM ("B|2")));     /* by id */
  g_assert_true (add (transcript, "C|0", "09.5", "user", "yes", NULL));                 /* by words, one for one */
  g_assert_true (add (transcript, "C|1", "11.5", "user", "yes", NULL));
  g_assert_true (add (transcript, "C|5", "11.7", "user", "yes", NULL));                 /* a third one is news */
  assert_lines (transcript, "yes|yes|yes|Sure? |*");
  g_assert_true (item_at (transcript, 3) == item);
  g_assert_cmpstr (baton_activity_get_id (baton_transcript_item_get_activity (item_at (transcript, 0))), ==, "C|0");
  g_assert_cmpstr (baton_activity_get_id (baton_transcript_item_get_activity (item_at (transcript, 1))), ==, "C|1");
  g_assert_cmpuint (baton_transcript_find_handoff (transcript), ==, 4);
}

/* The same words are another message if party, time or the bot's own ids say so. */
static void
test_other_messages_stay (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (BatonHandoff) handoff = handoff_with_messages ("B|9", ATTACHED ("B|1", "10", "bot", "Hello"));

  baton_transcript_add_handoff (transcript, handoff, BATON_TIME_UNKNOWN);
  add (transcript, "C|1", "10", "user", "Hello", NULL);
  add (transcript, "C|2", "12.1", "bot", "Hello", NULL);
  add (transcript, "C|3", "10", "bot", "Hello", UPSTREAM ("B|7"));
  assert_lines (transcript, "Hello|Hello|Hello|Hello|*");
}

/* A second hand-off in the same conversation brings the first part of the transcript again. */
static void
test_second_handoff (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (BatonHandoff) first = handoff_with_messages ("B|5", ATTACHED ("B|0", "10", "user", "one"));
  g_autoptr (BatonHandoff) second = handoff_with_messages ("B|9",
    ATTACHED ("B|0", "10", "user", "one") "," ATTACHED ("B|6", "50", "user", "two"));

  baton_transcript_add_handoff (transcript, second, baton_time_parse (MINUTE "55Z"));
  g_assert_cmpuint (baton_transcript_find_handoff (transcript), ==, 2);
  baton_transcript_add_handoff (transcript, first, baton_time_parse (MINUTE "20Z"));
  assert_lines (transcript, "one|*|two|*");
  g_assert_cmpuint (baton_transcript_find_handoff (transcript), ==, 3);   /* the later one */
}

static void
test_no_handoff (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();

  g_assert_cmpuint (baton_transcript_find_handoff (transcript), ==, G_MAXUINT);
}

static void
test_announcements (void)
{
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (GPtrArray) activities = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (BatonActivity) mine = message (NULL, NULL, "user", "mine", MINE ("x1"));

  g_assert_null (g_list_model_get_item (G_LIST_MODEL (transcript), 0));
  g_signal_connect (transcript, "items-changed", G_CALLBACK (record_cb), log);
  g_ptr_array_add (activities, message ("C|1", "10", "bot", "1", NULL));
  g_ptr_array_add (activities, message ("C|2", "11", "bot", "2", NULL));
  g_ptr_array_add (activities, message ("C|2", "11", "bot", "2", NULL));
  g_ptr_array_add (activities, message ("C|3", "12", "bot", "3", NULL));
  baton_transcript_add_all (transcript, activities);
  g_assert_cmpstr (log->str, ==, "0-0+3 ");

  /* In front of a pending one too; an older one in between is announced by itself. */
  baton_transcript_add_pending (transcript, mine);
  g_string_truncate (log, 0);
  g_ptr_array_set_size (activities, 0);
  g_ptr_array_add (activities, message ("C|4", "13", "bot", "4", NULL));
  g_ptr_array_add (activities, message ("C|5", "14", "bot", "5", NULL));
  g_ptr_array_add (activities, message ("C|6", "10", "bot", "1b", NULL));
  g_ptr_array_add (activities, message ("C|7", "15", "bot", "7", NULL));
  baton_transcript_add_all (transcript, activities);
  g_assert_cmpstr (log->str, ==, "3-0+2 1-0+1 6-0+1 ");
  assert_lines (transcript, "1|1b|2|3|4|5|7|mine");
}

/* Whatever comes in whatever order: a listener that only follows items-changed ends with the same list. */
static void
follow_cb (GListModel *model,
           guint       position,
           guint       removed,
           guint       added,
           gpointer    mirror)
{
  if (removed > 0)
    g_ptr_array_remove_range (mirror, position, removed);
  for (guint i = 0; i < added; i++) {
    g_autoptr (BatonTranscriptItem) item = g_list_model_get_item (model, position + i);

    g_assert_nonnull (item);
    g_ptr_array_insert (mirror, (int) (position + i), item);
  }
  g_assert_cmpuint (((GPtrArray *) mirror)->len, ==, g_list_model_get_n_items (model));
}

static BatonActivity *
random_message (void)
{
  g_autofree char *id = g_strdup_printf ("C|%d", g_test_rand_int_range (0, 60));
  g_autofree char *seconds = g_strdup_printf ("%02d", g_test_rand_int_range (0, 60));
  g_autofree char *text = g_strdup_printf ("%.*s", g_test_rand_int_range (0, 3), "ab");
  g_autofree char *more = g_strdup_printf (ECHO ("x%d"), g_test_rand_int_range (0, 10));

  return message (id, seconds, g_test_rand_bit () ? "bot" : "user", text, g_test_rand_bit () ? more : NULL);
}

static void
random_step (BatonTranscript *transcript)
{
  g_autoptr (GPtrArray) activities = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BatonHandoff) handoff = NULL;
  g_autofree char *client_id = g_strdup_printf ("x%d", g_test_rand_int_range (0, 10));
  g_autofree char *mine = g_strdup_printf (MINE ("%s"), client_id);
  g_autoptr (BatonActivity) pending = message (NULL, NULL, "user", "mine", mine);
  g_autofree char *handoff_id = g_strdup_printf ("B|%d", g_test_rand_int_range (0, 100));

  switch (g_test_rand_int_range (0, 8)) {
  case 0:
    baton_transcript_add_pending (transcript, pending);
    break;
  case 1:
    baton_transcript_set_delivery (transcript, client_id, BATON_DELIVERY_FAILED);
    break;
  case 2:
    handoff = handoff_with_messages (handoff_id, ATTACHED ("B|0", "10", "user", "a") "," ATTACHED ("B|1", "40", "bot", "ab"));
    baton_transcript_add_handoff (transcript, handoff, baton_time_parse (MINUTE "45Z"));
    break;
  default:
    for (int i = g_test_rand_int_range (1, 6); i > 0; i--)
      g_ptr_array_add (activities, random_message ());
    baton_transcript_add_all (transcript, activities);
  }
}

static void
test_random (void)
{
  for (guint round = 0; round < 50; round++) {
    g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
    g_autoptr (GPtrArray) mirror = g_ptr_array_new ();
    guint n;

    g_signal_connect (transcript, "items-changed", G_CALLBACK (follow_cb), mirror);
    for (guint step = 0; step < 100; step++)
      random_step (transcript);

    n = g_list_model_get_n_items (G_LIST_MODEL (transcript));
    g_assert_cmpuint (mirror->len, ==, n);
    for (guint i = 0; i < n; i++)
      g_assert_true (g_ptr_array_index (mirror, i) == item_at (transcript, i));
  }
}

/* Built for 100,000: far below quadratic, or the suite's time limit ends it. */
static void
test_many (void)
{
  const guint n = 100000;
  g_autoptr (BatonTranscript) transcript = baton_transcript_new ();
  g_autoptr (GPtrArray) activities = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GTimer) timer = NULL;
  gint64 before = 0;

  for (guint i = 0; i < n; i++) {
    g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"id\":\"C|%07u\",\"timestamp\":%u,\"from\":{\"role\":\"user\"},"
                                             "\"text\":\"%u\"}", i, 1600000000 + (i * 7919u) % 100003u, i);

    g_ptr_array_add (activities, activity_from_text (json));
  }

  timer = g_timer_new ();
  baton_transcript_add_all (transcript, activities);
  g_test_message ("100,000 in any order: %.2f s", g_timer_elapsed (timer, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (transcript)), ==, n);
  for (guint i = 0; i < n; i++) {
    BatonTranscriptItem *item = item_at (transcript, i);

    g_assert_cmpint (baton_transcript_item_get_time (item), >=, before);
    before = baton_transcript_item_get_time (item);
  }

  timer = (g_timer_destroy (timer), g_timer_new ());
  for (guint i = 0; i < n; i++)
    g_assert_false (baton_transcript_add (transcript, g_ptr_array_index (activities, i)));
  g_test_message ("100,000 duplicates: %.2f s", g_timer_elapsed (timer, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/transcript/order/K9", test_order);
  g_test_add_func ("/model/transcript/ties", test_ties);
  g_test_add_func ("/model/transcript/known-ids/K6", test_known_ids);
  g_test_add_func ("/model/transcript/known-ids/updates", test_updates);
  g_test_add_func ("/model/transcript/shown/K16", test_shown);
  g_test_add_func ("/model/transcript/pending/K10", test_pending);
  g_test_add_func ("/model/transcript/pending-after-echo", test_pending_after_echo);
  g_test_add_func ("/model/transcript/handoff-merges/H10", test_handoff_merges);
  g_test_add_func ("/model/transcript/record-replaces-attached/H10", test_record_replaces_attached);
  g_test_add_func ("/model/transcript/other-messages-stay/H10", test_other_messages_stay);
  g_test_add_func ("/model/transcript/second-handoff", test_second_handoff);
  g_test_add_func ("/model/transcript/no-handoff", test_no_handoff);
  g_test_add_func ("/model/transcript/announcements", test_announcements);
  g_test_add_func ("/model/transcript/random", test_random);
  g_test_add_func ("/model/transcript/many", test_many);
  return g_test_run ();
}
