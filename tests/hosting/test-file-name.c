/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-file-name.h"

#include <string.h>

static const struct {
  const char *name;   /* as it came */
  const char *clean;
} names[] = {
  { "a.png", "a.png" },
  { "Ünïcode ☃.png", "Ünïcode ☃.png" },
  { "نام\u200cها.txt", "نام\u200cها.txt" },
  { "../x", "x" },
  { "../../etc/passwd", "passwd" },
  { "C:\\Users\\me\\a.png", "a.png" },
  { "/", "file" },
  { "..", "file" },
  { "...hidden", "hidden" },
  { " . a.txt . ", "a.txt" },
  { "", "file" },
  { NULL, "file" },
  { "a\r\nSet-Cookie: x.png", "aSet-Cookie_ x.png" },
  { "a\x01\x7f.png", "a.png" },
  { "a\xc2\x85\u2028\u2029.png", "a.png" },
  { "photo\u202egpj.exe", "photogpj.exe" },
  { "\u2066a\u2069\u200e\u200f\u061c.png", "a.png" },
  { "zero\u200bwidth\ufeff.png", "zerowidth.png" },
  { "a\"b<c>d|e?f*g:h.png", "a_b_c_d_e_f_g_h.png" },
  { "bad\xff" "byte.png", "bad\ufffd" "byte.png" },
};

static void
test_name_clean (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *clean = baton_file_name_clean (names[i].name);

    g_assert_cmpstr (clean, ==, names[i].clean);
  }
}

static void
test_name_bounded (void)
{
  for (guint shift = 0; shift < 4; shift++) {
    g_autoptr (GString) name = g_string_new (NULL);
    g_autofree char *clean = NULL;

    for (guint i = 0; i < shift; i++)
      g_string_append_c (name, 'x');
    for (guint i = 0; i < 1000; i++)
      g_string_append (name, "☃");
    g_string_append (name, ".jpeg");
    clean = baton_file_name_clean (name->str);
    g_assert_cmpuint (strlen (clean), <=, 120);
    g_assert_cmpuint (strlen (clean), >, 110);
    g_assert_true (g_utf8_validate (clean, -1, NULL));
    g_assert_null (strstr (clean, "\ufffd"));
    g_assert_true (g_str_has_suffix (clean, "☃.jpeg"));
  }
}

static void
test_name_unique (void)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  static const char *const expected[] = { "a.png", "a (1).png", "a (2).png" };
  g_autofree char *long_name = g_strnfill (120, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autofree char *unique = baton_file_name_unique ("a.png", taken);
    g_autofree char *bare = baton_file_name_unique (long_name, taken);

    g_assert_cmpstr (unique, ==, expected[i]);
    g_assert_cmpuint (strlen (bare), ==, 120);
  }
  g_assert_cmpuint (g_hash_table_size (taken), ==, 6);
}

static const struct {
  const char *type;
  const char *clean;
} types[] = {
  { "image/png", "image/png" },
  { "Image/PNG; charset=x", "image/png" },
  { "application/vnd.api+json;v=1", "application/vnd.api+json" },
  { NULL, "application/octet-stream" },
  { "", "application/octet-stream" },
  { "image", "application/octet-stream" },
  { "/png", "application/octet-stream" },
  { "image/", "application/octet-stream" },
  { "a/b/c", "application/octet-stream" },
  { "text/html\r\nX: y", "application/octet-stream" },
  { "te<t/html", "application/octet-stream" },
};

static void
test_type_clean (void)
{
  g_autofree char *half = g_strnfill (128, 'x');
  g_autofree char *large = g_strconcat (half, "/x", NULL);
  g_autofree char *bounded = baton_file_type_clean (large);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autofree char *clean = baton_file_type_clean (types[i].type);

    g_assert_cmpstr (clean, ==, types[i].clean);
  }
  g_assert_cmpstr (bounded, ==, "application/octet-stream");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dl/S37/file-name/clean", test_name_clean);
  g_test_add_func ("/dl/S37/file-name/bounded", test_name_bounded);
  g_test_add_func ("/dl/S36/file-name/unique", test_name_unique);
  g_test_add_func ("/dl/S37/file-name/type", test_type_clean);
  return g_test_run ();
}
