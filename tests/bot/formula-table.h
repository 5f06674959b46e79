/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-formula.h"

/* A formula and the text of its value; NULL where it cannot be computed. */
typedef struct {
  const char *formula;
  const char *text;
} FormulaRow;

extern const BatonFormulaScope formula_scope;   /* Topic.Name, Topic.Order, Topic.Store (a choice), Topic.Address, Topic.List */

void formula_check (const FormulaRow *rows,
                    guint             n_rows);
