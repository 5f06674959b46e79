/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-words.h"

#include <string.h>

/* Not gettext: these follow the customer's language, not that of the machine. */
static const struct {
  const char *language;
  const char *words[BATON_WORD_TELEPHONE + 1];
} languages[] = {
  { "en", { "Yes", "No", "Sorry, I did not understand that.", "I am handing you over to a colleague.",
            "You can reach us by telephone:" } },
  { "de", { "Ja", "Nein", "Das habe ich leider nicht verstanden.", "Ich verbinde Sie mit einer Kollegin oder einem Kollegen.",
            "Telefonisch erreichen Sie uns hier:" } },
  { "fr", { "Oui", "Non", "Désolé, je n’ai pas compris.", "Je vous mets en relation avec un collègue.",
            "Vous pouvez nous joindre par téléphone :" } },
  { "pt", { "Sim", "Não", "Desculpe, não percebi.", "Vou passar a conversa a um colega.",
            "Pode contactar-nos por telefone:" } },
  { "ar", { "نعم", "لا", "عذرًا، لم أفهم ذلك.", "سأحوّلك الآن إلى أحد زملائي.", "يمكنك الاتصال بنا هاتفيًا:" } },
};

/* As baton_phrases_normalize() leaves them. */
static const char *const yes[] = {
  "yes", "y", "yeah", "yep", "yup", "sure", "ok", "okay", "of course", "right", "correct", "true", "yes please",
  "ja", "jawohl", "ja bitte", "gerne", "klar", "naturlich", "stimmt",
  "oui", "bien sur", "d accord", "oui s il vous plait",
  "sim", "claro", "com certeza", "si", "vale",
  "نعم", "اجل", "ايوه", "ايوا", "بالتاكيد", "موافق",
  NULL
};
static const char *const no[] = {
  "no", "n", "nope", "nah", "not really", "no thanks", "no thank you", "false", "wrong",
  "nein", "nein danke", "nee",
  "non", "non merci", "pas du tout",
  "nao", "nao obrigado", "nao obrigada",
  "لا", "كلا", "لا شكرا",
  NULL
};

static gboolean
is_language (const char *locale,
             const char *language)
{
  gsize length = strlen (language);

  return g_ascii_strncasecmp (locale, language, length) == 0 && !g_ascii_isalpha (locale[length]);
}

/**
 * baton_words_get:
 * @word: which
 * @locale: (nullable): the customer's language
 *
 * Returns: (transfer none): the word or sentence in that language, else in English
 */
const char *
baton_words_get (BatonWord   word,
                 const char *locale)
{
  for (guint i = 0; locale != NULL && i < G_N_ELEMENTS (languages); i++) {
    if (is_language (locale, languages[i].language))
      return languages[i].words[word];
  }
  return languages[0].words[word];
}

/**
 * baton_words_read_bool:
 * @normalized: an answer, out of baton_phrases_normalize()
 * @truth: (out): what it says
 *
 * Understands yes and no in every language we know, whatever the conversation's.
 *
 * Returns: %FALSE if it is neither
 */
gboolean
baton_words_read_bool (const char *normalized,
                       gboolean   *truth)
{
  *truth = g_strv_contains (yes, normalized);
  return *truth || g_strv_contains (no, normalized);
}

gboolean
baton_words_comma (const char *locale)
{
  static const char *const with_point[] = { "en", "ar", "he", "ja", "ko", "th", "zh" };

  for (guint i = 0; locale != NULL && i < G_N_ELEMENTS (with_point); i++) {
    if (is_language (locale, with_point[i]))
      return FALSE;
  }
  return locale != NULL;
}
