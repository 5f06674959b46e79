/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-http.h"
#include "baton-test.h"

typedef struct {
  SoupServer  *server;
  char        *url;
  SoupSession *session;
  guint        status;
  const char  *body;        /* of the answer */
  gsize        body_size;   /* more than @body: filled up with spaces */
  const char  *location;
  gboolean     hangs_up;
  guint        n_requests;
  GSocket     *last;        /* the connection of the last request; only compared */
  char        *authorization;
  char        *received;
} Fixture;

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  Fixture *f = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GIOStream) stolen = NULL;
  g_autofree char *padded = NULL;
  gsize size = strlen (f->body);

  f->n_requests++;
  f->last = soup_server_message_get_socket (message);
  g_free (f->authorization);
  f->authorization = g_strdup (soup_message_headers_get_one (headers, "Authorization"));
  g_free (f->received);
  f->received = g_strndup (body->data ? body->data : "", (gsize) body->length);
  if (f->hangs_up) {
    stolen = soup_server_message_steal_connection (message);
    g_io_stream_close (stolen, NULL, NULL);
    return;
  }
  if (f->location != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location", f->location);
  padded = g_strnfill (MAX (size, f->body_size), ' ');
  memcpy (padded, f->body, size);
  soup_server_message_set_status (message, f->status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, padded, strlen (padded));
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  GSList *uris;

  f->server = soup_server_new (NULL, NULL);
  baton_test_forgive_server ();
  soup_server_add_handler (f->server, NULL, request_cb, f, NULL);
  g_assert_true (soup_server_listen_local (f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (f->server);
  f->url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  f->session = baton_http_dup_session ();
  f->status = 200;
  f->body = "{}";
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  soup_server_disconnect (f->server);
  g_object_unref (f->server);
  g_object_unref (f->session);
  g_free (f->url);
  g_free (f->authorization);
  g_free (f->received);
}

static BatonHttpAnswer *
send_request (Fixture                *f,
              const BatonHttpRequest *request,
              GError                **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_http_send_async (f->session, request, NULL, baton_test_ready_cb, &result);
  return baton_http_send_finish (f->session, baton_test_await (&result), error);
}

static void
test_request (Fixture       *f,
              gconstpointer  data)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"a\":1}", 7);
  const BatonHttpRequest request = { .method = "POST", .url = f->url, .bearer = "t1", .body = body };
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = NULL;

  f->body = "{\"id\":\"x\"}";
  answer = send_request (f, &request, &error);
  g_assert_no_error (error);
  g_assert_true (baton_http_answer_check (answer, &error));
  g_assert_true (baton_json_node_is (baton_json_node_get_member (baton_http_answer_get_root (answer), "id"), "x"));
  g_assert_cmpstr (f->authorization, ==, "Bearer t1");
  g_assert_cmpstr (f->received, ==, "{\"a\":1}");
}

static void
test_status (Fixture       *f,
             gconstpointer  data)
{
  static const struct {
    guint       status;
    const char *body;
    int         code;
  } cases[] = {
    { 400, "{}", BATON_ERROR_INVALID },
    { 401, "", BATON_ERROR_UNAUTHENTICATED },
    { 403, "{\"error\":{\"code\":\"BadArgument\"}}", BATON_ERROR_REFUSED },
    { 403, "{\"error\":{\"code\":\"TokenExpired\"}}", BATON_ERROR_EXPIRED },
    { 404, "<!doctype html>", BATON_ERROR_GONE },
    { 408, "", BATON_ERROR_UNCERTAIN },
    { 409, "", BATON_ERROR_CONFLICT },
    { 410, "", BATON_ERROR_GONE },
    { 413, "", BATON_ERROR_TOO_BIG },
    { 418, "", BATON_ERROR_INVALID },
    { 429, "", BATON_ERROR_BUSY },
    { 500, "", BATON_ERROR_UNCERTAIN },
    { 502, "", BATON_ERROR_UNCERTAIN },
    { 503, "", BATON_ERROR_BUSY },
    { 504, "", BATON_ERROR_UNCERTAIN },
  };
  const BatonHttpRequest request = { .method = "GET", .url = f->url };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonHttpAnswer) answer = NULL;

    f->status = cases[i].status;
    f->body = cases[i].body;
    answer = send_request (f, &request, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (answer->status, ==, cases[i].status);
    g_assert_false (baton_http_answer_check (answer, &error));
    g_assert_error (error, BATON_ERROR, cases[i].code);
  }
}

static void
test_quiet_errors (Fixture       *f,
                   gconstpointer  data)
{
  const BatonHttpRequest request = { .method = "GET", .url = f->url };
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = NULL;

  f->status = 400;
  f->body = "{\"error\":{\"code\":\"my name is Ines %s\",\"message\":\"secret\"}}";
  answer = send_request (f, &request, &error);
  g_assert_false (baton_http_answer_check (answer, &error));
  g_assert_cmpstr (error->message, ==, "answered 400");
}

static void
test_not_reached (Fixture       *f,
                  gconstpointer  data)
{
  const BatonHttpRequest request = { .method = "POST", .url = f->url };
  g_autoptr (GError) error = NULL;

  soup_server_disconnect (f->server);
  g_assert_null (send_request (f, &request, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
}

static void
test_hung_up (Fixture       *f,
              gconstpointer  data)
{
  const BatonHttpRequest request = { .method = "POST", .url = f->url };
  g_autoptr (GError) error = NULL;

  f->hangs_up = TRUE;
  g_assert_null (send_request (f, &request, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_UNCERTAIN);
  g_assert_cmpuint (f->n_requests, ==, 1);
}

/* A kept connection may end under a request. Nobody knows then whether the server had it: only what may be done twice goes
 * out again unseen. */
static void
test_kept_connection (Fixture       *f,
                      gconstpointer  data)
{
  BatonHttpRequest request = { .method = "POST", .url = f->url };
  static const struct {
    const char *method;
    gboolean    repeatable;
    guint       arrives;
  } cases[] = { { "POST", FALSE, 1 }, { "GET", FALSE, 1 }, { "GET", TRUE, 2 } };
  GSocket *kept;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (BatonHttpAnswer) first = NULL, second = NULL;
    g_autoptr (GError) error = NULL;

    g_test_message ("%s, repeatable: %d", cases[i].method, cases[i].repeatable);
    f->hangs_up = FALSE;
    request.method = cases[i].method;
    request.repeatable = cases[i].repeatable;
    first = send_request (f, &request, &error);
    g_assert_no_error (error);
    kept = f->last;
    second = send_request (f, &request, &error);
    g_assert_no_error (error);
    g_assert_true (f->last == kept);

    f->n_requests = 0;
    f->hangs_up = TRUE;
    g_assert_null (send_request (f, &request, &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_UNCERTAIN);
    g_assert_cmpuint (f->n_requests, ==, cases[i].arrives);
  }
}

typedef struct {
  guint calls;
  gsize sent;
  gsize total;
} Progress;

static void
progress_cb (gsize    sent,
             gsize    total,
             gpointer user_data)
{
  Progress *progress = user_data;

  g_assert_cmpuint (sent, >=, progress->sent);
  *progress = (Progress) { progress->calls + 1, sent, total };
}

static void
test_progress (Fixture       *f,
               gconstpointer  data)
{
  const gsize size = 3 * 1024 * 1024;
  g_autoptr (GBytes) body = g_bytes_new_take (g_malloc0 (size), size);
  Progress progress = { 0 };
  const BatonHttpRequest request = {
    .method = "POST", .url = f->url, .body = body, .content_type = "image/png", .progress = progress_cb,
    .progress_data = &progress,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = send_request (f, &request, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (progress.calls, >, 2);
  g_assert_cmpuint (progress.sent, ==, size);
  g_assert_cmpuint (progress.total, ==, size);
}

static void
hang_up_cb (SoupServerMessage *message,
            gpointer           user_data)
{
  g_autoptr (GIOStream) stolen = soup_server_message_steal_connection (message);

  g_io_stream_close (stolen, NULL, NULL);
}

static void
began_cb (SoupServer        *server,
          SoupServerMessage *message,
          gpointer           user_data)
{
  g_signal_connect (message, "got-headers", G_CALLBACK (hang_up_cb), NULL);
}

/* What was never sent whole cannot have been read. */
static void
test_cut_off (Fixture       *f,
              gconstpointer  data)
{
  const gsize size = 32 * 1024 * 1024;
  g_autoptr (GBytes) body = g_bytes_new_take (g_malloc0 (size), size);
  const BatonHttpRequest request = { .method = "POST", .url = f->url, .body = body };
  g_autoptr (GError) error = NULL;

  g_signal_connect (f->server, "request-started", G_CALLBACK (began_cb), NULL);
  g_assert_null (send_request (f, &request, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
  g_assert_cmpuint (f->n_requests, ==, 0);
}

static void
test_redirect (Fixture       *f,
               gconstpointer  data)
{
  const BatonHttpRequest request = { .method = "GET", .url = f->url, .bearer = "t1" };
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = NULL;

  f->status = 302;
  f->location = "/elsewhere";
  answer = send_request (f, &request, &error);
  g_assert_false (baton_http_answer_check (answer, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  g_assert_cmpuint (f->n_requests, ==, 1);
}

static void
test_too_big (Fixture       *f,
              gconstpointer  data)
{
  const BatonHttpRequest request = { .method = "GET", .url = f->url };
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonHttpAnswer) answer = NULL;

  f->body_size = 16 * 1024 * 1024;
  answer = send_request (f, &request, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer->json);
  f->body_size++;
  g_assert_null (send_request (f, &request, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_TOO_BIG);
}

static void
test_cancelled (Fixture       *f,
                gconstpointer  data)
{
  const BatonHttpRequest request = { .method = "GET", .url = f->url };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  baton_http_send_async (f->session, &request, cancellable, baton_test_ready_cb, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (baton_http_send_finish (f->session, baton_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_no_address (Fixture       *f,
                 gconstpointer  data)
{
  static const char *const urls[] = { "", "no address", "file:///etc/passwd", "http://", "/path" };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    const BatonHttpRequest request = { .method = "GET", .url = urls[i] };
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", urls[i]);
    g_assert_null (send_request (f, &request, &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  }
}

static void
test_build_url (void)
{
  g_autofree char *plain = baton_http_build_url ("http://h/v3/directline", "conversations", NULL);
  g_autofree char *slash = baton_http_build_url ("http://h/", "a", "b", NULL);
  g_autofree char *odd = baton_http_build_url ("http://h", "../x", "c|1?y#z", "é %", NULL);

  g_assert_cmpstr (plain, ==, "http://h/v3/directline/conversations");
  g_assert_cmpstr (slash, ==, "http://h/a/b");
  g_assert_cmpstr (odd, ==, "http://h/..%2Fx/c%7C1%3Fy%23z/%C3%A9%20%25");
}

static void
test_retry_after (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) later = g_date_time_add_seconds (now, 100);
  g_autofree char *date = soup_date_time_to_string (later, SOUP_DATE_HTTP);

  g_assert_cmpuint (baton_http_parse_retry_after (NULL), ==, 0);
  g_assert_cmpuint (baton_http_parse_retry_after ("7"), ==, 7);   /* K12: seconds */
  g_assert_cmpuint (baton_http_parse_retry_after ("99999999999"), ==, 3600);
  g_assert_cmpuint (baton_http_parse_retry_after ("-3"), ==, 0);
  g_assert_cmpuint (baton_http_parse_retry_after ("soon"), ==, 0);
  g_assert_cmpuint (baton_http_parse_retry_after ("Mon, 01 Jan 2001 00:00:00 GMT"), ==, 0);
  g_assert_cmpuint (baton_http_parse_retry_after (date), <=, 100);
  g_assert_cmpuint (baton_http_parse_retry_after (date), >=, 90);
}

static void
test_shared_session (void)
{
  SoupSession *first = baton_http_dup_session ();
  SoupSession *second = baton_http_dup_session ();

  g_assert_true (first == second);
  g_object_unref (first);
  g_assert_finalize_object (second);
  first = baton_http_dup_session ();
  g_assert_finalize_object (first);
}

#define ADD(path, test) g_test_add ("/http/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("request", test_request);
  ADD ("K14/status", test_status);
  ADD ("K14/quiet-errors", test_quiet_errors);
  ADD ("not-reached", test_not_reached);
  ADD ("hung-up", test_hung_up);
  ADD ("kept-connection", test_kept_connection);
  ADD ("progress", test_progress);
  ADD ("cut-off", test_cut_off);
  ADD ("redirect", test_redirect);
  ADD ("too-big", test_too_big);
  ADD ("cancelled", test_cancelled);
  ADD ("no-address", test_no_address);
  g_test_add_func ("/http/build-url", test_build_url);
  g_test_add_func ("/http/K12/retry-after", test_retry_after);
  g_test_add_func ("/http/shared-session", test_shared_session);

  return g_test_run ();
}
