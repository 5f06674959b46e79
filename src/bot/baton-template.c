/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-formula.h"

#include <string.h>

/* The brace that closes the one at @open; braces within quotations do not count. */
static const char *
find_closing (const char *open)
{
  guint depth = 0;
  char quote = '\0';

  for (const char *at = open; *at != '\0'; at++) {
    if (quote != '\0')
      quote = *at == quote ? '\0' : quote;
    else if (*at == '"' || *at == '\'')
      quote = *at;
    else if (*at == '{')
      depth++;
    else if (*at == '}' && --depth == 0)
      return at;
  }
  return NULL;
}

/**
 * baton_template_render:
 * @text: a text of a message, in which `{formula}` stands for its value
 * @scope: what the formulas can see
 *
 * A brace that holds no formula stays as it is. The result is cut at about %BATON_VALUE_MAX_TEXT bytes.
 *
 * Returns: (transfer full): the text
 */
char *
baton_template_render (const char              *text,
                       const BatonFormulaScope *scope)
{
  GString *out = g_string_new (NULL);

  while (*text != '\0' && out->len < BATON_VALUE_MAX_TEXT) {
    const char *open = strchr (text, '{');
    const char *close = open != NULL ? find_closing (open) : NULL;
    g_autoptr (BatonFormula) formula = NULL;
    g_autoptr (BatonValue) value = NULL;
    g_autofree char *shown = NULL;

    if (open == NULL) {
      g_string_append (out, text);
      break;
    }
    g_string_append_len (out, text, open - text);
    if (close != NULL)
      formula = baton_formula_parse (open + 1, (gsize) (close - open - 1), NULL);
    if (formula == NULL) {
      g_string_append_c (out, '{');
      text = open + 1;
      continue;
    }
    value = baton_formula_evaluate (formula, scope, NULL);
    shown = baton_value_dup_text (value);
    g_string_append (out, shown);
    text = close + 1;
  }
  return g_string_free (out, FALSE);
}

/**
 * baton_template_check:
 * @text: a text of a message
 * @error: return location for a [error@Error]
 *
 * Returns: %FALSE with @error set if a brace in @text holds no formula
 */
gboolean
baton_template_check (const char  *text,
                      GError     **error)
{
  const char *open = text;

  while ((open = strchr (open, '{')) != NULL) {
    const char *close = find_closing (open);
    g_autoptr (BatonFormula) formula = NULL;

    if (close == NULL)
      close = open + strlen (open);
    formula = baton_formula_parse (open + 1, (gsize) (close - open - 1), error);
    if (formula == NULL)
      return FALSE;
    open = close;
  }
  return TRUE;
}
