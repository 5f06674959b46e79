/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-desk-stream.h"

#define MAX_FRAME (64 * 1024)

static BatonEvent *
make_event (gint64 seq,
            gsize  size)
{
  g_autofree char *name = g_strnfill (size, 'x');
  g_autoptr (BatonAgent) agent = baton_agent_new ("ana", name, NULL, NULL);

  return baton_event_new (seq, 0, BATON_EVENT_PRESENCE, NULL, agent);
}

static BatonJson *
parse (GBytes *frame)
{
  g_autoptr (GError) error = NULL;
  BatonJson *json = baton_json_parse (frame, &BATON_JSON_LIMITS_BOT, &error);

  g_assert_no_error (error);
  return json;
}

static void
test_frames_events (void)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) frames = NULL;
  gint64 seq = 0, got;

  for (guint i = 1; i <= 500; i++)
    g_ptr_array_add (events, make_event (i, i == 250 ? 200 * 1024 : (gsize) (i % 7) * 300));
  frames = baton_desk_frame_events (events);
  g_assert_cmpuint (frames->len, >, 3);

  for (guint i = 0; i < frames->len; i++) {
    GBytes *frame = g_ptr_array_index (frames, i);
    g_autoptr (BatonJson) json = parse (frame);
    BatonJsonNode list = baton_json_node_get_member (baton_json_get_root (json), "events");
    BatonJsonNode event;
    BatonJsonIter iter;

    g_assert_true (g_bytes_get_size (frame) <= MAX_FRAME || baton_json_node_get_size (list) == 1);
    baton_json_iter_init (&iter, list);
    while (baton_json_iter_next (&iter, NULL, &event)) {
      g_assert_true (baton_json_node_get_int (baton_json_node_get_member (event, "seq"), &got));
      g_assert_cmpint (got, ==, ++seq);
    }
  }
  g_assert_cmpint (seq, ==, 500);
}

static void
test_frames_no_events (void)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new ();
  g_autoptr (GPtrArray) frames = baton_desk_frame_events (events);

  g_assert_cmpuint (frames->len, ==, 0);
}

static BatonEscalation *
make_escalation (guint number)
{
  g_autofree char *id = g_strdup_printf ("e%u", number);
  g_autofree char *phrase = g_strnfill (number % 400, 'p');
  g_autofree char *text = g_strdup_printf ("{\"lastPhrase\":\"%s\"}", phrase);
  g_autoptr (BatonJson) json = baton_json_parse_text (text, -1, &BATON_JSON_LIMITS_BOT, NULL);
  g_autoptr (BatonHandoff) handoff = baton_handoff_new_from_json (baton_json_get_root (json));
  const BatonConversation conversation = { .id = id, .user_id = id, .state = BATON_STATE_QUEUED };

  return baton_escalation_new (id, &conversation, handoff, number);
}

static void
test_frames_snapshot (guint n_escalations,
                      guint n_agents,
                      guint least)
{
  g_autoptr (GPtrArray) escalations = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_object_unref);
  const BatonSnapshot snapshot = { .escalations = escalations, .seq = 77 };
  g_autoptr (BatonDeskPicture) picture = NULL;
  guint n_rows = 0, n_people = 0;

  for (guint i = 0; i < n_escalations; i++)
    g_ptr_array_add (escalations, make_escalation (i));
  for (guint i = 0; i < n_agents; i++)
    g_ptr_array_add (agents, baton_agent_new ("ana", "Ana Sousa", NULL, NULL));

  picture = baton_desk_picture_new (&snapshot, agents);
  g_assert_cmpint (picture->seq, ==, 77);
  g_assert_cmpuint (picture->frames->len, >=, least);
  for (guint i = 0; i < picture->frames->len; i++) {
    GBytes *frame = g_ptr_array_index (picture->frames, i);
    g_autoptr (BatonJson) json = parse (frame);
    BatonJsonNode part = baton_json_node_get_member (baton_json_get_root (json), "snapshot");

    g_assert_cmpuint (g_bytes_get_size (frame), <=, MAX_FRAME);
    g_assert_true (baton_json_node_is_true (baton_json_node_get_member (part, "more"))
                   == (i + 1 < picture->frames->len));
    n_rows += baton_json_node_get_size (baton_json_node_get_member (part, "escalations"));
    n_people += baton_json_node_get_size (baton_json_node_get_member (part, "agents"));
  }
  g_assert_cmpuint (n_rows, ==, n_escalations);
  g_assert_cmpuint (n_people, ==, n_agents);
}

static void
test_frames_snapshots (void)
{
  test_frames_snapshot (0, 0, 1);
  test_frames_snapshot (1, 2, 1);
  test_frames_snapshot (500, 3, 3);
  test_frames_snapshot (0, 3000, 3);
  test_frames_snapshot (300, 3000, 4);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/frames/events", test_frames_events);
  g_test_add_func ("/desk/frames/no-events", test_frames_no_events);
  g_test_add_func ("/desk/frames/snapshots", test_frames_snapshots);
  return g_test_run ();
}
