/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "model-test.h"

static char *
inspect (const char *text,
         gboolean    expect_error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  gboolean is_error = !expect_error;
  char *answer = baton_inspect (bytes, NULL, &is_error);

  g_assert_cmpint (is_error, ==, expect_error);
  g_assert_true (g_str_has_suffix (answer, "\n}\n"));
  return answer;
}

static void
test_handoff (void)
{
  g_autofree char *answer = inspect (
    "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"id\":\"B|9\",\"from\":{\"id\":\"outer\",\"name\":\"Outer\"},"
    "\"conversation\":{\"id\":\"B\"},\"relatesTo\":{\"user\":{\"id\":\"u1\",\"name\":\"Ines\"}},"
    "\"value\":{\"va_Scope\":\"bot\",\"va_LastTopic\":\"T\",\"va_Topics\":[\"S\",\"T\"],\"va_LastPhrase\":\"p\",\"va_Phrases\":[\"o\",\"p\"],"
    "\"va_ConversationId\":\"X\",\"va_AgentMessage\":\"m\",\"va_BotId\":\"bid\",\"va_BotName\":\"bname\",\"va_Language\":\"pt-pt\","
    "\"Skill\":\"billing\",\"Count\":1.50,\"Cart\":{ \"a\" : [ ] , \"b\":\"}\\\"\"}},"
    "\"transcript\":[{\"type\":\"message\",\"text\":\"x\"}]}", FALSE);

  assert_same_json (answer,
    "{\"outcome\":\"handoff\",\"conversationId\":\"X\",\"customer\":{\"id\":\"u1\",\"name\":\"Ines\"},"
    "\"bot\":{\"id\":\"bid\",\"name\":\"bname\"},\"trigger\":\"explicit\",\"topics\":[\"S\",\"T\"],\"lastTopic\":\"T\",\"lastPhrase\":\"p\","
    "\"phrases\":[\"o\",\"p\"],\"agentMessage\":\"m\",\"language\":\"pt-PT\",\"skill\":\"billing\",\"scope\":\"bot\","
    "\"variables\":{\"Count\":1.5,\"Cart\":{\"a\":[],\"b\":\"}\\\"\"}},\"transcriptCount\":1,\"truncated\":false,\"error\":null}");
  g_assert_nonnull (strstr (answer, "\"Count\": 1.50"));
}

#define NOTHING \
  "\"customer\":{\"id\":null,\"name\":null},\"bot\":{\"id\":null,\"name\":null},\"trigger\":null,\"topics\":[],\"lastTopic\":null," \
  "\"lastPhrase\":null,\"phrases\":[],\"agentMessage\":null,\"language\":null,\"skill\":null,\"scope\":null,\"variables\":{}," \
  "\"transcriptCount\":0,\"truncated\":false"

/* What is not told is null; who the bot is says `from` then. */
static void
test_fallbacks (void)
{
  g_autofree char *answer = inspect ("{\"type\":\"event\",\"name\":\"handoff.initiate\",\"from\":{\"id\":\"b\",\"name\":\"B\"},"
                                     "\"conversation\":{\"id\":\"C\"}}", FALSE);

  assert_same_json (answer,
    "{\"outcome\":\"handoff\",\"conversationId\":\"C\",\"customer\":{\"id\":null,\"name\":null},\"bot\":{\"id\":\"b\",\"name\":\"B\"},"
    "\"trigger\":null,\"topics\":[],\"lastTopic\":null,\"lastPhrase\":null,\"phrases\":[],\"agentMessage\":null,\"language\":null,"
    "\"skill\":null,\"scope\":null,\"variables\":{},\"transcriptCount\":0,\"truncated\":false,\"error\":null}");
}

/* S003-27 and S003-29: a set or a single activity; the first hand-off counts; without one nothing happens. */
static void
test_containers (void)
{
  static const char message[] = "{\"type\":\"message\",\"text\":\"x\",\"conversation\":{\"id\":\"C\"},\"from\":{\"id\":\"b\"}}";
  static const char first[] = "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":{\"va_LastTopic\":\"first\"}}";
  static const char second[] = "{\"type\":\"event\",\"name\":\"handoff.initiate\",\"value\":{\"va_LastTopic\":\"second\"}}";
  g_autofree char *set = g_strdup_printf ("{\"activities\":[%s,7,{},%s,%s],\"watermark\":\"5\"}", message, first, second);
  g_autofree char *array = g_strdup_printf ("[%s,%s]", first, message);
  g_autofree char *from_set = inspect (set, FALSE);
  g_autofree char *from_array = inspect (array, FALSE);
  g_autofree char *ignored = inspect (message, FALSE);

  g_assert_nonnull (strstr (from_set, "\"lastTopic\": \"first\""));
  g_assert_nonnull (strstr (from_array, "\"lastTopic\": \"first\""));
  assert_same_json (ignored, "{\"outcome\":\"ignore\",\"conversationId\":\"C\"," NOTHING ",\"error\":null}");
}

static void
test_nothing (void)
{
  static const char *const texts[] = { "{}", "[]", "{\"activities\":[]}", "{\"activities\":7}", "[[[]]]", "{\"type\":7}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *answer = inspect (texts[i], FALSE);

    g_test_message ("input %s", texts[i]);
    assert_same_json (answer, "{\"outcome\":\"ignore\",\"conversationId\":null," NOTHING ",\"error\":null}");
  }
}

static void
test_errors (void)
{
  g_autofree char *brackets = g_strnfill (160 * 1024, '[');
  const char *const texts[] = { "", "no JSON", "{\"type\":", "7", "\"text\"", "null", "{} {}", brackets };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *answer = inspect (texts[i], TRUE);
    g_autoptr (BatonJson) json = json_from_text (answer);
    BatonJsonNode root = baton_json_get_root (json);
    g_autofree char *error = baton_json_node_dup_member (root, "error");

    g_test_message ("input %.20s", texts[i]);
    g_assert_true (baton_json_node_is (baton_json_node_get_member (root, "outcome"), "error"));
    g_assert_nonnull (error);
    g_assert_cmpuint (baton_json_node_get_size (root), ==, 17);
  }
}

static void
test_rules (void)
{
  static const char text[] = "{\"type\":\"handoff\"}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  gboolean is_error;
  g_autofree char *answer = baton_inspect (bytes, &BATON_HANDOFF_RULES_TOLERANT, &is_error);
  g_autofree char *strict = baton_inspect (bytes, NULL, &is_error);

  g_assert_nonnull (strstr (answer, "\"outcome\": \"handoff\""));
  g_assert_nonnull (strstr (strict, "\"outcome\": \"ignore\""));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/inspect/handoff", test_handoff);
  g_test_add_func ("/model/inspect/fallbacks", test_fallbacks);
  g_test_add_func ("/model/inspect/containers/S003-27", test_containers);
  g_test_add_func ("/model/inspect/nothing/S003-29", test_nothing);
  g_test_add_func ("/model/inspect/errors", test_errors);
  g_test_add_func ("/model/inspect/rules", test_rules);
  return g_test_run ();
}
