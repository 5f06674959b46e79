/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-handoff.h"

#include <string.h>

#define TAG_MAX 63
#define SUBTAG_MAX 8

static gboolean
is_made_of (const char *text,
            gboolean  (*holds) (char c))
{
  while (*text != '\0' && holds (*text))
    text++;
  return *text == '\0';
}

static gboolean
is_letter (char c)
{
  return g_ascii_isalpha (c);
}

static gboolean
is_letter_or_digit (char c)
{
  return g_ascii_isalnum (c);
}

static gboolean
is_well_formed (char **subtags)
{
  /* A language of its own; `x-…` and `i-…` name nothing we could route by. */
  if (subtags[0] == NULL || strlen (subtags[0]) < 2 || !is_made_of (subtags[0], is_letter))
    return FALSE;

  for (guint i = 0; subtags[i] != NULL; i++) {
    const gsize length = strlen (subtags[i]);

    if (length == 0 || length > SUBTAG_MAX || !is_made_of (subtags[i], is_letter_or_digit))
      return FALSE;
  }
  return TRUE;
}

/**
 * baton_language_normalize:
 * @tag: (nullable): what may be a language tag, in any case, with `-` or `_`
 *
 * Returns: (transfer full) (nullable): the BCP-47 tag in the case of RFC 5646, 2.1.1, such as `en-US` or `zh-Hant-TW`;
 *   %NULL if @tag is none
 */
char *
baton_language_normalize (const char *tag)
{
  g_autofree char *lower = NULL;
  g_auto (GStrv) subtags = NULL;
  gboolean extended = FALSE;

  if (tag == NULL || strlen (tag) > TAG_MAX)
    return NULL;

  lower = g_ascii_strdown (tag, -1);
  subtags = g_strsplit (g_strdelimit (g_strstrip (lower), "_", '-'), "-", -1);
  if (!is_well_formed (subtags))
    return NULL;

  for (guint i = 1; subtags[i] != NULL; i++) {
    const gsize length = strlen (subtags[i]);

    extended |= length == 1;
    if (length == 2 && !extended)
      subtags[i][1] = g_ascii_toupper (subtags[i][1]);
    if ((length == 2 || length == 4) && !extended)
      subtags[i][0] = g_ascii_toupper (subtags[i][0]);
  }
  return g_strjoinv ("-", subtags);
}
