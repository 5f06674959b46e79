/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-token.h"

#include <glib/gstdio.h>
#include <string.h>

#include "baton-conversation.h"
#include "baton-error.h"
#include "baton-test.h"

#define NOW 1760000000

static const guint8 secret[32] = "0123456789abcdef0123456789abcdef";

static const BatonToken good = {
  .conversation_id = (char *) "c1",
  .user_id = (char *) "dl_7f3a",
  .user_name = (char *) "Inês “the 1st”",
  .epoch = 3,
  .issued_at = NOW,
  .expires_at = NOW + 3600,
};

static const struct {
  const char *name;
  BatonToken  token;
} tokens[] = {
  { "customer", { .conversation_id = (char *) "c1", .user_id = (char *) "dl_1", .expires_at = NOW + 1 } },
  { "unbound", { .conversation_id = (char *) "c1", .expires_at = NOW + 1 } },
  { "named", { .conversation_id = (char *) "c1", .user_id = (char *) "u", .user_name = (char *) "\"\\/\n", .expires_at = NOW + 1 } },
  { "console", { .conversation_id = (char *) "c-_9", .user_id = (char *) "anna", .is_console = TRUE, .epoch = 7, .expires_at = NOW + 1 } },
  { "reader", { .conversation_id = (char *) "c1", .user_id = (char *) "anna", .is_console = TRUE, .epoch = -1, .expires_at = NOW + 1 } },
};

static void
test_token_round_trip (void)
{
  g_autoptr (BatonTokenKey) key = baton_token_key_new (secret, sizeof secret);

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++) {
    g_autofree char *text = baton_token_key_sign (key, &tokens[i].token);
    g_autofree char *again = baton_token_key_sign (key, &tokens[i].token);
    g_autoptr (GError) error = NULL;
    g_autoptr (BatonToken) token = baton_token_key_verify (key, text, NOW, &error);

    g_test_message ("%s", tokens[i].name);
    g_assert_no_error (error);
    g_assert_cmpstr (token->conversation_id, ==, tokens[i].token.conversation_id);
    g_assert_cmpstr (token->user_id, ==, tokens[i].token.user_id);
    g_assert_cmpstr (token->user_name, ==, tokens[i].token.user_name);
    g_assert_cmpint (token->is_console, ==, tokens[i].token.is_console);
    g_assert_cmpint (token->epoch, ==, tokens[i].token.epoch);
    g_assert_cmpint (token->issued_at, ==, tokens[i].token.issued_at);
    g_assert_cmpint (token->expires_at, ==, tokens[i].token.expires_at);
    /* It goes into headers and URLs as it is. */
    g_assert_cmpuint (strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_."), ==, strlen (text));
    /* S5: a refreshed one differs even within the same second. */
    g_assert_cmpstr (text, !=, again);
  }
}

static void
test_token_expiry (void)
{
  g_autoptr (BatonTokenKey) key = baton_token_key_new (secret, sizeof secret);
  g_autofree char *text = baton_token_key_sign (key, &good);
  g_autoptr (BatonToken) last = baton_token_key_verify (key, text, NOW + 3599, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (last);
  g_assert_null (baton_token_key_verify (key, text, NOW + 3600, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_EXPIRED);
}

static void
assert_refused (BatonTokenKey *key,
                const char    *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (baton_token_key_verify (key, text, NOW, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_REFUSED);
}

/* A text of the form of a token, over any payload, signed with nothing better than a guess. */
static char *
forge (const char *payload,
       const char *signature)
{
  char *encoded = g_base64_encode ((const guchar *) payload, strlen (payload));
  char *text = g_strconcat (g_strdelimit (encoded, "+/", '-'), ".", signature, NULL);

  g_free (encoded);
  return text;
}

static void
test_token_forged (void)
{
  g_autoptr (BatonTokenKey) key = baton_token_key_new (secret, sizeof secret);
  g_autofree char *text = baton_token_key_sign (key, &good);
  const char *signature = strchr (text, '.') + 1;
  g_autofree char *none = forge ("{\"alg\":\"none\"}", "");
  g_autofree char *other = forge ("{\"v\":1,\"cid\":\"c2\",\"console\":false,\"epoch\":0,\"iat\":0,\"exp\":9999999999}", signature);
  g_autofree char *empty = forge ("", signature);
  g_autofree char *doubled = g_strconcat (text, ".", signature, NULL);
  g_autofree char *padded = g_strconcat (text, "=", NULL);
  g_autofree char *spaced = g_strconcat (" ", text, NULL);
  g_autofree char *trailing = g_strconcat (text, "\n", NULL);
  g_autofree char *unsigned_part = g_strndup (text, (gsize) (signature - text));
  g_autofree char *upper = g_ascii_strup (text, -1);
  g_autofree char *lengthy = g_strnfill (100000, 'a');
  const char *forged[] = { "", ".", "..", "a", "a.b", "tok1", none, other, empty, doubled, padded, spaced, trailing,
                           unsigned_part, upper, lengthy, signature, "eyJhbGciOiJub25lIn0.eyJjaWQiOiJjMSJ9." };

  for (gsize i = 0; i < G_N_ELEMENTS (forged); i++)
    assert_refused (key, forged[i]);
}

/* No character of a token can be changed, left out or added. */
static void
test_token_mangled (void)
{
  g_autoptr (BatonTokenKey) key = baton_token_key_new (secret, sizeof secret);
  g_autofree char *text = baton_token_key_sign (key, &good);
  gsize length = strlen (text);

  for (gsize i = 0; i < length; i++) {
    g_autofree char *changed = g_strdup (text);
    g_autofree char *shorter = NULL;
    g_autofree char *longer = NULL;

    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    assert_refused (key, changed);
    shorter = g_strdup_printf ("%.*s%s", (int) i, text, text + i + 1);
    assert_refused (key, shorter);
    longer = g_strdup_printf ("%.*sA%s", (int) i, text, text + i);
    assert_refused (key, longer);
    if (g_test_failed ())
      return;
  }
}

static void
test_token_random (void)
{
  g_autoptr (BatonTokenKey) key = baton_token_key_new (secret, sizeof secret);

  for (guint i = 0; i < 60; i++) {
    g_autofree char *text = baton_token_key_sign (key, &good);
    gint length = (gint) strlen (text);
    gint first = g_test_rand_int_range (0, length);

    text[first] ^= (char) g_test_rand_int_range (1, 128);
    for (gint n = g_test_rand_int_range (0, 6); n > 0; n--) {
      gint other = g_test_rand_int_range (0, length);

      if (other != first)
        text[other] = (char) g_test_rand_int_range (1, 128);
    }
    assert_refused (key, text);
  }
}

static void
test_token_other_key (void)
{
  static const guint8 other[32] = "another key, of the same length";
  g_autoptr (BatonTokenKey) ours = baton_token_key_new (secret, sizeof secret);
  g_autoptr (BatonTokenKey) theirs = baton_token_key_new (other, sizeof other);
  g_autofree char *text = baton_token_key_sign (theirs, &good);

  assert_refused (ours, text);
}

static void
test_token_key_file (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "token.key", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonTokenKey) made = baton_token_key_load (path, &error);
  g_autoptr (BatonTokenKey) loaded = NULL;
  g_autoptr (BatonToken) token = NULL;
  g_autofree char *text = NULL;
  GStatBuf info;

  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (info.st_size, ==, 32);

  loaded = baton_token_key_load (path, &error);
  g_assert_no_error (error);
  text = baton_token_key_sign (made, &good);
  token = baton_token_key_verify (loaded, text, NOW, &error);
  g_assert_no_error (error);
}

static void
test_token_bad_key_file (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "token.key", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "missing", "token.key", NULL);
  g_autoptr (GError) unmade = NULL;
  g_autoptr (GError) open = NULL;
  g_autoptr (GError) empty = NULL;

  g_assert_null (baton_token_key_load (nowhere, &unmade));
  g_assert_error (unmade, BATON_ERROR, BATON_ERROR_FAILED);

  g_assert_true (g_file_set_contents_full (path, "short", 5, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  g_assert_null (baton_token_key_load (path, &empty));
  g_assert_error (empty, BATON_ERROR, BATON_ERROR_INVALID);

  g_chmod (path, 0640);
  g_assert_null (baton_token_key_load (path, &open));
  g_assert_error (open, BATON_ERROR, BATON_ERROR_REFUSED);
}

/* S3: only ids that say what they are can be bound. */
static void
test_token_reserve (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonToken) bound = baton_token_reserve ("dl_7f3a", "Ines", 1800, &error);
  static const char *const origins[] = { "https://shop.example/", NULL };
  g_autoptr (BatonToken) unbound = baton_token_reserve (NULL, NULL, 1800, &error);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  g_assert_no_error (error);
  g_assert_true (baton_conversation_id_is_valid (bound->conversation_id));
  g_assert_cmpstr (bound->conversation_id, !=, unbound->conversation_id);
  g_assert_cmpstr (bound->user_id, ==, "dl_7f3a");
  g_assert_cmpstr (bound->user_name, ==, "Ines");
  g_assert_null (unbound->user_id);
  g_assert_false (bound->is_console);
  g_assert_cmpint (bound->epoch, ==, -1);
  g_assert_cmpint (ABS (bound->issued_at - now), <=, 1);
  g_assert_cmpint (bound->expires_at - bound->issued_at, ==, 1800);

  g_assert_true (baton_token_trusts (bound, "https://other.example"));
  g_assert_true (baton_token_trust (bound, origins, &error));
  g_assert_true (baton_token_trusts (bound, "https://shop.example"));
  g_assert_true (baton_token_trusts (bound, NULL));
  g_assert_false (baton_token_trusts (bound, "https://other.example"));
  g_assert_false (baton_token_trust (bound, (const char *const[]) { "shop", NULL }, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  g_assert_true (baton_token_trusts (bound, "https://shop.example"));
  g_clear_error (&error);

  g_assert_null (baton_token_reserve ("7f3a", NULL, 1800, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
}

/* The key is changed, and nobody notices: what the old one signed is good until it is taken away. */
static void
test_token_old_key (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "token-key", NULL);
  g_autofree char *old_path = g_strconcat (path, ".old", NULL);
  const BatonToken claims = { .conversation_id = (char *) "c1", .expires_at = 2000 };
  g_autoptr (BatonTokenKey) before = baton_token_key_load (path, NULL);
  g_autofree char *old = baton_token_key_sign (before, &claims);
  g_autoptr (BatonTokenKey) both = NULL;
  g_autoptr (BatonTokenKey) after = NULL;
  g_autoptr (BatonToken) read = NULL;
  g_autofree char *new = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) unreadable = NULL;

  g_assert_cmpint (g_rename (path, old_path), ==, 0);
  both = baton_token_key_load (path, &error);
  g_assert_no_error (error);
  read = baton_token_key_verify (both, old, 1000, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (read->conversation_id, ==, "c1");

  new = baton_token_key_sign (both, &claims);
  g_assert_null (baton_token_key_verify (before, new, 1000, NULL));
  g_assert_cmpint (g_remove (old_path), ==, 0);
  after = baton_token_key_load (path, &error);
  g_assert_no_error (error);
  g_clear_pointer (&read, baton_token_unref);
  read = baton_token_key_verify (after, new, 1000, &error);
  g_assert_no_error (error);
  g_assert_null (baton_token_key_verify (after, old, 1000, NULL));

  g_assert_true (g_file_set_contents (old_path, "short", -1, NULL));
  g_assert_cmpint (g_chmod (old_path, 0600), ==, 0);
  g_assert_null (baton_token_key_load (path, &unreadable));
  g_assert_error (unreadable, BATON_ERROR, BATON_ERROR_INVALID);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/hosting/token/round-trip", test_token_round_trip);
  g_test_add_func ("/hosting/token/expiry", test_token_expiry);
  g_test_add_func ("/hosting/token/forged", test_token_forged);
  g_test_add_func ("/hosting/token/mangled", test_token_mangled);
  g_test_add_func ("/hosting/token/random", test_token_random);
  g_test_add_func ("/hosting/token/other-key", test_token_other_key);
  g_test_add_func ("/hosting/token/S3/reserve", test_token_reserve);
  g_test_add_func ("/hosting/token/key-file", test_token_key_file);
  g_test_add_func ("/hosting/token/bad-key-file", test_token_bad_key_file);

  g_test_add_func ("/dl/token/old-key", test_token_old_key);
  return g_test_run ();
}
