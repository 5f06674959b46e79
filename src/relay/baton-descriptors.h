/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-config.h"

/* Files and sockets that may be open at once. Systems start programs with a limit of 1024 for the sake of select(), which
 * nothing here uses, and let them raise it. */

guint64 baton_descriptors_count    (const BatonConfig *config);   /* what a relay may need */
guint64 baton_descriptors_get_most (void);                        /* what this process may raise its limit to */
guint64 baton_descriptors_raise    (guint64            wanted);   /* returns the limit that holds now */
