/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-dl-server-private.h"

#include <gio/gio.h>
#include <string.h>

#include "baton-error.h"

/* Files that were sent, for whoever knows their address: pages show them in images, which bring no token. */

/* What may be seen in place, told by its first bytes and not by what its sender says: pictures that can do nothing.
 * Everything else is saved, never opened: HTML and SVG would run as pages of ours (S37). */
static const struct {
  const char *type;
  const char *start;
  gsize       length;
} pictures[] = {
  { "image/png", "\x89PNG\r\n\x1a\n", 8 },
  { "image/jpeg", "\xff\xd8\xff", 3 },
  { "image/gif", "GIF87a", 6 },
  { "image/gif", "GIF89a", 6 },
};

static const char *
find_picture_type (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  for (gsize i = 0; i < G_N_ELEMENTS (pictures); i++)
    if (size >= pictures[i].length && memcmp (data, pictures[i].start, pictures[i].length) == 0)
      return pictures[i].type;
  if (size >= 12 && memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0)
    return "image/webp";
  return NULL;
}

/* Once for everybody, and once more, as it is, for those who know RFC 8187. */
static char *
format_disposition (const char *kind,
                    const char *name)
{
  g_autofree char *plain = g_str_to_ascii (name, "C");
  g_autofree char *escaped = g_uri_escape_string (name, NULL, FALSE);

  g_strdelimit (plain, "\"\\%", '_');
  return g_strdup_printf ("%s; filename=\"%s\"; filename*=UTF-8''%s", kind, plain, escaped);
}

/**
 * baton_dl_reply_file:
 *
 * Answers with what a stranger has sent, made harmless.
 */
void
baton_dl_reply_file (BatonExchange     *exchange,
                     const BatonDlFile *file)
{
  const char *picture = find_picture_type (file->bytes);
  g_autofree char *disposition = format_disposition (picture != NULL ? "inline" : "attachment", file->name);

  baton_exchange_set_header (exchange, "Content-Disposition", disposition);
  baton_exchange_set_header (exchange, "Content-Security-Policy", "sandbox; default-src 'none'");
  /* For pages of the shop's own origin; whoever has the address may read the file anyway. */
  baton_exchange_set_header (exchange, "Cross-Origin-Resource-Policy", "cross-origin");
  baton_exchange_set_header (exchange, "Accept-Ranges", "none");
  baton_exchange_set_header (exchange, "X-Content-Type-Options", "nosniff");
  baton_exchange_reply (exchange, 200, picture != NULL ? picture : "application/octet-stream", file->bytes);
}

/* --- Reading --- */

typedef struct {
  BatonDlFiles *files;
  char         *key;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *self = data;

  baton_dl_files_unref (self->files);
  g_free (self->key);
  g_free (self);
}

static void
read_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Wish *wish = data;
  GError *error = NULL;
  BatonDlFile *file = baton_dl_files_read (wish->files, wish->key, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, (GDestroyNotify) baton_dl_file_free);
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (BatonExchange) exchange = user_data;
  g_autoptr (BatonDlFile) file = g_task_propagate_pointer (G_TASK (result), NULL);

  if (file != NULL)
    baton_dl_reply_file (exchange, file);
  else
    baton_dl_reply_error (exchange, 404, "BadArgument", "Not found");
}

/**
 * baton_dl_show_attachment:
 * @tail: what comes behind `attachments` in the path: the file's key, and a name that means nothing here
 *
 * `GET attachments/{key}/{name}`.
 */
void
baton_dl_show_attachment (BatonDlServer      *self,
                          BatonExchange      *exchange,
                          const char *const  *tail)
{
  const char *method = baton_exchange_get_method (exchange);
  g_autoptr (GTask) task = NULL;
  Wish *wish;

  if (self->files == NULL || g_strv_length ((char **) tail) != 2) {
    baton_dl_reply_error (exchange, 404, "BadArgument", "Not found");
    return;
  }
  if (strcmp (method, "GET") != 0 && strcmp (method, "HEAD") != 0) {
    baton_dl_reply_error (exchange, 405, "BadArgument", "Method not allowed");
    return;
  }

  wish = g_new0 (Wish, 1);
  wish->files = baton_dl_files_ref (self->files);
  wish->key = g_strdup (tail[0]);
  task = g_task_new (NULL, NULL, read_cb, g_object_ref (exchange));
  g_task_set_source_tag (task, baton_dl_show_attachment);
  g_task_set_task_data (task, wish, wish_free);
  g_task_run_in_thread (task, read_in_thread);
}
