/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-connector-server-private.h"

#include <string.h>

#include "baton-error.h"
#include "baton-file-name.h"
#include "baton-json-writer.h"

/* Files that bots send, kept with those that customers do, for as long. */

/* A file on its way to the disk or back, in a thread: the disk may be slow. */
typedef struct {
  BatonDlFiles *files;
  BatonDlFile  *file;   /* to be written, else %NULL */
  char         *key;    /* of one to be read, else %NULL */
} Errand;

static void
errand_free (gpointer data)
{
  Errand *self = data;

  baton_dl_files_unref (self->files);
  g_clear_pointer (&self->file, baton_dl_file_free);
  g_free (self->key);
  g_free (self);
}

static void
run_in_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  Errand *errand = data;
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  BatonDlFile *read;
  GError *error = NULL;

  if (errand->file == NULL) {
    read = baton_dl_files_read (errand->files, errand->key, &error);
    if (read != NULL)
      g_task_return_pointer (task, read, (GDestroyNotify) baton_dl_file_free);
    else
      g_task_return_error (task, error);
    return;
  }

  g_ptr_array_add (files, errand->file);
  if (baton_dl_files_write (errand->files, files, &error))
    g_task_return_pointer (task, g_steal_pointer (&errand->file), (GDestroyNotify) baton_dl_file_free);
  else
    g_task_return_error (task, error);
}

/* Takes the request, and @file if there is one. */
static void
run (BatonConnectorRequest *request,
     BatonDlFile           *file,
     GAsyncReadyCallback    callback)
{
  g_autoptr (GTask) task = g_task_new (request->server, NULL, callback, request);
  Errand *errand = g_new0 (Errand, 1);

  g_task_set_source_tag (task, run);
  errand->files = baton_dl_files_ref (request->server->files);
  errand->file = file;
  errand->key = file == NULL ? g_strdup (request->activity_id) : NULL;
  g_task_set_task_data (task, errand, errand_free);
  g_task_run_in_thread (task, run_in_thread);
}

static gboolean
has_files (BatonConnectorRequest *request)
{
  if (request->server->files != NULL)
    return TRUE;
  baton_dl_reply_error (request->exchange, 404, "BadArgument", "No files are kept here");
  return FALSE;
}

/* --- keeping --- */

static void
kept_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (BatonConnectorRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDlFile) file = g_task_propagate_pointer (G_TASK (result), &error);

  if (file != NULL)
    baton_connector_reply_id (request, 200, file->key);
  else
    baton_dl_reply_store_error (request->exchange, error);
}

static BatonDlFile *
read_file (BatonJsonNode data)
{
  g_autofree char *text = baton_json_node_dup_member (data, "originalBase64");
  g_autofree char *name = baton_json_node_dup_member (data, "name");
  g_autofree char *type = baton_json_node_dup_member (data, "type");
  g_autofree char *clean_name = baton_file_name_clean (name);
  g_autofree char *clean_type = baton_file_type_clean (type);
  g_autoptr (GBytes) bytes = NULL;
  guchar *decoded;
  gsize length;

  if (text == NULL || *text == '\0' || strlen (text) % 4 != 0
      || text[strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")] != '\0')
    return NULL;
  decoded = g_base64_decode (text, &length);
  bytes = g_bytes_new_take (decoded, length);
  return baton_dl_file_new (clean_name, clean_type, bytes);
}

/**
 * baton_connector_keep_attachment:
 *
 * `POST …/attachments` with AttachmentData.
 */
void
baton_connector_keep_attachment (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;
  g_autoptr (BatonJson) json = has_files (self) ? baton_connector_read_body (self) : NULL;
  BatonDlFile *file;

  if (json == NULL)
    return;
  file = read_file (baton_json_get_root (json));
  if (file == NULL)
    baton_dl_reply_error (self->exchange, 400, "BadArgument", "Invalid attachment");
  else
    run (g_steal_pointer (&self), file, kept_cb);
}

/* --- giving back --- */

static void
told_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (BatonConnectorRequest) request = user_data;
  g_autoptr (BatonDlFile) file = g_task_propagate_pointer (G_TASK (result), NULL);
  BatonJsonWriter *writer;

  if (file == NULL) {
    baton_dl_reply_error (request->exchange, 404, "BadArgument", "Not found");
    return;
  }
  writer = baton_json_writer_new ();
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "name", file->name);
  baton_json_writer_add_string (writer, "type", file->type);
  baton_json_writer_name (writer, "views");
  baton_json_writer_begin_array (writer);
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "viewId", "original");
  baton_json_writer_add_int (writer, "size", (gint64) g_bytes_get_size (file->bytes));
  baton_json_writer_end_object (writer);
  baton_json_writer_end_array (writer);
  baton_json_writer_end_object (writer);
  baton_connector_reply (request, 200, writer);
}

static void
shown_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (BatonConnectorRequest) request = user_data;
  g_autoptr (BatonDlFile) file = g_task_propagate_pointer (G_TASK (result), NULL);

  if (file != NULL)
    baton_dl_reply_file (request->exchange, file);
  else
    baton_dl_reply_error (request->exchange, 404, "BadArgument", "Not found");
}

/**
 * baton_connector_tell_attachment:
 *
 * `GET v3/attachments/{id}`: AttachmentInfo.
 */
void
baton_connector_tell_attachment (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;

  if (has_files (self))
    run (g_steal_pointer (&self), NULL, told_cb);
}

/**
 * baton_connector_show_attachment:
 *
 * `GET v3/attachments/{id}/views/original`. There are no thumbnails.
 */
void
baton_connector_show_attachment (BatonConnectorRequest *request)
{
  g_autoptr (BatonConnectorRequest) self = request;

  if (has_files (self))
    run (g_steal_pointer (&self), NULL, shown_cb);
}
