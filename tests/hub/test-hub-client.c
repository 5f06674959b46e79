/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-hub-client.h"
#include "baton-test.h"
#include "mock-hub.h"

static const BatonPace quick = {
  .step = 10, .limit = 50, .steady = 60000, .network_up = 10, .silence = 10000, .poll = 20, .patience = 15000,
  .token_life = 1800000,
};

typedef struct {
  MockHub        *hub;
  BatonHubClient *client;
  guint           events;
  guint           syncs;
  guint           waits;
} Fixture;

static void
event_cb (BatonHubClient *client,
          BatonEvent     *event,
          gpointer        user_data)
{
  ((Fixture *) user_data)->events++;
}

static void
synced_cb (BatonHubClient *client,
           gpointer        user_data)
{
  ((Fixture *) user_data)->syncs++;
}

static void
state_cb (BatonHubClient *client,
          GParamSpec     *pspec,
          gpointer        user_data)
{
  ((Fixture *) user_data)->waits += baton_hub_client_get_state (client) == BATON_HUB_WAITING;
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->hub = mock_hub_new ();
  f->client = baton_hub_client_new (f->hub->url);
  baton_hub_client_set_pace (f->client, &quick);
  g_signal_connect (f->client, "event", G_CALLBACK (event_cb), f);
  g_signal_connect (f->client, "synced", G_CALLBACK (synced_cb), f);
  g_signal_connect (f->client, "notify::state", G_CALLBACK (state_cb), f);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  baton_hub_client_sign_out (f->client);
  g_assert_finalize_object (f->client);
  mock_hub_free (f->hub);
}

static gboolean
sign_in (Fixture     *f,
         const char  *password,
         GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_hub_client_sign_in_async (f->client, "rita", password, NULL, baton_test_ready_cb, &result);
  return baton_hub_client_sign_in_finish (f->client, baton_test_await (&result), error);
}

static void
go_online (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sign_in (f, "pw", &error));
  g_assert_no_error (error);
  baton_test_wait (f->syncs > 0 && baton_hub_client_get_state (f->client) == BATON_HUB_ONLINE);
}

static void
set_snapshot (Fixture    *f,
              gint64      seq,
              const char *id,
              BatonState  state)
{
  g_autofree char *row = mock_hub_make_row (id, state, 1, NULL);

  g_free (f->hub->snapshot);
  f->hub->snapshot = mock_hub_make_snapshot (seq, row, FALSE);
}

static void
send_event (Fixture    *f,
            gint64      seq,
            const char *id,
            BatonState  state,
            gint64      epoch)
{
  g_autofree char *row = mock_hub_make_row (id, state, epoch, NULL);
  g_autofree char *frame = mock_hub_make_event (seq, BATON_EVENT_UPDATED, row);

  mock_hub_send (f->hub, frame);
}

static void
answer_row (Fixture    *f,
            guint       status,
            const char *id,
            BatonState  state,
            gint64      epoch,
            const char *agent_id)
{
  g_autofree char *row = mock_hub_make_row (id, state, epoch, agent_id);
  g_autofree char *body = g_strdup_printf ("{\"escalation\":%s,\"directLine\":{\"base\":\"http://h/v3/directline\","
                                           "\"conversationId\":\"c1\",\"token\":\"t1\",\"expires_in\":3600}}", row);

  mock_hub_answer (f->hub, status, body);
}

static BatonEscalation *
act (Fixture         *f,
     const char      *action,
     BatonHubAccess **access,
     GError         **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_hub_client_act_async (f->client, action, "e1", 1, NULL, baton_test_ready_cb, &result);
  return baton_hub_client_act_finish (f->client, baton_test_await (&result), access, error);
}

/* ---- signing in and out ---- */

static void
test_sign_in (Fixture       *f,
              gconstpointer  data)
{
  set_snapshot (f, 10, "e1", BATON_STATE_QUEUED);
  g_assert_cmpint (baton_hub_client_get_state (f->client), ==, BATON_HUB_SIGNED_OUT);
  g_assert_null (baton_hub_client_get_agent (f->client));
  go_online (f);

  g_assert_cmpstr (baton_agent_get_name (baton_hub_client_get_agent (f->client)), ==, "Rita");
  g_assert_cmpint (baton_agent_get_presence (baton_hub_client_get_agent (f->client)), ==, BATON_PRESENCE_AVAILABLE);
  g_assert_cmpint (baton_hub_client_get_seq (f->client), ==, 10);
  g_assert_nonnull (baton_queue_find (baton_hub_client_get_queue (f->client), "e1"));

  baton_hub_client_sign_out (f->client);
  g_assert_cmpint (baton_hub_client_get_state (f->client), ==, BATON_HUB_SIGNED_OUT);
  g_assert_null (baton_hub_client_get_agent (f->client));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (baton_hub_client_get_queue (f->client))), ==, 0);
  baton_test_wait (f->hub->sign_outs == 1);
}

static void
test_sign_in_wrong (Fixture       *f,
                    gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sign_in (f, "wrong", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED);
  g_assert_cmpint (baton_hub_client_get_state (f->client), ==, BATON_HUB_SIGNED_OUT);
}

static void
test_sign_in_unreachable (Fixture       *f,
                          gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  soup_server_disconnect (f->hub->server);
  g_assert_false (sign_in (f, "pw", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
}

static void
test_session_lost (Fixture       *f,
                   gconstpointer  on_stream)
{
  g_autoptr (GError) error = NULL;

  go_online (f);
  g_free (f->hub->token);
  f->hub->token = g_strdup ("session-2");
  if (GPOINTER_TO_INT (on_stream)) {
    mock_hub_drop (f->hub);
    baton_test_wait (baton_hub_client_get_state (f->client) == BATON_HUB_SIGNED_OUT);
  } else {
    g_assert_null (act (f, "claim", NULL, &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED);
    g_assert_cmpint (baton_hub_client_get_state (f->client), ==, BATON_HUB_SIGNED_OUT);
  }
  g_clear_error (&error);
  g_assert_null (act (f, "claim", NULL, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED);
  f->syncs = 0;
  go_online (f);
}

/* ---- the stream ---- */

static void
test_resume (Fixture       *f,
             gconstpointer  data)
{
  go_online (f);
  send_event (f, 11, "e1", BATON_STATE_QUEUED, 1);
  baton_test_wait (f->events == 1);
  g_free (f->hub->hello);
  f->hub->hello = g_strdup ("{\"hello\":{\"seq\":12,\"agent\":{\"id\":\"rita\",\"name\":\"Rita\"}}}");
  mock_hub_drop (f->hub);
  baton_test_wait (f->waits == 1);
  baton_test_wait (baton_hub_client_get_state (f->client) == BATON_HUB_ONLINE);
  send_event (f, 11, "e1", BATON_STATE_QUEUED, 1);
  send_event (f, 12, "e2", BATON_STATE_QUEUED, 1);
  baton_test_wait (f->events == 2);

  g_assert_cmpstr (g_ptr_array_index (f->hub->afters, 1), ==, "after=11");
  g_assert_cmpuint (f->syncs, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (baton_hub_client_get_queue (f->client))), ==, 2);
}

/* A gap is an error: what is missing comes with a snapshot. So does everything when the hub has lost its log. */
static void
test_gap (Fixture       *f,
          gconstpointer  data)
{
  go_online (f);
  set_snapshot (f, 13, "e3", BATON_STATE_QUEUED);
  send_event (f, 13, "e3", BATON_STATE_QUEUED, 1);
  baton_test_wait (f->syncs == 2);

  g_assert_cmpuint (f->events, ==, 0);
  g_assert_cmpint (baton_hub_client_get_seq (f->client), ==, 13);
  g_assert_cmpstr (g_ptr_array_index (f->hub->afters, 1), ==, "");
  g_assert_nonnull (baton_queue_find (baton_hub_client_get_queue (f->client), "e3"));

  mock_hub_drop (f->hub);   /* hello says 10, we are at 13 */
  set_snapshot (f, 10, "e0", BATON_STATE_QUEUED);
  baton_test_wait (f->syncs == 3);
  g_assert_cmpstr (g_ptr_array_index (f->hub->afters, 2), ==, "after=13");
  g_assert_cmpstr (g_ptr_array_index (f->hub->afters, 3), ==, "");
  g_assert_null (baton_queue_find (baton_hub_client_get_queue (f->client), "e3"));
}

static void
test_silence (Fixture       *f,
              gconstpointer  data)
{
  BatonPace pace = quick;

  pace.silence = 150;
  baton_hub_client_set_pace (f->client, &pace);
  go_online (f);
  baton_test_wait (f->waits == 1);
  baton_test_wait (baton_hub_client_get_state (f->client) == BATON_HUB_ONLINE);
  g_assert_cmpuint (f->hub->streams->len, >=, 2);
}

static void
test_retry_now (Fixture       *f,
                gconstpointer  data)
{
  BatonPace pace = quick;
  gint64 began;

  pace.step = pace.limit = 1000 * 1000;
  baton_hub_client_set_pace (f->client, &pace);
  go_online (f);
  began = g_get_monotonic_time ();
  mock_hub_drop (f->hub);
  baton_test_wait (f->waits == 1);
  g_assert_cmpint (baton_hub_client_get_retry_at (f->client), >=, began);

  baton_hub_client_retry_now (f->client);
  baton_test_wait (baton_hub_client_get_state (f->client) == BATON_HUB_ONLINE);
  g_assert_cmpint (baton_hub_client_get_retry_at (f->client), ==, 0);
}

static void
test_my_presence (Fixture       *f,
                  gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BatonAgent *me;

  go_online (f);
  me = baton_hub_client_get_agent (f->client);
  mock_hub_answer (f->hub, 200, "{\"agent\":{\"id\":\"rita\",\"name\":\"Rita\",\"presence\":\"away\"}}");
  baton_hub_client_set_presence_async (f->client, BATON_PRESENCE_AWAY, NULL, baton_test_ready_cb, &result);
  g_assert_true (baton_hub_client_set_presence_finish (f->client, baton_test_await (&result), &error));
  g_assert_no_error (error);
  g_assert_cmpint (baton_agent_get_presence (me), ==, BATON_PRESENCE_AWAY);
  g_assert_true (g_str_has_prefix (mock_hub_last_command (f->hub), "PUT /hub/v1/me/presence {\"requestId\":\""));
  g_assert_nonnull (strstr (mock_hub_last_command (f->hub), "\"presence\":\"away\""));

  mock_hub_send (f->hub, "{\"events\":[{\"seq\":11,\"at\":\"2026-03-02T10:15:31Z\",\"kind\":\"agent.presence\","
                         "\"agent\":{\"id\":\"rita\",\"name\":\"Rita\",\"presence\":\"busy\"}},"
                         "{\"seq\":12,\"at\":\"2026-03-02T10:15:31Z\",\"kind\":\"agent.presence\","
                         "\"agent\":{\"id\":\"tom\",\"name\":\"Tom\",\"presence\":\"away\"}}]}");
  baton_test_wait (f->events == 2);
  g_assert_true (me == baton_hub_client_get_agent (f->client));
  g_assert_cmpint (baton_agent_get_presence (me), ==, BATON_PRESENCE_BUSY);
}

/* ---- acting ---- */

static void
test_claim (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (BatonEscalation) escalation = NULL;
  g_autoptr (BatonHubAccess) access = NULL;
  g_autoptr (GError) error = NULL;

  set_snapshot (f, 10, "e1", BATON_STATE_QUEUED);
  go_online (f);
  answer_row (f, 200, "e1", BATON_STATE_WITH_AGENT, 2, "rita");
  escalation = act (f, "claim", &access, &error);
  g_assert_no_error (error);

  g_assert_true (escalation == baton_queue_find (baton_hub_client_get_queue (f->client), "e1"));
  g_assert_cmpint (baton_escalation_get_state (escalation), ==, BATON_STATE_WITH_AGENT);
  g_assert_cmpstr (access->base, ==, "http://h/v3/directline");
  g_assert_cmpstr (access->conversation_id, ==, "c1");
  g_assert_cmpstr (access->token, ==, "t1");
  g_assert_cmpuint (access->expires_in, ==, 3600);
  g_assert_true (g_str_has_prefix (mock_hub_last_command (f->hub), "POST /hub/v1/escalations/e1/claim {\"requestId\":\""));
  g_assert_true (g_str_has_suffix (mock_hub_last_command (f->hub), "\"epoch\":1}"));

  send_event (f, 11, "e1", BATON_STATE_QUEUED, 1);   /* older than the answer: overtaken */
  baton_test_wait (f->events == 1);
  g_assert_cmpint (baton_escalation_get_state (escalation), ==, BATON_STATE_WITH_AGENT);
}

static void
test_claim_lost (Fixture       *f,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  BatonEscalation *row;

  set_snapshot (f, 10, "e1", BATON_STATE_QUEUED);
  go_online (f);
  answer_row (f, 409, "e1", BATON_STATE_WITH_AGENT, 2, "tom");
  g_assert_null (act (f, "claim", NULL, &error));

  g_assert_error (error, BATON_ERROR, BATON_ERROR_CONFLICT);
  row = baton_queue_find (baton_hub_client_get_queue (f->client), "e1");
  g_assert_cmpstr (baton_escalation_get_agent_id (row), ==, "tom");
}

static void
test_close_leaves_queue (Fixture       *f,
                         gconstpointer  data)
{
  g_autoptr (BatonEscalation) escalation = NULL;
  g_autoptr (GError) error = NULL;

  set_snapshot (f, 10, "e1", BATON_STATE_WITH_AGENT);
  go_online (f);
  answer_row (f, 200, "e1", BATON_STATE_ENDED, 3, NULL);
  escalation = act (f, "close", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (baton_escalation_get_state (escalation), ==, BATON_STATE_ENDED);
  g_assert_null (baton_queue_find (baton_hub_client_get_queue (f->client), "e1"));
}

/* Whatever happened to the first try, it is the same command. */
static void
test_repeat (Fixture       *f,
             gconstpointer  data)
{
  g_autoptr (BatonEscalation) escalation = NULL;
  g_autoptr (GError) error = NULL;

  set_snapshot (f, 10, "e1", BATON_STATE_QUEUED);
  go_online (f);
  mock_hub_answer (f->hub, 502, "<html>");
  mock_hub_answer (f->hub, 503, "");
  mock_hub_answer (f->hub, 500, "{}");
  answer_row (f, 200, "e1", BATON_STATE_WITH_AGENT, 2, "rita");
  escalation = act (f, "claim", NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (escalation);
  g_assert_cmpuint (f->hub->commands->len, ==, 4);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpstr (g_ptr_array_index (f->hub->commands, 0), ==, g_ptr_array_index (f->hub->commands, i));
}

static void
test_repeat_gives_up (Fixture       *f,
                      gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  BatonPace pace = quick;

  pace.patience = 100;
  baton_hub_client_set_pace (f->client, &pace);
  go_online (f);
  for (guint i = 0; i < 200; i++)
    mock_hub_answer (f->hub, 503, "");
  g_assert_null (act (f, "release", NULL, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
  g_assert_cmpuint (f->hub->commands->len, >, 1);
}

static void
test_repeat_cancelled (Fixture       *f,
                       gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BatonPace pace = quick;

  pace.step = pace.limit = pace.patience = 1000 * 1000;
  baton_hub_client_set_pace (f->client, &pace);
  go_online (f);
  mock_hub_answer (f->hub, 502, "");
  baton_hub_client_act_async (f->client, "claim", "e1", 1, cancellable, baton_test_ready_cb, &result);
  baton_test_wait (f->hub->commands->len == 1);
  g_cancellable_cancel (cancellable);
  g_assert_null (baton_hub_client_act_finish (f->client, baton_test_await (&result), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_detail (Fixture       *f,
             gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL, missing = NULL, odd = NULL;
  g_autoptr (BatonEscalation) escalation = NULL;
  g_autoptr (BatonHubAccess) access = NULL;
  g_autoptr (GError) error = NULL;

  go_online (f);
  answer_row (f, 200, "e 1", BATON_STATE_QUEUED, 1, NULL);
  baton_hub_client_get_escalation_async (f->client, "e 1", NULL, baton_test_ready_cb, &result);
  escalation = baton_hub_client_get_escalation_finish (f->client, baton_test_await (&result), &access, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (baton_escalation_get_id (escalation), ==, "e 1");
  g_assert_nonnull (access);
  g_assert_cmpstr (mock_hub_last_command (f->hub), ==, "GET /hub/v1/escalations/e 1 ");

  mock_hub_answer (f->hub, 404, "");
  baton_hub_client_get_escalation_async (f->client, "gone", NULL, baton_test_ready_cb, &missing);
  g_assert_null (baton_hub_client_get_escalation_finish (f->client, baton_test_await (&missing), NULL, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
  g_clear_error (&error);

  mock_hub_answer (f->hub, 200, "<html>");
  baton_hub_client_get_escalation_async (f->client, "odd", NULL, baton_test_ready_cb, &odd);
  g_assert_null (baton_hub_client_get_escalation_finish (f->client, baton_test_await (&odd), NULL, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
}

#define ADD(path, data, test) g_test_add ("/hub-client/" path, Fixture, data, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("sign-in/right", NULL, test_sign_in);
  ADD ("sign-in/wrong", NULL, test_sign_in_wrong);
  ADD ("sign-in/unreachable", NULL, test_sign_in_unreachable);
  ADD ("session/lost-on-stream", GINT_TO_POINTER (TRUE), test_session_lost);
  ADD ("session/lost-on-command", GINT_TO_POINTER (FALSE), test_session_lost);
  ADD ("stream/resume", NULL, test_resume);
  ADD ("stream/gap", NULL, test_gap);
  ADD ("stream/silence", NULL, test_silence);
  ADD ("stream/retry-now", NULL, test_retry_now);
  ADD ("presence", NULL, test_my_presence);
  ADD ("act/claim", NULL, test_claim);
  ADD ("act/claim-lost", NULL, test_claim_lost);
  ADD ("act/close", NULL, test_close_leaves_queue);
  ADD ("act/repeat", NULL, test_repeat);
  ADD ("act/repeat-gives-up", NULL, test_repeat_gives_up);
  ADD ("act/repeat-cancelled", NULL, test_repeat_cancelled);
  ADD ("detail", NULL, test_detail);

  return g_test_run ();
}
