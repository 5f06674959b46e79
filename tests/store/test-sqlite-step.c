/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "baton-time.h"
#include "store-fixture.h"

#define RACES 1000

typedef struct {
  StoreFixture      *fixture;
  BatonConversation *conversation;
  char              *id;
} Case;

static void
case_init (Case *self)
{
  self->fixture = store_fixture_new ();
  self->conversation = start_conversation (self->fixture->store, "c1");
  self->id = hand_off (self->fixture->store, "c1", "h1");
  g_free (store_fixture_take_told (self->fixture));
}

static void
case_clear (Case *self)
{
  g_clear_pointer (&self->fixture, store_fixture_free);
  g_clear_pointer (&self->conversation, baton_conversation_free);
  g_clear_pointer (&self->id, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

static BatonStepResult *
step (Case          *self,
      BatonStepKind  kind,
      const char    *agent_id,
      gint64         epoch,
      const char    *request_id)
{
  g_autoptr (GError) error = NULL;
  BatonStepResult *result;

  result = take_step (self->fixture->store, &(BatonStep) {
    .kind = kind,
    .escalation_id = self->id,
    .request_id = request_id,
    .agent_id = agent_id,
    .agent_name = "A name",
    .epoch = epoch,
    .line = "It goes on.",
    .line_kind = "left",
  }, &error);
  g_assert_no_error (error);
  return result;
}

static void
test_step_claim (void)
{
  g_auto (Case) self = { NULL };
  g_autoptr (BatonStepResult) result = NULL;
  g_autoptr (BatonConversation) conversation = NULL;
  g_autoptr (BatonPage) page = NULL;
  g_autofree char *told = NULL;
  BatonActivity *line;

  case_init (&self);
  result = step (&self, BATON_STEP_CLAIM, "anna", 0, "r1");
  g_assert_true (result->done);
  g_assert_false (result->repeated);
  g_assert_cmpint (baton_escalation_get_state (result->escalation), ==, BATON_STATE_WITH_AGENT);
  g_assert_cmpint (baton_escalation_get_epoch (result->escalation), ==, 2);
  g_assert_cmpstr (baton_escalation_get_agent_id (result->escalation), ==, "anna");
  g_assert_cmpstr (baton_escalation_get_agent_name (result->escalation), ==, "A name");
  g_assert_cmpint (baton_escalation_get_claimed_at (result->escalation), !=, BATON_TIME_UNKNOWN);

  told = store_fixture_take_told (self.fixture);
  g_assert_cmpstr (told, ==, "moved with_agent 2, activity 0 shown, event 2 escalation.claimed");
  conversation = get_conversation (self.fixture->store, "c1");
  g_assert_cmpint (conversation->state, ==, BATON_STATE_WITH_AGENT);
  g_assert_cmpstr (conversation->agent_id, ==, "anna");
  g_assert_cmpint (conversation->epoch, ==, 2);
  page = list_activities (self.fixture->store, "c1", -1, 0, FALSE);
  line = g_ptr_array_index (page->activities, 0);
  g_assert_cmpstr (baton_activity_get_text (line), ==, "It goes on.");
  g_assert_cmpstr (baton_activity_get_system_kind (line), ==, "left");
}

/* The loser is told who has it, changes nothing, and gets the same answer to a repeat even when it is free again. */
static void
test_step_claim_lost (void)
{
  g_auto (Case) self = { NULL };
  g_autoptr (BatonStepResult) won = NULL;
  g_autoptr (BatonStepResult) lost = NULL;
  g_autoptr (BatonStepResult) released = NULL;
  g_autoptr (BatonStepResult) repeated = NULL;
  g_autoptr (BatonStepResult) anew = NULL;
  g_autofree char *told = NULL;

  case_init (&self);
  won = step (&self, BATON_STEP_CLAIM, "anna", 0, "r1");
  g_free (store_fixture_take_told (self.fixture));
  lost = step (&self, BATON_STEP_CLAIM, "ben", 0, "r1");   /* ids are the sender's own: no repeat of Anna's */
  g_assert_false (lost->done);
  g_assert_false (lost->repeated);
  g_assert_cmpstr (baton_escalation_get_agent_id (lost->escalation), ==, "anna");
  told = store_fixture_take_told (self.fixture);
  g_assert_cmpstr (told, ==, "");

  released = step (&self, BATON_STEP_RELEASE, "anna", 2, "r2");
  repeated = step (&self, BATON_STEP_CLAIM, "ben", 0, "r1");
  g_assert_false (repeated->done);
  g_assert_true (repeated->repeated);
  anew = step (&self, BATON_STEP_CLAIM, "ben", 0, "r2");
  g_assert_true (anew->done);
}

/* Decision 3: repeating a request gives the first answer, also over a restart, and does nothing. */
static void
test_step_repeat (void)
{
  static const BatonStepKind kinds[] = { BATON_STEP_RELEASE, BATON_STEP_RETURN, BATON_STEP_END };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_auto (Case) self = { NULL };
    g_autoptr (BatonStepResult) claimed = NULL;
    g_autoptr (BatonStepResult) claimed_again = NULL;
    g_autoptr (BatonStepResult) first = NULL;
    g_autoptr (BatonStepResult) again = NULL;
    g_autofree char *told = NULL;

    case_init (&self);
    claimed = step (&self, BATON_STEP_CLAIM, "anna", 0, "r1");
    claimed_again = step (&self, BATON_STEP_CLAIM, "anna", 0, "r1");
    g_assert_true (claimed_again->done);
    g_assert_true (claimed_again->repeated);
    g_assert_cmpint (baton_escalation_get_epoch (claimed_again->escalation), ==, 2);

    first = step (&self, kinds[i], "anna", 2, "r2");
    g_assert_true (first->done);
    g_free (store_fixture_take_told (self.fixture));
    store_fixture_reopen (self.fixture);
    again = step (&self, kinds[i], "anna", 2, "r2");
    g_assert_true (again->done);
    g_assert_true (again->repeated);
    g_assert_cmpint (baton_escalation_get_epoch (again->escalation), ==, 3);
    told = store_fixture_take_told (self.fixture);
    g_assert_cmpstr (told, ==, "");
  }
}

/* Claiming what one has already, under another request id. */
static void
test_step_claim_owned (void)
{
  g_auto (Case) self = { NULL };
  g_autoptr (BatonStepResult) first = NULL;
  g_autoptr (BatonStepResult) second = NULL;

  case_init (&self);
  first = step (&self, BATON_STEP_CLAIM, "anna", 0, "r1");
  second = step (&self, BATON_STEP_CLAIM, "anna", 0, "r2");
  g_assert_true (second->done);
  g_assert_true (second->repeated);
  g_assert_cmpint (baton_escalation_get_epoch (second->escalation), ==, 2);
}

static void
test_step_release (void)
{
  g_auto (Case) self = { NULL };
  g_autoptr (BatonStepResult) claimed = NULL;
  g_autoptr (BatonStepResult) released = NULL;
  g_autofree char *told = NULL;

  case_init (&self);
  claimed = step (&self, BATON_STEP_CLAIM, "anna", 0, "r1");
  g_free (store_fixture_take_told (self.fixture));
  released = step (&self, BATON_STEP_RELEASE, "anna", 2, "r2");
  g_assert_true (released->done);
  g_assert_cmpint (baton_escalation_get_state (released->escalation), ==, BATON_STATE_QUEUED);
  g_assert_null (baton_escalation_get_agent_id (released->escalation));
  g_assert_cmpint (baton_escalation_get_queued_at (released->escalation), ==,
                   baton_escalation_get_queued_at (claimed->escalation));
  told = store_fixture_take_told (self.fixture);
  g_assert_cmpstr (told, ==, "moved queued 3, activity 1 shown, event 3 escalation.queued");
}

/* The bot goes on after what the agent has handled. */
static void
test_step_return (void)
{
  g_auto (Case) self = { NULL };
  g_autoptr (BatonPosted) asked = NULL;
  g_autoptr (BatonStepResult) claimed = NULL;
  g_autoptr (BatonStepResult) returned = NULL;
  g_autoptr (BatonConversation) conversation = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) unread = NULL;

  case_init (&self);
  claimed = step (&self, BATON_STEP_CLAIM, "anna", 0, "r1");
  asked = say (self.fixture->store, "c1", "m1", "for the agent");
  returned = step (&self, BATON_STEP_RETURN, "anna", 2, "r2");
  g_assert_true (returned->done);
  g_assert_cmpint (baton_escalation_get_state (returned->escalation), ==, BATON_STATE_BOT);
  g_assert_cmpint (baton_escalation_get_closed_at (returned->escalation), !=, BATON_TIME_UNKNOWN);

  conversation = get_conversation (self.fixture->store, "c1");
  g_assert_cmpint (conversation->state, ==, BATON_STATE_BOT);
  g_assert_cmpint (conversation->epoch, ==, 3);
  g_assert_null (conversation->agent_id);
  g_assert_null (conversation->escalation_id);
  g_assert_cmpint (conversation->bot_read, >=, asked->index);
  baton_store_list_unread_async (self.fixture->store, NULL, baton_test_ready_cb, &result);
  unread = baton_store_list_unread_finish (self.fixture->store, baton_test_await (&result), NULL);
  g_assert_cmpuint (unread->len, ==, 0);
}

static void
test_step_end (void)
{
  g_auto (Case) self = { NULL };
  g_autoptr (BatonStepResult) claimed = NULL;
  g_autoptr (BatonStepResult) ended = NULL;
  g_autoptr (BatonConversation) conversation = NULL;
  g_autoptr (GPtrArray) open = NULL;
  g_autofree char *told = NULL;

  case_init (&self);
  claimed = step (&self, BATON_STEP_CLAIM, "anna", 0, "r1");
  g_free (store_fixture_take_told (self.fixture));
  ended = step (&self, BATON_STEP_END, "anna", 2, "r2");
  g_assert_true (ended->done);
  g_assert_cmpint (baton_escalation_get_state (ended->escalation), ==, BATON_STATE_ENDED);
  told = store_fixture_take_told (self.fixture);
  g_assert_cmpstr (told, ==, "moved ended 3, activity 1 shown, event 3 escalation.ended");
  conversation = get_conversation (self.fixture->store, "c1");
  g_assert_cmpint (conversation->state, ==, BATON_STATE_ENDED);
  open = list_escalations (self.fixture->store, TRUE, 0);
  g_assert_cmpuint (open->len, ==, 0);
}

/* Every guarded step: by another agent, in another epoch, and before anybody has claimed it. */
static void
test_step_guards (void)
{
  static const BatonStepKind kinds[] = { BATON_STEP_RELEASE, BATON_STEP_RETURN, BATON_STEP_END };
  g_auto (Case) self = { NULL };
  g_autoptr (BatonStepResult) claimed = NULL;
  g_autofree char *told = NULL;
  guint n = 0;

  case_init (&self);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (kinds); i++) {
    const struct { const char *agent; gint64 epoch; } wrong[] = { { "ben", 2 }, { "anna", 1 }, { "anna", 3 } };

    if (i == G_N_ELEMENTS (kinds)) {
      claimed = step (&self, BATON_STEP_CLAIM, "anna", 0, "claim");
      g_free (store_fixture_take_told (self.fixture));
    }
    for (gsize j = 0; j < G_N_ELEMENTS (wrong); j++) {
      g_autofree char *request_id = g_strdup_printf ("r%u", n++);
      g_autoptr (BatonStepResult) result = step (&self, kinds[i % G_N_ELEMENTS (kinds)], wrong[j].agent, wrong[j].epoch,
                                                 request_id);

      g_assert_false (result->done);
    }
  }
  told = store_fixture_take_told (self.fixture);
  g_assert_cmpstr (told, ==, "");
}

/* One id, two meanings: a mistake of the sender, not a repeat. */
static void
test_step_request_reused (void)
{
  g_auto (Case) self = { NULL };
  g_autoptr (BatonStepResult) claimed = NULL;
  g_autoptr (GError) error = NULL;

  case_init (&self);
  claimed = step (&self, BATON_STEP_CLAIM, "anna", 0, "r1");
  g_assert_null (take_step (self.fixture->store, &(BatonStep) {
    .kind = BATON_STEP_END, .escalation_id = self.id, .request_id = "r1", .agent_id = "anna", .epoch = 2,
  }, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
}

static void
start_claim (Case          *self,
             const char    *agent_id,
             guint          round,
             GAsyncResult **slot)
{
  g_autofree char *request_id = g_strdup_printf ("claim-%u", round);

  baton_store_step_async (self->fixture->store, &(BatonStep) {
    .kind = BATON_STEP_CLAIM,
    .escalation_id = self->id,
    .request_id = request_id,
    .agent_id = agent_id,
    .agent_name = agent_id,
  }, NULL, baton_test_ready_cb, slot);
}

/* Two consoles claim the same row at the same moment 1,000 times: always exactly one owner. */
static void
test_step_race (void)
{
  static const char *const agents[] = { "anna", "ben" };
  g_auto (Case) self = { NULL };
  guint n_won[2] = { 0 };

  case_init (&self);
  for (guint round = 0; round < RACES; round++) {
    g_autofree char *request_id = g_strdup_printf ("release-%u", round);
    GAsyncResult *slots[2] = { NULL };
    g_autoptr (BatonConversation) conversation = NULL;
    g_autoptr (BatonStepResult) released = NULL;
    const char *owner = NULL;
    gint64 epoch = -1;

    start_claim (&self, agents[round % 2], round, &slots[round % 2]);
    start_claim (&self, agents[1 - round % 2], round, &slots[1 - round % 2]);
    for (guint i = 0; i < 2; i++) {
      g_autoptr (GAsyncResult) result = baton_test_await (&slots[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (BatonStepResult) answer = baton_store_step_finish (self.fixture->store, result, &error);

      g_assert_no_error (error);
      if (!answer->done)
        continue;
      g_assert_null (owner);
      owner = agents[i];
      epoch = baton_escalation_get_epoch (answer->escalation);
      n_won[i]++;
    }
    g_assert_nonnull (owner);
    conversation = get_conversation (self.fixture->store, "c1");
    g_assert_cmpstr (conversation->agent_id, ==, owner);
    g_assert_cmpint (conversation->epoch, ==, epoch);
    released = step (&self, BATON_STEP_RELEASE, owner, epoch, request_id);
    g_assert_true (released->done);
  }
  g_test_message ("%u : %u", n_won[0], n_won[1]);
  g_assert_cmpuint (n_won[0], ==, RACES / 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/step/claim", test_step_claim);
  g_test_add_func ("/store/step/claim-lost", test_step_claim_lost);
  g_test_add_func ("/store/step/claim-owned", test_step_claim_owned);
  g_test_add_func ("/store/step/repeat", test_step_repeat);
  g_test_add_func ("/store/step/release", test_step_release);
  g_test_add_func ("/store/step/return", test_step_return);
  g_test_add_func ("/store/step/end", test_step_end);
  g_test_add_func ("/store/step/guards", test_step_guards);
  g_test_add_func ("/store/step/request-reused", test_step_request_reused);
  g_test_add_func ("/store/step/race", test_step_race);
  return g_test_run ();
}
