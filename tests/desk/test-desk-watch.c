/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "desk-house.h"

static DeskHouse *
open_house (void)
{
  DeskHouse *house = desk_house_new ();

  desk_house_open (house);
  return house;
}

static void
assert_text (DeskReply  *reply,
             const char *path,
             const char *text)
{
  g_autofree char *found = desk_reply_text (reply, path);

  g_assert_cmpstr (found, ==, text);
}

static DeskReply *
watch (DeskHouse  *house,
       const char *body)
{
  return desk_house_ask (house, "POST", "/watch", DESK_SECRET, body);
}

static void
test_watch_begin (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autoptr (DeskReply) made = watch (house, "{\"bot\":\"shop\",\"conversationId\":\"c4X-eu\"}");
  g_autofree char *bare = g_strdup (house->wanted);
  g_autoptr (DeskReply) again = watch (house, "{\"bot\":\"shop\",\"conversationId\":\"again\",\"watermark\":\"7\","
                                              "\"locale\":\"pt-pt\",\"user\":{\"id\":\"dl_1\",\"name\":\"Inês\"},\"more\":1}");

  g_assert_cmpuint (made->status, ==, 201);
  assert_text (made, "conversationId", "w-1");
  assert_text (made, "bot", "shop");
  assert_text (made, "state", "bot");
  g_assert_cmpstr (bare, ==, "shop|c4X-eu|(null)|(null)|(null)|(null)");
  g_assert_cmpuint (again->status, ==, 200);
  g_assert_cmpstr (house->wanted, ==, "shop|again|7|dl_1|Inês|pt-PT");
}

/* Servers of the operator's with the secret; no agent, no page, no guess. */
static void
test_watch_may (void)
{
  static const char body[] = "{\"bot\":\"shop\",\"conversationId\":\"c4X-eu\"}";
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *ana = desk_house_sign_in (house, "ana");
  g_autoptr (DeskReply) nobody = desk_house_ask (house, "POST", "/watch", NULL, body);
  g_autoptr (DeskReply) guess = desk_house_ask (house, "POST", "/watch", "a guess", body);
  g_autoptr (DeskReply) agent = desk_house_ask (house, "POST", "/watch", ana, body);
  g_autoptr (DeskReply) page = desk_house_send (house, "POST", "/watch", DESK_SECRET, body, "https://shop.example");

  baton_test_wait (page->status != 0);
  g_assert_cmpuint (nobody->status, ==, 401);
  g_assert_cmpuint (guess->status, ==, 403);
  g_assert_cmpuint (agent->status, ==, 403);
  g_assert_cmpuint (page->status, ==, 403);
  g_assert_null (house->wanted);
}

static void
test_watch_refused (void)
{
  static const char *const bad[] = {
    "{}", "[]", "{\"bot\":\"shop\"}", "{\"conversationId\":\"c1\"}", "{\"bot\":1,\"conversationId\":\"c1\"}",
    "{\"bot\":\"shop\",\"conversationId\":\"../c1\"}", "{\"bot\":\"shop\",\"conversationId\":\"\"}",
    "{\"bot\":\"shop\",\"conversationId\":\"c1\",\"watermark\":7}",
    "{\"bot\":\"shop\",\"conversationId\":\"c1\",\"user\":{\"name\":[]}}",
  };
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *long_name = g_strnfill (201, 'x');
  g_autofree char *too_long = g_strdup_printf ("{\"bot\":\"%s\",\"conversationId\":\"c1\"}", long_name);
  g_autoptr (DeskReply) longer = watch (house, too_long);

  g_assert_cmpuint (longer->status, ==, 400);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (DeskReply) reply = watch (house, bad[i]);

    g_test_message ("%s", bad[i]);
    g_assert_cmpuint (reply->status, ==, 400);
    assert_text (reply, "error.code", "BadArgument");
  }
  g_assert_null (house->wanted);
}

static void
test_watch_not_there (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autoptr (DeskReply) gone = watch (house, "{\"bot\":\"shop\",\"conversationId\":\"gone\"}");
  g_autoptr (DeskReply) unreachable = watch (house, "{\"bot\":\"shop\",\"conversationId\":\"unreachable\"}");

  g_assert_cmpuint (gone->status, ==, 404);
  assert_text (gone, "error.code", "NotFound");
  assert_text (gone, "error.message", "there is no such conversation");
  g_assert_cmpuint (unreachable->status, ==, 502);
  assert_text (unreachable, "error.code", "UpstreamError");
}

/* What was done is told also when there is no access to the conversation just now. */
static void
test_watch_no_access (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *ana = desk_house_sign_in (house, "ana");
  g_autofree char *id = desk_house_escalate (house, "Returns");
  g_autofree char *claim = g_strdup_printf ("/escalations/%s/claim", id);
  g_autofree char *show = g_strdup_printf ("/escalations/%s", id);
  g_autoptr (DeskReply) claimed = NULL;
  g_autoptr (DeskReply) shown = NULL;
  g_autoptr (DeskReply) later = NULL;

  house->grants_nothing = TRUE;
  claimed = desk_house_ask (house, "POST", claim, ana, "{\"requestId\":\"r1\"}");
  shown = desk_house_ask (house, "GET", show, ana, NULL);
  house->grants_nothing = FALSE;
  later = desk_house_ask (house, "POST", claim, ana, "{\"requestId\":\"r1\"}");

  g_assert_cmpuint (claimed->status, ==, 200);
  assert_text (claimed, "escalation.state", "with_agent");
  assert_text (claimed, "directLine", NULL);
  g_assert_cmpuint (shown->status, ==, 200);
  assert_text (shown, "directLine", NULL);
  assert_text (later, "directLine.base", "b");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/watch/begin", test_watch_begin);
  g_test_add_func ("/desk/watch/may", test_watch_may);
  g_test_add_func ("/desk/watch/refused", test_watch_refused);
  g_test_add_func ("/desk/watch/not-there", test_watch_not_there);
  g_test_add_func ("/desk/watch/no-access", test_watch_no_access);
  return g_test_run ();
}
