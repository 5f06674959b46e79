/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-yaml.h"

#include <string.h>
#include <yaml.h>

#include "baton-error.h"

#define MAX_SIZE (1024 * 1024)
#define MAX_DEPTH 100
#define MAX_NODES 10000

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

typedef enum {
  SCALAR,
  SEQUENCE,
  MAPPING,
} Kind;

struct _BatonYaml {
  gatomicrefcount  refs;
  Kind             kind;
  gboolean         plain;
  guint            line;
  char            *text;       /* of a scalar */
  GPtrArray       *keys;       /* of char *: of a mapping, one for each child */
  GPtrArray       *children;   /* of BatonYaml */
};

/* The node tree while events come in. */
typedef struct {
  BatonYaml *root;
  GPtrArray *open;      /* containers not yet closed; borrowed from the tree */
  guint      n_nodes;
} Builder;

static BatonYaml *
node_new (Kind  kind,
          guint line)
{
  BatonYaml *self = g_new0 (BatonYaml, 1);

  g_atomic_ref_count_init (&self->refs);
  self->kind = kind;
  self->line = line;
  if (kind == MAPPING)
    self->keys = g_ptr_array_new_with_free_func (g_free);
  if (kind != SCALAR)
    self->children = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_yaml_unref);
  return self;
}

BatonYaml *
baton_yaml_ref (BatonYaml *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
baton_yaml_unref (BatonYaml *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_clear_pointer (&self->keys, g_ptr_array_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self->text);
  g_free (self);
}

static gboolean
refuse (const yaml_event_t  *event,
        const char          *why,
        GError             **error)
{
  g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "line %zu, column %zu: %s",
               event->start_mark.line + 1, event->start_mark.column + 1, why);
  return FALSE;
}

/* Puts @node, which is taken, where the text has it: at the root, in a sequence, as a key or as the value of a key. */
static gboolean
builder_add (Builder             *self,
             BatonYaml           *node,
             const yaml_event_t  *event,
             GError             **error)
{
  BatonYaml *parent = self->open->len > 0 ? g_ptr_array_index (self->open, self->open->len - 1) : NULL;
  gboolean is_key = parent != NULL && parent->kind == MAPPING && parent->keys->len == parent->children->len;

  if (parent == NULL) {
    g_assert (self->root == NULL);
    self->root = node;
  } else if (is_key) {
    gboolean is_text = node->kind == SCALAR;

    if (is_text)
      g_ptr_array_add (parent->keys, g_steal_pointer (&node->text));
    baton_yaml_unref (node);
    if (!is_text)
      return refuse (event, "a key is not a simple text", error);
  } else {
    g_ptr_array_add (parent->children, node);
  }

  if (++self->n_nodes > MAX_NODES)
    return refuse (event, "more than 10000 nodes", error);
  if (!is_key && node->kind != SCALAR)
    g_ptr_array_add (self->open, node);
  if (self->open->len > MAX_DEPTH)
    return refuse (event, "nested deeper than 100", error);
  return TRUE;
}

static gboolean
builder_take (Builder             *self,
              const yaml_event_t  *event,
              GError             **error)
{
  guint line = (guint) event->start_mark.line + 1;
  BatonYaml *node;

  switch (event->type) {
  case YAML_SCALAR_EVENT:
    node = node_new (SCALAR, line);
    node->text = g_strndup ((const char *) event->data.scalar.value, event->data.scalar.length);
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return builder_add (self, node, event, error);
  case YAML_SEQUENCE_START_EVENT:
    return builder_add (self, node_new (SEQUENCE, line), event, error);
  case YAML_MAPPING_START_EVENT:
    return builder_add (self, node_new (MAPPING, line), event, error);
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT:
    g_ptr_array_set_size (self->open, (int) self->open->len - 1);
    return TRUE;
  case YAML_ALIAS_EVENT:
    return refuse (event, "aliases are not supported", error);
  case YAML_DOCUMENT_START_EVENT:
    return self->root == NULL || refuse (event, "more than one document", error);
  default:
    return TRUE;
  }
}

static gboolean
builder_run (Builder        *self,
             yaml_parser_t  *parser,
             GError        **error)
{
  gboolean more = TRUE;

  while (more) {
    yaml_event_t event;
    gboolean good;

    if (!yaml_parser_parse (parser, &event)) {
      g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "line %zu, column %zu: %s",
                   parser->problem_mark.line + 1, parser->problem_mark.column + 1,
                   parser->problem ? parser->problem : "not YAML");
      return FALSE;
    }
    more = event.type != YAML_STREAM_END_EVENT;
    good = builder_take (self, &event, error);
    yaml_event_delete (&event);
    if (!good)
      return FALSE;
  }
  return TRUE;
}

static BatonYaml *
parse_strictly (const char  *text,
                gsize        length,
                GError     **error)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  Builder builder = { .open = open };
  yaml_parser_t parser;
  gboolean good;

  if (!yaml_parser_initialize (&parser)) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_FAILED, "no memory for a YAML parser");
    return NULL;
  }
  yaml_parser_set_encoding (&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string (&parser, (const guchar *) text, length);
  good = builder_run (&builder, &parser, error);
  yaml_parser_delete (&parser);

  if (good && builder.root == NULL)
    builder.root = node_new (MAPPING, 1);   /* an empty file */
  if (!good)
    g_clear_pointer (&builder.root, baton_yaml_unref);
  return builder.root;
}

/* Where the value of a line begins: behind the dashes of a sequence and behind `key: `. @column gets the column of the
 * key, or of the last dash if there is none: a block scalar is indented deeper than that. */
static const char *
find_value (const char *line,
            const char *end,
            gsize      *column)
{
  const char *at = line + strspn (line, " ");
  const char *colon;

  *column = (gsize) (at - line);
  while (end - at >= 2 && at[0] == '-' && at[1] == ' ') {
    *column = (gsize) (at - line);
    at++;
    at += strspn (at, " ");
  }
  colon = *at == '"' || *at == '\'' ? NULL : g_strstr_len (at, end - at, ": ");
  if (colon == NULL)
    return at;

  *column = (gsize) (at - line);
  return colon + 1 + strspn (colon + 1, " ");
}

static void
append_quoted (GString    *out,
               const char *value,
               const char *end)
{
  const char *comment = g_strstr_len (value, end - value, " #");

  end = comment != NULL ? comment : end;
  while (end > value && g_ascii_isspace (end[-1]))
    end--;
  g_string_append_c (out, '\'');
  for (; value < end; value++)
    g_string_append (out, *value == '\'' ? "''" : (char[]) { *value, '\0' });
  g_string_append_c (out, '\'');
}

/* Topic files contain plain scalars that begin with `@` or `*` (`schema: @Descriptor`), which YAML reserves. This puts
 * such values between quotes, line by line; what stands in block scalars is left alone. Lines keep their numbers. */
static GString *
quote_reserved (const char *text,
                gsize       length)
{
  GString *out = g_string_sized_new (length + 64);
  const char *end = text + length;
  gboolean in_block = FALSE;
  gsize block_column = 0;

  while (text < end) {
    const char *stop = memchr (text, '\n', (gsize) (end - text));
    const char *next = stop != NULL ? stop + 1 : end;
    gsize indent = strspn (text, " ");
    gsize column;
    const char *value;

    stop = stop != NULL ? stop : end;
    in_block = in_block && (indent > block_column || text + indent >= stop || text[indent] == '\r');
    value = in_block ? stop : find_value (text, stop, &column);
    if (value < stop && (*value == '|' || *value == '>')) {
      in_block = TRUE;
      block_column = column;
    }
    g_string_append_len (out, text, value - text);
    if (value < stop && (*value == '@' || *value == '*'))
      append_quoted (out, value, stop);
    else
      g_string_append_len (out, value, stop - value);
    g_string_append_len (out, stop, next - stop);
    text = next;
  }
  return out;
}

/**
 * baton_yaml_parse:
 * @text: UTF-8, with or without a byte order mark, any line ends; zero-terminated
 * @length: bytes in @text
 * @error: return location for a [error@Error]; its message names line and column
 *
 * Reads one document of at most 1 MiB, 100 levels and 10,000 nodes. Tags and anchors are ignored; there are no aliases:
 * `*` and `@` may begin a plain scalar.
 *
 * Returns: (transfer full): the root, or %NULL with @error set
 */
BatonYaml *
baton_yaml_parse (const char  *text,
                  gsize        length,
                  GError     **error)
{
  g_autoptr (GError) first_error = NULL;
  g_autoptr (GString) quoted = NULL;
  BatonYaml *root;

  if (length > MAX_SIZE) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_TOO_BIG, "larger than 1 MiB");
    return NULL;
  }
  if (memchr (text, '\0', length) != NULL) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "contains a zero byte");
    return NULL;
  }

  if (g_str_has_prefix (text, BYTE_ORDER_MARK)) {
    text += strlen (BYTE_ORDER_MARK);
    length -= strlen (BYTE_ORDER_MARK);
  }
  root = parse_strictly (text, length, &first_error);
  if (root != NULL)
    return root;

  quoted = quote_reserved (text, length);
  root = parse_strictly (quoted->str, quoted->len, NULL);
  if (root == NULL)
    g_propagate_error (error, g_steal_pointer (&first_error));
  return root;
}

static BatonYaml *
find_by_id (const BatonYaml *sequence,
            const char      *id)
{
  for (guint i = 0; id != NULL && i < baton_yaml_get_size (sequence); i++) {
    BatonYaml *item = baton_yaml_get_child (sequence, i);

    if (g_strcmp0 (baton_yaml_get_string (item, "id"), id) == 0)
      return item;
  }
  return NULL;
}

static BatonYaml *
overlay_sequence (BatonYaml *base,
                  BatonYaml *over)
{
  BatonYaml *merged = node_new (SEQUENCE, base->line);

  for (guint i = 0; i < base->children->len; i++) {
    BatonYaml *item = g_ptr_array_index (base->children, i);
    BatonYaml *other = find_by_id (over, baton_yaml_get_string (item, "id"));

    g_ptr_array_add (merged->children, other ? baton_yaml_overlay (item, other) : baton_yaml_ref (item));
  }
  return merged;
}

static BatonYaml *
overlay_mapping (BatonYaml *base,
                 BatonYaml *over)
{
  BatonYaml *merged = node_new (MAPPING, base->line);

  for (guint i = 0; i < base->children->len; i++) {
    const char *key = g_ptr_array_index (base->keys, i);
    BatonYaml *child = g_ptr_array_index (base->children, i);
    BatonYaml *other = baton_yaml_get_member (over, key);

    g_ptr_array_add (merged->keys, g_strdup (key));
    g_ptr_array_add (merged->children, other ? baton_yaml_overlay (child, other) : baton_yaml_ref (child));
  }
  for (guint i = 0; i < over->children->len; i++) {
    const char *key = g_ptr_array_index (over->keys, i);

    if (baton_yaml_get_member (base, key) != NULL)
      continue;
    g_ptr_array_add (merged->keys, g_strdup (key));
    g_ptr_array_add (merged->children, baton_yaml_ref (g_ptr_array_index (over->children, i)));
  }
  return merged;
}

/**
 * baton_yaml_overlay:
 * @base: a whole file
 * @over: the same in another language, holding only what differs
 *
 * Lays a translation over a topic: mappings are merged, the items of a sequence are matched by their `id`, everything
 * else is replaced.
 *
 * Returns: (transfer full): the merged tree; it shares what did not change
 */
BatonYaml *
baton_yaml_overlay (BatonYaml *base,
                    BatonYaml *over)
{
  BatonYaml *first = baton_yaml_get_child (base, 0);

  if (base->kind == MAPPING && over->kind == MAPPING)
    return overlay_mapping (base, over);
  if (base->kind == SEQUENCE && over->kind == SEQUENCE && baton_yaml_get_string (first, "id") != NULL)
    return overlay_sequence (base, over);
  return baton_yaml_ref (over);
}

gboolean
baton_yaml_is_mapping (const BatonYaml *self)
{
  return self != NULL && self->kind == MAPPING;
}

gboolean
baton_yaml_is_sequence (const BatonYaml *self)
{
  return self != NULL && self->kind == SEQUENCE;
}

gboolean
baton_yaml_is_plain (const BatonYaml *self)
{
  return self != NULL && self->plain;
}

guint
baton_yaml_get_line (const BatonYaml *self)
{
  return self != NULL ? self->line : 0;
}

const char *
baton_yaml_get_text (const BatonYaml *self)
{
  return self != NULL ? self->text : NULL;
}

guint
baton_yaml_get_size (const BatonYaml *self)
{
  return self != NULL && self->children != NULL ? self->children->len : 0;
}

BatonYaml *
baton_yaml_get_child (const BatonYaml *self,
                      guint            position)
{
  return position < baton_yaml_get_size (self) ? g_ptr_array_index (self->children, position) : NULL;
}

const char *
baton_yaml_get_key (const BatonYaml *self,
                    guint            position)
{
  return baton_yaml_is_mapping (self) && position < self->keys->len ? g_ptr_array_index (self->keys, position) : NULL;
}

/**
 * baton_yaml_get_member:
 *
 * Returns: (transfer none) (nullable): the value of @key; a `key:` without a value is as good as absent
 */
BatonYaml *
baton_yaml_get_member (const BatonYaml *self,
                       const char      *key)
{
  for (guint i = 0; baton_yaml_is_mapping (self) && i < self->children->len; i++) {
    BatonYaml *child = g_ptr_array_index (self->children, i);

    if (strcmp (g_ptr_array_index (self->keys, i), key) == 0)
      return child->plain && *child->text == '\0' ? NULL : child;
  }
  return NULL;
}

const char *
baton_yaml_get_string (const BatonYaml *self,
                       const char      *key)
{
  return baton_yaml_get_text (baton_yaml_get_member (self, key));
}

gboolean
baton_yaml_is_true (const BatonYaml *self,
                    const char      *key,
                    gboolean         otherwise)
{
  const char *text = baton_yaml_get_string (self, key);

  return text != NULL ? g_ascii_strcasecmp (text, "true") == 0 : otherwise;
}
