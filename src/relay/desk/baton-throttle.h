/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Counts tries per key (an address, or an agent and an address) and says when it is enough. Points in time are given by
 * the caller, monotonic microseconds, so a test needs no waiting. */

typedef struct _BatonThrottle BatonThrottle;

BatonThrottle *baton_throttle_new    (guint          tries,
                                      gint64         window);
void           baton_throttle_free   (BatonThrottle *self);
guint          baton_throttle_take   (BatonThrottle *self,
                                      const char    *key,
                                      gint64         now);
void           baton_throttle_forget (BatonThrottle *self,
                                      const char    *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonThrottle, baton_throttle_free)
