/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What a customer is told when something happens to the conversation, in the customer's language.
 *
 * Kinds: "queued" (a person is on the way), "requeued" (back in the queue), "joined", "left" (back with the bot), "ended",
 * and "failed" (the bot does not answer). */

typedef struct _BatonNotices BatonNotices;

gboolean      baton_notices_is_kind  (const char         *kind);
BatonNotices *baton_notices_new      (void);
void          baton_notices_free     (BatonNotices       *self);
void          baton_notices_override (BatonNotices       *self,
                                      const char         *kind,
                                      const char         *language,
                                      const char         *text);
char         *baton_notices_format   (const BatonNotices *self,
                                      const char         *kind,
                                      const char         *locale,
                                      const char         *agent_name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonNotices, baton_notices_free)
