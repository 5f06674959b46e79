/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

/**
 * BatonDlOutbox:
 *
 * What is to be posted to one conversation: in order, one at a time, held while there is nowhere to post it to. Its
 * owner has to outlive the tasks it is given, as the source object of a task does.
 */
typedef struct _BatonDlOutbox BatonDlOutbox;

/**
 * BatonDlOutboxFunc:
 *
 * The token was refused; the post waits at the head for baton_dl_outbox_set_target().
 */
typedef void (*BatonDlOutboxFunc) (gpointer user_data);

BatonDlOutbox *baton_dl_outbox_new        (SoupSession       *session,
                                           BatonDlOutboxFunc  refused,
                                           gpointer           user_data);
void           baton_dl_outbox_free       (BatonDlOutbox     *self);
void           baton_dl_outbox_set_repeatable (BatonDlOutbox *self,
                                           gboolean           repeatable);
void           baton_dl_outbox_set_target (BatonDlOutbox     *self,
                                           const char        *url,      /* %NULL: hold */
                                           const char        *token);
void           baton_dl_outbox_push       (BatonDlOutbox     *self,
                                           GTask             *task,
                                           GBytes            *body);
void           baton_dl_outbox_end        (BatonDlOutbox     *self,
                                           const GError      *why);
