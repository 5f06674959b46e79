/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-foreign.h"

#include <string.h>

#include "baton-test.h"

static BatonActivity *
parse (const char *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  BatonActivity *activity = baton_activity_new (bytes, &BATON_JSON_LIMITS_BOT, &error);

  g_assert_no_error (error);
  return activity;
}

static char *
print (BatonActivity *activity)
{
  g_autoptr (GBytes) bytes = baton_activity_get_bytes (activity);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

#define MARK(party) "\"channelData\":{\"baton\":{\"party\":\"" party "\",\"kind\":\"ended\"}}"

static const struct {
  const char *members;
  BatonParty  party;
} cases[] = {
  { "\"from\":{\"id\":\"b\",\"role\":\"bot\"}", BATON_PARTY_BOT },
  { "\"from\":{\"id\":\"b\",\"role\":\"agent\"}", BATON_PARTY_BOT },
  { "\"from\":{\"id\":\"b\",\"role\":\"bot\"}," MARK ("agent"), BATON_PARTY_BOT },
  { "\"from\":{\"id\":\"dl_1\",\"role\":\"user\"}", BATON_PARTY_CUSTOMER },
  { "\"from\":{\"id\":\"dl_1\"}", BATON_PARTY_CUSTOMER },
  { "\"from\":{\"id\":\"dl_1\"}," MARK ("system"), BATON_PARTY_CUSTOMER },
  { "\"from\":{\"id\":\"dl_1\"}," MARK ("bot"), BATON_PARTY_CUSTOMER },
  { "\"from\":{\"id\":\"0b9a-uuid\"}," MARK ("agent"), BATON_PARTY_AGENT },
  { "\"channelData\":7", BATON_PARTY_BOT },
};

static void
test_party (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"text\":\"x\",\"n\":0.10,%s}", cases[i].members);
    g_autoptr (BatonActivity) activity = parse (json);
    g_autoptr (BatonActivity) read = baton_foreign_read (activity);
    g_autofree char *text = print (read);

    g_assert_cmpint (baton_foreign_get_party (activity), ==, cases[i].party);
    g_assert_cmpint (baton_activity_get_party (read), ==, cases[i].party);
    g_assert_null (baton_activity_get_system_kind (read));
    g_assert_nonnull (strstr (text, "\"n\":0.10"));
  }
}

/* `typing` has neither id nor time, and nothing is made up. */
static void
test_typing (void)
{
  g_autoptr (BatonActivity) activity = parse ("{\"type\":\"typing\",\"from\":{\"id\":\"dl_1\"}}");
  g_autoptr (BatonActivity) read = baton_foreign_read (activity);

  g_assert_null (baton_activity_get_id (read));
  g_assert_cmpint (baton_activity_get_party (read), ==, BATON_PARTY_CUSTOMER);
}

static void
test_sign (void)
{
  g_autoptr (BatonActivity) activity = parse ("{\"type\":\"message\",\"text\":\"hi\",\"from\":{\"id\":\"x\",\"role\":\"user\"},"
                                              "\"channelData\":{\"clientActivityID\":\"c1\",\"baton\":1}}");
  g_autoptr (BatonActivity) signed_one = baton_foreign_sign (activity, "baton-ana", "Ana");
  g_autofree char *text = print (signed_one);

  g_assert_cmpstr (text, ==, "{\"type\":\"message\",\"text\":\"hi\",\"from\":{\"id\":\"baton-ana\",\"name\":\"Ana\"},"
                             "\"channelData\":{\"clientActivityID\":\"c1\",\"baton\":{\"party\":\"agent\"}}}");
  g_assert_cmpint (baton_foreign_get_party (signed_one), ==, BATON_PARTY_AGENT);
}

static void
test_id (void)
{
  static const char *const good[] = { "c4Xk2mQ9vT1LrW8eYb3N5d-eu", "a1|livechat", "a.b_c~1", "1" };
  static const char *const bad[] = { "", ".", "..", "a/b", "a b", "a\n", "a?b", "a%2Fb", "é" };
  g_autofree char *longest = g_strnfill (200, 'a');
  g_autofree char *longer = g_strnfill (201, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (baton_foreign_is_id (good[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (baton_foreign_is_id (bad[i]));
  g_assert_true (baton_foreign_is_id (longest));
  g_assert_false (baton_foreign_is_id (longer));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/foreign/party", test_party);
  g_test_add_func ("/foreign/typing", test_typing);
  g_test_add_func ("/foreign/sign", test_sign);
  g_test_add_func ("/foreign/id", test_id);
  return g_test_run ();
}
