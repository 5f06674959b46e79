/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-json.h"
#include "baton-pace.h"

/**
 * BatonDlToken:
 *
 * The token of one conversation: refreshed at half of its life, since an expired one cannot be revived; and what it was
 * made from, a secret or an older token.
 */
typedef struct _BatonDlToken BatonDlToken;

/**
 * BatonDlTokenFunc:
 * @why: %NULL: the token was renewed; else it could not be: %BATON_ERROR_GONE where the conversation is no more
 */
typedef void (*BatonDlTokenFunc) (const GError *why,
                                  gpointer      user_data);

BatonDlToken *baton_dl_token_new       (SoupSession      *session,
                                        const char       *base,
                                        const char       *credential,
                                        BatonDlTokenFunc  func,
                                        gpointer          user_data);
void          baton_dl_token_free      (BatonDlToken     *self);
void          baton_dl_token_set_pace  (BatonDlToken     *self,
                                        const BatonPace  *pace);
const char   *baton_dl_token_get       (BatonDlToken     *self);
void          baton_dl_token_replace   (BatonDlToken     *self,
                                        const char       *credential);
gboolean      baton_dl_token_is_over   (BatonDlToken     *self);
void          baton_dl_token_set_life  (BatonDlToken     *self,
                                        gint64            seconds);
void          baton_dl_token_take      (BatonDlToken     *self,
                                        BatonJsonNode     conversation);
gboolean      baton_dl_token_has_origin (BatonDlToken    *self);
gboolean      baton_dl_token_fall_back (BatonDlToken     *self);
void          baton_dl_token_stop      (BatonDlToken     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlToken, baton_dl_token_free)
