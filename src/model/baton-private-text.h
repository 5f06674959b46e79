/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/**
 * BatonPrivateText:
 *
 * Words no customer may ever see: the bot author's message to agents, and later notes and whispers. A type of its own,
 * so that handing it to anything that takes customer-visible text does not compile. Only the hub API's writer and the
 * console's private card look inside.
 */
typedef struct _BatonPrivateText BatonPrivateText;

BatonPrivateText *baton_private_text_new  (const char             *text);
BatonPrivateText *baton_private_text_copy (const BatonPrivateText *self);
void              baton_private_text_free (BatonPrivateText       *self);
const char       *baton_private_text_peek (const BatonPrivateText *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonPrivateText, baton_private_text_free)
