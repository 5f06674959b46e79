/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-request.h"

#include <string.h>

#define LIMIT 10

static const struct {
  const char *name;
  const char *bytes;
  guint       fault;    /* 0: whole */
  const char *path;     /* NULL: the target is none */
  const char *query;
  const char *body;
  gboolean    keeps;
} requests[] = {
  { "least", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0, "/", NULL, "", TRUE },
  { "query", "GET /a%2Fb?x=1&y=? HTTP/1.1\r\nHost: x\r\n\r\n", 0, "/a%2Fb", "x=1&y=?", "", TRUE },
  { "empty query", "GET /? HTTP/1.1\r\nHost: x\r\n\r\n", 0, "/", "", "", TRUE },
  { "absolute target", "GET http://x.example/a?b HTTP/1.1\r\nHost: x\r\n\r\n", 0, "/a", "b", "", TRUE },
  { "absolute target, no path", "GET http://x.example HTTP/1.1\r\nHost: x\r\n\r\n", 0, NULL, NULL, "", TRUE },
  { "asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 0, NULL, NULL, "", TRUE },
  { "length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi", 0, "/", NULL, "hi", TRUE },
  { "chunks", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nh\r\n1;x=y\r\ni\r\n0\r\nHost: z\r\n\r\n", 0,
    "/", NULL, "hi", TRUE },
  { "close", "GET / HTTP/1.1\r\nHost: x\r\nConnection: foo, Close\r\n\r\n", 0, "/", NULL, "", FALSE },
  { "old", "GET / HTTP/1.0\r\n\r\n", 0, "/", NULL, "", FALSE },
  { "old, kept alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 0, "/", NULL, "", TRUE },
  { "a little too long", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n12345678901", 0, "/", NULL, NULL, TRUE },
  { "upgrade", "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 0, "/", NULL, "", TRUE },
  { "upgrade with body", "POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nhi", 0,
    "/", NULL, "hi", TRUE },
  { "no host", "GET / HTTP/1.1\r\n\r\n", 400, NULL, NULL, NULL, FALSE },
  { "second host", "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400, NULL, NULL, NULL, FALSE },
  { "no version", "GET /\r\n\r\n", 505, NULL, NULL, NULL, FALSE },
  { "later version", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505, NULL, NULL, NULL, FALSE },
  { "preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, NULL, NULL, NULL, FALSE },
  { "TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, NULL, NULL, NULL, FALSE },
  { "unknown method", "FROB / HTTP/1.1\r\nHost: x\r\n\r\n", 400, NULL, NULL, NULL, FALSE },
  { "length and encoding", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
    NULL, NULL, NULL, FALSE },
  { "encoding and length", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400,
    NULL, NULL, NULL, FALSE },
  { "two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi", 400, NULL, NULL, NULL, FALSE },
  { "list of lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\nhi", 400, NULL, NULL, NULL, FALSE },
  { "negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\nhi", 400, NULL, NULL, NULL, FALSE },
  { "length with a sign", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\nhi", 400, NULL, NULL, NULL, FALSE },
  { "hexadecimal length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n\r\nhi", 400, NULL, NULL, NULL, FALSE },
  { "length of 2^64", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551616\r\n\r\nhi", 400, NULL, NULL, NULL, FALSE },
  { "other encoding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, NULL, NULL, NULL, FALSE },
  { "encoding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, NULL, NULL, NULL, FALSE },
  { "encoding in disguise", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400, NULL, NULL, NULL, FALSE },
  { "bad chunk size", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n", 400, "/", NULL, NULL, TRUE },
  { "huge chunk size", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n", 400, "/", NULL, NULL,
    TRUE },
  { "far too long", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 21\r\n\r\n123456789012345678901", 413, "/", NULL, NULL, TRUE },
  { "expects the unknown", "POST / HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n", 417, NULL, NULL, NULL, FALSE },
  { "NUL in a header", "GET / HTTP/1.1\r\nHost: x\r\nX: a\x01\r\n\r\n", 400, NULL, NULL, NULL, FALSE },
  { "bare LF before a header", "GET / HTTP/1.1\r\nHost: x\r\nX: a\rY: b\r\n\r\n", 400, NULL, NULL, NULL, FALSE },
};

/* Feeds in steps of @step bytes, as a connection would. */
static BatonRequestState
feed (BatonRequest *request,
      const char   *bytes,
      gsize         step,
      gsize        *rest)
{
  BatonRequestState state = BATON_REQUEST_MORE;
  gsize length = strlen (bytes);
  gsize at = 0;

  while (at < length && state == BATON_REQUEST_MORE) {
    gsize end = MIN (at + step, length);

    do {
      gsize used;

      state = baton_request_feed (request, bytes + at, end - at, &used);
      if (state == BATON_REQUEST_HEAD)
        baton_request_set_limit (request, LIMIT);
      at += used;
    } while (state == BATON_REQUEST_HEAD);
    g_assert_true (state != BATON_REQUEST_MORE || at == end);
  }
  *rest = length - at;
  return state;
}

static void
check (gsize i,
       gsize step)
{
  g_autoptr (BatonRequest) request = baton_request_new ();
  g_autoptr (GBytes) body = NULL;
  gsize rest;
  BatonRequestState state = feed (request, requests[i].bytes, step, &rest);

  if (requests[i].fault != 0) {
    g_assert_cmpint (state, ==, BATON_REQUEST_BROKEN);
    g_assert_cmpuint (baton_request_get_fault (request), ==, requests[i].fault);
    return;
  }

  g_assert_cmpint (state, ==, BATON_REQUEST_DONE);
  g_assert_cmpuint (rest, ==, 0);
  g_assert_cmpstr (baton_request_get_path (request), ==, requests[i].path);
  g_assert_cmpstr (baton_request_get_query (request), ==, requests[i].query);
  g_assert_true (baton_request_keeps_alive (request) == requests[i].keeps);
  g_assert_true (baton_request_is_too_big (request) == (requests[i].body == NULL));
  body = baton_request_steal_body (request);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), requests[i].body,
                   requests[i].body != NULL ? strlen (requests[i].body) : 0);
}

static void
test_request_read (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++) {
    g_test_message ("%s", requests[i].name);
    for (gsize step = 1; step < 40; step++)
      check (i, step);
    check (i, 1000);
  }
}

static void
test_request_headers (void)
{
  static const char bytes[] = "GET / HTTP/1.1\r\nHost: x\r\nX-Empty:\r\nX-One:  a b \r\nx-one: c\r\nX-List: a,B\r\nX-List: c\r\n\r\n";
  g_autoptr (BatonRequest) request = baton_request_new ();
  gsize rest;

  g_assert_cmpint (feed (request, bytes, 3, &rest), ==, BATON_REQUEST_DONE);
  g_assert_cmpstr (baton_request_get_method (request), ==, "GET");
  g_assert_cmpstr (baton_request_get_header (request, "x-empty"), ==, "");
  g_assert_cmpstr (baton_request_get_header (request, "X-ONE"), ==, "c");
  g_assert_null (baton_request_get_header (request, "X-On"));
  g_assert_true (baton_request_has_token (request, "x-list", "b"));
  g_assert_true (baton_request_has_token (request, "x-list", "C"));
  g_assert_false (baton_request_has_token (request, "x-list", "d"));
}

static void
test_request_next (void)
{
  static const char bytes[] = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhiGET";
  g_autoptr (BatonRequest) request = baton_request_new ();
  gsize rest;

  g_assert_cmpint (feed (request, bytes, 1000, &rest), ==, BATON_REQUEST_DONE);
  g_assert_cmpuint (rest, ==, 3);
}

static void
test_request_long_head (void)
{
  g_autoptr (BatonRequest) request = baton_request_new ();
  g_autofree char *line = g_strnfill (1000, 'x');
  BatonRequestState state;
  gsize sent = 0;
  gsize used;

  state = baton_request_feed (request, "GET / HTTP/1.1\r\nX: ", 19, &used);
  while (state == BATON_REQUEST_MORE) {
    state = baton_request_feed (request, line, 1000, &used);
    sent += 1000;
    g_assert_cmpuint (sent, <=, 2 * BATON_REQUEST_HEAD_SIZE);
  }
  g_assert_cmpint (state, ==, BATON_REQUEST_BROKEN);
  g_assert_cmpuint (baton_request_get_fault (request), ==, 431);
  g_assert_cmpuint (sent, >=, BATON_REQUEST_HEAD_SIZE - 1000);
}

static void
test_request_waits_to_send (void)
{
  static const char bytes[] = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\nhi";
  g_autoptr (BatonRequest) request = baton_request_new ();
  gsize rest;

  g_assert_cmpint (feed (request, bytes, 1000, &rest), ==, BATON_REQUEST_DONE);
  g_assert_true (baton_request_waits_to_send (request));
  g_assert_cmpuint (baton_request_get_length (request), ==, 2);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/request/read", test_request_read);
  g_test_add_func ("/transport/request/headers", test_request_headers);
  g_test_add_func ("/transport/request/next", test_request_next);
  g_test_add_func ("/transport/request/long-head", test_request_long_head);
  g_test_add_func ("/transport/request/waits-to-send", test_request_waits_to_send);

  return g_test_run ();
}
