/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-test.h"
#include "dl-fixture.h"

static guint
count_activities (DlAnswer *answer)
{
  g_assert_cmpuint (answer->status, ==, 200);
  return baton_json_node_get_size (baton_json_node_get_member (dl_answer_root (answer), "activities"));
}

/* A string, never a number. */
static char *
get_watermark (DlAnswer *answer)
{
  BatonJsonNode watermark = baton_json_node_get_member (dl_answer_root (answer), "watermark");

  g_assert_cmpint (baton_json_node_get_kind (watermark), ==, BATON_JSON_STRING);
  return baton_json_node_dup_string (watermark);
}

static void
test_read_until_empty (DlFixture     *fixture,
                       gconstpointer  data)
{
  g_auto (DlChat) chat = { 0 };
  g_autofree char *watermark = g_strdup ("");
  guint n, total = 0;

  dl_start (fixture, DL_SECRET, NULL, &chat);
  for (guint i = 0; i < 120; i++)
    g_free (dl_say (fixture, &chat, "x"));
  do {
    g_autofree char *query = g_strconcat ("?watermark=", watermark, NULL);
    g_autoptr (DlAnswer) answer = dl_get (fixture, &chat, query);

    n = count_activities (answer);
    total += n;
    g_free (watermark);
    watermark = get_watermark (answer);
  } while (n > 0);
  g_assert_cmpuint (total, ==, 120);
  g_assert_cmpstr (watermark, ==, "119");
}

static void
test_read_first (DlFixture     *fixture,
                 gconstpointer  data)
{
  g_auto (DlChat) chat = { 0 };
  g_autoptr (DlAnswer) none = NULL;
  g_autoptr (DlAnswer) one = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  dl_start (fixture, DL_SECRET, NULL, &chat);
  none = dl_get (fixture, &chat, "");
  before = get_watermark (none);
  g_assert_cmpuint (count_activities (none), ==, 0);
  g_assert_cmpstr (before, ==, "");

  g_free (dl_say (fixture, &chat, "first"));
  one = dl_get (fixture, &chat, "?watermark=");
  after = get_watermark (one);
  g_assert_cmpuint (count_activities (one), ==, 1);
  g_assert_cmpstr (after, ==, "0");
}

static const struct {
  const char *query;
  gint        count;   /* of five; -1: refused */
} watermarks[] = {
  { "", 5 },
  { "?watermark", 5 },
  { "?watermark=", 5 },
  { "?watermark=-", 5 },
  { "?watermark=0", 4 },
  { "?watermark=2", 2 },
  { "?watermark=0000002", 2 },
  { "?watermark=000000000000000000000000000002", 2 },
  { "?watermark=4", 0 },
  { "?watermark=5", 0 },
  { "?watermark=999999999999999999", 0 },
  { "?watermark=1000000000000000000", -1 },
  { "?watermark=-1", -1 },
  { "?watermark=x", -1 },
  { "?watermark=1x", -1 },
  { "?watermark=1.0", -1 },
  { "?watermark=+1", -1 },
  { "?watermark=%d9%a1", -1 },
};

static void
test_read_watermarks (DlFixture     *fixture,
                      gconstpointer  data)
{
  g_auto (DlChat) chat = { 0 };

  dl_start (fixture, DL_SECRET, NULL, &chat);
  for (guint i = 0; i < 5; i++)
    g_free (dl_say (fixture, &chat, "x"));
  for (gsize i = 0; i < G_N_ELEMENTS (watermarks); i++) {
    g_autoptr (DlAnswer) answer = dl_get (fixture, &chat, watermarks[i].query);

    g_test_message ("%s", watermarks[i].query);
    if (watermarks[i].count < 0) {
      dl_answer_assert_error (answer, 400, "BadArgument");
    } else {
      g_autofree char *watermark = get_watermark (answer);

      g_assert_cmpint ((gint) count_activities (answer), ==, watermarks[i].count);
      g_assert_cmpstr (watermark, ==, "4");
    }
  }
}

/* No set is over 64 KiB unless one activity is. */
static void
test_read_sizes (DlFixture     *fixture,
                 gconstpointer  data)
{
  g_auto (DlChat) chat = { 0 };
  g_autofree char *medium = g_strnfill (20 * 1024, 'm');
  g_autofree char *large = g_strnfill (100 * 1024, 'l');
  g_autofree char *watermark = g_strdup ("-");
  static const guint expected[] = { 3, 1, 1, 3, 0 };

  dl_start (fixture, DL_SECRET, NULL, &chat);
  for (guint i = 0; i < 8; i++)
    g_free (dl_say (fixture, &chat, i == 4 ? large : medium));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autofree char *query = g_strconcat ("?watermark=", watermark, NULL);
    g_autoptr (DlAnswer) answer = dl_get (fixture, &chat, query);

    g_assert_cmpuint (count_activities (answer), ==, expected[i]);
    if (expected[i] > 1)
      g_assert_cmpuint (strlen (answer->body), <=, 64 * 1024);
    g_free (watermark);
    watermark = get_watermark (answer);
  }
}

static void
amend (DlFixture  *fixture,
       const char *conversation_id,
       const char *activity_id,
       const char *text)
{
  g_autoptr (BatonActivity) activity = baton_activity_new_message (text, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  baton_store_amend_async (fixture->store, &(BatonAmendment) {
    .conversation_id = conversation_id, .activity_id = activity_id, .activity = activity,
  }, NULL, baton_test_ready_cb, &result);
  baton_store_amend_finish (fixture->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
}

/* An amendment has the id of an older activity. Where a set is cut behind it, the reader still gets on. */
static void
test_read_amended (DlFixture     *fixture,
                   gconstpointer  data)
{
  g_auto (DlChat) chat = { 0 };
  g_autofree char *large = g_strnfill (40 * 1024, 'x');
  g_autofree char *said = g_strconcat ("{\"type\":\"message\",\"from\":{\"id\":\"bot\",\"role\":\"bot\"},\"text\":\"",
                                       large, "\"}", NULL);
  g_autofree char *first = NULL;
  g_autofree char *watermark = g_strdup ("");
  g_autoptr (GString) ids = g_string_new (NULL);
  guint n;

  dl_start (fixture, DL_SECRET, NULL, &chat);
  for (guint i = 0; i < 3; i++)
    dl_answer_free (dl_post (fixture, chat.id, DL_SECRET, said));
  first = baton_activity_format_id (chat.id, 0);
  amend (fixture, chat.id, first, large);
  dl_answer_free (dl_post (fixture, chat.id, DL_SECRET, said));

  do {
    g_autofree char *query = g_strconcat ("?watermark=", watermark, NULL);
    g_autoptr (DlAnswer) answer = dl_get (fixture, &chat, query);
    BatonJsonNode activities = baton_json_node_get_member (dl_answer_root (answer), "activities");

    n = count_activities (answer);
    for (guint i = 0; i < n; i++) {
      g_autofree char *id = baton_json_node_dup_member (baton_json_node_get_element (activities, i), "id");

      g_string_append_printf (ids, "%s ", strchr (id, '|') + 1);
    }
    g_free (watermark);
    watermark = get_watermark (answer);
    g_assert_cmpuint (ids->len, <, 100);
  } while (n > 0);
  g_assert_cmpstr (ids->str, ==, "0000001 0000002 0000000 0000004 ");
  g_assert_cmpstr (watermark, ==, "4");
}

static void
set_up (DlFixture     *fixture,
        gconstpointer  data)
{
  dl_fixture_open (fixture, NULL);
}

static void
tear_down (DlFixture     *fixture,
           gconstpointer  data)
{
  dl_fixture_close (fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/dl/" path, DlFixture, NULL, set_up, function, tear_down)
  ADD ("S13/until-empty", test_read_until_empty);
  ADD ("S13/first", test_read_first);
  ADD ("S14/watermarks", test_read_watermarks);
  ADD ("sizes", test_read_sizes);
  ADD ("amended", test_read_amended);
#undef ADD

  return g_test_run ();
}
