/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-json-writer.h"

#include "baton-test.h"
#include "baton-time.h"

static void
test_writer_structure (void)
{
  static const char *const words[] = { "a", "b", NULL };
  g_autoptr (BatonJson) json = baton_json_parse_text ("{\"x\": 0.10 }", -1, &BATON_JSON_LIMITS_CLIENT, NULL);
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *text = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "s", "x");
  baton_json_writer_add_string (writer, "none", NULL);
  baton_json_writer_add_int (writer, "i", G_MININT64);
  baton_json_writer_add_boolean (writer, "b", TRUE);
  baton_json_writer_add_time (writer, "t", 1500000);
  baton_json_writer_add_time (writer, "never", BATON_TIME_UNKNOWN);
  baton_json_writer_add_strv (writer, "l", words);
  baton_json_writer_add_strv (writer, "l0", NULL);
  baton_json_writer_add_node (writer, "raw", baton_json_node_get_member (baton_json_get_root (json), "x"));
  baton_json_writer_name (writer, "deep");
  baton_json_writer_begin_array (writer);
  baton_json_writer_begin_object (writer);
  baton_json_writer_end_object (writer);
  baton_json_writer_null (writer);
  baton_json_writer_end_array (writer);
  baton_json_writer_end_object (writer);
  text = baton_json_writer_finish_text (writer);

  g_assert_cmpstr (text, ==,
                   "{\"s\":\"x\",\"none\":null,\"i\":-9223372036854775808,\"b\":true,\"t\":\"1970-01-01T00:00:01.500000Z\","
                   "\"never\":null,\"l\":[\"a\",\"b\"],\"l0\":[],\"raw\":0.10,\"deep\":[{},null]}");
}

static const char *const texts[] = {
  "", "plain", "\"\\/", "\b\f\n\r\t", "\x01\x1f\x7f", "äöü ‏العربية 日本 \360\237\230\200", "{\"not\":\"parsed\"}",
};

static void
test_writer_strings_survive (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    BatonJsonWriter *writer = baton_json_writer_new ();
    g_autoptr (BatonJson) json = NULL;
    g_autoptr (GBytes) bytes = NULL;
    g_autofree char *read = NULL;

    baton_json_writer_string (writer, texts[i]);
    bytes = baton_json_writer_finish (writer);
    json = baton_json_parse (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);
    g_assert_nonnull (json);
    read = baton_json_node_dup_string (baton_json_get_root (json));
    g_assert_cmpstr (read, ==, texts[i]);
  }
}

/* A frame must never be broken JSON, whatever got into a string. */
static void
test_writer_repairs_broken_utf8 (void)
{
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autoptr (BatonJson) json = NULL;
  g_autoptr (GBytes) bytes = NULL;

  baton_json_writer_string (writer, "a\xff" "b");
  bytes = baton_json_writer_finish (writer);
  json = baton_json_parse (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);
  g_assert_nonnull (json);
}

static void
test_writer_members (void)
{
  static const char text[] = "{\"a\":0.10,\"b\":1,\"\\u0062b\":{\"b\":2},\"\\u0062\":3,\"ab\":[ ],\"b\":4}";
  static const char *const but[] = { "x", "b", NULL };
  g_autoptr (BatonJson) json = baton_json_parse_text (text, -1, &BATON_JSON_LIMITS_CLIENT, NULL);
  BatonJsonNode root = baton_json_get_root (json);
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *written = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_int (writer, "first", 1);
  baton_json_writer_add_members (writer, root, but);
  baton_json_writer_add_members (writer, baton_json_node_get_member (root, "ab"), but);
  baton_json_writer_add_members (writer, baton_json_node_get_member (root, "nothing"), but);
  baton_json_writer_add_int (writer, "last", 2);
  baton_json_writer_end_object (writer);
  written = baton_json_writer_finish_text (writer);
  g_assert_cmpstr (written, ==, "{\"first\":1,\"a\":0.10,\"\\u0062b\":{\"b\":2},\"ab\":[ ],\"last\":2}");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/json-writer/structure", test_writer_structure);
  g_test_add_func ("/model/json-writer/strings-survive", test_writer_strings_survive);
  g_test_add_func ("/model/json-writer/members", test_writer_members);
  g_test_add_func ("/model/json-writer/repairs-broken-utf8", test_writer_repairs_broken_utf8);

  return g_test_run ();
}
