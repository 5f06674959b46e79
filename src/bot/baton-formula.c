/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-formula-private.h"

#include <string.h>

#include "baton-error.h"

/* Both bound the recursion over a formula, here and when it is evaluated. */
#define MAX_NESTING 100
#define MAX_TERMS 2000

typedef enum {
  TOKEN_END,
  TOKEN_NUMBER,
  TOKEN_TEXT,
  TOKEN_NAME,
  TOKEN_QUOTED_NAME,
  TOKEN_SIGN,         /* an operator or bracket */
} TokenKind;

typedef struct {
  const char *at;
  const char *end;
  TokenKind   kind;       /* of the token we look at */
  GString    *token;      /* its text, without quotes */
  guint       nesting;
  guint       n_terms;
  GError     *error;      /* the first one; nothing is read after it */
} Parser;

struct _BatonFormula {
  BatonTerm *root;
};

static const struct {
  const char    *sign;
  guint          rank;   /* the higher, the tighter it binds */
  BatonOperator  operator;
} operators[] = {
  { "||", 1, BATON_OPERATOR_OR },
  { "Or", 1, BATON_OPERATOR_OR },
  { "&&", 2, BATON_OPERATOR_AND },
  { "And", 2, BATON_OPERATOR_AND },
  { "in", 3, BATON_OPERATOR_IN },
  { "exactin", 3, BATON_OPERATOR_EXACTIN },
  { "=", 4, BATON_OPERATOR_EQUAL },
  { "<>", 4, BATON_OPERATOR_UNEQUAL },
  { "<", 4, BATON_OPERATOR_LESS },
  { "<=", 4, BATON_OPERATOR_AT_MOST },
  { ">", 4, BATON_OPERATOR_GREATER },
  { ">=", 4, BATON_OPERATOR_AT_LEAST },
  { "&", 5, BATON_OPERATOR_JOIN },
  { "+", 6, BATON_OPERATOR_ADD },
  { "-", 6, BATON_OPERATOR_SUBTRACT },
  { "*", 7, BATON_OPERATOR_MULTIPLY },
  { "/", 7, BATON_OPERATOR_DIVIDE },
};

static BatonTerm *parse_expression (Parser *self, guint rank);

static void
term_free (BatonTerm *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->path, g_ptr_array_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  baton_value_unref (self->value);
  g_free (self);
}

static BatonTerm *
term_new (Parser        *parser,
          BatonTermKind  kind)
{
  BatonTerm *self = g_new0 (BatonTerm, 1);

  if (++parser->n_terms > MAX_TERMS && parser->error == NULL)
    parser->error = g_error_new_literal (BATON_ERROR, BATON_ERROR_TOO_BIG, "the formula is too long");
  self->kind = kind;
  self->path = g_ptr_array_new_with_free_func (g_free);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) term_free);
  return self;
}

static void
fail (Parser     *self,
      const char *why)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (BATON_ERROR, BATON_ERROR_INVALID, why);
}

static void
skip_blanks (Parser *self)
{
  while (self->at < self->end) {
    const char *stop = NULL;

    if (g_ascii_isspace (*self->at)) {
      self->at++;
    } else if (g_str_has_prefix (self->at, "//")) {
      stop = memchr (self->at, '\n', (gsize) (self->end - self->at));
      self->at = stop != NULL ? stop : self->end;
    } else if (g_str_has_prefix (self->at, "/*")) {
      stop = g_strstr_len (self->at + 2, self->end - self->at - 2, "*/");
      self->at = stop != NULL ? stop + 2 : self->end;
    } else {
      return;
    }
  }
}

/* Reads up to the closing quote; a doubled one stands for itself. */
static void
read_quoted (Parser    *self,
             TokenKind  kind)
{
  char quote = *self->at++;

  self->kind = kind;
  while (self->at < self->end) {
    if (*self->at == quote && (self->at + 1 == self->end || self->at[1] != quote)) {
      self->at++;
      return;
    }
    if (*self->at == quote)
      self->at++;
    g_string_append_c (self->token, *self->at++);
  }
  fail (self, "a quotation does not end");
}

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || (c & 0x80) != 0;
}

static void
read_number (Parser *self)
{
  char *stop = NULL;

  g_ascii_strtod (self->at, &stop);
  self->kind = TOKEN_NUMBER;
  if (stop > self->end)
    stop = (char *) self->end;
  g_string_append_len (self->token, self->at, stop - self->at);
  self->at = stop;
}

static void
read_sign (Parser *self)
{
  static const char *const doubles[] = { "||", "&&", "<>", "<=", ">=" };

  self->kind = TOKEN_SIGN;
  for (guint i = 0; i < G_N_ELEMENTS (doubles); i++) {
    if (self->end - self->at >= 2 && strncmp (self->at, doubles[i], 2) == 0) {
      g_string_assign (self->token, doubles[i]);
      self->at += 2;
      return;
    }
  }
  if (strchr ("=<>&+-*/!(){}[],;:.", *self->at) == NULL)
    fail (self, "a character that formulas do not know");
  g_string_append_c (self->token, *self->at++);
}

static void
advance (Parser *self)
{
  g_string_truncate (self->token, 0);
  skip_blanks (self);
  if (self->error != NULL || self->at >= self->end) {
    self->kind = TOKEN_END;
  } else if (*self->at == '"') {
    read_quoted (self, TOKEN_TEXT);
  } else if (*self->at == '\'') {
    read_quoted (self, TOKEN_QUOTED_NAME);
  } else if (g_ascii_isdigit (*self->at)) {
    read_number (self);
  } else if (is_name_char (*self->at)) {
    self->kind = TOKEN_NAME;
    while (self->at < self->end && is_name_char (*self->at))
      g_string_append_c (self->token, *self->at++);
  } else {
    read_sign (self);
  }
}

static gboolean
at_sign (Parser     *self,
         const char *sign)
{
  return self->kind == TOKEN_SIGN && strcmp (self->token->str, sign) == 0;
}

static gboolean
at_word (Parser     *self,
         const char *word)
{
  return self->kind == TOKEN_NAME && g_ascii_strcasecmp (self->token->str, word) == 0;
}

static gboolean
take_sign (Parser     *self,
           const char *sign)
{
  if (!at_sign (self, sign))
    return FALSE;

  advance (self);
  return TRUE;
}

static void
expect_sign (Parser     *self,
             const char *sign)
{
  if (!take_sign (self, sign))
    fail (self, "a bracket or comma is missing");
}

/* `,` separates, as does `;` where a comma is the decimal sign. */
static gboolean
take_separator (Parser *self)
{
  return take_sign (self, ",") || take_sign (self, ";");
}

static void
parse_list (Parser     *self,
            BatonTerm  *into,
            const char *closing)
{
  if (take_sign (self, closing))
    return;

  do
    g_ptr_array_add (into->parts, parse_expression (self, 1));
  while (self->error == NULL && take_separator (self));
  expect_sign (self, closing);
}

static BatonTerm *
parse_record (Parser *self)
{
  BatonTerm *term = term_new (self, BATON_TERM_RECORD);

  if (take_sign (self, "}"))
    return term;

  do {
    if (self->kind != TOKEN_NAME && self->kind != TOKEN_QUOTED_NAME)
      fail (self, "a member of a record has no name");
    g_ptr_array_add (term->path, g_strdup (self->token->str));
    advance (self);
    expect_sign (self, ":");
    g_ptr_array_add (term->parts, parse_expression (self, 1));
  } while (self->error == NULL && take_separator (self));
  expect_sign (self, "}");
  return term;
}

static BatonTerm *
parse_call (Parser     *self,
            const char *name)
{
  BatonTerm *term = term_new (self, BATON_TERM_CALL);

  term->function = baton_function_find (name);
  if (term->function == NULL)
    fail (self, "a function that is not supported");
  expect_sign (self, "(");
  parse_list (self, term, ")");
  if (self->error == NULL && (term->parts->len < term->function->min_arguments
                              || term->parts->len > term->function->max_arguments))
    fail (self, "a function with too few or too many arguments");
  return term;
}

static BatonTerm *
parse_path (Parser     *self,
            const char *first)
{
  BatonTerm *term = term_new (self, BATON_TERM_PATH);

  g_ptr_array_add (term->path, g_strdup (first));
  while (take_sign (self, ".")) {
    if (self->kind != TOKEN_NAME && self->kind != TOKEN_QUOTED_NAME && self->kind != TOKEN_NUMBER)
      fail (self, "a name is missing behind a dot");
    g_ptr_array_add (term->path, g_strdup (self->token->str));
    advance (self);
  }
  g_ptr_array_add (term->path, NULL);
  return term;
}

static BatonTerm *
parse_literal (Parser     *self,
               BatonValue *value)
{
  BatonTerm *term = term_new (self, BATON_TERM_LITERAL);

  term->value = value;
  advance (self);
  return term;
}

static BatonTerm *
parse_name (Parser *self)
{
  g_autofree char *name = g_strdup (self->token->str);

  if (at_word (self, "true") || at_word (self, "false"))
    return parse_literal (self, baton_value_new_boolean (at_word (self, "true")));

  advance (self);
  return at_sign (self, "(") ? parse_call (self, name) : parse_path (self, name);
}

static BatonTerm *
parse_simple (Parser *self)
{
  g_autofree char *name = NULL;
  BatonTerm *term;

  switch (self->kind) {
  case TOKEN_NUMBER:
    return parse_literal (self, baton_value_new_number (g_ascii_strtod (self->token->str, NULL)));
  case TOKEN_TEXT:
    return parse_literal (self, baton_value_new_text (self->token->str));
  case TOKEN_NAME:
    return parse_name (self);
  case TOKEN_QUOTED_NAME:
    name = g_strdup (self->token->str);
    advance (self);
    return parse_path (self, name);
  default:
    break;
  }

  if (take_sign (self, "(")) {
    term = parse_expression (self, 1);
    expect_sign (self, ")");
    return term;
  }
  if (take_sign (self, "{"))
    return parse_record (self);

  term = term_new (self, BATON_TERM_TABLE);
  if (take_sign (self, "["))
    parse_list (self, term, "]");
  else
    fail (self, "a value is missing");
  return term;
}

static BatonTerm *
parse_members (Parser *self)
{
  BatonTerm *term = parse_simple (self);

  while (self->error == NULL && take_sign (self, ".")) {
    BatonTerm *member = term_new (self, BATON_TERM_MEMBER);

    if (self->kind != TOKEN_NAME && self->kind != TOKEN_QUOTED_NAME)
      fail (self, "a name is missing behind a dot");
    g_ptr_array_add (member->parts, term);
    g_ptr_array_add (member->path, g_strdup (self->token->str));
    advance (self);
    term = member;
  }
  return term;
}

static BatonTerm *
parse_unary (Parser *self)
{
  g_autofree char *word = NULL;
  const char *behind = self->at;
  gboolean is_call = FALSE;
  BatonTermKind kind;
  BatonTerm *term;

  while (behind < self->end && g_ascii_isspace (*behind))
    behind++;
  is_call = behind < self->end && *behind == '(';
  if (at_sign (self, "!") || (at_word (self, "Not") && !is_call))
    kind = BATON_TERM_NOT;
  else if (at_sign (self, "-"))
    kind = BATON_TERM_NEGATE;
  else
    return parse_members (self);

  if (++self->nesting > MAX_NESTING)
    fail (self, "nested too deep");
  advance (self);
  term = term_new (self, kind);
  g_ptr_array_add (term->parts, self->error == NULL ? parse_unary (self) : term_new (self, BATON_TERM_LITERAL));
  self->nesting--;
  return term;
}

static gboolean
find_operator (Parser *self,
               guint   rank,
               guint  *found)
{
  for (guint i = 0; i < G_N_ELEMENTS (operators); i++) {
    if (operators[i].rank >= rank && (at_sign (self, operators[i].sign) || at_word (self, operators[i].sign))) {
      *found = i;
      return TRUE;
    }
  }
  return FALSE;
}

/* Precedence climbing: takes operators that bind at least as tightly as @rank. */
static BatonTerm *
parse_expression (Parser *self,
                  guint   rank)
{
  BatonTerm *left;
  guint i;

  if (++self->nesting > MAX_NESTING)
    fail (self, "nested too deep");
  left = self->error == NULL ? parse_unary (self) : term_new (self, BATON_TERM_LITERAL);

  while (self->error == NULL && find_operator (self, rank, &i)) {
    BatonTerm *term = term_new (self, BATON_TERM_BINARY);

    advance (self);
    term->operator = operators[i].operator;
    g_ptr_array_add (term->parts, left);
    g_ptr_array_add (term->parts, parse_expression (self, operators[i].rank + 1));
    left = term;
  }
  self->nesting--;
  return left;
}

/**
 * baton_formula_parse:
 * @text: the formula, without the `=` in front
 * @length: in bytes
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full): the formula, or %NULL with @error set
 */
BatonFormula *
baton_formula_parse (const char  *text,
                     gsize        length,
                     GError     **error)
{
  g_autofree char *copy = g_strndup (text, length);
  g_autoptr (GString) token = g_string_new (NULL);
  Parser parser = { .at = copy, .end = copy + strlen (copy), .token = token };
  BatonFormula *self;
  BatonTerm *root;

  advance (&parser);
  root = parse_expression (&parser, 1);
  if (parser.kind != TOKEN_END)
    fail (&parser, "something follows the formula");
  if (parser.error != NULL) {
    g_propagate_error (error, parser.error);
    term_free (root);
    return NULL;
  }

  self = g_new0 (BatonFormula, 1);
  self->root = root;
  return self;
}

void
baton_formula_free (BatonFormula *self)
{
  if (self == NULL)
    return;

  term_free (self->root);
  g_free (self);
}

BatonTerm *
baton_formula_get_root (BatonFormula *self)
{
  return self->root;
}
