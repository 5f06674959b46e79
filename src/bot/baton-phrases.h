/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* From here on a message counts as meant by a phrase. */
#define BATON_PHRASES_THRESHOLD 0.75

/**
 * BatonPhrases:
 *
 * The phrases that start topics in one language, and how well a message fits them.
 */
typedef struct _BatonPhrases BatonPhrases;

/**
 * BatonPhraseHit:
 * @owner: whose phrase it was
 * @score: 1.0 for the phrase itself, else less
 */
typedef struct {
  gpointer owner;
  double   score;
} BatonPhraseHit;

BatonPhrases *baton_phrases_new       (void);
void          baton_phrases_free      (BatonPhrases *self);
void          baton_phrases_add       (BatonPhrases *self,
                                       const char   *phrase,
                                       gpointer      owner);
GArray       *baton_phrases_match     (BatonPhrases *self,
                                       const char   *message);
char         *baton_phrases_normalize (const char   *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonPhrases, baton_phrases_free)
