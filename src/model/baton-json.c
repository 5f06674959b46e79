/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "baton-error.h"

const BatonJsonLimits BATON_JSON_LIMITS_CLIENT = { 256 * 1024, 32, 20000 };
const BatonJsonLimits BATON_JSON_LIMITS_BOT = { 16 * 1024 * 1024, 64, G_MAXUINT };

/* One value, or the name of a member, in the order of the text: a container is followed by what it holds. */
typedef struct {
  guint32 start;             /* offset of its first byte */
  guint32 length;            /* in bytes, quotes and brackets included */
  guint32 next;              /* index of the span after it and all it holds */
  guint32 size    : 28;      /* members or elements */
  guint32 kind    : 3;
  guint32 escaped : 1;       /* a string with a backslash in it */
} Span;

struct _BatonJson {
  gatomicrefcount  refs;
  GBytes          *bytes;
  const char      *text;
  Span            *spans;
};

/* State of the one pass over the text. */
typedef struct {
  const char            *text;
  gsize                  length;
  gsize                  at;
  const BatonJsonLimits *limits;
  Span                  *spans;
  guint                  n_spans;
  guint                  n_room;     /* spans there is memory for */
  GArray                *open;       /* of guint: indices of the containers around us */
  guint                  n_values;
  GError               **error;
} Scanner;

static gboolean
fail (Scanner    *s,
      BatonError  code,
      const char *what)
{
  g_set_error (s->error, BATON_ERROR, (int) code, "JSON: %s at byte %" G_GSIZE_FORMAT, what, s->at);
  return FALSE;
}

static char
peek (Scanner *s)
{
  return s->at < s->length ? s->text[s->at] : '\0';
}

static void
skip_space (Scanner *s)
{
  while (s->at < s->length
         && (s->text[s->at] == ' ' || s->text[s->at] == '\n' || s->text[s->at] == '\r' || s->text[s->at] == '\t'))
    s->at++;
}

static gboolean
scan_hex4 (Scanner *s,
           guint   *unit)
{
  *unit = 0;
  for (guint i = 0; i < 4; i++, s->at++) {
    int digit = s->at < s->length ? g_ascii_xdigit_value (s->text[s->at]) : -1;

    if (digit < 0)
      return fail (s, BATON_ERROR_INVALID, "bad \\u escape");
    *unit = *unit << 4 | (guint) digit;
  }
  return TRUE;
}

/* After the `u`. A lone half of a surrogate pair is no character, and U+0000 would end C strings early. */
static gboolean
scan_unicode_escape (Scanner *s)
{
  guint unit, low;

  if (!scan_hex4 (s, &unit))
    return FALSE;
  if (unit == 0)
    return fail (s, BATON_ERROR_INVALID, "\\u0000");
  if (unit >= 0xdc00 && unit <= 0xdfff)
    return fail (s, BATON_ERROR_INVALID, "lone surrogate");
  if (unit < 0xd800 || unit > 0xdbff)
    return TRUE;

  if (s->at + 1 >= s->length || s->text[s->at] != '\\' || s->text[s->at + 1] != 'u')
    return fail (s, BATON_ERROR_INVALID, "lone surrogate");
  s->at += 2;
  if (!scan_hex4 (s, &low))
    return FALSE;
  if (low < 0xdc00 || low > 0xdfff)
    return fail (s, BATON_ERROR_INVALID, "lone surrogate");
  return TRUE;
}

/* From behind a backslash. */
static gboolean
scan_escape (Scanner *s)
{
  char c = peek (s);

  s->at++;
  if (c == 'u')
    return scan_unicode_escape (s);
  return c != '\0' && strchr ("\"\\/bfnrt", c) != NULL ? TRUE : fail (s, BATON_ERROR_INVALID, "unknown escape");
}

/* Most of a text is characters that need no second look. Goes to the next that does, a quote, a backslash or a control
 * character, eight bytes at a time: @found has the top bit set of the first of them that is one (and maybe of later ones
 * that are not). Adds what it passed to @seen. */
static void
skip_plain (Scanner *s,
            guint64 *seen)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  gsize at = s->at;

  for (; s->length - at >= sizeof (guint64); at += sizeof (guint64)) {
    guint64 bytes, quotes, slashes, found;

    memcpy (&bytes, s->text + at, sizeof bytes);
    bytes = GUINT64_FROM_LE (bytes);
    quotes = bytes ^ ones * '"';
    slashes = bytes ^ ones * '\\';
    found = (((bytes - ones * 0x20) & ~bytes) | ((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes)) & ones * 0x80;
    if (found != 0) {
      const int n = __builtin_ctzll (found) / 8;

      *seen |= bytes & ~(~G_GUINT64_CONSTANT (0) << (8 * n));
      s->at = at + (gsize) n;
      return;
    }
    *seen |= bytes;
  }
  for (; at < s->length; at++) {
    guchar c = (guchar) s->text[at];

    if (c == '"' || c == '\\' || c < 0x20)
      break;
    *seen |= c;
  }
  s->at = at;
}

/* From the opening quote to behind the closing one. Nothing outside of strings may be anything but ASCII, so this is
 * where UTF-8 is checked. */
static gboolean
scan_string (Scanner *s,
             Span    *span)
{
  const guint64 not_ascii = G_GUINT64_CONSTANT (0x8080808080808080);
  gsize start = ++s->at;
  guint64 seen = 0;

  span->kind = BATON_JSON_STRING;
  for (;;) {
    skip_plain (s, &seen);
    if (s->at >= s->length)
      return fail (s, BATON_ERROR_INVALID, "string without an end");
    if (s->text[s->at] == '"')
      break;
    if (s->text[s->at] != '\\')
      return fail (s, BATON_ERROR_INVALID, "control character in a string");

    span->escaped = 1;
    s->at++;
    if (!scan_escape (s))
      return FALSE;
  }

  if ((seen & not_ascii) != 0 && !g_utf8_validate_len (s->text + start, s->at - start, NULL))
    return fail (s, BATON_ERROR_INVALID, "not UTF-8");
  s->at++;
  return TRUE;
}

static gboolean
scan_digits (Scanner *s)
{
  gsize start = s->at;

  while (g_ascii_isdigit (peek (s)))
    s->at++;
  return s->at > start ? TRUE : fail (s, BATON_ERROR_INVALID, "digit missing");
}

static gboolean
scan_number (Scanner *s,
             Span    *span)
{
  gsize start = s->at;
  gboolean huge = FALSE;

  span->kind = BATON_JSON_NUMBER;
  if (peek (s) == '-')
    s->at++;
  if (peek (s) == '0')
    s->at++;
  else if (!scan_digits (s))
    return FALSE;
  if (peek (s) == '.') {
    s->at++;
    if (!scan_digits (s))
      return FALSE;
  }
  if (peek (s) == 'e' || peek (s) == 'E') {
    huge = TRUE;
    s->at++;
    if (peek (s) == '+' || peek (s) == '-')
      s->at++;
    if (!scan_digits (s))
      return FALSE;
  }

  /* Only an exponent or some 300 digits can leave the range of a double. */
  if (huge || s->at - start > 300) {
    g_autofree char *number = g_strndup (s->text + start, s->at - start);

    if (!isfinite (g_ascii_strtod (number, NULL)))
      return fail (s, BATON_ERROR_INVALID, "number out of range");
  }
  return TRUE;
}

static gboolean
scan_word (Scanner       *s,
           const char    *word,
           BatonJsonKind  kind,
           Span          *span)
{
  gsize length = strlen (word);

  if (s->length - s->at < length || memcmp (s->text + s->at, word, length) != 0)
    return fail (s, BATON_ERROR_INVALID, "unknown word");
  s->at += length;
  span->kind = kind;
  return TRUE;
}

static gboolean
open_container (Scanner       *s,
                BatonJsonKind  kind,
                Span          *span)
{
  guint index = s->n_spans;

  if (s->open->len >= s->limits->depth)
    return fail (s, BATON_ERROR_TOO_BIG, "nested too deep");
  g_array_append_val (s->open, index);
  span->kind = kind;
  s->at++;
  return TRUE;
}

/* The span ends where the scanner is. */
static void
append_span (Scanner *s,
             Span    *span)
{
  if (s->n_spans == s->n_room) {
    s->n_room *= 2;
    s->spans = g_renew (Span, s->spans, s->n_room);
  }
  span->length = (guint32) (s->at - span->start);
  span->next = s->n_spans + 1;
  s->spans[s->n_spans++] = *span;
}

/* A value, or the opening bracket of one; appends its span. */
static gboolean
scan_value (Scanner *s)
{
  Span span = { .start = (guint32) s->at };
  char c = peek (s);
  gboolean ok;

  if (s->n_values++ >= s->limits->values)
    return fail (s, BATON_ERROR_TOO_BIG, "too many values");

  if (c == '{')
    ok = open_container (s, BATON_JSON_OBJECT, &span);
  else if (c == '[')
    ok = open_container (s, BATON_JSON_ARRAY, &span);
  else if (c == '"')
    ok = scan_string (s, &span);
  else if (c == 't')
    ok = scan_word (s, "true", BATON_JSON_BOOLEAN, &span);
  else if (c == 'f')
    ok = scan_word (s, "false", BATON_JSON_BOOLEAN, &span);
  else if (c == 'n')
    ok = scan_word (s, "null", BATON_JSON_NULL, &span);
  else if (c == '-' || g_ascii_isdigit (c))
    ok = scan_number (s, &span);
  else
    ok = fail (s, BATON_ERROR_INVALID, "value expected");
  if (!ok)
    return FALSE;

  append_span (s, &span);
  return TRUE;
}

static gboolean
scan_name (Scanner *s)
{
  Span span = { .start = (guint32) s->at };

  if (peek (s) != '"')
    return fail (s, BATON_ERROR_INVALID, "name expected");
  if (!scan_string (s, &span))
    return FALSE;
  append_span (s, &span);

  skip_space (s);
  if (peek (s) != ':')
    return fail (s, BATON_ERROR_INVALID, "colon expected");
  s->at++;
  skip_space (s);
  return TRUE;
}

static Span *
innermost (Scanner *s)
{
  return &s->spans[g_array_index (s->open, guint, s->open->len - 1)];
}

/* Inside a container, before an element or its closing bracket. Sets @closed when the bracket was taken. */
static gboolean
scan_separator (Scanner  *s,
                gboolean *closed)
{
  Span *container = innermost (s);
  char end = container->kind == BATON_JSON_OBJECT ? '}' : ']';

  skip_space (s);
  *closed = peek (s) == end;
  if (*closed) {
    s->at++;
    container->length = (guint32) (s->at - container->start);
    container->next = s->n_spans;
    g_array_set_size (s->open, s->open->len - 1);
    return TRUE;
  }
  if (container->size > 0) {
    if (peek (s) != ',')
      return fail (s, BATON_ERROR_INVALID, "comma or end expected");
    s->at++;
    skip_space (s);
  }
  container->size++;
  return container->kind == BATON_JSON_OBJECT ? scan_name (s) : TRUE;
}

static gboolean
scan_document (Scanner *s)
{
  skip_space (s);
  if (!scan_value (s))
    return FALSE;

  while (s->open->len > 0) {
    gboolean closed;

    if (!scan_separator (s, &closed))
      return FALSE;
    if (!closed && !scan_value (s))
      return FALSE;
  }

  skip_space (s);
  return s->at == s->length ? TRUE : fail (s, BATON_ERROR_INVALID, "something after the end");
}

/**
 * baton_json_parse:
 * @bytes: the text
 * @limits: what is accepted
 * @error: return location for a [error@Error]: %BATON_ERROR_TOO_BIG or %BATON_ERROR_INVALID
 *
 * The gate. A byte-order mark in front is skipped; everything else must be strict JSON of RFC 8259.
 *
 * Returns: (transfer full): the document, or %NULL with @error set
 */
BatonJson *
baton_json_parse (GBytes                 *bytes,
                  const BatonJsonLimits  *limits,
                  GError                **error)
{
  Scanner s = { .limits = limits, .error = error };
  BatonJson *self;

  s.text = g_bytes_get_data (bytes, &s.length);
  if (s.length > MIN (limits->size, G_MAXINT32)) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_TOO_BIG, "JSON: more than %" G_GSIZE_FORMAT " bytes", limits->size);
    return NULL;
  }
  if (s.length == 0) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "JSON: empty");
    return NULL;
  }
  if (s.length >= 3 && memcmp (s.text, "\xef\xbb\xbf", 3) == 0)
    s.at = 3;

  s.n_room = (guint) MIN (s.length / 16 + 8, 4096);
  s.spans = g_new (Span, s.n_room);
  s.open = g_array_sized_new (FALSE, FALSE, sizeof (guint), 8);
  if (!scan_document (&s)) {
    g_free (s.spans);
    g_array_unref (s.open);
    return NULL;
  }

  self = g_new0 (BatonJson, 1);
  g_atomic_ref_count_init (&self->refs);
  self->bytes = g_bytes_ref (bytes);
  self->text = s.text;
  self->spans = g_renew (Span, s.spans, s.n_spans);
  g_array_unref (s.open);
  return self;
}

/**
 * baton_json_parse_text:
 * @text: the text; copied
 * @length: its length in bytes, or -1 if it ends with NUL
 * @limits: what is accepted
 * @error: as baton_json_parse()
 *
 * Returns: (transfer full): the document, or %NULL with @error set
 */
BatonJson *
baton_json_parse_text (const char             *text,
                       gssize                  length,
                       const BatonJsonLimits  *limits,
                       GError                **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length < 0 ? strlen (text) : (gsize) length);

  return baton_json_parse (bytes, limits, error);
}

BatonJson *
baton_json_ref (BatonJson *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
baton_json_unref (BatonJson *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_bytes_unref (self->bytes);
  g_free (self->spans);
  g_free (self);
}

/**
 * baton_json_get_bytes:
 * @self: a document
 *
 * Returns: (transfer none): the bytes it was read from
 */
GBytes *
baton_json_get_bytes (const BatonJson *self)
{
  return self->bytes;
}

BatonJsonNode
baton_json_get_root (const BatonJson *self)
{
  return (BatonJsonNode) { self, 0 };
}

static const Span *
span_of (BatonJsonNode node)
{
  return node.json != NULL ? &node.json->spans[node.index] : NULL;
}

BatonJsonKind
baton_json_node_get_kind (BatonJsonNode node)
{
  const Span *span = span_of (node);

  return span != NULL ? (BatonJsonKind) span->kind : BATON_JSON_ABSENT;
}

/**
 * baton_json_node_get_size:
 * @node: a value
 *
 * Returns: how many members or elements it has; 0 for anything but a container
 */
guint
baton_json_node_get_size (BatonJsonNode node)
{
  const Span *span = span_of (node);

  return span != NULL ? span->size : 0;
}

/**
 * baton_json_node_get_raw:
 * @node: a value
 * @length: (out): its length in bytes
 *
 * Returns: (transfer none) (nullable): its text as it was sent, not ended by NUL; %NULL if absent
 */
const char *
baton_json_node_get_raw (BatonJsonNode  node,
                         gsize         *length)
{
  const Span *span = span_of (node);

  *length = span != NULL ? span->length : 0;
  return span != NULL ? node.json->text + span->start : NULL;
}

/**
 * baton_json_node_dup_raw:
 * @node: a value
 *
 * Returns: (transfer full) (nullable): its text as it was sent; %NULL if absent
 */
char *
baton_json_node_dup_raw (BatonJsonNode node)
{
  gsize length;
  const char *raw = baton_json_node_get_raw (node, &length);

  return raw != NULL ? g_strndup (raw, length) : NULL;
}

/* One escape of checked text, from behind its backslash; returns what follows it. */
static const char *
unescape_one (const char *from,
              GString    *to)
{
  static const char plain[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";

  if (*from != 'u') {
    g_string_append_c (to, meant[strchr (plain, *from) - plain]);
    return from + 1;
  }

  char digits[5] = { from[1], from[2], from[3], from[4], '\0' };
  gunichar c = (gunichar) strtoul (digits, NULL, 16);
  from += 5;
  if (c >= 0xd800 && c <= 0xdbff) {
    memcpy (digits, from + 2, 4);
    c = 0x10000 + ((c - 0xd800) << 10) + ((gunichar) strtoul (digits, NULL, 16) - 0xdc00);
    from += 6;
  }
  g_string_append_unichar (to, c);
  return from;
}

static char *
decode (BatonJsonNode  node,
        const Span    *span)
{
  const char *from = node.json->text + span->start + 1;
  const char *end = from + span->length - 2;
  GString *text;

  if (!span->escaped)
    return g_strndup (from, (gsize) (end - from));

  text = g_string_sized_new (span->length);
  while (from < end) {
    const char *slash = memchr (from, '\\', (gsize) (end - from));

    g_string_append_len (text, from, (slash != NULL ? slash : end) - from);
    from = slash != NULL ? unescape_one (slash + 1, text) : end;
  }
  return g_string_free (text, FALSE);
}

/**
 * baton_json_node_dup_string:
 * @node: a value
 *
 * Returns: (transfer full) (nullable): the text of a string; %NULL for anything else
 */
char *
baton_json_node_dup_string (BatonJsonNode node)
{
  const Span *span = span_of (node);

  return span != NULL && span->kind == BATON_JSON_STRING ? decode (node, span) : NULL;
}

/**
 * baton_json_node_dup_text:
 * @node: a value
 *
 * For showing: a string as it is, anything else as its JSON text.
 *
 * Returns: (transfer full) (nullable): the text; %NULL if absent
 */
char *
baton_json_node_dup_text (BatonJsonNode node)
{
  return baton_json_node_get_kind (node) == BATON_JSON_STRING ? baton_json_node_dup_string (node)
                                                              : baton_json_node_dup_raw (node);
}

/* Case is folded for ASCII only, as all names we look for are ASCII. */
static gboolean
string_equals (BatonJsonNode  node,
               const char    *text,
               gsize          length,
               gboolean       ignore_case)
{
  const Span *span = &node.json->spans[node.index];

  if (span->escaped) {
    g_autofree char *decoded = decode (node, span);

    return ignore_case ? g_ascii_strcasecmp (decoded, text) == 0 : strcmp (decoded, text) == 0;
  }
  if (span->length - 2 != length)
    return FALSE;
  return ignore_case ? g_ascii_strncasecmp (node.json->text + span->start + 1, text, length) == 0
                     : memcmp (node.json->text + span->start + 1, text, length) == 0;
}

/**
 * baton_json_node_is:
 * @node: a value
 * @text: what it may be
 *
 * Returns: whether @node is a string equal to @text
 */
gboolean
baton_json_node_is (BatonJsonNode  node,
                    const char    *text)
{
  return baton_json_node_get_kind (node) == BATON_JSON_STRING && string_equals (node, text, strlen (text), FALSE);
}

/**
 * baton_json_node_get_int:
 * @node: a value
 * @value: (out): the number
 *
 * Returns: whether @node is a number without fraction or exponent that fits 64 bits
 */
gboolean
baton_json_node_get_int (BatonJsonNode  node,
                         gint64        *value)
{
  g_autofree char *raw = NULL;
  char *end;

  if (baton_json_node_get_kind (node) != BATON_JSON_NUMBER)
    return FALSE;

  raw = baton_json_node_dup_raw (node);
  errno = 0;
  *value = g_ascii_strtoll (raw, &end, 10);
  return *end == '\0' && errno == 0;
}

/**
 * baton_json_node_get_double:
 * @node: a value
 * @value: (out): the number
 *
 * Returns: whether @node is a number
 */
gboolean
baton_json_node_get_double (BatonJsonNode  node,
                            double        *value)
{
  g_autofree char *raw = NULL;

  if (baton_json_node_get_kind (node) != BATON_JSON_NUMBER)
    return FALSE;

  raw = baton_json_node_dup_raw (node);
  *value = g_ascii_strtod (raw, NULL);
  return TRUE;
}

gboolean
baton_json_node_is_true (BatonJsonNode node)
{
  gsize length;
  const char *raw = baton_json_node_get_raw (node, &length);

  return baton_json_node_get_kind (node) == BATON_JSON_BOOLEAN && raw[0] == 't';
}

static BatonJsonNode
look_up (BatonJsonNode  node,
         const char    *name,
         gboolean       ignore_case)
{
  BatonJsonNode key, value, found = { NULL, 0 };
  gsize length = strlen (name);
  BatonJsonIter iter;

  if (baton_json_node_get_kind (node) != BATON_JSON_OBJECT)
    return found;

  baton_json_iter_init (&iter, node);
  while (baton_json_iter_next (&iter, &key, &value)) {
    if (string_equals (key, name, length, ignore_case))
      found = value;
  }
  return found;
}

/**
 * baton_json_node_get_member:
 * @node: a value
 * @name: name of a member
 *
 * Returns: the member; of several of one name the last. Absent if there is none or @node is no object
 */
BatonJsonNode
baton_json_node_get_member (BatonJsonNode  node,
                            const char    *name)
{
  return look_up (node, name, FALSE);
}

/**
 * baton_json_node_get_members:
 * @node: a value
 * @names: (array length=n_names): names of members, at most %BATON_JSON_MAX_NAMES
 * @values: (out caller-allocates) (array length=n_names): for each what baton_json_node_get_member() would give
 * @n_names: how many
 *
 * Looks up several members in one walk.
 */
void
baton_json_node_get_members (BatonJsonNode      node,
                             const char *const *names,
                             BatonJsonNode     *values,
                             guint              n_names)
{
  gsize lengths[BATON_JSON_MAX_NAMES];
  BatonJsonNode key, value;
  BatonJsonIter iter;

  g_return_if_fail (n_names <= BATON_JSON_MAX_NAMES);

  for (guint i = 0; i < n_names; i++) {
    lengths[i] = strlen (names[i]);
    values[i] = (BatonJsonNode) { NULL, 0 };
  }
  if (baton_json_node_get_kind (node) != BATON_JSON_OBJECT)
    return;

  baton_json_iter_init (&iter, node);
  while (baton_json_iter_next (&iter, &key, &value)) {
    for (guint i = 0; i < n_names; i++) {
      if (string_equals (key, names[i], lengths[i], FALSE))
        values[i] = value;
    }
  }
}

/**
 * baton_json_node_find_member:
 * @node: a value
 * @name_ignoring_case: name of a member; the case of ASCII letters does not count
 *
 * Returns: as baton_json_node_get_member()
 */
BatonJsonNode
baton_json_node_find_member (BatonJsonNode  node,
                             const char    *name_ignoring_case)
{
  return look_up (node, name_ignoring_case, TRUE);
}

/**
 * baton_json_node_get_element:
 * @node: a value
 * @position: from 0
 *
 * Walks there: for all elements use a #BatonJsonIter.
 *
 * Returns: the element; absent beyond the end or if @node is no array
 */
BatonJsonNode
baton_json_node_get_element (BatonJsonNode node,
                             guint         position)
{
  BatonJsonIter iter;
  BatonJsonNode value = { NULL, 0 };

  if (baton_json_node_get_kind (node) != BATON_JSON_ARRAY || position >= baton_json_node_get_size (node))
    return value;

  baton_json_iter_init (&iter, node);
  for (guint i = 0; i <= position; i++)
    baton_json_iter_next (&iter, NULL, &value);
  return value;
}

/**
 * baton_json_node_dup_member:
 * @node: a value
 * @name: name of a member
 *
 * Returns: (transfer full) (nullable): the text of a member that is a string; else %NULL
 */
char *
baton_json_node_dup_member (BatonJsonNode  node,
                            const char    *name)
{
  return baton_json_node_dup_string (baton_json_node_get_member (node, name));
}

/**
 * baton_json_iter_init:
 * @iter: the iterator
 * @container: an object or array; anything else has nothing to walk
 */
void
baton_json_iter_init (BatonJsonIter *iter,
                      BatonJsonNode  container)
{
  iter->container = container;
  iter->next = container.index + 1;
  iter->left = baton_json_node_get_size (container);
}

/**
 * baton_json_iter_next:
 * @iter: the iterator
 * @name: (out) (optional): name of the member, a string; absent in an array
 * @value: (out): the member or element
 *
 * Returns: %FALSE at the end
 */
gboolean
baton_json_iter_next (BatonJsonIter *iter,
                      BatonJsonNode *name,
                      BatonJsonNode *value)
{
  const BatonJson *json = iter->container.json;
  gboolean has_name;

  if (iter->left == 0)
    return FALSE;

  has_name = baton_json_node_get_kind (iter->container) == BATON_JSON_OBJECT;
  if (name != NULL)
    *name = has_name ? (BatonJsonNode) { json, iter->next } : (BatonJsonNode) { NULL, 0 };
  *value = (BatonJsonNode) { json, has_name ? iter->next + 1 : iter->next };
  iter->next = json->spans[value->index].next;
  iter->left--;
  return TRUE;
}
