/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Tokens of the relay: `base64url(json).base64url(HMAC-SHA256)`, bound to one conversation, one role and one user.
 * Nothing is kept for them: they survive a restart with the key. */

typedef struct _BatonTokenKey BatonTokenKey;

/**
 * BatonToken:
 *
 * The claims of a token.
 */
typedef struct {
  char     *conversation_id;
  char     *user_id;      /* customer: bound `from.id` (or %NULL: not bound yet); console: the agent's id */
  char     *user_name;    /* or %NULL */
  GStrv     origins;      /* whose pages may use it, as browsers say them; %NULL: any */
  gboolean  is_console;
  gint64    epoch;        /* console: may post only as the owner in this epoch; -1: may only read */
  gint64    issued_at;    /* seconds since 1970 */
  gint64    expires_at;
} BatonToken;

BatonToken    *baton_token_reserve      (const char           *user_id,
                                         const char           *user_name,
                                         guint                 seconds,
                                         GError              **error);   /* for a conversation that does not exist yet */
gboolean       baton_token_trust        (BatonToken           *self,
                                         const char *const    *origins,
                                         GError              **error);
gboolean       baton_token_trusts       (const BatonToken     *self,
                                         const char           *origin);   /* %NULL: no page, or none that says so */
BatonTokenKey *baton_token_key_new      (const guint8         *secret,
                                         gsize                 length);
BatonTokenKey *baton_token_key_load     (const char           *path,
                                         GError              **error);   /* and the key before it, if there is one */
void           baton_token_key_free     (BatonTokenKey        *self);
char          *baton_token_key_sign     (BatonTokenKey        *self,
                                         const BatonToken     *token);
BatonToken    *baton_token_key_verify   (BatonTokenKey        *self,
                                         const char           *text,
                                         gint64                now_seconds,
                                         GError              **error);   /* BATON_ERROR_EXPIRED or BATON_ERROR_REFUSED */
BatonToken    *baton_token_ref          (BatonToken           *self);
void           baton_token_unref        (BatonToken           *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTokenKey, baton_token_key_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonToken, baton_token_unref)
