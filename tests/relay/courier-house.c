/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "courier-house.h"

#include "baton-error.h"
#include "baton-sqlite-store.h"

/* The real back end, with a hand on three of its functions. They run on the store's thread. */
static struct {
  GMutex           lock;
  BatonStoreClass  real;
  gboolean         is_set_up;
  char            *id;
  guint            turns;
  guint            looks;
  guint            n_refused;
  gint64           first_read;
} hand = { .first_read = G_MAXINT64 };

static gboolean
refuse (const char  *id,
        guint       *left,
        GError     **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&hand.lock);

  if (*left == 0 || g_strcmp0 (id, hand.id) != 0)
    return FALSE;

  (*left)--;
  hand.n_refused++;
  g_set_error_literal (error, BATON_ERROR, BATON_ERROR_FAILED, "as asked");
  return TRUE;
}

static GStrv
post_bot_turn (BatonStore          *store,
               const BatonBotTurn  *turn,
               GError             **error)
{
  return refuse (turn->conversation_id, &hand.turns, error) ? NULL : hand.real.post_bot_turn (store, turn, error);
}

static BatonConversation *
get_conversation (BatonStore  *store,
                  const char  *id,
                  GError     **error)
{
  return refuse (id, &hand.looks, error) ? NULL : hand.real.get_conversation (store, id, error);
}

static BatonPage *
list_activities (BatonStore  *store,
                 const char  *id,
                 gint64       after,
                 guint        limit,
                 gboolean     hidden_too,
                 GError     **error)
{
  g_mutex_lock (&hand.lock);
  hand.first_read = MIN (hand.first_read, after);
  g_mutex_unlock (&hand.lock);
  return hand.real.list_activities (store, id, after, limit, hidden_too, error);
}

static void
take_in_hand (BatonStoreClass *klass)
{
  if (hand.is_set_up)
    return;

  hand.is_set_up = TRUE;
  hand.real = *klass;
  klass->post_bot_turn = post_bot_turn;
  klass->get_conversation = get_conversation;
  klass->list_activities = list_activities;
}

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
  take_in_hand (BATON_STORE_GET_CLASS (self->store));
  self->courier = baton_courier_new (self->store, self->notices, 1, 2, 1, 3);
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
  courier_house_refuse (self, NULL, 0, 0);
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

void
courier_house_refuse (CourierHouse *self,
                      const char   *id,
                      guint         turns,
                      guint         looks)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&hand.lock);

  g_free (hand.id);
  hand.id = g_strdup (id);
  hand.turns = turns;
  hand.looks = looks;
  hand.n_refused = 0;
}

guint
courier_house_n_refused (CourierHouse *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&hand.lock);

  return hand.n_refused;
}

gint64
courier_house_first_read (CourierHouse *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&hand.lock);
  gint64 first = hand.first_read;

  hand.first_read = G_MAXINT64;
  return first;
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
courier_house_expect_read (CourierHouse *self,
                           const char   *id,
                           gint64        bot_read)
{
  guint deadline = baton_test_start_deadline (id);
  guint tick = g_timeout_add (5, tick_cb, NULL);

  for (;;) {
    g_autoptr (BatonConversation) conversation = courier_house_get (self, id);

    if (conversation->bot_read == bot_read)
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
