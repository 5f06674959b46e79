/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-formula-private.h"

#include <string.h>

#define MAX_STEPS 10000

static gboolean
is_scope (const char *name)
{
  static const char *const scopes[] = { "Topic", "Global", "System", "Env", NULL };

  return g_strv_contains (scopes, name);
}

static BatonValue *
fail (BatonEvaluation *evaluation)
{
  evaluation->failed = TRUE;
  return NULL;
}

/* `'set'.id` names a choice. */
static BatonValue *
evaluate_path (BatonTerm       *self,
               BatonEvaluation *evaluation)
{
  const char *const *path = (const char *const *) self->path->pdata;

  if (is_scope (path[0]))
    return evaluation->scope->lookup (evaluation->scope->data, path);
  if (self->path->len == 3)
    return baton_value_new_choice (path[0], path[1], NULL);
  return fail (evaluation);
}

static BatonValue *
evaluate_member (BatonTerm       *self,
                 BatonEvaluation *evaluation)
{
  g_autoptr (BatonValue) whole = baton_term_evaluate (g_ptr_array_index (self->parts, 0), evaluation);

  return baton_value_ref (baton_value_get_member (whole, g_ptr_array_index (self->path, 0)));
}

static BatonValue *
evaluate_items (BatonTerm       *self,
                BatonEvaluation *evaluation)
{
  gboolean is_record = self->kind == BATON_TERM_RECORD;
  g_autoptr (BatonValue) whole = is_record ? baton_value_new_record () : baton_value_new_table ();

  for (guint i = 0; i < self->parts->len; i++) {
    g_autoptr (BatonValue) item = baton_term_evaluate (g_ptr_array_index (self->parts, i), evaluation);

    if (!baton_value_add (whole, is_record ? g_ptr_array_index (self->path, i) : NULL, item))
      return fail (evaluation);
  }
  return g_steal_pointer (&whole);
}

static BatonValue *
evaluate_logic (BatonTerm       *self,
                BatonEvaluation *evaluation)
{
  gboolean is_or = self->operator == BATON_OPERATOR_OR;
  g_autoptr (BatonValue) left = baton_term_evaluate (g_ptr_array_index (self->parts, 0), evaluation);
  g_autoptr (BatonValue) right = NULL;

  if (baton_value_is_true (left) == is_or)
    return baton_value_new_boolean (is_or);

  right = baton_term_evaluate (g_ptr_array_index (self->parts, 1), evaluation);
  return baton_value_new_boolean (baton_value_is_true (right));
}

static BatonValue *
compute (BatonOperator    operator,
         BatonValue      *left,
         BatonValue      *right,
         BatonEvaluation *evaluation)
{
  double a;
  double b;

  if (!baton_value_get_number (left, &a) || !baton_value_get_number (right, &b))
    return fail (evaluation);

  switch (operator) {
  case BATON_OPERATOR_LESS:
    return baton_value_new_boolean (a < b);
  case BATON_OPERATOR_AT_MOST:
    return baton_value_new_boolean (a <= b);
  case BATON_OPERATOR_GREATER:
    return baton_value_new_boolean (a > b);
  case BATON_OPERATOR_AT_LEAST:
    return baton_value_new_boolean (a >= b);
  case BATON_OPERATOR_ADD:
    return baton_value_new_number (a + b);
  case BATON_OPERATOR_SUBTRACT:
    return baton_value_new_number (a - b);
  case BATON_OPERATOR_MULTIPLY:
    return baton_value_new_number (a * b);
  default:
    return b < 0 || b > 0 ? baton_value_new_number (a / b) : fail (evaluation);
  }
}

static BatonValue *
join (BatonValue *left,
      BatonValue *right)
{
  g_autofree char *a = baton_value_dup_text (left);
  g_autofree char *b = baton_value_dup_text (right);
  g_autofree char *joined = g_strconcat (a, b, NULL);

  return baton_value_new_text (joined);
}

static gboolean
text_holds (BatonValue *part,
            BatonValue *whole,
            gboolean    exactly)
{
  g_autofree char *needle = baton_value_dup_text (part);
  g_autofree char *hay = baton_value_dup_text (whole);
  g_autofree char *folded_needle = g_utf8_casefold (needle, -1);
  g_autofree char *folded_hay = g_utf8_casefold (hay, -1);

  return exactly ? strstr (hay, needle) != NULL : strstr (folded_hay, folded_needle) != NULL;
}

static gboolean
table_holds (BatonValue *part,
             BatonValue *table)
{
  for (guint i = 0; i < baton_value_get_size (table); i++) {
    BatonValue *item = baton_value_get_item (table, i);
    gboolean is_row = baton_value_get_kind (item) == BATON_VALUE_RECORD;

    if (baton_value_equal (part, is_row ? baton_value_get_item (item, 0) : item))
      return TRUE;
  }
  return FALSE;
}

static BatonValue *
evaluate_binary (BatonTerm       *self,
                 BatonEvaluation *evaluation)
{
  g_autoptr (BatonValue) left = NULL;
  g_autoptr (BatonValue) right = NULL;

  if (self->operator == BATON_OPERATOR_OR || self->operator == BATON_OPERATOR_AND)
    return evaluate_logic (self, evaluation);

  left = baton_term_evaluate (g_ptr_array_index (self->parts, 0), evaluation);
  right = baton_term_evaluate (g_ptr_array_index (self->parts, 1), evaluation);
  switch (self->operator) {
  case BATON_OPERATOR_EQUAL:
    return baton_value_new_boolean (baton_value_equal (left, right));
  case BATON_OPERATOR_UNEQUAL:
    return baton_value_new_boolean (!baton_value_equal (left, right));
  case BATON_OPERATOR_JOIN:
    return join (left, right);
  case BATON_OPERATOR_IN:
  case BATON_OPERATOR_EXACTIN:
    if (baton_value_get_kind (right) == BATON_VALUE_TABLE)
      return baton_value_new_boolean (table_holds (left, right));
    return baton_value_new_boolean (text_holds (left, right, self->operator == BATON_OPERATOR_EXACTIN));
  default:
    return compute (self->operator, left, right, evaluation);
  }
}

static BatonValue *
evaluate_unary (BatonTerm       *self,
                BatonEvaluation *evaluation)
{
  g_autoptr (BatonValue) value = baton_term_evaluate (g_ptr_array_index (self->parts, 0), evaluation);
  double number;

  if (self->kind == BATON_TERM_NOT)
    return baton_value_new_boolean (!baton_value_is_true (value));
  return baton_value_get_number (value, &number) ? baton_value_new_number (-number) : fail (evaluation);
}

/**
 * baton_term_evaluate:
 *
 * Returns: (transfer full) (nullable): the value of a part of a formula
 */
BatonValue *
baton_term_evaluate (BatonTerm       *self,
                     BatonEvaluation *evaluation)
{
  if (evaluation->failed || ++evaluation->steps > MAX_STEPS)
    return fail (evaluation);

  switch (self->kind) {
  case BATON_TERM_LITERAL:
    return baton_value_ref (self->value);
  case BATON_TERM_PATH:
    return evaluate_path (self, evaluation);
  case BATON_TERM_MEMBER:
    return evaluate_member (self, evaluation);
  case BATON_TERM_CALL:
    return self->function->run (evaluation, self->parts);
  case BATON_TERM_BINARY:
    return evaluate_binary (self, evaluation);
  case BATON_TERM_RECORD:
  case BATON_TERM_TABLE:
    return evaluate_items (self, evaluation);
  default:
    return evaluate_unary (self, evaluation);
  }
}

/**
 * baton_formula_evaluate:
 * @self: a formula
 * @scope: what it can see
 * @failed: (out) (optional): whether something in it could not be computed
 *
 * Returns: (transfer full) (nullable): the value; blank if it failed
 */
BatonValue *
baton_formula_evaluate (BatonFormula            *self,
                        const BatonFormulaScope *scope,
                        gboolean                *failed)
{
  BatonEvaluation evaluation = { .scope = scope };
  g_autoptr (BatonValue) value = baton_term_evaluate (baton_formula_get_root (self), &evaluation);

  if (failed != NULL)
    *failed = evaluation.failed;
  return evaluation.failed ? NULL : g_steal_pointer (&value);
}
