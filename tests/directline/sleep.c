/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sleep.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* The linker puts these in the place of what they are named after (--wrap). */
gint64 __real_g_get_real_time (void);
gint64 __wrap_g_get_real_time (void);
int    __wrap_timerfd_create (int clock, int flags);
int    __wrap_timerfd_settime (int fd, int flags, const struct itimerspec *value, struct itimerspec *old);

static gint64 slept;   /* µs in all */
static int kernel = -1;

gint64
__wrap_g_get_real_time (void)
{
  return __real_g_get_real_time () + slept;
}

int
__wrap_timerfd_create (int clock,
                       int flags)
{
  g_assert_cmpint (clock, ==, CLOCK_REALTIME);
  kernel = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  return kernel;
}

int
__wrap_timerfd_settime (int                      fd,
                        int                      flags,
                        const struct itimerspec *value,
                        struct itimerspec       *old)
{
  g_assert_cmpint (fd, ==, kernel);
  g_assert_cmpint (flags, ==, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET);
  return 0;
}

void
test_sleep_for (gint64 seconds)
{
  const guint64 one = 1;

  slept += seconds * G_USEC_PER_SEC;
  g_assert_cmpint (write (kernel, &one, sizeof one), ==, sizeof one);
  while (g_main_context_iteration (NULL, FALSE))
    continue;   /* so that each jump is seen by itself */
}
