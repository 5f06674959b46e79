/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "baton-test.h"
#include "baton-transport.h"
#include "raw-client.h"

typedef struct {
  BatonTransport *transport;
  RawClient      *client;
  BatonExchange  *exchange;   /* of the request that came last */
  char           *tail;
  guint           handled;
} Fixture;

/* Answers at once below /echo, keeps the exchange elsewhere. */
static void
handler_cb (BatonExchange     *exchange,
            const char *const *tail,
            gpointer           user_data)
{
  Fixture *fixture = user_data;

  fixture->handled++;
  g_set_object (&fixture->exchange, exchange);
  g_free (fixture->tail);
  fixture->tail = g_strjoinv (" ", (char **) tail);
  if (g_strcmp0 (tail[0], "echo") == 0)
    baton_exchange_reply (exchange, 200, "text/plain", baton_exchange_get_body (exchange));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  g_autoptr (GError) error = NULL;

  limits.answer_seconds = 1;
  limits.body_size = 1000;
  fixture->transport = baton_transport_new (&limits);
  baton_transport_add_handler (fixture->transport, "/t", handler_cb, fixture);
  baton_transport_listen (fixture->transport, "127.0.0.1", 0, &error);
  g_assert_no_error (error);
  fixture->client = raw_client_new (baton_transport_get_url (fixture->transport));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  raw_client_free (fixture->client);
  g_free (fixture->tail);
  g_assert_finalize_object (fixture->transport);
  g_clear_object (&fixture->exchange);
}

static void
test_exchange_look (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *url = NULL;

  raw_client_send (fixture->client, "POST /t/a%7Cb/c?x=1&y HTTP/1.1\r\nHost: relay.example:81\r\nContent-Length: 2\r\n"
                                    "Authorization: bearer  tok1\r\nX-One: 1\r\n\r\nhi", -1);
  baton_test_wait (fixture->handled == 1);
  g_assert_cmpstr (fixture->tail, ==, "a|b c");
  g_assert_cmpstr (baton_exchange_get_method (fixture->exchange), ==, "POST");
  g_assert_cmpstr (baton_exchange_get_query (fixture->exchange, "x"), ==, "1");
  g_assert_cmpstr (baton_exchange_get_query (fixture->exchange, "y"), ==, "");
  g_assert_null (baton_exchange_get_query (fixture->exchange, "z"));
  g_assert_cmpstr (baton_exchange_get_header (fixture->exchange, "x-one"), ==, "1");
  g_assert_cmpstr (baton_exchange_get_bearer (fixture->exchange), ==, "tok1");
  g_assert_cmpstr (baton_exchange_get_address (fixture->exchange), ==, "127.0.0.1");
  g_assert_cmpuint (g_bytes_get_size (baton_exchange_get_body (fixture->exchange)), ==, 2);
  g_assert_false (baton_exchange_wants_stream (fixture->exchange));
  url = baton_exchange_dup_url (fixture->exchange);
  g_assert_cmpstr (url, ==, "http://relay.example:81");
}

static void
test_exchange_public_url (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autofree char *url = NULL;

  baton_transport_set_public_url (fixture->transport, "https://relay.example");
  raw_client_send (fixture->client, "GET /t HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  baton_test_wait (fixture->handled == 1);
  url = baton_exchange_dup_url (fixture->exchange);
  g_assert_cmpstr (url, ==, "https://relay.example");
}

static void
test_exchange_reply_at_once (Fixture       *fixture,
                             gconstpointer  data)
{
  /* Three on one connection, two of them sent together. */
  raw_client_send (fixture->client, "POST /t/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
                                    "POST /t/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\ntwo", -1);
  raw_client_expect (fixture->client, "HTTP/1.1 200 OK");
  raw_client_expect (fixture->client, "one");
  raw_client_expect (fixture->client, "HTTP/1.1 200 OK");
  raw_client_expect (fixture->client, "two");
  raw_client_send (fixture->client, "POST /t/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    "2\r\nth\r\n3\r\nree\r\n0\r\n\r\n", -1);
  raw_client_expect (fixture->client, "three");
  g_assert_cmpuint (fixture->handled, ==, 3);
}

static void
test_exchange_reply_later (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (GBytes) json = g_bytes_new_static ("{}", 2);

  raw_client_send (fixture->client, "GET /t/later HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  baton_test_wait (fixture->handled == 1);
  baton_exchange_set_header (fixture->exchange, "X-Two", "2");
  baton_exchange_reply_json (fixture->exchange, 429, json);
  /* Only the first answer counts. */
  baton_exchange_reply_json (fixture->exchange, 200, json);
  raw_client_expect (fixture->client, "HTTP/1.1 429 Too Many Requests");
  raw_client_expect (fixture->client, "X-Two: 2");
  raw_client_expect (fixture->client, "\r\n\r\n{}");
  g_assert_false (g_cancellable_is_cancelled (baton_exchange_get_cancellable (fixture->exchange)));

  raw_client_send (fixture->client, "POST /t/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nmore", -1);
  raw_client_expect (fixture->client, "HTTP/1.1 200 OK");
  raw_client_expect (fixture->client, "more");
}

/* One request at a time: what comes ahead of an answer waits for it. */
static void
test_exchange_ahead (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GBytes) first = g_bytes_new_static ("first", 5);
  g_autoptr (GBytes) second = g_bytes_new_static ("second", 6);

  raw_client_send (fixture->client, "GET /t/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /t/2 HTTP/1.1\r\nHost: x\r\n\r\nPOST /t/echo "
                                    "HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nth", -1);
  baton_test_wait (fixture->handled == 1);
  raw_client_send (fixture->client, "ird", -1);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (fixture->handled, ==, 1);

  baton_exchange_reply (fixture->exchange, 200, "text/plain", first);
  g_assert_cmpuint (fixture->handled, ==, 2);
  g_assert_cmpstr (fixture->tail, ==, "2");
  baton_exchange_reply (fixture->exchange, 200, "text/plain", second);
  raw_client_expect (fixture->client, "first");
  raw_client_expect (fixture->client, "second");
  raw_client_expect (fixture->client, "third");
}

static void
test_exchange_last (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GBytes) json = g_bytes_new_static ("{}", 2);

  raw_client_send (fixture->client, "GET /t/later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", -1);
  baton_test_wait (fixture->handled == 1);
  baton_exchange_reply_json (fixture->exchange, 200, json);
  raw_client_expect (fixture->client, "Connection: close");
  raw_client_expect (fixture->client, "{}");
  raw_client_expect_closed (fixture->client);
}

static void
test_exchange_head (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("unseen", 6);

  raw_client_send (fixture->client, "HEAD /t/later HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  baton_test_wait (fixture->handled == 1);
  baton_exchange_reply (fixture->exchange, 200, "text/plain", body);
  raw_client_expect (fixture->client, "Content-Length: 6\r\n");
  raw_client_expect (fixture->client, "\r\n\r\n");
  raw_client_send (fixture->client, "POST /t/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nmore", -1);
  raw_client_expect (fixture->client, "more");
  g_assert_null (strstr (fixture->client->received->str, "unseen"));
}

/* The last header of a name counts, and what stands in a value can begin no line of its own. */
static void
test_exchange_headers (Fixture       *fixture,
                       gconstpointer  data)
{
  raw_client_send (fixture->client, "GET /t/later HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  baton_test_wait (fixture->handled == 1);
  baton_exchange_set_header (fixture->exchange, "X-One", "old");
  baton_exchange_set_header (fixture->exchange, "X-One-More", "stays");
  baton_exchange_set_header (fixture->exchange, "x-one", "new");
  g_test_expect_message ("baton-transport", G_LOG_LEVEL_CRITICAL, "*value*");
  baton_exchange_set_header (fixture->exchange, "X-Two", "a\r\nX-Three: b");
  g_test_assert_expected_messages ();
  baton_exchange_reply (fixture->exchange, 204, NULL, NULL);
  raw_client_expect (fixture->client, "HTTP/1.1 204 No Content\r\nDate: ");
  raw_client_expect (fixture->client, " GMT\r\nX-One-More: stays\r\nx-one: new\r\n");
  raw_client_expect (fixture->client, "\r\n\r\n");
  g_assert_null (strstr (fixture->client->received->str, "X-Three"));
}

static void
test_exchange_asks_before_sending (Fixture       *fixture,
                                   gconstpointer  data)
{
  raw_client_send (fixture->client, "POST /t/echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n", -1);
  raw_client_expect (fixture->client, "HTTP/1.1 100 Continue\r\n\r\n");
  g_assert_cmpuint (fixture->handled, ==, 0);
  raw_client_send (fixture->client, "body", -1);
  raw_client_expect (fixture->client, "HTTP/1.1 200 OK");
  raw_client_expect (fixture->client, "body");
}

static gsize
limit_cb (BatonExchange     *exchange,
          const char *const *tail,
          gpointer           user_data)
{
  return g_strcmp0 (baton_exchange_get_bearer (exchange), "tok1") == 0 ? 5000 : 0;
}

/* A handler may take longer bodies, from whom it likes. */
static void
test_exchange_own_limit (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autofree char *body = g_strnfill (3000, 'x');

  baton_transport_add_handler_full (fixture->transport, "/long", handler_cb, limit_cb, fixture);
  raw_client_send (fixture->client, "POST /long HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer tok1\r\nContent-Length: 3000\r\n\r\n", -1);
  raw_client_send (fixture->client, body, -1);
  baton_test_wait (fixture->handled == 1);
  g_assert_cmpuint (g_bytes_get_size (baton_exchange_get_body (fixture->exchange)), ==, 3000);
  baton_exchange_reply (fixture->exchange, 200, NULL, NULL);

  raw_client_send (fixture->client, "POST /long HTTP/1.1\r\nHost: x\r\nContent-Length: 3000\r\n\r\n", -1);
  raw_client_expect (fixture->client, "HTTP/1.1 413");
  raw_client_expect_closed (fixture->client);
  g_assert_cmpuint (fixture->handled, ==, 1);
}

static void
test_exchange_answer_deadline (Fixture       *fixture,
                               gconstpointer  data)
{
  raw_client_send (fixture->client, "GET /t/never HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  raw_client_expect (fixture->client, "HTTP/1.1 503");
  raw_client_expect (fixture->client, "ServiceError");
  g_assert_true (g_cancellable_is_cancelled (baton_exchange_get_cancellable (fixture->exchange)));
  baton_exchange_reply (fixture->exchange, 200, NULL, NULL);
  raw_client_send (fixture->client, "POST /t/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nmore", -1);
  raw_client_expect (fixture->client, "more");
}

static void
unexpected_stream_cb (BatonStream *stream,
                      gpointer     user_data)
{
  g_assert_not_reached ();
}

static void
test_exchange_peer_leaves (Fixture       *fixture,
                           gconstpointer  data)
{
  raw_client_send (fixture->client, "GET /t/never HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  baton_test_wait (fixture->handled == 1);
  raw_client_free (fixture->client);
  baton_test_wait (g_cancellable_is_cancelled (baton_exchange_get_cancellable (fixture->exchange)));
  baton_exchange_reply (fixture->exchange, 200, NULL, NULL);
  baton_exchange_upgrade (fixture->exchange, unexpected_stream_cb, NULL);
  fixture->client = raw_client_new (baton_transport_get_url (fixture->transport));
}

static void
test_exchange_body_a_little_over (Fixture       *fixture,
                                  gconstpointer  data)
{
  g_autofree char *body = g_strnfill (1500, 'x');

  /* S22: 413, and the connection can be used afterwards. */
  raw_client_send (fixture->client, "POST /t/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1500\r\n\r\n", -1);
  raw_client_send (fixture->client, body, -1);
  raw_client_expect (fixture->client, "HTTP/1.1 413");
  raw_client_expect (fixture->client, "Access-Control-Allow-Origin: *");
  raw_client_expect (fixture->client, "MessageSizeTooBig");
  raw_client_send (fixture->client, "POST /t/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5dc\r\n", -1);
  raw_client_send (fixture->client, body, -1);
  raw_client_send (fixture->client, "\r\n0\r\n\r\n", -1);
  raw_client_expect (fixture->client, "HTTP/1.1 413");
  g_assert_cmpuint (fixture->handled, ==, 0);
  raw_client_send (fixture->client, "POST /t/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nmore", -1);
  raw_client_expect (fixture->client, "more");
}

static const char *const unknown_paths[] = {
  "/", "/tt", "/t/", "/t//a", "/t/a%2Fb", "/t/../x", "/t/a/%2e%2e", "/t/%2e%2e", "/%74t",
};

static void
test_exchange_unknown_paths (Fixture       *fixture,
                             gconstpointer  data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (unknown_paths); i++) {
    g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: x\r\n\r\n", unknown_paths[i]);

    g_test_message ("%s", unknown_paths[i]);
    raw_client_send (fixture->client, request, -1);
    raw_client_expect (fixture->client, "HTTP/1.1 404");
    raw_client_expect (fixture->client, "BadArgument");
  }
  g_assert_cmpuint (fixture->handled, ==, 0);
}

/* What is no path at all. */
static void
test_exchange_malformed_paths (Fixture       *fixture,
                               gconstpointer  data)
{
  static const char *const malformed[] = { "/t/%00", "/t/%zz", "/t/%", "t", "http:", "*" };

  for (gsize i = 0; i < G_N_ELEMENTS (malformed); i++) {
    g_autoptr (RawClient) client = raw_client_new (baton_transport_get_url (fixture->transport));
    g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: x\r\n\r\n", malformed[i]);

    g_test_message ("%s", malformed[i]);
    raw_client_send (client, request, -1);
    raw_client_expect (client, "HTTP/1.1 40");
  }
  g_assert_cmpuint (fixture->handled, ==, 0);
}

static void
test_exchange_longest_prefix (Fixture       *fixture,
                              gconstpointer  data)
{
  Fixture other = { 0 };

  baton_transport_add_handler (fixture->transport, "/", handler_cb, &other);
  raw_client_send (fixture->client, "GET /t/echo HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  baton_test_wait (other.handled == 1);
  g_assert_cmpuint (fixture->handled, ==, 1);
  g_clear_object (&other.exchange);
  g_free (other.tail);
}

static void
test_exchange_no_ranges (Fixture       *fixture,
                         gconstpointer  data)
{
  raw_client_send (fixture->client, "GET /t/echo HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1,0-1,0-1\r\nContent-Length: 5\r\n\r\nhello", -1);
  raw_client_expect (fixture->client, "HTTP/1.1 200 OK");
  raw_client_expect (fixture->client, "\r\n\r\nhello");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/transport/exchange/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("look", test_exchange_look);
  ADD ("public-url", test_exchange_public_url);
  ADD ("reply-at-once", test_exchange_reply_at_once);
  ADD ("reply-later", test_exchange_reply_later);
  ADD ("ahead", test_exchange_ahead);
  ADD ("last", test_exchange_last);
  ADD ("head", test_exchange_head);
  ADD ("headers", test_exchange_headers);
  ADD ("asks-before-sending", test_exchange_asks_before_sending);
  ADD ("own-limit", test_exchange_own_limit);
  ADD ("answer-deadline", test_exchange_answer_deadline);
  ADD ("peer-leaves", test_exchange_peer_leaves);
  ADD ("body-a-little-over", test_exchange_body_a_little_over);
  ADD ("unknown-paths", test_exchange_unknown_paths);
  ADD ("malformed-paths", test_exchange_malformed_paths);
  ADD ("longest-prefix", test_exchange_longest_prefix);
  ADD ("no-ranges", test_exchange_no_ranges);
#undef ADD

  return g_test_run ();
}
