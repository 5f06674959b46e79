/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "client-fixture.h"

/* Protocol 1.12. */

#define MESSAGE "{\"type\":\"message\",\"from\":{\"id\":\"u1\"},\"text\":\"look\",\"channelData\":{\"clientActivityID\":\"up1\"}}"

typedef struct {
  GCancellable *cancel_at_half;   /* or %NULL */
  guint         calls;
  gsize         sent;
  gsize         total;
} Progress;

static void
progress_cb (gsize    sent,
             gsize    total,
             gpointer user_data)
{
  Progress *progress = user_data;

  progress->calls++;
  progress->sent = sent;
  progress->total = total;
  if (progress->cancel_at_half != NULL && sent > total / 2)
    g_cancellable_cancel (progress->cancel_at_half);
}

static GPtrArray *
new_files (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) baton_dl_enclosure_free);
}

static void
add_bytes (GPtrArray  *files,
           const char *name,
           const char *type,
           gsize       size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_strnfill (size, 'x'), size);

  g_ptr_array_add (files, baton_dl_enclosure_new_for_bytes (name, type, bytes));
}

static BatonActivity *
new_message (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (MESSAGE, strlen (MESSAGE));

  return baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);
}

static char *
upload (ClientFixture  *f,
        BatonActivity  *activity,
        GPtrArray      *files,
        Progress       *progress,
        GCancellable   *cancellable,
        GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_dl_client_upload_async (f->client, activity, files, progress ? progress_cb : NULL, progress, cancellable,
                                baton_test_ready_cb, &result);
  return baton_dl_client_upload_finish (f->client, baton_test_await (&result), error);
}

static void
set_up (ClientFixture *f,
        gconstpointer  data)
{
  client_fixture_set_up (f, data);
  baton_dl_client_set_user (f->client, "dl_ü 1", NULL, NULL);
}

static void
test_raw (ClientFixture *f,
          gconstpointer  data)
{
  g_autoptr (GPtrArray) files = new_files ();
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  client_fixture_go_online (f);
  add_bytes (files, "a \"b\".png", "image/png", 5);
  id = upload (f, NULL, files, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (id, ==, "mock0-eu|0000000");
  g_assert_cmpuint (f->server->uploads->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (f->server->uploads, 0), ==, "dl_ü 1|file|a %22b%22.png|image/png|5");
}

/* A message with several files, one of them on disk; all in order, and the echo is known by the message's own id. */
static void
test_parts (ClientFixture *f,
            gconstpointer  data)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "Grüße.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GPtrArray) files = new_files ();
  g_autoptr (BatonActivity) activity = new_message ();
  Progress progress = { NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  g_assert_true (g_file_set_contents (path, "hello", -1, NULL));
  add_bytes (files, "a.png", "image/png", 2 * 1024 * 1024);
  g_ptr_array_add (files, baton_dl_enclosure_new (file));
  add_bytes (files, "empty\r\nX-Evil: 1", "text/plain\r\nX-Evil: 1", 0);

  /* Before there is a conversation it waits. */
  baton_dl_client_open (f->client);
  id = upload (f, activity, files, &progress, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (f->server->uploads->len, ==, 4);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (f->server->uploads, 0),
                                   "dl_ü 1|activity|blob|application/vnd.microsoft.activity|"));
  g_assert_cmpstr (g_ptr_array_index (f->server->uploads, 1), ==, "dl_ü 1|file|a.png|image/png|2097152");
  g_assert_cmpstr (g_ptr_array_index (f->server->uploads, 2), ==, "dl_ü 1|file|Grüße.txt|text/plain|5");
  g_assert_cmpstr (g_ptr_array_index (f->server->uploads, 3), ==,
                   "dl_ü 1|file|empty%0D%0AX-Evil: 1|application/octet-stream|0");
  g_assert_cmpuint (progress.calls, >, 2);
  g_assert_cmpuint (progress.sent, ==, progress.total);
  g_assert_cmpuint (progress.total, >, 2 * 1024 * 1024);

  baton_test_wait (f->activities->len == 1);
  g_assert_cmpstr (baton_activity_get_client_id (g_ptr_array_index (f->activities, 0)), ==, "up1");
}

static void
test_echo (ClientFixture *f,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) files = new_files ();
  g_autoptr (BatonActivity) activity = new_message ();
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  client_fixture_go_online (f);
  add_bytes (files, "a.png", "image/png", 10);
  mock_direct_line_fail_next (f->server, MOCK_UPLOAD, 504, "", NULL, TRUE);
  id = upload (f, activity, files, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (id, ==, "mock0-eu|0000000");
  g_assert_cmpuint (f->server->calls[MOCK_UPLOAD], ==, 1);

  mock_direct_line_fail_next (f->server, MOCK_UPLOAD, 413, "", NULL, FALSE);
  g_assert_null (upload (f, activity, files, NULL, NULL, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_TOO_BIG);
}

/* Cancelled half way: it stops there, and what was to be said meanwhile did not wait. */
static void
test_cancelled (ClientFixture *f,
                gconstpointer  data)
{
  g_autoptr (GPtrArray) files = new_files ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Progress progress = { cancellable };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  guint calls;

  client_fixture_go_online (f);
  add_bytes (files, "a.bin", "application/octet-stream", 32 * 1024 * 1024);
  baton_dl_client_upload_async (f->client, NULL, files, progress_cb, &progress, cancellable, baton_test_ready_cb, &result);
  said = client_fixture_post (f, "meanwhile", &error);
  g_assert_no_error (error);
  g_assert_null (baton_dl_client_upload_finish (f->client, baton_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  calls = progress.calls;
  g_clear_error (&error);
  g_free (client_fixture_post (f, "after", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (progress.calls, ==, calls);
  g_assert_cmpuint (progress.sent, <, progress.total);
  g_assert_cmpuint (f->server->uploads->len, ==, 0);
}

static void
test_unreadable (ClientFixture *f,
                 gconstpointer  data)
{
  g_autoptr (GFile) nowhere = g_file_new_for_path ("/nowhere/secret-name");
  g_autoptr (GFile) endless = g_file_new_for_path ("/dev/zero");
  g_autoptr (GPtrArray) files = new_files ();
  g_autoptr (GError) error = NULL;

  client_fixture_go_online (f);
  g_ptr_array_add (files, baton_dl_enclosure_new (nowhere));
  g_assert_null (upload (f, NULL, files, NULL, NULL, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
  g_assert_null (strstr (error->message, "secret-name"));

  g_clear_error (&error);
  g_ptr_array_set_size (files, 0);
  g_ptr_array_add (files, baton_dl_enclosure_new (endless));
  g_assert_null (upload (f, NULL, files, NULL, NULL, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_TOO_BIG);
  g_assert_cmpuint (f->server->calls[MOCK_UPLOAD], ==, 0);
}

#define ADD(path, test) \
  g_test_add ("/dl-parcel/" path, ClientFixture, NULL, set_up, test, client_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("raw", test_raw);
  ADD ("parts", test_parts);
  ADD ("K10/echo", test_echo);
  ADD ("cancelled", test_cancelled);
  ADD ("unreadable", test_unreadable);

  return g_test_run ();
}
