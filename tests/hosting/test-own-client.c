/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-dl-client.h"
#include "baton-error.h"
#include "baton-test.h"
#include "dl-fixture.h"

/* Our own client and our own server, each the other's test. */

typedef struct {
  DlFixture      dl;
  BatonDlClient *client;
  GPtrArray     *activities;
} Fixture;

static void
activities_cb (BatonDlClient *client,
               GPtrArray     *activities,
               gpointer       user_data)
{
  Fixture *f = user_data;

  for (guint i = 0; i < activities->len; i++)
    g_ptr_array_add (f->activities, g_object_ref (g_ptr_array_index (activities, i)));
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  g_autofree char *base = NULL;

  dl_fixture_open (&f->dl, NULL);
  base = g_strconcat (f->dl.url, "/v3/directline", NULL);
  f->activities = g_ptr_array_new_with_free_func (g_object_unref);
  f->client = baton_dl_client_new (base, DL_SECRET);
  baton_dl_client_set_user (f->client, "dl_u1", "Ines", "pt-PT");
  baton_dl_client_set_repeatable (f->client, TRUE);
  g_signal_connect (f->client, "activities", G_CALLBACK (activities_cb), f);
  baton_dl_client_open (f->client);
  baton_test_wait (baton_dl_client_get_state (f->client) == BATON_DL_ONLINE);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  baton_dl_client_close (f->client);
  g_assert_finalize_object (f->client);
  g_ptr_array_unref (f->activities);
  dl_fixture_close (&f->dl);
}

static BatonActivity *
new_message (const char *text,
             const char *client_id)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"message\",\"from\":{\"id\":\"dl_u1\"},\"text\":\"%s\","
                                           "\"channelData\":{\"clientActivityID\":\"%s\"}}", text, client_id);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));

  return baton_activity_new (bytes, &BATON_JSON_LIMITS_CLIENT, NULL);
}

static void
test_posts (Fixture       *f,
            gconstpointer  data)
{
  GAsyncResult *results[100] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (results); i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);
    g_autoptr (BatonActivity) message = new_message (text, text);

    baton_dl_client_post_async (f->client, message, NULL, baton_test_ready_cb, &results[i]);
  }
  baton_test_wait (f->activities->len == G_N_ELEMENTS (results));
  for (guint i = 0; i < G_N_ELEMENTS (results); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *id = baton_dl_client_post_finish (f->client, baton_test_await (&results[i]), &error);

    g_assert_no_error (error);
    g_assert_cmpstr (id, ==, baton_activity_get_id (g_ptr_array_index (f->activities, i)));
    g_object_unref (results[i]);
  }
}

/* ---- uploads ---- */

static char *
upload (Fixture        *f,
        BatonActivity  *message,
        GPtrArray      *files,
        GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_dl_client_upload_async (f->client, message, files, NULL, NULL, NULL, baton_test_ready_cb, &result);
  return baton_dl_client_upload_finish (f->client, baton_test_await (&result), error);
}

static void
add_file (GPtrArray  *files,
          const char *name,
          const char *type,
          const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  g_ptr_array_add (files, baton_dl_enclosure_new_for_bytes (name, type, bytes));
}

/* The attachment has this name, and at its address is what was sent. */
static void
assert_attachment (Fixture    *f,
                   guint       activity,
                   guint       position,
                   const char *name,
                   const char *text)
{
  BatonJsonNode root = baton_activity_get_root (g_ptr_array_index (f->activities, activity));
  BatonJsonNode attachment = baton_json_node_get_element (baton_json_node_get_member (root, "attachments"), position);
  g_autofree char *base = g_strconcat (f->dl.url, "/v3/directline/", NULL);
  g_autofree char *its_name = baton_json_node_dup_member (attachment, "name");
  g_autofree char *url = baton_json_node_dup_member (attachment, "contentUrl");
  g_autoptr (DlAnswer) found = NULL;

  g_assert_cmpstr (its_name, ==, name);
  g_assert_nonnull (url);
  g_assert_true (g_str_has_prefix (url, base));
  found = dl_call (&f->dl, "GET", url + strlen (base), NULL, NULL);
  g_assert_cmpuint (found->status, ==, 200);
  g_assert_cmpmem (found->body, found->length, text, strlen (text));
}

/* S35 */
static void
test_upload_raw (Fixture       *f,
                 gconstpointer  data)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_dl_enclosure_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  add_file (files, "Grüße.png", "image/png", "PNG\r\nbytes");
  id = upload (f, NULL, files, &error);
  g_assert_no_error (error);
  baton_test_wait (f->activities->len == 1);
  g_assert_cmpstr (id, ==, baton_activity_get_id (g_ptr_array_index (f->activities, 0)));
  assert_attachment (f, 0, 0, "Grüße.png", "PNG\r\nbytes");
}

/* S36, S39: repeated with the same id it is there once. */
static void
test_upload_parts (Fixture       *f,
                   gconstpointer  data)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_dl_enclosure_free);
  g_autoptr (BatonActivity) message = new_message ("two files", "up1");
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autofree char *again = NULL;

  add_file (files, "a.png", "image/png", "--one\r\n--");
  add_file (files, "Grüße.txt", "text/plain", "two");
  id = upload (f, message, files, &error);
  g_assert_no_error (error);
  again = upload (f, message, files, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, id);
  baton_test_wait (f->activities->len == 1);
  g_assert_cmpstr (baton_activity_get_text (g_ptr_array_index (f->activities, 0)), ==, "two files");
  g_assert_cmpstr (baton_activity_get_client_id (g_ptr_array_index (f->activities, 0)), ==, "up1");
  assert_attachment (f, 0, 0, "a.png", "--one\r\n--");
  assert_attachment (f, 0, 1, "Grüße.txt", "two");
}

static void
test_upload_too_big (Fixture       *f,
                     gconstpointer  data)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_dl_enclosure_free);
  g_autofree char *text = g_strnfill (20 * 1024 * 1024, 'x');
  g_autoptr (GError) error = NULL;

  add_file (files, "a.txt", "text/plain", text);
  g_assert_null (upload (f, NULL, files, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_TOO_BIG);
}

#define ADD(path, test) g_test_add ("/own-client/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("posts", test_posts);
  ADD ("S35/upload-raw", test_upload_raw);
  ADD ("S36/upload-parts", test_upload_parts);
  ADD ("S22/upload-too-big", test_upload_too_big);

  return g_test_run ();
}
