/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-origin.h"

#include <string.h>

/**
 * baton_origin_normalise:
 * @text: how somebody wrote it
 *
 * Returns: (transfer full) (nullable): what a browser says for pages of that address: scheme and host in small letters, a
 *   port unless it is the usual one, nothing else; %NULL where it is no address of pages
 */
char *
baton_origin_normalise (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);
  const char *scheme = uri == NULL ? "" : g_uri_get_scheme (uri);
  const char *host = uri == NULL ? NULL : g_uri_get_host (uri);
  g_autofree char *lower = NULL;
  gboolean is_https = g_str_equal (scheme, "https");
  GString *origin;

  if ((!is_https && !g_str_equal (scheme, "http")) || host == NULL || *host == '\0')
    return NULL;

  lower = g_hostname_to_ascii (host);
  if (lower == NULL)
    return NULL;
  origin = g_string_new (scheme);
  g_string_append_printf (origin, strchr (lower, ':') != NULL ? "://[%s]" : "://%s", lower);
  if (g_uri_get_port (uri) > 0 && g_uri_get_port (uri) != (is_https ? 443 : 80))
    g_string_append_printf (origin, ":%d", g_uri_get_port (uri));
  return g_string_free (origin, FALSE);
}
