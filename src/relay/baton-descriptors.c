/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-descriptors.h"

#include <sys/resource.h>

/* Connections to bots, the database, its log, the program's own. */
#define OTHERS 512

guint64
baton_descriptors_count (const BatonConfig *config)
{
  return (guint64) config->limits.connections + OTHERS;
}

guint64
baton_descriptors_get_most (void)
{
  struct rlimit limit;

  return getrlimit (RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : 0;
}

guint64
baton_descriptors_raise (guint64 wanted)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return 0;
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = MIN (wanted, limit.rlim_max);
    if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
      getrlimit (RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur;
}
