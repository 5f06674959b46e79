/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "baton-time.h"

/**
 * baton_time_parse:
 * @text: (nullable): an ISO 8601 time with a zone; fractions beyond microseconds are cut
 *
 * Returns: microseconds since 1970, UTC, or %BATON_TIME_UNKNOWN
 */
gint64
baton_time_parse (const char *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = NULL;

  /* A time without a zone is read as UTC: Direct Line sends no other (protocol 1.11). */
  if (text == NULL || (time = g_date_time_new_from_iso8601 (text, utc)) == NULL)
    return BATON_TIME_UNKNOWN;

  return g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
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
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *seconds = NULL;
  gint64 whole = usec / G_USEC_PER_SEC;
  gint64 rest = usec % G_USEC_PER_SEC;

  if (usec == BATON_TIME_UNKNOWN)
    return NULL;
  if (rest < 0) {
    whole--;
    rest += G_USEC_PER_SEC;
  }
  if ((time = g_date_time_new_from_unix_utc (whole)) == NULL)
    return NULL;

  seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  return g_strdup_printf ("%s.%06" G_GINT64_FORMAT "Z", seconds, rest);
}
