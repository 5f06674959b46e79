/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-error.h"
#include "baton-sessions.h"
#include "desk-house.h"

static char *
begin (BatonSessions *sessions,
       const char    *agent_id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *token;

  baton_sessions_begin_async (sessions, agent_id, NULL, baton_test_ready_cb, &result);
  token = baton_sessions_begin_finish (sessions, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return token;
}

static BatonAgent *
check (BatonSessions  *sessions,
       const char     *token,
       gint64         *ends_at,
       GError        **error)
{
  g_autofree char *hash = baton_sessions_hash (token);
  g_autoptr (GAsyncResult) result = NULL;

  baton_sessions_check_async (sessions, hash, NULL, baton_test_ready_cb, &result);
  return baton_sessions_check_finish (sessions, baton_test_await (&result), ends_at, error);
}

static void
assert_over (BatonSessions *sessions,
             const char    *token)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (check (sessions, token, NULL, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED);
}

static void
test_sessions_life (void)
{
  g_autoptr (DeskHouse) house = desk_house_new ();
  g_autoptr (BatonSessions) sessions = baton_sessions_new (house->store, house->roster, G_TIME_SPAN_HOUR,
                                                           G_TIME_SPAN_HOUR);
  gint64 before = g_get_real_time ();
  g_autofree char *token = begin (sessions, "ana");
  g_autofree char *other = begin (sessions, "ana");
  g_autofree char *hash = baton_sessions_hash (token);
  g_autoptr (BatonAgent) agent = NULL;
  g_autoptr (GError) error = NULL;
  gint64 ends_at;

  g_assert_cmpuint (strlen (token), ==, 43);
  g_assert_cmpuint (strspn (token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), ==, 43);
  g_assert_cmpstr (token, !=, other);

  agent = check (sessions, token, &ends_at, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (baton_agent_get_name (agent), ==, "Ana Sousa");
  g_assert_cmpint (ends_at, >=, before + G_TIME_SPAN_HOUR);

  baton_sessions_end (sessions, hash);
  assert_over (sessions, token);
  g_clear_object (&agent);
  agent = check (sessions, other, NULL, &error);
  g_assert_no_error (error);
}

/* A life of nothing at all: over by the time anybody asks, and then forgotten. */
static void
test_sessions_expire (void)
{
  g_autoptr (DeskHouse) house = desk_house_new ();
  g_autoptr (BatonSessions) brief = baton_sessions_new (house->store, house->roster, 0, G_TIME_SPAN_HOUR);
  g_autoptr (BatonSessions) restless = baton_sessions_new (house->store, house->roster, G_TIME_SPAN_HOUR, 0);
  g_autoptr (BatonSessions) patient = baton_sessions_new (house->store, house->roster, G_TIME_SPAN_HOUR,
                                                          G_TIME_SPAN_HOUR);
  g_autofree char *first = begin (brief, "ana");
  g_autofree char *second = begin (restless, "ana");

  assert_over (brief, first);
  assert_over (patient, first);
  assert_over (restless, second);
  assert_over (patient, second);
}

static void
test_sessions_agent_left (void)
{
  g_autoptr (DeskHouse) house = desk_house_new ();
  g_autoptr (BatonSessions) sessions = baton_sessions_new (house->store, house->roster, G_TIME_SPAN_HOUR,
                                                           G_TIME_SPAN_HOUR);
  g_autofree char *token = begin (sessions, "ana");
  g_autofree char *path = g_build_filename (house->folder, "agents.conf", NULL);

  g_file_set_contents (path, "[bo]\nName=Bo\n", -1, NULL);
  assert_over (sessions, token);
}

static void
test_sessions_unknown (void)
{
  g_autoptr (DeskHouse) house = desk_house_new ();
  g_autoptr (BatonSessions) sessions = baton_sessions_new (house->store, house->roster, G_TIME_SPAN_HOUR,
                                                           G_TIME_SPAN_HOUR);

  assert_over (sessions, "");
  assert_over (sessions, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/sessions/life", test_sessions_life);
  g_test_add_func ("/desk/sessions/expire", test_sessions_expire);
  g_test_add_func ("/desk/sessions/agent-left", test_sessions_agent_left);
  g_test_add_func ("/desk/sessions/unknown", test_sessions_unknown);
  return g_test_run ();
}
