/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-value.h"

#include <math.h>
#include <string.h>

/* A record may hold a record and so on; a topic can nest them in a loop, and double them with each turn of it. */
#define MAX_DEPTH 16
#define MAX_WEIGHT 10000

struct _BatonValue {
  gatomicrefcount  refs;
  BatonValueKind   kind;
  gboolean         truth;
  double           number;
  char            *text;     /* of a text; the label of a choice, or NULL */
  char            *set;      /* of a choice */
  char            *id;       /* of a choice */
  GPtrArray       *names;    /* of char *: of a record, one for each item */
  GPtrArray       *items;    /* of BatonValue, which may be NULL: of a record or table */
  guint            depth;
  guint            weight;   /* values in all */
};

static BatonValue *
value_new (BatonValueKind kind)
{
  BatonValue *self = g_new0 (BatonValue, 1);

  g_atomic_ref_count_init (&self->refs);
  self->kind = kind;
  self->weight = 1;
  return self;
}

BatonValue *
baton_value_new_boolean (gboolean truth)
{
  BatonValue *self = value_new (BATON_VALUE_BOOLEAN);

  self->truth = truth;
  return self;
}

/**
 * baton_value_new_number:
 *
 * Returns: (transfer full) (nullable): the number; blank for what is none (infinite, not a number)
 */
BatonValue *
baton_value_new_number (double number)
{
  BatonValue *self;

  if (!isfinite (number))
    return NULL;

  self = value_new (BATON_VALUE_NUMBER);
  self->number = number;
  return self;
}

/**
 * baton_value_new_text:
 * @text: (nullable): UTF-8
 *
 * Returns: (transfer full) (nullable): the text, cut at %BATON_VALUE_MAX_TEXT bytes; blank for %NULL
 */
BatonValue *
baton_value_new_text (const char *text)
{
  BatonValue *self;
  gsize length;

  if (text == NULL)
    return NULL;

  length = strnlen (text, BATON_VALUE_MAX_TEXT + 1);
  if (length > BATON_VALUE_MAX_TEXT)
    length = (gsize) (g_utf8_find_prev_char (text, text + BATON_VALUE_MAX_TEXT + 1) - text);
  self = value_new (BATON_VALUE_TEXT);
  self->text = g_strndup (text, length);
  return self;
}

/**
 * baton_value_new_choice:
 * @set: name of the list it is from
 * @id: the choice's id in that list
 * @label: (nullable): how people see it
 *
 * Returns: (transfer full): the choice
 */
BatonValue *
baton_value_new_choice (const char *set,
                        const char *id,
                        const char *label)
{
  BatonValue *self = value_new (BATON_VALUE_CHOICE);

  self->set = g_strdup (set);
  self->id = g_strdup (id);
  self->text = g_strdup (label);
  return self;
}

BatonValue *
baton_value_new_record (void)
{
  BatonValue *self = value_new (BATON_VALUE_RECORD);

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_value_unref);
  return self;
}

BatonValue *
baton_value_new_table (void)
{
  BatonValue *self = value_new (BATON_VALUE_TABLE);

  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_value_unref);
  return self;
}

/**
 * baton_value_add:
 * @self: a record or table nobody else holds yet
 * @name: name of the member; not looked at for a table
 * @item: (nullable) (transfer none): what to put at the end
 *
 * Returns: %FALSE if @self would become too deep or too large; it is unchanged then
 */
gboolean
baton_value_add (BatonValue *self,
                 const char *name,
                 BatonValue *item)
{
  guint depth = item != NULL ? item->depth + 1 : 1;
  guint weight = item != NULL ? item->weight : 1;

  g_return_val_if_fail (self->items != NULL, FALSE);

  if (depth > MAX_DEPTH || self->weight + weight > MAX_WEIGHT)
    return FALSE;

  self->depth = MAX (self->depth, depth);
  self->weight += weight;
  if (self->names != NULL)
    g_ptr_array_add (self->names, g_strdup (name));
  g_ptr_array_add (self->items, baton_value_ref (item));
  return TRUE;
}

/**
 * baton_value_ref:
 * @self: (nullable): a value
 *
 * Returns: (transfer full) (nullable): @self
 */
BatonValue *
baton_value_ref (BatonValue *self)
{
  if (self != NULL)
    g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
baton_value_unref (BatonValue *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;

  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self->text);
  g_free (self->set);
  g_free (self->id);
  g_free (self);
}

BatonValueKind
baton_value_get_kind (const BatonValue *self)
{
  return self != NULL ? self->kind : BATON_VALUE_BLANK;
}

gboolean
baton_value_is_blank (const BatonValue *self)
{
  return self == NULL || (self->kind == BATON_VALUE_TEXT && *self->text == '\0');
}

gboolean
baton_value_is_true (const BatonValue *self)
{
  switch (baton_value_get_kind (self)) {
  case BATON_VALUE_BOOLEAN:
    return self->truth;
  case BATON_VALUE_NUMBER:
    return self->number < 0 || self->number > 0;
  case BATON_VALUE_TEXT:
    return g_ascii_strcasecmp (self->text, "true") == 0;
  default:
    return FALSE;
  }
}

static gboolean
parse_number (const char *text,
              double     *number)
{
  char *end = NULL;

  *number = g_ascii_strtod (text, &end);
  while (g_ascii_isspace (*end))
    end++;
  return end != text && *end == '\0' && isfinite (*number);
}

/**
 * baton_value_get_number:
 *
 * Reads a value as arithmetic does: blank is 0, a text its number.
 *
 * Returns: %FALSE if it cannot be read as a number
 */
gboolean
baton_value_get_number (const BatonValue *self,
                        double           *number)
{
  *number = 0;
  switch (baton_value_get_kind (self)) {
  case BATON_VALUE_BLANK:
    return TRUE;
  case BATON_VALUE_BOOLEAN:
    *number = self->truth ? 1 : 0;
    return TRUE;
  case BATON_VALUE_NUMBER:
    *number = self->number;
    return TRUE;
  case BATON_VALUE_TEXT:
    return parse_number (self->text, number);
  default:
    return FALSE;
  }
}

static char *
format_number (double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (text, sizeof text, "%.15g", number));
}

/**
 * baton_value_dup_text:
 *
 * Returns: (transfer full): how a message shows the value: nothing for blank, the label of a choice, JSON for records
 */
char *
baton_value_dup_text (const BatonValue *self)
{
  BatonJsonWriter *writer;

  switch (baton_value_get_kind (self)) {
  case BATON_VALUE_BLANK:
    return g_strdup ("");
  case BATON_VALUE_BOOLEAN:
    return g_strdup (self->truth ? "true" : "false");
  case BATON_VALUE_NUMBER:
    return format_number (self->number);
  case BATON_VALUE_TEXT:
    return g_strdup (self->text);
  case BATON_VALUE_CHOICE:
    return g_strdup (self->text != NULL ? self->text : self->id);
  default:
    writer = baton_json_writer_new ();
    baton_value_write (self, writer);
    return baton_json_writer_finish_text (writer);
  }
}

const char *
baton_value_get_id (const BatonValue *self)
{
  return self != NULL ? self->id : NULL;
}

static gboolean
choice_is (const BatonValue *self,
           const char       *text)
{
  return text != NULL && (strcmp (self->id, text) == 0 || g_strcmp0 (self->text, text) == 0);
}

/* A formula names a choice by set and id; lists that are known under several names still meet by id, then by label. */
static gboolean
choices_equal (const BatonValue *a,
               const BatonValue *b)
{
  if (strcmp (a->id, b->id) == 0)
    return TRUE;
  return g_strcmp0 (a->set, b->set) != 0 && (choice_is (a, b->id) || choice_is (b, a->id));
}

static gboolean
items_equal (const BatonValue *a,
             const BatonValue *b)
{
  if (a->items->len != b->items->len)
    return FALSE;

  for (guint i = 0; i < a->items->len; i++) {
    const char *name = baton_value_get_name (a, i);
    BatonValue *other = name != NULL ? baton_value_get_member (b, name) : baton_value_get_item (b, i);

    if (!baton_value_equal (g_ptr_array_index (a->items, i), other))
      return FALSE;
  }
  return TRUE;
}

/**
 * baton_value_equal:
 *
 * The `=` of formulas: text with regard to case; blank equals blank alone; a choice equals its own id and label.
 */
gboolean
baton_value_equal (const BatonValue *a,
                   const BatonValue *b)
{
  BatonValueKind kind = baton_value_get_kind (a);

  if (kind == BATON_VALUE_TEXT && baton_value_get_kind (b) == BATON_VALUE_CHOICE)
    return choice_is (b, a->text);
  if (kind == BATON_VALUE_CHOICE && baton_value_get_kind (b) == BATON_VALUE_TEXT)
    return choice_is (a, b->text);
  if (kind != baton_value_get_kind (b))
    return FALSE;

  switch (kind) {
  case BATON_VALUE_BLANK:
    return TRUE;
  case BATON_VALUE_BOOLEAN:
    return !a->truth == !b->truth;
  case BATON_VALUE_NUMBER:
    return !(a->number < b->number) && !(a->number > b->number);
  case BATON_VALUE_TEXT:
    return strcmp (a->text, b->text) == 0;
  case BATON_VALUE_CHOICE:
    return choices_equal (a, b);
  default:
    return items_equal (a, b);
  }
}

guint
baton_value_get_size (const BatonValue *self)
{
  return self != NULL && self->items != NULL ? self->items->len : 0;
}

BatonValue *
baton_value_get_item (const BatonValue *self,
                      guint             position)
{
  return position < baton_value_get_size (self) ? g_ptr_array_index (self->items, position) : NULL;
}

const char *
baton_value_get_name (const BatonValue *self,
                      guint             position)
{
  return self != NULL && self->names != NULL ? g_ptr_array_index (self->names, position) : NULL;
}

BatonValue *
baton_value_get_member (const BatonValue *self,
                        const char       *name)
{
  for (guint i = 0; self != NULL && self->names != NULL && i < self->names->len; i++) {
    if (strcmp (g_ptr_array_index (self->names, i), name) == 0)
      return g_ptr_array_index (self->items, i);
  }
  return NULL;
}

static void
write_number (double           number,
              BatonJsonWriter *writer)
{
  g_autofree char *text = format_number (number);

  baton_json_writer_raw (writer, text, -1);
}

typedef void (*WriteItem) (const BatonValue *self, BatonJsonWriter *writer);

static void
write_items (const BatonValue *self,
             BatonJsonWriter  *writer,
             WriteItem         write_item)
{
  gboolean is_record = self->kind == BATON_VALUE_RECORD;

  if (is_record)
    baton_json_writer_begin_object (writer);
  else
    baton_json_writer_begin_array (writer);
  for (guint i = 0; i < self->items->len; i++) {
    if (is_record)
      baton_json_writer_name (writer, g_ptr_array_index (self->names, i));
    write_item (g_ptr_array_index (self->items, i), writer);
  }
  if (is_record)
    baton_json_writer_end_object (writer);
  else
    baton_json_writer_end_array (writer);
}

/**
 * baton_value_write:
 *
 * Writes the value as others see it: a choice as its label.
 */
void
baton_value_write (const BatonValue *self,
                   BatonJsonWriter  *writer)
{
  switch (baton_value_get_kind (self)) {
  case BATON_VALUE_BLANK:
    baton_json_writer_null (writer);
    break;
  case BATON_VALUE_BOOLEAN:
    baton_json_writer_boolean (writer, self->truth);
    break;
  case BATON_VALUE_NUMBER:
    write_number (self->number, writer);
    break;
  case BATON_VALUE_TEXT:
    baton_json_writer_string (writer, self->text);
    break;
  case BATON_VALUE_CHOICE:
    baton_json_writer_string (writer, self->text != NULL ? self->text : self->id);
    break;
  default:
    write_items (self, writer, baton_value_write);
  }
}

/**
 * baton_value_store:
 *
 * Writes the value so that baton_value_restore() gives it back: an object holds either `choice` or `record`.
 */
void
baton_value_store (const BatonValue *self,
                   BatonJsonWriter  *writer)
{
  switch (baton_value_get_kind (self)) {
  case BATON_VALUE_CHOICE:
    baton_json_writer_begin_object (writer);
    baton_json_writer_name (writer, "choice");
    baton_json_writer_strv (writer, (const char *[]) { self->set, self->id, self->text, NULL });
    baton_json_writer_end_object (writer);
    break;
  case BATON_VALUE_RECORD:
    baton_json_writer_begin_object (writer);
    baton_json_writer_name (writer, "record");
    write_items (self, writer, baton_value_store);
    baton_json_writer_end_object (writer);
    break;
  case BATON_VALUE_TABLE:
    write_items (self, writer, baton_value_store);
    break;
  default:
    baton_value_write (self, writer);
  }
}

static BatonValue *
restore_choice (BatonJsonNode node)
{
  g_autofree char *set = baton_json_node_dup_string (baton_json_node_get_element (node, 0));
  g_autofree char *id = baton_json_node_dup_string (baton_json_node_get_element (node, 1));
  g_autofree char *label = baton_json_node_dup_string (baton_json_node_get_element (node, 2));

  return set != NULL && id != NULL ? baton_value_new_choice (set, id, label) : NULL;
}

static BatonValue *
restore_items (BatonJsonNode node)
{
  gboolean is_record = baton_json_node_get_kind (node) == BATON_JSON_OBJECT;
  BatonValue *self = is_record ? baton_value_new_record () : baton_value_new_table ();
  BatonJsonNode name;
  BatonJsonNode value;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, node);
  while (baton_json_iter_next (&iter, &name, &value)) {
    g_autofree char *member = is_record ? baton_json_node_dup_string (name) : NULL;
    g_autoptr (BatonValue) item = baton_value_restore (value);

    if (!baton_value_add (self, member, item))
      break;
  }
  return self;
}

/**
 * baton_value_restore:
 * @node: what baton_value_store() wrote; the recursion is bounded by the gate that let the document in
 *
 * Returns: (transfer full) (nullable): the value; blank where @node is nothing we wrote
 */
BatonValue *
baton_value_restore (BatonJsonNode node)
{
  g_autofree char *text = NULL;
  BatonJsonNode record;
  double number;

  switch (baton_json_node_get_kind (node)) {
  case BATON_JSON_BOOLEAN:
    return baton_value_new_boolean (baton_json_node_is_true (node));
  case BATON_JSON_NUMBER:
    return baton_json_node_get_double (node, &number) ? baton_value_new_number (number) : NULL;
  case BATON_JSON_STRING:
    text = baton_json_node_dup_string (node);
    return baton_value_new_text (text);
  case BATON_JSON_ARRAY:
    return restore_items (node);
  case BATON_JSON_OBJECT:
    record = baton_json_node_get_member (node, "record");
    if (baton_json_node_get_kind (record) == BATON_JSON_OBJECT)
      return restore_items (record);
    return restore_choice (baton_json_node_get_member (node, "choice"));
  default:
    return NULL;
  }
}
