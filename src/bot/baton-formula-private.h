/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-formula.h"

typedef enum {
  BATON_OPERATOR_OR,
  BATON_OPERATOR_AND,
  BATON_OPERATOR_IN,
  BATON_OPERATOR_EXACTIN,
  BATON_OPERATOR_EQUAL,
  BATON_OPERATOR_UNEQUAL,
  BATON_OPERATOR_LESS,
  BATON_OPERATOR_AT_MOST,
  BATON_OPERATOR_GREATER,
  BATON_OPERATOR_AT_LEAST,
  BATON_OPERATOR_JOIN,
  BATON_OPERATOR_ADD,
  BATON_OPERATOR_SUBTRACT,
  BATON_OPERATOR_MULTIPLY,
  BATON_OPERATOR_DIVIDE,
} BatonOperator;

typedef enum {
  BATON_TERM_LITERAL,   /* value */
  BATON_TERM_PATH,      /* path */
  BATON_TERM_MEMBER,    /* parts[0], path[0] */
  BATON_TERM_CALL,      /* function, parts */
  BATON_TERM_BINARY,    /* operator, parts[0], parts[1] */
  BATON_TERM_NOT,       /* parts[0] */
  BATON_TERM_NEGATE,    /* parts[0] */
  BATON_TERM_RECORD,    /* path: the names, parts */
  BATON_TERM_TABLE,     /* parts */
} BatonTermKind;

typedef struct _BatonTerm BatonTerm;
typedef struct _BatonEvaluation BatonEvaluation;

/**
 * BatonFunction:
 *
 * A function of formulas. It gets its arguments as terms, so that it evaluates only those it needs.
 */
typedef struct {
  const char  *name;
  guint        min_arguments;
  guint        max_arguments;
  BatonValue *(*run) (BatonEvaluation *evaluation,
                      GPtrArray       *arguments);
} BatonFunction;

struct _BatonTerm {
  BatonTermKind        kind;
  BatonOperator        operator;
  BatonValue          *value;
  GPtrArray           *path;       /* of char *, NULL-terminated */
  GPtrArray           *parts;      /* of BatonTerm */
  const BatonFunction *function;
};

struct _BatonEvaluation {
  const BatonFormulaScope *scope;
  guint                    steps;
  gboolean                 failed;   /* the whole formula is blank then */
};

BatonTerm           *baton_formula_get_root (BatonFormula    *self);
const BatonFunction *baton_function_find    (const char      *name);
BatonValue          *baton_term_evaluate    (BatonTerm       *self,
                                             BatonEvaluation *evaluation);
