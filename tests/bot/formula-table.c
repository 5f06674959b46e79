/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "formula-table.h"

#include <string.h>

#include "baton-test.h"

static BatonValue *
make_address (void)
{
  BatonValue *address = baton_value_new_record ();
  g_autoptr (BatonValue) city = baton_value_new_text ("Porto");

  baton_value_add (address, "city", city);
  return address;
}

static BatonValue *
make_list (void)
{
  BatonValue *list = baton_value_new_table ();
  g_autoptr (BatonValue) row = make_address ();

  baton_value_add (list, NULL, row);
  return list;
}

static BatonValue *
look_up_cb (gpointer           data,
            const char *const *path)
{
  g_autofree char *name = g_strjoinv (".", (char **) path);

  if (strcmp (name, "Topic.Name") == 0)
    return baton_value_new_text ("Ines Duarte");
  if (strcmp (name, "Topic.Order") == 0)
    return baton_value_new_number (4711);
  if (strcmp (name, "Topic.Store") == 0)
    return baton_value_new_choice ("shop.topic.Returns.main.askStore", "Yes", "Lisbon");
  if (strcmp (name, "Topic.Address.city") == 0)
    return baton_value_new_text ("Porto");
  if (strcmp (name, "Topic.Address") == 0)
    return make_address ();
  if (strcmp (name, "Topic.List") == 0)
    return make_list ();
  return NULL;
}

const BatonFormulaScope formula_scope = { look_up_cb, NULL, G_GINT64_CONSTANT (1772446530250000) };

void
formula_check (const FormulaRow *rows,
               guint             n_rows)
{
  for (guint i = 0; i < n_rows; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonFormula) formula = baton_formula_parse (rows[i].formula, strlen (rows[i].formula), &error);
    g_autoptr (BatonValue) value = NULL;
    g_autofree char *text = NULL;
    gboolean failed;

    g_assert_no_error (error);
    value = baton_formula_evaluate (formula, &formula_scope, &failed);
    text = baton_value_dup_text (value);
    g_test_message ("%s: %s", rows[i].formula, text);
    g_assert_cmpint (failed, ==, rows[i].text == NULL);
    g_assert_cmpstr (text, ==, rows[i].text != NULL ? rows[i].text : "");
  }
}
