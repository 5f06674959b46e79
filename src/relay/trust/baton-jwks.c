/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-jwks.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "baton-error.h"

#define MIN_RSA_BITS 2048
#define MAX_KEYS 64
#define ES256_PART 32   /* bytes of each of the two numbers of a signature, and of a coordinate */

typedef struct {
  BatonJwsAlgorithm algorithm;
  gnutls_pubkey_t   public_key;
} Key;

struct _BatonJwks {
  GHashTable *keys;   /* `kid` → Key */
};

/* --- base64url --- */

static int
value_of (char c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

GBytes *
baton_base64url_decode (const char *text,
                        gssize      length)
{
  gsize n = length >= 0 ? (gsize) length : strlen (text);
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new ((guint) (n / 4 * 3 + 3));
  guint bits = 0, n_bits = 0;

  if (n % 4 == 1)
    return NULL;
  for (gsize i = 0; i < n; i++) {
    int value = value_of (text[i]);
    guint8 byte;

    if (value < 0)
      return NULL;
    bits = (bits << 6 | (guint) value) & 0xffff;
    n_bits += 6;
    if (n_bits < 8)
      continue;
    n_bits -= 8;
    byte = (guint8) (bits >> n_bits);
    g_byte_array_append (bytes, &byte, 1);
  }
  /* The same bytes have one spelling: what is left over has to be zero. */
  if ((bits & ((1u << n_bits) - 1)) != 0)
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

char *
baton_base64url_encode (const void *data,
                        gsize       length)
{
  char *text = g_base64_encode (data, length);

  g_strdelimit (g_strdelimit (text, "+", '-'), "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

/* --- keys --- */

static void
key_free (gpointer data)
{
  Key *key = data;

  gnutls_pubkey_deinit (key->public_key);
  g_free (key);
}

static GBytes *
decode_member (BatonJsonNode  node,
               const char    *name)
{
  g_autofree char *text = baton_json_node_dup_member (node, name);

  return text != NULL ? baton_base64url_decode (text, -1) : NULL;
}

static gnutls_datum_t
datum_of (GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  return (gnutls_datum_t) { (unsigned char *) data, (unsigned int) size };
}

static guint
count_bits (GBytes *number)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (number, &size);

  for (; size > 0 && *data == 0; data++)
    size--;
  return size > 0 ? (guint) ((size - 1) * 8) + g_bit_storage (*data) : 0;
}

static gboolean
read_rsa (BatonJsonNode    node,
          gnutls_pubkey_t  public_key)
{
  g_autoptr (GBytes) modulus = decode_member (node, "n");
  g_autoptr (GBytes) exponent = decode_member (node, "e");
  gnutls_datum_t m, e;

  if (modulus == NULL || exponent == NULL || count_bits (modulus) < MIN_RSA_BITS || count_bits (exponent) < 2)
    return FALSE;
  m = datum_of (modulus);
  e = datum_of (exponent);
  return gnutls_pubkey_import_rsa_raw (public_key, &m, &e) == GNUTLS_E_SUCCESS;
}

static gboolean
read_ec (BatonJsonNode    node,
         gnutls_pubkey_t  public_key)
{
  g_autoptr (GBytes) first = decode_member (node, "x");
  g_autoptr (GBytes) second = decode_member (node, "y");
  gnutls_datum_t x, y;

  if (!baton_json_node_is (baton_json_node_get_member (node, "crv"), "P-256") || first == NULL || second == NULL
      || g_bytes_get_size (first) != ES256_PART || g_bytes_get_size (second) != ES256_PART)
    return FALSE;
  x = datum_of (first);
  y = datum_of (second);
  /* Refuses what is no point of the curve. */
  return gnutls_pubkey_import_ecc_raw (public_key, GNUTLS_ECC_CURVE_SECP256R1, &x, &y) == GNUTLS_E_SUCCESS
         && gnutls_pubkey_verify_params (public_key) == GNUTLS_E_SUCCESS;
}

/* A member that is there has to say what is expected; one that is not says nothing. */
static gboolean
agrees (BatonJsonNode  node,
        const char    *name,
        const char    *expected)
{
  BatonJsonNode member = baton_json_node_get_member (node, name);

  return baton_json_node_get_kind (member) == BATON_JSON_ABSENT || baton_json_node_is (member, expected);
}

/* Returns: (nullable): a key for signatures that we know how to check */
static Key *
read_key (BatonJsonNode node)
{
  BatonJsonNode kind = baton_json_node_get_member (node, "kty");
  const gboolean is_rsa = baton_json_node_is (kind, "RSA");
  gnutls_pubkey_t public_key;
  Key *key;

  if ((!is_rsa && !baton_json_node_is (kind, "EC"))
      || !agrees (node, "use", "sig") || !agrees (node, "alg", is_rsa ? "RS256" : "ES256"))
    return NULL;
  if (gnutls_pubkey_init (&public_key) != GNUTLS_E_SUCCESS)
    return NULL;
  if (!(is_rsa ? read_rsa : read_ec) (node, public_key)) {
    gnutls_pubkey_deinit (public_key);
    return NULL;
  }

  key = g_new (Key, 1);
  *key = (Key) { is_rsa ? BATON_JWS_RS256 : BATON_JWS_ES256, public_key };
  return key;
}

/**
 * baton_jwks_new:
 * @document: a JSON Web Key Set
 * @error: return location for a [error@Error]
 *
 * Keys for something else, or of a kind that is not ours, are left out; so are two that have the same name, since it
 * would not be clear who is believed.
 *
 * Returns: (transfer full): the keys, or %NULL with @error set if it is no such set
 */
BatonJwks *
baton_jwks_new (BatonJsonNode   document,
                GError        **error)
{
  BatonJsonNode list = baton_json_node_get_member (document, "keys");
  g_autoptr (GHashTable) twice = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  BatonJwks *self;
  BatonJsonNode node;
  BatonJsonIter iter;

  if (baton_json_node_get_kind (list) != BATON_JSON_ARRAY || baton_json_node_get_size (list) > MAX_KEYS) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "not a set of keys");
    return NULL;
  }

  self = g_new (BatonJwks, 1);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, key_free);
  baton_json_iter_init (&iter, list);
  while (baton_json_iter_next (&iter, NULL, &node)) {
    g_autofree char *id = baton_json_node_dup_member (node, "kid");
    Key *key;

    if (id == NULL || *id == '\0')
      continue;
    if (!g_hash_table_add (twice, g_strdup (id))) {
      g_hash_table_remove (self->keys, id);
      continue;
    }
    key = read_key (node);
    if (key != NULL)
      g_hash_table_insert (self->keys, g_steal_pointer (&id), key);
  }
  return self;
}

void
baton_jwks_free (BatonJwks *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->keys);
  g_free (self);
}

gboolean
baton_jwks_has_key (const BatonJwks *self,
                    const char      *key_id)
{
  return g_hash_table_contains (self->keys, key_id);
}

/* --- signatures --- */

static gboolean
verify_rs256 (gnutls_pubkey_t       public_key,
              const gnutls_datum_t *data,
              GBytes               *signature)
{
  const gnutls_datum_t value = datum_of (signature);

  return gnutls_pubkey_verify_data2 (public_key, GNUTLS_SIGN_RSA_SHA256, 0, data, &value) >= 0;
}

static gboolean
verify_es256 (gnutls_pubkey_t       public_key,
              const gnutls_datum_t *data,
              GBytes               *signature)
{
  gnutls_datum_t r = datum_of (signature);
  gnutls_datum_t s = r;
  gnutls_datum_t value;
  gboolean is_good;

  if (r.size != 2 * ES256_PART)
    return FALSE;
  r.size = s.size = ES256_PART;
  s.data += ES256_PART;
  if (gnutls_encode_rs_value (&value, &r, &s) != GNUTLS_E_SUCCESS)
    return FALSE;
  is_good = gnutls_pubkey_verify_data2 (public_key, GNUTLS_SIGN_ECDSA_SHA256, 0, data, &value) >= 0;
  gnutls_free (value.data);
  return is_good;
}

/**
 * baton_jwks_verify:
 * @key_id: name of the key
 * @algorithm: what the signature claims to be made with; the key decides whether that can be
 * @data: what was signed
 * @error: return location for a [error@Error]: %BATON_ERROR_GONE if there is no such key, %BATON_ERROR_UNAUTHENTICATED if
 *   it has not made this signature
 */
gboolean
baton_jwks_verify (const BatonJwks    *self,
                   const char         *key_id,
                   BatonJwsAlgorithm   algorithm,
                   const char         *data,
                   gsize               length,
                   GBytes             *signature,
                   GError            **error)
{
  const Key *key = g_hash_table_lookup (self->keys, key_id);
  const gnutls_datum_t datum = { (unsigned char *) data, (unsigned int) length };

  if (key == NULL) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_GONE, "signed with a key that is not known");
    return FALSE;
  }
  if (key->algorithm == algorithm
      && (algorithm == BATON_JWS_RS256 ? verify_rs256 : verify_es256) (key->public_key, &datum, signature))
    return TRUE;

  g_set_error_literal (error, BATON_ERROR, BATON_ERROR_UNAUTHENTICATED, "the signature is not good");
  return FALSE;
}
