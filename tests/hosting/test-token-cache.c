/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-token-cache.h"

#define SIZE 4

static BatonToken *
make_token (void)
{
  return baton_token_reserve (NULL, NULL, 60, NULL);
}

static void
test_token_cache_find (void)
{
  g_autoptr (BatonTokenCache) cache = baton_token_cache_new (SIZE);
  g_autoptr (BatonToken) token = make_token ();
  g_autoptr (BatonToken) found = NULL;

  g_assert_null (baton_token_cache_find (cache, "t1", token->issued_at));
  baton_token_cache_add (cache, "t1", token);
  found = baton_token_cache_find (cache, "t1", token->expires_at - 1);
  g_assert_true (found == token);
  g_assert_null (baton_token_cache_find (cache, "t2", token->issued_at));

  /* S5: what has expired is looked at closely again, and called by its name. */
  g_assert_null (baton_token_cache_find (cache, "t1", token->expires_at));
}

/* What is in use stays, however many others come by; those are forgotten. */
static void
test_token_cache_bounded (void)
{
  g_autoptr (BatonTokenCache) cache = baton_token_cache_new (SIZE);
  g_autoptr (BatonToken) used = make_token ();
  g_autoptr (BatonToken) other = make_token ();
  guint n = 0;

  baton_token_cache_add (cache, "used", used);
  for (guint i = 0; i < 100; i++) {
    g_autofree char *text = g_strdup_printf ("t%u", i);
    g_autoptr (BatonToken) found = NULL;

    baton_token_cache_add (cache, text, other);
    found = baton_token_cache_find (cache, "used", used->issued_at);
    g_assert_true (found == used);
  }
  for (guint i = 0; i < 100; i++) {
    g_autofree char *text = g_strdup_printf ("t%u", i);
    g_autoptr (BatonToken) found = baton_token_cache_find (cache, text, used->issued_at);

    n += found != NULL;
  }
  g_assert_cmpuint (n, >=, 1);
  g_assert_cmpuint (n, <=, 2 * SIZE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dl/token-cache/find", test_token_cache_find);
  g_test_add_func ("/dl/token-cache/bounded", test_token_cache_bounded);

  return g_test_run ();
}
