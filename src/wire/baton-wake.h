/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/**
 * BatonWake:
 *
 * Tells that the machine has slept, or was halted by its host. Timers do not run meanwhile and do not count that time,
 * but tokens expire and servers give up their clients. To be used from the main thread.
 */
typedef struct _BatonWake BatonWake;

/**
 * BatonWakeFunc:
 *
 * May free its own and other watches.
 */
typedef void (*BatonWakeFunc) (gpointer user_data);

BatonWake *baton_wake_new  (BatonWakeFunc  func,
                            gpointer       user_data);
void       baton_wake_free (BatonWake     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonWake, baton_wake_free)
