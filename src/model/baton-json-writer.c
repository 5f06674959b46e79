/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-json-writer.h"

#include <string.h>

#include "baton-time.h"

struct _BatonJsonWriter {
  GString  *text;
  gboolean  comma;    /* the next value or name needs one in front */
};

/**
 * baton_json_writer_new:
 *
 * Returns: (transfer full): an empty writer
 */
BatonJsonWriter *
baton_json_writer_new (void)
{
  return baton_json_writer_new_sized (256);
}

/**
 * baton_json_writer_new_sized:
 * @size: how many bytes will be written, as far as one can tell; it may be more
 *
 * Returns: (transfer full): an empty writer
 */
BatonJsonWriter *
baton_json_writer_new_sized (gsize size)
{
  BatonJsonWriter *self = g_new0 (BatonJsonWriter, 1);

  self->text = g_string_sized_new (size);
  return self;
}

void
baton_json_writer_free (BatonJsonWriter *self)
{
  if (self == NULL)
    return;

  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  g_free (self);
}

/**
 * baton_json_writer_finish:
 * @self: (transfer full): the writer
 *
 * Returns: (transfer full): the text, not ended by NUL
 */
GBytes *
baton_json_writer_finish (BatonJsonWriter *self)
{
  GBytes *bytes = g_string_free_to_bytes (g_steal_pointer (&self->text));

  baton_json_writer_free (self);
  return bytes;
}

/**
 * baton_json_writer_finish_text:
 * @self: (transfer full): the writer
 *
 * Returns: (transfer full): the text
 */
char *
baton_json_writer_finish_text (BatonJsonWriter *self)
{
  char *text = g_string_free (g_steal_pointer (&self->text), FALSE);

  baton_json_writer_free (self);
  return text;
}

/* What most of writing is, and mostly there is room. */
static inline void
append (GString    *text,
        const char *from,
        gsize       length)
{
  if (length >= text->allocated_len - text->len) {
    g_string_append_len (text, from, (gssize) length);
    return;
  }
  memcpy (text->str + text->len, from, length);
  text->len += length;
  text->str[text->len] = '\0';
}

static void
separate (BatonJsonWriter *self)
{
  if (self->comma)
    g_string_append_c (self->text, ',');
  self->comma = TRUE;
}

static void
open_bracket (BatonJsonWriter *self,
              char             bracket)
{
  separate (self);
  g_string_append_c (self->text, bracket);
  self->comma = FALSE;
}

static void
close_bracket (BatonJsonWriter *self,
               char             bracket)
{
  g_string_append_c (self->text, bracket);
  self->comma = TRUE;
}

void
baton_json_writer_begin_object (BatonJsonWriter *self)
{
  open_bracket (self, '{');
}

void
baton_json_writer_end_object (BatonJsonWriter *self)
{
  close_bracket (self, '}');
}

void
baton_json_writer_begin_array (BatonJsonWriter *self)
{
  open_bracket (self, '[');
}

void
baton_json_writer_end_array (BatonJsonWriter *self)
{
  close_bracket (self, ']');
}

static void
append_escape (GString *text,
               guchar   c)
{
  static const char meant[] = "\"\\\b\f\n\r\t", plain[] = "\"\\bfnrt";
  const char *found = strchr (meant, c);

  if (found != NULL)
    g_string_append_printf (text, "\\%c", plain[found - meant]);
  else
    g_string_append_printf (text, "\\u%04x", c);
}

static void
append_string (GString    *text,
               const char *value)
{
  const char *run = value;
  const char *p;

  g_string_append_c (text, '"');
  for (p = value; *p != '\0'; p++) {
    guchar c = (guchar) *p;

    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
      continue;
    append (text, run, (gsize) (p - run));
    append_escape (text, c);
    run = p + 1;
  }
  append (text, run, (gsize) (p - run));
  g_string_append_c (text, '"');
}

/**
 * baton_json_writer_name:
 * @self: the writer
 * @name: name of the member whose value is written next
 */
void
baton_json_writer_name (BatonJsonWriter *self,
                        const char      *name)
{
  separate (self);
  append_string (self->text, name);
  g_string_append_c (self->text, ':');
  self->comma = FALSE;
}

/**
 * baton_json_writer_string:
 * @self: the writer
 * @value: (nullable): UTF-8, or %NULL for `null`; what is not UTF-8 is replaced, for a frame must never be broken JSON
 */
void
baton_json_writer_string (BatonJsonWriter *self,
                          const char      *value)
{
  separate (self);
  if (value == NULL) {
    g_string_append (self->text, "null");
  } else if (g_utf8_validate (value, -1, NULL)) {
    append_string (self->text, value);
  } else {
    g_autofree char *valid = g_utf8_make_valid (value, -1);

    append_string (self->text, valid);
  }
}

void
baton_json_writer_int (BatonJsonWriter *self,
                       gint64           value)
{
  separate (self);
  g_string_append_printf (self->text, "%" G_GINT64_FORMAT, value);
}

void
baton_json_writer_boolean (BatonJsonWriter *self,
                           gboolean         value)
{
  separate (self);
  g_string_append (self->text, value ? "true" : "false");
}

void
baton_json_writer_null (BatonJsonWriter *self)
{
  separate (self);
  g_string_append (self->text, "null");
}

/**
 * baton_json_writer_raw:
 * @self: the writer
 * @json: checked JSON text, put in as it is
 * @length: in bytes, or -1 if it ends with NUL
 */
void
baton_json_writer_raw (BatonJsonWriter *self,
                       const char      *json,
                       gssize           length)
{
  separate (self);
  append (self->text, json, length < 0 ? strlen (json) : (gsize) length);
}

/**
 * baton_json_writer_node:
 * @self: the writer
 * @node: a value, put in as it was sent; absent becomes `null`
 */
void
baton_json_writer_node (BatonJsonWriter *self,
                        BatonJsonNode    node)
{
  gsize length;
  const char *raw = baton_json_node_get_raw (node, &length);

  if (raw != NULL)
    baton_json_writer_raw (self, raw, (gssize) length);
  else
    baton_json_writer_null (self);
}

/**
 * baton_json_writer_strv:
 * @self: the writer
 * @values: (nullable): strings; %NULL is an empty array
 */
void
baton_json_writer_strv (BatonJsonWriter   *self,
                        const char *const *values)
{
  baton_json_writer_begin_array (self);
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    baton_json_writer_string (self, values[i]);
  baton_json_writer_end_array (self);
}

void
baton_json_writer_add_string (BatonJsonWriter *self,
                              const char      *name,
                              const char      *value)
{
  baton_json_writer_name (self, name);
  baton_json_writer_string (self, value);
}

void
baton_json_writer_add_int (BatonJsonWriter *self,
                           const char      *name,
                           gint64           value)
{
  baton_json_writer_name (self, name);
  baton_json_writer_int (self, value);
}

void
baton_json_writer_add_boolean (BatonJsonWriter *self,
                               const char      *name,
                               gboolean         value)
{
  baton_json_writer_name (self, name);
  baton_json_writer_boolean (self, value);
}

/**
 * baton_json_writer_add_time:
 * @self: the writer
 * @name: name of the member
 * @usec: microseconds since 1970, UTC; %BATON_TIME_UNKNOWN becomes `null`
 */
void
baton_json_writer_add_time (BatonJsonWriter *self,
                            const char      *name,
                            gint64           usec)
{
  g_autofree char *text = baton_time_format (usec);

  baton_json_writer_add_string (self, name, text);
}

void
baton_json_writer_add_strv (BatonJsonWriter   *self,
                            const char        *name,
                            const char *const *values)
{
  baton_json_writer_name (self, name);
  baton_json_writer_strv (self, values);
}

void
baton_json_writer_add_node (BatonJsonWriter *self,
                            const char      *name,
                            BatonJsonNode    node)
{
  baton_json_writer_name (self, name);
  baton_json_writer_node (self, node);
}

static gboolean
is_any (BatonJsonNode      name,
        const char *const *of)
{
  gsize length;
  const char *raw = baton_json_node_get_raw (name, &length);

  /* Behind the quote: only what begins like one, or with an escape, is worth a closer look. */
  for (guint i = 0; of[i] != NULL; i++) {
    if ((raw[1] == of[i][0] || raw[1] == '\\') && baton_json_node_is (name, of[i]))
      return TRUE;
  }
  return FALSE;
}

/**
 * baton_json_writer_add_members:
 * @self: the writer
 * @object: an object; of anything else nothing is put in
 * @but: names of members that are left out
 *
 * Puts members in as they were sent, names and values.
 */
void
baton_json_writer_add_members (BatonJsonWriter   *self,
                               BatonJsonNode      object,
                               const char *const *but)
{
  BatonJsonNode name, value;
  BatonJsonIter iter;

  if (baton_json_node_get_kind (object) != BATON_JSON_OBJECT)
    return;

  baton_json_iter_init (&iter, object);
  while (baton_json_iter_next (&iter, &name, &value)) {
    if (is_any (name, but))
      continue;
    baton_json_writer_node (self, name);
    g_string_append_c (self->text, ':');
    self->comma = FALSE;
    baton_json_writer_node (self, value);
  }
}
