/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "baton-error.h"
#include "baton-http.h"
#include "baton-issuer.h"
#include "baton-signing-key.h"
#include "baton-test.h"

/* An issuer on loopback: metadata, and a set of one key. */
typedef struct {
  SoupServer      *server;
  char            *url;
  BatonSigningKey *key;
  const char      *keys_url;     /* %NULL: its own */
  guint            status;
  guint            n_fetched;    /* of the keys */
  BatonIssuer     *issuer;
} Fixture;

static void
metadata_cb (SoupServer        *server,
             SoupServerMessage *message,
             const char        *path,
             GHashTable        *query,
             gpointer           user_data)
{
  Fixture *f = user_data;
  g_autofree char *own = g_strconcat (f->url, "/keys", NULL);
  g_autofree char *body = g_strdup_printf ("{\"issuer\":\"https://login.example/\",\"jwks_uri\":\"%s\"}",
                                           f->keys_url != NULL ? f->keys_url : own);

  soup_server_message_set_status (message, f->status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body, strlen (body));
}

static void
keys_cb (SoupServer        *server,
         SoupServerMessage *message,
         const char        *path,
         GHashTable        *query,
         gpointer           user_data)
{
  Fixture *f = user_data;
  BatonJsonWriter *writer = baton_json_writer_new ();
  g_autofree char *body = NULL;

  f->n_fetched++;
  baton_signing_key_write_set (f->key, writer);
  body = baton_json_writer_finish_text (writer);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body, strlen (body));
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  g_autoptr (SoupSession) session = baton_http_dup_session ();
  g_autoslist (GUri) uris = NULL;
  g_autofree char *metadata = NULL;
  g_autoptr (GError) error = NULL;

  f->key = baton_signing_key_new ();
  f->status = 200;
  f->server = soup_server_new (NULL, NULL);
  baton_test_forgive_server ();
  soup_server_add_handler (f->server, "/metadata", metadata_cb, f, NULL);
  soup_server_add_handler (f->server, "/keys", keys_cb, f, NULL);
  soup_server_listen_local (f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (f->server);
  f->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  metadata = g_strconcat (f->url, "/metadata", NULL);
  f->issuer = baton_issuer_new (session, metadata);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_assert_finalize_object (f->issuer);
  g_object_unref (f->server);
  baton_signing_key_free (f->key);
  g_free (f->url);
}

static char *
make_token (Fixture    *f,
            const char *issuer)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *claims = g_strdup_printf ("{\"iss\":\"%s\",\"aud\":\"shop\",\"exp\":%" G_GINT64_FORMAT "}", issuer, now + 60);

  return baton_signing_key_sign (f->key, claims);
}

static gboolean
check (Fixture     *f,
       const char  *token,
       GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BatonJson) claims = NULL;

  baton_issuer_check_async (f->issuer, token, "shop", NULL, baton_test_ready_cb, &result);
  claims = baton_issuer_check_finish (f->issuer, baton_test_await (&result), error);
  return claims != NULL;
}

/* The keys are fetched once for all who ask meanwhile, and once more for a key that is not known, but not for each. */
static void
test_issuer_cache (Fixture       *f,
                   gconstpointer  data)
{
  g_autofree char *good = make_token (f, "https://login.example/");
  g_autofree char *foreign = make_token (f, "https://evil.example/");
  g_autoptr (GAsyncResult) first = NULL, second = NULL;
  g_autoptr (BatonJson) one = NULL, two = NULL;
  g_autoptr (GError) error = NULL;

  baton_issuer_check_async (f->issuer, good, "shop", NULL, baton_test_ready_cb, &first);
  baton_issuer_check_async (f->issuer, good, "shop", NULL, baton_test_ready_cb, &second);
  one = baton_issuer_check_finish (f->issuer, baton_test_await (&first), &error);
  g_assert_no_error (error);
  two = baton_issuer_check_finish (f->issuer, baton_test_await (&second), &error);
  g_assert_no_error (error);
  g_assert_true (check (f, good, NULL));
  g_assert_false (check (f, foreign, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED);
  g_assert_cmpuint (f->n_fetched, ==, 1);

  baton_signing_key_free (f->key);
  f->key = baton_signing_key_new ();
  for (guint i = 0; i < 3; i++) {
    g_autofree char *unknown = make_token (f, "https://login.example/");
    g_autoptr (GError) why = NULL;

    g_assert_false (check (f, unknown, &why));   /* within the minute */
    g_assert_error (why, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED);
  }
  g_assert_cmpuint (f->n_fetched, ==, 1);
}

static void
test_issuer_down (Fixture       *f,
                  gconstpointer  data)
{
  g_autofree char *good = make_token (f, "https://login.example/");
  g_autoptr (GError) error = NULL;

  f->status = 500;
  g_test_expect_message ("baton-trust", G_LOG_LEVEL_MESSAGE, "*cannot be fetched*");
  g_assert_false (check (f, good, &error));
  g_test_assert_expected_messages ();
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);
}

/* Keys are not taken from wherever the metadata point, if what comes from there can be changed on the way. */
static void
test_issuer_unsafe (Fixture       *f,
                    gconstpointer  data)
{
  g_autofree char *good = make_token (f, "https://login.example/");
  g_autoptr (GError) error = NULL;

  f->keys_url = "http://keys.example/";
  g_test_expect_message ("baton-trust", G_LOG_LEVEL_MESSAGE, "*no keys that can be believed*");
  g_assert_false (check (f, good, &error));
  g_test_assert_expected_messages ();
  g_assert_error (error, BATON_ERROR, BATON_ERROR_BUSY);

  g_assert_true (baton_issuer_is_safe_url ("https://login.example/x"));
  g_assert_true (baton_issuer_is_safe_url ("http://[::1]:80/x"));
  g_assert_true (baton_issuer_is_safe_url ("http://localhost/x"));
  g_assert_false (baton_issuer_is_safe_url ("http://localhost.example/x"));
  g_assert_false (baton_issuer_is_safe_url ("file:///etc/passwd"));
  g_assert_false (baton_issuer_is_safe_url ("keys"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add ("/trust/issuer/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("cache", test_issuer_cache);
  ADD ("down", test_issuer_down);
  ADD ("unsafe", test_issuer_unsafe);
#undef ADD
  return g_test_run ();
}
