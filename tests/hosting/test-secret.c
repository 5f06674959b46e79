/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-secret.h"

#include <string.h>

static void
test_secret_new (void)
{
  g_autofree char *a = baton_secret_new (16);
  g_autofree char *b = baton_secret_new (16);

  g_assert_cmpuint (strlen (a), ==, 32);
  g_assert_cmpuint (strspn (a, "0123456789abcdef"), ==, 32);
  g_assert_cmpstr (a, !=, b);
}

static void
test_secret_hash (void)
{
  g_autofree char *hash = baton_secret_hash ("abc");

  g_assert_cmpstr (hash, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
test_secret_equal (void)
{
  g_assert_true (baton_secret_equal ("", ""));
  g_assert_true (baton_secret_equal ("abc", "abc"));
  g_assert_false (baton_secret_equal ("abc", "abd"));
  g_assert_false (baton_secret_equal ("xbc", "abc"));
  g_assert_false (baton_secret_equal ("abc", "ab"));
  g_assert_false (baton_secret_equal ("", "a"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/hosting/secret/new", test_secret_new);
  g_test_add_func ("/hosting/secret/hash", test_secret_hash);
  g_test_add_func ("/hosting/secret/equal", test_secret_equal);

  return g_test_run ();
}
