/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-dl-speech.h"

static const BatonConversation conversation = {
  .id = (char *) "c1", .user_id = (char *) "dl_7f3a", .user_name = (char *) "Ines", .locale = (char *) "pt-PT",
};

static BatonActivity *
parse (const char *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  BatonActivity *activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, &error);

  g_assert_no_error (error);
  return activity;
}

static void
assert_json (BatonActivity *activity,
             const char    *expected)
{
  g_autoptr (GBytes) bytes = baton_activity_get_bytes (activity);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = g_strndup (data, size);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_start (void)
{
  g_autoptr (BatonActivity) start = baton_dl_speech_make_start (&conversation);

  assert_json (start, "{\"type\":\"event\",\"name\":\"startConversation\",\"from\":{\"id\":\"dl_7f3a\",\"name\":\"Ines\","
                      "\"role\":\"user\"},\"locale\":\"pt-PT\",\"channelData\":{\"clientActivityID\":\"c1|start\"}}");
  g_assert_true (baton_dl_speech_is_echo (&conversation, start));
}

static void
test_translate (void)
{
  static const struct {
    const char *ours;
    const char *theirs;
  } cases[] = {
    { "{\"type\":\"message\",\"id\":\"c1|0000003\",\"timestamp\":\"2026-03-02T10:15:31Z\",\"channelId\":\"directline\","
      "\"conversation\":{\"id\":\"c1\"},\"from\":{\"id\":\"dl_7f3a\"},\"replyToId\":\"c1|0000002\",\"text\":\"hi\",\"n\":1e2,"
      "\"channelData\":{\"clientActivityID\":\"x\",\"own\":[1],\"baton\":{\"party\":\"customer\"}}}",
      "{\"from\":{\"id\":\"dl_7f3a\",\"name\":\"Ines\",\"role\":\"user\"},\"type\":\"message\",\"text\":\"hi\",\"n\":1e2,"
      "\"locale\":\"pt-PT\",\"channelData\":{\"own\":[1],\"clientActivityID\":\"c1|0000003\"}}" },
    { "{\"type\":\"message\",\"id\":\"c1|0000004\",\"locale\":\"ar\",\"channelData\":7}",
      "{\"from\":{\"id\":\"dl_7f3a\",\"name\":\"Ines\",\"role\":\"user\"},\"type\":\"message\",\"locale\":\"ar\","
      "\"channelData\":{\"clientActivityID\":\"c1|0000004\"}}" },
    { "{\"type\":\"message\",\"id\":\"c1|0000005\",\"locale\":null}",
      "{\"from\":{\"id\":\"dl_7f3a\",\"name\":\"Ines\",\"role\":\"user\"},\"type\":\"message\",\"locale\":null,"
      "\"channelData\":{\"clientActivityID\":\"c1|0000005\"}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (BatonActivity) ours = parse (cases[i].ours);
    g_autoptr (BatonActivity) theirs = baton_dl_speech_translate (&conversation, ours);

    assert_json (theirs, cases[i].theirs);
    g_assert_true (baton_dl_speech_is_echo (&conversation, theirs));
  }
}

/* H12: the form of our samples. */
static void
test_status (void)
{
  g_autoptr (BatonActivity) status = baton_dl_speech_make_status (&conversation, "accepted");

  assert_json (status, "{\"type\":\"event\",\"name\":\"handoff.status\",\"from\":{\"id\":\"relay\",\"role\":\"user\"},"
                       "\"value\":{\"state\":\"accepted\"},\"channelData\":{\"clientActivityID\":\"c1|status|accepted|0\"}}");
  g_assert_true (baton_dl_speech_is_ours (&conversation, status));
}

static void
test_echo (void)
{
  static const struct {
    const char *json;
    gboolean    is_echo;
  } cases[] = {
    { "{\"type\":\"message\",\"from\":{\"id\":\"bot\",\"role\":\"bot\"}}", FALSE },
    { "{\"type\":\"message\",\"from\":{\"id\":\"bot\"}}", FALSE },
    { "{\"type\":\"message\"}", FALSE },
    { "{\"type\":\"message\",\"from\":{\"id\":\"dl_7f3a\"}}", TRUE },
    { "{\"type\":\"message\",\"from\":{\"id\":\"0b9a-uuid\",\"role\":\"user\"}}", TRUE },
    { "{\"type\":\"message\",\"from\":{\"id\":\"0b9a-uuid\"},\"channelData\":{\"clientActivityID\":\"c1|0000003\"}}", TRUE },
    { "{\"type\":\"message\",\"from\":{\"id\":\"0b9a-uuid\"},\"channelData\":{\"clientActivityID\":\"c12|0000003\"}}", FALSE },
    { "{\"type\":\"message\",\"from\":{\"id\":\"0b9a-uuid\"},\"channelData\":{\"clientActivityID\":\"c1|x\"}}", FALSE },
    { "{\"type\":\"event\",\"from\":{\"id\":\"0b9a-uuid\"},\"channelData\":{\"clientActivityID\":\"c1|status|accepted|4\"}}", TRUE },
    { "{\"type\":\"message\",\"from\":{\"role\":\"bot\"},\"channelData\":{\"clientActivityID\":\"c1|0000003\"}}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (BatonActivity) activity = parse (cases[i].json);

    g_test_message ("%s", cases[i].json);
    g_assert_true (baton_dl_speech_is_echo (&conversation, activity) == cases[i].is_echo);
  }
}

static void
test_for_bot (void)
{
  static const struct {
    const char *json;
    gboolean    is_for_bot;
  } cases[] = {
    { "{\"type\":\"message\",\"text\":\"x\"}", TRUE },
    { "{\"type\":\"event\",\"name\":\"startConversation\"}", FALSE },
    { "{\"type\":\"event\",\"name\":\"pvaSetContext\"}", TRUE },
    { "{\"type\":\"invoke\",\"name\":\"adaptiveCard/action\"}", TRUE },
    { "{\"type\":\"typing\"}", FALSE },
    { "{\"type\":\"conversationUpdate\"}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (BatonActivity) activity = parse (cases[i].json);

    g_assert_true (baton_dl_speech_is_for_bot (activity) == cases[i].is_for_bot);
  }
}

/* Protocol 1.11: an echo behind its answers, swapped answers. */
static void
test_sort (void)
{
  static const char *const came[] = {
    "{\"type\":\"message\",\"text\":\"third\",\"timestamp\":\"2026-03-02T10:15:33Z\"}",
    "{\"type\":\"message\",\"text\":\"fourth, without a time\"}",
    "{\"type\":\"message\",\"text\":\"second\",\"timestamp\":\"2026-03-02T10:15:32.5Z\"}",
    "{\"type\":\"message\",\"text\":\"first\",\"timestamp\":\"2026-03-02T10:15:32.1234567+00:00\"}",
    "{\"type\":\"message\",\"text\":\"fifth, at the time of the third\",\"timestamp\":\"2026-03-02T10:15:33.000Z\"}",
  };
  static const guint order[] = { 3, 2, 0, 1, 4 };
  g_autoptr (GPtrArray) activities = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) sorted = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (came); i++)
    g_ptr_array_add (activities, parse (came[i]));
  sorted = baton_dl_speech_sort (activities);

  g_assert_cmpuint (sorted->len, ==, G_N_ELEMENTS (order));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    g_assert_true (g_ptr_array_index (sorted, i) == g_ptr_array_index (activities, order[i]));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dl-speech/start", test_start);
  g_test_add_func ("/dl-speech/translate", test_translate);
  g_test_add_func ("/dl-speech/H12/status", test_status);
  g_test_add_func ("/dl-speech/K21/echo", test_echo);
  g_test_add_func ("/dl-speech/for-bot", test_for_bot);
  g_test_add_func ("/dl-speech/sort", test_sort);

  return g_test_run ();
}
