/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "baton-error.h"
#include "baton-json-writer.h"
#include "baton-jwt.h"
#include "baton-test.h"

#define NOW G_GINT64_CONSTANT (1800000000)

#define HEAD "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"rsa\"}"
#define CLAIMS "{\"iss\":\"https://login.example/\",\"aud\":\"shop\",\"exp\":1800000100,\"nbf\":1799999900,\"iat\":1799999900}"
#define WITH(members) "{\"iss\":\"https://login.example/\",\"aud\":\"shop\",\"exp\":1800000100" members "}"
#define TIMES ",\"exp\":1800000100}"

/* --- whose keys --- */

typedef enum { RSA, OTHER_RSA, SMALL_RSA, EC, OTHER_EC, P384, N_SIGNERS } Signer;

static gnutls_privkey_t signers[N_SIGNERS];
static BatonJwks *keys;

static char *
encode (gnutls_datum_t *number,
        gsize           size)   /* 0: without leading zeros */
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const guint8 *data = number->data;
  gsize left = number->size;

  for (; left > 1 && *data == 0; data++)
    left--;
  for (gsize i = left; i < size; i++)
    g_byte_array_append (bytes, (const guint8 *) "", 1);
  g_byte_array_append (bytes, data, (guint) left);
  gnutls_free (number->data);
  return baton_base64url_encode (bytes->data, bytes->len);
}

static void
add_rsa (GString    *set,
         Signer      signer,
         const char *members)
{
  gnutls_datum_t m, e;
  g_autofree char *n_text = NULL, *e_text = NULL;

  g_assert_cmpint (gnutls_privkey_export_rsa_raw (signers[signer], &m, &e, NULL, NULL, NULL, NULL, NULL, NULL), ==, 0);
  n_text = encode (&m, 0);
  e_text = encode (&e, 0);
  g_string_append_printf (set, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\",%s},", n_text, e_text, members);
}

static void
add_ec (GString    *set,
        Signer      signer,
        const char *curve,
        gsize       size,
        const char *members)
{
  gnutls_datum_t x, y;
  g_autofree char *x_text = NULL, *y_text = NULL;

  g_assert_cmpint (gnutls_privkey_export_ecc_raw (signers[signer], NULL, &x, &y, NULL), ==, 0);
  x_text = encode (&x, size);
  y_text = encode (&y, size);
  g_string_append_printf (set, "{\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%s\",\"y\":\"%s\",%s},", curve, x_text, y_text, members);
}

static void
make_keys (void)
{
  static const struct { gnutls_pk_algorithm_t kind; unsigned int bits; } kinds[N_SIGNERS] = {
    { GNUTLS_PK_RSA, 2048 }, { GNUTLS_PK_RSA, 2048 }, { GNUTLS_PK_RSA, 1024 },
    { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1) },
    { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1) },
    { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1) },
  };
  g_autoptr (GString) set = g_string_new ("{\"keys\":[");
  g_autoptr (BatonJson) json = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_SIGNERS; i++) {
    g_assert_cmpint (gnutls_privkey_init (&signers[i]), ==, 0);
    g_assert_cmpint (gnutls_privkey_generate (signers[i], kinds[i].kind, kinds[i].bits, 0), ==, 0);
  }
  add_rsa (set, RSA, "\"kid\":\"rsa\",\"use\":\"sig\",\"alg\":\"RS256\"");
  add_rsa (set, RSA, "\"kid\":\"bare\"");
  add_rsa (set, RSA, "\"kid\":\"enc\",\"use\":\"enc\"");
  add_rsa (set, RSA, "\"kid\":\"rs512\",\"alg\":\"RS512\"");
  add_rsa (set, RSA, "\"kid\":\"twice\"");
  add_rsa (set, OTHER_RSA, "\"kid\":\"twice\"");
  add_rsa (set, RSA, "\"kid\":\"\"");
  add_rsa (set, SMALL_RSA, "\"kid\":\"small\"");
  add_ec (set, EC, "P-256", 32, "\"kid\":\"ec\",\"use\":\"sig\",\"alg\":\"ES256\"");
  add_ec (set, P384, "P-384", 48, "\"kid\":\"p384\"");
  add_ec (set, EC, "P-256", 40, "\"kid\":\"long-numbers\"");
  g_string_append (set, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"no-point\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\","
                   "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\"},"
                   "{\"kty\":\"oct\",\"kid\":\"oct\",\"k\":\"c2VjcmV0\"},7,null,{\"kid\":\"nothing\"}]}");
  json = baton_json_parse_text (set->str, -1, &BATON_JSON_LIMITS_BOT, &error);
  g_assert_no_error (error);
  keys = baton_jwks_new (baton_json_get_root (json), &error);
  g_assert_no_error (error);
}

/* --- making tokens --- */

static char *
encode_text (const char *text)
{
  return baton_base64url_encode (text, strlen (text));
}

static char *
sign (const char              *text,
      Signer                   signer,
      gnutls_sign_algorithm_t  algorithm)
{
  const gnutls_datum_t data = { (unsigned char *) text, (unsigned int) strlen (text) };
  gnutls_datum_t signature, r, s;
  g_autofree guint8 *raw = NULL;
  const gsize half = signer == P384 ? 48 : 32;

  g_assert_cmpint (gnutls_privkey_sign_data2 (signers[signer], algorithm, 0, &data, &signature), ==, 0);
  if (signer < EC) {
    char *encoded = baton_base64url_encode (signature.data, signature.size);

    gnutls_free (signature.data);
    return encoded;
  }

  g_assert_cmpint (gnutls_decode_rs_value (&signature, &r, &s), ==, 0);
  raw = g_malloc0 (2 * half);
  for (gsize i = 0; i < half; i++) {
    if (i < r.size)
      raw[half - 1 - i] = r.data[r.size - 1 - i];
    if (i < s.size)
      raw[2 * half - 1 - i] = s.data[s.size - 1 - i];
  }
  gnutls_free (signature.data);
  gnutls_free (r.data);
  gnutls_free (s.data);
  return baton_base64url_encode (raw, 2 * half);
}

static char *
make_token (const char              *head,
            const char              *claims,
            Signer                   signer,
            gnutls_sign_algorithm_t  algorithm)
{
  g_autofree char *first = encode_text (head);
  g_autofree char *second = encode_text (claims);
  g_autofree char *text = g_strconcat (first, ".", second, NULL);
  g_autofree char *third = sign (text, signer, algorithm);

  return g_strconcat (text, ".", third, NULL);
}

static gboolean
is_accepted (const char  *token,
             GError     **error)
{
  const BatonJwtRules rules = { "https://login.example/", "shop", 300 };
  g_autoptr (BatonJson) claims = baton_jwt_verify (token, keys, &rules, NOW, error);

  return claims != NULL;
}

/* --- what a token says --- */

static const struct {
  const char              *head;
  const char              *claims;
  Signer                   signer;
  gnutls_sign_algorithm_t  algorithm;
} good[] = {
  { HEAD, CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"bare\",\"typ\":\"at+jwt\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"jwt\",\"x5t\":\"rsa\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"JWT\"}", CLAIMS, EC, GNUTLS_SIGN_ECDSA_SHA256 },
  /* A key it brings along is not looked at. */
  { "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"jku\":\"https://evil.example/\",\"jwk\":{\"kty\":\"oct\"}}", CLAIMS, RSA,
    GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, WITH (""), RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, WITH (",\"azp\":\"shop\",\"serviceurl\":\"http://127.0.0.1/\""), RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":[\"shop\"]" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":[\"other\",\"shop\"],\"azp\":\"shop\"" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  /* Clocks differ by less than five minutes. */
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"shop\",\"exp\":1799999701}", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, WITH (",\"nbf\":1800000300,\"iat\":1800000300"), RSA, GNUTLS_SIGN_RSA_SHA256 },
};

static const struct {
  const char              *head;
  const char              *claims;
  Signer                   signer;
  gnutls_sign_algorithm_t  algorithm;
} bad[] = {
  /* the signature */
  { HEAD, CLAIMS, OTHER_RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, CLAIMS, SMALL_RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA512 },
  { HEAD, CLAIMS, EC, GNUTLS_SIGN_ECDSA_SHA256 },
  { "{\"alg\":\"ES256\",\"kid\":\"ec\"}", CLAIMS, OTHER_EC, GNUTLS_SIGN_ECDSA_SHA256 },
  { "{\"alg\":\"ES256\",\"kid\":\"ec\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"ES256\",\"kid\":\"ec\"}", CLAIMS, P384, GNUTLS_SIGN_ECDSA_SHA256 },
  { "{\"alg\":\"ES256\",\"kid\":\"ec\"}", CLAIMS, EC, GNUTLS_SIGN_ECDSA_SHA384 },
  /* the algorithm */
  { "{\"alg\":\"none\",\"kid\":\"rsa\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"None\",\"kid\":\"rsa\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"\",\"kid\":\"rsa\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"kid\":\"rsa\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"HS256\",\"kid\":\"rsa\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"HS256\",\"kid\":\"oct\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"rs256\",\"kid\":\"rsa\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS384\",\"kid\":\"rsa\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA384 },
  { "{\"alg\":\"RS512\",\"kid\":\"rs512\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA512 },
  { "{\"alg\":\"PS256\",\"kid\":\"rsa\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":[\"RS256\"],\"kid\":\"rsa\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"ec\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"ES256\",\"kid\":\"rsa\"}", CLAIMS, EC, GNUTLS_SIGN_ECDSA_SHA256 },
  { "{\"alg\":\"RS256\",\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  /* the key */
  { "{\"alg\":\"RS256\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":7}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"unknown\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"RSA\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"enc\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"rs512\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"twice\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"twice\"}", CLAIMS, OTHER_RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"small\"}", CLAIMS, SMALL_RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"ES256\",\"kid\":\"p384\"}", CLAIMS, P384, GNUTLS_SIGN_ECDSA_SHA256 },
  { "{\"alg\":\"ES256\",\"kid\":\"long-numbers\"}", CLAIMS, EC, GNUTLS_SIGN_ECDSA_SHA256 },
  { "{\"alg\":\"ES256\",\"kid\":\"no-point\"}", CLAIMS, EC, GNUTLS_SIGN_ECDSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"nothing\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  /* the rest of the head */
  { "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":[\"exp\"]}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":null}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"JWE\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":7}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "[]", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "\"RS256\"", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { "{\"alg\":\"RS256\",\"kid\":\"rsa\"", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256 },
  /* the claims */
  { HEAD, "", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{}", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "[]", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "7", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, CLAIMS "x", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"aud\":\"shop\"" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example\",\"aud\":\"shop\"" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/x\",\"aud\":\"shop\"" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"HTTPS://login.example/\",\"aud\":\"shop\"" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":[\"https://login.example/\"],\"aud\":\"shop\"" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://evil.example/\",\"iss\":\"https://login.example/\",\"aud\":\"shop\"" TIMES, RSA,
    GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\"" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"Shop\"" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"shop2\"" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"\"" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":null" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":[]" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":[\"other\"]" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":[\"shop\",\"other\"]" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":[\"shop\",\"other\"],\"azp\":\"other\"" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":[\"shop\",7],\"azp\":\"shop\"" TIMES, RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, WITH (",\"azp\":\"other\""), RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, WITH (",\"azp\":null"), RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"shop\"}", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"shop\",\"exp\":1799999700}", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"shop\",\"exp\":0}", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"shop\",\"exp\":-1}", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"shop\",\"exp\":\"1800000100\"}", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"shop\",\"exp\":1800000100.5}", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"shop\",\"exp\":1e99}", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"shop\",\"exp\":99999999999999999999}", RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, WITH (",\"nbf\":1800000301"), RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, WITH (",\"nbf\":\"1\""), RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, WITH (",\"nbf\":null"), RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, WITH (",\"iat\":1800000301"), RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, WITH (",\"iat\":-1"), RSA, GNUTLS_SIGN_RSA_SHA256 },
  { HEAD, WITH (",\"exp\":1800000200"), RSA, GNUTLS_SIGN_RSA_SHA256 },
};

static void
test_jwt_good (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (good), >=, 10);
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autofree char *token = make_token (good[i].head, good[i].claims, good[i].signer, good[i].algorithm);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s %s", good[i].head, good[i].claims);
    g_assert_true (is_accepted (token, &error));
    g_assert_no_error (error);
  }
}

static void
test_jwt_bad (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (bad), >=, 60);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *token = make_token (bad[i].head, bad[i].claims, bad[i].signer, bad[i].algorithm);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s %s", bad[i].head, bad[i].claims);
    g_assert_false (is_accepted (token, &error));
    g_assert_nonnull (error);
  }
}

/* Takes @text, and keeps it until the end. */
static const char *
keep (char *text)
{
  const char *kept = g_intern_string (text);

  g_free (text);
  return kept;
}

/* What came of a good token on its way, or by malice. */
static void
test_jwt_broken (void)
{
  g_autofree char *token = make_token (HEAD, CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256);
  g_autofree char *curved = make_token ("{\"alg\":\"ES256\",\"kid\":\"ec\"}", CLAIMS, EC, GNUTLS_SIGN_ECDSA_SHA256);
  g_auto (GStrv) parts = g_strsplit (token, ".", -1);
  g_autofree char *other = encode_text ("{\"iss\":\"https://login.example/\",\"aud\":\"shop\",\"exp\":1900000000}");
  g_autofree char *huge = g_strnfill (100000, 'A');
  const char *const broken[] = {
    "", "a", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d",
    keep (g_strconcat (parts[0], ".", parts[1], NULL)),
    keep (g_strconcat (parts[0], ".", parts[1], ".", NULL)),
    keep (g_strconcat (".", parts[1], ".", parts[2], NULL)),
    keep (g_strconcat (parts[0], "..", parts[2], NULL)),
    keep (g_strconcat (parts[0], ".", other, ".", parts[2], NULL)),
    keep (g_strconcat (token, ".", NULL)),
    keep (g_strconcat (token, "=", NULL)),
    keep (g_strconcat (token, "A", NULL)),
    keep (g_strconcat (" ", token, NULL)),
    keep (g_strconcat (token, "\n", NULL)),
    keep (g_strconcat (parts[0], "=.", parts[1], ".", parts[2], NULL)),
    keep (g_strconcat (parts[0], ".", parts[1], "==.", parts[2], NULL)),
    keep (g_strndup (token, strlen (token) - 4)),
    keep (g_strndup (curved, strlen (curved) - 4)),
    keep (g_strconcat (curved, "AAAA", NULL)),
    keep (g_strconcat (parts[0], ".", parts[1], ".", huge, NULL)),
    keep (g_strconcat (huge, ".", parts[1], ".", parts[2], NULL)),
  };

  g_assert_true (is_accepted (token, NULL));
  g_assert_true (is_accepted (curved, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("case %" G_GSIZE_FORMAT, i);
    g_assert_false (is_accepted (broken[i], &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED);
  }

  /* Each character counts, wherever it stands. */
  for (gsize i = 0; token[i] != '\0'; i++) {
    g_autofree char *changed = g_strdup (token);

    changed[i] = changed[i] == 'x' ? 'y' : 'x';
    g_assert_false (is_accepted (changed, NULL));
  }
}

static void
test_jwt_errors (void)
{
  g_autofree char *expired = make_token (HEAD, "{\"iss\":\"https://login.example/\",\"aud\":\"shop\",\"exp\":1}", RSA,
                                         GNUTLS_SIGN_RSA_SHA256);
  g_autofree char *unknown = make_token ("{\"alg\":\"RS256\",\"kid\":\"new\"}", CLAIMS, RSA, GNUTLS_SIGN_RSA_SHA256);
  g_autoptr (GError) error = NULL;

  g_assert_false (is_accepted (expired, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_EXPIRED);
  g_clear_error (&error);
  g_assert_false (is_accepted (unknown, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_GONE);
}

static void
test_jwt_sets (void)
{
  static const char *const sets[] = { "{}", "[]", "7", "{\"keys\":{}}", "{\"keys\":null}" };

  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++) {
    g_autoptr (BatonJson) json = baton_json_parse_text (sets[i], -1, &BATON_JSON_LIMITS_BOT, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_null (baton_jwks_new (baton_json_get_root (json), &error));
    g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  }
  g_assert_true (baton_jwks_has_key (keys, "rsa"));
  g_assert_false (baton_jwks_has_key (keys, "small"));
}

static void
test_jwt_base64 (void)
{
  for (gsize i = 0; i < 70; i++) {
    g_autofree char *data = g_strnfill (i, (char) (i * 37));
    g_autofree char *text = baton_base64url_encode (data, i);
    g_autoptr (GBytes) bytes = baton_base64url_decode (text, -1);

    g_assert_nonnull (bytes);
    g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, i);
  }
  g_assert_null (baton_base64url_decode ("AB", -1));   /* bits left over */
  g_assert_null (baton_base64url_decode ("A", -1));
  g_assert_null (baton_base64url_decode ("+/", -1));
}

int
main (int    argc,
      char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  make_keys ();
  g_test_add_func ("/trust/jwt/good", test_jwt_good);
  g_test_add_func ("/trust/jwt/bad", test_jwt_bad);
  g_test_add_func ("/trust/jwt/broken", test_jwt_broken);
  g_test_add_func ("/trust/jwt/errors", test_jwt_errors);
  g_test_add_func ("/trust/jwt/sets", test_jwt_sets);
  g_test_add_func ("/trust/jwt/base64", test_jwt_base64);
  result = g_test_run ();
  baton_jwks_free (keys);
  for (guint i = 0; i < N_SIGNERS; i++)
    gnutls_privkey_deinit (signers[i]);
  return result;
}
