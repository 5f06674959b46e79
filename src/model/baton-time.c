/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-time.h"

/* Days since 1970 to the first of March of @year, and from there: in years that begin in March a leap day comes last, so
 * and plain division does. */
#define DAYS_OF_YEARS(years) ((years) * 365 + (years) / 4 - (years) / 100 + (years) / 400)
#define DAYS_TO_MARCH_0000   719468   /* from 0000-03-01 to 1970-01-01 */
#define DAYS_OF_400_YEARS    146097

static gint64
days_from_date (int year,
                int month,
                int day)
{
  const int y = month > 2 ? year : year - 1;
  const int m = month > 2 ? month - 3 : month + 9;

  return (gint64) DAYS_OF_YEARS (y) + (153 * m + 2) / 5 + day - 1 - DAYS_TO_MARCH_0000;
}

static void
date_from_days (gint64  days,
                int    *year,
                int    *month,
                int    *day)
{
  const gint64 since_march = days + DAYS_TO_MARCH_0000;
  const gint64 in_cycle = since_march % DAYS_OF_400_YEARS;
  const gint64 y = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / (DAYS_OF_400_YEARS - 1)) / 365;
  const gint64 in_year = in_cycle - DAYS_OF_YEARS (y);
  const gint64 m = (5 * in_year + 2) / 153;

  *day = (int) (in_year - (153 * m + 2) / 5 + 1);
  *month = (int) (m < 10 ? m + 3 : m - 9);
  *year = (int) (y + since_march / DAYS_OF_400_YEARS * 400 + (m >= 10));
}

/* Reads @n digits; -1 if there are not as many. */
static int
read_digits (const char **text,
             int          n)
{
  int number = 0;

  for (int i = 0; i < n; i++, ++*text) {
    if (!g_ascii_isdigit (**text))
      return -1;
    number = number * 10 + (**text - '0');
  }
  return number;
}

/* February has no thirtieth. */
static gboolean
is_date (int year,
         int month,
         int day)
{
  int y, m, d;

  date_from_days (days_from_date (year, month, day), &y, &m, &d);
  return d == day;
}

static gboolean
skip (const char **text,
      char         c)
{
  if (**text != c)
    return FALSE;

  ++*text;
  return TRUE;
}

/* The one form that nearly all times have: `2026-03-02T10:15:40.2Z`, with or without a fraction. Anything else, what is
 * no date included, is for GDateTime to judge. */
static gboolean
parse_usual (const char *text,
             gint64     *usec)
{
  int year, month, day, hour, minute, second, digit;
  gint64 scale = G_USEC_PER_SEC;

  if ((year = read_digits (&text, 4)) < 1 || !skip (&text, '-') || (month = read_digits (&text, 2)) < 1
      || !skip (&text, '-') || (day = read_digits (&text, 2)) < 1 || !skip (&text, 'T')
      || (hour = read_digits (&text, 2)) < 0 || !skip (&text, ':') || (minute = read_digits (&text, 2)) < 0
      || !skip (&text, ':') || (second = read_digits (&text, 2)) < 0)
    return FALSE;
  if (month > 12 || day > 31 || !is_date (year, month, day) || hour > 23 || minute > 59 || second > 59)
    return FALSE;

  *usec = (((days_from_date (year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * G_USEC_PER_SEC;
  if (skip (&text, '.')) {
    if (!g_ascii_isdigit (*text))
      return FALSE;
    while ((digit = read_digits (&text, 1)) >= 0)
      *usec += digit * (scale /= 10);
  }
  return skip (&text, 'Z') && *text == '\0';
}

/**
 * baton_time_parse:
 * @text: (nullable): an ISO 8601 time with a zone; fractions beyond microseconds are cut
 *
 * Returns: microseconds since 1970, UTC, or %BATON_TIME_UNKNOWN
 */
gint64
baton_time_parse (const char *text)
{
  g_autoptr (GTimeZone) utc = NULL;
  g_autoptr (GDateTime) time = NULL;
  gint64 usec;

  if (text == NULL)
    return BATON_TIME_UNKNOWN;
  if (parse_usual (text, &usec))
    return usec;

  /* A time without a zone is read as UTC: Direct Line sends no other (protocol 1.11). */
  utc = g_time_zone_new_utc ();
  if ((time = g_date_time_new_from_iso8601 (text, utc)) == NULL)
    return BATON_TIME_UNKNOWN;

  return g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
}

/* Writes @number with @n digits. */
static char *
put_digits (char *to,
            int   number,
            int   n,
            char  end)
{
  for (int i = n; i-- > 0; number /= 10)
    to[i] = (char) ('0' + number % 10);
  to[n] = end;
  return to + n + 1;
}

/**
 * baton_time_format:
 * @usec: microseconds since 1970, UTC
 *
 * Returns: (transfer full) (nullable): ISO 8601 with microseconds and `Z`, the form Direct Line stamps on activities;
 *   %NULL for %BATON_TIME_UNKNOWN or a year no calendar has
 */
char *
baton_time_format (gint64 usec)
{
  const gint64 first = days_from_date (1, 1, 1), last = days_from_date (9999, 12, 31);
  char text[] = "0000-00-00T00:00:00.000000Z";
  gint64 seconds = usec / G_USEC_PER_SEC;
  gint64 rest = usec % G_USEC_PER_SEC;
  gint64 days;
  int year, month, day, in_day;
  char *to = text;

  if (rest < 0) {
    seconds--;
    rest += G_USEC_PER_SEC;
  }
  days = seconds / 86400;
  in_day = (int) (seconds % 86400);
  if (in_day < 0) {
    days--;
    in_day += 86400;
  }
  if (days < first || days > last)
    return NULL;

  date_from_days (days, &year, &month, &day);
  to = put_digits (to, year, 4, '-');
  to = put_digits (to, month, 2, '-');
  to = put_digits (to, day, 2, 'T');
  to = put_digits (to, in_day / 3600, 2, ':');
  to = put_digits (to, in_day / 60 % 60, 2, ':');
  to = put_digits (to, in_day % 60, 2, '.');
  put_digits (to, (int) rest, 6, 'Z');
  return g_strdup (text);
}
