/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-formula-private.h"

#include <string.h>

#include "baton-time.h"

#define ANY_NUMBER 1000

static BatonValue *
evaluate (BatonEvaluation *evaluation,
          GPtrArray       *arguments,
          guint            position)
{
  return position < arguments->len ? baton_term_evaluate (g_ptr_array_index (arguments, position), evaluation) : NULL;
}

static gboolean
evaluate_truth (BatonEvaluation *evaluation,
                GPtrArray       *arguments,
                guint            position)
{
  g_autoptr (BatonValue) value = evaluate (evaluation, arguments, position);

  return baton_value_is_true (value);
}

static char *
evaluate_text (BatonEvaluation *evaluation,
               GPtrArray       *arguments,
               guint            position)
{
  g_autoptr (BatonValue) value = evaluate (evaluation, arguments, position);

  return baton_value_dup_text (value);
}

/* A count of characters or rows: 0 for what is none. */
static guint
evaluate_count (BatonEvaluation *evaluation,
                GPtrArray       *arguments,
                guint            position)
{
  g_autoptr (BatonValue) value = evaluate (evaluation, arguments, position);
  double number;

  if (!baton_value_get_number (value, &number)) {
    evaluation->failed = TRUE;
    return 0;
  }
  return (guint) CLAMP (number, 0, BATON_VALUE_MAX_TEXT);
}

static BatonValue *
run_if (BatonEvaluation *evaluation,
        GPtrArray       *arguments)
{
  guint i;

  for (i = 0; i + 1 < arguments->len; i += 2) {
    if (evaluate_truth (evaluation, arguments, i))
      return evaluate (evaluation, arguments, i + 1);
  }
  return evaluate (evaluation, arguments, i);
}

static BatonValue *
run_switch (BatonEvaluation *evaluation,
            GPtrArray       *arguments)
{
  g_autoptr (BatonValue) wanted = evaluate (evaluation, arguments, 0);
  guint i;

  for (i = 1; i + 1 < arguments->len; i += 2) {
    g_autoptr (BatonValue) candidate = evaluate (evaluation, arguments, i);

    if (baton_value_equal (wanted, candidate))
      return evaluate (evaluation, arguments, i + 1);
  }
  return evaluate (evaluation, arguments, i);
}

static BatonValue *
run_coalesce (BatonEvaluation *evaluation,
              GPtrArray       *arguments)
{
  for (guint i = 0; i < arguments->len; i++) {
    g_autoptr (BatonValue) value = evaluate (evaluation, arguments, i);

    if (!baton_value_is_blank (value))
      return g_steal_pointer (&value);
  }
  return NULL;
}

static BatonValue *
run_and (BatonEvaluation *evaluation,
         GPtrArray       *arguments)
{
  for (guint i = 0; i < arguments->len; i++) {
    if (!evaluate_truth (evaluation, arguments, i))
      return baton_value_new_boolean (FALSE);
  }
  return baton_value_new_boolean (TRUE);
}

static BatonValue *
run_or (BatonEvaluation *evaluation,
        GPtrArray       *arguments)
{
  for (guint i = 0; i < arguments->len; i++) {
    if (evaluate_truth (evaluation, arguments, i))
      return baton_value_new_boolean (TRUE);
  }
  return baton_value_new_boolean (FALSE);
}

static BatonValue *
run_not (BatonEvaluation *evaluation,
         GPtrArray       *arguments)
{
  return baton_value_new_boolean (!evaluate_truth (evaluation, arguments, 0));
}

static BatonValue *
run_blank (BatonEvaluation *evaluation,
           GPtrArray       *arguments)
{
  return NULL;
}

static BatonValue *
run_is_blank (BatonEvaluation *evaluation,
              GPtrArray       *arguments)
{
  g_autoptr (BatonValue) value = evaluate (evaluation, arguments, 0);

  return baton_value_new_boolean (baton_value_is_blank (value));
}

static BatonValue *
run_count_rows (BatonEvaluation *evaluation,
                GPtrArray       *arguments)
{
  g_autoptr (BatonValue) table = evaluate (evaluation, arguments, 0);

  return baton_value_new_number (baton_value_get_size (table));
}

static BatonValue *
run_is_empty (BatonEvaluation *evaluation,
              GPtrArray       *arguments)
{
  g_autoptr (BatonValue) table = evaluate (evaluation, arguments, 0);

  return baton_value_new_boolean (baton_value_get_size (table) == 0);
}

static BatonValue *
run_first (BatonEvaluation *evaluation,
           GPtrArray       *arguments)
{
  g_autoptr (BatonValue) table = evaluate (evaluation, arguments, 0);

  return baton_value_ref (baton_value_get_item (table, 0));
}

static BatonValue *
run_last (BatonEvaluation *evaluation,
          GPtrArray       *arguments)
{
  g_autoptr (BatonValue) table = evaluate (evaluation, arguments, 0);
  guint size = baton_value_get_size (table);

  return size > 0 ? baton_value_ref (baton_value_get_item (table, size - 1)) : NULL;
}

static BatonValue *
run_index (BatonEvaluation *evaluation,
           GPtrArray       *arguments)
{
  g_autoptr (BatonValue) table = evaluate (evaluation, arguments, 0);
  guint position = evaluate_count (evaluation, arguments, 1);

  return position > 0 ? baton_value_ref (baton_value_get_item (table, position - 1)) : NULL;
}

/* A second argument is a format; times are ISO 8601 already, and other formats are left to whoever shows the text. */
static BatonValue *
run_text (BatonEvaluation *evaluation,
          GPtrArray       *arguments)
{
  g_autofree char *text = evaluate_text (evaluation, arguments, 0);

  return baton_value_new_text (text);
}

static BatonValue *
run_value (BatonEvaluation *evaluation,
           GPtrArray       *arguments)
{
  g_autoptr (BatonValue) value = evaluate (evaluation, arguments, 0);
  double number;

  if (baton_value_is_blank (value))
    return NULL;
  if (baton_value_get_number (value, &number))
    return baton_value_new_number (number);
  evaluation->failed = TRUE;
  return NULL;
}

static BatonValue *
run_lower (BatonEvaluation *evaluation,
           GPtrArray       *arguments)
{
  g_autofree char *text = evaluate_text (evaluation, arguments, 0);
  g_autofree char *lower = g_utf8_strdown (text, -1);

  return baton_value_new_text (lower);
}

static BatonValue *
run_upper (BatonEvaluation *evaluation,
           GPtrArray       *arguments)
{
  g_autofree char *text = evaluate_text (evaluation, arguments, 0);
  g_autofree char *upper = g_utf8_strup (text, -1);

  return baton_value_new_text (upper);
}

static BatonValue *
run_trim (BatonEvaluation *evaluation,
          GPtrArray       *arguments)
{
  g_autofree char *text = evaluate_text (evaluation, arguments, 0);

  return baton_value_new_text (g_strstrip (text));
}

static BatonValue *
run_len (BatonEvaluation *evaluation,
         GPtrArray       *arguments)
{
  g_autofree char *text = evaluate_text (evaluation, arguments, 0);

  return baton_value_new_number ((double) g_utf8_strlen (text, -1));
}

static BatonValue *
substring (const char *text,
           gsize       start,
           gsize       length)
{
  gsize size = (gsize) g_utf8_strlen (text, -1);
  g_autofree char *part = NULL;

  start = MIN (start, size);
  length = MIN (length, size - start);
  part = g_utf8_substring (text, (glong) start, (glong) (start + length));
  return baton_value_new_text (part);
}

static BatonValue *
run_left (BatonEvaluation *evaluation,
          GPtrArray       *arguments)
{
  g_autofree char *text = evaluate_text (evaluation, arguments, 0);

  return substring (text, 0, evaluate_count (evaluation, arguments, 1));
}

static BatonValue *
run_right (BatonEvaluation *evaluation,
           GPtrArray       *arguments)
{
  g_autofree char *text = evaluate_text (evaluation, arguments, 0);
  gsize size = (gsize) g_utf8_strlen (text, -1);
  gsize length = MIN (evaluate_count (evaluation, arguments, 1), size);

  return substring (text, size - length, length);
}

static BatonValue *
run_mid (BatonEvaluation *evaluation,
         GPtrArray       *arguments)
{
  g_autofree char *text = evaluate_text (evaluation, arguments, 0);
  guint start = evaluate_count (evaluation, arguments, 1);
  guint length = arguments->len > 2 ? evaluate_count (evaluation, arguments, 2) : BATON_VALUE_MAX_TEXT;

  return start > 0 ? substring (text, start - 1, length) : NULL;
}

static BatonValue *
run_substitute (BatonEvaluation *evaluation,
                GPtrArray       *arguments)
{
  g_autofree char *text = evaluate_text (evaluation, arguments, 0);
  g_autofree char *old = evaluate_text (evaluation, arguments, 1);
  g_autofree char *new = evaluate_text (evaluation, arguments, 2);
  g_autoptr (GString) out = g_string_new (NULL);
  const char *at = text;
  const char *hit;

  while (*old != '\0' && out->len <= BATON_VALUE_MAX_TEXT && (hit = strstr (at, old)) != NULL) {
    g_string_append_len (out, at, hit - at);
    g_string_append (out, new);
    at = hit + strlen (old);
  }
  g_string_append (out, at);
  return baton_value_new_text (out->str);
}

static BatonValue *
run_starts_with (BatonEvaluation *evaluation,
                 GPtrArray       *arguments)
{
  g_autofree char *text = evaluate_text (evaluation, arguments, 0);
  g_autofree char *start = evaluate_text (evaluation, arguments, 1);
  g_autofree char *folded_text = g_utf8_casefold (text, -1);
  g_autofree char *folded_start = g_utf8_casefold (start, -1);

  return baton_value_new_boolean (g_str_has_prefix (folded_text, folded_start));
}

static BatonValue *
run_ends_with (BatonEvaluation *evaluation,
               GPtrArray       *arguments)
{
  g_autofree char *text = evaluate_text (evaluation, arguments, 0);
  g_autofree char *end = evaluate_text (evaluation, arguments, 1);
  g_autofree char *folded_text = g_utf8_casefold (text, -1);
  g_autofree char *folded_end = g_utf8_casefold (end, -1);

  return baton_value_new_boolean (g_str_has_suffix (folded_text, folded_end));
}

static BatonValue *
run_concatenate (BatonEvaluation *evaluation,
                 GPtrArray       *arguments)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < arguments->len && out->len <= BATON_VALUE_MAX_TEXT; i++) {
    g_autofree char *text = evaluate_text (evaluation, arguments, i);

    g_string_append (out, text);
  }
  return baton_value_new_text (out->str);
}

static BatonValue *
run_char (BatonEvaluation *evaluation,
          GPtrArray       *arguments)
{
  guint code = evaluate_count (evaluation, arguments, 0);
  char text[2] = { (char) code, '\0' };

  return code < 128 ? baton_value_new_text (text) : NULL;
}

static BatonValue *
run_now (BatonEvaluation *evaluation,
         GPtrArray       *arguments)
{
  g_autofree char *now = NULL;

  if (evaluation->scope->now == BATON_TIME_UNKNOWN)
    return NULL;
  now = baton_time_format (evaluation->scope->now);
  return baton_value_new_text (now);
}

static const BatonFunction functions[] = {
  { "And", 1, ANY_NUMBER, run_and },
  { "Blank", 0, 0, run_blank },
  { "Char", 1, 1, run_char },
  { "Coalesce", 1, ANY_NUMBER, run_coalesce },
  { "Concatenate", 1, ANY_NUMBER, run_concatenate },
  { "CountRows", 1, 1, run_count_rows },
  { "EndsWith", 2, 2, run_ends_with },
  { "First", 1, 1, run_first },
  { "If", 2, ANY_NUMBER, run_if },
  { "Index", 2, 2, run_index },
  { "IsBlank", 1, 1, run_is_blank },
  { "IsEmpty", 1, 1, run_is_empty },
  { "Last", 1, 1, run_last },
  { "Left", 2, 2, run_left },
  { "Len", 1, 1, run_len },
  { "Lower", 1, 1, run_lower },
  { "Mid", 2, 3, run_mid },
  { "Not", 1, 1, run_not },
  { "Now", 0, 0, run_now },
  { "Or", 1, ANY_NUMBER, run_or },
  { "Right", 2, 2, run_right },
  { "StartsWith", 2, 2, run_starts_with },
  { "Substitute", 3, 3, run_substitute },
  { "Switch", 3, ANY_NUMBER, run_switch },
  { "Text", 1, 3, run_text },
  { "Trim", 1, 1, run_trim },
  { "Upper", 1, 1, run_upper },
  { "Value", 1, 2, run_value },
};

/**
 * baton_function_find:
 *
 * Returns: (transfer none) (nullable): the function of that name, in any case
 */
const BatonFunction *
baton_function_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (functions); i++) {
    if (g_ascii_strcasecmp (functions[i].name, name) == 0)
      return &functions[i];
  }
  return NULL;
}
