/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-case.h"

#include <string.h>

#include "baton-test.h"
#include "baton-time.h"
#include "mock-desk.h"

#define ME "rita"

typedef struct {
  MockDesk  *desk;
  BatonCase *item;
  char      *said;     /* the last `failed` */
  guint      changes;
} Fixture;

static void
failed_cb (Fixture    *f,
           const char *sentence)
{
  g_free (f->said);
  f->said = g_strdup (sentence);
}

static void
changed_cb (Fixture *f)
{
  f->changes++;
}

/* A case as the window has it: @agent_id owns it, or nobody. */
static void
open_case (Fixture    *f,
           const char *agent_id)
{
  BatonState state = agent_id != NULL ? BATON_STATE_WITH_AGENT : BATON_STATE_QUEUED;

  f->desk = mock_desk_new (NULL, state, 3, agent_id);
  mock_desk_answer (f->desk, 200, TRUE, state, 3, agent_id);
  mock_desk_say (f->desk, "customer", "Hello", -2);
  mock_desk_say (f->desk, "bot", "Wait", 0);
  f->item = baton_case_new (f->desk->client, f->desk->escalation);
  g_signal_connect_swapped (f->item, "failed", G_CALLBACK (failed_cb), f);
  g_signal_connect_swapped (f->item, "changed", G_CALLBACK (changed_cb), f);
}

static guint
n_lines (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (baton_case_get_transcript (f->item)));
}

static void
set_up (Fixture       *f,
        gconstpointer  agent_id)
{
  open_case (f, agent_id);
  baton_test_wait (n_lines (f) == 3);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_clear_object (&f->item);
  mock_desk_free (f->desk);
  g_free (f->said);
}

static BatonTranscriptItem *
get_line (Fixture *f,
          guint    position)
{
  g_autoptr (BatonTranscriptItem) item = g_list_model_get_item (G_LIST_MODEL (baton_case_get_transcript (f->item)), position);

  g_assert_nonnull (item);
  return item;
}

/* Reading along: the context, the hand-off in its place, the words before it and after it. */
static void
test_case_read (Fixture       *f,
                gconstpointer  data)
{
  g_assert_false (baton_case_is_mine (f->item));
  g_assert_false (baton_case_is_writable (f->item));
  g_assert_true (baton_case_is_online (f->item));
  g_assert_cmpuint (baton_handoff_get_n_variables (baton_case_get_handoff (f->item)), ==, 4);
  g_assert_cmpint (baton_transcript_item_get_kind (get_line (f, 0)), ==, BATON_ITEM_MESSAGE);
  g_assert_cmpuint (baton_transcript_find_handoff (baton_case_get_transcript (f->item)), <, 3);
  g_assert_cmpstr (baton_case_get_timezone (f->item), ==, "Europe/Berlin");
  g_assert_cmpstr (baton_case_get_channel (f->item), ==, "directline");
  g_assert_cmpint (baton_case_get_waiting_since (f->item), ==, MOCK_DESK_QUEUED);
  g_assert_false (baton_case_send (f->item, "Not mine"));
  g_assert_cmpuint (n_lines (f), ==, 3);
}

static void
test_case_unread (Fixture       *f,
                  gconstpointer  data)
{
  g_assert_cmpuint (baton_case_get_unread (f->item), ==, 0);
  mock_desk_say (f->desk, "customer", "One", 1);
  mock_desk_say (f->desk, "customer", "Two", 2);
  baton_test_wait (baton_case_get_unread (f->item) == 2);
  g_assert_cmpstr (baton_case_get_last_text (f->item), ==, "Two");
  g_assert_cmpint (baton_case_get_waiting_since (f->item), ==, MOCK_DESK_QUEUED);

  baton_case_set_active (f->item, TRUE);
  g_assert_cmpuint (baton_case_get_unread (f->item), ==, 0);
  mock_desk_say (f->desk, "customer", "Three", 3);
  baton_test_wait (n_lines (f) == 6);
  g_assert_cmpuint (baton_case_get_unread (f->item), ==, 0);

  baton_case_set_active (f->item, FALSE);
  mock_desk_say (f->desk, "agent", "Answer", 4);
  mock_desk_say (f->desk, "customer", "Four", 5);
  mock_desk_say (f->desk, "customer", "Five", 6);
  baton_test_wait (baton_case_get_unread (f->item) == 2);
  g_assert_cmpint (baton_case_get_waiting_since (f->item), ==, MOCK_DESK_QUEUED + 5 * 60 * G_USEC_PER_SEC);
  mock_desk_say (f->desk, "agent", "Another answer", 7);
  baton_test_wait (baton_case_get_unread (f->item) == 0);
  g_assert_cmpint (baton_case_get_waiting_since (f->item), ==, BATON_TIME_UNKNOWN);
}

/* K15: typing ends with the message, or by itself. */
static void
test_case_typing (Fixture       *f,
                  gconstpointer  data)
{
  g_assert_false (baton_case_is_typing (f->item));
  mock_desk_say_json (f->desk, "bot", "\"type\":\"typing\"", 1);
  mock_desk_say_json (f->desk, "customer", "\"type\":\"typing\"", 1);
  baton_test_wait (baton_case_is_typing (f->item));
  mock_desk_say (f->desk, "customer", "Words", 1);
  baton_test_wait (!baton_case_is_typing (f->item));
  mock_desk_say_json (f->desk, "customer", "\"type\":\"typing\"", 2);
  baton_test_wait (baton_case_is_typing (f->item));
  baton_test_wait (!baton_case_is_typing (f->item));
  g_assert_cmpuint (n_lines (f), ==, 4);
}

static void
test_case_claim (Fixture       *f,
                 gconstpointer  data)
{
  mock_desk_answer (f->desk, 200, FALSE, BATON_STATE_WITH_AGENT, 4, ME);
  baton_case_claim (f->item);
  g_assert_true (baton_case_is_claiming (f->item));
  baton_test_wait (!baton_case_is_claiming (f->item));
  g_assert_true (baton_case_is_mine (f->item));
  g_assert_true (baton_case_is_writable (f->item));
  g_assert_null (baton_case_get_notice (f->item));
  g_assert_nonnull (strstr (mock_hub_last_command (f->desk->hub), "/claim"));
  g_assert_nonnull (strstr (mock_hub_last_command (f->desk->hub), "\"epoch\":3"));

  g_assert_false (baton_case_send (f->item, " \n"));
  g_assert_true (baton_case_send (f->item, "Hello, I am Rita "));
  g_assert_cmpuint (n_lines (f), ==, 4);
  g_assert_cmpint (baton_case_get_waiting_since (f->item), ==, BATON_TIME_UNKNOWN);
  baton_test_wait (baton_transcript_item_get_delivery (get_line (f, 3)) == BATON_DELIVERY_SENT);
  g_assert_cmpstr (baton_activity_get_text (baton_transcript_item_get_activity (get_line (f, 3))), ==, "Hello, I am Rita");
}

static void
test_case_claim_lost (Fixture       *f,
                      gconstpointer  data)
{
  mock_desk_answer (f->desk, 409, FALSE, BATON_STATE_WITH_AGENT, 4, "priya");
  baton_case_set_active (f->item, TRUE);
  baton_case_claim (f->item);
  baton_test_wait (!baton_case_is_claiming (f->item) && baton_case_get_notice (f->item) != NULL);
  g_assert_false (baton_case_is_mine (f->item));
  g_assert_nonnull (strstr (baton_case_get_notice (f->item), "Priya Nair"));
  g_assert_nonnull (strstr (baton_case_get_notice (f->item), "was faster"));
  g_assert_null (f->said);
}

static void
test_case_claim_refused (Fixture       *f,
                         gconstpointer  data)
{
  mock_hub_answer (f->desk->hub, 403, "{}");
  baton_case_claim (f->item);
  baton_test_wait (f->said != NULL);
  g_assert_cmpstr (f->said, ==, "You are not allowed to take this conversation.");
  g_assert_false (baton_case_is_claiming (f->item));
  g_assert_false (baton_case_is_mine (f->item));
}

/* Somebody else has it now: nothing is sent any more, the words stay. */
static void
test_case_lose (Fixture       *f,
                gconstpointer  data)
{
  g_assert_true (baton_case_is_writable (f->item));
  baton_case_set_draft (f->item, "half a sentence");
  mock_desk_happen (f->desk, BATON_EVENT_CLAIMED, BATON_STATE_WITH_AGENT, 5, "priya");
  baton_test_wait (!baton_case_is_mine (f->item));
  g_assert_false (baton_case_is_writable (f->item));
  g_assert_nonnull (strstr (baton_case_get_notice (f->item), "Priya Nair"));
  g_assert_cmpstr (baton_case_get_draft (f->item), ==, "half a sentence");
  g_assert_nonnull (f->said);
}

static void
test_case_requeued (Fixture       *f,
                    gconstpointer  data)
{
  mock_desk_happen (f->desk, BATON_EVENT_QUEUED, BATON_STATE_QUEUED, 5, NULL);
  baton_test_wait (!baton_case_is_mine (f->item));
  g_assert_cmpstr (baton_case_get_notice (f->item), ==, "This conversation went back to the queue.");
}

static void
test_case_end (Fixture       *f,
               gconstpointer  data)
{
  mock_desk_answer (f->desk, 200, FALSE, BATON_STATE_ENDED, 4, NULL);
  baton_case_end (f->item);
  baton_case_end (f->item);
  baton_test_wait (!baton_case_is_mine (f->item));
  g_assert_nonnull (strstr (mock_hub_last_command (f->desk->hub), "/close"));
  g_assert_cmpuint (f->desk->hub->commands->len, ==, 2);
  g_assert_cmpint (baton_escalation_get_state (baton_case_get_escalation (f->item)), ==, BATON_STATE_ENDED);
  g_assert_null (baton_case_get_notice (f->item));
  g_assert_null (f->said);
}

static void
test_case_return (Fixture       *f,
                  gconstpointer  data)
{
  mock_hub_answer (f->desk->hub, 403, "{}");
  baton_case_return (f->item);
  baton_test_wait (f->said != NULL);
  g_assert_cmpstr (f->said, ==, "You are not allowed to do this. The conversation is still yours.");
  g_assert_true (baton_case_is_mine (f->item));
  g_assert_nonnull (strstr (mock_hub_last_command (f->desk->hub), "/return"));
  g_clear_pointer (&f->said, g_free);

  mock_hub_answer (f->desk->hub, 404, "{}");
  baton_case_return (f->item);
  baton_test_wait (f->said != NULL);
  g_assert_cmpstr (f->said, ==, "This conversation does not exist any more.");

  mock_desk_answer (f->desk, 200, FALSE, BATON_STATE_BOT, 4, NULL);
  baton_case_return (f->item);
  baton_test_wait (!baton_case_is_mine (f->item));
}

/* The hub lost its log and begins anew: the queue has new objects of the same ids. */
static void
test_case_synced (Fixture       *f,
                  gconstpointer  data)
{
  g_autofree char *row = mock_desk_format (f->desk, FALSE, BATON_STATE_WITH_AGENT, 9, "priya");
  g_autofree char *snapshot = mock_hub_make_snapshot (20, row, FALSE);

  mock_hub_send (f->desk->hub, snapshot);
  baton_test_wait (!baton_case_is_mine (f->item));
  g_assert_true (baton_case_get_escalation (f->item)
                 == baton_queue_find (baton_hub_client_get_queue (f->desk->client), MOCK_DESK_ID));
}

/* It was over before anybody could tell us. */
static void
test_case_synced_without (Fixture       *f,
                          gconstpointer  data)
{
  g_autofree char *snapshot = mock_hub_make_snapshot (20, "", FALSE);

  mock_desk_answer (f->desk, 200, TRUE, BATON_STATE_ENDED, 9, NULL);
  mock_hub_send (f->desk->hub, snapshot);
  baton_test_wait (!baton_case_is_mine (f->item));
  g_assert_cmpint (baton_escalation_get_state (baton_case_get_escalation (f->item)), ==, BATON_STATE_ENDED);
}

/* The token ran out: the case gets another one and goes on where it was. */
static void
test_case_expired (Fixture       *f,
                   gconstpointer  data)
{
  g_free (f->desk->line->token);
  f->desk->line->token = g_strdup ("token-2");
  mock_desk_answer (f->desk, 200, TRUE, BATON_STATE_WITH_AGENT, 3, ME);
  g_assert_true (baton_case_send (f->item, "Still there?"));
  baton_test_wait (baton_transcript_item_get_delivery (get_line (f, 3)) == BATON_DELIVERY_SENT);
  g_assert_cmpuint (f->desk->hub->commands->len, ==, 2);
}

static void
online_cb (BatonCase  *item,
           GParamSpec *pspec,
           guint      *changes)
{
  ++*changes;
}

/* Lost is lost until it is back; nothing in between counts, and what was said meanwhile comes. */
static void
test_case_reconnect (Fixture       *f,
                     gconstpointer  data)
{
  guint changes = 0;

  g_signal_connect (f->item, "notify::online", G_CALLBACK (online_cb), &changes);
  mock_direct_line_drop_streams (f->desk->line, 1001);
  baton_test_wait (!baton_case_is_online (f->item));
  mock_desk_say (f->desk, "customer", "Anybody there?", 1);
  g_assert_true (baton_case_send (f->item, "One moment"));
  g_assert_cmpint (baton_transcript_item_get_delivery (get_line (f, 3)), ==, BATON_DELIVERY_PENDING);
  baton_test_wait (baton_case_is_online (f->item));
  baton_test_wait (n_lines (f) == 5 && baton_case_get_unread (f->item) == 0);
  g_assert_cmpuint (changes, ==, 2);
}

/* The detail may not come at once; a second hand-off replaces the context. */
static void
test_case_load_again (void)
{
  Fixture f = { 0 };
  char *first;

  f.desk = mock_desk_new (NULL, BATON_STATE_QUEUED, 3, NULL);
  mock_hub_answer (f.desk->hub, 503, "{}");
  mock_desk_answer (f.desk, 200, TRUE, BATON_STATE_QUEUED, 3, NULL);
  f.item = baton_case_new (f.desk->client, f.desk->escalation);
  baton_test_wait (n_lines (&f) == 1);
  g_assert_cmpuint (baton_handoff_get_n_variables (baton_case_get_handoff (f.item)), ==, 4);

  first = f.desk->handoff;
  f.desk->handoff = g_strdup ("{\"type\":\"event\",\"name\":\"handoff.initiate\",\"id\":\"h2\","
                              "\"value\":{\"va_LastTopic\":\"Other\",\"X\":1}}");
  g_free (first);
  mock_desk_answer (f.desk, 200, TRUE, BATON_STATE_QUEUED, 3, NULL);
  mock_desk_happen (f.desk, BATON_EVENT_UPDATED, BATON_STATE_QUEUED, 3, NULL);
  baton_test_wait (n_lines (&f) == 2);
  g_assert_cmpstr (baton_handoff_get_last_topic (baton_case_get_handoff (f.item)), ==, "Other");
  tear_down (&f, NULL);
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *path;
    const char *agent_id;
    void      (*test) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/console/case/read", NULL, test_case_read },
    { "/console/case/unread", NULL, test_case_unread },
    { "/console/case/typing", NULL, test_case_typing },
    { "/console/case/claim", NULL, test_case_claim },
    { "/console/case/claim/lost", NULL, test_case_claim_lost },
    { "/console/case/claim/refused", NULL, test_case_claim_refused },
    { "/console/case/lose", ME, test_case_lose },
    { "/console/case/requeued", ME, test_case_requeued },
    { "/console/case/end", ME, test_case_end },
    { "/console/case/return", ME, test_case_return },
    { "/console/case/synced", ME, test_case_synced },
    { "/console/case/synced/without", ME, test_case_synced_without },
    { "/console/case/expired", ME, test_case_expired },
    { "/console/case/reconnect", ME, test_case_reconnect },
  };
  g_autofree char *folder = NULL;

  g_test_init (&argc, &argv, NULL);
  folder = baton_test_make_folder ();
  g_setenv ("XDG_DATA_HOME", folder, TRUE);   /* the outbox */
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, tests[i].agent_id, set_up, tests[i].test, tear_down);
  g_test_add_func ("/console/case/load-again", test_case_load_again);
  return g_test_run ();
}
