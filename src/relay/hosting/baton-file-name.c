/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-file-name.h"

#include <string.h>

#define MAX_NAME   120   /* bytes */
#define MAX_SUFFIX 16    /* bytes; what is longer is no suffix */
#define MAX_TYPE   127   /* bytes of each half of a media type (RFC 6838) */

#define UNNAMED "file"
#define UNKNOWN "application/octet-stream"

/* Joiners are needed to write some scripts right; all else of their kind is invisible, or turns the text around so that
 * "gpj.exe" reads as a picture. */
static gboolean
is_deceptive (gunichar character)
{
  GUnicodeType kind = g_unichar_type (character);

  return kind == G_UNICODE_CONTROL || kind == G_UNICODE_LINE_SEPARATOR || kind == G_UNICODE_PARAGRAPH_SEPARATOR ||
         (kind == G_UNICODE_FORMAT && character != 0x200c && character != 0x200d);
}

static char *
drop_deceptive (const char *name)
{
  GString *kept = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar character = g_utf8_get_char (at);

    if (character < 0x80 && strchr ("<>:\"|?*", (int) character) != NULL)
      g_string_append_c (kept, '_');   /* means something to some system or header */
    else if (!is_deceptive (character))
      g_string_append_unichar (kept, character);
  }
  return g_string_free (kept, FALSE);
}

/* The largest number of bytes up to @length at which no character is cut. */
static gsize
cut_before (const char *text,
            gsize       length)
{
  while (length > 0 && (text[length] & 0xc0) == 0x80)
    length--;
  return length;
}

static const char *
find_suffix (const char *name)
{
  const char *dot = strrchr (name, '.');

  return dot != NULL && dot != name && strlen (dot) <= MAX_SUFFIX ? dot : name + strlen (name);
}

/* Puts @mark between stem and suffix, of which the stem gives way. */
static char *
join (const char *name,
      const char *mark)
{
  const char *suffix = find_suffix (name);
  gsize room = MAX_NAME - strlen (suffix) - strlen (mark);
  gsize stem = (gsize) (suffix - name);

  if (stem > room)
    stem = cut_before (name, room);
  return g_strdup_printf ("%.*s%s%s", (int) stem, name, mark, suffix);
}

static gboolean
is_edge (char character)
{
  return character == '.' || character == ' ';
}

/**
 * baton_file_name_clean:
 * @name: (nullable): as somebody else calls the file; in any encoding
 *
 * Returns: (transfer full): a name without folders, invisible characters and the like, of bounded length and never
 *   empty; valid UTF-8 (S37)
 */
char *
baton_file_name_clean (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);
  const char *last = valid + strlen (valid);
  g_autofree char *kept = NULL;
  char *begin;
  gsize length;

  while (last > valid && last[-1] != '/' && last[-1] != '\\')
    last--;
  kept = drop_deceptive (last);

  begin = kept;
  while (is_edge (*begin))
    begin++;
  length = strlen (begin);
  while (length > 0 && is_edge (begin[length - 1]))
    length--;
  begin[length] = '\0';
  return length > 0 ? join (begin, "") : g_strdup (UNNAMED);
}

/**
 * baton_file_name_unique:
 * @name: a clean name
 * @taken: (element-type utf8): names that are in use already; the one returned is added
 *
 * Returns: (transfer full): @name, or "a (1).png" where "a.png" is taken (protocol 1.12)
 */
char *
baton_file_name_unique (const char *name,
                        GHashTable *taken)
{
  char *unique = g_strdup (name);

  for (guint i = 1; g_hash_table_contains (taken, unique); i++) {
    g_autofree char *mark = g_strdup_printf (" (%u)", i);

    g_free (unique);
    unique = join (name, mark);
  }
  g_hash_table_add (taken, g_strdup (unique));
  return unique;
}

static gboolean
is_token (const char *text,
          gsize       length)
{
  if (length == 0 || length > MAX_TYPE)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("!#$&^_.+-", text[i]) == NULL)
      return FALSE;
  return TRUE;
}

/**
 * baton_file_type_clean:
 * @type: (nullable): as somebody else declares it
 *
 * Returns: (transfer full): the media type in lower case and without parameters; one that says nothing for what is none
 */
char *
baton_file_type_clean (const char *type)
{
  gsize length = type != NULL ? strcspn (type, "; \t") : 0;
  const char *slash = length > 0 ? memchr (type, '/', length) : NULL;
  gsize first = slash != NULL ? (gsize) (slash - type) : 0;

  if (slash == NULL || !is_token (type, first) || !is_token (slash + 1, length - first - 1))
    return g_strdup (UNKNOWN);
  return g_ascii_strdown (type, (gssize) length);
}
