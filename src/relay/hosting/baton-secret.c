/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-secret.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define MAX_BYTES 64

/**
 * baton_secret_new:
 * @n_bytes: of randomness, at most 64
 *
 * Returns: (transfer full): so many bytes of the system's random source, in hexadecimal
 */
char *
baton_secret_new (gsize n_bytes)
{
  guint8 random[MAX_BYTES];
  GString *text = g_string_sized_new (2 * n_bytes);

  g_assert (n_bytes <= sizeof random);
  if (getentropy (random, n_bytes) != 0)
    g_error ("no random numbers from the system: %s", g_strerror (errno));
  for (gsize i = 0; i < n_bytes; i++)
    g_string_append_printf (text, "%02x", random[i]);
  return g_string_free (text, FALSE);
}

/**
 * baton_secret_hash:
 *
 * Returns: (transfer full): SHA-256 of @text, in hexadecimal: what is kept instead of a secret
 */
char *
baton_secret_hash (const char *text)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

/**
 * baton_secret_equal:
 *
 * Returns: whether both are the same; the time depends on their lengths alone
 */
gboolean
baton_secret_equal (const char *a,
                    const char *b)
{
  gsize length = strlen (b);
  volatile guint8 difference = 0;

  if (strlen (a) != length)
    return FALSE;

  for (gsize i = 0; i < length; i++)
    difference |= (guint8) (a[i] ^ b[i]);
  return difference == 0;
}
