/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "baton-json.h"

/**
 * BatonDlAccess:
 *
 * Where a bot's Direct Line is, and with what a new conversation is started there.
 */
typedef struct _BatonDlAccess BatonDlAccess;

BatonDlAccess *baton_dl_access_new         (SoupSession          *session,
                                            const char           *base,
                                            const char           *secret,
                                            const char           *token_url);
void           baton_dl_access_free        (BatonDlAccess        *self);
gboolean       baton_dl_access_has_secret  (BatonDlAccess        *self);   /* that opens old conversations as well */
void           baton_dl_access_ask_async   (BatonDlAccess        *self,
                                            gboolean              for_new,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
gboolean       baton_dl_access_ask_finish  (GAsyncResult         *result,
                                            char                **base,
                                            char                **credential,
                                            GError              **error);

/* --- what an access rests on --- */

char          *baton_dl_access_dup_base       (const char      *base,
                                               const char      *token_url);
char          *baton_dl_access_dup_region_url (const char      *token_url);
char          *baton_dl_access_read_region    (BatonJsonNode    settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDlAccess, baton_dl_access_free)
