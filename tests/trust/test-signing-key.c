/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "baton-error.h"
#include "baton-jwt.h"
#include "baton-signing-key.h"
#include "baton-test.h"

static BatonJwks *
public_half_of (const BatonSigningKey *key)
{
  g_autoptr (BatonJsonWriter) writer = baton_json_writer_new ();
  g_autofree char *text = NULL;
  g_autoptr (BatonJson) json = NULL;
  g_autoptr (GError) error = NULL;
  BatonJwks *keys;

  baton_signing_key_write_set (key, writer);
  text = baton_json_writer_finish_text (g_steal_pointer (&writer));
  g_assert_null (strstr (text, "\"d\""));
  json = baton_json_parse_text (text, -1, &BATON_JSON_LIMITS_BOT, &error);
  g_assert_no_error (error);
  keys = baton_jwks_new (baton_json_get_root (json), &error);
  g_assert_no_error (error);
  return keys;
}

/* What is signed with the key is good under its public half, also after the next start, and under no other. */
static void
test_signing_key_round_trip (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "key.pem", NULL);
  const BatonJwtRules rules = { "us", "them", 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSigningKey) made = baton_signing_key_load (path, &error);
  g_autoptr (BatonSigningKey) kept = NULL;
  g_autoptr (BatonSigningKey) other = baton_signing_key_new ();
  g_autoptr (BatonJwks) ours = NULL, others = NULL;
  g_autoptr (BatonJson) claims = NULL;
  g_autofree char *token = NULL;
  GStatBuf status;

  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  kept = baton_signing_key_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (baton_signing_key_get_id (kept), ==, baton_signing_key_get_id (made));
  g_assert_cmpstr (baton_signing_key_get_id (other), !=, baton_signing_key_get_id (made));

  token = baton_signing_key_sign (kept, "{\"iss\":\"us\",\"aud\":\"them\",\"exp\":100,\"serviceurl\":\"x\"}");
  ours = public_half_of (made);
  others = public_half_of (other);
  claims = baton_jwt_verify (token, ours, &rules, 50, &error);
  g_assert_no_error (error);
  g_assert_true (baton_json_node_is (baton_json_node_get_member (baton_json_get_root (claims), "serviceurl"), "x"));
  g_assert_null (baton_jwt_verify (token, others, &rules, 50, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

static void
test_signing_key_bad_file (void)
{
  g_autofree char *folder = baton_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "key.pem", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "no", "such", "folder", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "not a key", -1, NULL);
  g_assert_null (baton_signing_key_load (path, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (baton_signing_key_load (nowhere, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_FAILED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trust/signing-key/round-trip", test_signing_key_round_trip);
  g_test_add_func ("/trust/signing-key/bad-file", test_signing_key_bad_file);
  return g_test_run ();
}
