/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-jwt.h"

/**
 * BatonIssuer:
 *
 * Somebody else who signs tokens, known by the address of an OpenID metadata document, which tells its name and where
 * its keys are. Both are read when a token is to be checked first, and again for a key that is not known, at most once a
 * minute.
 */
#define BATON_TYPE_ISSUER (baton_issuer_get_type ())
G_DECLARE_FINAL_TYPE (BatonIssuer, baton_issuer, BATON, ISSUER, GObject)

BatonIssuer *baton_issuer_new          (SoupSession          *session,
                                        const char           *metadata_url);
void         baton_issuer_check_async  (BatonIssuer          *self,
                                        const char           *token,
                                        const char           *audience,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
BatonJson   *baton_issuer_check_finish (BatonIssuer          *self,
                                        GAsyncResult         *result,
                                        GError              **error);   /* the claims */
gboolean     baton_issuer_is_safe_url  (const char           *url);
