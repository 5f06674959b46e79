/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-jwks.h"

/* Tokens that others have signed (JSON Web Tokens, RS256 and ES256). What a token says of itself is not believed: which
 * keys count is the caller's to know, and which of them made it only its name tells. Pure. */

/**
 * BatonJwtRules:
 * @issuer: who has to have made it
 * @audience: whom it has to be for
 * @leeway: seconds by which clocks may differ
 */
typedef struct {
  const char *issuer;
  const char *audience;
  guint       leeway;
} BatonJwtRules;

BatonJson *baton_jwt_verify (const char           *token,
                             const BatonJwks      *keys,
                             const BatonJwtRules  *rules,
                             gint64                now,
                             GError              **error) G_GNUC_WARN_UNUSED_RESULT;
