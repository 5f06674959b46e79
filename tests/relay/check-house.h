/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "baton-check.h"

/* What the tests of the checks have in common. */

BatonConfig        *new_config     (void);                     /* in a folder of its own, on any port */
const BatonFinding *find           (GPtrArray   *findings,
                                    BatonGrade   grade,
                                    const char  *subject,
                                    const char  *text);
void                assert_finding (GPtrArray   *findings,
                                    BatonGrade   grade,
                                    const char  *subject,
                                    const char  *text,
                                    const char  *advice);      /* or NULL */
