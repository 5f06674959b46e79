/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "store-fixture.h"

#define HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static BatonSession *
touch (BatonStore  *store,
       const char  *token_hash,
       GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_store_touch_session_async (store, token_hash, NULL, baton_test_ready_cb, &result);
  return baton_store_touch_session_finish (store, baton_test_await (&result), error);
}

static gboolean
add (BatonStore  *store,
     GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_store_add_session_async (store, HASH, "anna", NULL, baton_test_ready_cb, &result);
  return baton_store_add_session_finish (store, baton_test_await (&result), error);
}

static void
delete (BatonStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  baton_store_delete_session_async (store, HASH, NULL, baton_test_ready_cb, &result);
  g_assert_true (baton_store_delete_session_finish (store, baton_test_await (&result), &error));
  g_assert_no_error (error);
}

/* A session outlives a restart. A touch tells when it was used before, so that an idle one can be told. */
static void
test_session_touch (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (BatonSession) first = NULL;
  g_autoptr (BatonSession) idle = NULL;
  g_autoptr (BatonSession) fresh = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (add (fixture->store, &error));
  store_fixture_reopen (fixture);
  first = touch (fixture->store, HASH, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first->agent_id, ==, "anna");
  g_assert_cmpint (first->last_seen_at, ==, first->created_at);

  store_fixture_change (fixture, "update session set last_seen_at = 5");
  idle = touch (fixture->store, HASH, &error);
  g_assert_cmpint (idle->last_seen_at, ==, 5);
  g_assert_cmpint (idle->created_at, ==, first->created_at);
  fresh = touch (fixture->store, HASH, &error);
  g_assert_cmpint (fresh->last_seen_at, >=, first->last_seen_at);
}

static void
test_session_unknown (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GError) error = NULL;

  delete (fixture->store);
  g_assert_null (touch (fixture->store, HASH, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED);
  g_clear_error (&error);

  g_assert_true (add (fixture->store, &error));
  delete (fixture->store);
  g_assert_null (touch (fixture->store, HASH, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED);
}

/* Two sessions cannot share a token. */
static void
test_session_twice (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (add (fixture->store, &error));
  g_assert_false (add (fixture->store, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/session/touch", test_session_touch);
  g_test_add_func ("/store/session/unknown", test_session_unknown);
  g_test_add_func ("/store/session/twice", test_session_twice);
  return g_test_run ();
}
