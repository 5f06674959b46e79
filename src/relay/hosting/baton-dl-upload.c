/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-server-private.h"

#include <gio/gio.h>
#include <string.h>

#include "baton-error.h"
#include "baton-file-name.h"
#include "baton-json-writer.h"

/* Files that are sent (protocol 1.12): taken apart and written to disk in a thread, then posted as attachments of an
 * activity like any other. */

/* Bodies that are larger than others may be, in memory at once. */
#define MAX_ARRIVING        16
#define MAX_ARRIVING_OF_ONE 3

/* What the activity gains by the addresses of its files is ours, and no matter for the limits of clients. */
static const BatonJsonLimits own_limits = { G_MAXINT32, 1024, G_MAXUINT };

/* --- What has had its time --- */

static void
sweep_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  baton_dl_files_sweep (data);
  g_task_return_boolean (task, TRUE);
}

static gboolean
sweep_cb (gpointer user_data)
{
  BatonDlServer *self = user_data;
  g_autoptr (GTask) task = NULL;

  if (baton_dl_files_is_empty (self->files)) {
    self->sweep_id = 0;
    return G_SOURCE_REMOVE;
  }

  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_task_data (task, baton_dl_files_ref (self->files), (GDestroyNotify) baton_dl_files_unref);
  g_task_run_in_thread (task, sweep_in_thread);
  return G_SOURCE_CONTINUE;
}

/**
 * baton_dl_keep_tidy:
 *
 * Looks through the files from time to time, as long as there are any.
 */
void
baton_dl_keep_tidy (BatonDlServer *self)
{
  if (self->sweep_id == 0 && !baton_dl_files_is_empty (self->files))
    self->sweep_id = g_timeout_add_seconds (self->sweep_seconds, sweep_cb, self);
}

/* --- Files of an upload --- */

struct _BatonDlUpload {
  BatonDlFiles *files;
  BatonDlParts *parts;
  gboolean      is_kept;   /* an activity names the files */
};

static void
remove_in_thread (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  BatonDlUpload *self = data;

  baton_dl_files_remove (self->files, self->parts->files);
  g_task_return_boolean (task, TRUE);
}

static void
upload_clear (gpointer data)
{
  BatonDlUpload *self = data;

  baton_dl_parts_free (self->parts);
  baton_dl_files_unref (self->files);
  g_free (self);
}

/**
 * baton_dl_upload_free:
 *
 * Files that no activity names go with it.
 */
void
baton_dl_upload_free (BatonDlUpload *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->is_kept) {
    upload_clear (self);
    return;
  }

  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_task_data (task, self, upload_clear);
  g_task_run_in_thread (task, remove_in_thread);
}

/**
 * baton_dl_upload_keep:
 *
 * The activity that names the files was stored.
 */
void
baton_dl_upload_keep (BatonDlUpload *self)
{
  self->is_kept = TRUE;
}

/* --- Large bodies --- */

typedef struct {
  BatonDlServer *server;
  char          *sender;   /* in the server's list */
} Arrival;

static void
gone_cb (gpointer  data,
         GObject  *exchange)
{
  Arrival *arrival = data;

  g_ptr_array_remove_fast (arrival->server->arriving, arrival->sender);
  g_object_unref (arrival->server);
  g_free (arrival);
}

/* Until the exchange is gone, and its body with it. */
static void
count_in (BatonDlServer *self,
          BatonExchange *exchange,
          char          *sender)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->server = g_object_ref (self);
  arrival->sender = sender;
  g_ptr_array_add (self->arriving, sender);
  g_object_weak_ref (G_OBJECT (exchange), gone_cb, arrival);
}

static guint
count_of (BatonDlServer *self,
          const char    *sender)
{
  guint n = 0;

  for (guint i = 0; i < self->arriving->len; i++)
    n += strcmp (g_ptr_array_index (self->arriving, i), sender) == 0;
  return n;
}

/**
 * baton_dl_upload_limit:
 * @token: (nullable): of the sender, who may upload to the conversation; %NULL: the secret
 *
 * Bodies are in memory until they are written, so few may be large at once, and fewer from one sender.
 *
 * Returns: bytes that the body may have; 0: as many as any other
 */
gsize
baton_dl_upload_limit (BatonDlServer    *self,
                       BatonExchange    *exchange,
                       const char       *conversation_id,
                       const BatonToken *token)
{
  const char *length = baton_exchange_get_header (exchange, "Content-Length");
  g_autofree char *sender = NULL;

  if (length != NULL && g_ascii_strtoull (length, NULL, 10) <= self->json.size)
    return 0;

  sender = baton_dl_name_reader (conversation_id, token);
  if (self->arriving->len >= MAX_ARRIVING || count_of (self, sender) >= MAX_ARRIVING_OF_ONE)
    return 0;

  count_in (self, exchange, g_steal_pointer (&sender));
  /* The files, the activity around them, and some words between the parts. */
  return self->upload.size + 2 * self->json.size;
}

/* --- Receiving --- */

/* What the thread needs of a request. */
typedef struct {
  BatonDlFiles       *files;
  BatonDlPartsLimits  limits;
  char               *content_type;
  char               *disposition;
  GBytes             *body;
} Parcel;

static void
parcel_free (gpointer data)
{
  Parcel *self = data;

  baton_dl_files_unref (self->files);
  g_free (self->content_type);
  g_free (self->disposition);
  g_bytes_unref (self->body);
  g_free (self);
}

static Parcel *
parcel_new (BatonDlRequest *request)
{
  Parcel *self = g_new0 (Parcel, 1);

  self->files = baton_dl_files_ref (request->server->files);
  self->limits = request->server->upload;
  self->content_type = g_strdup (baton_exchange_get_header (request->exchange, "Content-Type"));
  self->disposition = g_strdup (baton_exchange_get_header (request->exchange, "Content-Disposition"));
  self->body = g_bytes_ref (baton_exchange_get_body (request->exchange));
  return self;
}

static void
receive_in_thread (GTask        *task,
                   gpointer      source,
                   gpointer      data,
                   GCancellable *cancellable)
{
  Parcel *parcel = data;
  GError *error = NULL;
  g_autoptr (BatonDlParts) parts = NULL;
  BatonDlUpload *upload;

  parts = baton_dl_parts_read (parcel->content_type, parcel->disposition, parcel->body, &parcel->limits, &error);
  if (parts == NULL || !baton_dl_files_write (parcel->files, parts->files, &error)) {
    g_task_return_error (task, error);
    return;
  }

  upload = g_new0 (BatonDlUpload, 1);
  upload->files = baton_dl_files_ref (parcel->files);
  upload->parts = g_steal_pointer (&parts);
  g_task_return_pointer (task, upload, (GDestroyNotify) baton_dl_upload_free);
}

static void
reply_receive_error (BatonExchange *exchange,
                     const GError  *error)
{
  if (g_error_matches (error, BATON_ERROR, BATON_ERROR_INVALID))
    baton_dl_reply_error (exchange, 400, "BadArgument", error->message);
  else if (g_error_matches (error, BATON_ERROR, BATON_ERROR_TOO_BIG))
    baton_dl_reply_error (exchange, 413, "MessageSizeTooBig", error->message);
  else
    baton_dl_reply_store_error (exchange, error);
}

/* --- The activity --- */

static char *
make_url (BatonDlRequest    *request,
          const BatonDlFile *file)
{
  g_autofree char *base = baton_dl_server_get_base_url (request->server, request->exchange);
  g_autofree char *name = g_uri_escape_string (file->name, NULL, FALSE);

  return g_strconcat (base, "/attachments/", file->key, "/", name, NULL);
}

/* @announced: what the wrapper says of the file; or absent */
static void
write_attachment (BatonJsonWriter   *writer,
                  BatonDlRequest    *request,
                  const BatonDlFile *file,
                  BatonJsonNode      announced)
{
  static const char *const ours[] = { "contentType", "contentUrl", "name", NULL };
  g_autofree char *url = make_url (request, file);

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "contentType", file->type);
  baton_json_writer_add_string (writer, "contentUrl", url);
  baton_json_writer_add_string (writer, "name", file->name);
  if (baton_json_node_get_kind (announced) == BATON_JSON_OBJECT)
    baton_json_writer_add_members (writer, announced, ours);
  baton_json_writer_end_object (writer);
}

static gboolean
is_there (BatonJsonNode node)
{
  return baton_json_node_get_kind (node) != BATON_JSON_ABSENT && baton_json_node_get_kind (node) != BATON_JSON_NULL;
}

static BatonDlFile *
take_by_name (GPtrArray  *files,
              const char *name)
{
  for (guint i = 0; i < files->len; i++) {
    BatonDlFile *file = g_ptr_array_index (files, i);

    if (strcmp (file->name, name) == 0) {
      g_ptr_array_remove_index (files, i);
      return file;
    }
  }
  return NULL;
}

/* What the wrapper announces is in the order its author wants; clients send the files in the order in which they got
 * hold of them. Whatever is announced with neither content nor address and does not come is left out. */
static void
write_announced (BatonJsonWriter *writer,
                 BatonDlRequest  *request,
                 BatonJsonNode    announced,
                 GPtrArray       *left)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  BatonJsonNode attachment;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, announced);
  while (baton_json_iter_next (&iter, NULL, &attachment)) {
    g_autofree char *name = baton_json_node_dup_member (attachment, "name");
    g_autofree char *clean = baton_file_name_clean (name);
    g_autofree char *unique = NULL;
    BatonDlFile *file;

    if (is_there (baton_json_node_get_member (attachment, "contentUrl")) ||
        is_there (baton_json_node_get_member (attachment, "content"))) {
      baton_json_writer_node (writer, attachment);
      continue;
    }
    unique = baton_file_name_unique (clean, taken);
    file = take_by_name (left, unique);
    if (file != NULL)
      write_attachment (writer, request, file, attachment);
  }
}

static void
write_attachments (BatonJsonWriter *writer,
                   BatonDlRequest  *request,
                   BatonJsonNode    announced)
{
  g_autoptr (GPtrArray) left = g_ptr_array_copy (request->upload->parts->files, NULL, NULL);

  g_ptr_array_set_free_func (left, NULL);
  baton_json_writer_name (writer, "attachments");
  baton_json_writer_begin_array (writer);
  if (baton_json_node_get_kind (announced) == BATON_JSON_ARRAY)
    write_announced (writer, request, announced, left);
  for (guint i = 0; i < left->len; i++)
    write_attachment (writer, request, g_ptr_array_index (left, i), (BatonJsonNode) { 0 });
  baton_json_writer_end_array (writer);
}

/* @root: the wrapper; or absent */
static void
write_from (BatonJsonWriter *writer,
            BatonDlRequest  *request,
            BatonJsonNode    root)
{
  BatonJsonNode from = baton_json_node_get_member (root, "from");

  if (is_there (baton_json_node_get_member (from, "id"))) {
    baton_json_writer_add_node (writer, "from", from);
    return;
  }
  baton_json_writer_name (writer, "from");
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "id", baton_exchange_get_query (request->exchange, "userId"));
  baton_json_writer_end_object (writer);
}

static BatonActivity *
make_activity (BatonDlRequest *request)
{
  static const char *const ours[] = { "type", "from", "attachments", NULL };
  BatonActivity *wrapper = request->upload->parts->wrapper;
  BatonJsonNode root = wrapper != NULL ? baton_activity_get_root (wrapper) : (BatonJsonNode) { 0 };
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autoptr (GBytes) bytes = NULL;

  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "type", "message");
  write_from (writer, request, root);
  if (wrapper != NULL)
    baton_json_writer_add_members (writer, root, ours);
  write_attachments (writer, request, baton_json_node_get_member (root, "attachments"));
  baton_json_writer_end_object (writer);
  bytes = baton_json_writer_finish (writer);
  return baton_activity_new (bytes, &own_limits, NULL);
}

static void
received_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (BatonDlRequest) request = user_data;
  g_autoptr (GError) error = NULL;

  request->upload = g_task_propagate_pointer (G_TASK (result), &error);
  if (request->upload == NULL) {
    reply_receive_error (request->exchange, error);
    return;
  }

  baton_dl_keep_tidy (request->server);
  request->activity = make_activity (request);
  baton_dl_store_post (g_steal_pointer (&request));
}

/**
 * baton_dl_upload:
 *
 * `POST conversations/{id}/upload?userId=…`.
 */
void
baton_dl_upload (BatonDlRequest *request)
{
  g_autoptr (BatonDlRequest) self = request;
  const char *user_id = baton_exchange_get_query (self->exchange, "userId");
  g_autoptr (GTask) task = NULL;

  if (self->server->files == NULL) {
    baton_dl_reply_error (self->exchange, 404, "BadArgument", "Not found");
    return;
  }
  if (user_id == NULL || *user_id == '\0') {
    baton_dl_reply_error (self->exchange, 400, "MissingProperty", "Missing user ID");
    return;
  }
  if (!baton_dl_may_post (self))
    return;

  /* Without the server as its source: the thread may be the last to let go of the task. */
  task = g_task_new (NULL, NULL, received_cb, request);
  g_task_set_source_tag (task, baton_dl_upload);
  g_task_set_task_data (task, parcel_new (self), parcel_free);
  g_task_run_in_thread (task, receive_in_thread);
  g_steal_pointer (&self);
}
