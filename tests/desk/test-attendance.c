/* SPDX-FileCopyrightText: 2026 The Baton authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "baton-attendance.h"

#define SECOND G_USEC_PER_SEC

static BatonAttendance *
new_attendance (void)
{
  return baton_attendance_new (30 * SECOND);
}

static void
assert_lost (BatonAttendance *attendance,
             gint64           now,
             const char      *expected)
{
  g_auto (GStrv) lost = baton_attendance_take_lost (attendance, now);
  g_autofree char *joined = g_strjoinv (" ", lost);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_attendance_day (void)
{
  g_autoptr (BatonAttendance) attendance = new_attendance ();

  g_assert_cmpint (baton_attendance_get (attendance, "ana"), ==, BATON_PRESENCE_OFFLINE);
  g_assert_true (baton_attendance_sign_in (attendance, "ana", 0));
  g_assert_false (baton_attendance_add_stream (attendance, "ana"));
  g_assert_cmpint (baton_attendance_get (attendance, "ana"), ==, BATON_PRESENCE_AVAILABLE);
  assert_lost (attendance, 1000 * SECOND, "");

  g_assert_true (baton_attendance_choose (attendance, "ana", BATON_PRESENCE_BUSY, 0));
  g_assert_false (baton_attendance_choose (attendance, "ana", BATON_PRESENCE_BUSY, 0));

  /* The console is killed: lost after 30 s, told once, and back as what was chosen. */
  baton_attendance_remove_stream (attendance, "ana", 2000 * SECOND);
  assert_lost (attendance, 2029 * SECOND, "");
  assert_lost (attendance, 2030 * SECOND, "ana");
  assert_lost (attendance, 2031 * SECOND, "");
  g_assert_cmpint (baton_attendance_get (attendance, "ana"), ==, BATON_PRESENCE_OFFLINE);
  g_assert_true (baton_attendance_add_stream (attendance, "ana"));
  g_assert_cmpint (baton_attendance_get (attendance, "ana"), ==, BATON_PRESENCE_BUSY);
}

static void
test_attendance_back_in_time (void)
{
  g_autoptr (BatonAttendance) attendance = new_attendance ();

  baton_attendance_sign_in (attendance, "ana", 0);
  baton_attendance_add_stream (attendance, "ana");
  baton_attendance_remove_stream (attendance, "ana", 10 * SECOND);
  g_assert_false (baton_attendance_add_stream (attendance, "ana"));
  assert_lost (attendance, 100 * SECOND, "");
}

static void
test_attendance_sign_in_keeps_away (void)
{
  g_autoptr (BatonAttendance) attendance = new_attendance ();

  baton_attendance_sign_in (attendance, "ana", 0);
  baton_attendance_choose (attendance, "ana", BATON_PRESENCE_AWAY, 0);
  g_assert_true (baton_attendance_sign_out (attendance, "ana"));
  g_assert_true (baton_attendance_sign_in (attendance, "ana", 0));
  g_assert_cmpint (baton_attendance_get (attendance, "ana"), ==, BATON_PRESENCE_AWAY);

  baton_attendance_choose (attendance, "ana", BATON_PRESENCE_BUSY, 0);
  g_assert_true (baton_attendance_sign_in (attendance, "ana", 0));
  g_assert_cmpint (baton_attendance_get (attendance, "ana"), ==, BATON_PRESENCE_AVAILABLE);
}

static void
test_attendance_two_consoles (void)
{
  g_autoptr (BatonAttendance) attendance = new_attendance ();

  baton_attendance_sign_in (attendance, "ana", 0);
  baton_attendance_add_stream (attendance, "ana");
  baton_attendance_add_stream (attendance, "ana");
  baton_attendance_remove_stream (attendance, "ana", 0);
  g_assert_false (baton_attendance_sign_out (attendance, "ana"));
  assert_lost (attendance, 100 * SECOND, "");
}

/* Signed in, but no stream ever came. */
static void
test_attendance_never_came (void)
{
  g_autoptr (BatonAttendance) attendance = new_attendance ();

  baton_attendance_sign_in (attendance, "ana", 5 * SECOND);
  assert_lost (attendance, 34 * SECOND, "");
  assert_lost (attendance, 35 * SECOND, "ana");
}

static void
test_attendance_after_restart (void)
{
  g_autoptr (BatonAttendance) attendance = new_attendance ();

  baton_attendance_learn (attendance, "ana", BATON_PRESENCE_AWAY, 0);
  baton_attendance_learn (attendance, "bo", BATON_PRESENCE_AVAILABLE, 0);
  baton_attendance_learn (attendance, "cy", BATON_PRESENCE_OFFLINE, 0);
  g_assert_false (baton_attendance_add_stream (attendance, "ana"));
  assert_lost (attendance, 30 * SECOND, "bo");
  g_assert_true (baton_attendance_add_stream (attendance, "cy"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/attendance/day", test_attendance_day);
  g_test_add_func ("/desk/attendance/back-in-time", test_attendance_back_in_time);
  g_test_add_func ("/desk/attendance/sign-in-keeps-away", test_attendance_sign_in_keeps_away);
  g_test_add_func ("/desk/attendance/two-consoles", test_attendance_two_consoles);
  g_test_add_func ("/desk/attendance/never-came", test_attendance_never_came);
  g_test_add_func ("/desk/attendance/after-restart", test_attendance_after_restart);
  return g_test_run ();
}
