/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-target.h"

#include <string.h>

/* Almost none has an escape in it. */
static char *
decode_segment (const char *text,
                gsize       length)
{
  g_autofree char *segment = g_strndup (text, length);
  g_autofree char *decoded = NULL;

  if (strchr (segment, '%') == NULL)
    return g_steal_pointer (&segment);
  decoded = g_uri_unescape_string (segment, "/");
  return g_steal_pointer (&decoded);
}

static gboolean
add_segment (GPtrArray  *segments,
             const char *text,
             gsize       length)
{
  g_autofree char *segment = decode_segment (text, length);

  if (segment == NULL || *segment == '\0' || strcmp (segment, ".") == 0 || strcmp (segment, "..") == 0 ||
      !g_utf8_validate (segment, -1, NULL))
    return FALSE;

  g_ptr_array_add (segments, g_steal_pointer (&segment));
  return TRUE;
}

/**
 * baton_target_split_path:
 * @path: still encoded, beginning with a slash
 *
 * Returns: (transfer full) (nullable): the decoded segments, none for "/"; %NULL if the path is not one we serve: an
 *   empty segment, "." or "..", or one that hides a slash or NUL in an escape (S41)
 */
char **
baton_target_split_path (const char *path)
{
  g_autoptr (GPtrArray) segments = NULL;

  if (path == NULL || path[0] != '/')
    return NULL;

  segments = g_ptr_array_new_full (8, g_free);
  while (*path != '\0' && path[1] != '\0') {
    const char *begin = path + 1;

    path = begin + strcspn (begin, "/");
    if (!add_segment (segments, begin, (gsize) (path - begin)))
      return NULL;
    /* A slash at the end has an empty segment behind it. */
    if (*path == '/' && path[1] == '\0')
      return NULL;
  }
  g_ptr_array_add (segments, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&segments), FALSE);
}

/**
 * baton_target_below:
 *
 * Returns: (nullable): what follows @prefix in @segments, or %NULL if they do not begin with it
 */
const char *const *
baton_target_below (const char *const *segments,
                    const char *const *prefix)
{
  for (; *prefix != NULL; segments++, prefix++)
    if (*segments == NULL || strcmp (*segments, *prefix) != 0)
      return NULL;
  return segments;
}

static char *
decode (const char *text,
        gsize       length)
{
  g_autofree char *copy = g_strndup (text, length);
  g_autofree char *decoded = NULL;

  g_strdelimit (copy, "+", ' ');
  decoded = g_uri_unescape_string (copy, NULL);
  if (decoded == NULL || !g_utf8_validate (decoded, -1, NULL))
    return NULL;
  return g_steal_pointer (&decoded);
}

/**
 * baton_target_parse_query:
 * @query: (nullable): still encoded, without the question mark
 *
 * Returns: (transfer full): names and values, decoded; of a name given twice the first counts, a bare name has the value
 *   "", and what cannot be decoded is left out
 */
GHashTable *
baton_target_parse_query (const char *query)
{
  GHashTable *values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  while (query != NULL && *query != '\0') {
    gsize length = strcspn (query, "&");
    const char *equals = memchr (query, '=', length);
    gsize name_length = equals != NULL ? (gsize) (equals - query) : length;
    g_autofree char *name = decode (query, name_length);
    g_autofree char *value = equals != NULL ? decode (equals + 1, length - name_length - 1) : g_strdup ("");

    if (name != NULL && *name != '\0' && value != NULL && !g_hash_table_contains (values, name))
      g_hash_table_insert (values, g_steal_pointer (&name), g_steal_pointer (&value));
    query += length + (query[length] == '&');
  }
  return values;
}

/**
 * baton_target_host_is_valid:
 * @host: (nullable): value of a `Host` header
 *
 * Returns: %TRUE if it is a name or address with an optional port and nothing else, so that it may stand in a URL
 */
gboolean
baton_target_host_is_valid (const char *host)
{
  const char *end;

  if (host == NULL || strlen (host) > 255)
    return FALSE;

  if (*host == '[') {
    end = host + 1 + strspn (host + 1, "0123456789abcdefABCDEF:.");
    if (end == host + 1 || *end++ != ']')
      return FALSE;
  } else {
    end = host + strspn (host, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-._");
    if (end == host)
      return FALSE;
  }

  if (*end == '\0')
    return TRUE;
  return *end == ':' && end[1] != '\0' && strlen (end + 1) <= 5 && end[1 + strspn (end + 1, G_CSET_DIGITS)] == '\0';
}
