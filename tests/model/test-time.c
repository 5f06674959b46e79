/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-time.h"

#include "baton-test.h"

static const struct {
  const char *text;
  gint64      usec;
} times[] = {
  { "1970-01-01T00:00:00Z", 0 },
  { "2020-02-10T21:51:37.4997264Z", 1581371497499726 },
  { "2020-02-10T21:51:21.491453+00:00", 1581371481491453 },
  { "2020-02-10T23:51:21.5+02:00", 1581371481500000 },
  { "2020-02-10T21:51:21", 1581371481000000 },
  { "1618864749", BATON_TIME_UNKNOWN },
  { "yesterday", BATON_TIME_UNKNOWN },
  { "", BATON_TIME_UNKNOWN },
  { NULL, BATON_TIME_UNKNOWN },
};

static void
test_time_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++) {
    g_test_message ("%s", times[i].text);
    g_assert_cmpint (baton_time_parse (times[i].text), ==, times[i].usec);
  }
}

static void
test_time_format (void)
{
  static const gint64 usecs[] = { 0, 1, 999999, 1581371497499726, -1, -1000001 };

  for (gsize i = 0; i < G_N_ELEMENTS (usecs); i++) {
    g_autofree char *text = baton_time_format (usecs[i]);

    g_assert_true (g_str_has_suffix (text, "Z"));
    g_assert_cmpint (baton_time_parse (text), ==, usecs[i]);
  }
  g_assert_null (baton_time_format (BATON_TIME_UNKNOWN));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/time/parse", test_time_parse);
  g_test_add_func ("/model/time/format", test_time_format);

  return g_test_run ();
}
