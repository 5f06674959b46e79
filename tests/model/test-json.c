/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-json.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "baton-error.h"
#include "baton-test.h"

static const char *const good[] = {
  "{}", "[]", " null ", "true", "false", "0", "-0", "0.5", "1e3", "-12.5E-2", "\"\"", "[1,2,3]",
  "{\"a\":{\"b\":[{},[]]}}", "\"\\ud83d\\ude00 \\n\\u00e9\"", "\xef\xbb\xbf{}", "12345678901234567890123",
  "{\"a\":1,\"a\":2}",
};

/* S21, and the ways in which tolerant parsers are tolerant (protocol 1.18). */
static const char *const bad[] = {
  "", " ", "{", "[", "]", "[1,]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "{'a':1}", "'x'", "01", "1.", ".5", "+1", "0x10", "1e",
  "1e999", "-1e999", "tru", "nul", "NaN", "Infinity", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800x\"",
  "\"\\udc00\"", "\"\\ud800\\ud800\"", "\"\\u0000\"", "\"\t\"", "\"\x01\"", "{} x", "[1 2]", "{\"a\":1 \"b\":2}", "{\"a\",1}",
  "var a = 1", "/* c */ 1", "{}{}", "[\xff]", "\"\xed\xa0\x80\"", ",", "{,}", "[,1]", "\xef\xbb\xbf",
};

static void
test_json_accepts (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonJson) json = baton_json_parse_text (good[i], -1, &BATON_JSON_LIMITS_CLIENT, &error);

    g_test_message ("%s", good[i]);
    g_assert_no_error (error);
    g_assert_nonnull (json);
  }
}

static void
test_json_refuses (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonJson) json = baton_json_parse_text (bad[i], -1, &BATON_JSON_LIMITS_CLIENT, &error);

    g_test_message ("case %" G_GSIZE_FORMAT, i);
    g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
    g_assert_null (json);
  }
}

static void
test_json_refuses_nul_bytes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonJson) json = baton_json_parse_text ("[1]\0", 4, &BATON_JSON_LIMITS_CLIENT, &error);

  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  g_assert_null (json);
}

/* Strings are looked through several bytes at a time: each character that matters, at each place, beside plain and other
 * letters. */
static void
test_json_anywhere_in_a_string (void)
{
  static const struct {
    const char *put;
    gboolean    good;
  } cases[] = {
    { "\"", FALSE }, { "\\", FALSE }, { "\x01", FALSE }, { "\x1f", FALSE }, { "\xff", FALSE }, { "\xc3", FALSE },
    { "\\q", FALSE }, { "\\n", TRUE }, { "\\\"", TRUE }, { " ", TRUE }, { "\x7f", TRUE }, { "\xc3\xa9", TRUE },
    { "\xf0\x9f\x98\x80", TRUE },
  };
  static const char *const around[] = { "x", "\xc3\xa9", "!" };

  for (gsize i = 0; i < G_N_ELEMENTS (cases) * G_N_ELEMENTS (around) * 24; i++) {
    const char *letter = around[i / 24 % G_N_ELEMENTS (around)];
    gsize which = i / 24 / G_N_ELEMENTS (around);
    g_autoptr (GString) text = g_string_new ("[\"");
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonJson) json = NULL;

    for (gsize at = 0; at < 24; at++)
      g_string_append (text, at == i % 24 ? cases[which].put : letter);
    g_string_append (text, "\"]");
    json = baton_json_parse_text (text->str, (gssize) text->len, &BATON_JSON_LIMITS_CLIENT, &error);
    g_test_message ("case %d at %d", (int) which, (int) (i % 24));
    if (cases[which].good)
      g_assert_no_error (error);
    else
      g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  }
}

static char *
nested (guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static void
test_json_limits (void)
{
  g_autofree char *fits = nested (32), *deep = nested (33), *brackets = g_strnfill (160 * 1024, '[');
  g_autofree char *big = g_strnfill (256 * 1024 + 1, ' ');
  const char *const too_big[] = { deep, brackets, big, "[1,2,3,4]" };
  g_autoptr (BatonJson) json = baton_json_parse_text (fits, -1, &BATON_JSON_LIMITS_CLIENT, NULL);

  g_assert_nonnull (json);
  for (gsize i = 0; i < G_N_ELEMENTS (too_big); i++) {
    g_autoptr (GError) error = NULL;
    BatonJsonLimits limits = BATON_JSON_LIMITS_CLIENT;

    if (i == 3)
      limits.values = 4;
    g_assert_null (baton_json_parse_text (too_big[i], -1, &limits, &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_TOO_BIG);
  }
}

static void
test_json_reads (void)
{
  g_autoptr (BatonJson) json = baton_json_parse_text (
    "{\"s\":\"a\\u00e9\\\"\\/\\n\\ud83d\\ude00\",\"n\":-42,\"d\":0.1,\"big\":92233720368547758070,\"t\":true,\"f\":false,"
    "\"z\":null,\"l\":[1,[2,3],\"x\"],\"o\":{\"K\":1},\"dup\":1,\"dup\":2,\"e\\u0041\":7}", -1, &BATON_JSON_LIMITS_CLIENT, NULL);
  BatonJsonNode root = baton_json_get_root (json), list;
  g_autofree char *s = baton_json_node_dup_member (root, "s"), *d = NULL, *inner = NULL;
  gint64 n = 0;
  double f = 0;

  g_assert_cmpstr (s, ==, "a\303\251\"/\n\360\237\230\200");
  g_assert_true (baton_json_node_get_int (baton_json_node_get_member (root, "n"), &n));
  g_assert_cmpint (n, ==, -42);
  g_assert_false (baton_json_node_get_int (baton_json_node_get_member (root, "d"), &n));
  g_assert_false (baton_json_node_get_int (baton_json_node_get_member (root, "big"), &n));
  g_assert_true (baton_json_node_get_double (baton_json_node_get_member (root, "d"), &f));
  g_assert_cmpfloat (f, ==, 0.1);
  d = baton_json_node_dup_text (baton_json_node_get_member (root, "d"));
  g_assert_cmpstr (d, ==, "0.1");
  g_assert_true (baton_json_node_is_true (baton_json_node_get_member (root, "t")));
  g_assert_false (baton_json_node_is_true (baton_json_node_get_member (root, "f")));
  g_assert_cmpint (baton_json_node_get_kind (baton_json_node_get_member (root, "z")), ==, BATON_JSON_NULL);
  g_assert_cmpint (baton_json_node_get_kind (baton_json_node_get_member (root, "none")), ==, BATON_JSON_ABSENT);
  g_assert_true (baton_json_node_get_int (baton_json_node_get_member (root, "dup"), &n));
  g_assert_cmpint (n, ==, 2);
  g_assert_true (baton_json_node_get_int (baton_json_node_get_member (root, "eA"), &n));
  g_assert_cmpint (n, ==, 7);
  g_assert_cmpint (baton_json_node_get_kind (baton_json_node_find_member (baton_json_node_get_member (root, "o"), "k")), ==, BATON_JSON_NUMBER);

  list = baton_json_node_get_member (root, "l");
  g_assert_cmpuint (baton_json_node_get_size (list), ==, 3);
  inner = baton_json_node_dup_raw (baton_json_node_get_element (list, 1));
  g_assert_cmpstr (inner, ==, "[2,3]");
  g_assert_true (baton_json_node_is (baton_json_node_get_element (list, 2), "x"));
  g_assert_cmpint (baton_json_node_get_kind (baton_json_node_get_element (list, 3)), ==, BATON_JSON_ABSENT);
}

/* An absent node answers absent to everything, so look-ups chain without a check in between. */
static void
test_json_absent (void)
{
  BatonJsonNode none = { NULL, 0 }, name, value;
  BatonJsonIter iter;

  g_assert_null (baton_json_node_dup_member (baton_json_node_get_member (none, "a"), "b"));
  g_assert_null (baton_json_node_dup_raw (none));
  g_assert_cmpuint (baton_json_node_get_size (none), ==, 0);
  g_assert_false (baton_json_node_is (none, "a"));
  baton_json_iter_init (&iter, none);
  g_assert_false (baton_json_iter_next (&iter, &name, &value));
}

static void
assert_same (BatonJsonNode  ours,
             JsonNode      *theirs)
{
  if (JSON_NODE_HOLDS_OBJECT (theirs)) {
    BatonJsonNode key, value;
    BatonJsonIter iter;

    g_assert_cmpint (baton_json_node_get_kind (ours), ==, BATON_JSON_OBJECT);
    g_assert_cmpuint (baton_json_node_get_size (ours), ==, json_object_get_size (json_node_get_object (theirs)));
    baton_json_iter_init (&iter, ours);
    while (baton_json_iter_next (&iter, &key, &value)) {
      g_autofree char *name = baton_json_node_dup_string (key);

      assert_same (value, json_object_get_member (json_node_get_object (theirs), name));
    }
  } else if (JSON_NODE_HOLDS_ARRAY (theirs)) {
    g_assert_cmpuint (baton_json_node_get_size (ours), ==, json_array_get_length (json_node_get_array (theirs)));
    for (guint i = 0; i < baton_json_node_get_size (ours); i++)
      assert_same (baton_json_node_get_element (ours, i), json_array_get_element (json_node_get_array (theirs), i));
  } else if (json_node_get_value_type (theirs) == G_TYPE_STRING) {
    g_autofree char *text = baton_json_node_dup_string (ours);

    g_assert_cmpstr (text, ==, json_node_get_string (theirs));
  } else if (json_node_get_value_type (theirs) == G_TYPE_INT64) {
    gint64 number;

    g_assert_true (baton_json_node_get_int (ours, &number));
    g_assert_cmpint (number, ==, json_node_get_int (theirs));
  }
}

/* json-glib, which is another's and well kept, must understand every fixture as we do. */
static void
test_json_agrees_with_json_glib (void)
{
  g_autofree char *folder = baton_test_fixture (".");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n_compared = 0;
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autoptr (JsonParser) parser = json_parser_new ();
    g_autoptr (BatonJson) json = NULL;
    g_autoptr (GBytes) bytes = NULL;

    if (!g_str_has_suffix (name, ".json"))
      continue;
    g_test_message ("%s", name);
    bytes = baton_test_read (path);
    json = baton_json_parse (bytes, &BATON_JSON_LIMITS_BOT, NULL);
    g_assert_nonnull (json);
    g_assert_true (json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL));
    assert_same (baton_json_get_root (json), json_parser_get_root (parser));
    n_compared++;
  }
  g_assert_cmpuint (n_compared, >, 5);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/json/accepts", test_json_accepts);
  g_test_add_func ("/model/json/S21/refuses", test_json_refuses);
  g_test_add_func ("/model/json/S21/refuses-nul-bytes", test_json_refuses_nul_bytes);
  g_test_add_func ("/model/json/S21/anywhere-in-a-string", test_json_anywhere_in_a_string);
  g_test_add_func ("/model/json/limits", test_json_limits);
  g_test_add_func ("/model/json/reads", test_json_reads);
  g_test_add_func ("/model/json/absent", test_json_absent);
  g_test_add_func ("/model/json/agrees-with-json-glib", test_json_agrees_with_json_glib);

  return g_test_run ();
}
