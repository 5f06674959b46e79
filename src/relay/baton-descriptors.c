/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-descriptors.h"

#include <sys/resource.h>

/* Requests to bots, the database, its log, the program's own. */
#define OTHERS 512

/* A conversation with a bot elsewhere has a stream there besides the one of its customer. */
guint64
baton_descriptors_count (const BatonConfig *config)
{
  guint64 streams = 1;

  for (guint i = 0; i < config->bots->len; i++)
    if (((const BatonConfigBot *) g_ptr_array_index (config->bots, i))->kind != BATON_CONFIG_EMBEDDED)
      streams = 2;
  return streams * config->limits.connections + OTHERS;
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
