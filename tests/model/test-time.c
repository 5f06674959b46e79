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
  { "2024-02-29T00:00:00Z", 1709164800000000 },
  { "2023-02-29T00:00:00Z", BATON_TIME_UNKNOWN },
  { "2024-13-01T00:00:00Z", BATON_TIME_UNKNOWN },
  { "2024-02-30T00:00:00Z", BATON_TIME_UNKNOWN },
  { "2024-02-10T24:00:01Z", BATON_TIME_UNKNOWN },
  { "2024-02-10T00:00:00.Z", BATON_TIME_UNKNOWN },
  { "2024-02-10T00:00:00Z.", BATON_TIME_UNKNOWN },
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

/* Both ways as GDateTime, on each day of 400 years and at both ends of the calendar. */
static void
test_time_calendar (void)
{
  static const char *const ends[] = { "0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z" };
  g_autoptr (GDateTime) day = g_date_time_new_utc (1800, 1, 1, 7, 8, 9.5);

  for (int i = 0; i < 146097; i++) {
    g_autoptr (GDateTime) next = g_date_time_add_days (day, 1);
    g_autofree char *expected = g_date_time_format (day, "%Y-%m-%dT%H:%M:%S.500000Z");
    gint64 usec = g_date_time_to_unix (day) * G_USEC_PER_SEC + 500000;
    g_autofree char *text = baton_time_format (usec);

    g_assert_cmpstr (text, ==, expected);
    g_assert_cmpint (baton_time_parse (text), ==, usec);
    g_date_time_unref (day);
    day = g_steal_pointer (&next);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autofree char *text = baton_time_format (baton_time_parse (ends[i]));

    g_assert_cmpstr (text, ==, ends[i]);
  }
  g_assert_null (baton_time_format (G_MAXINT64));
  g_assert_null (baton_time_format (G_MININT64 + 1));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/time/parse", test_time_parse);
  g_test_add_func ("/model/time/format", test_time_format);
  g_test_add_func ("/model/time/calendar", test_time_calendar);

  return g_test_run ();
}
