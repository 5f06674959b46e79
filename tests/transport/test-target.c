/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-target.h"

static const struct {
  const char *path;
  const char *segments;   /* joined with a blank; NULL: refused */
} paths[] = {
  { "/", "" },
  { "/a", "a" },
  { "/v3/directline/conversations/c%7C1", "v3 directline conversations c|1" },
  { "/%C3%A4", "ä" },
  { "", NULL },
  { "a", NULL },
  { "*", NULL },
  { "//", NULL },
  { "/a/", NULL },
  { "//a", NULL },
  { "/a//b", NULL },
  { "/a/../b", NULL },
  { "/a/..", NULL },
  { "/./a", NULL },
  { "/a/%2e%2E/b", NULL },
  { "/a%2Fb", NULL },
  { "/a%2fb", NULL },
  { "/a%00b", NULL },
  { "/a%", NULL },
  { "/a%4", NULL },
  { "/a%zz", NULL },
  { "/%ff", NULL },
};

static void
test_target_split_path (void)
{
  g_assert_null (baton_target_split_path (NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_auto (GStrv) segments = baton_target_split_path (paths[i].path);

    g_test_message ("path %s", paths[i].path);
    if (paths[i].segments == NULL) {
      g_assert_null (segments);
    } else {
      g_autofree char *joined = g_strjoinv (" ", segments);

      g_assert_cmpstr (joined, ==, paths[i].segments);
    }
  }
}

static void
test_target_below (void)
{
  const char *const segments[] = { "v3", "directline", "tokens", NULL };
  const char *const prefix[] = { "v3", "directline", NULL };
  const char *const other[] = { "v3", "direct", NULL };
  const char *const none[] = { NULL };

  g_assert_cmpstr (baton_target_below (segments, prefix)[0], ==, "tokens");
  g_assert_cmpstr (baton_target_below (segments, none)[0], ==, "v3");
  g_assert_null (baton_target_below (segments, segments)[0]);
  g_assert_null (baton_target_below (segments, other));
  g_assert_null (baton_target_below (prefix, segments));
}

static void
test_target_parse_query (void)
{
  g_autoptr (GHashTable) values = baton_target_parse_query ("a=1&b&c=&a=2&d=%7C+x&%65=y=z&&f=%ff&=g&h=%4");

  g_assert_cmpstr (g_hash_table_lookup (values, "a"), ==, "1");
  g_assert_cmpstr (g_hash_table_lookup (values, "b"), ==, "");
  g_assert_cmpstr (g_hash_table_lookup (values, "c"), ==, "");
  g_assert_cmpstr (g_hash_table_lookup (values, "d"), ==, "| x");
  g_assert_cmpstr (g_hash_table_lookup (values, "e"), ==, "y=z");
  g_assert_cmpuint (g_hash_table_size (values), ==, 5);
}

static void
test_target_no_query (void)
{
  g_autoptr (GHashTable) values = baton_target_parse_query (NULL);

  g_assert_cmpuint (g_hash_table_size (values), ==, 0);
}

static void
test_target_host (void)
{
  static const char *const good[] = { "localhost", "127.0.0.1:8377", "[::1]:80", "[::1]", "relay.example", "a-b_c:65535" };
  static const char *const bad[] = { "", "a/b", "a b", "a:", "a:b", "a:123456", "[::1", "[]", "a\"b", "a@b", "a\\b", "[::1]x",
                                     "a,b", "a?b", "a#b" };

  g_assert_false (baton_target_host_is_valid (NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (baton_target_host_is_valid (good[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (baton_target_host_is_valid (bad[i]));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/target/split-path", test_target_split_path);
  g_test_add_func ("/transport/target/below", test_target_below);
  g_test_add_func ("/transport/target/parse-query", test_target_parse_query);
  g_test_add_func ("/transport/target/no-query", test_target_no_query);
  g_test_add_func ("/transport/target/host", test_target_host);

  return g_test_run ();
}
