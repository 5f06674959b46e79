/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-json-writer.h"

/**
 * BatonSigningKey:
 *
 * The relay's own RSA key, with which it signs what it tells bots.
 */
typedef struct _BatonSigningKey BatonSigningKey;

BatonSigningKey *baton_signing_key_new       (void);                            /* takes a moment */
BatonSigningKey *baton_signing_key_load      (const char             *path,     /* made, mode 0600, if not there */
                                              GError                **error) G_GNUC_WARN_UNUSED_RESULT;
void             baton_signing_key_free      (BatonSigningKey        *self);
const char      *baton_signing_key_get_id    (const BatonSigningKey  *self);
char            *baton_signing_key_sign      (const BatonSigningKey  *self,
                                              const char             *claims);  /* → RS256 token */
void             baton_signing_key_write_set (const BatonSigningKey  *self,
                                              BatonJsonWriter        *writer);  /* public, as a JSON Web Key Set */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonSigningKey, baton_signing_key_free)
