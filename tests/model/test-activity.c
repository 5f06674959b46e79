/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-activity.h"

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "baton-time.h"

static BatonActivity *
activity (const char *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  BatonActivity *self = baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, &error);

  g_assert_no_error (error);
  return self;
}

static char *
text_of (BatonActivity *self)
{
  g_autoptr (GBytes) bytes = baton_activity_get_bytes (self);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
test_activity_reads (void)
{
  g_autoptr (BatonActivity) self = activity (
    "{\"type\":\"message\",\"id\":\"C|0000007\",\"timestamp\":\"2026-03-02T10:15:40.2Z\",\"from\":{\"id\":\"b\",\"name\":\"Contoso\","
    "\"role\":\"bot\"},\"locale\":\"pt-PT\",\"textFormat\":\"markdown\",\"text\":\"Qual?\",\"channelData\":{\"clientActivityID\":\"c1\"}}");

  g_assert_true (baton_activity_is (self, "message"));
  g_assert_cmpstr (baton_activity_get_id (self), ==, "C|0000007");
  g_assert_cmpstr (baton_activity_get_from_name (self), ==, "Contoso");
  g_assert_cmpstr (baton_activity_get_text (self), ==, "Qual?");
  g_assert_cmpstr (baton_activity_get_client_id (self), ==, "c1");
  g_assert_cmpint (baton_activity_get_party (self), ==, BATON_PARTY_BOT);
  g_assert_cmpint (baton_activity_get_timestamp (self), ==, baton_time_parse ("2026-03-02T10:15:40.2Z"));
  g_assert_true (baton_activity_is_shown (self));
  g_assert_finalize_object (g_steal_pointer (&self));
}

static void
test_activity_refuses (void)
{
  static const char *const bad[] = { "[]", "\"x\"", "{}", "{\"type\":1}", "{\"type\":\"\"}", "{\"type\":null}", "{", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GBytes) bytes = g_bytes_new (bad[i], strlen (bad[i]));
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", bad[i]);
    g_assert_null (baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  }
}

/* Every field may have any type: a wrong one is as good as absent. */
static void
test_activity_wrong_types (void)
{
  g_autoptr (BatonActivity) self = activity (
    "{\"type\":\"message\",\"id\":7,\"timestamp\":[],\"from\":\"x\",\"text\":{},\"channelData\":5,\"attachments\":{},\"locale\":false}");

  g_assert_null (baton_activity_get_id (self));
  g_assert_null (baton_activity_get_text (self));
  g_assert_null (baton_activity_get_from_id (self));
  g_assert_cmpint (baton_activity_get_timestamp (self), ==, BATON_TIME_UNKNOWN);
  g_assert_cmpint (baton_activity_get_party (self), ==, BATON_PARTY_UNKNOWN);
}

static const BatonActivityStamp stamp = {
  .id = "C|0000003", .timestamp = 1000000, .conversation_id = "C", .from_id = "dl_7", .from_role = "user",
  .party = BATON_PARTY_CUSTOMER, .upstream_id = "U|1",
};

/* S16, S17, S4: our fields are ours, every other byte is the sender's. */
static void
test_activity_stamp (void)
{
  g_autoptr (BatonActivity) sent = activity (
    "{\"id\":\"mine\",\"type\":\"message\",\"timestamp\":\"1999-01-01T00:00:00Z\",\"conversation\":{\"id\":\"other\"},"
    "\"from\":{\"id\":\"boss\",\"name\":\"Ines\",\"aadObjectId\":\"a\"},\"text\":\"\\u00e9 0.10\",\"value\":{ \"n\" : 0.10 },"
    "\"unknown\":12345678901234567890,\"channelData\":{\"baton\":{\"party\":\"agent\"},\"clientActivityID\":\"c1\",\"z\":[ ]}}");
  g_autoptr (BatonActivity) stamped = baton_activity_stamp (sent, &stamp);
  g_autofree char *text = text_of (stamped);

  g_assert_cmpstr (text, ==,
    "{\"type\":\"message\",\"id\":\"C|0000003\",\"timestamp\":\"1970-01-01T00:00:01.000000Z\",\"channelId\":\"directline\","
    "\"conversation\":{\"id\":\"C\"},\"from\":{\"id\":\"dl_7\",\"role\":\"user\",\"name\":\"Ines\",\"aadObjectId\":\"a\"},"
    "\"text\":\"\\u00e9 0.10\",\"value\":{ \"n\" : 0.10 },\"unknown\":12345678901234567890,"
    "\"channelData\":{\"clientActivityID\":\"c1\",\"z\":[ ],\"baton\":{\"party\":\"customer\",\"upstreamId\":\"U|1\"}}}");
  g_assert_cmpint (baton_activity_get_party (stamped), ==, BATON_PARTY_CUSTOMER);
  g_assert_cmpstr (baton_activity_get_upstream_id (stamped), ==, "U|1");
}

static void
test_activity_stamp_odd_channel_data (void)
{
  static const char *const odd[] = { "\"text\"", "7", "[1]", "true" };

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++) {
    g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"channelData\":%s}", odd[i]);
    g_autoptr (BatonActivity) sent = activity (json);
    g_autoptr (BatonActivity) stamped = baton_activity_stamp (sent, &stamp);
    g_autofree char *kept = baton_json_node_dup_raw (baton_json_node_get_member (baton_activity_get_root (stamped), "channelData"));

    g_assert_cmpstr (kept, ==, odd[i]);
    g_assert_cmpint (baton_activity_get_party (stamped), ==, BATON_PARTY_CUSTOMER);
  }
}

static const char *const senders[] = {
  "{\"type\":\"message\",\"text\":\"a \\\"b\\\" \\u00e9\",\"locale\":\"pt-PT\",\"textFormat\":\"plain\",\"name\":\"n\"}",
  "{\"type\":\"message\",\"from\":{\"id\":\"x\",\"id\":\"y\",\"name\":\"Ines\",\"role\":\"bot\"},\"text\":\"1\",\"text\":\"2\"}",
  "{\"type\":\"event\",\"from\":7,\"channelData\":null,\"timestamp\":\"1999-01-01T00:00:00Z\"}",
  "{\"t\\u0079pe\":\"message\",\"\\u0069d\":\"mine\",\"from\":{\"\\u0069d\":\"evil\",\"role\":1}}",
  "{\"type\":\"message\",\"channelData\":{\"clientActivityID\":\"c\",\"baton\":{\"party\":\"agent\",\"kind\":\"joined\"}}}",
  "{\"type\":\"message\",\"channelData\":\"text\",\"from\":{\"role\":\"user\"}}",
};

static const BatonActivityStamp stamps[] = {
  { .id = "C|0000003", .timestamp = 1000000, .conversation_id = "C", .from_id = "dl_7", .from_role = "user",
    .party = BATON_PARTY_CUSTOMER, .upstream_id = "U|1" },
  { .id = "C|0000003", .timestamp = -1, .conversation_id = "C", .from_name = "A \"B\" \xff", .from_role = "bot",
    .party = BATON_PARTY_AGENT, .system_kind = "left" },
  { .id = "C|0000003", .timestamp = BATON_TIME_UNKNOWN, .conversation_id = "C" },
};

/* The looks into a stamped activity are not read from its text: they say what a reader of the text would find. */
static void
test_activity_stamp_looks (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (senders) * G_N_ELEMENTS (stamps); i++) {
    g_autoptr (BatonActivity) sent = activity (senders[i / G_N_ELEMENTS (stamps)]);
    g_autoptr (BatonActivity) stamped = baton_activity_stamp (sent, &stamps[i % G_N_ELEMENTS (stamps)]);
    g_autofree char *text = text_of (stamped);
    g_autoptr (BatonActivity) read = activity (text);
    BatonJsonNode root = baton_activity_get_root (stamped);
    g_autofree char *raw = baton_json_node_dup_raw (root);

    g_test_message ("%s", text);
    g_assert_cmpstr (raw, ==, text);
    g_assert_cmpstr (baton_activity_get_kind (stamped), ==, baton_activity_get_kind (read));
    g_assert_cmpstr (baton_activity_get_id (stamped), ==, baton_activity_get_id (read));
    g_assert_cmpstr (baton_activity_get_name (stamped), ==, baton_activity_get_name (read));
    g_assert_cmpstr (baton_activity_get_text (stamped), ==, baton_activity_get_text (read));
    g_assert_cmpstr (baton_activity_get_text_format (stamped), ==, baton_activity_get_text_format (read));
    g_assert_cmpstr (baton_activity_get_locale (stamped), ==, baton_activity_get_locale (read));
    g_assert_cmpint (baton_activity_get_timestamp (stamped), ==, baton_activity_get_timestamp (read));
    g_assert_cmpstr (baton_activity_get_from_id (stamped), ==, baton_activity_get_from_id (read));
    g_assert_cmpstr (baton_activity_get_from_name (stamped), ==, baton_activity_get_from_name (read));
    g_assert_cmpint (baton_activity_get_party (stamped), ==, baton_activity_get_party (read));
    g_assert_cmpstr (baton_activity_get_client_id (stamped), ==, baton_activity_get_client_id (read));
    g_assert_cmpstr (baton_activity_get_upstream_id (stamped), ==, baton_activity_get_upstream_id (read));
    g_assert_cmpstr (baton_activity_get_system_kind (stamped), ==, baton_activity_get_system_kind (read));
  }
}

static const struct {
  const char *json;
  gboolean    shown;
  gboolean    for_customer;
} kinds[] = {
  { "{\"type\":\"message\",\"text\":\"x\"}", TRUE, TRUE },
  { "{\"type\":\"message\",\"text\":\"\"}", FALSE, TRUE },
  { "{\"type\":\"message\",\"attachments\":[{}]}", TRUE, TRUE },
  { "{\"type\":\"typing\"}", FALSE, TRUE },
  { "{\"type\":\"event\",\"name\":\"x\"}", FALSE, TRUE },
  { "{\"type\":\"somethingNew\"}", FALSE, TRUE },
  { "{\"type\":\"trace\"}", FALSE, FALSE },
  { "{\"type\":\"conversationUpdate\"}", FALSE, FALSE },
  { "{\"type\":\"handoff\"}", FALSE, FALSE },
  { "{\"type\":\"event\",\"name\":\"handoff.initiate\"}", FALSE, FALSE },
  { "{\"type\":\"Event\",\"name\":\"HandOff.Status\"}", FALSE, FALSE },
};

/* S24, S25, K16 */
static void
test_activity_audience (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (BatonActivity) self = activity (kinds[i].json);

    g_test_message ("%s", kinds[i].json);
    g_assert_cmpint (baton_activity_is_shown (self), ==, kinds[i].shown);
    g_assert_cmpint (baton_activity_is_for_customer (self), ==, kinds[i].for_customer);
  }
}

static const struct {
  const char *json;
  guint       n;
  const char *watermark;
} sets[] = {
  { "{\"activities\":[{\"type\":\"message\"},7,{\"id\":\"no type\"},{\"type\":\"event\"}],\"watermark\":\"5\"}", 2, "5" },
  { "{\"activities\":[{\"type\":\"typing\"}]}", 1, NULL },
  { "{\"activities\":[],\"watermark\":null,\"extra\":{}}", 0, NULL },
  { "{\"watermark\":7}", 0, "7" },
  { "{\"watermark\":\"\"}", 0, NULL },
  { "{\"watermark\":\"0000005\"}", 0, "0000005" },
};

/* K4, K7: watermarks are opaque, roots may know more than we do. */
static void
test_activity_set_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++) {
    g_autoptr (GBytes) bytes = g_bytes_new (sets[i].json, strlen (sets[i].json));
    g_autofree char *watermark = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) activities = baton_activity_set_parse (bytes, &BATON_JSON_LIMITS_BOT, &watermark, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (activities->len, ==, sets[i].n);
    g_assert_cmpstr (watermark, ==, sets[i].watermark);
  }
}

/* An activity keeps the set alive it came from; formatting gives its bytes back. */
static void
test_activity_set_round_trip (void)
{
  const char *json = "{\"activities\":[{ \"type\":\"message\",\"text\":\"a\" },{\"type\":\"event\",\"name\":\"n\"}],\"watermark\":\"1\"}";
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autofree char *watermark = NULL;
  g_autoptr (GPtrArray) activities = baton_activity_set_parse (bytes, &BATON_JSON_LIMITS_BOT, &watermark, NULL);
  g_autoptr (GBytes) again = baton_activity_set_format (activities, watermark);

  g_clear_pointer (&bytes, g_bytes_unref);
  g_assert_cmpmem (g_bytes_get_data (again, NULL), g_bytes_get_size (again), json, strlen (json));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/activity/reads", test_activity_reads);
  g_test_add_func ("/model/activity/S21/refuses", test_activity_refuses);
  g_test_add_func ("/model/activity/wrong-types", test_activity_wrong_types);
  g_test_add_func ("/model/activity/S16/stamp", test_activity_stamp);
  g_test_add_func ("/model/activity/stamp-odd-channel-data", test_activity_stamp_odd_channel_data);
  g_test_add_func ("/model/activity/S16/stamp-looks", test_activity_stamp_looks);
  g_test_add_func ("/model/activity/S24/audience", test_activity_audience);
  g_test_add_func ("/model/activity/K4/set-parse", test_activity_set_parse);
  g_test_add_func ("/model/activity/set-round-trip", test_activity_set_round_trip);

  return g_test_run ();
}
