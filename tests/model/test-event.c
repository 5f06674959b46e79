/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-error.h"
#include "baton-time.h"
#include "model-test.h"

static BatonEvent *
event_from_text (const char  *text,
                 GError     **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return baton_event_new_from_bytes (bytes, error);
}

static void
test_escalation (void)
{
  g_autoptr (BatonEscalation) escalation = make_escalation ("e1", 5);
  BatonEvent *event = baton_event_new (7, 2000000, BATON_EVENT_QUEUED, escalation, NULL);
  g_autoptr (BatonEvent) read = NULL;
  g_autoptr (GError) error = NULL;

  /* Later changes of the escalation are not what this event told. */
  baton_escalation_set_state (escalation, BATON_STATE_ENDED, 9, NULL, NULL, 9);
  g_assert_cmpint (baton_escalation_get_state (baton_event_get_escalation (event)), ==, BATON_STATE_QUEUED);

  read = baton_event_new_from_bytes (baton_event_get_bytes (event), &error);
  g_assert_no_error (error);
  g_assert_cmpint (baton_event_get_seq (read), ==, 7);
  g_assert_cmpint (baton_event_get_at (read), ==, 2000000);
  g_assert_cmpstr (baton_event_get_kind (read), ==, "escalation.queued");
  g_assert_cmpstr (baton_escalation_get_id (baton_event_get_escalation (read)), ==, "e1");
  g_assert_null (baton_event_get_agent (read));
  g_assert_false (baton_escalation_is_detailed (baton_event_get_escalation (read)));
  g_assert_finalize_object (event);
}

static void
test_presence (void)
{
  g_autoptr (BatonAgent) agent = baton_agent_new ("ana", "Ana", NULL, NULL);
  g_autoptr (BatonEvent) event = NULL;
  g_autofree char *text = NULL;

  baton_agent_set_presence (agent, BATON_PRESENCE_AVAILABLE);
  event = baton_event_new (8, 0, BATON_EVENT_PRESENCE, NULL, agent);
  text = g_strndup (g_bytes_get_data (baton_event_get_bytes (event), NULL), g_bytes_get_size (baton_event_get_bytes (event)));

  assert_same_json (text, "{\"seq\":8,\"at\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"agent.presence\","
                          "\"agent\":{\"id\":\"ana\",\"name\":\"Ana\",\"presence\":\"available\",\"skills\":[],\"languages\":[]}}");
  g_assert_null (baton_event_get_escalation (event));
  g_assert_cmpint (baton_agent_get_presence (baton_event_get_agent (event)), ==, BATON_PRESENCE_AVAILABLE);
}

static void
test_broken (void)
{
  static const struct {
    const char *text;
    gboolean    good;
  } events[] = {
    { "{\"seq\":1,\"kind\":\"moon.risen\",\"moon\":{}}", TRUE },
    { "{\"seq\":1,\"at\":7,\"kind\":\"escalation.queued\",\"escalation\":null,\"agent\":7}", TRUE },
    { "{\"seq\":\"1\",\"kind\":\"escalation.queued\"}", FALSE },
    { "{\"kind\":\"escalation.queued\"}", FALSE },
    { "{\"seq\":1,\"kind\":null}", FALSE },
    { "{\"seq\":1,\"kind\":\"escalation.queued\",\"escalation\":{}}", FALSE },
    { "{\"seq\":1,\"kind\":\"agent.presence\",\"agent\":{}}", FALSE },
    { "[]", FALSE },
    { "", FALSE },
    { "{\"seq\":1,", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonEvent) event = event_from_text (events[i].text, &error);

    g_test_message ("event %s", events[i].text);
    if (events[i].good) {
      g_assert_no_error (error);
      g_assert_cmpint (baton_event_get_at (event), ==, BATON_TIME_UNKNOWN);
    } else {
      g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
      g_assert_null (event);
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/event/escalation", test_escalation);
  g_test_add_func ("/model/event/presence", test_presence);
  g_test_add_func ("/model/event/broken", test_broken);
  return g_test_run ();
}
