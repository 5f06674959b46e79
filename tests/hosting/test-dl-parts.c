/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-dl-parts.h"

#include <string.h>

#include "baton-error.h"

#define FORM "multipart/form-data; boundary=X"

static const BatonDlPartsLimits limits = { 1000, 3, { 500, 8, 100 } };

static BatonDlParts *
read_parts (const char  *content_type,
            const char  *disposition,
            const char  *body,
            gssize       length,
            GError     **error)
{
  /* Nothing behind the body, so that the sanitizers see who reads on. */
  gsize size = length < 0 ? strlen (body) : (gsize) length;
  g_autoptr (GBytes) bytes = g_bytes_new (body, size);

  return baton_dl_parts_read (content_type, disposition, bytes, &limits, error);
}

static void
assert_file (BatonDlParts *parts,
             guint         position,
             const char   *name,
             const char   *type,
             const char   *text)
{
  BatonDlFile *file = g_ptr_array_index (parts->files, position);

  g_assert_cmpstr (file->name, ==, name);
  g_assert_cmpstr (file->type, ==, type);
  g_assert_cmpmem (g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes), text, strlen (text));
}

static const struct {
  const char *disposition;
  const char *name;
} dispositions[] = {
  { "name=\"file\"; filename=\"a.png\"", "a.png" },
  { "attachment; filename=\"a.png\"", "a.png" },
  { "filename=a.png", "a.png" },
  { "form-data; name=\"file\"; filename=\"..\\\\..\\\\a.png\"", "a.png" },
  { "attachment; filename*=UTF-8''%e2%98%83.png", "☃.png" },
  { "attachment; filename*=UTF-8''..%2f..%2fa%00.png", "file" },
  { "attachment", "file" },
  { "", "file" },
  { NULL, "file" },
  { ";;;===\"", "file" },
};

static void
test_parts_raw (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (dispositions); i++) {
    g_autoptr (BatonDlParts) parts = read_parts ("image/png", dispositions[i].disposition, "PNG", -1, NULL);

    g_test_message ("%s", dispositions[i].disposition);
    g_assert_nonnull (parts);
    g_assert_null (parts->wrapper);
    g_assert_cmpuint (parts->files->len, ==, 1);
    if (strstr (dispositions[i].disposition != NULL ? dispositions[i].disposition : "", "%00") == NULL)
      assert_file (parts, 0, dispositions[i].name, "image/png", "PNG");
  }
}

static void
test_parts_form (void)
{
  static const char body[] =
    "--X\r\nContent-Disposition: form-data; name=\"activity\"; filename=\"blob\"\r\n"
    "Content-Type: application/vnd.microsoft.activity\r\n\r\n{\"type\":\"message\",\"text\":\"hi\"}\r\n"
    "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\none\r\n\r\n2\r\n"
    "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\r\n"
    "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.txt\"\r\n\r\nthree\r\n--X--";
  g_autofree char *closed = g_strconcat (body, "\r\n", NULL);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonDlParts) parts = read_parts (FORM, NULL, i == 0 ? body : closed, -1, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (baton_activity_get_text (parts->wrapper), ==, "hi");
    g_assert_cmpuint (parts->files->len, ==, 3);
    assert_file (parts, 0, "a.png", "image/png", "one\r\n\r\n2");
    assert_file (parts, 1, "a (1).png", "image/png", "");
    assert_file (parts, 2, "b.txt", "application/octet-stream", "three");
  }
}

/* Bytes that are no text, also where only text should be. */
static void
test_parts_binary (void)
{
  static const char body[] =
    "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\0b.png\"\r\nContent-Type: image/png\r\n\r\n"
    "\0\xff\r\n\r\n\0--\r\n--X--\r\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDlParts) parts = read_parts (FORM, NULL, body, sizeof body - 1, &error);
  BatonDlFile *file;

  g_assert_no_error (error);
  g_assert_cmpuint (parts->files->len, ==, 1);
  file = g_ptr_array_index (parts->files, 0);
  g_assert_cmpstr (file->name, ==, "a b.png");
  g_assert_cmpmem (g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes), "\0\xff\r\n\r\n\0--", 9);
}

#define PART(head, text) "--X\r\n" head "\r\n\r\n" text "\r\n"
#define ACTIVITY(text) PART ("Content-Type: application/vnd.microsoft.activity", text)
#define END "--X--\r\n"

static const struct {
  const char *content_type;
  const char *body;
  int         code;
} refused[] = {
  { "image/png", "", BATON_ERROR_INVALID },
  { FORM, "", BATON_ERROR_INVALID },
  { FORM, "x", BATON_ERROR_INVALID },
  { FORM, "--X", BATON_ERROR_INVALID },
  { FORM, "--X--", BATON_ERROR_INVALID },
  { FORM, END, BATON_ERROR_INVALID },
  { FORM, "--X\r\n", BATON_ERROR_INVALID },
  { FORM, "--X\r\nA: b\r\n", BATON_ERROR_INVALID },
  { FORM, "--X\r\nA: b\r\n\r\n", BATON_ERROR_INVALID },
  { FORM, "--X\r\nA: b\r\n\r\ntext", BATON_ERROR_INVALID },
  { FORM, "--X\r\nA: b\r\n\r\n--X--\r\n", BATON_ERROR_INVALID },
  { FORM, "--X\r\n\r\n--X--\r\n", BATON_ERROR_INVALID },
  { FORM, "--X\r\n\r\n\r\n--X\r\n--X--\r\n", BATON_ERROR_INVALID },
  { "multipart/form-data", PART ("A: b", "x") END, BATON_ERROR_INVALID },
  { "multipart/form-data; boundary=", PART ("A: b", "x") END, BATON_ERROR_INVALID },
  { "multipart/form-data; boundary=\"\"", PART ("A: b", "x") END, BATON_ERROR_INVALID },
  { "multipart/form-data; boundary=Y", PART ("A: b", "x") END, BATON_ERROR_INVALID },
  { FORM, ACTIVITY ("[]") PART ("A: b", "x") END, BATON_ERROR_INVALID },
  { FORM, ACTIVITY ("") PART ("A: b", "x") END, BATON_ERROR_INVALID },
  { FORM, ACTIVITY ("{\"type\":\"typing\"}") PART ("A: b", "x") END, BATON_ERROR_INVALID },
  { FORM, ACTIVITY ("{\"type\":\"message\"}") ACTIVITY ("{\"type\":\"message\"}") END, BATON_ERROR_INVALID },
  { FORM, PART ("A: b", "1") PART ("A: b", "2") PART ("A: b", "3") PART ("A: b", "4") END, BATON_ERROR_TOO_BIG },
  { FORM, PART ("A: b", "1") PART ("A: b", "2") PART ("A: b", "3") PART ("A: b", "4") PART ("A: b", "5") END, BATON_ERROR_TOO_BIG },
};

static void
test_parts_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *printable = g_strescape (refused[i].body, NULL);

    g_test_message ("%s %s", refused[i].content_type, printable);
    g_assert_null (read_parts (refused[i].content_type, NULL, refused[i].body, -1, &error));
    g_assert_error (error, BATON_ERROR, refused[i].code);
  }
}

static void
test_parts_too_big (void)
{
  g_autofree char *half = g_strnfill (501, 'x');
  g_autofree char *large = g_strconcat (half, half, NULL);
  g_autofree char *two = g_strconcat (PART ("A: b", ""), "--X\r\nA: b\r\n\r\n", half, "\r\n--X\r\nA: b\r\n\r\n", half, "\r\n" END, NULL);
  g_autofree char *activity = g_strconcat ("--X\r\nContent-Type: application/vnd.microsoft.activity\r\n\r\n{\"type\":\"message\",\"text\":\"",
                                           half, "\"}\r\n" END, NULL);
  g_autofree char *spaces = g_strnfill (9000, ' ');
  g_autofree char *head = g_strconcat ("--X\r\nA:", spaces, "b\r\n\r\nx\r\n" END, NULL);
  g_autofree char *dashes = g_strnfill (71, '-');
  g_autofree char *boundary = g_strconcat ("multipart/form-data; boundary=", dashes, NULL);
  const char *bodies[] = { large, two, activity, head };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (read_parts (i == 0 ? "image/png" : FORM, NULL, bodies[i], -1, &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_TOO_BIG);
  }
  g_assert_null (read_parts (boundary, NULL, "x", -1, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dl/S35/parts/raw", test_parts_raw);
  g_test_add_func ("/dl/S36/parts/form", test_parts_form);
  g_test_add_func ("/dl/S37/parts/binary", test_parts_binary);
  g_test_add_func ("/dl/S37/parts/refused", test_parts_refused);
  g_test_add_func ("/dl/parts/too-big", test_parts_too_big);
  return g_test_run ();
}
