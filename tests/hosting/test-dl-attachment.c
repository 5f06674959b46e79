/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-error.h"
#include "baton-test.h"
#include "dl-fixture.h"

/* Puts a file where uploads lie; its path below /v3/directline/. */
static char *
keep (DlFixture  *fixture,
      const char *name,
      const char *type,
      const char *data,
      gsize       length)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_dl_file_free);
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  BatonDlFile *file = baton_dl_file_new (name, type, bytes);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (files, file);
  baton_dl_files_write (fixture->files, files, &error);
  g_assert_no_error (error);
  return g_strconcat ("attachments/", file->key, "/x", NULL);
}

static const struct {
  const char *declared;
  const char *data;
  const char *served;   /* NULL: only as a download */
} kinds[] = {
  { "image/png", "\x89PNG\r\n\x1a\n....", "image/png" },
  { "text/html", "\x89PNG\r\n\x1a\n....", "image/png" },
  { "image/jpeg", "\xff\xd8\xff\xe0....", "image/jpeg" },
  { "image/gif", "GIF89a....", "image/gif" },
  { "image/gif", "GIF87a....", "image/gif" },
  { "image/webp", "RIFF....WEBPVP8 ", "image/webp" },
  { "image/png", "<html><script>", NULL },
  { "image/svg+xml", "<svg/>", NULL },
  { "text/html", "<script>", NULL },
  { "text/plain", "x", NULL },
  { "application/pdf", "%PDF-1.7", NULL },
  { "image/bmp", "BM..", NULL },
  { "image/png", "", NULL },
  { "image/webp", "RIFF", NULL },
};

static void
test_attachment_kinds (DlFixture     *fixture,
                       gconstpointer  data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *path = keep (fixture, "a.bin", kinds[i].declared, kinds[i].data, strlen (kinds[i].data));
    g_autoptr (DlAnswer) answer = dl_call (fixture, "GET", path, NULL, NULL);
    g_autofree char *type = g_strconcat ("Content-Type: ", kinds[i].served != NULL ? kinds[i].served : "application/octet-stream", NULL);

    g_test_message ("%s", kinds[i].declared);
    g_assert_cmpuint (answer->status, ==, 200);
    g_assert_cmpmem (answer->body, answer->length, kinds[i].data, strlen (kinds[i].data));
    g_assert_true (dl_answer_has_header (answer, type));
    g_assert_true (dl_answer_has_header (answer, kinds[i].served != NULL
                                         ? "Content-Disposition: inline; filename=\"a.bin\"; filename*=UTF-8''a.bin"
                                         : "Content-Disposition: attachment; filename=\"a.bin\"; filename*=UTF-8''a.bin"));
    g_assert_true (dl_answer_has_header (answer, "X-Content-Type-Options: nosniff"));
    g_assert_true (dl_answer_has_header (answer, "Content-Security-Policy: sandbox; default-src 'none'"));
    g_assert_true (dl_answer_has_header (answer, "Cross-Origin-Resource-Policy: cross-origin"));
  }
}

static void
test_attachment_names (DlFixture     *fixture,
                       gconstpointer  data)
{
  g_autofree char *path = keep (fixture, "ü 100%'.txt", "text/plain", "x", 1);
  g_autoptr (DlAnswer) answer = dl_call (fixture, "GET", path, NULL, NULL);

  g_assert_nonnull (strstr (answer->head, "; filename*=UTF-8''%C3%BC%20100%25%27.txt\r\n"));
  for (const char *c = answer->head; *c != '\0'; c++)
    g_assert_cmpint (*c & 0x80, ==, 0);
}

static void
test_attachment_methods (DlFixture     *fixture,
                         gconstpointer  data)
{
  g_autofree char *path = keep (fixture, "a.txt", "text/plain", "12345", 5);
  g_autoptr (DlAnswer) head = dl_call (fixture, "HEAD", path, NULL, NULL);
  g_autoptr (DlAnswer) post = dl_call (fixture, "POST", path, NULL, "x");
  g_autoptr (DlAnswer) remove = dl_call (fixture, "DELETE", path, NULL, NULL);
  g_autoptr (DlAnswer) range = dl_call_full (fixture, "GET", path, NULL, "Range: bytes=1-2\r\n", NULL, 0);
  g_autoptr (DlAnswer) preflight = dl_call (fixture, "OPTIONS", path, NULL, NULL);

  g_assert_cmpuint (head->status, ==, 200);
  g_assert_true (dl_answer_has_header (head, "Content-Length: 5"));
  g_assert_cmpuint (head->length, ==, 0);
  dl_answer_assert_error (post, 405, "BadArgument");
  dl_answer_assert_error (remove, 405, "BadArgument");
  g_assert_true (dl_answer_has_header (range, "Accept-Ranges: none"));
  g_assert_cmpuint (preflight->status, ==, 200);
}

static void
test_attachment_unknown (DlFixture     *fixture,
                         gconstpointer  data)
{
  static const char *const paths[] = {
    "attachments", "attachments/", "attachments/x", "attachments/x/y", "attachments/0123456789abcdef0123456789abcdef/x",
    "attachments/../test.db/x", "attachments/..%2ftest.db/x", "attachments/%2e%2e/test.db",
  };
  g_autofree char *path = keep (fixture, "a.txt", "text/plain", "x", 1);
  g_autofree char *deeper = g_strconcat (path, "/y", NULL);
  g_autofree char *bare = g_strndup (path, strlen (path) - 2);

  for (gsize i = 0; i < G_N_ELEMENTS (paths) + 2; i++) {
    const char *unknown = i < G_N_ELEMENTS (paths) ? paths[i] : i == G_N_ELEMENTS (paths) ? deeper : bare;
    g_autoptr (DlAnswer) answer = dl_call (fixture, "GET", unknown, DL_SECRET, NULL);

    g_test_message ("%s", unknown);
    g_assert_cmpuint (answer->status, ==, 404);
  }
}

/* Stock clients fetch files by script, too, when they send them on. */
static void
test_attachment_for_pages (void)
{
  const char *const origins[] = { "https://shop.example", NULL };
  BatonDlServerConfig config = DL_CONFIG;
  DlFixture fixture = { 0 };

  config.origins = origins;
  dl_fixture_open (&fixture, &config);
  {
    g_autofree char *path = keep (&fixture, "a.txt", "text/plain", "x", 1);
    g_autoptr (DlAnswer) own = dl_call_full (&fixture, "GET", path, NULL, "Origin: https://shop.example\r\n", NULL, 0);
    g_autoptr (DlAnswer) foreign = dl_call_full (&fixture, "GET", path, NULL, "Origin: https://evil.example\r\n", NULL, 0);
    g_autoptr (DlAnswer) gone = dl_call_full (&fixture, "GET", "attachments/x/y", NULL, "Origin: https://shop.example\r\n", NULL, 0);

    g_assert_true (dl_answer_has_header (own, "Access-Control-Allow-Origin: https://shop.example"));
    g_assert_null (strstr (foreign->head, "Access-Control-Allow-Origin"));
    dl_answer_assert_error (gone, 404, "BadArgument");
    g_assert_true (dl_answer_has_header (gone, "Access-Control-Allow-Origin: https://shop.example"));
  }
  dl_fixture_close (&fixture);
}

static void
test_attachment_survives_restart (DlFixture     *fixture,
                                  gconstpointer  data)
{
  g_autofree char *path = keep (fixture, "a.txt", "text/plain", "still here", 10);
  g_autoptr (DlAnswer) answer = NULL;

  dl_fixture_restart (fixture);
  answer = dl_call (fixture, "GET", path, NULL, NULL);
  g_assert_cmpstr (answer->body, ==, "still here");
}

static void
set_up (DlFixture     *fixture,
        gconstpointer  data)
{
  dl_fixture_open (fixture, NULL);
}

static void
tear_down (DlFixture     *fixture,
           gconstpointer  data)
{
  dl_fixture_close (fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/dl/" path, DlFixture, NULL, set_up, function, tear_down)
  ADD ("S37/attachment/kinds", test_attachment_kinds);
  ADD ("S37/attachment/names", test_attachment_names);
  ADD ("S36/attachment/methods", test_attachment_methods);
  ADD ("S41/attachment/unknown", test_attachment_unknown);
  g_test_add_func ("/dl/S32/S33/attachment/for-pages", test_attachment_for_pages);
  ADD ("S40/attachment/survives-restart", test_attachment_survives_restart);
#undef ADD

  return g_test_run ();
}
