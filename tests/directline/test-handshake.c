/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-handshake.h"

static void
test_request (void)
{
  static const struct {
    const char *url;
    const char *connect_to;
    gboolean    is_secure;
    const char *first_lines;
  } cases[] = {
    { "ws://h:81/a%7Cb?watermark=-&t=x", "http://h:81/a%7Cb?watermark=-&t=x", FALSE,
      "GET /a%7Cb?watermark=-&t=x HTTP/1.1\r\nHost: h:81\r\n" },
    { "wss://h", "https://h/", TRUE, "GET / HTTP/1.1\r\nHost: h\r\n" },
    { "https://[::1]:8/s", "https://[::1]:8/s", TRUE, "GET /s HTTP/1.1\r\nHost: [::1]:8\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonHandshake) handshake = baton_handshake_new (cases[i].url, i == 0 ? "t1" : NULL, &error);
    const char *text;

    g_assert_no_error (error);
    text = baton_handshake_get_text (handshake);
    g_assert_true (g_str_has_prefix (text, cases[i].first_lines));
    g_assert_true (g_str_has_suffix (text, "\r\n\r\n"));
    g_assert_true ((strstr (text, "\r\nAuthorization: Bearer t1\r\n") != NULL) == (i == 0));
    g_assert_null (strstr (text, "Sec-WebSocket-Extensions"));
    g_assert_true (g_str_has_prefix (baton_handshake_get_url (handshake), cases[i].connect_to));
    g_assert_cmpint (baton_handshake_is_secure (handshake), ==, cases[i].is_secure);
  }
}

/* Neither an address nor a token brings a line of its own along. */
static void
test_no_address (void)
{
  static const char *const urls[] = {
    "", "no address", "gopher://x", "ws://", "/path", "ws://h/a\r\nX-Evil: 1", "ws://h/a b", "ws://h/\xc3\xa9",
  };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_test_message ("%u", i);
    g_assert_null (baton_handshake_new (urls[i], NULL, &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
    g_clear_error (&error);
  }
  g_assert_null (baton_handshake_new ("ws://h/", "t\r\nX-Evil: 1", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
}

static char *
make_accept (BatonHandshake *handshake)
{
  const char *key = strstr (baton_handshake_get_text (handshake), "Sec-WebSocket-Key: ") + strlen ("Sec-WebSocket-Key: ");
  g_autofree char *text = g_strdup_printf ("%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize size = sizeof digest;

  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, digest, &size);
  return g_base64_encode (digest, size);
}

/* Byte by byte, with a frame behind it. */
static void
test_answer (void)
{
  g_autoptr (BatonHandshake) handshake = baton_handshake_new ("ws://h/", NULL, NULL);
  g_autofree char *accept = make_accept (handshake);
  g_autofree char *answer = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUPGRADE: WebSocket\r\n"
                                             "Connection: upgrade\r\nsec-websocket-accept: %s\r\n\r\n", accept);
  g_autofree char *more = g_strconcat (answer, "\x81\x01x", NULL);
  g_autoptr (GError) error = NULL;

  for (gsize size = 0; size < strlen (answer); size++)
    g_assert_cmpint (baton_handshake_read (handshake, more, size, &error), ==, 0);
  g_assert_cmpint (baton_handshake_read (handshake, more, strlen (more), &error), ==, strlen (answer));
  g_assert_no_error (error);
}

static void
test_refused (void)
{
  static const struct {
    const char *answer;
    int         code;
  } cases[] = {
    { "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: wrong\r\n\r\n", BATON_ERROR_INVALID },
    { "HTTP/1.1 101 Switching Protocols\r\n\r\n", BATON_ERROR_INVALID },
    { "HTTP/1.1 200 OK\r\n\r\n", BATON_ERROR_INVALID },
    { "HTTP/1.1 401 Unauthorized\r\n\r\n", BATON_ERROR_UNAUTHENTICATED },
    { "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}", BATON_ERROR_REFUSED },
    { "HTTP/1.1 404 Not Found\r\n\r\n", BATON_ERROR_GONE },
    { "HTTP/1.1 502 Bad Gateway\r\n\r\n<html>", BATON_ERROR_UNCERTAIN },
    { "HTTP/1.1 503 Service Unavailable\r\n\r\n", BATON_ERROR_BUSY },
    { "SSH-2.0-OpenSSH_9.2\r\n\r\n", BATON_ERROR_INVALID },
  };
  g_autofree char *endless = g_strnfill (20 * 1024, 'x');
  g_autoptr (BatonHandshake) handshake = baton_handshake_new ("ws://h/", NULL, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].answer);
    g_assert_cmpint (baton_handshake_read (handshake, cases[i].answer, strlen (cases[i].answer), &error), ==, -1);
    g_assert_error (error, BATON_ERROR, cases[i].code);
    g_clear_error (&error);
  }
  g_assert_cmpint (baton_handshake_read (handshake, endless, strlen (endless), &error), ==, -1);
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
}

/* Something compressed would come, which was not asked for. */
static void
test_extension (void)
{
  g_autoptr (BatonHandshake) handshake = baton_handshake_new ("ws://h/", NULL, NULL);
  g_autofree char *accept = make_accept (handshake);
  g_autofree char *answer = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: %s\r\n"
                                             "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", accept);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (baton_handshake_read (handshake, answer, strlen (answer), &error), ==, -1);
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/handshake/request", test_request);
  g_test_add_func ("/handshake/no-address", test_no_address);
  g_test_add_func ("/handshake/answer", test_answer);
  g_test_add_func ("/handshake/refused", test_refused);
  g_test_add_func ("/handshake/extension", test_extension);

  return g_test_run ();
}
