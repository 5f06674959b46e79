/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "desk-house.h"

#define RACES 1000

static DeskHouse *
open_house (void)
{
  DeskHouse *house = desk_house_new ();

  desk_house_open (house);
  return house;
}

static DeskReply *
act (DeskHouse  *house,
     const char *token,
     const char *id,
     const char *verb,
     const char *body)
{
  g_autofree char *path = g_strdup_printf ("/escalations/%s/%s", id, verb);

  return desk_house_ask (house, "POST", path, token, body);
}

static void
assert_text (DeskReply  *reply,
             const char *path,
             const char *expected)
{
  g_autofree char *got = desk_reply_text (reply, path);

  g_assert_cmpstr (got, ==, expected);
}

static void
test_escalations_look (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autofree char *id = desk_house_escalate (house, "Returns");
  g_autofree char *path = g_strconcat ("/escalations/", id, NULL);
  g_autoptr (DeskReply) list = desk_house_ask (house, "GET", "/escalations", token, NULL);
  g_autoptr (DeskReply) detail = desk_house_ask (house, "GET", path, token, NULL);
  g_autoptr (DeskReply) unknown = desk_house_ask (house, "GET", "/escalations/none", token, NULL);
  g_autofree char *rows = desk_reply_text (list, "escalations");
  g_autofree char *context = desk_reply_text (detail, "escalation.handoff");

  g_assert_cmpuint (list->status, ==, 200);
  g_assert_nonnull (strstr (rows, id));
  g_assert_null (strstr (rows, "4711"));

  g_assert_cmpuint (detail->status, ==, 200);
  assert_text (detail, "escalation.id", id);
  assert_text (detail, "escalation.state", "queued");
  g_assert_nonnull (strstr (context, "4711"));
  g_assert_nonnull (strstr (context, "Mind the cat."));
  assert_text (detail, "directLine.token", "ana -1");

  g_assert_cmpuint (unknown->status, ==, 404);
  assert_text (unknown, "error.code", "NotFound");
}

static void
test_escalations_claim (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *ana = desk_house_sign_in (house, "ana");
  g_autofree char *bo = desk_house_sign_in (house, "bo");
  g_autofree char *id = desk_house_escalate (house, "Returns");
  g_autofree char *path = g_strconcat ("/escalations/", id, NULL);
  g_autoptr (DeskReply) won = act (house, ana, id, "claim", "{\"requestId\":\"r1\"}");
  g_autoptr (DeskReply) again = act (house, ana, id, "claim", "{\"requestId\":\"r1\"}");
  g_autoptr (DeskReply) lost = act (house, bo, id, "claim", "{\"requestId\":\"r1\"}");
  g_autoptr (DeskReply) mine = desk_house_ask (house, "GET", path, ana, NULL);
  g_autoptr (DeskReply) theirs = desk_house_ask (house, "GET", path, bo, NULL);
  g_autofree char *epoch = desk_reply_text (won, "escalation.epoch");
  g_autofree char *token = g_strconcat ("ana ", epoch, NULL);

  g_assert_cmpuint (won->status, ==, 200);
  assert_text (won, "escalation.state", "with_agent");
  assert_text (won, "directLine.token", token);
  assert_text (won, "directLine.conversationId", "c1");

  g_assert_cmpuint (again->status, ==, 200);
  assert_text (again, "directLine.token", token);

  g_assert_cmpuint (lost->status, ==, 409);
  assert_text (lost, "error.code", "Conflict");
  assert_text (lost, "escalation.id", id);
  assert_text (lost, "directLine", NULL);

  /* A console that lost its window gets its access back; whoever just looks may read. */
  assert_text (mine, "directLine.token", token);
  assert_text (theirs, "directLine.token", "bo -1");
}

static char *
find_lines (DeskHouse *house)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonPage) page = NULL;
  g_autoptr (GError) error = NULL;
  GString *lines = g_string_new (NULL);

  baton_store_list_activities_async (house->store, "c1", -1, 100, FALSE, NULL, baton_test_ready_cb, &result);
  page = baton_store_list_activities_finish (house->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < page->activities->len; i++) {
    BatonActivity *activity = g_ptr_array_index (page->activities, i);

    g_string_append_printf (lines, "%s|", baton_activity_get_text (activity));
  }
  return g_string_free (lines, FALSE);
}

static char *
with_epoch (DeskReply  *reply,
            const char *rest)
{
  g_autofree char *epoch = desk_reply_text (reply, "escalation.epoch");
  g_autofree char *request = g_uuid_string_random ();

  return g_strdup_printf ("{\"requestId\":\"%s\",\"epoch\":%s%s}", request, epoch, rest);
}

static void
test_escalations_steps (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *ana = desk_house_sign_in (house, "ana");
  g_autofree char *bo = desk_house_sign_in (house, "bo");
  g_autofree char *id = desk_house_escalate (house, "Returns");
  g_autoptr (DeskReply) claimed = act (house, ana, id, "claim", "{\"requestId\":\"r1\"}");
  g_autofree char *body = with_epoch (claimed, "");
  g_autoptr (DeskReply) stolen = act (house, bo, id, "release", body);
  g_autoptr (DeskReply) released = act (house, ana, id, "release", body);
  g_autoptr (DeskReply) second = act (house, bo, id, "claim", "{\"requestId\":\"r2\"}");
  g_autoptr (DeskReply) stale = act (house, ana, id, "return", body);
  g_autofree char *return_body = with_epoch (second, "");
  g_autoptr (DeskReply) returned = act (house, bo, id, "return", return_body);
  g_autoptr (DeskReply) late = act (house, bo, id, "claim", "{\"requestId\":\"r3\"}");
  g_autofree char *lines = NULL;

  g_assert_cmpuint (stolen->status, ==, 409);
  g_assert_cmpuint (released->status, ==, 200);
  assert_text (released, "escalation.state", "queued");
  assert_text (released, "directLine.token", "ana -1");
  g_assert_cmpuint (second->status, ==, 200);
  g_assert_cmpuint (stale->status, ==, 400);   /* the request's id was used for the release */
  g_assert_cmpuint (returned->status, ==, 200);
  assert_text (returned, "directLine.token", "bo -1");
  g_assert_cmpuint (late->status, ==, 409);

  lines = find_lines (house);
  g_assert_cmpstr (lines, ==, "pt-PT joined: Ana Sousa|pt-PT queued: Ana Sousa|pt-PT joined: Bo|pt-PT left: Bo|");
}

static const struct {
  gboolean    ends_by_default;
  const char *rest;
  const char *line;
} closings[] = {
  { FALSE, "", "left" },
  { TRUE, "", "ended" },
  { FALSE, ",\"after\":\"ended\"", "ended" },
  { TRUE, ",\"after\":\"bot\"", "left" },
};

static void
test_escalations_close (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (closings); i++) {
    g_autoptr (DeskHouse) house = desk_house_new ();
    g_autofree char *token = NULL, *id = NULL, *lines = NULL, *expected = NULL, *body = NULL;
    g_autoptr (DeskReply) claimed = NULL, closed = NULL;

    house->config.after_close_ended = closings[i].ends_by_default;
    desk_house_open (house);
    token = desk_house_sign_in (house, "ana");
    id = desk_house_escalate (house, "Returns");
    claimed = act (house, token, id, "claim", "{\"requestId\":\"r1\"}");
    body = with_epoch (claimed, closings[i].rest);
    closed = act (house, token, id, "close", body);
    g_assert_cmpuint (closed->status, ==, 200);

    lines = find_lines (house);
    expected = g_strdup_printf ("pt-PT joined: Ana Sousa|pt-PT %s: Ana Sousa|", closings[i].line);
    g_assert_cmpstr (lines, ==, expected);
  }
}

static const struct {
  const char *verb;
  const char *body;
  guint       status;
} bad_acts[] = {
  { "claim", "{}", 400 },
  { "claim", "{\"requestId\":\"\"}", 400 },
  { "claim", "{\"requestId\":null}", 400 },
  { "claim", "[\"requestId\"]", 400 },
  { "claim", "not json", 400 },
  { "release", "{\"requestId\":\"a\"}", 400 },
  { "release", "{\"requestId\":\"a\",\"epoch\":\"1\"}", 400 },
  { "release", "{\"requestId\":\"a\",\"epoch\":1.5}", 400 },
  { "close", "{\"requestId\":\"a\",\"epoch\":1,\"after\":\"never\"}", 400 },
  { "dance", "{\"requestId\":\"a\",\"epoch\":1}", 404 },
  { "release", "{\"requestId\":\"a\",\"epoch\":1}", 409 },
};

static void
test_escalations_bad_acts (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autofree char *id = desk_house_escalate (house, "Returns");
  g_autofree char *long_id = g_strnfill (129, 'r');
  g_autofree char *long_body = g_strdup_printf ("{\"requestId\":\"%s\"}", long_id);
  g_autoptr (DeskReply) too_long = act (house, token, id, "claim", long_body);
  g_autoptr (DeskReply) unknown = act (house, token, "none", "claim", "{\"requestId\":\"a\"}");

  for (gsize i = 0; i < G_N_ELEMENTS (bad_acts); i++) {
    g_autoptr (DeskReply) reply = act (house, token, id, bad_acts[i].verb, bad_acts[i].body);

    g_test_message ("%s %s", bad_acts[i].verb, bad_acts[i].body);
    g_assert_cmpuint (reply->status, ==, bad_acts[i].status);
  }
  g_assert_cmpuint (too_long->status, ==, 400);
  g_assert_cmpuint (unknown->status, ==, 404);
}

/* S000 F22: two consoles claim the same row at the same moment: always exactly one owner. */
static void
test_escalations_race (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *ana = desk_house_sign_in (house, "ana");
  g_autofree char *bo = desk_house_sign_in (house, "bo");
  guint n_ana = 0;

  for (guint i = 0; i < RACES; i++) {
    g_autofree char *id = desk_house_escalate (house, "Race");
    g_autofree char *path = g_strdup_printf ("/escalations/%s/claim", id);
    g_autofree char *body = g_strdup_printf ("{\"requestId\":\"race-%u\"}", i);
    gboolean ana_first = i % 2 == 0;
    g_autoptr (DeskReply) first = desk_house_send (house, "POST", path, ana_first ? ana : bo, body, NULL);
    g_autoptr (DeskReply) second = desk_house_send (house, "POST", path, ana_first ? bo : ana, body, NULL);
    DeskReply *won;
    g_autofree char *owner = NULL, *told = NULL;

    baton_test_wait (first->status != 0 && second->status != 0);
    g_assert_cmpuint (MIN (first->status, second->status), ==, 200);
    g_assert_cmpuint (MAX (first->status, second->status), ==, 409);

    /* Whoever lost is told who won. */
    won = first->status == 200 ? first : second;
    owner = desk_reply_text (won, "escalation.agent");
    told = desk_reply_text (won == first ? second : first, "escalation.agent");
    g_assert_nonnull (owner);
    g_assert_cmpstr (owner, ==, told);
    n_ana += (won == first) == ana_first;
  }
  g_test_message ("%u of %u went to one of the two", n_ana, RACES);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/escalations/look", test_escalations_look);
  g_test_add_func ("/desk/escalations/claim", test_escalations_claim);
  g_test_add_func ("/desk/escalations/steps", test_escalations_steps);
  g_test_add_func ("/desk/escalations/close", test_escalations_close);
  g_test_add_func ("/desk/escalations/bad-acts", test_escalations_bad_acts);
  g_test_add_func ("/desk/escalations/race", test_escalations_race);
  return g_test_run ();
}
