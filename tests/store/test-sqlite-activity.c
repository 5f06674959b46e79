/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "baton-time.h"
#include "store-fixture.h"

#define MANY 500

/* Gap-free from 0, hidden ones counted; times at least a millisecond apart (S15, S19). */
static void
test_activity_index_and_time (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonPage) page = NULL;
  gint64 before = 0;

  for (guint i = 0; i < MANY; i++) {
    g_autoptr (BatonActivity) activity = parse_activity ("{\"type\":\"event\",\"timestamp\":\"1999-01-01T00:00:00Z\"}");
    g_autoptr (BatonPosted) posted = NULL;
    g_autoptr (GError) error = NULL;

    posted = post (fixture->store, &(BatonPost) { .conversation_id = "c1", .activity = activity, .from_id = "dl_1",
                                                  .hidden = i % 3 == 0 }, &error);
    g_assert_no_error (error);
    g_assert_cmpint (posted->index, ==, i);
    g_assert_cmpint (posted->conversation->next_index, ==, i + 1);
  }

  page = list_activities (fixture->store, "c1", -1, 0, TRUE);
  g_assert_cmpuint (page->activities->len, ==, MANY);
  for (guint i = 0; i < MANY; i++) {
    BatonActivity *activity = g_ptr_array_index (page->activities, i);
    g_autofree char *id = baton_activity_format_id ("c1", i);

    g_assert_cmpstr (baton_activity_get_id (activity), ==, id);
    g_assert_cmpint (baton_activity_get_timestamp (activity) - before, >=, 1000);
    before = baton_activity_get_timestamp (activity);
  }
}

/* Also when the clock has been set back, and over a restart. */
static void
test_activity_clock_set_back (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  gint64 ahead = g_get_real_time () + G_TIME_SPAN_HOUR;
  g_autofree char *sql = g_strdup_printf ("update conversation set newest_at = %" G_GINT64_FORMAT, ahead);
  g_autoptr (BatonPosted) posted = NULL;

  store_fixture_change (fixture, sql);
  store_fixture_reopen (fixture);
  posted = say (fixture->store, "c1", "m1", "hello");
  g_assert_cmpint (baton_activity_get_timestamp (posted->activity), ==, ahead + 1000);
}

/* S39: the same sender and client id is one activity; another sender's is another. Nothing is told twice. */
static void
test_activity_repeat (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonPosted) first = say (fixture->store, "c1", "m1", "hello");
  g_autoptr (BatonPosted) again = NULL;
  g_autoptr (BatonPosted) other = NULL;
  g_autofree char *told = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (first->repeated);
  g_free (store_fixture_take_told (fixture));
  store_fixture_reopen (fixture);
  again = say (fixture->store, "c1", "m1", "changed meanwhile");
  g_assert_true (again->repeated);
  g_assert_cmpint (again->index, ==, first->index);
  g_assert_cmpstr (baton_activity_get_id (again->activity), ==, baton_activity_get_id (first->activity));
  g_assert_cmpstr (baton_activity_get_text (again->activity), ==, "hello");
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "");

  other = post (fixture->store, &(BatonPost) {
    .conversation_id = "c1",
    .activity = first->activity,
    .from_id = "dl_2",
  }, &error);
  g_assert_no_error (error);
  g_assert_false (other->repeated);
  g_assert_cmpint (other->index, ==, 1);
}

/* A repeat within one batch, before the first has been committed. */
static void
test_activity_repeat_at_once (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonActivity) activity =
    parse_activity ("{\"type\":\"message\",\"channelData\":{\"clientActivityID\":\"m1\"}}");
  BatonPost wanted = { .conversation_id = "c1", .activity = activity, .from_id = "dl_1" };
  GAsyncResult *results[10] = { NULL };
  guint n_first = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    baton_store_post_async (fixture->store, &wanted, NULL, baton_test_ready_cb, &results[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++) {
    g_autoptr (GAsyncResult) result = baton_test_await (&results[i]);
    g_autoptr (BatonPosted) posted = baton_store_post_finish (fixture->store, result, NULL);

    n_first += !posted->repeated;
    g_assert_cmpint (posted->index, ==, 0);
  }
  g_assert_cmpuint (n_first, ==, 1);
}

/* Who sent it is what the relay says; all else stays as it came (S16, S17). */
static void
test_activity_stamps (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonActivity) activity =
    parse_activity ("{\"type\":\"message\",\"id\":\"mine\",\"from\":{\"id\":\"evil\",\"x\":1},\"text\":\"hi\","
                    "\"unknown\":{\"n\":1.50}}");
  g_autoptr (BatonPosted) posted = NULL;
  g_autoptr (GError) error = NULL;
  BatonActivity *stored;
  g_autoptr (BatonPage) page = NULL;
  g_autofree char *raw = NULL;

  posted = post (fixture->store, &(BatonPost) {
    .conversation_id = "c1",
    .activity = activity,
    .party = BATON_PARTY_CUSTOMER,
    .from_id = "dl_1",
    .from_name = "Ines",
    .from_role = "user",
  }, &error);
  g_assert_no_error (error);
  page = list_activities (fixture->store, "c1", -1, 0, FALSE);
  stored = g_ptr_array_index (page->activities, 0);
  g_assert_cmpstr (baton_activity_get_id (stored), ==, "c1|0000000");
  g_assert_cmpstr (baton_activity_get_from_id (stored), ==, "dl_1");
  g_assert_cmpstr (baton_activity_get_from_name (stored), ==, "Ines");
  g_assert_cmpint (baton_activity_get_party (stored), ==, BATON_PARTY_CUSTOMER);
  raw = baton_json_node_dup_raw (baton_json_node_get_member (baton_activity_get_root (stored), "unknown"));
  g_assert_cmpstr (raw, ==, "{\"n\":1.50}");
}

/* S24: whatever the caller says, these are not for customers. */
static void
test_activity_never_shown (void)
{
  static const char *const internal[] = {
    "{\"type\":\"trace\"}", "{\"type\":\"conversationUpdate\"}", "{\"type\":\"event\",\"name\":\"handoff.initiate\"}",
    "{\"type\":\"event\",\"name\":\"handoff.status\"}",
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonPage) shown = NULL;
  g_autoptr (BatonPage) all = NULL;
  g_autofree char *told = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (internal); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonPosted) posted = post_json (fixture->store, internal[i], &error);

    g_assert_no_error (error);
  }
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "activity 0 hidden, activity 1 hidden, activity 2 hidden, activity 3 hidden");
  shown = list_activities (fixture->store, "c1", -1, 0, FALSE);
  g_assert_cmpuint (shown->activities->len, ==, 0);
  g_assert_cmpint (shown->last_index, ==, 3);
  all = list_activities (fixture->store, "c1", -1, 0, TRUE);
  g_assert_cmpuint (all->activities->len, ==, 4);
}

static const struct {
  gint64   after;
  guint    limit;
  gboolean hidden_too;
  guint    n;
  gint64   first;
  gint64   last_index;
} pages[] = {
  { -1, 0, FALSE, 5, 1, 9 },    /* the odd ones are shown */
  { -1, 0, TRUE, 10, 0, 9 },
  { -1, 2, FALSE, 2, 1, 3 },    /* a full page ends at its last activity */
  { 3, 2, FALSE, 2, 5, 7 },
  { 7, 2, FALSE, 1, 9, 9 },
  { 8, 1, FALSE, 1, 9, 9 },
  { 9, 5, FALSE, 0, -1, 9 },    /* repeating the last watermark gives nothing more (S13) */
  { 500, 5, FALSE, 0, -1, 9 },  /* beyond the end (S14) */
};

static void
test_activity_pages (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonPage) empty = list_activities (fixture->store, "c1", -1, 0, FALSE);

  g_assert_cmpint (empty->last_index, ==, -1);
  for (guint i = 0; i < 10; i++) {
    g_autoptr (BatonActivity) activity = parse_activity ("{\"type\":\"message\",\"text\":\"x\"}");

    baton_posted_free (post (fixture->store, &(BatonPost) {
      .conversation_id = "c1",
      .activity = activity,
      .from_id = "dl_1",
      .hidden = i % 2 == 0,
    }, NULL));
  }

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autoptr (BatonPage) page = list_activities (fixture->store, "c1", pages[i].after, pages[i].limit,
                                                  pages[i].hidden_too);

    g_test_message ("after %d, at most %u", (int) pages[i].after, pages[i].limit);
    g_assert_cmpuint (page->activities->len, ==, pages[i].n);
    g_assert_cmpint (page->last_index, ==, pages[i].last_index);
    if (page->activities->len > 0) {
      g_autofree char *id = baton_activity_format_id ("c1", pages[i].first);

      g_assert_cmpstr (baton_activity_get_id (g_ptr_array_index (page->activities, 0)), ==, id);
    }
  }
}

/* Agents post only as owners, in the epoch of their claim (reliability 3). A repeat is answered even afterwards. */
static void
test_activity_fence (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonActivity) activity = parse_activity ("{\"type\":\"message\",\"text\":\"hello\"}");
  g_autoptr (BatonActivity) known =
    parse_activity ("{\"type\":\"message\",\"channelData\":{\"clientActivityID\":\"a1\"}}");
  g_autofree char *escalation = hand_off (fixture->store, "c1", "h1");
  BatonPost wanted = { .conversation_id = "c1", .activity = activity, .party = BATON_PARTY_AGENT, .from_id = "anna",
                       .agent_id = "anna", .epoch = 1 };
  g_autoptr (BatonStepResult) claimed = NULL;
  g_autoptr (BatonStepResult) released = NULL;
  g_autoptr (BatonStepResult) reclaimed = NULL;
  g_autoptr (BatonPosted) first = NULL;
  g_autoptr (BatonPosted) again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (post (fixture->store, &wanted, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_CONFLICT);
  g_clear_error (&error);

  claimed = claim (fixture->store, escalation, "anna", "r1");
  wanted.epoch = baton_escalation_get_epoch (claimed->escalation);
  wanted.activity = known;
  first = post (fixture->store, &wanted, &error);
  g_assert_no_error (error);
  wanted.agent_id = "ben";
  wanted.activity = activity;
  g_assert_null (post (fixture->store, &wanted, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_CONFLICT);
  g_clear_error (&error);

  /* Released and claimed again, by the same agent: what was still under way in the old epoch is refused. */
  wanted.agent_id = "anna";
  released = step_as_owner (fixture->store, BATON_STEP_RELEASE, escalation, "anna", wanted.epoch, "r2");
  reclaimed = claim (fixture->store, escalation, "anna", "r3");
  g_assert_true (reclaimed->done);
  g_assert_null (post (fixture->store, &wanted, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_CONFLICT);
  g_clear_error (&error);
  wanted.activity = known;
  again = post (fixture->store, &wanted, &error);
  g_assert_no_error (error);
  g_assert_true (again->repeated);
  g_assert_cmpint (again->index, ==, first->index);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/activity/index-and-time", test_activity_index_and_time);
  g_test_add_func ("/store/activity/clock-set-back", test_activity_clock_set_back);
  g_test_add_func ("/store/activity/repeat", test_activity_repeat);
  g_test_add_func ("/store/activity/repeat-at-once", test_activity_repeat_at_once);
  g_test_add_func ("/store/activity/stamps", test_activity_stamps);
  g_test_add_func ("/store/activity/never-shown", test_activity_never_shown);
  g_test_add_func ("/store/activity/pages", test_activity_pages);
  g_test_add_func ("/store/activity/fence", test_activity_fence);
  return g_test_run ();
}
