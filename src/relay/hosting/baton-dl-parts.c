/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-parts.h"

#include <libsoup/soup.h>
#include <string.h>

#include "baton-error.h"
#include "baton-file-name.h"

#define WRAPPER_TYPE "application/vnd.microsoft.activity"

#define MAX_BOUNDARY 70     /* RFC 2046, 5.1.1 */
#define MAX_HEAD     8192   /* bytes of a part's headers */

static BatonDlParts *
parts_new (void)
{
  BatonDlParts *self = g_new0 (BatonDlParts, 1);

  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_dl_file_free);
  return self;
}

void
baton_dl_parts_free (BatonDlParts *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_object (&self->wrapper);
  g_free (self);
}

static BatonDlParts *
refuse (BatonError    code,
        const char   *message,
        GError      **error)
{
  g_set_error_literal (error, BATON_ERROR, (int) code, message);
  return NULL;
}

/* Both `attachment; filename="a.png"` and what Direct Line asks for, `name="file"; filename="a.png"`. */
static char *
read_file_name (const char *disposition)
{
  GHashTable *parameters = disposition != NULL ? soup_header_parse_semi_param_list (disposition) : NULL;
  char *name;

  if (parameters == NULL)
    return baton_file_name_clean (NULL);

  name = baton_file_name_clean (g_hash_table_lookup (parameters, "filename"));
  soup_header_free_param_list (parameters);
  return name;
}

static void
add_file (BatonDlParts *self,
          const char   *content_type,
          const char   *disposition,
          GBytes       *bytes,
          GHashTable   *taken)
{
  g_autofree char *asked = read_file_name (disposition);
  g_autofree char *name = baton_file_name_unique (asked, taken);
  g_autofree char *type = baton_file_type_clean (content_type);

  g_ptr_array_add (self->files, baton_dl_file_new (name, type, bytes));
}

/* --- A body of several parts --- */

static char *
read_boundary (const char *content_type)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_MULTIPART);
  GHashTable *parameters = NULL;
  const char *type, *boundary;
  char *found = NULL;

  soup_message_headers_append (headers, "Content-Type", content_type);
  type = soup_message_headers_get_content_type (headers, &parameters);
  if (type == NULL)
    return NULL;

  boundary = g_ascii_strncasecmp (type, "multipart/", 10) == 0 ? g_hash_table_lookup (parameters, "boundary") : NULL;
  if (boundary != NULL && *boundary != '\0' && strlen (boundary) <= MAX_BOUNDARY)
    found = g_strdup (boundary);
  g_hash_table_unref (parameters);
  return found;
}

/* libsoup's reader looks for text in the body, so it needs an end, and for a line end after the last boundary, which
 * some clients leave out. */
static GBytes *
terminate (GBytes *body)
{
  gsize size;
  const char *data = g_bytes_get_data (body, &size);
  char *copy = g_malloc (size + 3);

  if (size > 0)
    memcpy (copy, data, size);
  memcpy (copy + size, "\r\n", 3);
  return g_bytes_new_with_free_func (copy, size + 2, g_free, copy);
}

/* Does beforehand what libsoup's reader leaves undone: bounds the number of parts and the size of their heads. A NUL in
 * a head, which would spoil all the rest, becomes a space. */
static gboolean
is_bounded (GBytes     *text,
            const char *boundary,
            guint       max_parts)
{
  g_autofree char *delimiter = g_strconcat ("--", boundary, NULL);
  gsize length = strlen (delimiter), size;
  char *at = (char *) g_bytes_get_data (text, &size);
  char *end = at + size;
  guint n = 0;

  while ((at = memmem (at, (gsize) (end - at), delimiter, length)) != NULL) {
    char *head_end;

    at += length;
    head_end = memmem (at, (gsize) MIN (end - at, MAX_HEAD), "\r\n\r\n", 4);
    for (char *c = at; head_end != NULL && c < head_end; c++)
      if (*c == '\0')
        *c = ' ';
    /* One more is the last boundary, which no head follows. */
    if (n++ > max_parts || (head_end == NULL && end - at >= MAX_HEAD))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_part (BatonDlParts              *self,
          SoupMessageHeaders        *headers,
          GBytes                    *bytes,
          GHashTable                *taken,
          const BatonDlPartsLimits  *limits,
          GError                   **error)
{
  const char *type = soup_message_headers_get_one (headers, "Content-Type");
  g_autofree char *clean = baton_file_type_clean (type);

  if (strcmp (clean, WRAPPER_TYPE) != 0) {
    add_file (self, type, soup_message_headers_get_one (headers, "Content-Disposition"), bytes, taken);
    return TRUE;
  }

  if (g_bytes_get_size (bytes) > limits->json.size)
    return refuse (BATON_ERROR_TOO_BIG, "Activity too large", error) != NULL;
  if (self->wrapper == NULL)
    self->wrapper = baton_activity_new (bytes, &limits->json, NULL);
  else
    g_clear_object (&self->wrapper);   /* a second one: which is meant? */
  return self->wrapper != NULL || refuse (BATON_ERROR_INVALID, "Invalid activity", error) != NULL;
}

static BatonDlParts *
read_parts (SoupMultipart             *multipart,
            gsize                      size,
            const BatonDlPartsLimits  *limits,
            GError                   **error)
{
  g_autoptr (BatonDlParts) self = parts_new ();
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < soup_multipart_get_length (multipart); i++) {
    SoupMessageHeaders *headers;
    GBytes *bytes;

    /* Older libsoup gives a part that ends before it begins a size of nearly 2^64. */
    if (!soup_multipart_get_part (multipart, i, &headers, &bytes) || g_bytes_get_size (bytes) > size)
      return refuse (BATON_ERROR_INVALID, "Invalid multipart body", error);
    if (!add_part (self, headers, bytes, taken, limits, error))
      return NULL;
  }
  return g_steal_pointer (&self);
}

static BatonDlParts *
read_multipart (const char                *content_type,
                GBytes                    *body,
                const BatonDlPartsLimits  *limits,
                GError                   **error)
{
  g_autofree char *boundary = read_boundary (content_type);
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_MULTIPART);
  g_autoptr (SoupMultipart) multipart = NULL;
  g_autoptr (GBytes) text = terminate (body);

  if (boundary == NULL)
    return refuse (BATON_ERROR_INVALID, "Invalid multipart boundary", error);
  if (!is_bounded (text, boundary, limits->files + 1))
    return refuse (BATON_ERROR_TOO_BIG, "Too many files", error);

  soup_message_headers_append (headers, "Content-Type", content_type);
  multipart = soup_multipart_new_from_message (headers, text);
  if (multipart == NULL)
    return refuse (BATON_ERROR_INVALID, "Invalid multipart body", error);
  return read_parts (multipart, g_bytes_get_size (text), limits, error);
}

/* --- A body that is one file --- */

static BatonDlParts *
read_raw (const char  *content_type,
          const char  *disposition,
          GBytes      *body)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  BatonDlParts *self = parts_new ();

  if (g_bytes_get_size (body) > 0)
    add_file (self, content_type, disposition, body, taken);
  return self;
}

static gboolean
check (const BatonDlParts        *self,
       const BatonDlPartsLimits  *limits,
       GError                   **error)
{
  gsize size = 0;

  for (guint i = 0; i < self->files->len; i++)
    size += g_bytes_get_size (((BatonDlFile *) g_ptr_array_index (self->files, i))->bytes);

  if (self->files->len > limits->files)
    return refuse (BATON_ERROR_TOO_BIG, "Too many files", error) != NULL;
  if (size > limits->size)
    return refuse (BATON_ERROR_TOO_BIG, "Files too large", error) != NULL;
  if (self->files->len == 0 && self->wrapper == NULL)
    return refuse (BATON_ERROR_INVALID, "No file", error) != NULL;
  if (self->wrapper != NULL && !baton_activity_is (self->wrapper, "message"))
    return refuse (BATON_ERROR_INVALID, "Only messages can have files", error) != NULL;
  return TRUE;
}

/**
 * baton_dl_parts_read:
 * @content_type: (nullable): header of the request
 * @disposition: (nullable): its `Content-Disposition`
 * @error: return location for a [error@Error]
 *
 * Takes the body of an upload apart: one file as it is, or a multipart body. Pure; may run in any thread.
 *
 * Returns: (transfer full): the parts, or %NULL with @error set, whose message the peer may see: %BATON_ERROR_INVALID
 *   or %BATON_ERROR_TOO_BIG
 */
BatonDlParts *
baton_dl_parts_read (const char                *content_type,
                     const char                *disposition,
                     GBytes                    *body,
                     const BatonDlPartsLimits  *limits,
                     GError                   **error)
{
  g_autoptr (BatonDlParts) self = NULL;

  if (content_type != NULL && g_ascii_strncasecmp (content_type, "multipart/", strlen ("multipart/")) == 0)
    self = read_multipart (content_type, body, limits, error);
  else
    self = read_raw (content_type, disposition, body);
  return self != NULL && check (self, limits, error) ? g_steal_pointer (&self) : NULL;
}
