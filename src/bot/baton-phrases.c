/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-phrases.h"

#include <math.h>
#include <string.h>

/* What follows in a longer message says nothing about the topic it wants to start. */
#define MAX_MESSAGE 2000

/* Which share of a score is for how much of the phrase was said; the rest is for how much of what was said it is. */
#define PHRASE_SHARE 0.7

typedef struct {
  char     *text;    /* normalised */
  char    **words;
  gpointer  owner;
} Phrase;

struct _BatonPhrases {
  GPtrArray  *phrases;       /* of Phrase */
  GHashTable *frequencies;   /* word → number of phrases with it */
};

static void
phrase_free (Phrase *self)
{
  g_free (self->text);
  g_strfreev (self->words);
  g_free (self);
}

BatonPhrases *
baton_phrases_new (void)
{
  BatonPhrases *self = g_new0 (BatonPhrases, 1);

  self->phrases = g_ptr_array_new_with_free_func ((GDestroyNotify) phrase_free);
  self->frequencies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
baton_phrases_free (BatonPhrases *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->phrases);
  g_hash_table_unref (self->frequencies);
  g_free (self);
}

/**
 * baton_phrases_normalize:
 * @text: UTF-8
 *
 * Takes away what people do not mean: case, accents and other marks, punctuation, repeated blanks.
 *
 * Returns: (transfer full): the words of @text, with single blanks in between
 */
char *
baton_phrases_normalize (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) strnlen (text, MAX_MESSAGE));
  g_autofree char *decomposed = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = g_utf8_casefold (decomposed, -1);
  GString *out = g_string_new (NULL);
  gboolean blank = FALSE;

  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (g_unichar_ismark (c) || c == 0x0640)   /* the Arabic stretching stroke */
      continue;
    if (!g_unichar_isalnum (c)) {
      blank = TRUE;
      continue;
    }
    if (blank && out->len > 0)
      g_string_append_c (out, ' ');
    blank = FALSE;
    g_string_append_unichar (out, c);
  }
  return g_string_free (out, FALSE);
}

static gboolean
is_repeated (char **words,
             guint  position)
{
  for (guint i = 0; i < position; i++) {
    if (strcmp (words[i], words[position]) == 0)
      return TRUE;
  }
  return FALSE;
}

/**
 * baton_phrases_add:
 * @self: the phrases
 * @phrase: one more
 * @owner: what baton_phrases_match() gives back for it
 */
void
baton_phrases_add (BatonPhrases *self,
                   const char   *phrase,
                   gpointer      owner)
{
  Phrase *added = g_new0 (Phrase, 1);

  added->text = baton_phrases_normalize (phrase);
  added->words = g_strsplit (added->text, " ", -1);
  added->owner = owner;
  g_ptr_array_add (self->phrases, added);

  for (guint i = 0; added->words[i] != NULL; i++) {
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->frequencies, added->words[i]));

    if (!is_repeated (added->words, i))
      g_hash_table_insert (self->frequencies, g_strdup (added->words[i]), GUINT_TO_POINTER (count + 1));
  }
}

/* The rarer a word among the phrases, the more it says; a word that is in none says as much as the rarest. */
static double
weigh (BatonPhrases *self,
       const char   *word)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->frequencies, word));

  return log (1.0 + (double) self->phrases->len / MAX (count, 1u));
}

/* The same word, or the same but for an ending of up to two letters: agent and agents, Mensch and Menschen. */
static gboolean
words_match (const char *a,
             const char *b)
{
  gsize length_a = strlen (a);
  gsize length_b = strlen (b);
  gsize common = MIN (length_a, length_b);

  if (strncmp (a, b, common) != 0)
    return FALSE;
  return length_a == length_b || (common >= 4 && MAX (length_a, length_b) - common <= 2);
}

static double
share_found (BatonPhrases  *self,
             char         **wanted,
             char         **among)
{
  double all = 0;
  double found = 0;

  for (guint i = 0; wanted[i] != NULL; i++) {
    double weight = weigh (self, wanted[i]);

    all += weight;
    for (guint j = 0; among[j] != NULL; j++) {
      if (words_match (wanted[i], among[j])) {
        found += weight;
        break;
      }
    }
  }
  return all > 0 ? found / all : 0;
}

static double
score (BatonPhrases  *self,
       const Phrase  *phrase,
       const char    *text,
       char         **words)
{
  double of_phrase;

  if (strcmp (phrase->text, text) == 0)
    return 1.0;

  of_phrase = share_found (self, phrase->words, words);
  if (of_phrase < BATON_PHRASES_THRESHOLD - (1 - PHRASE_SHARE))
    return 0;
  /* Never quite 1.0, which is for the phrase itself. */
  return 0.99 * (PHRASE_SHARE * of_phrase + (1 - PHRASE_SHARE) * share_found (self, words, phrase->words));
}

static int
compare_hits (gconstpointer a,
              gconstpointer b)
{
  double first = ((const BatonPhraseHit *) a)->score;
  double second = ((const BatonPhraseHit *) b)->score;

  return first < second ? 1 : first > second ? -1 : 0;
}

static void
keep_best (GArray   *hits,
           gpointer  owner,
           double    points)
{
  for (guint i = 0; i < hits->len; i++) {
    BatonPhraseHit *hit = &g_array_index (hits, BatonPhraseHit, i);

    if (hit->owner == owner) {
      hit->score = MAX (hit->score, points);
      return;
    }
  }
  g_array_append_val (hits, ((BatonPhraseHit) { owner, points }));
}

/**
 * baton_phrases_match:
 * @self: the phrases
 * @message: what somebody wrote
 *
 * Returns: (transfer full) (element-type BatonPhraseHit): the owners whose phrases fit, best first, each once
 */
GArray *
baton_phrases_match (BatonPhrases *self,
                     const char   *message)
{
  GArray *hits = g_array_new (FALSE, FALSE, sizeof (BatonPhraseHit));
  g_autofree char *text = baton_phrases_normalize (message);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  if (*text == '\0')
    return hits;

  for (guint i = 0; i < self->phrases->len; i++) {
    const Phrase *phrase = g_ptr_array_index (self->phrases, i);
    double points = score (self, phrase, text, words);

    if (points >= BATON_PHRASES_THRESHOLD)
      keep_best (hits, phrase->owner, points);
  }
  g_array_sort (hits, compare_hits);
  return hits;
}
