/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The few words a bot says by itself, where the author of its topics left them out. */
typedef enum {
  BATON_WORD_YES,
  BATON_WORD_NO,
  BATON_WORD_SORRY,        /* in front of a question that is asked again */
  BATON_WORD_TRANSFER,     /* before a transfer nobody announced */
  BATON_WORD_TELEPHONE,    /* in front of a number */
} BatonWord;

const char *baton_words_get       (BatonWord   word,
                                   const char *locale);
gboolean    baton_words_read_bool (const char *normalized,
                                   gboolean   *truth);
gboolean    baton_words_comma     (const char *locale);   /* whether the decimal sign is a comma */
