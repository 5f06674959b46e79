/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-phrases.h"
#include "baton-test.h"

static void
test_phrases_normalize (void)
{
  static const struct {
    const char *text;
    const char *normalized;
  } rows[] = {
    { "Talk to Agent!", "talk to agent" }, { "  a   b ", "a b" }, { "Übergröße", "ubergrosse" }, { "l’agent", "l agent" },
    { "¿Qué?", "que" }, { "أريد التحدّث إلى موظّف", "اريد التحدث الى موظف" }, { "مـــوظف", "موظف" }, { "?!", "" }, { "", "" },
    { "a\xff" "b", "a b" }, { "٣ items", "٣ items" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *normalized = baton_phrases_normalize (rows[i].text);

    g_assert_cmpstr (normalized, ==, rows[i].normalized);
  }
}

static BatonPhrases *
make_phrases (void)
{
  static const char *const phrases[][2] = {
    { "talk to agent", "escalate" }, { "talk to a person", "escalate" }, { "speak to someone", "escalate" },
    { "store hours", "hours" }, { "when are you open", "hours" }, { "opening hours", "hours" },
    { "return an item", "return" }, { "I want my money back", "return" }, { "buy an item", "buy" },
    { "hello", "greet" }, { "hi", "greet" }, { "mit einem Menschen sprechen", "escalate" }, { "?", "punctuation" },
  };
  BatonPhrases *self = baton_phrases_new ();

  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
    baton_phrases_add (self, phrases[i][0], (gpointer) phrases[i][1]);
  return self;
}

/* S000-29: people do not say a phrase word by word. */
static void
test_phrases_match (void)
{
  static const struct {
    const char *message;
    const char *owner;   /* NULL: nothing fits */
  } rows[] = {
    { "talk to agent", "escalate" }, { "TALK TO AGENT!!", "escalate" }, { "can I talk to an agent please", "escalate" },
    { "talk to agents", "escalate" }, { "ich möchte mit einem Menschen sprechen", "escalate" }, { "Mensch sprechen mit einem", "escalate" },
    { "store hours", "hours" }, { "what are your store hours", "hours" }, { "when are you open today", "hours" },
    { "I would like to return an item", "return" }, { "hi there", "greet" },
    { "hello my lamp has been broken since it arrived yesterday", NULL }, { "store", NULL }, { "item", NULL }, { "qwertz", NULL },
    { "the weather is nice", NULL }, { "", NULL }, { "!?", NULL }, { "talk", NULL },
  };
  g_autoptr (BatonPhrases) phrases = make_phrases ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GArray) hits = baton_phrases_match (phrases, rows[i].message);

    g_test_message ("%s: %u hits", rows[i].message, hits->len);
    if (rows[i].owner == NULL)
      g_assert_cmpuint (hits->len, ==, 0);
    else
      g_assert_cmpstr (g_array_index (hits, BatonPhraseHit, 0).owner, ==, rows[i].owner);
  }
}

static void
test_phrases_exact (void)
{
  g_autoptr (BatonPhrases) phrases = make_phrases ();
  g_autoptr (GArray) exact = baton_phrases_match (phrases, "Store  hours.");
  g_autoptr (GArray) near = baton_phrases_match (phrases, "your store hours");

  g_assert_cmpfloat (g_array_index (exact, BatonPhraseHit, 0).score, ==, 1.0);
  g_assert_cmpfloat (g_array_index (near, BatonPhraseHit, 0).score, <, 1.0);
  g_assert_cmpfloat (g_array_index (near, BatonPhraseHit, 0).score, >=, BATON_PHRASES_THRESHOLD);
}

static void
test_phrases_long_message (void)
{
  g_autoptr (BatonPhrases) phrases = make_phrases ();
  g_autofree char *word = g_strnfill (256 * 1024, 'a');
  g_autofree char *message = g_strconcat (word, " store hours", NULL);
  g_autoptr (GArray) hits = baton_phrases_match (phrases, message);

  g_assert_cmpuint (hits->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bot/phrases/normalize", test_phrases_normalize);
  g_test_add_func ("/bot/phrases/match", test_phrases_match);
  g_test_add_func ("/bot/phrases/exact", test_phrases_exact);
  g_test_add_func ("/bot/phrases/long-message", test_phrases_long_message);

  return g_test_run ();
}
