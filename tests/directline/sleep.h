/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A machine that sleeps, as far as this process can tell: the wall clock is ahead by so much, timers and the monotonic
 * clock are not, and the kernel says that the wall clock has jumped. Whoever includes this is linked with sleep_args. */

void test_sleep_for (gint64 seconds);
