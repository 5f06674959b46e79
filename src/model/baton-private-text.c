/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-private-text.h"

struct _BatonPrivateText {
  char *text;
};

/**
 * baton_private_text_new:
 * @text: (nullable): the words
 *
 * Returns: (transfer full) (nullable): a private text, or %NULL if @text is %NULL or empty
 */
BatonPrivateText *
baton_private_text_new (const char *text)
{
  BatonPrivateText *self;

  if (text == NULL || *text == '\0')
    return NULL;

  self = g_new0 (BatonPrivateText, 1);
  self->text = g_strdup (text);
  return self;
}

/**
 * baton_private_text_copy:
 * @self: (nullable): a private text
 *
 * Returns: (transfer full) (nullable): a copy
 */
BatonPrivateText *
baton_private_text_copy (const BatonPrivateText *self)
{
  return self != NULL ? baton_private_text_new (self->text) : NULL;
}

/**
 * baton_private_text_free:
 * @self: (nullable) (transfer full): a private text
 */
void
baton_private_text_free (BatonPrivateText *self)
{
  if (self == NULL)
    return;

  g_free (self->text);
  g_free (self);
}

/**
 * baton_private_text_peek:
 * @self: (nullable): a private text
 *
 * Looks inside. For the hub API's writer and the console's private card alone: every other caller is a leak.
 *
 * Returns: (nullable): the words, or %NULL for %NULL
 */
const char *
baton_private_text_peek (const BatonPrivateText *self)
{
  return self != NULL ? self->text : NULL;
}
