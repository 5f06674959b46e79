/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-time.h"
#include "model-test.h"

static BatonHandoff *
read_set (const char *path)
{
  g_autoptr (GBytes) bytes = baton_test_read (path);
  g_autoptr (GPtrArray) activities = baton_activity_set_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL, NULL);
  BatonActivity *activity = g_ptr_array_index (activities, 0);

  g_assert_true (baton_handoff_is_handoff (activity, NULL));
  return baton_handoff_new_from_activity (activity);
}

static BatonActivity *
message_of (BatonHandoff *handoff,
            guint         position)
{
  return g_ptr_array_index (baton_handoff_get_transcript (handoff), position);
}

/* Protocol H2, on the published payloads where they are to hand (S003-25), else on ours of the same shape. */
static void
assert_published_shape (const char *sample,
                        const char *fixture,
                        guint       n_messages)
{
  g_autofree char *path = baton_test_sample (sample);
  g_autofree char *own = baton_test_fixture (fixture);
  g_autoptr (BatonHandoff) handoff = read_set (path != NULL ? path : own);

  g_assert_cmpuint (baton_handoff_get_transcript (handoff)->len, ==, n_messages);
  g_assert_cmpint (baton_activity_get_party (message_of (handoff, 0)), ==, BATON_PARTY_CUSTOMER);
  g_assert_cmpint (baton_activity_get_party (message_of (handoff, 1)), ==, BATON_PARTY_BOT);
  g_assert_cmpstr (baton_activity_get_text (message_of (handoff, 0)), ==, baton_handoff_get_phrases (handoff)[0]);
  g_assert_cmpint (baton_activity_get_timestamp (message_of (handoff, 0)), <, baton_handoff_get_time (handoff));
  g_assert_cmpstr (baton_handoff_get_last_topic (handoff), ==,
                   baton_handoff_get_topics (handoff)[g_strv_length ((char **) baton_handoff_get_topics (handoff)) - 1]);
  g_assert_nonnull (baton_handoff_get_last_phrase (handoff));
  g_assert_nonnull (baton_handoff_get_agent_message (handoff));
  g_assert_nonnull (baton_handoff_get_bot_name (handoff));
  g_assert_nonnull (baton_handoff_get_customer_id (handoff));
  g_assert_cmpstr (baton_handoff_get_language (handoff), ==, "en-US");
  g_assert_cmpint (baton_handoff_get_trigger (handoff), ==, BATON_TRIGGER_EXPLICIT);
  g_assert_cmpuint (baton_handoff_get_n_variables (handoff), ==, 0);
}

static void
test_published_payloads (void)
{
  assert_published_shape ("real-pva-handoff-activityset.json", "handoff-activityset.json", 2);
  assert_published_shape ("real-pva-handoff-activityset-3messages.json", "handoff-activityset-3messages.json", 3);
}

/* Protocol H9: what belongs to the bot platform does not get as far as the console. */
static void
test_internal_data (void)
{
  static const char *const internal[] = {
    "cci_", "DialogTraceDetail", "ConversationUnderstandingDetail", "CurrentMessageDetail", "enableDiagnostics"
  };
  g_autofree char *sample = baton_test_sample ("real-pva-handoff-activityset.json");
  g_autofree char *path = baton_test_fixture ("handoff-activityset.json");
  const char *const paths[] = { path, sample };

  for (guint i = 0; i < G_N_ELEMENTS (paths) && paths[i] != NULL; i++) {
    g_autoptr (GBytes) bytes = baton_test_read (paths[i]);
    g_autofree char *all = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    g_autoptr (BatonHandoff) handoff = read_set (paths[i]);
    g_autofree char *text = handoff_to_text (handoff);

    for (guint j = 0; j < G_N_ELEMENTS (internal); j++) {
      g_assert_nonnull (strstr (all, internal[j]));
      g_assert_null (strstr (text, internal[j]));
    }
    g_assert_nonnull (strstr (text, "replyToId"));
    g_assert_nonnull (baton_activity_get_client_id (message_of (handoff, 0)));
  }
}

/* Whole transcripts as bare arrays, with traces and updates in between (protocol H3). */
static void
test_published_transcripts (void)
{
  static const struct {
    const char *name;
    guint       n_messages;
  } samples[] = {
    { "real-transcript-emulator-array.json", 5 },
    { "real-transcript-with-trace-array.json", 5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++) {
    g_autofree char *path = baton_test_sample (samples[i].name);
    g_autofree char *content = NULL;
    g_autofree char *text = NULL;
    g_autoptr (BatonHandoff) handoff = NULL;

    if (path == NULL) {
      g_test_skip ("BATON_SAMPLES is not set");
      return;
    }
    g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
    text = g_strdup_printf ("{\"type\":\"event\",\"attachments\":[{\"name\":\"Transcript\",\"content\":%s}]}", content);
    handoff = handoff_from_text (text);
    g_assert_cmpuint (baton_handoff_get_transcript (handoff)->len, ==, samples[i].n_messages);
    for (guint j = 0; j < samples[i].n_messages; j++)
      g_assert_cmpint (baton_activity_get_party (message_of (handoff, j)), !=, BATON_PARTY_UNKNOWN);
  }
}

#define MESSAGES "[{\"type\":\"message\",\"text\":\"a\"},{\"type\":\"trace\"},{\"type\":\"message\",\"text\":\"b\"}]"
#define TEXT_MESSAGES "[{\\\"type\\\":\\\"message\\\",\\\"text\\\":\\\"a\\\"},{\\\"type\\\":\\\"message\\\"}]"

/* Protocol 3.5 rule 7; S003-30 to S003-33. */
static void
test_forms (void)
{
  static const struct {
    const char *members;
    guint       n_messages;
    const char *url;
  } forms[] = {
    { "\"attachments\":[{\"name\":\"TRANSCRIPT\",\"content\":" MESSAGES "}]", 2, NULL },
    { "\"attachments\":[{\"name\":\"transcript\",\"content\":{\"activities\":" MESSAGES "}}]", 2, NULL },
    { "\"attachments\":[{\"name\":\"transcript\",\"content\":{\"transcript\":" MESSAGES "}}]", 2, NULL },
    { "\"attachments\":[{\"name\":\"transcript\",\"content\":\"" TEXT_MESSAGES "\"}]", 2, NULL },
    { "\"attachments\":[{\"name\":\"transcript\",\"content\":\"{\\\"activities\\\":" TEXT_MESSAGES "}\"}]", 2, NULL },
    { "\"attachments\":[{\"name\":\"transcript\",\"contentUrl\":\"data:,%5B%7B%22type%22%3A%22message%22%7D%5D\"}]", 1, NULL },
    { "\"attachments\":[{\"name\":\"transcript\",\"contentUrl\":\"DATA:application/json;charset=utf-8;BASE64,W3sidHlwZSI6Im1lc3NhZ2UifV0%3D\"}]", 1, NULL },
    { "\"attachments\":[{\"name\":\"transcript\",\"contentUrl\":\"data:application/json;base64\"}]", 0, NULL },
    { "\"attachments\":[{\"name\":\"transcript\",\"contentUrl\":\"data:application/json;base64,!!!!\"}]", 0, NULL },
    { "\"attachments\":[{\"name\":\"transcript\",\"contentUrl\":\"data:,%00%5B%5D\"}]", 0, NULL },
    { "\"attachments\":[{\"name\":\"transcript\",\"contentUrl\":\"https://bot.example/t\"}]", 0, "https://bot.example/t" },
    { "\"attachments\":[{\"name\":\"transcript\",\"contentUrl\":\"file:///etc/passwd\"}]", 0, "file:///etc/passwd" },
    { "\"attachments\":[{\"contentType\":\"application/json\",\"content\":{\"foo\":1}},"
      "{\"contentType\":\"application/json\",\"content\":" MESSAGES "}]", 2, NULL },
    { "\"attachments\":[{\"contentType\":\"text/plain\",\"content\":" MESSAGES "}]", 0, NULL },
    { "\"attachments\":[{\"contentType\":\"application/json\",\"contentUrl\":\"https://bot.example/t\"}]", 0, NULL },
    { "\"attachments\":[{\"name\":\"transcript\",\"content\":7},{\"name\":\"transcript\",\"content\":" MESSAGES "}]", 2, NULL },
    { "\"attachments\":[{\"name\":\"transcript\",\"content\":\"no JSON\"}],\"transcript\":" MESSAGES, 2, NULL },
    { "\"transcript\":{\"activities\":" MESSAGES "}", 2, NULL },
    { "\"attachments\":[]", 0, NULL },
    { "\"attachments\":null", 0, NULL },
    { "\"attachments\":{\"name\":\"transcript\"}", 0, NULL },
    { "\"attachments\":[null,7,[],{}]", 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree char *text = g_strdup_printf ("{\"type\":\"event\",%s}", forms[i].members);
    g_autoptr (BatonHandoff) handoff = handoff_from_text (text);

    g_test_message ("%s", forms[i].members);
    g_assert_cmpuint (baton_handoff_get_transcript (handoff)->len, ==, forms[i].n_messages);
    g_assert_cmpstr (baton_handoff_get_transcript_url (handoff), ==, forms[i].url);
    g_assert_false (baton_handoff_get_truncated (handoff));
  }
}

/* The vendor's stored dialect: roles 1 and 0, times in epoch seconds (protocol 3.5 rule 8). */
static void
test_numeric_dialect (void)
{
  g_autoptr (BatonHandoff) handoff =
    handoff_from_text ("{\"type\":\"event\",\"transcript\":["
                       "{\"type\":\"message\",\"id\":\"a\",\"timestamp\":1618864749,\"from\":{\"role\":1},\"text\":\"hi\"},"
                       "{\"type\":\"message\",\"id\":\"b\",\"timestamp\":1618864750,\"from\":{\"role\":0},\"text\":\"hello\"}]}");

  g_assert_cmpint (baton_activity_get_party (message_of (handoff, 0)), ==, BATON_PARTY_CUSTOMER);
  g_assert_cmpint (baton_activity_get_party (message_of (handoff, 1)), ==, BATON_PARTY_BOT);
  g_assert_cmpstr (baton_activity_get_id (message_of (handoff, 1)), ==, "b");
  g_assert_cmpint (baton_activity_get_timestamp (message_of (handoff, 0)), ==, baton_time_parse ("2021-04-19T20:39:09Z"));
}

/* Nothing is cut at a count; what is beyond the limits of the reader is said to be missing. */
static void
test_size (void)
{
  g_autoptr (GString) many = g_string_new ("{\"type\":\"event\",\"transcript\":[");
  g_autofree char *open = g_strnfill (60, '[');
  g_autofree char *closed = g_strnfill (60, ']');
  g_autofree char *deep = g_strdup_printf ("{\"type\":\"event\",\"transcript\":\"%s%s\"}", open, closed);
  g_autofree char *deep_message =
    g_strdup_printf ("{\"type\":\"event\",\"transcript\":[{\"type\":\"message\",\"text\":\"%s\"},{\"type\":\"message\",\"value\":%s%s}]}",
                     open, open, closed);
  g_autoptr (BatonHandoff) partly_deep = handoff_from_text (deep_message);
  g_autoptr (BatonHandoff) long_one = NULL;
  g_autoptr (BatonHandoff) deep_one = handoff_from_text (deep);

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (many, "%s{\"type\":\"message\",\"text\":\"%u\"}", i > 0 ? "," : "", i);
  g_string_append (many, "]}");
  long_one = handoff_from_text (many->str);

  g_assert_cmpuint (baton_handoff_get_transcript (long_one)->len, ==, 5000);
  g_assert_cmpstr (baton_activity_get_text (message_of (long_one, 4999)), ==, "4999");
  g_assert_false (baton_handoff_get_truncated (long_one));
  g_assert_cmpuint (baton_handoff_get_transcript (deep_one)->len, ==, 0);
  g_assert_true (baton_handoff_get_truncated (deep_one));
  g_assert_cmpuint (baton_handoff_get_transcript (partly_deep)->len, ==, 1);   /* brackets in a text are no depth */
  g_assert_true (baton_handoff_get_truncated (partly_deep));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/handoff-transcript/published-payloads/H2", test_published_payloads);
  g_test_add_func ("/model/handoff-transcript/published-transcripts/H3", test_published_transcripts);
  g_test_add_func ("/model/handoff-transcript/internal-data/H9", test_internal_data);
  g_test_add_func ("/model/handoff-transcript/forms/S003-33", test_forms);
  g_test_add_func ("/model/handoff-transcript/numeric-dialect", test_numeric_dialect);
  g_test_add_func ("/model/handoff-transcript/size", test_size);
  return g_test_run ();
}
