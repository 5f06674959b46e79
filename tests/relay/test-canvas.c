/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <libsoup/soup.h>
#include <string.h>

#include "baton-canvas.h"
#include "baton-test.h"
#include "baton-token.h"
#include "relay-house.h"

typedef struct {
  char           *folder;
  BatonTransport *transport;
  BatonTokenKey  *key;
  BatonCanvas    *canvas;
  RelayHouse     *visitor;
} Page;

static void
write_file (const Page *page,
            const char *name,
            const char *text)
{
  g_autofree char *path = g_build_filename (page->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static Page *
page_new (guint tokens_per_minute)
{
  static const guint8 secret[] = "a secret for this test and nobody";
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  Page *page = g_new0 (Page, 1);
  g_autoptr (GError) error = NULL;

  page->folder = baton_test_make_folder ();
  write_file (page, "index.html", "<!DOCTYPE html><title>Chat</title>");
  write_file (page, "canvas.js", "\"use strict\";");
  write_file (page, "canvas.css", "body {}");
  write_file (page, "notes.txt", "not for the world");

  page->transport = baton_transport_new (&limits);
  page->key = baton_token_key_new (secret, sizeof secret);
  page->canvas = baton_canvas_new (page->folder, 1800, tokens_per_minute, page->key, page->transport, &error);
  g_assert_no_error (error);
  baton_transport_listen (page->transport, "127.0.0.1", 0, &error);
  g_assert_no_error (error);
  page->visitor = relay_house_visit (baton_transport_get_url (page->transport));
  return page;
}

static void
page_free (Page *page)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_transport_stop_async (page->transport, NULL, baton_test_ready_cb, &result);
  g_assert_true (baton_transport_stop_finish (page->transport, baton_test_await (&result), NULL));
  g_object_unref (page->transport);
  g_object_unref (page->canvas);
  baton_token_key_free (page->key);
  relay_house_free (page->visitor);
  g_free (page->folder);
  g_free (page);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, page_free)

static const struct {
  const char *path;
  guint       status;
  const char *content_type;
} files[] = {
  { "/", 200, "text/html; charset=utf-8" },
  { "/index.html", 200, "text/html; charset=utf-8" },
  { "/canvas.js", 200, "text/javascript; charset=utf-8" },
  { "/canvas.css", 200, "text/css; charset=utf-8" },
  { "/healthz", 200, "text/plain; charset=utf-8" },
  { "/notes.txt", 404, NULL },
  { "/canvas.js/", 404, NULL },
  { "/canvas.js/more", 404, NULL },
  { "/healthz/more", 404, NULL },
  { "/..%2fcanvas.js", 404, NULL },
  { "/nothing", 404, NULL },
};

static void
test_canvas_files (void)
{
  g_autoptr (Page) page = page_new (10);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *url = g_strconcat (page->visitor->url, files[i].path, NULL);
    g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED | G_URI_FLAGS_PARSE_RELAXED, NULL);
    g_autoptr (SoupMessage) message = soup_message_new_from_uri ("GET", uri);
    SoupMessageHeaders *headers = soup_message_get_response_headers (message);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GBytes) body = NULL;

    g_test_message ("%s", files[i].path);
    soup_session_send_and_read_async (page->visitor->http, message, 0, NULL, baton_test_ready_cb, &result);
    body = soup_session_send_and_read_finish (page->visitor->http, baton_test_await (&result), NULL);
    g_assert_cmpuint (soup_message_get_status (message), ==, files[i].status);
    if (files[i].content_type != NULL)
      g_assert_cmpstr (soup_message_headers_get_one (headers, "Content-Type"), ==, files[i].content_type);
    if (i < 4) {
      const char *policy = soup_message_headers_get_one (headers, "Content-Security-Policy");

      g_assert_true (g_str_has_prefix (policy, "default-src 'none'; script-src 'self'; style-src 'self';"));
      g_assert_null (strstr (policy, "unsafe"));
      g_assert_cmpstr (soup_message_headers_get_one (headers, "X-Content-Type-Options"), ==, "nosniff");
    }
  }
}

/* A token binds a conversation and a user that nobody can guess. */
static void
test_canvas_token (void)
{
  g_autoptr (Page) page = page_new (10);
  g_autoptr (BatonJson) first = NULL, second = NULL;
  g_autofree char *text = NULL, *id = NULL, *other = NULL, *seconds = NULL;
  g_autoptr (BatonToken) token = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (relay_house_call (page->visitor, "POST", "/canvas/token", NULL, "{\"locale\":\"de\",\"name\":\"Mei\"}",
                                      &first), ==, 200);
  g_assert_cmpuint (relay_house_call (page->visitor, "POST", "/canvas/token", NULL, NULL, &second), ==, 200);
  text = relay_json_text (first, "token");
  id = relay_json_text (first, "conversationId");
  other = relay_json_text (second, "conversationId");
  seconds = relay_json_text (first, "expires_in");
  g_assert_cmpstr (seconds, ==, "1800");
  g_assert_cmpstr (id, !=, other);

  token = baton_token_key_verify (page->key, text, g_get_real_time () / G_USEC_PER_SEC, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (token->conversation_id, ==, id);
  g_assert_true (g_str_has_prefix (token->user_id, "dl_"));
  g_assert_cmpuint (strlen (token->user_id), >=, 20);
  g_assert_cmpstr (token->user_name, ==, "Mei");
  g_assert_false (token->is_console);
}

static void
test_canvas_token_refused (void)
{
  g_autoptr (Page) page = page_new (10);
  g_autofree char *name = g_strnfill (201, 'n');
  g_autofree char *body = g_strdup_printf ("{\"name\":\"%s\"}", name);

  g_assert_cmpuint (relay_house_call (page->visitor, "POST", "/canvas/token", NULL, "{", NULL), ==, 400);
  g_assert_cmpuint (relay_house_call (page->visitor, "POST", "/canvas/token", NULL, body, NULL), ==, 400);
  g_assert_cmpuint (relay_house_call (page->visitor, "GET", "/canvas/token", NULL, NULL, NULL), ==, 405);
  g_assert_cmpuint (relay_house_call (page->visitor, "POST", "/canvas/token/x", NULL, NULL, NULL), ==, 404);
  g_assert_cmpuint (relay_house_call (page->visitor, "POST", "/", NULL, "{}", NULL), ==, 405);
}

static void
test_canvas_token_limited (void)
{
  g_autoptr (Page) page = page_new (2);

  g_assert_cmpuint (relay_house_call (page->visitor, "POST", "/canvas/token", NULL, NULL, NULL), ==, 200);
  g_assert_cmpuint (relay_house_call (page->visitor, "POST", "/canvas/token", NULL, NULL, NULL), ==, 200);
  g_assert_cmpuint (relay_house_call (page->visitor, "POST", "/canvas/token", NULL, NULL, NULL), ==, 429);
}

static void
test_canvas_no_folder (void)
{
  BatonTransportLimits limits = BATON_TRANSPORT_LIMITS_DEFAULT;
  g_autoptr (BatonTransport) transport = baton_transport_new (&limits);
  g_autoptr (GError) error = NULL;

  g_assert_null (baton_canvas_new ("/nonexistent", 1800, 1, NULL, transport, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/canvas/files", test_canvas_files);
  g_test_add_func ("/relay/canvas/token", test_canvas_token);
  g_test_add_func ("/relay/canvas/token/refused", test_canvas_token_refused);
  g_test_add_func ("/relay/canvas/token/limited", test_canvas_token_limited);
  g_test_add_func ("/relay/canvas/no-folder", test_canvas_no_folder);
  return g_test_run ();
}
