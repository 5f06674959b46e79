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
assert_reply (DeskHouse  *house,
              const char *method,
              const char *path,
              const char *token,
              const char *body,
              guint       status,
              const char *code)
{
  g_autoptr (DeskReply) reply = desk_house_ask (house, method, path, token, body);
  g_autofree char *got = desk_reply_text (reply, "error.code");
  g_autofree char *message = desk_reply_text (reply, "error.message");

  g_test_message ("%s %s %.80s", method, path, body == NULL ? "" : body);
  g_assert_cmpuint (reply->status, ==, status);
  g_assert_cmpstr (got, ==, code);
  g_assert_nonnull (message);
  g_assert_true ((reply->status == 401) == (reply->authenticate != NULL));
}

static void
test_desk_sign_in (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autoptr (DeskReply) reply = NULL;
  g_autofree char *token = NULL, *id = NULL, *presence = NULL, *seconds = NULL;

  reply = desk_house_ask (house, "POST", "/session", NULL, "{\"agent\":\"ana\",\"password\":\"ana’s password\"}");
  g_assert_cmpuint (reply->status, ==, 201);
  token = desk_reply_text (reply, "token");
  id = desk_reply_text (reply, "agent.id");
  presence = desk_reply_text (reply, "agent.presence");
  seconds = desk_reply_text (reply, "expiresIn");
  g_assert_cmpuint (strlen (token), ==, 43);
  g_assert_cmpstr (id, ==, "ana");
  g_assert_cmpstr (presence, ==, "available");
  g_assert_cmpstr (seconds, ==, "43200");
  g_assert_cmpint (desk_house_get_presence (house, "ana"), ==, BATON_PRESENCE_AVAILABLE);
}

static void
test_desk_sign_in_refused (void)
{
  g_autoptr (DeskHouse) house = open_house ();

  assert_reply (house, "POST", "/session", NULL, "{\"agent\":\"ana\",\"password\":\"wrong\"}", 401, "Unauthenticated");
  assert_reply (house, "POST", "/session", NULL, "{\"agent\":\"eve\",\"password\":\"wrong\"}", 401, "Unauthenticated");
  assert_reply (house, "POST", "/session", NULL, "{\"agent\":\"ana\"}", 400, "BadArgument");
  assert_reply (house, "POST", "/session", NULL, "{\"agent\":1,\"password\":[]}", 400, "BadArgument");
  assert_reply (house, "POST", "/session", NULL, "[]", 400, "BadArgument");
  assert_reply (house, "POST", "/session", NULL, "{", 400, "BadArgument");
  assert_reply (house, "POST", "/session", NULL, "", 400, "BadArgument");
}

static void
test_desk_sign_in_limited (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autoptr (DeskReply) reply = NULL;

  for (guint i = 0; i < 5; i++)
    assert_reply (house, "POST", "/session", NULL, "{\"agent\":\"ana\",\"password\":\"x\"}", 401, "Unauthenticated");
  reply = desk_house_ask (house, "POST", "/session", NULL, "{\"agent\":\"ana\",\"password\":\"ana’s password\"}");
  g_assert_cmpuint (reply->status, ==, 429);
  g_assert_cmpstr (reply->retry_after, ==, "60");
}

static void
test_desk_sign_out (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autoptr (DeskReply) reply = desk_house_ask (house, "DELETE", "/session", token, NULL);

  g_assert_cmpuint (reply->status, ==, 204);
  g_assert_cmpuint (g_bytes_get_size (reply->body), ==, 0);
  assert_reply (house, "GET", "/agents", token, NULL, 401, "Unauthenticated");
  g_assert_cmpint (desk_house_get_presence (house, "ana"), ==, BATON_PRESENCE_OFFLINE);
}

static void
test_desk_doors (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autofree char *long_token = g_strnfill (5000, 'a');
  g_autoptr (DeskReply) reply = NULL;

  assert_reply (house, "GET", "/agents", NULL, NULL, 401, "Unauthenticated");
  assert_reply (house, "GET", "/agents", "nonsense", NULL, 401, "Unauthenticated");
  assert_reply (house, "GET", "/agents", long_token, NULL, 401, "Unauthenticated");
  assert_reply (house, "GET", "/escalations", NULL, NULL, 401, "Unauthenticated");
  assert_reply (house, "GET", "/stream", NULL, NULL, 401, "Unauthenticated");
  assert_reply (house, "GET", "/nothing", token, NULL, 404, "NotFound");
  assert_reply (house, "GET", "", token, NULL, 404, "NotFound");
  assert_reply (house, "GET", "/escalations/a/claim/b", token, NULL, 404, "NotFound");
  assert_reply (house, "GET", "/stream", token, NULL, 400, "BadArgument");

  reply = desk_house_ask (house, "PUT", "/session", token, "{}");
  g_assert_cmpuint (reply->status, ==, 405);
  g_assert_cmpstr (reply->allow, ==, "POST, DELETE");
}

/* No page of a browser has business here, whatever it is signed in as. */
static void
test_desk_origin (void)
{
  static const char *const origins[] = { "https://evil.example", "null", "http://127.0.0.1" };
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");

  for (gsize i = 0; i < G_N_ELEMENTS (origins); i++) {
    g_autoptr (DeskReply) look = desk_house_send (house, "GET", "/agents", token, NULL, origins[i]);
    g_autoptr (DeskReply) enter = desk_house_send (house, "POST", "/session", NULL,
                                                   "{\"agent\":\"ana\",\"password\":\"ana’s password\"}", origins[i]);

    baton_test_wait (look->status != 0 && enter->status != 0);
    g_assert_cmpuint (look->status, ==, 403);
    g_assert_cmpuint (enter->status, ==, 403);
  }
}

static void
test_desk_presence (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autoptr (DeskReply) reply = NULL, again = NULL, agents = NULL;
  g_autofree char *presence = NULL, *list = NULL;
  gint64 seq;

  reply = desk_house_ask (house, "PUT", "/me/presence", token, "{\"requestId\":\"r1\",\"presence\":\"away\"}");
  g_assert_cmpuint (reply->status, ==, 200);
  presence = desk_reply_text (reply, "agent.presence");
  g_assert_cmpstr (presence, ==, "away");
  g_assert_cmpint (desk_house_get_presence (house, "ana"), ==, BATON_PRESENCE_AWAY);

  seq = desk_house_get_seq (house);
  again = desk_house_ask (house, "PUT", "/me/presence", token, "{\"requestId\":\"r1\",\"presence\":\"away\"}");
  g_assert_cmpuint (again->status, ==, 200);
  g_assert_cmpint (desk_house_get_seq (house), ==, seq);

  agents = desk_house_ask (house, "GET", "/agents", token, NULL);
  list = desk_reply_text (agents, "agents");
  g_assert_nonnull (strstr (list, "\"presence\":\"away\""));
  g_assert_nonnull (strstr (list, "\"id\":\"bo\""));

  assert_reply (house, "PUT", "/me/presence", token, "{\"requestId\":\"r2\",\"presence\":\"asleep\"}", 400, "BadArgument");
  assert_reply (house, "PUT", "/me/presence", token, "{\"presence\":\"away\"}", 400, "BadArgument");
  assert_reply (house, "PUT", "/me/presence", token, "{\"requestId\":7,\"presence\":\"away\"}", 400, "BadArgument");
}

/* Signing in again, such as after a crash, does not call somebody back from a break. */
static void
test_desk_sign_in_keeps_away (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autofree char *second = NULL;
  g_autoptr (DeskReply) reply = NULL;

  reply = desk_house_ask (house, "PUT", "/me/presence", token, "{\"requestId\":\"r\",\"presence\":\"away\"}");
  g_assert_cmpuint (reply->status, ==, 200);
  second = desk_house_sign_in (house, "ana");
  g_assert_cmpint (desk_house_get_presence (house, "ana"), ==, BATON_PRESENCE_AWAY);
}

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Signed in, but no stream: the sweep says that nobody is there. */
static void
test_desk_offline (void)
{
  g_autoptr (DeskHouse) house = desk_house_new ();
  g_autofree char *token = NULL;
  guint tick = g_timeout_add (50, tick_cb, NULL);   /* asking may take in the very event that is waited for */

  house->config.offline_seconds = 1;
  house->config.recheck_seconds = 1;
  desk_house_open (house);
  token = desk_house_sign_in (house, "ana");
  g_assert_cmpint (desk_house_get_presence (house, "ana"), ==, BATON_PRESENCE_AVAILABLE);
  baton_test_wait (desk_house_get_presence (house, "ana") == BATON_PRESENCE_OFFLINE);
  g_source_remove (tick);
}

/* Sessions outlive the relay. */
static void
test_desk_restart (void)
{
  g_autoptr (DeskHouse) house = open_house ();
  g_autofree char *token = desk_house_sign_in (house, "ana");
  g_autoptr (DeskReply) reply = NULL;

  desk_house_close (house);
  desk_house_open (house);
  reply = desk_house_ask (house, "GET", "/agents", token, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/sign-in", test_desk_sign_in);
  g_test_add_func ("/desk/sign-in/refused", test_desk_sign_in_refused);
  g_test_add_func ("/desk/sign-in/limited", test_desk_sign_in_limited);
  g_test_add_func ("/desk/sign-in/keeps-away", test_desk_sign_in_keeps_away);
  g_test_add_func ("/desk/sign-out", test_desk_sign_out);
  g_test_add_func ("/desk/doors", test_desk_doors);
  g_test_add_func ("/desk/origin", test_desk_origin);
  g_test_add_func ("/desk/presence", test_desk_presence);
  g_test_add_func ("/desk/offline", test_desk_offline);
  g_test_add_func ("/desk/restart", test_desk_restart);
  return g_test_run ();
}
