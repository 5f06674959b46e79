/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-error.h"
#include "store-fixture.h"

/* The customer says 0, the bot 1 and 2. */
static StoreFixture *
open_fixture (void)
{
  StoreFixture *fixture = store_fixture_new ();
  g_autoptr (BatonConversation) conversation = start_conversation (fixture->store, "c1");
  g_autoptr (BatonPosted) question = say (fixture->store, "c1", "m1", "hello");
  g_autoptr (GPtrArray) items = items_new ();
  g_autoptr (GError) error = NULL;

  items_add (items, NULL, "{\"type\":\"message\",\"text\":\"wrogn\",\"from\":{\"id\":\"shop\",\"name\":\"Shop\"}}");
  items_add_text (items, NULL, "second");
  post_turn (fixture->store, &(BatonBotTurn) { .conversation_id = "c1", .bot_id = "shop", .items = items, .bot_read = 0 },
             &error);
  g_assert_no_error (error);
  g_free (store_fixture_take_told (fixture));
  return fixture;
}

static gboolean
amend_in (StoreFixture  *fixture,
          gint64         epoch,
          const char    *activity_id,
          const char    *json,
          GError       **error)
{
  g_autoptr (BatonActivity) activity = json != NULL ? parse_activity (json) : NULL;
  g_autoptr (GAsyncResult) result = NULL;

  baton_store_amend_async (fixture->store, &(BatonAmendment) {
    .conversation_id = "c1", .activity_id = activity_id, .activity = activity, .epoch = epoch,
  }, NULL, baton_test_ready_cb, &result);
  return baton_store_amend_finish (fixture->store, baton_test_await (&result), error);
}

static void
amend (StoreFixture *fixture,
       const char   *activity_id,
       const char   *json)
{
  g_autoptr (GError) error = NULL;

  amend_in (fixture, 0, activity_id, json, &error);
  g_assert_no_error (error);
}

/* "0000000:hello 0000002:second ": what a reader without a watermark gets. */
static char *
read_all (StoreFixture *fixture,
          gboolean      hidden_too)
{
  g_autoptr (BatonPage) page = list_activities (fixture->store, "c1", -1, 0, hidden_too);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < page->activities->len; i++) {
    BatonActivity *activity = g_ptr_array_index (page->activities, i);

    g_string_append_printf (text, "%s:%s ", strchr (baton_activity_get_id (activity), '|') + 1,
                            baton_activity_get_text (activity));
  }
  return g_string_free (text, FALSE);
}

static void
assert_shown (StoreFixture *fixture,
              const char   *expected)
{
  g_autofree char *text = read_all (fixture, FALSE);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_amend_update (void)
{
  g_autoptr (StoreFixture) fixture = open_fixture ();
  g_autofree char *told = NULL;
  g_autofree char *everything = NULL;
  g_autoptr (BatonPage) page = NULL;
  BatonActivity *old, *new;

  amend (fixture, "c1|0000001", "{\"type\":\"message\",\"id\":\"x\",\"text\":\"wrong\",\"from\":{\"id\":\"dl_1\",\"role\":\"user\"}}");
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "activity 3 shown");
  assert_shown (fixture, "0000000:hello 0000002:second 0000001:wrong ");
  amend (fixture, "c1|0000001", "{\"type\":\"message\",\"text\":\"right\"}");
  assert_shown (fixture, "0000000:hello 0000002:second 0000001:right ");
  everything = read_all (fixture, TRUE);   /* the first wording is not lost */
  g_assert_cmpstr (everything, ==, "0000000:hello 0000001:wrogn 0000002:second 0000001:wrong 0000001:right ");

  page = list_activities (fixture->store, "c1", -1, 0, TRUE);
  old = g_ptr_array_index (page->activities, 1);
  new = g_ptr_array_index (page->activities, 4);
  g_assert_cmpint (g_array_index (page->indexes, gint64, 4), ==, 4);
  g_assert_cmpint (baton_activity_get_timestamp (new), ==, baton_activity_get_timestamp (old));
  g_assert_cmpstr (baton_activity_get_from_id (new), ==, "shop");
  g_assert_cmpstr (baton_activity_get_from_name (new), ==, "Shop");
  g_assert_cmpint (baton_activity_get_party (new), ==, BATON_PARTY_BOT);
  g_assert_cmpstr (baton_activity_get_system_kind (new), ==, "updated");
}

static void
test_amend_delete (void)
{
  g_autoptr (StoreFixture) fixture = open_fixture ();
  g_autoptr (GError) error = NULL;
  g_autofree char *told = NULL;

  amend (fixture, "c1|0000002", NULL);
  assert_shown (fixture, "0000000:hello 0000001:wrogn 0000002: ");
  amend (fixture, "c1|0000002", NULL);   /* a repeat */
  told = store_fixture_take_told (fixture);
  g_assert_cmpstr (told, ==, "activity 3 shown");
  g_assert_false (amend_in (fixture, 0, "c1|0000002", "{\"type\":\"message\",\"text\":\"again\"}", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

static const struct {
  const char *id;
  BatonError  code;
} refused[] = {
  { "c1|0000000", BATON_ERROR_REFUSED },   /* the customer's */
  { "c1|0000003", BATON_ERROR_GONE },
  { "c1|3", BATON_ERROR_GONE },
  { "c1|1", BATON_ERROR_GONE },
  { "c1|x", BATON_ERROR_GONE },
  { "c1|", BATON_ERROR_GONE },
  { "c1", BATON_ERROR_GONE },
  { "c2|0000001", BATON_ERROR_GONE },
  { "c1|99999999999999999999", BATON_ERROR_GONE },
  { "", BATON_ERROR_GONE },
};

static void
test_amend_refused (void)
{
  g_autoptr (StoreFixture) fixture = open_fixture ();

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", refused[i].id);
    g_assert_false (amend_in (fixture, 0, refused[i].id, NULL, &error));
    g_assert_error (error, BATON_ERROR, (int) refused[i].code);
  }

  amend (fixture, "c1|0000001", "{\"type\":\"message\",\"text\":\"wrong\"}");
  {
    g_autoptr (GError) error = NULL;

    g_assert_false (amend_in (fixture, 0, "c1|0000003", NULL, &error));   /* the amendment's own index */
    g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
  }
}

/* S43: what a bot changes when it does not own the conversation is kept, and changes nothing for the customer. */
static void
test_amend_late (void)
{
  g_autoptr (StoreFixture) fixture = open_fixture ();
  g_autofree char *escalation = hand_off (fixture->store, "c1", "h1");
  g_autoptr (BatonStepResult) claimed = claim (fixture->store, escalation, "anna", "r1");
  g_autofree char *before = read_all (fixture, FALSE);
  g_autoptr (BatonStepResult) returned = NULL;
  g_autofree char *everything = NULL;
  g_autoptr (GError) error = NULL;

  amend (fixture, "c1|0000001", "{\"type\":\"message\",\"text\":\"over the agent\"}");
  assert_shown (fixture, before);
  returned = step_as_owner (fixture->store, BATON_STEP_RETURN, escalation, "anna", 2, "r2");
  amend (fixture, "c1|0000001", NULL);
  everything = read_all (fixture, TRUE);
  g_assert_nonnull (strstr (everything, "0000001:over the agent 0000001: "));
  g_assert_true (amend_in (fixture, 3, "c1|0000002", NULL, &error));
  g_assert_no_error (error);
  g_free (everything);
  everything = read_all (fixture, FALSE);
  g_assert_nonnull (strstr (everything, "0000001:wrogn "));
  g_assert_nonnull (strstr (everything, "0000002: "));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/amend/update", test_amend_update);
  g_test_add_func ("/store/amend/delete", test_amend_delete);
  g_test_add_func ("/store/amend/refused", test_amend_refused);
  g_test_add_func ("/store/amend/late", test_amend_late);
  return g_test_run ();
}
