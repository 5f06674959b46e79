/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "courier-house.h"

#include "baton-sqlite-store.h"

CourierHouse *
courier_house_new (void)
{
  CourierHouse *self = g_new0 (CourierHouse, 1);

  self->folder = baton_test_make_folder ();
  self->notices = baton_notices_new ();
  self->bot = mock_upstream_new ();
  baton_notices_override (self->notices, "queued", NULL, "wait");
  baton_notices_override (self->notices, "failed", NULL, "sorry");
  courier_house_open (self);
  return self;
}

void
courier_house_open (CourierHouse *self)
{
  g_autofree char *path = g_build_filename (self->folder, "relay.db", NULL);
  g_autoptr (GError) error = NULL;

  self->store = baton_sqlite_store_open (path, &error);
  g_assert_no_error (error);
  self->courier = baton_courier_new (self->store, self->notices, 1, 2, 1);
  baton_courier_add_bot (self->courier, "mock", BATON_UPSTREAM (self->bot));
}

void
courier_house_close (CourierHouse *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  baton_courier_stop_async (self->courier, NULL, baton_test_ready_cb, &result);
  baton_courier_stop_finish (self->courier, baton_test_await (&result), &error);
  g_assert_no_error (error);
  g_clear_object (&self->courier);
  baton_store_close (self->store);
  g_clear_object (&self->store);
}

void
courier_house_free (CourierHouse *self)
{
  if (self->courier != NULL)
    courier_house_close (self);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->bot);
  baton_notices_free (self->notices);
  g_free (self->folder);
  g_free (self);
}

void
courier_house_begin (CourierHouse *self,
                     const char   *id,
                     const char   *bot)
{
  const BatonConversation wanted = { .id = (char *) id, .bot = (char *) bot, .user_id = (char *) "dl_mei",
                                     .locale = (char *) "en" };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonConversation) conversation = NULL;
  g_autoptr (GError) error = NULL;
  gboolean created;

  baton_store_start_conversation_async (self->store, &wanted, NULL, baton_test_ready_cb, &result);
  conversation = baton_store_start_conversation_finish (self->store, baton_test_await (&result), &created, &error);
  g_assert_no_error (error);
}

void
courier_house_say (CourierHouse *self,
                   const char   *id,
                   const char   *text)
{
  g_autoptr (BatonActivity) activity = baton_activity_new_message (text, "en");
  const BatonPost post = { .conversation_id = id, .activity = activity, .party = BATON_PARTY_CUSTOMER,
                           .from_id = "dl_mei", .from_role = "user" };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonPosted) posted = NULL;
  g_autoptr (GError) error = NULL;

  baton_store_post_async (self->store, &post, NULL, baton_test_ready_cb, &result);
  posted = baton_store_post_finish (self->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
}

BatonConversation *
courier_house_get (CourierHouse *self,
                   const char   *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BatonConversation *conversation;

  baton_store_get_conversation_async (self->store, id, NULL, baton_test_ready_cb, &result);
  conversation = baton_store_get_conversation_finish (self->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  return conversation;
}

gint64
courier_house_step (CourierHouse  *self,
                    BatonStepKind  kind,
                    const char    *id)
{
  g_autoptr (BatonConversation) conversation = courier_house_get (self, id);
  g_autofree char *request_id = g_uuid_string_random ();
  const BatonStep step = { .kind = kind, .escalation_id = conversation->escalation_id, .request_id = request_id,
                           .agent_id = "ana", .agent_name = "Ana", .epoch = conversation->epoch };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonStepResult) outcome = NULL;
  g_autoptr (GError) error = NULL;

  baton_store_step_async (self->store, &step, NULL, baton_test_ready_cb, &result);
  outcome = baton_store_step_finish (self->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_true (outcome->done);
  return baton_escalation_get_epoch (outcome->escalation);
}

char *
courier_house_read (CourierHouse *self,
                    const char   *id,
                    gboolean      hidden_too)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonPage) page = NULL;
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  baton_store_list_activities_async (self->store, id, -1, 1000, hidden_too, NULL, baton_test_ready_cb, &result);
  page = baton_store_list_activities_finish (self->store, baton_test_await (&result), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < page->activities->len; i++) {
    BatonActivity *activity = g_ptr_array_index (page->activities, i);

    g_string_append_printf (text, "%c:%s|", baton_party_to_string (baton_activity_get_party (activity))[0],
                            baton_activity_get_text (activity));
  }
  return g_string_free (text, FALSE);
}

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
courier_house_expect (CourierHouse *self,
                      const char   *id,
                      const char   *expected)
{
  guint deadline = baton_test_start_deadline (expected);
  guint tick = g_timeout_add (5, tick_cb, NULL);   /* reading may take in the very event that is waited for */

  for (;;) {
    g_autofree char *text = courier_house_read (self, id, FALSE);

    if (g_str_equal (text, expected))
      break;
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (tick);
  g_source_remove (deadline);
}

void
courier_house_assert (CourierHouse *self,
                      const char   *id,
                      const char   *expected)
{
  g_autofree char *text = courier_house_read (self, id, FALSE);

  g_assert_cmpstr (text, ==, expected);
}
