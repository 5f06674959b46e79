/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-jwt.h"

#include <string.h>

#include "baton-error.h"

#define MAX_TOKEN (16 * 1024)

static const BatonJsonLimits part_limits = { MAX_TOKEN, 8, 500 };

static gboolean
fail (GError     **error,
      BatonError   code,
      const char  *why)
{
  g_set_error_literal (error, BATON_ERROR, (int) code, why);
  return FALSE;
}

static gboolean
has_member_twice (BatonJsonNode object)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  BatonJsonNode name, value;
  BatonJsonIter iter;

  baton_json_iter_init (&iter, object);
  while (baton_json_iter_next (&iter, &name, &value))
    if (!g_hash_table_add (names, baton_json_node_dup_string (name)))
      return TRUE;
  return FALSE;
}

/* Returns: (transfer full) (nullable): an object in which no name is given twice: of two, readers may choose either */
static BatonJson *
parse_part (const char *text,
            gsize       length)
{
  g_autoptr (GBytes) bytes = baton_base64url_decode (text, (gssize) length);
  g_autoptr (BatonJson) json = bytes != NULL ? baton_json_parse (bytes, &part_limits, NULL) : NULL;
  BatonJsonNode root;

  if (json == NULL)
    return NULL;
  root = baton_json_get_root (json);
  if (baton_json_node_get_kind (root) != BATON_JSON_OBJECT || has_member_twice (root))
    return NULL;
  return g_steal_pointer (&json);
}

static gboolean
is_there (BatonJsonNode  object,
          const char    *name)
{
  return baton_json_node_get_kind (baton_json_node_get_member (object, name)) != BATON_JSON_ABSENT;
}

/* --- the head --- */

static gboolean
read_algorithm (BatonJsonNode      head,
                BatonJwsAlgorithm *algorithm)
{
  BatonJsonNode name = baton_json_node_get_member (head, "alg");

  if (baton_json_node_is (name, "RS256"))
    *algorithm = BATON_JWS_RS256;
  else if (baton_json_node_is (name, "ES256"))
    *algorithm = BATON_JWS_ES256;
  else
    return FALSE;
  return TRUE;
}

static gboolean
type_is_good (BatonJsonNode head)
{
  g_autofree char *type = baton_json_node_dup_member (head, "typ");

  if (!is_there (head, "typ"))
    return TRUE;
  return type != NULL && (g_ascii_strcasecmp (type, "JWT") == 0 || g_ascii_strcasecmp (type, "at+jwt") == 0);
}

/* `jwk`, `jku`, `x5c`, `x5u` are not looked at: a token must not bring its own key. */
static gboolean
check_head (const char       *token,
            gsize             head_length,
            gsize             signed_length,
            const BatonJwks  *keys,
            GError          **error)
{
  g_autoptr (BatonJson) json = parse_part (token, head_length);
  g_autoptr (GBytes) signature = baton_base64url_decode (token + signed_length + 1, -1);
  g_autofree char *key_id = NULL;
  BatonJwsAlgorithm algorithm;
  BatonJsonNode head;

  if (json == NULL || signature == NULL)
    return fail (error, BATON_ERROR_UNAUTHENTICATED, "not a token");
  head = baton_json_get_root (json);
  key_id = baton_json_node_dup_member (head, "kid");
  if (!read_algorithm (head, &algorithm) || !type_is_good (head) || is_there (head, "crit") || key_id == NULL)
    return fail (error, BATON_ERROR_UNAUTHENTICATED, "not signed in a way that is accepted");
  return baton_jwks_verify (keys, key_id, algorithm, token, signed_length, signature, error);
}

/* --- the claims --- */

/* One of several audiences is accepted only if the token was given to that one. */
static gboolean
is_for (BatonJsonNode  claims,
        const char    *audience)
{
  BatonJsonNode list = baton_json_node_get_member (claims, "aud");
  BatonJsonNode party = baton_json_node_get_member (claims, "azp");
  BatonJsonNode one;
  BatonJsonIter iter;
  gboolean is_named = FALSE;

  if (baton_json_node_get_kind (party) != BATON_JSON_ABSENT && !baton_json_node_is (party, audience))
    return FALSE;
  if (baton_json_node_get_kind (list) == BATON_JSON_STRING)
    return baton_json_node_is (list, audience);
  if (baton_json_node_get_kind (list) != BATON_JSON_ARRAY)
    return FALSE;

  baton_json_iter_init (&iter, list);
  while (baton_json_iter_next (&iter, NULL, &one)) {
    if (baton_json_node_get_kind (one) != BATON_JSON_STRING)
      return FALSE;
    is_named |= baton_json_node_is (one, audience);
  }
  return is_named && (baton_json_node_get_size (list) == 1 || baton_json_node_is (party, audience));
}

/* Returns: %FALSE if @name is there, and no time that @earliest and @latest allow */
static gboolean
is_between (BatonJsonNode  claims,
            const char    *name,
            gint64         earliest,
            gint64         latest)
{
  BatonJsonNode claim = baton_json_node_get_member (claims, name);
  gint64 time;

  return !is_there (claims, name) || (baton_json_node_get_int (claim, &time) && time >= earliest && time <= latest);
}

static gboolean
check_claims (BatonJsonNode         claims,
              const BatonJwtRules  *rules,
              gint64                now,
              GError              **error)
{
  const gint64 leeway = rules->leeway;
  gint64 expires;

  if (!baton_json_node_is (baton_json_node_get_member (claims, "iss"), rules->issuer))
    return fail (error, BATON_ERROR_UNAUTHENTICATED, "made by somebody else");
  if (!is_for (claims, rules->audience))
    return fail (error, BATON_ERROR_UNAUTHENTICATED, "made for somebody else");
  if (!baton_json_node_get_int (baton_json_node_get_member (claims, "exp"), &expires))
    return fail (error, BATON_ERROR_UNAUTHENTICATED, "without a time at which it expires");
  if (!is_between (claims, "nbf", 0, now + leeway) || !is_between (claims, "iat", 0, now + leeway))
    return fail (error, BATON_ERROR_UNAUTHENTICATED, "from a time that is still to come");
  if (expires <= now - leeway)
    return fail (error, BATON_ERROR_EXPIRED, "expired");
  return TRUE;
}

/**
 * baton_jwt_verify:
 * @token: what came as one
 * @keys: whose signatures count
 * @rules: what it has to say
 * @now: seconds since 1970
 * @error: return location for a [error@Error]: %BATON_ERROR_UNAUTHENTICATED, %BATON_ERROR_EXPIRED, or %BATON_ERROR_GONE if
 *   it is signed with a key that is not among @keys, but may be among newer ones
 *
 * Returns: (transfer full): its claims, or %NULL with @error set
 */
BatonJson *
baton_jwt_verify (const char           *token,
                  const BatonJwks      *keys,
                  const BatonJwtRules  *rules,
                  gint64                now,
                  GError              **error)
{
  gsize head = strcspn (token, ".");
  gsize body = token[head] == '.' ? strcspn (token + head + 1, ".") : 0;
  gsize end = head + 1 + body;
  g_autoptr (BatonJson) claims = NULL;

  if (strlen (token) > MAX_TOKEN || token[head] != '.' || token[end] != '.' || strchr (token + end + 1, '.') != NULL) {
    fail (error, BATON_ERROR_UNAUTHENTICATED, "not a token");
    return NULL;
  }
  if (!check_head (token, head, end, keys, error))
    return NULL;

  claims = parse_part (token + head + 1, body);
  if (claims == NULL)
    fail (error, BATON_ERROR_UNAUTHENTICATED, "not a token");
  if (claims == NULL || !check_claims (baton_json_get_root (claims), rules, now, error))
    return NULL;
  return g_steal_pointer (&claims);
}
