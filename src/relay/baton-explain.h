/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-ask.h"

/* What a bot's server means by an answer that is no good, in the words of whoever runs the relay. */

typedef enum {
  BATON_ASKED_REGION,   /* the regional settings beside a token endpoint */
  BATON_ASKED_TOKEN,    /* the token endpoint */
  BATON_ASKED_START,    /* Direct Line, to begin a conversation */
} BatonAsked;

/**
 * BatonExplainContext:
 *
 * With what was asked, for that decides what may be wrong with it.
 */
typedef struct {
  BatonAsked  asked;
  const char *key;           /* of the configuration, that led there: `token-url`, `base-url` */
  gboolean    with_secret;   /* shown to that server; FALSE: nothing, or a token */
  gboolean    has_base;      /* whether the configuration names a base-url */
} BatonExplainContext;

/**
 * BatonExplanation:
 *
 * Both are sentences without a full stop.
 */
typedef struct {
  char *text;     /* what is the case; names the host */
  char *advice;   /* what to do next */
} BatonExplanation;

BatonExplanation *baton_explain          (const BatonReply          *reply,
                                          const BatonExplainContext *context);   /* %NULL for a good answer with JSON */
void              baton_explanation_free (BatonExplanation          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonExplanation, baton_explanation_free)
