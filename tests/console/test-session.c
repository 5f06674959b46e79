/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-session.h"

#include "baton-error.h"
#include "console-test.h"
#include "shell-desk.h"

typedef struct {
  ShellDesk    *desk;
  BatonSession *session;
  char         *cases;      /* +id for opened, -id for closed, in order */
  GError       *failed;
} Fixture;

static void
note (Fixture    *fixture,
      char        sign,
      const char *id)
{
  char *more = g_strdup_printf ("%s%c%s ", fixture->cases, sign, id);

  g_free (fixture->cases);
  fixture->cases = more;
}

static void
opened_cb (BatonSession *session,
           BatonCase    *opened,
           Fixture      *fixture)
{
  note (fixture, '+', baton_escalation_get_id (baton_case_get_escalation (opened)));
}

static void
closed_cb (BatonSession *session,
           const char   *id,
           Fixture      *fixture)
{
  note (fixture, '-', id);
}

static void
failed_cb (BatonSession *session,
           const GError *error,
           Fixture      *fixture)
{
  g_clear_error (&fixture->failed);
  fixture->failed = g_error_copy (error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->desk = shell_desk_new ();
  fixture->session = baton_session_new ();
  fixture->cases = g_strdup ("");
  g_signal_connect (fixture->session, "case-opened", G_CALLBACK (opened_cb), fixture);
  g_signal_connect (fixture->session, "case-closed", G_CALLBACK (closed_cb), fixture);
  g_signal_connect (fixture->session, "sign-in-failed", G_CALLBACK (failed_cb), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  baton_session_sign_out (fixture->session);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  g_assert_finalize_object (fixture->session);
  shell_desk_free (fixture->desk);
  g_free (fixture->cases);
  g_clear_error (&fixture->failed);
}

static BatonEscalation *
escalation (Fixture    *fixture,
            const char *id)
{
  return baton_queue_find (baton_session_get_queue (fixture->session), id);
}

/* Mine are open from the first moment, so that their unread counts are true. */
static void
test_opens_mine (Fixture       *fixture,
                 gconstpointer  data)
{
  shell_desk_sign_in (fixture->desk, fixture->session);
  g_assert_cmpstr (fixture->cases, ==, "+e1 +e2 ");
  g_assert_nonnull (baton_session_find_case (fixture->session, "e1"));
  g_assert_null (baton_session_find_case (fixture->session, "e3"));
  g_assert_cmpint (baton_session_get_presence (fixture->session), ==, BATON_PRESENCE_AVAILABLE);
}

/* Of the others only the one on screen is open. */
static void
test_shows_one (Fixture       *fixture,
                gconstpointer  data)
{
  BatonCase *shown;

  shell_desk_sign_in (fixture->desk, fixture->session);
  shown = baton_session_show (fixture->session, escalation (fixture, "e3"));
  g_assert_true (baton_case_get_escalation (shown) == escalation (fixture, "e3"));
  baton_session_show (fixture->session, escalation (fixture, "e4"));
  baton_session_show (fixture->session, escalation (fixture, "e1"));
  baton_session_show (fixture->session, NULL);
  g_assert_cmpstr (fixture->cases, ==, "+e1 +e2 +e3 +e4 -e3 -e4 ");
}

/* One that comes to me is opened, one that ends is closed: unless somebody looks at it. */
static void
test_follows_queue (Fixture       *fixture,
                    gconstpointer  data)
{
  shell_desk_sign_in (fixture->desk, fixture->session);
  shell_desk_happen (fixture->desk, fixture->session, BATON_EVENT_CLAIMED, "e3", BATON_STATE_WITH_AGENT, "rita");
  baton_test_wait (baton_session_find_case (fixture->session, "e3") != NULL);

  baton_session_show (fixture->session, escalation (fixture, "e1"));
  shell_desk_happen (fixture->desk, fixture->session, BATON_EVENT_ENDED, "e1", BATON_STATE_ENDED, NULL);
  baton_test_wait (escalation (fixture, "e1") == NULL);
  g_assert_nonnull (baton_session_find_case (fixture->session, "e1"));

  shell_desk_happen (fixture->desk, fixture->session, BATON_EVENT_ENDED, "e2", BATON_STATE_ENDED, NULL);
  baton_test_wait (baton_session_find_case (fixture->session, "e2") == NULL);
  baton_session_show (fixture->session, NULL);
  g_assert_cmpstr (fixture->cases, ==, "+e1 +e2 +e3 -e2 -e1 ");
}

static void
test_wrong_password (Fixture       *fixture,
                     gconstpointer  data)
{
  baton_session_sign_in (fixture->session, fixture->desk->hub->url, "rita", "guess");
  g_assert_true (baton_session_is_signing_in (fixture->session));
  baton_test_wait (fixture->failed != NULL);
  g_assert_error (fixture->failed, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED);
  g_assert_false (baton_session_is_signing_in (fixture->session));
  g_assert_cmpint (baton_session_get_state (fixture->session), ==, BATON_HUB_SIGNED_OUT);
  g_assert_cmpint (baton_session_get_presence (fixture->session), ==, BATON_PRESENCE_OFFLINE);
}

/* A relay may forget who was signed in; the agent need not notice. */
static void
test_signs_in_again (Fixture       *fixture,
                     gconstpointer  data)
{
  MockHub *hub = fixture->desk->hub;

  shell_desk_sign_in (fixture->desk, fixture->session);
  g_free (hub->token);
  hub->token = g_strdup ("session-2");
  mock_hub_drop (hub);
  baton_test_wait (baton_session_get_state (fixture->session) != BATON_HUB_ONLINE);
  baton_hub_client_retry_now (baton_session_get_hub (fixture->session));
  baton_test_wait (baton_session_get_state (fixture->session) == BATON_HUB_ONLINE);
  g_assert_no_error (fixture->failed);
  g_assert_nonnull (escalation (fixture, "e3"));
}

static void
refused_cb (BatonSession *session,
            gboolean     *refused)
{
  *refused = TRUE;
}

static void
test_presence_refused (Fixture       *fixture,
                       gconstpointer  data)
{
  gboolean refused = FALSE;

  shell_desk_sign_in (fixture->desk, fixture->session);
  g_signal_connect (fixture->session, "presence-refused", G_CALLBACK (refused_cb), &refused);
  mock_hub_answer (fixture->desk->hub, 403, "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\"}}");
  baton_session_set_presence (fixture->session, BATON_PRESENCE_AWAY);
  baton_test_wait (refused);
  g_assert_cmpint (baton_session_get_presence (fixture->session), ==, BATON_PRESENCE_AVAILABLE);
}

static void
test_signs_out (Fixture       *fixture,
                gconstpointer  data)
{
  shell_desk_sign_in (fixture->desk, fixture->session);
  baton_session_show (fixture->session, escalation (fixture, "e3"));
  baton_session_sign_out (fixture->session);
  g_assert_null (baton_session_get_hub (fixture->session));
  g_assert_null (baton_session_find_case (fixture->session, "e1"));
  g_assert_cmpint (baton_session_get_state (fixture->session), ==, BATON_HUB_SIGNED_OUT);
  baton_test_wait (fixture->desk->hub->sign_outs == 1);
}

#define ADD(path, test) g_test_add ("/console/session/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("opens-mine", test_opens_mine);
  ADD ("shows-one", test_shows_one);
  ADD ("follows-queue", test_follows_queue);
  ADD ("wrong-password", test_wrong_password);
  ADD ("signs-in-again", test_signs_in_again);
  ADD ("presence-refused", test_presence_refused);
  ADD ("signs-out", test_signs_out);

  return g_test_run ();
}
