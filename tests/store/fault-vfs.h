/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sqlite3.h>

/* A file system for SQLite that fails when told to: the default one, from the moment it is installed. */

typedef enum {
  FAULT_WRITE,
  FAULT_SYNC,
} FaultKind;

void fault_vfs_install (void);
/* The call of @kind after @n more of them fails with @code, and all after it, until the next call of this; SQLITE_OK:
 * none. Counts and fails only calls for files that were opened with @flag, such as SQLITE_OPEN_WAL. */
void fault_vfs_fail    (FaultKind kind,
                        int       flag,
                        int       n,
                        int       code);
