/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fault-vfs.h"

#include <glib.h>
#include <string.h>

typedef struct {
  sqlite3_file base;
  int          flags;
  sqlite3_file file[];   /* the real one */
} FaultFile;

static GMutex lock;
static FaultKind failing;
static int failing_flag;
static int left;
static int failure;
static sqlite3_vfs *real;

#define REAL(file) (((FaultFile *) (file))->file)

static int
try (sqlite3_file *file,
     FaultKind     kind)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  if (kind != failing || !(((FaultFile *) file)->flags & failing_flag) || failure == SQLITE_OK)
    return SQLITE_OK;
  if (left > 0) {
    left--;
    return SQLITE_OK;
  }
  return failure;
}

static int
fault_write (sqlite3_file  *file,
             const void    *from,
             int            n,
             sqlite3_int64  at)
{
  int code = try (file, FAULT_WRITE);

  /* Half of it may have got there. */
  if (code != SQLITE_OK)
    REAL (file)->pMethods->xWrite (REAL (file), from, n / 2, at);
  return code != SQLITE_OK ? code : REAL (file)->pMethods->xWrite (REAL (file), from, n, at);
}

static int
fault_sync (sqlite3_file *file,
            int           flags)
{
  int code = try (file, FAULT_SYNC);

  return code != SQLITE_OK ? code : REAL (file)->pMethods->xSync (REAL (file), flags);
}

/* What is only passed on. */
#define PASS(name, call, ...) \
  static int fault_##name (sqlite3_file *file, ##__VA_ARGS__) { return REAL (file)->pMethods->call; }

PASS (close, xClose (REAL (file)))
PASS (read, xRead (REAL (file), to, n, at), void *to, int n, sqlite3_int64 at)
PASS (truncate, xTruncate (REAL (file), size), sqlite3_int64 size)
PASS (size, xFileSize (REAL (file), size), sqlite3_int64 *size)
PASS (lock, xLock (REAL (file), level), int level)
PASS (unlock, xUnlock (REAL (file), level), int level)
PASS (check_lock, xCheckReservedLock (REAL (file), reserved), int *reserved)
PASS (control, xFileControl (REAL (file), what, data), int what, void *data)
PASS (sector_size, xSectorSize (REAL (file)))
PASS (characteristics, xDeviceCharacteristics (REAL (file)))
PASS (shm_map, xShmMap (REAL (file), region, size, extend, map), int region, int size, int extend, void volatile **map)
PASS (shm_lock, xShmLock (REAL (file), offset, n, flags), int offset, int n, int flags)
PASS (shm_unmap, xShmUnmap (REAL (file), delete), int delete)

static void
fault_shm_barrier (sqlite3_file *file)
{
  REAL (file)->pMethods->xShmBarrier (REAL (file));
}

static const sqlite3_io_methods methods = {
  2, fault_close, fault_read, fault_write, fault_truncate, fault_sync, fault_size, fault_lock, fault_unlock,
  fault_check_lock, fault_control, fault_sector_size, fault_characteristics, fault_shm_map, fault_shm_lock,
  fault_shm_barrier, fault_shm_unmap, NULL, NULL,
};

static int
fault_open (sqlite3_vfs  *vfs,
            const char   *name,
            sqlite3_file *file,
            int           flags,
            int          *got_flags)
{
  int code;

  memset (file, 0, sizeof (FaultFile));
  ((FaultFile *) file)->flags = flags;
  code = real->xOpen (real, name, REAL (file), flags, got_flags);
  if (REAL (file)->pMethods != NULL)
    file->pMethods = &methods;
  return code;
}

void
fault_vfs_install (void)
{
  static sqlite3_vfs vfs;

  real = sqlite3_vfs_find (NULL);
  vfs = *real;
  vfs.zName = "fault";
  vfs.pNext = NULL;
  vfs.szOsFile = (int) sizeof (FaultFile) + real->szOsFile;
  vfs.xOpen = fault_open;
  sqlite3_vfs_register (&vfs, TRUE);
}

void
fault_vfs_fail (FaultKind kind,
                int       flag,
                int       n,
                int       code)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  failing = kind;
  failing_flag = flag;
  left = n;
  failure = code;
}
