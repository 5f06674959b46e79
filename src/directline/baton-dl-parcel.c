/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-parcel.h"

#include <string.h>

#include "baton-error.h"

#define ACTIVITY_TYPE "application/vnd.microsoft.activity"
#define SIZE_LIMIT (64 * 1024 * 1024)   /* for our own memory; how much it takes the server says with 413 */

void
baton_dl_parcel_free (BatonDlParcel *self)
{
  g_bytes_unref (self->body);
  g_free (self->content_type);
  g_free (self->disposition);
  g_free (self);
}

/* As browsers do: what would end the name or the line is escaped, everything else stays UTF-8. */
static char *
escape_name (const char *name)
{
  GString *escaped = g_string_new (NULL);

  for (; *name != '\0'; name++) {
    if (*name == '"')
      g_string_append (escaped, "%22");
    else if ((guchar) *name < 0x20 || *name == 0x7f)
      g_string_append_printf (escaped, "%%%02X", (guint) *name);
    else
      g_string_append_c (escaped, *name);
  }
  return g_string_free (escaped, FALSE);
}

/* A type comes from a file's name or from whoever gives bytes; it has to stay within its line. */
static const char *
check_type (const char *type)
{
  for (const char *p = type; *p != '\0'; p++) {
    if ((guchar) *p < 0x20 || (guchar) *p >= 0x7f)
      return "application/octet-stream";
  }
  return type;
}

static void
append_part (GByteArray *body,
             const char *boundary,
             const char *name,
             const char *file_name,
             const char *content_type,
             GBytes     *bytes)
{
  g_autofree char *escaped = escape_name (file_name);
  g_autofree char *head = g_strdup_printf ("--%s\r\n"
                                           "Content-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n"
                                           "Content-Type: %s\r\n\r\n",
                                           boundary, name, escaped, check_type (content_type));

  g_byte_array_append (body, (const guint8 *) head, (guint) strlen (head));
  g_byte_array_append (body, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  g_byte_array_append (body, (const guint8 *) "\r\n", 2);
}

static BatonDlParcel *
make_parts (BatonActivity *activity,
            GPtrArray     *files)
{
  BatonDlParcel *self = g_new0 (BatonDlParcel, 1);
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *boundary = g_strconcat ("baton-", uuid, NULL);
  g_autofree char *end = g_strdup_printf ("--%s--\r\n", boundary);
  GByteArray *body = g_byte_array_new ();

  if (activity != NULL) {
    g_autoptr (GBytes) bytes = baton_activity_get_bytes (activity);

    append_part (body, boundary, "activity", "blob", ACTIVITY_TYPE, bytes);
  }
  for (guint i = 0; i < files->len; i++) {
    BatonDlEnclosure *file = g_ptr_array_index (files, i);

    append_part (body, boundary, "file", file->name, file->content_type, file->bytes);
  }
  g_byte_array_append (body, (const guint8 *) end, (guint) strlen (end));
  self->body = g_byte_array_free_to_bytes (body);
  self->content_type = g_strdup_printf ("multipart/form-data; boundary=%s", boundary);
  return self;
}

/**
 * baton_dl_parcel_new:
 * @activity: (nullable): what the files belong to; %NULL for files without a word
 * @files: (element-type BatonDlEnclosure): read ones, at least one
 *
 * Returns: (transfer full): the upload; one file without an activity goes as it is
 */
BatonDlParcel *
baton_dl_parcel_new (BatonActivity *activity,
                     GPtrArray     *files)
{
  BatonDlEnclosure *only = g_ptr_array_index (files, 0);
  g_autofree char *escaped = NULL;
  BatonDlParcel *self;

  if (activity != NULL || files->len > 1)
    return make_parts (activity, files);

  self = g_new0 (BatonDlParcel, 1);
  escaped = escape_name (only->name);
  self->body = g_bytes_ref (only->bytes);
  self->content_type = g_strdup (check_type (only->content_type));
  self->disposition = g_strdup_printf ("name=\"file\"; filename=\"%s\"", escaped);
  return self;
}

/* ---- reading what is still on disk ---- */

typedef struct {
  BatonActivity *activity;   /* or %NULL */
  GPtrArray     *files;      /* of BatonDlEnclosure, our own */
  guint          next;
  gsize          left;       /* of SIZE_LIMIT */
} Plan;

static void
plan_free (Plan *plan)
{
  g_clear_object (&plan->activity);
  g_ptr_array_unref (plan->files);
  g_free (plan);
}

static void read_next (GTask *task);

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Plan *plan = g_task_get_task_data (task);
  BatonDlEnclosure *file = g_ptr_array_index (plan->files, plan->next);
  GError *error = NULL;

  if (!baton_dl_enclosure_read_finish (result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  plan->left -= g_bytes_get_size (file->bytes);
  plan->next++;
  read_next (task);
}

static void
read_next (GTask *task)
{
  Plan *plan = g_task_get_task_data (task);

  if (plan->next < plan->files->len)
    baton_dl_enclosure_read_async (g_ptr_array_index (plan->files, plan->next), plan->left, g_task_get_cancellable (task),
                              read_cb, g_object_ref (task));
  else
    g_task_return_pointer (task, baton_dl_parcel_new (plan->activity, plan->files),
                           (GDestroyNotify) baton_dl_parcel_free);
}

/**
 * baton_dl_parcel_read_async:
 * @activity: (nullable): what the files belong to
 * @files: (element-type BatonDlEnclosure) (transfer none): copied
 * @cancellable: (nullable): cancels
 * @callback: called once
 * @user_data: for @callback
 *
 * Reads the files one after the other and makes an upload of them.
 */
void
baton_dl_parcel_read_async (BatonActivity       *activity,
                            GPtrArray           *files,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Plan *plan = g_new0 (Plan, 1);

  g_task_set_source_tag (task, baton_dl_parcel_read_async);
  plan->activity = activity ? g_object_ref (activity) : NULL;
  plan->files = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_dl_enclosure_free);
  for (guint i = 0; i < files->len; i++)
    g_ptr_array_add (plan->files, baton_dl_enclosure_copy (g_ptr_array_index (files, i)));
  plan->left = SIZE_LIMIT;
  g_task_set_task_data (task, plan, (GDestroyNotify) plan_free);
  read_next (task);
}

/**
 * baton_dl_parcel_read_finish:
 * @result: the result
 * @error: return location for a [error@Error]: %BATON_ERROR_TOO_BIG, %BATON_ERROR_FAILED could not be read
 *
 * Returns: (transfer full): the upload, or %NULL with @error set
 */
BatonDlParcel *
baton_dl_parcel_read_finish (GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
