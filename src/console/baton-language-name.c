/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-language-name.h"

#include <glib/gi18n.h>
#include <string.h>

#include "baton-handoff.h"

/* The languages customers are most likely to write in; sorted by tag for the binary search. A language that is missing
 * here is shown by its tag, so the table may grow without anything breaking meanwhile. */
static const struct {
  char        tag[4];
  const char *name;
} languages[] = {
  { "ar", N_("Arabic") },
  { "bg", N_("Bulgarian") },
  { "bn", N_("Bengali") },
  { "ca", N_("Catalan") },
  { "cs", N_("Czech") },
  { "da", N_("Danish") },
  { "de", N_("German") },
  { "el", N_("Greek") },
  { "en", N_("English") },
  { "es", N_("Spanish") },
  { "et", N_("Estonian") },
  { "fa", N_("Persian") },
  { "fi", N_("Finnish") },
  { "fil", N_("Filipino") },
  { "fr", N_("French") },
  { "ga", N_("Irish") },
  { "he", N_("Hebrew") },
  { "hi", N_("Hindi") },
  { "hr", N_("Croatian") },
  { "hu", N_("Hungarian") },
  { "id", N_("Indonesian") },
  { "is", N_("Icelandic") },
  { "it", N_("Italian") },
  { "ja", N_("Japanese") },
  { "ko", N_("Korean") },
  { "lt", N_("Lithuanian") },
  { "lv", N_("Latvian") },
  { "ms", N_("Malay") },
  { "nb", N_("Norwegian") },
  { "nl", N_("Dutch") },
  { "nn", N_("Norwegian") },
  { "no", N_("Norwegian") },
  { "pl", N_("Polish") },
  { "pt", N_("Portuguese") },
  { "ro", N_("Romanian") },
  { "ru", N_("Russian") },
  { "sk", N_("Slovak") },
  { "sl", N_("Slovenian") },
  { "sr", N_("Serbian") },
  { "sv", N_("Swedish") },
  { "sw", N_("Swahili") },
  { "ta", N_("Tamil") },
  { "th", N_("Thai") },
  { "tr", N_("Turkish") },
  { "uk", N_("Ukrainian") },
  { "ur", N_("Urdu") },
  { "vi", N_("Vietnamese") },
  { "zh", N_("Chinese") },
};

static const char *
find_name (const char *primary)
{
  gsize low = 0;
  gsize high = G_N_ELEMENTS (languages);

  while (low < high) {
    gsize middle = (low + high) / 2;
    int order = strcmp (primary, languages[middle].tag);

    if (order == 0)
      return _(languages[middle].name);
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

/* "en-US" → "US", "zh-Hant-TW" → "TW": the region is the first later subtag of two letters (or three digits). */
static const char *
find_region (const char *const *subtags)
{
  for (guint i = 1; subtags[0] != NULL && subtags[i] != NULL; i++) {
    gsize length = strlen (subtags[i]);

    if (length == 1)
      return NULL;   /* an extension begins */
    if (length == 2 || (length == 3 && g_ascii_isdigit (subtags[i][0])))
      return subtags[i];
  }
  return NULL;
}

/**
 * baton_language_dup_name:
 * @tag: (nullable): a language tag, in any case
 *
 * Returns: (transfer full) (nullable): the language in the user's language, with its region if it names one; the tag
 *   itself where the language is not known, %NULL where @tag is not a language tag
 */
char *
baton_language_dup_name (const char *tag)
{
  g_autofree char *normal = baton_language_normalize (tag);
  g_auto (GStrv) subtags = NULL;
  const char *name;
  const char *region;

  if (normal == NULL)
    return NULL;

  subtags = g_strsplit (normal, "-", -1);
  name = find_name (subtags[0]);
  if (name == NULL)
    return g_steal_pointer (&normal);

  region = find_region ((const char *const *) subtags);
  if (region == NULL)
    return g_strdup (name);

  /* Translators: a language and the region it is spoken in: “English (US)” */
  return g_strdup_printf (_("%s (%s)"), name, region);
}

/**
 * baton_language_dup_short:
 * @tag: (nullable): a language tag, in any case
 *
 * Returns: (transfer full): two or three capital letters for the small square of a queue row, a dash where unknown
 */
char *
baton_language_dup_short (const char *tag)
{
  g_autofree char *normal = baton_language_normalize (tag);

  if (normal == NULL)
    return g_strdup ("–");

  normal[strcspn (normal, "-")] = '\0';
  return g_ascii_strup (normal, -1);
}
