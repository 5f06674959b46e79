/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/**
 * BATON_ERROR:
 *
 * The one error domain of the project. Its codes are what a caller can act on; each back end maps its own errors to
 * these at its edge. Messages are for logs and people and never hold text of a customer, tokens or secrets.
 */
#define BATON_ERROR (baton_error_quark ())
GQuark baton_error_quark (void);

/**
 * BatonError:
 * @BATON_ERROR_INVALID: what was given cannot be understood; repeating it is useless
 * @BATON_ERROR_TOO_BIG: over a limit of size, depth or count
 * @BATON_ERROR_UNAUTHENTICATED: no credentials, or none that are known: sign in
 * @BATON_ERROR_EXPIRED: the token was good once: get a new one
 * @BATON_ERROR_REFUSED: known, but not allowed to do this
 * @BATON_ERROR_GONE: the thing named does not exist (any more)
 * @BATON_ERROR_CONFLICT: somebody else owns it now; the message names nobody, the answer's body may
 * @BATON_ERROR_BUSY: try again later
 * @BATON_ERROR_UNCERTAIN: sent and never acknowledged: it may have happened
 * @BATON_ERROR_FAILED: our own side failed (disk, database, memory)
 */
typedef enum {
  BATON_ERROR_INVALID,
  BATON_ERROR_TOO_BIG,
  BATON_ERROR_UNAUTHENTICATED,
  BATON_ERROR_EXPIRED,
  BATON_ERROR_REFUSED,
  BATON_ERROR_GONE,
  BATON_ERROR_CONFLICT,
  BATON_ERROR_BUSY,
  BATON_ERROR_UNCERTAIN,
  BATON_ERROR_FAILED,
} BatonError;
