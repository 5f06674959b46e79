/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-origin.h"

static const struct {
  const char *text;
  const char *origin;   /* NULL: none */
} origins[] = {
  { "https://shop.example", "https://shop.example" },
  { "https://shop.example/", "https://shop.example" },
  { "HTTPS://Shop.Example/chat?a=b#c", "https://shop.example" },
  { "https://shop.example:443", "https://shop.example" },
  { "http://shop.example:443", "http://shop.example:443" },
  { "http://shop.example:80", "http://shop.example" },
  { "https://shop.example:8443", "https://shop.example:8443" },
  { "https://ines:x@shop.example", "https://shop.example" },
  { "https://münchen.example", "https://xn--mnchen-3ya.example" },
  { "http://[::1]:3000", "http://[::1]:3000" },
  { "http://127.0.0.1", "http://127.0.0.1" },
  { "", NULL },
  { "*", NULL },
  { "null", NULL },
  { "shop.example", NULL },
  { "https:", NULL },
  { "https://", NULL },
  { "https:shop.example", NULL },
  { "https://shop.example:port", NULL },
  { "file:///etc/passwd", NULL },
  { "javascript:alert(1)", NULL },
};

static void
test_origin_normalise (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (origins); i++) {
    g_autofree char *origin = baton_origin_normalise (origins[i].text);

    g_test_message ("%s", origins[i].text);
    g_assert_cmpstr (origin, ==, origins[i].origin);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hosting/origin/normalise", test_origin_normalise);
  return g_test_run ();
}
