/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-signing-key.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <string.h>

#include "baton-error.h"
#include "baton-jwks.h"

#define BITS 2048

struct _BatonSigningKey {
  gnutls_privkey_t  key;
  char             *id;
  char             *modulus;    /* base64url, as is the exponent */
  char             *exponent;
};

/* --- making and keeping --- */

/* GnuTLS puts a zero in front of a number whose highest bit is set; a JSON Web Key has none. */
static char *
encode_number (const gnutls_datum_t *number)
{
  const unsigned char *data = number->data;
  gsize size = number->size;

  for (; size > 1 && *data == 0; data++)
    size--;
  return baton_base64url_encode (data, size);
}

/* The name follows from the key (RFC 7638): it is the same after each start, and another for another key. */
static char *
make_id (const BatonSigningKey *self)
{
  g_autofree char *text = g_strdup_printf ("{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}", self->exponent, self->modulus);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, digest, &length);
  return baton_base64url_encode (digest, length);
}

/* Takes @key. */
static BatonSigningKey *
take (gnutls_privkey_t key)
{
  BatonSigningKey *self = g_new0 (BatonSigningKey, 1);
  gnutls_datum_t modulus, exponent;

  self->key = key;
  if (gnutls_privkey_export_rsa_raw (key, &modulus, &exponent, NULL, NULL, NULL, NULL, NULL, NULL)
      != GNUTLS_E_SUCCESS) {
    baton_signing_key_free (self);
    return NULL;
  }
  self->modulus = encode_number (&modulus);
  self->exponent = encode_number (&exponent);
  self->id = make_id (self);
  gnutls_free (modulus.data);
  gnutls_free (exponent.data);
  return self;
}

static gnutls_privkey_t
init_key (void)
{
  gnutls_privkey_t key;

  if (gnutls_privkey_init (&key) != GNUTLS_E_SUCCESS)
    g_error ("no memory for a key");
  return key;
}

/**
 * baton_signing_key_new:
 *
 * Returns: (transfer full): a new key, which is kept nowhere
 */
BatonSigningKey *
baton_signing_key_new (void)
{
  gnutls_privkey_t key = init_key ();
  int code = gnutls_privkey_generate (key, GNUTLS_PK_RSA, BITS, 0);

  if (code != GNUTLS_E_SUCCESS)
    g_error ("a key cannot be made: %s", gnutls_strerror (code));
  return take (key);
}

static gboolean
save (const BatonSigningKey  *self,
      const char             *path,
      GError                **error)
{
  g_autoptr (GError) cause = NULL;
  gnutls_x509_privkey_t exported = NULL;
  gnutls_datum_t text = { NULL, 0 };
  gboolean is_saved;

  if (gnutls_privkey_export_x509 (self->key, &exported) != GNUTLS_E_SUCCESS
      || gnutls_x509_privkey_export2_pkcs8 (exported, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &text)
           != GNUTLS_E_SUCCESS)
    g_error ("a key of our own cannot be written");
  gnutls_x509_privkey_deinit (exported);

  is_saved = g_file_set_contents_full (path, (const char *) text.data, (gssize) text.size,
                                       G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &cause);
  gnutls_memset (text.data, 0, text.size);
  gnutls_free (text.data);
  if (!is_saved)
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "%s: %s", path, cause->message);
  return is_saved;
}

static BatonSigningKey *
make (const char  *path,
      GError     **error)
{
  g_autoptr (BatonSigningKey) self = baton_signing_key_new ();

  return save (self, path, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * baton_signing_key_load:
 * @path: a file in PEM
 * @error: return location for a [error@Error], whose message names the file and nothing of what is in it
 *
 * Returns: (transfer full): the key, or %NULL with @error set
 */
BatonSigningKey *
baton_signing_key_load (const char  *path,
                        GError     **error)
{
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GError) cause = NULL;
  gnutls_privkey_t key;
  BatonSigningKey *self = NULL;

  if (!g_file_get_contents (path, &text, &length, &cause)) {
    if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      return make (path, error);
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "%s", cause->message);
    return NULL;
  }

  key = init_key ();
  if (gnutls_privkey_import_x509_raw (key, &(gnutls_datum_t) { (unsigned char *) text, (unsigned int) length },
                                      GNUTLS_X509_FMT_PEM, NULL, 0) == GNUTLS_E_SUCCESS)
    self = take (key);
  else
    gnutls_privkey_deinit (key);
  gnutls_memset (text, 0, length);
  if (self == NULL)
    g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "%s: not an RSA key in PEM", path);
  return self;
}

void
baton_signing_key_free (BatonSigningKey *self)
{
  if (self == NULL)
    return;

  gnutls_privkey_deinit (self->key);
  g_free (self->id);
  g_free (self->modulus);
  g_free (self->exponent);
  g_free (self);
}

const char *
baton_signing_key_get_id (const BatonSigningKey *self)
{
  return self->id;
}

/* --- using --- */

/**
 * baton_signing_key_sign:
 * @claims: a JSON object
 *
 * Returns: (transfer full): a token that says so, signed with RS256
 */
char *
baton_signing_key_sign (const BatonSigningKey *self,
                        const char            *claims)
{
  g_autofree char *head = g_strdup_printf ("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}", self->id);
  g_autofree char *first = baton_base64url_encode (head, strlen (head));
  g_autofree char *second = baton_base64url_encode (claims, strlen (claims));
  g_autofree char *text = g_strconcat (first, ".", second, NULL);
  const gnutls_datum_t data = { (unsigned char *) text, (unsigned int) strlen (text) };
  g_autofree char *third = NULL;
  gnutls_datum_t signature;
  int code = gnutls_privkey_sign_data2 (self->key, GNUTLS_SIGN_RSA_SHA256, 0, &data, &signature);

  if (code != GNUTLS_E_SUCCESS)
    g_error ("a token cannot be signed: %s", gnutls_strerror (code));
  third = baton_base64url_encode (signature.data, signature.size);
  gnutls_free (signature.data);
  return g_strconcat (text, ".", third, NULL);
}

/**
 * baton_signing_key_write_set:
 *
 * `endorsements` names the channel for which tokens with this key stand: libraries for bots look for it.
 */
void
baton_signing_key_write_set (const BatonSigningKey *self,
                             BatonJsonWriter       *writer)
{
  static const char *const channels[] = { "directline", NULL };

  baton_json_writer_begin_object (writer);
  baton_json_writer_name (writer, "keys");
  baton_json_writer_begin_array (writer);
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_string (writer, "kty", "RSA");
  baton_json_writer_add_string (writer, "use", "sig");
  baton_json_writer_add_string (writer, "alg", "RS256");
  baton_json_writer_add_string (writer, "kid", self->id);
  baton_json_writer_add_string (writer, "n", self->modulus);
  baton_json_writer_add_string (writer, "e", self->exponent);
  baton_json_writer_add_strv (writer, "endorsements", channels);
  baton_json_writer_end_object (writer);
  baton_json_writer_end_array (writer);
  baton_json_writer_end_object (writer);
}
