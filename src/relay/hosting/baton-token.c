/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-token.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "baton-conversation.h"
#include "baton-error.h"
#include "baton-json-writer.h"
#include "baton-origin.h"
#include "baton-secret.h"

#define VERSION      1
#define KEY_SIZE     32
#define NONCE_SIZE   8
#define DIGEST_SIZE  32
#define MAX_TEXT     4096
#define MAX_ORIGINS  8
#define MAX_ORIGIN   200   /* so that all of them fit into a token */

/* The key before the last change, beside the one that signs. */
#define OLD ".old"

struct _BatonTokenKey {
  GBytes *secret;
  GBytes *old;      /* or NULL */
};

/**
 * baton_token_key_new:
 * @secret: random bytes
 * @length: at least 32
 */
BatonTokenKey *
baton_token_key_new (const guint8 *secret,
                     gsize         length)
{
  BatonTokenKey *self;

  g_return_val_if_fail (length >= KEY_SIZE, NULL);

  self = g_new0 (BatonTokenKey, 1);
  self->secret = g_bytes_new (secret, length);
  return self;
}

void
baton_token_key_free (BatonTokenKey *self)
{
  if (self == NULL)
    return;

  g_bytes_unref (self->secret);
  g_clear_pointer (&self->old, g_bytes_unref);
  g_free (self);
}

static gboolean
make_key_file (const char  *path,
               GError     **error)
{
  g_autoptr (GError) cause = NULL;
  guint8 secret[KEY_SIZE];

  if (getentropy (secret, sizeof secret) != 0)
    g_error ("no random numbers from the system: %s", g_strerror (errno));
  if (g_file_set_contents_full (path, (const char *) secret, sizeof secret,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &cause))
    return TRUE;

  g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "cannot write the token key: %s", cause->message);
  return FALSE;
}

static GBytes *
read_key_file (const char  *path,
               GError     **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *secret = NULL;
  gsize length = 0;
  GStatBuf info;

  if (g_stat (path, &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_REFUSED, "the token key %s can be read by others", path);
    return NULL;
  }
  if (!g_file_get_contents (path, &secret, &length, &cause)) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_FAILED, "cannot read the token key: %s", cause->message);
    return NULL;
  }
  if (length < KEY_SIZE) {
    g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "the token key %s is shorter than %d bytes", path, KEY_SIZE);
    return NULL;
  }
  return g_bytes_new_take (g_steal_pointer (&secret), length);
}

/**
 * baton_token_key_load:
 * @path: of the key file; made, readable by its owner alone, if there is none
 * @error: return location for a [error@Error]
 *
 * A file of that name with ".old" behind it holds the key before this one: it signs nothing any more, but what it has
 * signed stays good. So whoever moves the key there changes keys without anybody noticing.
 *
 * Returns: (transfer full) (nullable): the key; %NULL with @error set if a file cannot be read, is too short or can be
 *   read by others
 */
BatonTokenKey *
baton_token_key_load (const char  *path,
                      GError     **error)
{
  g_autofree char *old_path = g_strconcat (path, OLD, NULL);
  g_autoptr (BatonTokenKey) self = NULL;
  g_autoptr (GBytes) secret = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !make_key_file (path, error))
    return NULL;
  secret = read_key_file (path, error);
  if (secret == NULL)
    return NULL;

  self = g_new0 (BatonTokenKey, 1);
  self->secret = g_steal_pointer (&secret);
  if (g_file_test (old_path, G_FILE_TEST_EXISTS)) {
    self->old = read_key_file (old_path, error);
    if (self->old == NULL)
      return NULL;
  }
  return g_steal_pointer (&self);
}

/* base64url (RFC 4648, 5), without padding. */
static char *
encode (gconstpointer data,
        gsize         length)
{
  char *text = g_base64_encode (data, length);

  g_strdelimit (g_strdelimit (text, "+", '-'), "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

static GBytes *
decode (const char *text,
        gsize       length)
{
  g_autofree char *padded = g_strdup_printf ("%.*s%.*s", (int) length, text, (int) ((4 - length % 4) % 4), "===");
  guint8 *data;
  gsize size;

  g_strdelimit (g_strdelimit (padded, "-", '+'), "_", '/');
  data = g_base64_decode (padded, &size);
  return g_bytes_new_take (data, size);
}

static char *
make_signature (GBytes     *secret,
                const char *payload,
                gsize       length)
{
  gsize key_length;
  const guint8 *key = g_bytes_get_data (secret, &key_length);
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, key_length);
  guint8 digest[DIGEST_SIZE];
  gsize digest_length = sizeof digest;

  g_hmac_update (hmac, (const guchar *) payload, (gssize) length);
  g_hmac_get_digest (hmac, digest, &digest_length);
  return encode (digest, digest_length);
}

/**
 * baton_token_key_sign:
 *
 * Returns: (transfer full): a text that only this key can make, and that is new each time
 */
char *
baton_token_key_sign (BatonTokenKey    *self,
                      const BatonToken *token)
{
  g_autofree char *nonce = baton_secret_new (NONCE_SIZE);
  g_autofree char *json = NULL;
  g_autofree char *payload = NULL;
  g_autofree char *signature = NULL;
  BatonJsonWriter *writer;

  g_return_val_if_fail (token->conversation_id != NULL, NULL);

  writer = baton_json_writer_new ();
  baton_json_writer_begin_object (writer);
  baton_json_writer_add_int (writer, "v", VERSION);
  baton_json_writer_add_string (writer, "cid", token->conversation_id);
  if (token->user_id != NULL)
    baton_json_writer_add_string (writer, "uid", token->user_id);
  if (token->user_name != NULL)
    baton_json_writer_add_string (writer, "name", token->user_name);
  if (token->origins != NULL)
    baton_json_writer_add_strv (writer, "origins", (const char *const *) token->origins);
  baton_json_writer_add_boolean (writer, "console", token->is_console);
  baton_json_writer_add_int (writer, "epoch", token->epoch);
  baton_json_writer_add_int (writer, "iat", token->issued_at);
  baton_json_writer_add_int (writer, "exp", token->expires_at);
  baton_json_writer_add_string (writer, "n", nonce);
  baton_json_writer_end_object (writer);

  json = baton_json_writer_finish_text (writer);
  payload = encode (json, strlen (json));
  signature = make_signature (self->secret, payload, strlen (payload));
  return g_strconcat (payload, ".", signature, NULL);
}

static GStrv
read_origins (BatonJsonNode list)
{
  g_autoptr (GStrvBuilder) origins = g_strv_builder_new ();
  BatonJsonIter iter;
  BatonJsonNode value;

  if (baton_json_node_get_kind (list) != BATON_JSON_ARRAY)
    return NULL;
  baton_json_iter_init (&iter, list);
  while (baton_json_iter_next (&iter, NULL, &value)) {
    g_autofree char *origin = baton_json_node_dup_string (value);

    if (origin != NULL)
      g_strv_builder_add (origins, origin);
  }
  return g_strv_builder_end (origins);
}

static BatonToken *
read_claims (GBytes *json)
{
  g_autoptr (BatonJson) document = baton_json_parse (json, &BATON_JSON_LIMITS_CLIENT, NULL);
  g_autoptr (BatonToken) token = g_rc_box_new0 (BatonToken);
  BatonJsonNode root = baton_json_get_root (document);
  gint64 version = 0;

  if (!baton_json_node_get_int (baton_json_node_get_member (root, "v"), &version) || version != VERSION ||
      !baton_json_node_get_int (baton_json_node_get_member (root, "epoch"), &token->epoch) ||
      !baton_json_node_get_int (baton_json_node_get_member (root, "iat"), &token->issued_at) ||
      !baton_json_node_get_int (baton_json_node_get_member (root, "exp"), &token->expires_at))
    return NULL;

  token->conversation_id = baton_json_node_dup_member (root, "cid");
  token->user_id = baton_json_node_dup_member (root, "uid");
  token->user_name = baton_json_node_dup_member (root, "name");
  token->origins = read_origins (baton_json_node_get_member (root, "origins"));
  token->is_console = baton_json_node_is_true (baton_json_node_get_member (root, "console"));
  return token->conversation_id != NULL ? g_steal_pointer (&token) : NULL;
}

/* The text itself is compared, so that no second spelling of a good signature is good. */
static gboolean
has_signed (GBytes     *secret,
            const char *text,
            const char *dot)
{
  g_autofree char *signature = make_signature (secret, text, (gsize) (dot - text));

  return baton_secret_equal (dot + 1, signature);
}

static BatonToken *
read_signed (BatonTokenKey *self,
             const char    *text)
{
  const char *dot = strchr (text, '.');
  g_autoptr (GBytes) json = NULL;

  if (strlen (text) > MAX_TEXT || dot == NULL)
    return NULL;
  if (!has_signed (self->secret, text, dot) && (self->old == NULL || !has_signed (self->old, text, dot)))
    return NULL;

  json = decode (text, (gsize) (dot - text));
  return read_claims (json);
}

/**
 * baton_token_key_verify:
 * @text: what somebody presents as a token
 * @now_seconds: since 1970
 * @error: return location for a [error@Error]
 *
 * Returns: (transfer full) (nullable): its claims; %NULL with %BATON_ERROR_EXPIRED if it was good once, and with
 *   %BATON_ERROR_REFUSED for anything else
 */
BatonToken *
baton_token_key_verify (BatonTokenKey  *self,
                        const char     *text,
                        gint64          now_seconds,
                        GError        **error)
{
  g_autoptr (BatonToken) token = read_signed (self, text);

  if (token == NULL) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_REFUSED, "not a token of ours");
    return NULL;
  }
  if (now_seconds >= token->expires_at) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_EXPIRED, "the token has expired");
    return NULL;
  }
  return g_steal_pointer (&token);
}

/**
 * baton_token_reserve:
 * @user_id: (nullable): whom the token is bound to; begins with `dl_`, so that no id of another service is taken for one
 * @user_name: (nullable): what the user is called
 * @seconds: how long the token is good from now on
 * @error: return location for a [error@Error]
 *
 * Whoever hands out tokens for new conversations takes the claims from here (protocol 1.4). The conversation only begins
 * when it is started.
 *
 * Returns: (transfer full): the claims, not signed yet, or %NULL with @error set: %BATON_ERROR_INVALID for another id
 */
BatonToken *
baton_token_reserve (const char  *user_id,
                     const char  *user_name,
                     guint        seconds,
                     GError     **error)
{
  BatonToken *self;

  if (user_id != NULL && !g_str_has_prefix (user_id, "dl_")) {
    g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, "User ids must begin with dl_");
    return NULL;
  }

  self = g_rc_box_new0 (BatonToken);
  self->conversation_id = baton_conversation_new_id ();
  self->user_id = g_strdup (user_id);
  self->user_name = g_strdup (user_name);
  self->epoch = -1;
  self->issued_at = g_get_real_time () / G_TIME_SPAN_SECOND;
  self->expires_at = self->issued_at + seconds;
  return self;
}

/**
 * baton_token_trust:
 * @self: claims that are not signed yet
 * @origins: addresses of pages, at least one; written as people do
 * @error: return location for a [error@Error]
 *
 * Binds the token to pages of these addresses (`trustedOrigins`, protocol 1.2).
 *
 * Returns: %FALSE with %BATON_ERROR_INVALID, and nothing changed, where one of them is none or there are too many
 */
gboolean
baton_token_trust (BatonToken         *self,
                   const char *const  *origins,
                   GError            **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; origins[i] != NULL; i++) {
    g_autofree char *origin = baton_origin_normalise (origins[i]);

    if (origin == NULL || strlen (origin) > MAX_ORIGIN || i == MAX_ORIGINS) {
      g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "Trusted origins must be up to %d addresses of pages", MAX_ORIGINS);
      return FALSE;
    }
    g_strv_builder_add (builder, origin);
  }
  g_strfreev (self->origins);
  self->origins = g_strv_builder_end (builder);
  return TRUE;
}

/**
 * baton_token_trusts:
 * @origin: (nullable): who says that he has the token; whoever is no browser says nothing
 */
gboolean
baton_token_trusts (const BatonToken *self,
                    const char       *origin)
{
  return self->origins == NULL || origin == NULL || g_strv_contains ((const char *const *) self->origins, origin);
}

/**
 * baton_token_ref:
 * @self: claims that came from here; they are shared, so nobody changes them
 *
 * Returns: (transfer full): the same
 */
BatonToken *
baton_token_ref (BatonToken *self)
{
  return g_rc_box_acquire (self);
}

static void
token_clear (gpointer data)
{
  BatonToken *self = data;

  g_free (self->conversation_id);
  g_free (self->user_id);
  g_free (self->user_name);
  g_strfreev (self->origins);
}

void
baton_token_unref (BatonToken *self)
{
  g_rc_box_release_full (self, token_clear);
}
