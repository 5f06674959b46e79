/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-enclosure.h"

#include "baton-error.h"

#define CHUNK_SIZE (256 * 1024)
#define ANY_TYPE "application/octet-stream"

/**
 * baton_dl_enclosure_new_for_bytes:
 * @name: as the others are to see it
 * @content_type: MIME
 * @bytes: (transfer none): the contents
 *
 * Returns: (transfer full): the file
 */
BatonDlEnclosure *
baton_dl_enclosure_new_for_bytes (const char *name,
                                  const char *content_type,
                                  GBytes     *bytes)
{
  BatonDlEnclosure *self = g_new0 (BatonDlEnclosure, 1);

  self->name = g_strdup (name);
  self->content_type = g_strdup (content_type);
  self->bytes = g_bytes_ref (bytes);
  return self;
}

/**
 * baton_dl_enclosure_new:
 * @source: (transfer none): where it is; read when it is uploaded
 *
 * Returns: (transfer full): the file, under its own name
 */
BatonDlEnclosure *
baton_dl_enclosure_new (GFile *source)
{
  BatonDlEnclosure *self = g_new0 (BatonDlEnclosure, 1);
  g_autofree char *name = g_file_get_basename (source);

  self->name = g_filename_display_name (name);
  self->source = g_object_ref (source);
  return self;
}

BatonDlEnclosure *
baton_dl_enclosure_copy (const BatonDlEnclosure *self)
{
  BatonDlEnclosure *copy = g_new0 (BatonDlEnclosure, 1);

  copy->name = g_strdup (self->name);
  copy->content_type = g_strdup (self->content_type);
  copy->bytes = self->bytes ? g_bytes_ref (self->bytes) : NULL;
  copy->source = self->source ? g_object_ref (self->source) : NULL;
  return copy;
}

void
baton_dl_enclosure_free (BatonDlEnclosure *self)
{
  g_free (self->name);
  g_free (self->content_type);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->source);
  g_free (self);
}

/* ---- reading ---- */

typedef struct {
  BatonDlEnclosure *file;
  GByteArray  *contents;
  gsize        limit;
} Reading;

static void
reading_free (Reading *reading)
{
  g_byte_array_unref (reading->contents);
  g_free (reading);
}

/* GIO names the file and its folder; neither is anybody's business. */
static void
return_mapped (GTask        *task,
               const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_FAILED, "the file cannot be read (%s %d)",
                             g_quark_to_string (error->domain), error->code);
}

static void
complete (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);
  BatonDlEnclosure *self = reading->file;
  g_autofree char *type = g_content_type_guess (self->name, reading->contents->data, reading->contents->len, NULL);

  if (self->content_type == NULL)
    self->content_type = g_content_type_get_mime_type (type);
  if (self->content_type == NULL)
    self->content_type = g_strdup (ANY_TYPE);
  self->bytes = g_byte_array_free_to_bytes (g_steal_pointer (&reading->contents));
  reading->contents = g_byte_array_new ();
  g_task_return_boolean (task, TRUE);
}

static void
chunk_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (chunk == NULL) {
    return_mapped (task, error);
  } else if (g_bytes_get_size (chunk) == 0) {
    complete (task);
  } else if (reading->contents->len + g_bytes_get_size (chunk) > reading->limit) {
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_TOO_BIG, "the file is too big");
  } else {
    g_byte_array_append (reading->contents, g_bytes_get_data (chunk, NULL), (guint) g_bytes_get_size (chunk));
    g_input_stream_read_bytes_async (G_INPUT_STREAM (source), CHUNK_SIZE, G_PRIORITY_DEFAULT,
                                     g_task_get_cancellable (task), chunk_cb, g_object_ref (task));
  }
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (source), result, &error);

  if (stream == NULL)
    return_mapped (task, error);
  else
    g_input_stream_read_bytes_async (G_INPUT_STREAM (stream), CHUNK_SIZE, G_PRIORITY_DEFAULT,
                                     g_task_get_cancellable (task), chunk_cb, g_object_ref (task));
}

/**
 * baton_dl_enclosure_read_async:
 * @self: a file; has to stay until the callback
 * @limit: a longer one is refused, however much of it there may be: it may be a device, or grow
 * @cancellable: (nullable): cancels
 * @callback: called once
 * @user_data: for @callback
 *
 * Fills in what is missing: `bytes` and `content_type`.
 */
void
baton_dl_enclosure_read_async (BatonDlEnclosure    *self,
                               gsize                limit,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  g_task_set_source_tag (task, baton_dl_enclosure_read_async);
  reading->file = self;
  reading->contents = g_byte_array_new ();
  reading->limit = limit;
  g_task_set_task_data (task, reading, (GDestroyNotify) reading_free);

  if (self->bytes == NULL)
    g_file_read_async (self->source, G_PRIORITY_DEFAULT, cancellable, opened_cb, g_object_ref (task));
  else if (g_bytes_get_size (self->bytes) > limit)
    g_task_return_new_error (task, BATON_ERROR, BATON_ERROR_TOO_BIG, "the file is too big");
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
baton_dl_enclosure_read_finish (GAsyncResult  *result,
                                GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
