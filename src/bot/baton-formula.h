/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-value.h"

/**
 * BatonFormula:
 *
 * An expression in the part of Power Fx that topics use: variables, comparisons, logic, arithmetic, text, records,
 * tables, and the functions of baton-formula-functions.c. Immutable.
 */
typedef struct _BatonFormula BatonFormula;

/**
 * BatonFormulaScope:
 * @lookup: gives the value behind a dotted name that begins with `Topic`, `Global`, `System` or `Env`; (transfer full),
 *   blank for what is not there. @path is %NULL-terminated: {"Topic", "Store"}
 * @now: what `Now()` says, in microseconds, or %BATON_TIME_UNKNOWN
 *
 * What a formula can see.
 */
typedef struct {
  BatonValue *(*lookup) (gpointer           data,
                         const char *const *path);
  gpointer      data;
  gint64        now;
} BatonFormulaScope;

BatonFormula *baton_formula_parse    (const char               *text,
                                      gsize                     length,
                                      GError                  **error) G_GNUC_WARN_UNUSED_RESULT;
BatonValue   *baton_formula_evaluate (BatonFormula             *self,
                                      const BatonFormulaScope  *scope,
                                      gboolean                 *failed);
void          baton_formula_free     (BatonFormula             *self);

/* Texts with formulas between braces. */
char         *baton_template_render  (const char               *text,
                                      const BatonFormulaScope  *scope);
gboolean      baton_template_check   (const char               *text,
                                      GError                  **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonFormula, baton_formula_free)
