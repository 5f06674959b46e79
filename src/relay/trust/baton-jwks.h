/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-json.h"

/**
 * BatonJwks:
 *
 * The public keys of somebody who signs tokens. Immutable.
 */
typedef struct _BatonJwks BatonJwks;

typedef enum {
  BATON_JWS_RS256,
  BATON_JWS_ES256,
} BatonJwsAlgorithm;

BatonJwks *baton_jwks_new     (BatonJsonNode       document,
                               GError            **error) G_GNUC_WARN_UNUSED_RESULT;
void       baton_jwks_free    (BatonJwks          *self);
gboolean   baton_jwks_has_key (const BatonJwks    *self,
                               const char         *key_id);
gboolean   baton_jwks_verify  (const BatonJwks    *self,
                               const char         *key_id,
                               BatonJwsAlgorithm   algorithm,
                               const char         *data,
                               gsize               length,
                               GBytes             *signature,
                               GError            **error);

/* base64url as tokens have it: no padding, no other characters, no bits left over. */
GBytes    *baton_base64url_decode (const char *text,
                                   gssize      length);   /* or %NULL */
char      *baton_base64url_encode (const void *data,
                                   gsize       length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonJwks, baton_jwks_free)
