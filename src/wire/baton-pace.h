/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/**
 * BatonPace:
 *
 * How soon a client tries again, looks again and gives up; all in milliseconds.
 */
typedef struct {
  guint step;         /* the first wait is drawn from 0 to this, the next from 0 to twice this ... */
  guint limit;        /* ... but never to more than this */
  guint steady;       /* a connection that held this long counts as good: the next wait is a first one again */
  guint network_up;   /* once the network is back, wait no longer than this */
  guint silence;      /* a stream without a frame for this long is dead */
  guint poll;         /* between two looks where there is no stream */
  guint stream_again; /* where streams bring nothing and we poll: between two tries with a stream; 0: none */
  guint echo;         /* a post that was not acknowledged may still show up for this long */
  guint patience;     /* a command whose outcome is unknown is repeated for this long */
  guint token_life;   /* of a token whose server does not say */
  guint idle;         /* a stream nobody has needed for this long is closed */
} BatonPace;

extern const BatonPace BATON_PACE_DEFAULT;

guint baton_pace_draw (const BatonPace *self,
                       guint            failures);
